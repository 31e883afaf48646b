"""Rank the papers of the catalog, and say by what, with what uncertainty, and of which nothing can be said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any, Final

import networkx as nx
import numpy as np
import pandas as pd
from scipy.stats import rankdata

from flgraph.citations import Floats, Integers
from flgraph.errors import GraphError
from flgraph.graph import catalog_papers
from flgraph.ranking.field import Field, measure_listed_share, read_field, read_publication
from flgraph.ranking.measures import impulse, local_pagerank
from flgraph.ranking.methods import MethodName, Scored, find_method, score_papers
from flgraph.ranking.normalized import count_recent, find_cohorts
from flgraph.tables import Table, describe_graph

DEFAULT: Final[MethodName] = "age_normalized"
FALLBACKS: Final[tuple[MethodName, ...]] = ("citations_per_year", "citation_count")

_DIGITS: Final = 9  # scores that differ by less are tied: sums of floats depend on their order
_LIMITS: Final = (2.5, 97.5)
_ENOUGH: Final = 0.8


@dataclass(frozen=True, eq=False)
class Ranked:
    """A ranking with all that it was reckoned from: what `rank_papers` tabulates and `explain_rank` explains."""

    field: Field
    by: MethodName
    scored: Scored
    ranks: Floats
    low: Floats
    high: Floats
    score_low: Floats
    score_high: Floats
    attributes: Mapping[Hashable | None, Any]


def rank_papers(
    graph: nx.MultiDiGraph[Any],
    *,
    by: MethodName | None = None,
    as_of: date | None = None,
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
        "influence": rescaled PageRank, for foundations. "impulse": citations within three years of publication.
        "citation_count", "citations_per_year": in all, and over age in years + 0.5. "catalog_citations": by papers
        of the catalog. "s2_influential": those that Semantic Scholar calls influential. None is age_normalized; where
        who cites them is known of few papers or none (depth 0), citations_per_year or else citation_count, and the
        first line, `flags` and `attrs` say so.
    as_of : date or None
        The day ages are reckoned to; None is the day the snapshot was taken, never today.
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
        each citing paper weighs Poisson(1); missing where who cites it is not known), `score` (float, unit in
        `attrs`), `title`, `year`, `citation_count` (Int64), `coverage` (float, 0 to 1: the share of the data the
        score would need that is known), `flags` (why a score is missing, tied or uncertain). Unknown is not zero: a
        paper without the data has no score.
        With details also `key`, `by`, `as_of`, `publication_date`, `age_years`, `recent_citations` (last twelve
        months), `citations_per_year`, `citation_percentile` (0 to 100, in `cohort_size` papers of its age outside
        the catalog, `cohort_window_months` apart at most, 0: its year; the number to cite, for the score changes with
        the catalog), `influential_citation_count`, `impulse`, `local_pagerank`, `self_citation_share` (of the listed
        citations), `tied_with` (how many), `score_low`, `score_high`.
        `attrs` says method, formula, unit, parameters, as_of, snapshot, coverage and version; `describe` makes a
        sentence of it.

    Raises
    ------
    GraphError
        No paper has what the method needs; the message says what that is and how to get it.
    ValueError
        There is no such method.

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
    as_of: date | None = None,
    youngest_months: int = 6,
    draws: int = 200,
    seed: int = 0,
) -> Ranked:
    """Return the ranking of `rank_papers` with all that it was reckoned from; parameters and errors as there."""
    find_method(by or DEFAULT)
    if not any("citation_count" in data or data.get("references") == "known" for _, data in catalog_papers(graph)):
        raise GraphError(_say_no_data(graph))
    field = read_field(graph, as_of)
    scored = score_papers(field, by or DEFAULT, youngest_months=youngest_months)
    chosen, scored, fallback = (by, scored, {}) if by else _fall_back(field, scored)
    if not _count_scored(scored):
        raise GraphError(f"no paper can be ranked by {chosen}: {_say_reason(scored)}; {_say_remedy(chosen)}")
    parameters = {"youngest_months": youngest_months, "draws": draws, "seed": seed}
    return Ranked(
        field,
        chosen,
        scored,
        rank_scores(scored.score),
        *draw_intervals(field, scored, draws=draws, seed=seed),
        attributes=_caption(
            {**describe_graph(graph), **_describe(field, chosen, scored), **fallback, "parameters": parameters}
        ),
    )


def _fall_back(field: Field, scored: Scored) -> tuple[MethodName, Scored, dict[Hashable | None, Any]]:
    """Return the default ranking, or one that ranks more than twice as many papers, and why it stands in for it."""
    ranked = _count_scored(scored)
    for other in FALLBACKS:
        instead = score_papers(field, other)
        if _count_scored(instead) > 2 * ranked:
            which = f"only {ranked} of {len(field.papers)} papers have what it needs: " if ranked else ""
            return other, instead, {"fallback_from": DEFAULT, "fallback_reason": which + _say_reason(scored)}
    return DEFAULT, scored, {}


def _count_scored(scored: Scored) -> int:
    return int((~np.isnan(scored.score)).sum())


def _caption(attributes: dict[Hashable | None, Any]) -> dict[Hashable | None, Any]:
    """Add in one line by which method and of which day a ranking is, and which it stands in for."""
    said = f"by {attributes['by']} as of {attributes['as_of']}"
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


def _say_reason(scored: Scored) -> str:
    """Return why most of the papers without a score have none."""
    notes = Counter(note for number, note in scored.notes.items() if np.isnan(scored.score[number]))
    if not notes:
        return "the catalog is empty"
    reason, number = notes.most_common(1)[0]
    return f"{reason}, {number} paper{'' if number == 1 else 's'}"


def _say_remedy(by: MethodName) -> str:
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


def draw_intervals(field: Field, scored: Scored, *, draws: int, seed: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return lowest and highest rank, and lowest and highest score, of 95 in 100 draws of who cites.

    It is the ranking as it might be had others written; it says nothing of citations that the source does not know,
    nor of the choice of the field.
    """
    # Of a paper that the source counts citations of, but lists none, nothing can be drawn.
    varies = (np.asarray(scored.adds.sum(axis=1)).ravel() > 0) | (field.counts == 0) | (scored.score == 0)
    known = ~np.isnan(scored.score) & field.is_listed & varies
    limits = np.full((4, len(known)), np.nan)
    if draws and known.any():
        citing = np.unique(field.citing.indices)
        weights = np.zeros((len(field.matrix.papers), draws))
        weights[citing] = np.random.default_rng(seed).poisson(1.0, (len(citing), draws))
        drawn = scored.redraw(weights)
        ranks = np.array([rank_scores(scores) for scores in drawn.T]).T
        low, high = np.percentile(ranks[known], _LIMITS, axis=1, method="nearest")
        # Of tied papers few stand at the shared, better rank once they are drawn apart.
        observed = rank_scores(scored.score)[known]
        limits[0, known], limits[1, known] = np.minimum(low, observed), np.maximum(high, observed)
        limits[2:, known] = np.percentile(drawn[known], _LIMITS, axis=1)
    return limits[0], limits[1], limits[2], limits[3]


