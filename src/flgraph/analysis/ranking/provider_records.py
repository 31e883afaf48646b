"""The provider's records behind a graph: how papers were matched to them, and papers that the list holds twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import networkx as nx

from flgraph.graph.knowledge_graph import catalog_papers, iterate_edges
from flgraph.graph.schema import list_id_kinds


def count_matched(papers: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Count papers by how their records were found, the most common first; empty if the graph does not say."""
    return dict(Counter(data["matched_by"] for data in papers.values() if "matched_by" in data).most_common())


def find_doubles(graph: nx.MultiDiGraph[Any]) -> dict[str, str]:
    """Find papers of the catalog that are one work with another: by node, with which and why.

    Their records are versions of one work, or one record was accepted for both.
    """
    others: dict[str, dict[str, str]] = defaultdict(dict)
    for one, other, why in (*_list_versions(graph), *_list_shared(graph)):
        others[one].setdefault(other, why)
        others[other].setdefault(one, why)
    return {
        node: "also listed as " + " and ".join(f"{graph.nodes[other]['key']} ({why})" for other, why in said.items())
        for node, said in others.items()
    }


def _list_versions(graph: nx.MultiDiGraph[Any]) -> Iterator[tuple[str, str, str]]:
    members = dict(catalog_papers(graph))
    versions = [
        (one, other, str(data["evidence"]).partition("; ")[0])
        for one, kind, other, data in iterate_edges(graph)
        if kind == "same_work_as" and one in members and other in members
    ]
    yield from sorted(versions)


def _list_shared(graph: nx.MultiDiGraph[Any]) -> Iterator[tuple[str, str, str]]:
    owners: dict[tuple[str, str], list[str]] = defaultdict(list)
    kinds = list_id_kinds(graph)
    for node, data in catalog_papers(graph):
        for kind in kinds:
            if kind in data:
                owners[kind, data[kind]].append(node)
    for nodes in owners.values():
        for one, other in combinations(nodes, 2):
            yield one, other, "the same record"
