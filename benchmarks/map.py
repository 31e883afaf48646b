"""The page of the map beside pyvis's own of the same graph, in a real Chromium without a network.

Both draw the same synthetic papers, authors and topics. Pyvis's page is made as its users make it: nodes and edges
added one by one, its own physics, its library within the page.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import networkx as nx
import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright
from pyvis.network import Network

from benchmarks.report import Figure, print_report
from flgraph.map.network import to_pyvis
from flgraph.map.page import render_html, write_html

_FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                 "--disable-sync", "--no-first-run", "--js-flags=--expose-gc"]  # fmt: skip
_PATIENCE: Final = 60_000  # milliseconds until a page is given up
_REST: Final = 3_000
_FRAMES: Final = 20
_OURS: Final = "() => window.flgraphMap && flgraphMap.network"
_THEIRS: Final = (
    "() => typeof network !== 'undefined' && network.body && network.body.nodeIndices.length > 0 && network"
)


def make_graph(size: int, *, seed: int = 0) -> nx.MultiDiGraph[str]:
    """Return a synthetic graph of so many nodes, two edges a node: papers, authors and topics."""
    chance = np.random.default_rng(seed)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(title="Synthetic map", synthetic=True, sources="catalog")
    papers, topics = size // 2, max(size // 20, 1)
    for number in range(papers):
        title = f"Synthetic paper {number} with a title of the usual length"
        facts = {"title": title, "in_catalog": True, "key": str(number), "year": 2015 + number % 10}
        graph.add_node(f"paper:{number}", kind="paper", label=f"P{number}", **facts)
    for number in range(topics):
        name = f"Synthetic topic {number}"
        graph.add_node(f"topic:{number}", kind="topic", label=f"T{number}", name=name, facet="modality")
    for number in range(size - papers - topics):
        graph.add_node(f"author:{number}", kind="author", label=f"A{number}", name=f"Synthetic Author {number}")
    for number in range(papers):
        graph.add_edge(f"paper:{number}", f"topic:{int(topics * chance.random() ** 2)}", key="about", sources="catalog",
                       evidence="synthetic", facet="modality")  # fmt: skip
        if number:
            graph.add_edge(f"paper:{number}", f"paper:{int(number * chance.random())}", key="cites", sources="catalog",
                           evidence="synthetic")  # fmt: skip
    for number in range(size - papers - topics):
        for paper in chance.integers(0, papers, 2):
            graph.add_edge(
                f"author:{number}",
                f"paper:{paper}",
                key="authored",
                sources="catalog",
                evidence="synthetic",
                position=1,
            )
    return graph


def write_stock(graph: nx.MultiDiGraph[str], path: Path) -> Path:
    """Write the page of pyvis as its users do."""
    network = Network(directed=True, cdn_resources="in_line")
    for node, data in graph.nodes(data=True):
        network.add_node(node, label=data["label"], title=str(data.get("title") or data.get("name")))
    for start, end in graph.edges():
        network.add_edge(start, end)
    path.write_text(network.generate_html(), encoding="utf-8")
    return path


def measure_page(browser: Browser, path: Path, network: str) -> dict[str, float]:
    """Return what a page costs: requests, CPU seconds to the first nodes, CPU a frame, heap, and how far nodes move."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(path.as_uri(), wait_until="commit")
    page.wait_for_function(network, timeout=_PATIENCE)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    first = _read(session)
    places = _locate(page, network)
    page.wait_for_timeout(_REST)
    moved = np.hypot(*(_locate(page, network) - places).T)
    before = _read(session)
    _pan(page, network)
    after = _read(session)
    found = {
        "requests": float(len([url for url in asked if not url.startswith(("data:", "blob:"))]) - 1),
        "first": first["TaskDuration"],
        "frame": 1000 * (after["TaskDuration"] - before["TaskDuration"]) / _FRAMES,
        "heap": after["JSHeapUsedSize"] / 1e6,
        "moved": float(moved.max()),
    }
    context.close()
    return found


def _read(session: Any) -> dict[str, float]:
    return {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}


def _locate(page: Page, network: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return where each node stands on the screen."""
    found = page.evaluate(
        f"""() => {{
            const drawn = ({network})();
            const places = drawn.getPositions();
            return Object.keys(places).sort().map(id => {{
                const point = drawn.canvasToDOM(places[id]);
                return [point.x, point.y];
            }});
        }}"""
    )
    return np.array(found, dtype=np.float64)


def _pan(page: Page, network: str) -> None:
    page.evaluate(
        f"""async () => {{
            const drawn = ({network})();
            for (let frame = 0; frame < {_FRAMES}; frame++) {{
                drawn.moveTo({{ position: {{ x: frame * 5, y: frame * 3 }} }});
                await new Promise(done => requestAnimationFrame(done));
            }}
            if (window.gc) window.gc();
        }}"""
    )


def compare(size: int, browser: Browser, folder: Path) -> list[Figure]:
    """Return the figures of both pages of one graph."""
    graph = make_graph(size)
    ours = write_html(to_pyvis(graph, view="all"), folder / "ours.html")
    stock = write_stock(graph, folder / "pyvis.html")
    one, other = measure_page(browser, ours, _OURS), measure_page(browser, stock, _THEIRS)
    rows = [
        ("bytes", "kB", {"at_most": 760.0} if size <= 60 else {}),
        ("requests", "", {"at_most": 0.0}),
        ("first", "s", {"at_most": 0.6}),
        ("frame", "ms", {"at_most": 33.0} if size == 2000 else {}),
        ("heap", "MB", {"at_most": 8.0} if size == 2000 else {}),
        ("moved", "px", {"at_most": 0.0}),
    ]
    names = {
        "bytes": "size",
        "requests": "requests",
        "first": "CPU to the first nodes",
        "frame": "CPU a frame of panning",
        "heap": "heap",
        "moved": "how far a node moves after it is drawn",
    }
    one["bytes"], other["bytes"] = ours.stat().st_size / 1000, stock.stat().st_size / 1000
    figures = []
    for name, unit, target in rows:
        figures.append(Figure(f"{size} nodes, {names[name]}: flgraph", one[name], unit, **target))
        figures.append(Figure(f"{size} nodes, {names[name]}: pyvis", other[name], unit))
    return figures


def time_writing(size: int) -> Figure:
    """Return how long Python takes from a graph with positions to the page."""
    graph = make_graph(size)
    places = {node: (float(number % 500), float(number // 500)) for number, node in enumerate(sorted(graph))}
    began = time.perf_counter()
    render_html(graph, positions=places)
    return Figure(f"{size} nodes, graph to page in Python without layout", time.perf_counter() - began, "s", at_most=3)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[60, 500, 2000])
    parser.add_argument("--largest", type=int, default=20_000)
    options = parser.parse_args(arguments)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        for size in options.sizes:
            figures += compare(size, browser, Path(folder))
        browser.close()
    figures.append(time_writing(options.largest))
    return print_report(f"map: synthetic graphs of {', '.join(map(str, options.sizes))} nodes", figures)


if __name__ == "__main__":
    raise SystemExit(main())
