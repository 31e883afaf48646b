"""Rankings held against what came after, and against each other."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau, spearmanr

from benchmarks.synthetic_list import make_field
from flgraph.analysis.citation_matrix import CitationMatrix, Floats, build_from_frames
from flgraph.analysis.ranking import compare_rankings, evaluate_ranking, rank_papers
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import KnowledgeGraph
from tests.observations import make_graph, shuffle_graph

CUTOFF = date(2022, 12, 31)


def count_by_hand(graph: KnowledgeGraph) -> dict[str, tuple[int, int]]:
    """Return of each paper of the list until the cut-off its citations until then and in the two years after."""
    counts = {}
    for node, data in graph.nodes(data=True):
        if data.get("in_catalog") and data["publication_date"] <= "2022-12-31":
            days = [
                graph.nodes[citing]["publication_date"]
                for citing, _, kind, edge in graph.in_edges(node, keys=True, data=True)
                if kind == "cites" and not edge.get("self_citation")
            ]
            until = sum(day <= "2022-12-31" for day in days)
            counts[node] = (until, sum("2022-12-31" < day <= "2024-12-31" for day in days))
    return counts


def test_the_past_is_held_against_what_came_after(cited_graph: KnowledgeGraph) -> None:
    past, gained = zip(*count_by_hand(cited_graph).values(), strict=True)
    row = evaluate_ranking(cited_graph, ["citation_count"], [CUTOFF]).loc["citation_count"]
    first = [set(np.argsort(-np.array(values), kind="stable")[:10]) for values in (past, gained)]

    assert len(past) == row["papers"] >= 20
    assert spearmanr(past, gained).statistic == pytest.approx(row["spearman"])
    assert len(first[0] & first[1]) / 10 == pytest.approx(row["overlap"], abs=0.1)  # ties may stand in another order
    assert np.isnan(row["age_bias"])
    assert np.isnan(row["difference_low"])


def test_days_may_be_given_as_text(cited_graph: KnowledgeGraph) -> None:
    table = evaluate_ranking(cited_graph, ["ram"], ["2022-12-31"])

    assert table.equals(evaluate_ranking(cited_graph, ["ram"], [CUTOFF]))
    assert ["2022-12-31"] == table.attrs["cutoffs"]
    with pytest.raises(ValueError, match="a cut-off is '2022'; should be a day, such as 2024-01-31"):
        evaluate_ranking(cited_graph, ["ram"], ["2022"])


def test_what_knows_the_future_is_clearly_better_and_chance_worse(cited_graph: KnowledgeGraph) -> None:
    future = {node: gained for node, (_, gained) in count_by_hand(cited_graph).items()}

    def foretell(past: CitationMatrix, day: date) -> Floats:
        assert day == CUTOFF
        assert past.dates.max() <= np.datetime64(CUTOFF)
        assert np.isnan(past.citation_counts).all()
        return np.array([future.get(paper, 0.0) for paper in past.papers])

    measures = {"oracle": foretell, "count": lambda past, _: past.count_citations().astype(float)}
    table = evaluate_ranking(cited_graph, measures, [CUTOFF])

    assert ["oracle", "count", "newest_first", "random"] == table.index.tolist()
    assert (1.0, 1.0) == pytest.approx((table.loc["oracle", "spearman"], table.loc["oracle", "ndcg"]))
    assert (table.loc[["newest_first", "random"], "difference_high"] < 0).all()


@pytest.mark.slow
def test_all_measures_at_the_last_ends_of_years(cited_graph: KnowledgeGraph) -> None:
    table = evaluate_ranking(cited_graph)

    assert "2023-12-31" == table.attrs["cutoffs"][-1]
    assert table["spearman"].between(-1, 1).all()
    assert table.loc["recent_citations", "ndcg"] > table.loc["random", "ndcg"]
    assert table.equals(evaluate_ranking(shuffle_graph(cited_graph, 2)))
    assert table.attrs["caption"] in repr(table)


def test_papers_that_a_measure_does_not_score_are_left_out_and_counted(cited_graph: KnowledgeGraph) -> None:
    def forget_most(past: CitationMatrix, _: date) -> Floats:
        return np.where(np.arange(len(past.papers)) < 30, np.nan, past.count_citations())

    table = evaluate_ranking(cited_graph, {"forgetful": forget_most}, [CUTOFF])

    assert 0 < table.loc["forgetful", "unscored"] < table.loc["forgetful", "papers"]
    assert table.loc["forgetful", "spearman"] > 0


def test_a_cutoff_given_twice_makes_no_interval_narrower(cited_graph: KnowledgeGraph) -> None:
    once, twice = (evaluate_ranking(cited_graph, ["ram", "impulse"], [CUTOFF] * times) for times in (1, 2))
    ends = ["difference_low", "difference_high"]

    assert once.loc["impulse", "difference_low"] < once.loc["impulse", "difference_high"]
    assert once[ends].equals(twice[ends])


def test_citations_from_anywhere_are_evaluated() -> None:
    field = make_field(400)
    names = [f"synthetic {number}" for number in range(400)]
    papers = pd.DataFrame({"id": names, "date": field.days})
    citations = pd.DataFrame({"citing": np.array(names)[field.citing], "cited": np.array(names)[field.cited]})
    table = evaluate_ranking((papers, citations), ["citation_count", "recent_citations"])

    assert table.equals(evaluate_ranking(build_from_frames(papers, citations), ["citation_count", "recent_citations"]))
    assert table.loc["recent_citations", "ndcg"] > table.loc["random", "ndcg"]
    assert "2023-12-31" == table.attrs["cutoffs"][-1]
    with pytest.raises(GraphError, match="no paper has a date, so there is no past to evaluate"):
        evaluate_ranking((papers[["id"]], citations))


def test_what_cannot_be_evaluated_is_refused(cited_graph: KnowledgeGraph) -> None:
    with pytest.raises(ValueError, match="age_normalized needs the counts of the past day"):
        evaluate_ranking(cited_graph, ["age_normalized"])  # type: ignore[list-item]
    for wrong in ([], {}, {"random": lambda past, _: past.count_citations()}):
        with pytest.raises(ValueError, match="should be at least one, and none named newest_first or random"):
            evaluate_ranking(cited_graph, wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no measure is named 'best'; should be one of citation_count"):
        evaluate_ranking(cited_graph, ["best"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="the 24 months after 2025-01-31 end after the snapshot of 2026-06-30"):
        evaluate_ranking(cited_graph, cutoffs=[date(2025, 1, 31)])
    with pytest.raises(GraphError, match=r"fewer than 10 papers .* were published up to 2017-06-30"):
        evaluate_ranking(cited_graph, cutoffs=[date(2017, 6, 30)])
    with pytest.raises(GraphError, match=r"fewer than 10 papers .* 24 months before 2024-06-30 or earlier"):
        evaluate_ranking(make_graph())
    with pytest.raises(GraphError, match="the citing papers are unknown; run `flgraph build` at depth 1"):
        evaluate_ranking(make_graph(unlisted=set(range(6))))


# --- two rankings ----------------------------------------------------------------------------------------


def test_two_rankings_side_by_side(cited_graph: KnowledgeGraph) -> None:
    one, other = rank_papers(cited_graph), rank_papers(cited_graph, by="citation_count")
    table = compare_rankings(one, other)
    ranks = one["rank"].to_frame("one").join(other["rank"].rename("other")).dropna().astype(float)

    assert one["rank"].dropna().tolist() == table["rank_one"].dropna().tolist()
    assert (table["rank_one"] - table["rank_other"]).equals(table["change"])
    assert spearmanr(ranks["one"], ranks["other"]).statistic == pytest.approx(table.attrs["spearman"])
    assert kendalltau(ranks["one"], ranks["other"]).statistic == pytest.approx(table.attrs["kendall"])
    assert len(ranks) == table.attrs["common"]
    assert "one by age_normalized as of 2026-06-30, other by citation_count" in table.attrs["caption"]
    node = table.index[table["intervals_apart"].fillna(value=False)][0]
    assert (
        one.loc[node, "rank_high"] < other.loc[node, "rank_low"]
        or other.loc[node, "rank_high"] < one.loc[node, "rank_low"]
    )


def test_a_ranking_agrees_with_itself(cited_graph: KnowledgeGraph) -> None:
    table = compare_rankings(*[rank_papers(cited_graph)] * 2)

    assert (1.0, 1.0, 1.0) == pytest.approx(tuple(table.attrs[name] for name in ("spearman", "kendall", "overlap")))
    assert table["change"].dropna().eq(0).all()


def test_papers_of_one_list_only_are_named(cited_graph: KnowledgeGraph) -> None:
    ranking = rank_papers(cited_graph)
    table = compare_rankings(ranking.iloc[:5], ranking.iloc[3:7])

    assert ["one"] * 3 == table["only_in"].tolist()[:3]
    assert {"other"} == set(table["only_in"].tolist()[5:])
    assert 2 == table.attrs["common"]
    assert np.isnan(table.attrs["spearman"])
    assert pd.isna(table["change"].iloc[0])
    assert table["title"].notna().all()


def test_other_tables_are_refused(cited_graph: KnowledgeGraph) -> None:
    with pytest.raises(ValueError, match="not a table of rank_papers, or lost its attrs"):
        compare_rankings(rank_papers(cited_graph), pd.DataFrame())
