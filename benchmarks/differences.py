"""Bootstrap the difference of two methods over papers, which are drawn once for all lists and cut-offs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from flgraph.analysis.citation_matrix import Floats, Integers

_LIMITS: Final = (2.5, 97.5)


class Ranked(NamedTuple):
    """A list: the numbers of its papers, their scores by method, and their later citations."""

    papers: Integers
    scores: Mapping[str, Floats]
    gains: Floats


class Difference(NamedTuple):
    """The mean difference of two methods over lists, with its 95% interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:+.3f} [{self.low:+.3f}, {self.high:+.3f}]"


def weigh_spearman(scores: Floats, gains: Floats, weights: Floats) -> Floats:
    """Return Spearman's correlation where each paper stands so many times in the list, weights of shape (m, draws)."""
    ranks = [((values[:, None] > values) + (values[:, None] == values) / 2) @ weights for values in (scores, gains)]
    number = weights.sum(axis=0)
    one, other = (rank - (rank * weights).sum(axis=0) / number for rank in ranks)
    spread = np.sqrt((weights * one**2).sum(axis=0) * (weights * other**2).sum(axis=0))
    found: Floats = np.divide(
        (weights * one * other).sum(axis=0), spread, out=np.full(len(number), np.nan), where=spread > 0
    )
    return found


def weigh_ndcg(scores: Floats, gains: Floats, weights: Floats, *, top: int = 10) -> Floats:
    """Return nDCG where each paper stands so many times in the list; tied papers share the mean of their gains."""
    discounts = np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(top) + 2))])

    def add_up(order_by: Floats) -> Floats:
        total = np.zeros(weights.shape[1])
        above = np.zeros(weights.shape[1])
        for value in np.unique(order_by)[::-1]:
            tied = order_by == value
            number, gained = weights[tied].sum(axis=0), gains[tied] @ weights[tied]
            ends = [
                np.interp(np.minimum(place, top), np.arange(top + 1), discounts) for place in (above, above + number)
            ]
            total += np.divide(gained, number, out=np.zeros(len(number)), where=number > 0) * (ends[1] - ends[0])
            above += number
        return total

    best = add_up(gains)
    found: Floats = np.divide(add_up(scores), best, out=np.full(len(best), np.nan), where=best > 0)
    return found


def compare(
    lists: Sequence[Ranked], pairs: Sequence[tuple[str, str]], *, draws: int = 1000, seed: int = 0
) -> dict[tuple[str, str], tuple[Difference, Difference]]:
    """Return the differences in Spearman and in nDCG@10 of the first of each pair of methods from the second."""
    papers = np.unique(np.concatenate([ranked.papers for ranked in lists]))
    chance = np.random.default_rng(seed)
    times = chance.multinomial(len(papers), np.full(len(papers), 1 / len(papers)), size=draws).T.astype(np.float64)
    times = np.column_stack([np.ones(len(papers)), times])  # the first column: the papers as they are
    marks: dict[str, list[list[Floats]]] = {name: [[], []] for pair in pairs for name in pair}
    for ranked in lists:
        weights = times[np.searchsorted(papers, ranked.papers)]
        for name, (spearman, ndcg) in marks.items():
            spearman.append(weigh_spearman(ranked.scores[name], ranked.gains, weights))
            ndcg.append(weigh_ndcg(ranked.scores[name], ranked.gains, weights))
    return {
        (one, other): (
            _bound(np.nanmean(np.array(marks[one][0]) - np.array(marks[other][0]), axis=0)),
            _bound(np.nanmean(np.array(marks[one][1]) - np.array(marks[other][1]), axis=0)),
        )
        for one, other in pairs
    }


def _bound(differences: Floats) -> Difference:
    low, high = np.percentile(differences[1:], _LIMITS)
    return Difference(float(differences[0]), float(low), float(high))
