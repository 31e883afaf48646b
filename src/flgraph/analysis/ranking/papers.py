"""Rank the papers of the catalog by citations, with intervals, coverage and flags."""

from __future__ import annotations

from datetime import date
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from flgraph import __version__
from flgraph.analysis.ranking.field import has_sets, measure_standings, measure_top_share
from flgraph.analysis.ranking.methods import COHORT_SIZE, MethodName, find_method
from flgraph.analysis.ranking.provider_records import count_matched
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
    draws: int = 2000,
    seed: int = 0,
    exclude_surveys: bool = False,
    simultaneous: bool = False,
) -> pd.DataFrame:
    """Rank the papers of the catalog by citations, best first.

    Parameters
    ----------
    graph : KnowledgeGraph
        A graph built with a snapshot.
    by : str or None
        - "age_normalized", 0 to 100: one half compares citations with papers of the same age outside the catalog, the
          other half counts citations of the last twelve months.
        - "current_attention", 0 to 100: as age_normalized, but most of it counts the last twelve months, as citations a
          year since publication.
        - "popularity": AttRank, for papers that are cited now.
        - "influence": rescaled PageRank, for foundations.
        - "impulse": citations by papers of the year of publication and the three years after.
        - "citation_count": all citations.
        - "citations_per_year": all citations / (age in years + 0.5).
        - "catalog_citations": citations by papers of the catalog.
        - "s2_influential": citations that Semantic Scholar calls influential.

        None is age_normalized. If citing papers are known for too few papers (depth 0), None falls back to
        citations_per_year or citation_count; caption, `flags` and `attrs` say so.
    as_of : date, str or None
        The day, as a date or as text such as "2024-01-31"; None is the day of the snapshot, never today. As of an
        earlier date, only citations that the snapshot lists with a date up to then count, and papers published later
        have no score. age_normalized, current_attention, influence and s2_influential are unavailable then, because
        they need counts that a snapshot holds for its own day only.
    details : bool
        Add the columns listed under "With details" below.
    youngest_months : int
        age_normalized does not score papers published within this many months before the day; 0 scores all.
    draws : int
        The number of draws of the underlying citation rates, for the intervals; 0 for no intervals.
    seed : int
        The seed of the draws.
    exclude_surveys : bool
        Leave surveys without a rank and out of cohorts: papers whose title, section or topic says that they are a
        survey or review. `flags` names them in any case.
    simultaneous : bool
        Give intervals that hold for all papers together in 95 of 100 draws, instead of each for its own paper. They
        are wider, and their ends are rare draws, so they need at least 100 draws a paper.

    Returns
    -------
    DataFrame
        Index: node id. Order: rank, then node id; papers without a score last. Columns: `rank` (Int64, ties share the
        better rank), `rank_low`, `rank_high` (Int64, the 95% interval of the rank, each for its own paper unless
        `simultaneous`), `score`
        (float, unit in `attrs`), `title`, `year`, `citation_count` (Int64, on the day), `coverage` (float, 0 to 1: the
        share of the data needed for the score that is known), `flags` (why a score is missing, tied or uncertain). A
        paper without the needed data has no score, which is not a score of 0.

        With details also `key`, `by`, `as_of`, `publication_date`, `age_years`, `recent_citations` (last twelve
        months), `citations_per_year`, `neighbourhood_percentile` (0 to 100, among the `cohort_size` papers around the
        catalog, those that cite it or that it cites, published within `cohort_window_months` of it; they are there
        because they are linked, so they are cited more than the field, and the percentile is too low rather than too
        high), `neighbourhood_percentile_low`, `neighbourhood_percentile_high` (its 95% interval),
        `influential_citation_count`, `impulse`, `local_pagerank`, `self_citation_share` (of the listed citations),
        `tied_with` (the number of papers of the same rank), `score_low`, `score_high`, `rank_error` (the
        Monte Carlo standard error of `rank_low` and `rank_high`, in ranks; missing for simultaneous intervals).

        If the snapshot has reference sets (`enrich_catalog`), also the comparison with the field, by counts of one
        source: `field` (topic and year), `field_papers` (Int64, works of the set without the paper itself), `top_10`
        (the probability, 0 to 1, that the paper is among the 10% of its field that are cited most), `field_percentile`
        (0 to 100, ties half), `field_ratio` (its citations over the mean of the set), each with `_low` and `_high`, and
        `field_note` (why numbers are missing, as for sets under 30 works). These 95% intervals are those of the draw of
        the set: Clopper and Pearson's, and Hall's for the mean, both corrected for the size of the field
        (`flgraph.analysis.ranking.field`).

        With reference sets, `attrs["top_10_share"]` is the share of papers among the top 10% of their fields: `papers`
        with a set, `share`, `low`, `high`.

        `attrs` holds method, formula, unit, parameters, day, snapshot, coverage and version. `describe` puts them in
        words. Operations such as a merge lose them; `make_ranking` keeps them beside the table.

    Raises
    ------
    GraphError
        No paper has the data that the method needs, or the day is later than the snapshot. The message says what is
        missing and how to get it.
    ValueError
        `by` is not a method, `as_of` is not a day, a number is not a whole number from 0, or there are fewer draws than
        simultaneous intervals need.

    Examples
    --------
    >>> rank_papers(build_graph(read_catalog()))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    flgraph.errors.GraphError: no citation data ...
    """
    ranking = make_ranking(
        graph,
        by=by,
        as_of=as_of,
        details=details,
        youngest_months=youngest_months,
        draws=draws,
        seed=seed,
        exclude_surveys=exclude_surveys,
        simultaneous=simultaneous,
    )
    return ranking.table


