"""Each defect that is put into a clean list gives one finding, at its place; the clean list gives none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from flgraph.lists.entries import ListEntry, ListReading
from flgraph.lists.lint.findings import ListFinding
from flgraph.lists.lint.linting import lint_list
from flgraph.lists.lint.rules import CODES, RULES
from flgraph.lists.reading import parse_list
from flgraph.lists.writing.enriched import enrich_list
from flgraph.records import Match, Paper, Snapshot
from tests.lists.clean_list import BULLETS, CLEAN, TABLE_ROWS, name_arxiv, name_paper


class Defect(NamedTuple):
    """What is replaced by what in the clean list, and the finding: code, level, a line and what the message says."""

    code: str
    level: str
    old: str
    new: str
    at: str
    said: str = ""


FIFTH, SIXTH, ROW = BULLETS[5], BULLETS[6], TABLE_ROWS[3]
ARXIV = "https://arxiv.org/abs/"

P1, P2, P5, P6, P18 = map(name_paper, (1, 2, 5, 6, 18))
A1, A2, A5, A6, A18 = map(name_arxiv, (1, 2, 5, 6, 18))

DEFECTS = [
    Defect("L101", "error", A6, A2, P6, f'line 9 with another title: "{P2}"'),
    Defect("L101", "error", A18, A2, P18, f'here "{P18}"'),
    Defect("L101", "warning", SIXTH, f"{SIXTH}\n{SIXTH.replace(P6, 'Rethinking ' + P6[:30])}",
           "Rethinking", "if the paper was renamed"),
    Defect("L102", "error", P5 + ".", f"{P5}. arXiv:2101.91234.", P5, "arXiv 2101.91234"),
    Defect("L103", "warning", "(https://github.com/example/project-05)", "()", P5, '"code"'),
    Defect("L104", "warning", ARXIV + A5, "https://example.org/a b", P5, "does not show"),
    Defect("L105", "warning", BULLETS[9], f"{BULLETS[9]}\n{FIFTH}", BULLETS[10], "on line 12; remove one"),
    Defect("L106", "note", ROW, f"{ROW}\n{ROW.replace(P18, P1).replace(A18, A1)}",
           f"[{P1}]", "also in another section, on line 8"),
    Defect("L107", "warning", FIFTH, f"{FIFTH}\n{FIFTH.replace(A5, '2107.91111')}", "2107.91111",
           "here arXiv 2107.91111"),
    Defect("L107", "warning", FIFTH, f"{FIFTH}\n{FIFTH.replace(A5, '2107.91111').replace(P5, P5.replace(' ', '-', 1))}",
           "2107.91111", "here arXiv 2107.91111"),
    Defect("L108", "warning", f"({ARXIV}{A5}", "(https://ieeexplore.ieee.org/document/99999999?casa_token=abc",
           P5, "write https://ieeexplore.ieee.org/document/99999999"),
    Defect("L108", "warning", f"({ARXIV}{A5}", "(http://192.0.2.7/papers/a.pdf", P5,
           "a bare IP address: http://192.0.2.7/papers/a.pdf; write an address that everyone can open"),
    Defect("L109", "note", f"{A5})", f"{A5}v2)", P5, "v2"),
    Defect("L110", "warning", "https://github.com/example/project-05", f"{ARXIV}2107.91111", P5, "not to code"),
    Defect("L111", "warning", "(https://github.com/example/project-05)",
           "(https://github.com/example/project-05) [[demo]](https://github.com/example/project-05)",
           P5, "where another link"),
    Defect("L112", "error", "[[code]](https://github.com/example/project-05)", f"[[pdf]]({ARXIV}2107.91111)", P5,
           "arXiv 2107.91111"),
    Defect("L114", "error", f"abs/{A5}", "abs/2113.90005", P5, "month 13 does not exist"),
    Defect("L115", "note", f"{P5}. *ICML 2021*", f"{P5}. *ICML 2019*", P5, "from 2021"),
    Defect("L116", "warning", "Quiet Tensor", "Quiet\u200b Tensor", "Quiet\u200b", "zero-width space"),
    Defect("L117", "note", f"{P5}.", f"{P5} [oral.", P5, "5 open, 4 close"),
    Defect("L118", "note", "## Practice", "## Practice (16 papers)", "## Practice", "says 16, but 15 papers"),
    Defect("L120", "note", f"[{P18}]({ARXIV}{A18})", P18, P18),
    Defect("L121", "note", ROW, ROW.replace("| NeurIPS |", "|  |"), P18, "no venue"),
    Defect("L121", "note", f"{P5}. *ICML 2021*.", f"{P5}.", P5, "no venue"),
    Defect("L122", "note", f"{P5}.", f"{P5}. *Ada Example, Kelp, Bo Sample*.", P5, '"Kelp" stands among the names'),
    Defect("L130", "note", BULLETS[8], BULLETS[8].replace(". *ICML 2021*.", " / *ICML 2021* /"), name_paper(8)),
    Defect("L130", "note", BULLETS[8], BULLETS[8].replace("- ", "- [good] ", 1), name_paper(8),
           "only this row has `[…]`"),
    Defect("L130", "note", BULLETS[8], BULLETS[8].replace(". *ICML", "; *ICML"), name_paper(8),
           "`;`, where most rows have `.`"),
    Defect("L131", "note", "[[code]](https://github.com/example/project-05)",
           "[[Code]](https://github.com/example/project-05)", P5, '"Code" on line 12, but "code" on 29 rows'),
    Defect("L131", "note", "[[code]](https://github.com/example/project-05)",
           "[[coed]](https://github.com/example/project-05)", P5, '"coed" on line 12, but "code"'),
    Defect("L132", "note", "| 4 | ", "| 5 | ", P18, "number 5 follows 3"),
    Defect("L190", "warning", FIFTH, f"{FIFTH} <!-- flgraph: ignore L016 -->", P5, "'L016'; did you mean"),
    Defect("L190", "warning", FIFTH, f"{FIFTH} <!-- flgraph: ignore -->", P5, "names no code"),
    Defect("L190", "warning", FIFTH, f"{FIFTH} <!-- flgraph ignore: L101 -->", P5, "ignores nothing; write"),
]  # fmt: skip


def lint(text: str, **options: object) -> list[ListFinding]:
    return lint_list(parse_list(text.encode(), name="README.md"), **options)  # type: ignore[arg-type]


def find_line(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize("style", [False, True])
def test_the_clean_list_has_no_finding(style: bool) -> None:
    assert [] == lint(CLEAN, style=style)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: f"{defect.code}-{defect.said[:20]}")
def test_a_defect_is_one_finding_at_its_place(defect: Defect) -> None:
    assert defect.old in CLEAN
    text = CLEAN.replace(defect.old, defect.new, 1)
    [found, *others] = lint(text, style="style" in CODES[defect.code].levels)

    assert (defect.code, defect.level) == (found.code, found.level)
    assert defect.said in found.message
    assert [] == others
    assert find_line(text, defect.at) - (defect.at == BULLETS[10]) == found.line


@pytest.mark.parametrize("text", [CLEAN, CLEAN.replace(f"abs/{A5}", "abs/2113.90005", 1)], ids=["clean", "one defect"])
def test_values_beside_the_rows_change_no_finding(text: str) -> None:
    reading = parse_list(text.encode(), name="README.md")
    value = f"(code: github.com/example/x, arXiv 2101.{A18[5:]} [\u200b)"
    enriched = enrich_list(reading, dict.fromkeys(range(len(reading.entries)), value)).decode()

    assert len(reading.entries) == enriched.count("flgraph:begin")
    assert say(lint(text, style=True)) == say(lint(enriched, style=True))


def test_a_year_is_compared_to_that_of_its_heading() -> None:
    text = CLEAN.replace("## Theory", "## Theory in 2021").replace(
        f"{name_paper(5)}. *ICML 2021*", f"{name_paper(5)}. *ICML 2022*"
    )

    assert [("L113", 12, "the row says 2022 under the heading 2021")] == say(lint(text))
    assert [] == lint(text.replace("in 2021", "2019-2021"))


def test_links_that_nobody_sees_are_one_note_for_a_file() -> None:
    text = CLEAN.replace(
        "[[code]](https://github.com/example/project-0", '<a href=""></a> [[code]](https://github.com/example/project-0'
    )
    [found] = lint(text)

    assert ("L103", "note", 7) == (found.code, found.level, found.line)
    assert "10 links have no text and no address (lines 7, 8, 9, 10, 11, 12 and 4 more)" == found.message
    assert [*range(8, 17)] == [line for _, line in found.others]


def say(findings: list[ListFinding]) -> list[tuple[str, int, str]]:
    return [(found.code, found.line, found.message) for found in findings]


# --- what is no defect -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (name_paper(5) + ".", f"{name_paper(5)}. arXiv:{name_arxiv(5)}."),
        (name_paper(5) + ".", f"{name_paper(5)}. After arXiv:2101.91234 and arXiv:2101.91235."),
        ("(https://github.com/example/project-05)", "(https://doi.org/10.5281/zenodo.99999999)"),
        ("(https://github.com/example/project-05)", "(https://www.nature.com/articles/s99999-1#code-availability)"),
        ("[[code]](https://github.com/example/project-05)", "[[video]](https://aclanthology.org/2099.acl-long.1.mp4)"),
        ("[[code]](https://github.com/example/project-05)", "[[pdf]](https://doi.org/10.99999/a)"),
        ("*ICML 2021*", "*ICML 2022*"),
        (name_paper(5), f"{name_paper(5)} \U0001f469\u200d\u2695\ufe0f"),
        (name_paper(5) + ".", f"{name_paper(5)} \\[oral."),
        ("## Practice", "## Practice (15 papers)"),
        ("## Practice", "## Practice (2021)"),
        (f"https://arxiv.org/abs/{name_arxiv(5)}", "https://web.archive.org/web/2021/https://example.org/a.pdf"),
        ("| 4 | ", "| | "),
    ],
)
def test_what_is_no_defect_is_not_found(old: str, new: str) -> None:
    assert old in CLEAN
    assert [] == say(lint(CLEAN.replace(old, new, 1)))


def test_a_page_of_many_papers_is_no_shared_link() -> None:
    text = CLEAN
    for number in range(5):
        text = text.replace(f"https://arxiv.org/abs/{name_arxiv(number)}", "https://example.org/proceedings/99")

    assert [] == say(lint(text))


def test_one_wrong_link_is_one_finding_even_if_the_text_names_the_right_id() -> None:
    row = BULLETS[6].replace(f"abs/{name_arxiv(6)}", f"abs/{name_arxiv(2)}") + f" arXiv:{name_arxiv(6)}"
    [found] = lint(CLEAN.replace(BULLETS[6], row))

    assert "L101" == found.code
    assert f"the text here says arXiv {name_arxiv(6)}; correct one of the links" in found.message
    assert (("README.md", 9),) == found.others
    assert (name_paper(6), name_paper(2)) == found.titles


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"[[paper]]({ARXIV}{A5})", f"[[paper]]({ARXIV}2113.90005) [[pdf]](https://arxiv.org/pdf/2113.90005)"),
        (f"[[paper]]({ARXIV}{A5}) [[code]](https://github.com/example/project-05)", "arXiv:2113.90005"),
    ],
)
def test_an_impossible_id_is_one_finding_in_links_and_in_text(old: str, new: str) -> None:
    found = [finding for finding in lint(CLEAN.replace(old, new, 1)) if finding.code == "L114"]

    assert ["no arXiv id can be 2113.90005: month 13 does not exist"] == [finding.message for finding in found]


def test_a_preprint_and_its_publication_under_one_title_are_a_repeat() -> None:
    row = BULLETS[5].replace(f"https://arxiv.org/abs/{name_arxiv(5)}", "https://doi.org/10.99999/abc")

    assert ["L105"] == [found.code for found in lint(CLEAN.replace(BULLETS[9], f"{BULLETS[9]}\n{row}"))]


def test_a_link_to_the_same_page_in_another_spelling_is_the_same_work() -> None:
    address = f"https://arxiv.org/abs/{name_arxiv(5)}"
    text = CLEAN.replace(address, "https://www.example.org/papers/alpha.pdf", 1)
    text = text.replace(f"https://arxiv.org/abs/{name_arxiv(6)}", "http://example.org/papers/alpha/", 1)

    assert [("L101", "error", 13)] == [(found.code, found.level, found.line) for found in lint(text)]


# --- comments --------------------------------------------------------------------------------------------

WRONG = BULLETS[6].replace(name_arxiv(6), name_arxiv(2))


@pytest.mark.parametrize(
    "row",
    [
        f"{WRONG} <!-- flgraph: ignore L101 -->",
        f"{WRONG} <!-- flgraph: ignore L106, L101 -->",
        f"<!--flgraph:ignore L101-->\n{WRONG}",
    ],
)
def test_a_comment_in_the_row_or_above_it_silences_a_code(row: str) -> None:
    assert ["L101"] == [found.code for found in lint(CLEAN.replace(BULLETS[6], WRONG))]
    assert [] == say(lint(CLEAN.replace(BULLETS[6], row)))


def test_a_comment_in_one_row_does_not_silence_the_next() -> None:
    text = CLEAN.replace(BULLETS[6], WRONG).replace(BULLETS[5], f"{BULLETS[5]} <!-- flgraph: ignore L101 -->")

    assert ["L101"] == [found.code for found in lint(text)]


def test_a_comment_takes_its_row_out_of_a_finding_about_many() -> None:
    text = CLEAN.replace(
        "[code](https://github.com/example/project-2", '<a href=""></a> [code](https://github.com/example/project-2'
    )
    text = text.replace(f"{TABLE_ROWS[7][:9]}", f"{TABLE_ROWS[7][:9]}<!-- flgraph: ignore L103 -->")
    [found] = lint(text)

    assert 9 == 1 + len(found.others)


# --- records ---------------------------------------------------------------------------------------------


def make_snapshot(*papers: Paper) -> Snapshot:
    return Snapshot(
        source="invented", taken=datetime(2026, 1, 1, tzinfo=UTC), depth=0, catalog_digest="0",
        papers={f"paper-{number}": paper for number, paper in enumerate(papers)},
    )  # fmt: skip


def record(number: int, **facts: object) -> Paper:
    given = {"id": f"r{number}", "ids": {"arxiv": name_arxiv(number)}, "title": name_paper(number), **facts}
    return Paper.model_validate(given)


PREPRINT = CLEAN.replace(f"{name_paper(5)}. *ICML 2021*.", f"{name_paper(5)}.")


@pytest.mark.parametrize(
    ("text", "paper", "said"),
    [
        (CLEAN, record(5, venue="NeurIPS", year=2021), None),
        (PREPRINT, record(5, venue="Journal of Invented Results", year=2023),
         ("L201", "the list shows the preprint, but the paper was published: Journal of Invented Results, 2023")),
        (PREPRINT, record(5, venue="arXiv.org"), None),
        (CLEAN, record(5, title=f"RETRACTED: {name_paper(5)}"),
         ("L202", f'the record says that it was retracted: "RETRACTED: {name_paper(5)}"')),
        (CLEAN, record(5, title="A wholly other invention"),
         ("L203", f'the record of arXiv {A5} has another title: "A wholly other invention"; here "{P5}"')),
        (CLEAN, record(5, ids={"arxiv": name_arxiv(5), "doi": "10.99999/x"}), None),
    ],
)  # fmt: skip
def test_the_rows_are_compared_to_their_records(text: str, paper: Paper, said: tuple[str, str] | None) -> None:
    found = [(one.code, one.message) for one in lint(text, snapshot=make_snapshot(paper)) if one.code >= "L2"]

    assert ([] if said is None else [said]) == found


def refute(title: str, **facts: object) -> Match:
    """Make the match of a row whose link leads to a record with another title."""
    found = {"id": f"arxiv:{A5}", "reason": f"leads to another title: {title!r}", "record": "r9"}
    given = {"status": "review", "method": "id", "refuted": [{**found, "right": "doi:10.99999/x"}], **facts}
    return Match.model_validate(given)


@pytest.mark.parametrize(
    ("match", "is_wrong"),
    [
        (refute("A wholly other invention"), True),
        (refute("A wholly other invention", status="accepted", id="r5"), True),
        (refute("A wholly other invention", status="accepted", id="r9", decided_by="person"), False),
        (refute(P5), False),  # the match of another row, which has the link of this one
    ],
)
def test_a_link_that_a_match_refutes_leads_to_another_paper(match: Match, is_wrong: bool) -> None:
    snapshot = make_snapshot().model_copy(update={"matches": {"paper-5": match}})
    found = [(one.code, one.line, one.message) for one in lint(CLEAN, snapshot=snapshot)]
    message = f'the record of arXiv {A5} has another title: "A wholly other invention"; here "{P5}"; the right one is'

    assert ([("L203", 12, f"{message} DOI 10.99999/x")] if is_wrong else []) == found


def test_the_record_says_which_of_two_titles_an_id_belongs_to() -> None:
    [found] = lint(CLEAN.replace(BULLETS[6], WRONG), snapshot=make_snapshot(record(2)))

    assert ("L101", 13) == (found.code, found.line)
    assert found.message.endswith("; its record has the title on line 9")


def test_two_rows_with_one_record_are_found() -> None:
    text = CLEAN.replace(f"https://arxiv.org/abs/{name_arxiv(6)}", "https://doi.org/10.99999/x")
    merged = record(5, ids={"arxiv": name_arxiv(5), "doi": "10.99999/x"}, title=None)
    [found] = lint(text, snapshot=make_snapshot(merged))

    assert ("L204", 13, (("README.md", 12),)) == (found.code, found.line, found.others)


# --- places ----------------------------------------------------------------------------------------------


def test_columns_count_characters() -> None:
    address = "https://ieeexplore.ieee.org/document/99999999?casa_token=abc"
    text = CLEAN.replace("Delayed Mirror", "Délayed Mirrör").replace(f"https://arxiv.org/abs/{name_arxiv(5)}", address)
    [found] = lint(text)

    assert text.splitlines()[found.line - 1].index(address) + 1 == found.column


def test_every_rule_has_a_defect_here() -> None:
    tested = {defect.code for defect in DEFECTS} | {"L100", "L113", "L119", "L201", "L202", "L203", "L204"}

    assert {rule.code for rule in RULES} == tested


def test_a_large_file_is_warned_of() -> None:
    [found] = lint(f"{CLEAN}\n<!-- {'x' * 450_000} -->\n")

    assert ("L119", 1, 1) == (found.code, found.line, found.column)
    assert "kB: GitHub cuts a README off at 512 kB" in found.message


# --- other forms -----------------------------------------------------------------------------------------


def make_bibtex(*fields: str) -> ListReading:
    """Return a reading as that of a BibTeX file; the rules on Markdown leave its bytes alone."""
    data = "".join(f"@misc{{key{number}, {field}}}\n" for number, field in enumerate(fields)).encode()
    return ListReading("refs.bib", "bibtex", data, ())


def test_records_of_data_files_are_checked_by_the_same_rules() -> None:
    reading = make_bibtex("title = {[a}", "title = {[b}")
    first, second = 0, reading.data.index(b"\n") + 1
    one = ListEntry("paper", name_paper(1), f"https://arxiv.org/abs/{A1}", (), 1, (first, second), 0, ids={"arxiv": A2})
    two = ListEntry("paper", name_paper(2), None, (), 2, (second, len(reading.data)), 1, ids={"doi": "10.99999/x"})
    three = ListEntry("paper", name_paper(3), None, (), 2, (second, len(reading.data)), 1)
    found = lint_list(replace(reading, entries=(one, two, three)), style=True)

    assert [("L102", 1), ("L120", 2)] == [(finding.code, finding.line) for finding in found]


def test_the_files_of_a_folder_are_checked_against_each_other() -> None:
    one, two = (
        parse_list(f"# A\n\n{BULLETS[number]}\n{row}\n".encode(), name=f"areas/{number}.md")
        for number, row in ((1, BULLETS[2]), (3, BULLETS[2]))
    )
    both = ListReading("areas", "folder", b"", (*one.entries, *two.entries), parts=(one, two))
    [found] = lint_list(both)

    assert ("L106", "areas/3.md", 4) == (found.code, found.path, found.line)
    assert found.message.endswith("is also in another section, on line 4 of areas/1.md")
    assert (("areas/1.md", 4),) == found.others


def test_a_message_is_one_line() -> None:
    text = "| Title |\n|---|\n" + "".join(
        f"<tr><td><a href='https://arxiv.org/abs/{name_arxiv(2)}'>{name.replace(' ', chr(10), 1)}</a></td></tr>\n"
        for name in (P5, P6)
    )
    assert [] == [found for found in lint(f"<table>\n{text}</table>\n") if "\n" in str(found)]


@pytest.mark.parametrize(
    "badge",
    [
        " ![](https://img.shields.io/github/stars/example/x?style=social)",
        " [![stars](https://img.shields.io/github/stars/example/x)](https://github.com/example/project-08)",
        ' <img src="https://img.shields.io/github/stars/example/x" height="12">',
        " <!-- flgraph: ignore L101 -->",
    ],
)
def test_a_badge_or_a_comment_is_no_other_form(badge: str) -> None:
    found = lint_list(parse_list(CLEAN.replace(BULLETS[8], BULLETS[8] + badge).encode(), name="README.md"), style=True)

    assert "L130" not in {one.code for one in found}
