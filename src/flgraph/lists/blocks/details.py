"""Find the `<details>` whose summary is a work, and the blocks within that belong to it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from flgraph.lists.blocks.layout import text_of
from flgraph.lists.blocks.lines import is_title_link, score_line
from flgraph.lists.blocks.pieces import Block, Document
from flgraph.lists.blocks.work_headings import holds_one_paper

_TAG: Final = re.compile(rb"<(/?)details(?=[\s/>])", re.IGNORECASE)
_TITLE: Final = 1.2


class _Details(NamedTuple):
    """The first block in a `<details>`, which is its summary, and the number behind the last."""

    summary: int
    end: int


def find_work_details(document: Document, blocks: Sequence[Block]) -> dict[int, int]:
    """Return the summary that each block in a `<details>` belongs to, if most summaries of the file are works.

    A summary whose words alone are no sure title is then a work, too, if one paper stands below it.
    """
    found = [one for one in _find_details(document, blocks) if one.end > one.summary + 1]
    stand_above = [one for one in found if _stands_above_paper(blocks[one.summary : one.end])]
    sure = sum(_is_title(blocks[one.summary]) for one in stand_above)
    if sure < 2 or 2 * sure < len(found):
        return {}
    return {child: one.summary for one in stand_above for child in range(one.summary + 1, one.end)}


def _is_title(summary: Block) -> bool:
    return score_line(text_of(summary.pieces)) >= _TITLE or any(map(is_title_link, summary.pieces))


def _stands_above_paper(blocks: Sequence[Block]) -> bool:
    return blocks[0].kind == "paragraph" and holds_one_paper(blocks[1:])


def _find_details(document: Document, blocks: Sequence[Block]) -> Iterator[_Details]:
    """Yield the `<details>` that hold no other ones."""
    starts = [block.start for block in blocks]
    opened: int | None = None
    for tag in _TAG.finditer(document.bytes):
        if not tag[1]:
            opened = tag.end()
        elif opened is not None:
            yield _Details(bisect_left(starts, opened), bisect_left(starts, tag.start()))
            opened = None
