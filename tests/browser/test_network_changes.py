"""What a user sets on a Network, or makes with pyvis alone, as a reader of its page sees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyvis.network import Network

from flgraph.map.network import to_pyvis
from tests.browser.opened import MARKS, Opened
from tests.browser.synthetic_map import make_graph

pytestmark = MARKS

DOT = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><circle cx='4' cy='4' r='4'/></svg>"
COUNT = "() => flgraphMap.network.body.data.nodes.length"
POINT = """id => {
    const node = flgraphMap.data.byId.get(id);
    const point = flgraphMap.network.canvasToDOM({ x: node.x, y: node.y });
    const box = document.getElementById("map").getBoundingClientRect();
    return [box.left + point.x, box.top + point.y];
}"""


def hover(opened: Opened, node: str) -> None:
    x, y = opened.page.evaluate(POINT, node)
    opened.page.mouse.move(x - 1, y)
    opened.page.mouse.move(x, y)
    opened.page.locator("#tip").wait_for(state="visible")


def test_a_click_on_a_node_opens_its_details_and_escape_clears(open_page: Callable[..., Opened]) -> None:
    opened = open_page(to_pyvis(make_graph()))

    opened.click_node("paper:syn1")

    assert "paper:syn1" == opened.selected()
    assert opened.page.url.endswith("#paper:syn1")
    for words in (
        "Synthetic paper 1: federated segmentation across hospitals",
        "Authors (2)\nZoë Müller\nOnly Author 1",
        "1801.00001",
        "doubts\nsynthetic doubt",
        "Code (1)",
        "Cited by (1)",
        "Relations, not citations (1)",
        "builds_on",
    ):
        assert words in opened.panel
    opened.page.keyboard.press("Escape")
    assert None is opened.selected()
    assert "Click a node" in opened.panel


def test_a_switch_hides_a_kind_and_shows_it_again(open_page: Callable[..., Opened]) -> None:
    opened = open_page(to_pyvis(make_graph()))
    switch = opened.page.locator("#legend label", has_text="authors").locator("input")

    switch.uncheck()
    assert 12 == opened.page.evaluate(COUNT)
    switch.check()
    assert 19 == opened.page.evaluate(COUNT)


def test_search_reveals_a_node_that_the_user_hid(open_page: Callable[..., Opened]) -> None:
    network = to_pyvis(make_graph())
    network.get_node("author:name-only-5")["hidden"] = True
    opened = open_page(network)
    assert 18 == opened.page.evaluate(COUNT)

    opened.page.locator("#query").fill("only author 5")
    opened.page.keyboard.press("Enter")

    assert "author:name-only-5" == opened.selected()
    assert 19 == opened.page.evaluate(COUNT)


@pytest.mark.parametrize("act", ["leave", "click", "wheel", "key", "select", "switch"])
def test_no_tip_stays_behind(open_page: Callable[..., Opened], act: str) -> None:
    network = to_pyvis(make_graph())
    network.get_node("paper:syn1")["title"] = "<b>bold</b>\nsecond line"
    opened = open_page(network)
    hover(opened, "paper:syn1")
    tip = opened.page.locator("#tip")
    assert "<b>bold</b>\nsecond line" == tip.inner_text()

    acts: dict[str, Callable[[], object]] = {
        "leave": lambda: opened.page.mouse.move(60, 400),
        "click": lambda: opened.click_node("paper:syn1"),
        "wheel": lambda: opened.page.mouse.wheel(0, 240),
        "key": lambda: opened.page.keyboard.press("+"),
        "select": lambda: opened.page.evaluate("() => { location.hash = '#syn2'; }"),
        "switch": lambda: opened.page.locator("#legend input").first.focus() or opened.page.keyboard.press("Space"),
    }
    acts[act]()
    tip.wait_for(state="hidden")
    opened.page.wait_for_timeout(400)

    assert not tip.is_visible()
    assert 0 == opened.page.locator(".vis-tooltip").count()
    assert [] == opened.messages


def test_the_tip_of_an_edge_says_its_title(open_page: Callable[..., Opened]) -> None:
    network = Network()
    network.add_node("one", x=-200, y=0, size=10)
    network.add_node("two", x=200, y=0, size=10)
    network.add_edge("one", "two", title="<i>why</i>", width=8)
    opened = open_page(network)
    (left, y), (right, _) = (opened.page.evaluate(POINT, node) for node in ("one", "two"))

    opened.page.mouse.move((left + right) / 2 - 1, y)
    opened.page.mouse.move((left + right) / 2, y)
    opened.page.locator("#tip").wait_for(state="visible")

    assert "<i>why</i>" == opened.page.locator("#tip").inner_text()
    assert not opened.page.query_selector("#tip i")


def test_a_network_made_with_pyvis_alone_is_drawn_as_it_is(open_page: Callable[..., Opened]) -> None:
    network = Network(heading="My own", directed=True, bgcolor="#222222", font_color="white")
    network.add_node(1, label="One", color="red", shape="star", size=40, title="first")
    network.add_node("two", label="Two", shape="box", color="#00ff00")
    network.add_node(3, hidden=True)
    network.add_edge(1, "two", width=7, dashes=True, color="#ff00ff")
    network.add_edge("two", 3, arrows="from")
    opened = open_page(network)
    body = opened.page.evaluate(
        """() => {
            const { nodes, edges } = flgraphMap.network.body;
            const [one, two] = [nodes[0], nodes[1]];
            const edge = edges[0].options;
            return { one: [one.options.shape, one.options.size, one.options.color.background],
                two: [two.options.shape, two.options.label, two.options.color.background],
                edge: [edge.width, edge.dashes, edge.color.color, edge.arrows.to.enabled],
                hidden: nodes[2] === undefined,
                page: getComputedStyle(document.getElementById("map")).backgroundColor };
        }"""
    )

    assert ["star", 40, "red"] == body["one"]
    assert ["box", "Two", "#00ff00"] == body["two"]
    assert [7, True, "#ff00ff", True] == body["edge"]
    assert body["hidden"]
    assert "rgb(34, 34, 34)" == body["page"]
    assert "My own" == opened.page.locator("h1").inner_text()
    assert "flgraph laid them out" in opened.page.locator("footer").inner_text()
    opened.click_node("1")
    assert "first" in opened.panel
    assert "Links to (1)" in opened.panel
    opened.page.locator("#as-table").click()
    assert 2 == opened.page.locator("#table tbody tr").count()
    assert [] == opened.messages
    assert 1 == len(opened.requests)


def test_nodes_stay_until_physics_is_asked_for(open_page: Callable[..., Opened]) -> None:
    network = Network()
    network.add_nodes(list(range(6)))
    network.add_edges([(0, number) for number in range(1, 6)])
    opened = open_page(network)
    places = "() => JSON.stringify(flgraphMap.network.getPositions())"
    before = opened.page.evaluate(places)
    opened.page.wait_for_timeout(400)
    assert before == opened.page.evaluate(places)

    opened.page.locator("#physics").click()
    opened.page.wait_for_function(f"before => ({places})() !== before", arg=before)
    opened.page.locator("#physics").click()
    after = opened.page.evaluate(places)
    opened.page.wait_for_timeout(300)

    assert after == opened.page.evaluate(places)
    assert [] == opened.messages
    still = open_page(to_pyvis(make_graph()))
    assert not still.page.locator("#physics").is_visible()


def test_levels_of_a_hierarchy_are_kept(open_page: Callable[..., Opened]) -> None:
    network = Network(layout=True, directed=True)
    for number in range(4):
        network.add_node(number, level=number // 2)
    network.add_edges([(0, 2), (0, 3), (1, 3)])
    opened = open_page(network)

    heights = opened.page.evaluate("() => flgraphMap.data.nodes.map(node => node.y)")

    assert heights[0] == heights[1] != heights[2] == heights[3]
    assert [] == opened.messages


def test_pictures_from_addresses_are_not_asked_for(open_page: Callable[..., Opened]) -> None:
    network = Network()
    network.add_node("far", shape="image", image="https://example.org/spy.png", brokenImage="https://example.org/b.png")
    network.add_node("near", shape="image", image=f"data:image/svg+xml;utf8,{DOT}")
    opened = open_page(network)

    shapes = opened.page.evaluate("() => [0, 1].map(index => flgraphMap.network.body.nodes[index].options.shape)")

    assert ["dot", "image"] == shapes
    assert "Pictures from addresses are left out" in opened.page.locator("footer").inner_text()
    assert [] == opened.messages
    assert ["map.html"] == [url.rpartition("/")[2] for url in opened.requests if not url.startswith("data:")]
