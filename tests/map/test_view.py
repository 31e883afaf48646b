from __future__ import annotations

import networkx as nx

from flgraph.map.view import MOST_PLACED, NodeView, view_nodes
from tests.browser.synthetic_map import make_graph


def core(graph: nx.MultiDiGraph[str]) -> set[str]:
    return {node for node, seen in view_nodes(graph).items() if seen.core}


def test_catalog_papers_and_what_two_of_them_share_are_core() -> None:
    expected = {f"paper:syn{number}" for number in range(1, 7)}
    expected |= {"topic:mri", "topic:ct", "author:name-zoe-muller", "dataset:syn-scans", "venue:syn"}

    assert expected == core(make_graph())


def test_a_paper_outside_the_catalog_joins_from_three_links_on() -> None:
    graph = make_graph()
    assert "paper:arxiv-1" not in core(graph)

    graph.add_edge("paper:syn3", "paper:arxiv-1", key="cites")

    assert "paper:arxiv-1" in core(graph)


def test_every_node_is_described() -> None:
    views = view_nodes(make_graph())

    assert sorted(make_graph()) == list(views)
    assert NodeView("author", 1, core=False) == views["author:name-only-1"]


def test_parallel_edges_to_one_paper_count_once() -> None:
    graph = make_graph()
    graph.add_edge("paper:syn1", "codebase:github.com/syn/one", key="again")

    assert 1 == view_nodes(graph)["codebase:github.com/syn/one"].papers


def make_large_graph(papers: int) -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number in range(papers):
        graph.add_node(f"paper:{number:05}", kind="paper", label=f"P{number}", title="synthetic", in_catalog=True)
        graph.add_node(f"topic:{number // 2}", kind="topic", label="T", name="synthetic", facet="task")
        graph.add_edge(f"paper:{number:05}", f"topic:{number // 2}", key="about")
    return graph


def test_a_core_beyond_the_limit_keeps_its_papers_first() -> None:
    drawn = core(make_large_graph(1400))

    assert len(drawn) == MOST_PLACED
    assert 1400 == sum(node.startswith("paper:") for node in drawn)


def test_papers_outside_the_catalog_fill_the_core_only_so_far() -> None:
    graph = make_large_graph(100)
    for number in range(500):
        graph.add_node(f"paper:outside-{number:03}", kind="paper", label="O", title="synthetic", in_catalog=False)
        for place in range(3 if number < 450 else 4):
            graph.add_edge(f"paper:{place:05}", f"paper:outside-{number:03}", key="cites")
    drawn = core(graph)

    assert 300 == len(drawn)
    assert 150 == sum("outside" not in node for node in drawn)
    assert {f"paper:outside-{number:03}" for number in range(450, 500)} < drawn


def test_an_empty_graph_has_no_nodes() -> None:
    assert {} == view_nodes(nx.MultiDiGraph())