def make_ranking(
    graph: nx.MultiDiGraph[Any],
    *,
    by: MethodName | None = None,
    as_of: date | str | None = None,
    details: bool = False,
    youngest_months: int = 6,
    draws: int = 2000,
    seed: int = 0,
    exclude_surveys: bool = False,
    simultaneous: bool = False,
) -> Ranking:
    """Rank the papers of the catalog as `rank_papers` does, and keep method, day and parameters with the table.

    Parameters
    ----------
    graph, by, as_of, details, youngest_months, draws, seed, exclude_surveys, simultaneous
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
    ranked = rank_graph(
        graph,
        by=by,
        as_of=as_of,
        youngest_months=youngest_months,
        draws=draws,
        seed=seed,
        exclude_surveys=exclude_surveys,
        simultaneous=simultaneous,
    )
    return _record_ranking(graph, ranked, details=details)


def _record_ranking(graph: nx.MultiDiGraph[Any], ranked: RankedScores, *, details: bool) -> Ranking:
    """Make the record of a ranking."""
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
        version=__version__,
        caption=ranked.caption,
        counted_from=ranked.counted_from,
        fallback_from=ranked.fallback_from,
        fallback_reason=ranked.fallback_reason,
        parts=ranked.parts,
        top_10_share=_measure_top_share(ranked),
    )
    ranking.table.attrs = ranking.to_attrs()
    return ranking


def _measure_coverage(ranked: RankedScores) -> Coverage:
    observed = ranked.observed
    listed = observed.is_listed & ~np.isnan(observed.counts)
    lines, counts = observed.listed_share[listed] * observed.counts[listed], observed.counts[listed]
    undated = np.isnat(observed.matrix.dates).astype(np.float64)
    return Coverage(
        papers=len(observed.papers),
        scored=ranked.scored.number_scored,
        unscored=count_unscored(ranked.scored),
        counted=int((~np.isnan(observed.counts)).sum()),
        citations=int(np.nansum(observed.counts)),
        citing_known=int((observed.is_listed & observed.is_published).sum()),
        listed_share=float(np.mean(observed.listed_share[listed])) if listed.any() else None,
        pooled_share=float(lines.sum() / counts.sum()) if counts.sum() else None,
        listed=int(observed.listed.sum() + observed.self_citations.sum()),
        undated=int((observed.citing @ undated).sum() + (observed.self_citing @ undated).sum()),
        self_citations=int(observed.self_citations.sum()),
        unmarked=int(observed.unmarked.sum()),
        bare_years=sum(
            has_score and "publication_date" not in data
            for has_score, data in zip(~np.isnan(ranked.scored.score), observed.papers.values(), strict=True)
        ),
        cohorts=_measure_cohorts(ranked),
        outside_papers=len(observed.matrix.papers) - len(observed.papers),
        matched=count_matched(observed.papers),
        doubles=len(observed.doubles),
    )


def _measure_top_share(ranked: RankedScores) -> dict[str, float | None] | None:
    """Return the share of papers among the top 10% of their fields; None without reference sets."""
    if not has_sets(ranked.observed):
        return None
    drawn = {name: ranked.parameters[name] for name in ("draws", "seed")}
    share = measure_top_share(measure_standings(ranked.observed), **drawn)
    return None if share is None else share._asdict()


def _measure_cohorts(ranked: RankedScores) -> tuple[int, int] | None:
    """Return the smallest and the largest number of papers that a score was held against; None without any."""
    if COHORT_SIZE not in ranked.scored.inputs:
        return None
    sizes = ranked.scored.inputs[COHORT_SIZE][~np.isnan(ranked.scored.score)]
    return int(sizes.min()), int(sizes.max())


def has_citations(graph: nx.MultiDiGraph[Any]) -> bool:
    """Return whether a graph has a day of counting and the citation count of at least one paper of the catalog."""
    counted = any("citation_count" in attributes for _, attributes in catalog_papers(graph))
    return counted and "snapshot_taken" in graph.graph
