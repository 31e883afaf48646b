"""Rank authors, venues, datasets, codebases and topics by the papers of the catalog that they stand with."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Literal, get_args

import networkx as nx
import pandas as pd

from flgraph.graph import sorted_edges
from flgraph.model import TopicFacet
from flgraph.tables import describe_graph, to_frames

_LINKS = {
    "author": ("authored",),
    "venue": ("published_in",),
    "dataset": ("uses_dataset", "introduces_dataset"),
    "codebase": ("has_code",),
    "topic": ("about",),
}


def rank_authors(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """Rank authors by their papers in the catalog: presence in this list, not influence.

    Returns
    -------
    DataFrame
        Index: node id. Order: rank, then node id. Columns: `rank` (Int64, ties share the better rank), `papers`
        (int, papers of the catalog), `tied` (int, authors sharing the rank), `name`, `first_year`, `last_year`
        (Int64), `h_index`, `citation_count` (Int64, over all their work, as the source says; missing: unknown).

    Examples
    --------
    >>> int(rank_authors(build_graph(read_catalog()))["rank"].iloc[0])
    1
    """
    return _rank_by_papers(graph, "author", ["name", "first_year", "last_year", "h_index", "citation_count"])


def rank_venues(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """Rank venues by their papers in the catalog; columns as in `rank_authors`, up to `last_year`.

    Examples
    --------
    >>> "venue:tmi" in rank_venues(build_graph(read_catalog())).index
    True
    """
    return _rank_by_papers(graph, "venue", ["name", "first_year", "last_year"])


def rank_datasets(graph: nx.MultiDiGraph[Any], *, domain: Literal["medical", "generic"] | None = None) -> pd.DataFrame:
    """Rank datasets by the papers of the catalog that use or introduce them.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to count in.
    domain : {"medical", "generic"} or None
        Rank medical or generic datasets (MNIST and its like) only; None ranks both and says which is which.

    Returns
    -------
    DataFrame
        As in `rank_authors` up to `tied`, then `name`, `domain`, `modality`, `task`, `access`.

    Examples
    --------
    >>> "generic" in set(rank_datasets(build_graph(read_catalog())).domain)
    True
    """
    columns = ["name", "domain", "modality", "task", "access"]
    if domain not in (None, "medical", "generic"):
        raise ValueError(f"domain is {domain!r}; should be 'medical', 'generic' or None")
    return _rank_by_papers(graph, "dataset", columns, only={"domain": domain} if domain else {})


def rank_codebases(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """Rank codebases by the papers of the catalog whose code they hold.

    Returns
    -------
    DataFrame
        As in `rank_authors`, with `label` (its short name), `licence` (SPDX id; NONE: no licence file; missing:
        unknown), `languages`, `placeholder` (boolean: holds no code), `first_year`, `last_year`.

    Examples
    --------
    >>> ranking = rank_codebases(build_graph(read_catalog()))
    >>> ranking.loc["codebase:github.com/med-air/FedBN", "label"]
    'FedBN'
    """
    return _rank_by_papers(
        graph, "codebase", ["label", "licence", "languages", "placeholder", "first_year", "last_year"]
    )


def rank_topics(graph: nx.MultiDiGraph[Any], *, facet: TopicFacet | None = None) -> pd.DataFrame:
    """Rank topics by the papers of the catalog that are about them.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to count in.
    facet : {"modality", "task", "method", "setting"} or None
        Rank the topics of one facet only.

    Returns
    -------
    DataFrame
        As in `rank_authors`, with `name`, `facet`, `first_year`, `last_year`.

    Examples
    --------
    >>> set(rank_topics(build_graph(read_catalog()), facet="task").facet)
    {'task'}
    """
    columns = ["name", "facet", "first_year", "last_year"]
    if facet is not None and facet not in get_args(TopicFacet):
        raise ValueError(f"facet is {facet!r}; should be one of {', '.join(get_args(TopicFacet))}")
    return _rank_by_papers(graph, "topic", columns, only={"facet": facet} if facet else {})


def _rank_by_papers(
    graph: nx.MultiDiGraph[Any], kind: str, columns: list[str], *, only: dict[str, str] | None = None
) -> pd.DataFrame:
    nodes = to_frames(graph)[f"{kind}s"]
    for name, value in (only or {}).items():
        nodes = nodes[(nodes[name] == value).fillna(value=False).astype(bool)]
    papers = _papers_of(graph, kind)
    years = {
        node: [graph.nodes[paper]["year"] for paper in found if "year" in graph.nodes[paper]]
        for node, found in papers.items()
    }
    table = nodes.assign(
        papers=[len(papers[node]) for node in nodes.index],
        first_year=pd.array([min(years.get(node, ()), default=pd.NA) for node in nodes.index], dtype="Int64"),
        last_year=pd.array([max(years.get(node, ()), default=pd.NA) for node in nodes.index], dtype="Int64"),
    )
    table = table[table["papers"] > 0]
    rank = table["papers"].rank(method="min", ascending=False).astype("Int64")
    table = table.assign(rank=rank, tied=rank.map(rank.value_counts()).astype(int))
    table = table[["rank", "papers", "tied", *columns]].sort_index().sort_values("rank", kind="stable")
    table.attrs = {**describe_graph(graph), "by": "papers"}
    return table


def _papers_of(graph: nx.MultiDiGraph[Any], kind: str) -> dict[str, set[str]]:
    """Return the papers of the catalog by the node of a kind that they are linked to."""
    papers: dict[str, set[str]] = defaultdict(set)
    for start, edge, end, _ in sorted_edges(graph):
        if edge in _LINKS[kind]:
            node, paper = (start, end) if kind == "author" else (end, start)
            if graph.nodes[paper].get("in_catalog"):
                papers[node].add(paper)
    return papers