# --- the table -------------------------------------------------------------------------------------------


def _tabulate(ranked: Ranked) -> pd.DataFrame:
    papers, scored = ranked.field.papers, ranked.scored
    index = pd.Index(list(papers), name="node", dtype="string")
    titles = [data["title"] for data in papers.values()]
    return pd.DataFrame(
        {
            "rank": _to_integers(ranked.ranks),
            "rank_low": _to_integers(ranked.low),
            "rank_high": _to_integers(ranked.high),
            "score": scored.score,
            "title": pd.array(titles, dtype="string"),
            "year": pd.array([data.get("year", pd.NA) for data in papers.values()], dtype="Int64"),
            "citation_count": _to_integers(ranked.field.counts),
            "coverage": scored.coverage,
            "flags": pd.array([_say_flags(ranked, number) for number in range(len(papers))], dtype="string"),
        },
        index=index,
    )


def _to_integers(numbers: Floats | Integers) -> pd.Series[int]:
    return pd.array([pd.NA if np.isnan(number) else int(number) for number in numbers], dtype="Int64")  # type: ignore[return-value]


def count_ties(ranks: Floats) -> Integers:
    """Return with how many others each paper shares its rank, shape (m,); 0 without a rank."""
    sizes = Counter(ranks[~np.isnan(ranks)].tolist())
    return np.array([sizes.get(rank, 1) - 1 for rank in ranks.tolist()], dtype=np.int64)


