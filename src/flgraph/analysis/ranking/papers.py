"""Rank the papers of the catalog, and say by what, with what uncertainty, and of which nothing can be said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any, Final, NamedTuple

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from flgraph.analysis.citation_matrix import Floats, Integers
from flgraph.analysis.ranking.measures import impulse, local_pagerank
from flgraph.analysis.ranking.methods import MethodName, Scored, find_method, score_papers
from flgraph.analysis.ranking.normalized import count_recent, find_cohorts
from flgraph.analysis.ranking.observations import Observations, read_observations, read_publication
from flgraph.checks import refuse_number
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import catalog_papers, say_count
from flgraph.graph.tables import Table, describe_graph

DEFAULT: Final[MethodName] = "age_normalized"
FALLBACKS: Final[tuple[MethodName, ...]] = ("citations_per_year", "citation_count")

_DIGITS: Final = 9  # scores that differ by less are tied: sums of floats depend on their order
_LIMITS: Final = (2.5, 97.5)
_ENOUGH: Final = 0.8


class Intervals(NamedTuple):
    """What may be had others written: draws of who cites, in which each citing paper weighs Poisson(1).

    NaN throughout for a paper of which nothing can be drawn: it has no score, or nobody knows who cites it, or nobody
    does.

    Attributes
    ----------
    low, high : float64, shape (m,)
        Between which the rank lies in 95 of 100 draws.
    score_low, score_high : float64, shape (m,)
        The same of the score.
    drawn : float64, shape (m, draws)
        The scores in each draw, the same draws for all papers.
    """

    low: Floats
    high: Floats
    score_low: Floats
    score_high: Floats
    drawn: Floats


@dataclass(frozen=True, eq=False)
class Ranked:
    """A ranking with all that it was reckoned from: what `rank_papers` tabulates and `explain_rank` explains."""

    observed: Observations
    by: MethodName
    scored: Scored
    ranks: Floats
    intervals: Intervals
    attributes: Mapping[Hashable | None, Any]


def rank_papers(
    graph: nx.MultiDiGraph[Any],
    *,
    by: MethodName | None = None,
    as_of: date | str | None = None,
    details: bool = False,
    youngest_months: int = 6,
    draws: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Rank the papers of the catalog, the first one first.

    Parameters
    ----------
    graph : KnowledgeGraph
        A graph with citation data: built with a snapshot.
    by : str or None
        "age_normalized", 0 to 100: half how a paper is cited beside papers of its age outside the catalog, half how
        much it was cited in the last twelve months. "popularity" (AttRank): what is cited now, and by whom.
        "influence": rescaled PageRank, for foundations. "impulse": citations by papers of the year of publication and
        of the three after.
        "citation_count", "citations_per_year": in all, and over age in years + 0.5. "catalog_citations": by papers
        of the catalog. "s2_influential": those that Semantic Scholar calls influential. None is age_normalized; where
        who cites them is known of few papers or none (depth 0), citations_per_year or else citation_count, and the
        first line, `flags` and `attrs` say so.
    as_of : date, str or None
        The day, as a date or as text such as "2024-01-31"; None is the day the snapshot was taken, never today. Of an
        earlier day citations are those that the snapshot lists with a date until then, and papers that were not out
        have no score; how often other papers were cited at the time is not known, so that age_normalized, influence
        and s2_influential cannot be had.
    details : bool
        Whether to add the numbers behind, see below.
    youngest_months : int
        By age_normalized a paper published within so many months before the day has no score; 0 scores all.
    draws : int
        How many draws the intervals rest on; 0 gives none.
    seed : int
        The same seed gives the same intervals.

    Returns
    -------
    DataFrame
        Index: node id. Order: rank, then node id; papers without a score last. Columns: `rank` (Int64, ties share the
        better rank), `rank_low`, `rank_high` (Int64, between which the rank lies in 95 of 100 draws of who cites:
        each citing paper weighs Poisson(1); missing where who cites it is not known, or nobody does), `score` (float,
        unit in `attrs`), `title`, `year`, `citation_count` (Int64, on the day), `coverage` (float, 0 to 1: the share
        of the data the score would need that is known), `flags` (why a score is missing, tied or uncertain). Unknown
        is not zero: a paper without the data has no score.
        With details also `key`, `by`, `as_of`, `publication_date`, `age_years`, `recent_citations` (last twelve
        months), `citations_per_year`, `citation_percentile` (0 to 100, in `cohort_size` papers of its age outside
        the catalog, `cohort_window_months` apart at most; the number to cite, for the score changes with the catalog),
        `influential_citation_count`, `impulse`, `local_pagerank`, `self_citation_share` (of the listed
        citations), `tied_with` (how many), `score_low`, `score_high`.
        `attrs` says method, formula, unit, parameters, as_of, snapshot, coverage and version; `describe` makes a
        sentence of it.

    Raises
    ------
    GraphError
        No paper has what the method needs, or the day is later than the snapshot; the message says what is missing
        and how to get it.
    ValueError
        There is no such method, `as_of` is no day, or a number is negative.

    Examples
    --------
    >>> rank_papers(build_graph(read_catalog()))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    flgraph.errors.GraphError: no citation data ...
    """
    ranked = rank_field(graph, by=by, as_of=as_of, youngest_months=youngest_months, draws=draws, seed=seed)
    table = _tabulate(ranked)
    if details:
        table = table.assign(**_detail(ranked))
    ordered = Table(table.sort_index().sort_values("rank", kind="stable", na_position="last"))
    ordered.attrs = dict(ranked.attributes)
    return ordered


