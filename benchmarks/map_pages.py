"""Measure pages of maps in a real Chromium without a network: bytes, requests, CPU, and where labels stand."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

import networkx as nx
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from pyvis.network import Network

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-headless-shell")
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--no-first-run"]  # fmt: skip
VIEWPORT: Final[ViewportSize] = {"width": 1440, "height": 900}
FRAMES: Final = 60
_STEP: Final = (3, 1)  # pixels a frame
_REST: Final = 600  # milliseconds until labels stand


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Kind(NamedTuple):
    """A kind of page: when its marks are drawn, and what moves its picture by some pixels."""

    drawn: str
    pan: str


ATLAS: Final = Kind(
    "() => window.flgraphAtlas && flgraphAtlas.app.frames > 0",
    "(x, y) => { const { app } = flgraphAtlas; app.camera.x += x; app.camera.y += y; app.scene.moved(false); }",
)
_MOVE: Final = """(x, y) => {
    const { x: across, y: down } = drawn.getViewPosition();
    drawn.moveTo({ position: { x: across - x / drawn.getScale(), y: down - y / drawn.getScale() } });
}"""
VIS: Final = Kind(
    "() => window.flgraphMap && flgraphMap.network && true", _MOVE.replace("drawn.", "flgraphMap.network.")
)
PYVIS: Final = Kind(
    "() => typeof network !== 'undefined' && network.body && network.body.nodeIndices.length > 0",
    _MOVE.replace("drawn.", "network."),
)

_FRAME: Final = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_LABELS: Final = """() => {
    const { app } = flgraphAtlas;
    const box = ({ left, top, right, bottom }) => [left, top, right, bottom];
    const { k, x, y } = app.camera;
    const marks = [...app.shown.keys()].filter(paper => app.shown[paper]);
    return {
        marks: marks.map(paper => [app.x[paper] * k + x, app.y[paper] * k + y, app.radius[paper]]),
        labels: app.labels.filter(label => label.paper >= 0).map(label => ({
            box: box(label), mark: marks.indexOf(label.paper), line: label.kind !== "direct" })),
        names: app.names.map(box),
    };
}"""


class Measured(NamedTuple):
    """What a page costs: kilobytes, requests beside the file, and milliseconds of CPU to first paint and of a frame."""

    size: float
    requests: float
    first: float
    frame: float


def write_stock(graph: nx.MultiDiGraph[str], path: Path) -> Path:
    """Write the page of pyvis as its users do: nodes and edges one by one, its own physics, its library within."""
    network = Network(directed=True, cdn_resources="in_line")
    for node, data in graph.nodes(data=True):
        network.add_node(node, label=data["label"], title=str(data.get("title") or data.get("name")))
    for start, end in graph.edges():
        network.add_edge(start, end)
    path.write_text(network.generate_html(), encoding="utf-8")
    return path


def measure_page(browser: Browser, path: Path, kind: Kind, *, patience: float, rounds: int = 1) -> Measured | None:
    """Measure a page so many times, each in a process of its own, and return the medians.

    Returns None if it draws nothing within the patience, in seconds.
    """
    found: list[Measured] = []
    for _ in range(rounds):
        once = _measure_once(browser, path, kind, patience)
        if once is None:
            return None
        found.append(once)
    return Measured(*(median(values) for values in zip(*found, strict=True)))


def _measure_once(browser: Browser, path: Path, kind: Kind, patience: float) -> Measured | None:
    context = browser.new_context(viewport=VIEWPORT, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("about:blank")
    page.wait_for_timeout(_REST / 2)
    before = _read_cpu()
    try:
        _open(page, path, kind, patience)
    except PlaywrightTimeoutError:
        context.close()
        return None
    first = _read_cpu() - before
    page.wait_for_timeout(_REST)
    before = _read_cpu()
    frames = int(page.evaluate(_write_panning(kind, patience)))
    frame = (_read_cpu() - before) / frames
    context.close()
    others = {url for url in asked if not url.startswith(("data:", "blob:", "about:", "file:"))}
    return Measured(path.stat().st_size / 1000, float(len(others)), first, frame)


def read_labels(browser: Browser, path: Path) -> Mapping[str, Any]:
    """Read where the page of an atlas has its marks, labels and names of regions, in pixels."""
    context = browser.new_context(viewport=VIEWPORT, offline=True)
    page = context.new_page()
    _open(page, path, ATLAS, 60)
    page.wait_for_timeout(_REST)
    found: Mapping[str, Any] = page.evaluate(_LABELS)
    context.close()
    return found


def count_overlaps(found: Mapping[str, Any]) -> int:
    """Count the pairs of labels, and of labels and names of regions, that overlap."""
    labels = [label["box"] for label in found["labels"]]
    return sum(_overlap(one, other) for place, one in enumerate(labels) for other in [*labels[:place], *found["names"]])


def count_misread(found: Mapping[str, Any]) -> int:
    """Count the labels without a leader line or a ring that are nearer to another mark than to their own."""
    count = 0
    for label in found["labels"]:
        gaps = [_measure_gap(label["box"], mark) for mark in found["marks"]]
        own = gaps.pop(label["mark"])
        count += not label["line"] and min(gaps, default=own + 1) <= own
    return count


def _open(page: Page, path: Path, kind: Kind, patience: float) -> None:
    page.set_default_timeout(1000 * patience)
    page.goto(path.as_uri(), wait_until="commit")
    end = time.monotonic() + patience
    page.wait_for_function(kind.drawn, timeout=1000 * patience)
    page.wait_for_function(f"() => {_FRAME}.then(() => true)", timeout=max(1.0, 1000 * (end - time.monotonic())))


def _write_panning(kind: Kind, patience: float) -> str:
    """Write the script that pans for so many frames or seconds, and returns how many frames it saw."""
    across, down = _STEP
    return f"""async () => {{
        const pan = {kind.pan};
        const end = performance.now() + {1000 * patience};
        let frame = 0;
        for (; frame < {FRAMES} && performance.now() < end; frame++) {{
            pan({across}, {down});
            await new Promise(done => requestAnimationFrame(done));
        }}
        return Math.max(frame, 1);
    }}"""


def _overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _measure_gap(box: Sequence[float], mark: Sequence[float]) -> float:
    left, top, right, bottom = box
    x, y, radius = mark
    across, down = max(left - x, 0.0, x - right), max(top - y, 0.0, y - bottom)
    return float((across**2 + down**2) ** 0.5 - radius)


# --- CPU of Chromium ---------------------------------------------------------------------------------------


def _read_cpu() -> float:
    """Return the milliseconds of CPU of the renderer and GPU processes below this one."""
    above: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        stat = _read(folder / "stat") if folder.name.isdigit() else ""
        if stat:
            fields = stat.rpartition(")")[2].split()
            above[int(folder.name)] = int(fields[1])
            ticks[int(folder.name)] = int(fields[11]) + int(fields[12])
    meant = [process for process in ticks if _is_below(process, above) and _draws(process)]
    return 1000 * sum(ticks[process] for process in meant) / os.sysconf("SC_CLK_TCK")


def _is_below(process: int, above: Mapping[int, int]) -> bool:
    while process in above and above[process] != os.getpid():
        process = above[process]
    return process in above


def _draws(process: int) -> bool:
    words = _read(Path(f"/proc/{process}/cmdline"))
    return "--type=renderer" in words or "--type=gpu-process" in words


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:  # the process has ended
        return ""
