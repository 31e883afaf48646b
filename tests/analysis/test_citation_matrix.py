"""The citation matrix, and PageRank on it held against two libraries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest

from benchmarks.synthetic_list import make_list
from flgraph.analysis.citation_matrix import (
    CitationMatrix,
    build_citation_matrix,
    build_from_frames,
    build_from_snapshot,
    read_citations,
)
from flgraph.analysis.ranking.pagerank import pagerank
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.projections import citation_graph

CIRCLE: dict[str, Any] = {"papers": ["a", "b", "c"], "citing": [0, 1, 2], "cited": [1, 2, 0]}


def draw(seed: int) -> tuple[CitationMatrix, list[tuple[int, int]], list[str]]:
    """Return random citations, every second time without circles, as a matrix and as pairs."""
    chance = np.random.default_rng(seed)
    size = int(chance.integers(2, 300))
    one, other = chance.integers(0, size, (2, int(chance.integers(0, 5 * size))))
    citing, cited = (np.maximum(one, other), np.minimum(one, other)) if seed % 2 else (one, other)
    papers = [f"synthetic {number}" for number in chance.permutation(size)]
    dates = np.datetime64("2020-01-01") + chance.integers(0, 2000, size) if seed % 3 else None
    pairs = sorted({(int(i), int(j)) for i, j in zip(citing, cited, strict=True) if i != j})
    return build_citation_matrix(papers, citing, cited, dates=dates), pairs, papers


# --- the matrix ------------------------------------------------------------------------------------------


def test_papers_are_numbered_by_date_and_those_without_come_last() -> None:
    matrix = build_citation_matrix(
        ["late", "undated", "early", "also early"],
        [0, 0, 0, 1, 1],
        [2, 2, 0, 3, 2],
        dates=["2022-01-01", "NaT", "2020-01-01", "2020-01-01"],
        reference_counts=[1, np.nan, 3, 4],
    )

    assert ("also early", "early", "late", "undated") == matrix.papers
    assert [1, 2, 0, 0] == matrix.count_citations().tolist()
    assert [0, 0, 1, 2] == matrix.count_references().tolist()
    assert [4, 3, 1] == matrix.reference_counts[:3].tolist()
    assert ("int64", "int32") == (matrix.indptr.dtype.name, matrix.indices.dtype.name)
    assert matrix.is_acyclic
    assert matrix.is_in_order


def test_circles_and_citations_of_newer_papers_are_known() -> None:
    circle = build_citation_matrix(**CIRCLE)
    ahead = build_citation_matrix(["new", "old"], [1], [0], dates=["2022-01-01", "2020-01-01"])

    assert (False, False) == (circle.is_acyclic, circle.is_in_order)
    assert (True, False) == (ahead.is_acyclic, ahead.is_in_order)


@pytest.mark.parametrize("seed", range(20))
def test_nobody_cites_a_component_of_a_higher_number(seed: int) -> None:
    matrix, pairs, papers = draw(seed)
    place = {paper: number for number, paper in enumerate(matrix.papers)}
    number = {start: matrix.components[place[papers[start]]] for start in range(len(papers))}

    assert all(number[start] >= number[end] for start, end in pairs)
    assert nx.number_strongly_connected_components(to_networkx(pairs, len(papers))) == len(set(number.values()))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"papers": ["a", "a", "c"]}, "paper 'a' is listed twice; list each paper once"),
        ({"citing": [0, 1]}, "citing has 2 papers and cited has 3; should be the same number"),
        ({"citing": [0, 1, 3]}, "citing or cited holds 3; should be positions in papers, from 0 to 2"),
        ({"citing": [0, 1, -1]}, "citing or cited holds -1"),
        ({"citing": [0, 1, 0.5]}, "whole numbers"),
        ({"dates": ["2020-01-01"]}, "dates has 1 entries for 3 papers"),
        ({"citation_counts": [1, 2]}, "counts have 2 entries for 3 papers"),
        ({"reference_counts": [1, -2, 3]}, "negative or infinite; should be from 0, or NaN if unknown"),
    ],
)
def test_input_that_cannot_be_is_refused(changes: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        build_citation_matrix(**{**CIRCLE, **changes})


def test_the_bundled_citations_are_those_of_the_projection(graph: KnowledgeGraph) -> None:
    matrix = read_citations(graph)
    counted = dict(zip(matrix.papers, matrix.count_citations().tolist(), strict=True))

    assert dict(citation_graph(graph).in_degree()) == {node: counted[node] for node in citation_graph(graph)}


# --- PageRank --------------------------------------------------------------------------------------------


def to_networkx(pairs: list[tuple[int, int]], size: int) -> nx.DiGraph[int]:
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(pairs)
    return graph


@pytest.mark.parametrize("seed", range(50))
def test_pagerank_agrees_with_igraph_and_networkx(seed: int) -> None:
    matrix, pairs, papers = draw(seed)
    place = [matrix.papers.index(paper) for paper in papers]
    alpha = [0.5, 0.85, 0.95][seed % 3]
    peer = igraph.Graph(n=len(papers), edges=pairs, directed=True)
    other = nx.pagerank(to_networkx(pairs, len(papers)), alpha=alpha, tol=1e-14, max_iter=1000)
    ranks = pagerank(matrix, alpha=alpha)[place]

    assert 1 == pytest.approx(ranks.sum(), abs=1e-12)
    assert np.abs(ranks - peer.pagerank(damping=alpha, implementation="prpack")).sum() < 1e-8
    assert np.abs(ranks - [other[number] for number in range(len(papers))]).sum() < 1e-8


@pytest.mark.parametrize("seed", range(10))
def test_personalized_pagerank_agrees_with_networkx(seed: int) -> None:
    matrix, pairs, papers = draw(seed)
    place = [matrix.papers.index(paper) for paper in papers]
    chosen = np.random.default_rng(seed).random(len(papers)) * (np.arange(len(papers)) % 2 == 0)
    other = nx.pagerank(to_networkx(pairs, len(papers)), 0.85, dict(enumerate(chosen)), tol=1e-14, max_iter=1000)
    source = np.empty(len(papers))
    source[place] = chosen
    ranks = pagerank(matrix, alpha=0.85, personalization=source)[place]

    assert np.abs(ranks - [other[number] for number in range(len(papers))]).sum() < 1e-8


def test_pagerank_agrees_on_cora(test_data: Path) -> None:
    lines = (test_data / "graphs" / "cora" / "data" / "cora" / "cora.cites").read_text().split()
    cited, citing = lines[::2], lines[1::2]  # each line names the cited paper first
    papers = sorted({*cited, *citing})
    place = {paper: number for number, paper in enumerate(papers)}
    pairs = [(place[start], place[end]) for start, end in zip(citing, cited, strict=True)]
    matrix = build_citation_matrix(papers, *zip(*pairs, strict=True))
    peer = igraph.Graph(n=len(papers), edges=pairs, directed=True).simplify()
    expected = dict(zip(papers, peer.pagerank(damping=0.85, implementation="prpack"), strict=True))

    assert sum(abs(expected[p] - x) for p, x in zip(matrix.papers, pagerank(matrix, alpha=0.85), strict=True)) < 1e-8


def test_no_paper_has_no_rank() -> None:
    assert 0 == len(pagerank(build_citation_matrix([], [], [])))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"alpha": 1.0}, "alpha is 1.0; should be from 0 to below 1"),
        ({"alpha": float("nan")}, "alpha is nan"),
        ({"alpha": "half"}, "alpha is 'half'; should be from 0 to below 1"),
        ({"dangling": ["a", "b", "c"]}, "dangling should be 3 numbers from 0 up"),
        ({"personalization": np.zeros(3)}, "0 everywhere"),
        ({"personalization": np.ones(2)}, "3 numbers from 0 up"),
        ({"personalization": np.array([1, np.nan, 1])}, "3 numbers from 0 up"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        pagerank(build_citation_matrix(**CIRCLE), **settings)


def test_pagerank_needs_a_citation_matrix() -> None:
    with pytest.raises(
        ValueError, match="matrix is a DiGraph; should be a CitationMatrix, as build_from_frames returns"
    ):
        pagerank(nx.DiGraph())  # type: ignore[arg-type]


# --- from frames and snapshots ---------------------------------------------------------------------------


def test_frames_keep_long_ids_dates_and_counts() -> None:
    long = 2**62
    papers = pd.DataFrame(
        {
            "id": [long, long + 1, 5],
            "year": pd.array([2021, 2019, None], dtype="Int64"),
            "date": [None, "2019-02-03", None],
            "citation_count": pd.array([None, 4, 0], dtype="Int64"),
        }
    )
    matrix = build_from_frames(papers, pd.DataFrame({"citing": [long, 5], "cited": [long + 1, long + 1]}))

    assert (str(long + 1), str(long), "5") == matrix.papers
    assert ["2019-02-03", "2021-07-01", "NaT"] == [str(day) for day in matrix.dates]
    assert [2, 0, 0] == matrix.count_citations().tolist()
    assert np.array_equal([4, np.nan, 0], matrix.citation_counts, equal_nan=True)
    assert np.isnan(matrix.reference_counts).all()


def test_frames_that_cannot_be_right_are_refused() -> None:
    papers = pd.DataFrame({"id": ["a", "b"]})
    with pytest.raises(ValueError, match=r"citations\['cited'\] holds 'x', which is not in papers"):
        build_from_frames(papers, pd.DataFrame({"citing": ["a"], "cited": ["x"]}))
    with pytest.raises(ValueError, match="citations has no column 'cited'; should have citing and cited once"):
        build_from_frames(papers, pd.DataFrame({"citing": ["a"]}))
    with pytest.raises(ValueError, match="paper 'a' is listed twice"):
        build_from_frames(pd.DataFrame({"id": ["a", "a"]}), pd.DataFrame({"citing": ["a"], "cited": ["a"]}))
    with pytest.raises(ValueError, match=r"papers\['id'\] holds floats, which round long ids"):
        build_from_frames(pd.DataFrame({"id": [1.0]}), pd.DataFrame({"citing": [1], "cited": [1]}))


GIVEN = pd.DataFrame({"id": [1, 2], "year": [2020, 2018]})
CITED = pd.DataFrame({"citing": [1], "cited": [2]})


@pytest.mark.parametrize(
    ("papers", "citations", "message"),
    [
        ([1, 2], CITED, "papers is a list; should be a DataFrame with id"),
        (GIVEN, [(1, 2)], "citations is a list; should be a DataFrame with citing and cited"),
        (pd.DataFrame([[1, 2]], columns=["id", "id"]), CITED, "papers has 2 columns 'id'; should have id once"),
        (GIVEN.assign(id=["a", None]), CITED, r"papers.loc\[1, 'id'\] is missing; should be an id"),
        (GIVEN.assign(id=[True, False]), CITED, r"papers\['id'\] should hold either whole numbers or text"),
        (GIVEN.assign(id=[[1], [2]]), CITED, r"papers\['id'\] should hold either whole numbers or text"),
        (GIVEN.assign(id=[2, 2]), CITED, "paper '2' is listed twice; list each paper once"),
        (GIVEN, CITED.astype(str), r"citations\['citing'\] holds '1', which is not in papers; add the paper or"),
        (GIVEN.assign(year=[2019.5, 2018]), CITED, r"papers.loc\[0, 'year'\] is 2019.5; should be a year from 1000 to"),
        (GIVEN.assign(year=[2020, 10**9]), CITED, r"papers.loc\[1, 'year'\] is 1000000000; should be a year from 1000"),
        (
            GIVEN.assign(date=["2020-01-31", "soon"]),
            CITED,
            r"papers.loc\[1, 'date'\] is 'soon'; should be a day such as",
        ),
        (GIVEN.assign(date=[1, 2]), CITED, r"papers.loc\[0, 'date'\] is 1; should be a day such as 2024-01-31"),
        (GIVEN.assign(citation_count=["many", 2]), CITED, r"'citation_count'\] is 'many'; should be a number from 0"),
        (GIVEN.assign(reference_count=[3, -1]), CITED, r"papers.loc\[1, 'reference_count'\] is -1; should be a number"),
    ],
)
def test_a_wrong_table_is_refused_in_one_line_that_says_where(papers: Any, citations: Any, message: str) -> None:
    with pytest.raises(ValueError, match=rf"^.*{message}.*$") as refused:
        build_from_frames(papers, citations)
    assert "\n" not in str(refused.value)


def test_frames_may_be_empty_and_days_may_have_a_time_zone() -> None:
    empty = build_from_frames(pd.DataFrame({"id": []}), pd.DataFrame({"citing": [], "cited": []}))
    zoned = GIVEN.assign(date=pd.to_datetime(["2020-01-31", None], utc=True))

    assert ((), 0) == (empty.papers, empty.citations)
    assert ["2018-07-01", "2020-01-31"] == [str(day) for day in build_from_frames(zoned, CITED).dates]


def test_pagerank_of_two_tables_is_in_the_order_of_the_matrix() -> None:
    papers = pd.DataFrame({"id": list("cab"), "date": ["2022-01-01", "2020-01-01", "2021-01-01"]})
    matrix = build_from_frames(papers, pd.DataFrame({"citing": list("ccb"), "cited": list("aba")}))
    expected = nx.pagerank(nx.DiGraph([("c", "a"), ("c", "b"), ("b", "a")]), 0.85, tol=1e-14)

    assert ("a", "b", "c") == matrix.papers
    assert [expected[paper] for paper in matrix.papers] == pytest.approx(pagerank(matrix, alpha=0.85).tolist())


def test_a_snapshot_holds_the_citations_of_its_graph() -> None:
    catalog, snapshot = make_list(20, field_size=300)
    of_graph, of_snapshot = read_citations(build_graph(catalog, snapshot)), build_from_snapshot(snapshot)

    assert of_graph.citations == of_snapshot.citations
    assert sorted(of_graph.dates.tolist()) == sorted(of_snapshot.dates.tolist())
    assert np.nansum(of_graph.citation_counts) == np.nansum(of_snapshot.citation_counts)
    assert sorted(of_graph.count_citations()) == sorted(of_snapshot.count_citations())
