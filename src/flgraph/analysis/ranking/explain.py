"""Explain the rank of a paper: the parts that add up to its score, and the difference from the next papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from math import ceil, floor, sqrt
from statistics import NormalDist
from textwrap import wrap
from typing import Any, Final

import networkx as nx
import numpy as np
import pandas as pd

from flgraph.analysis.citation_matrix import Floats
from flgraph.analysis.ranking.methods import ATTENTION_POINTS, POINTS, MethodName, find_method
from flgraph.analysis.ranking.record import Ranking, refuse_other_graph, to_ranking
from flgraph.analysis.ranking.scores import RankedScores, rank_graph, read_known
from flgraph.analysis.ranking.table import count_ties
from flgraph.checks import read_day, refuse_number
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import find_node
from flgraph.graph.record_facts import title_of

_SHOWN: Final = 60
_WIDTH: Final = 100
_TOLERANCE: Final = 1e-9
_SAMPLE_DIGITS: Final = 9
CLEARLY_AHEAD: Final = 0.975
"""The share of draws from which one of two papers is clearly ahead: of equal papers, at most 5% of pairs are."""
_FALSE_FIRST: Final = 0.05


@dataclass(frozen=True, eq=False)
class Comparison:
    """A comparison of the explained paper with another paper of the ranking.

    Attributes
    ----------
    node, title : str
        The other paper.
    rank : int
        Its rank.
    difference : float
        The score of the explained paper minus the other's.
    parts : Mapping of str to float
        The difference of each part; they add up to the difference of the scores.
    needed : float
        The share of draws from which one of them is clearly ahead, 0 to 1: 0.975, and more if one is the first of the
        ranking (`find_needed`).
    ahead : float or None
        The share of the ranking's draws in which the explained paper scores higher, 0 to 1; equal scores count half.
        None without draws.
    """

    node: str
    title: str
    rank: int
    difference: float
    parts: Mapping[str, float]
    ahead: float | None
    needed: float = CLEARLY_AHEAD

    @property
    def is_clear(self) -> bool | None:
        """True if one paper is ahead in enough of the draws, False if neither is, None without draws.

        Of pairs of papers with equal rates of citations, at most 5% are called clearly ahead.
        """
        return None if self.ahead is None else max(self.ahead, 1 - self.ahead) >= self.needed


@dataclass(frozen=True, eq=False)
class Explanation:
    """The explanation of a paper's rank; as text, everything needed to check it.

    Attributes
    ----------
    node, title : str
        The paper.
    by : str
        The method.
    as_of : date
        The day.
    rank : int or None
        Its rank; None without a score.
    of : int
        The number of papers with a rank.
    tied : int
        The number of other papers with the same rank.
    interval : tuple of int, or None
        The 95% interval of the rank; None without a score or draws.
    score : float
        NaN without a score.
    parts : Mapping of str to float
        The parts that add up to the score, to 1e-9; empty without a score.
    inputs : Mapping of str to float
        The known numbers from which the parts were computed.
    note : str
        Why there is no score, or its cohort.
    comparisons : tuple of Comparison
        A paper of the same rank and the next above and below, or the paper asked for.
    citers : DataFrame
        The citing papers that contribute most. Index: node id. Order: contribution, then citations. Columns: `title`,
        `year`, `adds` (float, in the unit of the score if it is a sum over citing papers; for age_normalized 2 within
        the last twelve months, else 1), `citation_count` (Int64).
    citing : int
        The number of all citing papers that contribute.
    adds : str
        What a citing paper contributes, in words.
    caption : str
        Method, day and fallback of the ranking in one line.
    formula, unit : str
        How the score is computed, and its unit.
    """

    node: str
    title: str
    by: MethodName
    as_of: date
    rank: int | None
    of: int
    tied: int
    interval: tuple[int, int] | None
    score: float
    parts: Mapping[str, float]
    inputs: Mapping[str, float]
    note: str
    comparisons: tuple[Comparison, ...]
    citers: pd.DataFrame
    citing: int
    adds: str
    caption: str
    formula: str
    unit: str

    def __str__(self) -> str:
        lines = [self.title, f"{self.node}, {self.caption}"]
        if self.rank is None:
            lines.append(f"no rank: {self.note}")
        else:
            lines += [_say_rank(self), "", *_say_parts(self)]
        if self.inputs:
            lines += ["", "computed from", *(f"  {_say_input(name, value)}" for name, value in self.inputs.items())]
        lines += [line for other in self.comparisons for line in ("", *_say_comparison(other))]
        if self.rank is not None and len(self.citers):
            lines += ["", *_say_citers(self)]
        return "\n".join([*lines, "", *wrap(f"score ({self.unit}): {self.formula}", _WIDTH)])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f'<pre style="font-family: monospace">{escape(str(self))}</pre>'


def explain_rank(
    graph: nx.MultiDiGraph[Any],
    paper: str,
    *,
    by: MethodName | None = None,
    as_of: date | str | None = None,
    ranking: Ranking | pd.DataFrame | None = None,
    draws: int = 2000,
    seed: int = 0,
    versus: str | None = None,
    top: int = 5,
    exclude_surveys: bool = False,
) -> Explanation:
    """Explain the rank of a paper of the catalog exactly, by any method.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph that was ranked.
    paper : str
        A paper of the catalog by node id, key, DOI, arXiv id or title.
    by, as_of
        As for `rank_papers`.
    ranking : Ranking, DataFrame or None
        From `make_ranking` or `rank_papers`: explain this one, with its method, day and parameters.
    draws, seed, exclude_surveys
        As for `rank_papers`; those of the ranking if one is given.
    versus : str or None
        Another paper of the catalog to compare with; None compares with the next above and the next below.
    top : int
        The number of citing papers to show.

    Raises
    ------
    GraphError
        The paper is not in the catalog, the ranking is of another graph, or papers cannot be ranked (`rank_papers`).
    ValueError
        `by` or `as_of` differs from the ranking's, or the ranking is a table that lost its `attrs`.

    Examples
    --------
    >>> explain_rank(build_graph(read_catalog()), "fedbn")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    flgraph.errors.GraphError: no citation data ...
    """
    refuse_number("top", top)
    options: dict[str, Any] = {"by": by, "as_of": as_of, "draws": draws, "seed": seed}
    options["exclude_surveys"] = exclude_surveys
    if ranking is not None:
        given = to_ranking(ranking)
        _refuse_other_options(given, by, as_of)
        options = _read_options(graph, given)
    ranked = rank_graph(graph, **options)
    number = _find_member(graph, ranked, paper)
    others = _find_next(ranked, number) if versus is None else [_find_member(graph, ranked, versus)]
    if number in others:
        raise GraphError(f"versus is {versus!r}, the paper itself; name another paper")
    return _explain(graph, ranked, number, others, top)


def list_parts(graph: nx.MultiDiGraph[Any], ranking: Ranking | pd.DataFrame) -> Mapping[str, Mapping[str, float]]:
    """List the parts of each paper's score by node id, empty without a score.

    A `Ranking` holds them; for a table of `rank_papers` they are computed again.
    """
    given = to_ranking(ranking)
    if given.parts is None:
        return rank_graph(graph, **{**_read_options(graph, given), "draws": 0}).parts
    refuse_other_graph(given, graph)
    return given.parts


def _refuse_other_options(ranking: Ranking, by: MethodName | None, as_of: date | str | None) -> None:
    day = None if as_of is None else read_day("as_of", as_of).isoformat()
    for name, asked, said in (("by", by, ranking.by), ("as_of", day, ranking.as_of.isoformat())):
        if asked is not None and asked != said:
            raise ValueError(f"{name} is {asked!r}, but the ranking has {said!r}; omit one of them")


def _read_options(graph: nx.MultiDiGraph[Any], ranking: Ranking) -> dict[str, Any]:
    """Return the options of `rank_graph` that made a ranking of this graph."""
    refuse_other_graph(ranking, graph)
    # A fallback was not asked for by name; None makes it state again which method it replaces.
    method = None if ranking.fallback_from else ranking.by
    return {"by": method, "as_of": ranking.as_of, **ranking.parameters}


def _find_member(graph: nx.MultiDiGraph[Any], ranked: RankedScores, paper: str) -> int:
    node = find_node(graph, paper)
    nodes = list(ranked.observed.papers)
    if node not in nodes:
        raise GraphError(f"{node}: is not a paper of the catalog; only papers of the catalog are ranked")
    return nodes.index(node)


def _find_next(ranked: RankedScores, number: int) -> list[int]:
    """Find a paper of the same rank, and the papers with the next better and the next worse score."""
    score = ranked.scored.score
    if np.isnan(score[number]):
        return []
    above = np.flatnonzero(ranked.ranks < ranked.ranks[number])
    below = np.flatnonzero(ranked.ranks > ranked.ranks[number])
    tied = [other for other in np.flatnonzero(ranked.ranks == ranked.ranks[number]) if other != number]
    better = [above[np.argmin(score[above])]] if len(above) else []
    worse = [below[np.argmax(score[below])]] if len(below) else []
    return [int(other) for other in (*tied[:1], *better, *worse)]


def _explain(
    graph: nx.MultiDiGraph[Any], ranked: RankedScores, number: int, others: list[int], top: int
) -> Explanation:
    node, data = list(ranked.observed.papers.items())[number]
    has_rank = not np.isnan(ranked.ranks[number])
    method = find_method(ranked.by)
    return Explanation(
        node=node,
        title=title_of(data),
        by=ranked.by,
        as_of=ranked.observed.as_of,
        rank=int(ranked.ranks[number]) if has_rank else None,
        of=int((~np.isnan(ranked.ranks)).sum()),
        tied=int(count_ties(ranked.ranks)[number]),
        interval=_read_interval(ranked, number),
        score=float(ranked.scored.score[number]),
        parts=read_known(ranked.scored.parts, number),
        inputs={**read_known(ranked.scored.inputs, number), **_count_listed(ranked, number)},
        note=ranked.scored.notes.get(number, ""),
        comparisons=tuple(_compare(ranked, number, other) for other in others),
        citers=_list_citers(graph, ranked, number, top),
        citing=int(np.count_nonzero(ranked.scored.adds[[number]].data)),
        adds=method.adds or method.unit,
        caption=ranked.caption,
        formula=method.formula,
        unit=method.unit,
    )


def _read_interval(ranked: RankedScores, number: int) -> tuple[int, int] | None:
    low, high = ranked.intervals.low[number], ranked.intervals.high[number]
    return None if np.isnan(low) else (int(low), int(high))


def _count_listed(ranked: RankedScores, number: int) -> dict[str, float]:
    """Return the share of the paper's citations that are listed, and the number of excluded self-citations."""
    observed = ranked.observed
    share = observed.listed_share[number]
    if not (observed.is_listed[number] and observed.is_published[number]) or np.isnan(share):
        return {}
    return {
        "share of its citations that are listed": float(share),
        "listed self-citations": float(observed.self_citations[number]),
    }


