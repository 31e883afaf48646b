"""Find the paragraphs that are titles of works, and the list items below that hold their links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Final

from flgraph.lists.blocks.layout import text_of
from flgraph.lists.blocks.lines import leads_somewhere, score_line
from flgraph.lists.blocks.pieces import Block
from flgraph.lists.blocks.work_headings import holds_one_paper
from flgraph.lists.evidence.labels import label_kind
from flgraph.lists.evidence.patterns import words_of

_TITLE: Final = 1.2
_LONGEST_TITLE: Final = 32  # words
_FEWEST_WORKS: Final = 2  # one alone may be a sentence above a list of links
_LABEL: Final = re.compile(r"\W*(?:\w{1,12}/)?([\w ]{2,24}?)\s*(?:\([^()]{1,30}\))?\s*[:：\])]")


def find_titled_lists(blocks: Sequence[Block], owners: Mapping[int, int]) -> dict[int, int]:
    """Return the paragraph that each item below a title belongs to: "**Title**", then "- Paper: ...", "- Code: ...".

    Each item begins with a label, and all of them hold the links of one paper.
    """
    found = dict(_list_titled(blocks, owners))
    return {item: title for title, items in found.items() for item in items} if len(found) >= _FEWEST_WORKS else {}


def _list_titled(blocks: Sequence[Block], owners: Mapping[int, int]) -> Iterator[tuple[int, list[int]]]:
    for number, block in enumerate(blocks):
        if block.kind != "paragraph" or number in owners or not _is_title(block):
            continue
        behind = takewhile(lambda place: blocks[place].kind == "item", range(number + 1, len(blocks)))
        items = [place for place in behind if blocks[place].section == block.section]
        below = [blocks[place] for place in items]
        if items and all(map(_begins_with_label, below)) and holds_one_paper(below):
            yield number, items


def _is_title(block: Block) -> bool:
    text = text_of(block.pieces)
    is_line = not text.rstrip().endswith(":") and not leads_somewhere(block.pieces)
    return is_line and len(words_of(text)) <= _LONGEST_TITLE and score_line(text) >= _TITLE


def _begins_with_label(item: Block) -> bool:
    label = _LABEL.match("".join(piece.text for piece in item.pieces))
    first = next((piece for piece in item.pieces if piece.text.strip()), None)
    is_labelled_link = first is not None and first.kind == "link" and label_kind(first.text) is not None
    return is_labelled_link or (label is not None and label_kind(label[1]) is not None)
