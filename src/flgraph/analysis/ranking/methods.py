"""The ranking methods: the data each needs, its score, and the parts that add up to the score of each paper.

A score is the sum of its parts, so that an explanation is exact. To add a method, write a function that returns its
`Scored`, and enter it under its name in `MethodName` and `_RANKINGS`. A measure of a citation matrix alone goes to
`measures.py`, where other code can use it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from flgraph.analysis.citation_matrix import Floats, Mask
from flgraph.analysis.flow.solve import solve_flow
from flgraph.analysis.ranking.draws import Adding
from flgraph.analysis.ranking.measures import (
    COHORT_MONTHS,
    DAYS_A_YEAR,
    MIN_COHORT,
    count_true_references,
    measure_ages,
    measure_surroundings,
    weigh_citing,
    weigh_recent,
)
from flgraph.analysis.ranking.missing_data import explain_missing
from flgraph.analysis.ranking.normalized import (
    count_recent,
    find_cohorts,
    measure_current_rates,
    measure_midranks,
    measure_standing,
)
from flgraph.analysis.ranking.observations import Observations
from flgraph.analysis.ranking.scored import Method, Scored
from flgraph.checks import suggest_name

MethodName = Literal[
    "age_normalized",
    "current_attention",
    "popularity",
    "influence",
    "impulse",
    "citation_count",
    "citations_per_year",
    "catalog_citations",
    "s2_influential",
]
METHODS: Final[tuple[MethodName, ...]] = get_args(MethodName)

COHORT_SIZE: Final = "papers of its age around the catalog"
"""The input that says how many papers a score was held against."""

FOR_AGE: Final = "cited for its age"
RECENT: Final = "cited in the last 12 months"
FOR_AGE_TOO: Final = "all citations for its age"
CURRENT_RATE: Final = "citations a year in the last 12 months"
POINTS: Final = {FOR_AGE: 50, RECENT: 50}
"""The most points of each part of age_normalized; the parts of other methods are in the unit of the score."""
ATTENTION_POINTS: Final = {FOR_AGE_TOO: 30, CURRENT_RATE: 70}
"""The most points of each part of current_attention."""

_HALF_YEAR: Final = 0.5
_IMPULSE_YEARS: Final = 3
_NEAREST: Final = 20
_ALPHA: Final = 0.1
_BETA: Final = 0.5
_DECAY: Final = 0.48
_MONTHS_A_YEAR: Final = 12


# --- counts ----------------------------------------------------------------------------------------------


def _measure_counts(observed: Observations, usable: Mask) -> Scored:
    counts = np.where(usable, observed.counts, np.nan)
    return Scored(
        parts=_split_counts(observed, counts),
        adds=observed.citing,
        redo=lambda add: _recount(counts, observed.citing, add),
        inputs={"citations": counts},
        coverage=np.where(usable, _share_known(observed) if observed.is_past else 1.0, 0.0),
    )


def _share_known(observed: Observations) -> Floats:
    """Return the share of each paper's citations that are listed with a date, shape (m,), 0 to 1; NaN if unknown."""
    return observed.listed_share * observed.dated_share


def _split_counts(observed: Observations, counts: Floats) -> dict[str, Floats]:
    return {
        "citing papers in the graph": np.where(np.isnan(counts), np.nan, observed.listed),
        "self-citations in the graph": np.where(np.isnan(counts), np.nan, observed.self_citations),
        "counted by the source beyond these": counts - observed.listed - observed.self_citations,
    }


def _recount(counts: Floats, citing: sp.csr_array, add: Adding) -> Floats:
    """Add up citing papers and the citations that are counted beyond those, shape (m, draws); NaN without a count."""
    listed = np.asarray(citing.sum(axis=1)).ravel()
    return np.where(np.isnan(counts)[:, None], np.nan, add(citing, unlisted=counts - listed).total)


def _measure_yearly(observed: Observations, usable: Mask) -> Scored:
    counted = _measure_counts(observed, usable)
    years = np.where(usable, observed.ages + _HALF_YEAR, np.nan)
    return Scored(
        parts={name: part / years for name, part in counted.parts.items()},
        adds=_scale_rows(observed.citing, 1 / years),
        redo=lambda add: counted.redo(add) / years[:, None],
        inputs={**counted.inputs, "age in years": observed.ages},
        coverage=counted.coverage,
    )


