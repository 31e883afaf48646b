"""Define the knowledge graph: its class, its summary, and how to find and list its nodes and edges."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import networkx as nx

from flgraph.checks import format_count, suggest_name
from flgraph.errors import GraphError
from flgraph.graph.schema import NODE_ATTRIBUTES, list_id_kinds, refuse_other
from flgraph.identifiers import clean_arxiv, clean_doi, normalize_title

if TYPE_CHECKING:
    _MultiDiGraph = nx.MultiDiGraph[str]
    _DiGraph = nx.DiGraph[str]
    _Graph = nx.Graph[str]
else:
    _MultiDiGraph = nx.MultiDiGraph


class KnowledgeGraph(_MultiDiGraph):
    """A `networkx.MultiDiGraph` of papers, authors, venues, topics, datasets and codebases.

    `docs/schema.md` describes its nodes and edges, and its `repr` summarizes them. For citation or co-author
    algorithms, use `citation_graph(graph)` or `coauthor_graph(graph)`.
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


_SUGGESTED = 3


def _describe(graph: nx.MultiDiGraph[Any]) -> Iterator[tuple[str, str]]:
    title = graph.graph.get("title", "untitled")
    nodes, edges = format_count(graph.number_of_nodes(), "node"), graph.number_of_edges()
    yield "", f"KnowledgeGraph '{title}' with {nodes} and {format_count(edges, 'edge')}"
    counts = count_kinds(graph)
    yield "nodes", format_kinds(counts) or "none"
    kinds = Counter(kind for _, _, kind in graph.edges(keys=True))
    yield "edges", ", ".join(f"{number:,} {kind}" for kind, number in sorted(kinds.items())) or "none"
    yield "sources", str(graph.graph.get("sources", "unknown"))
    for snapshot in filter(None, str(graph.graph.get("snapshots", "")).split("; ")):
        yield "snapshot", snapshot.rpartition(", ")[0]
    if "snapshot_taken" in graph.graph and "snapshots" not in graph.graph:
        yield "snapshot", f"{graph.graph['snapshot_taken']}, depth {graph.graph['snapshot_depth']}"
    yield "citation data", describe_coverage(graph)


def count_kinds(graph: nx.MultiDiGraph[Any]) -> dict[str, int]:
    """Count the nodes of each kind, with papers outside the catalog as a kind of their own at the end.

    The keys are `paper`, `author`, `venue`, `topic`, `dataset`, `codebase` and `paper outside the catalog`. Kinds
    without nodes are left out.
    """
    counts = Counter(
        "paper outside the catalog" if attributes.get("in_catalog") is False else attributes.get("kind", "node")
        for _, attributes in graph.nodes(data=True)
    )
    order = [*NODE_ATTRIBUTES, "paper outside the catalog"]
    return {kind: counts[kind] for kind in order if counts[kind]}


def format_kinds(counts: Mapping[str, int]) -> str:
    """Format the counts of `count_kinds`, such as "1 paper, 3 authors, 20 papers outside the catalog"."""
    return ", ".join(format_count(number, kind, _pluralize(kind)) for kind, number in counts.items())


def _pluralize(kind: str) -> str:
    noun, space, rest = kind.partition(" ")
    return f"{noun}s{space}{rest}"


def describe_coverage(graph: nx.MultiDiGraph[Any]) -> str:
    """Describe how many catalog papers have citation counts and references, and how complete these are."""
    papers = [attributes for _, attributes in catalog_papers(graph)]
    counted = sum("citation_count" in attributes for attributes in papers)
    if not counted:
        return "none; run `flgraph build` online to fetch it"
    known = [attributes for attributes in papers if attributes.get("references") == "known"]
    total = format_count(len(papers), "paper")
    said = f"counts for {counted} of {total}, references for {len(known)} of {len(papers)}"
    lines = [
        (min(paper.get("references_listed", 0), paper["reference_count"]), paper["reference_count"])
        for paper in known
        if "reference_count" in paper
    ]
    listed, promised = (sum(numbers) for numbers in zip(*lines, strict=True)) if lines else (0, 0)
    return said if listed >= promised else f"{said} ({listed:,} of {promised:,} counted references are listed)"


def list_facets(graph: nx.MultiDiGraph[Any]) -> list[str]:
    """List the facets of the topics of a graph: those of catalog.yaml in its order, then those with most topics."""
    topics = (attributes for _, attributes in sorted_nodes(graph) if attributes.get("kind") == "topic")
    counts = Counter(str(attributes["facet"]) for attributes in topics if "facet" in attributes)
    said = [facet for facet in str(graph.graph.get("facets", "")).split("; ") if facet in counts]
    return list(dict.fromkeys((*said, *sorted(counts, key=lambda facet: (-counts[facet], facet)))))


