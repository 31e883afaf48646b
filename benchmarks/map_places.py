"""Measure the places of an atlas: what they say, how they move, how crowded they are, and the time they take."""

from __future__ import annotations

import time
from typing import Final

import numpy as np
import scipy.sparse as sp
from scipy.spatial import cKDTree

import flgraph as fg
from benchmarks.report import Figure
from benchmarks.similarity import Values, find_main_topics
from flgraph.analysis.aspects import FACET_WEIGHTS, read_aspects
from flgraph.analysis.partitions import measure_agreement
from flgraph.analysis.region_search import search_partition
from flgraph.analysis.similarity import choose_count, link_nearest, measure_similarity
from flgraph.graph.paper_facts import authors_of, datasets_of
from flgraph.map.atlas.atlas import Atlas, make_atlas
from flgraph.map.atlas.fitting import HEIGHT, WIDTH
from flgraph.map.atlas.forces import Floats, Ints
from flgraph.map.atlas.places import place_papers

_NEAREST: Final = 5
_NEW: Final = 5
_CROWDED: Final = 0.5
_TARGETS: Final = {"main modality": 22.0, "dataset": 15.0, "author": 7.0}
_SECONDS: Final = {60: 0.6, 2_000: 4.0, 20_000: 12.0}


# --- what the nearest papers share -------------------------------------------------------------------------


def measure_nearest(places: Floats, values: Values) -> float:
    """Return the percentage of the five nearest papers that share a value; papers without one are left out."""
    known = [paper for paper, own in enumerate(values) if own]
    near = cKDTree(places[known]).query(places[known], k=_NEAREST + 1)[1][:, 1:]
    hits = [bool(values[known[paper]] & values[known[other]]) for paper, row in enumerate(near) for other in row]
    return 100 * float(np.mean(hits))


def place_without(similarity: sp.csr_array) -> Floats:
    """Place papers by a similarity alone, in regions found by it alone."""
    links = link_nearest(similarity, choose_count(similarity.shape[0]))
    found = search_partition(links, 0)
    region = np.full(links.shape[0], -1) if found is None else found.groups
    return place_papers(links, region, [f"Region {number}" for number in range(int(region.max()) + 1)]).papers


def measure_held_out(graph: fg.KnowledgeGraph, atlas: Atlas) -> list[Figure]:
    """Measure what the nearest papers share that places were not made from."""
    aspects = read_aspects(graph)
    blind = read_aspects(graph, facet_weights={**FACET_WEIGHTS, "modality": 0.0})
    without = {
        "main modality": measure_similarity(blind),
        "dataset": measure_similarity(aspects, leave_out=["datasets"]),
        "author": measure_similarity(aspects, leave_out=["authors"]),
    }
    values: dict[str, Values] = {
        "main modality": find_main_topics(graph, aspects.papers),
        "dataset": [frozenset(datasets_of(graph, paper)) for paper in aspects.papers],
        "author": [frozenset(authors_of(graph, paper)) for paper in aspects.papers],
    }
    chance = np.random.default_rng(0).random((len(aspects.papers), 2))
    figures = []
    for name, own in values.items():
        held_out = measure_nearest(place_without(without[name]), own)
        figures += [
            Figure(f"five nearest share {_say(name)}, placed without it", held_out, "%", at_least=_TARGETS[name]),
            Figure(f"five nearest share {_say(name)}, as drawn", measure_nearest(atlas.places, own), "%"),
            Figure(f"five nearest share {_say(name)}, random places", measure_nearest(chance, own), "%"),
        ]
    return figures


def _say(name: str) -> str:
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


# --- moves -------------------------------------------------------------------------------------------------


def measure_moves(graph: fg.KnowledgeGraph, atlas: Atlas, draws: int) -> list[Figure]:
    """Measure the median move, in per cent of the width, with earlier places."""
    come = [_add_papers(graph, atlas, seed) for seed in range(draws)]
    drop = [_drop_links(atlas, seed) for seed in range(draws)]
    figures = []
    for name, moves in (("five papers come", come), ("a fifth of the links goes", drop)):
        figures.append(Figure(f"median move when {name}", float(np.median(moves)), "% width", at_most=3.0))
        figures.append(Figure(f"largest of {draws} when {name}", max(moves), "% width"))
    return figures


def _add_papers(graph: fg.KnowledgeGraph, atlas: Atlas, seed: int) -> float:
    """Return the move of the papers of a catalog that lacked five, when these come."""
    new = set(np.random.default_rng(seed).choice(np.array(atlas.papers), _NEW, replace=False).tolist())
    smaller = graph.copy()
    smaller.remove_nodes_from(new)
    before = make_atlas(smaller)
    after = make_atlas(graph, earlier=before).positions
    return _measure_move(before.places, np.array([after[node] for node in before.papers]))


def _drop_links(atlas: Atlas, seed: int) -> float:
    """Return the move when one link in five goes and the groups are found anew."""
    upper = sp.triu(atlas.links, 1).tocoo()
    kept = np.random.default_rng(seed).random(upper.nnz) >= 0.2
    row, column = upper.coords
    half = sp.csr_array((upper.data[kept], (row[kept], column[kept])), shape=upper.shape)
    links = (half + half.T).tocsr()
    found = search_partition(links, 0)
    region = atlas.regions.region if found is None else found.groups
    names = [f"Region {number}" for number in range(int(region.max()) + 1)]
    return _measure_move(atlas.places, place_papers(links, region, names, earlier=atlas.places).papers)


def _measure_move(before: Floats, after: Floats) -> float:
    return 100 * float(np.median(np.hypot(*(after - before).T))) / WIDTH


# --- crowding, planted groups, time ------------------------------------------------------------------------


def measure_crowding(places: Floats) -> float:
    """Return the percentage of papers nearer to another than half the even spacing."""
    near = cKDTree(places).query(places, k=2)[0][:, 1]
    return 100 * float(np.mean(near < _CROWDED * np.sqrt(WIDTH * HEIGHT * 0.44 / len(places))))


def make_timed(graph: fg.KnowledgeGraph, size: int) -> tuple[Atlas, list[Figure]]:
    """Make the atlas of a graph twice, first with shuffled data and then with these cached; return it and the times."""
    began = time.process_time()
    atlas = make_atlas(graph)
    first = time.process_time() - began
    again = time.process_time()
    make_atlas(graph)
    seconds = time.process_time() - again
    return atlas, [
        Figure(f"{size} papers, atlas in Python, first run", first, "s"),
        Figure(f"{size} papers, atlas in Python, shuffles cached", seconds, "s", at_most=_SECONDS.get(size)),
    ]


def measure_planted(atlas: Atlas, group: Ints) -> list[Figure]:
    """Measure synthetic papers with planted groups: whether the groups are found, and how crowded papers are."""
    size = len(atlas.papers)
    agreement = measure_agreement(atlas.regions.region.tolist(), group.tolist())
    return [
        Figure(f"{size} papers, planted groups found (ARI)", agreement, "", at_least=0.85 if size >= 300 else None),
        Figure(f"{size} papers, crowded", measure_crowding(atlas.places), "%"),
    ]
