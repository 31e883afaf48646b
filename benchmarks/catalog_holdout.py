"""Which ranking of a small list predicts later citations? Lists are drawn from a field, and ranked by flgraph.

At each of the cut-offs of `temporal_holdout` topical lists are drawn from the papers of the day: some of those nearest
to one at random. flgraph ranks each list from what a snapshot of depth 1 would hold that day, who cites its papers and
whom they cite, and is held against the citations of the 24 months after. Differences between methods have 95 %
bootstrap intervals over papers, which are drawn once for all lists and cut-offs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from benchmarks.differences import Ranked, compare
from benchmarks.edge_lists import Edges, add_arguments, find_cutoffs, read_given
from benchmarks.report import Figure, make_parser, print_report
from benchmarks.temporal_holdout import count_future, cut_past, to_day
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
    "current_attention",
    "popularity",
    "citations_per_year",
    "influence",
    "impulse",
    "citation_count",
    "catalog_citations",
)
PAIRS: Final = (
    ("current_attention", "age_normalized"),
    ("current_attention", "citations_per_year"),
    ("age_normalized", "citations_per_year"),
)
_CONTROL: Final = "random (control)"
_PEER: Final = "citation_count"
_MARKS: Final = ("Spearman", "nDCG@10")
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
    if not len(known):
        raise ValueError(f"at a cut-off no paper has {_LEAST_KNOWN} citations and references; the network is too small")
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


def rank_lists(edges: Edges, *, lists: int, size: int) -> tuple[list[Ranked], dict[bool, Pairs], Counter[str]]:
    """Return the lists with the scores of each method, the pairs of all lists, and how many papers have no score."""
    chance = np.random.default_rng(2)
    cutoffs = find_cutoffs(edges)
    found: list[Ranked] = []
    unscored: Counter[str] = Counter()
    pairs = dict.fromkeys((True, False), Pairs(0, 0.0))
    for month in cutoffs:
        past = cut_past(edges, month)
        future = count_future(edges, month, len(past.papers))
        for _ in range(lists // len(cutoffs)):
            members = draw_list(past, size, chance)
            gains = future[members]
            if not gains.any():
                continue
            observed = see_list(past, members, month)
            scores = {str(name): score_papers(observed, name, youngest_months=0).score for name in METHODS}
            for name, score in scores.items():
                unscored[name] += int(np.isnan(score).sum())
            below = {name: _put_below(score) for name, score in scores.items()}
            found.append(Ranked(members, {**below, _CONTROL: chance.random(len(members))}, gains))
            for flag, new in compare_pairs(observed, gains).items():
                pairs[flag] = Pairs(pairs[flag].number + new.number, pairs[flag].right + new.right)
    return found, pairs, unscored


def _put_below(scores: Floats) -> Floats:
    """Return scores in which papers without one stand below the others, as they do in a ranking."""
    known = scores[~np.isnan(scores)]
    return np.nan_to_num(scores, nan=float(known.min()) - 1 if len(known) else 0.0)


def measure_lists(found: Sequence[Ranked]) -> dict[str, Floats]:
    """Return Spearman and nDCG@10 of each method on each list, shape (lists, 2)."""
    return {
        name: np.array(
            [
                (measure_spearman(one.scores[name], one.gains), measure_ndcg(one.scores[name], one.gains, top=10))
                for one in found
            ]
        )
        for name in found[0].scores
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = make_parser(__doc__)
    add_arguments(parser)
    parser.add_argument("--lists", type=int, default=200, help="how many lists, over all cut-offs")
    parser.add_argument("--papers", type=int, default=56, help="papers of a list")
    options = parser.parse_args(arguments)
    edges = read_given(parser, options)
    try:
        ranked, pairs, unscored = rank_lists(edges, lists=options.lists, size=options.papers)
    except ValueError as error:
        parser.error(f"{options.edges}: {error}")
    found = measure_lists(ranked)
    cutoffs = len(find_cutoffs(edges))
    figures = [*_list_marks(found), *_list_pairs(pairs)]
    of_all = sum(len(one.papers) for one in ranked)
    figures += [
        Figure(f"{name}: papers without a score, which stand below", 100 * unscored[name] / of_all, "%")
        for name in METHODS
        if unscored[name]
    ]
    figures += _list_differences(ranked)
    title = f"catalog_holdout: {options.edges.name}: {len(ranked)} lists of {options.papers} papers, {cutoffs} cut-offs"
    return print_report(title, figures, options)


def _list_marks(found: Mapping[str, Floats]) -> Iterator[Figure]:
    means = {name: np.nanmean(marks, axis=0) for name, marks in found.items()}
    for name, marks in found.items():
        for mark, value, other in zip(_MARKS, means[name], means[_PEER], strict=True):
            beside = (_PEER, float(other)) if name != _PEER else ()
            yield Figure(f"{name}: {mark}", float(value), "", None, None, *beside)
        if name != _PEER:
            better = float(np.mean(marks[:, 1] > found[_PEER][:, 1]))
            yield Figure(f"{name}: lists with a better nDCG@10", 100 * better, "%", peer=_PEER)


def _list_pairs(pairs: Mapping[bool, Pairs]) -> Iterator[Figure]:
    for flag, said in ((True, "clearly ahead by age_normalized"), (False, "ahead, but not clearly")):
        number, right = pairs[flag]
        if number:
            yield Figure(f"{said}: of {number:,} pairs, cited more afterwards", 100 * right / number, "%")


def _list_differences(ranked: Sequence[Ranked]) -> Iterator[Figure]:
    """Yield differences and both ends of their 95 % bootstrap intervals over papers, drawn once for all lists."""
    for (one, other), differences in compare(ranked, PAIRS).items():
        for mark, difference in zip(_MARKS, differences, strict=True):
            for end, value in zip(("", ", low end", ", high end"), difference, strict=True):
                yield Figure(f"{one} less {other}: {mark}{end}", value, "", peer=other)


if __name__ == "__main__":
    raise SystemExit(main())
