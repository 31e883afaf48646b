"""Render a pyvis Network as SVG without a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flgraph.map.colors import LIGHT_BACKGROUND, OUTLINE_COLOR
from flgraph.map.layout import Point
from flgraph.map.network import SHAPE_PATHS, name_node
from flgraph.map.network_page import describe_network_origin, find_heading
from flgraph.map.network_payload import describe_legend
from flgraph.map.network_places import VIS_SIZE, place_network
from flgraph.map.view import GROUPS

if TYPE_CHECKING:
    from pyvis.network import Network

_WIDTH: Final = 1200
_TALLEST: Final = 1500
_MARGIN: Final = 95
_HEAD: Final = 44
_LINE: Final = 20
_COLUMN: Final = 200
_FONT: Final = 12
_EM: Final = 0.58  # width of a letter over its size, an upper estimate for the usual sans-serif fonts
_BOLD_EM: Final = 0.64
_LABEL_LENGTH: Final = 26
_INK: Final = "#1d1f24"
_QUIET: Final = "#565d69"
_WARN: Final = "#8a3b00"
_WEIGHTS: Final = {
    "paper": 400,
    "topic": 350,
    "dataset": 300,
    "venue": 250,
    "codebase": 200,
    "author": 100,
    "outside": 50,
}
_NAMES: Final = {
    "paper": "papers",
    "outside": "papers outside the catalog",
    "author": "authors",
    "venue": "venues",
    "topic": "topics",
    "dataset": "datasets",
    "codebase": "codebases",
}


class _Spot(NamedTuple):
    """A node with its position and radius on the picture."""

    node: Mapping[str, Any]
    x: float
    y: float
    radius: float


class _Box(NamedTuple):
    """An occupied rectangle of the picture."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def render_network_svg(network: Network, *, title: str | None = None) -> str:
    """Render a pyvis Network as an SVG picture with a legend and the source of the data.

    Hidden nodes are left out. Nodes without a position stand where the page of the Network places them.

    Returns
    -------
    str
        An SVG document 1,200 pixels wide; equal input gives equal text. Labels that would overlap are left out.

    Examples
    --------
    >>> render_network_svg(to_pyvis(build_graph(read_catalog())))[:4]
    '<svg'
    """
    origin: Mapping[str, Any] = getattr(network, "origin", {})
    placed, _ = place_network(network)
    shown = [(node, place) for node, place in zip(network.nodes, placed, strict=True) if not node.get("hidden")]
    spots, height = _place(shown)
    legend = list(_list_legend(network))
    across = _WIDTH // _COLUMN
    foot = (-(-len(legend) // across) + 2) * _LINE
    parts = [
        _open_svg(height + foot),
        f'<rect width="{_WIDTH}" height="{height + foot}" fill="{LIGHT_BACKGROUND}"/>',
        *_draw_heading(find_heading(network, title), is_synthetic=origin.get("synthetic") is True),
        *_draw_edges(network, spots),
        *(_draw_node(spot) for spot in spots.values()),
        *_draw_labels(list(spots.values())),
        *_draw_legend(legend, height, across),
        _draw_text(16, height + foot - 8, describe_network_origin(network), size=11, fill=_QUIET, anchor="start"),
        "</svg>\n",
    ]
    return "\n".join(parts)


# --- places ----------------------------------------------------------------------------------------------


def _place(nodes: Sequence[tuple[Mapping[str, Any], Point]]) -> tuple[dict[Any, _Spot], int]:
    """Scale and centre the nodes on the picture; return their spots and the height."""
    if not nodes:
        return {}, _HEAD + 2 * _MARGIN
    xs, ys = [x for _, (x, _) in nodes], [y for _, (_, y) in nodes]
    wide, tall = max(max(xs) - min(xs), 1.0), max(max(ys) - min(ys), 1.0)
    scale = min((_WIDTH - 2 * _MARGIN) / wide, (_TALLEST - _HEAD - _MARGIN) / tall, 1.4)
    left = (_WIDTH - scale * wide) / 2 - scale * min(xs)
    top = _HEAD + _MARGIN / 2 - scale * min(ys)
    spots = {
        node["id"]: _Spot(node, left + scale * x, top + scale * y, scale * float(node.get("size", VIS_SIZE)))
        for node, (x, y) in nodes
    }
    return spots, round(_HEAD + _MARGIN + scale * tall)


# --- parts -----------------------------------------------------------------------------------------------


def _open_svg(height: int) -> str:
    fonts = "system-ui, 'DejaVu Sans', sans-serif"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'font-family="{fonts}" font-size="{_FONT}">'
    )


def _draw_heading(title: str, *, is_synthetic: bool) -> Iterator[str]:
    yield f"<title>{escape(title)}</title>"
    yield _draw_text(16, 28, title, size=18, anchor="start", bold=True)
    if is_synthetic:
        yield _draw_text(
            _WIDTH - 16, 28, "SYNTHETIC DATA: made-up papers", size=14, fill=_WARN, anchor="end", bold=True
        )


def _draw_text(
    x: float, y: float, text: str, *, size: int = _FONT, fill: str = _INK, anchor: str = "middle", bold: bool = False
) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}"{weight}>'
        f"{escape(text)}</text>"
    )


