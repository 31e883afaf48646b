"""Move papers by forces: links attract, all repel, and both saturate."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.intp]

_ALL_PAIRS: Final = 1500
"""Up to so many papers, all pairs repel; beyond, a sample of them."""

_SAMPLES: Final = 4
_REPULSION: Final = 4.0
_BASE: Final = 0.3  # the repulsion of a paper without links
_LONGEST_STEP: Final = 4.0


def apply_forces(links: sp.csr_array, places: Floats, *, chance: np.random.Generator) -> Floats:
    """Move papers by attraction along links and repulsion of all, in cooling steps.

    The forces saturate as those of UMAP do (McInnes, Healy and Melville 2018), so that far papers hardly pull. Papers
    with many links repel more, which makes room in dense regions.

    Parameters
    ----------
    links : csr_array of shape (n, n)
        Symmetric weights of at least 0.
    places : array of shape (n, 2)
        The start.
    chance : Generator
        Draws the sample of pairs that repel, beyond 1,500 papers.
    """
    few = len(places) <= _ALL_PAIRS
    rounds, rate = (500, 0.12) if few else (200, 0.25)
    pairs = sp.triu(links, 1).tocoo()
    first, second = pairs.coords
    weight = pairs.data / (pairs.data.max(initial=0.0) or 1.0)
    count = len(places)
    degree = np.asarray(np.bincount(first, weight, count) + np.bincount(second, weight, count), dtype=np.float64)
    for turn in range(rounds):
        move = _attract(places, first, second, weight)
        strength: Floats = _REPULSION * (_BASE + degree)
        move += _repel_all(places, strength) if few else _repel_some(places, strength, chance)
        places = places + rate * (1 - turn / rounds) * np.clip(move, -_LONGEST_STEP, _LONGEST_STEP)
    return places


def _attract(places: Floats, first: Any, second: Any, weight: Floats) -> Floats:
    across, down = (axis[first] - axis[second] for axis in places.T.copy())
    force = -2 * weight / (1 + (across * across + down * down))
    count = len(places)
    moves = (force * across, force * down)
    return np.stack([np.bincount(first, move, count) - np.bincount(second, move, count) for move in moves], axis=1)


def _repel_all(places: Floats, strength: Floats) -> Floats:
    apart_x, apart_y = (np.subtract.outer(places[:, axis], places[:, axis]) for axis in (0, 1))
    square = apart_x * apart_x + apart_y * apart_y
    force = 2 / ((0.02 + square) * (1 + square))
    sums = np.stack([(force * apart_x).sum(axis=1), (force * apart_y).sum(axis=1)], axis=1)
    result: Floats = sums * (strength / max(len(places), 1))[:, None]
    return result


def _repel_some(places: Floats, strength: Floats, chance: np.random.Generator) -> Floats:
    axes = places.T.copy()  # two rows of neighbouring numbers are faster than pairs
    move = np.zeros_like(axes)
    for _ in range(_SAMPLES):
        other = chance.integers(0, len(places), len(places))
        across, down = (axis - axis[other] for axis in axes)
        square = across * across + down * down
        force = 2 * strength / _SAMPLES / ((0.02 + square) * (1 + square))
        move[0] += force * across
        move[1] += force * down
    return move.T
