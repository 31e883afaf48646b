"""Explanations add up, say what they rest on, and agree with the ranking they explain."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from flgraph import __version__
from flgraph.analysis.ranking import METHODS, MethodName, describe, explain_rank, make_ranking, rank_papers
from flgraph.cli.main import cli
from flgraph.errors import GraphError
from flgraph.graph.files import write_graph
from tests.analysis.ranking.test_methods import with_references
from tests.observations import MEMBERS, make_graph

GRAPH = with_references(make_graph(own={1}, dates={2: "2024-05-01"}))


@pytest.mark.slow
@pytest.mark.parametrize("by", METHODS)
def test_parts_add_up_to_the_score_of_every_paper(by: MethodName) -> None:
    table = rank_papers(GRAPH, by=by)
    for node, row in table.iterrows():
        explanation = explain_rank(GRAPH, str(node), ranking=table)

        assert row["rank"] == explanation.rank or explanation.rank is None
        if explanation.rank is None:
            assert {} == explanation.parts
            assert explanation.note == row["flags"]
        else:
            assert row["score"] == pytest.approx(sum(explanation.parts.values()), abs=1e-9)
            has_interval = pd.notna(row["rank_low"])
            assert ((row["rank_low"], row["rank_high"]) if has_interval else None) == explanation.interval
        for other in explanation.comparisons:
            difference = row["score"] - table.loc[other.node, "score"]
            assert difference == pytest.approx(other.difference) == pytest.approx(sum(other.parts.values()))


def test_the_next_above_and_below_are_compared() -> None:
    table = rank_papers(GRAPH, by="citation_count")
    second = explain_rank(GRAPH, table.index[1], ranking=table)

    assert [table.index[0], table.index[2]] == [other.node for other in second.comparisons]
    assert [False, True] == [other.difference > 0 for other in second.comparisons]
    assert re.search(
        r"\n(ahead|behind) in [\d.]+% of the draws: not clearly (ahead|behind), which takes (97.5|98)%\n", str(second)
    )


def test_the_draws_of_two_papers_are_the_same_and_tell_which_is_ahead() -> None:
    graph = make_graph(counts={0: 900})
    first = explain_rank(graph, "member-0", by="citation_count")
    other = explain_rank(graph, "member-0", by="citation_count", versus="member-5").comparisons[0]
    turned = explain_rank(graph, "member-5", by="citation_count", versus="member-0").comparisons[0]

    assert first.comparisons[0].ahead == 1.0
    assert first.comparisons[0].is_clear
    assert "ahead in 100% of the draws: clearly ahead\n" in str(first)
    assert other.ahead is not None
    assert turned.ahead == pytest.approx(1 - other.ahead)
    assert "behind in 100% of the draws: clearly behind" in str(explain_rank(graph, "member-1", by="citation_count"))


def test_a_paper_that_nobody_cites_is_compared_too() -> None:
    graph = make_graph(counts={2: 0})
    graph.remove_edges_from([edge for edge in list(graph.edges(keys=True)) if edge[1] == MEMBERS[2]])
    explanation = explain_rank(graph, "member-2", by="citation_count", versus="member-1")

    assert (6, 6) == explanation.interval
    assert explanation.comparisons[0].ahead == 0
    assert explanation.comparisons[0].is_clear


def test_without_draws_nothing_is_said_of_who_is_ahead() -> None:
    explanation = explain_rank(GRAPH, "member-2", ranking=rank_papers(GRAPH, by="citation_count", draws=0))

    assert explanation.interval is None
    assert {None} == {other.ahead for other in explanation.comparisons}
    assert {None} == {other.is_clear for other in explanation.comparisons}
    assert "draws" not in str(explanation)


def test_papers_of_the_same_score_are_said_to_have_it() -> None:
    said = str(explain_rank(make_graph(counts={1: 240}), "member-0", by="citation_count", versus="member-1"))

    assert "rank 1 of 6, tied with 1 more, " in said
    tied = explain_rank(make_graph(counts={1: 240}), "member-0", by="citation_count").comparisons
    assert MEMBERS[1] == tied[0].node
    assert "the same score as rank 1, Synthetic member 1 (paper:member-1)" in said
    with pytest.raises(GraphError, match="versus is 'member-0', the paper itself"):
        explain_rank(GRAPH, "member-0", versus="member-0")


def test_what_a_citing_paper_adds_is_said() -> None:
    said = str(explain_rank(GRAPH, "member-4"))

    assert "(2 where it counts in both parts, 1 where in the first only; then by citations)" in said
    assert "(citations a year; then" in str(explain_rank(GRAPH, "member-4", by="citations_per_year"))


def test_another_paper_may_be_asked_for() -> None:
    explanation = explain_rank(GRAPH, "member-0", versus="member-5", by="citation_count")

    assert (MEMBERS[5], 25.0) == (explanation.comparisons[0].node, explanation.comparisons[0].difference)
    with pytest.raises(GraphError, match="member-2: has no rank by age_normalized; compare papers that have a rank"):
        explain_rank(GRAPH, "member-0", versus="member-2")


def test_citing_papers_that_add_most_come_first() -> None:
    citers = explain_rank(GRAPH, "member-4", by="influence", top=400).citers
    parts = explain_rank(GRAPH, "member-4", by="influence").parts

    assert citers["adds"].is_monotonic_decreasing
    assert parts["received from citing papers"] == pytest.approx(citers["adds"].sum())
    assert 5 == len(explain_rank(GRAPH, "member-4").citers)


def test_a_paper_without_a_score_is_explained_too() -> None:
    explanation = explain_rank(GRAPH, "member-2")

    assert explanation.rank is None
    assert np.isnan(explanation.score)
    assert "no rank: too recent: published within 6 months before 2024-06-30" in str(explanation)


def test_a_ranking_of_another_method_day_or_graph_is_refused() -> None:
    table = rank_papers(GRAPH, by="impulse")
    other = GRAPH.copy()
    other.graph["snapshot_digest"] = "sha256:other"

    assert "impulse" == explain_rank(GRAPH, "member-0", ranking=table.head(2)).by
    with pytest.raises(ValueError, match="by is 'popularity', but the ranking has 'impulse'"):
        explain_rank(GRAPH, "member-0", ranking=table, by="popularity")
    with pytest.raises(ValueError, match="as_of is '2020-01-01', but the ranking has '2024-06-30'"):
        explain_rank(GRAPH, "member-0", ranking=table, as_of=date(2020, 1, 1))
    with pytest.raises(GraphError, match="the ranking is of another graph: its snapshot is sha256:0123456789abcdef"):
        explain_rank(other, "member-0", ranking=table)
    with pytest.raises(ValueError, match="not a table of rank_papers, or lost its attrs"):
        explain_rank(GRAPH, "member-0", ranking=pd.DataFrame(table.to_dict()))


def test_only_papers_of_the_catalog_are_explained() -> None:
    with pytest.raises(GraphError, match="paper:s2-outside-007: is not a paper of the catalog"):
        explain_rank(GRAPH, "paper:s2-outside-007")


def test_markup_in_a_title_is_text_in_a_notebook() -> None:
    graph = GRAPH.copy()
    graph.nodes[MEMBERS[0]]["title"] = "<script>alert(1)</script>"

    assert "<script>" not in explain_rank(graph, MEMBERS[0])._repr_html_()
    assert "<script>" not in rank_papers(graph)._repr_html_()


@pytest.mark.parametrize("by", [None, *METHODS])
def test_rank_then_explain_agree_on_the_command_line(by: str | None, tmp_path: Path) -> None:
    path = str(write_graph(GRAPH, tmp_path / "graph.json"))
    options = ["--by", by] if by else []
    first = CliRunner().invoke(cli, ["rank", path, *options, "--format", "csv"]).stdout.splitlines()[1].split(",")
    told = CliRunner().invoke(cli, ["explain", path, first[0], *options])

    assert 0 == told.exit_code
    assert "\nrank 1 of " in told.stdout
    score = next(line for line in told.stdout.splitlines() if line.endswith("  score"))
    assert float(score.split()[0]) == pytest.approx(float(first[4]), abs=1e-4)
    said = f"by {by or 'age_normalized'} as of 2024-06-30"
    assert (1, 0) == (told.stdout.count(said), told.stderr.count(said))


def test_the_table_fits_100_columns_and_the_fall_back_stands_on_the_first_line(tmp_path: Path) -> None:
    graph = GRAPH.copy()
    for node in MEMBERS:
        graph.nodes[node]["title"] = f"Synthetic title of {node[-1]}, at length: " + "a federation of hospitals " * 4
    deep = CliRunner().invoke(cli, ["rank", str(write_graph(graph, tmp_path / "deep.json"))])
    for node in MEMBERS:
        graph.nodes[node]["citations"] = "not_asked"
    shallow = CliRunner().invoke(cli, ["rank", str(write_graph(graph, tmp_path / "shallow.json"))])

    for told in (deep, shallow):
        assert 0 == told.exit_code
        assert max(map(len, told.stdout.splitlines())) <= 100
    assert deep.stderr.splitlines()[0].endswith("papers by age_normalized as of 2024-06-30")
    first = shallow.stderr.splitlines()[0]
    assert "papers by citations_per_year as of 2024-06-30, in place of age_normalized (citing papers unknown" in first
    assert shallow.stderr.splitlines()[-1].startswith("flags of all rows: ")
    assert shallow.stderr.splitlines()[-1].endswith("in place of age_normalized")
    assert "in place of" not in shallow.stdout


def test_details_are_for_programs(tmp_path: Path) -> None:
    path = str(write_graph(GRAPH, tmp_path / "graph.json"))
    table = CliRunner().invoke(cli, ["rank", path, "--details"])
    rows = CliRunner().invoke(cli, ["rank", path, "--details", "--format", "csv"])

    assert 2 == table.exit_code
    assert "too many columns for a table; add --format csv or --format json" in table.stderr
    assert "cohort_size" in rows.stdout.splitlines()[0]


def test_explain_takes_one_paper() -> None:
    wrong = CliRunner().invoke(cli, ["explain", "fedbn", "fedap"])

    assert 2 == wrong.exit_code
    assert "explain takes one paper; use --versus to compare it with another" in wrong.stderr


# --- the Methods section ---------------------------------------------------------------------------------


def test_a_ranking_is_described_in_one_paragraph() -> None:
    text = describe(rank_papers(GRAPH).head(3))

    for said in (
        "Of the 6 papers of the catalog “Synthetic field”, 5 were ranked by age_normalized as of 2024-06-30",
        "50 u + 50 v",
        " Not ranked: 1 (too recent: published within 6 months before 2024-06-30).",
        "papers of their age around the catalog.",
        "Citation data are synthetic, snapshot of 2024-06-30T00:00:00+00:00 at depth 1 (sha256:0123456789ab).",
        "Citation counts were known for 6 papers (1,365 citations), citing papers for 6 (on average",
        "The 400 papers outside the catalog are context and were not ranked.",
        "Self-citations are excluded from citations of the last 12 months and included in totals.",
        "95% percentile intervals of 2,000 draws of the papers' citation rates in a chained gamma-Poisson model (seed",
        "They are marginal: each holds for its own paper",
        f"flgraph {__version__}",
    ):
        assert said in text


def test_what_is_unknown_is_said_in_the_paragraph() -> None:
    graph = make_graph(dates={2: "2020-01-01"})
    del graph.nodes[MEMBERS[2]]["publication_date"]
    for _, _, data in graph.edges(data=True):
        data.pop("self_citation", None)
    for node in sorted(graph.predecessors(MEMBERS[5]))[:3]:
        del graph.nodes[node]["publication_date"], graph.nodes[node]["year"]
    graph.graph |= {"synthetic": False, "snapshot_host": "papers.example.org"}
    text = describe(rank_papers(graph))

    assert "Citation data are from papers.example.org, asked in place of Semantic Scholar, snapshot of" in text
    assert "Self-citations are unknown, since author ids of the citing papers are missing" in text
    assert "Of 1 ranked paper only the year is known, taken as 1 July." in text
    undated = re.search(r"(\d+) listed citations have no date", text)
    assert undated
    assert 3 <= int(undated[1]) <= 6


def test_a_method_whose_intervals_miss_their_promise_says_so() -> None:
    said = "In simulations they contained about 95% of the true values, but up to 99% of the true scores in lists"

    assert said in describe(rank_papers(GRAPH, by="popularity"))
    assert "up to 99% of the true ranks in lists with 50" in describe(rank_papers(GRAPH, by="citation_count"))
    assert "In simulations" not in describe(rank_papers(GRAPH, by="impulse"))


def test_points_are_not_taken_for_citations() -> None:
    said = str(explain_rank(GRAPH, MEMBERS[1]))

    assert re.search(r"\d  cited in the last 12 months \(of 50 points\)\n", said)
    assert "points" not in str(explain_rank(GRAPH, MEMBERS[1], by="popularity"))


def test_listed_shares_are_said_by_paper_and_pooled() -> None:
    ranking = make_ranking(make_graph(counts={0: 2400}))
    known = ranking.coverage
    papers = ranking.table["citation_count"].sum()

    assert known.pooled_share == pytest.approx(known.listed / papers)
    assert known.pooled_share < known.listed_share
    assert f"{known.listed_share:.1%} of a paper's citations, {known.pooled_share:.1%} of all citations" in describe(
        ranking
    )


def test_the_command_prints_the_paragraph(tmp_path: Path) -> None:
    path = str(write_graph(GRAPH, tmp_path / "graph.json"))
    done = CliRunner().invoke(cli, ["rank", path, "--by", "impulse", "--describe"])
    idle = CliRunner().invoke(cli, ["rank", path, "--of", "venues", "--describe"])
    table = CliRunner().invoke(cli, ["rank", path, "--describe", "--format", "json"])

    assert f"{describe(rank_papers(GRAPH, by='impulse'))}\n" == done.stdout
    assert "--describe works with --of papers, not with --of venues" in idle.stderr
    assert [2, ""] == [table.exit_code, table.stdout]
    assert "--describe prints a paragraph; omit --format json" in table.stderr


def test_only_a_ranking_is_described() -> None:
    with pytest.raises(ValueError, match="not a table of rank_papers, or lost its attrs"):
        describe(pd.DataFrame(rank_papers(GRAPH).to_dict()))
