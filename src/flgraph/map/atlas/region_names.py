"""Place the names of regions in the picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import numpy as np

from flgraph.checks import format_count
from flgraph.map.atlas.atlas import Atlas
from flgraph.map.atlas.forces import Floats
from flgraph.map.atlas.labels import Box, Dots
from flgraph.map.atlas.places import MOST_LABELLED, wrap_name
from flgraph.map.atlas.text_width import measure_text

_COUNT_LINE: Final = 15.0
_HIT: Final = 0.06
_HIT_OF_MANY: Final = 0.02


class RegionName(NamedTuple):
    """The name of a region with its place.

    Attributes
    ----------
    region : int
        The number of the region.
    lines : list of str
        The name, wrapped.
    papers : str
        The number of its papers, in words.
    size : int
        The size of the letters in pixels.
    box : Box
        Where it stands.
    """

    region: int
    lines: list[str]
    papers: str
    size: int
    box: Box


def place_names(atlas: Atlas, dots: Dots, move: Callable[[Floats], Floats], frame: Box) -> list[RegionName]:
    """Place the names of the regions, the largest first.

    A name stands where the atlas left room for it; else at the edge of its region, where it covers the fewest dots.
    Names do not overlap; one without a place is left out.

    Parameters
    ----------
    atlas : Atlas
        The atlas.
    dots : Dots
        The dots in the picture.
    move : function
        Brings points of the atlas into the picture.
    frame : Box
        Where names must stand.
    """
    placed: list[RegionName] = []
    for number, name in enumerate(atlas.regions.names):
        count = int((atlas.regions.region == number).sum())
        size = _choose_size(count / max(len(atlas.papers), 1), is_large=len(atlas.papers) > MOST_LABELLED)
        lines = wrap_name(name)
        width = max([60.0, *(measure_text(line, size, bold=True) for line in lines)]) + 6
        room = (width, len(lines) * size * 1.12 + _COUNT_LINE)
        spot = None if atlas.spots is None else move(atlas.spots[number][None])[0]
        boxes = [(cost, _clip(box, frame)) for cost, box in _list_boxes(move(atlas.rings[number][0]), room, spot)]
        free = [
            (cost + _count_hits(dots, box), place, box)
            for place, (cost, box) in enumerate(boxes)
            if box.is_inside(frame) and not any(box.meets(other.box, 3) for other in placed)
        ]
        if free:
            placed.append(RegionName(number, lines, format_count(count, "paper"), size, min(free)[2]))
    return placed


def _choose_size(share: float, *, is_large: bool) -> int:
    return round(min(23.0 if is_large else 20.0, 14.5 + 1.6 * math.sqrt(20 * share)))


def _count_hits(dots: Dots, box: Box) -> float:
    hits = int((dots.measure_gaps(box) < 0).sum())
    return hits * (_HIT if len(dots.radii) <= 5000 else _HIT_OF_MANY)


def _clip(box: Box, frame: Box) -> Box:
    """Move a box into a frame."""
    right = max(0.0, frame.left - box.left) - max(0.0, box.right - frame.right)
    down = max(0.0, frame.top - box.top) - max(0.0, box.bottom - frame.bottom)
    return Box(box.left + right, box.top + down, box.right + right, box.bottom + down)


def _list_boxes(ring: Floats, room: tuple[float, float], spot: Floats | None) -> Iterator[tuple[float, Box]]:
    """Yield places for a name, each with its cost: the room left for it, then around and within its region."""
    if spot is not None:
        yield -1.0, _make_box(float(spot[0]), float(spot[1]), room)
    (left, top), (right, bottom) = ring.min(axis=0).tolist(), ring.max(axis=0).tolist()
    middle, center, (width, height) = (left + right) / 2, (top + bottom) / 2, room
    for cost, x, y in (
        (0.0, middle, top - height / 2 + 6),
        (0.4, middle, bottom + height / 2 - 4),
        (0.5, left + width / 2, top - height / 2 + 14),
        (0.5, right - width / 2, top - height / 2 + 14),
        (0.8, left - width / 2, center),
        (0.8, right + width / 2, center),
    ):
        yield cost, _make_box(x, y, room)
    for x in np.linspace(left + width / 2, right - width / 2, 7).tolist():
        for y in np.linspace(top + height / 2, bottom - height / 2, 7).tolist():
            yield 1.0, _make_box(x, y, room)


def _make_box(x: float, y: float, room: tuple[float, float]) -> Box:
    width, height = room
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
