"""Define the schema of the graph as data, and check graphs against it. `docs/schema.md` describes it in words.

Add a new kind of node or edge here, and assemble it in `assemble.py` (curated facts) or `assemble_snapshot.py` (facts
of a provider). `describe.py` and the map define its words and its shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from datetime import date, datetime
from typing import Any, Final, get_args

import networkx as nx

from flgraph.checks import is_unicode, show_name, show_value
from flgraph.errors import GraphError
from flgraph.records import Extent, Knowledge, RelationKind, VenueType
from flgraph.sources.registry import KNOWN

GRAPH_VERSION: Final = 2
"""Version of graphs and their files; it increases when a reader of the previous version would misread them."""

_COMMON: Final = {"kind": str, "label": str}
_SOURCES: Final = {"sources": str}

GRAPH_ATTRIBUTES: Final[Mapping[str, type]] = {
    "schema_version": int,
    "title": str,
    "catalog_digest": str,
    "sources": str,
    "facets": str,
    "id_kinds": str,
    "synthetic": bool,
    "snapshot_source": str,
    "snapshot_taken": str,
    "snapshot_depth": int,
    "snapshot_digest": str,
    "snapshot_host": str,
    "snapshots": str,
    "snapshot_asked_first": str,
    "snapshot_reason": str,
    "snapshot_shipped": str,
    "snapshot_reference_set": str,
}
"""Attributes of the graph itself and their types; the first four of the snapshot are all present or all absent."""

NODE_ATTRIBUTES: Final[Mapping[str, Mapping[str, type]]] = {
    "paper": {
        "title": str,
        "in_catalog": bool,
        "key": str,
        "section": str,
        "acronym": str,
        "published_title": str,
        "year": int,
        "publication_date": str,
        "venue": str,
        "venue_listed": str,
        "url": str,
        "arxiv": str,
        "doi": str,
        "dblp": str,
        "openreview": str,
        "pmid": str,
        "pmcid": str,
        "corpus_id": int,
        "datasets_known": str,
        "datasets_reason": str,
        "doubts": str,
        "evidence": str,
        "citation_count": int,
        "reference_count": int,
        "influential_citation_count": int,
        "references": str,
        "references_listed": int,
        "citations": str,
        "citations_listed": int,
        "citations_by_year": str,
        "citation_counts": str,
        "document_type": str,
        "retracted": bool,
        "open_access": str,
        "open_access_url": str,
        "open_access_licence": str,
        "open_access_version": str,
        "versions": str,
        "field": str,
        "field_set": str,
        "field_counts": str,
        "field_population": int,
        "field_citation_count": int,
        "match": str,
        "match_method": str,
        "matched_by": str,
    },
    "author": {
        "name": str,
        "dblp": str,
        "alias": str,
        "h_index": int,
        "citation_count": int,
        "paper_count": int,
        "affiliations": str,
        "orcid": str,
        "institutions": str,
        "institution_rors": str,
    },
    "venue": {"name": str, "venue_type": str},
    "topic": {"name": str, "facet": str},
    "dataset": {
        "name": str,
        "domain": str,
        "modality": str,
        "task": str,
        "homepage": str,
        "access": str,
        "licence": str,
        "federated": bool,
        "size": str,
        "samples": int,
        "classes": int,
        "clients": int,
        "records": str,
        "note": str,
        "evidence": str,
    },
    "codebase": {
        "url": str,
        "licence": str,
        "languages": str,
        "frameworks": str,
        "first_commit": str,
        "last_commit": str,
        "run_instructions": bool,
        "placeholder": bool,
        "note": str,
        "evidence": str,
    },
}
"""Node attributes and their types by kind, in addition to `kind`, `label` and `sources`.

