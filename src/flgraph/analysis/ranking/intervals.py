"""Ranks of scores, and bootstrap intervals of ranks and scores."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from flgraph.analysis.citation_matrix import Floats
from flgraph.analysis.ranking.methods import Scored
from flgraph.analysis.ranking.observations import Observations
from flgraph.analysis.ranks import rank_values

_DIGITS: Final = 9  # floating-point sums depend on their order, so closer scores are tied
_LIMITS: Final = (2.5, 97.5)


class Intervals(NamedTuple):
    """Bootstrap over citing papers: 95% percentile intervals of ranks and scores.

    In each draw, each citing paper has a Poisson(1) weight. All values are NaN for a paper without a score or without
    known citing papers.

    Attributes
    ----------
    low, high : float64, shape (m,)
        The interval of the rank.
    score_low, score_high : float64, shape (m,)
        The interval of the score.
    samples : float64, shape (m, draws)
        The scores in each draw, the same draws for all papers.
    """

    low: Floats
    high: Floats
    score_low: Floats
    score_high: Floats
    samples: Floats


def rank_scores(score: Floats) -> Floats:
    """Rank scores along the first axis, highest first; ties share the better rank, NaN stays NaN."""
    return rank_values(-score.round(_DIGITS), ties="min")


def bootstrap_intervals(observed: Observations, scored: Scored, *, draws: int, seed: int) -> Intervals:
    """Bootstrap intervals of ranks and scores over citing papers.

    Limits: the intervals cover neither citations that the source does not know nor the choice of the catalog.
    """
    known = ~np.isnan(scored.score) & observed.is_listed & (np.asarray(scored.adds.sum(axis=1)).ravel() > 0)
    limits = np.full((4, len(known)), np.nan)
    scores = np.full((len(known), draws), np.nan)
    if draws and known.any():
        citing = np.unique(observed.citing.indices)
        weights = np.zeros((len(observed.matrix.papers), draws))
        weights[citing] = np.random.default_rng(seed).poisson(1.0, (len(citing), draws))
        samples = scored.resample(weights)
        ranks = rank_scores(samples)
        low, high = np.percentile(ranks[known], _LIMITS, axis=1, method="nearest")
        # Ties rarely survive resampling, so that few samples reach the rank that tied papers share.
        at_rank = rank_scores(scored.score)[known]
        limits[0, known], limits[1, known] = np.minimum(low, at_rank), np.maximum(high, at_rank)
        limits[2:, known] = np.percentile(samples[known], _LIMITS, axis=1)
        scores[known] = samples[known]
    return Intervals(limits[0], limits[1], limits[2], limits[3], scores)
