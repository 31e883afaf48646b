"""The knowledge graph: what it is, how it is read and written, how a node is found, what it projects to."""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from html import escape
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
from pydantic import ConfigDict, ValidationError

from flgraph.errors import GraphError
from flgraph.files import write_bytes
from flgraph.identifiers import clean_arxiv, clean_doi, normalize_title
from flgraph.lint import suggest_name
from flgraph.model import SCHEMA_VERSION, Record
from flgraph.schema import NODE_ATTRIBUTES, find_breaches, refuse_other, show_name, show_value

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
GRAPH_FILE = "graph.json"
"""What `write_build` calls the graph in its folder."""

_REMEDY = "write it again with `flgraph build`"


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
        return "none yet: Semantic Scholar has not been asked, or could not be reached"
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
    for node, attributes in graph.nodes(data=True):
        names[node.partition(":")[2].casefold()].add(node)
        for field in ("arxiv", "doi", "acronym", "s2"):
            if field in attributes:
                names[str(attributes[field]).casefold()].add(node)
        for field in ("title", "published_title", "name"):
            if field in attributes:
                names[normalize_title(str(attributes[field]))].add(node)
    return names


# --- read and write --------------------------------------------------------------------------------------


def write_graph(graph: nx.MultiDiGraph[Any], path: str | Path) -> Path:
    """Write a graph as node-link JSON, sorted, so that equal graphs give equal bytes; `.gz` compresses.

    Raises
    ------
    GraphError
        The graph breaks the schema, so that `read_graph` would refuse it; nothing is written.
    OutputError
        The file cannot be written.

    Examples
    --------
    >>> write_graph(build_graph(read_catalog()), folder / "graph.json").name
    'graph.json'
    """
    _refuse_breaches(graph, f"{path}: is not written, the graph")
    nodes = [{"id": node, **attributes} for node, attributes in sorted_nodes(graph)]
    edges = [
        {"source": start, "key": key, "target": end, "attributes": attributes}
        for start, key, end, attributes in sorted_edges(graph)
    ]
    document = {"schema_version": SCHEMA_VERSION, "graph": dict(graph.graph), "nodes": nodes, "edges": edges}
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"
    content = text.encode()
    return write_bytes(path, gzip.compress(content, mtime=0) if str(path).endswith(".gz") else content)


def _refuse_breaches(graph: nx.MultiDiGraph[Any], what: str, remedy: str = "check_graph lists them all") -> None:
    breaches = list(find_breaches(graph))
    if breaches:
        many = f" in {len(breaches)} places, first" if len(breaches) > 1 else ""
        raise GraphError(f"{what} breaks the schema{many}: {breaches[0]}; {remedy}")


def sorted_nodes(graph: nx.MultiDiGraph[Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return (node, attributes) of each node, sorted; `ValueError` where it is no graph."""
    refuse_other(graph)
    return sorted(graph.nodes(data=True))


def sorted_edges(graph: nx.MultiDiGraph[Any]) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Return (from, kind, to, attributes) of each edge, sorted; `ValueError` where it is no graph."""
    refuse_other(graph)
    edges = ((start, key, end, data) for start, end, key, data in graph.edges(keys=True, data=True))
    return sorted(edges, key=lambda edge: edge[:3])


def read_graph(path: str | Path) -> KnowledgeGraph:
    """Read a graph that `write_graph` wrote, or the one in a folder of `write_build`; it equals the one written.

    Raises
    ------
    GraphError
        The file is missing, broken off, of another kind or version, or breaks the schema.

    Examples
    --------
    >>> path = write_graph(build_graph(read_catalog()), folder / "graph.json")
    >>> read_graph(path).nodes["paper:fedbn"]["year"]
    2021
    """
    path = Path(path)
    path = path / GRAPH_FILE if path.is_dir() else path
    document = _read_document(path)
    graph = KnowledgeGraph()
    graph.graph.update(document.graph)
    for node in document.nodes:
        name = node.pop("id", None)
        if not isinstance(name, str) or name in graph:
            said = "is there twice" if name in graph else "is no id; should be text"
            raise GraphError(f"{path}: node {show_value(name)} {said}; {_REMEDY}")
        graph.add_nodes_from([(name, node)])
    for edge in document.edges:
        if graph.has_edge(edge.source, edge.target, edge.key):
            said = show_value(f"{edge.source} {edge.key} {edge.target}")
            raise GraphError(f"{path}: edge {said} is there twice; {_REMEDY}")
        graph.add_edge(edge.source, edge.target, key=edge.key)
        graph.edges[edge.source, edge.target, edge.key].update(edge.attributes)
    _refuse_breaches(graph, f"{path}:", _REMEDY)
    return graph


_Attributes = dict[str, str | bool | int | float]


class _Edge(Record):
    source: str
    key: str
    target: str
    attributes: _Attributes


class _Document(Record):
    """A graph file as it should be."""

    model_config = ConfigDict(strict=True)

    schema_version: int
    graph: _Attributes
    nodes: list[_Attributes]
    edges: list[_Edge]


def _read_document(path: Path) -> _Document:
    try:
        content = path.read_bytes()
        raw = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
    except (ValueError, EOFError, RecursionError, gzip.BadGzipFile, zlib.error) as error:
        raise GraphError(f"{path}: is not a whole graph file ({error}); {_REMEDY}") from error
    except OSError as error:
        raise GraphError(f"{path}: cannot be read ({error.strerror}); {_REMEDY}") from error
    version = raw.get("schema_version") if isinstance(raw, dict) else None
    if version is not None and version != SCHEMA_VERSION:
        raise GraphError(
            f"{path}: has schema version {show_value(version)}, this flgraph reads {SCHEMA_VERSION}; {_REMEDY}"
        )
    try:
        return _Document.model_validate(raw)
    except ValidationError as error:
        said = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in said["loc"]) or "the whole"
        why = f"{show_name(where)}: {said['msg'].lower()}"
        raise GraphError(f"{path}: is JSON, but not a graph of flgraph ({why}); {_REMEDY}") from error


# --- project ---------------------------------------------------------------------------------------------


def citation_graph(graph: nx.MultiDiGraph[Any], *, source: str | None = None) -> _DiGraph:
    """Return the papers and their citations only: what citation algorithms want.

    Parameters
    ----------
    graph : KnowledgeGraph
        The mixed graph.
    source : str or None
        Keep citations of one source only, such as "semantic_scholar", whose listings are whole; None keeps
        those that a curator has seen, too.

    Returns
    -------
    networkx.DiGraph
        One node a paper, inside the catalog and outside it, with its attributes; one edge from the citing to
        the cited paper, with the attributes of the `cites` edge. Nodes and edges are inserted sorted.

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
        if kind == "cites" and source in (None, data["source"])
    )
    return papers


def coauthor_graph(graph: nx.MultiDiGraph[Any]) -> _Graph:
    """Return who wrote with whom.

    Returns
    -------
    networkx.Graph
        One node an author with their attributes; one edge a pair with at least one paper in common, `papers`
        (int) how many, `fractional` (float) the sum of 1 / (number of authors - 1) over them (Newman 2001).

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


def neighbors_by_kind(graph: nx.MultiDiGraph[Any], node: str, kind: str, *, incoming: bool = False) -> list[str]:
    """Return the nodes that edges of one kind lead to from a node (or come from), sorted."""
    edges: Iterable[tuple[str, str, str]]
    if incoming:
        edges = ((end, start, key) for start, end, key in graph.in_edges(node, keys=True))
    else:
        edges = graph.out_edges(node, keys=True)
    return sorted(other for _, other, key in edges if key == kind)
