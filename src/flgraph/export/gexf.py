"""Export the whole graph as GEXF, for Gephi and networkx, with places, colours and sizes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final
from xml.etree import ElementTree as ET

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter

from flgraph.export.graphml import make_plain
from flgraph.export.layout import Layout, place_nodes, point_up, read_color

_USUAL_SIZE: Final = 11.0
_LARGEST: Final = 24.0
_VERSION: Final = "1.2draft"


def format_gexf(graph: nx.MultiDiGraph[Any], layout: Layout | None = None) -> bytes:
    """Format a graph as GEXF 1.2 with `viz:position`, `viz:color` and `viz:size` of its nodes.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to format, with all kinds of nodes.
    layout : Layout or None
        Places, regions and colours of the papers. y grows upward in the file, as Gephi draws it. None leaves them out.

    Returns
    -------
    bytes
        UTF-8 XML without the day on which it was written, so that equal graphs give equal bytes.

    Examples
    --------
    >>> graph = build_graph(read_catalog())
    >>> path = export_graph(graph, folder / "fl.gexf", format="gexf", layout=make_layout(graph))
    >>> sorted(nx.read_gexf(path).nodes["paper:fedbn"]["viz"])
    ['color', 'position', 'size']
    """
    plain = make_plain(graph, layout)
    places = place_nodes(graph, layout) if layout else {}
    for node, data in plain.nodes(data=True):
        # The places of the attributes are those of `viz` already.
        for name in ("x", "y", "color"):
            data.pop(name, None)
        data["viz"] = _describe_look(graph, node, layout, places)
    for _, _, data in plain.edges(data=True):
        data["id"] = data.pop("edge_id")
        data["label"] = data["kind"]
    writer = GEXFWriter(encoding="utf-8", prettyprint=True, version=_VERSION)
    writer.add_graph(plain)
    return _format_xml(writer.xml)


def _describe_look(
    graph: nx.MultiDiGraph[Any], node: str, layout: Layout | None, places: Mapping[str, tuple[float, float]]
) -> dict[str, Any]:
    look: dict[str, Any] = {"size": _find_size(graph, node)}
    if node in places:
        x, y = point_up(places[node])
        look["position"] = {"x": x, "y": y, "z": 0.0}
    if layout and node in layout.colors:
        red, green, blue = read_color(layout.colors[node], node)
        look["color"] = {"r": red, "g": green, "b": blue, "a": 1.0}
    return look


def _find_size(graph: nx.MultiDiGraph[Any], node: str) -> float:
    """Size papers by citations, where known, and other nodes by their links."""
    data = graph.nodes[node]
    if data.get("kind") == "paper":
        count = data.get("citation_count")
        return _USUAL_SIZE if count is None else round(min(8 + 1.5 * math.log2(1 + count), _LARGEST), 1)
    return round(min(5 + 1.8 * math.sqrt(graph.degree(node)), 16.0), 1)


def _format_xml(root: ET.Element) -> bytes:
    """Format the tree of networkx without the date and version of the day on which it is written."""
    for meta in root.iter("meta"):
        meta.attrib.pop("lastmodifieddate", None)
        for creator in meta.iter("creator"):
            creator.text = "flgraph"
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"
