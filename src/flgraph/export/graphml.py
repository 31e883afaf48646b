"""Export the whole graph as GraphML, for Gephi, igraph, yEd and Cytoscape."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

import networkx as nx

from flgraph.export.layout import Layout, place_nodes, point_up
from flgraph.graph.knowledge_graph import sorted_edges, sorted_nodes

# Characters that XML 1.0 forbids, even escaped.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def format_graphml(graph: nx.MultiDiGraph[Any], layout: Layout | None = None) -> bytes:
    """Format a graph as GraphML with unique edge ids; networkx would write the edge keys, which repeat.

    With a layout, nodes have `x` and `y` (upward), and papers also `color` and `region`, where they have one.
    """
    stream = io.BytesIO()
    plain = make_plain(graph, layout)
    nx.write_graphml_xml(plain, stream, edge_id_from_attribute="edge_id", named_key_ids=True)
    return stream.getvalue()


def make_plain(graph: nx.MultiDiGraph[Any], layout: Layout | None) -> nx.MultiDiGraph[str]:
    """Copy a graph in the order of its nodes and edges, for XML: edges have the keys e0, e1 ... and their kind.

    With a layout, the nodes hold their place, region and colour.
    """
    plain: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    held = _describe_layout(graph, layout) if layout else {}
    plain.add_nodes_from((node, _clean_xml({**data, **held.get(node, {})})) for node, data in sorted_nodes(graph))
    for number, (start, kind, end, data) in enumerate(sorted_edges(graph)):
        plain.add_edge(start, end, key=f"e{number}")
        plain.edges[start, end, f"e{number}"].update(edge_id=f"e{number}", kind=kind, **_clean_xml(data))
    return plain


def _describe_layout(graph: nx.MultiDiGraph[Any], layout: Layout) -> dict[str, dict[str, Any]]:
    described: dict[str, dict[str, Any]] = {}
    for node, place in place_nodes(graph, layout).items():
        x, y = point_up(place)
        facts = {"x": x, "y": y, "region": layout.regions.get(node), "color": layout.colors.get(node)}
        described[node] = {name: value for name, value in facts.items() if value is not None}
    return described


def _clean_xml(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Replace characters that XML cannot represent by U+FFFD."""
    return {
        name: _NO_XML.sub("\ufffd", value) if isinstance(value, str) else value for name, value in attributes.items()
    }
