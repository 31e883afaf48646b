"""Read and write a graph as a file of node-link JSON."""

from __future__ import annotations

import gzip
import json
import logging
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import networkx as nx
from pydantic import ConfigDict, StringConstraints, ValidationError

from flgraph.checks import show_name, show_value
from flgraph.errors import GraphError, SnapshotError
from flgraph.files.atomic import write_bytes
from flgraph.files.digests import digest_parts, dump_canonical
from flgraph.files.folders import hint_at_command
from flgraph.files.inputs import refuse_special
from flgraph.graph.knowledge_graph import KnowledgeGraph, sorted_edges, sorted_nodes
from flgraph.graph.schema import GRAPH_VERSION, find_breaches
from flgraph.memory import pause_collector
from flgraph.records import FIRST_SOURCE, Catalog, Record
from flgraph.snapshot.files import SNAPSHOT_FILE, digest_snapshot_file, name_by_source

logger = logging.getLogger(__name__)

GRAPH_FILE: Final = "graph.json"
"""File name of the graph in the folder of `write_build`."""

_JSON: Final[dict[str, Any]] = {"ensure_ascii": False, "sort_keys": True, "allow_nan": False}
_FLAT: Final = json.JSONEncoder(separators=(",\n   ", ": "), **_JSON)
_EARLIER_VERSION: Final = 1
_EARLIER_ID_KIND: Final = "s2"
_REMEDY: Final = "write it again with `flgraph build`"


@pause_collector()
def write_graph(graph: nx.MultiDiGraph[Any], path: str | Path, *, beside: Sequence[Path] = ()) -> Path:
    """Write a graph as sorted node-link JSON, so that equal graphs give equal bytes; the suffix `.gz` compresses.

    `nx.node_link_graph` reads the parsed file as the same directed multigraph (networkx 3.4 and 3.5 need
    `edges="edges"`). The file contains a digest of its data, and one of each file in `beside`: files of one folder that
    belong to the graph. `read_graph` checks both.

    Raises
    ------
    GraphError
        The graph violates the schema; nothing is written.
    OutputError
        The file cannot be written.

    Examples
    --------
    >>> write_graph(build_graph(read_catalog()), folder / "graph.json").name
    'graph.json'
    """
    _refuse_breaches(graph, f"{path}: was not written, because the graph")
    document: dict[str, Any] = {
        "schema_version": GRAPH_VERSION,
        "directed": True,
        "multigraph": True,
        "graph": dict(graph.graph),
        "nodes": [{"id": node, **attributes} for node, attributes in sorted_nodes(graph)],
        "edges": [
            {"source": start, "key": key, "target": end, **attributes}
            for start, key, end, attributes in sorted_edges(graph)
        ],
    }
    if beside:
        document["files"] = {path.name: _digest_file(path) for path in beside}
    content = _dump({**document, "digest": _digest_document(document)})
    return write_bytes(path, gzip.compress(content, mtime=0) if str(path).endswith(".gz") else content)


def accept_file(graph: str | Path, path: Path) -> None:
    """Write the new digest of a file into the graph it was written together with, if it is one of its files.

    The file was written again from this graph, so that it still belongs to it.

    Parameters
    ----------
    graph : str or Path
        The file of the graph, or its folder.
    path : Path
        The file that was written again.

    Raises
    ------
    GraphError
        The graph cannot be read.
    OutputError
        The graph cannot be written.
    """
    source = Path(graph) / GRAPH_FILE if Path(graph).is_dir() else Path(graph)
    if source.name != GRAPH_FILE or not source.exists() or source.resolve().parent != path.resolve().parent:
        return
    document = _read_json(source)
    if path.name not in document.get("files", {}):
        return
    document["files"][path.name] = _digest_file(path)
    if "digest" in document:  # else a person has removed it
        document["digest"] = _digest_document(document)
    write_bytes(source, _dump(document))


def _dump(document: Mapping[str, Any]) -> bytes:
    """Return a document as JSON with an indent of 1.

    Python indents in slow code of its own, so that nodes and edges, which are nearly all of it, are written apart.
    """
    given = {name: document.get(name) for name in ("edges", "nodes")}
    long = {name: items for name, items in given.items() if isinstance(items, list) and items}
    text = json.dumps({**document, **{name: [] for name in long}}, indent=1, **_JSON)
    for name, items in long.items():
        written = ",\n  ".join(map(_dump_item, items))
        text = text.replace(f'\n "{name}": []', f'\n "{name}": [\n  {written}\n ]', 1)  # no text holds a line end
    return f"{text}\n".encode()


def _dump_item(item: Any) -> str:
    """Return an item of a list of a document, indented as `json.dumps` with an indent of 1 would."""
    if not isinstance(item, dict) or not item or any(isinstance(value, dict | list) for value in item.values()):
        return json.dumps(item, indent=1, **_JSON).replace("\n", "\n  ")
    return f"{{\n   {_FLAT.encode(item)[1:-1]}\n  }}"