def _compare(ranked: RankedScores, number: int, other: int) -> Comparison:
    samples = ranked.intervals.samples
    node, data = list(ranked.observed.papers.items())[other]
    if np.isnan(ranked.ranks[[number, other]]).any():
        without = node if np.isnan(ranked.ranks[other]) else list(ranked.observed.papers)[number]
        raise GraphError(f"{without}: has no rank by {ranked.by}; compare papers that have a rank")
    return Comparison(
        node=node,
        title=title_of(data),
        rank=int(ranked.ranks[other]),
        difference=float(ranked.scored.score[number] - ranked.scored.score[other]),
        parts={name: float(part[number] - part[other]) for name, part in ranked.scored.parts.items()},
        ahead=float(count_ahead(samples[number], samples[other])) if samples.shape[1] else None,
        needed=find_needed(ranked.scored.number_scored, has_first=bool((ranked.ranks[[number, other]] == 1).any())),
    )


def find_needed(ranked: int, *, has_first: bool) -> float:
    """Return the share of draws from which one of two papers is clearly ahead, 0 to 1.

    The first of a ranking was picked because it is first, of so many ranked papers. If all of them were equal and their
    scores normal, the first would be this far ahead of a typical one in at most 5% of lists.

    Examples
    --------
    >>> find_needed(56, has_first=False), round(find_needed(56, has_first=True), 4)
    (0.975, 0.9864)
    """
    if not has_first or ranked < 2:
        return CLEARLY_AHEAD
    normal = NormalDist()
    # The difference of two scores varies by the square root of two times as much as a score.
    return max(CLEARLY_AHEAD, normal.cdf(normal.inv_cdf(1 - _FALSE_FIRST / ranked) / sqrt(2)))


