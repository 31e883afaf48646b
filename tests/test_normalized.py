"""The age-normalised score, worked out by hand beside."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from flgraph.assembly import build_graph
from flgraph.citations import CitationMatrix, build_citation_matrix
from flgraph.enrich import enrich_catalog
from flgraph.errors import GraphError
from flgraph.graph import KnowledgeGraph
from flgraph.model import Catalog
from flgraph.ranking import rank_papers
from flgraph.ranking.normalized import bootstrap_ranks, find_cohorts, score_age_normalized
from tests.replica import Replica, synthetic_corpus
from tests.replica.corpus import surround_papers

AS_OF = date(2024, 6, 30)
MEMBERS = [f"member {number}" for number in range(6)]


def make_field(*, outside: int = 400, seed: int = 0) -> tuple[CitationMatrix, list[int]]:
    """Six synthetic members from 2018 to 2023, and papers outside that cite them, the later members more often."""
    chance = np.random.default_rng(seed)
    names = [*MEMBERS, *(f"outside {number:03}" for number in range(outside))]
    days = np.concatenate([
        [np.datetime64(f"{2018 + number}-03-01") for number in range(6)],
        np.datetime64("2017-06-01") + chance.integers(0, 2550, outside),
    ])  # fmt: skip
    citing = np.repeat(np.arange(6, 6 + outside), 2)
    cited = chance.choice(6, len(citing), p=np.arange(1, 7) / 21)
    counts = np.concatenate([[40, 35, 30, 25, 20, 15], chance.poisson(12, outside)]).astype(float)
    matrix = build_citation_matrix(names, citing, cited, dates=days, citation_counts=counts)
    return matrix, [matrix.papers.index(name) for name in MEMBERS]


def middle(values: list[float]) -> list[float]:
    ranks = [
        sum(other < value for other in values) + (1 + sum(other == value for other in values)) / 2 for value in values
    ]
    return [(rank - 0.5) / len(values) for rank in ranks]


def test_the_score_is_half_standing_and_half_attention() -> None:
    matrix, members = make_field()
    found = score_age_normalized(matrix, members, AS_OF)
    z, recent = [], []
    for member in members:
        apart = np.abs((matrix.dates - matrix.dates[member]).astype(int))
        cohort = [p for p in range(len(matrix.papers)) if p not in members and apart[p] <= round(0.75 * 365.25)]
        logs = np.log1p(matrix.citation_counts[cohort])
        assert len(cohort) >= 30
        z.append((np.log1p(matrix.citation_counts[member]) - logs.mean()) / (logs.std() + 0.5))
        who = matrix.indices[matrix.indptr[member] : matrix.indptr[member + 1]]
        recent.append(
            float(sum(np.datetime64("2023-06-30") < matrix.dates[p] <= np.datetime64("2024-06-30") for p in who))
        )
    expected = [100 * (one + other) / 2 for one, other in zip(middle(z), middle(recent), strict=True)]

    assert expected == pytest.approx(found.score.tolist())
    assert [9] * 6 == found.cohorts.months.tolist()


def test_a_small_cohort_widens_and_says_so_or_gives_nothing() -> None:
    wide, members = make_field(outside=160)
    assert {18} == set(find_cohorts(wide, np.array(members[1:5])).months.tolist()) - {9}
    few, members = make_field(outside=40)
    found = score_age_normalized(few, members, AS_OF)

    assert np.isnan(found.score).all()
    assert {0} == set(found.cohorts.months.tolist())


def test_what_is_not_known_has_no_score_and_takes_no_rank() -> None:
    matrix, members = make_field()
    counts, dates = matrix.citation_counts.copy(), matrix.dates.copy()
    counts[members[0]] = np.nan
    dates[members[1]] = np.datetime64("NaT")
    citing = matrix.indices
    cited = np.repeat(np.arange(len(matrix.papers)), matrix.count_citations())
    known = build_citation_matrix(matrix.papers, citing, cited, dates=dates, citation_counts=counts)
    places = [known.papers.index(name) for name in MEMBERS]
    score = score_age_normalized(known, places, AS_OF).score
    low, high = bootstrap_ranks(known, places, AS_OF, draws=20)

    assert [True, True, False, False, False, False] == np.isnan(score).tolist() == np.isnan(low).tolist()
    assert 1 <= np.nanmin(low) <= np.nanmax(high) <= 4


def test_a_paper_from_after_the_day_has_no_score() -> None:
    matrix, members = make_field()
    early = date(2022, 1, 1)

    assert [False] * 4 + [True] * 2 == np.isnan(score_age_normalized(matrix, members, early).score).tolist()
    assert [False] * 4 + [True] * 2 == np.isnan(bootstrap_ranks(matrix, members, early, draws=5)[0]).tolist()


def test_ranks_of_draws_hold_the_rank_and_are_the_same_each_time() -> None:
    matrix, members = make_field()
    score = score_age_normalized(matrix, members, AS_OF).score
    rank = [1 + int((score > value).sum()) for value in score]
    low, high = bootstrap_ranks(matrix, members, AS_OF)
    again = bootstrap_ranks(matrix, members, AS_OF)

    assert all(one <= of <= other for one, of, other in zip(low, rank, high, strict=True))
    assert (low < high).any()
    assert np.array_equal(low, again[0])
    assert np.array_equal(high, again[1])


# --- as a ranking of a graph -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graph(catalog: Catalog) -> KnowledgeGraph:
    """The bundled catalog with synthetic counts, and for each paper synthetic ones that cite it and that it cites."""
    papers = surround_papers(synthetic_corpus(catalog), citing=12, cited=4)
    for paper in papers:
        for number, line in enumerate([*paper.get("_citations", []), *paper["references"]]):
            line["publicationDate"] = f"{2019 + number % 6}-0{1 + number % 9}-15"
    with Replica(papers) as server:
        snapshot = enrich_catalog(catalog, api_url=server.url, rate=0, taken=datetime(2024, 6, 30, tzinfo=UTC))
    return build_graph(catalog, snapshot)


def test_a_graph_is_ranked_with_intervals_and_reasons(graph: KnowledgeGraph) -> None:
    table = rank_papers(graph, by="age_normalized")
    ranked = table.dropna(subset=["rank"])

    assert ["rank", "rank_low", "rank_high", "score", "title", "year"] == list(table.columns)[:6]
    assert ("age_normalized", "2024-06-30") == (table.attrs["by"], table.attrs["as_of"])
    assert len(ranked) > 20
    assert ranked["score"].between(0, 100).all()
    assert (ranked["rank_low"] <= ranked["rank_high"]).all()
    assert ranked["score"].is_monotonic_decreasing
    assert table.loc[table["rank"].isna(), "flags"].str.contains("to be held against|published after").all()
    assert {1.0} == set(ranked["coverage"])


def test_without_papers_of_their_age_the_reason_is_said(catalog: Catalog) -> None:
    with Replica(synthetic_corpus(catalog)) as server:
        snapshot = enrich_catalog(catalog, depth=0, api_url=server.url, rate=0)
    with pytest.raises(GraphError, match="run `flgraph build` at depth 1, or rank by citations_per_year"):
        rank_papers(build_graph(catalog, snapshot), by="age_normalized")