def has_citations(graph: nx.MultiDiGraph[Any]) -> bool:
    """Return whether a graph says of any paper of the catalog how often it is cited, and of which day that is."""
    counted = any("citation_count" in attributes for _, attributes in catalog_papers(graph))
    return counted and "snapshot_taken" in graph.graph


def rank_field(
    graph: nx.MultiDiGraph[Any],
    *,
    by: MethodName | None = None,
    as_of: date | str | None = None,
    youngest_months: int = 6,
    draws: int = 200,
    seed: int = 0,
) -> Ranked:
    """Return the ranking of `rank_papers` with all that it was reckoned from; parameters and errors as there."""
    find_method(by or DEFAULT)
    for name, number in (("draws", draws), ("youngest_months", youngest_months), ("seed", seed)):
        refuse_number(name, number)
    if not any("citation_count" in data or data.get("references") == "known" for _, data in catalog_papers(graph)):
        raise GraphError(_say_no_data(graph))
    observed = read_observations(graph, as_of)
    scored = score_papers(observed, by or DEFAULT, youngest_months=youngest_months)
    chosen, scored, fallback = (by, scored, {}) if by else _fall_back(observed, scored)
    if not _count_scored(scored):
        chosen, scored = (by, scored) if by else (FALLBACKS[-1], score_papers(observed, FALLBACKS[-1]))
        reason = _say_reason(scored, observed.is_published if observed.is_published.any() else ~observed.is_published)
        raise GraphError(f"no paper can be ranked by {chosen}: {reason}; {_say_remedy(observed, chosen)}")
    parameters = {"youngest_months": youngest_months, "draws": draws, "seed": seed}
    return Ranked(
        observed,
        chosen,
        scored,
        rank_scores(scored.score),
        draw_intervals(observed, scored, draws=draws, seed=seed),
        attributes=_caption(
            {**describe_graph(graph), **_describe(observed, chosen, scored), **fallback, "parameters": parameters}
        ),
    )


def _fall_back(observed: Observations, scored: Scored) -> tuple[MethodName, Scored, dict[Hashable | None, Any]]:
    """Return the default ranking, or one that ranks more than twice as many papers, and why it stands in for it."""
    ranked = _count_scored(scored)
    for other in FALLBACKS:
        instead = score_papers(observed, other)
        if _count_scored(instead) > 2 * ranked:
            which = f"only {ranked} of {len(observed.papers)} papers have what it needs: " if ranked else ""
            reason = which + _say_reason(scored, ~np.isnan(instead.score))
            return other, instead, {"fallback_from": DEFAULT, "fallback_reason": reason}
    return DEFAULT, scored, {}


def _count_scored(scored: Scored) -> int:
    return int((~np.isnan(scored.score)).sum())


def _caption(attributes: dict[Hashable | None, Any]) -> dict[Hashable | None, Any]:
    """Add in one line by which method and of which day a ranking is, and which it stands in for."""
    said = f"by {attributes['by']} as of {attributes['as_of']}"
    if "counted_from" in attributes:
        said += f", {attributes['counted_from']}"
    if "fallback_from" in attributes:
        said += f", in place of {attributes['fallback_from']}: {attributes['fallback_reason']}"
    return {**attributes, "caption": said}


def _say_no_data(graph: nx.MultiDiGraph[Any]) -> str:
    asked = "snapshot_taken" in graph.graph
    why = "the snapshot holds no counts" if asked else "Semantic Scholar has not been asked, or could not be reached"
    return (
        f"no citation data: {why}, so papers cannot be ranked by citations; "
        "run `flgraph build` where Semantic Scholar can be reached, or with --snapshot and a file made there"
    )


