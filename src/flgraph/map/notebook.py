"""Show the map in a notebook."""

from __future__ import annotations

import html
from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import networkx as nx

from flgraph.analysis.ranking import Ranking
from flgraph.checks import format_count, refuse_number
from flgraph.map.atlas.atlas import Atlas, make_atlas
from flgraph.map.atlas.paper_colors import ColorBy
from flgraph.map.atlas.paper_sizes import SizeBy
from flgraph.map.page import render_html
from flgraph.map.svg import render_svg

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
    picture: nx.MultiDiGraph[Any] | Atlas | Network,
    *,
    title: str | None = None,
    color: ColorBy | None = None,
    size: SizeBy | None = None,
    positions: Atlas | Mapping[str, Sequence[float]] | None = None,
    seed: int = 0,
    ranking: Ranking | None = None,
    height: int = 700,
) -> MapView:
    """Show a graph, or any pyvis Network, in a notebook: in a sandboxed frame without extra files.

    Viewers that cannot run the page show the picture of `render_svg`.

    Parameters
    ----------
    picture, title, color, size, positions, seed, ranking
        As in `render_html`.
    height : int
        Height of the frame in pixels; it is as wide as the notebook.

    Examples
    --------
    >>> show(build_graph(read_catalog()), height=500)
    Map of 56 papers
    """
    refuse_number("height", height, least=1)
    if isinstance(picture, nx.MultiDiGraph):
        picture = make_atlas(picture, ranking=ranking, earlier=positions, seed=seed)
    page = render_html(picture, title=title, color=color, size=size)
    svg = render_svg(picture, title=title, color=color, size=size)
    return MapView(page, svg, summary=_summarize(picture), height=height)


def _summarize(picture: Atlas | Network) -> str:
    if isinstance(picture, Atlas):
        return f"Map of {format_count(len(picture.papers), 'paper')}"
    return f"Network of {format_count(len(picture.nodes), 'node')} and {format_count(len(picture.edges), 'edge')}"
