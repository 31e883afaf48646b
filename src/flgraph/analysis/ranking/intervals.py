"""Ranks of scores, and intervals of ranks and scores."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from flgraph.analysis.citation_matrix import Floats
from flgraph.analysis.ranking.draws import draw_rates
from flgraph.analysis.ranking.observations import Observations
from flgraph.analysis.ranking.scored import Scored
from flgraph.analysis.ranks import rank_values

_DIGITS: Final = 9  # floating-point sums depend on their order, so closer scores are tied
_OUTSIDE: Final = 0.05
_BATCHES: Final = 10


class Intervals(NamedTuple):
    """95% intervals of ranks and scores over draws of the underlying citation rates.

    All values are NaN for a paper without a score, and for all papers of a list that nobody cites: there is no rate
    to draw from. An interval always holds the rank and the score themselves.

    Attributes
    ----------
    low, high : float64, shape (m,)
        The interval of the rank.
    score_low, score_high : float64, shape (m,)
        The interval of the score.
    samples : float64, shape (m, draws)
        The scores in each draw, the same draws for all papers.
    error : float64, shape (m,)
        The Monte Carlo standard error of the ends of the interval of the rank, the larger of both, in ranks: how far
        another seed would move them. NaN with fewer than 100 draws, and for simultaneous intervals.
    """

    low: Floats
    high: Floats
    score_low: Floats
    score_high: Floats
    samples: Floats
    error: Floats


def rank_scores(score: Floats) -> Floats:
    """Rank scores along the first axis, highest first; ties share the better rank, NaN stays NaN."""
    return rank_values(-score.round(_DIGITS), ties="min")


def draw_intervals(
    observed: Observations, scored: Scored, *, draws: int, seed: int, simultaneous: bool = False
) -> Intervals:
    """Draw intervals of ranks and scores.

    Marginal intervals are percentiles of the draws, and each holds for its own paper. Simultaneous ones hold for all
    papers together, once for the ranks and once for the scores. They cover neither citations that the source does not
    know nor the choice of the catalog.
    """
    find_ends = _find_simultaneous_ends if simultaneous else _find_ends
    known = ~np.isnan(scored.score)
    samples = np.full((len(known), draws), np.nan)
    (ranks, scores), error = np.full((2, 2, len(known)), np.nan), np.full(len(known), np.nan)
    if draws and known.any():
        found = [scored.redo(add) for add in draw_rates(observed, known, draws=draws, seed=seed)]
        samples[known] = np.hstack(found)[known]
    if draws and known.any() and (known.sum() == 1 or np.ptp(samples[known]) > 0):
        drawn = rank_scores(samples[known])
        ranks[:, known] = _widen(find_ends(drawn), rank_scores(scored.score)[known])
        scores[:, known] = _widen(find_ends(samples[known]), scored.score[known])
        if not simultaneous:
            error[known] = _measure_error(drawn)
    return Intervals(ranks[0], ranks[1], scores[0], scores[1], samples, error)


def _widen(ends: Floats, values: Floats) -> Floats:
    """Return the ends of the intervals, shape (2, m), widened to hold the values themselves."""
    low, high = ends
    return np.stack([np.minimum(low, values), np.maximum(high, values)])


def _find_ends(samples: Floats) -> Floats:
    limits = (100 * _OUTSIDE / 2, 100 - 100 * _OUTSIDE / 2)
    ends: Floats = np.percentile(samples, limits, axis=1, method="nearest")
    return ends


def _find_simultaneous_ends(samples: Floats) -> Floats:
    """Return ends between which 95 of 100 draws lie with all papers at once (Besag, Green, Higdon, Mengersen 1995).

    Each interval leaves out the same number of draws at both ends.
    """
    draws = samples.shape[1]
    not_above, not_below = (draws + 1 - rank_values(sign * samples.T, ties="min") for sign in (-1, 1))
    depth = np.sort(np.minimum(not_above, not_below).min(axis=1))  # of each draw, where it is most extreme
    kept = int(depth[int(_OUTSIDE * draws)])
    ends: Floats = np.sort(samples, axis=1)[:, [kept - 1, draws - kept]].T
    return ends


def _measure_error(ranks: Floats) -> Floats:
    """Return the standard error of the ends from their spread over batches of draws, shape (m,)."""
    if ranks.shape[1] < _BATCHES * _BATCHES:
        return np.full(len(ranks), np.nan)
    ends = np.stack([_find_ends(part) for part in np.array_split(ranks, _BATCHES, axis=1)])
    error: Floats = (ends.std(axis=0, ddof=1) / np.sqrt(_BATCHES)).max(axis=0)
    return error
