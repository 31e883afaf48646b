"""Venue, year and authors: from the row, its columns and keys, the siblings, spanning cells, and headings."""

from __future__ import annotations

import pytest

from flgraph.lists.drafting.columns import role_of, title_bonus
from flgraph.lists.entries import ListEntry
from flgraph.lists.reading import parse_list
from tests.lists.spans import find_wrong_spans

ARXIV = "https://arxiv.org/abs/2199.0000"
TITLE = "Learning to forget in hospitals"
OTHERS = ("Rest in the wards of a town", "Sleep after many long nights", "Memory of what was never there")


def read(text: str) -> list[ListEntry]:
    """Return the papers of a list, all of whose spans are right."""
    reading = parse_list(text.encode())
    assert [] == list(find_wrong_spans(reading))
    return reading.papers


def list_fields(text: str) -> list[tuple[str | None, int | None, str | None]]:
    return [(entry.venue, entry.year, entry.authors) for entry in read(text)]


# --- columns ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Venue", "venue"), ("Published in", "venue"), ("会议", "venue"), ("Zeitschrift", "venue"),
        ("Year", "year"), ("Publication Year", "year"), ("Jahr", "year"), ("Date", "date"),
        ("Publication date", "date"),
        ("Authors", "authors"), ("Author(s)", "authors"), ("作者", "authors"),
        ("Affiliation", "note"), ("Code", "note"), ("Paper & Code", None), ("TL;DR", "note"), ("Keywords", "note"),
        ("Title", None), ("", None),
    ],
)  # fmt: skip
def test_a_header_says_which_field_its_cells_hold(header: str, role: str | None) -> None:
    assert role == role_of(header)


def test_a_header_says_whether_its_cells_are_titles() -> None:
    assert [1.5, 1.5, 1.0, 0.0, -2.0, -2.0, -3.5] == [
        title_bonus(header) for header in ("Title", "论文", "Paper", "", "Paper link", "Venue", "Summary")
    ]


def test_cells_are_read_by_their_column() -> None:
    text = f"| Title | Team | Where | Year |\n|-|-|-|-|\n| [{TITLE}]({ARXIV}1) | Example | Oslo Days | 2021 |\n"
    [paper] = read(text)

    assert ("Oslo Days", 2021, "Example") == (paper.venue, paper.year, paper.authors)
    assert {"title", "url", "venue", "year", "authors"} == set(paper.spans)


def test_a_column_of_notes_holds_no_field() -> None:
    text = f"| Title | Institution | Year |\n|-|-|-|\n| [{TITLE}]({ARXIV}1) | Ada Example, Bo Sample | 2021 |\n"

    assert [(None, 2021, None)] == list_fields(text)


def test_a_spanning_cell_is_read_for_each_row_but_has_its_bytes_in_one() -> None:
    text = (
        "<table><tr><th>Venue</th><th>Paper</th></tr>"
        f'<tr><td rowspan="2">ICML 2021</td><td><a href="{ARXIV}1">{TITLE}</a></td></tr>'
        f'<tr><td><a href="{ARXIV}2">{OTHERS[0]}</a></td></tr></table>'
    )
    first, second = read(text)

    assert ("ICML", "ICML") == (first.venue, second.venue)
    assert ("row", "spanning cell") == (first.origins["venue"], second.origins["venue"])
    assert "venue" in first.spans
    assert "venue" not in second.spans
    assert (2021, 2021) == (first.year, second.year)


def test_two_works_in_a_cell_share_its_columns() -> None:
    text = f"| Paper | Venue |\n|-|-|\n| [{TITLE}]({ARXIV}1)<br>[{OTHERS[0]}]({ARXIV}2) | ICML 2021 |\n"
    first, second = read(text)

    assert [("ICML", 2021), ("ICML", 2021)] == [(one.venue, one.year) for one in (first, second)]
    assert (f"{ARXIV}1", f"{ARXIV}2") == (first.url, second.url)
    assert ((), ("shares a row",)) == (first.doubts, second.doubts)


# --- rows ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rest", "venue", "year", "authors"),
    [
        (". A. Example, B. Sample. ICML 2021", "ICML", 2021, "A. Example, B. Sample"),
        (", Ada Example and Bo Sample, *Annals of Invention*, 12(3), 2021", "Annals of Invention", 2021,
         "Ada Example and Bo Sample"),
        (" (NeurIPS'21) by Ada Example, Bo Sample", "NeurIPS", 2021, "Ada Example, Bo Sample"),
        (". Example A, Sample B, et al. J. Sleep, 2020", "J. Sleep", 2020, "Example A, Sample B, et al"),
        (" [ICML 2021] [[code]](https://github.com/example/x)", "ICML", 2021, None),
        (". 张三, 李四. 虚构学报, 2021", "虚构学报", 2021, "张三, 李四"),
        ("<br>Authors: Example, Sample<br>Venue: Oslo Days<br>Year: 2021", "Oslo Days", 2021, "Example, Sample"),
        (". Preprint, 2021", None, 2021, None),
        (". Ada Example1, Bo Sample2. ICML 2021", "ICML", 2021, "Ada Example, Bo Sample"),
    ],
)  # fmt: skip
def test_the_fields_of_a_row(rest: str, venue: str | None, year: int | None, authors: str | None) -> None:
    assert [(venue, year, authors)] == list_fields(f"- [{TITLE}]({ARXIV}1){rest}\n")


def test_names_are_as_they_are_written() -> None:
    [paper] = read(f"- [{TITLE}]({ARXIV}1). Ada Example; Bo Sample & Cy Third. ICML 2021\n")

    assert "Ada Example; Bo Sample & Cy Third" == paper.authors


