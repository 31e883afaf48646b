"""Turn the atlas of a graph into the layout that the files of other tools hold."""

from __future__ import annotations

from typing import Any

import networkx as nx
import scipy.sparse as sp

from flgraph.export.layout import Layout
from flgraph.map.atlas.atlas import Atlas, make_atlas
from flgraph.map.atlas.paper_colors import choose_colors


def make_layout(picture: nx.MultiDiGraph[Any] | Atlas, *, seed: int = 0) -> Layout:
    """Return the places, regions, colours and similarities of the papers of a catalog, for `export_graph`.

    Parameters
    ----------
    picture : KnowledgeGraph or Atlas
        The graph, whose atlas is made, or an atlas of `make_atlas`.
    seed : int
        As in `make_atlas`; without effect on an atlas.

    Returns
    -------
    Layout
        The places of the atlas, x from 0 to about 1,000 and y downward; regions by name, None for papers apart; the
        colours of the papers; similarities of the pairs that the atlas links, each pair once.

    Examples
    --------
    >>> layout = make_layout(build_graph(read_catalog()))
    >>> export_graph(build_graph(read_catalog()), folder / "fl.gexf", format="gexf", layout=layout).name
    'fl.gexf'
    """
    atlas = picture if isinstance(picture, Atlas) else make_atlas(picture, seed=seed)
    names = atlas.regions.names
    numbers = atlas.regions.region.tolist()
    links = sp.triu(atlas.links, k=1).tocoo()
    return Layout(
        places=atlas.positions,
        regions={
            node: names[number] if number >= 0 else None for node, number in zip(atlas.papers, numbers, strict=True)
        },
        colors=dict(zip(atlas.papers, choose_colors(atlas).fills, strict=True)),
        links={
            (atlas.papers[row], atlas.papers[column]): float(value)
            for row, column, value in zip(links.row.tolist(), links.col.tolist(), links.data.tolist(), strict=True)
        },
    )
