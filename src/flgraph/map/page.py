"""Render a graph as the atlas, or a pyvis Network as it is, as one HTML file that sends no requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from flgraph.analysis.ranking import Ranking
from flgraph.files.atomic import write_bytes
from flgraph.map.atlas.atlas import Atlas, make_atlas
from flgraph.map.atlas.page import render_atlas
from flgraph.map.atlas.paper_colors import ColorBy
from flgraph.map.atlas.paper_sizes import SizeBy

if TYPE_CHECKING:
    from pyvis.network import Network


def render_html(
    picture: nx.MultiDiGraph[Any] | Atlas | Network,
    *,
    title: str | None = None,
    color: ColorBy | None = None,
    size: SizeBy | None = None,
    positions: Atlas | Mapping[str, Sequence[float]] | None = None,
    seed: int = 0,
    ranking: Ranking | None = None,
) -> str:
    """Render the interactive map as one HTML page that works offline and sends no requests.

    Parameters
    ----------
    picture : KnowledgeGraph, Atlas or pyvis.network.Network
        A graph; or an atlas of `make_atlas`, of which only `title`, `color` and `size` change the page; or any Network,
        of `to_pyvis` or of pyvis alone, with its current nodes, edges and options, of which only `title` does.
    title : str or None
        Heading of the page; None uses the title of the graph.
    color, size
        What colour and size say at first, as in `render_svg`. A reader can change both.
    positions, seed, ranking
        As in `render_svg`.

    Raises
    ------
    GraphError
        The positions are all of other nodes, or the ranking is of another graph.
    ValueError
        `color` or `size` has another value. A number is not finite, or an edge of a Network names a node that it does
        not have.

    Examples
    --------
    >>> page = render_html(build_graph(read_catalog()))
    >>> "https://" in page.split("<style>")[0]
    False
    """
    if isinstance(picture, nx.MultiDiGraph):
        picture = make_atlas(picture, ranking=ranking, earlier=positions, seed=seed)
    if isinstance(picture, Atlas):
        return render_atlas(picture, title=title, color=color, size=size)
    from flgraph.map.network_page import render_network  # pyvis brings IPython, which an atlas does not need

    return render_network(picture, title=title)


def write_html(
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
    """Write the interactive map of `render_html` to a file; arguments and errors as there.

    Returns
    -------
    Path
        The path written; `-` is standard output.

    Raises
    ------
    OutputError
        The file cannot be written.

    Examples
    --------
    >>> write_html(build_graph(read_catalog()), folder / "map.html").name
    'map.html'
    """
    page = render_html(picture, title=title, color=color, size=size, positions=positions, seed=seed, ranking=ranking)
    return write_bytes(path, page.encode())
