"""Read Markdown as blocks: list items with their continuation lines, table rows, headings and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pyromark

from flgraph.lists.blocks.html_blocks import HtmlReader
from flgraph.lists.blocks.html_grid import is_header
from flgraph.lists.blocks.html_regions import HtmlRegions
from flgraph.lists.blocks.inline import OPTIONS, InlineReader
from flgraph.lists.blocks.piece_writer import PieceWriter
from flgraph.lists.blocks.pieces import Block, Document, Piece, join_text

_SKIPPED: Final = ""
_DEEPEST: Final = 100
_TOO_DEEP: Final = re.compile(
    rf"^((?:[ \t]*(?:>|[-+*][ \t]|\d{{1,9}}[.)][ \t])){{{_DEEPEST}}})(.+)".encode(), re.MULTILINE
)
_INNER_BLOCKS: Final = frozenset({"CodeBlock", "List", "BlockQuote", "Table", "Heading", "HtmlBlock"})


class _MarkdownReader:
    """Read the events of one Markdown text, whose first byte is `base`.

    `_open` names the tags that are open, and `_targets` holds where the pieces of each open block go.
    """

    def __init__(self, document: Document, base: int, nested: int, regions: HtmlRegions | None) -> None:
        self.document = document
        self.writer = PieceWriter(document)
        self._inline = InlineReader(self.writer, base)
        self._base = base
        self._nested = nested
        self._regions = regions
        self._open: list[str] = []
        self._targets: list[list[Piece]] = [[]]
        self._items: list[int] = []
        self._lists: list[int] = []
        self._row: Block | None = None
        self._header: tuple[str, ...] = ()
        self._group = 0
        self._html: list[tuple[int, int]] = []
        self._html_reader: HtmlReader | None = None
        self._skip_to = -1

    def read(self, text: str) -> None:
        """Read the text and append its blocks to the document."""
        base = self._base
        for event, span in pyromark.events_with_range(text, options=OPTIONS, merge_text=True):
            start, end = base + span["start"], base + span["end"]
            kind: str
            value: Any
            kind, value = (event, None) if isinstance(event, str) else next(iter(event.items()))
            if kind == "Start":
                self._start(value if isinstance(value, str) else next(iter(value)), value, start, end)
            elif kind == "End":
                self._end(end)
            elif start < self._skip_to:
                continue
            elif kind == "Html":
                self._add_html_span(start, end)
            else:
                self._inline.take(kind, value, start, end)

    def _start(self, name: str, tag: Any, start: int, end: int) -> None:
        if start < self._skip_to:
            self._open.append(_SKIPPED)
            if end > self._skip_to and name not in ("Link", "Image"):
                start, self._skip_to = self._skip_to, end
                read_markdown(self.document, start, end, self._nested + 1)
            return
        self._open.append(name)
        take = _STARTS.get(name)
        if take is not None:
            take(self, tag, start, end)
        else:
            self._inline.start(name, tag, start, end)

    def _end(self, end: int) -> None:
        name = self._open.pop()
        if name == _SKIPPED:
            return
        take = _ENDS.get(name)
        if take is not None:
            take(self, end)
        else:
            self._inline.end(name, end)
        if name in _INNER_BLOCKS and self._items:
            self.writer.mark_break()

    def _write_to(self, target: list[Piece]) -> None:
        self._targets.append(target)
        self.writer.move_to(target)

    def _leave(self, _end: int) -> None:
        self.writer.end_link()
        self._targets.pop()
        self.writer.move_to(self._targets[-1])

    def _add(self, block: Block) -> Block:
        block.parent = self._items[-1] if self._items else None
        self.document.blocks.append(block)
        return block

    def _start_heading(self, tag: Any, start: int, end: int) -> None:
        block = self._add(Block("heading", start, end, level=int(tag["Heading"]["level"][1:])))
        self._write_to(block.pieces)

    def _start_paragraph(self, _tag: Any, start: int, end: int) -> None:
        if self._items:
            self._write_to(self.document.blocks[self._items[-1]].pieces)
            self.writer.mark_break()
        else:
            self._write_to(self._add(Block("paragraph", start, end)).pieces)

    def _start_code(self, _tag: Any, _start: int, _end: int) -> None:
        self._write_to([])

    # lists

    def _start_list(self, _tag: Any, _start: int, _end: int) -> None:
        self._lists.append(self.document.new_group())

    def _end_list(self, _end: int) -> None:
        self._lists.pop()

    def _start_item(self, _tag: Any, start: int, end: int) -> None:
        block = self._add(Block("item", start, end, depth=len(self._items), group=self._lists[-1]))
        self._items.append(len(self.document.blocks) - 1)
        self._write_to(block.pieces)

    def _end_item(self, end: int) -> None:
        self._items.pop()
        self._leave(end)

    # tables

    def _start_table(self, _tag: Any, _start: int, _end: int) -> None:
        self._header, self._group = (), self.document.new_group()

    def _end_table(self, _end: int) -> None:
        self._header = ()

    def _start_row(self, _tag: Any, start: int, end: int) -> None:
        self._row = Block("row", start, end, cells=[], header=self._header, group=self._group)

    def _start_cell(self, _tag: Any, _start: int, _end: int) -> None:
        cell: list[Piece] = []
        if self._row is not None and self._row.cells is not None:
            self._row.cells.append(cell)
        self._write_to(cell)

    def _end_header(self, _end: int) -> None:
        if self._row is not None:
            self._header = tuple(map(join_text, self._row.cells or ()))
            self.document.header_rows[self._group] = self._row

    def _end_row(self, end: int) -> None:
        row = self._row
        if row is None or row.cells is None:
            return
        if not any(self._header) and is_header(row.cells):
            self._end_header(end)
            return
        row.columns = tuple(range(len(row.cells)))
        row.inherited = (False,) * len(row.cells)
        self._add(row)

    # HTML

    def _start_html(self, _tag: Any, _start: int, _end: int) -> None:
        self._html = []

    def _add_html_span(self, start: int, end: int) -> None:
        """Note a line of HTML; what stands between two lines is no part of them, such as the mark of a quote."""
        if self._html and not self.document.bytes[self._html[-1][1] : start].strip():
            self._html[-1] = (self._html[-1][0], end)
        else:
            self._html.append((start, end))

    def _end_html(self, _end: int) -> None:
        if not self._html:
            return
        first, last = self._html[-1]
        stop = last if self._regions is None else self._regions.find_end(self._html[0][0], last)
        self._html[-1] = (first, stop)
        self._skip_to = max(self._skip_to, stop)
        if self._html_reader is None:
            self._html_reader = HtmlReader(self.document, read_markdown, self._nested)
        self._html_reader.read_region(self._html, self._items[-1] if self._items else None)
        for number in self._items:
            self.document.blocks[number].end = max(self.document.blocks[number].end, stop)


_STARTS: Final[dict[str, Callable[[_MarkdownReader, Any, int, int], None]]] = {
    "Heading": _MarkdownReader._start_heading,
    "Paragraph": _MarkdownReader._start_paragraph,
    "CodeBlock": _MarkdownReader._start_code,
    "List": _MarkdownReader._start_list,
    "Item": _MarkdownReader._start_item,
    "Table": _MarkdownReader._start_table,
    "TableHead": _MarkdownReader._start_row,
    "TableRow": _MarkdownReader._start_row,
    "TableCell": _MarkdownReader._start_cell,
    "HtmlBlock": _MarkdownReader._start_html,
}
_ENDS: Final[dict[str, Callable[[_MarkdownReader, int], None]]] = {
    "Heading": _MarkdownReader._leave,
    "Paragraph": _MarkdownReader._leave,
    "CodeBlock": _MarkdownReader._leave,
    "List": _MarkdownReader._end_list,
    "Item": _MarkdownReader._end_item,
    "Table": _MarkdownReader._end_table,
    "TableHead": _MarkdownReader._end_header,
    "TableRow": _MarkdownReader._end_row,
    "TableCell": _MarkdownReader._leave,
    "HtmlBlock": _MarkdownReader._end_html,
}


def read_markdown(document: Document, start: int, end: int, nested: int = 0) -> None:
    """Read some bytes of Markdown and append their blocks to the document."""
    text = _limit_nesting(document.bytes[start:end]).decode("utf-8", "replace")
    regions = None if nested else HtmlRegions(document.bytes)
    _MarkdownReader(document, start, nested, regions).read(text)


def _limit_nesting(raw: bytes) -> bytes:
    """Blank out what a line holds behind 100 marks of lists and quotes: the parser looks at each mark for each line."""
    return _TOO_DEEP.sub(lambda found: found[1] + b" " * len(found[2]), raw)
