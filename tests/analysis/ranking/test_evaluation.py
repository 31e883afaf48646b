"""What says how good a ranking is, held against worked examples; and the benchmark that uses it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from benchmarks import catalog_holdout, temporal_holdout
from benchmarks.edge_lists import read_edges
from flgraph.analysis.citation_matrix import build_citation_matrix
from flgraph.analysis.ranking.evaluation import measure_age_bias, measure_ndcg, measure_overlap, measure_spearman
from flgraph.analysis.suggest import measure_cocitation, score_candidates, walk_undirected

EDGES = Path(__file__).parents[2] / "data" / "synthetic-citations.txt"


def test_ndcg_of_ties_is_the_mean_over_their_orders() -> None:
    scores, gains = np.array([2.0, 1.0, 1.0, 1.0]), np.array([1.0, 5.0, 0.0, 2.0])
    orders = [[0, *order] for order in permutations([1, 2, 3])]
    best = 5 / np.log2(2) + 2 / np.log2(3)
    expected = np.mean([gains[order[0]] / np.log2(2) + gains[order[1]] / np.log2(3) for order in orders]) / best

    assert expected == pytest.approx(measure_ndcg(scores, gains, top=2))


def test_the_right_order_has_the_best_marks() -> None:
    gains = np.arange(100.0)
    assert [1, 1, 1] == pytest.approx(
        [rate(gains, gains) for rate in (measure_ndcg, measure_overlap, measure_spearman)]
    )
    assert measure_spearman(-gains, gains) == pytest.approx(-1)
    assert 0 == measure_overlap(-gains, gains)


def test_age_bias_is_one_for_chance_and_large_for_one_age() -> None:
    assert 0.6 < measure_age_bias(np.random.default_rng(0).random(5000)) < 1.6
    assert measure_age_bias(np.arange(5000.0)) > 5


@pytest.mark.parametrize(
    ("scores", "gains", "expected"),
    [
        ([1.0, 2.0], [0.0, 0.0], "no paper gained a citation"),
        ([1.0, np.nan], [1.0, 0.0], "is NaN"),
        ([1.0], [1.0, 0.0], "1 scores and 2 gains"),
        ([], [], "at least one"),
    ],
)
def test_what_cannot_be_compared_is_refused(scores: list[float], gains: list[float], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        measure_ndcg(np.array(scores), np.array(gains))


# --- suggestions -----------------------------------------------------------------------------------------


def test_cocitation_is_the_cosine_of_reference_lists() -> None:
    citing, cited = [3, 3, 4, 4, 4, 5], [0, 1, 0, 1, 2, 2]
    matrix = build_citation_matrix(list("abcdef"), citing, cited)
    chosen = np.array([1.0, 0, 0, 0, 0, 0])

    assert [1, 1, 1 / 2, 0, 0, 0] == pytest.approx(measure_cocitation(matrix, chosen))
    assert 1 == pytest.approx(walk_undirected(matrix, chosen).sum())


def test_what_is_cited_with_the_members_is_suggested_first() -> None:
    citing = [number for number in (5, 6, 7, 8) for _ in range(3)]
    matrix = build_citation_matrix(list("abcdefghi"), citing, [0, 1, 2, 0, 1, 2, 0, 1, 3, 4, 3, 4])
    scores = score_candidates(matrix, [0, 1])

    assert 2 == int(scores.argmax())
    assert [-np.inf, -np.inf] == scores[:2].tolist()


@pytest.mark.parametrize("members", [[], [9], [-1]])
def test_members_that_are_no_papers_are_refused(members: list[int]) -> None:
    with pytest.raises(ValueError, match="at least one number from 0 to 1"):
        score_candidates(build_citation_matrix(["a", "b"], [1], [0]), members)


# --- the benchmark ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_holdout_measures_every_measure(tmp_path: Path) -> None:
    title, figures = read_figures(temporal_holdout.main, tmp_path, "--least", "5")

    assert title.startswith("temporal_holdout: synthetic-citations.txt: ")
    for mark, least, most in (("Spearman", -1, 1), ("nDCG@50", 0, 1), ("age bias", 0, np.inf)):
        found = {name.partition(": ")[0]: value for name, value in figures.items() if name.endswith(f": {mark}")}
        assert list(temporal_holdout.MEASURES) == list(found)
        assert all(least <= value <= most for value in found.values())
    assert 0 < figures["local PageRank from one-hop stars: Spearman with PageRank"] <= 1
    assert 0 <= figures["hidden papers among the first 20 suggested"] <= 100


def read_figures(main: Callable[[Sequence[str]], int], folder: Path, *options: str) -> tuple[str, dict[str, float]]:
    """Run a benchmark on the synthetic citations; return its title and the figures it writes."""
    path = folder / "report.json"
    assert 0 == main([str(EDGES), *options, "--json", str(path)])
    report = json.loads(path.read_text("utf-8"))
    return report["title"], {figure["name"]: figure["value"] for figure in report["figures"]}


def test_the_past_knows_nothing_of_what_comes_later() -> None:
    edges = read_edges(EDGES)
    past = temporal_holdout.cut_past(edges, 59)
    gains = temporal_holdout.count_future(edges, 59, len(past.papers))

    assert max(past.dates) == np.datetime64("1996-12-01")
    assert past.citations == sum((edges.months[edges.citing] <= 59) & (edges.months[edges.cited] <= 59))
    later = edges.months[edges.citing]
    assert gains.sum() == sum((later > 59) & (later <= 83) & (edges.months[edges.cited] <= 59))


def test_small_lists_are_held_against_the_future_too(tmp_path: Path) -> None:
    title, figures = read_figures(catalog_holdout.main, tmp_path, "--lists", "5")

    assert title == "catalog_holdout: synthetic-citations.txt: 5 lists of 56 papers, 5 cut-offs"
    for mark, least in (("Spearman", -1), ("nDCG@10", 0)):
        found = {name.partition(": ")[0]: value for name, value in figures.items() if name.endswith(f": {mark}")}
        methods = [*catalog_holdout.METHODS, "random (control)"]
        assert [*methods, *(f"{one} less {other}" for one, other in catalog_holdout.PAIRS)] == list(found)
        assert all(least <= found[name] <= 1 for name in methods)
    said = [name.partition(": of ")[0] for name in figures if "cited more afterwards" in name]
    assert ["clearly ahead by age_normalized", "ahead, but not clearly"] == said
    for one, other in catalog_holdout.PAIRS:
        name = f"{one} less {other}: Spearman"
        assert figures[f"{name}, low end"] <= figures[name] <= figures[f"{name}, high end"]


def test_a_list_is_seen_as_a_snapshot_of_its_day_would_hold_it() -> None:
    past = temporal_holdout.cut_past(read_edges(EDGES), 59)
    members = catalog_holdout.draw_list(past, 30, np.random.default_rng(0))
    observed = catalog_holdout.see_list(past, members, 59)
    papers = [observed.matrix.papers[place] for place in observed.places]

    assert [past.papers[member] for member in members] == papers
    assert past.count_citations()[members].tolist() == observed.counts.tolist() == observed.listed.tolist()
    assert past.count_references()[members].tolist() == observed.matrix.count_references()[observed.places].tolist()
    assert len(observed.matrix.papers) < len(past.papers)
