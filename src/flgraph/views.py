"""What a list looks like as a whole: its main path, its gaps, its course over the years, who works with whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, NamedTuple, get_args

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binomtest

from flgraph.arguments import refuse_number
from flgraph.citations import CitationMatrix, Integers, build_citation_matrix, read_citations
from flgraph.errors import GraphError
from flgraph.graph import catalog_papers, coauthor_graph, neighbors_by_kind, sorted_edges
from flgraph.model import TopicFacet
from flgraph.ranking.measures import count_paths
from flgraph.tables import Table, describe_graph

_FEWEST: Final = 5
_TELLING: Final = 1.0

Mask = npt.NDArray[np.bool_]
Counted = Literal["topic", "dataset", "venue"]
_EDGES: Final[Mapping[Counted, tuple[str, ...]]] = {
    "topic": ("about",),
    "dataset": ("uses_dataset", "introduces_dataset"),
    "venue": ("published_in",),
}


class Gaps(NamedTuple):
    """How often the topics of two facets meet in a paper.

    Attributes
    ----------
    observed : DataFrame of int
        Papers of the catalog with both topics; index and columns: node ids.
    expected : DataFrame of float
        As many as there would be if the facets had nothing to do with each other.
    telling : DataFrame of bool
        False where less than one paper is expected: that none is there says nothing.
    names : Mapping of str to str
        The topics' names.
    papers : int
        How many papers carry topics of both facets, which all this is over.
    """

    observed: pd.DataFrame
    expected: pd.DataFrame
    telling: pd.DataFrame
    names: Mapping[str, str]
    papers: int


# --- the main path ---------------------------------------------------------------------------------------


def find_main_path(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """Return the chain of citations that most of the paths through the literature lead along: one reading of history.

    From the citation with the greatest search path count (Hummon, Doreian 1989; Batagelj 2003), on in both
    directions along the greatest (key-route: Liu, Lu 2012). Papers without a date, and citations of newer papers, are
    left out. It says as much of what the graph holds as of the literature.

    Parameters
    ----------
    graph : KnowledgeGraph
        A graph whose papers' references are known.

    Returns
    -------
    DataFrame
        Index: node id. Order: from the oldest. Columns: `step` (int, from 1), `title`, `year`, `in_catalog`,
        `log_paths` (float, natural logarithm of how many paths lead through the citation of the step before; missing
        for the first). `attrs` says how many citations were left out.

    Raises
    ------
    GraphError
        No citation between dated papers is known.

    Examples
    --------
    >>> find_main_path(build_graph(read_catalog()))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    flgraph.errors.GraphError: no citation between dated papers is known ...
    """
    whole = read_citations(graph)
    matrix, left_out = _keep_backward(whole)
    if not matrix.citations:
        raise GraphError(
            "no citation between dated papers is known; run `flgraph build` where Semantic Scholar can be reached"
        )
    path, weights = _follow_key_route(matrix)
    nodes = [matrix.papers[place] for place in path]
    data = [graph.nodes[node] for node in nodes]
    table = Table(
        {
            "step": range(1, len(nodes) + 1),
            "title": pd.array([paper["title"] for paper in data], dtype="string"),
            "year": pd.array([paper.get("year", pd.NA) for paper in data], dtype="Int64"),
            "in_catalog": [paper["in_catalog"] for paper in data],
            "log_paths": [float("nan"), *weights],
        },
        index=pd.Index(nodes, name="node", dtype="string"),
    )
    said = (
        f"main path over {matrix.citations:,} citations; {left_out:,} left out, undated, of newer papers or in a circle"
    )
    table.attrs = {**describe_graph(graph), "caption": said, "left_out": left_out}
    return table


def _keep_backward(matrix: CitationMatrix) -> tuple[CitationMatrix, int]:
    """Return the citations of papers that are not newer, both dated, and how many are left out."""
    # NaT compares as False.
    backward = _keep_citations(matrix, lambda citing, cited: matrix.dates[citing] >= matrix.dates[cited])
    # What goes around in a circle, of one day then, has no direction.
    components = backward.components
    straight = _keep_citations(backward, lambda citing, cited: components[citing] != components[cited])
    return straight, matrix.citations - straight.citations


def _keep_citations(matrix: CitationMatrix, is_kept: Callable[[Integers, Integers], Mask]) -> CitationMatrix:
    cited = np.repeat(np.arange(len(matrix.papers)), matrix.count_citations())
    citing = matrix.indices.astype(np.int64)
    kept = is_kept(citing, cited)
    return build_citation_matrix(matrix.papers, citing[kept], cited[kept], dates=matrix.dates)


def _follow_key_route(matrix: CitationMatrix) -> tuple[list[int], list[float]]:
    """Return the papers of the key route from the oldest, and the logarithm of the paths along each citation."""
    above, below = count_paths(matrix)
    cited = np.repeat(np.arange(len(matrix.papers)), matrix.count_citations())
    weights = above[matrix.indices] + below[cited]
    order = np.lexsort((matrix.indices, cited, -weights.round(9)))
    up: defaultdict[int, list[int]] = defaultdict(list)
    down: defaultdict[int, list[int]] = defaultdict(list)
    for place in order.tolist():  # the greatest first
        up[int(cited[place])].append(place)
        down[int(matrix.indices[place])].append(place)
    links = [int(order[0])]
    while up[int(matrix.indices[links[-1]])]:
        links.append(up[int(matrix.indices[links[-1]])][0])
    while down[int(cited[links[0]])]:
        links.insert(0, down[int(cited[links[0]])][0])
    papers = [int(cited[links[0]]), *(int(matrix.indices[link]) for link in links)]
    return papers, [float(weights[link]) for link in links]


# --- gaps ------------------------------------------------------------------------------------------------


def find_gaps(graph: nx.MultiDiGraph[Any], *, rows: TopicFacet = "task", columns: TopicFacet = "modality") -> Gaps:
    """Return which topics of two facets meet in papers of the catalog, and how often they would by chance.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to count in.
    rows, columns : {"modality", "task", "method", "setting"}
        The two facets.

    Raises
    ------
    GraphError
        No paper carries topics of both facets.
    ValueError
        There is no such facet, or both are the same.

    Examples
    --------
    >>> int(find_gaps(build_graph(read_catalog())).observed.loc["topic:segmentation", "topic:mri"])
    11
    """
    facets = get_args(TopicFacet)
    if rows not in facets or columns not in facets or rows == columns:
        raise ValueError(f"rows and columns are {rows!r} and {columns!r}; should be two of {', '.join(facets)}")
    pairs = [(_topics_of(graph, node, rows), _topics_of(graph, node, columns)) for node, _ in catalog_papers(graph)]
    both = [(one, other) for one, other in pairs if one and other]
    if not both:
        raise GraphError(f"no paper carries topics of both facets, {rows} and {columns}; there is nothing to compare")
    of_rows, of_columns = (Counter(topic for pair in both for topic in pair[side]) for side in (0, 1))
    index, names = ([topic for topic, _ in _most_first(counts)] for counts in (of_rows, of_columns))
    met = Counter((one, other) for first, second in both for one in first for other in second)
    observed = pd.DataFrame([[met[one, other] for other in names] for one in index], index=index, columns=names)
    products = np.outer([of_rows[topic] for topic in index], [of_columns[topic] for topic in names])
    expected = pd.DataFrame(products / len(both), index=index, columns=names)
    observed.attrs = describe_graph(graph)
    said = {topic: graph.nodes[topic]["name"] for topic in (*index, *names)}
    return Gaps(observed, expected, expected >= _TELLING, said, len(both))


def _topics_of(graph: nx.MultiDiGraph[Any], node: str, facet: str) -> list[str]:
    return [topic for topic in neighbors_by_kind(graph, node, "about") if graph.nodes[topic]["facet"] == facet]


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


# --- over the years --------------------------------------------------------------------------------------


def build_timeline(
    graph: nx.MultiDiGraph[Any], *, of: Counted = "topic", facet: TopicFacet | None = None
) -> pd.DataFrame:
    """Return how many papers of the catalog a year there are with each topic, dataset or venue.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to count in.
    of : {"topic", "dataset", "venue"}
        What to count by.
    facet : {"modality", "task", "method", "setting"} or None
        The topics of one facet only.

    Returns
    -------
    DataFrame
        Index: `year`, none left out. Columns: node ids of what a paper with a year has, those with most papers first;
        int. `attrs["labels"]` are their names, `attrs["undated"]` how many papers have no year and are not in it.

    Raises
    ------
    GraphError
        No paper has both a year and what is counted.
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
        raise GraphError(f"no paper of the catalog has both a year and a {of}; there is no course over the years")
    order = [node for node, _ in _most_first({node: found.total() for node, found in counts.items() if found})]
    table = Table(
        {node: [counts[node][year] for year in range(min(seen), max(seen) + 1)] for node in order},
        index=pd.RangeIndex(min(seen), max(seen) + 1, name="year"),
    )
    undated = sum(year is None for year in years.values())
    table.attrs = {
        **describe_graph(graph),
        "caption": f"papers a year by {facet or of}; {undated} without a year left out",
        "labels": {node: graph.nodes[node].get("name", node) for node in order},
        "undated": undated,
    }
    return table


