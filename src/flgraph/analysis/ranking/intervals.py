"""Ranks of scores, and the intervals in which they lie."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from scipy.stats import rankdata

from flgraph.analysis.citation_matrix import Floats
from flgraph.analysis.ranking.methods import Scored
from flgraph.analysis.ranking.observations import Observations

_DIGITS: Final = 9  # scores that differ by less are tied: sums of floats depend on their order
_LIMITS: Final = (2.5, 97.5)


class Intervals(NamedTuple):
    """What may be had others written: draws of who cites, in which each citing paper weighs Poisson(1).

    NaN throughout for a paper of which nothing can be drawn: it has no score, or nobody knows who cites it, or nobody
    does.

    Attributes
    ----------
    low, high : float64, shape (m,)
        Between which the rank lies in 95 of 100 draws.
    score_low, score_high : float64, shape (m,)
        The same of the score.
    samples : float64, shape (m, draws)
        The scores in each draw, the same draws for all papers.
    """

    low: Floats
    high: Floats
    score_low: Floats
    score_high: Floats
    samples: Floats


def rank_scores(score: Floats) -> Floats:
    """Return the rank of each score along the first axis, ties sharing the better one; NaN has none."""
    ranks = np.full(score.shape, np.nan)
    known = ~np.isnan(score)
    ranks[known] = rankdata(-score[known].round(_DIGITS), method="min")
    return ranks


def bootstrap_intervals(observed: Observations, scored: Scored, *, draws: int, seed: int) -> Intervals:
    """Return what ranks and scores would be in some draws of who cites.

    It says nothing of citations that the source does not know, nor of the choice of the field.
    """
    known = ~np.isnan(scored.score) & observed.is_listed & (np.asarray(scored.adds.sum(axis=1)).ravel() > 0)
    limits = np.full((4, len(known)), np.nan)
    scores = np.full((len(known), draws), np.nan)
    if draws and known.any():
        citing = np.unique(observed.citing.indices)
        weights = np.zeros((len(observed.matrix.papers), draws))
        weights[citing] = np.random.default_rng(seed).poisson(1.0, (len(citing), draws))
        samples = scored.resample(weights)
        ranks = np.array([rank_scores(column) for column in samples.T]).T
        low, high = np.percentile(ranks[known], _LIMITS, axis=1, method="nearest")
        # Of tied papers few stand at the shared, better rank once they are drawn apart.
        at_rank = rank_scores(scored.score)[known]
        limits[0, known], limits[1, known] = np.minimum(low, at_rank), np.maximum(high, at_rank)
        limits[2:, known] = np.percentile(samples[known], _LIMITS, axis=1)
        scores[known] = samples[known]
    return Intervals(limits[0], limits[1], limits[2], limits[3], scores)
