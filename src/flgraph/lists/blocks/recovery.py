"""Recover links from the text left over: bare addresses, and links that GitHub does not show."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import Final

from flgraph.lists.blocks.pieces import Piece, PieceKind

_ADDRESS: Final = re.compile(r"https?:/{1,2}(?=[^\W_])[^\s<>\"'`|\]\[\uff08\uff09\uff0c\u3002\uff1b\x00]+")
"""An address up to a blank, a bracket or a mark that ends it, also one of Chinese text."""
_DOI: Final = re.compile(
    r"(?<![\w/])(?:doi:?|DOI:?)\s?(10\.\d{4,9}/[^\s<>\"'`|\]\[\uff08\uff09\uff0c\u3002\uff1b\x00]+)"
)
"""A DOI that a reference names without an address."""
_LOOSE_LINK: Final = re.compile(r"!?\[([^\[\]\n]*)\]?\]\x00?(\s?)\(([^()\n]*(?:\([^()\n]*\)[^()\n]*)*)(\)?)")
_LIKE_ADDRESS: Final = re.compile(r"(?:https?:/|mailto:|www\.|[#/]|\.\.?/)|[^\s/]+\.[a-z]{2,}/\S*$|$", re.IGNORECASE)
_MAY_LINK: Final = re.compile(r"http|\(|(?i:doi)")
_SEAM: Final = "\x00"
"""Stands between two pieces that are not written side by side; no address goes on over it."""


@dataclass(frozen=True, slots=True)
class _Link:
    start: int
    end: int
    kind: PieceKind
    label: str
    url: str
    is_broken: bool


def recover_links(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with links where their texts hold bare addresses or broken links; code is left as it is."""
    if not any(piece.kind == "text" and _MAY_LINK.search(piece.text) for piece in pieces):
        return pieces
    out: list[Piece] = []
    for is_text, run in groupby(pieces, lambda piece: piece.kind == "text" and not piece.code):
        found = list(run)
        out.extend(_split_run(found) if is_text else found)
    return out


def _split_run(run: list[Piece]) -> list[Piece]:
    """Split the links out of texts that follow each other."""
    seams = [False, *(_is_seam(one, other) for one, other in pairwise(run))]
    texts = [_SEAM * seam + piece.text for seam, piece in zip(seams, run, strict=True)]
    text = "".join(texts)
    links = _find_links(text)
    if not links:
        return run
    starts = [start + seam for start, seam in zip(accumulate(map(len, texts), initial=0), seams, strict=False)]
    places = _Places(run, starts)
    out: list[Piece] = []
    at = 0
    for link in links:
        out.extend(places.cut(at, link.start))
        out.append(places.make_link(link))
        at = link.end
    out.extend(places.cut(at, len(text)))
    return out


def _is_seam(one: Piece, other: Piece) -> bool:
    return other.start - one.end > 1 or (one.bold, one.italic) != (other.bold, other.italic)


@dataclass(frozen=True, slots=True)
class _Places:
    """The places of texts that were joined: where each starts in the joined text."""

    run: list[Piece]
    starts: list[int]

    def cut(self, start: int, end: int) -> Iterator[Piece]:
        """Return the pieces of a part of the joined text."""
        if start >= end:
            return
        for number in range(max(0, bisect_right(self.starts, start) - 1), len(self.run)):
            piece, at = self.run[number], self.starts[number]
            if at >= end:
                return
            part = piece.text[max(0, start - at) : end - at]
            if part:
                first = self._byte(number, max(start - at, 0))
                last = self._byte(number, min(end - at, len(piece.text)))
                yield Piece("text", first, last, part, None, piece.bold, piece.italic)

    def make_link(self, link: _Link) -> Piece:
        """Return the piece of a link; its style is that of its label."""
        first = bisect_right(self.starts, link.start) - 1
        last = bisect_right(self.starts, link.end - 1) - 1
        start = self._byte(first, link.start - self.starts[first])
        end = self._byte(last, link.end - self.starts[last])
        styled = self.run[first : last + 1]
        bold, italic = any(piece.bold for piece in styled), any(piece.italic for piece in styled)
        return Piece(link.kind, start, end, link.label, link.url, bold, italic, is_broken=link.is_broken)

    def _byte(self, number: int, place: int) -> int:
        piece = self.run[number]
        if place >= len(piece.text):
            return piece.end
        return piece.start + (place if piece.text.isascii() else len(piece.text[:place].encode()))


def _find_links(text: str) -> list[_Link]:
    """Return the links of a text in order; an address in a broken link is part of it."""
    links = list(_find_loose_links(text)) if "](" in text or "] (" in text or _SEAM in text else []
    loose_ends = [link.end for link in links]
    loose_starts = [link.start for link in links]
    for found in (*_ADDRESS.finditer(text), *_DOI.finditer(text)):
        number = bisect_right(loose_starts, found.start()) - 1
        if number < 0 or found.start() >= loose_ends[number]:
            end = found.start() + len(_trim_address(found[0]))
            if number + 1 < len(loose_starts):
                end = min(end, loose_starts[number + 1])
            written = text[found.start() : end]
            url = _DOI.sub(r"https://doi.org/\1", written) if found.re is _DOI else written
            links.append(_Link(found.start(), end, "link", "", url, is_broken=False))
    return sorted(links, key=lambda link: link.start)


def _find_loose_links(text: str) -> Iterator[_Link]:
    for found in _LOOSE_LINK.finditer(text):
        target, end = found[3], found.end()
        if not found[4]:  # never closed: the address ends at the first blank
            target = re.split(r"[\s\x00]", target, maxsplit=1)[0]
            end = found.start(3) + len(target)
        url = target.strip(f"{_SEAM} \t\r")
        url = "" if _SEAM in url else url  # what stands there is not all of the address
        url = url[1:].removesuffix(")") if url.startswith("(") else url
        looks_right = _LIKE_ADDRESS.match(url)
        if (found[2] and not looks_right) or not (url or found[4]):
            continue
        is_image = found[0].startswith("!")
        label = "" if is_image else found[1].replace(_SEAM, "")
        yield _Link(found.start(), end, "image" if is_image else "link", label, url if looks_right else "", True)


def _trim_address(address: str) -> str:
    """Cut what ends the sentence rather than the address: marks, and a bracket that was opened before it."""
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while end:
        last = address[end - 1]
        if last == ")" and surplus > 0:
            surplus -= 1
        elif last not in ".,;:!?*_~":
            break
        end -= 1
    return address[:end]