def _papers_by_node(graph: nx.MultiDiGraph[Any], of: Counted, facet: TopicFacet | None) -> dict[str, set[str]]:
    if of not in _EDGES:
        raise ValueError(f"of is {of!r}; should be one of {', '.join(_EDGES)}")
    if facet is not None and (of != "topic" or facet not in get_args(TopicFacet)):
        raise ValueError(
            f"facet is {facet!r}; should be one of {', '.join(get_args(TopicFacet))}, and goes with topics"
        )
    papers: dict[str, set[str]] = defaultdict(set)
    for start, kind, end, _ in sorted_edges(graph):
        is_meant = kind in _EDGES[of] and graph.nodes[start]["in_catalog"]
        if is_meant and (facet is None or graph.nodes[end]["facet"] == facet):
            papers[end].add(start)
    return papers


def measure_growth(
    graph: nx.MultiDiGraph[Any], *, of: Counted = "topic", facet: TopicFacet | None = None, recent_years: int = 2
) -> pd.DataFrame:
    """Return which topics, datasets or venues grow faster than the rest of the catalog.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to count in.
    of, facet
        As for `build_timeline`.
    recent_years : int
        How many years, up to the last one of the catalog, are recent.

    Returns
    -------
    DataFrame
        Index: node id. Order: greatest `ratio` first. Columns: `name`, `recent`, `earlier` (int, papers), `ratio`
        (recent to earlier papers, over the same of the catalog's other papers; missing under five papers, or where
        nothing is there to hold it against), `low`, `high` (95 % interval of it: of two Poisson counts, conditional
        on their sum; Clopper, Pearson 1934). Only where both are above 1, or below, is it growth, or decline.

    Raises
    ------
    GraphError, ValueError
        As for `build_timeline`.

    Examples
    --------
    >>> sorted(measure_growth(build_graph(read_catalog())).columns)
    ['earlier', 'high', 'low', 'name', 'ratio', 'recent']
    """
    refuse_number("recent_years", recent_years, least=1)
    timeline = build_timeline(graph, of=of, facet=facet)
    years = [data["year"] for _, data in catalog_papers(graph) if "year" in data]
    first_recent = max(years) - recent_years + 1
    all_recent = sum(year >= first_recent for year in years)
    rows = {}
    for node in timeline.columns:
        recent = int(timeline.loc[timeline.index >= first_recent, node].sum())
        earlier = int(timeline[node].sum()) - recent
        ratio = _measure_ratio(recent, earlier, all_recent - recent, len(years) - all_recent - earlier)
        rows[node] = {"name": timeline.attrs["labels"][node], "recent": recent, "earlier": earlier, **ratio}
    table = Table(pd.DataFrame.from_dict(rows, orient="index").rename_axis("node").astype({"name": "string"}))
    table = table.sort_index().sort_values("ratio", ascending=False, kind="stable", na_position="last")
    said = f"papers since {first_recent} to earlier ones, over the same of the catalog's other papers"
    table.attrs = {**describe_graph(graph), "caption": said, "first_recent": first_recent}
    return table


