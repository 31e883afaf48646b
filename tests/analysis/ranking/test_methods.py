"""Every method of ranking: its numbers by hand, its parts, its reasons, its intervals."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from flgraph.analysis.citation_matrix import build_citation_matrix
from flgraph.analysis.ranking import METHODS, MethodName, rank_papers
from flgraph.analysis.ranking.measures import attrank, impulse, local_pagerank, rescale, weigh_citing
from flgraph.analysis.ranking.methods import find_method, score_papers
from flgraph.analysis.ranking.observations import read_observations
from flgraph.cli.options import METHODS as OFFERED
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import KnowledgeGraph
from tests.observations import (
    AS_OF,
    MEMBERS,
    add_as_observed,
    make_graph,
    make_observations,
    rename_nodes,
    shuffle_graph,
)


def test_the_command_line_offers_every_method() -> None:
    assert OFFERED == METHODS == get_args(MethodName)


def test_methods_that_miss_the_coverage_of_95_percent_say_so_and_no_others() -> None:
    text = (Path(__file__).parents[3] / "docs" / "rankings.md").read_text(encoding="utf-8")
    missed: dict[str, bool] = {}
    for by, world, cells in re.findall(
        r"^\| `(\w+)` \| (constant|halving|doubling|drifting) \|(.*)\|$", text, re.MULTILINE
    ):
        held = [int(number) for pair in re.findall(r"(\d+) / (\d+) \(", cells) for number in pair]
        missed[by] = missed.get(by, False) or min(held) < (88 if world == "drifting" else 92) or max(held) > 98

    assert set(METHODS) - {"s2_influential"} == set(missed)
    assert missed == {by: bool(find_method(by).limits) for by in METHODS if by in missed}


@pytest.mark.parametrize("by", METHODS)
def test_order_of_nodes_and_edges_changes_nothing(by: MethodName) -> None:
    graph = make_graph(own={1})
    table = rank_papers(with_references(graph), by=by, details=True)

    assert table.equals(rank_papers(with_references(shuffle_graph(graph, 1)), by=by, details=True))


@pytest.mark.parametrize("by", METHODS)
def test_added_up_as_observed_a_draw_is_the_score(by: MethodName) -> None:
    observed = make_observations(own={1, 3})
    scored = score_papers(observed, by)

    assert np.allclose(scored.score[:, None], scored.redo(add_as_observed(observed)), equal_nan=True)


@pytest.mark.parametrize("by", METHODS)
@pytest.mark.parametrize("seed", range(3))
def test_other_names_change_no_number(by: MethodName, seed: int) -> None:
    """Some papers share a day, as those do of which only the year is known."""
    graph = with_references(make_graph(own={1}, dates={1: "2018-03-01", 3: "2020-03-01"}))
    renamed, names = rename_nodes(graph, seed)
    before, after = (rank_papers(of, by=by, details=True) for of in (graph, renamed))
    numbers = before.select_dtypes("number").columns

    assert len(numbers) > 15
    pd.testing.assert_frame_equal(
        before[numbers].rename(index=names).sort_index(),
        after[numbers].sort_index(),
        check_index_type=False,
        check_names=False,
        rtol=1e-9,
    )


def test_counts_are_the_sources_and_self_citations_are_named() -> None:
    observed = make_observations(own={5})
    parts = score_papers(observed, "citation_count").parts

    assert [240, 235, 230, 225, 220, 215] == score_papers(observed, "citation_count").score.tolist()
    own = parts["self-citations in the graph"]
    assert [0] * 5 == own[:5].tolist()
    assert own[5] > 20
    assert observed.listed[5] == parts["citing papers in the graph"][5]
    assert 215 - own[5] - observed.listed[5] == parts["counted by the source beyond these"][5]


def test_self_citations_are_in_no_number_that_citations_can_be_counted_for() -> None:
    with_own, without = make_observations(own={5}), make_observations()

    for by in ("popularity", "influence", "impulse"):
        assert score_papers(with_own, by).adds[[5]].nnz < score_papers(without, by).adds[[5]].nnz
    assert "self_citation_share" in rank_papers(make_graph(own={5}), details=True).columns
    share = rank_papers(make_graph(own={5}), details=True).loc[MEMBERS[5], "self_citation_share"]
    assert with_own.self_citations[5] / (with_own.self_citations[5] + with_own.listed[5]) == share


def test_impulse_counts_three_calendar_years_by_year() -> None:
    observed = make_observations()
    scored = score_papers(observed, "impulse")

    assert impulse(observed.matrix)[observed.places].tolist() == scored.score.tolist()
    assert 4 == len(scored.parts)


def test_influence_is_local_pagerank_beside_the_nearest_in_time() -> None:
    observed = make_observations()
    received = np.full(len(observed.matrix.papers), np.nan)
    received[observed.places] = local_pagerank(observed.matrix)[observed.places]

    expected = rescale(observed.matrix, received, window=20)[observed.places]
    assert expected == pytest.approx(score_papers(observed, "influence").score)


def test_popularity_is_attrank_where_all_references_are_known() -> None:
    graph = make_graph()
    for node, data in graph.nodes(data=True):
        if not data["in_catalog"]:
            data["reference_count"] = max(graph.out_degree(node), 1)
    observed = read_observations(graph, AS_OF)
    found = score_papers(observed, "popularity").score
    expected = attrank(observed.matrix, AS_OF)[observed.places]

    # What cites nothing here hands its weight on to all alike there: the same order, nearly the same shares.
    assert expected.argsort().tolist() == found.argsort().tolist()
    assert np.allclose(expected / expected.sum(), found / found.sum(), rtol=0.02)


def with_references(graph: KnowledgeGraph) -> KnowledgeGraph:
    """Return the graph with one member whose references are known, and that cites another."""
    graph = graph.copy()
    graph.nodes[MEMBERS[3]].update({"references": "known", "references_listed": 1})
    graph.add_edge(MEMBERS[3], MEMBERS[0], key="cites", sources="semantic_scholar", evidence="synthetic")
    return graph


def test_citations_within_the_catalog_need_reference_lists() -> None:
    table = rank_papers(with_references(make_graph()), by="catalog_citations")

    assert 1.0 == table.loc[MEMBERS[0], "score"]
    assert "no other paper's references are known" == table.loc[MEMBERS[3], "flags"]
    with pytest.raises(GraphError, match="no paper can be ranked by catalog_citations: no other paper's references"):
        rank_papers(make_graph(), by="catalog_citations")


def test_influential_citations_are_the_sources() -> None:
    table = rank_papers(make_graph(), by="s2_influential")

    assert list(reversed(MEMBERS)) == table.index.tolist()
    assert "no count of influential citations (not asked)" in flags_without("influential_citation_count")
    graph = make_graph()
    graph.graph["snapshot_source"] = "openalex"
    for node in MEMBERS:
        graph.nodes[node].pop("influential_citation_count", None)
        graph.nodes[node]["match"] = "accepted"
    said = (
        r"no count of influential citations \(the source states none\), 6 papers; only Semantic Scholar counts these; "
    )
    with pytest.raises(GraphError, match=said):
        rank_papers(graph, by="s2_influential")


def flags_without(name: str) -> str:
    graph = make_graph()
    del graph.nodes[MEMBERS[2]][name]
    return str(rank_papers(graph, by="s2_influential").loc[MEMBERS[2], "flags"])


def test_data_that_do_not_fit_together_are_flagged() -> None:
    graph = make_graph(counts={0: 3}, dates={2: "2024-12-24"})
    graph.nodes[MEMBERS[1]]["year"] = 2021
    flags = rank_papers(graph, by="citations_per_year")["flags"]
    counted = rank_papers(graph, by="citation_count")["flags"]

    assert re.search(r"counted 3 citations, but \d\d are listed", flags[MEMBERS[0]])
    assert "year 2021 in the catalog, published 2019-03-01 by the source" in flags[MEMBERS[1]]
    assert "published 2019-03-01" not in counted[MEMBERS[1]]
    assert "published 2024-12-24, after the snapshot" in counted[MEMBERS[2]]
    assert not flags[MEMBERS[4]]


def test_who_cites_a_paper_is_known_in_part() -> None:
    graph = make_graph()
    listed = graph.nodes[MEMBERS[0]]["citations_listed"]
    row = rank_papers(graph).loc[MEMBERS[0]]

    assert listed / 240 == row["coverage"]
    assert f"only {listed / 240:.0%} of its citations are listed with a date" in row["flags"]


@pytest.mark.parametrize("by", METHODS)
def test_a_paper_that_nobody_cites_has_an_interval_too(by: MethodName) -> None:
    graph = make_graph(counts={1: 0})
    graph.nodes[MEMBERS[1]].update({"citations_listed": 0, "influential_citation_count": 0})
    graph.remove_edges_from([edge for edge in list(graph.edges(keys=True)) if edge[1] == MEMBERS[1]])
    row = rank_papers(with_references(graph), by=by, details=True).loc[MEMBERS[1]]

    assert pd.notna(row["score"])
    assert row["score_low"] <= row["score"] <= row["score_high"]
    assert row["rank_low"] <= row["rank"] <= row["rank_high"]


def test_years_that_are_not_over_are_said() -> None:
    flags = rank_papers(make_graph(dates={0: "2020-12-31", 1: "2021-01-01"}), by="impulse")["flags"]

    assert "its first years are not over" not in flags[MEMBERS[0]]
    assert "citation window still open: counted until 2024-06-30" in flags[MEMBERS[1]]


def test_few_known_reference_lists_are_said() -> None:
    flags = rank_papers(with_references(make_graph()), by="catalog_citations")["flags"]

    assert "only 20% of the references of the other papers are known" in flags[MEMBERS[0]]


def test_reference_counts_that_nobody_knows_are_in_no_mean() -> None:
    known = build_citation_matrix(["a", "b", "c"], [0, 1], [2, 2], reference_counts=[30, 40, 50])
    partly = build_citation_matrix(["a", "b", "c"], [0, 1], [2, 2], reference_counts=[30, 40, np.nan])

    assert [2.0, 1.0 + 0.5 * 2 / 35] == [known.count_citations()[2], weigh_citing(partly)[2]]
    assert [1 / 30, 1 / 40] == weigh_citing(partly)[:2].tolist()


def test_the_reason_for_falling_back_sums_up_what_differs_by_paper() -> None:
    reason = rank_papers(make_graph(outside=40)).attrs["fallback_reason"]

    assert "fewer than 30 papers of the same age to compare with, 6 papers" == reason


def test_a_count_is_enough_for_an_interval() -> None:
    table = rank_papers(make_graph(unlisted=set(range(6))), by="citation_count", details=True)

    assert (table["score_low"] < table["score"]).all()
    assert (table["score"] < table["score_high"]).all()
    assert rank_papers(make_graph(), draws=0)["rank_low"].isna().all()


def test_citations_beyond_the_listed_ones_vary_as_counts_do() -> None:
    """240 citations vary by about 15, whoever lists them."""
    for graph in (make_graph(), make_graph(unlisted={0})):
        row = rank_papers(graph, by="citation_count", details=True).loc[MEMBERS[0]]
        assert 45 < row["score_high"] - row["score_low"] < 75


def test_details_are_the_numbers_behind() -> None:
    observed = make_observations(unlisted={2})
    row = rank_papers(make_graph(unlisted={2}), details=True).loc[MEMBERS[4]]
    unknown = rank_papers(make_graph(unlisted={2}), details=True).loc[MEMBERS[2]]

    assert ("member-4", "2022-03-01", "age_normalized") == (row["key"], row["publication_date"], row["by"])
    assert observed.ages[4] == row["age_years"]
    assert 220 / (observed.ages[4] + 0.5) == row["citations_per_year"]
    assert row["score_low"] <= row["score"] <= row["score_high"]
    assert unknown[["recent_citations", "impulse", "local_pagerank", "self_citation_share"]].isna().all()


@pytest.mark.parametrize("known", [0, 1, 2, 3])
def test_another_method_stands_in_only_where_the_default_ranks_few(known: int) -> None:
    table = rank_papers(make_graph(unlisted=set(range(known, 6))))

    expected = "age_normalized" if known >= 3 else "citations_per_year"
    assert expected == table.attrs["by"]
    if known in (1, 2):
        reason = f"only {known} of 6 papers have the data for it; citing papers unknown (failed), {6 - known} papers"
        assert reason == table.attrs["fallback_reason"]


@pytest.mark.parametrize("day", ["2030-01-01", None])
def test_dates_in_the_future_or_all_missing_are_said(day: str | None) -> None:
    graph = make_graph(dates=dict.fromkeys(range(6), day))
    reason = "published after 2024-06-30, 6 papers" if day else "year of publication not known, 6 papers"

    for by in ("age_normalized", "citations_per_year", "impulse"):
        with pytest.raises(GraphError, match=reason):
            rank_papers(graph, by=by)  # type: ignore[arg-type]
    assert ("citation_count", reason) == (rank_papers(graph).attrs["by"], rank_papers(graph).attrs["fallback_reason"])


def test_one_paper_is_first_of_one() -> None:
    graph = make_graph()
    graph.remove_nodes_from(MEMBERS[1:])

    assert [1] == rank_papers(graph)["rank"].tolist()


@pytest.mark.parametrize("count", [float("nan"), -1, 2.5, "many"])
def test_a_count_that_is_none_is_refused(count: object) -> None:
    graph = make_graph()
    graph.nodes["paper:s2-outside-007"]["citation_count"] = count

    with pytest.raises(
        GraphError, match=r"paper:s2-outside-007: citation_count is .*; should be a whole number from 0"
    ):
        rank_papers(graph)


def test_circles_and_citations_forward_in_time_are_ranked_all_the_same() -> None:
    graph = with_references(make_graph())
    for one, other in [(0, 5), (5, 0), (2, 3), (3, 2)]:
        graph.add_edge(MEMBERS[one], MEMBERS[other], key="cites", sources="semantic_scholar", evidence="synthetic")

    for by in METHODS:
        assert np.isfinite(rank_papers(graph, by=by).dropna(subset=["rank"])["score"]).all()


def test_papers_that_cite_without_a_date_are_not_taken_for_old_ones() -> None:
    graph = make_graph()
    for number in range(400):
        if graph.has_edge(f"paper:s2-outside-{number:03}", MEMBERS[5]):
            for name in ("year", "publication_date"):
                graph.nodes[f"paper:s2-outside-{number:03}"].pop(name)

    for by in ("age_normalized", "popularity", "impulse"):
        flags = rank_papers(graph, by=by)["flags"]  # type: ignore[arg-type]
        assert "no citing paper has a date" == flags[MEMBERS[5]]
        assert "of its citations are listed with a date" in flags[MEMBERS[0]]


def test_a_bare_year_says_so_where_it_keeps_a_paper_from_a_score() -> None:
    graph = make_graph()
    graph.nodes[MEMBERS[5]].pop("publication_date")
    graph.nodes[MEMBERS[5]]["year"] = 2024

    expected = "published after 2024-06-30; day of publication not known, taken as 1 July"
    assert expected == rank_papers(graph).loc[MEMBERS[5], "flags"]
