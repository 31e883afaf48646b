"""Blocks of HTML: tables as grids, lists, headings, paragraphs, and Markdown between tags."""

from __future__ import annotations

import pytest

from flgraph.lists.blocks.document import read_document
from flgraph.lists.blocks.pieces import Block, join_text


def read_rows(text: str) -> list[Block]:
    return [block for block in read_document(text.encode()).blocks if block.kind == "row"]


def read_grid(text: str) -> list[list[str]]:
    """Return the cells of each row by column; what is inherited is in brackets, a missing column is a hyphen."""
    rows = read_rows(text)
    grid = [["-"] * (max(row.columns) + 1) for row in rows]
    for line, row in zip(grid, rows, strict=True):
        for column, cell, inherited in zip(row.columns, row.cells or (), row.inherited, strict=True):
            line[column] = f"[{join_text(cell)}]" if inherited else join_text(cell)
    return grid


def read_blocks(text: str) -> list[tuple[str, str]]:
    return [(block.kind, join_text(block.pieces)) for block in read_document(text.encode()).blocks]


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
        "<table><tr><td>a<td>b<tr><td>c<td>d</table>",
        "<table><td>a<td>b<tr><td>c<td>d</table>",
        "<table><tbody><tr><td>a</td><td>b</td><tbody><tr><td>c<td>d</tbody></table>",
        "<table>\n<tr>\n<td>a</td>\n\n<td>b</td></tr>\n\n<tr><td>c</td>\n<td>d</td></tr>\n</table>",
        "<TABLE><TR><TD>a<TD>b</TR><TR><TD>c<TD>d",
        "<tr><td>a<td>b</tr><tr><td>c<td>d</tr>",
        "<table><tr><td>a</td><td>b</td></tr><tr></tr><tr><td>c</td><td>d</td></tr></table>",
        "<table><tr><td>a</td><td>b<!-- <td>x --></td></tr><!-- <tr><td>y\n\n --><tr><td>c</td><td>d</td></tr></table>",
    ],
)
def test_tags_that_are_missing_are_implied(table: str) -> None:
    assert [["a", "b"], ["c", "d"]] == read_grid(table)


def test_cell_that_spans_rows_is_inherited() -> None:
    table = "<table><tr><td rowspan=3>2020<td>a<td rowspan='2'>x<tr><td>b<tr><td>c<td>d<tr><td>e</table>"
    assert [["2020", "a", "x"], ["[2020]", "b", "[x]"], ["[2020]", "c", "d"], ["e"]] == read_grid(table)


def test_inherited_cell_holds_the_pieces_of_the_cell_above() -> None:
    first, second = read_rows("<table><tr><td rowspan=2>[a](u) https://x.y<td>b<tr><td>c</table>")
    assert first.cells is not None
    assert second.cells is not None
    assert first.cells[0] is second.cells[0]
    assert ["u", "https://x.y"] == [piece.url for piece in second.cells[0] if piece.kind == "link"]
    assert ["c"] == [piece.text for piece in second.pieces]


def test_cell_that_spans_columns_moves_the_others() -> None:
    assert [["a", "-", "b"], ["[a]", "-", "c"]] == read_grid(
        "<table><tr><td colspan=2 rowspan=2>a<td>b<tr><td>c</table>"
    )


@pytest.mark.parametrize("span", ["0", "-1", "x", "", "99999999999999999999", "1000000"])
def test_odd_spans_are_read(span: str) -> None:
    grid = read_grid(f"<table><tr><td rowspan='{span}'>a<td>b<tr><td>c</table>")
    assert ["a", "b"] == grid[0]


def test_every_own_cell_counts_as_a_column_in_the_row() -> None:
    (row,) = read_rows("<table><tr><td></td><td>a</td><td></td></tr></table>")
    assert ["|", "a", "|"] == [piece.text for piece in row.pieces]


@pytest.mark.parametrize(
    "head", ["<tr><th>Foo<th>Bar", "<thead><tr><th>Foo</th><th>Bar</th></tr></thead>", "<tr><td>Title<td>Year"]
)
def test_header_row_names_the_columns(head: str) -> None:
    rows = read_rows(f"<table>{head}<tr><td>a<td>b<tr><td>c<td>d</table>")
    assert ["a b", "c d"] == [" ".join(join_text(cell) for cell in row.cells or ()) for row in rows]
    assert {("Foo", "Bar") if "Foo" in head else ("Title", "Year")} == {row.header for row in rows}


def test_header_that_spans_columns_labels_each() -> None:
    (row,) = read_rows("<table><tr><th>Title<th colspan=2>Links<th>Year<tr><td>a<td>b<td>c<td>d</table>")
    assert ("Title", "Links", "Links", "Year") == row.header


def test_row_of_links_is_no_header() -> None:
    assert [["Title", "Year"]] == read_grid("<table><tr><td><a href=u>Title</a><td>Year</table>")


def test_second_header_replaces_the_first() -> None:
    rows = read_rows("<table><tr><th>a<th>b<tr><td>1<td>2<tr><th>c<th>d<tr><td>3<td>4</table>")
    assert [("a", "b"), ("c", "d")] == [row.header for row in rows]


def test_group_row_is_a_row_of_one_cell() -> None:
    rows = read_rows("<table><tr><th>a<th>b<tr><th colspan=2>2020</th></tr><tr><td>1<td>2</table>")
    assert [1, 2] == [len(row.cells or ()) for row in rows]


