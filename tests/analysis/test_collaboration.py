"""Collaboration: pairs and groups of authors by hand, and refusals."""

from __future__ import annotations

import networkx as nx
import pandas as pd
import pytest

from flgraph.analysis.collaboration import find_author_groups, group_authors, list_collaborations
from flgraph.analysis.partitions import measure_agreement
from flgraph.analysis.ranking import rank_venues
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.projections import coauthor_graph
from tests.analysis.small_graphs import make_papers


def test_collaborations_are_the_pairs_of_the_coauthor_graph(graph: KnowledgeGraph) -> None:
    table = list_collaborations(graph)

    assert coauthor_graph(graph).number_of_edges() == len(table)
    assert table["papers"].is_monotonic_decreasing
    assert (table["fractional"] <= table["papers"]).all()


def add_authors(graph: KnowledgeGraph, authors: dict[str, str]) -> None:
    """Add authors, each of the papers whose letters it names."""
    for author, papers in authors.items():
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


def test_authors_who_write_together_are_one_group() -> None:
    graph = make_papers({"a": 2020, "b": 2020, "c": 2020}, [])
    add_authors(graph, {"x": "ab", "y": "a", "z": "b", "lone": "c"})
    table = find_author_groups(graph)

    assert ["author:x", "author:y", "author:z", "author:lone"] == table.index.tolist()
    assert [1, 1, 1, 2] == table["group"].tolist()
    assert [2, 1, 1, 0] == table["coauthors"].tolist()
    assert [2, 2, 2, 1] == table["group_papers"].tolist()
    assert isinstance(table, pd.DataFrame)


def make_two_teams() -> KnowledgeGraph:
    """Two teams of three with three papers each (abc, def), and one paper (g) of one author of each."""
    graph = make_papers(dict.fromkeys("abcdefg", 2020), [])
    add_authors(graph, {"p": "abc", "q": "abc", "r": "abcg", "s": "defg", "t": "def", "u": "def"})
    return graph


def test_one_common_paper_does_not_join_two_teams() -> None:
    table = find_author_groups(make_two_teams())
    groups = table.groupby("group").groups

    assert [{"author:p", "author:q", "author:r"}, {"author:s", "author:t", "author:u"}] == [*map(set, groups.values())]
    assert [4] == table["group_papers"].unique().tolist()
    assert ["Synthetic r, Synthetic p and 1 more", "Synthetic s, Synthetic t and 1 more"] == (
        table["group_name"].drop_duplicates().tolist()
    )
    assert "6 authors in 2 groups" in table.attrs["caption"]


def test_papers_of_two_teams_are_of_two_author_groups() -> None:
    graph = make_two_teams()
    graph.add_node("venue:v", kind="venue", label="v", name="Synthetic venue")
    for paper in "abcdefg":
        graph.add_edge(f"paper:{paper}", "venue:v", key="published_in", sources="catalog", evidence="synthetic")

    assert [2] == rank_venues(graph)["author_groups"].tolist()


def test_the_bundled_list_has_no_group_of_half_its_authors(graph: KnowledgeGraph) -> None:
    table = find_author_groups(graph)
    components = list(nx.connected_components(coauthor_graph(graph)))

    assert 183 == max(map(len, components))
    assert table["group_size"].max() < 100
    # No group has authors of two components.
    assert all(set(members) <= component for members in table.groupby("group").groups.values()
               for component in components if next(iter(members)) in component)  # fmt: skip


def test_author_groups_are_the_same_from_every_seed(graph: KnowledgeGraph) -> None:
    groups = [group_authors(graph, seed=seed) for seed in (0, 100)]
    numbers = [[found.numbers[author] for author in sorted(found.numbers)] for found in groups]

    assert measure_agreement(*numbers) > 0.9
    assert groups[0].seed_agreement > 0.8


def test_without_authors_there_are_neither_pairs_nor_groups() -> None:
    graph = make_papers({"a": 2020}, [])

    with pytest.raises(GraphError, match="no paper of the catalog has two authors"):
        list_collaborations(graph)
    with pytest.raises(GraphError, match="the catalog has no author"):
        find_author_groups(graph)
