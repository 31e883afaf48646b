"""Each edge says who said it: the curators, the words of a title, or the source of the snapshot."""

from __future__ import annotations

from typing import Any

import pytest

from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.records import Author, Catalog, CatalogEntry, Listing, Paper, Reference, Relation, TopicEntry
from tests.graph.test_assemble import make_snapshot


def read_sources(data: dict[str, Any]) -> set[str]:
    """Return the names that an edge is from."""
    return {name for said in ("source", "sources") if said in data for name in data[said].split("; ")}


@pytest.fixture(scope="module")
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
    assert {expected} == read_sources(graph.edges[start, end, kind])


def test_a_citation_that_a_source_lists_says_so_though_a_curator_saw_it_first(graph: KnowledgeGraph) -> None:
    assert "semantic_scholar" in read_sources(graph.edges["paper:p", "paper:q", "cites"])
    assert "as listed; references of P" == graph.edges["paper:p", "paper:q", "cites"]["evidence"]


def test_no_edge_is_left_without_a_source(graph: KnowledgeGraph) -> None:
    assert 12 == graph.number_of_edges()
    assert {"catalog", "lexicon", "semantic_scholar"} >= {
        name for *_, data in graph.edges(data=True) for name in read_sources(data) or {"none"}
    }
