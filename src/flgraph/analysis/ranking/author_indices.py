"""Indices of authors, from the citation counts of their papers in the catalog."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def measure_h_index(counts: Sequence[int]) -> int:
    """Return the h-index: the largest h so that h papers have at least h citations each (Hirsch 2005).

    Examples
    --------
    >>> measure_h_index([10, 8, 5, 4, 3])
    4
    """
    ordered = sorted(counts, reverse=True)
    return sum(count >= place for place, count in enumerate(ordered, start=1))


def measure_g_index(counts: Sequence[int]) -> int:
    """Return the g-index: the largest g so that the g most cited papers have g^2 citations together (Egghe 2006).

    Examples
    --------
    >>> measure_g_index([10, 8, 5, 4, 3])
    5
    """
    sums = np.cumsum(sorted(counts, reverse=True))
    return int(sum(total >= place**2 for place, total in enumerate(sums, start=1)))


def measure_i10_index(counts: Sequence[int]) -> int:
    """Return the i10-index: the number of papers with at least ten citations.

    Examples
    --------
    >>> measure_i10_index([10, 8, 25])
    2
    """
    return sum(count >= 10 for count in counts)
