"""What can be said of people by the citations of their papers, in this catalog only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def measure_h_index(counts: Sequence[int]) -> int:
    """Return how many papers are cited as often as there are such papers (Hirsch 2005).

    Examples
    --------
    >>> measure_h_index([10, 8, 5, 4, 3])
    4
    """
    ordered = sorted(counts, reverse=True)
    return sum(count >= place for place, count in enumerate(ordered, start=1))


def measure_g_index(counts: Sequence[int]) -> int:
    """Return the most papers that together are cited as often as their square (Egghe 2006), no more than there are.

    Examples
    --------
    >>> measure_g_index([10, 8, 5, 4, 3])
    5
    """
    sums = np.cumsum(sorted(counts, reverse=True))
    return int(sum(total >= place**2 for place, total in enumerate(sums, start=1)))


def measure_i10_index(counts: Sequence[int]) -> int:
    """Return how many papers are cited ten times and more.

    Examples
    --------
    >>> measure_i10_index([10, 8, 25])
    2
    """
    return sum(count >= 10 for count in counts)