def list_sections(attributes: Mapping[str, Any]) -> list[str]:
    """List the sections of a paper, each as its headings joined by " > "; a graph joins several sections by "; "."""
    return [section for section in str(attributes.get("section", "")).split("; ") if section]


def judge_facet(graph: nx.MultiDiGraph[Any], facet: str) -> str | None:
    """Return why a facet is unknown, and the near or known ones; None if a topic of the graph has it."""
    known = list_facets(graph)
    if facet in known:
        return None
    listed = f"; its facets are {', '.join(map(repr, known))}" if known else ""
    return f"no topic of this graph has the facet {facet!r}{suggest_name(facet, known) or listed}"


def catalog_papers(graph: nx.MultiDiGraph[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield node and attributes of each paper of the catalog, in node order."""
    for node, attributes in sorted_nodes(graph):
        if attributes.get("kind") == "paper" and attributes.get("in_catalog"):
            yield node, attributes


# --- find ------------------------------------------------------------------------------------------------


def find_node(graph: nx.MultiDiGraph[Any], name: str) -> str:
    """Find the node with a given id, key, title or name.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to search.
    name : str
        A node id, a bare key ("fedbn"), a DOI, an arXiv id, or an unambiguous title or name.

    Raises
    ------
    GraphError
        No node or several nodes have this name. The message suggests the closest name, or lists their ids. For an
        unknown DOI or arXiv id it suggests none: a similar id is that of another paper.
    ValueError
        `name` is not text.

    Examples
    --------
    >>> find_node(build_graph(read_catalog()), "10.1038/s41591-021-01506-3")
    'paper:exam-covid'
    """
    refuse_other(graph)
    if not isinstance(name, str):
        raise ValueError(f"name must be text (an id, a key, a DOI, an arXiv id or a title), found {name!r}")
    if name in graph:
        return name
    names = _index_names(graph)
    for form in (name.strip(), clean_doi(name), clean_arxiv(name), normalize_title(name)):
        nodes = sorted(names.get(form.casefold(), ())) if form else []
        if len(nodes) == 1:
            return nodes[0]
        if nodes:
            raise GraphError(f"{name!r} is ambiguous: it may be {', '.join(nodes)}; use the full id")
    raise GraphError(f"{name!r} is not a node of this graph{_suggest_nodes(graph, name, names)}")


def _suggest_nodes(graph: nx.MultiDiGraph[Any], name: str, names: Mapping[str, set[str]]) -> str:
    """Suggest the nodes that contain the name at the start of a word, else the most similar name; none for an id."""
    if clean_doi(name) or clean_arxiv(name):
        return ""
    part = normalize_title(name)
    found = {node for known, nodes in names.items() if part and f" {part}" in f" {known}" for node in nodes}
    if not found:
        return suggest_name(name.casefold(), names)
    order = sorted(found, key=lambda node: (graph.nodes[node].get("in_catalog") is False, len(node), node))
    more = f" ({len(found) - _SUGGESTED} more)" if len(found) > _SUGGESTED else ""
    return f"; did you mean {' or '.join(map(repr, order[:_SUGGESTED]))}{more}?"


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
    """List (node, attributes) of each node, sorted; raise `ValueError` if the argument is not a graph."""
    refuse_other(graph)
    return sorted(graph.nodes(data=True))


def sorted_edges(graph: nx.MultiDiGraph[Any]) -> list[tuple[str, str, str, dict[str, Any]]]:
    """List (from, kind, to, attributes) of each edge, sorted; raise `ValueError` if it is not a graph."""
    refuse_other(graph)
    return sorted(iterate_edges(graph), key=itemgetter(0, 1, 2))


def iterate_edges(graph: nx.MultiDiGraph[Any]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Yield (from, kind, to, attributes) of each edge in the order of the graph; faster than its `edges`."""
    for start, near in graph.adjacency():
        for end, kinds in near.items():
            for kind, data in kinds.items():
                yield start, kind, end, data


def neighbors_by_kind(graph: nx.MultiDiGraph[Any], node: str, kind: str, *, incoming: bool = False) -> list[str]:
    """List the targets (or sources, if `incoming`) of the edges of one kind at a node, sorted."""
    edges: Iterable[tuple[str, str, str]]
    if incoming:
        edges = ((end, start, key) for start, end, key in graph.in_edges(node, keys=True))
    else:
        edges = graph.out_edges(node, keys=True)
    return sorted(other for _, other, key in edges if key == kind)
