"""Render the map as SVG or PNG without a browser, for papers, slides and README pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from flgraph.analysis.ranking import Ranking
from flgraph.checks import missing_extra, refuse_number
from flgraph.files.atomic import write_bytes
from flgraph.map.atlas.atlas import Atlas, make_atlas
from flgraph.map.atlas.paper_colors import ColorBy
from flgraph.map.atlas.paper_sizes import SizeBy
from flgraph.map.atlas.picture import render_atlas_svg

if TYPE_CHECKING:
    from pyvis.network import Network

_LARGEST_ZOOM = 8


def render_svg(
    picture: nx.MultiDiGraph[Any] | Atlas | Network,
    *,
    title: str | None = None,
    color: ColorBy | None = None,
    size: SizeBy | None = None,
    positions: Atlas | Mapping[str, Sequence[float]] | None = None,
    seed: int = 0,
    ranking: Ranking | None = None,
) -> str:
    """Render the atlas of a graph as an SVG picture with a key and the source of the data.

    Parameters
    ----------
    picture : KnowledgeGraph, Atlas or pyvis.network.Network
        A graph; or an atlas of `make_atlas`, of which only `title`, `color` and `size` change the picture; or a pyvis
        Network, drawn as it is, of which only `title` does.
    title : str or None
        Heading; None uses the title of the graph.
    color : str, mapping, Series or None
        "region"; "year"; a facet such as "modality", or "topic" for the first; or values by node id: words are
        categories, numbers form five steps. None: by region, if there are regions.
    size : str, mapping, Series or None
        "citations", "score", "none", a method of `rank_papers`, or numbers of at least 0 by node id. None: citations,
        if any are known.
    positions : mapping of str to (x, y), Atlas, or None
        Earlier positions, as `read_positions` returns them, or an earlier atlas: papers hardly move.
    seed : int
        Equal input and seed give equal text.
    ranking : Ranking or None
        Of `make_ranking` on this graph; None ranks by the default.

    Returns
    -------
    str
        An SVG document 1,200 pixels wide. Labels that would overlap are left out.

    Raises
    ------
    GraphError
        The positions are all of other nodes, or the ranking is of another graph.
    ValueError
        `color` or `size` has another value, or a number is not finite, or for an unknown node.

    Examples
    --------
    >>> render_svg(build_graph(read_catalog()))[:4]
    '<svg'
    """
    if isinstance(picture, nx.MultiDiGraph):
        picture = make_atlas(picture, ranking=ranking, earlier=positions, seed=seed)
    if isinstance(picture, Atlas):
        return render_atlas_svg(picture, title=title, color=color, size=size)
    from flgraph.map.network_svg import render_network_svg  # pyvis brings IPython, which an atlas does not need

    return render_network_svg(picture, title=title)


def write_svg(
    picture: nx.MultiDiGraph[Any] | Atlas | Network,
    path: str | Path,
    *,
    title: str | None = None,
    color: ColorBy | None = None,
    size: SizeBy | None = None,
    positions: Atlas | Mapping[str, Sequence[float]] | None = None,
    seed: int = 0,
    ranking: Ranking | None = None,
) -> Path:
    """Write the picture of `render_svg` to a file; arguments and errors as there.

    Raises
    ------
    OutputError
        The file cannot be written.

    Examples
    --------
    >>> write_svg(build_graph(read_catalog()), folder / "map.svg").name
    'map.svg'
    """
    drawn = render_svg(picture, title=title, color=color, size=size, positions=positions, seed=seed, ranking=ranking)
    return write_bytes(path, drawn.encode())


def write_png(
    picture: nx.MultiDiGraph[Any] | Atlas | Network,
    path: str | Path,
    *,
    title: str | None = None,
    color: ColorBy | None = None,
    size: SizeBy | None = None,
    positions: Atlas | Mapping[str, Sequence[float]] | None = None,
    seed: int = 0,
    ranking: Ranking | None = None,
    zoom: int = 2,
) -> Path:
    """Write the picture of `render_svg` as PNG, 1,200 pixels times `zoom` wide; needs the extra `png`.

    Raises
    ------
    FlgraphError
        The extra `png` is not installed.
    OutputError
        The file cannot be written.
    ValueError
        `zoom` is not a whole number from 1 to 8.

    Examples
    --------
    >>> write_png(build_graph(read_catalog()), folder / "map.png").name
    'map.png'
    """
    refuse_number("zoom", zoom, least=1)
    if zoom > _LARGEST_ZOOM:
        raise ValueError(f"zoom must be at most {_LARGEST_ZOOM}, found {zoom}")
    try:
        from resvg_py import svg_to_bytes
    except ImportError as error:
        raise missing_extra("PNG needs", "png", instead="write SVG") from error
    drawn = render_svg(picture, title=title, color=color, size=size, positions=positions, seed=seed, ranking=ranking)
    content: bytes = svg_to_bytes(svg_string=drawn, zoom=zoom, sans_serif_family="DejaVu Sans")
    return write_bytes(path, bytes(content))
