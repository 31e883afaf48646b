"""The page of the atlas for everybody and with anything: access, hostile text, odd lists, thousands of papers."""

from __future__ import annotations

import json
from collections.abc import Callable

import networkx as nx
import pytest

from tests.browser.atlas_opened import LIT, OpenAtlas, show_view, size
from tests.browser.atlas_payload import Payload, make_payload, render_payload
from tests.browser.opened import MARKS, Opened
from tests.browser.synthetic_map import PAYLOADS

pytestmark = MARKS


# --- access ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_serious_in_any_view(open_atlas: OpenAtlas, scheme: str, width: int) -> None:
    axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    opened = open_atlas(make_payload(cited=True), viewport=size(width, 844), color_scheme=scheme)
    page = opened.page
    rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}  # only colours differ

    def check(state: str) -> None:
        found = axe_playwright.Axe().run(page, options={"resultTypes": ["violations"], **rules})
        serious = [(state, one["id"], [node["target"] for node in one["nodes"]][:3])
                   for one in found.response["violations"] if one["impact"] in ("serious", "critical")]  # fmt: skip
        assert [] == serious, json.dumps(serious)

    check("map")
    for view in ("timeline", "table", "near"):
        show_view(opened, view)
        check(view)
    page.locator("#list").click()
    check("reading list")
    page.evaluate("() => flgraphAtlas.view('map')")
    if width < 760:
        page.locator("#fold").click()
    page.locator("#filters summary", has_text="Task").click()
    check("filter")
    page.keyboard.press("Escape")
    page.locator("#query").fill("syn")
    check("search")


def test_without_a_canvas_the_table_and_a_message_are_shown(open_page: Callable[..., Opened]) -> None:
    text = (
        render_payload(make_payload()).replace('<canvas id="scene"', '<div id="scene"').replace("</canvas>", "</div>")
    )
    opened = open_page(nx.MultiDiGraph(), text=text)
    opened.page.wait_for_selector("body.ready")

    assert "cannot draw the picture" in opened.page.locator("#status").inner_text()
    assert 56 == opened.page.locator("#table tbody tr").count()
    assert ["table"] == opened.page.evaluate(LIT)
    opened.page.locator("#table tbody th button").first.click()
    assert "Most similar, and why" in opened.panel
    assert "Neighbourhood" not in opened.panel
    opened.page.locator("#query").fill("syn7")
    opened.page.keyboard.press("Enter")
    assert "paper:syn7" == opened.page.evaluate("() => flgraphAtlas.selected()")
    assert [] == opened.messages


def test_without_javascript_the_page_says_why_it_is_empty(open_page: Callable[..., Opened]) -> None:
    opened = open_page(nx.MultiDiGraph(), text=render_payload(make_payload()), java_script_enabled=False)

    assert "drawn by JavaScript" in opened.page.locator("body").inner_text()


def test_a_page_that_cannot_start_says_so(open_page: Callable[..., Opened]) -> None:
    payload = make_payload()
    del payload["things"]
    opened = open_page(nx.MultiDiGraph(), text=render_payload(payload))

    opened.page.wait_for_function("() => document.querySelector('#status').innerText.includes('could not be drawn')")


# --- bad input -------------------------------------------------------------------------------------------

VISIT_ALL = """async () => {
    const wait = () => new Promise(done => requestAnimationFrame(done));
    const { app } = flgraphAtlas;
    const active = () => document.querySelectorAll(
        "#panel img, #panel script, #panel iframe, #table img, #table script, #bar img, #hits img, #tip img").length
        + [...document.querySelectorAll("a")].filter(link => !["http:", "https:"].includes(link.protocol)).length;
    let found = 0;
    for (let paper = 0; paper < app.data.count; paper++) {
        flgraphAtlas.open(paper);
        flgraphAtlas.view("near");
        await wait();
        found += active();
        flgraphAtlas.view("map");
    }
    for (const button of document.querySelectorAll("#panel .tags button")) {
        button.click();
        found += active();
    }
    for (const view of ["timeline", "table", "map"]) {
        flgraphAtlas.view(view);
        await wait();
        found += active();
    }
    for (const drop of document.querySelectorAll("#bar details")) {
        drop.open = true;
        await wait();
        found += active();
    }
    return found;
}"""


