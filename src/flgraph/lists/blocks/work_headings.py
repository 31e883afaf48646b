"""Find the headings that are works, and the lines below that belong to them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from flgraph.lists.blocks.layout import text_of
from flgraph.lists.blocks.lines import count_papers, is_title_link, is_work, score_line, split_lines
from flgraph.lists.blocks.pieces import Block
from flgraph.lists.evidence.groups import is_people
from flgraph.lists.evidence.hosts import url_kind
from flgraph.lists.evidence.patterns import FIELD_KEY, TITLE_KEY
from flgraph.lists.evidence.scores import names_score, title_score

_TITLE: Final = 1.5
_CHILD_TITLE: Final = 1.2
_NAMES: Final = 0.75
_MOST_BLOCKS_BELOW: Final = 10
_MOST_PAPER_LINKS: Final = 3
_FEWEST_ON_A_LEVEL: Final = 3
_HEADING_TITLE: Final = 1.8


def find_work_headings(blocks: Sequence[Block]) -> set[int]:
    """Return the headings that are works: at least half of their siblings are linked to a paper or stand above one.

    The siblings of a heading are those of its level, in its section or in the whole document.
    """
    headings = [number for number, block in enumerate(blocks) if block.kind == "heading"]
    found = {number for number in headings if _is_work_heading(blocks, number)}
    families: dict[tuple[tuple[str, ...], int], list[int]] = defaultdict(list)
    levels: dict[int, list[int]] = defaultdict(list)
    for number in headings:
        families[blocks[number].section, blocks[number].level].append(number)
        levels[blocks[number].level].append(number)
    among_works = set()
    for siblings in families.values():
        works = found.intersection(siblings)
        if len(works) > 1 and 2 * len(works) >= len(siblings):
            among_works.update(siblings)
    for siblings in levels.values():
        works = found.intersection(siblings)
        if _are_several(blocks, works) and 2 * len(works) >= len(siblings):
            among_works.update(siblings)
    return {number for number in among_works if number in found or _may_be_work(blocks, number)}


def _may_be_work(blocks: Sequence[Block], number: int) -> bool:
    """Return whether a heading could be a work, beside others that are works."""
    pieces = blocks[number].pieces
    return (
        title_score(text_of(pieces)) >= _TITLE
        or any(url_kind(piece.url) == "paper" for piece in pieces if piece.kind == "link")
        or _stands_above_one(blocks, number)
    )


def _are_several(blocks: Sequence[Block], numbers: Collection[int]) -> bool:
    """Return whether headings that look like works are two that are linked to papers, or three."""
    return len(numbers) >= _FEWEST_ON_A_LEVEL or sum(_is_linked(blocks[number]) for number in numbers) > 1


def _is_linked(heading: Block) -> bool:
    """Return whether a heading holds a title that is linked to a paper."""
    links = (piece for piece in heading.pieces if piece.kind == "link")
    return any(url_kind(link.url) == "paper" and title_score(link.text) >= _CHILD_TITLE for link in links)


def _is_work_heading(blocks: Sequence[Block], number: int) -> bool:
    pieces = blocks[number].pieces
    if _is_linked(blocks[number]):
        return True
    if any(piece.kind == "link" for piece in pieces) or not re.search(r"[^\W\d_]", text_of(pieces)):
        return False
    if not _stands_above_one(blocks, number):
        return False
    return score_line(text_of(pieces)) >= _HEADING_TITLE or _starts_with_field(blocks[number + 1])


def _starts_with_field(block: Block) -> bool:
    """Return whether a block below a heading begins with names or with a field such as "Authors: ..."."""
    first = next(map(text_of, split_lines(block.pieces)), "")
    return names_score(first) >= _NAMES or is_people(first) or FIELD_KEY.match(first) is not None


def _stands_above_one(blocks: Sequence[Block], number: int) -> bool:
    below: list[Block] = []
    for block in blocks[number + 1 : number + 2 + _MOST_BLOCKS_BELOW]:
        if block.kind == "heading":
            break
        below.append(block)
    return holds_one_paper(below)


def holds_one_paper(below: Sequence[Block]) -> bool:
    """Return whether a few blocks hold the links of one paper, and no titles."""
    if not 0 < len(below) <= _MOST_BLOCKS_BELOW or any(block.kind == "row" for block in below):
        return False
    papers = sum(map(count_papers, below))
    return 0 < papers <= _MOST_PAPER_LINKS and not any(map(_is_other_work, below))


def _adds_to_heading(block: Block) -> bool:
    return block.kind in ("paragraph", "item") and not any(map(is_title_link, block.pieces))


def _is_other_work(block: Block) -> bool:
    """Return whether a block below a heading is a work of its own, and no field of the heading's work."""
    first = next(map(text_of, split_lines(block.pieces)), "")
    key = TITLE_KEY.match(first)
    names_title = key is not None and title_score(first[key.end() :]) >= _CHILD_TITLE
    return names_title or any(map(is_title_link, block.pieces)) or (not _starts_with_field(block) and is_work(block))


def find_lines_below(blocks: Sequence[Block], headings: set[int], owners: Mapping[int, int]) -> dict[int, int]:
    """Return the heading that each line below a heading that is a work belongs to."""
    found: dict[int, int] = {}
    current: int | None = None
    for number, block in enumerate(blocks):
        if block.kind == "heading":
            current = number if number in headings else None
        elif current is not None and number not in owners and _adds_to_heading(block):
            found[number] = current
    # A child bullet of a line that belongs to a heading belongs to the heading as well.
    moved = {child: found[owner] for child, owner in owners.items() if owner in found}
    return {**found, **moved}
