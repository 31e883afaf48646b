"""Find nodes by what people call them, and answer names that no node has."""

from __future__ import annotations

from pathlib import Path

import pytest

from flgraph.catalog.reader import read_catalog
from flgraph.errors import GraphError
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph, find_node
from flgraph.records import Catalog, CatalogEntry

PAPER = CatalogEntry(key="syn", title="Synthetic", section="x", ids={"arxiv": "1903.00005", "doi": "10.5555/syn.5"})


@pytest.mark.parametrize("name", ["1903.00004", "arxiv:1903.00004v2", "10.5555/syn.4", "https://doi.org/10.5555/syn"])
def test_an_unknown_id_is_not_taken_for_that_of_another_paper(name: str) -> None:
    with pytest.raises(GraphError) as caught:
        find_node(build_graph(Catalog(title="Synthetic", entries=(PAPER,))), name)

    assert f"'{name}' is not a node of this graph" == str(caught.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("paper:fedbn", "paper:fedbn"),
        ("fedbn", "paper:fedbn"),
        ("FedBN", "paper:fedbn"),
        ("2102.07623", "paper:fedbn"),
        ("arXiv:2102.07623v2", "paper:fedbn"),
        ("https://doi.org/10.1038/S41591-021-01506-3", "paper:exam-covid"),
        ("fedbn federated learning on NON-IID features via local batch normalization", "paper:fedbn"),
        ("Quande Liu", "author:name-quande-liu"),
    ],
)
def test_a_node_is_found_by_what_people_call_it(graph: KnowledgeGraph, name: str, expected: str) -> None:
    assert expected == find_node(graph, name)


def test_a_near_miss_gets_a_suggestion(graph: KnowledgeGraph) -> None:
    with pytest.raises(
        GraphError, match=r"'fedbm' is not a node of this graph; did you mean 'fedbn' or 'feddm' or 'fedsm'\?"
    ):
        find_node(graph, "fedbm")


def test_an_ambiguous_name_lists_the_choices(folder: Path) -> None:
    graph = build_graph(read_catalog(folder))
    graph.add_node("topic:alpha", kind="topic", label="x", name="x", facet="task")

    with pytest.raises(GraphError, match="is ambiguous: it may be paper:alpha, topic:alpha"):
        find_node(graph, "alpha")


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("ham", "did you mean 'dataset:ham10000'?"),
        ("non-iid features", "did you mean 'paper:fedbn'?"),
        ("dermo", "did you mean 'topic:dermoscopy' or 'dataset:dermoscopic-fl-prr'?"),
        ("federated learning", "more)?"),
    ],
)
def test_a_part_of_a_name_suggests_the_nodes_that_have_it(graph: KnowledgeGraph, name: str, suggested: str) -> None:
    with pytest.raises(GraphError) as caught:
        find_node(graph, name)

    assert str(caught.value).startswith(f"{name!r} is not a node of this graph; did you mean ")
    assert str(caught.value).endswith(suggested)
