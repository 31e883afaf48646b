"""The age-normalised score, worked out by hand beside."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import numpy as np
import pytest

from flgraph.analysis.ranking import rank_papers
from flgraph.analysis.ranking.methods import score_papers
from flgraph.analysis.ranking.normalized import find_cohorts
from flgraph.enrichment.enrich import enrich_catalog
from flgraph.errors import GraphError
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.records import Catalog
from tests.observations import AS_OF, make_observations
from tests.replica import Replica, synthetic_corpus
from tests.replica.corpus import surround_papers


def middle(values: list[float]) -> list[float]:
    ranks = [
        sum(other < value for other in values) + (1 + sum(other == value for other in values)) / 2 for value in values
    ]
    return [(rank - 0.5) / len(values) for rank in ranks]


def test_the_score_is_half_standing_and_half_attention() -> None:
    observed = make_observations()
    matrix = observed.matrix
    z, recent, percentiles = [], [], []
    for member in observed.places:
        apart = np.abs((matrix.dates - matrix.dates[member]).astype(int))
        cohort = [p for p in range(len(matrix.papers)) if p not in observed.places and apart[p] <= round(0.75 * 365.25)]
        counts = matrix.citation_counts[cohort]
        mine = matrix.citation_counts[member]
        assert len(cohort) >= 30
        z.append((np.log1p(mine) - np.log1p(counts).mean()) / (np.log1p(counts).std() + 0.5))
        percentiles.append(100 * sum(1.0 if c < mine else 0.5 if c == mine else 0.0 for c in counts) / len(counts))
        who = matrix.indices[matrix.indptr[member] : matrix.indptr[member + 1]]
        recent.append(
            float(sum(np.datetime64("2023-06-30") < matrix.dates[p] <= np.datetime64("2024-06-30") for p in who))
        )
    expected = [100 * (one + other) / 2 for one, other in zip(middle(z), middle(recent), strict=True)]

    assert expected == pytest.approx(score_papers(observed, "age_normalized").score.tolist())
    assert [9] * 6 == find_cohorts(observed).months.tolist()
    assert percentiles == pytest.approx(find_cohorts(observed).percentile.tolist())


def test_a_small_cohort_widens_and_says_so_or_gives_nothing() -> None:
    wide = score_papers(make_observations(outside=160), "age_normalized")
    few = score_papers(make_observations(outside=40), "age_normalized")

    assert "compared with papers within 18 months" in wide.notes.values()
    assert np.isnan(few.score).all()
    assert all(
        re.fullmatch(r"fewer than 30 papers of the same age to compare with \(\d+ within 18 months\)", note)
        for note in few.notes.values()
    )


def test_what_is_not_known_has_no_score_and_a_reason() -> None:
    observed = make_observations(counts={0: np.nan}, dates={1: None}, unlisted={2})
    scored = score_papers(observed, "age_normalized")

    assert [True, True, True, False, False, False] == np.isnan(scored.score).tolist()
    assert {
        0: "no citation count (not asked)",
        1: "year of publication not known",
        2: "citing papers unknown (failed)",
    } == scored.notes


def test_a_paper_from_after_the_day_or_too_recent_has_no_score() -> None:
    early = score_papers(make_observations(dates={4: "2024-07-01"}), "age_normalized")
    young = score_papers(make_observations(dates={5: "2024-02-01"}), "age_normalized")
    asked = score_papers(make_observations(dates={5: "2024-02-01"}), "age_normalized", youngest_months=0)

    assert {4: "published after 2024-06-30"} == early.notes
    assert {5: "too recent: published within 6 months before 2024-06-30"} == young.notes
    assert not np.isnan(asked.score).any()


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
    table = rank_papers(graph)
    ranked = table.dropna(subset=["rank"])

    expected = ["rank", "rank_low", "rank_high", "score", "title", "year", "citation_count", "coverage", "flags"]
    assert expected == list(table.columns)
    assert ("age_normalized", AS_OF.isoformat()) == (table.attrs["by"], table.attrs["as_of"])
    assert len(ranked) > 20
    assert ranked["score"].between(0, 100).all()
    assert (ranked["rank_low"] <= ranked["rank"]).all()
    assert (ranked["rank"] <= ranked["rank_high"]).all()
    assert (ranked["rank_low"] < ranked["rank_high"]).any()
    assert ranked["score"].is_monotonic_decreasing
    assert table.loc[table["rank"].isna(), "flags"].str.contains("to compare with|published after").all()
    assert {1.0} == set(ranked["coverage"])
    assert table.equals(rank_papers(graph))


def test_without_who_cites_them_the_default_falls_back_and_says_so(catalog: Catalog) -> None:
    with Replica(synthetic_corpus(catalog)) as server:
        snapshot = enrich_catalog(catalog, depth=0, api_url=server.url, rate=0)
    graph = build_graph(catalog, snapshot)
    table = rank_papers(graph)

    assert ("citations_per_year", "age_normalized") == (table.attrs["by"], table.attrs["fallback_from"])
    assert table.dropna(subset=["rank"])["flags"].str.endswith("in place of age_normalized").all()
    first = repr(table).splitlines()[0]
    assert "in place of age_normalized (citing papers unknown (not asked)" in first
    assert first in table._repr_html_().replace("&#x27;", "'")
    with pytest.raises(GraphError, match="run `flgraph build` at depth 1, or rank by citations_per_year"):
        rank_papers(graph, by="age_normalized")


def test_the_citing_papers_are_cut_from_the_matrix_once() -> None:
    observed = make_observations(own={1})

    assert observed.citing is observed.citing
    assert observed.listed.tolist() == observed.citing.sum(axis=1).tolist()
