"""Blocks into rows: wrapped lines, footnotes, record tables, group labels, child bullets, headings that are works."""

from __future__ import annotations

import pytest

from flgraph.lists.blocks.document import read_document
from flgraph.lists.blocks.pieces import join_text
from flgraph.lists.blocks.rows import gather_rows

LINK = "https://arxiv.org/abs/2199.0000"
TITLE = "Learning to forget in hospitals"


def list_rows(text: str) -> list[str]:
    """Return the text of each row, one line for each block that it is made of."""
    document = read_document(text.encode())
    return [join_text(row.pieces) for row in gather_rows(document)]


def list_above(text: str) -> list[tuple[str, ...]]:
    return [row.above for row in gather_rows(read_document(text.encode()))]


# --- wrapped lines ---------------------------------------------------------------------------------------------


def test_a_sentence_goes_on_over_a_line_break() -> None:
    document = read_document(b"- **Learning to\n  forget**, and\n  more\n")
    [row] = gather_rows(document)

    assert "Learning to forget, and more" == join_text(row.pieces)
    assert not any(piece.kind == "break" for piece in row.pieces)


def test_lines_that_each_hold_a_field_stay_apart() -> None:
    [row] = gather_rows(read_document(b"- Learning to forget\n  Ada Example, Bo Sample\n  ICML 2021\n"))

    assert 2 == sum(piece.kind == "break" for piece in row.pieces)


def test_a_file_that_is_wrapped_at_a_width_is_joined() -> None:
    words = "Ada Example and Bo Sample Wrote Much More about Sleep in Wards of Many"
    text = "".join(f"- {words} Old\n  Hospitals {number}\n" for number in range(6))
    rows = gather_rows(read_document(text.encode()))

    assert not any(piece.kind == "break" for row in rows for piece in row.pieces)
    few = gather_rows(read_document(text.partition("Hospitals 3")[0].encode()))
    assert any(piece.kind == "break" for row in few for piece in row.pieces)


# --- footnotes -------------------------------------------------------------------------------------------------


def test_a_footnote_belongs_to_the_row_that_refers_to_it() -> None:
    text = f"- {TITLE}[^a]\n- Sleep in wards[^b]\n\n[^a]: [PDF]({LINK}1)\n\n[^b]: Ada Example\n\n[^c]: unused\n"

    assert [f"{TITLE} PDF", "Sleep in wards Ada Example", "unused"] == list_rows(text)


# --- tables that hold one record -------------------------------------------------------------------------------


def test_a_table_of_keys_and_values_is_one_row() -> None:
    text = f"<table><tr><td>Title</td><td>{TITLE}</td></tr><tr><td>Authors:</td><td>A. Example</td></tr></table>"

    assert [f"Title: {TITLE} Authors:A. Example"] == list_rows(text)


def test_a_table_with_a_header_is_not() -> None:
    assert [f"Title {TITLE}", "Authors Ada Example"] == list_rows(
        f"| Key | Value |\n|-|-|\n| Title | {TITLE} |\n| Authors | Ada Example |\n"
    )


# --- lines above groups ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["**2021**", "**Sleep**", "NeurIPS 2021", "2021"])
def test_a_line_that_names_a_group_is_above_its_rows(label: str) -> None:
    text = f"{label}\n\n- [{TITLE}]({LINK}1)\n- [Sleep in wards]({LINK}2)\n"

    assert [TITLE, "Sleep in wards"] == list_rows(text)
    assert [(label.strip("*"),)] * 2 == list_above(text)


def test_a_label_ends_at_the_next_label_and_at_a_heading() -> None:
    text = (
        f"**2021**\n\n- [{TITLE}]({LINK}1)\n\n**2020**\n\n- [Sleep in wards]({LINK}2)\n\n# More\n\n- [Rest]({LINK}3)\n"
    )

    assert [("2021",), ("2020",), ()] == list_above(text)


def test_a_row_with_one_cell_names_the_rows_below_it() -> None:
    text = (
        f"<table><tr><th>Paper</th><th>Venue</th></tr><tr><td>Memory</td><td></td></tr>"
        f'<tr><td><a href="{LINK}1">{TITLE}</a></td><td>ICML</td></tr></table>'
    )

    assert [f"{TITLE} ICML"] == list_rows(text)
    assert [("Memory",)] == list_above(text)


@pytest.mark.parametrize(
    "line", [f"[2021]({LINK}1)", "Year: 2021", "A long line of many words that names no group of 2021 at all"]
)
def test_a_link_a_field_or_a_sentence_names_no_group(line: str) -> None:
    assert all("2021" not in " ".join(above) for above in list_above(f"{line}\n\n- [{TITLE}]({LINK}2)\n"))


# --- child bullets ---------------------------------------------------------------------------------------------


