"""Partitions of a network: Louvain with many seeds, their consensus, and how far two partitions agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import comb
from typing import Final

import networkx as nx
import numpy as np

_MAJORITY: Final = 0.5

Link = tuple[str, str, float]


def make_network(nodes: Sequence[str], links: Sequence[Link]) -> nx.Graph[str]:
    """Make a weighted network; Louvain depends on the order of nodes and links, not only on the seed."""
    network: nx.Graph[str] = nx.Graph()
    network.add_nodes_from(nodes)
    network.add_weighted_edges_from(links)
    return network


def find_partition(nodes: Sequence[str], links: Sequence[Link], seed: int) -> list[int]:
    """Return the community number of each node by one run of Louvain."""
    found = nx.community.louvain_communities(make_network(nodes, links), seed=seed)
    numbers = {node: number for number, community in enumerate(found) for node in community}
    return [numbers[node] for node in nodes]


def find_consensus(nodes: Sequence[str], runs: Sequence[Sequence[int]], seed: int) -> list[int]:
    """Return the consensus partition: of nodes linked by the share of runs that put them together, if over half.

    Community 1 is the largest; of equal ones, the one with the first node.
    """
    # Nodes that every run puts together are one node of the network: thousands of nodes become hundreds.
    votes, group, sizes = np.unique(np.array(runs).T, axis=0, return_inverse=True, return_counts=True)
    first = np.sort(np.unique(group, return_index=True)[1])
    place = np.empty(len(sizes), dtype=np.int64)
    place[group[first]] = np.arange(len(sizes))
    names = [nodes[number] for number in first.tolist()]
    votes, sizes = votes[group[first]], sizes[group[first]]
    together = np.zeros((len(names), len(names)))
    for vote in votes.T:
        together += np.equal.outer(vote, vote)
    together /= len(runs)
    pairs = together * np.outer(sizes, sizes)
    np.fill_diagonal(pairs, sizes * (sizes - 1) / 2)
    rows, columns = np.nonzero(np.tril((together > _MAJORITY) & (pairs > 0)))
    links = [
        (names[row], names[column], float(pairs[row, column]))
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
    ]
    merged = find_partition(names, links, seed)
    return _number_by_size([merged[number] for number in place[group].tolist()])


def _number_by_size(numbers: Sequence[int]) -> list[int]:
    sizes = Counter(numbers)
    first = {number: numbers.index(number) for number in sizes}
    order = sorted(sizes, key=lambda number: (-sizes[number], first[number]))
    place = {number: position for position, number in enumerate(order, start=1)}
    return [place[number] for number in numbers]


def measure_modularity(nodes: Sequence[str], links: Sequence[Link], numbers: Sequence[int]) -> float:
    """Return the modularity of a partition of weighted links, -0.5 to 1."""
    groups: dict[int, set[str]] = {number: set() for number in numbers}
    for node, number in zip(nodes, numbers, strict=True):
        groups[number].add(node)
    return float(nx.community.modularity(make_network(nodes, links), list(groups.values())))


def measure_mean_agreement(runs: Sequence[Sequence[int]]) -> float:
    """Return the mean adjusted Rand index of all pairs of partitions, 1 if there is one partition only."""
    seeds = [measure_agreement(one, other) for place, one in enumerate(runs) for other in runs[:place]]
    return float(np.mean(seeds)) if seeds else 1.0


def measure_agreement(one: Sequence[int], other: Sequence[int]) -> float:
    """Return the adjusted Rand index of two partitions: 1 if they are equal, about 0 by chance.

    Examples
    --------
    >>> measure_agreement([1, 1, 2, 2], [5, 5, 7, 7])
    1.0
    """
    if len(one) != len(other):
        raise ValueError(f"partitions of {len(one)} and {len(other)} papers; should have the same length")
    pairs = sum(comb(size, 2) for size in Counter(zip(one, other, strict=True)).values())
    of_one, of_other = (sum(comb(size, 2) for size in Counter(numbers).values()) for numbers in (one, other))
    expected = of_one * of_other / max(comb(len(one), 2), 1)
    most = (of_one + of_other) / 2
    return 1.0 if most == expected else (pairs - expected) / (most - expected)
