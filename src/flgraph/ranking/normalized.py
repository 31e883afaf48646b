"""The age-normalised score: how a paper is cited beside papers of its age, and how much it is cited now."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from flgraph.citations import CitationMatrix, Floats
from flgraph.ranking.measures import DAYS_A_YEAR, recent_citations, weigh_recent

SHORTEST_WINDOW: Final = 9
_WINDOWS: Final = (SHORTEST_WINDOW, 18)
MIN_COHORT: Final = 30
_SHRINKAGE: Final = 0.5
_YEAR: Final = 0


class Cohorts(NamedTuple):
    """What each member is held against: papers outside the catalog of its age.

    Attributes
    ----------
    mean, spread : float64, shape (m,)
        Of log(1 + citations) in the cohort; NaN where no cohort is large enough, or the paper has no date.
    size : int64, shape (m,)
        How many papers the cohort holds.
    months : int64, shape (m,)
        How many months they lie apart at most; 0 where it took the whole calendar year.
    """

    mean: Floats
    spread: Floats
    size: npt.NDArray[np.int64]
    months: npt.NDArray[np.int64]


class AgeNormalized(NamedTuple):
    """The score of each member, and what it is made of; all of shape (m,), NaN where something is not known.

    Attributes
    ----------
    score : float64
        100 (0.5 standing + 0.5 attention), 0 to 100.
    standing : float64
        Middle-rank percentile of z = (log(1 + citations) - mean) / (spread + 0.5) among the members, 0 to 1.
    attention : float64
        Middle-rank percentile of the citations of the last twelve months among the members, 0 to 1.
    cohorts : Cohorts
        What z was reckoned with.
    """

    score: Floats
    standing: Floats
    attention: Floats
    cohorts: Cohorts


def score_age_normalized(matrix: CitationMatrix, members: npt.ArrayLike, as_of: date) -> AgeNormalized:
    """Return how each member of a catalog is cited for its age, and now.

    Both parts are counts that a reader can check, and their weights are fixed. The score is relative to the members:
    another one can move all.

    Parameters
    ----------
    matrix : CitationMatrix
        The members, who cites them and whom they cite, with dates and citation counts.
    members : array of int
        The numbers of the members in `matrix.papers`.
    as_of : date
        The day the counts were taken.

    Examples
    --------
    >>> from flgraph.citations import build_citation_matrix
    >>> alone = build_citation_matrix(["a"], [], [], dates=["2020-01-01"], citation_counts=[3])
    >>> score_age_normalized(alone, [0], date(2024, 1, 1)).score.tolist()  # nothing of its age to hold it against
    [nan]
    """
    places = np.asarray(members, dtype=np.int64)
    cohorts = find_cohorts(matrix, places)
    citations = _leave_out_later(matrix, places, as_of)
    standing = _rank_middle(_standardize(citations, cohorts))
    recent = recent_citations(matrix, as_of)[places]
    attention = _rank_middle(np.where(np.isnan(standing), np.nan, recent))
    return AgeNormalized(100 * (standing + attention) / 2, standing, attention, cohorts)


def find_cohorts(matrix: CitationMatrix, members: npt.NDArray[np.int64]) -> Cohorts:
    """Return what each member is held against: within 9 months, else 18, else its calendar year, from 30 papers on."""
    is_member = np.zeros(len(matrix.papers), dtype=bool)
    is_member[members] = True
    usable = np.flatnonzero(~is_member & ~np.isnat(matrix.dates) & ~np.isnan(matrix.citation_counts))
    days, years = (matrix.dates[usable].astype(unit) for unit in ("datetime64[D]", "datetime64[Y]"))
    logs = np.log1p(matrix.citation_counts[usable])
    mean, spread = np.full(len(members), np.nan), np.full(len(members), np.nan)
    size, months = np.zeros(len(members), dtype=np.int64), np.zeros(len(members), dtype=np.int64)
    for number, paper in enumerate(members):
        if np.isnat(matrix.dates[paper]):
            continue
        months[number], cohort = _choose_cohort(days, years, matrix.dates[paper])
        size[number] = len(cohort)
        if len(cohort) >= MIN_COHORT:
            mean[number], spread[number] = logs[cohort].mean(), logs[cohort].std()
    return Cohorts(mean, spread, size, months)


def _choose_cohort(
    days: npt.NDArray[np.datetime64], years: npt.NDArray[np.datetime64], day: np.datetime64
) -> tuple[int, npt.NDArray[np.intp]]:
    for months in _WINDOWS:
        apart = np.timedelta64(round(months / 12 * DAYS_A_YEAR), "D")
        # In order of date, so the cohort is one stretch.
        first, last = np.searchsorted(days, [day - apart, day + apart + np.timedelta64(1, "D")])
        if last - first >= MIN_COHORT:
            return months, np.arange(first, last)
    return _YEAR, np.flatnonzero(years == day.astype("datetime64[Y]"))


def _leave_out_later(matrix: CitationMatrix, places: npt.NDArray[np.int64], as_of: date) -> Floats:
    """Return the citation counts of the members, NaN for one from after the day."""
    later = matrix.dates[places] > np.datetime64(as_of, "D")
    return np.where(later, np.nan, matrix.citation_counts[places])


def _standardize(citations: Floats, cohorts: Cohorts) -> Floats:
    standardized: Floats = (np.log1p(citations) - cohorts.mean) / (cohorts.spread + _SHRINKAGE)
    return standardized


def _rank_middle(values: Floats) -> Floats:
    """Return (middle rank - 0.5) / n of what is known, 0 to 1."""
    known = ~np.isnan(values)
    ranked = np.full(len(values), np.nan)
    ranked[known] = (rankdata(values[known]) - 0.5) / max(int(known.sum()), 1)
    return ranked


def bootstrap_ranks(
    matrix: CitationMatrix, members: npt.ArrayLike, as_of: date, *, draws: int = 200, seed: int = 0
) -> tuple[Floats, Floats]:
    """Return between which ranks each member lies in 95 of 100 draws of who cites, (low, high), each of shape (m,).

    Each citing paper weighs Poisson(1): the ranking as it might be had others written. It says nothing of citations
    that the source does not know, nor of the choice of the field.

    Parameters
    ----------
    matrix, members, as_of
        As for `score_age_normalized`.
    draws : int
        How many draws.
    seed : int
        The same seed gives the same ranks.
    """
    places = np.asarray(members, dtype=np.int64)
    chance = np.random.default_rng(seed)
    cohorts = find_cohorts(matrix, places)
    citing = matrix.to_sparse()[places]
    listed = np.asarray(citing.sum(axis=1)).ravel()
    weights = chance.poisson(1.0, (len(matrix.papers), draws)).astype(np.float64)
    # What the source counts beyond what it lists varies as what it lists.
    factors = np.divide(citing @ weights, listed[:, None], out=np.ones((len(places), draws)), where=listed[:, None] > 0)
    citations = _leave_out_later(matrix, places, as_of)[:, None] * factors
    recent = citing @ (weights * weigh_recent(matrix, as_of)[:, None])
    ranks = np.full((len(places), draws), np.nan)
    for draw in range(draws):
        standing = _rank_middle(_standardize(citations[:, draw], cohorts))
        score = standing + _rank_middle(np.where(np.isnan(standing), np.nan, recent[:, draw]))
        known = ~np.isnan(score)
        ranks[known, draw] = rankdata(-score[known], method="min")
    known = ~np.isnan(ranks[:, :1]).ravel() if draws else np.zeros(len(places), dtype=bool)
    low, high = np.full(len(places), np.nan), np.full(len(places), np.nan)
    if known.any():
        low[known], high[known] = np.percentile(ranks[known], [2.5, 97.5], axis=1, method="nearest")
    return low, high
