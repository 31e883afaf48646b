"""Say what colour and size mean when the page opens, and which values of the user it shows."""

from __future__ import annotations

from typing import Any

from flgraph.graph.knowledge_graph import list_facets
from flgraph.map.atlas.atlas import Atlas
from flgraph.map.atlas.paper_colors import ColorBy, choose_colors
from flgraph.map.atlas.paper_sizes import SizeBy, choose_sizes, read_sizes
from flgraph.map.atlas.things import SECTION, group_sections

_WORDS_OF_PAGE = {"citations": "citations", "score": "score", "none": "same"}


def describe_looks(atlas: Atlas, color: ColorBy | None, size: SizeBy | None) -> dict[str, Any]:
    """Return the choices of the page, with the values of the user; None leaves the choice to the page.

    Raises
    ------
    ValueError
        As `choose_colors` and `choose_sizes`.
    GraphError
        As `choose_sizes`.
    """
    return {**_describe_color(atlas, color), **_describe_size(atlas, size)}


def _describe_color(atlas: Atlas, color: ColorBy | None) -> dict[str, Any]:
    if color is None:
        return {"color": None, "own_color": None}
    chosen = choose_colors(atlas, color)
    facets = list_facets(atlas.graph)
    if isinstance(color, str) and (color != SECTION or SECTION in facets or group_sections(atlas)):
        return {"color": facets[0] if color == "topic" and facets else color, "own_color": None}
    places = {fill: place for place, (_, fill) in enumerate(chosen.legend)}
    classes = [list(category) for category in chosen.legend]
    return {
        "color": "own",
        "own_color": {"heading": chosen.heading, "classes": classes, "of": [places.get(fill) for fill in chosen.fills]},
    }


def _describe_size(atlas: Atlas, size: SizeBy | None) -> dict[str, Any]:
    if size is None:
        return {"size": None, "own_size": None}
    choose_sizes(atlas, size)
    if isinstance(size, str) and size in _WORDS_OF_PAGE:
        return {"size": _WORDS_OF_PAGE[size], "own_size": None}
    values, heading = read_sizes(atlas, size)
    heading = str(getattr(size, "name", None) or heading)
    return {"size": "own", "own_size": {"heading": heading, "values": [values.get(node) for node in atlas.papers]}}
