"""Collaboration: pairs and groups of authors by hand, and refusals."""

from __future__ import annotations

import pandas as pd
import pytest

from flgraph.analysis.collaboration import find_author_groups, list_collaborations
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.projections import coauthor_graph
from tests.analysis.small_graphs import make_papers


def test_collaborations_are_the_pairs_of_the_coauthor_graph(graph: KnowledgeGraph) -> None:
    table = list_collaborations(graph)

    assert coauthor_graph(graph).number_of_edges() == len(table)
    assert table["papers"].is_monotonic_decreasing
    assert (table["fractional"] <= table["papers"]).all()


def test_groups_of_authors_are_the_connected_ones() -> None:
    graph = make_papers({"a": 2020, "b": 2020, "c": 2020}, [])
    for author, papers in {"x": "ab", "y": "a", "z": "b", "lone": "c"}.items():
        graph.add_node(f"author:{author}", kind="author", label=author, name=f"Synthetic {author}")
        for paper in papers:
            graph.add_edge(
                f"author:{author}",
                f"paper:{paper}",
                key="authored",
                sources="catalog",
                evidence="synthetic",
                position=1,
            )
    table = find_author_groups(graph)

    assert ["author:x", "author:y", "author:z", "author:lone"] == table.index.tolist()
    assert [1, 1, 1, 2] == table["group"].tolist()
    assert [2, 1, 1, 0] == table["coauthors"].tolist()
    assert [2, 2, 2, 1] == table["group_papers"].tolist()
    assert isinstance(table, pd.DataFrame)


def test_without_authors_there_are_neither_pairs_nor_groups() -> None:
    graph = make_papers({"a": 2020}, [])

    with pytest.raises(GraphError, match="no paper of the catalog has two authors"):
        list_collaborations(graph)
    with pytest.raises(GraphError, match="the catalog has no author"):
        find_author_groups(graph)
