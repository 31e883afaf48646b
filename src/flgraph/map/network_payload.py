"""Describe a pyvis Network for the script of its page: nodes and edges in columns, each style stored once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from flgraph.map.colors import DARK_TWINS, HOLLOW_COLOR, LIGHT_BACKGROUND, OUTLINE_COLOR
from flgraph.map.layout import Point
from flgraph.map.network import OTHER_VALUE, SHAPE_PATHS, name_node
from flgraph.map.network_places import list_ends, place_network

if TYPE_CHECKING:
    from pyvis.network import Network

_NODE_COLUMNS: Final = {"id", "label", "title", "x", "y", "hidden", "details"}
_UNSHOWN_DETAILS: Final = {"label", "kind", "key", "in_catalog", "publication_date", "corpus_id"}
_MODULES: Final = ("nodes", "edges", "groups", "layout", "interaction", "physics")
"""The options of vis-network that the page uses; `configure` and `manipulation` would add controls of their own."""

_PICTURES: Final = {"image", "brokenImage"}
_PICTURE_SHAPES: Final = {"image", "circularImage"}
_PLAIN_BACKGROUNDS: Final = {"#ffffff", "white", "", LIGHT_BACKGROUND}


def describe_network(network: Network) -> dict[str, Any]:
    """Describe nodes, edges, styles, options, legend and notes of a Network.

    Raises
    ------
    ValueError
        A position is not two finite numbers, or an edge names a node that the Network does not have.
    """
    places, missing = place_network(network)
    ends = list_ends(network)
    options = network.options if isinstance(network.options, dict) else json.loads(network.options.to_json())
    node_styles, edge_styles = _Table(), _Table()
    return {
        "nodes": _describe_nodes(network.nodes, places, node_styles),
        "node_styles": node_styles.rows,
        "edges": {
            "from": [start for start, _ in ends],
            "to": [end for _, end in ends],
            "style": [edge_styles.find(_leave_out(edge, {"from", "to"})) for edge in network.edges],
        },
        "edge_styles": edge_styles.rows,
        "options": {name: _drop_addresses(options[name]) for name in _MODULES if name in options},
        "directed": bool(network.directed),
        "background": _find_background(network),
        "legend": describe_legend(network.nodes),
        "color_heading": str(getattr(network, "color_heading", "category")),
        "dark": dict(DARK_TWINS),
        "glyphs": dict(SHAPE_PATHS),
        "notes": list(_list_notes(network, options, missing)),
    }


class _Table:
    """A list of distinct rows in order of first use."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self._places: dict[str, int] = {}

    def find(self, row: dict[str, Any]) -> int:
        """Return the index of a row; add the row if it is new."""
        key = json.dumps(row, sort_keys=True, default=str)
        if key not in self._places:
            self._places[key] = len(self.rows)
            self.rows.append(row)
        return self._places[key]


def _leave_out(options: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name not in names}


def _describe_nodes(
    nodes: Sequence[Mapping[str, Any]], places: Sequence[Point], styles: _Table
) -> dict[str, list[Any]]:
    return {
        "id": [str(node["id"]) for node in nodes],
        "label": [str(node.get("label", node["id"])) for node in nodes],
        "title": [_find_title(node) for node in nodes],
        "x": [_shorten(x) for x, _ in places],
        "y": [_shorten(y) for _, y in places],
        "style": [styles.find(_describe_style(node)) for node in nodes],
        "hidden": [index for index, node in enumerate(nodes) if node.get("hidden")],
        "details": [_describe_details(node) for node in nodes],
    }


def _find_title(node: Mapping[str, Any]) -> str | None:
    """Return the title if a user has set one, or None if it is the name, which the details contain."""
    details, title = node.get("details"), node.get("title")
    if title is None or (isinstance(details, Mapping) and "label" in details and title == name_node(details)):
        return None
    return str(title)


def _describe_details(node: Mapping[str, Any]) -> dict[str, Any]:
    held = node.get("details", {})
    details = _say_rank(_leave_out(held, _UNSHOWN_DETAILS)) if isinstance(held, Mapping) else {"details": held}
    return {name: value for name, value in details.items() if (name, value) != ("name", node.get("label"))}


def _say_rank(details: Mapping[str, Any]) -> dict[str, Any]:
    """Say a rank of `describe_ranks`, its interval and its method in one line."""
    if not {"rank", "ranked", "ranked_by", "ranked_as_of"} <= details.keys():
        return dict(details)
    said = f"{details['rank']} of {details['ranked']} by {details['ranked_by']} as of {details['ranked_as_of']}"
    if "rank_low" in details:
        said += f", {details['rank_low']} to {details['rank_high']} in 95 of 100 draws"
    return {**_leave_out(details, {"ranked", "ranked_by", "ranked_as_of", "rank_low", "rank_high"}), "rank": said}


def _shorten(number: float) -> float:
    return int(number) if number == int(number) else round(number, 1)


# --- pictures from addresses -----------------------------------------------------------------------------


def _describe_style(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return the style of a node; a shape that needs a picture from an address becomes a dot."""
    style: dict[str, Any] = _drop_addresses(_leave_out(node, _NODE_COLUMNS))
    if style.get("shape") in _PICTURE_SHAPES and "image" not in style:
        style["shape"] = "dot"
    return style


def _drop_addresses(value: Any) -> Any:
    """Leave out pictures that are not in the file, for which a browser would ask a server."""
    if not isinstance(value, Mapping):
        return value
    return {
        name: _drop_addresses(held) for name, held in value.items() if not (name in _PICTURES and _is_address(held))
    }


def _is_address(value: Any) -> bool:
    held = value.values() if isinstance(value, Mapping) else [value]
    return not all(isinstance(one, str) and one.startswith("data:image/") for one in held)


def _has_address(value: Any) -> bool:
    return isinstance(value, Mapping) and any(
        (name in _PICTURES and _is_address(held)) or _has_address(held) for name, held in value.items()
    )


# --- what the page says ----------------------------------------------------------------------------------


def _list_notes(network: Network, options: Mapping[str, Any], missing: int) -> Iterable[str]:
    if missing:
        who = "The nodes" if missing == len(network.nodes) else f"{missing:,} of {len(network.nodes):,} nodes"
        yield f"{who} had no position; flgraph laid them out (ForceAtlas2, seed 0)."
    if any(_has_address(node) for node in network.nodes) or _has_address(options):
        yield "Pictures from addresses are left out, since the page sends no requests."


def _find_background(network: Network) -> str | None:
    color = str(getattr(network, "bgcolor", "") or "").strip().lower()
    return None if color in _PLAIN_BACKGROUNDS else color


def describe_legend(nodes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """List the categories of nodes with their colours, most common first, catch-all categories last."""
    members = [node for node in nodes if "category" in node and node.get("group_name", "paper") == "paper"]
    counts = Counter(str(node["category"]) for node in members)
    colors = {str(node["category"]): node.get("color") for node in reversed(members)}
    steps = {str(node["category"]): node["step"] for node in members if "step" in node}
    # Papers without a value are hollow.
    hollow = {name for name, color in colors.items() if color == {"background": HOLLOW_COLOR, "border": OUTLINE_COLOR}}
    last = {name: 2 if name in hollow else int(name == OTHER_VALUE) for name in counts}
    order = sorted(counts, key=lambda name: (last[name], steps.get(name, -1), -counts[name], name))
    return [{"category": name, "color": colors[name]} for name in order]
