"""Rankings held against what came after, and against each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal, NamedTuple, get_args

import networkx as nx
import numpy as np
import pandas as pd
from scipy.stats import kendalltau

from flgraph.analysis.citation_matrix import CitationMatrix, Floats, Integers, build_citation_matrix
from flgraph.analysis.ranking import measures
from flgraph.analysis.ranking.evaluation import measure_age_bias, measure_ndcg, measure_overlap, measure_spearman
from flgraph.analysis.ranking.observations import Observations, read_day, read_observations
from flgraph.analysis.ranking.pagerank import pagerank
from flgraph.analysis.ranking.record import Ranking, to_ranking
from flgraph.checks import refuse_number
from flgraph.errors import GraphError
from flgraph.graph.tables import Table, describe_graph

Measure = Callable[[CitationMatrix, date], Floats]
"""A measure of the past: one number a paper, from the citations until a day and that day."""

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

_MEASURES: Final[Mapping[str, Measure]] = {
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
_CONTROLS: Final = ("newest_first", "random")
_MIN_PAPERS: Final = 10
_MIN_PAPERS_A_YEAR: Final = 5
_MIN_PAPERS_FOR_BIAS: Final = 1000  # ten papers are the best hundredth then: one alone is never spread
_LIMITS: Final = (2.5, 97.5)
_MAX_CUTOFFS: Final = 5


class _Split(NamedTuple):
    """The papers of a catalog at a cut-off: how each method scores them, and what they gained."""

    scores: Mapping[str, Floats]
    gains: Floats
    years: Integers


def evaluate_ranking(
    graph: nx.MultiDiGraph[Any],
    methods: Sequence[Testable] | Mapping[str, Measure] | None = None,
    cutoffs: Sequence[date | str] | None = None,
    *,
    horizon_months: int = 24,
    top: int = 10,
    draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Return how well measures of the past foretell the citations that the papers of the catalog gained next.

    At each cut-off a measure sees the papers and citations until then; it is held against the citations by papers of
    the months after. Choose a method on cut-offs whose horizon closes before those that you report.

    Parameters
    ----------
    graph : KnowledgeGraph
        A graph built with a snapshot of depth 1.
    methods : sequence of str, mapping of str to callable, or None
        Which measures, by name or as functions of a `CitationMatrix` and a day; None takes all that are named. By
        age_normalized and s2_influential papers cannot be ranked in the past: they need counts as they were then.
    cutoffs : sequence of date or str, or None
        The days, as dates or as text such as "2024-01-31"; None takes the last five ends of years that have a whole
        horizon and ten papers.
    horizon_months : int
        How many months after a cut-off count.
    top : int
        How many places count for `ndcg` and `overlap`.
    draws, seed : int
        For the paired bootstrap over papers, and for the control `random`.

    Returns
    -------
    DataFrame
        Index: method, the controls `newest_first` and `random` last. Means over the cut-offs: `spearman` (-1 to 1),
        `ndcg`, `overlap` (0 to 1), `cohort_spearman` (within years of five papers and more; missing without),
        `age_bias` (1: none; missing under 1,000 papers); `difference_low`, `difference_high` (between which the
        difference of ndcg to the first method lies in 95 of 100 draws: only where both are above 0, or below, is one
        better), `papers` (on average), `unscored` (papers without a number, left out for that method). `attrs` says
        cut-offs, horizon and snapshot.

    Raises
    ------
    GraphError
        Who cites the papers is not known, or there is no cut-off with ten papers.
    ValueError
        There is no such method, the horizon of a cut-off ends after the snapshot, or a number is none or too small.
    """
    chosen = _choose_measures(methods)
    for name, number in (("horizon_months", horizon_months), ("top", top)):
        refuse_number(name, number, least=1)
    for name, number in (("draws", draws), ("seed", seed)):
        refuse_number(name, number)
    observed = read_observations(graph)
    if not observed.is_listed.any():
        raise GraphError("who cites the papers is not known; run `flgraph build` at depth 1")
    days = _choose_cutoffs(observed, cutoffs, horizon_months)
    splits = [_split(observed, chosen, day, horizon_months, seed) for day in days]
    first = next(iter(chosen))
    rows = {name: _measure(name, first, splits, top=top, draws=draws, seed=seed) for name in splits[0].scores}
    table = Table(pd.DataFrame.from_dict(rows, orient="index").rename_axis("method"))
    table.attrs = {
        **describe_graph(graph),
        "caption": f"citations of {horizon_months} months after {', '.join(map(str, days))}; differences to {first}",
        "cutoffs": [day.isoformat() for day in days],
        "horizon_months": horizon_months,
        "top": top,
        "draws": draws,
        "seed": seed,
    }
    return table