def test_linked_names_and_names_in_a_linked_reference_are_authors() -> None:
    [linked] = read(
        f"- [{TITLE}]({ARXIV}1), [Ada Example](https://example.org/~ada), [Bo Sample](https://example.org/~bo)\n"
    )
    [reference] = read(f"- [Example A, Sample B. {TITLE}]({ARXIV}1), ICML 2021\n")

    assert "Ada Example, Bo Sample" == linked.authors
    assert "authors" not in linked.spans
    assert (TITLE, "Example A, Sample B") == (reference.title, reference.authors)


def test_a_single_author_is_believed_where_siblings_have_several() -> None:
    several = "".join(
        f"- [{title}]({ARXIV}{place}). Ada Example, Bo Sample. ICML 2021\n" for place, title in enumerate(OTHERS)
    )
    papers = read(f"{several}- [{TITLE}]({ARXIV}9). Cy Third. ICML 2021\n")

    assert "Cy Third" == papers[-1].authors


def test_an_unknown_venue_is_believed_where_siblings_have_known_ones() -> None:
    known = "".join(f"- [{title}]({ARXIV}{place}), *ICML*\n" for place, title in enumerate(OTHERS))
    row = f"- [{TITLE}]({ARXIV}9), *Annals*\n"

    assert "Annals" == read(known + row)[-1].venue


def test_the_year_beside_the_venue_counts_before_another_and_a_day_last() -> None:
    [paper] = read(f"- [2023/12] [{TITLE}]({ARXIV}1). A. Example, B. Sample. ICML 2021\n")
    [dated] = read(f"- [2023/12] [{TITLE}]({ARXIV}1). A. Example, B. Sample.\n")

    assert (2021, 2023) == (paper.year, dated.year)


def test_tags_are_brackets_that_hold_no_field() -> None:
    [paper] = read(f"- [ICML 2021] [{TITLE}]({ARXIV}1) [oral]\n")

    assert ("oral",) == paper.tags


# --- headings --------------------------------------------------------------------------------------------------


def test_a_heading_says_venue_and_year_where_rows_do_not() -> None:
    [paper] = read(f"# NeurIPS 2021 (1 paper)\n- [{TITLE}]({ARXIV}1)\n")

    assert ("NeurIPS", 2021) == (paper.venue, paper.year)
    assert {"venue": "heading", "year": "heading"} == {name: paper.origins[name] for name in ("venue", "year")}  # type: ignore[index]
    assert {"title", "url"} == set(paper.spans)


def test_a_venue_of_the_heading_is_not_taken_where_rows_name_theirs() -> None:
    rows = "".join(f"- [{title}]({ARXIV}{place}), *KDD 2020*\n" for place, title in enumerate(OTHERS))
    papers = read(f"# NeurIPS 2021\n{rows}- [{TITLE}]({ARXIV}9)\n")

    assert ["KDD", "KDD", "KDD", None] == [paper.venue for paper in papers]
    assert [2020, 2020, 2020, 2021] == [paper.year for paper in papers]


@pytest.mark.parametrize("heading", ["Papers", "Survey papers", "Journal papers", "Memory", "Conferences"])
def test_a_heading_of_a_subject_is_no_venue(heading: str) -> None:
    assert [(None, None, None)] == list_fields(f"# {heading}\n- [{TITLE}]({ARXIV}1)\n")


def test_unknown_names_among_venues_are_venues() -> None:
    text = "# 2021\n" + "".join(
        f"## {venue}\n- [{title}]({ARXIV}{place})\n"
        for place, (venue, title) in enumerate(zip(("ICML", "Oslo Days", "KDD"), OTHERS, strict=True))
    )

    assert [("ICML", 2021, None), ("Oslo Days", 2021, None), ("KDD", 2021, None)] == list_fields(text)


def test_the_item_above_says_the_year() -> None:
    [first, _] = read(f"- 2021\n  - [{TITLE}]({ARXIV}1)\n  - [{OTHERS[0]}]({ARXIV}2)\n")

    assert (2021, "parent") == (first.year, first.origins["year"])


def test_a_journal_in_italics_is_one_text() -> None:
    text = f"- [{TITLE}]({ARXIV}1). *Law, Rest and Sleep: Applied Wards* 16 (1): 88-121. 2021\n"
    text += f"- [{OTHERS[0]}]({ARXIV}2). *Annals of Invention* 12. 2020\n"

    assert ["Law, Rest and Sleep: Applied Wards", "Annals of Invention"] == [entry.venue for entry in read(text)]


def test_a_surname_before_a_dated_venue_is_the_author() -> None:
    text = f"- {TITLE} (Example, ICML 2020) {ARXIV}1\n- {OTHERS[0]} (Sample, Third, ICML 2021) {ARXIV}2\n"

    assert [("ICML", 2020, "Example"), ("ICML", 2021, "Sample, Third")] == list_fields(text)


def test_institutions_in_the_place_of_names_are_no_authors() -> None:
    text = "".join(f"- ICML-2021 | {title} | {institution} | [PDF]({ARXIV}{number})\n" for number, (title, institution)
                   in enumerate(zip((TITLE, *OTHERS), ("Example Market", "University of Sample", "Third Institute",
                                                       "Example Market"), strict=True)))  # fmt: skip

    assert 4 * [("ICML", 2021, None)] == list_fields(text)


def test_bold_titles_are_told_from_bold_venues_behind_names() -> None:
    text = f"- **{TITLE}**, *Ada Example, Bo Sample*, **Physical Review A 2020**. [[paper]]({ARXIV}1)\n"

    assert [TITLE] == [entry.title for entry in read(text)]
    assert [("Physical Review A", 2020, "Ada Example, Bo Sample")] == list_fields(text)
