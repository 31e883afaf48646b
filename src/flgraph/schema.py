"""The graph's schema as data, and the check that a graph keeps it. `docs/schema.md` says the same in words."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Final, get_args

import networkx as nx

from flgraph.errors import GraphError
from flgraph.model import Knowledge, RelationKind, TopicFacet, VenueType

_COMMON: Final = {"kind": str, "label": str}

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
        "s2": str,
        "corpus_id": int,
        "doubts": str,
        "evidence": str,
        "citation_count": int,
        "reference_count": int,
        "influential_citation_count": int,
        "references": str,
        "references_listed": int,
        "citations": str,
        "citations_listed": int,
        "match": str,
        "match_method": str,
    },
    "author": {
        "name": str,
        "dblp": str,
        "alias": str,
        "h_index": int,
        "citation_count": int,
        "paper_count": int,
        "affiliations": str,
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
"""Node attributes and their types by kind, beside `kind` and `label`, which every node has."""

EDGE_KINDS: Final[Mapping[str, tuple[str, str, Mapping[str, type]]]] = {
    "cites": ("paper", "paper", {"influential": bool, "intents": str}),
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
"""Edge kinds: the kinds of node they join, and their attributes beside `source` and `evidence`."""

_WORDS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("paper", "references"): get_args(Knowledge),
    ("paper", "citations"): get_args(Knowledge),
    ("paper", "match"): ("accepted", "review", "rejected", "missing", "failed"),
    ("venue", "venue_type"): get_args(VenueType),
    ("topic", "facet"): get_args(TopicFacet),
    ("dataset", "domain"): ("medical", "generic"),
    ("dataset", "access"): ("open", "registration", "dua", "closed"),
}
_ALWAYS: Final = {
    "paper": {"title", "in_catalog"},
    "author": {"name"},
    "venue": {"name"},
    "topic": {"name", "facet"},
    "dataset": {"name", "domain"},
    "codebase": {"url"},
}
_EDGE_SOURCES: Final = ("catalog", "lexicon", "semantic_scholar")
_SHOWN = 20


def check_graph(graph: nx.MultiDiGraph[Any]) -> None:
    """Return nothing where a graph keeps the schema of `docs/schema.md`.

    Raises
    ------
    GraphError
        The message lists the first twenty breaches, one a line, and how many there are.

    Examples
    --------
    >>> check_graph(build_graph(read_catalog()))
    """
    breaches = [*_check_nodes(graph), *_check_edges(graph)]
    if breaches:
        more = f"\n… and {len(breaches) - _SHOWN} more" if len(breaches) > _SHOWN else ""
        raise GraphError("\n".join(breaches[:_SHOWN]) + more)


def _check_nodes(graph: nx.MultiDiGraph[Any]) -> Iterator[str]:
    for node, attributes in graph.nodes(data=True):
        kind = str(attributes.get("kind"))
        known = NODE_ATTRIBUTES.get(kind)
        if known is None:
            yield f"{node}: kind is {kind}; should be one of {', '.join(NODE_ATTRIBUTES)}"
        elif not (isinstance(node, str) and node.startswith(f"{kind}:")):
            yield f"{node}: the id of a {kind} should begin with '{kind}:'"
        else:
            yield from _check_attributes(node, attributes, {**_COMMON, **known}, _ALWAYS[kind] | set(_COMMON))
            yield from _check_words(node, kind, attributes)


def _check_attributes(
    where: Hashable, attributes: Mapping[str, object], known: Mapping[str, type], always: set[str]
) -> Iterator[str]:
    for name in sorted(always - set(attributes)):
        yield f"{where}: lacks {name}"
    for name, value in attributes.items():
        expected = known.get(name)
        if expected is None:
            yield f"{where}: {name} is not in the schema"
        elif type(value) is not expected:
            yield f"{where}: {name} is {value!r}; should be {expected.__name__}, or absent where it is not known"
        elif value == "":
            yield f"{where}: {name} is empty; should be absent where it is not known"


def _check_words(node: str, kind: str, attributes: Mapping[str, object]) -> Iterator[str]:
    for (of, name), words in _WORDS.items():
        if of == kind and name in attributes and attributes[name] not in words:
            yield f"{node}: {name} is {attributes[name]!r}; should be one of {', '.join(words)}"


def _check_edges(graph: nx.MultiDiGraph[Any]) -> Iterator[str]:
    for start, end, key, attributes in graph.edges(keys=True, data=True):
        where = f"{start} {key} {end}"
        if key not in EDGE_KINDS:
            yield f"{where}: no such kind of edge; should be one of {', '.join(EDGE_KINDS)}"
            continue
        from_kind, to_kind, known = EDGE_KINDS[key]
        if (graph.nodes[start].get("kind"), graph.nodes[end].get("kind")) != (from_kind, to_kind):
            yield f"{where}: should join a {from_kind} to a {to_kind}"
        if start == end:
            yield f"{where}: a node must not point to itself"
        kinds = {"source": str, "evidence": str, **known}
        yield from _check_attributes(where, attributes, kinds, {"source", "evidence"})
        if attributes.get("source") not in _EDGE_SOURCES:
            yield f"{where}: source is {attributes.get('source')!r}; should be one of {', '.join(_EDGE_SOURCES)}"
        relations = str(attributes.get("relation", "builds_on")).split("; ")
        if key == "relates_to" and not set(relations) <= set(get_args(RelationKind)) - {"cites"}:
            yield f"{where}: relation is {attributes.get('relation')!r}; a citation is an edge of kind cites"
