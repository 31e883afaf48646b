"""Hold the places, regions and colours of the papers of a map, for the files of other tools."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import catalog_papers

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """The places, regions and colours of the papers of the catalog, and how similar pairs of them are.

    Parameters
    ----------
    places : mapping
        (x, y) by node id. As on a map, x grows to the right and y downward.
    regions : mapping
        Name of the region by node id; None for a paper that stands apart.
    colors : mapping
        Colour by node id, as "#rrggbb".
    links : mapping
        Similarity, from 0 to 1, by pair of node ids.

    Raises
    ------
    GraphError
        A place is not two finite numbers, or a colour or a similarity is not one.

    Examples
    --------
    >>> Layout(places={"paper:fedbn": (1.0, 2.0)}).places["paper:fedbn"]
    (1.0, 2.0)
    """

    places: Mapping[str, Point]
    regions: Mapping[str, str | None] = field(default_factory=dict)
    colors: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node, place in self.places.items():
            if len(place) != 2 or not all(math.isfinite(value) for value in place):
                raise GraphError(f"the place of {node} must be two finite numbers (x, y), found {place!r}")
        for node, color in self.colors.items():
            read_color(color, node)
        for (one, other), similarity in self.links.items():
            if not 0 <= similarity <= 1:
                raise GraphError(f"the similarity of {one} and {other} must be from 0 to 1, found {similarity}")


def read_color(color: str, node: str) -> tuple[int, int, int]:
    """Return the red, green and blue of a colour such as "#1a56c4", each from 0 to 255."""
    try:
        if len(color) != 7 or not color.startswith("#"):
            raise ValueError
        return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
    except ValueError as error:
        raise GraphError(f'the colour of {node} must be like "#1a56c4", found {color!r}') from error


def check_layout(graph: nx.MultiDiGraph[Any], layout: Layout) -> None:
    """Refuse a layout that lacks a paper of the catalog: it is of another graph."""
    missing = [node for node, _ in catalog_papers(graph) if node not in layout.places]
    if missing:
        raise GraphError(f"the layout has no place for {missing[0]}; make the layout from this graph")


def place_nodes(graph: nx.MultiDiGraph[Any], layout: Layout) -> dict[str, Point]:
    """Return the places of all nodes of a graph: those of the layout, and means of them for the others.

    A node without a place of its own stands at the mean of its papers with a place, else at the mean of its
    neighbours that stand at one. A node that is linked to none of them is left out.
    """
    check_layout(graph, layout)
    papers = {node: layout.places[node] for node in sorted(graph) if node in layout.places}
    placed = dict(papers)
    waiting = [node for node in sorted(graph) if node not in placed]
    while waiting:
        # The means of one round do not depend on its order.
        found = {node: mean for node in waiting if (mean := _find_mean(graph, node, placed)) is not None}
        if not found:
            break
        placed.update(found)
        waiting = [node for node in waiting if node not in found]
    return dict(sorted(placed.items()))


def _find_mean(graph: nx.MultiDiGraph[Any], node: str, placed: Mapping[str, Point]) -> Point | None:
    near = [placed[other] for other in sorted({*graph.predecessors(node), *graph.successors(node)}) if other in placed]
    if not near:
        return None
    return math.fsum(x for x, _ in near) / len(near), math.fsum(y for _, y in near) / len(near)


def point_up(place: Point) -> Point:
    """Return a place with y upward, as Gephi, VOSviewer and matplotlib draw it; 0.0 has no sign."""
    x, y = place
    return round(x, 2) + 0.0, round(-y, 2) + 0.0
