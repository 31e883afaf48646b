"""Name the rules for catalogs: the code of each and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CODES: Final[Mapping[str, str]] = {
    "C100": "A file cannot be read: it is not UTF-8, or not YAML.",
    "C101": "A record or field is malformed.",
    "C102": "A text contains control characters.",
    "C103": "A YAML file of the folder is not part of a catalog.",
    "C201": "Two records of a file have the same key.",
    "C202": "A paper names an unknown dataset, topic or codebase.",
    "C203": "A relation leads to an unknown paper, or to the paper itself.",
    "C204": "A dataset, topic, codebase or relation is listed twice.",
    "C205": "`datasets_known` and `datasets_reason` contradict each other.",
    "C206": "A venue is unknown, or its year differs from `year`.",
    "C207": "A section is listed twice.",
    "C208": "A facet is misspelt, or no topic has it.",
    "C209": "A parent dataset or a codebase is unknown, or its own ancestor.",
    "C210": "Two venues or two topics share a name.",
    "C211": "A paper lists an author twice.",
    "C212": "A name under `ids` or `sources` is unknown.",
    "C213": "An arXiv id or DOI is malformed.",
    "C214": "A refuted id is in use, or is not an id.",
    "C215": "A link is not a web address.",
    "C216": "Two dates contradict each other.",
    "C217": "Two papers share an id.",
    "C218": "Two papers share a link, in any spelling, as L101.",
    "C219": "Two papers share a title, as L105 and L106.",
    "C220": "Two names of authors may be one person.",
    "C221": "A pattern is invalid or slow.",
    "C222": "A match belongs to no paper, or lacks its id.",
    "C223": "The id in the link is not the one in `ids`, as L102.",
    "C224": "An arXiv id cannot exist, as L114.",
    "C225": "A link that others may not be able to open, as L108.",
    "C226": "A material is of another kind than its link, as L110.",
    "C227": "Two links of a paper lead to the same address, as L111.",
    "C301": "The snapshot in the folder is damaged, or was changed.",
    "C302": "The snapshot in the folder contains what may not be published.",
    "C303": "The licence of the snapshot in the folder forbids redistribution.",
    "C304": "The snapshot in the folder is of another state of the catalog, matches too few papers, or is too large.",
}
"""What the rules for catalogs find, by code."""


def format_rules() -> str:
    """Format the rules as the table of the documentation.

    Examples
    --------
    >>> format_rules().splitlines()[2]
    '| `C100` | A file cannot be read: it is not UTF-8, or not YAML. |'
    """
    rows = [f"| `{code}` | {meaning} |" for code, meaning in CODES.items()]
    return "\n".join(["| code | finding |", "|---|---|", *rows])