def _scale_rows(matrix: sp.csr_array, factors: Floats) -> sp.csr_array:
    return (sp.diags_array(np.nan_to_num(factors)) @ matrix).tocsr()


def _measure_influential(observed: Observations, usable: Mask) -> Scored:
    counts = np.where(usable, observed.read_numbers("influential_citation_count"), np.nan)
    listed = np.asarray(observed.influential.sum(axis=1)).ravel()
    return Scored(
        parts={
            "influential citations in the graph": np.where(np.isnan(counts), np.nan, listed),
            "counted by the source beyond these": counts - listed,
        },
        adds=observed.influential,
        redo=lambda add: _recount(counts, observed.influential, add),
        inputs={"influential citations": counts, "citations": observed.counts},
        coverage=usable.astype(np.float64),
    )


def _measure_in_catalog(observed: Observations, usable: Mask) -> Scored:
    """Count citing papers of the catalog, among those whose references a source lists, at least in part."""
    shares = observed.is_published * np.array([_read_reference_share(data) for data in observed.papers.values()])
    citing = _keep_columns(observed, observed.places[shares > 0])
    # Rounded, so that full coverage is exactly 1.
    coverage = np.round((shares.sum() - shares) / np.maximum(observed.is_published.sum() - observed.is_published, 1), 9)
    found = np.where(usable & (coverage > 0), np.asarray(citing.sum(axis=1)).ravel(), np.nan)
    return Scored(
        parts={"papers of the catalog that cite it": found},
        adds=citing,
        redo=lambda add: np.where(np.isnan(found)[:, None], np.nan, add(citing).total),
        inputs={"papers of the catalog that cite it": found},
        coverage=coverage,
        notes=dict.fromkeys(np.flatnonzero(coverage == 0).tolist(), "no other paper's references are known"),
    )


def _read_reference_share(data: Mapping[str, Any]) -> float:
    """Return the share of a paper's references that are listed, 0 to 1; 1 without a count of references."""
    if data.get("references") != "known":
        return 0.0
    count = data.get("reference_count", 0)
    return min(1.0, data.get("references_listed", count) / count) if count else 1.0


def _keep_columns(observed: Observations, places: npt.NDArray[np.int64]) -> sp.csr_array:
    kept = np.zeros(len(observed.matrix.papers))
    kept[places] = 1.0
    citing = (observed.citing @ sp.diags_array(kept)).tocsr()
    citing.eliminate_zeros()
    return citing


def _measure_impulse(observed: Observations, usable: Mask) -> Scored:
    year = observed.matrix.dates.astype("datetime64[Y]").astype(np.float64) + 1970
    year[np.isnat(observed.matrix.dates)] = np.nan
    ends = observed.citing.tocoo()
    apart = year[ends.col] - year[observed.places[ends.row]]
    soon = apart <= _IMPULSE_YEARS  # False if a year is unknown
    rows, years = ends.row[soon], np.maximum(apart[soon], 0)
    shape = observed.citing.shape
    adds = sp.csr_array((np.ones(len(rows)), (rows, ends.col[soon])), shape=shape)
    names = ["in the year of publication or before", *(f"{n} years after" for n in range(1, _IMPULSE_YEARS + 1))]
    names[1] = "1 year after"
    parts = {
        name: np.where(usable, np.bincount(rows[years == number], minlength=shape[0]), np.nan)
        for number, name in enumerate(names)
    }
    return Scored(
        parts=parts,
        adds=adds,
        redo=lambda add: np.where(usable[:, None], add(adds, until=_close_windows(observed)).total, np.nan),
        inputs={"citing papers in the graph": np.where(usable, observed.listed, np.nan)},
        coverage=_share_known(observed),
        notes={
            number: f"citation window still open: counted until {observed.as_of}"
            for number, paper in enumerate(observed.places)
            if observed.as_of < date(int(np.nan_to_num(year[paper])) + _IMPULSE_YEARS, 12, 31)
        },
    )


