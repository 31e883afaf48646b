"""Choose what to read first: by rank, region and year, or in a curated order where there are no ranks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from flgraph.analysis.ranking.surveys import find_surveys
from flgraph.checks import format_count
from flgraph.map.atlas.atlas import Atlas

_MOST: Final = 12
_RECENT: Final = 2
_RANKED_ORDER: Final = "by rank: the first of all, of each region, and of the last years"
_CURATED_ORDER: Final = "curated order: surveys, benchmarks, code that papers share"


class Reading(NamedTuple):
    """What to read first.

    Attributes
    ----------
    papers : list of (int, str)
        The number of a paper, and the reason; at most twelve, each paper once.
    order : str
        How they were chosen, in words.
    """

    papers: list[tuple[int, str]]
    order: str


def choose_reading(atlas: Atlas, ranks: Mapping[str, int]) -> Reading:
    """Choose the papers to read first.

    Parameters
    ----------
    atlas : Atlas
        The atlas.
    ranks : Mapping of str to int
        The rank of each paper that has one; empty if there are none.
    """
    found = _choose_by_rank(atlas, ranks) if ranks else _choose_curated(atlas)
    chosen: dict[int, str] = {}
    for number, reason in found:
        chosen.setdefault(number, reason)
    return Reading(list(chosen.items())[:_MOST], _RANKED_ORDER if ranks else _CURATED_ORDER)


def _choose_by_rank(atlas: Atlas, ranks: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    order = sorted((rank, number) for number, node in enumerate(atlas.papers) if (rank := ranks.get(node)))
    yield order[0][1], f"rank 1 of {len(order):,}"
    first: dict[int, tuple[int, int]] = {}
    for rank, number in order:
        first.setdefault(int(atlas.regions.region[number]), (rank, number))
    for region, name in enumerate(atlas.regions.names):
        if region in first:
            rank, number = first[region]
            yield number, f"rank {rank}, first in {name}"
    years = {number: atlas.graph.nodes[node].get("year") for number, node in enumerate(atlas.papers)}
    latest = max((year for year in years.values() if year is not None), default=None)
    if latest is not None:
        recent = [pair for pair in order if (years[pair[1]] or 0) > latest - _RECENT]
        yield from (
            (number, f"rank {rank}, among the first since {latest - _RECENT + 1}") for rank, number in recent[:3]
        )
    yield from ((number, f"rank {rank}") for rank, number in order)


def _choose_curated(atlas: Atlas) -> Iterator[tuple[int, str]]:
    numbers = {node: number for number, node in enumerate(atlas.papers)}
    surveys = find_surveys(atlas.graph)
    yield from ((number, "survey") for node, number in numbers.items() if node in surveys)
    yield from _find_benchmarks(atlas, numbers)
    yield from _find_reused(atlas, numbers, "has_code", "code reused by")


def _find_benchmarks(atlas: Atlas, numbers: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    titles = {node: str(atlas.graph.nodes[node]["title"]).casefold() for node in numbers}
    yield from ((numbers[node], "benchmark") for node, title in titles.items() if "benchmark" in title)
    yield from _find_reused(atlas, numbers, "introduces_dataset", "introduces a dataset used by")


def _find_reused(atlas: Atlas, numbers: Mapping[str, int], kind: str, what: str) -> Iterator[tuple[int, str]]:
    """Yield the papers whose dataset or code most other papers use, those of most users first."""
    graph = atlas.graph
    users = _count_users(graph, numbers)
    found: dict[str, tuple[int, str]] = {}
    for start, end, name in sorted(graph.edges(keys=True)):
        if name == kind and start in numbers and (others := users[end] - {start}):
            shared = kind == "has_code" and any(graph.has_edge(other, end, kind) for other in others)
            words = f"shares the code {graph.nodes[end]['label']} with" if shared else what
            found[start] = max(found.get(start, (0, "")), (len(others), words), key=lambda pair: pair[0])
    for node in sorted(found, key=lambda node: (-found[node][0], node)):
        count, words = found[node]
        yield numbers[node], f"{words} {format_count(count, 'other paper')}"


def _count_users(graph: Any, numbers: Mapping[str, int]) -> defaultdict[str, set[str]]:
    """Return the papers that use each dataset, or code itself or code built on it."""
    users: defaultdict[str, set[str]] = defaultdict(set)
    edges = sorted(graph.edges(keys=True))
    for start, end, kind in edges:
        if kind in ("uses_dataset", "has_code") and start in numbers:
            users[end].add(start)
    own = {code: set(papers) for code, papers in users.items()}
    for start, end, kind in edges:
        if kind == "builds_on":
            users[end] |= own.get(start, set())
    return users
