"""The picture without a browser, and places that stay."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from matplotlib.image import imread

from flgraph.cli.main import cli
from flgraph.errors import FlgraphError, GraphError
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.map.network import to_pyvis
from flgraph.map.page import write_html
from flgraph.map.positions import read_positions
from flgraph.map.svg import render_svg, write_png, write_svg
from tests.browser.synthetic_map import PAYLOADS, make_graph, make_hostile_graph
from tests.observations import shuffle_graph

NAME = "{http://www.w3.org/2000/svg}"


def read(svg: str) -> tuple[list[str], int, int]:
    """Return the texts, and how many shapes and lines there are."""
    tree = ET.fromstring(svg)
    texts = [text.text or "" for text in tree.iter(f"{NAME}text")]
    return texts, len(list(tree.iter(f"{NAME}path"))), len(list(tree.iter(f"{NAME}line")))


def test_the_picture_shows_what_the_map_shows() -> None:
    network = to_pyvis(make_graph())
    drawn = {node["id"] for node in network.nodes if not node.get("hidden")}
    texts, shapes, lines = read(render_svg(make_graph()))
    legend = texts[texts.index("papers") :]

    assert ["papers", "authors", "venues", "topics", "datasets", "MRI", "CT", "no modality"] == legend[:-1]
    assert len(drawn) + len(legend) - 1 == shapes
    assert sum(edge["from"] in drawn and edge["to"] in drawn for edge in network.edges) == lines
    assert "SYNTHETIC DATA: made-up papers" in texts
    assert "Synthetic list" == texts[0]
    assert texts[-1].startswith("Curated catalog “Synthetic list”")


@pytest.mark.slow
def test_names_cover_neither_each_other_nor_nodes(graph: KnowledgeGraph) -> None:
    tree = ET.fromstring(render_svg(graph))
    boxes = []
    for group in tree.iter(f"{NAME}g"):
        for text in group.iter(f"{NAME}text"):
            x, y, width = float(text.attrib["x"]), float(text.attrib["y"]), len(text.text or "") * 12 * 0.58
            boxes.append((x - width / 2, y - 10, x + width / 2, y + 3))
    corners = np.array(boxes)

    assert len(corners) > 60
    for place, (left, top, right, bottom) in enumerate(corners):
        others = np.delete(corners, place, axis=0)
        meets = (left < others[:, 2]) & (others[:, 0] < right) & (top < others[:, 3]) & (others[:, 1] < bottom)
        assert not meets.any()
    assert corners[:, 0].min() >= 0
    assert corners[:, 2].max() <= 1200


@pytest.mark.slow
def test_the_same_graph_gives_the_same_bytes(graph: KnowledgeGraph, tmp_path: Path) -> None:
    one, other = (write_svg(shuffle_graph(graph, seed), tmp_path / f"{seed}.svg") for seed in (1, 2))

    assert one.read_bytes() == other.read_bytes()


def test_text_of_strangers_stays_text() -> None:
    texts, _, _ = read(render_svg(make_hostile_graph()))
    tree = ET.fromstring(render_svg(make_hostile_graph(), title=PAYLOADS[1]))

    assert PAYLOADS[0] == texts[0]
    assert {"svg", "title", "rect", "text", "g", "line", "path"} >= {
        part.tag.removeprefix(NAME) for part in tree.iter()
    }
    assert not [name for part in tree.iter() for name in part.attrib if name.startswith("on") or "href" in name]


@pytest.mark.parametrize("papers", [0, 1])
def test_the_smallest_graphs_are_drawn(papers: int) -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number in range(papers):
        graph.add_node(f"paper:{number}", kind="paper", label="P", title="Synthetic island", in_catalog=True)

    assert papers == read(render_svg(graph))[1] - papers


@pytest.mark.slow
def test_png_is_the_same_picture_larger(tmp_path: Path) -> None:
    svg = ET.fromstring(render_svg(make_graph()))
    path = write_png(make_graph(), tmp_path / "map.png", zoom=2)

    assert (2 * int(svg.attrib["height"]), 2400) == imread(path).shape[:2]
    assert path.read_bytes() == write_png(make_graph(), tmp_path / "again.png", zoom=2).read_bytes()
    with pytest.raises(ValueError, match="zoom must be at most 8, found 9"):
        write_png(make_graph(), path, zoom=9)


def test_without_resvg_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(FlgraphError) as caught:
        write_png(make_graph(), tmp_path / "map.png")

    assert "PNG needs resvg-py; install it with: pip install resvg-py, or write SVG" == str(caught.value)


@pytest.mark.slow
def test_the_command_line_writes_pictures(graph_folder: Path, tmp_path: Path) -> None:
    for name in ("map.svg", "map.png"):
        done = CliRunner().invoke(cli, ["map", str(graph_folder / "flgraph-out"), "-o", str(tmp_path / name)])
        assert 0 == done.exit_code
        assert (tmp_path / name).stat().st_size > 50_000


# --- colours of one's own --------------------------------------------------------------------------------


def test_words_are_categories_and_numbers_five_steps() -> None:
    graph = make_graph()
    words = to_pyvis(graph, color={"paper:syn1": "one", "paper:syn2": "one", "paper:syn3": "other", "paper:syn4": None})
    numbers = to_pyvis(graph, color=pd.Series({f"paper:syn{n}": n for n in range(1, 7)}, name="Value"))
    looks = {node["id"]: node for node in words.nodes}
    steps = [numbers.get_node(f"paper:syn{n}")["step"] for n in range(1, 7)]

    assert "one" == looks["paper:syn1"]["category"] == looks["paper:syn2"]["category"]
    assert looks["paper:syn1"]["color"] != looks["paper:syn3"]["color"]
    assert "no value" == looks["paper:syn4"]["category"] == looks["topic:mri"]["category"]
    assert sorted(steps) == steps
    assert {0, 1, 2, 3, 4} == set(steps)
    assert "Value" == numbers.color_heading


def test_colours_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="color contains paper:absent, which is not a node"):
        to_pyvis(make_graph(), color={"paper:absent": 1})
    with pytest.raises(ValueError, match="the color of paper:syn1 must be a finite number, found inf"):
        to_pyvis(make_graph(), color={"paper:syn1": float("inf")})
    equal = to_pyvis(make_graph(), color={"paper:syn1": 3, "paper:syn2": 3})
    assert "3 to 3" == equal.get_node("paper:syn1")["category"]


# --- places ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_places_of_an_earlier_page_are_read_and_kept(graph: KnowledgeGraph, tmp_path: Path) -> None:
    page = write_html(graph, tmp_path / "earlier.html", seed=3)
    earlier = read_positions(page)
    network = to_pyvis(graph, positions=earlier)
    as_json = tmp_path / "places.json"
    as_json.write_text(json.dumps(earlier), encoding="utf-8")

    assert set(graph) == set(earlier)
    assert earlier == {node["id"]: (node["x"], node["y"]) for node in network.nodes}
    assert earlier == read_positions(as_json)


@pytest.mark.slow
def test_five_new_papers_move_the_old_ones_little(graph: KnowledgeGraph, tmp_path: Path) -> None:
    earlier = read_positions(write_html(graph, tmp_path / "earlier.html"))
    larger = graph.copy()
    topics = sorted(node for node, data in graph.nodes(data=True) if data["kind"] == "topic")
    for number in range(5):
        node, title = f"paper:synthetic-{number}", f"Synthetic paper {number}"
        larger.add_node(node, kind="paper", label=title, title=title, in_catalog=True, key=node[6:], year=2024)
        for topic in topics[number : number + 3]:
            larger.add_edge(node, topic, key="about", sources="catalog", evidence="synthetic", facet="task")
    places = read_positions(write_html(larger, tmp_path / "later.html", positions=earlier))
    width = max(x for x, _ in earlier.values()) - min(x for x, _ in earlier.values())
    moved = [np.hypot(places[node][0] - x, places[node][1] - y) for node, (x, y) in earlier.items()]

    assert np.median(moved) < 0.05 * width
    assert 5 == len(set(places) - set(earlier))


@pytest.mark.parametrize("text", ["{}}", "[1, 2]", '{"a": [1]}', "<html></html>"])
def test_other_files_hold_no_positions(text: str, tmp_path: Path) -> None:
    path = tmp_path / "other.html"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(GraphError, match=r"other\.html: contains no positions; name a page of `flgraph map`"):
        read_positions(path)
    with pytest.raises(GraphError, match=r"absent\.html: cannot be read"):
        read_positions(tmp_path / "absent.html")
