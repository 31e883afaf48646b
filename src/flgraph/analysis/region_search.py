"""Search for the partition of papers that is most stable when one link in five is dropped."""

from __future__ import annotations

from math import inf
from typing import Final, NamedTuple

import numpy as np
import scipy.sparse as sp

from flgraph.analysis.aspects import PaperAspects
from flgraph.analysis.citation_matrix import Integers
from flgraph.analysis.louvain import drop_links, find_agreed_groups, measure_stability, merge_small
from flgraph.analysis.similarity import choose_count, link_nearest, measure_similarity

LEAST_PAPERS: Final = 10
"""Fewer linked papers have no regions."""

_FEWEST: Final = 4
_LARGEST_SHARE: Final = 1 / 3


class Partition(NamedTuple):
    """A group for each paper (-1: linked to none), and the agreement with the groups of fewer links."""

    groups: Integers
    agreement: float


class _Effort(NamedTuple):
    """How thoroughly to search: seeds of a consensus, draws of dropped links, seeds of each draw, and resolutions."""

    runs: int
    draws: int
    runs_of_a_draw: int
    resolutions: tuple[float, ...]


# What a reader waits for sets the effort: a large catalog is more stable, and each run takes longer.
_EFFORTS: Final = (
    (120, _Effort(12, 8, 4, (0.7, 0.85, 1.0, 1.2, 1.45, 1.75))),
    (400, _Effort(6, 4, 4, (0.7, 0.85, 1.0, 1.2, 1.45, 1.75))),
    (1_500, _Effort(3, 2, 3, (0.4, 0.6, 0.85, 1.2))),
    (6_000, _Effort(3, 2, 1, (0.3, 0.45, 0.65))),
)
_LEAST_EFFORT: Final = _Effort(1, 1, 1, (0.5,))


def link_papers(aspects: PaperAspects, similarity: sp.csr_array | None = None) -> sp.csr_array:
    """Link each paper to those most similar to it."""
    similar = measure_similarity(aspects) if similarity is None else similarity
    return link_nearest(similar, choose_count(len(aspects.papers)))


def search_partition(links: sp.csr_array, seed: int) -> Partition | None:
    """Find the groups of papers that are most stable; None if fewer than ten papers are linked.

    Each resolution gives a consensus partition. The one kept agrees best with those of four fifths of the links, and
    loses for a group of over a third of the papers and for being too few or too many groups for a reader.
    """
    size = links.shape[0]
    if int((np.diff(links.indptr) > 0).sum()) < LEAST_PAPERS:
        return None
    effort = next((effort for most, effort in _EFFORTS if size <= most), _LEAST_EFFORT)
    dropped = drop_links(links, effort.draws, seed)
    least = choose_least(size)
    best, merit = None, -inf
    for resolution in effort.resolutions:
        groups = merge_small(links, find_agreed_groups(links, resolution, seed, effort.runs), least)
        fit = _judge_sizes(groups)
        stable = measure_stability(groups, dropped, resolution, seed, effort.runs_of_a_draw, least, enough=merit - fit)
        if stable is not None and stable + fit > merit:
            best, merit = Partition(groups, stable), stable + fit
    return best


def choose_least(papers: int) -> int:
    """Choose how many papers a region has at least."""
    return max(3, round(papers * 0.045)) if papers < 400 else max(12, round(papers * 0.02))


def choose_most(papers: int) -> int:
    """Choose how many regions a reader can take in."""
    return 8 if papers < 150 else 10 if papers < 3_000 else 12


def _judge_sizes(groups: Integers) -> float:
    """Return what the number and sizes of groups add to their stability."""
    sizes = np.bincount(groups[groups >= 0])
    count, most = len(sizes), choose_most(len(groups))
    largest = sizes.max(initial=0) / len(groups)
    few, many = max(0, _FEWEST - count), max(0, count - most)
    return float(-max(0.0, largest - _LARGEST_SHARE) - 0.06 * many - 0.12 * few + 0.02 * min(count, most))
