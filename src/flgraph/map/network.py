"""Turn the graph into a `pyvis.network.Network`, from which pages and pictures are rendered."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, Literal, TypeAlias, get_args

import networkx as nx
import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from pyvis.network import Network

from flgraph.analysis.ranking import MethodName, Ranking, make_ranking
from flgraph.graph.knowledge_graph import list_facets
from flgraph.graph.schema import list_sources
from flgraph.map.colors import (
    CATEGORY_COLORS,
    HOLLOW_COLOR,
    LIGHT_BACKGROUND,
    NEUTRAL_FILL,
    OTHER_COLOR,
    OUTLINE_COLOR,
    STEP_COLORS,
)
from flgraph.map.layout import layout_graph
from flgraph.map.ranks import describe_ranks
from flgraph.map.view import GROUPS, Group, NodeView, view_nodes

ColorBy = Literal["topic", "kind"]
Color = ColorBy | Mapping[str, Any] | pd.Series
Size: TypeAlias = MethodName | Mapping[str, float] | pd.Series

SHAPES: Final[Mapping[Group, str]] = {
    "paper": "dot",
    "outside": "dot",
    "author": "triangle",
    "venue": "triangleDown",
    "topic": "hexagon",
    "dataset": "square",
    "codebase": "diamond",
}
SHAPE_PATHS: Final[Mapping[str, str]] = {
    "dot": "M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0-12z",
    "triangle": "M8 2L14.5 13.5H1.5z",
    "triangleDown": "M8 14L1.5 2.5H14.5z",
    "hexagon": "M4.5 2h7L15 8l-3.5 6h-7L1 8z",
    "square": "M2.5 2.5h11v11h-11z",
    "diamond": "M8 1l6 7l-6 7l-6-7z",
}
"""The outline of each shape in a box of 16 by 16, centred at (8, 8), with a radius of about 6."""

OTHER_VALUE: Final = "other"
NO_VALUE: Final = "no value"
_HOLLOW: Final = {"background": HOLLOW_COLOR, "border": OUTLINE_COLOR}
_NEUTRAL: Final = {"background": NEUTRAL_FILL, "border": OUTLINE_COLOR}
_WITH_ARROW: Final = {"cites", "relates_to"}
_DASHED: Final = {"relates_to", "derived_from", "builds_on", "same_work_as"}
_SIZE_RANGE: Final = (6.0, 24.0)
_PAPER_SIZE: Final = 11.0
_OUTSIDE_SIZE: Final = 7.0
_MOST_MOVING_EDGES: Final = 4000
"""Beyond it a browser that moves the picture draws the edges too slowly, so they are drawn when it rests."""


def to_pyvis(
    graph: nx.MultiDiGraph[Any],
    *,
    color: Color = "topic",
    size: Size | None = None,
    positions: Mapping[str, Sequence[float]] | None = None,
    seed: int = 0,
    ranking: Ranking | None = None,
) -> Network:
    """Turn the whole graph into a pyvis Network with positions, shapes and colours.

    The graph is not changed. All nodes and edges are there, including parallel edges, and physics is off. Titles are
    plain text. `show`, `write_html` and `flgraph map --network` draw the Network with your changes.

    - Nodes have `group_name` (their kind), `category` (what their colour means) and `details` (the attributes of the
      graph).
    - Edges have `details`. Those that cite or relate papers have an arrow; the kinds at both ends of the others say
      their direction.
    - The Network has `origin` (the attributes of the graph).

    pyvis's own `write_html` uses the encoding of the system. Text from the graph is ASCII there, but pyvis's library
    is not.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph.
    color : "topic", "kind", mapping or Series
        "topic" colours papers by the first facet of `catalog.yaml`, else the one with most topics. A paper with
        several topics of it counts for the most common one, and the eight most common have colours. "kind" colours
        all nodes by kind, and so does "topic" without topics. Values by node id: words are categories,
        numbers form five groups from few to many; nodes without a value are hollow.
    size : str, mapping, Series or None
        None sizes papers by citation count, if known, and other nodes by their number of papers. A method of
        `rank_papers`, such as "citations_per_year", sizes papers by their score; papers without one have the middle
        size. Numbers of at least 0 by node id: nodes without a number are drawn smallest.
    positions, seed
        As in `layout_graph`.
    ranking : Ranking or None
        Of `make_ranking` on this graph: what the details of papers say of their ranks. None ranks by the default.

    Returns
    -------
    pyvis.network.Network
        A directed network; nodes sorted by id, edges by (from, kind, to).

    Raises
    ------
    ValueError
        `color` or `size` has another value, or a size is negative, infinite, or for an unknown node.

    Examples
    --------
    >>> network = to_pyvis(build_graph(read_catalog()))
    >>> network.get_node("paper:fedbn")["label"]
    'FedBN'
    """
    if isinstance(color, str) and color not in get_args(ColorBy):
        raise ValueError(f"color must be 'topic', 'kind', or values by node id, found {color!r}")
    views = view_nodes(graph)
    sizes = _choose_sizes(graph, views, size, ranking)
    places = layout_graph(graph, seed=seed, positions=positions)
    looks, heading = _choose_looks(graph, views, color)
    ranks = describe_ranks(graph, ranking)
    network = _make_network()
    for node, seen in views.items():
        x, y = places[node]
        details = dict(sorted({**graph.nodes[node], **ranks.get(node, {})}.items()))
        _append_node(network, node, details, seen, {**looks[node], "size": sizes[node], "x": x, "y": y})
    for start, kind, end in sorted((start, kind, end) for start, end, kind in graph.edges(keys=True)):
        network.edges.append(_describe_edge(start, end, kind, graph.edges[start, end, kind]))
    network.options.interaction.hideEdgesOnDrag = len(network.edges) > _MOST_MOVING_EDGES
    network.origin = dict(sorted(graph.graph.items()))
    network.color_heading = heading
    return network


def _make_network() -> Network:
    network = Network(height="750px", directed=True, cdn_resources="in_line", bgcolor=LIGHT_BACKGROUND)
    network.toggle_physics(False)
    network.options.edges.smooth.enabled = False
    network.options.edges.color = {"color": OUTLINE_COLOR, "opacity": 0.35, "inherit": False}
    network.options.edges.arrows = {"to": {"scaleFactor": 0.4}}
    network.options.interaction.dragNodes = False
    # pyvis renders its template without escaping, so a node id could close the option tag of `select_menu`.
    network.templateEnv = Environment(loader=FileSystemLoader(network.template_dir), autoescape=True)
    # The template marks options as safe: JSON in a script element, which no text in them may close.
    network.templateEnv.filters["safe"] = lambda text: Markup(str(text).replace("<", "\\u003c"))  # noqa: S704
    network.prep_notebook()
    return network


def _append_node(
    network: Network, node: str, details: Mapping[str, Any], seen: NodeView, look: Mapping[str, Any]
) -> None:
    """Append one node; pyvis's `add_node` searches a list each time, which takes minutes for 20,000 nodes."""
    options = {
        "id": node,
        "label": details["label"],
        "title": name_node(details),
        "shape": SHAPES[seen.group],
        "group_name": seen.group,
        "details": dict(details),
        **look,
    }
    network.nodes.append(options)
    network.node_ids.append(node)
    network.node_map[node] = options


