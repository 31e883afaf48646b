from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pytest

from flgraph.analysis.ranking import make_ranking, rank_papers
from flgraph.errors import GraphError
from flgraph.map.colors import (
    CATEGORY_COLORS,
    DARK_BACKGROUND,
    DARK_TWINS,
    LIGHT_BACKGROUND,
    OTHER_COLOR,
    OUTLINE_COLOR,
)
from flgraph.map.network import to_pyvis
from tests.browser.synthetic_map import PAYLOADS, make_graph, make_hostile_graph
from tests.observations import MEMBERS
from tests.observations import make_graph as make_ranked_graph


def luminance(color: str) -> float:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("color", [*CATEGORY_COLORS, OTHER_COLOR, OUTLINE_COLOR])
def test_colours_stand_out_on_light_and_dark_pages(color: str) -> None:
    assert contrast(color, LIGHT_BACKGROUND) >= 3
    assert contrast(DARK_TWINS[color], DARK_BACKGROUND) >= 3


def test_every_node_and_edge_is_there_and_pyvis_agrees() -> None:
    graph = make_graph()

    network = to_pyvis(graph)

    assert sorted(graph) == network.get_nodes()
    assert graph.number_of_edges() == network.num_edges() == len(network.get_edges())
    assert "Syn1" == network.get_node("paper:syn1")["label"]
    assert "paper:syn1" in network.neighbors("paper:syn2")
    assert [node["id"] for node in network.nodes] == network.node_ids == list(network.node_map)
    network.add_node("paper:new", label="synthetic", x=0, y=0)
    network.add_edge("paper:new", "paper:syn1")
    assert "paper:new" == network.edges[-1]["from"]


def test_parallel_and_opposite_edges_are_kept() -> None:
    network = to_pyvis(make_graph())

    pair = [
        edge["details"]["kind"] for edge in network.edges if (edge["from"], edge["to"]) == ("paper:syn2", "paper:syn1")
    ]

    assert ["cites", "relates_to"] == pair


def test_the_graph_stays_as_it_was() -> None:
    graph = make_graph()

    network = to_pyvis(graph)
    network.get_node("paper:syn1")["details"]["title"] = "changed"

    assert nx.utils.graphs_equal(make_graph(), graph)


def test_positions_are_fixed_and_physics_is_off() -> None:
    network = to_pyvis(make_graph(), positions={"paper:syn1": (5, 7)})

    assert (5.0, 7.0) == (network.get_node("paper:syn1")["x"], network.get_node("paper:syn1")["y"])
    assert False is json.loads(network.options.to_json())["physics"]["enabled"]
    assert "" == network.heading


def test_nothing_is_hidden() -> None:
    assert not any(node.get("hidden") for node in to_pyvis(make_graph()).nodes)


def test_only_citations_and_relations_have_an_arrow() -> None:
    arrows = {(edge["details"]["kind"], edge.get("arrows")) for edge in to_pyvis(make_graph()).edges}

    assert {("cites", "to"), ("relates_to", "to")} == {pair for pair in arrows if pair[1]}
    assert ("authored", None) in arrows


def test_papers_are_coloured_by_the_modality_that_most_papers_share() -> None:
    network = to_pyvis(make_graph())
    papers = {node["id"]: node for node in network.nodes if node["group_name"] == "paper"}

    assert ["MRI", "MRI", "MRI", "CT", "no modality", "no modality"] == [
        papers[f"paper:syn{number}"]["category"] for number in range(1, 7)
    ]
    assert CATEGORY_COLORS[0] == papers["paper:syn3"]["color"]
    assert CATEGORY_COLORS[1] == papers["paper:syn4"]["color"]


def test_the_ninth_modality_shares_a_colour() -> None:
    graph = make_graph()
    for number in range(12):
        paper, topic = f"paper:more{number}", f"topic:modality{number:02}"
        graph.add_node(paper, kind="paper", label="M", title="synthetic", in_catalog=True)
        graph.add_node(topic, kind="topic", label="M", name=f"Modality {number}", facet="modality")
        graph.add_edge(paper, topic, key="about")

    categories = {node["id"]: node.get("category") for node in to_pyvis(graph).nodes}

    assert "Modality 5" == categories["paper:more5"]
    assert "other" == categories["paper:more6"]


def test_kinds_have_a_colour_each_where_asked() -> None:
    colors = {node["group_name"]: node["color"] for node in to_pyvis(make_graph(), color="kind").nodes}

    assert len(colors) == len(set(colors.values()))


def test_an_unknown_colouring_names_the_right_words() -> None:
    with pytest.raises(ValueError, match="color must be 'topic', 'kind', or values by node id, found 'mood'"):
        to_pyvis(make_graph(), color="mood")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [dict, pd.Series])
