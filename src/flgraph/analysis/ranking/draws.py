"""Draws of the citation rates behind the counted citations: a chained gamma-Poisson model.

A count of citations is one outcome of a rate that nobody knows. A draw varies the rate, so that papers that few or
none cite have intervals too. Each citing paper weighs Gamma(1), with mean 1, the same for all papers that it cites;
each cited paper adds a prior, what the rest of the list leads one to expect.

- Older citations, before the last twelve months: o citations in t years and the prior Gamma(a, b) give the rate
  Gamma(o + a) / (t + b). a and b are fitted to the list by moments.
- Recent citations: attention changes, so their rate only starts from the older one. r citations in s years give
  Gamma(r + 1/e) / (s + 1 / (e k older rate)). k, the change of the whole list, and e, the variance of the single papers
  around it, are fitted to the list by moments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

import numpy as np
import scipy.sparse as sp
from scipy.special import gammaln

from flgraph.analysis.citation_matrix import Floats, Integers, Mask
from flgraph.analysis.ranking.measures import measure_ages, weigh_recent
from flgraph.analysis.ranking.observations import Observations

_MIN_YEARS: Final = 0.25
_MIN_RATE: Final = 1e-3
_SHAPES: Final = np.geomspace(0.1, 50.0, 24)
_FACTORS: Final = np.geomspace(0.25, 4.0, 25)
_EXCESSES: Final = np.geomspace(0.02, 1.5, 24)
_MIN_EXPECTED: Final = 1e-9
_AT_ONCE: Final = 4_000_000  # weights in memory


class Sums(NamedTuple):
    """Sums over the citing papers of each of m papers, shape (m, draws): before the last twelve months, and since."""

    older: Floats
    recent: Floats

    @property
    def total(self) -> Floats:
        """The sum of both."""
        return self.older + self.recent


class Adding(Protocol):
    """Add up what the citing papers of each paper contribute."""

    def __call__(self, adds: sp.csr_array, *, unlisted: Floats | None = None, until: Floats | None = None) -> Sums:
        """Return the sums.

        Parameters
        ----------
        adds : sparse array, shape (m, n)
            The contribution of each citing paper.
        unlisted : float64, shape (m,), or None
            The number of citations that are counted but not listed, each of which contributes 1; None is 0.
        until : float64, shape (m,), or None
            Up to which age of the cited paper citations contribute, in years; None is without limit.
        """
        ...


class _Spans(NamedTuple):
    """The years in which each paper could be cited, shape (m,): before the last twelve months, and within them."""

    older: Floats
    recent: Floats


@dataclass(frozen=True, eq=False)
class Draws:
    """Add up contributions with the weights of some draws.

    Attributes
    ----------
    observed : Observations
        The m papers of the catalog among the n papers of the graph.
    among : bool, shape (m,)
        The papers to which the distributions of rates are fitted.
    weights : float64, shape (n, draws)
        The weight of each citing paper.
    order : int64, shape (m,)
        The papers in an order that does not depend on their names, for what each of them draws.
    seed : tuple of int
        The seed of what each cited paper draws.
    """

    observed: Observations
    among: Mask
    weights: Floats
    order: Integers
    seed: tuple[int, ...]

    def __call__(self, adds: sp.csr_array, *, unlisted: Floats | None = None, until: Floats | None = None) -> Sums:
        """See `Adding`."""
        # The same random numbers in each call, so that the parts of one score vary together.
        chance = np.random.default_rng(self.seed)
        shape = (len(self.observed.places), self.weights.shape[1])
        beyond = np.zeros(shape[0]) if unlisted is None else np.maximum(np.nan_to_num(unlisted), 0.0)
        spans = _measure_spans(self.observed, until)
        is_recent = weigh_recent(self.observed.matrix, self.observed.as_of)
        older, recent = (_keep_columns(adds, part) for part in (1 - is_recent, is_recent))
        counted, counted_recent = _count(older) + beyond, _count(recent)

        prior = fit_rates(counted[self.among], spans.older[self.among])
        a, b = prior.draw(chance, shape[1])
        own = self._draw_gamma(chance, a + beyond[:, None])
        years = spans.older[:, None] / (spans.older[:, None] + b)
        rates = (_to_ones(older) @ self.weights + own) / (spans.older[:, None] + b)
        sums = years * (older @ self.weights + _average(older, beyond) * own)

        known = _Spans(spans.older[self.among], spans.recent[self.among])
        change = _fit_change(counted_recent[self.among], counted[self.among], known, prior)
        e, k = change.draw(chance, shape[1])
        own = self._draw_gamma(chance, np.broadcast_to(1 / e, shape))
        expected = np.maximum(k * rates * spans.recent[:, None], _MIN_EXPECTED)
        now = (recent @ self.weights + _average(recent) * own) / (1 + 1 / (e * expected))
        return Sums(sums, now)

    def _draw_gamma(self, chance: np.random.Generator, shapes: Floats) -> Floats:
        drawn = np.empty(shapes.shape)
        drawn[self.order] = chance.standard_gamma(shapes[self.order])
        return drawn


def draw_rates(observed: Observations, among: Mask, *, draws: int, seed: int) -> Iterator[Draws]:
    """Yield the draws, as many at once as memory allows."""
    size = len(observed.matrix.papers)
    at_once = max(1, min(draws, _AT_ONCE // max(size, 1)))
    order = _sort_members(observed)
    citing = _sort_citing(observed, order)
    for number, start in enumerate(range(0, draws, at_once)):
        weights = np.zeros((size, min(at_once, draws - start)))
        weights[citing] = np.random.default_rng((seed, number)).standard_exponential((len(citing), weights.shape[1]))
        yield Draws(observed, among, weights, order, (seed, number, 1))


def _sort_members(observed: Observations) -> Integers:
    """Sort the papers by what is known of them: other names must not change what each of them draws."""
    days = np.nan_to_num(measure_ages(observed.matrix, observed.as_of))
    keys = (observed.citing @ days, observed.listed, observed.counts, observed.ages)
    return np.lexsort([np.nan_to_num(key, nan=-1.0) for key in keys])


def _sort_citing(observed: Observations, order: Integers) -> Integers:
    """List the citing papers, sorted by what is known of them and then by whom they cite."""
    matrix, cited = observed.matrix, observed.citing[order].tocsc()
    known = np.stack([matrix.dates.astype(np.float64), matrix.citation_counts, matrix.reference_counts])
    known = np.nan_to_num(known, nan=-1.0)
    own = observed.self_citing[order].tocsc()
    found = [
        sorted(
            np.flatnonzero(np.diff(part.indptr)).tolist(),
            key=lambda n: (*known[:, n].tolist(), *part.indices[part.indptr[n] : part.indptr[n + 1]].tolist()),
        )
        for part in (cited, own)
    ]
    # Papers that only cite themselves come last, so that the weights of the others do not depend on them.
    return np.array(list(dict.fromkeys(found[0] + found[1])), dtype=np.int64)


# --- what is fitted to the list --------------------------------------------------------------------------


class Fit(NamedTuple):
    """Pairs of parameters with their likelihood given the list, shape (p,), which sums to 1."""

    first: Floats
    second: Floats
    likelihood: Floats

    def draw(self, chance: np.random.Generator, number: int) -> tuple[Floats, Floats]:
        """Draw pairs by their likelihood, since a short list leaves the parameters uncertain."""
        drawn = chance.choice(len(self.likelihood), number, p=self.likelihood)
        return self.first[drawn], self.second[drawn]

    @property
    def best(self) -> tuple[float, float]:
        """The most likely pair."""
        place = int(np.argmax(self.likelihood))
        return float(self.first[place]), float(self.second[place])


def fit_rates(counts: Floats, years: Floats) -> Fit:
    """Fit a Gamma distribution of rates, by shape and rate, to counts in some years, shape (m,).

    Examples
    --------
    >>> shape, rate = fit_rates(np.array([0.0, 2.0, 10.0]), np.array([2.0, 2.0, 2.0])).best
    >>> round(shape / rate, 3)
    2.0
    """
    mean = max(float(counts.sum() / years.sum()), _MIN_RATE)
    shapes, means = (part.ravel() for part in np.meshgrid(_SHAPES, mean * _FACTORS))
    return _weigh(shapes, shapes / means, _measure_likelihood(counts, years * means[:, None], shapes[:, None]))


def _fit_change(counts: Floats, older: Floats, spans: _Spans, prior: Fit) -> Fit:
    """Fit the variance and the factor of the change from older counts to recent ones, shape (m,)."""
    a, b = prior.best
    shape = older + a
    before = shape / (spans.older + b) * spans.recent
    factor = (float(counts.sum()) + 0.5) / max(float(before.sum()), _MIN_RATE)
    excess, factors = (part.ravel() for part in np.meshgrid(_EXCESSES, factor * _FACTORS))
    spread = excess[:, None] + (1 + excess[:, None]) / shape  # of the change, and of what is known of the older rate
    expected = np.maximum(before * factors[:, None], _MIN_EXPECTED)
    return _weigh(excess, factors, _measure_likelihood(counts, expected, 1 / spread))


def _measure_likelihood(counts: Floats, means: Floats, shapes: Floats) -> Floats:
    """Return the logarithm of the negative binomial likelihood of counts, by pairs of parameters, shape (p,)."""
    total: Floats = (
        gammaln(counts + shapes)
        - gammaln(shapes)
        - shapes * np.log1p(means / shapes)
        - counts * np.log1p(shapes / means)
    ).sum(axis=1)
    return total


def _weigh(first: Floats, second: Floats, likelihood: Floats) -> Fit:
    weights = np.exp(likelihood - likelihood.max())
    return Fit(first, second, weights / weights.sum())


def _measure_spans(observed: Observations, until: Floats | None) -> _Spans:
    """Measure how long each paper could be cited; all of it counts as older where citing papers are not listed."""
    ages = observed.ages
    usual = float(np.nanmedian(ages)) if not np.isnan(ages).all() else 1.0
    ages = np.where(np.isnan(ages), usual, ages)
    ends = ages if until is None else np.minimum(ages, until)
    recent = np.where(observed.is_listed, np.clip(ends - np.maximum(ages - 1, 0), 0, 1), 0)
    return _Spans(np.maximum(ends - recent, _MIN_YEARS), recent)


# --- citing papers ---------------------------------------------------------------------------------------


def _keep_columns(adds: sp.csr_array, kept: Floats) -> sp.csr_array:
    part: sp.csr_array = (adds @ sp.diags_array(kept)).tocsr()
    part.eliminate_zeros()
    return part


def _count(adds: sp.csr_array) -> Floats:
    """Count the citing papers that contribute, shape (m,)."""
    counted: Floats = np.diff(adds.indptr).astype(np.float64)
    return counted


def _to_ones(adds: sp.csr_array) -> sp.csr_array:
    return sp.csr_array((np.ones(len(adds.data)), adds.indices, adds.indptr), shape=adds.shape)


def _average(adds: sp.csr_array, ones: Floats | None = None) -> float:
    """Return the mean contribution of citing papers, with so many more that contribute 1; 0 without any."""
    more = 0.0 if ones is None else float(ones.sum())
    return float((adds.sum() + more) / max(adds.nnz + more, 1.0))
