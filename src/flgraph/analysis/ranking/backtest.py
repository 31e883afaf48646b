"""Evaluate measures against later citations, and compare two rankings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal, NamedTuple, get_args

import networkx as nx
import numpy as np
import pandas as pd

from flgraph.analysis.citation_matrix import (
    CitationMatrix,
    Floats,
    Integers,
    build_citation_matrix,
    build_from_frames,
)
from flgraph.analysis.ranking import measures
from flgraph.analysis.ranking.evaluation import measure_age_bias, measure_ndcg, measure_overlap, measure_spearman
from flgraph.analysis.ranking.observations import Observations, make_observations, read_observations
from flgraph.analysis.ranking.pagerank import pagerank
from flgraph.analysis.ranking.record import Ranking, to_ranking
from flgraph.checks import read_day, refuse_number
from flgraph.errors import GraphError
from flgraph.graph.tables import Table, describe_graph

Measure = Callable[[CitationMatrix, date], Floats]
"""A measure at a cut-off: from the citations up to a day and that day to one number a paper."""

Testable = Literal[
    "citation_count",
    "citations_per_year",
    "recent_citations",
    "impulse",
    "ram",
    "attrank",
    "citerank",
    "local_pagerank",
    "pagerank",
]

MEASURES: Final[Mapping[str, Measure]] = {
    "citation_count": lambda past, _: measures.citation_count(past),
    "citations_per_year": measures.citations_per_year,
    "recent_citations": measures.recent_citations,
    "impulse": lambda past, _: measures.impulse(past),
    "ram": measures.ram,
    "attrank": measures.attrank,
    "citerank": measures.citerank,
    "local_pagerank": lambda past, _: measures.local_pagerank(past),
    "pagerank": lambda past, _: pagerank(past),
}
"""The measures of a citation matrix alone, by name."""
_CONTROLS: Final = ("newest_first", "random")
_MIN_PAPERS: Final = 10
_MIN_PAPERS_A_YEAR: Final = 5
_MIN_PAPERS_FOR_BIAS: Final = 1000  # the top 1 % are ten papers then; fewer cannot be spread over age groups
_LIMITS: Final = (2.5, 97.5)
_MAX_CUTOFFS: Final = 5


class _Split(NamedTuple):
    """The papers of a catalog at a cut-off: their scores by each method, later citations, and years."""

    papers: Integers
    scores: Mapping[str, Floats]
    gains: Floats
    years: Integers


def evaluate_ranking(
    graph: nx.MultiDiGraph[Any] | CitationMatrix | tuple[pd.DataFrame, pd.DataFrame],
    methods: Sequence[Testable] | Mapping[str, Measure] | None = None,
    cutoffs: Sequence[date | str] | None = None,
    *,
    horizon_months: int = 24,
    top: int = 10,
    draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Evaluate how well measures at past cut-offs predict the next citations of the papers of the catalog.

    At each cut-off a measure uses only papers and citations up to that day. Its scores are compared with the citations
    by papers of the months after. To choose a method, use cut-offs whose horizon ends before the cut-offs you report.

    Parameters
    ----------
    graph : KnowledgeGraph, CitationMatrix, or two DataFrames
        A graph built with a snapshot of depth 1: the papers of its catalog are ranked. Or a matrix, or the tables of
        papers and of citations that `build_from_frames` takes: all papers are ranked, and citations count until the
        newest date.
    methods : sequence of str, mapping of str to callable, or None
        Names of measures, or functions of a `CitationMatrix` and a day by name; None takes all named measures.
        age_normalized, current_attention and s2_influential are unavailable: they need the counts of the past day.
    cutoffs : sequence of date or str, or None
        The days, as dates or as text such as "2024-01-31"; None takes the last five ends of years with a complete
        horizon and at least ten papers.
    horizon_months : int
        The number of months after a cut-off in which citations count.
    top : int
        The number of first papers that count for `ndcg` and `overlap`.
    draws, seed : int
        For the paired bootstrap over papers; the seed also for the control `random`.

    Returns
    -------
    DataFrame
        Index: method, with the controls `newest_first` and `random` last. Means over the cut-offs: `spearman` (-1 to
        1), `ndcg`, `overlap` (0 to 1), `cohort_spearman` (within years of at least five papers; missing without such a
        year), `age_bias` (1: none; missing with fewer than 1,000 papers). `difference_low`, `difference_high`: the 95%
        bootstrap interval of the difference in ndcg from the first method, over papers that are drawn once for all
        cut-offs, since cut-offs share papers; a method is better or worse only if the interval excludes 0. `papers`
        (mean number), `unscored` (papers left out for lack of a score). `attrs` holds
        cut-offs, horizon and snapshot.

    Limits: the papers of today's list were chosen with hindsight, at the cut-offs too.

    Raises
    ------
    GraphError
        Citing papers are unknown, a matrix has no dates, or no cut-off has ten papers.
    ValueError
        A method is unknown, the horizon of a cut-off ends after the snapshot, or a number is invalid.
    """
    chosen = _choose_measures(methods)
    for name, number in (("horizon_months", horizon_months), ("top", top)):
        refuse_number(name, number, least=1)
    for name, number in (("draws", draws), ("seed", seed)):
        refuse_number(name, number)
    observed = _observe(graph)
    if not observed.is_listed.any():
        raise GraphError("the citing papers are unknown; run `flgraph build` at depth 1")
    days = _choose_cutoffs(observed, cutoffs, horizon_months)
    splits = [_split(observed, chosen, day, horizon_months, seed) for day in days]
    first = next(iter(chosen))
    rows = {name: _measure(name, first, splits, top=top, draws=draws, seed=seed) for name in splits[0].scores}
    table = Table(pd.DataFrame.from_dict(rows, orient="index").rename_axis("method"))
    table.attrs = {
        **(describe_graph(graph) if isinstance(graph, nx.MultiDiGraph) else {}),
        "caption": f"citations of {horizon_months} months after {', '.join(map(str, days))}; differences to {first}",
        "cutoffs": [day.isoformat() for day in days],
        "horizon_months": horizon_months,
        "top": top,
        "draws": draws,
        "seed": seed,
    }
    return table


