"""Synthetic citations by preferential attachment with recency, papers numbered by date, some citations reversed."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from flgraph.analysis.citation_matrix import CitationMatrix, Integers, build_citation_matrix

MEAN_REFERENCES: Final = 10.5
_MOST_REFERENCES: Final = 200
_FIRST: Final = 20
"""So many papers cite none."""
_COPIED: Final = 0.82
_AGE: Final = 0.12
_RECENCY: Final = 0.35
_NEAR: Final = 0.03


class Citations(NamedTuple):
    """Citing and cited papers, by number from the oldest, each citation once."""

    papers: int
    citing: Integers
    cited: Integers


def make_citations(papers: int, *, mean: float = MEAN_REFERENCES, seed: int = 0) -> Citations:
    """Make acyclic citations: a paper cites what recent papers cite, or a recent paper.

    Parameters
    ----------
    papers : int
        How many papers.
    mean : float
        The mean number of references, before duplicates are dropped; it is lognormal.
    seed : int
        The same seed gives the same citations.
    """
    chance = np.random.default_rng(seed)
    references = chance.lognormal(np.log(mean) - 0.5 * 0.8**2, 0.8, papers).astype(np.int64)
    references = np.minimum(references, _MOST_REFERENCES)
    references[:_FIRST] = 0
    ends = np.concatenate([[0], np.cumsum(references)])
    citing = np.repeat(np.arange(papers), references)
    cited = np.empty(int(ends[-1]), dtype=np.int64)
    low = _FIRST
    while low < papers:
        high = min(papers, max(low + 1, int(low * 1.02)))
        first, last = ends[low], ends[high]
        found = (low * (1 - np.minimum(chance.exponential(_AGE, last - first), 0.999))).astype(np.int64)
        if first:
            is_copied = chance.random(last - first) < _COPIED
            found[is_copied] = cited[(first * chance.random(int(is_copied.sum())) ** _RECENCY).astype(np.int64)]
        cited[first:last] = np.minimum(found, low - 1)
        low = high
    return _deduplicate(papers, citing, cited)


def reverse(given: Citations, share: float, *, local: bool = True, seed: int = 1) -> Citations:
    """Reverse a share of the citations: of those between papers within 3 % of all papers, or of all."""
    chance = np.random.default_rng(seed)
    near = np.flatnonzero(given.citing - given.cited < _NEAR * given.papers) if local else np.arange(len(given.citing))
    is_reversed = np.zeros(len(given.citing), dtype=bool)
    is_reversed[chance.choice(near, int(share * len(near)), replace=False)] = True
    citing, cited = (
        np.where(is_reversed, *ends) for ends in ((given.cited, given.citing), (given.citing, given.cited))
    )
    return _deduplicate(given.papers, citing, cited)


def to_matrix(given: Citations) -> CitationMatrix:
    """Return the citation matrix; it numbers the papers in the same order."""
    return build_citation_matrix(
        [f"synthetic {number:08}" for number in range(given.papers)], given.citing, given.cited
    )


def _deduplicate(papers: int, citing: Integers, cited: Integers) -> Citations:
    """Return each citation once, sorted by cited, then citing paper."""
    apart = citing != cited
    pairs = np.unique(cited[apart] * papers + citing[apart])
    return Citations(papers, pairs % papers, pairs // papers)
