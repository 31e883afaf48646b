"""The picture of a pyvis Network without a browser."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import networkx as nx
import pytest
from pyvis.network import Network

from flgraph.map.network import to_pyvis
from flgraph.map.network_svg import render_network_svg
from tests.browser.synthetic_map import PAYLOADS, make_graph, make_hostile_graph

NAME = "{http://www.w3.org/2000/svg}"
PARTS = {"svg", "title", "rect", "text", "g", "line", "path"}


def read(svg: str) -> tuple[list[str], int, int]:
    """Return the texts, and how many shapes and lines there are."""
    tree = ET.fromstring(svg)
    texts = [text.text or "" for text in tree.iter(f"{NAME}text")]
    return texts, len(list(tree.iter(f"{NAME}path"))), len(list(tree.iter(f"{NAME}line")))


def test_the_picture_shows_the_nodes_that_are_not_hidden() -> None:
    network = to_pyvis(make_graph())
    network.get_node("author:name-only-1")["hidden"] = True
    texts, shapes, lines = read(render_network_svg(network))
    legend = texts[texts.index("papers") :]

    assert ["papers", "papers outside the catalog", "authors"] == legend[:3]
    assert ["MRI", "CT", "no modality"] == legend[-4:-1]
    assert 18 + len(legend) - 1 == shapes
    assert len(network.edges) - 1 == lines
    assert "Synthetic list" == texts[0]
    assert "SYNTHETIC DATA: made-up papers" in texts
    assert texts[-1].startswith("Curated catalog “Synthetic list”")


def test_a_network_made_with_pyvis_alone_is_drawn() -> None:
    network = Network(heading="My own")
    network.add_nodes([1, "two"], label=["One", "Two"])
    network.add_edge(1, "two")
    texts, shapes, lines = read(render_network_svg(network))

    assert {"My own", "One", "Two", "A pyvis Network of 2 nodes and 1 edge."} == set(texts)
    assert (2, 1) == (shapes, lines)


def test_text_of_strangers_stays_text() -> None:
    network = to_pyvis(make_hostile_graph())
    tree = ET.fromstring(render_network_svg(network, title=PAYLOADS[1]))

    assert PAYLOADS[0] == read(render_network_svg(network))[0][0]
    assert PARTS >= {part.tag.removeprefix(NAME) for part in tree.iter()}
    assert not [name for part in tree.iter() for name in part.attrib if name.startswith("on") or "href" in name]


@pytest.mark.parametrize("papers", [0, 1])
def test_the_smallest_graphs_are_drawn(papers: int) -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number in range(papers):
        graph.add_node(f"paper:{number}", kind="paper", label="P", title="Synthetic island", in_catalog=True)

    assert papers == read(render_network_svg(to_pyvis(graph)))[1] - papers
