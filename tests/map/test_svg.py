"""The picture without a browser, and places that stay."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from matplotlib.image import imread

from flgraph.cli.main import cli
from flgraph.errors import FlgraphError, GraphError
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.map.atlas.atlas import Atlas, make_atlas
from flgraph.map.atlas.fitting import HEIGHT, WIDTH
from flgraph.map.atlas.paper_colors import choose_colors
from flgraph.map.atlas.paper_sizes import choose_sizes
from flgraph.map.atlas.picture import make_picture, place_picture_labels
from flgraph.map.atlas.region_names import place_names
from flgraph.map.network import to_pyvis
from flgraph.map.page import write_html
from flgraph.map.positions import read_positions
from flgraph.map.svg import render_svg, write_png, write_svg
from tests.browser.synthetic_map import PAYLOADS, make_graph, make_hostile_graph
from tests.map.planted import NASTY, make_papers
from tests.observations import shuffle_graph

NAME = "{http://www.w3.org/2000/svg}"


def read(svg: str) -> tuple[list[str], int]:
    """Return the texts, and how many dots of papers there are, without those of the key."""
    tree = ET.fromstring(svg)
    texts = [text.text or "" for text in tree.iter(f"{NAME}text")]
    return texts, sum(circle.find(f"{NAME}title") is not None for circle in tree.iter(f"{NAME}circle"))


def test_the_picture_shows_papers_regions_key_and_source() -> None:
    atlas = make_atlas(make_graph())
    texts, dots = read(render_svg(make_graph()))

    assert 6 == dots
    assert {"Syn1", "Syn2", "Syn3", "Syn4", "Syn5", "Syn6", *atlas.regions.names} <= set(texts)
    assert ["Synthetic list", "SYNTHETIC DATA: made-up papers"] == texts[:2]
    assert texts[2].startswith("6 papers · 2018\u20132023 · citations")
    assert any("Each dot is a paper. Near: alike in topics, datasets, authors, code" in text for text in texts)
    assert any("A ring: unknown." in text for text in texts)
    assert "Size: citations" in texts
    assert texts[-1].startswith("Curated catalog “Synthetic list”")


@pytest.mark.slow
def test_the_bundled_catalog_says_what_is_not_known(atlas: Atlas) -> None:
    texts, dots = read(render_svg(atlas))

    assert 56 == dots
    assert texts[1].startswith("56 papers · 2020\u20132025 · no citation data · ")
    assert any(text.endswith("All dots have one size.") for text in texts)
    assert "Size: citations" not in texts
    assert not any("SYNTHETIC" in text for text in texts)


@pytest.mark.slow
def test_all_papers_of_the_catalog_are_labelled_and_none_can_be_misread(atlas: Atlas) -> None:
    picture = make_picture(atlas)
    labels = place_picture_labels(picture)
    names = place_names(atlas, picture.dots, picture.move, picture.frame)
    boxes = [label.box for label in labels] + [name.box for name in names]

    assert 56 == len(labels)
    assert len(atlas.regions.names) == len(names)
    assert not [1 for place, box in enumerate(boxes) for other in boxes[:place] if box.meets(other)]
    assert all(box.is_inside(picture.frame) for box in boxes)
    for label in labels:
        gaps = picture.dots.measure_gaps(label.box)
        assert label.leader is not None or gaps.argmin() == label.dot
        assert np.delete(gaps, label.dot).min() >= 2


def test_equal_graphs_give_equal_bytes(tmp_path: Path) -> None:
    one, other = (
        write_svg(shuffle_graph(KnowledgeGraph(make_graph()), seed), tmp_path / f"{seed}.svg") for seed in (1, 2)
    )

    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("title", [*PAYLOADS, NASTY])
def test_text_of_strangers_stays_text(title: str) -> None:
    graph = make_hostile_graph()
    tree = ET.fromstring(render_svg(graph, title=title).encode())

    assert {"svg", "title", "rect", "text", "g", "line", "path", "circle"} >= {
        part.tag.removeprefix(NAME) for part in tree.iter()
    }
    assert not [name for part in tree.iter() for name in part.attrib if name.startswith("on") or "href" in name]
    assert PAYLOADS[0] == read(render_svg(graph))[0][0]


def test_signs_that_xml_does_not_allow_are_replaced() -> None:
    drawn = render_svg(make_papers(3, label=NASTY, title=NASTY))

    assert "Synthetic \ufffd\ufffd\ufffd" in drawn
    assert 3 == read(drawn)[1]


@pytest.mark.parametrize("papers", [0, 1, 2])
def test_the_smallest_graphs_are_drawn(papers: int) -> None:
    texts, dots = read(render_svg(make_papers(papers)))

    assert papers == dots
    assert papers == sum(text.startswith("S") and text[1:].isdigit() for text in texts)
    assert ("No papers." in texts) == (papers == 0)


def test_a_long_title_is_wrapped_and_never_cut() -> None:
    title = "Synthetic " + "word " * 80
    texts, _ = read(render_svg(make_papers(1), title=title))
    heading = texts[: texts.index("SYNTHETIC DATA: made-up papers")]

    assert title.split() == " ".join(heading).split()
    assert len(heading) > 1


def test_a_network_is_drawn_as_it_is() -> None:
    texts, _ = read(render_svg(to_pyvis(make_graph())))

    assert {"MRI", "Zoë Müller"} <= set(texts)


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

    assert "PNG needs the extra png; install it with: pip install 'flgraph[png]', or write SVG" == str(caught.value)


@pytest.mark.slow
def test_the_command_line_writes_pictures(graph_folder: Path, tmp_path: Path) -> None:
    for name in ("map.svg", "map.png"):
        done = CliRunner().invoke(cli, ["map", str(graph_folder / "flgraph-out"), "-o", str(tmp_path / name)])
        assert 0 == done.exit_code
        assert (tmp_path / name).stat().st_size > 25_000


# --- colours and sizes -------------------------------------------------------------------------------------


def test_papers_are_coloured_by_region_topic_or_year() -> None:
    atlas = make_atlas(make_graph())
    modality, year = choose_colors(atlas, "modality"), choose_colors(atlas, "year")

    assert ["MRI", "CT", "no modality"] == [name for name, _ in modality.legend]
    assert ["MRI", "MRI", "MRI", "CT"] == [
        {color: name for name, color in modality.legend}[fill] for fill in modality.fills[:4]
    ]
    assert modality == choose_colors(atlas, "topic")
    assert ["2018\u20132019", "2020", "2021", "2022", "2023"] == [name for name, _ in year.legend]
    assert 5 == len(set(year.fills))
    assert () == choose_colors(atlas, "region").legend
    assert "Colour: modality" in read(render_svg(atlas, color="modality"))[0]


def test_values_of_ones_own_are_categories_or_steps() -> None:
    atlas = make_atlas(make_papers(6))
    words = choose_colors(atlas, {"paper:s000": "one", "paper:s001": "one", "paper:s002": "two"})
    numbers = choose_colors(atlas, pd.Series({f"paper:s00{number}": number for number in range(6)}, name="Value"))

    assert ["one", "two", "no value"] == [name for name, _ in words.legend]
    assert words.fills[0] == words.fills[1] != words.fills[2]
    assert ("Value", 5) == (numbers.heading, len(set(numbers.fills)))


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("color", "kind", "color must be 'region', 'section', 'year', a facet or values by node id, found 'kind'"),
        ("color", {"paper:absent": 1}, "color contains paper:absent, which is not a node"),
        ("color", {"paper:syn1": float("inf")}, "the color of paper:syn1 must be a finite number, found inf"),
        ("size", "weight", "size must be one of citations, score, none, .*, found 'weight'"),
        ("size", {"paper:absent": 1}, "size contains paper:absent, which is not a node"),
        ("size", {"paper:syn1": -1}, "the size of paper:syn1 must be a finite number of at least 0"),
        ("size", {"paper:syn1": float("nan")}, "the size of paper:syn1 must be a finite number of at least 0"),
    ],
)
def test_colours_and_sizes_that_cannot_be_are_refused(option: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        render_svg(make_graph(), **{option: value})


def test_dots_grow_with_citations_and_unknown_is_a_ring_not_the_smallest_dot() -> None:
    atlas = make_atlas(make_papers(4, citation_count=[0, 10, 40, None]))
    sizes = choose_sizes(atlas)

    assert "citations" == sizes.heading
    assert sizes.radii[0] < sizes.radii[1] < sizes.radii[2]
    assert sizes.radii[3] > sizes.radii[0]
    assert [True, True, True, False] == sizes.known.tolist()
    assert ["0", "10", "40"] == [value for value, _ in sizes.key]


@pytest.mark.parametrize("counts", [[float("nan")] * 3, [float("inf"), 1, 2], [0, 0, 0]])
def test_counts_that_tell_nothing_are_drawn(counts: list[float]) -> None:
    sizes = choose_sizes(make_atlas(make_papers(3, citation_count=counts)))

    assert np.isfinite(sizes.radii).all()
    assert (sizes.radii > 0).all()


@pytest.mark.slow
def test_dots_may_say_the_score_of_any_method(cited_graph: KnowledgeGraph) -> None:
    atlas = make_atlas(cited_graph)
    by_score, by_rate = choose_sizes(atlas, "score"), choose_sizes(atlas, "citations_per_year")
    first = int(np.argmax(by_score.radii))

    assert ("age_normalized", "citations_per_year", "") == (
        by_score.heading, by_rate.heading, choose_sizes(atlas, "none").heading,
    )  # fmt: skip
    assert atlas.ranking is not None
    scores = atlas.ranking.table["score"].astype(float)
    assert scores[atlas.papers[first]] >= scores.quantile(0.9)


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
def test_places_of_an_earlier_page_are_read_and_kept(atlas: Atlas, graph: KnowledgeGraph, tmp_path: Path) -> None:
    mirrored = replace(atlas, places=(WIDTH, HEIGHT) - atlas.places)
    earlier = read_positions(write_html(mirrored, tmp_path / "earlier.html"))
    network = to_pyvis(graph, positions=earlier)
    as_json = tmp_path / "places.json"
    as_json.write_text(json.dumps(earlier), encoding="utf-8")

    assert {node for node, data in graph.nodes(data=True) if data.get("in_catalog")} == set(earlier)
    kept = {node["id"]: (node["x"], node["y"]) for node in network.nodes if node["id"] in earlier}
    assert earlier == kept
    assert earlier != read_positions(write_html(atlas, tmp_path / "now.html"))
    assert earlier == read_positions(as_json)


@pytest.mark.slow
def test_five_new_papers_move_the_old_ones_little(atlas: Atlas, graph: KnowledgeGraph, tmp_path: Path) -> None:
    earlier = read_positions(write_html(atlas, tmp_path / "earlier.html"))
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