def test_sizes_follow_the_numbers_given(kind: Any) -> None:
    network = to_pyvis(make_graph(), size=kind({"paper:syn1": 9.0, "paper:syn2": 1.0}))
    size = {node["id"]: node["size"] for node in network.nodes}

    assert size["paper:syn1"] > size["paper:syn2"] > size["paper:syn3"] > 0


def test_the_details_of_papers_say_the_ranking_that_is_given() -> None:
    graph = make_ranked_graph()
    ranking = make_ranking(graph, by="impulse", draws=20)
    details = {node: to_pyvis(graph, ranking=ranking).get_node(node)["details"] for node in MEMBERS}

    assert {"impulse"} == {found["ranked_by"] for found in details.values()}
    assert ranking.table["rank"].to_dict() == {node: found["rank"] for node, found in details.items()}
    assert {len(MEMBERS)} == {found["ranked"] for found in details.values()}
    assert ["1 year after", "2 years after"] == [
        said.partition(": ")[2].partition(";")[0] for said in details[MEMBERS[0]]["rank_parts"][1:3]
    ]
    assert "age_normalized" == to_pyvis(graph).get_node(MEMBERS[0])["details"]["ranked_by"]


@pytest.mark.slow
def test_a_given_ranking_of_the_method_asked_for_gives_the_sizes() -> None:
    graph = make_ranked_graph()
    sizes = [
        [to_pyvis(graph, size="impulse", ranking=ranking).get_node(node)["size"] for node in MEMBERS]
        for ranking in (None, make_ranking(graph, draws=0), make_ranking(graph, by="impulse", draws=0))
    ]

    assert sizes[0] == sizes[1] == sizes[2]


def test_a_ranking_of_another_graph_is_refused() -> None:
    graph = make_ranked_graph()
    ranking = make_ranking(graph, draws=0)
    graph.graph["snapshot_digest"] = "sha256:other"

    with pytest.raises(GraphError, match="the ranking is of another graph: its snapshot is sha256:0123456789abcdef"):
        to_pyvis(graph, ranking=ranking)


def test_papers_may_be_sized_by_a_ranking() -> None:
    graph = make_ranked_graph(counts={2: math.nan})
    size = {node["id"]: node["size"] for node in to_pyvis(graph, size="citations_per_year").nodes}
    order = rank_papers(graph, by="citations_per_year").dropna(subset=["rank"]).index

    assert [size[node] for node in order] == sorted((size[node] for node in order), reverse=True)
    assert size[order[-1]] < size[order[0]] == max(size.values())
    assert size[MEMBERS[2]] == 11.0
    assert 6.0 == min(node["size"] for node in to_pyvis(graph, size="influence").nodes)
    with pytest.raises(ValueError, match="by is 'weight'; should be one of age_normalized"):
        to_pyvis(graph, size="weight")  # type: ignore[arg-type]


def test_a_paper_of_unknown_count_is_not_the_smallest() -> None:
    graph = make_graph()
    graph.nodes["paper:syn3"]["citation_count"] = 0
    size = {node["id"]: node["size"] for node in to_pyvis(graph).nodes}

    assert size["paper:syn3"] < size["paper:syn1"] < size["paper:syn2"]


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ({"paper:syn1": math.nan}, "the size of paper:syn1 must be a finite number of at least 0, found nan"),
        ({"paper:syn1": math.inf}, "size of paper:syn1 must be a finite number of at least 0, found inf"),
        ({"paper:syn1": -1}, "size of paper:syn1 must be a finite number of at least 0, found -1.0"),
        ({"paper:ghost": 1}, "size contains paper:ghost, which is not a node"),
    ],
)
def test_a_size_that_is_none_names_its_node(size: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        to_pyvis(make_graph(), size=size)


def test_pyvis_writes_saves_and_shows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    network = to_pyvis(make_graph())

    network.write_html("written.html")
    network.save_graph("saved.html")
    frame = network.show("shown.html")

    pages = {name: Path(name).read_text(encoding="utf-8") for name in ("written.html", "saved.html", "shown.html")}
    assert all("Synthetic paper 1" in page for page in pages.values())
    assert "shown.html" == frame.src
    assert not Path("lib").exists()


def test_no_title_makes_pyvis_read_titles_as_html() -> None:
    network = to_pyvis(make_hostile_graph())

    assert not any("href" in node["title"] for node in network.nodes)
    assert "popup.innerHTML" not in network.generate_html()


def test_hostile_ids_stay_text_in_the_menus_of_pyvis() -> None:
    network = to_pyvis(make_hostile_graph())
    network.select_menu = network.filter_menu = True

    page = network.generate_html()

    for text in PAYLOADS:
        assert not any(sign in text for sign in "<>") or text not in page