def _digest_document(document: Mapping[str, Any]) -> str:
    """Return the digest of a document without its own, whatever its white space and the order of its keys."""
    return digest_parts(
        [dump_canonical({name: value for name, value in document.items() if name != "digest"}).encode()]
    )


def _digest_file(path: Path) -> str:
    """Return the digest of a text file, whatever its line ends: git may change them on Windows."""
    refuse_special(path)
    return digest_parts([path.read_bytes().replace(b"\r\n", b"\n")])


def _refuse_breaches(graph: nx.MultiDiGraph[Any], what: str, remedy: str = "check_graph lists all of them") -> None:
    breaches = list(find_breaches(graph))
    if breaches:
        many = f" in {len(breaches)} places, first" if len(breaches) > 1 else ""
        raise GraphError(f"{what} violates the schema{many}: {breaches[0]}; {remedy}")


@pause_collector()
def read_graph(path: str | Path) -> KnowledgeGraph:
    """Read a graph from a file of `write_graph`, or from a folder of `write_build`.

    Files of flgraph 0.1.0 are read as well. The log says if a file has no digest, and warns if files beside it were not
    written together with it.

    Raises
    ------
    GraphError
        The file is missing, truncated, changed after it was written, of another kind or version, or violates the
        schema.

    Examples
    --------
    >>> path = write_graph(build_graph(read_catalog()), folder / "graph.json")
    >>> read_graph(path).nodes["paper:fedbn"]["year"]
    2021
    """
    path = Path(path)
    if path.is_dir():
        path = _find_graph(path)
    raw = _read_json(path)
    document = _validate(path, raw)
    graph = KnowledgeGraph()
    graph.graph.update(_upgrade_origin(document))
    for node in document.nodes:
        name = node.pop("id", None)
        if not isinstance(name, str) or name in graph:
            said = "occurs twice" if name in graph else "must have text as its id"
            raise GraphError(f"{path}: node {show_value(name)} {said}; {_REMEDY}")
        graph.add_nodes_from([(name, node)])
    for start, key, end, attributes in _list_edges(document):
        if graph.has_edge(start, end, key):
            raise GraphError(f"{path}: edge {show_value(f'{start} {key} {end}')} occurs twice; {_REMEDY}")
        graph.add_edge(start, end, key=key)
        graph.edges[start, end, key].update(attributes)
    _refuse_breaches(graph, f"{path}:", _REMEDY)
    _refuse_changes(path, raw)
    if isinstance(document, _Document) and path.name == GRAPH_FILE:
        _warn_of_strangers(path.parent, document.files, _list_digests(path.parent, graph.graph))
    return graph


def _find_graph(folder: Path) -> Path:
    """Return the file of the graph in a folder; raise `GraphError` if another command reads this folder."""
    path = folder / GRAPH_FILE
    hint = None if path.exists() else hint_at_command(folder)
    if hint is not None:
        raise GraphError(hint)
    return path


def find_other_catalog(path: str | Path, catalog: Catalog) -> str | None:
    """Return the title in a graph file if the graph is of another catalog than the one given.

    A catalog that was edited or renamed is not another one: it shares half of its papers. None also if there is no
    graph, or the file cannot be read.
    """
    try:
        document = _validate(Path(path), _read_json(Path(path)))
    except GraphError:
        return None
    title = str(document.graph.get("title", ""))
    old = {str(node["key"]) for node in document.nodes if node.get("in_catalog") is True and "key" in node}
    new = {entry.key for entry in catalog.entries}
    is_other = title != catalog.title and 2 * len(old & new) < min(len(old), len(new))
    return title if is_other else None


def _refuse_changes(path: Path, raw: Mapping[str, Any]) -> None:
    """Raise `GraphError` if the data of a file do not have its digest."""
    if "digest" not in raw:
        logger.info("%s: has no digest, so changes to it go unnoticed", path)
    elif raw["digest"] != _digest_document(raw):
        raise GraphError(
            f"{path}: was changed after flgraph wrote it; to accept the change, remove the line that starts with "
            f'"digest"; else {_REMEDY}'
        )


def _list_digests(folder: Path, origin: Mapping[str, Any]) -> dict[Path, str | None]:
    """Return the digest of each snapshot of a graph by its file; None where there should be no such file."""
    digests: dict[Path, str | None] = {folder / SNAPSHOT_FILE: origin.get("snapshot_digest")}
    for said in filter(None, str(origin.get("snapshots", "")).split("; ")):
        source, *_, digest = said.split(", ")
        digests |= {name_by_source(folder / SNAPSHOT_FILE, source): digest}
    return digests


