"""Find paragraphs and list items that are titles of works, and what stands below: links, authors, fields or notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, takewhile
from typing import Final

from flgraph.lists.blocks.layout import text_of
from flgraph.lists.blocks.lines import is_title_link, leads_somewhere, leads_to_paper, score_line
from flgraph.lists.blocks.pieces import Block
from flgraph.lists.blocks.work_headings import holds_one_paper
from flgraph.lists.evidence.groups import is_people
from flgraph.lists.evidence.keys import read_key
from flgraph.lists.evidence.labels import label_kind
from flgraph.lists.evidence.patterns import words_of
from flgraph.lists.evidence.scores import names_score

_TITLE: Final = 1.2
_LONGEST_TITLE: Final = 32  # words
_MARKS: Final = " .,;:^*"
_SURE_NAMES: Final = 0.9
_FEWEST_WORKS: Final = 2  # one alone may be a sentence above a list of links
_LABEL: Final = re.compile(r"\W*(?:\w{1,12}/)?([\w ]{2,24}?)\s*(?:\([^()]{1,30}\))?\s*[:：\])]")


def find_titled_lists(blocks: Sequence[Block], owners: Mapping[int, int]) -> dict[int, int]:
    """Return the paragraph that each item below a title belongs to: "**Title**", then "- Paper: ...", "- Code: ...".

    Each item begins with a label, and all of them hold the links of one paper. Where there are such titles, a paragraph
    of their style above labels is one too, as odd as it may be, and with "Paper: None" below.
    """
    above = dict(_list_above_labels(blocks, owners))
    sure = {title for title, items in above.items() if _is_sure(blocks[title], [blocks[item] for item in items])}
    if len(sure) < _FEWEST_WORKS:
        return {}
    styles = {_style(blocks[title]) for title in sure}
    return {
        item: title
        for title, items in above.items()
        if title in sure or (_style(blocks[title]) in styles and True in _style(blocks[title]))
        for item in items
    }


def find_names_below(blocks: Sequence[Block], owners: Mapping[int, int]) -> dict[int, int]:
    """Return the paragraph that each item of names right below it belongs to, if it names a work and leads to it."""
    found: dict[int, int] = {}
    for number, block in enumerate(blocks):
        if block.kind != "paragraph" or block.level != 1 or not any(map(leads_to_paper, block.pieces)):
            continue
        below = number + 1
        while below < len(blocks) and below not in owners and _is_names(blocks[below]):
            found[below] = number
            below += 1
    return found


def find_title_and_names_below(blocks: Sequence[Block], owners: Mapping[int, int]) -> dict[int, int]:
    """Return the paragraph of links to a paper that two items below it belong to: the title, and the authors."""
    found: dict[int, int] = {}
    for number, (above, title, names) in enumerate(zip(blocks, blocks[1:], blocks[2:], strict=False)):
        is_above = above.kind == "paragraph" and any(map(leads_to_paper, above.pieces))
        if not is_above or owners.keys() & {number, number + 1, number + 2}:
            continue
        is_title = title.kind == "item" and not leads_somewhere(title.pieces)
        if is_title and score_line(text_of(title.pieces)) >= _TITLE and _is_names(names):
            found |= {number + 1: number, number + 2: number}
    return found if len(found) >= 2 * _FEWEST_WORKS else {}


def find_notes_below(blocks: Sequence[Block], owners: Mapping[int, int]) -> dict[int, int]:
    """Return the paragraph that each item of notes below it belongs to: it is a title in bold that leads to a paper.

    No item of such a list leads anywhere, and most of them end like a sentence.
    """
    found: dict[int, list[int]] = {}
    for number, block in enumerate(blocks):
        if block.kind != "paragraph" or not _is_work_in_bold(block):
            continue
        behind = takewhile(lambda place: blocks[place].kind == "item", range(number + 1, len(blocks)))
        items = [place for place in behind if blocks[place].section == block.section]
        ends = sum(text_of(blocks[item].pieces).rstrip().endswith((".", "!", "?")) for item in items)
        if items and 2 * ends > len(items) and not any(leads_somewhere(blocks[item].pieces) for item in items):
            found[number] = items
    if len(found) < _FEWEST_WORKS:
        return {}
    return {item: title for title, items in found.items() for item in items if item not in owners}


def _is_work_in_bold(block: Block) -> bool:
    first = next((piece for piece in block.pieces if piece.text.strip()), None)
    is_title = first is not None and first.bold and score_line(first.text) >= _TITLE
    return is_title and any(map(leads_to_paper, block.pieces))


def find_fields_below(blocks: Sequence[Block], owners: Mapping[int, int]) -> dict[int, int]:
    """Return the list item that each paragraph right below it belongs to: a title without a link, then its authors.

    Such a paragraph begins with names, leads to a paper, and is not indented enough to be a part of the item.
    """
    found: dict[int, int] = {}
    for number, (block, below) in enumerate(pairwise(blocks)):
        if block.kind != "item" or below.kind != "paragraph" or number in owners or leads_somewhere(block.pieces):
            continue
        first = next((piece for piece in below.pieces if piece.text.strip()), None)
        begins_with_names = first is not None and first.kind == "text" and is_people(first.text.strip(_MARKS))
        leads_to_one = any(map(leads_to_paper, below.pieces)) and not any(map(is_title_link, below.pieces))
        if begins_with_names and leads_to_one and score_line(text_of(block.pieces)) >= _TITLE:
            found[number + 1] = number
    return found


def _is_names(block: Block) -> bool:
    text = text_of(block.pieces)
    is_item = block.kind == "item" and not leads_somewhere(block.pieces)
    return is_item and (is_people(text) or names_score(text) >= _SURE_NAMES)


def _list_above_labels(blocks: Sequence[Block], owners: Mapping[int, int]) -> Iterator[tuple[int, list[int]]]:
    """Yield each short paragraph without a link that stands above a list of labels, and the items of the list."""
    for number, block in enumerate(blocks):
        if block.kind != "paragraph" or number in owners or leads_somewhere(block.pieces):
            continue
        text = text_of(block.pieces)
        behind = takewhile(lambda place: blocks[place].kind == "item", range(number + 1, len(blocks)))
        items = [place for place in behind if blocks[place].section == block.section]
        if len(words_of(text)) <= _LONGEST_TITLE and not text.rstrip().endswith(":") and _are_labels(blocks, items):
            yield number, items


def _are_labels(blocks: Sequence[Block], items: Sequence[int]) -> bool:
    """Return whether each of some items begins with a label, and more than half of the labels are known."""
    known = [_knows_label(blocks[item]) for item in items]
    return bool(items) and None not in known and 2 * sum(map(bool, known)) > len(known)


def _knows_label(item: Block) -> bool | None:
    """Return whether the label at the start of an item is known; None if there is no label."""
    label = _LABEL.match("".join(piece.text for piece in item.pieces))
    first = next((piece for piece in item.pieces if piece.text.strip()), None)
    if first is not None and first.kind == "link" and label_kind(first.text) is not None:
        return True
    return None if label is None else label_kind(label[1]) is not None or _is_key(label[1])


def _is_key(label: str) -> bool:
    """Return whether a label names a field of a work; any English word and a colon may stand before a note."""
    role = read_key(f"{label}:")[0]
    return role is not None and (role != "note" or not label.isascii())


def _is_sure(title: Block, items: Sequence[Block]) -> bool:
    return score_line(text_of(title.pieces)) >= _TITLE and all(map(_knows_label, items)) and holds_one_paper(items)


def _style(block: Block) -> tuple[bool, bool]:
    """Return whether all of a block is bold, and whether all of it is in italics."""
    written = [piece for piece in block.pieces if piece.text.strip()]
    return all(piece.bold for piece in written), all(piece.italic for piece in written)