def _measure_ratio(recent: int, earlier: int, others_recent: int, others_earlier: int) -> dict[str, float]:
    if recent + earlier < _FEWEST or not others_recent or not others_earlier:
        return dict.fromkeys(("ratio", "low", "high"), float("nan"))
    odds = others_recent / others_earlier
    interval = binomtest(recent, recent + earlier).proportion_ci(method="exact")
    low, high = (_to_odds(float(share)) / odds for share in (interval.low, interval.high))
    return {"ratio": _to_odds(recent / (recent + earlier)) / odds, "low": low, "high": high}


def _to_odds(share: float) -> float:
    return share / (1 - share) if share < 1 else float("inf")


# --- people ----------------------------------------------------------------------------------------------


def list_collaborations(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """Return who wrote papers of the catalog together.

    Returns
    -------
    DataFrame
        One row a pair, those with most papers first, then by node ids. Columns: `one`, `other` (node ids), `names`,
        `papers` (int), `fractional` (float, as in `coauthor_graph`).

    Raises
    ------
    GraphError
        No paper of the catalog has two authors.

    Examples
    --------
    >>> int(list_collaborations(build_graph(read_catalog()))["papers"].iloc[0])
    6
    """
    rows = [
        {
            "one": one,
            "other": other,
            "names": f"{graph.nodes[one]['name']}, {graph.nodes[other]['name']}",
            "papers": data["papers"],
            "fractional": data["fractional"],
        }
        for one, other, data in coauthor_graph(graph).edges(data=True)
    ]
    if not rows:
        raise GraphError("no paper of the catalog has two authors; there is no collaboration to list")
    table = Table(rows).sort_values(["papers", "one", "other"], ascending=[False, True, True], ignore_index=True)
    table.attrs = {**describe_graph(graph), "caption": f"{len(table):,} pairs of authors of papers of the catalog"}
    return table


def find_author_groups(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """Return the groups of authors that papers of the catalog join, directly or through others.

    Returns
    -------
    DataFrame
        Index: node id. Order: group, then most papers, then node id. Columns: `group` (int, 1 is the largest), `name`,
        `papers`, `coauthors`, `group_size`, `group_papers` (int).

    Raises
    ------
    GraphError
        The catalog names no author.

    Examples
    --------
    >>> int(find_author_groups(build_graph(read_catalog()))["group"].iloc[0])
    1
    """
    network = coauthor_graph(graph)
    catalog = {node for node, _ in catalog_papers(graph)}
    papers = {author: catalog & set(neighbors_by_kind(graph, author, "authored")) for author in network}
    groups = [sorted(group) for group in nx.connected_components(network)]
    groups.sort(key=lambda group: (-len(group), group))
    if not groups:
        raise GraphError("the catalog names no author; there are no groups")
    rows = [
        {
            "node": author,
            "group": number,
            "name": graph.nodes[author]["name"],
            "papers": len(papers[author]),
            "coauthors": network.degree(author),
            "group_size": len(group),
            "group_papers": len(set().union(*(papers[other] for other in group))),
        }
        for number, group in enumerate(groups, start=1)
        for author in group
    ]
    table = Table(pd.DataFrame(rows).set_index("node").astype({"name": "string"}))
    ordered = table.sort_index().sort_values(["group", "papers"], ascending=[True, False], kind="stable")
    ordered.attrs = {**describe_graph(graph), "caption": f"{len(ordered):,} authors in {len(groups):,} groups"}
    return ordered
