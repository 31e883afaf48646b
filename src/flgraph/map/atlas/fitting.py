"""Bring places into the box of the picture: regions evenly full, close together, the long side across."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from flgraph.map.atlas.forces import Floats, Ints
from flgraph.map.atlas.start import find_axes

WIDTH: Final = 1000.0
HEIGHT: Final = 720.0

_MARGIN: Final = 30.0
_LARGEST_STRETCH: Final = 1.5
_FILLING: Final = 16
"""So many papers fill the box; fewer take less room, so that near ones look near."""

_RANKED: Final = 0.8
_DENSITY: Final = 0.62


def choose_reach(count: int) -> float:
    """Choose how far around a paper its region extends, among so many papers."""
    least = 24.0 if count <= 400 else 13.0
    return min(max(least, 0.95 * math.sqrt(WIDTH * HEIGHT * 0.44 / max(count, 1))), 75.0)


def fit_places(places: Floats, *, turn: bool = True) -> Floats:
    """Turn the long side across, centre in the box, stretch at most 1.5 times, and draw in what lies far out.

    Parameters
    ----------
    places : array of shape (n, 2)
        One place or more.
    turn : bool
        Whether to turn the places.
    """
    places = places - np.median(places, axis=0)
    if turn:
        places = places @ find_axes(places - places.mean(axis=0)).T
    length = np.hypot(places[:, 0], places[:, 1])
    far = np.percentile(length, 97) * (1.0 if len(places) <= 400 else 1.12)
    drawn = np.where(length > far, (far + (length - far) * 0.3) / np.maximum(length, 1e-9), 1.0)
    places = places * drawn[:, None]
    places = places - (places.max(axis=0) + places.min(axis=0)) / 2
    half = np.abs(places).max(axis=0)
    share = min(1.0, math.sqrt(len(places) / _FILLING))
    scale = share * np.array([WIDTH / 2 - _MARGIN, HEIGHT / 2 - _MARGIN]) / np.maximum(half, 1e-9)
    scale = np.minimum(scale, scale.min() * _LARGEST_STRETCH)
    result: Floats = places * scale + (WIDTH / 2, HEIGHT / 2)
    return result


def even_out(places: Floats, region: Ints) -> Floats:
    """Fill each region evenly from its middle to its rim, as large as it has papers.

    Distances from the middle become ranks of distances, mostly: dense middles would hide half of the papers.
    """
    places = places.copy()
    for number in range(int(region.max(initial=-1)) + 1):
        inside = np.flatnonzero(region == number)
        middle = np.median(places[inside], axis=0)
        apart = places[inside] - middle
        far = np.hypot(apart[:, 0], apart[:, 1]) + 1e-9
        rank = np.argsort(np.argsort(far, kind="stable"), kind="stable")
        ranked = _DENSITY * np.sqrt(rank + 0.5)
        scaled = np.minimum(far / np.percentile(far, 90), 1.25) * _DENSITY * math.sqrt(len(inside))
        places[inside] = middle + apart / far[:, None] * (_RANKED * ranked + (1 - _RANKED) * scaled)[:, None]
    return places


def pack_regions(places: Floats, region: Ints) -> Floats:
    """Move regions as wholes until they almost touch: the space between them says nothing."""
    count = int(region.max()) + 1
    inside = [places[region == number] for number in range(count)]
    start = np.array([np.median(points, axis=0) for points in inside])
    pairs = zip(inside, start, strict=True)
    reach = np.array([np.percentile(np.hypot(*(points - middle).T), 96) for points, middle in pairs])
    weight = np.array([len(points) for points in inside])
    centers, middle = start.copy(), np.average(start, axis=0, weights=weight)
    first, second = np.triu_indices(count, 1)
    for _ in range(400):
        centers += (middle - centers) * 0.02
        for _ in range(4):
            apart = centers[first] - centers[second]
            distance = np.hypot(apart[:, 0], apart[:, 1]) + 1e-9
            overlap = np.clip((reach[first] + reach[second]) * 1.04 - distance, 0, None)
            push = (overlap / distance / 2)[:, None] * apart
            np.add.at(centers, first, push)
            np.add.at(centers, second, -push)
    moved = places.copy()
    kept = region >= 0
    moved[kept] += (centers - start)[region[kept]]
    return moved