def _observe(given: nx.MultiDiGraph[Any] | CitationMatrix | tuple[pd.DataFrame, pd.DataFrame]) -> Observations:
    matrix = build_from_frames(*given) if isinstance(given, tuple) else given
    if not isinstance(matrix, CitationMatrix):
        return read_observations(matrix)
    dated = matrix.dates[~np.isnat(matrix.dates)]
    if not len(dated):
        raise GraphError("no paper has a date, so there is no past to evaluate; add a column of dates or years")
    newest: date = dated.max().item()
    return make_observations(matrix, {paper: {"citations": "known"} for paper in matrix.papers}, newest)


def _choose_measures(methods: Sequence[Testable] | Mapping[str, Measure] | None) -> Mapping[str, Measure]:
    if methods is None:
        return MEASURES
    if not methods or set(_CONTROLS) & set(methods):
        raise ValueError(
            f"methods are {list(methods)}; should be at least one, and none named {' or '.join(_CONTROLS)}"
        )
    if isinstance(methods, Mapping):
        return dict(methods)
    for name in methods:
        if name in ("age_normalized", "current_attention", "s2_influential"):
            raise ValueError(f"{name} needs the counts of the past day, which a snapshot does not hold; omit it")
        if name not in get_args(Testable):
            raise ValueError(f"no measure is named {name!r}; should be one of {', '.join(get_args(Testable))}")
    return {name: MEASURES[name] for name in methods}


def _choose_cutoffs(observed: Observations, cutoffs: Sequence[date | str] | None, horizon_months: int) -> list[date]:
    if cutoffs is not None:
        days = sorted(read_day("a cut-off", day) for day in cutoffs)
        for day in days:
            if _add_months(day, horizon_months) > np.datetime64(observed.as_of, "D"):
                raise ValueError(
                    f"the {horizon_months} months after {day} end after the snapshot of {observed.as_of}; "
                    "choose an earlier cut-off or a shorter horizon"
                )
    else:
        years = range(observed.as_of.year - 1, 1990, -1)
        ends = [date(year, 12, 31) for year in years]
        closed = [day for day in ends if _add_months(day, horizon_months) <= np.datetime64(observed.as_of, "D")]
        days = sorted([day for day in closed if len(_find_papers(observed, day)) >= _MIN_PAPERS][:_MAX_CUTOFFS])
    few = [day for day in days if len(_find_papers(observed, day)) < _MIN_PAPERS]
    if few or not days:
        which = f"up to {few[0]}" if few else f"{horizon_months} months before {observed.as_of} or earlier"
        raise GraphError(f"fewer than {_MIN_PAPERS} papers with known citing papers were published {which}")
    return days


