"""Join the table rows that describe one work together, as in a table of keys and values or beside a picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from flgraph.lists.blocks.layout import text_of
from flgraph.lists.blocks.lines import is_work
from flgraph.lists.blocks.pieces import Block, Piece
from flgraph.lists.evidence.patterns import FIELD_KEY


def join_record_tables(blocks: Sequence[Block], headers: Mapping[int, Block]) -> list[Block]:
    """Join the table rows that describe one work into one block.

    They are all rows of a table of keys and values ("Authors | A. Example"), or those beside a picture that spans them.
    """
    rows: dict[int, list[Block]] = defaultdict(list)
    for block in blocks:
        if block.kind == "row" and block.group > 0:
            rows[block.group].append(block)
    records: dict[int, Block] = {}
    members: set[int] = set()
    for group, found in rows.items():
        for record in _find_records(found, headers.get(group)):
            records[id(next(row for row in record if row is not headers.get(group)))] = _join_rows(record)
            members.update(map(id, record))
    joined: list[Block] = []
    numbers: dict[int, int] = {}
    for number, block in enumerate(blocks):
        numbers[number] = len(joined)
        if id(block) in records:
            joined.append(records[id(block)])
        elif id(block) not in members:
            block.parent = None if block.parent is None else numbers.get(block.parent)
            joined.append(block)
    return joined


def _find_records(rows: Sequence[Block], header: Block | None) -> Iterator[Sequence[Block]]:
    """Yield the rows of each work in a table; yield nothing if each row is a work of its own."""
    if header is not None and _is_key_row(header):
        if 2 * sum(map(_is_key_row, rows)) > len(rows):
            yield [header, *rows]
    elif sum(map(_is_key_row, rows)) >= max(1, len(rows) - 1) and len(rows) > 1 and not any(rows[0].header):
        yield rows
    else:
        yield from _find_stacks(rows)


def _find_stacks(rows: Sequence[Block]) -> Iterator[Sequence[Block]]:
    """Yield the rows beside each picture, if each holds one text and at most one looks like a work by itself."""
    stack: list[Block] = []
    for row in [*rows, None]:
        if row is not None and stack and _find_picture(row) is _find_picture(stack[0]):
            stack.append(row)
            continue
        if len(stack) > 1 and all(len(_list_texts(one)) <= 1 for one in stack[1:]) and sum(map(is_work, stack)) <= 1:
            yield stack
        stack = [row] if row is not None and _find_picture(row) is not None else []


def _is_key_row(row: Block) -> bool:
    if not row.cells or len(row.cells) != 2:
        return False
    key = text_of(row.cells[0])
    return bool(key) and FIELD_KEY.fullmatch(key) is not None


def _find_picture(row: Block) -> list[Piece] | None:
    """Return the first cell of a row if it has no text, as a picture has none; rows that it spans share it."""
    cell = row.cells[0] if row.cells else None
    return None if cell is None or any(piece.text.strip() for piece in cell) else cell


def _list_texts(row: Block) -> list[list[Piece]]:
    """Return the row's own cells that hold text or a link."""
    own = [cell for cell, inherited in zip(row.cells or (), row.inherited, strict=True) if not inherited]
    return [cell for cell in own if any(piece.kind == "link" or piece.text.strip() for piece in cell)]


def _join_rows(rows: Sequence[Block]) -> Block:
    pieces: list[Piece] = []
    for row in rows:
        if pieces:
            pieces.append(Piece("break", row.start, row.start, "\n"))
        if _is_key_row(row) and row.cells:
            key = row.cells[0]
            sign = "" if text_of(key).endswith((":", "：")) else ": "
            pieces += [*key, Piece("text", key[-1].end, key[-1].end, sign), *row.cells[1]]
        else:
            pieces += row.pieces
    return Block("paragraph", rows[0].start, rows[-1].end, pieces, section=rows[-1].section, level=1,
                 group=rows[0].group, is_html=rows[0].is_html)  # fmt: skip
