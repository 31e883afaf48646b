"""Write the pieces of one block after the other, from Markdown and from HTML alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from flgraph.lists.blocks.html_tokens import ENTITY, Token, unescape_html
from flgraph.lists.blocks.pieces import Document, Piece
from flgraph.lists.evidence.badges import read_linked_badge

_ESCAPES: Final = (re.compile(rf"\\[!-/:-@\[-`{{-~]|{ENTITY.pattern}"), ENTITY, re.compile(r"\\\|"))
"""The escapes of Markdown, of HTML, and of code in a cell of a Markdown table."""
_STYLES: Final = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "code": "code"}


class PieceWriter:
    """Append pieces to the block that is being read: its styles, and the link that is open in it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.out: list[Piece] = []
        self.styles = {"bold": 0, "italic": 0, "code": 0}
        self._link: Piece | None = None
        self._image = ""
        self._is_anchor = False
        self._label: list[str] = []
        self._alt: list[str] = []
        self._has_break = False

    def move_to(self, out: list[Piece]) -> None:
        """Write to another block from here on, with no link and no style open."""
        if out is not self.out:
            self.end_link()
            self.styles = {"bold": 0, "italic": 0, "code": 0}
            self.out, self._has_break = out, False

    def mark_break(self) -> None:
        """Put a break between what is written so far and what follows, if anything does."""
        self._has_break = True

    def add_break(self, start: int, end: int) -> None:
        """Write a line break; in a link it is a blank of its text."""
        if self._link is not None:
            self._label.append(" ")
        else:
            self._add(Piece("break", start, end, "\n"))

    def add_text(self, start: int, end: int, text: str, *, code: bool = False) -> None:
        """Write a text, in pieces that are either written as they read or one escape."""
        if start == end:  # a blank that the parser makes of a part of a tab or an indent
            return
        if self._link is not None:
            self._add_label(text, end)
            return
        raw = self.document.bytes[start:end]
        if (len(raw) == len(text) and text.isascii()) or raw == text.encode():
            self._add(self._text(start, end, text, code))
            return
        for first, last, part in _split_text(start, end, raw.decode("utf-8", "replace"), text):
            self._add(self._text(first, last, part, code))

    def add_html_text(self, start: int, end: int) -> None:
        """Write a text of HTML; blank text counts between texts only."""
        text = self.document.bytes[start:end].decode("utf-8", "replace")
        if text.isspace() and self._link is None and (not self.out or self.out[-1].kind != "text"):
            return
        self.add_text(start, end, unescape_html(text))

    def start_link(self, start: int, end: int, url: str, *, is_anchor: bool = False) -> None:
        """Open a link; text goes into it until it is closed."""
        self.end_link()
        self._is_anchor = is_anchor
        self._link = self._add(self._styled(Piece("link", start, end, "", url)))

    def end_link(self, end: int = 0) -> None:
        """Close the link that is open, if any; without a text, that of its image is: the alternative, or of a badge.

        An image in a link without address is left as an image.
        """
        link = self._link
        if link is None:
            return
        text = "".join(self._label)
        link.text = text if text.strip() else "".join(self._alt) or read_linked_badge(self._image) or text
        link.end = max(link.end, end)
        if self._image and not text.strip() and not (link.url or "").strip():
            link.kind, link.text, link.url = "image", "", self._image
        self._link, self._image, self._label, self._alt = None, "", [], []

    def add_image(self, start: int, end: int, url: str) -> None:
        """Write an image; in a link it leaves no piece of its own."""
        if self._link is None:
            self._add(Piece("image", start, end, "", url))
        else:
            self._image = url
            self._link.end = max(self._link.end, end)

    def add_alternative(self, text: str) -> None:
        """Note the alternative text of an image, which counts in a link only."""
        if self._link is not None:
            self._alt.append(text)

    def change_style(self, style: str, by: int) -> None:
        """Open (1) or close (-1) a style: bold, italic or code."""
        self.styles[style] = max(0, self.styles[style] + by)

    def add_tag(self, tag: Token) -> None:
        """Write an inline tag of HTML; tags that are not known change nothing."""
        if tag.name in _STYLES:
            self.change_style(_STYLES[tag.name], 1 if tag.kind == "start" else -1)
        elif tag.name in ("br", "p"):
            self.add_break(tag.start, tag.end)
        elif tag.name == "a":
            self._add_anchor(tag)
        elif tag.name == "img" and tag.kind == "start":
            self.add_alternative(tag.get("alt") or "")
            self.add_image(tag.start, tag.end, tag.get("src") or "")

    def _add_anchor(self, tag: Token) -> None:
        if self._link is not None and not self._is_anchor:
            return  # within a link of Markdown, which ends where Markdown says
        if tag.kind == "end":
            self.end_link(tag.end)
        elif (url := tag.get("href")) is not None:
            self.start_link(tag.start, tag.end, url.strip(), is_anchor=True)

    def _add_label(self, text: str, end: int) -> None:
        link = self._link
        if link is not None:
            self._label.append(text)
            link.end = max(link.end, end)
            self._styled(link)

    def _styled(self, piece: Piece) -> Piece:
        piece.bold |= self.styles["bold"] > 0
        piece.italic |= self.styles["italic"] > 0
        return piece

    def _text(self, start: int, end: int, text: str, code: bool) -> Piece:
        styles = self.styles
        is_code = code or styles["code"] > 0
        return Piece("text", start, end, text, None, styles["bold"] > 0, styles["italic"] > 0, is_code)

    def _add(self, piece: Piece) -> Piece:
        if self._has_break:
            self._has_break = False
            if self.out and piece.kind != "break":
                self.out.append(Piece("break", piece.start, piece.start, "\n"))
        self.out.append(piece)
        return piece


def _split_text(start: int, end: int, raw: str, text: str) -> list[tuple[int, int, str]]:
    """Return the parts of a text with their bytes; the whole of it if no kind of escape explains how it is written."""
    for escape in _ESCAPES:
        for first in (0, 1):  # the parser leaves out a backslash before the text: what it escapes is no escape
            parts = list(_split_escapes(start, raw, escape, first))
            if "".join(part for _, _, part in parts) == text:
                return parts
    return [(start, end, text)]


def _split_escapes(start: int, raw: str, escape: re.Pattern[str], first: int) -> Iterator[tuple[int, int, str]]:
    """Return the parts of a text with their bytes: what is written as it reads, and one escape each."""
    at, place = 0, start
    for found in escape.finditer(raw, first):
        before = raw[at : found.start()]
        middle = place + len(before.encode())
        if before:
            yield place, middle, before
        if found[0].startswith("\\"):  # what it escapes begins the next part
            place, at = middle + 1, found.start() + 1
        else:
            place, at = middle + len(found[0]), found.end()
            yield middle, place, unescape_html(found[0])
    if at < len(raw):
        yield place, place + len(raw[at:].encode()), raw[at:]
