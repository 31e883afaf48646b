"""Place labels beside dots where they cannot be taken for another dot's, or not at all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from flgraph.map.atlas.forces import Floats

_GAP: Final = 4.0
_CLEAR: Final = 2.0
_OWN: Final = 5.0
"""How much nearer to a label its own dot is than any other."""

_LEAD_CLEAR: Final = 3.0
_LEADS: Final = (16.0, 26.0, 38.0, 52.0, 68.0)
_RAYS: Final = tuple((math.cos(turn * math.pi / 8), math.sin(turn * math.pi / 8)) for turn in range(16))
_LEAD_COST: Final = 3.0
_SMALL: Final = 3.0
_MUCH_SMALLER: Final = 0.7


class Box(NamedTuple):
    """A rectangle; y grows downward."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box, gap: float = 0.0) -> bool:
        """Tell whether two rectangles are nearer than a gap."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )

    def is_inside(self, other: Box) -> bool:
        """Tell whether another rectangle holds this one."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


class Label(NamedTuple):
    """A label with its place.

    Attributes
    ----------
    dot : int
        The number of its dot.
    box : Box
        Where it stands.
    leader : tuple of four float, or None
        The line that leads from the dot to the label; None if it stands beside its dot.
    is_over : bool
        Whether it may stand over smaller dots; its own needs a ring around it.
    """

    dot: int
    box: Box
    leader: tuple[float, float, float, float] | None
    is_over: bool = False


@dataclass(frozen=True, eq=False)
class Dots:
    """Dots of a picture: centres of shape (n, 2), radii of shape (n,)."""

    centers: Floats
    radii: Floats

    def measure_gaps(self, box: Box) -> Floats:
        """Return how far each dot is from a box; below zero if it is partly covered."""
        x, y = self.centers[:, 0], self.centers[:, 1]
        across = np.maximum(np.maximum(box.left - x, x - box.right), 0.0)
        down = np.maximum(np.maximum(box.top - y, y - box.bottom), 0.0)
        gaps: Floats = np.hypot(across, down) - self.radii
        return gaps


def place_labels(
    dots: Dots,
    sizes: Sequence[tuple[float, float]],
    order: Sequence[int],
    *,
    taken: Sequence[Box],
    frame: Box,
    over_small: bool = False,
) -> list[Label]:
    """Place labels, the most important first.

    A label stands beside its dot if no other dot is about as near, else at the end of a line that crosses neither dot
    nor label nor line. Labels overlap nothing. Those without a place are left out.

    Parameters
    ----------
    dots : Dots
        All dots of the picture.
    sizes : sequence of (float, float)
        Width and height of the label of each dot.
    order : sequence of int
        The dots to label, the most important first.
    taken : sequence of Box
        Where no label may stand, such as on the names of regions.
    frame : Box
        Where labels must stand.
    over_small : bool
        Whether a label without a free place may stand over dots much smaller than its own.
    """
    scene = _Scene(dots, list(taken), [], frame)
    for dot in order:
        label = scene.find_beside(dot, sizes[dot]) or scene.find_far(dot, sizes[dot])
        if label is None and over_small:
            label = scene.find_beside(dot, sizes[dot], over_small=True)
        if label is not None:
            scene.taken.append(label.box)
            scene.labels.append(label)
    return scene.labels


