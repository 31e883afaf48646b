"""The page of an atlas in a real Chromium, and how tests act on it."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.opened import Opened

OpenAtlas = Callable[..., Opened]
RESTED = """async () => {
    const wait = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    do await wait(); while (flgraphAtlas.app.scene && flgraphAtlas.app.scene.isFlying());
    await wait();
}"""
POINT_OF = """paper => {
    const { app } = flgraphAtlas;
    const box = app.canvas.getBoundingClientRect();
    const { k, x, y } = app.camera;
    return [box.left + app.x[paper] * k + x, box.top + app.y[paper] * k + y];
}"""
LIT = "() => [...document.querySelectorAll('#views input:checked')].map(input => input.value)"
SELECTED = "() => flgraphAtlas.selected()"
SHOWN = "() => [...flgraphAtlas.app.shown].flatMap((on, paper) => on ? [paper] : [])"


def size(width: int, height: int) -> dict[str, int]:
    return {"width": width, "height": height}


def show_view(opened: Opened, view: str) -> None:
    if view == "near":
        opened.page.evaluate("() => { flgraphAtlas.open(8); flgraphAtlas.view('near'); }")
    else:
        opened.page.locator(f"#views label:has([value={view}])").click()
    opened.page.evaluate(RESTED)


def papers(opened: Opened) -> list[int]:
    return list(opened.page.evaluate(SHOWN))
