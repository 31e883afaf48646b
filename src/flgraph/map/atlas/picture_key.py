"""Write the key of a picture: what dots, distances, sizes and colours say of these data, and the source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from flgraph.map.atlas.atlas import Atlas
from flgraph.map.atlas.paper_colors import PaperColors
from flgraph.map.atlas.paper_sizes import PaperSizes
from flgraph.map.atlas.svg_parts import INK, QUIET, write_dot, write_text
from flgraph.map.atlas.text_width import cut_text, measure_text, wrap_text
from flgraph.map.origin import describe_origin

_LINE: Final = 20.0
_SIDE: Final = 16.0
_SIZE: Final = 12.0
_LEGEND_LENGTH: Final = 40
_KINDS: Final = (
    ("about", "topics"),
    ("uses_dataset", "datasets"),
    ("authored", "authors"),
    ("has_code", "code"),
)
_LINKS: Final = ((1, "citations"), (2, "stated relations"))


def write_key(
    atlas: Atlas, colors: PaperColors, sizes: PaperSizes, scale: float, top: float, width: int
) -> tuple[list[str], float]:
    """Return the elements of the key below `top`, and the height of the whole picture."""
    parts: list[str] = []
    y = top + _LINE
    for sentence in _list_sentences(atlas, sizes):
        for line in wrap_text(sentence, _SIZE, width - 2 * _SIDE):
            parts.append(write_text(_SIDE, y, line, fill=QUIET))
            y += _LINE - 3
    entries = [(value, "", radius * scale) for value, radius in sizes.key]
    rows = [(f"Size: {sizes.heading}", entries)] if entries else []
    if colors.legend:
        rows.append((f"Colour: {colors.heading}", [(name, color, 6.0) for name, color in colors.legend]))
    for heading, listed in rows:
        largest = max(radius for *_, radius in listed)
        drawn, y = _write_row(heading, listed, y + 4 + max(0.0, largest - 8), width)
        y += max(0.0, largest - 12)
        parts += drawn
    for line in wrap_text(describe_origin(atlas.graph.graph), 11, width - 2 * _SIDE):
        parts.append(write_text(_SIDE, y + 4, line, size=11, fill=QUIET))
        y += _LINE - 4
    return parts, y + 4


def _list_sentences(atlas: Atlas, sizes: PaperSizes) -> Iterator[str]:
    """Say what the picture says; each sentence is true of these data."""
    if not atlas.papers:
        yield "No papers."
        return
    alike = f"Each dot is a paper. Near: alike in {_join(_list_shared(atlas))}; far apart says little."
    if not atlas.links.nnz:
        alike = "Each dot is a paper. Nothing known tells which are alike: the places say nothing."
    alone = "" if sizes.heading else " All dots have one size."
    rings = " A ring: unknown." if not sizes.known.all() else ""
    yield f"{alike}{alone}{rings}"
    if caption := atlas.regions.caption:
        yield f"{caption[0].upper()}{caption[1:].rstrip('.')}."


def _list_shared(atlas: Atlas) -> list[str]:
    """List in what papers can be alike, as far as it is known."""
    kinds = {kind for *_, kind in atlas.graph.edges(keys=True)}
    shared = [] if "about" in kinds else ["words of titles"]
    shared += [name for kind, name in _KINDS if kind in kinds]
    links = set() if atlas.citations is None else set(atlas.citations.data.tolist())
    return shared + [name for value, name in _LINKS if value in links]


def _join(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _write_row(
    heading: str, entries: Sequence[tuple[str, str, float]], y: float, width: int
) -> tuple[list[str], float]:
    """Return dots with names after a heading, in as many lines as they need, and the y below."""
    parts = [write_text(_SIDE, y, heading, fill=QUIET)]
    start = _SIDE + measure_text(heading, _SIZE) + 12
    x = start
    for name, color, radius in entries:
        text = cut_text(name, _LEGEND_LENGTH)
        room = 2 * radius + 8 + measure_text(text, _SIZE) + 14
        if x + room > width - _SIDE and x > start:
            x, y = start, y + _LINE
        parts.append(write_dot(x + radius, y - 4, radius, color or QUIET))
        parts.append(write_text(x + 2 * radius + 5, y, text, fill=INK))
        x += room
    return parts, y + _LINE
