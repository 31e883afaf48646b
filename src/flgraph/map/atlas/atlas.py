"""Make the atlas of a graph: its papers with their similarity, regions, places, contours and colours."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx
import numpy as np
import scipy.sparse as sp

from flgraph.analysis.aspects import WORD, PaperAspects, read_aspects
from flgraph.analysis.ranking import Ranking, make_ranking
from flgraph.analysis.ranking.record import refuse_other_graph
from flgraph.analysis.region_search import link_papers
from flgraph.analysis.regions import Regions, find_linked_regions
from flgraph.analysis.similarity import measure_similarity
from flgraph.checks import format_count, refuse_number
from flgraph.errors import GraphError
from flgraph.graph.schema import refuse_other
from flgraph.map.atlas.contours import draw_contours
from flgraph.map.atlas.fitting import HEIGHT, WIDTH
from flgraph.map.atlas.forces import Floats
from flgraph.map.atlas.places import place_papers
from flgraph.map.atlas.region_colors import color_regions
from flgraph.memory import pause_collector
from flgraph.progress import ProgressChoice

_OUTSIDE: Final = 0.5
"""How far earlier places may lie outside the box, as a share of its size, before they are scaled into it."""


_COHESION: Final = 0.5


@dataclass(frozen=True, eq=False)
class Atlas:
    """A map of the papers of a catalog: alike papers near each other, in named regions.

    Attributes
    ----------
    graph : KnowledgeGraph
        The graph, unchanged.
    papers : tuple of str
        The node ids of the n papers of the catalog, sorted; all arrays are in this order.
    regions : Regions
        The result of `find_regions`.
    places : array of shape (n, 2)
        x and y of each paper; the picture is 1,000 wide and 720 high, with y down. Papers apart stand below it.
    spots : array of shape (k, 2) or None
        Where there is room for the name of each of the k regions; None above 400 papers or without regions.
    rings : tuple of tuples of arrays of shape (m, 2)
        The contour of each region: one ring or several.
    colors : tuple of int
        The number of the colour of each region in `REGION_COLORS`.
    similarity : csr_array of shape (n, n)
        The result of `measure_similarity`, 0 to 1.
    links : csr_array of shape (n, n)
        The similarity to the most similar papers only, in both directions.
    citations : csr_array of shape (n, n) or None
        1 where a paper cites another, 2 where it states another relation; None if none is known.
    ranking : Ranking or None
        The ranking of the papers; None without citation data.
    aspects : tuple of str
        What the similarity is made of, in words.
    notes : tuple of str
        What a reader should know of how it was made, such as earlier positions that could not be used.
    """

    graph: nx.MultiDiGraph[Any]
    papers: tuple[str, ...]
    regions: Regions
    places: Floats
    spots: Floats | None
    rings: tuple[tuple[Floats, ...], ...]
    colors: tuple[int, ...]
    similarity: sp.csr_array
    links: sp.csr_array
    citations: sp.csr_array | None
    ranking: Ranking | None
    aspects: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def positions(self) -> dict[str, tuple[float, float]]:
        """X and y by node id, as the argument `earlier` takes them."""
        return {node: (float(x), float(y)) for node, (x, y) in zip(self.papers, self.places, strict=True)}

    def __repr__(self) -> str:
        count = format_count(len(self.papers), "paper")
        return f"Atlas of {count} in {format_count(len(self.regions.names), 'region')}"


@pause_collector()
def make_atlas(
    graph: nx.MultiDiGraph[Any],
    *,
    ranking: Ranking | None = None,
    earlier: Atlas | Mapping[str, Sequence[float]] | None = None,
    seed: int = 0,
    progress: ProgressChoice = "auto",
) -> Atlas:
    """Make the atlas of the papers of a catalog.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph; it is not changed.
    ranking : Ranking or None
        Of `make_ranking` on this graph. None ranks by the default, if there are citation data.
    earlier : Atlas, mapping of str to (x, y), or None
        An earlier atlas, or the positions of one by node id: papers keep their places, but for small moves. An Atlas
        also passes on names and colours of regions. Positions of other nodes are ignored, and `notes` counts them.
    seed : int
        Equal graphs, arguments and seeds give equal atlases.
    progress : {"auto", "bar", "off"} or callable
        How to show progress, as in `find_regions`.

    Returns
    -------
    Atlas
        Without papers, an empty one.

    Raises
    ------
    GraphError
        The earlier positions are all of other nodes, or the ranking is of another graph.
    ValueError
        The graph is none, `seed` is not a whole number of at least 0, or a position is not finite.

    Examples
    --------
    >>> make_atlas(build_graph(read_catalog())).places.shape
    (56, 2)
    """
    refuse_other(graph)
    refuse_number("seed", seed, least=0)
    if ranking is not None:
        refuse_other_graph(ranking, graph)
    aspects = read_aspects(graph)
    similarity = measure_similarity(aspects)
    links = link_papers(aspects, similarity)
    before = earlier.regions if isinstance(earlier, Atlas) else None
    regions = find_linked_regions(graph, aspects, similarity, links, earlier=before, seed=seed, progress=progress)
    known, notes = _read_earlier(earlier, aspects.papers)
    cohesion = 0.0 if regions.basis == "similarity" else _COHESION
    places = place_papers(
        links, regions.region, regions.names, also=regions.also, earlier=known, cohesion=cohesion, seed=seed
    )
    kept = _keep_colors(earlier, aspects.papers, regions) if isinstance(earlier, Atlas) else {}
    return Atlas(
        graph=graph,
        papers=aspects.papers,
        regions=regions,
        places=places.papers,
        spots=places.spots,
        rings=draw_contours(places.papers, regions.region, names=regions.names, spots=places.spots),
        colors=color_regions(places.papers, regions.region, kept=kept),
        similarity=similarity,
        links=links,
        citations=aspects.links,
        ranking=ranking or _rank_papers(graph),
        aspects=_name_aspects(aspects),
        notes=notes,
    )


def _name_aspects(aspects: PaperAspects) -> tuple[str, ...]:
    """Name what is known of the papers: the aspects in which they can be alike."""
    is_words = any(name.startswith(WORD) for name in aspects.names["topics"])
    words = {"topics": "words of titles" if is_words else "topics", "codebases": "code", "citing": "citing papers"}
    return tuple(words.get(name, name) for name, rows in aspects.rows.items() if rows.nnz)


def _rank_papers(graph: nx.MultiDiGraph[Any]) -> Ranking | None:
    try:
        return make_ranking(graph, draws=0)
    except GraphError:  # no citation data; the atlas works without
        return None


# --- earlier atlases -------------------------------------------------------------------------------------


def _read_earlier(
    earlier: Atlas | Mapping[str, Sequence[float]] | None, papers: Sequence[str]
) -> tuple[Floats | None, tuple[str, ...]]:
    """Return earlier places in the order of the papers, NaN where there is none, and what to say of the others."""
    if earlier is None:
        return None, ()
    given = earlier.positions if isinstance(earlier, Atlas) else earlier
    places = np.array([_read_position(node, given[node]) if node in given else (np.nan, np.nan) for node in papers])
    places = places.reshape(-1, 2)
    used = int((~np.isnan(places[:, 0])).sum())
    if given and papers and not used:
        raise GraphError(
            f"the earlier positions are of another catalog: none of their {format_count(len(given), 'node')} is a "
            "paper of this one; pass positions of an earlier atlas of this catalog"
        )
    others = len(given) - used
    notes = (f"{format_count(others, 'earlier position')} of other nodes ignored",) if others else ()
    return _scale_into_box(places), notes


def _read_position(node: str, position: Sequence[float]) -> tuple[float, float]:
    if len(position) != 2 or not all(math.isfinite(value) for value in position):
        raise ValueError(f"the position of {node} must be two finite numbers, found {list(position)}")
    return float(position[0]), float(position[1])


def _scale_into_box(places: Floats) -> Floats:
    """Scale places of another kind of map, such as a network, into the box; leave those of an atlas as they are."""
    known = places[~np.isnan(places[:, 0])]
    if not len(known):
        return places
    low, high, size = known.min(axis=0), known.max(axis=0), np.array([WIDTH, HEIGHT])
    if (low >= -_OUTSIDE * size).all() and (high <= (1 + _OUTSIDE) * size).all():
        return places
    scale = float((0.94 * size / np.maximum(high - low, 1e-9)).min())
    scaled: Floats = (places - (low + high) / 2) * scale + size / 2
    return scaled


def _keep_colors(earlier: Atlas, papers: Sequence[str], regions: Regions) -> dict[int, int]:
    """Return the colour of the earlier region with which each region shares most papers, each used once."""
    before = dict(zip(earlier.papers, earlier.regions.region.tolist(), strict=True))
    count = len(earlier.colors)
    shared = np.zeros((len(regions.names), count), dtype=np.int64)
    for paper, number in zip(papers, regions.region.tolist(), strict=True):
        if number >= 0 and 0 <= before.get(paper, -1) < count:
            shared[number, before[paper]] += 1
    kept: dict[int, int] = {}
    while shared.size and shared.max() > 0:
        number, old = np.unravel_index(int(shared.argmax()), shared.shape)
        kept[int(number)] = earlier.colors[int(old)]
        shared[number, :] = shared[:, old] = 0
    return kept
