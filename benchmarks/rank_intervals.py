"""How often intervals of a ranking hold what they promise, and how long a ranking takes.

Synthetic papers of known citation rates are cited at random, again and again; each time it is looked whether the 95 %
interval of the score holds the score that the true rates would give, and that of the rank the true rank. The
ranking itself is that of a snapshot of depth 1, with 200 draws.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from benchmarks.report import Figure, print_report
from benchmarks.synthetic_list import make_list
from flgraph.analysis.citation_matrix import Floats, build_citation_matrix
from flgraph.analysis.ranking import MethodName, rank_papers
from flgraph.analysis.ranking.intervals import bootstrap_intervals, rank_scores
from flgraph.analysis.ranking.observations import Observations, make_observations
from flgraph.analysis.ranking.scores import score_papers
from flgraph.graph.assemble import build_graph

_DAY: Final = np.datetime64("2026-06-30")
_OFTEN: Final = 12.0  # median citations a year
_SELDOM: Final = 0.5
_METHODS: Final[tuple[MethodName, ...]] = ("citations_per_year", "age_normalized")


def cite_papers(rates: Floats, ages: Floats, around: int, chance: np.random.Generator | None) -> Observations:
    """Return papers that were cited so often a year since they were published; without chance, as often as expected.

    Outside papers, whose counts are fixed, are what the papers are held against.
    """
    size = len(rates)
    expected = rates * ages
    counts = np.round(expected).astype(np.int64) if chance is None else chance.poisson(expected)
    cited = np.repeat(np.arange(size), counts)
    even = np.concatenate([(np.arange(count) + 0.5) / max(count, 1) for count in counts])
    passed = even if chance is None else chance.random(len(cited))
    days = (_DAY - np.timedelta64(1, "D") * (ages * 365.25).astype(np.int64)).astype("datetime64[D]")
    apart = (passed * ages[cited] * 365.25).astype(np.int64)
    fixed = np.random.default_rng(1)
    others = _DAY - fixed.integers(0, 3_300, around)
    citing_days = days[cited] + apart
    names = [
        f"{kind} {n}"
        for kind, many in (("paper", size), ("other", around), ("citing", len(cited)))
        for n in range(many)
    ]
    # Citing papers have no count, so that they are no papers to be held against.
    matrix = build_citation_matrix(
        names,
        np.arange(len(cited)) + size + around,
        cited,
        dates=np.concatenate([days, others, citing_days]),
        citation_counts=np.concatenate([counts, fixed.poisson(25, around), np.full(len(cited), np.nan)]),
    )
    papers = {name: {"citations": "known", "citations_listed": int(n)} for name, n in zip(names, counts, strict=False)}
    return make_observations(matrix, papers, date(2026, 6, 30))


def measure_coverage(
    by: MethodName, rate: float, *, papers: int, rounds: int, draws: int
) -> tuple[float, float, float]:
    """Return how often intervals of score and of rank hold what the true rates give, and how many papers have one.

    Each 0 to 100; `rate` is the median of the papers' citations a year.
    """
    chance = np.random.default_rng(0)
    rates, ages = chance.lognormal(np.log(rate), 0.8, papers), chance.uniform(1.0, 8.0, papers)
    truth = score_papers(cite_papers(rates, ages, 600, None), by).score
    if by == "citations_per_year":
        truth = rates * ages / (np.floor(ages * 365.25) / 365.25 + 0.5)
    ranks = rank_scores(truth)
    held = np.zeros(3)
    for number in range(rounds):
        observed = cite_papers(rates, ages, 600, chance)
        found = bootstrap_intervals(observed, score_papers(observed, by), draws=draws, seed=number)
        place = [int(observed.matrix.papers[place].split()[1]) for place in observed.places]
        held += [
            np.sum((found.score_low <= truth[place]) & (truth[place] <= found.score_high)),
            np.sum((found.low <= ranks[place]) & (ranks[place] <= found.high)),
            np.sum(~np.isnan(found.low)),
        ]
    score, rank = 100 * held[:2] / held[2]
    return float(score), float(rank), float(100 * held[2] / rounds / papers)


def time_ranking(papers: int, around: int, *, draws: int) -> float:
    """Return the seconds that a ranking of a snapshot of depth 1 takes."""
    catalog, snapshot = make_list(papers, field_size=papers + around)
    graph = build_graph(catalog, snapshot)
    began = time.perf_counter()
    rank_papers(graph, draws=draws)
    return time.perf_counter() - began


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=56)
    parser.add_argument("--around", type=int, default=4_000, help="papers around the catalog")
    parser.add_argument("--rounds", type=int, default=500, help="how often the papers are cited anew")
    parser.add_argument("--draws", type=int, default=200)
    options = parser.parse_args(arguments)
    figures = [
        Figure(
            "ranking a graph of depth 1",
            time_ranking(options.papers, options.around, draws=options.draws),
            "s",
            at_most=5,
        )
    ]
    sizes = {"papers": options.papers, "rounds": options.rounds, "draws": options.draws}
    for by in _METHODS:
        score, rank, _ = measure_coverage(by, _OFTEN, **sizes)
        figures += [Figure(f"{by}: score intervals that hold the truth", score, "%", at_least=92),
                    Figure(f"{by}: rank intervals that hold the truth", rank, "%")]  # fmt: skip
    score, rank, have = measure_coverage("citations_per_year", _SELDOM, **sizes)
    figures += [Figure("hardly cited papers: score intervals that hold the truth", score, "%"),
                Figure("hardly cited papers: rank intervals that hold the truth", rank, "%"),
                Figure("hardly cited papers that have an interval", have, "%")]  # fmt: skip
    return print_report(
        f"rank_intervals: {options.papers} synthetic papers, {options.around} around, {options.rounds} rounds", figures
    )


if __name__ == "__main__":
    raise SystemExit(main())