def _choose_measures(methods: Sequence[Testable] | Mapping[str, Measure] | None) -> Mapping[str, Measure]:
    if methods is None:
        return _MEASURES
    if not methods or set(_CONTROLS) & set(methods):
        raise ValueError(
            f"methods are {list(methods)}; should be one or more, and none called {' or '.join(_CONTROLS)}"
        )
    if isinstance(methods, Mapping):
        return dict(methods)
    for name in methods:
        if name in ("age_normalized", "s2_influential"):
            raise ValueError(f"{name} needs counts as they were at the time, which a snapshot of today does not hold")
        if name not in get_args(Testable):
            raise ValueError(f"no measure is called {name!r}; should be among {', '.join(get_args(Testable))}")
    return {name: _MEASURES[name] for name in methods}


def _choose_cutoffs(observed: Observations, cutoffs: Sequence[date | str] | None, horizon_months: int) -> list[date]:
    if cutoffs is not None:
        days = sorted(read_day("a cut-off", day) for day in cutoffs)
        for day in days:
            if _add_months(day, horizon_months) > np.datetime64(observed.as_of, "D"):
                raise ValueError(f"the {horizon_months} months after {day} end after the snapshot of {observed.as_of}")
    else:
        years = range(observed.as_of.year - 1, 1990, -1)
        ends = [date(year, 12, 31) for year in years]
        closed = [day for day in ends if _add_months(day, horizon_months) <= np.datetime64(observed.as_of, "D")]
        days = sorted([day for day in closed if len(_find_papers(observed, day)) >= _MIN_PAPERS][:_MAX_CUTOFFS])
    few = [day for day in days if len(_find_papers(observed, day)) < _MIN_PAPERS]
    if few or not days:
        which = f"until {few[0]}" if few else f"{horizon_months} months before {observed.as_of} or earlier"
        raise GraphError(f"fewer than {_MIN_PAPERS} papers whose citing papers are known were published {which}")
    return days


def _add_months(day: date, months: int) -> np.datetime64:
    month = np.datetime64(day, "M") + np.timedelta64(months, "M")
    last = (month + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return min(month.astype("datetime64[D]") + np.timedelta64(day.day - 1, "D"), last)


def _find_papers(observed: Observations, day: date) -> Integers:
    """Return the numbers in the matrix of the catalog's papers until a day of which it is known who cites them."""
    places = np.sort(observed.places[observed.is_listed])  # from the oldest, as `measure_age_bias` wants it
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
    return _Split(scores, gains, matrix.dates[papers].astype("datetime64[Y]").astype(np.int64))


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
    """Return Spearman's correlation, missing where all scores or all gains are alike."""
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
    """Return between which the difference of nDCG to the first method lies, over draws of papers, the same for both."""
    if name == first or not draws:
        return float("nan"), float("nan")
    rng = np.random.default_rng(seed)
    differences = []
    for _ in range(draws):
        of_cutoffs = []
        for split in splits:
            known = np.flatnonzero(~np.isnan(split.scores[name]) & ~np.isnan(split.scores[first]))
            drawn = known[rng.integers(0, len(known), len(known))] if len(known) else known
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
    """Return two rankings side by side: by other methods, of other days, or of two catalogs.

    Parameters
    ----------
    one, other : Ranking or DataFrame
        Of `make_ranking` or `rank_papers`.

    Returns
    -------
    DataFrame
        Index: node id. Order: rank in the first, then in the second, then node id. Columns: `rank_one`, `rank_other`,
        `change` (Int64, by how many places it stands better in the other; missing where it has no rank in one),
        `score_one`, `score_other`, `intervals_apart` (boolean: those of both ranks do not overlap; missing without),
        `title`, `only_in` ("one" or "other", where the other has no such paper). `attrs` says what both are by, and
        over the papers with both ranks `common`, `spearman`, `kendall` (tau-b) and `overlap` of the first ten; missing
        where there are fewer than three, or for the overlap no more than ten.

    Raises
    ------
    ValueError
        One is neither, or a table has lost its `attrs`.
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
