"""Turn the inline events of the Markdown parser into pieces."""

from __future__ import annotations

from typing import Any, Final

import pyromark

from flgraph.lists.blocks.html_tokens import Token, read_tokens
from flgraph.lists.blocks.piece_writer import PieceWriter

_Flag = pyromark.Options
OPTIONS: Final = (
    _Flag.ENABLE_TABLES | _Flag.ENABLE_FOOTNOTES | _Flag.ENABLE_STRIKETHROUGH | _Flag.ENABLE_TASKLISTS
)  # fmt: skip
_STYLES: Final = {"Strong": "bold", "Emphasis": "italic"}
_BLOCKS: Final = frozenset({"Paragraph", "Item", "Heading", "TableRow", "TableHead", "HtmlBlock", "BlockQuote"})
_RAW_TEXT: Final = frozenset({"script", "style", "pre", "textarea"})


class InlineReader:
    """Write the inline events of one Markdown text, whose first byte is `base`, as pieces."""

    def __init__(self, writer: PieceWriter, base: int) -> None:
        self.writer = writer
        self.base = base
        self._images = 0

    def start(self, name: str, tag: Any, start: int, end: int) -> None:
        """Take the start of a link, an image or a style; `start` and `end` are bytes of the file."""
        if name == "Link":
            self.writer.start_link(start, end, tag["Link"]["dest_url"])
        elif name == "Image":
            self._images += 1
            self.writer.add_image(start, end, tag["Image"]["dest_url"])
        elif name in _STYLES:
            self.writer.change_style(_STYLES[name], 1)

    def end(self, name: str, end: int) -> None:
        """Take the end of a link, an image or a style."""
        if name == "Link":
            self.writer.end_link(end)
        elif name == "Image":
            self._images -= 1
        elif name in _STYLES:
            self.writer.change_style(_STYLES[name], -1)

    def take(self, kind: str, value: Any, start: int, end: int) -> None:
        """Take a text, a code span, a tag or a break."""
        if self._images:
            if kind in ("Text", "Code"):
                self.writer.add_alternative(value)
        elif kind == "Text":
            self.writer.add_text(start, end, value)
        elif kind == "Code":
            self._add_code(value, start, end)
        elif kind in ("SoftBreak", "HardBreak"):
            self.writer.add_break(start, end)
        elif kind == "InlineHtml":
            for token in read_tokens(self.writer.document, start, end):
                self.writer.add_tag(token)

    def _add_code(self, text: str, start: int, end: int) -> None:
        raw = self.writer.document.bytes[start:end]
        ticks = len(raw) - len(raw.lstrip(b"`"))
        inner = raw[ticks : len(raw) - ticks]
        if inner[1:-1].replace(b"\\|", b"|") == text.encode():  # a blank at both ends is no part of the code
            ticks += 1
        self.writer.add_text(start + ticks, end - ticks, text, code=True)


def read_inline(writer: PieceWriter, start: int, end: int) -> None:
    """Write the pieces of some bytes of Markdown, of whatever blocks they are, into the block that is being read."""
    document = writer.document
    inline = InlineReader(writer, start)
    text = document.bytes[start:end].decode("utf-8", "replace")
    code = 0
    for event, span in pyromark.events_with_range(text, options=OPTIONS, merge_text=True):
        first, last = start + span["start"], start + span["end"]
        kind: str
        value: Any
        kind, value = (event, None) if isinstance(event, str) else next(iter(event.items()))
        if kind in ("Start", "End"):
            name = value if isinstance(value, str) else next(iter(value))
            code += (name == "CodeBlock") * (1 if kind == "Start" else -1)
            if name in _BLOCKS or name == "CodeBlock":
                writer.mark_break()
            elif kind == "Start":
                inline.start(name, value, first, last)
            else:
                inline.end(name, last)
        elif kind == "Html":
            add_html(writer, first, last)
        elif not code:
            inline.take(kind, value, first, last)


def add_html(writer: PieceWriter, start: int, end: int) -> None:
    """Write the texts and inline tags of some bytes of HTML; text of scripts and code blocks is left out."""
    muted = ""
    for token in read_tokens(writer.document, start, end):
        if muted:
            muted = "" if _ends(token, muted) else muted
        elif token.kind == "text":
            writer.add_html_text(token.start, token.end)
        elif token.name in _RAW_TEXT and token.kind == "start":
            muted = token.name
        else:
            writer.add_tag(token)


def _ends(token: Token, name: str) -> bool:
    return token.kind == "end" and token.name == name
