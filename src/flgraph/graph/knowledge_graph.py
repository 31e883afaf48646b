"""The knowledge graph: what it is, how it is read and written, how a node is found, what it projects to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING, Any

import networkx as nx

from flgraph.checks import suggest_name
from flgraph.errors import GraphError
from flgraph.graph.schema import NODE_ATTRIBUTES, list_id_kinds, refuse_other
from flgraph.identifiers import clean_arxiv, clean_doi, normalize_title

if TYPE_CHECKING:
    _MultiDiGraph = nx.MultiDiGraph[str]
    _DiGraph = nx.DiGraph[str]
    _Graph = nx.Graph[str]
else:
    _MultiDiGraph = nx.MultiDiGraph

_PLURALS = {
    "paper": "papers",
    "author": "authors",
    "venue": "venues",
    "topic": "topics",
    "dataset": "datasets",
    "codebase": "codebases",
}


class KnowledgeGraph(_MultiDiGraph):
    """A `networkx.MultiDiGraph` of papers, authors, venues, topics, datasets and codebases that says what it holds.

    Nodes and edges are as in `docs/schema.md`. It is not a citation graph: give algorithms
    `citation_graph(graph)` or `coauthor_graph(graph)`.
    """

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {value}" if name else value for name, value in _describe(self))

    def __str__(self) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(name)}</th><td style='text-align:left'>{escape(value)}</td></tr>"
            for name, value in _describe(self)
        )
        return f"<table>{rows}</table>"


def _describe(graph: nx.MultiDiGraph[Any]) -> Iterator[tuple[str, str]]:
    title = graph.graph.get("title", "untitled")
    edges = graph.number_of_edges()
    yield "", f"KnowledgeGraph '{title}' with {graph.number_of_nodes():,} nodes and {edges:,} edges"
    counts = count_kinds(graph)
    yield "nodes", ", ".join(say_count(number, kind) for kind, number in counts.items()) or "none"
    kinds = Counter(kind for _, _, kind in graph.edges(keys=True))
    yield "edges", ", ".join(f"{number:,} {kind}" for kind, number in sorted(kinds.items())) or "none"
    yield "sources", str(graph.graph.get("sources", "unknown"))
    if "snapshot_taken" in graph.graph:
        yield "snapshot", f"{graph.graph['snapshot_taken']}, depth {graph.graph['snapshot_depth']}"
    yield "citation data", say_coverage(graph)


def count_kinds(graph: nx.MultiDiGraph[Any]) -> dict[str, int]:
    """Return the number of nodes of each kind: papers of the catalog, then the other kinds, then papers outside it.

    The keys are `paper`, `author`, `venue`, `topic`, `dataset`, `codebase` and `paper outside the catalog`;
    kinds without a node are left out.
    """
    counts = Counter(
        "paper outside the catalog" if attributes.get("in_catalog") is False else attributes.get("kind", "node")
        for _, attributes in graph.nodes(data=True)
    )
    order = [*NODE_ATTRIBUTES, "paper outside the catalog"]
    return {kind: counts[kind] for kind in order if counts[kind]}


def say_count(number: int, kind: str) -> str:
    """Return a count with its noun in the right number: "1 paper", "56 papers"."""
    noun, _, rest = kind.partition(" ")
    plural = _PLURALS.get(noun, f"{noun}s") if number != 1 else noun
    return f"{number:,} {plural} {rest}".rstrip()


def say_coverage(graph: nx.MultiDiGraph[Any]) -> str:
    """Return in words how many catalog papers have a citation count and known references, and how whole these are."""
    papers = [attributes for _, attributes in catalog_papers(graph)]
    counted = sum("citation_count" in attributes for attributes in papers)
    if not counted:
        return "none yet: no provider has been asked, or none could be reached"
    known = [attributes for attributes in papers if attributes.get("references") == "known"]
    said = f"counts for {counted} of {len(papers)} papers, references for {len(known)} of {len(papers)}"
    lines = [
        (min(paper.get("references_listed", 0), paper["reference_count"]), paper["reference_count"])
        for paper in known
        if "reference_count" in paper
    ]
    listed, promised = (sum(numbers) for numbers in zip(*lines, strict=True)) if lines else (0, 0)
    return said if listed >= promised else f"{said} ({listed:,} of the {promised:,} references that they count)"


def catalog_papers(graph: nx.MultiDiGraph[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield node and attributes of each paper of the catalog, in node order."""
    for node, attributes in sorted_nodes(graph):
        if attributes.get("kind") == "paper" and attributes.get("in_catalog"):
            yield node, attributes


# --- find ------------------------------------------------------------------------------------------------


def find_node(graph: nx.MultiDiGraph[Any], name: str) -> str:
    """Return the id of the node that a person means.

    Parameters
    ----------
    graph : KnowledgeGraph
        Where to look.
    name : str
        A node id, a bare key ("fedbn"), a DOI, an arXiv id, or an unambiguous title or name.

    Raises
    ------
    GraphError
        No node is named so, with the closest name; or several are, with their ids.
    ValueError
        The name is no text.

    Examples
    --------
    >>> find_node(build_graph(read_catalog()), "10.1038/s41591-021-01506-3")
    'paper:exam-covid'
    """
    refuse_other(graph)
    if not isinstance(name, str):
        raise ValueError(f"{name!r} is no name; should be text: an id, a key, a DOI, an arXiv id or a title")
    if name in graph:
        return name
    names = _index_names(graph)
    for form in (name.strip(), clean_doi(name), clean_arxiv(name), normalize_title(name)):
        nodes = sorted(names.get(form.casefold(), ())) if form else []
        if len(nodes) == 1:
            return nodes[0]
        if nodes:
            raise GraphError(f"{name!r} may be any of {', '.join(nodes)}; use the whole id")
    raise GraphError(f"{name!r} is no node of this graph{suggest_name(name.casefold(), names)}")


def _index_names(graph: nx.MultiDiGraph[Any]) -> dict[str, set[str]]:
    names: dict[str, set[str]] = defaultdict(set)
    id_kinds = list_id_kinds(graph)
    for node, attributes in graph.nodes(data=True):
        names[node.partition(":")[2].casefold()].add(node)
        for field in ("arxiv", "doi", "acronym", *id_kinds):
            if field in attributes:
                names[str(attributes[field]).casefold()].add(node)
        for field in ("title", "published_title", "name"):
            if field in attributes:
                names[normalize_title(str(attributes[field]))].add(node)
    return names


def sorted_nodes(graph: nx.MultiDiGraph[Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return (node, attributes) of each node, sorted; `ValueError` where it is no graph."""
    refuse_other(graph)
    return sorted(graph.nodes(data=True))


def sorted_edges(graph: nx.MultiDiGraph[Any]) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Return (from, kind, to, attributes) of each edge, sorted; `ValueError` where it is no graph."""
    refuse_other(graph)
    edges = ((start, key, end, data) for start, end, key, data in graph.edges(keys=True, data=True))
    return sorted(edges, key=lambda edge: edge[:3])


def neighbors_by_kind(graph: nx.MultiDiGraph[Any], node: str, kind: str, *, incoming: bool = False) -> list[str]:
    """Return the nodes that edges of one kind lead to from a node (or come from), sorted."""
    edges: Iterable[tuple[str, str, str]]
    if incoming:
        edges = ((end, start, key) for start, end, key in graph.in_edges(node, keys=True))
    else:
        edges = graph.out_edges(node, keys=True)
    return sorted(other for _, other, key in edges if key == kind)