def test_nested_table_has_rows_of_its_own_after_the_row_around_it() -> None:
    rows = read_rows("<table><tr><td>a<table><tr><td>b<tr><td>c</table>d<td>e</table>")
    assert ["a d e", "b", "c"] == [join_text(row.pieces) for row in rows]
    assert rows[0].group != rows[1].group == rows[2].group


@pytest.mark.parametrize("cell", ["[A title](u)", "\n\n[A title](u)\n\n", "<p>[A title](u)</p>", "- **[A title](u)**"])
def test_markdown_in_a_cell_is_read(cell: str) -> None:
    (row,) = read_rows(f"<table>\n<tr><td>{cell}</td><td>2020</td></tr>\n</table>")
    assert [("link", "A title", "u"), ("break", "|", None), ("text", "2020", None)] == [
        (piece.kind, piece.text, piece.url) for piece in row.pieces
    ]


def test_lines_of_a_cell_are_apart() -> None:
    (row,) = read_rows("<table><tr><td><p>a</p><p>b</p>c<br>d<ul><li>e</li><li>f</ul><h3>g</h3>h</table>")
    assert "a/b/c/d/e/f/g/h" == "".join("/" if piece.kind == "break" else piece.text for piece in row.pieces)


def test_table_in_a_markdown_item_leaves_the_items_after_it() -> None:
    document = read_document(b"- a\n  <table><tr><td>x\n\n  </td></tr></table>\n\n  b\n- c\n\nd\n")
    assert [("item", "a b", None), ("row", "x", 0), ("item", "c", None), ("paragraph", "d", None)] == [
        (block.kind, join_text(block.pieces), block.parent) for block in document.blocks
    ]


def test_text_behind_a_table_is_read() -> None:
    text = "<table><tr><td>a\n\n</table> [b](u)\nc\n\nd"
    assert [("row", "a"), ("paragraph", "b"), ("paragraph", "c"), ("paragraph", "d")] == read_blocks(text)


def test_table_that_is_never_closed_ends_with_its_section() -> None:
    text = "<table><tr><td>a\n\n<tr><td>b\n\n## Next\n\n- c\n"
    assert [("row", "a"), ("row", "b"), ("heading", "Next"), ("item", "c")] == read_blocks(text)


def test_lists_are_nested() -> None:
    document = read_document(b"<ul><li>a<ol><li>b</li><li>c</ol>d</li><li>e</ul>")
    assert [("a d", 0, None), ("b", 1, 0), ("c", 1, 0), ("e", 0, None)] == [
        (join_text(block.pieces), block.depth, block.parent) for block in document.blocks
    ]
    assert document.blocks[1].group == document.blocks[2].group != document.blocks[0].group
    assert document.blocks[0].end >= document.blocks[2].end


def test_headings_and_paragraphs() -> None:
    text = "<h2 align=center>Papers <a id=p></a></h2>\n<p>one</p><div>two <b>bold</b></div>\n\n- three"
    document = read_document(text.encode())
    assert [("heading", "Papers"), ("paragraph", "one"), ("paragraph", "two bold"), ("item", "three")] == [
        (block.kind, join_text(block.pieces)) for block in document.blocks
    ]
    assert ("Papers",) == document.blocks[3].section


@pytest.mark.parametrize("blank", ["\n", "\n\n"])
@pytest.mark.parametrize("indent", ["", "  ", "    "])
def test_details_hold_a_list(blank: str, indent: str) -> None:
    text = f"<details><summary>2020</summary>{blank}{indent}- [a](u) <br> b\n{indent}- [c](v)\n{blank}</details>\n"
    if indent == "    " and blank == "\n\n":
        assert [("paragraph", "2020")] == read_blocks(text)  # Markdown reads this as code
    else:
        assert [("paragraph", "2020"), ("item", "a b"), ("item", "c")] == read_blocks(text)


def test_details_hold_a_markdown_table() -> None:
    text = "<details>\n<summary>2020</summary>\n\n|Title|Year|\n|-|-|\n|[a](u)|2020|\n\n</details>\n"
    assert [("paragraph", "2020"), ("row", "a 2020")] == read_blocks(text)


def test_details_in_an_item_are_lines_of_the_item() -> None:
    assert [("item", "a Abstract text"), ("item", "b")] == read_blocks(
        "- a\n  <details><summary>Abstract</summary>text</details>\n- b"
    )


@pytest.mark.parametrize("tag", ["pre", "script", "style", "textarea"])
def test_code_and_scripts_are_left_out(tag: str) -> None:
    assert [("paragraph", "b")] == read_blocks(f"<div>\n<{tag}>a <b>[x](y)</b></{tag}>b\n</div>")


def test_comment_over_blank_lines_in_html_is_left_out() -> None:
    assert [("paragraph", "a"), ("paragraph", "b")] == read_blocks("<p>a\n<!-- x\n\n- [y](z)\n\n-->\n</p>\nb")


def test_html_in_a_quote_has_no_quote_marks() -> None:
    assert [("row", "a b")] == read_blocks("> <table>\n> <tr><td>a\n> b\n> </table>\n")


def test_less_than_is_text() -> None:
    assert [("paragraph", "a < b <c d")] == read_blocks("<p>a < b &lt;c d</p>")
