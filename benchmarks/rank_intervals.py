"""How often intervals of a ranking hold what they promise, how often "clearly ahead" is wrong, and how long it takes.

Synthetic papers of known citation rates are cited at random, again and again; each time it is looked whether the 95 %
interval of the score holds the score that the true rates give, and that of the rank the true rank. Rates are
log-normal (sigma 0.8) around a median and constant, halve or double over three years for all papers, or drift for each
paper by itself (standard deviation 0.35 a year); ages are 1 to 8 years. One citation in five comes from a paper that
cites two of the list. Two papers of one true rate are clearly ahead of each other only by error.

`python -m benchmarks.rank_intervals --table` prints the table of docs/rankings.md. It takes about an hour on one core.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Final, Literal, NamedTuple, get_args

import numpy as np
import scipy.sparse as sp

from benchmarks.report import Figure, make_parser, print_report
from benchmarks.synthetic_list import make_list
from flgraph.analysis.citation_matrix import Dates, Floats, Integers, build_citation_matrix
from flgraph.analysis.ranking import METHODS, MethodName, rank_papers
from flgraph.analysis.ranking.draws import Sums
from flgraph.analysis.ranking.explain import CLEARLY_AHEAD, count_ahead, find_needed
from flgraph.analysis.ranking.intervals import draw_intervals, rank_scores
from flgraph.analysis.ranking.measures import DAYS_A_YEAR, weigh_recent
from flgraph.analysis.ranking.methods import score_papers
from flgraph.analysis.ranking.observations import Observations, make_observations
from flgraph.graph.assemble import build_graph

World = Literal["constant", "halving", "doubling", "drifting"]
WORLDS: Final[tuple[World, ...]] = get_args(World)
RATES: Final = (0.5, 2.0, 12.0, 50.0)  # median citations a year

_DAY: Final = date(2026, 6, 30)
_BINS: Final = 24  # a year
_YEARS: Final = 8
_SHARED: Final = 0.2
_SIGMA: Final = 0.8
_DRIFT: Final = 0.35
_AROUND: Final = 600
_FIELDS: Final = 5
_AGAIN: Final = 100
_EQUAL_AGE: Final = 5.0
_SHOWN: Final[tuple[MethodName, ...]] = ("age_normalized", "citations_per_year")
_MOST_IN_LIST: Final = 2.0  # citations a year that seven papers a year can give


class Cited(NamedTuple):
    """Citations: who is cited, in which half-month before the day, and by which citing paper."""

    papers: Integers
    bins: Integers
    citing: Integers


@dataclass(frozen=True)
class Field:
    """Papers of known ages, and how often each is expected to be cited in each half-month before the day, (m, bins)."""

    ages: Floats
    expected: Floats


def make_field(rate: float, world: World, papers: int, *, seed: int = 0, sigma: float = _SIGMA) -> Field:
    """Make papers whose median is so many citations a year."""
    chance = np.random.default_rng(seed)
    rates, ages = chance.lognormal(np.log(rate), sigma, papers), chance.uniform(1.0, _YEARS, papers)
    growth = {
        "constant": np.zeros(papers),
        "halving": np.full(papers, np.log(0.5) / 3),
        "doubling": np.full(papers, np.log(2.0) / 3),
        "drifting": chance.normal(0.0, _DRIFT, papers),
    }[world]
    before = (np.arange(_YEARS * _BINS) + 0.5) / _BINS  # years before the day
    yearly = rates[:, None] * np.exp(-growth[:, None] * before)
    return Field(ages, np.where(before < ages[:, None], yearly / _BINS, 0.0))


def cite_at_random(field: Field, chance: np.random.Generator) -> Cited:
    """Cite papers as often as they are expected to be, on average; some citing papers cite two of them."""
    shared = _SHARED * field.expected
    most, rest = shared.argmax(axis=0), np.arange(shared.shape[1])
    # No paper is in more pairs than all others together.
    shared[most, rest] = np.minimum(shared[most, rest], shared.sum(axis=0) - shared[most, rest])
    papers, bins = _list_cells(chance.poisson(field.expected - shared))
    pair_bins = np.repeat(rest, chance.poisson(shared.sum(axis=0) / 2))
    pairs = np.array([_pick_two(shared[:, place], chance) for place in pair_bins], dtype=np.int64).reshape(-1, 2)
    citing = np.concatenate([np.arange(len(papers)), len(papers) + np.repeat(np.arange(len(pairs)), 2)])
    return Cited(np.concatenate([papers, pairs.ravel()]), np.concatenate([bins, np.repeat(pair_bins, 2)]), citing)


def _pick_two(weights: Floats, chance: np.random.Generator) -> Integers:
    """Pick two numbers, each with a probability in proportion to its weight: systematic sampling."""
    order = chance.permutation(len(weights))
    ends = np.cumsum(weights[order]) / weights.sum() * 2
    return order[np.searchsorted(ends, chance.random() + np.arange(2))]


def _list_cells(counts: Integers) -> tuple[Integers, Integers]:
    papers, bins = np.nonzero(counts)
    times = counts[papers, bins]
    return np.repeat(papers, times), np.repeat(bins, times)


def observe(field: Field, cited: Cited) -> Observations:
    """Return what is observed of such citations, with papers around whose counts are fixed."""
    size, citing = len(field.ages), int(cited.citing.max(initial=-1)) + 1
    fixed = np.random.default_rng(1)
    day = np.datetime64(_DAY)
    dates = [
        _date_back(field.ages),
        day - fixed.integers(0, 3_300, _AROUND).astype("timedelta64[D]"),
        np.full(citing, day),
    ]
    dates[2][cited.citing] = _date_back((cited.bins + 0.5) / _BINS)
    counts = np.bincount(cited.papers, minlength=size)
    matrix = build_citation_matrix(
        [
            f"{kind} {n}"
            for kind, many in (("paper", size), ("other", _AROUND), ("citing", citing))
            for n in range(many)
        ],
        cited.citing + size + _AROUND,
        cited.papers,
        dates=np.concatenate(dates),
        # Citing papers have no count, so that the papers are not held against them.
        citation_counts=np.concatenate([counts, fixed.poisson(25, _AROUND), np.full(citing, np.nan)]),
        reference_counts=np.concatenate([np.full(size + _AROUND, np.nan), np.full(citing, 30.0)]),
    )
    papers = {
        f"paper {number}": {"citations": "known", "citations_listed": count, "influential_citation_count": count}
        for number, count in enumerate(counts.tolist())
    }
    observed = make_observations(matrix, papers, _DAY)
    return replace(observed, influential=observed.citing)


def _date_back(years: Floats) -> Dates:
    return np.datetime64(_DAY) - np.floor(years * DAYS_A_YEAR).astype("timedelta64[D]")


def observe_list(field: Field, chance: np.random.Generator) -> tuple[Observations, Floats]:
    """Return papers that cite each other at random, and how often each is expected to be cited."""
    size = len(field.ages)
    at = np.minimum((field.ages * _BINS).astype(np.int64), _YEARS * _BINS - 1)
    likely = np.minimum(field.expected[:, at] * _YEARS * _BINS / size, 1.0)  # that a paper (row) is cited by another
    np.fill_diagonal(likely, 0.0)
    cited, citing = np.nonzero(chance.random((size, size)) < likely)
    matrix = build_citation_matrix(
        [f"paper {n}" for n in range(size)], citing, cited, dates=_date_back(field.ages),
        citation_counts=np.bincount(cited, minlength=size),
    )  # fmt: skip
    papers = {f"paper {n}": {"citations": "known", "references": "known"} for n in range(size)}
    return make_observations(matrix, papers, _DAY), likely.sum(axis=1)


@dataclass(frozen=True)
class Expected:
    """Adds up what citing papers contribute where each stands for so many expected citations, shape (n,)."""

    observed: Observations
    weights: Floats

    def __call__(self, adds: sp.csr_array, *, unlisted: Floats | None = None, until: Floats | None = None) -> Sums:
        """See `flgraph.analysis.ranking.draws.Adding`."""
        del unlisted, until  # all are listed, and `adds` ends where it should
        recent = weigh_recent(self.observed.matrix, _DAY)
        return Sums(*((adds @ (part * self.weights))[:, None] for part in (1 - recent, recent)))


def find_truth(by: MethodName, field: Field) -> Floats:
    """Return the score that the true rates give, shape (m,)."""
    papers, bins = np.nonzero(field.expected)
    observed = observe(field, Cited(papers, bins, np.arange(len(papers))))
    weights = np.zeros(len(observed.matrix.papers))
    names = {name: place for place, name in enumerate(observed.matrix.papers)}
    weights[[names[f"citing {n}"] for n in range(len(papers))]] = field.expected[papers, bins]
    return score_papers(observed, by).redo(Expected(observed, weights))[:, 0]


class Coverage(NamedTuple):
    """How often intervals hold score and rank and papers have one, 0 to 100; the mean width of those of ranks.

    `lists` is how often the intervals of a list hold all its ranks together.
    """

    score: float
    rank: float
    have: float
    width: float
    lists: float


def measure_coverage(
    by: MethodName,
    rate: float,
    *,
    papers: int,
    rounds: int,
    draws: int,
    world: World = "constant",
    simultaneous: bool = False,
) -> Coverage:
    """Return how often intervals hold what the true rates give; `rate` is the median of citations a year."""
    held, each = np.zeros(5), -(-rounds // _FIELDS)
    for seed in range(_FIELDS):
        field = make_field(rate, world, papers, seed=seed)
        held += _count_held(by, field, rounds=each, draws=draws, seed=seed, simultaneous=simultaneous)
    score, rank, width = held[[0, 1, 3]] / held[2]
    lists = each * _FIELDS
    return Coverage(100 * score, 100 * rank, 100 * held[2] / lists / papers, width, 100 * held[4] / lists)


def _count_held(
    by: MethodName, field: Field, *, rounds: int, draws: int, seed: int, simultaneous: bool = False
) -> Floats:
    """Count, over some rounds, intervals of scores and of ranks that hold the truth, all intervals, and their width.

    The last count is that of the rounds in which the intervals hold all ranks.
    """
    chance = np.random.default_rng(seed)
    seen = []
    truth = None
    for number in range(rounds):
        if by == "catalog_citations":
            observed, truth = observe_list(field, chance)
        else:
            observed = observe(field, cite_at_random(field, chance))
        scored = score_papers(observed, by)
        seen.append(draw_intervals(observed, scored, draws=draws, seed=number, simultaneous=simultaneous))
    if by == "popularity":  # linear in the citations, but it depends on how many papers there are
        again = (score_papers(observe(field, cite_at_random(field, chance)), by).score for _ in range(_AGAIN))
        truth = np.mean(list(again), axis=0)
    truth = find_truth(by, field) if truth is None else truth
    ranks, held = rank_scores(truth), np.zeros(5)
    for found in seen:
        holds, has_interval = (found.low <= ranks) & (ranks <= found.high), ~np.isnan(found.low)
        held += [
            np.sum((found.score_low <= truth) & (truth <= found.score_high)),
            np.sum(holds),
            np.sum(has_interval),
            np.nansum(found.high - found.low),
            holds[has_interval].all(),
        ]
    return held


def measure_false_alarms(by: MethodName, rate: float, *, papers: int, rounds: int, draws: int) -> tuple[float, float]:
    """Return how often a paper is called clearly ahead of another of equal age and rate, 0 to 100.

    Of all pairs; and of lists, whose first paper is compared with the one in the middle.
    """
    expected = np.where(np.arange(_YEARS * _BINS) < _EQUAL_AGE * _BINS, rate / _BINS, 0.0)
    field = Field(np.full(papers, _EQUAL_AGE), np.tile(expected, (papers, 1)))
    chance, pairs, firsts = np.random.default_rng(0), [], []
    for number in range(rounds):
        observed = observe(field, cite_at_random(field, chance))
        scored = score_papers(observed, by)
        samples = draw_intervals(observed, scored, draws=draws, seed=number).samples
        ahead = np.array([count_ahead(samples, other) for other in samples])
        clear = np.maximum(ahead, 1 - ahead) >= CLEARLY_AHEAD
        order = np.argsort(-scored.score)
        pairs.append(clear[np.triu_indices(papers, 1)].mean())
        firsts.append(ahead[order[0], order[papers // 2]] >= find_needed(papers, has_first=True))
    return 100 * float(np.mean(pairs)), 100 * float(np.mean(firsts))


def time_ranking(papers: int, around: int, *, draws: int) -> float:
    """Return the seconds that a ranking of a snapshot of depth 1 takes."""
    catalog, snapshot = make_list(papers, field_size=papers + around)
    graph = build_graph(catalog, snapshot)
    began = time.perf_counter()
    rank_papers(graph, draws=draws)
    return time.perf_counter() - began


def print_table(methods: Sequence[MethodName], *, papers: int, rounds: int, draws: int) -> None:
    """Print coverage of score and rank, and the mean width of the rank interval, as rows of a Markdown table."""
    for by, world in product(methods, WORLDS):
        cells = []
        for rate in RATES:
            if by == "catalog_citations" and rate > _MOST_IN_LIST:
                cells.append("-")
                continue
            found = measure_coverage(by, rate, papers=papers, rounds=rounds, draws=draws, world=world)
            cells.append(f"{found.score:.0f} / {found.rank:.0f} ({found.width:.0f})")
        print(f"| `{by}` | {world} | {' | '.join(cells)} |", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures, or the table."""
    parser = make_parser(__doc__)
    parser.add_argument("--papers", type=int, default=56)
    parser.add_argument("--around", type=int, default=4_000, help="papers around the catalog, for the time")
    parser.add_argument("--rounds", type=int, default=40, help="how often the papers are cited anew")
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--table", action="store_true", help="print the table of all methods, rates and worlds")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS, help="for --table: only these")
    options = parser.parse_args(arguments)
    sizes = {"papers": options.papers, "rounds": options.rounds, "draws": options.draws}
    if options.table:
        print_table(options.methods, **sizes)
        return 0
    seconds = time_ranking(options.papers, options.around, draws=options.draws)
    figures = [Figure("ranking a graph of depth 1", seconds, "s", at_most=5)]
    for by, rate in product(_SHOWN, RATES[:3]):
        found = measure_coverage(by, rate, **sizes)
        said = f"{by}, {rate:g} a year"
        figures.append(Figure(f"{said}: score intervals that hold the truth", found.score, "%", at_least=92))
        figures.append(Figure(f"{said}: rank intervals that hold the truth", found.rank, "%", at_least=92))
    for by, rate in product(_SHOWN, (2.0, 50.0)):
        pairs, firsts = measure_false_alarms(by, rate, **sizes)
        said = f"{by}, {rate:g} a year, equal rates"
        figures.append(Figure(f"{said}: pairs called clearly ahead", pairs, "%", at_most=5))
        figures.append(Figure(f"{said}: first called clearly ahead of the middle", firsts, "%", at_most=5))
    title = f"rank_intervals: {options.papers} synthetic papers, {options.rounds} rounds, {options.draws} draws"
    return print_report(title, figures, options)


if __name__ == "__main__":
    raise SystemExit(main())
