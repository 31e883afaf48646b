"""Read a region of HTML as blocks: rows of tables, list items, headings and paragraphs.

The tokens of `html_tokens` are read without a tree: tags that are missing are implied, tags that fit nowhere are
skipped. Markdown between tags is read as Markdown, which GitHub does after a blank line, and authors expect anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from flgraph.lists.blocks.html_grid import Row, Table, close_cell, close_row, read_cell
from flgraph.lists.blocks.html_tokens import Token, read_tokens
from flgraph.lists.blocks.inline import read_inline
from flgraph.lists.blocks.piece_writer import PieceWriter
from flgraph.lists.blocks.pieces import Block, Document, Piece

_TABLE_TAGS: Final = ("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption")
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_PARAGRAPHS: Final = (
    "p", "div", "summary", "details", "center", "blockquote", "section", "article", "figure", "figcaption", "dd",
    "hr", "header", "footer", "main", "nav", "aside", "address", "caption", "form", "fieldset",
)  # fmt: skip
_MUTED: Final = frozenset({"script", "style", "pre", "textarea", "template"})
_LISTS: Final = ("ul", "ol", "li", "dl", "dt")
_BOUNDARY: Final = re.compile(
    rf"<!--|</?(?:{'|'.join((*_TABLE_TAGS, *_HEADINGS, *_PARAGRAPHS, *_LISTS, *_MUTED))})(?=[\s/>])".encode(),
    re.IGNORECASE,
)
_BULLET: Final = re.compile(rb"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]", re.MULTILINE)
_INDENT: Final = re.compile(rb"(?:[ \t]*\r?\n)*([ \t]*)")
_CODE_INDENT: Final = 4
_DEEPEST_MARKDOWN: Final = 3
"""Markdown in HTML in Markdown and so on is read as blocks to this depth, and deeper as one text."""

ReadMarkdown = Callable[[Document, int, int, int], None]


@dataclass(slots=True)
class _List:
    group: int
    outer_items: int  # how many items are open around it


class HtmlReader:
    """Read regions of HTML one after the other; `item` is the number of the Markdown list item around one."""

    def __init__(self, document: Document, read_markdown: ReadMarkdown, nested: int) -> None:
        self.document = document
        self.writer = PieceWriter(document)
        self._read_markdown = read_markdown
        self._nested = nested
        self._outer_item: int | None = None
        self._tables: list[Table] = []
        self._lists: list[_List] = []
        self._items: list[int] = []
        self._heading: Block | None = None
        self._loose: list[Piece] = []
        self._muted = ""
        self._skip_to = 0

    def read_region(self, spans: Sequence[tuple[int, int]], item: int | None) -> None:
        """Read spans of HTML that follow each other, and append their blocks to the document."""
        self._outer_item, self._muted, self._loose = item, "", []
        self._lists.clear()
        self._retarget()
        for start, end in spans:
            self._read(start, end)
        self._finish(spans[-1][1])

    def _read(self, start: int, end: int) -> None:
        for token in read_tokens(self.document, start, end):
            if token.start < self._skip_to:
                continue
            if self._muted:
                self._muted = "" if token.kind == "end" and token.name == self._muted else self._muted
            elif token.kind == "text":
                self._take_text(token, end)
            else:
                self._take_tag(token)

    def _finish(self, end: int) -> None:
        while self._tables:
            self._end_table(end)
        self._close_heading(end)
        self._close_items(0, end)
        self._flush()

    def _take_tag(self, tag: Token) -> None:
        take = _STARTS.get(tag.name) if tag.kind == "start" else _ENDS.get(tag.name)
        if take is not None:
            take(self, tag)
            self._retarget()
        elif tag.kind == "start" and tag.name in _MUTED:
            self._muted = tag.name
        elif tag.name not in _STARTS:
            self.writer.add_tag(tag)

    def _retarget(self) -> None:
        self.writer.move_to(self._find_target())

    def _find_target(self) -> list[Piece]:
        if self._heading is not None:
            return self._heading.pieces
        if self._tables and self._tables[-1].cell is not None:
            return self._tables[-1].cell.pieces
        if self._items:
            return self.document.blocks[self._items[-1]].pieces
        return self._loose

    @property
    def _is_in_cell(self) -> bool:
        return bool(self._tables) and self._tables[-1].cell is not None

    # texts

    def _take_text(self, token: Token, end: int) -> None:
        raw = self.document.bytes[token.start : token.end]
        in_block = self._is_in_cell or bool(self._items) or self._heading is not None
        if not (b"](" in raw or b"**" in raw or (not in_block and _BULLET.search(raw))):
            self.writer.add_html_text(token.start, token.end)
            return
        boundary = _BOUNDARY.search(self.document.bytes, token.end, end)
        self._skip_to = boundary.start() if boundary else end
        start = token.start + _find_content(raw, in_block)
        if in_block or self._nested >= _DEEPEST_MARKDOWN:
            read_inline(self.writer, start, self._skip_to)
            self.writer.mark_break()
        else:
            self._flush()
            self._retarget()
            self._read_markdown(self.document, start, self._skip_to, self._nested + 1)

    def _flush(self) -> None:
        """End the paragraph that is open; within an item of Markdown it is a line of the item."""
        self.writer.end_link()
        pieces, self._loose = self._loose, []
        if not any(piece.kind == "link" or piece.text.strip() for piece in pieces):
            return
        if self._outer_item is None:
            self.document.blocks.append(Block("paragraph", pieces[0].start, pieces[-1].end, pieces, is_html=True))
            return
        item = self.document.blocks[self._outer_item]
        if item.pieces:
            item.pieces.append(Piece("break", pieces[0].start, pieces[0].start, "\n"))
        item.pieces.extend(pieces)

    def _take_paragraph(self, _tag: Token) -> None:
        if self._is_in_cell or self._items or self._heading is not None:
            self.writer.mark_break()
        else:
            self._flush()

    # headings

    def _start_heading(self, tag: Token) -> None:
        if self._is_in_cell or self._items:
            self.writer.mark_break()
            return
        self._close_heading(tag.start)
        self._flush()
        self._heading = Block("heading", tag.start, tag.end, level=int(tag.name[1]), is_html=True)
        self._heading.parent = self._outer_item
        self.document.blocks.append(self._heading)

    def _end_heading(self, tag: Token) -> None:
        if self._heading is None:
            self.writer.mark_break()
        self._close_heading(tag.end)

    def _close_heading(self, end: int) -> None:
        if self._heading is not None:
            self.writer.end_link()
            self._heading.end = end
            self._heading = None

    # lists

    def _start_list(self, tag: Token) -> None:
        if self._is_in_cell:
            self.writer.mark_break()
            return
        self._close_heading(tag.start)
        self._flush()
        self._lists.append(_List(self.document.new_group(), len(self._items)))

    def _end_list(self, tag: Token) -> None:
        if self._is_in_cell:
            self.writer.mark_break()
        elif self._lists:
            self._close_items(self._lists.pop().outer_items, tag.start)
            self._retarget()
            self.writer.mark_break()

    def _start_item(self, tag: Token) -> None:
        if self._is_in_cell:
            self.writer.mark_break()
            return
        if not self._lists:
            self._lists.append(_List(self.document.new_group(), len(self._items)))
        self._close_heading(tag.start)
        self._close_items(self._lists[-1].outer_items, tag.start)
        self._flush()
        parent = self._items[-1] if self._items else self._outer_item
        block = Block("item", tag.start, tag.end, parent=parent, group=self._lists[-1].group, is_html=True)
        block.depth = 0 if parent is None else self.document.blocks[parent].depth + 1
        self._items.append(len(self.document.blocks))
        self.document.blocks.append(block)

    def _end_item(self, tag: Token) -> None:
        if not self._is_in_cell and self._lists:
            self._close_items(self._lists[-1].outer_items, tag.end)

    def _close_items(self, number: int, end: int) -> None:
        """Close items until so many are open."""
        self.writer.end_link()
        while len(self._items) > number:
            self.document.blocks[self._items.pop()].end = end

    # tables

    def _start_table(self, tag: Token) -> None:
        self._close_heading(tag.start)
        if not self._is_in_cell and not self._items:
            self._flush()
        self.writer.mark_break()
        self._open_table()

    def _open_table(self) -> Table:
        parent = self._items[-1] if self._items else self._outer_item
        self._tables.append(Table(self.document.new_group(), parent))
        return self._tables[-1]

    def _start_row(self, tag: Token) -> None:
        table = self._tables[-1] if self._tables else self._open_table()
        self._end_row(tag)
        table.row = Row(tag.start)

    def _start_cell(self, tag: Token) -> None:
        table = self._tables[-1] if self._tables else self._open_table()
        self._end_cell(tag)
        table.row = table.row or Row(tag.start)
        table.cell = read_cell(tag)

    def _end_cell(self, _tag: Token) -> None:
        self.writer.end_link()
        if self._tables:
            close_cell(self._tables[-1])

    def _end_row(self, tag: Token) -> None:
        self.writer.end_link()
        if self._tables:
            close_row(self.document, self._tables[-1], tag.end if tag.kind == "end" and tag.name == "tr" else tag.start)

    def _take_table_end(self, tag: Token) -> None:
        if self._tables:
            self._end_table(tag.start)

    def _end_table(self, end: int) -> None:
        self.writer.end_link()
        close_row(self.document, self._tables.pop(), end)
        self._retarget()
        self.writer.mark_break()


def _find_content(raw: bytes, is_inline: bool) -> int:
    """Return where a text begins: behind blank lines, and behind an indent that would make it code."""
    found = _INDENT.match(raw)
    if found is None:
        return 0
    indent = found[1].replace(b"\t", b"    ")
    return found.end() if is_inline or len(indent) >= _CODE_INDENT else found.start(1)


_Take = Callable[[HtmlReader, Token], None]
_STARTS: Final[dict[str, _Take]] = {
    **dict.fromkeys(_PARAGRAPHS, HtmlReader._take_paragraph),
    **dict.fromkeys(_HEADINGS, HtmlReader._start_heading),
    **dict.fromkeys(("ul", "ol", "dl"), HtmlReader._start_list),
    **dict.fromkeys(("thead", "tbody", "tfoot"), HtmlReader._end_row),
    **dict.fromkeys(("td", "th"), HtmlReader._start_cell),
    **dict.fromkeys(("li", "dt"), HtmlReader._start_item),
    "table": HtmlReader._start_table,
    "tr": HtmlReader._start_row,
}
_ENDS: Final[dict[str, _Take]] = {
    **dict.fromkeys(_PARAGRAPHS, HtmlReader._take_paragraph),
    **dict.fromkeys(_HEADINGS, HtmlReader._end_heading),
    **dict.fromkeys(("ul", "ol", "dl"), HtmlReader._end_list),
    "dt": HtmlReader._take_paragraph,  # its descriptions follow, as lines of the item
    **dict.fromkeys(("thead", "tbody", "tfoot", "tr"), HtmlReader._end_row),
    **dict.fromkeys(("td", "th"), HtmlReader._end_cell),
    "li": HtmlReader._end_item,
    "table": HtmlReader._take_table_end,
}
