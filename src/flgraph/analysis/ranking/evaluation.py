"""Measures of a ranking: how well it predicts later citations, and how much it favours papers of one age."""

from __future__ import annotations

from typing import Final

import numpy as np

from flgraph.analysis.citation_matrix import Floats
from flgraph.analysis.ranks import rank_values

_AGE_GROUPS: Final = 20
_TOP_SHARE: Final = 0.01
_DRAWS: Final = 300


def measure_ndcg(scores: Floats, gains: Floats, *, top: int = 50) -> float:
    """Return the normalized discounted cumulative gain (nDCG) of the first papers, 0 to 1.

    Tied papers share the mean of their gains, so that the order of ties does not matter (McSherry, Najork 2008,
    "Computing information retrieval performance measures efficiently in the presence of tied scores").

    Parameters
    ----------
    scores, gains : float64, shape (n,)
        The scores of the ranking, and the later citations of the papers, from 0.
    top : int
        The number of first papers that count.

    Raises
    ------
    ValueError
        All gains are 0, a number is NaN, or the lengths differ.

    Examples
    --------
    >>> measure_ndcg(np.array([3.0, 2.0, 1.0]), np.array([5.0, 1.0, 0.0]))
    1.0
    """
    _check(scores, gains)
    places = np.arange(min(top, len(scores)))
    discounts = np.zeros(len(scores))
    discounts[places] = 1 / np.log2(places + 2)
    best = float(np.sort(gains)[::-1] @ discounts)
    if not best > 0:
        raise ValueError("no paper gained a citation; choose a longer horizon")
    order = np.argsort(-scores, kind="stable")
    group = np.concatenate([[0], np.cumsum(np.diff(scores[order]) != 0)])
    shared = np.bincount(group, gains[order]) / np.bincount(group)
    return float(shared[group] @ discounts) / best


def measure_spearman(scores: Floats, gains: Floats) -> float:
    """Return Spearman's rank correlation of two lists of numbers, -1 to 1; ties share their midrank.

    Examples
    --------
    >>> round(measure_spearman(np.array([1.0, 2.0, 3.0]), np.array([1.0, 4.0, 9.0])), 6)
    1.0
    """
    _check(scores, gains)
    return float(np.corrcoef(rank_values(scores), rank_values(gains))[0, 1])


def measure_overlap(scores: Floats, gains: Floats, *, top: int = 50) -> float:
    """Return the share of the first papers by one list that are also among the first by the other, 0 to 1."""
    _check(scores, gains)
    first, other = (set(np.argsort(-values, kind="stable")[:top].tolist()) for values in (scores, gains))
    return len(first & other) / min(top, len(scores))


def measure_age_bias(scores: Floats, *, seed: int = 0) -> float:
    """Return how unevenly the top 1 % of papers is spread over ages: 1 as by chance, more if some ages are favoured.

    The standard deviation of the numbers of top papers in twenty age groups of equal size, divided by its mean for
    random choices (Mariani, Medo, Zhang 2016).

    Parameters
    ----------
    scores : float64, shape (n,)
        In order of publication.
    seed : int
        The seed for ties and random choices.

    Examples
    --------
    >>> measure_age_bias(np.arange(2000.0)) > 3
    True
    """
    _check(scores, scores)
    rng = np.random.default_rng(seed)
    size = len(scores)
    top = max(round(_TOP_SHARE * size), 1)
    groups = np.arange(size) * _AGE_GROUPS // size
    best = np.lexsort((rng.random(size), -scores))[:top]
    spread = np.bincount(groups[best], minlength=_AGE_GROUPS).std()
    draws = [rng.choice(size, top, replace=False) for _ in range(_DRAWS)]
    return float(spread / np.mean([np.bincount(groups[draw], minlength=_AGE_GROUPS).std() for draw in draws]))


def _check(scores: Floats, gains: Floats) -> None:
    if len(scores) != len(gains) or not len(scores):
        raise ValueError(f"{len(scores)} scores and {len(gains)} gains; should be the same number, at least one")
    if np.isnan(scores).any() or np.isnan(gains).any():
        raise ValueError("a score or gain is NaN; leave out papers without data")