def make_hostile_payload() -> Payload:
    payload = make_payload(len(PAYLOADS), cited=True)
    payload |= {"title": PAYLOADS[0], "note": PAYLOADS[1], "caption": PAYLOADS[2], "origin": PAYLOADS[4]}
    payload["reading_order"] = PAYLOADS[5]
    for column in ("label", "name", "url", "doi", "arxiv", "bibtex"):
        payload[column] = list(PAYLOADS)
    payload["id"] = [f"paper:{number}{text}" for number, text in enumerate(PAYLOADS)]
    payload["fields"] = {text: {"values": [text * 9] * len(PAYLOADS), "source": text} for text in PAYLOADS}
    payload["sources"] = dict.fromkeys(PAYLOADS, PAYLOADS[3])
    payload["reading"] = [[number, text] for number, text in enumerate(PAYLOADS)]
    for region, text in zip(payload["regions"], PAYLOADS, strict=False):
        region |= {"name": text, "topics": [[text, 1, 2]]}
    payload["things"] = [
        [kind, text, text, "task" if kind == "topic" else text, text, text, [number, (number + 1) % 20], 300, 300]
        for kind in ("author", "dataset", "code", "topic", "venue")
        for number, text in enumerate(PAYLOADS)
    ]
    payload["outside"] = [[text, text, 2015, [number], 400, 400] for number, text in enumerate(PAYLOADS)]
    return payload


def test_text_that_tries_to_become_script_stays_text(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(make_hostile_payload())
    page = opened.page

    assert 0 == page.evaluate(VISIT_ALL)
    for text in PAYLOADS:
        page.locator("#query").fill(text[:14])
        page.keyboard.press("Enter")

    assert None is page.evaluate("() => window.hacked ?? null")
    assert [] == opened.messages
    assert 1 == len(opened.requests)


def bare(payload: Payload) -> Payload:
    count = len(payload["id"])
    return payload | {"things": [], "year": [None] * count, "date": [None] * count, "fields": {}}


def long(payload: Payload) -> Payload:
    count = len(payload["id"])
    return payload | {"title": "Synthetic " * 40, "name": ["Q" * 400] * count, "label": ["W" * 400, "a"] * (count // 2)}


def alike(payload: Payload) -> Payload:
    count = len(payload["id"])
    return payload | {"x": [500.0] * count, "y": [360.0] * count, "year": [2020] * count}


ODD = {
    "none": lambda: make_payload(0, regions=0),
    "one": lambda: make_payload(1, regions=0),
    "two": lambda: make_payload(2, regions=0, cited=True),
    "nothing known": lambda: bare(make_payload()),
    "long titles": lambda: long(make_payload()),
    "one place": lambda: alike(make_payload(regions=0)),
}


@pytest.mark.parametrize("case", ODD)
@pytest.mark.parametrize("width", [390, 1280])
def test_odd_lists_are_drawn_in_all_views(open_atlas: OpenAtlas, case: str, width: int) -> None:
    payload = ODD[case]()
    opened = open_atlas(payload, viewport=size(width, 800))
    page = opened.page

    assert 0 == page.evaluate(VISIT_ALL)
    assert len(payload["id"]) == page.evaluate("() => flgraphAtlas.app.shownCount")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert "NaN" not in page.locator("body").inner_text()
    assert "undefined" not in page.locator("body").inner_text()
    camera = page.evaluate("() => Object.values(flgraphAtlas.app.camera)")
    assert all(isinstance(value, int | float) for value in camera)
    assert [] == opened.messages


def test_twenty_thousand_papers_are_drawn_and_pan_from_a_bitmap(open_atlas: OpenAtlas) -> None:
    payload = make_payload(20_000, cited=False)
    payload |= {"things": payload["things"][:20], "bibtex": None, "fields": {}}
    opened = open_atlas(payload)

    spent = opened.page.evaluate(
        """async () => {
            const { app } = flgraphAtlas;
            const times = [];
            for (let step = 0; step < 20; step++) {
                app.camera.x += 4;
                const begun = performance.now();
                app.scene.paint();
                times.push(performance.now() - begun);
            }
            return times.sort((one, other) => one - other)[10];
        }"""
    )
    assert spent < 100  # milliseconds; drawing all dots takes several times as long
    for view in ("timeline", "table", "map"):
        show_view(opened, view)
    assert 1000 == opened.page.evaluate(
        "() => { flgraphAtlas.view('table'); return document.querySelectorAll('#table tbody tr').length; }"
    )
    assert "the first 1,000 are listed" in opened.page.locator("#table caption").inner_text()
    assert [] == opened.messages
