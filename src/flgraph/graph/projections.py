"""Project the mixed graph to a citation graph or a co-author graph, for algorithms."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, Any

import networkx as nx

from flgraph.graph.knowledge_graph import sorted_edges, sorted_nodes
from flgraph.graph.schema import list_sources

if TYPE_CHECKING:
    _MultiDiGraph = nx.MultiDiGraph[str]
    _DiGraph = nx.DiGraph[str]
    _Graph = nx.Graph[str]
else:
    _MultiDiGraph = nx.MultiDiGraph


def citation_graph(graph: nx.MultiDiGraph[Any], *, source: str | None = None) -> _DiGraph:
    """Project a graph to its papers and their citations.

    Parameters
    ----------
    graph : KnowledgeGraph
        The mixed graph.
    source : str or None
        Keep only citations from this source, such as a provider, whose listings are complete. None keeps all,
        including citations that only curators noted.

    Returns
    -------
    networkx.DiGraph
        One node per paper, inside or outside the catalog, with its attributes. Edges point from the citing to the
        cited paper and have the attributes of the `cites` edge. Nodes and edges are inserted in sorted order.

    Examples
    --------
    >>> citation_graph(build_graph(read_catalog())).number_of_edges() > 0
    True
    """
    papers: _DiGraph = nx.DiGraph()
    papers.add_nodes_from((node, dict(data)) for node, data in sorted_nodes(graph) if data["kind"] == "paper")
    papers.add_edges_from(
        (start, end, dict(data))
        for start, kind, end, data in sorted_edges(graph)
        if kind == "cites" and (source is None or source in list_sources(data))
    )
    return papers


def coauthor_graph(graph: nx.MultiDiGraph[Any]) -> _Graph:
    """Project a graph to its authors and their co-authorships.

    Returns
    -------
    networkx.Graph
        One node per author with its attributes. One edge per pair with a common paper: `papers` (int) is their
        number, `fractional` (float) the sum of 1 / (number of authors - 1) over them (Newman 2001).

    References
    ----------
    Newman, M. E. J. (2001). Scientific collaboration networks. II. Physical Review E 64, 016132.

    Examples
    --------
    >>> coauthor_graph(build_graph(read_catalog())).number_of_nodes() > 300
    True
    """
    pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for authors in _authors_by_paper(graph).values():
        for pair in combinations(sorted(authors), 2):
            pairs[pair].append(len(authors))
    people: _Graph = nx.Graph()
    people.add_nodes_from((node, dict(data)) for node, data in sorted_nodes(graph) if data["kind"] == "author")
    people.add_edges_from(
        (one, other, {"papers": len(sizes), "fractional": sum(1 / (size - 1) for size in sizes)})
        for (one, other), sizes in sorted(pairs.items())
    )
    return people


def _authors_by_paper(graph: nx.MultiDiGraph[Any]) -> dict[str, list[str]]:
    authors: dict[str, list[str]] = defaultdict(list)
    for start, kind, end, _ in sorted_edges(graph):
        if kind == "authored":
            authors[end].append(start)
    return authors