@dataclass(frozen=True, eq=False)
class _Scene:
    """What stands in the picture while labels are placed."""

    dots: Dots
    taken: list[Box]
    labels: list[Label]
    frame: Box

    def find_beside(self, dot: int, size: tuple[float, float], *, over_small: bool = False) -> Label | None:
        """Return the best place at the dot: no other dot is within five pixels of being as near."""
        best: tuple[float, Label] | None = None
        least = max(_SMALL, _MUCH_SMALLER * float(self.dots.radii[dot])) if over_small else 0.0
        counted = self.dots.radii >= least
        counted[dot] = False
        for cost, box in _list_beside(*self._read(dot), size):
            if (best is not None and cost >= best[0]) or not self._is_free(box):
                continue
            gaps = self.dots.measure_gaps(box)
            own, others = gaps[dot], gaps[counted]
            if (others < max(_CLEAR, own + _OWN)).any():
                continue
            total = cost + float((np.clip(16 - others, 0, None) * 0.1).sum())
            if best is None or total < best[0]:
                best = total, Label(dot, box, None, over_small)
        return None if best is None else best[1]

    def find_far(self, dot: int, size: tuple[float, float]) -> Label | None:
        """Return the best place at the end of a line, on the nearest ring that has one."""
        x, y, radius = self._read(dot)
        for lead in _LEADS:
            found: list[tuple[float, int, Label]] = []
            for across, down in _RAYS:
                end = (x + across * (radius + lead), y + down * (radius + lead))
                box = _put_at_end(end, across, down, size)
                if self._is_free(box) and (label := self._lead_to(dot, box)):
                    crowding = np.clip(16 - np.delete(self.dots.measure_gaps(box), dot), 0, None).sum() * 0.1
                    found.append((_LEAD_COST + float(crowding), len(found), label))
            if found:
                return min(found)[2]
        return None

    def _read(self, dot: int) -> tuple[float, float, float]:
        x, y = self.dots.centers[dot]
        return float(x), float(y), float(self.dots.radii[dot])

    def _is_free(self, box: Box) -> bool:
        return box.is_inside(self.frame) and not any(box.meets(other, _CLEAR) for other in self.taken)

    def _lead_to(self, dot: int, box: Box) -> Label | None:
        """Return a label with its leader line, or None if the line or the label would touch something else."""
        x, y, radius = self._read(dot)
        end_x, end_y = min(max(x, box.left), box.right), min(max(y, box.top + 2), box.bottom - 2)
        length = math.hypot(end_x - x, end_y - y) or 1.0
        line = (x + (end_x - x) * (radius + 1) / length, y + (end_y - y) * (radius + 1) / length, end_x, end_y)
        gaps = np.delete(self.dots.measure_gaps(box), dot)
        to_line = np.delete(_measure_to_segment(self.dots.centers, line) - self.dots.radii, dot)
        crossed = bool((gaps < _CLEAR).any() or (to_line < _LEAD_CLEAR).any())
        crossed = crossed or any(_crosses_box(line, other) for other in self.taken)
        crossed = crossed or any(label.leader and _cross(line, label.leader) for label in self.labels)
        hidden = any(label.leader and _crosses_box(label.leader, box) for label in self.labels)
        return None if crossed or hidden else Label(dot, box, line)


# --- candidates ------------------------------------------------------------------------------------------


def _list_beside(x: float, y: float, radius: float, size: tuple[float, float]) -> Iterator[tuple[float, Box]]:
    """Yield the eight places at a dot, each with its cost: right, below, left, above, then the corners."""
    width, height = size
    gap = radius + _GAP
    corner, drop = gap * 0.75, radius * 0.6
    for cost, left, top in (
        (0.0, x + gap, y - height / 2),
        (0.5, x - width / 2, y + radius + 2),
        (0.6, x - gap - width, y - height / 2),
        (0.7, x - width / 2, y - radius - 2 - height),
        (1.0, x + corner, y + drop),
        (1.0, x + corner, y - drop - height),
        (1.3, x - corner - width, y + drop),
        (1.3, x - corner - width, y - drop - height),
    ):
        yield cost, Box(left, top, left + width, top + height)


def _put_at_end(end: tuple[float, float], across: float, down: float, size: tuple[float, float]) -> Box:
    """Return the box of a label whose near side is at the end of a line of this direction."""
    (x, y), (width, height) = end, size
    left = x if across > 0.3 else x - width if across < -0.3 else x - width / 2
    top = y if down > 0.3 else y - height if down < -0.3 else y - height / 2
    return Box(left, top, left + width, top + height)


# --- geometry --------------------------------------------------------------------------------------------


def _measure_to_segment(points: Floats, line: tuple[float, float, float, float]) -> Floats:
    start, end = np.array(line[:2]), np.array(line[2:])
    way = end - start
    share = np.clip((points - start) @ way / (way @ way or 1.0), 0.0, 1.0)
    near = start + share[:, None] * way
    distances: Floats = np.hypot(*(points - near).T)
    return distances


def _cross(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return _are_apart(one, other[:2], other[2:]) and _are_apart(other, one[:2], one[2:])


def _are_apart(line: tuple[float, float, float, float], point: tuple[float, float], other: tuple[float, float]) -> bool:
    """Tell whether two points lie on different sides of a line."""
    x1, y1, x2, y2 = line
    sides = [(x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) for x, y in (point, other)]
    return (sides[0] < 0) != (sides[1] < 0)


def _crosses_box(line: tuple[float, float, float, float], box: Box) -> bool:
    """Tell whether a line passes through a box or ends in it."""
    x1, y1, x2, y2 = line
    ends_inside = any(box.left < x < box.right and box.top < y < box.bottom for x, y in ((x1, y1), (x2, y2)))
    diagonals = ((box.left, box.top, box.right, box.bottom), (box.left, box.bottom, box.right, box.top))
    return ends_inside or any(_cross(line, diagonal) for diagonal in diagonals)