def _draw_edges(network: Network, spots: Mapping[Any, _Spot]) -> Iterator[str]:
    yield f'<g stroke="{OUTLINE_COLOR}" stroke-opacity="0.3">'
    for edge in network.edges:
        if edge["from"] in spots and edge["to"] in spots:
            start, end = spots[edge["from"]], spots[edge["to"]]
            dashes = ' stroke-dasharray="4 3"' if edge.get("dashes") else ""
            yield f'<line x1="{start.x:.1f}" y1="{start.y:.1f}" x2="{end.x:.1f}" y2="{end.y:.1f}"{dashes}/>'
    yield "</g>"


def _draw_node(spot: _Spot) -> str:
    details = spot.node.get("details")
    name = str(spot.node.get("label", spot.node["id"]))
    if isinstance(details, Mapping) and "label" in details:
        name = name_node(details)
    return _draw_glyph(spot.node.get("shape", "dot"), spot.x, spot.y, spot.radius, spot.node.get("color"), name)


def _draw_glyph(shape: str, x: float, y: float, radius: float, color: Any, name: str = "") -> str:
    fill, border = (
        (color.get("background"), color.get("border")) if isinstance(color, dict) else (color, LIGHT_BACKGROUND)
    )
    scale = radius / 6
    said = f"<title>{escape(name)}</title>" if name else ""
    return (
        f'<path d="{SHAPE_PATHS.get(shape, SHAPE_PATHS["dot"])}" transform="translate({x - 8 * scale:.1f} '
        f'{y - 8 * scale:.1f}) scale({scale:.3f})" fill="{escape(str(fill or OUTLINE_COLOR))}" '
        f'stroke="{escape(str(border or OUTLINE_COLOR))}" stroke-width="1.2">{said}</path>'
    )


def _draw_labels(spots: Sequence[_Spot]) -> Iterator[str]:
    """Draw labels beside nodes, most important first, where they overlap no other label and no node."""
    taken = [
        (spot, _Box(spot.x - spot.radius, spot.y - spot.radius, spot.x + spot.radius, spot.y + spot.radius))
        for spot in spots
    ]
    texts: list[_Box] = []
    for spot in sorted(spots, key=lambda spot: (-_weigh(spot), str(spot.node["id"]))):
        text, bold = _shorten(str(spot.node.get("label", ""))), spot.node.get("group_name") == "topic"
        width = len(text) * _FONT * (_BOLD_EM if bold else _EM)
        for x, y in _list_places(spot, width):
            box = _Box(x - width / 2 - 2, y - _FONT * 0.9, x + width / 2 + 2, y + _FONT * 0.3)
            is_free = not any(box.meets(other) for other in texts)
            if (
                is_free
                and box.left > 2
                and box.right < _WIDTH - 2
                and not any(box.meets(shape) for other, shape in taken if other is not spot)
            ):
                texts.append(box)
                yield (
                    f'<g paint-order="stroke" stroke="{LIGHT_BACKGROUND}" stroke-width="3" stroke-linejoin="round">'
                    f"{_draw_text(x, y, text, bold=bold)}</g>"
                )
                break


def _weigh(spot: _Spot) -> float:
    return float(_WEIGHTS.get(spot.node.get("group_name", ""), 100)) + float(spot.node.get("size", 10))


def _list_places(spot: _Spot, width: float) -> list[tuple[float, float]]:
    gap = spot.radius + 4
    return [
        (spot.x, spot.y + gap + _FONT * 0.9),
        (spot.x + gap + width / 2, spot.y + _FONT * 0.35),
        (spot.x - gap - width / 2, spot.y + _FONT * 0.35),
        (spot.x, spot.y - gap - _FONT * 0.3),
    ]


def _shorten(text: str) -> str:
    return text if len(text) <= _LABEL_LENGTH else f"{text[: _LABEL_LENGTH - 1].rstrip()}…"


def _list_legend(network: Network) -> Iterator[tuple[str, str, Any]]:
    """Yield the shape, name and colour of each kind of node drawn, then of each category."""
    drawn = [node for node in network.nodes if not node.get("hidden")]
    categories = describe_legend(drawn)
    for group in GROUPS:
        first = next((node for node in drawn if node.get("group_name") == group), None)
        if first is not None:
            plain = group == "paper" and categories
            yield str(first.get("shape", "dot")), _NAMES[group], _INK if plain else first.get("color")
    for entry in categories:
        yield "dot", entry["category"], entry["color"]


def _draw_legend(legend: Sequence[tuple[str, str, Any]], height: int, across: int) -> Iterator[str]:
    for place, (shape, name, color) in enumerate(legend):
        x, y = 22 + place % across * _COLUMN, height + _LINE + place // across * _LINE
        yield _draw_glyph(shape, x, y - 4, 6, color)
        yield _draw_text(x + 14, y, _shorten(name), anchor="start")
