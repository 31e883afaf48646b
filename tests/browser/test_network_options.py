"""Options, titles and looks that a user sets on the Network, with text that tries to become script."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from pyvis.network import Network

from flgraph.map.network import to_pyvis
from flgraph.map.page import render_html
from flgraph.map.svg import render_svg
from tests.browser.opened import MARKS, Opened
from tests.browser.synthetic_map import PAYLOADS, Graph, make_graph

pytestmark = MARKS

HACKED = "() => window.hacked ?? null"
DRAWN = "() => flgraphMap.network.body.data.nodes.length"
READ_PANELS = """async nodes => {
    const said = {};
    for (const node of nodes) {
        location.hash = encodeURIComponent(node);
        while (flgraphMap.selected() !== node) await new Promise(requestAnimationFrame);
        said[node] = document.querySelector("#panel").innerText;
    }
    return said;
}"""
WORDS = ("__proto__", "constructor", "toString")


# A page holds five of them, since opening one takes long. A comment without an end, which hides what follows, is last.
GROUPS = [sorted(PAYLOADS[start : start + 5], key=lambda text: "<!--" in text) for start in range(0, len(PAYLOADS), 5)]


def make_network(payloads: Sequence[str]) -> Network:
    """A Network whose nodes, edges and options hold payloads wherever text may stand, each payload in each field."""
    network = to_pyvis(make_graph())
    network.heading = " ".join(payloads)
    assert len(network.nodes) > 2 * len(payloads)
    for node, text in zip(network.nodes, cycle(payloads), strict=False):
        node |= {"title": text, "label": text, "group": text, "category": text, "shape": text}
        node |= {"color": text, "font": {"face": text, "color": text}, "borderWidth": 2, text: text}
        node["details"] = {**node["details"], "url": text, "doi": text, "name": text, text: text}
    for edge, text in zip(network.edges, cycle(payloads), strict=False):
        edge |= {"title": text, "label": text, "color": text, "arrows": text}
        edge["details"] = {**edge["details"], "evidence": text, "relation": text}
    return network


def make_options(payloads: Sequence[str]) -> dict[str, Any]:
    joined = " ".join(payloads)
    return {
        "nodes": {"font": {"face": joined}, "title": joined, "color": joined},
        "edges": {"title": joined, "color": {"color": joined}, "font": {"multi": "html"}},
        "groups": {text: {"color": text} for text in payloads},
        "locale": payloads[0],
        "locales": {text: {"edit": text} for text in payloads},
        "configure": {"enabled": True, "filter": joined},
        "interaction": {"hover": True},
        "physics": {"enabled": False},
        **{text: text for text in payloads},
    }


@pytest.mark.parametrize("payloads", GROUPS)
def test_what_a_user_sets_never_runs_on_our_page(open_page: Callable[..., Opened], payloads: list[str]) -> None:
    network = make_network(payloads)
    network.set_options(json.dumps(make_options(payloads)))
    opened = open_page(make_graph(), text=render_html(network, title=" ".join(payloads)))
    opened.page.wait_for_function(
        "() => document.getElementById('status').hidden || document.getElementById('status').textContent"
    )
    for button in ("#as-table", "#physics", "#theme"):
        if opened.page.locator(button).is_visible():
            opened.page.locator(button).click()
    opened.page.mouse.move(640, 400)

    assert None is opened.page.evaluate(HACKED)
    assert ["map.html"] == [url.rpartition("/")[2] for url in opened.requests]
    shown = opened.page.locator("h1").inner_text().replace("\n", " ")
    assert all(payload in shown or "\u2028" in payload for payload in payloads)


@pytest.mark.parametrize("payloads", GROUPS)
def test_what_a_user_sets_never_runs_on_the_page_of_pyvis(
    open_page: Callable[..., Opened], payloads: list[str], tmp_path: Path
) -> None:
    network = make_network(payloads)
    network.set_options(
        json.dumps({name: value for name, value in make_options(payloads).items() if name != "configure"})
    )
    network.write_html(str(tmp_path / "pyvis.html"))
    opened = open_page(make_graph(), text=(tmp_path / "pyvis.html").read_text(encoding="utf-8"))
    opened.page.mouse.move(640, 400)

    assert None is opened.page.evaluate(HACKED)
    assert "a dialog was opened" not in opened.messages


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_user_sets_is_text_in_the_picture(payload: str) -> None:
    assert "<script" not in render_svg(make_network([payload]), title=payload)


def use_words(graph: Graph) -> None:
    """Call topics, licences, relations and the rest by names that every object of JavaScript has."""
    for number, word in enumerate(WORDS, start=1):
        graph.add_node(f"codebase:{word}", kind="codebase", label=word, url="https://example.org", licence=word)
        graph.add_edge(f"paper:syn{number}", f"codebase:{word}", key="has_code", sources="catalog", evidence="x")
        graph.add_edge(f"paper:syn{number}", "paper:syn6", key="relates_to", sources="catalog", relation=word)
        graph.nodes[f"paper:syn{number}"]["references"] = word
    graph.nodes["topic:mri"].update(label=WORDS[0], name=WORDS[0])
    graph.nodes["topic:ct"].update(label=WORDS[1], name=WORDS[1])
    graph.nodes["venue:syn"].update(label=WORDS[2], name=WORDS[2])


def test_words_that_every_object_of_javascript_has_are_only_words(open_page: Callable[..., Opened]) -> None:
    graph = make_graph()
    use_words(graph)
    network = to_pyvis(graph)
    network.get_node("author:name-zoe-muller").update(group_name=WORDS[1], shape=WORDS[1])
    opened = open_page(graph, text=render_html(network))
    opened.page.wait_for_function("() => window.flgraphMap !== undefined")
    drawn = opened.page.evaluate(DRAWN)
    counts = [
        opened.page.locator("#legend [aria-label=Colours] label", has_text=word).inner_text() for word in WORDS[:2]
    ]
    opened.page.locator("#legend [aria-label=Colours] label", has_text=WORDS[0]).locator("input").uncheck()

    assert [f"{WORDS[0]}\n3", f"{WORDS[1]}\n1"] == counts
    assert drawn - 3 == opened.page.evaluate(DRAWN)
    nodes = [f"codebase:{word}" for word in WORDS]
    papers = [f"paper:syn{number}" for number in (1, 2, 3, 6)]
    said = opened.page.evaluate(READ_PANELS, [*nodes, *papers, "author:name-zoe-muller"])
    for word, codebase, paper in zip(WORDS, nodes, papers, strict=False):
        assert f"licence\n{word}\n" in said[codebase]
        assert f"references\n{word}\n" in said[paper]
        assert word in said["paper:syn6"]
    assert f"{WORDS[1]}\n".casefold() in said["author:name-zoe-muller"].casefold()
    assert [] == opened.messages
