from __future__ import annotations

import math
import random

import networkx as nx
import pytest

from flgraph.map import layout
from flgraph.map.layout import layout_graph
from flgraph.map.view import view_nodes
from tests.browser.synthetic_map import make_graph


def shuffle(graph: nx.MultiDiGraph[str], *, seed: int) -> nx.MultiDiGraph[str]:
    nodes, edges = list(graph.nodes(data=True)), list(graph.edges(keys=True, data=True))
    random.Random(seed).shuffle(nodes)
    random.Random(seed).shuffle(edges)
    other: nx.MultiDiGraph[str] = nx.MultiDiGraph(**graph.graph)
    other.add_nodes_from(nodes)
    other.add_edges_from(edges)
    return other


def distances(places: dict[str, tuple[float, float]]) -> dict[tuple[str, str], float]:
    return {(one, two): math.dist(places[one], places[two]) for one in places for two in places if one < two}


def test_every_node_stands_on_whole_pixels_apart_from_the_others() -> None:
    places = layout_graph(make_graph())

    assert set(make_graph()) == set(places)
    assert all(x == round(x) and y == round(y) for x, y in places.values())
    assert min(distances(places).values()) > 15


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_nodes_and_edges_does_not_matter(seed: int) -> None:
    assert layout_graph(make_graph()) == layout_graph(shuffle(make_graph(), seed=seed))


def test_another_seed_gives_another_picture() -> None:
    assert layout_graph(make_graph()) != layout_graph(make_graph(), seed=1)


def test_earlier_positions_are_kept_and_new_nodes_join_their_neighbours() -> None:
    before = {node: place for node, place in layout_graph(make_graph()).items() if node != "paper:syn2"}

    after = layout_graph(make_graph(), positions={**before, "paper:gone": (0.0, 0.0)})

    assert before == {node: after[node] for node in before}
    assert math.dist(after["paper:syn2"], after["topic:mri"]) < 1500


@pytest.mark.parametrize("place", [(math.nan, 0.0), (0.0, math.inf), (1.0,)])
def test_a_position_that_is_none_names_its_node(place: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"the position of paper:syn1 must be two finite numbers"):
        layout_graph(make_graph(), positions={"paper:syn1": place})


def test_papers_without_links_stand_below_the_rest() -> None:
    graph = make_graph()
    for number in range(4):
        graph.add_node(f"paper:island{number}", kind="paper", label="I", title="synthetic island", in_catalog=True)

    places = layout_graph(graph)

    linked = [node for node, seen in view_nodes(graph).items() if seen.core and seen.papers > 0]
    assert max(places[node][1] for node in linked) < min(places[f"paper:island{number}"][1] for number in range(4))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_smallest_graphs_have_a_place(count: int) -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from(
        (f"paper:{number}", {"kind": "paper", "label": "P", "in_catalog": True}) for number in range(count)
    )

    places = layout_graph(graph)

    assert count == len(set(places.values()))


def test_beyond_the_limit_of_forceatlas_nodes_join_their_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MAX_FORCED", 5)

    places = layout_graph(make_graph())

    assert set(make_graph()) == set(places)
    assert all(math.isfinite(value) for place in places.values() for value in place)


def test_a_group_that_is_linked_to_nothing_in_the_core_is_placed_too() -> None:
    graph = make_graph()
    for node in ("dataset:lone", "dataset:parent"):
        graph.add_node(node, kind="dataset", label="lone", name="synthetic", domain="generic")
    graph.add_edge("dataset:lone", "dataset:parent", key="derived_from")

    assert {"dataset:lone", "dataset:parent"} <= set(layout_graph(graph))


def test_the_graph_stays_as_it_was() -> None:
    graph = make_graph()

    layout_graph(graph)

    assert nx.utils.graphs_equal(make_graph(), graph)
