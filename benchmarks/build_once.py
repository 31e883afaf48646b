"""What it saves that a build computes its ranking once: for the table, the map and the parts of each score.

The list and the snapshot are synthetic, by default those of the notebooks. Both builds run in one process: as it is,
and as it was, when table and map ranked for themselves and the map once more for the parts.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from cProfile import Profile
from dataclasses import replace
from pathlib import Path
from types import CodeType

import flgraph as fg
from benchmarks.report import Figure, make_parser, print_report
from benchmarks.synthetic_list import make_list
from flgraph.analysis.ranking.explain import list_parts
from flgraph.analysis.ranking.scores import rank_graph
from flgraph.records import Catalog, Snapshot


def build_once(catalog: Catalog, snapshot: Snapshot, folder: Path) -> None:
    """Build and write as `flgraph build` does."""
    fg.write_build(fg.build(catalog, snapshot=snapshot), folder)


def build_thrice(catalog: Catalog, snapshot: Snapshot, folder: Path) -> None:
    """Build and write without handing on the ranking: the map ranks again, and once more for the parts."""
    made = fg.build(catalog, snapshot=snapshot)
    fg.write_build(replace(made, ranking=None), folder)
    list_parts(made.graph, made.papers)


def rank_thrice(graph: fg.KnowledgeGraph) -> None:
    """Rank as often as a build did: for the table, for the map, and without draws for the parts."""
    fg.make_ranking(graph)
    list_parts(graph, fg.make_ranking(graph).table)


def count_rankings(work: Callable[[], object]) -> int:
    """Return how often some work ranks a graph, by Python's own count of calls.

    A function has several code objects where coverage is measured, and the calls of all of them count.
    """
    with Profile() as profile:
        work()
    wanted = rank_graph.__code__
    return sum(
        entry.callcount
        for entry in profile.getstats()
        if isinstance(entry.code, CodeType)
        and (entry.code.co_filename, entry.code.co_name) == (wanted.co_filename, wanted.co_name)
    )


def measure(*works: Callable[[], object], rounds: int) -> list[float]:
    """Return the least CPU seconds that each of some works took, in turns: other work on the machine hardly counts."""
    least = [float("inf")] * len(works)
    for _ in range(rounds):
        for number, work in enumerate(works):
            began = time.process_time()
            work()
            least[number] = min(least[number], time.process_time() - began)
    return least


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; the exit code is 1 where a target is missed."""
    parser = make_parser(__doc__)
    parser.add_argument("--papers", type=int, default=48)
    parser.add_argument("--field", type=int, default=1500, help="papers of the field that the list is taken from")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    catalog, snapshot = make_list(options.papers, field_size=options.field)
    graph = fg.build(catalog, snapshot=snapshot).graph
    with tempfile.TemporaryDirectory() as name:
        works = (
            lambda: build_thrice(catalog, snapshot, Path(name)),
            lambda: build_once(catalog, snapshot, Path(name)),
            lambda: rank_thrice(graph),
            lambda: fg.make_ranking(graph),
        )
        counts = [count_rankings(work) for work in works[:2]]
        build_before, build_after, rank_before, rank_after = measure(*works, rounds=options.rounds)
    figures = [
        Figure("rankings of a build, after", counts[1], "rankings", at_most=1, peer="before", peer_value=counts[0]),
        Figure("ranking in a build, after", rank_after, "s", peer="before", peer_value=rank_before),
        Figure("ranking in a build, before over after", rank_before / rank_after, peer="before"),
        Figure("the whole build, before over after", build_before / build_after, peer="before"),
        Figure("ranking, share of the whole build after", 100 * rank_after / build_after, "%"),
    ]
    size = f"{len(catalog.entries)} synthetic papers, {graph.number_of_nodes():,} nodes"
    return print_report(f"build_once: {size}, best of {options.rounds}", figures, options)


if __name__ == "__main__":
    raise SystemExit(main())