def count_ahead(samples: Floats, other: Floats) -> Floats:
    """Return the share of draws in which scores are higher than another paper's, 0 to 1; equal scores count half.

    Parameters
    ----------
    samples : float64, shape (..., draws)
    other : float64, shape (draws,)
    """
    apart = (samples - other).round(_SAMPLE_DIGITS)
    return np.asarray((apart > 0).mean(axis=-1) + (apart == 0).mean(axis=-1) / 2)


def _list_citers(graph: nx.MultiDiGraph[Any], ranked: RankedScores, number: int, top: int) -> pd.DataFrame:
    names = ranked.observed.matrix.papers
    adds = ranked.scored.adds[[number]].tocoo()
    rows = [
        {
            "node": names[place],
            "title": title_of(graph.nodes[names[place]]),
            "year": graph.nodes[names[place]].get("year", pd.NA),
            "adds": float(value),
            "citation_count": graph.nodes[names[place]].get("citation_count", pd.NA),
        }
        for place, value in zip(adds.col.tolist(), adds.data.tolist(), strict=True)
        if value
    ]
    rows.sort(
        key=lambda row: (-row["adds"], -row["citation_count"] if pd.notna(row["citation_count"]) else 1, row["node"])
    )
    table = pd.DataFrame(rows[:top], columns=["node", "title", "year", "adds", "citation_count"]).set_index("node")
    return table.astype({"title": "string", "year": "Int64", "adds": "float64", "citation_count": "Int64"})


