"""Synthetic graphs with planted groups of papers, and the same graphs shuffled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flgraph.graph.knowledge_graph import KnowledgeGraph
from tests.analysis.small_graphs import make_papers

GROUPS = ("apples", "boats", "clouds", "drums")


def plant_groups(size: int = 40, *, noise: float = 0.15, seed: int = 0) -> KnowledgeGraph:
    """Return papers of four groups, with topics of two facets, datasets and authors of their group, and some of others.

    The group of paper number n is n modulo 4.
    """
    rng = np.random.default_rng(seed)
    graph = make_papers({f"p{number:04}": 2015 + number % 9 for number in range(size)}, [])
    for number in range(size):
        paper = f"paper:p{number:04}"
        groups = [number % 4 if rng.random() >= noise else int(rng.integers(4)) for _ in range(5)]
        _link(graph, paper, "topic", [f"{GROUPS[groups[0]]}-thing"], facet="modality")
        _link(graph, paper, "topic", [f"{GROUPS[groups[1]]}-task"], facet="task")
        _link(graph, paper, "dataset", [f"{GROUPS[groups[2]]}-data-{rng.integers(2)}"])
        _link(graph, paper, "author", [f"{GROUPS[group]}-author-{rng.integers(3)}" for group in groups[3:]])
    return graph


def shuffle_things(graph: KnowledgeGraph, seed: int = 0) -> KnowledgeGraph:
    """Return the graph with the things of each kind dealt to other papers, all of a paper together."""
    rng = np.random.default_rng(seed)
    papers = sorted(node for node, data in graph.nodes(data=True) if data["kind"] == "paper")
    shuffled = graph.copy()
    shuffled.remove_edges_from(list(graph.edges(keys=True)))
    places = {kind: dict(zip(papers, rng.permutation(papers).tolist(), strict=True)) for kind in _EDGES.values()}
    for start, end, kind, data in sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[:3]):
        ends = tuple(places[kind].get(node, node) for node in (start, end))
        shuffled.add_edge(*ends, key=kind, **data)
    return shuffled


_EDGES = {"topic": "about", "dataset": "uses_dataset", "author": "authored"}


def _link(graph: KnowledgeGraph, paper: str, kind: str, keys: Sequence[str], **facts: str) -> None:
    for position, key in enumerate(dict.fromkeys(keys), start=1):
        node, name = f"{kind}:{key}", key.replace("-", " ").capitalize()
        graph.add_node(node, kind=kind, label=name, name=name, **facts)
        start, end = (node, paper) if kind == "author" else (paper, node)
        more = {"position": position} if kind == "author" else dict(facts)
        graph.add_edge(start, end, key=_EDGES[kind], sources="catalog", evidence="synthetic", **more)