def name_node(details: Mapping[str, Any]) -> str:
    """Return the full name of a node as plain text.

    pyvis renders all titles of a page as HTML if one of them contains "href". An invisible word joiner (U+2060)
    inside that word keeps them plain text.
    """
    name = str(details.get("title") or details.get("name") or details["label"])
    return name.replace("href", "hre\u2060f")


def _describe_edge(start: str, end: str, kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: value for name, value in sorted(data.items()) if name not in ("sources", "evidence")}
    # To keep the page small, evidence is omitted if it is "as listed", named in the footer, or part of the paper's own.
    is_said = kind not in ("authored", "published_in") and not {"catalog", "lexicon"}.isdisjoint(list_sources(data))
    if is_said and data.get("evidence") not in (None, "as listed"):
        facts["evidence"] = data["evidence"]
    edge: dict[str, Any] = {"from": start, "to": end, "details": {"kind": kind, **facts}}
    if kind in _WITH_ARROW:
        edge["arrows"] = "to"
    return {**edge, "dashes": True} if kind in _DASHED else edge


# --- sizes -----------------------------------------------------------------------------------------------


def _choose_sizes(
    graph: nx.MultiDiGraph[Any], views: Mapping[str, NodeView], size: Size | None, ranking: Ranking | None
) -> dict[str, float]:
    usual = {node: _default_size(graph.nodes[node], seen) for node, seen in views.items()}
    if size is None:
        return usual
    if not isinstance(size, str):
        return _scale_sizes(graph, size)
    if ranking is None or ranking.by != size:
        ranking = make_ranking(graph, by=size, draws=0)
    scores = ranking.table["score"]
    scaled = _scale_sizes(graph, scores.dropna().clip(lower=0.0))
    ranked = {str(node): _PAPER_SIZE if pd.isna(score) else scaled[str(node)] for node, score in scores.items()}
    return {**usual, **ranked}


def _scale_sizes(graph: nx.MultiDiGraph[Any], size: Mapping[str, float] | pd.Series) -> dict[str, float]:
    values = {str(node): float(value) for node, value in size.items()}
    for node, value in sorted(values.items()):
        if node not in graph:
            raise ValueError(f"size contains {node}, which is not a node of this graph")
        if not math.isfinite(value) or value < 0:
            raise ValueError(f"the size of {node} must be a finite number of at least 0, found {value}")
    low, high = _SIZE_RANGE
    largest = max(values.values(), default=0.0) or 1.0
    return {node: round(low + (high - low) * math.sqrt(values.get(node, 0.0) / largest), 1) for node in graph}


