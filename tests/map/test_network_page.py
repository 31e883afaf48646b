"""The page of a pyvis Network: one of `to_pyvis`, or one made with pyvis alone."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from click.testing import CliRunner
from pyvis.network import Network

from flgraph.cli.main import cli
from flgraph.map.network import to_pyvis
from flgraph.map.network_page import render_network
from flgraph.map.network_places import place_network
from flgraph.map.notebook import show
from flgraph.map.page import render_html
from flgraph.map.positions import read_positions
from flgraph.map.svg import render_svg
from tests.browser.synthetic_map import PAYLOADS, make_graph
from tests.map.test_page import Page


def make_network() -> Network:
    """Make a Network with pyvis alone: a star of five nodes, without positions and details."""
    network = Network()
    network.add_nodes([1, 2, 3, 4, 5], label=["One", "Two", "Three", "Four", "Five"])
    network.add_edges([(1, 2), (1, 3), (1, 4), (1, 5)])
    return network


def read_payload(network: Network, **options: Any) -> Any:
    return Page(render_network(network, **options)).payload


def test_the_whole_graph_is_on_the_page() -> None:
    graph = make_graph()
    payload = read_payload(to_pyvis(graph))

    assert sorted(graph) == payload["nodes"]["id"]
    assert [] == payload["nodes"]["hidden"]
    assert graph.number_of_edges() == len(payload["edges"]["from"])


def test_what_a_user_changes_on_the_network_is_shown() -> None:
    network = to_pyvis(make_graph())
    node = network.get_node("paper:syn1")
    node.update(label="Renamed", title="My own tooltip", color="#123456", borderWidth=7, x=1.25, hidden=True)
    network.edges[0].update(width=9, dashes=[2, 8], arrows="from")
    network.options.edges.color["opacity"] = 0.9
    network.add_node("note", label="A note", x=3, y=4)

    payload = read_payload(network)

    nodes = payload["nodes"]
    place = nodes["id"].index("paper:syn1")
    style = payload["node_styles"][nodes["style"][place]]
    assert ("Renamed", "My own tooltip", 1.2) == (nodes["label"][place], nodes["title"][place], nodes["x"][place])
    assert ("#123456", 7) == (style["color"], style["borderWidth"])
    assert place in nodes["hidden"]
    assert 0.9 == payload["options"]["edges"]["color"]["opacity"]
    edge = payload["edge_styles"][payload["edges"]["style"][0]]
    assert (9, [2, 8], "from") == (edge["width"], edge["dashes"], edge["arrows"])
    assert "note" in nodes["id"]
    assert [] == payload["notes"]


def test_options_set_as_a_dictionary_are_shown_but_for_controls_of_their_own() -> None:
    network = to_pyvis(make_graph())
    network.set_options('{"interaction": {"dragNodes": true}, "configure": {"enabled": true}, "locale": "de"}')

    assert {"interaction": {"dragNodes": True}} == read_payload(network)["options"]


def test_nodes_without_a_position_are_laid_out_alike_each_time_and_the_page_says_so() -> None:
    one, other = read_payload(make_network()), read_payload(make_network())

    places = list(zip(one["nodes"]["x"], one["nodes"]["y"], strict=True))
    assert one == other
    assert 5 == len(set(places))
    assert min(math.dist(places[0], place) for place in places[1:]) > 50  # wider than two nodes of the usual size
    assert ["The nodes had no position; flgraph laid them out (ForceAtlas2, seed 0)."] == one["notes"]
    assert "flgraph laid them out" in render_network(make_network())
    assert "A pyvis Network of 5 nodes and 4 edges." in render_network(make_network())


def test_positions_of_a_user_stay_and_the_other_nodes_join_them() -> None:
    network = make_network()
    network.nodes[0].update(x=1000.5, y=-2000)
    network.nodes[1].update(x=1100, y=-2000)

    places, missing = place_network(network)

    assert 3 == missing
    assert [(1000.5, -2000.0), (1100.0, -2000.0)] == places[:2]
    assert max(math.dist(places[0], place) for place in places) < 300
    assert ["3 of 5 nodes had no position; flgraph laid them out (ForceAtlas2, seed 0)."] == read_payload(network)[
        "notes"
    ]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_smallest_networks_make_a_page(count: int) -> None:
    network = Network()
    network.add_nodes(list(range(count)))

    assert count == len(read_payload(network)["nodes"]["id"])
    assert render_svg(network).startswith("<svg")


def test_a_position_that_is_none_names_its_node() -> None:
    network = make_network()
    network.nodes[2].update(x=math.nan, y=0)
    with pytest.raises(ValueError, match=r"node 3: x and y must be finite numbers, found \(nan, 0\)"):
        render_network(network)
    network.nodes[2].update(x="left")
    with pytest.raises(ValueError, match=r"node 3: x and y must be numbers, found \('left', 0\)"):
        render_network(network)


def test_numbers_that_are_none_and_values_of_other_kinds_are_refused() -> None:
    network = make_network()
    network.nodes[0]["size"] = math.inf
    with pytest.raises(ValueError, match="JSON"):
        render_network(network)
    network.nodes[0]["size"] = {1, 2}
    with pytest.raises(ValueError, match=r"a value cannot be written as JSON: \{1, 2\} is a set"):
        render_network(network)


def test_numbers_of_numpy_are_numbers() -> None:
    network = make_network()
    network.nodes[0].update(size=np.float32(12.5), value=np.int64(3))

    assert {"size": 12.5, "value": 3}.items() <= read_payload(network)["node_styles"][0].items()


def test_an_edge_to_nowhere_names_its_nodes() -> None:
    network = make_network()
    network.edges.append({"from": 1, "to": "ghost"})

    with pytest.raises(ValueError, match="the edge from 1 to ghost: the Network has no node ghost"):
        render_network(network)


def test_pictures_that_are_not_in_the_file_are_left_out() -> None:
    network = Network()
    network.add_node("far", shape="circularImage", image="https://example.org/spy.png", brokenImage="http://a.example")
    network.add_node("near", shape="image", image="data:image/png;base64,AAAA")
    network.set_options('{"nodes": {"image": "//example.org/spy.png"}, "groups": {"a": {"image": {"selected": "x"}}}}')
    payload = read_payload(network)

    assert "example" not in json.dumps(payload)
    assert ["dot", "image"] == [payload["node_styles"][place]["shape"] for place in payload["nodes"]["style"]]
    assert "Pictures from addresses are left out, since the page sends no requests." in payload["notes"]
    assert {"a": {}} == payload["options"]["groups"]


def test_the_heading_is_the_title_given_else_that_of_the_network() -> None:
    network = to_pyvis(make_graph())
    assert "<h1>Synthetic list" in render_network(network)
    network.heading = "My own"
    assert "<h1>My own" in render_network(network)
    assert "<h1>Given" in render_network(network, title="Given")
    assert "<h1>Network</h1>" in render_network(make_network())


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_in_any_field_adds_no_element(payload: str) -> None:
    network = Network(heading=payload, bgcolor=payload)
    network.add_node(payload, label=payload, title=payload, color=payload, shape=payload, group=payload)
    network.add_node("other", details={payload: payload}, category=payload, **{payload: payload})
    network.add_edge(payload, "other", title=payload, label=payload, color=payload, arrows=payload)
    page = Page(render_network(network))

    assert [tag for tag, _ in page.elements] == [tag for tag, _ in Page(render_network(make_network())).elements]
    assert payload in page.payload["nodes"]["id"]


def test_write_html_and_show_draw_any_network(tmp_path: Path) -> None:
    picture = show(make_network(), title="Mine")

    assert render_network(make_network(), title="Mine") == picture.page == render_html(make_network(), title="Mine")
    assert "Network of 5 nodes and 4 edges" == repr(picture)
    assert ">Three</text>" in picture.svg


@pytest.mark.slow
def test_the_command_line_draws_the_whole_graph(graph_folder: Path, tmp_path: Path) -> None:
    source = str(graph_folder / "flgraph-out")
    for name, words in (("network.html", ["--color", "kind"]), ("network.svg", ["--title", "Mine"])):
        done = CliRunner().invoke(cli, ["map", source, "--network", "-o", str(tmp_path / name), *words])
        assert 0 == done.exit_code, done.output
    payload = Page((tmp_path / "network.html").read_text(encoding="utf-8")).payload

    assert [] == payload["nodes"]["hidden"]
    assert "kind" == payload["color_heading"]
    assert set(payload["nodes"]["id"]) == set(read_positions(tmp_path / "network.html"))
    assert ">Mine</text>" in (tmp_path / "network.svg").read_text(encoding="utf-8")


@pytest.mark.slow
def test_many_nodes_are_drawn_in_seconds() -> None:
    network = to_pyvis(nx.MultiDiGraph())
    for number in range(20_000):
        node = {"id": number, "label": str(number), "shape": "dot", "x": number % 200, "y": number // 200}
        network.nodes.append(node)
        if number:
            network.edges.append({"from": number, "to": number // 2})

    assert 20_000 == len(read_payload(network)["nodes"]["id"])
