"""Define the blocks and inline pieces of a Markdown file, each with the bytes it stands on."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

PieceKind = Literal["text", "link", "image", "break"]
BlockKind = Literal["item", "row", "paragraph", "heading"]


@dataclass(slots=True)
class Piece:
    """A run of text, a link, an image or a break; `start` and `end` are bytes of the file.

    The bytes of a text piece are its text, or one escape that stands for it, such as `&amp;`; only code that goes on
    over a line is one piece, in which the line break reads as a blank. The span of a link
    covers all of it, its text and its address; `url` is the address without escapes. The text of a break is "|"
    between two cells and a line feed elsewhere. `is_broken` marks a link that GitHub does not show as one.
    """

    kind: PieceKind
    start: int
    end: int
    text: str = ""
    url: str | None = None
    bold: bool = False
    italic: bool = False
    code: bool = False
    is_broken: bool = False


@dataclass(slots=True)
class Block:
    """A part of a file that may hold a work: a list item, table row, paragraph or heading.

    `pieces` of a row are those of its own cells, with breaks between them. `cells` holds the pieces of each cell,
    `columns` its column, and `inherited` whether it is written in a row above and spans this one. `header` holds the
    texts of the header row by column. `depth` is the nesting of an item, and `parent` the number of the item around
    the block. `level` is that of a heading; `section` holds the headings above, the outermost first. The items of one
    list share a `group`, and so do the rows of one table; other blocks have group 0.
    """

    kind: BlockKind
    start: int
    end: int
    pieces: list[Piece] = field(default_factory=list)
    cells: list[list[Piece]] | None = None
    columns: tuple[int, ...] = ()
    inherited: tuple[bool, ...] = ()
    header: tuple[str, ...] = ()
    depth: int = 0
    parent: int | None = None
    level: int = 0
    section: tuple[str, ...] = ()
    group: int = 0
    is_html: bool = False


@dataclass(slots=True)
class Document:
    """A Markdown file: its bytes and its blocks, in the order in which they start.

    `data` holds the bytes as they are. In `bytes`, each byte that is not UTF-8 is replaced by a question mark, so that
    both have the same offsets. `header_rows` holds the header of each pipe table as a row, by the group of its rows.
    """

    data: bytes
    bytes: bytes
    blocks: list[Block] = field(default_factory=list)
    header_rows: dict[int, Block] = field(default_factory=dict)
    number_of_group: int = 0
    _newlines: list[int] = field(default_factory=list)

    def line(self, offset: int) -> int:
        """Return the line, from 1, of a byte."""
        if not self._newlines:
            self._newlines = _find_newlines(self.data)
        return bisect_left(self._newlines, offset) + 1

    def slice(self, start: int, end: int) -> str:
        """Return the text of some bytes."""
        return self.bytes[start:end].decode("utf-8", "replace")

    def new_group(self) -> int:
        """Return the number of a new group of blocks: 1 at first."""
        self.number_of_group += 1
        return self.number_of_group


def _find_newlines(data: bytes) -> list[int]:
    places, place = [], data.find(b"\n")
    while place >= 0:
        places.append(place)
        place = data.find(b"\n", place + 1)
    return places or [len(data)]


def join_text(pieces: Iterable[Piece]) -> str:
    """Return the text of pieces on one line, with single blanks."""
    return " ".join("".join(" " if piece.kind == "break" else piece.text for piece in pieces).split())


def join_cells(block: Block) -> list[Piece]:
    """Return the pieces of a row's own cells, with a break between two cells."""
    pieces: list[Piece] = []
    is_first = True
    for cell, inherited in zip(block.cells or (), block.inherited, strict=True):
        if inherited:
            continue
        if not is_first:
            at = cell[0].start if cell else pieces[-1].end if pieces else block.start
            pieces.append(Piece("break", at, at, "|"))
        pieces.extend(cell)
        is_first = False
    return pieces
