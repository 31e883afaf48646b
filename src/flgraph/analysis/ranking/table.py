"""The table of a ranking: one row a paper, with flags and, on request, details."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from flgraph.analysis.citation_matrix import Floats, Integers
from flgraph.analysis.ranking.field import has_sets, measure_standings
from flgraph.analysis.ranking.intervals import draw_intervals
from flgraph.analysis.ranking.measures import impulse, local_pagerank
from flgraph.analysis.ranking.methods import find_method, score_papers
from flgraph.analysis.ranking.normalized import Cohorts, count_recent, find_cohorts, find_percentiles
from flgraph.analysis.ranking.observations import Observations, read_publication
from flgraph.analysis.ranking.scores import RankedScores
from flgraph.graph.record_facts import title_of
from flgraph.graph.tables import Table

_MIN_COVERAGE: Final = 0.8
_ENDS: Final = ("", "_low", "_high")
_PERCENTILES: Final = tuple(f"neighbourhood_percentile{end}" for end in _ENDS)


def tabulate_ranking(ranked: RankedScores, *, details: bool) -> Table:
    """Tabulate a ranking in its order, with the columns of `rank_papers`."""
    table = _tabulate(ranked)
    if details:
        table = table.assign(**_detail(ranked))
    return Table(table.sort_index().sort_values("rank", kind="stable", na_position="last"))


def _tabulate(ranked: RankedScores) -> pd.DataFrame:
    papers, scored = ranked.observed.papers, ranked.scored
    index = pd.Index(list(papers), name="node", dtype="string")
    titles = [title_of(data) for data in papers.values()]
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
    """Count the other papers that share each paper's rank, shape (m,); 0 without a rank."""
    sizes = Counter(ranks[~np.isnan(ranks)].tolist())
    return np.array([sizes.get(rank, 1) - 1 for rank in ranks.tolist()], dtype=np.int64)


def _list_flags(ranked: RankedScores) -> list[str]:
    """List the flags of each paper: why it has no score, or what is uncertain about it."""
    ties = count_ties(ranked.ranks)
    return [_say_flags(ranked, number, node, int(ties[number])) for number, node in enumerate(ranked.observed.papers)]


def _say_flags(ranked: RankedScores, number: int, node: str, ties: int) -> str:
    method, coverage, data = find_method(ranked.by), ranked.scored.coverage[number], ranked.observed.papers[node]
    said = [ranked.scored.notes.get(number, ""), ranked.observed.doubles.get(node, "")]
    if not np.isnan(ranked.ranks[number]):
        said.append(read_publication(data)[1] if "date" in method.needs else "")
        node = ranked.observed.matrix.papers[ranked.observed.places[number]]
        said.append(f"survey, by its {ranked.observed.surveys[node]}" if node in ranked.observed.surveys else "")
        said += _list_doubts(ranked.observed, number, data, dated="date" in method.needs)
        said.append(f"only {coverage:.0%} {method.covers}" if coverage < _MIN_COVERAGE else "")
        said.append(f"tied with {ties} more" if ties else "")
        said.append(f"in place of {ranked.fallback_from}" if ranked.fallback_from else "")
    return "; ".join(filter(None, said))


def _list_doubts(observed: Observations, number: int, data: Mapping[str, Any], *, dated: bool) -> list[str]:
    """List the contradictions in the data of a paper."""
    said = []
    published = data.get("publication_date", "")
    if dated and published and "year" in data and int(published[:4]) != data["year"]:
        said.append(f"year {data['year']} in the catalog, published {published} by the source")
    if published > observed.counted_on.isoformat():
        said.append(f"published {published}, after the snapshot")
    count, listed = observed.counts[number], int(observed.listed[number] + observed.self_citations[number])
    if count < listed:
        said.append(f"counted {int(count)} citations, but {listed} are listed")
    return said


def _detail(ranked: RankedScores) -> dict[str, Any]:
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
        **{
            name: np.where(has_cohort, percentiles, np.nan)
            for name, percentiles in zip(_PERCENTILES, _bound_percentiles(ranked, cohorts), strict=True)
        },
        "cohort_size": _to_integers(np.where(has_cohort, cohorts.size, np.nan)),
        "cohort_window_months": _to_integers(np.where(has_cohort, cohorts.months, np.nan)),
        "influential_citation_count": _to_integers(
            _omit_if_past(observed, observed.read_numbers("influential_citation_count"))
        ),
        "impulse": _to_integers(np.where(observed.is_dated, impulse(observed.matrix)[observed.places], np.nan)),
        "local_pagerank": _omit_if_past(
            observed, np.where(observed.is_listed, local_pagerank(observed.matrix)[observed.places], np.nan)
        ),
        "self_citation_share": np.divide(
            observed.self_citations, listed, out=np.full(len(listed), np.nan), where=observed.is_listed & (listed > 0)
        ),
        "tied_with": count_ties(ranked.ranks),
        "score_low": ranked.intervals.score_low,
        "score_high": ranked.intervals.score_high,
        "rank_error": ranked.intervals.error,
        **(_detail_fields(observed) if has_sets(observed) else {}),
    }


def _detail_fields(observed: Observations) -> dict[str, Any]:
    """Return the columns that compare papers with their fields, if reference sets were asked for."""
    standings = measure_standings(observed)
    bounds = {
        "field_percentile": [one.percentile for one in standings],
        "field_ratio": [one.ratio for one in standings],
    }
    return {
        "field": pd.array([pd.NA if one.name is None else one.name for one in standings], dtype="string"),
        "field_papers": pd.array([pd.NA if one.size is None else one.size for one in standings], dtype="Int64"),
        "top_10": [float(one.top.mean()) if len(one.top) else np.nan for one in standings],
        **{
            f"{name}{end}": [bounded[place] for bounded in found]
            for name, found in bounds.items()
            for place, end in enumerate(_ENDS)
        },
        "field_note": pd.array([one.note or pd.NA for one in standings], dtype="string"),
    }


def _bound_percentiles(ranked: RankedScores, cohorts: Cohorts) -> tuple[Floats, Floats, Floats]:
    """Return the percentile of each paper's citations among papers of its age, and the ends of its interval.

    The interval is that of the paper's own citations; the papers it is held against stay the same.
    """
    observed, drawn = ranked.observed, ranked.parameters
    counts = score_papers(observed, "citation_count")
    ends = draw_intervals(observed, counts, draws=drawn["draws"], seed=drawn["seed"])
    low, high = (find_percentiles(observed, end) for end in (ends.score_low, ends.score_high))
    return cohorts.percentile, low, high


def _omit_if_past(observed: Observations, values: Floats) -> Floats:
    """Return values that need the source's counts of its own day; NaN on an earlier day."""
    return np.full(len(values), np.nan) if observed.is_past else values
