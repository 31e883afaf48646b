"""Intervals that hold for all papers of a list together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.rank_intervals import cite_at_random, make_field, measure_coverage, observe
from flgraph.analysis.ranking import describe, explain_rank, make_ranking
from flgraph.analysis.ranking.intervals import draw_intervals, rank_scores
from flgraph.analysis.ranking.methods import score_papers
from flgraph.graph.files import write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from tests.running import run


@pytest.mark.parametrize("by", ["citation_count", "age_normalized", "popularity"])
def test_all_ranks_of_95_in_100_draws_lie_in_the_intervals(by: str) -> None:
    observed = observe(
        make_field(5.0, "constant", 30), cite_at_random(make_field(5.0, "constant", 30), np.random.default_rng(0))
    )
    scored = score_papers(observed, by)  # type: ignore[arg-type]
    held = {}
    for simultaneous in (False, True):
        found = draw_intervals(observed, scored, draws=4000, seed=0, simultaneous=simultaneous)
        ranks = rank_scores(found.samples)
        inside = (found.low[:, None] <= ranks) & (ranks <= found.high[:, None])
        scores = (found.score_low[:, None] <= found.samples) & (found.samples <= found.score_high[:, None])
        held[simultaneous] = [float(lies.all(axis=0).mean()) for lies in (inside, scores)]

    assert max(held[False]) < 0.8
    assert 0.95 <= min(held[True])
    assert held[True][1] < 0.97  # no wider than they must be


@pytest.mark.slow
def test_they_hold_the_true_ranks_of_a_list_together_as_often_as_they_promise() -> None:
    sizes = {"papers": 40, "rounds": 20, "draws": 2000}
    marginal, together = (
        measure_coverage("citations_per_year", 5.0, **sizes, simultaneous=simultaneous)
        for simultaneous in (False, True)
    )

    assert marginal.lists < 60
    assert together.lists >= 85
    assert together.width > marginal.width


def test_a_ranking_says_which_intervals_it_has_and_keeps_them_in_an_explanation(cited_graph: KnowledgeGraph) -> None:
    marginal = make_ranking(cited_graph, draws=4_800)
    together = make_ranking(cited_graph, draws=4_800, simultaneous=True, details=True)
    table = together.table

    assert table["rank"].equals(marginal.table["rank"])
    assert (table["rank_low"] <= marginal.table["rank_low"]).all()
    assert (table["rank_high"] >= marginal.table["rank_high"]).all()
    assert table["rank_error"].isna().all()
    assert "They are marginal" in describe(marginal)
    assert "95% simultaneous intervals of 4,800 draws" in describe(together)
    assert "They should hold for all papers together" in describe(together)
    assert (table["rank_low"].iloc[0], table["rank_high"].iloc[0]) == explain_rank(
        cited_graph, table.index[0], ranking=together
    ).interval


def test_the_command_line_gives_them_for_papers_only(cited_graph: KnowledgeGraph, tmp_path: Path) -> None:
    path = str(write_graph(cited_graph, tmp_path / "graph.json"))

    said = run("rank", path, "--simultaneous", "--draws", "4800", "--describe", cwd=tmp_path).stdout
    assert "95% simultaneous intervals" in said
    assert (
        "--simultaneous works with --of papers"
        in run("rank", path, "--of", "venues", "--simultaneous", cwd=tmp_path).stderr
    )


def test_too_few_draws_are_refused_with_the_number_needed(cited_graph: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^draws is 2000; simultaneous intervals of 47 papers need at least 4700, "):
        make_ranking(cited_graph, simultaneous=True)
    assert make_ranking(cited_graph, draws=0, simultaneous=True).table["rank_low"].isna().all()

    path = str(write_graph(cited_graph, tmp_path / "graph.json"))
    done = run("rank", path, "--simultaneous", cwd=tmp_path)
    assert 2 == done.returncode
    assert "need at least 4700" in done.stderr