def _say_flags(ranked: Ranked, number: int) -> str:
    field, scored = ranked.field, ranked.scored
    said = [scored.notes[number]] if number in scored.notes else []
    if not np.isnan(scored.score[number]):
        data = list(field.papers.values())[number]
        if "date" in find_method(ranked.by).needs:
            said.append(read_publication(data)[1])
            if scored.coverage[number] < _ENOUGH:
                said.append(f"only {scored.coverage[number]:.0%} of its citations are listed with what is needed")
        ties = count_ties(ranked.ranks)[number]
        said.append(f"tied with {ties} more" if ties else "")
        if "fallback_from" in ranked.attributes:
            said.append(f"in place of {ranked.attributes['fallback_from']}")
    return "; ".join(filter(None, said))


def _detail(ranked: Ranked) -> dict[str, Any]:
    field = ranked.field
    cohorts = find_cohorts(field)
    listed = field.listed + field.own
    has_cohort = ~np.isnan(field.ages)
    return {
        "key": pd.array([data.get("key", pd.NA) for data in field.papers.values()], dtype="string"),
        "by": ranked.by,
        "as_of": field.as_of.isoformat(),
        "publication_date": pd.array(
            [data.get("publication_date", pd.NA) for data in field.papers.values()], dtype="string"
        ),
        "age_years": field.ages,
        "recent_citations": _to_integers(count_recent(field)),
        "citations_per_year": field.counts / (field.ages + 0.5),
        "citation_percentile": np.where(has_cohort, cohorts.percentile, np.nan),
        "cohort_size": _to_integers(np.where(has_cohort, cohorts.size, np.nan)),
        "cohort_window_months": _to_integers(np.where(has_cohort, cohorts.months, np.nan)),
        "influential_citation_count": _to_integers(field.read("influential_citation_count")),
        "impulse": _to_integers(_of_listed(field, impulse(field.matrix))),
        "local_pagerank": _of_listed(field, local_pagerank(field.matrix)),
        "self_citation_share": np.divide(
            field.own, listed, out=np.full(len(listed), np.nan), where=field.is_listed & (listed > 0)
        ),
        "tied_with": count_ties(ranked.ranks),
        "score_low": ranked.score_low,
        "score_high": ranked.score_high,
    }


def _of_listed(field: Field, values: Floats) -> Floats:
    return np.where(field.is_listed, values[field.places], np.nan)


def _describe(field: Field, by: MethodName, scored: Scored) -> dict[Hashable | None, Any]:
    """Return what a reader must know of a ranking, for `DataFrame.attrs`."""
    method = find_method(by)
    listed = field.is_listed & ~np.isnan(field.counts)
    return {
        "by": by,
        "as_of": field.as_of.isoformat(),
        "formula": method.formula,
        "unit": method.unit,
        "needs": sorted(method.needs),
        "papers": len(field.papers),
        "scored": _count_scored(scored),
        "counted": int((~np.isnan(field.counts)).sum()),
        "citations": int(np.nansum(field.counts)),
        "citing_known": int(field.is_listed.sum()),
        "listed_share": float(np.mean(measure_listed_share(field)[listed])) if listed.any() else None,
        "self_citations": int(field.own.sum()),
        "outside_papers": len(field.matrix.papers) - len(field.papers),
        "version": version("flgraph"),
    }
