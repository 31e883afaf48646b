"""Which ranking of a small list predicts later citations? Lists are drawn from a field, and ranked by flgraph.

The edges are those of `temporal_holdout`. At each of its cut-offs topical lists are drawn from the papers of the day:
some of those nearest to one at random. flgraph ranks each list from what a snapshot of depth 1 would hold that day, who
cites its papers and whom they cite, and is held against the citations of the 24 months after.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from benchmarks.temporal_holdout import CUTOFFS, Edges, count_future, cut_past, read_edges, to_day
from flgraph.analysis.citation_matrix import CitationMatrix, Floats, Integers, build_citation_matrix
from flgraph.analysis.ranking import MethodName
from flgraph.analysis.ranking.evaluation import measure_ndcg, measure_spearman
from flgraph.analysis.ranking.explain import CLEARLY_AHEAD
from flgraph.analysis.ranking.intervals import draw_intervals
from flgraph.analysis.ranking.methods import score_papers
from flgraph.analysis.ranking.observations import Observations, make_observations
from flgraph.analysis.suggest import score_candidates

METHODS: Final[tuple[MethodName, ...]] = (
    "age_normalized",
    "popularity",
    "citations_per_year",
    "influence",
    "impulse",
    "citation_count",
    "catalog_citations",
)
_CONTROL: Final = "random (control)"
_NEAREST: Final = 250
_LEAST_KNOWN: Final = 15  # citations and references of a paper that a list is drawn around

_DRAWS: Final = 2000


class Pairs(NamedTuple):
    """Of pairs of papers, how many there are, and in how many the one ahead was cited more; equal gains count half."""

    number: int
    right: float


def draw_list(past: CitationMatrix, size: int, chance: np.random.Generator) -> Integers:
    """Return the numbers of some of the papers nearest to one at random, in order."""
    known = np.flatnonzero(past.count_citations() + past.count_references() >= _LEAST_KNOWN)
    nearness = score_candidates(past, [chance.choice(known)])
    nearest = np.argsort(-nearness, kind="stable")[:_NEAREST]
    return np.sort(chance.choice(nearest, min(size, len(nearest)), replace=False))


def see_list(past: CitationMatrix, members: Integers, month: int) -> Observations:
    """Return what a snapshot of depth 1 holds of a list: its papers, one hop around them, and the counts of all."""
    is_member = np.zeros(len(past.papers), dtype=bool)
    is_member[members] = True
    citing, cited = past.indices, np.repeat(np.arange(len(past.papers)), past.count_citations())
    seen = is_member[citing] | is_member[cited]
    stays = is_member.copy()
    stays[citing[seen]] = stays[cited[seen]] = True
    place = np.cumsum(stays) - 1
    counts = past.count_citations()
    matrix = build_citation_matrix(
        [paper for paper, stayed in zip(past.papers, stays, strict=True) if stayed],
        place[citing[seen]],
        place[cited[seen]],
        dates=past.dates[stays],
        citation_counts=counts[stays].astype(np.float64),
        reference_counts=past.count_references()[stays].astype(np.float64),
    )
    papers = {
        past.papers[member]: {"citations": "known", "references": "known", "citations_listed": int(counts[member])}
        for member in members
    }
    return make_observations(matrix, papers, to_day(month))


def compare_pairs(observed: Observations, gains: Floats) -> dict[bool, Pairs]:
    """Return how often the paper ahead by the default was cited more: where it is clearly ahead, and where not."""
    scored = score_papers(observed, "age_normalized", youngest_months=0)
    drawn = draw_intervals(observed, scored, draws=_DRAWS, seed=0).samples
    usable = ~np.isnan(drawn).any(axis=1)
    drawn, gained, scores = drawn[usable], gains[usable], scored.score[usable]
    one, other = np.triu_indices(len(scores), k=1)
    one, other = np.where(scores[one] >= scores[other], [one, other], [other, one])
    ahead = (drawn[one] > drawn[other]).mean(axis=1) + (drawn[one] == drawn[other]).mean(axis=1) / 2
    right = (gained[one] > gained[other]) + (gained[one] == gained[other]) / 2
    clear = ahead >= CLEARLY_AHEAD
    return {flag: Pairs(int((clear == flag).sum()), float(right[clear == flag].sum())) for flag in (True, False)}


def compare_methods(edges: Edges, *, lists: int, size: int) -> tuple[dict[str, Floats], dict[bool, Pairs]]:
    """Return Spearman and nDCG@10 of each method on each list, shape (lists, 2), and the pairs of all lists."""
    chance = np.random.default_rng(2)
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    pairs = dict.fromkeys((True, False), Pairs(0, 0.0))
    for month in CUTOFFS:
        past = cut_past(edges, month)
        future = count_future(edges, month, len(past.papers))
        for _ in range(lists // len(CUTOFFS)):
            members = draw_list(past, size, chance)
            gains = future[members]
            if not gains.any():
                continue
            observed = see_list(past, members, month)
            for name in METHODS:
                # Papers without a score stand below, as they do in a ranking.
                scores = np.nan_to_num(score_papers(observed, name, youngest_months=0).score, nan=-np.inf)
                found[name].append((measure_spearman(scores, gains), measure_ndcg(scores, gains, top=10)))
            control = chance.random(len(members))
            found[_CONTROL].append((measure_spearman(control, gains), measure_ndcg(control, gains, top=10)))
            for flag, new in compare_pairs(observed, gains).items():
                pairs[flag] = Pairs(pairs[flag].number + new.number, pairs[flag].right + new.right)
    return {name: np.array(marks) for name, marks in found.items()}, pairs


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edges", type=Path, metavar="EDGES", help="the file of citations, ids of the form YYMMNNN")
    parser.add_argument("--lists", type=int, default=200, help="how many lists, over all cut-offs")
    parser.add_argument("--papers", type=int, default=56, help="papers of a list")
    options = parser.parse_args(arguments)
    found, pairs = compare_methods(read_edges(options.edges), lists=options.lists, size=options.papers)
    print(f"{options.edges.name}: {len(found[_CONTROL])} lists of {options.papers} papers, {len(CUTOFFS)} cut-offs")
    print(f"{'method':<24}{'Spearman':>10}{'nDCG@10':>10}{'better than citation_count':>29}")
    for name, marks in found.items():
        spearman, ndcg = np.nanmean(marks, axis=0)
        better = f"{np.mean(marks[:, 1] > found['citation_count'][:, 1]):>20.0%} of lists"
        print(f"{name:<24}{spearman:>10.3f}{ndcg:>10.3f}{better if name != 'citation_count' else ''}")
    for flag, said in ((True, "clearly ahead by age_normalized"), (False, "ahead, but not clearly")):
        share = pairs[flag].right / pairs[flag].number if pairs[flag].number else float("nan")
        print(f"{said}: cited more afterwards in {share:.0%} of {pairs[flag].number} pairs")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
