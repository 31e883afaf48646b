"""Draw the contour of each region: where its papers are dense, and denser than those of any other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from contourpy import contour_generator

from flgraph.map.atlas.fitting import choose_reach
from flgraph.map.atlas.forces import Floats, Ints
from flgraph.map.atlas.places import MOST_LABELLED, wrap_name

_LEAD: Final = 1.06
"""How many times as dense as any other region a region is within its contour."""

_DIFFERENCE: Final = 0.02
_SMOOTHINGS: Final = 6
_FEWEST_POINTS: Final = 7
_LONG_RING: Final = 60
_MARGINS: Final = 2.2
_LEVEL_FEW: Final = 0.42
_LEVEL_MANY: Final = 0.9


def draw_contours(
    places: Floats, region: Ints, *, names: Sequence[str] = (), spots: Floats | None = None
) -> tuple[tuple[Floats, ...], ...]:
    """Return the rings around each region.

    Parameters
    ----------
    places : array of shape (n, 2)
        x and y of each paper.
    region : array of shape (n,)
        The region of each paper; papers of -1 have no part in any.
    names : sequence of str
        The name of each region.
    spots : array of shape (k, 2) or None
        The room of each name, which lies within the contour.

    Returns
    -------
    tuple of tuples of arrays of shape (m, 2)
        For each region its rings, the longest first; holes are rings of their own. Each region has at least one.
    """
    count = int(region.max(initial=-1)) + 1
    if not count:
        return ()
    few = len(places) <= MOST_LABELLED
    reach = choose_reach(len(places))
    grid = _make_grid(places[region >= 0], reach)
    points = [places[region == number] for number in range(count)]
    with_names = [_add_name(points[number], number, names, spots) for number in range(count)]
    density = np.stack([_measure_density(grid, inside, reach, few=few) for inside in with_names])
    level = _LEVEL_FEW if few else _LEVEL_MANY
    rings = (_find_rings(grid, _compare(density, number, level), reach, points[number]) for number in range(count))
    return tuple(found or (_draw_circle(points[number], reach),) for number, found in enumerate(rings))


def _make_grid(places: Floats, reach: float) -> tuple[Floats, Floats]:
    """Return the x and the y of a grid with a margin around the papers."""
    margin, step = _MARGINS * reach, max(4.0, reach / 5)
    low, high = places.min(axis=0) - margin, places.max(axis=0) + margin + step
    return np.arange(low[0], high[0], step), np.arange(low[1], high[1], step)


def _add_name(points: Floats, number: int, names: Sequence[str], spots: Floats | None) -> Floats:
    """Add both ends of the name to the points of a region, so that the contour goes around it."""
    if spots is None:
        return points
    half = max(30.0, 4.3 * max(map(len, wrap_name(names[number]))) - 12)
    return np.vstack([points, spots[number] - (half, 0), spots[number] + (half, 0)])


def _measure_density(grid: tuple[Floats, Floats], points: Floats, reach: float, *, few: bool) -> Floats:
    """Sum a normal curve around each point; with few, wider across than down, as labels are."""
    width = reach * (0.78 if few else 0.62)
    stretch = 1.35 if few else 1.0
    across = np.exp(-((grid[0][None] - points[:, :1]) ** 2) / (2 * width * width * stretch))
    down = np.exp(-((grid[1][None] - points[:, 1:]) ** 2) / (2 * width * width))
    density: Floats = down.T @ across
    return density


def _compare(density: Floats, number: int, level: float) -> Floats:
    """Return how far a region is above the level and above the others; below zero along the rim of the grid."""
    others = np.delete(density, number, axis=0).max(axis=0, initial=0.0)
    value: Floats = np.minimum(density[number] - level, density[number] - _LEAD * others - _DIFFERENCE)
    rim = np.ones_like(value, dtype=bool)
    rim[1:-1, 1:-1] = False
    value[rim] = np.minimum(value[rim], -1e-3)
    return value


def _find_rings(grid: tuple[Floats, Floats], value: Floats, reach: float, points: Floats) -> tuple[Floats, ...]:
    """Trace the rings around what is above zero; specks without papers are left out."""
    lines = contour_generator(x=grid[0], y=grid[1], z=value).lines(0.0)
    rings = [np.asarray(line, dtype=np.float64)[:-1] for line in lines if len(line) > _FEWEST_POINTS]
    kept = [ring for ring in rings if _is_drawn(ring, reach, points)]
    return tuple(_smooth(ring) for ring in sorted(kept, key=_measure_area, reverse=True))


def _is_drawn(ring: Floats, reach: float, points: Floats) -> bool:
    area = _measure_area(ring)
    return area > 2.2 * reach**2 or (area > reach**2 and bool(are_inside(points, ring).any()))


def _measure_area(ring: Floats) -> float:
    after = np.roll(ring, -1, axis=0)
    return 0.5 * abs(float((ring[:, 0] * after[:, 1] - after[:, 0] * ring[:, 1]).sum()))


def are_inside(points: Floats, ring: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Tell for each point whether it is inside a ring, by the even-odd rule."""
    inside = np.zeros(len(points), dtype=bool)
    for (x1, y1), (x2, y2) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if y1 != y2:
            crosses = (y1 > points[:, 1]) != (y2 > points[:, 1])
            inside ^= crosses & (points[:, 0] < (x2 - x1) * (points[:, 1] - y1) / (y2 - y1) + x1)
    return inside


def _smooth(ring: Floats) -> Floats:
    """Average each point with its neighbours, and keep every second of a long ring."""
    for _ in range(_SMOOTHINGS):
        ring = 0.5 * ring + 0.25 * (np.roll(ring, 1, axis=0) + np.roll(ring, -1, axis=0))
    return ring[::2] if len(ring) > _LONG_RING else ring


def _draw_circle(points: Floats, reach: float) -> Floats:
    """Draw a circle around the middle of a region whose papers lie scattered among others."""
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    circle: Floats = np.median(points, axis=0) + reach * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return circle