def _add_months(day: date, months: int) -> np.datetime64:
    month = np.datetime64(day, "M") + np.timedelta64(months, "M")
    last = (month + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return min(month.astype("datetime64[D]") + np.timedelta64(day.day - 1, "D"), last)


def _find_papers(observed: Observations, day: date) -> Integers:
    """Find the papers of the catalog published up to a day with known citing papers, as numbers in the matrix."""
    places = np.sort(observed.places[observed.is_listed])  # oldest first, for `measure_age_bias`
    return places[observed.matrix.dates[places] <= np.datetime64(day, "D")]


def _split(observed: Observations, chosen: Mapping[str, Measure], day: date, horizon_months: int, seed: int) -> _Split:
    matrix = observed.matrix
    papers = _find_papers(observed, day)
    size = int((matrix.dates <= np.datetime64(day, "D")).sum())  # papers are in order of date
    cited = np.repeat(np.arange(len(matrix.papers)), matrix.count_citations())
    known = (cited < size) & (matrix.indices < size)
    past = build_citation_matrix(
        matrix.papers[:size],
        matrix.indices[known],
        cited[known],
        dates=matrix.dates[:size],
        reference_counts=matrix.reference_counts[:size],
    )
    citing_dates = matrix.dates[matrix.indices]
    gained = (citing_dates > np.datetime64(day, "D")) & (citing_dates <= _add_months(day, horizon_months))
    gains = np.bincount(cited[gained], minlength=len(matrix.papers)).astype(np.float64)[papers]
    scores = {name: np.asarray(measure(past, day), dtype=np.float64)[papers] for name, measure in chosen.items()}
    scores["newest_first"] = matrix.dates[papers].astype(np.float64)
    scores["random"] = np.random.default_rng([seed, day.toordinal()]).random(len(papers))
    return _Split(papers, scores, gains, matrix.dates[papers].astype("datetime64[Y]").astype(np.int64))


def _measure(name: str, first: str, splits: Sequence[_Split], *, top: int, draws: int, seed: int) -> dict[str, float]:
    rows = [_measure_split(split, name, top) for split in splits]
    low, high = _bootstrap_differences(name, first, splits, top=top, draws=draws, seed=seed)
    return {
        **{measure: float(pd.Series([row[measure] for row in rows]).mean()) for measure in rows[0]},
        "difference_low": low,
        "difference_high": high,
        "papers": float(np.mean([len(split.gains) for split in splits])),
        "unscored": int(sum(np.isnan(split.scores[name]).sum() for split in splits)),
    }


def _measure_split(split: _Split, name: str, top: int) -> dict[str, float]:
    known = ~np.isnan(split.scores[name])
    scores, gains, years = split.scores[name][known], split.gains[known], split.years[known]
    missing = {"spearman": np.nan, "ndcg": np.nan, "overlap": np.nan, "cohort_spearman": np.nan, "age_bias": np.nan}
    if len(scores) < _MIN_PAPERS or not gains.any():
        return missing
    return {
        "spearman": _correlate(scores, gains),
        "ndcg": measure_ndcg(scores, gains, top=top),
        "overlap": measure_overlap(scores, gains, top=top),
        "cohort_spearman": _correlate_years(scores, gains, years),
        "age_bias": measure_age_bias(scores) if len(scores) >= _MIN_PAPERS_FOR_BIAS else np.nan,
    }


def _correlate(scores: Floats, gains: Floats) -> float:
    """Return Spearman's correlation; NaN if all scores or all gains are equal."""
    alike = np.ptp(scores) == 0 or np.ptp(gains) == 0
    return float("nan") if alike else measure_spearman(scores, gains)


def _correlate_years(scores: Floats, gains: Floats, years: Integers) -> float:
    found = [
        (_correlate(scores[years == year], gains[years == year]), int((years == year).sum()))
        for year in np.unique(years)
        if (years == year).sum() >= _MIN_PAPERS_A_YEAR
    ]
    known = np.array([pair for pair in found if not np.isnan(pair[0])]).reshape(-1, 2)
    return float(np.average(known[:, 0], weights=known[:, 1])) if len(known) else float("nan")


def _bootstrap_differences(
    name: str, first: str, splits: Sequence[_Split], *, top: int, draws: int, seed: int
) -> tuple[float, float]:
    """Bootstrap the difference in nDCG from the first method over papers.

    A draw takes the same papers for both methods and for all cut-offs.
    """
    if name == first or not draws:
        return float("nan"), float("nan")
    papers = np.unique(np.concatenate([split.papers for split in splits]))
    rng = np.random.default_rng(seed)
    differences = []
    for _ in range(draws):
        times = np.bincount(rng.integers(0, len(papers), len(papers)), minlength=len(papers))
        of_cutoffs = []
        for split in splits:
            known = np.flatnonzero(~np.isnan(split.scores[name]) & ~np.isnan(split.scores[first]))
            drawn = np.repeat(known, times[np.searchsorted(papers, split.papers[known])])
            gains = split.gains[drawn]
            if gains.any():
                mine, its = (measure_ndcg(split.scores[by][drawn], gains, top=top) for by in (name, first))
                of_cutoffs.append(mine - its)
        if of_cutoffs:
            differences.append(np.mean(of_cutoffs))
    if not differences:
        return float("nan"), float("nan")
    low, high = np.percentile(differences, _LIMITS)
    return float(low), float(high)


# --- two rankings ----------------------------------------------------------------------------------------


def compare_rankings(one: Ranking | pd.DataFrame, other: Ranking | pd.DataFrame) -> pd.DataFrame:
    """Compare two rankings paper by paper: of two methods, days or catalogs.

    Parameters
    ----------
    one, other : Ranking or DataFrame
        From `make_ranking` or `rank_papers`.

    Returns
    -------
    DataFrame
        Index: node id. Order: rank in the first, then in the second, then node id. Columns: `rank_one`, `rank_other`,
        `change` (Int64, the number of places gained in the other; missing without both ranks), `score_one`,
        `score_other`, `intervals_apart` (boolean: the rank intervals do not overlap; missing without both intervals),
        `title`, `only_in` ("one" or "other"; missing if the paper is in both). `attrs` holds the parameters of both
        rankings and, over the papers with both ranks, `common` (their number), `spearman`, `kendall` (tau-b) and
        `overlap` of the first ten; NaN with fewer than three papers, for the overlap with fewer than eleven.

    Raises
    ------
    ValueError
        An argument is neither, or a table lost its `attrs`.
    """
    first, second = to_ranking(one), to_ranking(other)
    index = first.table.index.union(second.table.index)
    left, right = first.table.reindex(index), second.table.reindex(index)
    overlaps = (left["rank_low"] <= right["rank_high"]) & (right["rank_low"] <= left["rank_high"])
    only_in = pd.Series(pd.NA, index=index, dtype="string")
    only_in[~index.isin(second.table.index)] = "one"
    only_in[~index.isin(first.table.index)] = "other"
    table = pd.DataFrame(
        {
            "rank_one": left["rank"],
            "rank_other": right["rank"],
            "change": left["rank"] - right["rank"],
            "score_one": left["score"],
            "score_other": right["score"],
            "intervals_apart": ~overlaps,
            "title": left["title"].fillna(right["title"]),
            "only_in": only_in,
        }
    )
    ordered = Table(table.sort_index().sort_values(["rank_one", "rank_other"], kind="stable", na_position="last"))
    ordered.attrs = _describe_both(first, second, ordered)
    return ordered


def _describe_both(one: Ranking, other: Ranking, table: pd.DataFrame) -> dict[Any, Any]:
    from scipy.stats import kendalltau  # takes a second to import

    both = table.dropna(subset=["rank_one", "rank_other"])
    ranks = [both[name].to_numpy(dtype=np.float64) for name in ("rank_one", "rank_other")]
    found = {"spearman": float("nan"), "kendall": float("nan"), "overlap": float("nan")}
    if len(both) > 2:
        found = {
            "spearman": _correlate(*ranks),
            "kendall": float(kendalltau(*ranks).statistic),
            "overlap": measure_overlap(-ranks[0], -ranks[1], top=10) if len(both) > _MIN_PAPERS else float("nan"),
        }
    said = [f"by {ranking.by} as of {ranking.as_of}" for ranking in (one, other)]
    agreement = f"Spearman {found['spearman']:.2f} over {len(both)} papers"
    return {"one": one.to_attrs(), "other": other.to_attrs(), "common": len(both), **found,
            "caption": f"one {said[0]}, other {said[1]}; {agreement}"}  # fmt: skip
