"""One Chromium for all pages that a worker opens, with every request refused but that for the file itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from pyvis.network import Network

from flgraph.map.page import write_html
from tests.browser.atlas_opened import RESTED, OpenAtlas
from tests.browser.atlas_payload import Payload, make_payload, render_payload
from tests.browser.opened import CHROMIUM, FLAGS, READY, SETTLED, Opened


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests that open pages after all others, so that Chromium starts once."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def open_context(browser: Any, **options: Any) -> Any:
    context = browser.new_context(offline=True, **options)
    context.route("**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort())
    return context


@pytest.fixture(scope="package")
def context(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What pages share; one of them stays open, and with it the process that has compiled the library."""
    context = open_context(browser)
    path = write_html(nx.MultiDiGraph(), tmp_path_factory.mktemp("browser") / "map.html")
    context.new_page().goto(path.as_uri())
    return context


@pytest.fixture
def open_page(browser: Any, context: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    opened: list[Any] = []

    def open_it(
        picture: nx.MultiDiGraph[str] | Network,
        *,
        address: str = "",
        text: str | None = None,
        viewport: dict[str, int] | None = None,
        color_scheme: str = "light",
        java_script_enabled: bool = True,
    ) -> Opened:
        path = tmp_path / "map.html"
        if text is None:
            write_html(picture, path)
        else:
            path.write_text(text, encoding="utf-8")
        shared = context if java_script_enabled else open_context(browser, java_script_enabled=False)
        page = shared.new_page()
        opened.append(page if java_script_enabled else shared)
        page.set_viewport_size(viewport or {"width": 1280, "height": 800})
        page.emulate_media(color_scheme=color_scheme)
        found = Opened(page)
        page.goto(path.as_uri() + address)
        if text is None and java_script_enabled:
            page.wait_for_function(READY)
            page.evaluate(SETTLED)
        return found

    yield open_it
    for page in opened:
        page.close()


@pytest.fixture
def open_atlas(open_page: Callable[..., Opened]) -> OpenAtlas:
    def open_it(payload: Payload | None = None, **options: Any) -> Opened:
        text = render_payload(make_payload() if payload is None else payload)
        opened = open_page(nx.MultiDiGraph(), text=text, **options)
        opened.page.wait_for_selector("body.ready", timeout=20_000)
        opened.page.evaluate(RESTED)
        return opened

    return open_it
