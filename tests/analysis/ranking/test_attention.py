"""current_attention by hand: a rate instead of a count, self-citations in both parts; and surveys left out."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from flgraph.analysis.ranking import describe, explain_rank, make_ranking, rank_papers
from flgraph.analysis.ranking.methods import CURRENT_RATE, FOR_AGE_TOO, score_papers
from flgraph.analysis.ranking.normalized import measure_current_rates, measure_midranks
from flgraph.analysis.ranking.observations import read_observations
from flgraph.analysis.ranking.surveys import says_survey
from flgraph.graph.files import write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from tests.observations import MEMBERS, make_graph, make_observations
from tests.running import run


def test_a_young_paper_is_held_against_its_own_months() -> None:
    rates = measure_current_rates(np.array([12.0, 3.0, 0.0]), np.array([4.0, 0.25, 4.0]))
    mean = 15 / 2.25

    assert [(12 + mean / 2) / 1.5, (3 + mean / 2) / 0.75, (mean / 2) / 1.5] == pytest.approx(rates.tolist())
    assert rates[1] > 0.6 * rates[0]


def test_the_score_is_that_of_the_formula() -> None:
    observed = make_observations(own={1, 3}, dates={5: "2024-02-01"})
    scored = score_papers(observed, "current_attention")
    all_citing = observed.citing + observed.self_citing
    recent = all_citing @ (observed.matrix.dates > np.datetime64("2023-06-30")).astype(float)
    exposure = np.minimum(observed.ages, 1)
    rates = (recent + recent.sum() / exposure.sum() / 2) / (exposure + 0.5)

    assert np.allclose(70 * measure_midranks(rates), scored.parts[CURRENT_RATE])
    old = score_papers(observed, "age_normalized", youngest_months=0)
    assert np.allclose(30 / 50 * old.parts["cited for its age"], scored.parts[FOR_AGE_TOO])


def test_self_citations_count_in_both_parts() -> None:
    """Marks of self-citations change neither totals nor recent citations, and so no score."""
    marked, plain = (score_papers(make_observations(own=own), "current_attention") for own in ({1, 3}, set()))

    assert marked.score.tolist() == plain.score.tolist()
    old = [score_papers(make_observations(own=own), "age_normalized").score.tolist() for own in ({1, 3}, set())]
    assert old[0] != old[1]
    assert "Self-citations are included in both parts of the score." in describe(
        rank_papers(make_graph(own={1}), by="current_attention", draws=0)
    )


def test_an_explanation_says_how_many_points_a_part_has() -> None:
    said = str(explain_rank(make_graph(), MEMBERS[2], by="current_attention", draws=0))

    assert "all citations for its age (of 30 points)" in said
    assert "citations a year in the last 12 months (of 70 points)" in said


# --- surveys ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "title"),
    [
        (True, "Federated Learning: A Comprehensive Survey"),
        (True, "A Survey on Federated Learning Systems"),
        (True, "Survey of synthetic methods"),
        (True, "Step-by-step insight into gait analysis: A narrative review unlocking knee biomechanics"),
        (True, "Motor imagery: a meta-analysis of fMRI studies"),
        (True, "Mini-review: The Role of the Cerebellum"),
        (True, "An Overview of Federated Optimisation"),
        (False, "Predicting peer review"),
        (False, "Deep learning for customer review classification"),
        (False, "Sleep and learning: results of a national survey"),
        (False, "Reviewing federated learning in clinics"),
        (False, "Survey data of 500 hospitals"),
    ],
)
def test_titles_say_what_a_survey_is(expected: bool, title: str) -> None:
    assert expected == says_survey(title)


def make_surveys() -> KnowledgeGraph:
    graph = make_graph()
    graph.nodes[MEMBERS[1]]["title"] = "Synthetic things: a survey"
    graph.nodes[MEMBERS[2]]["section"] = "Surveys"
    for number in range(0, 400, 4):
        graph.nodes[f"paper:s2-outside-{number:03}"]["title"] = f"Synthetic paper {number}: a review"
    return graph


def test_surveys_are_flagged_and_ranked_unless_they_are_left_out() -> None:
    graph = make_surveys()
    table = rank_papers(graph, draws=0)
    without = make_ranking(graph, draws=0, exclude_surveys=True)

    assert table["flags"][MEMBERS[1]].startswith("survey, by its title")
    assert table["flags"][MEMBERS[2]].startswith("survey, by its section")
    assert pd.notna(table["rank"][[MEMBERS[1], MEMBERS[2]]]).all()
    assert without.table["rank"][[MEMBERS[1], MEMBERS[2]]].isna().all()
    assert "survey, left out (by its title)" == without.table["flags"][MEMBERS[1]]
    assert {"survey, left out": 2} == without.coverage.unscored
    assert "Surveys were left out of the list and of the papers that it was compared with." in describe(without)


def test_surveys_around_the_list_leave_its_cohorts() -> None:
    graph = make_surveys()
    with_all, without = (
        make_ranking(graph, draws=0, exclude_surveys=exclude).coverage.cohorts for exclude in (False, True)
    )

    assert with_all
    assert without
    assert without[1] < with_all[1]


def test_an_explanation_leaves_out_what_its_ranking_leaves_out() -> None:
    graph = make_surveys()
    ranking = make_ranking(graph, draws=20, exclude_surveys=True)

    assert "no rank: survey, left out" in str(explain_rank(graph, MEMBERS[1], ranking=ranking))
    assert "no rank: survey, left out" in str(explain_rank(graph, MEMBERS[1], draws=0, exclude_surveys=True))
    assert 4 == explain_rank(graph, MEMBERS[0], ranking=ranking).of


def test_topics_and_one_of_several_sections_say_survey_too() -> None:
    graph = make_graph()
    graph.nodes[MEMBERS[1]]["section"] = "Methods; Surveys"
    graph.add_node("topic:survey", kind="topic", label="survey", name="Survey", facet="method")
    graph.add_edge(MEMBERS[0], "topic:survey", key="about", sources="catalog", evidence="synthetic", facet="method")

    assert {MEMBERS[0]: "topic", MEMBERS[1]: "section"} == dict(read_observations(graph).surveys)


def test_the_command_line_leaves_surveys_out_and_says_so(tmp_path: Path) -> None:
    path = str(write_graph(make_surveys(), tmp_path / "graph.json"))
    ranked = run("rank", path, "--without-surveys", "--format", "csv", "--draws", "0", cwd=tmp_path)
    flags = pd.read_csv(io.StringIO(ranked.stdout), index_col=0)["flags"]
    explained = run("explain", path, "member-1", "--without-surveys", "--draws", "0", cwd=tmp_path)

    assert "survey, left out (by its title)" in flags.tolist()
    assert "no rank: survey, left out (by its title)" in explained.stdout
    assert "works with --of papers" in run("rank", path, "--of", "venues", "--without-surveys", cwd=tmp_path).stderr