def _say_reason(scored: Scored, among: npt.NDArray[np.bool_]) -> str:
    """Return why most of some papers have no score; what is particular to each of them is left out."""
    notes = _list_lacks(scored, among)
    if not notes:
        return "the catalog is empty"
    reason, number = _count_reasons(notes).most_common(1)[0]
    whole = {note for note in notes if note.startswith(reason)}
    return f"{whole.pop() if len(whole) == 1 else reason}, {say_count(number, 'paper')}"


def _list_lacks(scored: Scored, among: npt.NDArray[np.bool_] | None = None) -> list[str]:
    """Return why papers have no score, a note each."""
    chosen = np.isnan(scored.score) if among is None else among & np.isnan(scored.score)
    return [note for number, note in scored.notes.items() if chosen[number]]


def _count_reasons(notes: Iterable[str]) -> Counter[str]:
    """Return how many papers share a reason, without what is particular to each."""
    return Counter(re.split(r" \(|;", note)[0] for note in notes)


def _say_remedy(observed: Observations, by: MethodName) -> str:
    if not observed.is_published.any():
        return "leave as_of out, or choose a later day"
    if observed.is_past:
        return f"leave as_of out, choose a later day, or rank by {FALLBACKS[0]} on a graph of depth 1"
    if "listing" in find_method(by).needs:
        return f"run `flgraph build` at depth 1, or rank by {FALLBACKS[0]}"
    return "run `flgraph build` where Semantic Scholar can be reached, or choose another method or day"


# --- ranks and intervals ---------------------------------------------------------------------------------


def rank_scores(score: Floats) -> Floats:
    """Return the rank of each score along the first axis, ties sharing the better one; NaN has none."""
    ranks = np.full(score.shape, np.nan)
    known = ~np.isnan(score)
    ranks[known] = rankdata(-score[known].round(_DIGITS), method="min")
    return ranks


def draw_intervals(observed: Observations, scored: Scored, *, draws: int, seed: int) -> Intervals:
    """Return what ranks and scores would be in some draws of who cites.

    It says nothing of citations that the source does not know, nor of the choice of the field.
    """
    known = ~np.isnan(scored.score) & observed.is_listed & (np.asarray(scored.adds.sum(axis=1)).ravel() > 0)
    limits = np.full((4, len(known)), np.nan)
    scores = np.full((len(known), draws), np.nan)
    if draws and known.any():
        citing = np.unique(observed.citing.indices)
        weights = np.zeros((len(observed.matrix.papers), draws))
        weights[citing] = np.random.default_rng(seed).poisson(1.0, (len(citing), draws))
        drawn = scored.redraw(weights)
        ranks = np.array([rank_scores(column) for column in drawn.T]).T
        low, high = np.percentile(ranks[known], _LIMITS, axis=1, method="nearest")
        # Of tied papers few stand at the shared, better rank once they are drawn apart.
        at_rank = rank_scores(scored.score)[known]
        limits[0, known], limits[1, known] = np.minimum(low, at_rank), np.maximum(high, at_rank)
        limits[2:, known] = np.percentile(drawn[known], _LIMITS, axis=1)
        scores[known] = drawn[known]
    return Intervals(limits[0], limits[1], limits[2], limits[3], scores)


# --- the table -------------------------------------------------------------------------------------------


def _tabulate(ranked: Ranked) -> pd.DataFrame:
    papers, scored = ranked.observed.papers, ranked.scored
    index = pd.Index(list(papers), name="node", dtype="string")
    titles = [data["title"] for data in papers.values()]
    return pd.DataFrame(
        {
            "rank": _to_integers(ranked.ranks),
            "rank_low": _to_integers(ranked.intervals.low),
            "rank_high": _to_integers(ranked.intervals.high),
            "score": scored.score,
            "title": pd.array(titles, dtype="string"),
            "year": pd.array([data.get("year", pd.NA) for data in papers.values()], dtype="Int64"),
            "citation_count": _to_integers(ranked.observed.counts),
            "coverage": scored.coverage,
            "flags": pd.array(_list_flags(ranked), dtype="string"),
        },
        index=index,
    )


def _to_integers(numbers: Floats | Integers) -> pd.Series[int]:
    return pd.array([pd.NA if np.isnan(number) else int(number) for number in numbers], dtype="Int64")  # type: ignore[return-value]