def test_child_bullets_belong_to_the_work_above() -> None:
    text = f"- **{TITLE}**\n  - Ada Example, Bo Sample\n  - [PDF]({LINK}1)\n    - ICML 2021\n"
    [row] = gather_rows(read_document(text.encode()))

    assert f"{TITLE} Ada Example, Bo Sample PDF ICML 2021" == join_text(row.pieces)
    assert row.children_from == 0


def test_an_item_above_works_is_a_topic() -> None:
    text = f"- Memory\n  - Sleep\n    - [{TITLE}]({LINK}1)\n    - [Sleep in many wards]({LINK}2)\n"

    assert [TITLE, "Sleep in many wards"] == list_rows(text)
    assert [("Memory", "Sleep")] * 2 == list_above(text)


def test_a_work_below_a_linked_work_stands_alone() -> None:
    text = f"- [{TITLE}]({LINK}1)\n  - [Sleep in the wards of hospitals]({LINK}2)\n  - Ada Example\n"

    assert [f"{TITLE} Ada Example", "Sleep in the wards of hospitals"] == list_rows(text)


# --- headings that are works -----------------------------------------------------------------------------------


def test_headings_with_links_to_papers_take_the_lines_below() -> None:
    first = f"## [{TITLE}]({LINK}1)\n\nAda Example\n\n- ICML 2021\n\n"
    text = f"# Papers\n\n{first}## [Sleep in the wards]({LINK}2)\n\nBo Sample\n"

    assert [f"{TITLE} Ada Example ICML 2021", "Sleep in the wards Bo Sample"] == list_rows(text)


def test_a_heading_above_the_link_of_one_paper_is_a_work() -> None:
    text = "# Papers\n\n" + "".join(
        f"## {title}\n\nAda Example and others. [PDF]({LINK}{number})\n\n"
        for number, title in enumerate((f"{TITLE}: a trial", "Sleep in the wards: a randomised trial of rest"))
    )

    assert [
        f"{TITLE}: a trial Ada Example and others. PDF",
        "Sleep in the wards: a randomised trial of rest Ada Example and others. PDF",
    ] == list_rows(text)


def test_headings_of_sections_are_no_rows() -> None:
    text = f"# Papers\n\n## 2021\n\n- [{TITLE}]({LINK}1)\n\n## 2020\n\n- [Sleep in wards]({LINK}2)\n"

    assert [TITLE, "Sleep in wards"] == list_rows(text)


# --- paragraphs ------------------------------------------------------------------------------------------------


def test_a_paragraph_is_one_row_for_each_work() -> None:
    text = f"[{TITLE}]({LINK}1)\nAda Example\n[Sleep in many wards]({LINK}2)\nBo Sample\n"

    assert [f"{TITLE} Ada Example", "Sleep in many wards Bo Sample"] == list_rows(text)


def test_names_before_a_title_belong_to_it() -> None:
    text = f"A. Example, B. Sample:\n[{TITLE}]({LINK}1)\n"

    assert [f"A. Example, B. Sample: {TITLE}"] == list_rows(text)


def test_a_paragraph_of_names_adds_to_the_work_above() -> None:
    prose = "This list is kept by hand and grows when somebody finds the time."
    text = f"[{TITLE}]({LINK}1)\n\nAda Example, Bo Sample, Cy Third\n\n{prose}\n"
    first, second = list_rows(text)

    assert f"{TITLE} Ada Example, Bo Sample, Cy Third" == first
    assert prose == second


# --- details ---------------------------------------------------------------------------------------------------


def fold(title: str, number: int, more: str = "") -> str:
    return (
        f"<details>\n<summary><b>{title}</b> (ICML 2021)</summary>\n\n"
        f"**Authors:** A. Example\n\n[Paper]({LINK}{number}){more}\n\n</details>\n\n"
    )


def test_a_summary_that_is_a_work_takes_what_is_folded_below_it() -> None:
    rows = list_rows(fold(TITLE, 1) + fold("Rest in the wards of a town", 2) + "- [Software](https://example.org)\n")

    assert [f"{TITLE} (ICML 2021) Authors: A. Example Paper",
            "Rest in the wards of a town (ICML 2021) Authors: A. Example Paper", "Software"] == rows  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        fold(TITLE, 1),  # one alone is no habit of the file
        fold("2021", 1) + fold("2022", 2),  # no titles
        fold(TITLE, 1, f"\n\n- [Sleep after many long nights]({LINK}3)") * 2,  # works of their own
    ],
)
def test_a_summary_that_names_a_group_takes_nothing(text: str) -> None:
    assert "Paper" in list_rows(text)


def test_an_item_above_named_links_is_a_topic() -> None:
    links = "  - [Alpha](https://example.org/a) counts beds\n  - [Beta](https://example.org/b)\n"

    assert ["Alpha counts beds", "Beta"] == list_rows("- Engines\n" + links)


def test_an_item_above_labels_keeps_them() -> None:
    assert ["Engines code data"] == list_rows(
        "- Engines\n  - [code](https://example.org/a)\n  - [data](https://example.org/b)\n"
    )
