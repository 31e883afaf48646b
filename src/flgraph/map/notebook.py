"""Show the map in a notebook."""

from __future__ import annotations

import html
from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import networkx as nx

from flgraph.checks import format_count, refuse_number
from flgraph.map.network import Color, Size, to_pyvis
from flgraph.map.page import render_html
from flgraph.map.svg import render_svg
from flgraph.map.view import View

if TYPE_CHECKING:
    from pyvis.network import Network


class MapView:
    """A map that Jupyter displays: `page` is the HTML page, `svg` the picture for viewers without scripts."""

    def __init__(self, page: str, svg: str, *, summary: str, height: int) -> None:
        self.page = page
        self.svg = svg
        self.summary = summary
        self.height = height

    def __repr__(self) -> str:
        return self.summary

    def _repr_html_(self) -> str:
        return (
            f'<iframe title="{html.escape(self.summary)}" sandbox="allow-scripts allow-downloads allow-popups" '
            f'style="width:100%;height:{self.height}px;border:1px solid #8884" '
            f'srcdoc="{html.escape(self.page)}"></iframe>'
        )

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        forms = {"text/html": self._repr_html_(), "image/svg+xml": self.svg, "text/plain": self.summary}
        return {
            kind: text
            for kind, text in forms.items()
            if (include is None or kind in include) and kind not in (exclude or ())
        }


def show(
    picture: nx.MultiDiGraph[Any] | Network,
    *,
    title: str | None = None,
    color: Color = "topic",
    size: Size | None = None,
    positions: Mapping[str, Sequence[float]] | None = None,
    seed: int = 0,
    view: View = "core",
    height: int = 700,
) -> MapView:
    """Show the map in a notebook, in a sandboxed frame without extra files.

    Viewers that cannot run the page show the picture of `render_svg`.

    Parameters
    ----------
    picture, title, color, size, positions, seed, view
        As in `render_html`.
    height : int
        Height of the frame in pixels.

    Examples
    --------
    >>> show(build_graph(read_catalog()), height=500).height
    500
    """
    refuse_number("height", height, least=1)
    network = picture
    if isinstance(picture, nx.MultiDiGraph):
        network = to_pyvis(picture, color=color, size=size, positions=positions, seed=seed, view=view)
    page, svg = render_html(network, title=title), render_svg(network, title=title)
    summary = f"Map of {format_count(len(network.nodes), 'node')} and {format_count(len(network.edges), 'edge')}"
    return MapView(page, svg, summary=summary, height=height)
