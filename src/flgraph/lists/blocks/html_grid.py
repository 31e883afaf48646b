"""Lay the cells of an HTML table out as a grid, in which a cell may span rows and columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from flgraph.lists.blocks.html_tokens import Token
from flgraph.lists.blocks.pieces import Block, Document, Piece, join_text

_LARGEST_SPAN: Final = 1000  # as in HTML
_LAST_COLUMN: Final = 31
"""Columns behind it inherit nothing: few bytes could else span a million cells."""
_FEWEST_LABELS: Final = 2

_NUMBER: Final = re.compile(r"\s*(\d{1,9})")
_HEADER_WORDS: Final = re.compile(
    r"\W*(?:no\.?|id|#|index|title|papers?|article|name|publication|venue|conference|journal|year|date|time|authors?|"
    r"affiliation|institute|institution|codes?|links?|url|pdf|materials?|resources?|project|datasets?|summary|abstract|"
    r"keywords?|tags?|type|topic|category|github|repo|method|task|source|notes?|comments?|company|framework|"
    r"description|track|website|model|language|stars?)\b[\w\s/&().-]{0,24}",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Cell:
    """A cell as it is written; its pieces are filled while it is open."""

    rowspan: int = 1
    colspan: int = 1
    is_header: bool = False
    pieces: list[Piece] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """A row as it is written."""

    start: int
    cells: list[Cell] = field(default_factory=list)


@dataclass(slots=True)
class _Spanning:
    rows_left: int
    width: int
    pieces: list[Piece]


@dataclass(slots=True)
class Table:
    """An open table: its header, the row and the cell that are open, and the cells that span the next row."""

    group: int
    parent: int | None = None
    header: tuple[str, ...] = ()
    row: Row | None = None
    cell: Cell | None = None
    spanning: dict[int, _Spanning] = field(default_factory=dict)


def read_cell(tag: Token) -> Cell:
    """Return the cell that a `<td>` or `<th>` opens."""
    return Cell(_read_span(tag, "rowspan"), _read_span(tag, "colspan"), tag.name == "th")


def _read_span(tag: Token, name: str) -> int:
    found = _NUMBER.match(tag.get(name) or "") if tag.attributes else None
    return min(_LARGEST_SPAN, max(1, int(found[1]))) if found else 1


def close_cell(table: Table) -> None:
    """Close the cell that is open, if any."""
    if table.cell is not None and table.row is not None:
        _strip_blank(table.cell.pieces)
        table.row.cells.append(table.cell)
    table.cell = None


def close_row(document: Document, table: Table, end: int) -> None:
    """Close the row that is open, if any: it becomes a block, or the header of the rows below."""
    close_cell(table)
    row, table.row = table.row, None
    if row is None:
        return
    placed = _place_cells(table, row.cells)
    if not row.cells:
        return
    if _is_header(table, row.cells):
        table.header = _read_header(row.cells, [column for column, _, inherited in placed if not inherited])
        return
    block = Block("row", row.start, end, header=table.header, group=table.group, parent=table.parent, is_html=True)
    block.cells = [pieces for _, pieces, _ in placed]
    block.columns = tuple(column for column, _, _ in placed)
    block.inherited = tuple(inherited for _, _, inherited in placed)
    document.blocks.append(block)


def _place_cells(table: Table, cells: list[Cell]) -> list[tuple[int, list[Piece], bool]]:
    """Return column, pieces and whether they are inherited, for the cells of a row and those that span it."""
    above = table.spanning
    for span in above.values():
        span.rows_left -= 1
    table.spanning = {column: span for column, span in above.items() if span.rows_left}
    placed = [(column, span.pieces, True) for column, span in above.items()]
    column = 0
    for cell in cells:
        while column in above:
            column += above[column].width
        placed.append((column, cell.pieces, False))
        if cell.rowspan > 1 and column <= _LAST_COLUMN:
            table.spanning[column] = _Spanning(cell.rowspan - 1, cell.colspan, cell.pieces)
        column += cell.colspan
    return sorted(placed, key=lambda one: one[0])


def _is_header(table: Table, cells: list[Cell]) -> bool:
    """Return whether a row names the columns: `<th>` alone, or words for columns in the first row that has any."""
    if all(cell.is_header for cell in cells):
        return sum(bool(join_text(cell.pieces)) for cell in cells) >= _FEWEST_LABELS
    return not table.header and is_header([cell.pieces for cell in cells])


def is_header(cells: Sequence[list[Piece]]) -> bool:
    """Return whether cells hold no link, and half of their texts are words for columns: at least two."""
    if any(piece.kind == "link" and piece.url for cell in cells for piece in cell):
        return False
    labels = [label for label in map(join_text, cells) if label]
    return sum(map(bool, map(_HEADER_WORDS.fullmatch, labels))) >= max(_FEWEST_LABELS, len(labels) / 2)


def _read_header(cells: list[Cell], columns: list[int]) -> tuple[str, ...]:
    """Return the label of each column; a cell that spans several labels them all."""
    header: dict[int, str] = {}
    for column, cell in zip(columns, cells, strict=True):
        for offset in range(min(cell.colspan, max(1, _LAST_COLUMN + 1 - column))):
            header[column + offset] = join_text(cell.pieces)
    return tuple(header.get(column, "") for column in range(max(header) + 1))


def _strip_blank(pieces: list[Piece]) -> None:
    """Drop blank texts at the end."""
    while pieces and pieces[-1].kind == "text" and pieces[-1].text.isspace():
        pieces.pop()
