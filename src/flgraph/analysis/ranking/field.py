"""Compare papers with their field: works that a source drew at random from the same topic and year.

Counts of one source are compared with counts of the same source. The intervals are those of the draw: a paper's own
count is taken as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.special import betaincinv

from flgraph.analysis.citation_matrix import Floats
from flgraph.analysis.ranking.observations import Observations
from flgraph.checks import format_count
from flgraph.graph.record_facts import read_set
from flgraph.records import LEAST_SET

_ENDS: Final = (0.025, 0.975)
_NORMAL: Final = 1.959964
"""The 97.5 % quantile of the normal distribution."""

_TOP: Final = 0.1
_STEPS: Final = 400
_WHOLE: Final = 1e9
"""Effective size of a set that is the whole field, for which no uncertainty is left."""

_WHY: Final = {
    None: "no record that a reference set was drawn for",
    "failed": "its reference set failed; run `flgraph enrich` again",
    "no_topic": "the source does not state both its topic and its year",
}


class Bounded(NamedTuple):
    """A number with the ends of its 95% interval; NaN if unknown."""

    value: float
    low: float
    high: float


_UNKNOWN: Final = Bounded(float("nan"), float("nan"), float("nan"))


class TopShare(NamedTuple):
    """The share of the papers with a set that are among the top 10% of their fields, 0 to 1.

    Attributes
    ----------
    papers : int
        Papers with a set.
    share : float
        The mean of their probabilities.
    low, high : float or None
        Its 95% interval, which always contains the share; None without draws.
    """

    papers: int
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Standing:
    """The standing of a paper in its field.

    Attributes
    ----------
    name : str or None
        Topic and year; None without a set.
    size : int or None
        The number of works of the set with a known count, without the paper itself; None without a set.
    percentile : Bounded
        0 to 100.
    top : float64, shape (400,)
        Whether it is among the top 10%, 0 to 1, at evenly spaced quantiles of the share of the field that is cited
        more; empty without a percentile.
    ratio : Bounded
        Its citations over the mean of the set.
    note : str
        Why there is no number; empty if there is.
    """

    name: str | None = None
    size: int | None = None
    percentile: Bounded = _UNKNOWN
    top: Floats = field(default_factory=lambda: np.empty(0))
    ratio: Bounded = _UNKNOWN
    note: str = ""


def has_sets(observed: Observations) -> bool:
    """Return whether reference sets were asked for."""
    return any("field_set" in data for data in observed.papers.values())


def measure_standings(observed: Observations) -> list[Standing]:
    """Measure the standing of each paper of the catalog in its field, in order."""
    if observed.is_past:
        return [Standing(note=f"citations of its field are known for {observed.counted_on} only")] * len(
            observed.papers
        )
    return [_measure_standing(data) for data in observed.papers.values()]


def _measure_standing(data: Mapping[str, Any]) -> Standing:
    if data.get("field_set") != "known":
        return Standing(note=_WHY[data.get("field_set")])
    counts, own = np.array(read_set(data), dtype=np.float64), data.get("field_citation_count")
    found = Standing(data["field"], len(counts))
    if own is None or len(counts) < LEAST_SET:
        few = f"its reference set has only {format_count(len(counts), 'work')}, and {LEAST_SET} are needed"
        return Standing(found.name, found.size, note="no citation count" if own is None else few)
    population = max(data["field_population"] - 1, len(counts))
    return Standing(
        found.name,
        found.size,
        bound_percentile(counts, own, population),
        place_in_top(counts, own, population),
        bound_ratio(counts, own, population),
        "" if counts.any() else "no work of its reference set is cited",
    )


def bound_percentile(counts: Floats, own: float, population: int) -> Bounded:
    """Return the percentile of a count in a field of which a set is known, 0 to 100, with its 95% interval.

    Works with fewer citations count whole, works with as many half. The interval is that of Clopper and Pearson (1934)
    for this share s of n works, with the size of the set corrected for a field of N works: n (N - 1) / (N - n) in place
    of n (Korn, Graubard 1998). Ties make it wider than it need be.

    Parameters
    ----------
    counts : float64, shape (n,)
        The citations of the set.
    own : float
        The citations of the paper.
    population : int
        The number N of other works in the field, at least n.

    Examples
    --------
    >>> [round(end, 1) for end in bound_percentile(np.arange(100.0), 90, population=5000)]
    [90.5, 83.1, 95.4]
    """
    passed = float((counts < own).sum()) + float((counts == own).sum()) / 2
    share = passed / len(counts)
    size = _correct_size(len(counts), population)
    below, above = share * size, (1 - share) * size
    low = betaincinv(below, above + 1, _ENDS[0]) if below else 0.0
    high = betaincinv(below + 1, above, _ENDS[1]) if above else 1.0
    return Bounded(100 * passed / len(counts), 100 * float(low), 100 * float(high))


def place_in_top(counts: Floats, own: float, population: int) -> Floats:
    """Return whether a paper is among the top 10% of its field, 0 to 1, at 400 quantiles of what is unknown.

    What is unknown is the share of the field that is cited more. Its distribution is Beta(a + 1/2, n - a + 1/2), if a
    of n works of the set are cited more (Jeffreys; Brown, Cai, DasGupta 2001), with n corrected as in
    `bound_percentile`. If the border falls among works with equal counts, they share the places left (Waltman,
    Schreiber 2013). The mean is a probability.

    Parameters
    ----------
    counts, own, population
        As for `bound_percentile`.

    Examples
    --------
    >>> [round(float(place_in_top(np.arange(100.0), own, population=5000).mean()), 2) for own in (99, 90, 80)]
    [1.0, 0.55, 0.0]
    """
    size = _correct_size(len(counts), population)
    more, tied = float((counts > own).mean()), float((counts == own).mean())
    quantiles = (np.arange(_STEPS) + 0.5) / _STEPS
    cited_more = betaincinv(more * size + 0.5, (1 - more) * size + 0.5, quantiles)
    placed: Floats = np.clip((_TOP - cited_more) / max(tied, 1 / _WHOLE), 0.0, 1.0)
    return placed


def bound_ratio(counts: Floats, own: float, population: int) -> Bounded:
    """Return a count over the mean of a field of which a set is known, with its 95% interval; NaN if the mean is 0.

    The interval is that of the mean, with its skewness removed by Hall's transformation (1992) and its standard error
    corrected for a field of N works by the factor (N - n) / (N - 1) of the variance. The upper end is NaN if the lower
    end of the mean is not above 0.

    Parameters
    ----------
    counts, own, population
        As for `bound_percentile`.

    Examples
    --------
    >>> [round(end, 2) for end in bound_ratio(np.arange(100.0), 99, population=5000)]
    [2.0, 1.8, 2.26]
    """
    size, mean, spread = len(counts), float(counts.mean()), float(counts.std(ddof=1))
    if not mean:
        return _UNKNOWN
    error = spread / sqrt(_correct_size(size, population))
    skewness = float(((counts - mean) ** 3).mean()) / spread**3 if spread else 0.0
    least, most = (mean - _remove_skewness(end, skewness, size) * error for end in (_NORMAL, -_NORMAL))
    return Bounded(own / mean, own / most, own / least if least > 0 else float("nan"))


def _remove_skewness(quantile: float, skewness: float, size: int) -> float:
    """Return the quantile of the studentized mean of n values with this skewness: the inverse of Hall's transform."""
    step = skewness / sqrt(size)
    if abs(step) < 1e-9:
        return quantile
    return float(3 / step * (np.cbrt(1 + step * (quantile - step / 6)) - 1))


