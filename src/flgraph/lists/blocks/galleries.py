"""Split the rows of a gallery, a table each of whose cells holds a work of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from flgraph.lists.blocks.layout import text_of
from flgraph.lists.blocks.lines import leads_to_paper, score_line, split_lines
from flgraph.lists.blocks.pieces import Block, Piece

_TITLE: Final = 1.2


def split_galleries(blocks: Sequence[Block]) -> list[Block]:
    """Split each row of a gallery into blocks, one for each cell that holds a text or a link.

    A table is a gallery if two cells of a row each hold a title in bold on a line of its own, and a link to a paper.
    """
    galleries = {block.group for block in blocks if sum(map(_is_work, block.cells or ())) > 1}
    found: list[Block] = []
    places: dict[int, int] = {}
    for number, block in enumerate(blocks):
        places[number] = len(found)
        block.parent = None if block.parent is None else places[block.parent]
        is_split = block.kind == "row" and block.group in galleries and block.group > 0
        found += _split_row(block) if is_split else [block]
    return found


def _is_work(cell: Sequence[Piece]) -> bool:
    lines = split_lines(cell)
    has_title = any(_is_bold(line) and score_line(text_of(line)) >= _TITLE for line in lines)
    return len(lines) > 1 and has_title and any(map(leads_to_paper, cell))


def _is_bold(line: Sequence[Piece]) -> bool:
    return all(piece.bold for piece in line if piece.text.strip())


def _split_row(row: Block) -> Iterator[Block]:
    for cell, is_inherited in zip(row.cells or (), row.inherited, strict=True):
        if not is_inherited and any(piece.kind == "link" or piece.text.strip() for piece in cell):
            yield replace(row, kind="paragraph", start=cell[0].start, end=cell[-1].end, pieces=cell, level=1,
                          cells=None, columns=(), inherited=(), header=())  # fmt: skip
