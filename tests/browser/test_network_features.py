"""What a reader does with the page of a Network: table, saving, evidence, ranks; with mouse or keyboard."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import networkx as nx
import pandas as pd
import pytest
from matplotlib.image import imread

from flgraph.analysis.ranking import rank_papers
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.map.network import to_pyvis
from flgraph.map.notebook import show
from flgraph.map.page import render_html
from tests.browser.opened import MARKS, Opened
from tests.browser.synthetic_map import PAYLOADS, make_graph, make_hostile_graph

pytestmark = MARKS

Open = Callable[..., Opened]
DRAWN = "() => flgraphMap.network.body.data.nodes.length"


def rows(opened: Opened) -> list[str]:
    return [str(text) for text in opened.page.locator("#table tbody tr th").all_inner_texts()]


# --- the table -------------------------------------------------------------------------------------------


def test_the_table_is_the_twin_of_the_picture(open_page: Open) -> None:
    opened = open_page(to_pyvis(make_graph()))
    opened.page.locator("#as-table").click()

    assert "19 nodes that the picture shows" == opened.page.locator("#table caption").inner_text()
    assert ["Name", "Kind", "Category", "Year", "Citations", "Links"] == opened.page.locator(
        "#table thead th"
    ).all_inner_texts()
    opened.page.locator("#legend label", has_text="authors").locator("input").uncheck()
    assert 12 == len(rows(opened))
    opened.page.locator("#table button.node", has_text="Synthetic paper 1").press("Enter")
    assert "paper:syn1" == opened.selected()


def test_columns_sort_and_what_nobody_knows_stands_last(open_page: Open) -> None:
    opened = open_page(to_pyvis(make_graph()))
    opened.page.locator("#as-table").click()
    head = opened.page.locator("#table thead th")

    for _ in range(2):
        head.filter(has_text="Citations").locator("button").press("Enter")
        assert "Synthetic paper 2" in rows(opened)[0]
    assert "descending" == head.filter(has_text="Citations").get_attribute("aria-sort")


# --- the panel -------------------------------------------------------------------------------------------


def test_a_rank_is_shown_with_its_interval_and_parts(open_page: Open, cited_graph: KnowledgeGraph) -> None:
    ranking = rank_papers(cited_graph)
    first = ranking.iloc[2]
    opened = open_page(to_pyvis(cited_graph), address=f"#{ranking.index[2]}")

    assert "3 of 47 by age_normalized as of 2026-06-30" in opened.panel
    assert f"{first['rank_low']} to {first['rank_high']} in 95 of 100 draws" in opened.panel
    assert " of 50 points for its age; " in opened.panel
    assert [] == opened.messages


def test_neighbours_that_are_not_drawn_are_marked(open_page: Open) -> None:
    network = to_pyvis(make_graph())
    network.get_node("author:name-only-1")["hidden"] = True
    opened = open_page(network, address="#paper:syn1")

    absent = opened.page.locator("#panel button.absent")

    assert "1 neighbour is not drawn now" in opened.panel
    assert ["Only Author 1"] == absent.all_inner_texts()
    absent.click()
    assert "author:name-only-1" == opened.selected()


def test_evidence_is_shown_where_asked_for(open_page: Open) -> None:
    graph = make_graph()
    graph.nodes["paper:syn1"]["evidence"] = "ids: seen in the synthetic proceedings"
    opened = open_page(to_pyvis(graph), address="#paper:syn1")

    assert "seen in the synthetic proceedings" not in opened.panel
    opened.page.get_by_role("button", name="Show the evidence").click()
    assert "ids: seen in the synthetic proceedings" in opened.panel
    assert opened.page.locator("#panel li .evidence").first.is_visible()
    opened.page.get_by_role("button", name="Hide the evidence").click()
    assert "seen in the synthetic proceedings" not in opened.panel


@pytest.mark.parametrize("typed", ["segmentatoin hospitals", "segmentaton", "Zoe Mulller"])
def test_search_forgives_a_letter(open_page: Open, typed: str) -> None:
    opened = open_page(to_pyvis(make_graph()))
    opened.page.locator("#query").fill(typed)

    found = opened.page.locator("#hits li").first.inner_text()
    assert ("Zoë Müller" if typed.startswith("Zoe") else "federated segmentation") in found


# --- colours, saving, narrow screens ---------------------------------------------------------------------


def test_colours_of_ones_own_are_the_legend(open_page: Open, tmp_path: Path) -> None:
    graph = make_graph()
    values = pd.Series({f"paper:syn{number}": float(number) for number in range(1, 6)}, name="Synthetic value")
    opened = open_page(to_pyvis(graph), text=render_html(to_pyvis(graph, color=values)))
    opened.page.wait_for_function("() => window.flgraphMap !== undefined")

    side = opened.page.locator("#legend").inner_text()
    assert "Colour: Synthetic value" in side
    assert "1 to 1.8" in side
    assert side.index("1 to 1.8") < side.index("4.2 to 5") < side.index("no value")


def test_the_picture_can_be_saved(open_page: Open) -> None:
    opened = open_page(to_pyvis(make_graph()))
    opened.page.locator("#save summary").click()
    with opened.page.expect_download() as saved:
        opened.page.get_by_role("button", name="SVG").click()
    svg = ET.fromstring(Path(saved.value.path()).read_text(encoding="utf-8"))
    texts = "\n".join(text.text or "" for text in svg.iter("{http://www.w3.org/2000/svg}text"))

    assert "network.svg" == saved.value.suggested_filename
    assert 19 <= len(list(svg.iter("{http://www.w3.org/2000/svg}path")))
    assert "Syn1" in texts
    assert "authors" in texts
    assert "Synthetic data" in texts
    sizes = []
    for name in ("PNG", "PNG, four times"):
        opened.page.locator("#save summary").click()
        with opened.page.expect_download() as saved:
            opened.page.get_by_role("button", name=name, exact=True).click()
        sizes.append(imread(BytesIO(Path(saved.value.path()).read_bytes())).shape)
    assert sizes[1][:2] == tuple(4 * side for side in sizes[0][:2])
    assert [] == opened.messages
    assert 1 == len([url for url in opened.requests if not url.startswith(("data:", "blob:"))])


def test_the_theme_button_says_what_it_does(open_page: Open) -> None:
    opened = open_page(to_pyvis(make_graph()), color_scheme="dark")

    assert "Light" == opened.page.locator("#theme").inner_text()
    opened.page.locator("#theme").click()
    assert "Dark" == opened.page.locator("#theme").inner_text()


def test_on_a_phone_the_legend_is_folded_above_the_details(open_page: Open) -> None:
    opened = open_page(to_pyvis(make_graph()), viewport={"width": 360, "height": 700})

    assert not opened.page.locator("#legend").is_visible()
    opened.page.locator("#fold summary").click()
    assert opened.page.locator("#legend").is_visible()
    assert opened.page.locator("#fold").bounding_box()["y"] < opened.page.locator("#panel").bounding_box()["y"]


def test_print_shows_the_map_and_no_controls(open_page: Open) -> None:
    opened = open_page(to_pyvis(make_graph()))
    opened.page.emulate_media(media="print")

    assert not opened.page.locator("#tools").is_visible()
    assert opened.page.locator("#map").is_visible()
    assert opened.page.locator("#legend").is_visible()


def test_no_control_asks_anybody(open_page: Open) -> None:
    opened = open_page(to_pyvis(make_graph(), color=pd.Series({"paper:syn1": PAYLOADS[0]}, name=PAYLOADS[2])))
    for name in ("#as-table", "#theme", "#fit", "#nearer", "#farther"):
        opened.page.locator(name).click()

    assert ["map.html"] == [url.rpartition("/")[2] for url in opened.requests]
    assert [] == opened.messages


def test_evidence_of_strangers_stays_text(open_page: Open) -> None:
    opened = open_page(to_pyvis(make_hostile_graph()))
    for number, text in enumerate(PAYLOADS):
        opened.page.evaluate("id => { location.hash = encodeURIComponent(id); }", f"paper:{number}{text}")
        opened.page.wait_for_function("id => flgraphMap.selected() === id", arg=f"paper:{number}{text}")
        if number == 0:
            opened.page.get_by_role("button", name="Show the evidence").click()
        assert 2 <= opened.page.locator("#panel .evidence").count()
    opened.page.locator("#as-table").click()

    assert 5 * len(PAYLOADS) == len(rows(opened))
    assert not opened.page.query_selector("#panel img, #table img, #table script, #panel script, iframe")
    assert None is opened.page.evaluate("() => window.hacked ?? null")
    assert [] == opened.messages


def test_links_by_address_work_in_the_frame_of_a_notebook(open_page: Open) -> None:
    opened = open_page(
        to_pyvis(make_graph()),
        text=f"<!doctype html><meta charset='utf-8'>{show(to_pyvis(make_graph()))._repr_html_()}",
    )
    frame = opened.page.frames[1]
    frame.wait_for_function("() => window.flgraphMap !== undefined")
    frame.evaluate("() => { location.hash = '#syn2'; }")
    frame.wait_for_function("() => flgraphMap.selected() === 'paper:syn2'")
    frame.locator("#save summary").click()
    with opened.page.expect_download() as saved:
        frame.get_by_role("button", name="SVG").click()

    assert "network.svg" == saved.value.suggested_filename
    assert [] == opened.messages


@pytest.mark.parametrize(("width", "dark"), [(320, False), (640, False), (1280, True)])
def test_axe_finds_nothing_serious(open_page: Open, graph: nx.MultiDiGraph[str], width: int, dark: bool) -> None:
    opened = open_page(to_pyvis(graph), address="#fedbn", viewport={"width": width, "height": 800})

    check_by_axe(opened, dark=dark)


@pytest.mark.parametrize(("width", "dark"), [(320, False), (1280, True)])  # 640 is laid out by the same rules as 320
def test_axe_finds_nothing_serious_in_the_table_and_beside_a_search(open_page: Open, width: int, dark: bool) -> None:
    """A few rows of each kind: axe takes a minute for the 625 of the bundled catalog, which are made alike."""
    opened = open_page(to_pyvis(make_graph()), address="#syn1", viewport={"width": width, "height": 800})

    opened.page.locator("#as-table").click()
    assert 19 == len(rows(opened))
    check_by_axe(opened, dark=dark)
    opened.page.locator("#query").fill("seg")
    assert opened.page.locator("#hits li").first.is_visible()
    check_by_axe(opened, dark=dark)


def check_by_axe(opened: Opened, *, dark: bool) -> None:
    axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

    def check(scheme: str, **options: Any) -> None:
        opened.page.emulate_media(color_scheme=scheme)
        found = axe_playwright.Axe().run(opened.page, options={"resultTypes": ["violations"], **options})
        serious = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found.response["violations"]
                   if one["impact"] in ("serious", "critical")]  # fmt: skip
        assert [] == serious, json.dumps(serious)

    check("light")
    if dark:  # only colours differ
        check("dark", runOnly=["color-contrast"])
