"""Rankings of an earlier day: what was known then, and no count of today in them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from flgraph.analysis.ranking import MethodName, describe, explain_rank, rank_papers
from flgraph.cli.main import cli
from flgraph.errors import GraphError
from flgraph.graph.files import write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from tests.analysis.ranking.test_methods import with_references
from tests.observations import MEMBERS, make_graph

DAY = date(2022, 6, 30)
KNOWN: tuple[MethodName, ...] = (
    "citation_count",
    "citations_per_year",
    "popularity",
    "impulse",
    "catalog_citations",
)


def take_back(graph: KnowledgeGraph) -> KnowledgeGraph:
    """Return the graph as a snapshot of the day would have made it, had the source counted what it lists."""
    past = graph.copy()
    past.graph["snapshot_taken"] = f"{DAY}T00:00:00+00:00"
    past.remove_nodes_from([node for node, data in graph.nodes(data=True) if data["publication_date"] > str(DAY)])
    for node in set(MEMBERS) & set(past):
        lines = past.in_degree(node)
        past.nodes[node].update({"citation_count": lines, "citations_listed": lines})
    return past


@pytest.mark.parametrize("by", KNOWN)
def test_an_earlier_day_is_ranked_as_a_snapshot_of_that_day_would_be(by: MethodName) -> None:
    graph = with_references(make_graph(own={1}))
    then = rank_papers(take_back(graph), by=by)
    now = rank_papers(graph, by=by, as_of=DAY)

    assert MEMBERS[5] not in then.index
    columns = ["rank", "rank_low", "rank_high", "citation_count"]
    assert then[columns].equals(now.loc[then.index, columns])
    assert np.allclose(then["score"], now.loc[then.index, "score"], equal_nan=True)


@pytest.mark.parametrize("by", KNOWN)
def test_papers_that_were_not_out_have_no_score(by: MethodName) -> None:
    graph = with_references(make_graph(dates={4: None}))
    table = rank_papers(graph, by=by, as_of=DAY)

    assert pd.isna(table.loc[MEMBERS[5], "score"])
    assert f"published after {DAY}" == table.loc[MEMBERS[5], "flags"]
    assert "year of publication not known" == table.loc[MEMBERS[4], "flags"]
    assert pd.isna(table.loc[MEMBERS[5], "citation_count"])


@pytest.mark.parametrize("by", ["age_normalized", "current_attention", "influence", "s2_influential"])
def test_what_needs_counts_of_the_time_is_refused(by: MethodName) -> None:
    with pytest.raises(
        GraphError, match=r"known for 2024-06-30 only, 5 papers; omit as_of, choose a later day, or rank"
    ):
        rank_papers(make_graph(), by=by, as_of=DAY)


def test_the_default_says_what_stands_in_for_it_and_from_what_it_counts() -> None:
    table = rank_papers(make_graph(), as_of=DAY)

    assert "citations_per_year" == table.attrs["by"]
    assert repr(table).startswith(
        "by citations_per_year as of 2022-06-30, citations listed with a date in the snapshot of 2024-06-30, in "
        "place of age_normalized (citation counts of the papers around it are known for 2024-06-30 only, 5 papers)\n"
    )
    assert "Citations up to 2022-06-30, as listed with a date in the snapshot, were known for 5" in describe(table)
    assert "citations listed with a date in the snapshot" in str(explain_rank(make_graph(), "member-0", ranking=table))


def test_the_reason_for_the_fall_back_is_of_papers_that_were_out() -> None:
    early = "2019-06-30"
    reason = "citation counts of the papers around it are known for 2024-06-30 only, 2 papers"

    assert reason == rank_papers(make_graph(), as_of=early).attrs["fallback_reason"]
    with pytest.raises(GraphError, match=reason):
        rank_papers(make_graph(), by="influence", as_of=early)
    with pytest.raises(GraphError, match="published after 1990-01-01, 6 papers; omit as_of, or choose"):
        rank_papers(make_graph(), as_of="1990-01-01")


@pytest.mark.parametrize("by", KNOWN)
def test_of_a_paper_that_was_not_out_there_is_no_coverage(by: MethodName) -> None:
    assert pd.isna(rank_papers(with_references(make_graph()), by=by, as_of=DAY).loc[MEMBERS[5], "coverage"])


def test_coverage_is_of_what_is_listed_with_a_date() -> None:
    graph = make_graph()
    for number in range(0, 400, 2):
        for name in ("year", "publication_date"):
            graph.nodes[f"paper:s2-outside-{number:03}"].pop(name)
    row = rank_papers(graph, by="citation_count", as_of=DAY).loc[MEMBERS[0]]
    listed = graph.in_degree(MEMBERS[0])
    dated = sum("year" in graph.nodes[citing] for citing, _ in graph.in_edges(MEMBERS[0]))

    assert row["coverage"] == pytest.approx(dated / 240)
    assert listed > dated
    assert f"only {dated / 240:.0%} of its citations are listed with a date" in row["flags"]


def test_numbers_of_today_are_in_no_detail_of_an_earlier_day() -> None:
    details = rank_papers(make_graph(), as_of=DAY, details=True)

    names = ["influential_citation_count", "local_pagerank", "neighbourhood_percentile", "cohort_size"]
    assert details[names].isna().all(axis=None)
    assert details.loc[MEMBERS[5], ["impulse", "recent_citations", "age_years"]].isna().all()


def test_a_paper_whose_citing_papers_have_no_date_has_no_count_of_the_day() -> None:
    graph = make_graph()
    for citing, _ in list(graph.in_edges(MEMBERS[0])):
        for name in ("year", "publication_date"):
            graph.nodes[citing].pop(name, None)

    row = rank_papers(graph, by="citation_count", as_of=DAY).loc[MEMBERS[0]]
    assert pd.isna(row["score"])
    assert "no citing paper has a date" == row["flags"]


def test_a_day_on_the_command_line(tmp_path: Path) -> None:
    path = str(write_graph(make_graph(), tmp_path / "graph.json"))
    done = CliRunner().invoke(cli, ["rank", path, "--as-of", str(DAY), "--describe"])
    wrong = CliRunner().invoke(cli, ["explain", path, "member-0", "--as-of", "2022"])

    assert f"{describe(rank_papers(make_graph(), as_of=DAY))}\n" == done.stdout
    assert 2 == wrong.exit_code
    assert "'2022' is not a date. Write it like 2024-01-31." in wrong.stderr
