"""Number papers so that no paper cites one of a higher number, except within a strongly connected component.

The components alone give such an order, but a depth-first search scatters papers that are near in time, and memory is
then read at random. Here a paper counts as new as the newest paper it leads to. That moves few papers away from their
date and keeps each component together.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from flgraph.analysis.arrays import Integers

_MAX_ROUNDS: Final = 64


def order_papers(indptr: Integers, indices: npt.NDArray[np.int32], components: Integers) -> Integers | None:
    """Order the papers for passes from the last to the first.

    Parameters
    ----------
    indptr, indices, components : arrays
        As in `CitationMatrix`: the citing papers of each paper, and the numbers of the components.

    Returns
    -------
    int64, shape (n,), or None
        The paper at each place, with each component in a row. None if the papers are in such an order already.
    """
    if np.all(components[1:] >= components[:-1]):
        return None
    numbers = np.arange(len(components))
    newest = _find_newest(indptr, indices, components)
    return np.lexsort((numbers, components) if newest is None else (numbers, components, newest))


def _find_newest(indptr: Integers, indices: npt.NDArray[np.int32], components: Integers) -> Integers | None:
    """Return the highest number that each paper leads to, shape (n,); None if chains of citations are too long.

    Each round follows citations one step further from the papers that the last round raised. Chains of citations of
    newer papers are short where dates are known.
    """
    newest_of = np.zeros(int(components.max()) + 1, dtype=np.int64)
    np.maximum.at(newest_of, components, np.arange(len(components)))
    newest = newest_of[components]
    citing, cited = indices, np.repeat(np.arange(len(components)), np.diff(indptr))
    for _ in range(_MAX_ROUNDS):
        is_late = newest[citing] < newest[cited]
        citing, cited = citing[is_late], cited[is_late]
        if not len(citing):
            return newest
        np.maximum.at(newest_of, components[citing], newest[cited])
        before, newest = newest, newest_of[components]
        citing, cited = list_citations(indptr, indices, np.flatnonzero(newest > before))
    return None


def list_citations(
    indptr: Integers, indices: npt.NDArray[np.int32], papers: Integers
) -> tuple[npt.NDArray[np.int32], Integers]:
    """List who cites some papers: the citing and the cited paper of each citation, paper by paper."""
    lengths = indptr[papers + 1] - indptr[papers]
    places = np.repeat(indptr[papers] - (np.cumsum(lengths) - lengths), lengths)
    places += np.arange(len(places))
    return indices[places], np.repeat(papers, lengths)


def renumber(
    indptr: Integers, indices: npt.NDArray[np.int32], order: Integers
) -> tuple[Integers, npt.NDArray[np.int32]]:
    """Return `indptr` and `indices` of the papers in another order."""
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    citing, _ = list_citations(indptr, indices, order)
    ends = np.zeros(len(order) + 1, dtype=np.int64)
    np.cumsum(np.diff(indptr)[order], out=ends[1:])
    return ends, place[citing]
