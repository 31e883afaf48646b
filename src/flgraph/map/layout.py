"""Compute the position of each node in Python rather than in the browser, so that the map never moves."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache
from typing import Any, Final

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from flgraph.checks import refuse_number
from flgraph.map.view import view_nodes

Point = tuple[float, float]
_Points = NDArray[np.float64]

MAX_FORCED: Final = 1000
"""Limit for ForceAtlas2, which compares all pairs; further nodes are placed beside their neighbours."""

_WEIGHTS: Final[Mapping[str, float]] = {
    "cites": 1.5,
    "relates_to": 1.5,
    "same_work_as": 3.0,
    "about": 1.0,
    "uses_dataset": 1.5,
    "introduces_dataset": 2.0,
    "derived_from": 1.5,
    "has_code": 2.0,
    "builds_on": 1.0,
    "authored": 1.0,
    "published_in": 0.3,
}
_ITERATIONS: Final = 300
_MOST_STEPS: Final = 80_000
_SPACING: Final = 56.0
_ASPECT: Final = 1.0
_OUTWARD: Final = 0.75
_GAP: Final = 44.0
_LABEL_STRETCH: Final = 1.3
_FINE_GAP: Final = 22.0
_ISLAND_STEP: Final = 110.0
_GOLDEN_ANGLE: Final = math.pi * (3 - math.sqrt(5))


def layout_graph(
    graph: nx.MultiDiGraph[Any],
    *,
    seed: int = 0,
    positions: Mapping[str, Sequence[float]] | None = None,
) -> dict[str, Point]:
    """Compute positions for all nodes of a graph.

    ForceAtlas2 [1]_ lays out the core (`view_nodes`), which places papers that share topics, datasets, code or
    authors close together. Papers without a link to the core form rows below it. All other nodes are placed beside
    their neighbours, so that showing them moves nothing.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph.
    seed : int
        Seed of ForceAtlas2.
    positions : mapping or None
        Earlier positions by node id. They are kept exactly, and new nodes are placed beside their neighbours. Ids
        that are not in the graph are ignored.

    Returns
    -------
    dict
        (x, y) by node id, sorted. x grows to the right and y downward, in whole pixels at zoom 1. The same graph,
        seed and version of networkx give the same positions.

    Raises
    ------
    ValueError
        An earlier position is not two finite numbers, or `seed` is not a whole number of at least 0.

    References
    ----------
    .. [1] Jacomy, M., Venturini, T., Heymann, S., & Bastian, M. (2014). ForceAtlas2. PLoS ONE 9(6), e98679.

    Examples
    --------
    >>> x, y = layout_graph(build_graph(read_catalog()))["paper:fedbn"]
    """
    refuse_number("seed", seed)
    core = {node for node, seen in view_nodes(graph).items() if seen.core}
    return layout_links(_weigh_links(graph), core=core, kept=_keep_positions(graph, positions or {}), seed=seed)


def layout_links(
    links: nx.Graph[str], *, core: Set[str], kept: Mapping[str, Point] | None = None, seed: int = 0
) -> dict[str, Point]:
    """Compute positions for the nodes of weighted links, as `layout_graph` does for a graph.

    Parameters
    ----------
    links : networkx.Graph
        The nodes, and the links between them with a `weight` each.
    core : set of str
        The nodes that ForceAtlas2 lays out if none is kept; the others are placed beside them.
    kept : mapping or None
        Positions that stay exactly.
    seed : int
        Seed of ForceAtlas2.

    Returns
    -------
    dict
        (x, y) by node, sorted; in whole pixels, except for those that are kept.
    """
    placed = dict(kept) if kept else _place_core(links, core, seed=seed)
    fixed = sorted(placed)
    _place_beside(links, placed, [node for node in sorted(links) if node not in placed])
    _part_nodes(placed, fixed)
    rounded = {node: (float(round(x)), float(round(y))) for node, (x, y) in sorted(placed.items())}
    return {node: (kept or {}).get(node, place) for node, place in rounded.items()}


def _keep_positions(graph: nx.MultiDiGraph[Any], positions: Mapping[str, Sequence[float]]) -> dict[str, Point]:
    if not isinstance(positions, Mapping):
        raise ValueError(f"positions must map node ids to (x, y), found a {type(positions).__name__}")
    kept = {}
    for node, position in sorted(positions.items()):
        if len(position) != 2 or not all(math.isfinite(value) for value in position):
            raise ValueError(f"the position of {node} must be two finite numbers (x, y), found {position!r}")
        if node in graph:
            kept[node] = (float(position[0]), float(position[1]))
    return kept


def _weigh_links(graph: nx.MultiDiGraph[Any]) -> nx.Graph[str]:
    """Return the undirected graph with weights; a hub, such as a topic of twenty papers, pulls each less."""
    links: nx.Graph[str] = nx.Graph()
    links.add_nodes_from(sorted(graph))
    weights: dict[tuple[str, str], float] = defaultdict(float)
    for start, end, kind in sorted(graph.edges(keys=True)):
        if start != end:
            weights[min(start, end), max(start, end)] += _WEIGHTS.get(kind, 1.0)
    links.add_edges_from(sorted(weights))
    for (start, end), weight in sorted(weights.items()):
        degrees = [links.degree(node) for node in (start, end) if not node.startswith("paper:")]
        links.edges[start, end]["weight"] = weight / math.sqrt(min(degrees, default=1))
    return links


# --- the core --------------------------------------------------------------------------------------------


def _place_core(links: nx.Graph[str], core: Set[str], *, seed: int) -> dict[str, Point]:
    chosen = set(sorted(core, key=lambda node: (-links.degree(node), node))[:MAX_FORCED])
    edges = sorted(
        (min(start, end), max(start, end), data["weight"]) for start, end, data in links.edges(chosen, data=True)
    )
    within = tuple(edge for edge in edges if edge[0] in chosen and edge[1] in chosen)
    placed = _spread(_force(within, seed=seed))
    _place_islands(placed, sorted(node for node in core if core.isdisjoint(links.adj[node])))
    return placed


@lru_cache(maxsize=8)  # a notebook shows one graph again and again, and this is most of the work
def _force(edges: tuple[tuple[str, str, float], ...], *, seed: int) -> Mapping[str, Point]:
    links: nx.Graph[str] = nx.Graph()
    links.add_weighted_edges_from(edges)
    if len(links) < 2:
        return dict.fromkeys(links, (0.0, 0.0))
    iterations = min(_ITERATIONS, _MOST_STEPS // len(links))
    # networkx divides by the distance of a node to itself before it masks the diagonal.
    with np.errstate(divide="ignore", invalid="ignore"):
        points = nx.forceatlas2_layout(
            links, max_iter=iterations, seed=seed, weight="weight", scaling_ratio=4.0, gravity=2.0, linlog=False
        )
    return {node: (float(points[node][0]), float(points[node][1])) for node in sorted(points)}


def _spread(points: Mapping[str, Point]) -> dict[str, Point]:
    """Rotate and scale a layout to fill a page, with a legible distance between neighbouring nodes."""
    nodes = sorted(points)
    if not nodes:
        return {}
    array = _turn_flat(np.array([points[node] for node in nodes]))
    # A power below 1 pulls outliers in and widens the crowded middle.
    radius = np.maximum(np.hypot(array[:, 0], array[:, 1]), 1e-9)[:, None]
    array *= radius ** (_OUTWARD - 1)
    extent = np.maximum(np.percentile(np.abs(array), 90, axis=0), 1e-9)
    height = _SPACING * math.sqrt(len(nodes) / _ASPECT) / 2
    array *= np.array((height * _ASPECT / _LABEL_STRETCH, height)) / extent
    array = _remove_overlaps(array, np.ones(len(nodes), dtype=bool), gap=_GAP)
    array *= (_LABEL_STRETCH, 1)
    return {node: (float(x), float(y)) for node, (x, y) in zip(nodes, array, strict=True)}


def _turn_flat(array: _Points) -> _Points:
    """Rotate points until the direction of their largest spread is horizontal."""
    array = array - np.median(array, axis=0)
    _, axes = np.linalg.eigh(array.T @ array)
    x, y = axes[:, 1] * math.copysign(1.0, axes[0, 1])
    turned: _Points = array @ np.array([[x, -y], [y, x]])
    return turned


def _place_islands(placed: dict[str, Point], islands: Sequence[str]) -> None:
    """Place nodes without links in rows below the rest, where they are recognizable as islands."""
    left = min((x for x, _ in placed.values()), default=0.0)
    right = max((x for x, _ in placed.values()), default=0.0)
    bottom = max((y for _, y in placed.values()), default=-2 * _ISLAND_STEP)
    columns = max(1, math.ceil(math.sqrt(len(islands) * 3)), int((right - left) / _ISLAND_STEP))
    columns = min(columns, max(1, len(islands)))
    middle = (left + right) / 2
    for index, node in enumerate(islands):
        row, column = divmod(index, columns)
        in_row = min(columns, len(islands) - row * columns)
        x = middle + (column - (in_row - 1) / 2) * _ISLAND_STEP
        placed[node] = (x, bottom + (row + 2) * _ISLAND_STEP)


# --- the rest --------------------------------------------------------------------------------------------


def _place_beside(links: nx.Graph[str], placed: dict[str, Point], waiting: Iterable[str]) -> None:
    """Place nodes around the centre of their placed neighbours, in rounds, until no such node is left."""
    left = list(waiting)
    around: dict[str, int] = defaultdict(int)
    while left:
        ready = [(node, anchors) for node in left if (anchors := sorted(set(links[node]) & placed.keys()))]
        if not ready:
            break
        points = {node: _stand_near(placed, anchors, around) for node, anchors in ready}
        placed.update(points)
        left = [node for node in left if node not in points]
    _place_islands(placed, left)


def _stand_near(placed: Mapping[str, Point], anchors: Sequence[str], around: dict[str, int]) -> Point:
    """Return the next position on a spiral around the centre of the anchors."""
    x = sum(placed[anchor][0] for anchor in anchors) / len(anchors)
    y = sum(placed[anchor][1] for anchor in anchors) / len(anchors)
    place = "; ".join(anchors)
    step = around[place]
    around[place] += 1
    distance = _FINE_GAP * (1.2 + 0.55 * math.sqrt(step))
    return x + distance * math.cos(step * _GOLDEN_ANGLE), y + distance * math.sin(step * _GOLDEN_ANGLE)


def _part_nodes(placed: dict[str, Point], fixed: Sequence[str]) -> None:
    """Move the nodes that are not fixed until no nodes overlap."""
    nodes = sorted(placed)
    kept = set(fixed)
    movable = np.array([node not in kept for node in nodes], dtype=bool)
    if not movable.any():
        return
    array = np.array([placed[node] for node in nodes])
    array = _remove_overlaps(array, movable, gap=_FINE_GAP)
    placed.update((node, (float(x), float(y))) for node, (x, y) in zip(nodes, array, strict=True))


def _remove_overlaps(points: _Points, movable: NDArray[np.bool_], *, gap: float, rounds: int = 120) -> _Points:
    """Push apart pairs closer than `gap` in proportion to their overlap; fixed points stay."""
    points = points + _tiny_offsets(len(points)) * movable[:, None]
    for _ in range(rounds):
        pairs = cKDTree(points).query_pairs(gap, output_type="ndarray")
        pairs = pairs[movable[pairs].any(axis=1)]
        if not len(pairs):
            break
        one, other = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].T
        apart = points[one] - points[other]
        distance = np.maximum(np.hypot(apart[:, 0], apart[:, 1]), 1e-9)
        push = apart * ((gap * 1.02 - distance) / distance / (movable[one] * 1.0 + movable[other]))[:, None]
        np.add.at(points, one, push * movable[one][:, None] * 0.7)
        np.add.at(points, other, -push * movable[other][:, None] * 0.7)
    return points


def _tiny_offsets(count: int) -> _Points:
    """Return offsets below a tenth of a pixel, which separate points in the same position."""
    angles = np.arange(count) * _GOLDEN_ANGLE
    return np.column_stack((np.cos(angles), np.sin(angles))) * 0.1
