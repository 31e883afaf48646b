"""Measures of papers on a citation matrix: counts, weighted counts, and what is made comparable across ages.

Each returns a number a paper in the order of `matrix.papers`; NaN is unknown, never zero. Ages are reckoned to
`as_of` in years of 365.25 days; a paper without a date has none, and one from after `as_of` has none either.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import scipy.sparse as sp
from scipy.stats import rankdata

from flgraph.analysis.citation_matrix import CitationMatrix, Dates, Floats
from flgraph.analysis.ranking.pagerank import check_alpha, pagerank, solve_flow

DAYS_A_YEAR: Final = 365.25
_MONTHS_A_YEAR: Final = 12
COHORT_MONTHS: Final = (9, 18)
MIN_COHORT: Final = 30
_MIN_SPREAD: Final = 1e-12


def measure_ages(matrix: CitationMatrix, as_of: date) -> Floats:
    """Return the age of each paper in years, shape (n,); NaN without a date, and for what is not out yet.

    Examples
    --------
    >>> from flgraph.analysis.citation_matrix import build_citation_matrix
    >>> measure_ages(build_citation_matrix(["a"], [], [], dates=["2020-01-01"]), date(2022, 1, 1)).round(2).tolist()
    [2.0]
    """
    days = (np.datetime64(as_of, "D") - matrix.dates).astype("timedelta64[D]")
    ages: Floats = np.where(np.isnat(days), np.nan, days.astype(np.float64)) / DAYS_A_YEAR
    return np.where(ages < 0, np.nan, ages)


# --- counts ----------------------------------------------------------------------------------------------


def citation_count(matrix: CitationMatrix) -> Floats:
    """Return how many papers of the matrix cite each paper, shape (n,)."""
    return matrix.count_citations().astype(np.float64)


def citations_per_year(matrix: CitationMatrix, as_of: date) -> Floats:
    """Return citations over age in years + 0.5, shape (n,): half a year, so that a new paper does not explode."""
    return citation_count(matrix) / (measure_ages(matrix, as_of) + 0.5)


def recent_citations(matrix: CitationMatrix, as_of: date, *, months: int = 12) -> Floats:
    """Return the citations by papers of the last calendar months up to `as_of`, shape (n,); undated ones not."""
    return _sum_citing(matrix, weigh_recent(matrix, as_of, months=months))


def weigh_recent(matrix: CitationMatrix, as_of: date, *, months: int = 12) -> Floats:
    """Return 1 for papers of the last calendar months up to `as_of`, else 0, shape (n,)."""
    day = np.datetime64(as_of, "D")
    month = day.astype("datetime64[M]")
    into_month = day - month.astype("datetime64[D]")
    start = (month - np.timedelta64(months, "M")).astype("datetime64[D]") + into_month
    recent: Floats = ((matrix.dates > start) & (matrix.dates <= day)).astype(np.float64)
    return recent


def impulse(matrix: CitationMatrix, *, years: int = 3) -> Floats:
    """Return the citations within so many calendar years of publication, shape (n,); NaN without a date."""
    year = matrix.dates.astype("datetime64[Y]").astype(np.float64) + 1970
    year[np.isnat(matrix.dates)] = np.nan
    cited = np.repeat(np.arange(len(matrix.papers)), matrix.count_citations())
    soon = year[matrix.indices] - year[cited] <= years  # False where one is not known
    counted = np.bincount(cited[soon], minlength=len(matrix.papers)).astype(np.float64)
    return np.where(np.isnan(year), np.nan, counted)


def _sum_citing(matrix: CitationMatrix, weights: Floats) -> Floats:
    """Return the sum of what the citing papers of each paper weigh."""
    summed: Floats = matrix.to_sparse() @ weights
    return summed


# --- flows -----------------------------------------------------------------------------------------------


def local_pagerank(matrix: CitationMatrix, *, alpha: float = 0.5) -> Floats:
    """Return a paper's PageRank as its citing papers alone tell it, shape (n,): the estimate where no more is known.

    The sum over citing papers i of (1 + alpha c_i / mean k) / k_i, with k_i their references and c_i their
    citations as the source counts them, or as the matrix holds them where that is more or nothing else is known; the
    mean is over the papers whose references the source counts, where there are any.
    """
    return _sum_citing(matrix, weigh_citing(matrix, alpha=alpha))


def weigh_citing(matrix: CitationMatrix, *, alpha: float = 0.5) -> Floats:
    """Return what each paper adds to the `local_pagerank` of each paper that it cites, shape (n,)."""
    check_alpha(alpha)
    references = count_true_references(matrix)
    citations = np.fmax(matrix.citation_counts, matrix.count_citations())
    counted = references[~np.isnan(matrix.reference_counts)]
    among = counted if len(counted) else references
    mean = among.mean() if len(among) else 1.0
    weights: Floats = (1 + alpha * citations / mean) / references
    return weights


def count_true_references(matrix: CitationMatrix) -> Floats:
    """Return the references of each paper as the source counts them, or as the matrix holds where that is more.

    At least 1, shape (n,): who cites something has a reference, and what the others have divides nothing.
    """
    references: Floats = np.fmax(matrix.reference_counts, matrix.count_references())
    return np.maximum(references, 1.0)


def citerank(matrix: CitationMatrix, as_of: date, *, alpha: float = 0.5, tau: float = 2.6) -> Floats:
    """Return how often readers who begin with recent papers come by, shape (n,).

    sum over n of (1 - alpha)^n P^n rho, with rho_j ~ exp(-age_j / tau), tau in years (Walker, Xie, Yan, Maslov
    2007, "Ranking scientific publications using a model of network traffic"). Papers without a date are where
    nobody begins.
    """
    check_alpha(alpha)
    start = np.nan_to_num(np.exp(-measure_ages(matrix, as_of) / tau))
    shares = (1 - alpha) / np.maximum(matrix.count_references(), 1)
    return solve_flow(matrix, start / max(start.sum(), 1e-300), shares=shares)


def ram(matrix: CitationMatrix, as_of: date, *, gamma: float = 0.3) -> Floats:
    """Return citations that weigh gamma^(age of the citing paper in years), shape (n,).

    Retained adjacency matrix: Ghosh, Kuo, Hsu, Lin, Lerman 2011, "Time-aware ranking in dynamic citation networks".
    A citing paper without a date weighs nothing.
    """
    return _sum_citing(matrix, np.nan_to_num(gamma ** measure_ages(matrix, as_of)))


def attrank(
    matrix: CitationMatrix,
    as_of: date,
    *,
    alpha: float = 0.1,
    beta: float = 0.5,
    decay: float = 0.48,
    years: float = 1.0,
) -> Floats:
    """Return x = alpha P x + beta A + (1 - alpha - beta) T, shape (n,), sums to 1.

    A is the share of the citations of the last years, T ~ exp(-decay age) (Kanellos, Vergoulis, Sacharidis,
    Dalamagas, Vassiliou 2021, "Ranking papers by their short-term scientific impact").
    """
    check_alpha(alpha)
    if not 0 <= beta <= 1 - alpha:
        raise ValueError(f"beta is {beta!r}; should be from 0 to {1 - alpha:g}, what alpha leaves")
    attention = recent_citations(matrix, as_of, months=round(years * _MONTHS_A_YEAR))
    newness = np.nan_to_num(np.exp(-decay * measure_ages(matrix, as_of)))
    start = beta * attention / max(attention.sum(), 1.0) + (1 - alpha - beta) * newness / max(newness.sum(), 1e-300)
    return pagerank(matrix, alpha=alpha, personalization=start, dangling=np.ones(len(matrix.papers)))


def katz(matrix: CitationMatrix, *, alpha: float = 0.05) -> Floats:
    """Return alpha times the citations, alpha^2 times those of the citing papers, and so on, shape (n,) (Katz 1953).

    Raises
    ------
    ValueError
        With this alpha the sum has no end, because papers cite each other in circles.
    """
    check_alpha(alpha)
    size = len(matrix.papers)
    return solve_flow(matrix, np.ones(size), shares=np.full(size, alpha)) - 1


# --- made comparable -------------------------------------------------------------------------------------


def rescale(matrix: CitationMatrix, scores: Floats, *, window: int = 1000) -> Floats:
    """Return how many standard deviations each score is above those of the papers nearest in publication order.

    Parameters
    ----------
    matrix : CitationMatrix
        The citations; papers without a date stay NaN.
    scores : float64, shape (n,)
        From another measure.
    window : int
        How many papers nearest in order (Mariani, Medo, Zhang 2016, "Identification of milestone papers through
        time-balanced network centrality").

    Returns
    -------
    float64, shape (n,)
        0 where all scores around are the same.
    """
    mean, spread = measure_surroundings(matrix, scores, window=window)
    rescaled: Floats = np.where(np.isnan(mean), np.nan, 0.0)
    np.divide(scores - mean, spread, out=rescaled, where=spread > 0)
    return rescaled


def measure_surroundings(matrix: CitationMatrix, scores: Floats, *, window: int) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of the scores nearest in publication order, each of shape (n,).

    NaN for papers without a date or a score, which are no neighbours either; the deviation is 0 where all are alike.
    """
    dated = np.flatnonzero(~np.isnat(matrix.dates) & ~np.isnan(scores))
    size = len(dated)
    mean, spread = np.full(len(scores), np.nan), np.full(len(scores), np.nan)
    if not size:
        return mean, spread
    width = min(window, size)
    center = scores[dated].mean()  # sums of squares lose digits far from 0
    values = scores[dated] - center
    sums, squares = (np.concatenate([[0.0], np.cumsum(part)]) for part in (values, values**2))
    low = np.clip(np.arange(size) - width // 2, 0, size - width)
    shift = (sums[low + width] - sums[low]) / width
    found = np.sqrt(np.maximum((squares[low + width] - squares[low]) / width - shift**2, 0.0))
    mean[dated], spread[dated] = center + shift, np.where(found > _MIN_SPREAD, found, 0.0)
    return mean, spread


def cohort_percentile(matrix: CitationMatrix, scores: Floats) -> Floats:
    """Return where each score stands among papers of its age, shape (n,), 0 to 100.

    100 (middle rank - 0.5) / n among the papers published within 9 months, or 18 where these are under 30; NaN where
    even these are under 30, and without a date.
    """
    percentiles = np.full(len(scores), np.nan)
    known = np.flatnonzero(~np.isnat(matrix.dates) & ~np.isnan(scores))
    days = matrix.dates[known]
    for place, paper in enumerate(known):
        _, cohort = find_near(days, days[place])
        if cohort.stop - cohort.start >= MIN_COHORT:
            ranks = rankdata(scores[known[cohort]])
            percentiles[paper] = 100 * (ranks[place - cohort.start] - 0.5) / len(ranks)
    return percentiles


def find_near(days: Dates, day: np.datetime64) -> tuple[int, slice]:
    """Return which of some days in order lie near a day: within 9 months, or 18 where these are under 30."""
    for months in COHORT_MONTHS:
        apart = np.timedelta64(round(months / _MONTHS_A_YEAR * DAYS_A_YEAR), "D")
        first, last = np.searchsorted(days, [day - apart, day + apart + np.timedelta64(1, "D")]).tolist()
        if last - first >= MIN_COHORT:
            break
    return months, slice(first, last)


# --- for exploration -------------------------------------------------------------------------------------


def search_path_count(matrix: CitationMatrix) -> Floats:
    """Return the natural logarithm of how many paths of citations lead through each paper, shape (n,).

    From papers that nobody cites to papers that cite nobody (Hummon, Doreian 1989; Batagelj 2003). Citations
    inside a circle are left out. On a part of the literature it says as much of the part as of the papers.
    """
    above, below = count_paths(matrix)
    return above + below


def count_paths(matrix: CitationMatrix) -> tuple[Floats, Floats]:
    """Return the natural logarithms of how many paths of citations lead to each paper, and how many on from it.

    Two arrays of shape (n,): from papers that nobody cites, and to papers that cite nobody; else as
    `search_path_count`.
    """
    size = len(matrix.papers)
    steps = matrix.to_sparse()
    cited = np.repeat(np.arange(size), matrix.count_citations())
    steps.data[matrix.components[cited] == matrix.components[matrix.indices]] = 0.0
    steps.eliminate_zeros()
    order = np.argsort(matrix.components, kind="stable")
    return _sum_paths(steps, order[::-1]), _sum_paths(steps.T.tocsr(), order)


def _sum_paths(steps: sp.csr_array, order: np.typing.NDArray[np.intp]) -> Floats:
    """Return the logarithm of how many paths end at each paper, 0 where one begins; their number itself overflows."""
    counted = np.zeros(steps.shape[0])
    for paper in order.tolist():
        before = steps.indices[steps.indptr[paper] : steps.indptr[paper + 1]]
        if len(before):
            counted[paper] = np.logaddexp.reduce(counted[before])
    return counted


def disruption(matrix: CitationMatrix, *, min_references: int = 5, min_citations: int = 10) -> Floats:
    """Return the CD index of each paper, shape (n,), -1 to 1 (Funk, Owen-Smith 2017, without their time limit).

    (f - b) / (f + b + r): f later papers cite it and none of its references, b both, r its references only. NaN
    under five references or ten citations in the matrix: of a part of the literature it says little even then.
    """
    size = len(matrix.papers)
    cited_by = matrix.to_sparse()
    cites = cited_by.T.tocsr()
    indexes = np.full(size, np.nan)
    enough = (matrix.count_references() >= min_references) & (matrix.count_citations() >= min_citations)
    for paper in np.flatnonzero(enough):
        citing = matrix.indices[matrix.indptr[paper] : matrix.indptr[paper + 1]]
        references = cites.indices[cites.indptr[paper] : cites.indptr[paper + 1]]
        related = np.unique(
            np.concatenate([matrix.indices[matrix.indptr[r] : matrix.indptr[r + 1]] for r in references])
        )
        related = related[(related > paper)]
        later = citing[citing > paper]
        both = len(np.intersect1d(later, related, assume_unique=True))
        first, rest = len(later) - both, len(related) - both
        if first + both + rest:
            indexes[paper] = (first - both) / (first + both + rest)
    return indexes