def _correct_size(size: int, population: int) -> float:
    """Return how large a set drawn with replacement must be to give the same precision as one drawn without."""
    return min(size * (population - 1) / (population - size), _WHOLE) if population > size else _WHOLE


def measure_top_share(standings: list[Standing], *, draws: int, seed: int) -> TopShare | None:
    """Measure the share of papers that are among the top 10% of their fields; None if no paper has a set.

    Papers of one set are placed together in each draw, so that the interval holds what they share.

    Parameters
    ----------
    standings : list of Standing
        Of the papers of a catalog.
    draws, seed : int
        The number of draws for the interval, and their seed.
    """
    fields: defaultdict[str | None, list[Floats]] = defaultdict(list)
    for one in standings:
        if len(one.top):
            fields[one.name].append(one.top)
    papers = sum(map(len, fields.values()))
    if not papers:
        return None
    placed = np.array([np.sum(tops, axis=0) for tops in fields.values()])
    chance = np.random.default_rng(seed)
    drawn = np.take_along_axis(placed, chance.integers(_STEPS, size=(len(placed), draws)), axis=1).sum(axis=0) / papers
    share = float(placed.mean(axis=1).sum()) / papers
    if not draws:
        return TopShare(papers, share, None, None)
    low, high = map(float, np.quantile(drawn, _ENDS))
    return TopShare(papers, share, min(low, share), max(share, high))
