"""Rank the papers of the catalog, and say by what, with what uncertainty, and of which nothing can be said."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from flgraph.analysis.ranking.methods import MethodName, find_method
from flgraph.analysis.ranking.record import Coverage, Ranking
from flgraph.analysis.ranking.scores import RankedScores, count_unscored, rank_graph
from flgraph.analysis.ranking.table import tabulate_ranking
from flgraph.graph.knowledge_graph import catalog_papers
from flgraph.graph.tables import describe_graph


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
    ranking = make_ranking(
        graph, by=by, as_of=as_of, details=details, youngest_months=youngest_months, draws=draws, seed=seed
    )
    return ranking.table


def make_ranking(
    graph: nx.MultiDiGraph[Any],
    *,
    by: MethodName | None = None,
    as_of: date | str | None = None,
    details: bool = False,
    youngest_months: int = 6,
    draws: int = 200,
    seed: int = 0,
) -> Ranking:
    """Rank the papers of the catalog as `rank_papers` does, and keep method, day and parameters with the table.

    Parameters
    ----------
    graph, by, as_of, details, youngest_months, draws, seed
        As for `rank_papers`.

    Returns
    -------
    Ranking
        Its `table` is that of `rank_papers`.

    Raises
    ------
    GraphError, ValueError
        As for `rank_papers`.

    Examples
    --------
    >>> make_ranking(build_graph(read_catalog()))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    flgraph.errors.GraphError: no citation data ...
    """
    ranked = rank_graph(graph, by=by, as_of=as_of, youngest_months=youngest_months, draws=draws, seed=seed)
    return _record_ranking(graph, ranked, details=details)


def _record_ranking(graph: nx.MultiDiGraph[Any], ranked: RankedScores, *, details: bool) -> Ranking:
    """Return the record of scores that were computed from a graph."""
    method = find_method(ranked.by)
    ranking = Ranking(
        table=tabulate_ranking(ranked, details=details),
        by=ranked.by,
        as_of=ranked.observed.as_of,
        formula=method.formula,
        unit=method.unit,
        needs=tuple(sorted(method.needs)),
        parameters=ranked.parameters,
        coverage=_measure_coverage(ranked),
        origin=describe_graph(graph),
        version=version("flgraph"),
        caption=ranked.caption,
        counted_from=ranked.counted_from,
        fallback_from=ranked.fallback_from,
        fallback_reason=ranked.fallback_reason,
        parts=ranked.parts,
    )
    ranking.table.attrs = ranking.to_attrs()
    return ranking


def _measure_coverage(ranked: RankedScores) -> Coverage:
    observed = ranked.observed
    listed = observed.is_listed & ~np.isnan(observed.counts)
    return Coverage(
        papers=len(observed.papers),
        scored=ranked.scored.number_scored,
        unscored=count_unscored(ranked.scored),
        counted=int((~np.isnan(observed.counts)).sum()),
        citations=int(np.nansum(observed.counts)),
        citing_known=int((observed.is_listed & observed.is_published).sum()),
        listed_share=float(np.mean(observed.listed_share[listed])) if listed.any() else None,
        self_citations=int(observed.self_citations.sum()),
        outside_papers=len(observed.matrix.papers) - len(observed.papers),
    )


def has_citations(graph: nx.MultiDiGraph[Any]) -> bool:
    """Return whether a graph says of any paper of the catalog how often it is cited, and of which day that is."""
    counted = any("citation_count" in attributes for _, attributes in catalog_papers(graph))
    return counted and "snapshot_taken" in graph.graph