def _close_windows(observed: Observations) -> Floats:
    """Return the age of each paper at the end of its window for `impulse`, in years, shape (m,)."""
    published = observed.matrix.dates[observed.places]
    end = (published.astype("datetime64[Y]") + np.timedelta64(_IMPULSE_YEARS + 1, "Y")).astype("datetime64[D]")
    return np.where(np.isnat(published), np.inf, (end - published).astype(np.float64) / DAYS_A_YEAR)


# --- flows -----------------------------------------------------------------------------------------------


def _measure_popularity(observed: Observations, usable: Mask) -> Scored:
    matrix = observed.matrix
    recent = weigh_recent(matrix, observed.as_of)
    attention = matrix.to_sparse() @ recent
    per_citation = _BETA / max(attention.sum(), 1.0)
    newness = np.nan_to_num(np.exp(-_DECAY * measure_ages(matrix, observed.as_of)))
    newness *= (1 - _ALPHA - _BETA) / max(newness.sum(), 1e-300)
    # The weight of references outside the graph leaves it.
    shares = _ALPHA / count_true_references(matrix)
    weight = solve_flow(matrix.flow, per_citation * attention + newness, shares)
    not_out = matrix.dates > np.datetime64(observed.as_of, "D")
    scale = float((~not_out).sum()) / max(float(weight.sum()), 1e-300)
    parts = {
        "citations of the last 12 months": per_citation * attention,
        "received from citing papers": matrix.to_sparse() @ (shares * weight),
        "newness": newness,
    }
    members = {name: np.where(usable, scale * part[observed.places], np.nan) for name, part in parts.items()}
    received = (observed.citing @ sp.diags_array(scale * shares * weight)).tocsr()
    beside = attention.sum() - attention[observed.places].sum()
    newness = members["newness"][:, None]

    def redo(add: Adding) -> Floats:
        now = np.where(observed.is_listed[:, None], add(observed.citing).recent, attention[observed.places][:, None])
        shared = scale * _BETA * now / np.maximum(beside + now.sum(axis=0), 1.0)
        return np.where(usable[:, None], newness + shared + add(received).total, np.nan)

    return Scored(
        parts=members,
        adds=(observed.citing @ sp.diags_array(scale * per_citation * recent)).tocsr() + received,
        redo=redo,
        inputs={"citations of the last 12 months": count_recent(observed), "age in years": observed.ages},
        coverage=_share_known(observed),
    )


def _measure_influence(observed: Observations, usable: Mask) -> Scored:
    from_each = weigh_citing(observed.matrix)
    adds = (observed.citing @ sp.diags_array(from_each)).tocsr()
    received = np.where(usable, adds @ np.ones(len(from_each)), np.nan)
    mean, spread = _find_surroundings(observed, received)
    unit = np.divide(1.0, spread, out=np.zeros(len(spread)), where=spread > 0)
    return Scored(
        parts={"received from citing papers": received * unit, "less the mean of papers of its time": -mean * unit},
        adds=_scale_rows(adds, unit),
        redo=lambda add: _rescale(observed, np.where(usable[:, None], add(adds).total, np.nan)),
        inputs={"local PageRank": received, "mean of its time": mean, "standard deviation of its time": spread},
        coverage=observed.listed_share,
    )


