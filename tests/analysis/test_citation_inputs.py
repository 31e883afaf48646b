"""The citation matrix of pairs, graphs, tables and snapshots, held against citations kept in plain sets."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flgraph.analysis.citation_matrix import (
    CitationMatrix,
    build_citation_matrix,
    build_from_frames,
    build_from_snapshot,
    read_citations,
)
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.records import Author, Catalog, CatalogEntry, Listing, Paper, Reference, Relation, Snapshot
from tests.graph.test_assemble import make_snapshot


def list_pairs(matrix: CitationMatrix) -> set[tuple[str, str]]:
    """Return the citing and the cited paper of each citation."""
    cited = np.repeat(np.arange(len(matrix.papers)), matrix.count_citations())
    return {(matrix.papers[start], matrix.papers[end]) for start, end in zip(matrix.indices, cited, strict=True)}


def list_dates(matrix: CitationMatrix) -> dict[str, str]:
    return {paper: str(day) for paper, day in zip(matrix.papers, matrix.dates, strict=True)}


def list_counts(matrix: CitationMatrix, name: str) -> dict[str, float]:
    """Return the counts that are known."""
    counts = zip(matrix.papers, getattr(matrix, f"{name}_counts").tolist(), strict=True)
    return {paper: count for paper, count in counts if not np.isnan(count)}


# --- pairs -----------------------------------------------------------------------------------------------


@st.composite
def draw_field(draw: st.DrawFn) -> dict[str, Any]:
    """Draw papers in any order with pairs, some of them twice or of a paper with itself."""
    size = draw(st.integers(1, 8))
    ends = st.lists(st.integers(0, size - 1), min_size=0, max_size=20)
    citing = draw(ends)
    days = st.sampled_from(["NaT", "2019-01-01", "2020-01-01", "2020-01-02", "2021-01-01"])
    return {
        "papers": draw(st.permutations([f"p{number}" for number in range(size)])),
        "citing": citing,
        "cited": draw(st.lists(st.integers(0, size - 1), min_size=len(citing), max_size=len(citing))),
        "dates": draw(st.lists(days, min_size=size, max_size=size)),
        "reference_counts": draw(st.lists(st.sampled_from([np.nan, 0, 1, 7]), min_size=size, max_size=size)),
        "citation_counts": draw(st.lists(st.sampled_from([np.nan, 0, 1, 7]), min_size=size, max_size=size)),
    }


@settings(max_examples=60)
@given(field=draw_field())
def test_a_matrix_holds_each_citation_once_and_each_paper_by_date(field: dict[str, Any]) -> None:
    matrix = build_citation_matrix(**field)
    names = field["papers"]
    pairs = {(names[i], names[j]) for i, j in zip(field["citing"], field["cited"], strict=True) if i != j}
    by_date = sorted(zip(field["dates"], names, strict=True), key=lambda paper: (paper[0] == "NaT", *paper))

    assert tuple(name for _, name in by_date) == matrix.papers
    assert [day for day, _ in by_date] == [str(day) for day in matrix.dates]
    assert pairs == list_pairs(matrix)
    assert len(pairs) == matrix.citations == int(matrix.indptr[-1])
    assert all(
        np.all(np.diff(matrix.indices[start:end]) > 0)
        for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
    )
    for counts in ("reference", "citation"):
        given = dict(zip(names, field[f"{counts}_counts"], strict=True))
        assert {name: count for name, count in given.items() if not np.isnan(count)} == list_counts(matrix, counts)


@settings(max_examples=60)
@given(field=draw_field())
def test_the_order_is_acyclic_where_no_paper_leads_back_to_itself(field: dict[str, Any]) -> None:
    matrix = build_citation_matrix(**field)
    size = len(matrix.papers)
    cites = matrix.to_sparse().toarray().T > 0
    reach = cites.copy()
    for _ in range(size):
        reach = reach | (reach @ cites)

    assert bool(reach.diagonal().any()) is not matrix.is_acyclic
    assert bool(np.triu(cites).any()) is not matrix.is_in_order
    joined = reach & reach.T | np.eye(size, dtype=bool)
    assert np.array_equal(joined, matrix.components[:, None] == matrix.components[None, :])
    assert not (cites & (matrix.components[:, None] < matrix.components[None, :])).any()


def test_an_empty_matrix_has_no_paper_and_is_in_order() -> None:
    matrix = build_citation_matrix([], [], [])

    assert ((), 0, True, True) == (matrix.papers, matrix.citations, matrix.is_acyclic, matrix.is_in_order)
    assert (0, 0) == matrix.to_sparse().shape


def test_the_sparse_matrix_has_cited_rows_and_citing_columns() -> None:
    matrix = build_citation_matrix(["a", "b", "c"], [1, 2, 2], [0, 0, 1])

    assert [[0, 1, 1], [0, 0, 1], [0, 0, 0]] == matrix.to_sparse().toarray().tolist()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"citing": [[0], [1]], "cited": [[1], [0]]}, "whole numbers"),
        ({"citing": [0, 2], "cited": [1, 0]}, r"holds 2; .* from 0 to 1"),
        ({"citing": [-1, 2], "cited": [1, 0]}, r"holds -1; .* from 0 to 1"),
        ({"citing": [0], "cited": []}, "citing has 1 papers and cited has 0"),
        ({"papers": ["a", "a"]}, "twice"),
        ({"dates": ["2020-01-01"] * 3}, "dates has 3 entries for 2 papers"),
        ({"reference_counts": [1.0]}, "counts have 1 entries for 2 papers"),
        ({"citation_counts": [1.0, np.inf]}, "infinite"),
        ({"citation_counts": [-0.5, 0.0]}, "negative"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(changes: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        build_citation_matrix(**{"papers": ["a", "b"], "citing": [0], "cited": [1], **changes})


# --- graphs ----------------------------------------------------------------------------------------------


ADA, BO = Author(id="1", name="Ada Example"), Author(id="2", name="Bo Sample")


def make_listed() -> tuple[Catalog, Snapshot]:
    """Return three synthetic papers: p cites q in the list alone, and r, of an author of p, in the snapshot."""
    relations = (Relation(relation="cites", to="q"), Relation(relation="baseline", to="r"))
    entries = (
        CatalogEntry(key="p", title="Synthetic p", section="2021", relations=relations),
        CatalogEntry(key="q", title="Synthetic q", section="2020", year=2020),
        CatalogEntry(key="r", title="Synthetic r", section="2019"),
    )
    p = Paper(
        id="P",
        publication_date=date(2021, 2, 3),
        year=2021,
        reference_count=5,
        citation_count=0,
        authors=(ADA,),
        references=Listing(status="known", items=(Reference(id="R"), Reference(id="X", year=2018))),
        citations=Listing(status="known", items=(Reference(id="Y"), Reference(title="Synthetic title only"))),
    )
    r = Paper(id="R", citation_count=7, authors=(ADA, BO))
    context = {"Y": Paper(id="Y", year=2022, citation_count=2, reference_count=9, authors=(BO,))}
    catalog = Catalog(title="Synthetic", entries=entries)
    return catalog, make_snapshot(catalog, p=p, r=r).model_copy(update={"context": context})


@pytest.fixture
def listed() -> KnowledgeGraph:
    return build_graph(*make_listed())


SEEN = {("paper:p", "paper:r"), ("paper:p", "paper:s2-x"), ("paper:s2-y", "paper:p")}


@pytest.mark.parametrize(
    ("expected", "options"),
    [
        (SEEN | {("paper:p", "paper:q")}, {}),
        (SEEN, {"curated": False}),
        ((SEEN | {("paper:p", "paper:q")}) - {("paper:p", "paper:r")}, {"self_citations": False}),
        (SEEN - {("paper:p", "paper:r")}, {"curated": False, "self_citations": False}),
    ],
)
def test_citations_of_curators_and_of_oneself_can_be_left_out(
    listed: KnowledgeGraph, expected: set[tuple[str, str]], options: dict[str, bool]
) -> None:
    assert expected == list_pairs(read_citations(listed, **options))


def test_a_graph_gives_all_papers_with_dates_and_counts(listed: KnowledgeGraph) -> None:
    matrix = read_citations(listed)

    assert ("paper:s2-x", "paper:q", "paper:p", "paper:s2-y", "paper:r") == matrix.papers
    assert {
        "paper:p": "2021-02-03",
        "paper:q": "2020-07-01",
        "paper:r": "NaT",
        "paper:s2-x": "2018-07-01",
        "paper:s2-y": "2022-07-01",
    } == list_dates(matrix)
    assert {"paper:p": 5, "paper:s2-y": 9} == list_counts(matrix, "reference")
    assert {"paper:p": 0, "paper:r": 7, "paper:s2-y": 2} == list_counts(matrix, "citation")


def test_authors_are_no_papers(listed: KnowledgeGraph) -> None:
    assert "author:s2-1" in listed
    assert {node for node in listed if node.startswith("paper:")} == set(read_citations(listed).papers)


# --- snapshots -------------------------------------------------------------------------------------------


def test_a_snapshot_gives_the_papers_it_names_by_their_ids() -> None:
    matrix = build_from_snapshot(make_listed()[1])

    assert {("P", "R"), ("P", "X"), ("Y", "P")} == list_pairs(matrix)
    assert {"P": "2021-02-03", "R": "NaT", "X": "2018-07-01", "Y": "2022-07-01"} == list_dates(matrix)
    assert {"P": 5, "Y": 9} == list_counts(matrix, "reference")
    assert {"P": 0, "R": 7, "Y": 2} == list_counts(matrix, "citation")


def test_a_record_goes_before_context_and_both_before_a_line_of_a_listing() -> None:
    snapshot = make_listed()[1]
    line = Listing(status="known", items=(Reference(id="R", year=1999), Reference(id="Y", year=1999)))
    p = snapshot.papers["p"].model_copy(update={"references": line})
    changed = snapshot.model_copy(
        update={
            "papers": {"p": p, "r": snapshot.papers["r"]},
            "context": {**snapshot.context, "R": Paper(id="R", year=2000, citation_count=1)},
        }
    )
    matrix = build_from_snapshot(changed)

    assert {"P": "2021-02-03", "R": "NaT", "Y": "2022-07-01"} == list_dates(matrix)
    assert {"P": 0, "R": 7, "Y": 2} == list_counts(matrix, "citation")


def test_context_lists_citations_too() -> None:
    line = Listing(status="known", items=(Reference(id="Z", year=2020), Reference(title="Synthetic title only")))
    snapshot = make_listed()[1].model_copy(
        update={"papers": {}, "context": {"Y": Paper(id="Y", references=line, citations=line)}}
    )
    matrix = build_from_snapshot(snapshot)

    assert {("Y", "Z"), ("Z", "Y")} == list_pairs(matrix)
    assert {"Y": "NaT", "Z": "2020-07-01"} == list_dates(matrix)


# --- tables ----------------------------------------------------------------------------------------------


def test_tables_give_papers_citations_and_counts() -> None:
    papers = pd.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "year": [2020.0, 2019.0, np.nan, 2018.0],
            "date": ["2020-02-03", None, None, "2018-01-01"],
            "reference_count": [1, 2, 3, 4],
            "citation_count": pd.array([None, 6, 7, 0], dtype="Int64"),
        }
    )
    citations = pd.DataFrame({"citing": ["a", "a", "b", "b"], "cited": ["b", "c", "b", "d"]})
    matrix = build_from_frames(papers, citations)

    assert {("a", "b"), ("a", "c"), ("b", "d")} == list_pairs(matrix)
    assert {"a": "2020-02-03", "b": "2019-07-01", "c": "NaT", "d": "2018-01-01"} == list_dates(matrix)
    assert {"a": 1, "b": 2, "c": 3, "d": 4} == list_counts(matrix, "reference")
    assert {"b": 6, "c": 7, "d": 0} == list_counts(matrix, "citation")


@pytest.mark.parametrize(
    ("expected", "columns"),
    [
        ({"a": "NaT", "b": "NaT"}, {}),
        ({"a": "2020-07-01", "b": "2019-07-01"}, {"year": [2020, 2019]}),
        ({"a": "NaT", "b": "2019-03-04"}, {"date": [None, "2019-03-04"]}),
    ],
)
def test_tables_need_neither_dates_nor_years(expected: dict[str, str], columns: dict[str, Any]) -> None:
    papers = pd.DataFrame({"id": ["a", "b"], **columns})
    matrix = build_from_frames(papers, pd.DataFrame({"citing": ["a"], "cited": ["b"]}))

    assert expected == list_dates(matrix)
    assert {} == list_counts(matrix, "reference") == list_counts(matrix, "citation")


@pytest.mark.parametrize("year", [999, 10_000, 2019.5, -2020, float("inf"), "soon"])
def test_a_year_that_is_none_is_refused_where_it_stands(year: Any) -> None:
    papers = pd.DataFrame({"id": ["a", "b"], "year": [1000, year]})

    with pytest.raises(ValueError, match=r"papers.*1.*'year'"):
        build_from_frames(papers, pd.DataFrame({"citing": ["a"], "cited": ["b"]}))


def test_years_have_four_digits() -> None:
    papers = pd.DataFrame({"id": ["a", "b", "c"], "year": [1000, 9999, None]})
    matrix = build_from_frames(papers, pd.DataFrame({"citing": ["a"], "cited": ["b"]}))

    assert {"a": "1000-07-01", "b": "9999-07-01", "c": "NaT"} == list_dates(matrix)


@pytest.mark.parametrize("name", ["reference_count", "citation_count"])
def test_a_count_is_a_number_from_0_or_missing(name: str) -> None:
    citations = pd.DataFrame({"citing": ["a"], "cited": ["b"]})
    matrix = build_from_frames(pd.DataFrame({"id": ["a", "b"], name: [0, None]}), citations)

    assert {"a": 0} == list_counts(matrix, name.removesuffix("_count"))
    for wrong in (-1, float("inf"), "many"):
        with pytest.raises(ValueError, match=f"papers.*0.*'{name}'"):
            build_from_frames(pd.DataFrame({"id": ["a", "b"], name: [wrong, None]}), citations)


@pytest.mark.parametrize(
    ("message", "papers", "citations"),
    [
        ("'id'", {"name": ["a"]}, {"citing": ["a"], "cited": ["a"]}),
        ("'citing'", {"id": ["a"]}, {"cited": ["a"]}),
        ("'cited'", {"id": ["a"]}, {"citing": ["a"]}),
        ("'id'.* floats", {"id": [1.0]}, {"citing": [1], "cited": [1]}),
        ("'citing'.* floats", {"id": [1, 2]}, {"citing": [1.0], "cited": [2]}),
        ("'cited'.* floats", {"id": [1, 2]}, {"citing": [1], "cited": [2.0]}),
        ("twice", {"id": ["a", "a"]}, {"citing": ["a", "a"], "cited": ["a", "a"]}),
        ("'x'", {"id": ["a"]}, {"citing": ["a", "x"], "cited": ["a", "a"]}),
        ("'y'", {"id": ["a"]}, {"citing": ["a", "a"], "cited": ["a", "y"]}),
    ],
)
def test_tables_that_cannot_be_right_are_refused_in_a_line(
    message: str, papers: dict[str, Any], citations: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=message):
        build_from_frames(pd.DataFrame(papers), pd.DataFrame(citations))
