"""Each node and edge says who said it: the curators, the words of a title, or the source of the snapshot."""

from __future__ import annotations

import pytest

from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.records import Author, Catalog, CatalogEntry, Listing, Paper, Reference, Relation, TopicEntry
from tests.graph.test_assemble import make_snapshot


@pytest.fixture
def graph() -> KnowledgeGraph:
    relations = (
        Relation(relation="cites", to="q"),
        Relation(relation="cites", to="r"),
        Relation(relation="baseline", to="r"),
    )
    entries = (
        CatalogEntry(
            key="p", title="Synthetic p", section="x", authors=("Ada Example",), topics=("a",), relations=relations
        ),
        CatalogEntry(key="q", title="Synthetic privacy q", section="x", venue="Nowhere"),
        CatalogEntry(key="r", title="Synthetic r", section="x"),
    )
    topics = tuple(TopicEntry(key=key, name=key, facet="task", patterns=("privacy",)) for key in "ab")
    catalog = Catalog(title="Synthetic", entries=entries, topics=topics)
    lines = Listing(status="known", items=(Reference(id="Q"), Reference(id="X")))
    papers = {
        "p": Paper(id="P", ids={"doi": "10.5555/x"}, references=lines, authors=(Author(id="1", name="Ada Example"),)),
        "q": Paper(id="Q", ids={"doi": "10.5555/x"}, authors=(Author(id="2", name="Bo Sample"),)),
        "r": Paper(id="R", authors=(Author(id="1", name="Ada Example"),)),
    }
    return build_graph(catalog, make_snapshot(catalog, **papers))


@pytest.mark.parametrize(
    ("expected", "start", "kind", "end"),
    [
        ("catalog", "author:name-ada-example", "authored", "paper:p"),
        ("catalog", "paper:p", "about", "topic:a"),
        ("catalog", "paper:p", "cites", "paper:r"),
        ("catalog", "paper:p", "relates_to", "paper:r"),
        ("catalog", "paper:q", "published_in", "venue:nowhere"),
        ("lexicon", "paper:q", "about", "topic:a"),
        ("lexicon", "paper:q", "about", "topic:b"),
        ("semantic_scholar", "paper:p", "cites", "paper:s2-x"),
        ("semantic_scholar", "paper:p", "same_work_as", "paper:q"),
        ("semantic_scholar", "author:s2-2", "authored", "paper:q"),
        ("semantic_scholar", "author:name-ada-example", "authored", "paper:r"),
    ],
)
def test_an_edge_says_who_said_it(graph: KnowledgeGraph, expected: str, start: str, kind: str, end: str) -> None:
    assert expected == graph.edges[start, end, kind]["sources"]


def test_a_citation_that_a_source_lists_says_so_though_a_curator_saw_it_first(graph: KnowledgeGraph) -> None:
    edge = graph.edges["paper:p", "paper:q", "cites"]

    assert ("catalog; semantic_scholar", "as listed; references of P") == (edge["sources"], edge["evidence"])


def test_no_edge_is_left_without_a_source(graph: KnowledgeGraph) -> None:
    assert 12 == graph.number_of_edges()
    assert {"catalog", "lexicon", "semantic_scholar", "catalog; semantic_scholar"} == {
        data["sources"] for *_, data in graph.edges(data=True)
    }


@pytest.mark.parametrize(
    ("expected", "node"),
    [
        ("catalog", "topic:a"),
        ("catalog", "venue:nowhere"),
        (
            (
                "catalog; semantic_scholar: citations, doi, match, match_method, matched_by, references, "
                "references_listed, s2"
            ),
            "paper:p",
        ),
        ("catalog; semantic_scholar: citations, match, match_method, matched_by, references, s2", "paper:r"),
        ("catalog; semantic_scholar: alias", "author:name-ada-example"),
        ("semantic_scholar", "author:s2-2"),
        ("semantic_scholar", "paper:s2-x"),
    ],
)
def test_a_node_says_who_named_it_and_what_others_brought(graph: KnowledgeGraph, expected: str, node: str) -> None:
    assert expected == graph.nodes[node]["sources"]


def test_what_a_curator_said_before_is_not_brought_by_a_source() -> None:
    entry = CatalogEntry(key="p", title="Synthetic p", section="x", year=2021, ids={"doi": "10.5555/x"})
    catalog = Catalog(title="Synthetic", entries=(entry,))
    record = Paper(id="P", year=2020, ids={"doi": "10.5555/X", "pmid": "1"}, citation_count=3)
    node = build_graph(catalog, make_snapshot(catalog, p=record)).nodes["paper:p"]

    assert (2021, "10.5555/x") == (node["year"], node["doi"])
    assert (
        "catalog; semantic_scholar: citation_count, citations, match, match_method, matched_by, pmid, references, s2"
        == (node["sources"])
    )


def test_a_paper_outside_that_a_curator_named_says_what_a_source_brought() -> None:
    relations = (Relation(relation="cites", to="doi:10.5555/x", title="Synthetic x"),)
    catalog = Catalog(title="Synthetic", entries=(CatalogEntry(key="p", title="p", section="x", relations=relations),))
    line = Reference(id="X", title="Another name of it", year=2020, ids={"doi": "10.5555/X"})
    snapshot = make_snapshot(catalog, p=Paper(id="P", references=Listing(status="known", items=(line,))))
    node = build_graph(catalog, snapshot).nodes["paper:doi-10.5555/x"]

    assert ("Synthetic x", 2020, "10.5555/x") == (node["title"], node["year"], node["doi"])
    assert "catalog; semantic_scholar: s2, year" == node["sources"]


def test_another_source_names_its_own_ids() -> None:
    catalog = Catalog(title="Synthetic", entries=(CatalogEntry(key="p", title="Synthetic p", section="x"),))
    lines = Listing(status="known", items=(Reference(id="X"), Reference(id="P")))
    record = Paper(id="P", references=lines, authors=(Author(id="2", name="Bo Sample"),))
    changes = {"source": "toy", "id_kind": "toy", "context": {"X": Paper(id="X", citation_count=3)}}
    graph = build_graph(catalog, make_snapshot(catalog, p=record).model_copy(update=changes))

    assert {"paper:p", "paper:toy-x", "author:toy-2"} == set(graph)
    assert {"toy"} == {data["sources"] for *_, data in graph.edges(data=True)}
    assert ("P", "X", 3) == (
        graph.nodes["paper:p"]["toy"],
        graph.nodes["paper:toy-x"]["toy"],
        graph.nodes["paper:toy-x"]["citation_count"],
    )
    assert ("catalog; toy", "toy", "toy") == tuple(
        graph.graph[name] for name in ("sources", "id_kinds", "snapshot_source")
    )
    assert "toy-2" == graph.nodes["author:toy-2"]["alias"]