def _warn_of_strangers(folder: Path, files: Mapping[str, str], digests: Mapping[Path, str | None]) -> None:
    """Warn of the files in the folder of a graph that were not written together with it."""
    strangers = [name for name, digest in sorted(files.items()) if not _fits(folder / name, digest)]
    if files or any(digests.values()):
        strangers += [path.name for path, digest in digests.items() if not _is_snapshot(path, digest)]
    if strangers:
        *others, final = strangers
        named = f"{', '.join(others)} and {final} do" if others else f"{final} does"
        remedy = f"run `flgraph build` again with -o {folder} to write them together"
        logger.warning("%s: %s not belong to %s; %s", folder, named, GRAPH_FILE, remedy)


def _fits(path: Path, digest: str) -> bool:
    """Return whether a file is absent or has a digest."""
    try:
        return _digest_file(path) == digest
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _is_snapshot(path: Path, digest: str | None) -> bool:
    """Return whether a file is absent or the snapshot with a digest."""
    try:
        return not path.exists() or digest_snapshot_file(path) == digest
    except SnapshotError:
        return False


# --- the form of the file --------------------------------------------------------------------------------

_Value = str | bool | int | float
_Attributes = dict[str, _Value]
_FileName = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z]+$")]


class _Edge(Record):
    """An edge of node-link JSON: its ends, its kind, and its attributes as further keys."""

    model_config = ConfigDict(strict=True, extra="allow")
    __pydantic_extra__: _Attributes

    source: str
    key: str
    target: str


class _Document(Record):
    """A graph file of the current version."""

    model_config = ConfigDict(strict=True)

    schema_version: int
    directed: Literal[True]
    multigraph: Literal[True]
    graph: _Attributes
    nodes: list[_Attributes]
    edges: list[_Edge]
    digest: str | None = None
    files: Mapping[_FileName, str] = {}


class _EarlierEdge(Record):
    source: str
    key: str
    target: str
    attributes: _Attributes


class _EarlierDocument(Record):
    """A graph file of version 1 (flgraph 0.1.0), whose edges keep their attributes in a mapping."""

    model_config = ConfigDict(strict=True)

    schema_version: int
    graph: _Attributes
    nodes: list[_Attributes]
    edges: list[_EarlierEdge]


def _read_json(path: Path) -> Any:
    try:
        refuse_special(path)
        content = path.read_bytes()
        return json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
    except (ValueError, EOFError, RecursionError, gzip.BadGzipFile, zlib.error) as error:
        raise GraphError(f"{path}: is not a complete graph file ({error}); {_REMEDY}") from error
    except OSError as error:
        raise GraphError(f"{path}: cannot be read ({error.strerror}); {_REMEDY}") from error


def _validate(path: Path, raw: Any) -> _Document | _EarlierDocument:
    version = raw.get("schema_version") if isinstance(raw, dict) else None
    if version is not None and version not in (_EARLIER_VERSION, GRAPH_VERSION):
        raise GraphError(
            f"{path}: has schema version {show_value(version)}, but this flgraph reads versions up to {GRAPH_VERSION}; "
            f"update flgraph, or {_REMEDY}"
        )
    try:
        return (_EarlierDocument if version == _EARLIER_VERSION else _Document).model_validate(raw)
    except ValidationError as error:
        said = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in said["loc"]) or "the document"
        why = f"{show_name(where)}: {said['msg'].lower()}"
        raise GraphError(f"{path}: is not a graph of flgraph ({why}); {_REMEDY}") from error


def _upgrade_origin(document: _Document | _EarlierDocument) -> _Attributes:
    """Upgrade the attributes of the graph itself to the current version."""
    is_earlier = isinstance(document, _EarlierDocument) and document.graph.get("schema_version") == _EARLIER_VERSION
    if not is_earlier:
        return document.graph
    id_kinds: _Attributes = {"id_kinds": _EARLIER_ID_KIND} if "snapshot_source" in document.graph else {}
    return {**document.graph, **id_kinds, "schema_version": GRAPH_VERSION}


def _list_edges(document: _Document | _EarlierDocument) -> Iterator[tuple[str, str, str, _Attributes]]:
    """Yield (from, kind, to, attributes) of each edge, upgraded to the current version."""
    for edge in document.edges:
        if isinstance(edge, _Edge):
            yield edge.source, edge.key, edge.target, edge.__pydantic_extra__
        else:
            yield edge.source, edge.key, edge.target, _upgrade_edge(edge.attributes, document.graph)


def _upgrade_edge(attributes: _Attributes, origin: _Attributes) -> _Attributes:
    """Upgrade the attributes of an edge: rename `source` to `sources`, and name the source of the snapshot."""
    if "sources" in attributes:  # unknown in version 1: keep `source`, which the check rejects
        return attributes
    renamed = {"sources" if name == "source" else name: value for name, value in attributes.items()}
    if renamed.get("sources") == FIRST_SOURCE:  # version 1 wrote this for every snapshot
        renamed["sources"] = origin.get("snapshot_source", FIRST_SOURCE)
    return renamed