# --- as text ---------------------------------------------------------------------------------------------


def _say_rank(explanation: Explanation) -> str:
    said = f"rank {explanation.rank} of {explanation.of}"
    if explanation.tied:
        said += f", tied with {explanation.tied} more"
    if explanation.interval:
        said += f", 95% interval {explanation.interval[0]} to {explanation.interval[1]}"
    return f"{said}{'; ' if explanation.note else ''}{explanation.note}"


def _say_parts(explanation: Explanation) -> list[str]:
    lines = [f"{value:>12.4f}  {_name_part(name)}" for name, value in explanation.parts.items()]
    return [*lines, f"{explanation.score:>12.4f}  score"]


def _name_part(name: str) -> str:
    """Name a part of a score; points are said to be points, or they would be read as citations."""
    most = {**POINTS, **ATTENTION_POINTS}
    return f"{name} (of {most[name]} points)" if name in most else name


def _say_input(name: str, value: float) -> str:
    is_whole = abs(value - round(value)) < _TOLERANCE
    return f"{name}: {value:,.0f}" if is_whole else f"{name}: {value:,.3f}"


def _say_comparison(other: Comparison) -> list[str]:
    short = other.title if len(other.title) <= _SHOWN else f"{other.title[:_SHOWN].rstrip()}…"
    if abs(other.difference) < _TOLERANCE:
        difference = "the same score as"
    else:
        difference = f"{abs(other.difference):.4g} {'more' if other.difference > 0 else 'less'} than"
    head = f"{difference} rank {other.rank}, {short} ({other.node})"
    return [head, *_say_ahead(other), *(f"{value:>+12.4f}  {_name_part(name)}" for name, value in other.parts.items())]


def _say_ahead(other: Comparison) -> list[str]:
    if other.ahead is None:
        return []
    share, side = (other.ahead, "ahead") if other.ahead >= 1 / 2 else (1 - other.ahead, "behind")
    share = floor(1000 * share + _TOLERANCE) / 10  # rounded down: 97.49 is not 97.5
    verdict = f"clearly {side}" if other.is_clear else f"not clearly {side}, which takes {_say_needed(other.needed)}"
    return [f"{side} in {share:g}% of the draws: {verdict}"]


def _say_needed(needed: float) -> str:
    """Say a share of draws, rounded up: as much is surely enough."""
    return f"{ceil(1000 * needed - _TOLERANCE) / 10:g}%"


def _say_citers(explanation: Explanation) -> list[str]:
    citers = explanation.citers
    years = citers["year"].astype("string").fillna("year unknown")
    shown = f"{len(citers)} of {explanation.citing}"
    return [
        f"citing papers that contribute most, {shown} ({explanation.adds}; then by citations)",
        *(
            f"{adds:>12.4g}  {title} ({year})"
            for adds, title, year in zip(citers["adds"], citers["title"], years, strict=True)
        ),
    ]