def count_ties(ranks: Floats) -> Integers:
    """Return with how many others each paper shares its rank, shape (m,); 0 without a rank."""
    sizes = Counter(ranks[~np.isnan(ranks)].tolist())
    return np.array([sizes.get(rank, 1) - 1 for rank in ranks.tolist()], dtype=np.int64)


def _list_flags(ranked: Ranked) -> list[str]:
    """Return what is to be said of each paper: why it has no score, or what is uncertain about it."""
    ties = count_ties(ranked.ranks)
    return [
        _say_flags(ranked, number, data, int(ties[number]))
        for number, data in enumerate(ranked.observed.papers.values())
    ]


def _say_flags(ranked: Ranked, number: int, data: Mapping[str, Any], ties: int) -> str:
    method, intervals, coverage = find_method(ranked.by), ranked.intervals, ranked.scored.coverage[number]
    said = [ranked.scored.notes.get(number, "")]
    if not np.isnan(ranked.ranks[number]):
        said.append(read_publication(data)[1] if "date" in method.needs else "")
        said.append(f"only {coverage:.0%} {method.covers}" if coverage < _ENOUGH else "")
        if ranked.observed.is_listed[number] and intervals.drawn.shape[1] and np.isnan(intervals.low[number]):
            said.append("no citing paper to draw an interval from")
        said.append(f"tied with {ties} more" if ties else "")
        said.append(f"in place of {DEFAULT}" if "fallback_from" in ranked.attributes else "")
    return "; ".join(filter(None, said))


def _detail(ranked: Ranked) -> dict[str, Any]:
    observed = ranked.observed
    cohorts = find_cohorts(observed)
    listed = observed.listed + observed.self_citations
    has_cohort = ~np.isnan(observed.ages) & ~observed.is_past
    return {
        "key": pd.array([data.get("key", pd.NA) for data in observed.papers.values()], dtype="string"),
        "by": ranked.by,
        "as_of": observed.as_of.isoformat(),
        "publication_date": pd.array(
            [data.get("publication_date", pd.NA) for data in observed.papers.values()], dtype="string"
        ),
        "age_years": observed.ages,
        "recent_citations": _to_integers(count_recent(observed)),
        "citations_per_year": observed.counts / (observed.ages + 0.5),
        "citation_percentile": np.where(has_cohort, cohorts.percentile, np.nan),
        "cohort_size": _to_integers(np.where(has_cohort, cohorts.size, np.nan)),
        "cohort_window_months": _to_integers(np.where(has_cohort, cohorts.months, np.nan)),
        "influential_citation_count": _to_integers(
            _of_today(observed, observed.read_numbers("influential_citation_count"))
        ),
        "impulse": _to_integers(np.where(observed.is_dated, impulse(observed.matrix)[observed.places], np.nan)),
        "local_pagerank": _of_today(
            observed, np.where(observed.is_listed, local_pagerank(observed.matrix)[observed.places], np.nan)
        ),
        "self_citation_share": np.divide(
            observed.self_citations, listed, out=np.full(len(listed), np.nan), where=observed.is_listed & (listed > 0)
        ),
        "tied_with": count_ties(ranked.ranks),
        "score_low": ranked.intervals.score_low,
        "score_high": ranked.intervals.score_high,
    }


def _of_today(observed: Observations, values: Floats) -> Floats:
    """Return values that rest on counts of the day the source counted; missing on an earlier day."""
    return np.full(len(values), np.nan) if observed.is_past else values


def _say_counted(observed: Observations) -> str:
    return f"citations as the snapshot of {observed.counted_on} lists them with a date"


def _describe(observed: Observations, by: MethodName, scored: Scored) -> dict[Hashable | None, Any]:
    """Return what a reader must know of a ranking, for `DataFrame.attrs`."""
    method = find_method(by)
    listed = observed.is_listed & ~np.isnan(observed.counts)
    return {
        "by": by,
        "as_of": observed.as_of.isoformat(),
        **({"counted_from": _say_counted(observed)} if observed.is_past else {}),
        "formula": method.formula,
        "unit": method.unit,
        "needs": sorted(method.needs),
        "papers": len(observed.papers),
        "scored": _count_scored(scored),
        "unscored": dict(_count_reasons(_list_lacks(scored)).most_common()),
        "counted": int((~np.isnan(observed.counts)).sum()),
        "citations": int(np.nansum(observed.counts)),
        "citing_known": int((observed.is_listed & observed.is_published).sum()),
        "listed_share": float(np.mean(observed.listed_share[listed])) if listed.any() else None,
        "self_citations": int(observed.self_citations.sum()),
        "outside_papers": len(observed.matrix.papers) - len(observed.papers),
        "version": version("flgraph"),
    }
