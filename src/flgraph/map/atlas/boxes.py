"""Push boxes apart until none overlap: the room that papers and the names of regions need."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from flgraph.map.atlas.forces import Floats, Ints

_ALL_PAIRS: Final = 450
"""Up to so many boxes, comparing all pairs is faster than looking for near ones."""

_NEGLIGIBLE: Final = 0.02
_STEP: Final = 0.42  # under one half, so that two boxes do not jump past each other


def spread_boxes(
    places: Floats, region: Ints, boxes: Floats, *, gap: float, rounds: int, mobility: Floats | None = None
) -> Floats:
    """Push boxes apart until none overlap, and wider apart if they are of different regions.

    Parameters
    ----------
    places : array of shape (n, 2)
        The centres.
    region : array of shape (n,)
        The region of each box.
    boxes : array of shape (n, 2)
        Width and height.
    gap : float
        The distance between boxes of different regions, as a multiple of that between boxes of one.
    rounds : int
        The largest number of steps.
    mobility : array of shape (n,) or None
        The share of a push that each box follows, 0 to 1; None: all of it.
    """
    largest = boxes.max(axis=0, initial=1e-9)
    for _ in range(rounds):
        first, second = _find_pairs(places / largest, gap)
        size = (boxes[first] + boxes[second]) / 2
        apart = (places[first] - places[second]) / size
        distance = np.hypot(apart[:, 0], apart[:, 1]) + 1e-9
        overlap = np.clip(np.where(region[first] == region[second], 1.0, gap) - distance, 0, None)
        if overlap.max(initial=0.0) < _NEGLIGIBLE:
            break
        push = apart * (overlap * _STEP / distance)[:, None] * size
        move = sum_by(first, push, len(places)) - sum_by(second, push, len(places))
        touching = overlap > 0
        crowd = np.bincount(first[touching], minlength=len(places)) + np.bincount(
            second[touching], minlength=len(places)
        )
        move /= np.maximum(1, crowd / 3)[:, None]
        places = places + (move if mobility is None else move * mobility[:, None])
    return places


def sum_by(index: Ints, vectors: Floats, count: int) -> Floats:
    """Sum vectors of the plane by an index from 0 to `count` - 1."""
    return np.stack([np.bincount(index, vectors[:, axis], count) for axis in (0, 1)], axis=1)


def _find_pairs(places: Floats, reach: float) -> tuple[Ints, Ints]:
    if len(places) <= _ALL_PAIRS:
        first, second = np.triu_indices(len(places), 1)
        return first, second
    pairs = cKDTree(places).query_pairs(reach, output_type="ndarray")
    return pairs[:, 0], pairs[:, 1]
