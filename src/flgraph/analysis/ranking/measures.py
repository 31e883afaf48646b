"""Measures of papers on a citation matrix: counts, flows, normalization by age, and indices for exploration.

Each returns one number a paper in the order of `matrix.papers`; NaN means unknown, never zero. Ages are in years of
365.25 days up to `as_of`, and NaN for papers without a date or published after `as_of`.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import scipy.sparse as sp

from flgraph.analysis.citation_matrix import CitationMatrix, Dates, Floats, Integers
from flgraph.analysis.flow.solve import solve_flow
from flgraph.analysis.ranking.pagerank import check_alpha, pagerank
from flgraph.analysis.ranks import rank_values

DAYS_A_YEAR: Final = 365.25
_MONTHS_A_YEAR: Final = 12
COHORT_MONTHS: Final = (9, 18)
MIN_COHORT: Final = 30
_MIN_SPREAD: Final = 1e-12


def measure_ages(matrix: CitationMatrix, as_of: date) -> Floats:
    """Return the age of each paper in years, shape (n,); NaN without a date, or if published after `as_of`.

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
    """Count the papers of the matrix that cite each paper, shape (n,)."""
    return matrix.count_citations().astype(np.float64)


def citations_per_year(matrix: CitationMatrix, as_of: date) -> Floats:
    """Return citations / (age in years + 0.5), shape (n,); the half year bounds the score of new papers."""
    return citation_count(matrix) / (measure_ages(matrix, as_of) + 0.5)


def recent_citations(matrix: CitationMatrix, as_of: date, *, months: int = 12) -> Floats:
    """Count the citations by papers of the last `months` calendar months, shape (n,), without undated citing papers."""
    return _sum_citing(matrix, weigh_recent(matrix, as_of, months=months))


def weigh_recent(matrix: CitationMatrix, as_of: date, *, months: int = 12) -> Floats:
    """Return 1 for papers published in the last `months` calendar months up to `as_of`, else 0, shape (n,)."""
    day = np.datetime64(as_of, "D")
    month = day.astype("datetime64[M]")
    into_month = day - month.astype("datetime64[D]")
    start = (month - np.timedelta64(months, "M")).astype("datetime64[D]") + into_month
    recent: Floats = ((matrix.dates > start) & (matrix.dates <= day)).astype(np.float64)
    return recent


def impulse(matrix: CitationMatrix, *, years: int = 3) -> Floats:
    """Count the citations within some calendar years of publication, shape (n,); NaN without a date."""
    year = matrix.dates.astype("datetime64[Y]").astype(np.float64) + 1970
    year[np.isnat(matrix.dates)] = np.nan
    cited = np.repeat(np.arange(len(matrix.papers)), matrix.count_citations())
    soon = year[matrix.indices] - year[cited] <= years  # False if a year is unknown
    counted = np.bincount(cited[soon], minlength=len(matrix.papers)).astype(np.float64)
    return np.where(np.isnan(year), np.nan, counted)


def _sum_citing(matrix: CitationMatrix, weights: Floats) -> Floats:
    """Return the sum of the weights of each paper's citing papers."""
    summed: Floats = matrix.to_sparse() @ weights
    return summed


# --- flows -----------------------------------------------------------------------------------------------


def local_pagerank(matrix: CitationMatrix, *, alpha: float = 0.5) -> Floats:
    """Estimate each paper's PageRank from its citing papers alone, shape (n,).

    The sum over citing papers i of (1 + alpha c_i / mean k) / k_i. k_i are their references and c_i their citations,
    as the source counts them, or as the matrix holds them if that is more or the source has no count. The mean is over
    the papers whose references the source counts, or over all if there are none.
    """
    return _sum_citing(matrix, weigh_citing(matrix, alpha=alpha))


def weigh_citing(matrix: CitationMatrix, *, alpha: float = 0.5) -> Floats:
    """Return the weight that each paper adds to the `local_pagerank` of the papers it cites, shape (n,)."""
    check_alpha(alpha)
    references = count_true_references(matrix)
    citations = np.fmax(matrix.citation_counts, matrix.count_citations())
    counted = references[~np.isnan(matrix.reference_counts)]
    among = counted if len(counted) else references
    mean = among.mean() if len(among) else 1.0
    weights: Floats = (1 + alpha * citations / mean) / references
    return weights


def count_true_references(matrix: CitationMatrix) -> Floats:
    """Return the number of references of each paper, shape (n,): the source's count, or the matrix's if larger.

    At least 1, so that it can be a divisor.
    """
    references: Floats = np.fmax(matrix.reference_counts, matrix.count_references())
    return np.maximum(references, 1.0)


