from __future__ import annotations

import networkx as nx
import pytest

from flgraph.map.view import MAX_DRAWN, NodeView, choose_nodes
from tests.browser.synthetic_map import make_graph


def shown(graph: nx.MultiDiGraph[str], *, view: str = "core") -> set[str]:
    return {node for node, seen in choose_nodes(graph, view=view).items() if seen.shown}  # type: ignore[arg-type]


def test_catalog_papers_and_what_two_of_them_share_are_shown() -> None:
    expected = {f"paper:syn{number}" for number in range(1, 7)}
    expected |= {"topic:mri", "topic:ct", "author:name-zoe-muller", "dataset:syn-scans", "venue:syn"}

    assert expected == shown(make_graph())


def test_a_paper_outside_the_catalog_is_shown_from_three_links_on() -> None:
    graph = make_graph()
    assert "paper:arxiv-1" not in shown(graph)

    graph.add_edge("paper:syn3", "paper:arxiv-1", key="cites")

    assert "paper:arxiv-1" in shown(graph)


def test_all_shows_every_node_and_keeps_the_core_apart() -> None:
    views = choose_nodes(make_graph(), view="all")

    assert set(make_graph()) == shown(make_graph(), view="all")
    assert NodeView("author", 1, core=False, shown=True) == views["author:name-only-1"]


def test_parallel_edges_to_one_paper_count_once() -> None:
    graph = make_graph()
    graph.add_edge("paper:syn1", "codebase:github.com/syn/one", key="again")

    assert 1 == choose_nodes(graph)["codebase:github.com/syn/one"].papers


def make_large_graph(papers: int) -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number in range(papers):
        graph.add_node(f"paper:{number:05}", kind="paper", label=f"P{number}", title="synthetic", in_catalog=True)
        graph.add_node(f"topic:{number // 2}", kind="topic", label="T", name="synthetic", facet="task")
        graph.add_edge(f"paper:{number:05}", f"topic:{number // 2}", key="about")
    return graph


def test_a_core_beyond_the_limit_keeps_its_papers_first() -> None:
    drawn = shown(make_large_graph(1400), view="all")

    assert len(drawn) == MAX_DRAWN
    assert 1400 == sum(node.startswith("paper:") for node in drawn)


def test_papers_outside_the_catalog_fill_the_first_view_only_so_far() -> None:
    graph = make_large_graph(100)
    for number in range(500):
        graph.add_node(f"paper:outside-{number:03}", kind="paper", label="O", title="synthetic", in_catalog=False)
        for place in range(3 if number < 450 else 4):
            graph.add_edge(f"paper:{place:05}", f"paper:outside-{number:03}", key="cites")
    drawn = shown(graph)

    assert 300 == len(drawn)
    assert 150 == sum("outside" not in node for node in drawn)
    assert {f"paper:outside-{number:03}" for number in range(450, 500)} < drawn


def test_an_unknown_view_names_the_right_words() -> None:
    with pytest.raises(ValueError, match="view must be 'core' or 'all', found 'some'"):
        choose_nodes(make_graph(), view="some")  # type: ignore[arg-type]


def test_an_empty_graph_shows_nothing() -> None:
    assert {} == choose_nodes(nx.MultiDiGraph())
