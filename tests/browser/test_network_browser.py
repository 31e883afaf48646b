"""The page of a pyvis Network in a real Chromium, with every request refused but that for the file itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest

from flgraph.map.network import to_pyvis
from flgraph.map.notebook import show
from flgraph.map.page import write_html
from tests.browser.opened import MARKS, Opened
from tests.browser.synthetic_map import PAYLOADS, make_graph, make_hostile_graph

pytestmark = MARKS


def test_the_page_draws_all_without_a_request_or_a_message(open_page: Callable[..., Opened]) -> None:
    opened = open_page(to_pyvis(make_graph()))

    drawn = opened.page.evaluate("() => flgraphMap.network.body.data.nodes.length")
    pixels = opened.page.evaluate(
        """() => {
            const canvas = document.querySelector("#map canvas");
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return new Set(new Uint32Array(data.buffer)).size;
        }"""
    )

    assert 19 == drawn
    assert pixels > 20
    assert ["map.html"] == [url.rpartition("/")[2] for url in opened.requests]
    assert [] == opened.messages
    assert "Synthetic data" in opened.page.locator("h1").inner_text()


def test_nodes_stand_where_python_put_them_and_nothing_moves(open_page: Callable[..., Opened]) -> None:
    opened = open_page(to_pyvis(make_graph()))
    places = """() => JSON.stringify([flgraphMap.network.getPositions(), flgraphMap.network.getViewPosition(),
        flgraphMap.network.getScale(), flgraphMap.data.nodes.map(({ x, y }) => [x, y])])"""
    before, picture = opened.page.evaluate(places), opened.page.screenshot()
    opened.page.wait_for_timeout(700)

    assert before == opened.page.evaluate(places)
    assert picture == opened.page.screenshot()
    assert opened.page.evaluate(
        """() => Object.entries(flgraphMap.network.getPositions()).every(([index, place]) => {
            const { x, y } = flgraphMap.data.nodes[index];
            return place.x === x && place.y === y;
        })"""
    )


def test_labels_do_not_cover_each_other(open_page: Callable[..., Opened], graph: nx.MultiDiGraph[str]) -> None:
    boxes = open_page(to_pyvis(graph)).page.evaluate("() => flgraphMap.labels.boxes()")

    assert len(boxes) > 40
    for index, one in enumerate(boxes):
        for other in boxes[:index]:
            apart_x = one["left"] >= other["right"] or other["left"] >= one["right"]
            apart_y = one["top"] >= other["bottom"] or other["top"] >= one["bottom"]
            assert apart_x or apart_y, (one["text"], other["text"])


def test_links_lead_out_safely(open_page: Callable[..., Opened]) -> None:
    opened = open_page(to_pyvis(make_graph()), address="#paper:syn1")

    links = opened.page.eval_on_selector_all("#panel a", "all => all.map(a => [a.href, a.rel, a.target])")

    assert ["https://doi.org/10.1000/syn.1", "noopener noreferrer", "_blank"] in links
    assert all(rel == "noopener noreferrer" and target == "_blank" for _, rel, target in links)


def test_search_finds_without_case_and_accents(open_page: Callable[..., Opened]) -> None:
    opened = open_page(to_pyvis(make_graph()))

    opened.page.keyboard.press("/")
    opened.page.keyboard.type("MULLER")
    assert "Zoë Müller" in opened.page.locator("#hits li").first.inner_text()
    opened.page.keyboard.press("Enter")

    assert "author:name-zoe-muller" == opened.selected()


def test_a_search_without_a_hit_says_so(open_page: Callable[..., Opened]) -> None:
    opened = open_page(to_pyvis(make_graph()))

    opened.page.locator("#query").fill("nothing like this")

    assert "Nothing found" == opened.page.locator("#hits").inner_text()


def test_a_modality_that_is_switched_off_clears_its_selection(open_page: Callable[..., Opened]) -> None:
    opened = open_page(to_pyvis(make_graph()), address="#paper:syn4")

    opened.page.locator("#legend label", has_text="CT").locator("input").uncheck()

    assert None is opened.selected()


def test_buttons_of_the_panel_and_the_address_lead_to_other_nodes(open_page: Callable[..., Opened]) -> None:
    opened = open_page(to_pyvis(make_graph()), address="#syn1")
    assert "paper:syn1" == opened.selected()

    opened.page.locator("#panel button.node", has_text="Zoë Müller").click()
    assert "author:name-zoe-muller" == opened.selected()
    opened.page.evaluate("() => { location.hash = '#topic:ct'; }")
    opened.page.wait_for_function("() => flgraphMap.selected() === 'topic:ct'")
    opened.page.locator("#panel .close").click()
    assert None is opened.selected()


def test_the_keyboard_goes_from_node_to_node_and_zooms(open_page: Callable[..., Opened]) -> None:
    opened = open_page(to_pyvis(make_graph()), address="#topic:mri")
    scale = "() => flgraphMap.network.getScale()"
    opened.page.locator("#map").focus()

    for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
        opened.page.keyboard.press(key)
    opened.page.wait_for_timeout(400)
    assert opened.selected() not in (None, "topic:mri")
    before = opened.page.evaluate(scale)
    opened.page.keyboard.press("+")
    assert before < opened.page.evaluate(scale)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_follow_the_system_until_chosen(open_page: Callable[..., Opened], scheme: str) -> None:
    opened = open_page(to_pyvis(make_graph()), color_scheme=scheme)
    theme = "() => document.documentElement.dataset.theme"
    other = {"light": "dark", "dark": "light"}[scheme]

    assert scheme == opened.page.evaluate(theme)
    background = opened.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert {"light": "rgb(251, 250, 247)", "dark": "rgb(20, 23, 29)"}[scheme] == background
    opened.page.locator("#theme").click()
    assert other == opened.page.evaluate(theme)
    assert [] == opened.messages


@pytest.mark.parametrize("width", [320, 640])
def test_narrow_screens_scroll_down_only(open_page: Callable[..., Opened], width: int) -> None:
    opened = open_page(to_pyvis(make_graph()), address="#paper:syn1", viewport={"width": width, "height": 640})

    assert width == opened.page.evaluate("() => document.documentElement.scrollWidth")
    tops = [opened.page.locator(name).bounding_box()["y"] for name in ("header", "main", "#fold", "#panel", "footer")]
    assert sorted(tops) == tops


SELECT_EACH = """async nodes => {
    const active = [];
    for (const id of nodes) {
        location.hash = encodeURIComponent(id);
        while (flgraphMap.selected() !== id) await new Promise(requestAnimationFrame);
        active.push(document.querySelectorAll("#panel img, #panel script, #panel iframe, #panel svg script").length);
    }
    return active;
}"""


def test_text_that_tries_to_become_script_stays_text(open_page: Callable[..., Opened]) -> None:
    opened = open_page(to_pyvis(make_hostile_graph()))

    for number, text in enumerate(PAYLOADS):
        kinds = (f"paper:{number}{text}", f"author:{text}", f"topic:{text}", f"dataset:{text}", f"codebase:{text}")
        assert [0] * len(kinds) == opened.page.evaluate(SELECT_EACH, kinds)
        opened.page.locator("#query").fill(text[:12])
    links = opened.page.eval_on_selector_all("a", "all => all.map(a => a.protocol)")

    assert set(links) <= {"http:", "https:", "mailto:"}
    assert None is opened.page.evaluate("() => window.hacked ?? null")
    assert [] == opened.messages
    assert 1 == len(opened.requests)


@pytest.mark.parametrize("papers", [0, 1])
def test_the_smallest_graphs_are_drawn(open_page: Callable[..., Opened], papers: int) -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number in range(papers):
        graph.add_node(f"paper:{number}", kind="paper", label="P", title="Synthetic island", in_catalog=True)

    opened = open_page(to_pyvis(graph))

    assert papers == opened.page.evaluate("() => flgraphMap.network.body.data.nodes.length")
    assert [] == opened.messages
    if papers:
        opened.click_node("paper:0")
        assert "No edges" in opened.panel


def test_without_javascript_the_page_says_why_it_is_empty(open_page: Callable[..., Opened]) -> None:
    opened = open_page(to_pyvis(make_graph()), java_script_enabled=False)

    assert "drawn by JavaScript" in opened.page.locator("body").inner_text()


def test_a_page_that_cannot_start_says_so(open_page: Callable[..., Opened], tmp_path: Path) -> None:
    path = write_html(to_pyvis(make_graph()), tmp_path / "whole.html")
    broken = path.read_text(encoding="utf-8").replace('"nodes":{', '"notes":{')

    opened = open_page(to_pyvis(make_graph()), text=broken)

    assert "The network could not be drawn" in opened.page.locator("#status").inner_text()


def test_the_frame_of_a_notebook_works_inside_its_sandbox(open_page: Callable[..., Opened]) -> None:
    frame = show(to_pyvis(make_graph()))._repr_html_()
    opened = open_page(to_pyvis(make_graph()), text=f"<!doctype html><meta charset='utf-8'>{frame}")

    inner = opened.page.frame_locator("iframe")
    inner.locator("#query").fill("Zoe")
    inner.locator("#query").press("Enter")

    assert "Zoë Müller" in inner.locator("#panel").inner_text()
    assert [] == opened.messages


def test_the_page_of_pyvis_itself_runs_no_text_of_the_graph(open_page: Callable[..., Opened], tmp_path: Path) -> None:
    network = to_pyvis(make_hostile_graph())
    network.select_menu = network.filter_menu = True
    network.write_html(str(tmp_path / "pyvis.html"))

    opened = open_page(to_pyvis(make_graph()), text=(tmp_path / "pyvis.html").read_text(encoding="utf-8"))
    opened.page.mouse.move(640, 400)

    assert [100, 80] == opened.page.evaluate("() => [nodes.length, edges.length]")
    assert None is opened.page.evaluate("() => window.hacked ?? null")
    assert "a dialog was opened" not in opened.messages