def citerank(matrix: CitationMatrix, as_of: date, *, alpha: float = 0.5, tau: float = 2.6) -> Floats:
    """Return CiteRank, shape (n,): the traffic of readers who start at recent papers and follow references.

    The sum over n of (1 - alpha)^n P^n rho, with rho_j ~ exp(-age_j / tau), tau in years (Walker, Xie, Yan, Maslov
    2007, "Ranking scientific publications using a model of network traffic"). No reader starts at a paper without a
    date.
    """
    check_alpha(alpha)
    start = np.nan_to_num(np.exp(-measure_ages(matrix, as_of) / tau))
    return solve_flow(matrix.flow, start / max(start.sum(), 1e-300), (1 - alpha) * matrix.shares)


def ram(matrix: CitationMatrix, as_of: date, *, gamma: float = 0.3) -> Floats:
    """Return citations weighted by gamma^(age of the citing paper in years), shape (n,).

    Retained adjacency matrix: Ghosh, Kuo, Hsu, Lin, Lerman 2011, "Time-aware ranking in dynamic citation networks".
    Citing papers without a date have weight 0.
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
    """Return AttRank, x = alpha P x + beta A + (1 - alpha - beta) T, shape (n,), sums to 1.

    A is each paper's share of the citations of the last `years`, T ~ exp(-decay age) (Kanellos, Vergoulis,
    Sacharidis, Dalamagas, Vassiliou 2021, "Ranking papers by their short-term scientific impact").
    """
    check_alpha(alpha)
    if not 0 <= beta <= 1 - alpha:
        raise ValueError(f"beta is {beta!r}; should be from 0 to {1 - alpha:g}, so that alpha + beta is at most 1")
    attention = recent_citations(matrix, as_of, months=round(years * _MONTHS_A_YEAR))
    newness = np.nan_to_num(np.exp(-decay * measure_ages(matrix, as_of)))
    start = beta * attention / max(attention.sum(), 1.0) + (1 - alpha - beta) * newness / max(newness.sum(), 1e-300)
    return pagerank(matrix, alpha=alpha, personalization=start, dangling=np.ones(len(matrix.papers)))


def katz(matrix: CitationMatrix, *, alpha: float = 0.05) -> Floats:
    """Return Katz centrality, shape (n,): paths of citations of length k, weighted by alpha^k (Katz 1953).

    Raises
    ------
    ValueError
        The sum diverges with this alpha, because citations are cyclic.
    """
    check_alpha(alpha)
    size = len(matrix.papers)
    return solve_flow(matrix.flow, np.ones(size), np.full(size, alpha)) - 1


# --- normalized by age -----------------------------------------------------------------------------------


def rescale(matrix: CitationMatrix, scores: Floats, *, window: int = 1000) -> Floats:
    """Rescale scores to standard deviations above the mean of the papers nearest in time.

    Parameters
    ----------
    matrix : CitationMatrix
        The citations.
    scores : float64, shape (n,)
        Scores of another measure.
    window : int
        The number of nearest papers, in days; all that are as near as the last of them count too (Mariani, Medo, Zhang
        2016, "Identification of milestone papers through time-balanced network centrality").

    Returns
    -------
    float64, shape (n,)
        NaN without a date or score, 0 if all scores of the window are equal.
    """
    mean, spread = measure_surroundings(matrix.dates, scores, window=window)
    rescaled: Floats = np.where(np.isnan(mean), np.nan, 0.0)
    np.divide(scores - mean, spread, out=rescaled, where=spread > 0)
    return rescaled


def measure_surroundings(dates: Dates, scores: Floats, *, window: int) -> tuple[Floats, Floats]:
    """Return the mean and the standard deviation of the scores nearest in time to each, both of the shape of `scores`.

    Those are the `window` papers fewest days apart, itself included, and all that are as near as the last of them: so
    papers of one day are never separated. NaN for papers without a date or a score, which are in no window either. The
    deviation is 0 if all are equal.

    Parameters
    ----------
    dates : datetime64[D], shape (n,)
    scores : float64, shape (n,) or (n, draws)
        Known for the same papers in each draw.
    window : int
    """
    known = np.isnan(scores.reshape(len(dates), -1)[:, :1]).ravel()
    dated = np.flatnonzero(~np.isnat(dates) & ~known)
    dated = dated[np.argsort(dates[dated], kind="stable")]
    mean, spread = np.full(scores.shape, np.nan), np.full(scores.shape, np.nan)
    if not len(dated):
        return mean, spread
    low, high = _find_nearest(dates[dated], min(window, len(dated)))
    width = (high - low).reshape(-1, *[1] * (scores.ndim - 1))
    center = scores[dated].mean(axis=0)  # sums of squares lose precision far from 0
    values = scores[dated] - center
    start = np.zeros((1, *scores.shape[1:]))
    sums, squares = (np.concatenate([start, np.cumsum(part, axis=0)]) for part in (values, values**2))
    shift = (sums[high] - sums[low]) / width
    found = np.sqrt(np.maximum((squares[high] - squares[low]) / width - shift**2, 0.0))
    mean[dated], spread[dated] = center + shift, np.where(found > _MIN_SPREAD, found, 0.0)
    return mean, spread


def _find_nearest(days: Dates, number: int) -> tuple[Integers, Integers]:
    """Return where, in sorted days, the least span around each day begins and ends that holds at least `number`."""
    day = days.astype(np.int64)

    def bound(radius: Integers) -> tuple[Integers, Integers]:
        return np.searchsorted(day, day - radius, "left"), np.searchsorted(day, day + radius, "right")

    least, most = np.full(len(day), -1), np.full(len(day), int(day[-1] - day[0]))
    while (most - least > 1).any():  # halve the radii between one too small and one large enough
        middle = (least + most) // 2
        first, last = bound(middle)
        enough = last - first >= number
        least, most = np.where(enough, least, middle), np.where(enough, middle, most)
    return bound(most)


def cohort_percentile(matrix: CitationMatrix, scores: Floats) -> Floats:
    """Return the percentile of each score among papers of its age, shape (n,), 0 to 100.

    100 (midrank - 0.5) / n among the papers published within 9 months, or within 18 months if those are fewer than 30.
    NaN if even those are fewer than 30, and without a date or score.
    """
    percentiles = np.full(len(scores), np.nan)
    known = np.flatnonzero(~np.isnat(matrix.dates) & ~np.isnan(scores))
    days = matrix.dates[known]
    for place, paper in enumerate(known):
        _, cohort = find_near(days, days[place])
        if cohort.stop - cohort.start >= MIN_COHORT:
            ranks = rank_values(scores[known[cohort]])
            percentiles[paper] = 100 * (ranks[place - cohort.start] - 0.5) / len(ranks)
    return percentiles


def find_near(days: Dates, day: np.datetime64) -> tuple[int, slice]:
    """Return the window in months, 9 or 18, and the slice of sorted days within it; 18 if 9 hold fewer than 30."""
    for months in COHORT_MONTHS:
        apart = np.timedelta64(round(months / _MONTHS_A_YEAR * DAYS_A_YEAR), "D")
        first, last = np.searchsorted(days, [day - apart, day + apart + np.timedelta64(1, "D")]).tolist()
        if last - first >= MIN_COHORT:
            break
    return months, slice(first, last)


# --- for exploration -------------------------------------------------------------------------------------


def search_path_count(matrix: CitationMatrix) -> Floats:
    """Return the natural logarithm of the number of citation paths through each paper, shape (n,).

    Paths run from uncited papers to papers without references (Hummon, Doreian 1989; Batagelj 2003). Citations within a
    cycle are left out. Limits: on a sample of the literature the count depends on the sample.
    """
    above, below = count_paths(matrix)
    return above + below


def count_paths(matrix: CitationMatrix) -> tuple[Floats, Floats]:
    """Return the natural logarithms of the number of citation paths to each paper and from it.

    Two arrays of shape (n,): paths from uncited papers, and paths to papers without references, as in
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
    """Return the logarithm of the number of paths that end at each paper, 0 where a path begins."""
    counted = np.zeros(steps.shape[0])
    for paper in order.tolist():
        before = steps.indices[steps.indptr[paper] : steps.indptr[paper + 1]]
        if len(before):
            counted[paper] = np.logaddexp.reduce(counted[before])
    return counted


def disruption(matrix: CitationMatrix, *, min_references: int = 5, min_citations: int = 10) -> Floats:
    """Return the CD index of each paper, shape (n,), -1 to 1 (Funk, Owen-Smith 2017, without their time limit).

    (f - b) / (f + b + r): f papers of later days cite it but none of its references, b cite both, r cite its references
    only. NaN without a date, or with fewer references or citations in the matrix than given. Limits: on a sample of the
    literature the index depends on the sample.
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
        related, later = (found[matrix.dates[found] > matrix.dates[paper]] for found in (related, citing))
        both = len(np.intersect1d(later, related, assume_unique=True))
        first, rest = len(later) - both, len(related) - both
        if first + both + rest:
            indexes[paper] = (first - both) / (first + both + rest)
    return indexes
