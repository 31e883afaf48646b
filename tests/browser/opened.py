"""A page in a real Chromium, and what it asked for and said."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

# The shell has no windows of its own to draw, so a page takes half the CPU time.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",  # else a process of its own draws in software, and opening a page takes a quarter longer
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--process-per-site",  # else each page starts a process and compiles the library anew
]
READY = "() => window.flgraphMap !== undefined && document.getElementById('status').hidden"
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

MARKS = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Opened:
    """A page with the log of its requests and messages."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.messages: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.messages.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.messages.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.messages.append("a dialog was opened"))

    @property
    def panel(self) -> str:
        return str(self.page.locator("#panel").inner_text())

    def selected(self) -> str | None:
        found: str | None = self.page.evaluate("() => flgraphMap.selected()")
        return found

    def click_node(self, node: str) -> None:
        point = self.page.evaluate(
            """id => {
                const node = flgraphMap.data.byId.get(id);
                const point = flgraphMap.network.canvasToDOM({ x: node.x, y: node.y });
                const box = document.getElementById("map").getBoundingClientRect();
                return [box.left + point.x, box.top + point.y];
            }""",
            node,
        )
        self.page.mouse.click(*point)
        self.page.evaluate(SETTLED)
