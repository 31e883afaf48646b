"""Describe nodes and edges as text for a terminal."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import networkx as nx

from flgraph.graph.knowledge_graph import sorted_edges
from flgraph.graph.record_facts import title_of

_READS = {
    "cites": ("cites", "cited by"),
    "authored": ("wrote", "authors"),
    "published_in": ("published in", "papers"),
    "about": ("topics", "papers"),
    "uses_dataset": ("uses datasets", "used by"),
    "introduces_dataset": ("introduces datasets", "introduced by"),
    "has_code": ("code", "code of"),
    "derived_from": ("derived from", "derived datasets"),
    "builds_on": ("builds on", "built on by"),
    "same_work_as": ("same work as", "same work as"),
    "relates_to": ("relates to (not citations)", "related from (not citations)"),
}
_LEFT_OUT = {"kind", "label", "title", "name"}


def describe_node(graph: nx.MultiDiGraph[Any], node: str, *, evidence: bool = False) -> str:
    """Describe a node and its edges as lines of text, grouped by kind, authors in order.

    With `evidence`, the text includes the evidence of the node and of each edge.
    """
    attributes = graph.nodes[node]
    left_out = _LEFT_OUT if evidence else _LEFT_OUT | {"evidence"}
    lines = [f"{node}  {attributes.get('title') or attributes.get('name') or ''}".rstrip()]
    lines += [f"  {name}: {_format_value(attributes[name])}" for name in sorted(set(attributes) - left_out)]
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for start, kind, end, data in sorted_edges(graph):
        if node in (start, end):
            said = _format_end(graph, end if start == node else start, data)
            said += f"\n    {data['sources']}: {data['evidence']}" if evidence else ""
            groups[_READS[kind][0 if start == node else 1]].append((data.get("position", 0), said))
    for name, ends in groups.items():
        ordered = sorted(ends) if name == "authors" else ends
        lines += [f"{name} ({len(ends)}):", *(f"  {end}" for _, end in ordered)]
    return "\n".join(lines)


def describe_edges(graph: nx.MultiDiGraph[Any], one: str, other: str) -> str:
    """Describe the edges between two nodes, in both directions, with their evidence."""
    found = [edge for edge in sorted_edges(graph) if {edge[0], edge[2]} == {one, other}]
    if not found:
        return f"no edges between {one} and {other}"
    lines = []
    for start, kind, end, data in found:
        lines.append(f"{start} {kind} {end}")
        lines += [f"  {name}: {_format_value(data[name])}" for name in sorted(data)]
    return "\n".join(lines)


def _format_value(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _format_end(graph: nx.MultiDiGraph[Any], node: str, data: dict[str, Any]) -> str:
    attributes = graph.nodes[node]
    name = title_of(attributes) if "title" in attributes else attributes.get("name", "")
    extra = data.get("relation") or data.get("subpath") or data.get("note")
    return f"{node}  {name}{f' [{extra}]' if extra else ''}".rstrip()
