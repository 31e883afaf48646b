"""Split paragraphs into blocks, one for each work that they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, takewhile
from typing import Final

from flgraph.lists.blocks.layout import text_of
from flgraph.lists.blocks.lines import is_title_link, is_venue_link, leads_somewhere, leads_to_paper, split_lines
from flgraph.lists.blocks.pieces import Block, Piece
from flgraph.lists.evidence.groups import is_people
from flgraph.lists.evidence.hosts import url_kind
from flgraph.lists.evidence.keys import read_key
from flgraph.lists.evidence.labels import label_kind
from flgraph.lists.evidence.patterns import TITLE_KEY, words_of
from flgraph.lists.evidence.scores import is_venue, names_score, title_score, venue_score

_TITLE: Final = 1.5
_NAMES: Final = 0.75
_DASHES: Final = ("- ", "– ", "— ")
_KEY_WORDS: Final = 3
_LONGEST_LINE: Final = 32
_TAIL: Final = " .*"
_NOT_A_TITLE: Final = re.compile(r"(?i)\W*(see|for|this|we|the following|please|note)\b")
_FIELD: Final = re.compile(r"(?i)\s*[\w ]{3,14}[:：]")
_OPENS_WITH_TAG: Final = re.compile(r"^[\[(【]")
_REFERENCE: Final = re.compile(
    r"\s*([^\d“”\"«»\n]{4,200}?)[.,]?\s\(?(?:(?:19|20)\d\d[a-z]?|n\.d\.)\)?[.,:]?\s+[“\u2018'\"«\w]"
)
"""The start of a reference: names and a year."""
_DATED: Final = re.compile(r"[^:?!]{2,160}?,?\s(?:19|20)\d\d")
_NUMBER: Final = re.compile(r"\s*\[\d{1,4}\]\s*\w")
"""The start of a numbered reference, as in "[3] J. Lee, ..."."""
_REFERENCE_NAMES: Final = 0.6


def split_paragraphs(blocks: Sequence[Block]) -> list[Block]:
    """Split each paragraph at the lines that start a work; join a paragraph that only adds to the work above."""
    found: list[Block] = []
    places: dict[int, int] = {}
    for number, block in enumerate(blocks):
        places[number] = len(found)
        if block.kind != "paragraph":
            block.parent = None if block.parent is None else places[block.parent]
            found.append(block)
            continue
        records = _split_records(block)
        if found and _holds_links_of(found[-1], block):
            found[-1].level = 1
            _append(found[-1], block)
            continue
        if found and (_adds_to(found[-1], records) or _is_field_of(found[-1], block)):
            _append(found[-1], block)
            continue
        found += [_make_paragraph(block, lines, starts_work=starts) for lines, starts in records]
    return found


_Record = tuple[list[list[Piece]], bool]


def _split_records(block: Block) -> list[_Record]:
    """Return the lines of each work of a paragraph, and whether its first line is a title."""
    records: list[_Record] = []
    has_paper_link = any(map(leads_to_paper, block.pieces))
    all_lines = split_lines(block.pieces)
    if _is_defined(all_lines):
        return [(all_lines, True)]
    are_numbered = sum(_NUMBER.match(text_of(line)) is not None for line in all_lines) > 1
    begin_with_links = bool(all_lines) and _starts_with_paper(all_lines[0])
    for before, line in pairwise([[], *all_lines]):
        is_numbered = are_numbered and _NUMBER.match(text_of(line)) is not None
        starts = (
            is_numbered
            or _starts_work(line, has_paper_link=has_paper_link)
            or (begin_with_links and _starts_with_paper(line))
            or (_ends_sentence(before) and _starts_reference(line))
        ) and not (records and records[-1][1] and _adds_to_work(line, records[-1], all_lines))
        if not records:
            records.append(([line], starts))
            continue
        lines, is_titled = records[-1]
        is_footnote = not block.start <= line[0].start < block.end
        if (
            not starts
            or is_footnote
            or (is_titled and not is_numbered and not leads_somewhere(piece for one in lines for piece in one))
        ):
            lines.append(line)
        elif not is_titled and _belongs_to_next(lines):
            records[-1] = ([*lines, line], True)
        else:
            records.append(([line], True))
    return records


def _starts_with_paper(line: Sequence[Piece]) -> bool:
    """Return whether a line begins with a link to a paper that is no label."""
    first = next((piece for piece in line if piece.kind != "text" or piece.text.strip()), None)
    if first is None or first.kind != "link" or url_kind(first.url) != "paper" or is_venue_link(first):
        return False
    return label_kind(first.text) is None and len(words_of(first.text)) > 1


def _ends_sentence(line: Sequence[Piece]) -> bool:
    return not line or line[-1].kind == "link" or line[-1].text.rstrip().endswith((".", ")", "]"))


def _is_defined(lines: Sequence[Sequence[Piece]]) -> bool:
    """Return whether lines are a term and its definitions, none of which names a work: "A title", ": Authors"."""
    definitions = lines[1:]
    are_marked = bool(definitions) and all(line[0].text.startswith((": ", ":\t")) for line in definitions)
    return (
        are_marked
        and not any(map(_starts_with_paper, definitions))
        and not any(
            is_title_link(piece) or (leads_to_paper(piece) and len(words_of(piece.text)) > 3 and "/" not in piece.text)
            for line in definitions
            for piece in line
        )
    )


def _belongs_to_last(line: Sequence[Piece]) -> bool:
    """Return whether a line is a field of the work above it, whatever it looks like."""
    return _is_dated_venue(line) or _begins_with_label(line)


def _adds_to_work(line: Sequence[Piece], last: _Record, lines: Sequence[Sequence[Piece]]) -> bool:
    """Return whether a line continues the work above it, as a field, a further key or a closing remark."""
    is_key = _begins_with_key(line) and TITLE_KEY.match("".join(piece.text for piece in line[:2])) is None
    is_next_key = is_key and sum(map(_begins_with_key, last[0])) > 1
    return is_next_key or _belongs_to_last(line) or _is_remark(line, last, lines)


def _begins_with_key(line: Sequence[Piece]) -> bool:
    """Return whether a line begins with words in bold and a colon: "**Comment:** ..."."""
    bold = "".join(piece.text for piece in takewhile(lambda piece: piece.bold, line)).rstrip()
    return bold.endswith((":", "：")) and len(words_of(bold)) <= _KEY_WORDS


def _is_remark(line: Sequence[Piece], last: _Record, lines: Sequence[Sequence[Piece]]) -> bool:
    """Return whether a sentence without a link ends a paragraph below a work whose title is in bold."""
    work = [piece for one in last[0] for piece in one]
    is_below = line is lines[-1] and _begins_in_bold(work) and any(map(leads_to_paper, work))
    return is_below and not leads_somewhere(line) and not line[0].bold and text_of(line).endswith((".", "!"))


def _is_dated_venue(line: Sequence[Piece]) -> bool:
    """Return whether a line of text begins in italics and ends with a year, as a venue below a title does."""
    return line[0].italic and _DATED.fullmatch(_text_before_links(line).rstrip(" |")) is not None


def _begins_with_label(line: Sequence[Piece]) -> bool:
    """Return whether a line begins with a labelled link, and other links have short texts: "[PDF] [Data files]"."""
    links = [piece for piece in line if piece.kind == "link"]
    is_first = bool(links) and not _text_before_links(line).strip()
    return is_first and label_kind(links[0].text) is not None and all(len(words_of(one.text)) <= 3 for one in links)


def _text_before_links(line: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in takewhile(lambda piece: piece.kind == "text", line))


def _starts_reference(line: Sequence[Piece]) -> bool:
    """Return whether a line begins with names and a year."""
    reference = _REFERENCE.match("".join(piece.text for piece in line))
    return reference is not None and (names_score(reference[1]) >= _REFERENCE_NAMES or is_people(reference[1]))


def _starts_work(line: Sequence[Piece], *, has_paper_link: bool) -> bool:
    if TITLE_KEY.match("".join(piece.text for piece in line[:2])):
        return True
    first = next((place for place, piece in enumerate(line) if is_title_link(piece)), None)
    if first is not None:
        before = text_of(line[:first])
        return len(words_of(before)) <= 8 or names_score(before) > 0.7
    text = text_of(line)
    if text.lstrip().startswith(_DASHES):  # it says what the work above is about
        return False
    score, words = title_score(text.strip(_TAIL)), len(words_of(text))
    has_link = any(piece.kind == "link" for piece in line)
    if has_link and score >= _TITLE and words <= _LONGEST_LINE and not _NOT_A_TITLE.match(text):
        return any(leads_to_paper(piece) or (label_kind(piece.text) and piece.url is not None) for piece in line)
    if has_paper_link and any(
        piece.kind == "text" and piece.bold and title_score(piece.text) >= _TITLE for piece in line
    ):
        return True
    is_sentences = re.search(r"[a-z]\. [A-Z]", text)
    return has_paper_link and not has_link and title_score(text) >= _TITLE and words <= 28 and not is_sentences


def _belongs_to_next(lines: Sequence[Sequence[Piece]]) -> bool:
    """Return whether lines hold only what stands before a title: names, a tag, or a link with venue and year."""
    if len(lines) == 1 and len(lines[0]) == 1 and is_venue_link(lines[0][0]):
        return True
    text = " ".join(map(text_of, lines))
    return names_score(text) >= _NAMES or (_OPENS_WITH_TAG.match(text) is not None and len(words_of(text)) <= 8)


def _adds_to(previous: Block, records: Sequence[_Record]) -> bool:
    if previous.kind != "paragraph" or not previous.level or len(records) != 1 or records[0][1]:
        return False
    lines = records[0][0]
    if _NUMBER.match(text_of(lines[0])) or (_begins_in_bold(lines[0]) and _begins_in_bold(previous.pieces)):
        return False
    have_papers = all(
        any(map(leads_to_paper, pieces)) for pieces in (previous.pieces, [p for one in lines for p in one])
    )
    return not have_papers and all(map(_is_supplement, lines))


def _is_field_of(title: Block, block: Block) -> bool:
    """Return whether a paragraph with a key such as "Authors:" stands below one with the key "Title:"."""
    first, own = ("".join(piece.text for piece in one.pieces) for one in (title, block))
    if title.kind != "paragraph" or not TITLE_KEY.match(first) or TITLE_KEY.match(own):
        return False
    return _begins_with_key(block.pieces) and read_key(own)[0] not in (None, "note")


def _holds_links_of(title: Block, block: Block) -> bool:
    """Return whether a paragraph below a bold title without a link holds only links, at least one to a paper."""
    if title.kind != "paragraph" or leads_somewhere(title.pieces):
        return False
    if not any(leads_to_paper(piece) and url_kind(piece.url) != "anchor" for piece in block.pieces):
        return False
    first = next((piece for piece in title.pieces if piece.text.strip()), None)
    if first is None or not first.bold:
        return False
    behind = text_of(title.pieces)[len(first.text) :]
    is_title = title_score(first.text.strip(_TAIL)) >= _TITLE or is_venue(behind)
    return is_title and not words_of(text_of(block.pieces)) and not any(map(is_title_link, block.pieces))


def _begins_in_bold(pieces: Sequence[Piece]) -> bool:
    return next((piece.bold for piece in pieces if piece.text.strip()), False)


def _is_supplement(line: Sequence[Piece]) -> bool:
    """Return whether a line only adds to the work above: names, labelled links or a venue, but no prose."""
    if any(map(is_title_link, line)):
        return False
    text = text_of(line)
    words = len(words_of(text))
    return (
        names_score(text) >= 0.6
        or (words <= 8 and any(piece.kind == "link" for piece in line))
        or (words <= 14 and venue_score(text) >= 1.5)
        or (words <= 60 and all(piece.italic for piece in line if piece.text.strip()))
        or _FIELD.match(text) is not None
    )


def _append(block: Block, added: Block) -> None:
    block.pieces.append(Piece("break", added.start, added.start, "\n"))
    block.pieces.extend(added.pieces)
    block.end = added.end


PARAGRAPHS: Final = -2
"""The group of all paragraphs: those of a section are siblings, wherever blank lines part them."""


def _make_paragraph(block: Block, lines: Sequence[list[Piece]], *, starts_work: bool) -> Block:
    """Return some lines of a paragraph as a block of their own; its level is 1 if they start with a title."""
    pieces: list[Piece] = []
    for line in lines:
        if pieces:
            pieces.append(Piece("break", line[0].start, line[0].start, "\n"))
        pieces += line
    own = [piece for piece in pieces if block.start <= piece.start < block.end] or pieces  # not those of a footnote
    return replace(block, start=own[0].start, end=own[-1].end, pieces=pieces, level=int(starts_work),
                   group=PARAGRAPHS)  # fmt: skip
