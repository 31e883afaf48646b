"""GEXF and GraphML with places, colours and regions, and the layout that holds them."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from click.testing import CliRunner

from flgraph.cli.main import cli
from flgraph.errors import GraphError
from flgraph.export.formats import export_graph
from flgraph.export.gexf import format_gexf
from flgraph.export.graphml import format_graphml
from flgraph.export.layout import Layout, place_nodes
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.map.export_layout import make_layout
from tests.browser.synthetic_map import make_graph, make_hostile_graph
from tests.export.layouts import PAPERS, make_synthetic_layout
from tests.observations import shuffle_graph


def read_gexf(content: bytes) -> Any:
    return nx.read_gexf(io.BytesIO(content))


def test_gexf_opens_with_every_node_edge_place_colour_and_region() -> None:
    graph = make_graph()
    found = read_gexf(format_gexf(graph, make_synthetic_layout()))
    paper = found.nodes["paper:syn2"]

    assert (set(graph), graph.number_of_edges()) == (set(found), found.number_of_edges())
    assert {"x": 10.0, "y": -101.0, "z": 0.0} == paper["viz"]["position"]  # y grows upward in Gephi
    assert {"r": 36, "g": 104, "b": 180, "a": 1.0} == paper["viz"]["color"]
    assert ("Syn2", "Synthetic region", 2019, 12) == tuple(
        paper[name] for name in ("label", "region", "year", "citation_count")
    )
    assert "region" not in found.nodes["paper:syn6"]
    kinds = {(start, end, data["kind"]) for start, end, data in found.edges(data=True)}
    assert {(start, end, kind) for start, end, kind in graph.edges(keys=True)} == kinds
    assert {"cites", "relates_to"} <= {data["label"] for *_, data in found.edges(data=True)}


def test_unknown_citations_give_the_middle_size() -> None:
    graph = make_graph()
    graph.nodes["paper:syn3"]["citation_count"] = 0
    size = {node: data["viz"]["size"] for node, data in read_gexf(format_gexf(graph)).nodes(data=True)}

    assert size["paper:syn3"] < size["paper:syn1"] < size["paper:syn2"]


def test_without_a_layout_nothing_has_a_place() -> None:
    found = read_gexf(format_gexf(make_graph()))

    assert not any({"position", "color"} & data["viz"].keys() for _, data in found.nodes(data=True))
    assert "x" not in nx.read_graphml(io.BytesIO(format_graphml(make_graph()))).nodes["paper:syn1"]


def test_other_nodes_stand_at_the_mean_of_their_papers() -> None:
    graph = make_graph()
    graph.add_node("dataset:parent", kind="dataset", label="parent", name="Synthetic parent", domain="generic")
    graph.add_edge("dataset:syn-scans", "dataset:parent", key="derived_from", sources="catalog")
    graph.add_node("dataset:lone", kind="dataset", label="lone", name="Synthetic lone", domain="generic")
    placed = place_nodes(graph, make_synthetic_layout())

    assert (10.0, 101.0) == placed["topic:mri"]  # papers 1, 2 and 3
    assert (25.0, 102.5) == placed["dataset:syn-scans"] == placed["dataset:parent"]  # papers 3 and 4
    assert "dataset:lone" not in placed
    assert "position" not in read_gexf(format_gexf(graph, make_synthetic_layout())).nodes["dataset:lone"]["viz"]


def test_graphml_holds_places_colours_and_regions() -> None:
    found = nx.read_graphml(io.BytesIO(format_graphml(make_graph(), make_synthetic_layout())))

    assert {"x": 40.0, "y": -104.0, "region": "Other region", "color": "#c2570c"}.items() <= found.nodes[
        "paper:syn5"
    ].items()
    assert {"x", "y"} <= found.nodes["topic:mri"].keys()
    assert "region" not in found.nodes["topic:mri"]
    assert {"color", "region"}.isdisjoint(found.nodes["paper:syn6"])


def test_equal_graphs_give_equal_bytes() -> None:
    one, other = (format_gexf(shuffle_graph(make_graph(), seed), make_synthetic_layout()) for seed in (1, 2))

    assert one == other
    assert b"lastmodifieddate" not in one


def test_text_of_strangers_stays_text() -> None:
    graph = make_hostile_graph()
    graph.nodes[next(node for node in graph if node.startswith("paper:"))]["title"] = "\x00 synthetic \x0b"
    found = read_gexf(format_gexf(graph))

    assert {data["label"] for _, data in graph.nodes(data=True)} == {
        data["label"] for _, data in found.nodes(data=True)
    }


@pytest.mark.parametrize("papers", [0, 1])
def test_the_smallest_graphs_are_written(papers: int) -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number in range(papers):
        graph.add_node(f"paper:{number}", kind="paper", label="P", title="synthetic", in_catalog=True)

    assert papers == len(read_gexf(format_gexf(graph, make_layout(graph))))


def test_a_layout_of_another_graph_is_refused(tmp_path: Path) -> None:
    layout = Layout(places={"paper:ghost": (0.0, 0.0)})

    for form in ("gexf", "graphml", "vosviewer"):
        with pytest.raises(GraphError, match="the layout has no place for paper:syn1; make the layout from this graph"):
            export_graph(make_graph(), tmp_path / "out", format=form, layout=layout)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"places": {"p": (math.nan, 0)}}, r"the place of p must be two finite numbers \(x, y\), found \(nan, 0\)"),
        ({"places": {"p": (1,)}}, "the place of p must be two finite numbers"),
        ({"places": {}, "colors": {"p": "red"}}, "the colour of p must be like \"#1a56c4\", found 'red'"),
        ({"places": {}, "colors": {"p": "#zzzzzz"}}, "the colour of p must be like"),
        ({"places": {}, "links": {("p", "q"): math.nan}}, "the similarity of p and q must be from 0 to 1, found nan"),
        ({"places": {}, "links": {("p", "q"): 1.5}}, "the similarity of p and q must be from 0 to 1, found 1.5"),
    ],
)
def test_what_a_layout_cannot_hold_is_named(facts: dict[str, Any], message: str) -> None:
    with pytest.raises(GraphError, match=message):
        Layout(**facts)


def test_a_layout_is_for_formats_with_places_only(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a layout is for gexf, graphml, vosviewer, not for ris"):
        export_graph(make_graph(), tmp_path / "out", format="ris", layout=make_synthetic_layout())


def test_the_layout_of_a_graph_is_that_of_its_atlas() -> None:
    layout = make_layout(make_graph())

    assert set(PAPERS) == set(layout.places) == set(layout.regions) == set(layout.colors)
    assert all(one < other for one, other in layout.links)
    assert make_layout(make_graph()) == layout


@pytest.mark.slow
def test_the_command_line_writes_places(graph: KnowledgeGraph, graph_folder: Path, tmp_path: Path) -> None:
    for form, read in (("gexf", nx.read_gexf), ("graphml", nx.read_graphml)):
        path = tmp_path / f"out.{form}"
        done = CliRunner().invoke(cli, ["export", str(graph_folder / "flgraph-out"), "-f", form, "-o", str(path)])
        assert 0 == done.exit_code, done.output
        nodes = read(path).nodes
        places = {(data["viz"]["position"]["x"] if form == "gexf" else data["x"]) for _, data in nodes(data=True)}
        assert len(places) > 56
        assert any("region" in data for _, data in nodes(data=True))
