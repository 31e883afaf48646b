"""The age-normalized score: citations compared with papers of the same age, and recent citations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from flgraph.analysis.citation_matrix import Floats, Integers
from flgraph.analysis.ranking.measures import MIN_COHORT, find_near, weigh_recent
from flgraph.analysis.ranking.observations import Observations
from flgraph.analysis.ranks import rank_values

_SHRINKAGE: Final = 0.5
_HALF_YEAR: Final = 0.5


class Cohorts(NamedTuple):
    """The cohort of each paper of the catalog: papers outside the catalog of the same age.

    Attributes
    ----------
    mean, spread : float64, shape (m,)
        Mean and standard deviation of log(1 + citations) in the cohort; NaN if the cohort is too small or the paper
        has no date.
    percentile : float64, shape (m,)
        The percentile of the paper's citations in the cohort, 0 to 100, with midranks for ties; NaN as above, or if its
        citations are unknown. The cohort is no sample of the field: its papers cite the catalog or are cited by it.
    size : int64, shape (m,)
        The number of papers in the cohort.
    months : int64, shape (m,)
        The largest distance in time to the paper, in months.
    """

    mean: Floats
    spread: Floats
    percentile: Floats
    size: Integers
    months: Integers


class _Cohort(NamedTuple):
    """The papers of one age: the papers of the catalog of that day, the largest distance in months, their citations."""

    numbers: list[int]
    months: int
    counts: Floats


def _list_cohorts(observed: Observations) -> Iterator[_Cohort]:
    """List the cohort of each day of publication: papers within 9 months, or within 18 if those are fewer than 30."""
    matrix = observed.matrix
    is_left_out = np.zeros(len(matrix.papers), dtype=bool)
    is_left_out[observed.places] = True
    if observed.excludes_surveys:
        is_left_out |= np.array([paper in observed.surveys for paper in matrix.papers], dtype=bool)
    usable = np.flatnonzero(~is_left_out & ~np.isnat(matrix.dates) & ~np.isnan(matrix.citation_counts))
    counts, days = matrix.citation_counts[usable], matrix.dates[usable]
    numbers: defaultdict[np.datetime64, list[int]] = defaultdict(list)
    for number, day in enumerate(matrix.dates[observed.places]):
        if not np.isnat(day):
            numbers[day].append(number)
    for day, of_day in numbers.items():
        months, cohort = find_near(days, day)
        yield _Cohort(of_day, months, counts[cohort])


def find_cohorts(observed: Observations) -> Cohorts:
    """Find the cohort of each paper: papers within 9 months, or within 18 if those are fewer than 30."""
    size = len(observed.places)
    found = Cohorts(*np.full((3, size), np.nan), *np.zeros((2, size), dtype=np.int64))
    for numbers, months, counts in _list_cohorts(observed):
        found.months[numbers], found.size[numbers] = months, len(counts)
        if len(counts) >= MIN_COHORT:
            logs = np.log1p(counts)
            found.mean[numbers], found.spread[numbers] = logs.mean(), logs.std()
            found.percentile[numbers] = [_find_percentile(counts, count) for count in observed.counts[numbers]]
    return found


def find_percentiles(observed: Observations, citations: Floats) -> Floats:
    """Return the percentile of citations among the cohort of each paper, shape (m,), 0 to 100; NaN as in `Cohorts`."""
    percentiles = np.full(len(citations), np.nan)
    for numbers, _, counts in _list_cohorts(observed):
        if len(counts) >= MIN_COHORT:
            percentiles[numbers] = [_find_percentile(counts, count) for count in citations[numbers]]
    return percentiles


def _find_percentile(cohort: Floats, count: float) -> float:
    if np.isnan(count):
        return float("nan")
    return 100 * float((cohort < count).sum() + (cohort == count).sum() / 2) / len(cohort)


def measure_standing(citations: Floats, cohorts: Cohorts) -> Floats:
    """Return the age-normalized standing of each paper's citations, 0 to 1, shape (m,) or (m, draws).

    The midrank percentile, among the papers of the catalog, of z = (log(1 + citations) - mean) / (spread + 0.5), with
    mean and spread of the paper's cohort. NaN if citations or cohort are unknown.
    """
    mean, spread = (part.reshape(-1, *[1] * (citations.ndim - 1)) for part in (cohorts.mean, cohorts.spread))
    return measure_midranks((np.log1p(citations) - mean) / (spread + _SHRINKAGE))


def count_recent(observed: Observations) -> Floats:
    """Count the citations of each paper in the last twelve months, shape (m,); NaN if unknown."""
    return np.where(observed.is_dated, observed.citing @ weigh_recent(observed.matrix, observed.as_of), np.nan)


def measure_current_rates(recent: Floats, ages: Floats) -> Floats:
    """Return the citations a year of the last twelve months, shape (m,) or (m, draws); NaN if unknown.

    (recent + h r) / (exposure + h): exposure is the age in years, at most 1, so that a young paper is not held against
    a whole year; r is the mean rate of the list, and h half a year, which bounds the rate of new papers.
    """
    exposure = np.minimum(ages, 1.0).reshape(-1, *[1] * (recent.ndim - 1))
    known = ~np.isnan(recent)
    mean = np.nansum(recent, axis=0) / np.maximum(np.where(known, exposure, 0.0).sum(axis=0), 1e-9)
    rates: Floats = (recent + _HALF_YEAR * mean) / (exposure + _HALF_YEAR)
    return rates


def measure_midranks(values: Floats) -> Floats:
    """Return (midrank - 0.5) / n of the known values along the first axis, 0 to 1; NaN stays NaN."""
    known = (~np.isnan(values)).sum(axis=0)
    midranks: Floats = (rank_values(values) - 0.5) / np.maximum(known, 1)
    return midranks
