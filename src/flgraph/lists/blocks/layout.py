"""Undo how a file is laid out: join wrapped lines, move footnotes to their rows, find the lines that name groups."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flgraph.lists.blocks.pieces import Block, Document, Piece
from flgraph.lists.evidence.patterns import FIELD_KEY, words_of
from flgraph.lists.evidence.scores import is_venue, title_score, venue_score
from flgraph.lists.evidence.years import find_year

_OPEN_END: Final = re.compile(r"\w (?:a|an|and|for|from|in|of|on|or|the|to|via|with)\s*$")
_SMALL_WORD: Final = re.compile(r"\s*(?:and|for|of|through|to|towards?|under|using|via|without) \w")
_LABEL_WORDS: Final = 8
_WRAPPED_LINES: Final = 5
_NARROWEST: Final = 65
_WIDEST: Final = 130
_RAGGED: Final = 18
_SHARE_WRAPPED: Final = 0.75


def text_of(pieces: Iterable[Piece]) -> str:
    """Return the text of pieces outside links."""
    return "".join(piece.text for piece in pieces if piece.kind == "text").strip()


# --- wrapped lines ----------------------------------------------------------------------------------------------


def join_wrapped_lines(document: Document) -> None:
    """Replace the line breaks inside a sentence or a styled text by blanks; all, if the file is wrapped at a width."""
    is_wrapped = _is_wrapped(document)
    for block in document.blocks:
        if any(piece.kind == "break" and piece.text != "|" for piece in block.pieces):
            block.pieces = _join(document, block.pieces, every=is_wrapped)


def _join(document: Document, pieces: Sequence[Piece], *, every: bool) -> list[Piece]:
    joined: list[Piece] = []
    for place, piece in enumerate(pieces):
        if piece.kind == "break" and piece.text != "|" and 0 < place < len(pieces) - 1:
            before, after = pieces[place - 1], pieces[place + 1]
            is_soft = _is_soft(document, piece)
            goes_on = is_soft and (every or _is_within_style(before, piece, after) or _goes_on(before, after))
            if goes_on or _goes_on_with_small_word(before, after):
                joined.append(
                    replace(before, kind="text", start=piece.start, end=piece.end, text=" ", url=None, code=False)
                )
                continue
        joined.append(piece)
    return joined


def _is_soft(document: Document, piece: Piece) -> bool:
    written = document.bytes[piece.start : piece.end]
    is_hard = written.startswith(b"  ")
    return piece.kind == "break" and not is_hard and written.strip(b" \t") in (b"\n", b"\r\n")


def _is_within_style(before: Piece, between: Piece, after: Piece) -> bool:
    """Return whether a line break stands within bold or italic text: no mark ends the style before it."""
    return (before.bold or before.italic) and before.end == between.start and before.kind == after.kind == "text"


def _goes_on(before: Piece, after: Piece) -> bool:
    """Return whether a text goes on behind a line break: in its style, or with a small letter."""
    if not before.kind == after.kind == "text":
        return False
    if (before.bold, before.italic) != (after.bold, after.italic):
        return False
    if is_venue(after.text):
        return False
    first = after.text.lstrip()[:1]
    if _OPEN_END.search(before.text):
        return True
    return before.bold or before.italic or (first.islower() and before.text.rstrip()[-1:].isalnum())


def _goes_on_with_small_word(before: Piece, after: Piece) -> bool:
    """Return whether a word such as "for" or "without" behind a line break continues the text before it."""
    are_one = before.kind == after.kind == "text" and (before.bold, before.italic) == (after.bold, after.italic)
    return are_one and before.text.rstrip()[-1:].isalnum() and _SMALL_WORD.match(after.text) is not None


def _is_wrapped(document: Document) -> bool:
    """Return whether most lines that go on end near one column, as an editor wraps them."""
    lengths, breaks = [], 0
    for block in document.blocks:
        for before, piece, after in zip(block.pieces, block.pieces[1:], block.pieces[2:], strict=False):
            breaks += _is_soft(document, piece)
            if before.kind == after.kind == "text" and _is_soft(document, piece):
                start = document.bytes.rfind(b"\n", 0, piece.start) + 1
                lengths.append(piece.start - start)
    if len(lengths) < max(_WRAPPED_LINES, breaks / 2) or not _NARROWEST <= max(lengths) <= _WIDEST:
        return False
    near = sum(length > max(lengths) - _RAGGED for length in lengths)
    return near >= _SHARE_WRAPPED * len(lengths)


# --- footnotes --------------------------------------------------------------------------------------------------

_REFERENCE: Final = re.compile(rb"\[\^([^\]\s]{1,60})\](?!:)")
_DEFINITION: Final = re.compile(rb"\[\^([^\]\s]{1,60})\]:[ \t]*$")


def attach_footnotes(document: Document) -> None:
    """Move the text and links of footnotes behind the rows that refer to them."""
    data = document.bytes
    if b"[^" not in data:
        return
    notes: dict[bytes, Block] = {}
    for block in document.blocks:
        found = _DEFINITION.search(data[data.rfind(b"\n", 0, block.start) + 1 : block.start])
        if found and block.kind == "paragraph":
            notes.setdefault(found[1], block)
    attached: set[int] = set()
    for block in document.blocks:
        if block.kind in ("item", "row", "paragraph") and not any(block is note for note in notes.values()):
            for name in _REFERENCE.findall(data, block.start, block.end):
                if name in notes and id(notes[name]) not in attached:
                    block.pieces += [Piece("break", notes[name].start, notes[name].start, "\n"), *notes[name].pieces]
                    attached.add(id(notes[name]))
    _drop(document, attached)


def _drop(document: Document, dropped: set[int]) -> None:
    """Remove blocks, and number the parents of the others anew."""
    kept = [number for number, block in enumerate(document.blocks) if id(block) not in dropped]
    places = {number: place for place, number in enumerate(kept)}
    document.blocks[:] = [document.blocks[number] for number in kept]
    for block in document.blocks:
        block.parent = None if block.parent is None else places.get(block.parent)


# --- lines above groups -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GroupLabels:
    """The blocks that only name a group, and the name above each block."""

    places: frozenset[int]
    above: Sequence[tuple[str, ...]]


def find_group_labels(blocks: Sequence[Block], titles: Collection[int]) -> GroupLabels:
    """Find the lines and rows that name the rows below them, such as a year in bold, and are no titles of works."""
    places: set[int] = set()
    above: list[tuple[str, ...]] = []
    current: tuple[str, ...] = ()
    outer: tuple[str, ...] = ()
    table: tuple[int, str] | None = None
    for number, block in enumerate(blocks):
        if block.kind == "heading":
            current, outer, table = (), (), None
        elif block.kind == "paragraph" and number not in titles and _is_label(block):
            following = blocks[number + 1] if number + 1 < len(blocks) else None
            if following is not None and following.kind == "paragraph" and _is_label(following):
                outer = current = (text_of(block.pieces),)  # a year above venues, say
            else:
                current = (*outer, text_of(block.pieces))
            table = None
            places.add(number)
        elif block.kind == "row" and _is_label_row(block):
            table = (block.group, text_of(block.pieces))
            places.add(number)
        elif block.kind == "paragraph" and current and len(words_of(text_of(block.pieces))) > 25:
            current = ()
        above.append((*current, *((table[1],) if table and block.kind == "row" and block.group == table[0] else ())))
    return GroupLabels(frozenset(places), above)


def _is_label(block: Block) -> bool:
    text = text_of(block.pieces)
    if any(piece.kind == "link" for piece in block.pieces) or not 0 < len(words_of(text)) <= _LABEL_WORDS:
        return False
    if FIELD_KEY.match(text) and re.match(r"[^:：]{2,20}[:：]\s*\S", text):
        return False
    is_bold = all(piece.bold for piece in block.pieces if piece.kind == "text" and piece.text.strip())
    says_field = find_year(text) is not None or venue_score(text) >= 1.5
    return (is_bold and title_score(text) < 1.5) or (says_field and title_score(text) < 0.5)


def _is_label_row(row: Block) -> bool:
    own = [cell for cell, inherited in zip(row.cells or (), row.inherited, strict=True) if not inherited]
    filled = [
        cell for cell in own if any(piece.kind != "break" and (piece.text.strip() or piece.url) for piece in cell)
    ]
    has_link = any(piece.kind == "link" for cell in filled for piece in cell)
    is_alone = len(filled) == 1 and own and filled[0] is own[0]
    text = text_of(row.pieces)
    return bool(is_alone) and not has_link and 0 < len(words_of(text)) <= _LABEL_WORDS and title_score(text) < 1.5
