"""Name the rules: the code of each, its level, what it finds, and an example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Rule(NamedTuple):
    """A rule for lists: its code, the levels of its findings, what it finds, and an example."""

    code: str
    levels: str
    meaning: str
    example: str


RULES: Final = (
    Rule("L100", "note, with `--unread`", "A place that was not understood.", "text beside a table"),
    Rule("L101", "error; warning if the titles are near", "Two titles have one id.",
         "arXiv 2101.00001 on line 12 and, with another title, on line 40"),
    Rule("L102", "error", "The id in the link is not the id in the text.",
         "`arXiv:2101.00002` beside a link to 2101.00003"),
    Rule("L103", "warning; note if it is invisible", "A link has no address.", "`[code]()`, `<a href=\"\"></a>`"),
    Rule("L104", "warning", "A link that GitHub does not show as one.", "`[paper](https://example.org/a b)`"),
    Rule("L105", "warning", "A work appears twice in a section.", "the same title on lines 12 and 15"),
    Rule("L106", "note", "A work appears in two sections.", "the same title under two headings"),
    Rule("L107", "warning; note unless arXiv id or DOI", "One title has two ids of the same kind.",
         "a title with arXiv 2101.00001 here and 2101.00002 there"),
    Rule("L108", "warning", "A link with a login token, or to a login page, a proxy, an IP address or a pirate copy.",
         "`?casa_token=…`"),
    Rule("L109", "note, with `--style`", "A link names one version of a preprint.", "`arxiv.org/abs/2101.00001v2`"),
    Rule("L110", "warning", "A label does not match the target of its link.", "`[code]` that leads to a paper"),
    Rule("L111", "warning", "Two links of a row lead to the same address.", "`[pdf]` and `[project]` with one address"),
    Rule("L112", "error", "Two links of a row lead to different papers.",
         "a title's link and `[pdf]` with two arXiv ids"),
    Rule("L113", "note", "The year differs from the year of the heading.", "`NeurIPS 2020` under `2021`"),
    Rule("L114", "error", "An arXiv id that cannot exist.", "2113.00001: month 13 does not exist"),
    Rule("L115", "note", "The year is before that of the arXiv id.", "2019 beside arXiv 2101.00001"),
    Rule("L116", "warning", "A row contains invisible characters.", "a zero-width space in a title"),
    Rule("L117", "note", "Square brackets are not balanced.", "`[[pdf](https://example.org)`"),
    Rule("L118", "note", "The number in a heading differs from its rows.", "`NeurIPS (32)` above 31 papers"),
    Rule("L119", "warning", "The file exceeds 450 kB: GitHub cuts a README off at 512 kB.", "a list of 2,000 papers"),
    Rule("L120", "note", "No link leads to the paper.", "a title alone"),
    Rule("L121", "note", "A row has no venue where two thirds of its section have one.", "an empty cell of a table"),
    Rule("L122", "note", "One word stands among the full names of authors.", "`Ada Example, Kelp, Bo Sample`"),
    Rule("L130", "note, with `--style`", "A row is formatted differently from its neighbours.",
         "authors before the title, once in a section"),
    Rule("L131", "note, with `--style`", "A label is spelled differently than in most rows.", "`Code` and `code`"),
    Rule("L132", "note, with `--style`", "The numbers of table rows skip or repeat.", "4 follows 2"),
    Rule("L190", "warning", "A comment that suppresses findings names no known code.",
         "`<!-- flgraph: ignore L016 -->`"),
    Rule("L201", "warning, with `--snapshot`", "The list shows a preprint that has since been published.",
         "an arXiv link whose record has a venue"),
    Rule("L202", "warning, with `--snapshot`", "The record says that the paper was retracted.", "`RETRACTED: …`"),
    Rule("L203", "warning, with `--snapshot`", "The record of the id has another title.",
         "a link to another paper"),
    Rule("L204", "warning, with `--snapshot`", "Two rows with different ids and titles have the same record.",
         "a preprint and its renamed publication"),
)  # fmt: skip

CODES: Final[Mapping[str, Rule]] = {rule.code: rule for rule in RULES}
"""The rules by code."""


def format_rules() -> str:
    """Format the rules as the table of the documentation.

    Examples
    --------
    >>> format_rules().splitlines()[2].split(" | ")[0]
    '| `L100`'
    """
    rows = [f"| `{rule.code}` | {rule.levels} | {rule.meaning} | {rule.example} |" for rule in RULES]
    return "\n".join(["| code | level | finding | example |", "|---|---|---|---|", *rows])
