"""Growth: papers a year by topic, dataset or venue, and which of these grow faster than the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, Final, Literal

import networkx as nx
import pandas as pd

from flgraph.analysis.gaps import sort_by_count
from flgraph.checks import format_count, refuse_number
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import catalog_papers, judge_facet, sorted_edges
from flgraph.graph.tables import Table, describe_graph

_MIN_PAPERS: Final = 5
_RECENT_SHARE: Final = 0.25
_GROWTH: Final = ["ratio", "low", "high"]

Counted = Literal["topic", "dataset", "venue"]
_EDGES: Final[Mapping[Counted, tuple[str, ...]]] = {
    "topic": ("about",),
    "dataset": ("uses_dataset", "introduces_dataset"),
    "venue": ("published_in",),
}


def build_timeline(graph: nx.MultiDiGraph[Any], *, of: Counted = "topic", facet: str | None = None) -> pd.DataFrame:
    """Build a timeline: the number of papers of the catalog a year with each topic, dataset or venue.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to count in.
    of : {"topic", "dataset", "venue"}
        What to count by.
    facet : str or None
        Count the topics of one facet only.

    Returns
    -------
    DataFrame
        Index: `year`, without gaps. Columns: node ids with at least one dated paper, most papers first; int.
        `attrs["labels"]` holds their names, `attrs["undated"]` the number of papers without a year, which are left out.

    Raises
    ------
    GraphError
        No paper has both a year and a topic, dataset or venue.
    ValueError
        `of` or `facet` is unknown.

    Examples
    --------
    >>> int(build_timeline(build_graph(read_catalog()), facet="modality").index[0])
    2020
    """
    papers = _papers_by_node(graph, of, facet)
    years = {node: data.get("year") for node, data in catalog_papers(graph)}
    counts = {
        node: Counter(int(year) for paper in found if (year := years[paper]) is not None)
        for node, found in papers.items()
    }
    seen = [year for found in counts.values() for year in found]
    if not seen:
        raise GraphError(f"no paper of the catalog has both a year and a {of}; there is nothing to count")
    order = [node for node, _ in sort_by_count({node: found.total() for node, found in counts.items() if found})]
    table = Table(
        {node: [counts[node][year] for year in range(min(seen), max(seen) + 1)] for node in order},
        index=pd.RangeIndex(min(seen), max(seen) + 1, name="year"),
    )
    undated = sum(year is None for year in years.values())
    table.attrs = {
        **describe_graph(graph),
        "caption": f"papers a year by {facet or of}",
        "labels": {node: graph.nodes[node].get("name", node) for node in order},
        "undated": undated,
    }
    return table


def tabulate_timeline(graph: nx.MultiDiGraph[Any], *, of: Counted = "topic", facet: str | None = None) -> pd.DataFrame:
    """Tabulate the papers a year of each topic, dataset or venue beside its growth.

    Returns
    -------
    DataFrame
        Index: node id. Order: most papers first. Columns: `name`, `papers` (int, those with a year), one a year (int;
        its name is the year), and as in `measure_growth` `ratio`, `low` and `high`, missing where the papers are too
        few or the interval has no upper end.

    Raises
    ------
    GraphError, ValueError
        As for `build_timeline`.

    Examples
    --------
    >>> int(tabulate_timeline(build_graph(read_catalog()), facet="task").loc["topic:segmentation", "2021"])
    4
    """
    timeline = build_timeline(graph, of=of, facet=facet)
    years = timeline.T.rename(columns=str)
    years.index.name, years.columns.name = "node", None
    names = [str(timeline.attrs["labels"][node]) for node in years.index]
    years.insert(0, "name", pd.Series(names, index=years.index, dtype="string"))
    years.insert(1, "papers", years.drop(columns="name").sum(axis=1).astype(int))
    try:
        growth = measure_growth(graph, of=of, facet=facet)
        said = str(growth.attrs["caption"])
    except GraphError as error:  # years are counted even if they are too few to measure growth
        growth, said = pd.DataFrame(columns=_GROWTH, dtype=float), str(error)
    measured = growth[_GROWTH].reindex(years.index).replace(float("inf"), float("nan"))
    table = Table(years.join(measured))
    table.attrs = {**timeline.attrs, "caption": f"{timeline.attrs['caption']}; {said}"}
    return table


def _papers_by_node(graph: nx.MultiDiGraph[Any], of: Counted, facet: str | None) -> dict[str, set[str]]:
    if of not in _EDGES:
        raise ValueError(f"of is {of!r}; should be one of {', '.join(_EDGES)}")
    if facet is not None and of != "topic":
        raise ValueError(f"facet is {facet!r}; use it with of='topic' only")
    if facet is not None and (unknown := judge_facet(graph, facet)):
        raise ValueError(unknown)
    papers: dict[str, set[str]] = defaultdict(set)
    for start, kind, end, _ in sorted_edges(graph):
        is_meant = kind in _EDGES[of] and graph.nodes[start]["in_catalog"]
        if is_meant and (facet is None or graph.nodes[end]["facet"] == facet):
            papers[end].add(start)
    return papers


def measure_growth(
    graph: nx.MultiDiGraph[Any],
    *,
    of: Counted = "topic",
    facet: str | None = None,
    recent_years: int | None = None,
) -> pd.DataFrame:
    """Measure which topics, datasets or venues grow faster than the rest of the catalog.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to count in.
    of, facet
        As for `build_timeline`.
    recent_years : int or None
        The number of recent years, up to the last year of the catalog. None chooses the fewest years that hold a
        quarter of the dated papers, and at least five.

    Returns
    -------
    DataFrame
        Index: node id. Order: largest `ratio` first. Columns: `name`, `recent`, `earlier` (int, papers), `ratio`
        (recent / earlier papers, divided by the same ratio of the other papers of the catalog; NaN with fewer than five
        papers, or without recent or earlier other papers), `low`, `high` (its 95% interval: two Poisson counts
        conditional on their sum; Clopper, Pearson 1934). The data show growth or decline only if the interval excludes
        1.

    Raises
    ------
    GraphError
        As for `build_timeline`, or the recent or the earlier years hold fewer than five papers, so that no growth can
        be seen.
    ValueError
        As for `build_timeline`, or `recent_years` is not a whole number from 1.

    Examples
    --------
    >>> sorted(measure_growth(build_graph(read_catalog())).columns)
    ['earlier', 'high', 'low', 'name', 'ratio', 'recent']
    """
    if recent_years is not None:
        refuse_number("recent_years", recent_years, least=1)
    timeline = build_timeline(graph, of=of, facet=facet)
    years = [data["year"] for _, data in catalog_papers(graph) if "year" in data]
    first_recent = _choose_window(years) if recent_years is None else max(years) - recent_years + 1
    _refuse_empty_window(years, first_recent)
    all_recent = sum(year >= first_recent for year in years)
    rows = {}
    for node in timeline.columns:
        recent = int(timeline.loc[timeline.index >= first_recent, node].sum())
        earlier = int(timeline[node].sum()) - recent
        ratio = _measure_ratio(recent, earlier, all_recent - recent, len(years) - all_recent - earlier)
        rows[node] = {"name": graph.nodes[node].get("name", node), "recent": recent, "earlier": earlier, **ratio}
    table = Table(pd.DataFrame.from_dict(rows, orient="index").rename_axis("node").astype({"name": "string"}))
    table = table.sort_index().sort_values("ratio", ascending=False, kind="stable", na_position="last")
    said = (
        f"ratio of papers since {first_recent} to earlier ones, relative to the other papers of the catalog; "
        f"{format_count(all_recent, 'paper')} since {first_recent}, {len(years) - all_recent:,} before"
    )
    undated = timeline.attrs["undated"]
    said += f"; {format_count(undated, 'paper')} without a year left out" if undated else ""
    table.attrs = {**describe_graph(graph), "caption": said, "first_recent": first_recent}
    return table


def _choose_window(years: Sequence[int]) -> int:
    """Return the first year of the fewest last years that hold a quarter of the papers, and at least five."""
    wanted = max(_MIN_PAPERS, ceil(len(years) * _RECENT_SHARE))
    return sorted(years)[-min(wanted, len(years))]


def _refuse_empty_window(years: Sequence[int], first_recent: int) -> None:
    last = max(years)
    recent = sum(year >= first_recent for year in years)
    if recent < _MIN_PAPERS:
        length = format_count(last - first_recent + 1, "year")
        raise GraphError(
            f"the last {length} of the catalog ({first_recent} to {last}) hold {format_count(recent, 'paper')}; at "
            f"least {_MIN_PAPERS} are needed to measure growth; leave out recent_years, or set it higher"
        )
    if len(years) - recent < _MIN_PAPERS:
        raise GraphError(
            f"the years before {first_recent} hold {format_count(len(years) - recent, 'paper')}; at least "
            f"{_MIN_PAPERS} are needed to measure growth"
        )


def _measure_ratio(recent: int, earlier: int, others_recent: int, others_earlier: int) -> dict[str, float]:
    from scipy.stats import binomtest  # takes a second to import

    if recent + earlier < _MIN_PAPERS or not others_recent or not others_earlier:
        return dict.fromkeys(("ratio", "low", "high"), float("nan"))
    odds = others_recent / others_earlier
    interval = binomtest(recent, recent + earlier).proportion_ci(method="exact")
    low, high = (_to_odds(float(share)) / odds for share in (interval.low, interval.high))
    return {"ratio": _to_odds(recent / (recent + earlier)) / odds, "low": low, "high": high}


def _to_odds(share: float) -> float:
    return share / (1 - share) if share < 1 else float("inf")
