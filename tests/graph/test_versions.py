"""Entries whose records are versions of one work."""

from __future__ import annotations

from pathlib import Path

import networkx as nx

from flgraph.catalog.reader import read_catalog
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph, count_kinds
from flgraph.graph.projections import citation_graph, coauthor_graph
from flgraph.graph.schema import check_graph
from flgraph.records import Author, Paper
from tests.graph.test_assemble import make_snapshot


def list_versions(graph: KnowledgeGraph) -> list[tuple[str, str, dict[str, str]]]:
    return [(one, other, data) for one, other, key, data in graph.edges(keys=True, data=True) if key == "same_work_as"]


def test_entries_of_one_work_are_joined_and_stay_two_papers(folder: Path) -> None:
    small = read_catalog(folder)
    preprint = Paper(id="a", ids={"arxiv": "2101.00001"}, title="Synthetic paper")
    published = Paper(id="b", ids={"arxiv": "2101.00001", "doi": "10.5555/b"}, title="Synthetic paper")
    graph = build_graph(small, make_snapshot(small, beta=published, alpha=preprint))
    apart = build_graph(small, make_snapshot(small, alpha=preprint, beta=Paper(id="b")))

    check_graph(graph)
    evidence = "same arxiv 2101.00001; alpha: a; beta: b"
    expected = ("paper:alpha", "paper:beta", {"sources": "semantic_scholar", "evidence": evidence})
    assert [expected] == list_versions(graph)
    assert [] == list_versions(apart)
    assert count_kinds(apart) == count_kinds(graph)
    assert nx.utils.graphs_equal(coauthor_graph(apart), coauthor_graph(graph))
    assert list(citation_graph(apart).edges) == list(citation_graph(graph).edges)


def test_records_of_one_work_that_share_no_id_agree_in_title_and_authors(folder: Path) -> None:
    small = read_catalog(folder)
    authors = (Author(name="Ada Example"), Author(name="Bo Sample"))
    papers = {
        key: Paper(id=key, title="Synthetic paper alpha: federated segmentation", authors=authors, year=year)
        for key, year in (("alpha", 2020), ("beta", 2021))
    }
    joined = list_versions(build_graph(small, make_snapshot(small, **papers)))

    assert ["title and authors agree; alpha: alpha; beta: beta"] == [data["evidence"] for *_, data in joined]


def test_a_snapshot_of_another_source_or_an_earlier_catalog_keeps_the_schema(folder: Path) -> None:
    small = read_catalog(folder)
    papers = {key: Paper(id=key, ids={"doi": "10.5555/x"}) for key in ("alpha", "beta", "unlisted")}
    graph = build_graph(small, make_snapshot(small, **papers).model_copy(update={"source": "synthetic"}))

    check_graph(graph)
    assert [("paper:alpha", "paper:beta")] == [edge[:2] for edge in list_versions(graph)]
