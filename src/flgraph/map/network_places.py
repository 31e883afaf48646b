"""Find a place for each node of a pyvis Network, also of one that has none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import networkx as nx

from flgraph.map.layout import Point, layout_links

if TYPE_CHECKING:
    from pyvis.network import Network

VIS_SIZE: Final = 25.0
"""The radius in pixels of a node without a size, as vis-network draws it."""

_SEED: Final = 0
_ROOM: Final = 50.0
_LAYOUT_GAP: Final = 44.0


def place_network(network: Network, *, seed: int = _SEED) -> tuple[list[Point], int]:
    """Return (x, y) of each node in order, and how many of them had no position of their own.

    Positions of the Network are kept exactly. If no node has one, ForceAtlas2 lays out all of them. If some have,
    the others are placed beside their neighbours.

    Raises
    ------
    ValueError
        A position is not two finite numbers, or an edge names a node that the Network does not have.
    """
    own = [_read_position(node) for node in network.nodes]
    missing = own.count(None)
    names = [f"{index:09}" for index in range(len(own))]
    links: nx.Graph[str] = nx.Graph()
    links.add_nodes_from(names)
    for start, end in list_ends(network):
        if start != end:
            links.add_edge(names[start], names[end], weight=1.0)
    if not missing:
        return [place for place in own if place is not None], 0
    kept = {name: place for name, place in zip(names, own, strict=True) if place is not None}
    placed = layout_links(links, core=set(links), kept=kept, seed=seed)
    scale = 1.0 if kept else _find_scale(network)
    return [(placed[name][0] * scale, placed[name][1] * scale) for name in names], missing


def _find_scale(network: Network) -> float:
    """Return how much wider than a layout of flgraph, whose nodes are small, one of these nodes must be."""
    sizes = sorted(_read_size(node) for node in network.nodes)
    return max(1.0, (2 * sizes[len(sizes) * 3 // 4] + _ROOM) / _LAYOUT_GAP)


def _read_size(node: Mapping[str, Any]) -> float:
    size = node.get("size", VIS_SIZE)
    return float(size) if isinstance(size, int | float) and math.isfinite(size) else VIS_SIZE


def list_ends(network: Network) -> list[tuple[int, int]]:
    """Return the indices of the two nodes of each edge."""
    index = {node["id"]: place for place, node in enumerate(network.nodes)}
    ends = []
    for edge in network.edges:
        for end in ("from", "to"):
            if edge[end] not in index:
                raise ValueError(f"the edge from {edge['from']} to {edge['to']}: the Network has no node {edge[end]}")
        ends.append((index[edge["from"]], index[edge["to"]]))
    return ends


def _read_position(node: Mapping[str, Any]) -> Point | None:
    x, y = node.get("x"), node.get("y")
    if x is None or y is None:
        return None
    try:
        place = float(x), float(y)
    except (TypeError, ValueError) as error:
        raise ValueError(f"node {node['id']}: x and y must be numbers, found ({x!r}, {y!r})") from error
    if not all(math.isfinite(value) for value in place):
        raise ValueError(f"node {node['id']}: x and y must be finite numbers, found ({x}, {y})")
    return place
