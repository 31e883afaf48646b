"""Group papers by a curated facet, where similarity gives no regions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import networkx as nx
import numpy as np
import scipy.sparse as sp

from flgraph.analysis.aspects import FACET_WEIGHTS, OTHER_FACET
from flgraph.analysis.citation_matrix import Integers
from flgraph.analysis.region_search import choose_least, choose_most
from flgraph.graph.knowledge_graph import list_facets, neighbors_by_kind

_FEWEST_GROUPS: Final = 2

OTHERS: Final = ""
"""The topic of the group of papers whose topics have too few papers for a group of their own."""


class FacetGroups(NamedTuple):
    """Papers grouped by a facet: the group of each paper (-1: no topic), the topic of each group, further groups."""

    facet: str
    groups: Integers
    topics: list[str]
    also: tuple[tuple[int, ...], ...]


def group_by_facet(graph: nx.MultiDiGraph[Any], papers: Sequence[str], similarity: sp.csr_array) -> FacetGroups | None:
    """Group papers by the facet that puts most of them into groups; None if no facet gives two groups.

    Facets that say how papers work, rather than what they are about (those that weigh less than others), come last. A
    paper with several topics of the facet joins the group whose papers it is most similar to; the others are its
    further groups.
    """
    found = {paper: neighbors_by_kind(graph, paper, "about") for paper in papers}
    best: tuple[tuple[bool, int], FacetGroups] | None = None
    for facet in list_facets(graph):
        topics = [[topic for topic in found[paper] if graph.nodes[topic]["facet"] == facet] for paper in papers]
        kept = _choose_topics(topics)
        if len(kept) < _FEWEST_GROUPS:
            continue
        covered = sum(bool(set(own) & set(kept)) for own in topics)
        merit = (FACET_WEIGHTS.get(facet, OTHER_FACET) >= OTHER_FACET, covered)
        if best is None or merit > best[0]:
            best = merit, _assign(facet, topics, kept, similarity)
    return best[1] if best else None


def _choose_topics(topics: Sequence[Sequence[str]]) -> list[str]:
    """Choose the topics that have enough papers for a group, most papers first."""
    counts = Counter(topic for own in topics for topic in own)
    size = len(topics)
    enough = [topic for topic in counts if counts[topic] >= min(choose_least(size), max(2, size // 4))]
    return sorted(enough, key=lambda topic: (-counts[topic], topic))[: choose_most(size)]


def _assign(facet: str, topics: Sequence[Sequence[str]], kept: Sequence[str], similarity: sp.csr_array) -> FacetGroups:
    members = np.array([[topic in own for topic in kept] for own in topics], dtype=np.float64)
    pull = np.asarray(similarity @ members) / np.maximum(members.sum(axis=0) - members, 1)
    chosen = []
    for paper, own in enumerate(topics):
        choices = np.flatnonzero(members[paper]).tolist()
        best = max(choices, key=lambda group: (pull[paper, group], group), default=len(kept) if own else -1)
        chosen.append(best)
    sizes = Counter(chosen)
    order = sorted(
        (group for group in sizes if group >= 0), key=lambda group: (group == len(kept), -sizes[group], group)
    )
    place = {group: number for number, group in enumerate(order)}
    also = tuple(
        tuple(sorted(place[g] for g in np.flatnonzero(members[paper]).tolist() if g in place and g != chosen[paper]))
        for paper in range(len(topics))
    )
    groups = np.array([place.get(group, -1) for group in chosen], dtype=np.int64)
    return FacetGroups(facet, groups, [OTHERS if group == len(kept) else kept[group] for group in order], also)
