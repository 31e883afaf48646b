"""Documents: blocks of Markdown, sections, places of all pieces, and files that are odd or hostile."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flgraph.errors import CatalogError
from flgraph.lists.blocks.document import read_document
from flgraph.lists.blocks.html_tokens import unescape_html
from flgraph.lists.blocks.pieces import Block, Document, Piece, join_text
from tests.time_limit import within_seconds


def read_blocks(text: str | bytes) -> list[tuple[str, str]]:
    document = read_document(text if isinstance(text, bytes) else text.encode())
    return [(block.kind, join_text(block.pieces)) for block in document.blocks]


def test_sections_are_the_headings_above() -> None:
    text = "# A\n\n### B\n\nx\n\nSetext\n------\n\ny\n\n# C\n\nz"
    document = read_document(text.encode())
    sections = {join_text(block.pieces): block.section for block in document.blocks}
    assert {
        "A": (),
        "B": ("A",),
        "x": ("A", "B"),
        "Setext": ("A",),
        "y": ("A", "Setext"),
        "C": (),
        "z": ("C",),
    } == sections
    assert [1, 3, 2, 1] == [block.level for block in document.blocks if block.kind == "heading"]


def test_items_know_their_depth_parent_and_group() -> None:
    document = read_document(b"- a\n  - b\n    - c\n  - d\n- e\n\n1. f\n")
    assert [("a", 0, None), ("b", 1, 0), ("c", 2, 1), ("d", 1, 0), ("e", 0, None), ("f", 0, None)] == [
        (join_text(block.pieces), block.depth, block.parent) for block in document.blocks
    ]
    groups = [block.group for block in document.blocks]
    assert groups[0] == groups[4]
    assert groups[1] == groups[3]
    assert 4 == len(set(groups)) == document.number_of_group
    assert 5 == document.new_group() == document.number_of_group


def test_paragraphs_and_quotes_of_an_item_are_its_lines() -> None:
    text = "- a\n\n  b\n  > c\n\n  ```\n  code [x](y)\n  ```\n  d\n- [x] e\n"
    assert [("item", "a b c d"), ("item", "e")] == read_blocks(text)


def test_text_behind_code_in_an_item_is_a_line_of_its_own() -> None:
    document = read_document(b"- a\n  ```\n  x\n  ```\n  b\n")
    assert ["a", "\n", "b"] == [piece.text for piece in document.blocks[0].pieces]


def test_rows_of_a_table() -> None:
    document = read_document(b"|Title|Year|\n|-|-|\n|[a](u)|2020|\n||2021|\n|b|\n")
    assert [["a", "2020"], ["", "2021"], ["b", ""]] == [
        [join_text(cell) for cell in block.cells or ()] for block in document.blocks
    ]
    assert {("Title", "Year")} == {block.header for block in document.blocks}
    assert {(0, 1)} == {block.columns for block in document.blocks}
    assert ["a", "|", "2020"] == [piece.text for piece in document.blocks[0].pieces]
    assert ["|", "2021"] == [piece.text for piece in document.blocks[1].pieces]


def test_row_below_an_empty_header_may_name_the_columns() -> None:
    (block,) = read_document(b"| | |\n|-|-|\n|Title|Year|\n|a|2020|\n").blocks
    assert ("Title", "Year") == block.header


def test_table_in_an_item_belongs_to_it() -> None:
    document = read_document(b"- a\n\n  |x|y|\n  |-|-|\n  |1|2|\n\n  b\n")
    assert [("item", "a b", None), ("row", "1 2", 0)] == [
        (block.kind, join_text(block.pieces), block.parent) for block in document.blocks
    ]


def test_code_holds_no_blocks() -> None:
    text = "a\n\n    - [b](c)\n\n```\n- [d](e)\n# f\n```\n\n~~~\nnever closed [g](h)\n"
    assert [("paragraph", "a")] == read_blocks(text)


@pytest.mark.parametrize("comment", ["<!-- [a](b) -->", "<!--\n# a\n\n- [a](b)\n-->", "<!-- one --> <!-- two -->"])
def test_comments_hold_no_blocks(comment: str) -> None:
    assert [("item", "x"), ("item", "y")] == read_blocks(f"- x\n\n{comment}\n\n- y\n")


def test_comment_that_is_never_closed_hides_the_rest() -> None:
    assert [("item", "x")] == read_blocks("- x\n\n<!-- a\n\n- [b](c)\n")


def test_front_matter_holds_no_blocks() -> None:
    for end in ("---", "..."):
        text = f"---\n# note\ntitle: A list\ntags:\n  - a\n{end}\n# Papers\n"
        assert [("heading", "Papers")] == read_blocks(text)
    assert [("heading", "Papers")] == read_blocks("---\r\ntitle: A list\r\n---\r\n# Papers\r\n")


@pytest.mark.parametrize("text", ["---\n\n- a\n", "---\n# A\n\n- [a: b](c)\n\n---\n", "---\nSee: [a](b)\n\n---\n"])
def test_rule_at_the_top_is_no_front_matter(text: str) -> None:
    assert read_blocks(text)


def test_footnotes_and_definitions() -> None:
    text = "A claim[^1] of [b].\n\n[^1]: The note.\n\n[b]: https://example.org\n\nTerm\n: its meaning\n"
    assert [("paragraph", "A claim of b."), ("paragraph", "The note."), ("paragraph", "Term : its meaning")] == (
        read_blocks(text)
    )


def test_byte_order_mark_is_skipped_and_counted() -> None:
    document = read_document(b"\xef\xbb\xbf# A\n- b\n")
    assert [("heading", 3), ("item", 7)] == [(block.kind, block.start) for block in document.blocks]
    assert [("heading", "A")] == read_blocks(b"\xef\xbb\xbf---\na: b\n---\n# A\n")


def test_bytes_that_are_not_utf8_keep_the_places() -> None:
    data = b"- \xffa\xe9 [b](c)\n- \xc3\xa9\n"
    document = read_document(data)
    assert data == document.data
    assert [("item", "?a? b"), ("item", "é")] == read_blocks(data)
    assert len(data) == len(document.bytes)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf16_is_refused_with_the_remedy(encoding: str) -> None:
    with pytest.raises(CatalogError, match=r"^papers\.md: is UTF-16 or UTF-32 text; save it as UTF-8$"):
        read_document("# Papers\n- [a](b) and more\n".encode(encoding), name="papers.md")


def test_nul_is_read() -> None:
    assert [("item", "a\0b")] == read_blocks(b"- a\0b")


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_lines_are_counted_from_one(line_end: str) -> None:
    document = read_document(line_end.join(["# a", "", "- b", "- c", ""]).encode())
    assert [1, 3, 4] == [document.line(block.start) for block in document.blocks]
    assert 1 == document.line(0)
    assert 5 == document.line(len(document.data))
    assert ["a", "b", "c"] == [join_text(block.pieces) for block in document.blocks]


def test_empty_file_has_no_blocks() -> None:
    assert [] == read_document(b"").blocks
    assert 1 == read_document(b"").line(0)


MARKDOWN = [
    *(
        "# ",
        "## ",
        "- ",
        "  - ",
        "1. ",
        "> ",
        "---",
        "```",
        "[^1]",
        "[^1]: ",
        "|",
        "|-|-|\n",
        "*",
        "**",
        "`",
        "\\",
        "&amp;",
    ),
    *("[a](https://x.y/é)", "[**b**](https://x.y z)", "https://x.y/(z)", "[", "](", ")", "](u v)", "![i](j)", "\\_"),
]
HTML = [
    *("<table>", "</table>", "<tr>", "<td>", "<td rowspan=2>", "<th colspan=2>", "</tr>", "<li>", "<ul>", "</ul>"),
    *("<h2>", "</h2>", "<p>", "<br>", '<a href="u&amp;v">', "</a>", "<a name=x>", "<img alt=x src=y>", "<b>", "</b>"),
    *("<details>", "</details>", "<!-- ", "-->", "<pre>", "</pre>"),
]
SPACE = ["\n", "\n\n", "\r\n", " ", "    ", "  \n", "Title", "é", "\0", "🎉"]
MIXES = st.lists(st.sampled_from([*MARKDOWN, *HTML, *SPACE]), max_size=40).map("".join)


def _own_pieces(block: Block) -> list[list[Piece]]:
    return [block.pieces, *(block.cells or [])]


def _reads_as(document: Document, piece: Piece) -> bool:
    """Return whether the bytes of a text piece are its text, an escape for it, or code over several lines."""
    raw = document.slice(piece.start, piece.end)
    return piece.text in (raw, unescape_html(raw)) or (piece.code and "\n" in raw)


def _check_places(document: Document) -> None:
    for block in document.blocks:
        assert 0 <= block.start <= block.end <= len(document.data)
        for pieces in _own_pieces(block):
            for one, other in pairwise(pieces):
                assert one.end <= other.start
            for piece in pieces:
                assert piece.start <= piece.end
                assert piece.kind != "text" or _reads_as(document, piece)
        for piece in block.pieces:
            assert block.start <= piece.start
            assert piece.end <= block.end


@given(MIXES)
def test_pieces_lie_in_order_inside_their_blocks_and_read_as_their_bytes(text: str) -> None:
    document = read_document(text.encode())
    _check_places(document)
    assert document.blocks == sorted(document.blocks, key=lambda block: block.start)
    assert all(block.parent is None or document.blocks[block.parent].kind == "item" for block in document.blocks)


@given(MIXES)
def test_address_of_a_link_is_written_in_its_bytes(text: str) -> None:
    document = read_document(text.encode())
    for block in document.blocks:
        for piece in block.pieces:
            if piece.kind == "link" and piece.url:
                written = document.slice(piece.start, piece.end).replace("\\", "")
                assert piece.url.replace("\\", "") in written + unescape_html(written)


@pytest.mark.parametrize(
    ("path", "blocks"),
    [
        ("awesome-fl-for-healthcare.md", 74),
        ("tushar-semwal/README.md", 157),
        ("weimingwill/conferences.md", 337),
        ("ChanChiChoi/README.md", 2552),
        ("youngfish42/README.md", 3362),
    ],
)
def test_lists_that_people_keep_are_read(test_data: Path, path: str, blocks: int) -> None:
    document = read_document((test_data / "lists" / path).read_bytes())
    assert blocks == len(document.blocks)
    _check_places(document)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        document = read_document(data)
    except CatalogError:
        return
    assert data == document.data
    _check_places(document)


HOSTILE = [
    *("[", "- [a](", "![", "[](", "](", "[a](<", "**a ", "`a", "> ", "- ", "* + ", "> - ", "<", "<a ", '<a b="', "</"),
    *("<!", "<!--", "<?", "<table><tr><td>", "<table>\n\n", "<div>\n\n", "<ul><li>", "<li>", "<p>[a](b)", "&", "&amp;"),
    *("<td rowspan=1000 colspan=1000>", "<details>\n- [a](b)\n", "# [h](x)\n<span>\n", "http://", "[a](b c", "<pre>"),
    *(
        "|x|y|\n",
        "[^a]: b\n",
        "\0",
        "\\",
        "<h1>",
        "<a href=x>",
        "[a] (",
        "((",
        "http://a)",
        "<table><tr><td>\n\n# h\n\n",
    ),
]


@pytest.mark.parametrize("part", HOSTILE)
def test_hostile_text_is_read_in_linear_time(part: str) -> None:
    data = (part * (20_000 // len(part))).encode()
    with within_seconds(5):
        document = read_document(data)
    assert data == document.data


def test_deep_nesting_is_read() -> None:
    bullets = "\n".join(f"{'  ' * depth}- x" for depth in range(600))
    depths = [block.depth for block in read_document(bullets.encode()).blocks]
    assert list(range(600)) == depths
    tables = "<table><tr><td>" * 2000 + "x" + "</table>" * 2000
    assert 2000 == len(read_document(tables.encode()).blocks)
    quotes = "> " * 5000 + "a"
    assert read_document(quotes.encode()).blocks is not None


def test_spans_of_a_table_cannot_blow_it_up() -> None:
    table = "<table><tr>" + "<td rowspan=1000 colspan=1000>a" * 200 + "<tr><td>b" * 200
    document = read_document(table.encode())
    assert sum(len(block.cells or ()) for block in document.blocks) < 200 * 70
