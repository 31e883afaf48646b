"""The age-normalised score: how a paper is cited beside papers of its age, and how much it is cited now."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from scipy.stats import rankdata

from flgraph.analysis.citation_matrix import Floats, Integers
from flgraph.analysis.ranking.measures import MIN_COHORT, find_near, weigh_recent
from flgraph.analysis.ranking.observations import Observations

_SHRINKAGE: Final = 0.5


class Cohorts(NamedTuple):
    """What each paper of the catalog is held against: papers outside it, of its age.

    Attributes
    ----------
    mean, spread : float64, shape (m,)
        Of log(1 + citations) in the cohort; NaN where no cohort is large enough, or the paper has no date.
    percentile : float64, shape (m,)
        Where the paper's citations would stand in the cohort, 0 to 100, ties in the middle; NaN as above, and
        where its citations are not known. Unlike the score it does not depend on what else the catalog holds.
    size : int64, shape (m,)
        How many papers the cohort holds.
    months : int64, shape (m,)
        How many months they lie apart at most.
    """

    mean: Floats
    spread: Floats
    percentile: Floats
    size: Integers
    months: Integers


def find_cohorts(observed: Observations) -> Cohorts:
    """Return what each paper is held against: papers within 9 months, or 18 where these are under 30."""
    matrix = observed.matrix
    is_member = np.zeros(len(matrix.papers), dtype=bool)
    is_member[observed.places] = True
    usable = np.flatnonzero(~is_member & ~np.isnat(matrix.dates) & ~np.isnan(matrix.citation_counts))
    counts, days = matrix.citation_counts[usable], matrix.dates[usable]
    found = Cohorts(
        *(np.full(len(observed.places), np.nan) for _ in range(3)), *np.zeros((2, len(observed.places)), int)
    )
    for number, paper in enumerate(observed.places):
        if np.isnat(matrix.dates[paper]):
            continue
        found.months[number], cohort = find_near(days, matrix.dates[paper])
        found.size[number] = len(counts[cohort])
        if found.size[number] >= MIN_COHORT:
            logs = np.log1p(counts[cohort])
            found.mean[number], found.spread[number] = logs.mean(), logs.std()
            found.percentile[number] = _find_percentile(counts[cohort], observed.counts[number])
    return found


def _find_percentile(cohort: Floats, count: float) -> float:
    if np.isnan(count):
        return float("nan")
    return 100 * float((cohort < count).sum() + (cohort == count).sum() / 2) / len(cohort)


def measure_standing(citations: Floats, cohorts: Cohorts) -> Floats:
    """Return how a number of citations stands for the age of each paper, 0 to 1, shape (m,).

    The middle-rank percentile, among the papers of the catalog, of z = (log(1 + citations) - mean) / (spread + 0.5)
    in each one's cohort; NaN where citations or cohort are missing.
    """
    return measure_midranks((np.log1p(citations) - cohorts.mean) / (cohorts.spread + _SHRINKAGE))


def count_recent(observed: Observations) -> Floats:
    """Return how often each paper was cited in the last twelve months, shape (m,); NaN where nobody knows."""
    return np.where(observed.is_dated, observed.citing @ weigh_recent(observed.matrix, observed.as_of), np.nan)


def measure_midranks(values: Floats) -> Floats:
    """Return (middle rank - 0.5) / n of what is known, 0 to 1, shape (m,)."""
    known = ~np.isnan(values)
    ranked = np.full(len(values), np.nan)
    ranked[known] = (rankdata(values[known]) - 0.5) / max(int(known.sum()), 1)
    return ranked
