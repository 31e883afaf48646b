"""Export the whole graph as GraphML, for Gephi, igraph, yEd and Cytoscape."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

import networkx as nx

from flgraph.graph.knowledge_graph import sorted_edges, sorted_nodes

# Characters that XML 1.0 forbids, even escaped.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def format_graphml(graph: nx.MultiDiGraph[Any]) -> bytes:
    """Format a graph as GraphML with unique edge ids; networkx would write the edge keys, which repeat."""
    plain: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    plain.add_nodes_from((node, _clean_xml(data)) for node, data in sorted_nodes(graph))
    for number, (start, kind, end, data) in enumerate(sorted_edges(graph)):
        plain.add_edge(start, end, key=f"e{number}")
        plain.edges[start, end, f"e{number}"].update(edge_id=f"e{number}", kind=kind, **_clean_xml(data))
    stream = io.BytesIO()
    nx.write_graphml_xml(plain, stream, edge_id_from_attribute="edge_id", named_key_ids=True)
    return stream.getvalue()


def _clean_xml(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Replace characters that XML cannot represent by U+FFFD."""
    return {
        name: _NO_XML.sub("\ufffd", value) if isinstance(value, str) else value for name, value in attributes.items()
    }