def _default_size(details: Mapping[str, Any], seen: NodeView) -> float:
    """Return a radius in pixels; papers without a citation count have the middle size."""
    if seen.group == "paper":
        count = details.get("citation_count")
        return _PAPER_SIZE if count is None else round(min(8 + 1.5 * math.log2(1 + count), _SIZE_RANGE[1]), 1)
    if seen.group == "outside":
        return _OUTSIDE_SIZE
    return round(min(5 + 1.8 * math.sqrt(seen.papers), 16.0), 1)


# --- colours ---------------------------------------------------------------------------------------------


def _choose_looks(
    graph: nx.MultiDiGraph[Any], views: Mapping[str, NodeView], color: Color
) -> tuple[dict[str, dict[str, Any]], str]:
    """Return the style of each node and the heading of the legend."""
    if isinstance(color, str):
        facet = next(iter(list_facets(graph)), None) if color == "topic" else None
        return (_color_topics(graph, views, facet), f"main {facet}") if facet else (_color_kinds(views), "kind")
    values = {str(node): value for node, value in color.items() if not _is_missing(value)}
    for node in sorted(values):
        if node not in graph:
            raise ValueError(f"color contains {node}, which is not a node of this graph")
    name = str(getattr(color, "name", None) or "value")
    if all(isinstance(value, int | float | np.number) and not isinstance(value, bool) for value in values.values()):
        return _color_steps(views, {node: float(value) for node, value in values.items()}), name
    return _color_words(views, {node: str(value) for node, value in values.items()}), name


def _is_missing(value: Any) -> bool:
    return value is None or bool(pd.isna(value))


def _color_words(views: Mapping[str, NodeView], words: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    counts = Counter(words.values())
    common = sorted(counts, key=lambda word: (-counts[word], word))
    colors = dict(zip(common, CATEGORY_COLORS, strict=False))
    looks: dict[str, dict[str, Any]] = {}
    for node in views:
        word = words.get(node)
        if word is None:
            looks[node] = {"color": dict(_HOLLOW), "category": NO_VALUE}
        else:
            known = word in colors
            looks[node] = {"color": colors.get(word, OTHER_COLOR), "category": word if known else OTHER_VALUE}
    return looks


def _color_steps(views: Mapping[str, NodeView], numbers: Mapping[str, float]) -> dict[str, dict[str, Any]]:
    """Colour nodes by quintile; equal numbers share a group."""
    for node, number in sorted(numbers.items()):
        if not math.isfinite(number):
            raise ValueError(f"the color of {node} must be a finite number, found {number}")
    edges = (
        sorted({float(edge) for edge in np.quantile(list(numbers.values()), np.linspace(0, 1, 6))}) if numbers else []
    )
    steps = [(low, high) for low, high in pairwise(edges)] or [(edge, edge) for edge in edges]
    looks: dict[str, dict[str, Any]] = {}
    for node in views:
        if node not in numbers:
            looks[node] = {"color": dict(_HOLLOW), "category": NO_VALUE}
            continue
        place = next(place for place, (_, high) in enumerate(steps) if numbers[node] <= high)
        low, high = steps[place]
        looks[node] = {"color": STEP_COLORS[place], "category": f"{low:.4g} to {high:.4g}", "step": place}
    return looks


def _color_topics(graph: nx.MultiDiGraph[Any], views: Mapping[str, NodeView], facet: str) -> dict[str, dict[str, Any]]:
    found = {node: _find_topics(graph, node, facet) for node, seen in views.items() if seen.group == "paper"}
    counts = Counter(topic for topics in found.values() for topic in topics)
    common = sorted(counts, key=lambda topic: (-counts[topic], topic))
    main = {node: min(topics, key=common.index) for node, topics in found.items() if topics}
    used = [topic for topic in common if topic in main.values()]
    colors = dict(zip(used, CATEGORY_COLORS, strict=False))
    looks: dict[str, dict[str, Any]] = {}
    for node, seen in views.items():
        topic = main.get(node)
        if seen.group != "paper":
            looks[node] = {"color": dict(_NEUTRAL)}
        elif topic is None:
            looks[node] = {"color": dict(_HOLLOW), "category": f"no {facet}"}
        elif topic in colors:
            looks[node] = {"color": colors[topic], "category": str(graph.nodes[topic]["name"])}
        else:
            looks[node] = {"color": OTHER_COLOR, "category": OTHER_VALUE}
    return looks


def _find_topics(graph: nx.MultiDiGraph[Any], paper: str, facet: str) -> list[str]:
    topics = {end for _, end, kind in graph.out_edges(paper, keys=True) if kind == "about"}
    return sorted(topic for topic in topics if graph.nodes[topic].get("facet") == facet)


def _color_kinds(views: Mapping[str, NodeView]) -> dict[str, dict[str, Any]]:
    colors = {group: CATEGORY_COLORS[index] for index, group in enumerate(GROUPS)}
    return {node: {"color": colors[seen.group]} for node, seen in views.items()}
