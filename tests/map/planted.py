"""Synthetic links with planted regions, and synthetic graphs of bad or meagre data, for the tests of the atlas."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import scipy.sparse as sp

from flgraph.map.atlas.forces import Ints

NASTY = "Synthetic \x00\x08\x1b\u202e\ud800\ufffe]]>&<\u2028 \U0001f9e0 合成"


def plant_links(count: int, groups: int, *, inside: int = 5, seed: int = 0) -> tuple[sp.csr_array, Ints]:
    """Return symmetric links of papers to others of their group, a few across, and the groups, the largest first."""
    chance = np.random.default_rng(seed)
    region = np.sort(chance.choice(groups, count, p=np.arange(groups, 0, -1) / (groups * (groups + 1) / 2)))
    rows = np.repeat(np.arange(count), inside)
    columns = np.array([chance.choice(np.flatnonzero(region == region[row])) for row in rows])
    across = chance.integers(0, count, (2, count // 5))
    rows, columns = np.append(rows, across[0]), np.append(columns, across[1])
    kept = rows != columns
    half = sp.csr_array((0.2 + 0.8 * chance.random(kept.sum()), (rows[kept], columns[kept])), shape=(count, count))
    half.sum_duplicates()
    links = half.maximum(half.T).tocsr()
    links.data = np.minimum(links.data, 1.0)
    return links, region


def make_papers(count: int, **facts: Any) -> nx.MultiDiGraph[str]:
    """Return a synthetic graph of papers of which nothing but the title and these facts is known."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(title="Synthetic list", synthetic=True)
    for number in range(count):
        given = {name: value[number] if isinstance(value, list) else value for name, value in facts.items()}
        title = f"Synthetic paper {number}"
        data = {"kind": "paper", "label": f"S{number}", "title": title, "in_catalog": True, "key": f"s{number:03}"}
        graph.add_node(f"paper:s{number:03}", **{**data, **given})
    return graph


def add_topics(graph: nx.MultiDiGraph[str], topic_of: list[list[str]], facet: str = "modality") -> nx.MultiDiGraph[str]:
    """Give each paper of `make_papers` its topics."""
    for number, topics in enumerate(topic_of):
        for topic in topics:
            graph.add_node(f"topic:{topic}", kind="topic", label=topic, name=topic, facet=facet)
            graph.add_edge(f"paper:s{number:03}", f"topic:{topic}", key="about", facet=facet)
    return graph