A paper may also have one id of each kind in the attribute `id_kinds` of the graph.
"""

EDGE_KINDS: Final[Mapping[str, tuple[str, str, Mapping[str, type]]]] = {
    "cites": ("paper", "paper", {"influential": bool, "intents": str, "self_citation": bool}),
    "authored": ("author", "paper", {"position": int}),
    "published_in": ("paper", "venue", {}),
    "about": ("paper", "topic", {"facet": str, "matched": str}),
    "uses_dataset": ("paper", "dataset", {"note": str}),
    "introduces_dataset": ("paper", "dataset", {"note": str}),
    "has_code": ("paper", "codebase", {"subpath": str}),
    "derived_from": ("dataset", "dataset", {}),
    "builds_on": ("codebase", "codebase", {}),
    "same_work_as": ("paper", "paper", {}),
    "relates_to": ("paper", "paper", {"relation": str}),
}
"""Edge kinds: the kinds of nodes they join, and their attributes in addition to `sources` and `evidence`."""

LARGEST_NUMBER: Final = 2**53 - 1
"""The largest integer that every JSON parser reads exactly."""

_WORDS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("paper", "references"): get_args(Knowledge),
    ("paper", "citations"): get_args(Knowledge),
    ("paper", "datasets_known"): get_args(Extent),
    ("paper", "field_set"): ("known", "failed", "no_topic"),
    ("paper", "match"): ("accepted", "review", "rejected", "missing", "failed"),
    ("paper", "matched_by"): ("arxiv", "doi", "id", "title", "person"),
    ("venue", "venue_type"): get_args(VenueType),
    ("dataset", "access"): ("open", "registration", "dua", "closed"),
}
_RANGES: Final = {
    "schema_version": (GRAPH_VERSION, GRAPH_VERSION),
    "snapshot_depth": (0, 1),
    "year": (1800, 2200),
    "position": (1, LARGEST_NUMBER),
}
_DATES: Final = {
    "publication_date": date,
    "first_commit": date,
    "last_commit": date,
    "snapshot_taken": datetime,
}
_ALWAYS: Final = {
    "paper": {"title", "in_catalog"},
    "author": {"name"},
    "venue": {"name"},
    "topic": {"name", "facet"},
    "dataset": {"name"},
    "codebase": {"url"},
    "authored": {"position"},
    "relates_to": {"relation"},
}
_SNAPSHOT: Final = frozenset({"snapshot_source", "snapshot_taken", "snapshot_depth", "snapshot_digest"})
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9.-]*")
_OWN_SOURCES: Final = ("catalog", "lexicon")
_ID_KINDS: Final = tuple(about.id_kind for about in KNOWN.values())
_SHOWN = 20


def check_graph(graph: nx.MultiDiGraph[Any]) -> None:
    """Check a graph against the schema in `docs/schema.md`.

    Raises
    ------
    GraphError
        The graph violates the schema. The message lists the first twenty violations, one per line, and their number.

    Examples
    --------
    >>> check_graph(build_graph(read_catalog()))
    """
    breaches = list(find_breaches(graph))
    if breaches:
        more = f"\n… and {len(breaches) - _SHOWN} more" if len(breaches) > _SHOWN else ""
        raise GraphError("\n".join(breaches[:_SHOWN]) + more)


def refuse_other(graph: object) -> None:
    """Raise `ValueError` unless an argument is a graph."""
    if not isinstance(graph, nx.MultiDiGraph):
        remedy = "pass its .graph" if hasattr(graph, "graph") else "read a file with read_graph, or make one with build"
        raise ValueError(f"graph must be a knowledge graph, found a {type(graph).__name__}; {remedy}")


def list_sources(attributes: Mapping[str, object]) -> list[str]:
    """List the sources of an edge or a graph in the order of its attribute `sources`."""
    return str(attributes.get("sources", "")).split("; ")


def list_id_kinds(graph: nx.MultiDiGraph[Any]) -> list[str]:
    """List the kinds of paper ids that the providers of a graph use, such as "s2"."""
    return list(filter(None, str(graph.graph.get("id_kinds", "")).split("; ")))


def find_breaches(graph: nx.MultiDiGraph[Any]) -> Iterator[str]:
    """Yield each violation of the schema as one line: where it is, what is wrong, and what is valid."""
    refuse_other(graph)
    yield from _check_origin(graph)
    yield from _check_nodes(graph)
    yield from _check_edges(graph)


def _check_origin(graph: nx.MultiDiGraph[Any]) -> Iterator[str]:
    """Check the attributes of the graph itself; citation counts require the snapshot attributes with their date."""
    asked = bool(_SNAPSHOT & set(graph.graph)) or any("citation_count" in data for _, data in graph.nodes(data=True))
    yield from _check_attributes("graph", "graph", graph.graph, GRAPH_ATTRIBUTES, _SNAPSHOT if asked else frozenset())


def _check_nodes(graph: nx.MultiDiGraph[Any]) -> Iterator[str]:
    ids = dict.fromkeys((*_ID_KINDS, *list_id_kinds(graph)), str)
    for node, attributes in graph.nodes(data=True):
        kind, where = attributes.get("kind"), show_name(node)
        known = NODE_ATTRIBUTES.get(kind) if isinstance(kind, str) else None
        if kind is None and not attributes and graph.degree(node):
            yield f"{where}: is the end of an edge, but not among the nodes"
        elif known is None:
            yield f"{where}: kind must be one of {', '.join(NODE_ATTRIBUTES)}, found {show_value(kind)}"
        elif not (isinstance(node, str) and node.startswith(f"{kind}:") and node.isprintable()):
            yield f"{where}: the id of a {kind} must begin with '{kind}:' and be printable"
        else:
            yield from _check_attributes(
                where,
                str(kind),
                attributes,
                {**_COMMON, **_SOURCES, **known, **(ids if kind == "paper" else {})},
                _ALWAYS[str(kind)] | set(_COMMON),
            )
            yield from _check_key(node, attributes)


def _check_key(node: str, attributes: Mapping[str, object]) -> Iterator[str]:
    if attributes.get("in_catalog") is True:
        key = node.partition(":")[2]
        if attributes.get("key") != key or not _KEY.fullmatch(key):
            said = show_value(attributes.get("key"))
            yield (
                f"{show_name(node)}: key must equal the end of the id and consist of lower-case letters, digits, dots "
                f"and hyphens, found {said}"
            )


def _check_attributes(
    where: str,
    kind: str,
    attributes: Mapping[str, object],
    known: Mapping[str, type],
    always: Set[str],
) -> Iterator[str]:
    for name in sorted(always - set(attributes)):
        yield f"{where}: {name} is missing"
    for name, value in attributes.items():
        expected = known.get(name)
        if expected is None:
            yield f"{where}: {show_name(name)} is not in the schema"
        elif type(value) is not expected:
            yield f"{where}: {name} must be {expected.__name__}, or absent if unknown, found {show_value(value)}"
        else:
            yield from _check_value(where, kind, name, value)


def _check_value(where: str, kind: str, name: str, value: object) -> Iterator[str]:
    """Check that a value of the right type is not empty, in range, well-formed, and one of the allowed words."""
    if isinstance(value, str):
        words = _WORDS.get((kind, name))
        if not value.strip():
            yield f"{where}: {name} is empty; leave it out if unknown"
        elif not is_unicode(value):
            yield f"{where}: {name} contains an unpaired surrogate: {show_value(value)}"
        elif words is not None and value not in words:
            yield f"{where}: {name} must be one of {', '.join(words)}, found {show_value(value)}"
        elif name in _DATES and not _is_iso(value, _DATES[name]):
            example = "2026-01-31" if _DATES[name] is date else "2026-01-31T12:00:00+00:00"
            yield f"{where}: {name} must be a {_DATES[name].__name__} such as {example}, found {show_value(value)}"
    elif type(value) is int:
        least, most = _RANGES.get(name, (0, LARGEST_NUMBER))
        if not least <= value <= most:
            yield f"{where}: {name} must be between {least} and {most}, found {show_value(value)}"


def _is_iso(text: str, form: type[date]) -> bool:
    try:
        return form.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_edges(graph: nx.MultiDiGraph[Any]) -> Iterator[str]:
    known_sources = sorted({*_OWN_SOURCES, *KNOWN, *filter(None, list_sources(graph.graph))})
    for start, end, key, attributes in graph.edges(keys=True, data=True):
        where = f"{show_name(start)} {show_name(key)} {show_name(end)}"
        if key not in EDGE_KINDS:
            yield f"{where}: the kind of an edge must be one of {', '.join(EDGE_KINDS)}"
            continue
        from_kind, to_kind, known = EDGE_KINDS[key]
        if (graph.nodes[start].get("kind"), graph.nodes[end].get("kind")) != (from_kind, to_kind):
            yield f"{where}: must join a {from_kind} to a {to_kind}"
        if start == end:
            yield f"{where}: must not join a node to itself"
        kinds = {"sources": str, "evidence": str, **known}
        yield from _check_attributes(where, key, attributes, kinds, {"sources", "evidence"} | _ALWAYS.get(key, set()))
        if "sources" in attributes and not set(list_sources(attributes)) <= set(known_sources):
            said = show_value(attributes["sources"])
            yield f"{where}: sources must be from {', '.join(known_sources)}, joined by '; ', found {said}"
        relations = str(attributes.get("relation", "builds_on")).split("; ")
        if key == "relates_to" and not set(relations) <= set(get_args(RelationKind)) - {"cites"}:
            said = show_value(attributes.get("relation"))
            yield f"{where}: relation is {said}; write a citation as an edge of kind cites"
