"""Inline pieces: links, styles, breaks, escapes, and links that are recovered from the text left over."""

from __future__ import annotations

import pytest

from flgraph.lists.blocks.document import read_document
from flgraph.lists.blocks.pieces import Document, Piece


def read_pieces(text: str) -> list[Piece]:
    return read_document(text.encode()).blocks[0].pieces


def read_links(text: str) -> list[tuple[str, str | None, bool]]:
    return [(piece.text, piece.url, piece.is_broken) for piece in read_pieces(text) if piece.kind == "link"]


def show(document: Document, number: int = 0) -> list[tuple[str, str]]:
    """Return kind and bytes of the pieces of a block."""
    return [(piece.kind, document.slice(piece.start, piece.end)) for piece in document.blocks[number].pieces]


def test_pieces_cover_their_bytes_and_nothing_else() -> None:
    document = read_document(
        b'- [A title](https://example.org/1 "hint"), **Bold** *slanted* `code` ![im](x.png)\\\n  next'
    )
    assert [
        ("link", '[A title](https://example.org/1 "hint")'),
        ("text", ", "),
        ("text", "Bold"),
        ("text", " "),
        ("text", "slanted"),
        ("text", " "),
        ("text", "code"),
        ("text", " "),
        ("image", "![im](x.png)"),
        ("break", "\\\n"),
        ("text", "next"),
    ] == show(document)


def test_styles_are_kept() -> None:
    pieces = read_pieces("plain **bold *both*** *italic* `code` <b>b</b><i>i</i><code>c</code>")
    styles = {piece.text: (piece.bold, piece.italic, piece.code) for piece in pieces if piece.text.strip()}
    assert {
        "plain ": (False, False, False),
        "bold ": (True, False, False),
        "both": (True, True, False),
        "italic": (False, True, False),
        "code": (False, False, True),
        "b": (True, False, False),
        "i": (False, True, False),
        "c": (False, False, True),
    } == styles


@pytest.mark.parametrize("text", ["**[T](u)**", "[**T**](u)", "<b>[T](u)</b>", '<b><a href="u">T</a></b>'])
def test_link_is_bold_if_its_text_is(text: str) -> None:
    (link,) = [piece for piece in read_pieces(f"a {text}") if piece.kind == "link"]
    assert ("T", "u", True) == (link.text, link.url, link.bold)


def test_entity_and_backslash_keep_the_places_of_what_follows() -> None:
    document = read_document("A &amp; B\\_é &copy; &unknown; \\[x\\]".encode())
    assert [
        ("text", "A "),
        ("text", "&amp;"),
        ("text", " B"),
        ("text", "_é "),
        ("text", "&copy;"),
        ("text", " "),
        ("text", "&unknown;"),
        ("text", " "),
        ("text", "[x"),
        ("text", "]"),
    ] == show(document)
    assert "A & B_é © &unknown; [x]" == "".join(piece.text for piece in document.blocks[0].pieces)


def test_escaped_backslash_is_no_escape() -> None:
    document = read_document(b"a \\\\`\\\\[")
    assert [("text", "a "), ("text", "\\`"), ("text", "\\[")] == show(document)


def test_tag_of_an_anchor_in_a_link_changes_nothing() -> None:
    assert [("a b", "u", False)] == read_links("[a</a> <a href=v>b](u)")


def test_code_in_a_table_may_escape_the_bar() -> None:
    document = read_document(b"|a|\n|-|\n| `x\\|y` `` z\\| `` |\n")
    assert [("text", "x"), ("text", "|y"), ("text", " "), ("text", "z"), ("text", "|")] == show(document)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("[a](https://example.org/?a=1&amp;b=2)", "https://example.org/?a=1&b=2"),
        ("<a href='https://example.org/?a=1&amp;b=2'>a</a>", "https://example.org/?a=1&b=2"),
        ('<a href="https://example.org/?x=1&copy=2">a</a>', "https://example.org/?x=1&copy=2"),
        ("[a](<https://example.org/a b>)", "https://example.org/a b"),
        ("[a][r]\n\n[r]: https://example.org/r", "https://example.org/r"),
        ("[a]\n\n[a]: https://example.org/r 'hint'", "https://example.org/r"),
        ("[a]()", ""),
    ],
)
def test_address_is_read_without_escapes(written: str, url: str) -> None:
    assert [("a", url, False)] == read_links(f"- {written}")


def test_autolink_is_its_own_text() -> None:
    assert [("https://example.org/1", "https://example.org/1", False)] == read_links("see <https://example.org/1>.")


def test_link_goes_on_over_a_line() -> None:
    assert [("A long title", "u", False)] == read_links("- [A long\n  title](u)")


