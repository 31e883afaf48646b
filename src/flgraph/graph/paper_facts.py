"""Tell what the graph knows of a paper: its authors, topics, datasets, code and link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import networkx as nx

from flgraph.graph.knowledge_graph import catalog_papers, neighbors_by_kind
from flgraph.graph.record_facts import title_of

_LINKS = {"arxiv": "https://arxiv.org/abs/{}", "doi": "https://doi.org/{}"}


def describe_papers(graph: nx.MultiDiGraph[Any]) -> dict[str, dict[str, Any]]:
    """Return the values of the columns of `papers_table` for each paper of the catalog, by node id, in its order.

    A value that is unknown is absent.
    """
    rows = {node: _describe_paper(graph, node, attributes) for node, attributes in catalog_papers(graph)}
    return {node: rows[node] for node in sorted(rows, key=lambda node: (-rows[node].get("year", 0), node))}


def _describe_paper(graph: nx.MultiDiGraph[Any], node: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    codebases = neighbors_by_kind(graph, node, "has_code")
    linked = {
        "authors": [graph.nodes[author]["name"] for author in authors_of(graph, node)],
        "topics": _keys(neighbors_by_kind(graph, node, "about")),
        "datasets": _keys(datasets_of(graph, node)),
        "codebases": _keys(codebases),
        "licence": sorted(licences_of(graph, node)),
    }
    joined = {name: "; ".join(values) for name, values in linked.items() if values}
    link = next((form.format(attributes[kind]) for kind, form in reversed(_LINKS.items()) if kind in attributes), None)
    link = link or attributes.get("url")
    working = {"has_code": has_code(graph, node)} if codebases else {}
    extent = find_extent(graph, node)
    known = {"datasets_known": extent} if extent else {}
    title = {"title": title_of(attributes)}
    return {**attributes, **title, **joined, **working, **known, **({"link": link} if link else {})}


def _keys(nodes: Iterable[str]) -> list[str]:
    return [node.partition(":")[2] for node in nodes]


def authors_of(graph: nx.MultiDiGraph[Any], paper: str) -> list[str]:
    """List the authors of a paper, first author first."""
    edges = graph.in_edges(paper, keys=True, data=True)
    return [
        start for _, start in sorted((data["position"], start) for start, _, key, data in edges if key == "authored")
    ]


def datasets_of(graph: nx.MultiDiGraph[Any], paper: str) -> list[str]:
    """List the datasets that a paper uses or introduces, sorted."""
    found = {
        *neighbors_by_kind(graph, paper, "uses_dataset"),
        *neighbors_by_kind(graph, paper, "introduces_dataset"),
    }
    return sorted(found)


def find_extent(graph: nx.MultiDiGraph[Any], paper: str) -> str | None:
    """Return whether all or some of a paper's datasets are known, None if none is.

    Graphs written before there was an attribute for it have datasets only.
    """
    said = graph.nodes[paper].get("datasets_known")
    return str(said) if said else "all" if datasets_of(graph, paper) else None


def has_code(graph: nx.MultiDiGraph[Any], node: str) -> bool:
    """Return whether a paper has a codebase that is not a placeholder."""
    codebases = neighbors_by_kind(graph, node, "has_code")
    return any(not graph.nodes[code].get("placeholder", False) for code in codebases)


def licences_of(graph: nx.MultiDiGraph[Any], node: str) -> set[str]:
    """Return the known licences of a paper's codebases."""
    codebases = (graph.nodes[code] for code in neighbors_by_kind(graph, node, "has_code"))
    return {codebase["licence"] for codebase in codebases if "licence" in codebase}
