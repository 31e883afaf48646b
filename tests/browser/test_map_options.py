"""Options, titles and looks that a user sets on the Network, with text that tries to become script."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyvis.network import Network

from flgraph.map.network import to_pyvis
from flgraph.map.page import render_html
from flgraph.map.svg import render_svg
from tests.browser.opened import MARKS, Opened
from tests.browser.synthetic_map import PAYLOADS, make_graph

pytestmark = MARKS

HACKED = "() => window.hacked ?? null"


def make_network(payload: str) -> Network:
    """A Network whose nodes, edges and options hold a payload wherever text may stand."""
    network = to_pyvis(make_graph(), view="all")
    network.heading = payload
    for node in network.nodes:
        node |= {"title": payload, "label": payload, "group": payload, "category": payload, "shape": payload}
        node |= {"color": payload, "font": {"face": payload, "color": payload}, "borderWidth": 2, payload: payload}
        node["details"] = {**node["details"], "url": payload, "doi": payload, "name": payload, payload: payload}
    for edge in network.edges:
        edge |= {"title": payload, "label": payload, "color": payload, "arrows": payload}
        edge["details"] = {**edge["details"], "evidence": payload, "relation": payload}
    return network


def make_options(payload: str) -> dict[str, Any]:
    return {
        "nodes": {"font": {"face": payload}, "title": payload, "color": payload},
        "edges": {"title": payload, "color": {"color": payload}, "font": {"multi": "html"}},
        "groups": {payload: {"color": payload}},
        "locale": payload,
        "locales": {payload: {"edit": payload}},
        "configure": {"enabled": True, "filter": payload},
        "interaction": {"hover": True},
        "physics": {"enabled": False},
        payload: payload,
    }


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_user_sets_never_runs_on_our_page(open_page: Callable[..., Opened], payload: str) -> None:
    network = make_network(payload)
    network.set_options(json.dumps(make_options(payload)))
    opened = open_page(make_graph(), text=render_html(network, title=payload))
    opened.page.wait_for_function(
        "() => document.getElementById('status').hidden || document.getElementById('status').textContent"
    )
    for button in ("#as-table", "#by-year", "#theme"):
        if opened.page.locator(button).is_visible():
            opened.page.locator(button).click()
    opened.page.mouse.move(640, 400)

    assert None is opened.page.evaluate(HACKED)
    assert ["map.html"] == [url.rpartition("/")[2] for url in opened.requests]
    assert payload in opened.page.locator("h1").inner_text().replace("\n", " ") or "\u2028" in payload


def test_an_image_that_options_name_is_refused_by_the_browser(open_page: Callable[..., Opened]) -> None:
    network = to_pyvis(make_graph())
    network.set_options('{"nodes": {"image": "https://example.org/spy.png"}}')
    opened = open_page(make_graph(), text=render_html(network))
    opened.page.wait_for_function("() => window.flgraphMap !== undefined")

    refused = [said for said in opened.messages if "spy.png" in said and "Content Security Policy" in said]
    assert 1 == len(refused)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_user_sets_never_runs_on_the_page_of_pyvis(
    open_page: Callable[..., Opened], payload: str, tmp_path: Path
) -> None:
    network = make_network(payload)
    network.set_options(
        json.dumps({name: value for name, value in make_options(payload).items() if name != "configure"})
    )
    network.write_html(str(tmp_path / "pyvis.html"))
    opened = open_page(make_graph(), text=(tmp_path / "pyvis.html").read_text(encoding="utf-8"))
    opened.page.mouse.move(640, 400)

    assert None is opened.page.evaluate(HACKED)
    assert "a dialog was opened" not in opened.messages


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_user_sets_is_text_in_the_picture(payload: str) -> None:
    assert "<script" not in render_svg(make_network(payload), title=payload)