@pytest.mark.parametrize("text", ['<a name="top"></a>Text', '<a id="top">Text', "<a>Text"])
def test_anchor_without_address_is_no_link(text: str) -> None:
    assert [("text", "Text")] == [(piece.kind, piece.text) for piece in read_pieces(f"see {text}")[1:]]


def test_anchor_that_is_never_closed_ends_before_the_next_link() -> None:
    assert [("one ", "u", False), ("two", "v", False)] == read_links("x <a href=u>one [two](v)")


def test_badge_is_a_link_with_the_alternative_text() -> None:
    assert [("Stars", "u", False)] == read_links("[![Stars](s.svg)](u)")
    assert [("Stars", "u", False)] == read_links("x <a href=u><img src=s.svg alt=Stars></a>")
    assert [("Code ", "u", False)] == read_links("[Code ![Stars](s.svg)](u)")
    assert ["link"] == [piece.kind for piece in read_pieces("[![Stars](s.svg)](u)")]


def test_alternative_text_is_no_part_of_a_heading() -> None:
    document = read_document(b"# Papers [![Stars](s.svg)](u)\n\ntext")
    assert ("Papers",) == document.blocks[1].section


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("at https://example.org/a_b, and", "https://example.org/a_b"),
        ("(https://example.org/a_(b))", "https://example.org/a_(b)"),
        ("https://example.org/a).", "https://example.org/a"),
        ("**https://example.org/a**", "https://example.org/a"),
        ("<b>https://example.org/a</b>b", "https://example.org/a"),
        ("https://example.org/?a=1&amp;b=2 c", "https://example.org/?a=1&b=2"),
        ("论文https://example.org/a。", "https://example.org/a"),
        ("http:/example.org/a", "http:/example.org/a"),
    ],
)
def test_bare_address_is_a_link_without_text(text: str, url: str) -> None:
    assert [("", url, False)] == read_links(f"x {text}")


def test_http_alone_is_no_link() -> None:
    assert [] == read_links("http:// and https://.")


@pytest.mark.parametrize(
    ("text", "label", "url"),
    [
        ("[Paper](https://example.org/a b)", "Paper", "https://example.org/a b"),
        ("[Paper] (https://example.org/a)", "Paper", "https://example.org/a"),
        ("[Paper]](https://example.org/a)", "Paper", "https://example.org/a"),
        ("[Paper]((https://example.org/a b))", "Paper", "https://example.org/a b"),
        ("[**Paper**](https://example.org/a b)", "Paper", "https://example.org/a b"),
        ("**[Paper]**(https://example.org/a)", "Paper", "https://example.org/a"),
        ("[Paper](https://example.org/a and more", "Paper", "https://example.org/a"),
        ("[Paper](see below)", "Paper", ""),
        ("[Paper] ()", "Paper", ""),
    ],
)
def test_link_that_is_not_shown_is_recovered_and_marked(text: str, label: str, url: str) -> None:
    assert [(label, url, True)] == read_links(f"- x {text}")


@pytest.mark.parametrize("text", ["[1] (see the appendix)", "`[Title](https://example.org/a)`", "[Paper] [2020]", "[x"])
def test_text_in_brackets_is_no_link(text: str) -> None:
    assert [] == read_links(f"- {text}")


def test_bracket_too_many_before_a_link_is_text() -> None:
    pieces = read_pieces("- [[Paper](u), [[Code](v)]")
    assert ["[", "Paper", ", [", "Code", "]"] == [piece.text for piece in pieces]


def test_text_around_a_recovered_link_keeps_its_style_and_place() -> None:
    document = read_document("- é **b** [P](https://x.y/é z) ü https://x.y/ö".encode())
    assert [
        ("text", "é "),
        ("text", "b"),
        ("text", " "),
        ("link", "[P](https://x.y/é z)"),
        ("text", " ü "),
        ("link", "https://x.y/ö"),
    ] == show(document)


def test_broken_image_is_an_image() -> None:
    (piece,) = read_pieces("![plot](a plot.png)")
    assert ("image", "", True) == (piece.kind, piece.url, piece.is_broken)


def test_comment_in_a_line_is_left_out() -> None:
    assert ["a ", " c"] == [piece.text for piece in read_pieces("a <!-- b\n[x](y) --> c")]


@pytest.mark.parametrize(
    "line_break", ["a<br>b", "a<br/>b", "a<BR />b", "a\nb", "a  \nb", "a\\\nb", "a\r\nb", "a\\\r\nb"]
)
def test_line_breaks(line_break: str) -> None:
    assert ["a", "\n", "b"] == [piece.text for piece in read_pieces(line_break)]
