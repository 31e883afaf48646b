"""Rank the papers of the catalog by citations, where there are citation data, and say where there are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Literal, get_args

import networkx as nx
import numpy as np
import pandas as pd

from flgraph.citations import read_citations
from flgraph.errors import GraphError
from flgraph.graph import catalog_papers, sorted_edges
from flgraph.ranking.normalized import MIN_COHORT, SHORTEST_WINDOW, bootstrap_ranks, score_age_normalized
from flgraph.tables import describe_graph

Method = Literal["citation_count", "citations_per_year", "catalog_citations", "age_normalized"]
METHODS: tuple[Method, ...] = get_args(Method)

_DAYS_A_YEAR = 365.25
_HALF_YEAR = 0.5
_NO_LISTS = "no other paper's references are known"


def rank_papers(
    graph: nx.MultiDiGraph[Any], *, by: Method = "citations_per_year", as_of: date | None = None
) -> pd.DataFrame:
    """Rank the papers of the catalog, most cited first.

    Parameters
    ----------
    graph : KnowledgeGraph
        A graph with citation data: built with a snapshot.
    by : {"citation_count", "citations_per_year", "catalog_citations", "age_normalized"}
        `citation_count`: citations in all, as the source counts them. `citations_per_year`: the same divided
        by age in years at `as_of` + 0.5, so that old papers do not lead by age alone. `catalog_citations`:
        how many papers of the catalog cite it, over the reference lists that are known. `age_normalized`: 0 to
        100, half how it is cited beside papers of its age outside the catalog, half how much it was cited in the
        last twelve months (`score_age_normalized`); needs who cites the papers, so a snapshot of depth 1.
    as_of : date or None
        The day ages are reckoned to; None is the day the snapshot was taken, never today.

    Returns
    -------
    DataFrame
        Index: node id. Order: rank, then node id; papers without a score last. Columns: `rank` (Int64, ties
        share the better rank), `score` (float, unit as `by` says), `title`, `year`, `citation_count` (Int64),
        `coverage` (float, 0 to 1: the share of the data the score would need that is known; a reference list
        shorter than the source's count of it is known in part), `flags` (why a
        score is missing, tied or uncertain). Unknown is not zero: a paper without a count has no score.
        By `age_normalized` also `rank_low` and `rank_high` (Int64): where the rank lies in 95 of 100 draws of who
        cites. `attrs` says by, as_of and the snapshot.

    Raises
    ------
    GraphError
        The graph holds no citation data.

    Examples
    --------
    >>> rank_papers(build_graph(read_catalog()))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    flgraph.errors.GraphError: no citation data ...
    """
    if by not in METHODS:
        raise ValueError(f"by is {by!r}; should be one of {', '.join(METHODS)}")
    papers = dict(catalog_papers(graph))
    if not has_citations(graph, by=by):
        raise GraphError(_say_no_data(graph))
    day = as_of or _read_day(graph)
    if by == "age_normalized":
        return _rank_normalized(graph, papers, day)
    measure: dict[Method, Callable[[], tuple[pd.Series[float], pd.Series[float], dict[str, str]]]] = {
        "citation_count": lambda: _measure_counts(papers),
        "citations_per_year": lambda: _measure_yearly(papers, day),
        "catalog_citations": lambda: _measure_in_catalog(graph, papers),
    }
    score, coverage, flags = measure[by]()
    table = _tabulate(papers, score, coverage, flags)
    table.attrs = {**describe_graph(graph), "by": by, "as_of": day.isoformat()}
    return table


def _rank_normalized(graph: nx.MultiDiGraph[Any], papers: Mapping[str, Mapping[str, Any]], day: date) -> pd.DataFrame:
    matrix = read_citations(graph)
    place = {paper: number for number, paper in enumerate(matrix.papers)}
    members = [place[node] for node in papers]
    found = score_age_normalized(matrix, members, day)
    if np.isnan(found.score).all():
        raise GraphError(
            "no paper has enough papers of its age to be held against: too few citing and cited papers with a date and "
            "a count are known; run `flgraph build` at depth 1, or rank by citations_per_year"
        )
    low, high = bootstrap_ranks(matrix, members, day)
    score = pd.Series(found.score, index=list(papers))
    coverage = pd.Series({node: _read_cited_share(data) for node, data in papers.items()}, dtype="float64")
    flags = {
        node: _say_cohort(data, size, months, day)
        for (node, data), size, months in zip(papers.items(), found.cohorts.size, found.cohorts.months, strict=True)
    }
    table = _tabulate(papers, score, coverage, {node: flag for node, flag in flags.items() if flag})
    for number, (name, ranks) in enumerate((("rank_low", low), ("rank_high", high)), start=1):
        table.insert(number, name, pd.Series(ranks, index=list(papers)).reindex(table.index).astype("Int64"))
    table.attrs = {**describe_graph(graph), "by": "age_normalized", "as_of": day.isoformat()}
    return table


def _read_cited_share(data: Mapping[str, Any]) -> float:
    """Return how many of a paper's citations are listed, 0 to 1; NaN where nobody knows."""
    count = data.get("citation_count")
    if count is None or "citations_listed" not in data:
        return float("nan")
    return min(1.0, data["citations_listed"] / count) if count else 1.0


def _say_cohort(data: Mapping[str, Any], size: int, months: int, day: date) -> str:
    published, uncertain = _read_publication(data)
    if published is None:
        return uncertain
    if published > day:
        return f"published after {day.isoformat()}"
    scope = f"within {months} months" if months else f"of {published.year}"
    said = [uncertain] if uncertain else []
    if size < MIN_COHORT:
        said.append(f"only {size} papers {scope} to be held against")
    elif months != SHORTEST_WINDOW:
        said.append(f"held against papers {scope}")
    return "; ".join(said)