def _find_surroundings(observed: Observations, values: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation over the 20 papers of the catalog nearest in time, each of the same shape."""
    return measure_surroundings(observed.matrix.dates[observed.places], values, window=_NEAREST)


def _rescale(observed: Observations, received: Floats) -> Floats:
    mean, spread = _find_surroundings(observed, received)
    rescaled: Floats = np.where(np.isnan(mean), np.nan, 0.0)
    np.divide(received - mean, spread, out=rescaled, where=spread > 0)
    return rescaled


# --- the age-normalized score ----------------------------------------------------------------------------


def _measure_age_normalized(observed: Observations, usable: Mask) -> Scored:
    cohorts = find_cohorts(observed)
    citations = np.where(usable, observed.counts, np.nan)
    standing = measure_standing(citations, cohorts)
    recent = np.where(np.isnan(standing), np.nan, count_recent(observed))
    is_recent = weigh_recent(observed.matrix, observed.as_of)

    def redo(add: Adding) -> Floats:
        listed = np.asarray(observed.citing.sum(axis=1)).ravel()
        drawn = add(observed.citing, unlisted=citations - listed)
        total, now = (np.where(np.isnan(standing)[:, None], np.nan, part) for part in (drawn.total, drawn.recent))
        return 50 * (measure_standing(total, cohorts) + measure_midranks(now))

    return Scored(
        parts={FOR_AGE: 50 * standing, RECENT: 50 * measure_midranks(recent)},
        adds=(observed.citing @ sp.diags_array(1 + is_recent)).tocsr(),
        redo=redo,
        inputs={
            "citations": observed.counts,
            "citations of the last 12 months": count_recent(observed),
            COHORT_SIZE: np.where(np.isnan(observed.ages), np.nan, cohorts.size),
            "published at most so many months apart": np.where(np.isnan(observed.ages), np.nan, cohorts.months),
            "mean of log(1 + citations) among them": cohorts.mean,
            "standard deviation of log(1 + citations) among them": cohorts.spread,
            "neighbourhood percentile": cohorts.percentile,
        },
        coverage=_share_known(observed),
        notes=_note_cohorts(cohorts.size, cohorts.months),
    )


def _measure_attention(observed: Observations, usable: Mask) -> Scored:
    cohorts = find_cohorts(observed)
    citations = np.where(usable, observed.counts, np.nan)
    standing = measure_standing(citations, cohorts)
    # Totals hold self-citations and cannot be cleaned, so recent citations hold them too.
    listed = (observed.citing + observed.self_citing).tocsr()
    is_recent = weigh_recent(observed.matrix, observed.as_of)
    recent = np.where(np.isnan(standing), np.nan, listed @ is_recent)
    rates = measure_current_rates(recent, observed.ages)
    exposure = np.where(np.isnan(recent), np.nan, np.minimum(observed.ages, 1))
    u, v = ATTENTION_POINTS[FOR_AGE_TOO], ATTENTION_POINTS[CURRENT_RATE]

    def redo(add: Adding) -> Floats:
        drawn = add(listed, unlisted=citations - np.asarray(listed.sum(axis=1)).ravel())
        total, now = (np.where(np.isnan(standing)[:, None], np.nan, part) for part in (drawn.total, drawn.recent))
        return u * measure_standing(total, cohorts) + v * measure_midranks(measure_current_rates(now, observed.ages))

    return Scored(
        parts={FOR_AGE_TOO: u * standing, CURRENT_RATE: v * measure_midranks(rates)},
        adds=(listed @ sp.diags_array(1 + is_recent)).tocsr(),
        redo=redo,
        inputs={
            "citations": observed.counts,
            "citations of the last 12 months, self-citations included": recent,
            "exposure, in years": exposure,
            "citations a year, drawn to the mean of the list": rates,
            COHORT_SIZE: np.where(np.isnan(observed.ages), np.nan, cohorts.size),
            "mean of log(1 + citations) among them": cohorts.mean,
            "standard deviation of log(1 + citations) among them": cohorts.spread,
        },
        coverage=_share_known(observed),
        notes=_note_cohorts(cohorts.size, cohorts.months),
    )


def _note_cohorts(sizes: npt.NDArray[np.int64], months: npt.NDArray[np.int64]) -> dict[int, str]:
    notes = {}
    for number, (size, window) in enumerate(zip(sizes.tolist(), months.tolist(), strict=True)):
        if size < MIN_COHORT:
            notes[number] = (
                f"fewer than {MIN_COHORT} papers of the same age to compare with ({size} within {window} months)"
            )
        elif window != COHORT_MONTHS[0]:
            notes[number] = f"compared with papers within {window} months"
    return notes


# --- all of them -----------------------------------------------------------------------------------------

_MUCH_CITED: Final = "up to 99% of the true ranks in lists with 50 citations a year"

_STANDING: Final = (
    "u is the middle-rank percentile, among the papers of the catalog, of z = (log(1 + citations) - mean) / (standard "
    "deviation + 0.5), mean and standard deviation over papers outside the catalog published within 9 months of it (18 "
    "months where these are under 30)"
)

_RANKINGS: Final[Mapping[MethodName, Method]] = {
    "age_normalized": Method(
        _measure_age_normalized,
        frozenset({"count", "date", "listing", "citing dates", "counts around"}),
        "0 to 100",
        f"50 u + 50 v: {_STANDING}; v is the middle-rank percentile of the citations received in the last 12 months",
        adds="2 where it counts in both parts, 1 where in the first only",
    ),
    "current_attention": Method(
        _measure_attention,
        frozenset({"count", "date", "listing", "citing dates", "counts around"}),
        "points of 100",
        f"30 u + 70 v: {_STANDING}; v is the middle-rank percentile of (citations received in the last 12 months + "
        "0.5 r) / (exposure + 0.5), exposure the age in years, at most 1, and r the sum of these citations over that "
        "of the exposures; self-citations count in both",
        adds="2 where it counts in both parts, 1 where in the first only",
    ),
    "popularity": Method(
        _measure_popularity,
        frozenset({"listing", "date", "citing dates"}),
        "times the mean of all papers of the graph",
        "AttRank x = 0.1 P x + 0.5 A + 0.4 T, A the share of the citations of the last 12 months, T proportional to "
        "exp(-0.48 age in years), P with each citing paper's own count of references (Kanellos et al. 2021)",
        limits="up to 99% of the true scores in lists with half a citation a year, down to 87% of the true ranks if "
        f"the attention to each paper drifts by itself, and {_MUCH_CITED}",
    ),
    "influence": Method(
        _measure_influence,
        frozenset({"listing", "date", "counts around"}),
        "standard deviations above the papers of its time",
        "PageRank as the citing papers alone tell it, the sum over them of (1 + 0.5 citations / mean references) / "
        "references, less its mean over the 20 papers of the catalog nearest in days "
        "(more, if the last of them tie), over their standard deviation "
        "(Mariani, Medo, Zhang 2016)",
        covers="of its citations are listed",
        limits=_MUCH_CITED,
    ),
    "impulse": Method(
        _measure_impulse,
        frozenset({"listing", "date", "citing dates"}),
        "citations",
        "citations by papers of its calendar year of publication, or before, and of the 3 calendar years after",
    ),
    "citation_count": Method(
        _measure_counts, frozenset({"count"}), "citations", "citations in all", limits=_MUCH_CITED
    ),
    "citations_per_year": Method(
        _measure_yearly,
        frozenset({"count", "date"}),
        "citations a year",
        "citations in all / (age in years + 0.5)",
        limits=_MUCH_CITED,
    ),
    "catalog_citations": Method(
        _measure_in_catalog,
        frozenset(),
        "papers of the catalog",
        "papers of the catalog that cite it, over those whose references are known",
        covers="of the references of the other papers are known",
    ),
    "s2_influential": Method(
        _measure_influential,
        frozenset({"influential"}),
        "citations",
        "citations that Semantic Scholar calls influential; how many papers it could judge is uneven",
        limits=_MUCH_CITED,
    ),
}


def find_method(by: MethodName) -> Method:
    """Find a method by its name.

    Raises
    ------
    ValueError
        No method has this name.
    """
    if by not in METHODS:
        raise ValueError(f"by is {by!r}; should be one of {', '.join(METHODS)}{suggest_name(str(by), METHODS)}")
    return _RANKINGS[by]


def score_papers(observed: Observations, by: MethodName, *, youngest_months: int = 6) -> Scored:
    """Score the papers of a catalog by a method; notes say why a paper has no score.

    Parameters
    ----------
    observed : Observations
        From `read_observations`.
    by : str
        One of `METHODS`.
    youngest_months : int
        `age_normalized` does not score papers published within this many months before the day.
    """
    method = find_method(by)
    youngest = youngest_months if by == "age_normalized" else 0
    reasons = {
        number: reason
        for number in range(len(observed.papers))
        if (reason := explain_missing(observed, number, method.needs, youngest))
    }
    if observed.excludes_surveys:
        left_out = ((number, node) for number, node in enumerate(observed.papers) if node in observed.surveys)
        reasons |= {number: f"survey, left out (by its {observed.surveys[node]})" for number, node in left_out}
    usable = np.ones(len(observed.papers), dtype=bool)
    usable[list(reasons)] = False
    scored = method.measure(observed, usable)
    coverage = np.where(observed.is_published, scored.coverage, np.nan)
    return replace(scored, coverage=coverage, notes={**scored.notes, **reasons})
