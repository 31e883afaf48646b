"""Say what a line or a block of a list holds: a title, a link to a paper, or a work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from flgraph.lists.blocks.layout import text_of
from flgraph.lists.blocks.pieces import Block, Piece
from flgraph.lists.evidence.hosts import url_kind
from flgraph.lists.evidence.labels import label_kind, plain_label
from flgraph.lists.evidence.patterns import BARE_URL, DATED_VENUE
from flgraph.lists.evidence.scores import is_venue, title_score

_LINKED_TITLE: Final = 0.8
_CHILD_TITLE: Final = 1.2
_TAIL: Final = " .*"
_EMPTY_BRACKETS: Final = re.compile(r"\[\s*\]|\(\s*\)")
_MARKER: Final = re.compile(r"^\s*\[[^\[\]]{1,40}\]\s*")
_ANY_LINK: Final = ("link", "url", "here")
_NO_RESOURCE: Final = ("anchor", "image", "mail", "people")


def is_title_link(piece: Piece) -> bool:
    """Return whether a piece is a link whose text is a title."""
    text = piece.text.strip().strip("[]")
    return (
        piece.kind == "link"
        and label_kind(text) is None
        and title_score(text) >= _LINKED_TITLE
        and url_kind(piece.url) not in _NO_RESOURCE
        and not BARE_URL.fullmatch(text)
    )


def leads_to_paper(piece: Piece) -> bool:
    """Return whether a piece is a link to a paper by its address or its text."""
    return piece.kind == "link" and (url_kind(piece.url) == "paper" or label_kind(piece.text) == "paper")


def count_papers(block: Block) -> int:
    """Return how many links of a block lead to a paper, by their address, their text or the key before them."""
    return sum(sum(map(leads_to_paper, line)) or _says_paper(line) for line in split_lines(block.pieces))


def _says_paper(line: Sequence[Piece]) -> bool:
    """Return whether a line is a key that promises a paper, and a link: "PDF: https://..."."""
    key = plain_label(line[0].text)
    return label_kind(key) == "paper" and key not in _ANY_LINK and leads_somewhere(line[1:2])


def is_venue_link(piece: Piece) -> bool:
    """Return whether a link to a paper is a venue with its year, and perhaps a name: "[ICLR22 PointMLP](...)"."""
    found = DATED_VENUE.match(piece.text.strip()) if piece.kind == "link" and url_kind(piece.url) == "paper" else None
    return found is not None and is_venue(found[0])


def leads_somewhere(pieces: Iterable[Piece]) -> bool:
    """Return whether a link leads out of the page."""
    return any(piece.kind == "link" and url_kind(piece.url) != "anchor" for piece in pieces)


def split_lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Split pieces at line breaks; lines without text or a link are left out."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.kind == "break":
            lines.append([])
        else:
            lines[-1].append(piece)
    return [line for line in lines if any(piece.kind != "text" or piece.text.strip() for piece in line)]


def score_line(text: str) -> float:
    """Return how much a line looks like a title, alone or with a venue or names behind it."""
    bare = _EMPTY_BRACKETS.sub("", text).strip(_TAIL)
    return max(title_score(bare), title_score(bare.rpartition(",")[0]), title_score(bare.rpartition("(")[0].rstrip()))


def is_work(block: Block) -> bool:
    """Return whether a block holds a linked title, or a title and a link to a paper."""
    if any(map(is_title_link, block.pieces)):
        return True
    text = text_of(block.pieces)
    score = max(score_line(text), score_line(_MARKER.sub("", text).partition(". ")[0]))
    return score >= _CHILD_TITLE and any(map(leads_to_paper, block.pieces))
