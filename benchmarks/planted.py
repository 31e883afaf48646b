"""Synthetic papers with planted groups that cite within their group; invented titles, nothing stored."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

import flgraph as fg

GROUPS: Final = 8
_REFERENCES: Final = 12
_INSIDE: Final = 0.8
_FIRST_YEAR: Final = 2004
_YEARS: Final = 20


def plant_graph(
    count: int, *, seed: int = 0
) -> tuple[fg.KnowledgeGraph, np.ndarray[tuple[int, ...], np.dtype[np.intp]]]:
    """Return a synthetic graph of so many papers, and the group of each in the order of node ids.

    A paper cites up to twelve earlier ones, four of five within its group, and the more likely the more a paper is
    cited. Titles tell nothing of the group.
    """
    chance = np.random.default_rng(seed)
    group = chance.choice(GROUPS, count, p=chance.dirichlet(np.full(GROUPS, 3.0)))
    cited = _cite(group, chance)
    ids = [f"S{number:06}" for number in range(count)]
    papers = pd.DataFrame(
        {
            "id": ids,
            "title": [f"Synthetic paper {number}" for number in range(count)],
            "year": [_FIRST_YEAR + number * _YEARS // count for number in range(count)],
        }
    )
    pairs = [(ids[citing], ids[other]) for citing, others in enumerate(cited) for other in sorted(others)]
    citations = pd.DataFrame(pairs, columns=["citing", "cited"])
    graph = fg.build_graph_from_frames(papers, citations, title="Planted papers (synthetic)", source="synthetic")
    graph.graph["synthetic"] = True
    return graph, group


def _cite(group: np.ndarray[tuple[int, ...], np.dtype[np.intp]], chance: np.random.Generator) -> list[set[int]]:
    """Return what each paper cites: a paper is in a pool once for itself and once for each citation."""
    pools: list[list[int]] = [[] for _ in range(GROUPS)]
    every: list[int] = []
    cited: list[set[int]] = []
    for paper, own in enumerate(group.tolist()):
        found: set[int] = set()
        for _ in range(min(paper, _REFERENCES)):
            pool = pools[own] if pools[own] and chance.random() < _INSIDE else every
            found.add(pool[int(chance.integers(len(pool)))])
        pools[own].append(paper)
        every.append(paper)
        for other in found:
            pools[group[other]].append(other)
        cited.append(found)
    return cited
