"""Gather the blocks of a file into rows, each of which may hold a work.

A list item takes its child bullets, a heading that is a work the lines below it, a title the list of its links, and
another paragraph becomes one row for each work that it names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flgraph.lists.blocks.details import find_work_details
from flgraph.lists.blocks.galleries import split_galleries
from flgraph.lists.blocks.layout import (
    attach_footnotes,
    find_group_labels,
    join_wrapped_lines,
    text_of,
)
from flgraph.lists.blocks.lines import is_title_link, is_work, leads_somewhere, leads_to_paper
from flgraph.lists.blocks.paragraphs import split_paragraphs
from flgraph.lists.blocks.pieces import Block, Document, Piece
from flgraph.lists.blocks.record_tables import join_record_tables
from flgraph.lists.blocks.titled_lists import (
    find_fields_below,
    find_names_below,
    find_notes_below,
    find_title_and_names_below,
    find_titled_lists,
)
from flgraph.lists.blocks.work_headings import find_lines_below, find_work_headings
from flgraph.lists.evidence.labels import label_kind
from flgraph.lists.evidence.patterns import BARE_URL, words_of
from flgraph.lists.evidence.scores import title_score

_LINKED_TITLE: Final = 0.8
_TITLE_WORDS: Final = 4
_MOST_ABOVE: Final = 8
_TAIL: Final = " .*"


@dataclass(slots=True)
class Row:
    """A place that may hold a work: its block, its pieces, and where those of child bullets begin.

    `end` is the byte behind the last of its blocks. `above` holds the name of its group and the texts of the nearest
    list items around it, the outermost first. `starts_work` is false for a paragraph whose first line is no title.
    """

    block: int
    pieces: list[Piece]
    end: int
    children_from: int | None = None
    above: tuple[str, ...] = ()
    starts_work: bool = True


def gather_rows(document: Document) -> list[Row]:
    """Gather the rows of a document, in the order of the file; split its paragraphs into blocks, one for each row."""
    attach_footnotes(document)
    join_wrapped_lines(document)
    blocks = split_galleries(split_paragraphs(document.blocks))
    document.blocks[:] = join_record_tables(blocks, document.header_rows)
    headings = find_work_headings(document.blocks)
    owners, topics = _find_owners(document.blocks)
    owners |= find_lines_below(document.blocks, headings, owners)
    titled = find_titled_lists(document.blocks, owners)
    details = find_work_details(document, document.blocks)
    owners |= titled | details
    owners |= find_names_below(document.blocks, owners) | find_fields_below(document.blocks, owners)
    owners |= find_notes_below(document.blocks, owners) | find_title_and_names_below(document.blocks, owners)
    titles = set(titled.values())
    labels = find_group_labels(document.blocks, titles)
    no_links = {topic for topic in topics if not leads_somewhere(document.blocks[topic].pieces)}
    no_works = (labels.places | no_links) - set(details.values())
    rows = {
        number: Row(
            number,
            list(block.pieces),
            block.end,
            None,
            (*labels.above[number], *_list_above(document.blocks, block)),
            _starts_with_title(block) or number in titles,
        )
        for number, block in enumerate(document.blocks)
        if number not in owners and number not in no_works and (block.kind != "heading" or number in headings)
    }
    for child, owner in owners.items():
        if owner in rows:
            _add_child(rows[owner], document.blocks[owner], document.blocks[child])
    return list(rows.values())


def _starts_with_title(block: Block) -> bool:
    return block.kind != "paragraph" or block.level == 1


def _add_child(row: Row, owner: Block, child: Block) -> None:
    if row.children_from is None and owner.kind != "heading":
        row.children_from = len(row.pieces) - 1
    row.pieces.append(Piece("break", child.start, child.start, "\n"))
    row.pieces.extend(child.pieces)
    row.end = max(row.end, child.end)


def _list_above(blocks: Sequence[Block], block: Block) -> tuple[str, ...]:
    above: list[str] = []
    parent = block.parent
    while parent is not None and len(above) < _MOST_ABOVE:
        above.insert(0, text_of(blocks[parent].pieces))
        parent = blocks[parent].parent
    return tuple(above)


# --- child bullets ------------------------------------------------------------------------------------------


def _find_owners(blocks: Sequence[Block]) -> tuple[dict[int, int], set[int]]:
    """Return the item that each child bullet belongs to, unless the child is a work; and the items that are topics."""
    children: dict[int, list[int]] = defaultdict(list)
    for number, block in enumerate(blocks):
        if block.kind == "item" and block.parent is not None:
            children[block.parent].append(number)
    owners: dict[int, int] = {}
    topics: set[int] = set()
    for parent in sorted(children, reverse=True):  # the deepest first
        inside = [blocks[child] for child in children[parent]]
        holds_works = any(map(is_work, inside)) or not topics.isdisjoint(children[parent])
        names_links = not leads_somewhere(blocks[parent].pieces) and (
            all(map(_begins_with_name, inside)) or all(map(_describes_paper, inside))
        )
        if (holds_works or names_links) and not _has_title(blocks[parent]):
            topics.add(parent)
    for parent in sorted(children):
        works = [child for child in children[parent] if is_work(blocks[child])]
        is_group = parent in topics
        stand_alone = bool(works) and (len(works) > 1 or leads_somewhere(blocks[parent].pieces))
        for child in () if is_group else children[parent]:
            if not (child in works and stand_alone):
                owners[child] = owners.get(parent, parent)
    return owners, topics


def _begins_with_name(block: Block) -> bool:
    """Return whether an item begins with a link whose text is a name of its own and no label such as "code"."""
    first = next((piece for piece in block.pieces if piece.kind != "text" or piece.text.strip()), None)
    is_link = first is not None and first.kind == "link" and leads_somewhere([first])
    return is_link and first is not None and label_kind(first.text) is None and not BARE_URL.fullmatch(first.text)


def _describes_paper(block: Block) -> bool:
    """Return whether an item leads to a paper, and has more words beside its links than a label."""
    return any(map(leads_to_paper, block.pieces)) and len(words_of(text_of(block.pieces))) >= _TITLE_WORDS


def _has_title(block: Block) -> bool:
    text = re.sub(r"\s*[\[(].*", "", text_of(block.pieces), flags=re.DOTALL)
    is_title = title_score(text.strip(_TAIL)) >= _LINKED_TITLE and len(words_of(text)) >= _TITLE_WORDS
    return is_title or any(map(is_title_link, block.pieces))