def has_citations(graph: nx.MultiDiGraph[Any], *, by: Method = "citations_per_year") -> bool:
    """Return whether a graph holds the citation data that a method needs, of one paper at the least."""
    papers = [attributes for _, attributes in catalog_papers(graph)]
    if by == "catalog_citations":
        return any(attributes.get("references") == "known" for attributes in papers)
    return any("citation_count" in attributes for attributes in papers)


def _say_no_data(graph: nx.MultiDiGraph[Any]) -> str:
    asked = "snapshot_taken" in graph.graph
    why = "the snapshot holds no counts" if asked else "Semantic Scholar has not been asked, or could not be reached"
    return (
        f"no citation data: {why}, so papers cannot be ranked by citations; "
        "run `flgraph build` where Semantic Scholar can be reached, or with --snapshot and a file made there"
    )


def _read_day(graph: nx.MultiDiGraph[Any]) -> date:
    if "snapshot_taken" not in graph.graph:
        raise GraphError("the graph does not say when its citations were counted; say it with as_of")
    return date.fromisoformat(str(graph.graph["snapshot_taken"])[:10])


def _measure_counts(
    papers: Mapping[str, Mapping[str, Any]],
) -> tuple[pd.Series[float], pd.Series[float], dict[str, str]]:
    counts = {node: float(data["citation_count"]) for node, data in papers.items() if "citation_count" in data}
    score = pd.Series(counts, dtype="float64").reindex(list(papers))
    return score, score.notna().astype("float64"), {}


def _measure_yearly(
    papers: Mapping[str, Mapping[str, Any]], day: date
) -> tuple[pd.Series[float], pd.Series[float], dict[str, str]]:
    score, coverage, flags = _measure_counts(papers)
    for node, data in papers.items():
        published, flag = _read_publication(data)
        if flag:
            flags[node] = flag
        age = (day - published).days / _DAYS_A_YEAR if published else float("nan")
        if age < 0:
            flags[node] = f"published after {day.isoformat()}"
            age = float("nan")
        score[node] = score[node] / (age + _HALF_YEAR)
    return score, coverage, flags


def _read_publication(data: Mapping[str, Any]) -> tuple[date | None, str]:
    """Return the day of publication and what is uncertain about it; a bare year counts as its 1 July."""
    if "publication_date" in data:
        return date.fromisoformat(data["publication_date"]), ""
    if "year" in data:
        return date(data["year"], 7, 1), "day of publication not known, taken as 1 July"
    return None, "year of publication not known"


def _measure_in_catalog(
    graph: nx.MultiDiGraph[Any], papers: Mapping[str, Mapping[str, Any]]
) -> tuple[pd.Series[float], pd.Series[float], dict[str, str]]:
    """Count citing papers of the catalog, over those whose reference list a source has given, whole or in part."""
    listed = {node: _read_share(data) for node, data in papers.items() if data.get("references") == "known"}
    citing = Counter(
        end
        for start, kind, end, data in sorted_edges(graph)
        if kind == "cites" and start in listed and data["source"] != "catalog"
    )
    others = max(len(papers) - 1, 1)
    total = sum(listed.values())
    # Rounded, so that a sum of parts is 1 where all is known.
    coverage = pd.Series({node: round((total - listed.get(node, 0.0)) / others, 9) for node in papers}, dtype="float64")
    score = pd.Series({node: float(citing[node]) for node in papers}, dtype="float64").where(coverage > 0)
    return score, coverage, {node: _NO_LISTS for node in papers if listed.keys() <= {node}}


def _read_share(data: Mapping[str, Any]) -> float:
    """Return how much of a known reference list is there, 0 to 1; without a count to hold it against, it is whole."""
    count = data.get("reference_count", 0)
    return min(1.0, data.get("references_listed", count) / count) if count else 1.0


def _tabulate(
    papers: Mapping[str, Mapping[str, Any]],
    score: pd.Series[float],
    coverage: pd.Series[float],
    flags: Mapping[str, str],
) -> pd.DataFrame:
    rank = score.rank(method="min", ascending=False).astype("Int64")
    sizes = rank.map(rank.value_counts())
    table = pd.DataFrame(
        {
            "rank": rank,
            "score": score,
            "title": pd.Series({node: data["title"] for node, data in papers.items()}, dtype="string"),
            "year": pd.Series({node: data.get("year", pd.NA) for node, data in papers.items()}, dtype="Int64"),
            "citation_count": pd.Series(
                {node: data.get("citation_count", pd.NA) for node, data in papers.items()}, dtype="Int64"
            ),
            "coverage": coverage,
            "flags": pd.Series(
                {node: _say_flags(data, flags.get(node), sizes[node]) for node, data in papers.items()},
                dtype="string",
            ),
        }
    )
    table.index = pd.Index(table.index, name="node", dtype="string")
    return table.sort_index().sort_values("rank", kind="stable", na_position="last")


def _say_flags(data: Mapping[str, Any], flag: str | None, ties: Any) -> str:
    said = [flag] if flag else []
    if "citation_count" not in data and flag != _NO_LISTS and pd.isna(ties):
        said.append(f"no citation count ({data.get('match', 'not asked')})")
    if not pd.isna(ties) and ties > 1:
        said.append(f"tied with {ties - 1} more")
    return "; ".join(said)
