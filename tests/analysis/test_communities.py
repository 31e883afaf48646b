"""Communities are found where they are stable, named by what tells them apart, and refused elsewhere."""

from __future__ import annotations

import networkx as nx
import pytest

from flgraph.analysis.communities import find_communities
from flgraph.analysis.partitions import find_consensus, measure_agreement
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import KnowledgeGraph
from tests.observations import ORIGIN, shuffle_graph


def make_circles(sizes: tuple[int, ...] = (7, 5), *, references: str = "known") -> KnowledgeGraph:
    """Groups of synthetic papers that all cite each other's earlier ones, and one topic a group but the last's."""
    graph = KnowledgeGraph(**ORIGIN)
    for group, size in enumerate(sizes):
        topic = f"topic:subject-{group}"
        graph.add_node(topic, kind="topic", label=topic, name=f"Synthetic subject {group}", facet="task")
        for number in range(size):
            node = f"paper:g{group}-{number}"
            facts = {"title": f"Synthetic {node}", "key": node[6:], "year": 2020, "references": references}
            graph.add_node(node, kind="paper", label=node, in_catalog=True, **facts)
            if group + 1 < len(sizes):
                graph.add_edge(node, topic, key="about", sources="catalog", evidence="synthetic", facet="task")
            for earlier in range(number):
                other = f"paper:g{group}-{earlier}"
                graph.add_edge(node, other, key="cites", sources="semantic_scholar", evidence="synthetic")
    return graph


def test_papers_that_cite_each_other_are_a_community() -> None:
    graph = make_circles()
    graph.add_node("paper:lone", kind="paper", label="lone", title="Synthetic lone", in_catalog=True, key="lone")
    found = find_communities(graph)
    numbers = found.table["community"]

    assert {1} == set(numbers.filter(like="paper:g0"))
    assert {2} == set(numbers.filter(like="paper:g1"))
    assert numbers.isna()["paper:lone"]
    assert 21 + 10 == found.links
    assert (1.0, 1.0) == (found.seed_agreement, found.drop_agreement)
    assert "1: Synthetic subject 0, 7 papers\n2: no distinctive topic, 5 papers" in str(found)


def test_modularity_is_that_of_networkx(cited_graph: KnowledgeGraph) -> None:
    found = find_communities(make_circles())

    # Two circles without a link between them: 1 less the squares of their shares of the weight.
    assert 0.3 < found.modularity < 0.5
    assert 0 < find_communities(cited_graph).modularity < 1


def test_the_synthetic_subjects_are_found_again(cited_graph: KnowledgeGraph) -> None:
    table = find_communities(cited_graph).table
    subjects = [
        next(topic for _, topic, data in cited_graph.out_edges(node, data=True) if data.get("facet") == "modality")
        for node in table.index
    ]

    assert measure_agreement(table["community"].tolist(), subjects) > 0.4  # type: ignore[arg-type]


def test_order_and_seed_change_nothing_that_matters(cited_graph: KnowledgeGraph) -> None:
    one = find_communities(cited_graph).table["community"]

    assert one.equals(find_communities(shuffle_graph(cited_graph, 1)).table["community"])
    assert measure_agreement(one.tolist(), find_communities(cited_graph, seed=7).table["community"].tolist()) > 0.8


def test_what_the_data_cannot_carry_is_refused(graph: KnowledgeGraph) -> None:
    with pytest.raises(GraphError, match="no paper's references are known; run `flgraph build`"):
        find_communities(graph)
    with pytest.raises(
        GraphError, match="only 9 papers are linked by citations or shared references; at least 10 are needed"
    ):
        find_communities(make_circles((5, 4)))
    with pytest.raises(GraphError, match=r"the agreement is 0\.\d\d with one link in five dropped"):
        find_communities(make_random())


def make_random() -> KnowledgeGraph:
    """Papers that cite each other at random: there is nothing to find."""
    graph = make_circles((40,))
    graph.remove_edges_from([edge for edge in list(graph.edges(keys=True)) if edge[2] == "cites"])
    for one, other in nx.gnm_random_graph(40, 250, seed=3).edges:
        start, end = f"paper:g0-{max(one, other)}", f"paper:g0-{min(one, other)}"
        graph.add_edge(start, end, key="cites", sources="semantic_scholar", evidence="synthetic")
    return graph


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # By hand: 2 pairs together in both, 6 and 3 in each, of 15: (2 - 1.2) / (4.5 - 1.2).
        ([1, 1, 1, 2, 2, 2], [1, 1, 2, 2, 3, 3], (2 - 1.2) / (4.5 - 1.2)),
        ([1, 1, 2, 2], [1, 2, 1, 2], (0 - 2 / 3) / (2 - 2 / 3)),
        ([1, 1, 1], [2, 2, 2], 1.0),
        ([1, 2, 3], [1, 2, 3], 1.0),
    ],
)
def test_agreement_is_the_adjusted_rand_index(one: list[int], other: list[int], expected: float) -> None:
    assert expected == pytest.approx(measure_agreement(one, other))
    assert expected == pytest.approx(measure_agreement(other, one))


def test_partitions_are_of_the_same_papers() -> None:
    with pytest.raises(ValueError, match="partitions of 2 and 1 papers"):
        measure_agreement([1, 2], [1])


def test_without_topics_words_of_titles_name_a_community() -> None:
    graph = make_circles((7, 6))
    graph.remove_nodes_from([node for node, data in list(graph.nodes(data=True)) if data["kind"] == "topic"])
    for node, data in graph.nodes(data=True):
        data["title"] = f"Synthetic paper of {'harbours' if node.startswith('paper:g0') else 'lanterns'}"

    assert "1: harbours, 7 papers\n2: lanterns, 6 papers" in str(find_communities(graph))


def test_nodes_that_every_run_puts_together_are_merged_without_changing_the_consensus() -> None:
    nodes = [f"n{number:02}" for number in range(12)]
    runs = [[0] * 6 + [1] * 6, [0] * 6 + [1] * 5 + [2], [3] * 6 + [4] * 6]

    assert [1] * 6 + [2] * 6 == find_consensus(nodes, runs, seed=0)


def test_many_communities_are_summed_up_in_a_line() -> None:
    lines = str(find_communities(make_circles((4,) * 22), draws=2)).splitlines()

    assert 22 == len(lines)
    assert "2 more, of 4 to 4 papers; `table` holds all" == lines[-1]
