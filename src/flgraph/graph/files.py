"""Read and write a graph as one file of node-link JSON."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
from pydantic import ConfigDict, ValidationError

from flgraph.atomic_files import write_bytes
from flgraph.checks import show_name, show_value
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import KnowledgeGraph, sorted_edges, sorted_nodes
from flgraph.graph.schema import find_breaches
from flgraph.records import SCHEMA_VERSION, Record

if TYPE_CHECKING:
    _MultiDiGraph = nx.MultiDiGraph[str]
    _DiGraph = nx.DiGraph[str]
    _Graph = nx.Graph[str]
else:
    _MultiDiGraph = nx.MultiDiGraph


GRAPH_FILE = "graph.json"


"""What `write_build` calls the graph in its folder."""


_REMEDY = "write it again with `flgraph build`"


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
