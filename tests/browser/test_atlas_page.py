"""The page of the atlas in a real Chromium: what the first picture shows, and the promises that hold in each view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.atlas_opened import LIT, POINT_OF, RESTED, OpenAtlas, show_view, size
from tests.browser.atlas_payload import make_payload
from tests.browser.opened import MARKS, SETTLED

pytestmark = MARKS

SIZES = [(1440, 900), (1280, 640), (390, 844)]
LABELS = """() => {
    const { app } = flgraphAtlas;
    const box = ({ left, top, right, bottom }) => ({ left, top, right, bottom });
    return {
        labels: app.labels.map(label => ({ ...box(label), kind: label.kind, paper: label.paper, text: label.text,
            x: label.mark.x, y: label.mark.y, radius: label.mark.radius })),
        names: app.names.map(box),
        marks: collect(app),
        width: app.camera.width,
        height: app.camera.height,
    };
    function collect(app) {
        const { k, x, y } = app.camera;
        const marks = [];
        for (const papers of app.grid.cells.values())
            for (const paper of papers) marks.push([paper, app.x[paper] * k + x, app.y[paper] * k + y]);
        return marks;
    }
}"""


# --- the first picture -----------------------------------------------------------------------------------


def test_the_page_draws_without_a_request_or_a_message(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()

    colors = opened.page.evaluate(
        """() => {
            const canvas = document.querySelector("#scene");
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return new Set(new Uint32Array(data.buffer)).size;
        }"""
    )

    assert colors > 50
    assert ["map.html"] == [url.rpartition("/")[2] for url in opened.requests]
    assert [] == opened.messages


def test_the_heading_says_what_the_data_are(open_atlas: OpenAtlas) -> None:
    heading = open_atlas().page.locator("#heading").inner_text()

    assert "Synthetic data" in heading
    assert "No citation data" in heading
    assert "56 papers · 2018–2023 · 4 regions (stability 0.81, chance 0.50)" in heading


def test_with_citations_the_heading_and_the_key_say_so(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(make_payload(cited=True))

    assert "No citation data" not in opened.page.locator("#heading").inner_text()
    key = opened.page.locator("#key").inner_text()
    assert "alike in topics, datasets, authors, code and references" in key
    assert "Size: citations" in key
    assert "ring: unknown" in key


@pytest.mark.parametrize("view", ["map", "timeline", "near"])
def test_without_citations_no_key_speaks_of_them(open_atlas: OpenAtlas, view: str) -> None:
    opened = open_atlas()
    show_view(opened, view)

    key = opened.page.locator("#key").inner_text()
    assert "citing" not in key
    assert "cites" not in key
    assert "citations" not in key
    if view == "timeline":
        assert "Only years are known" in key


def test_groups_that_are_not_of_similarity_are_named_so(open_atlas: OpenAtlas) -> None:
    payload = make_payload()
    payload |= {"basis": "modality", "caption": "Similarity gives no stable regions; papers are grouped by modality."}
    opened = open_atlas(payload)

    assert "grouped by modality" in opened.page.locator("#sub").inner_text()
    assert "Areas: papers of one modality." in opened.page.locator("#key").inner_text()
    assert "Regions: by modality" in opened.panel
    assert "Similarity gives no stable regions" in opened.panel


def test_without_regions_colours_are_explained_beside_the_picture(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(make_payload(regions=0))

    legend = opened.page.locator("#legend").inner_text()
    assert "Colour: task" in legend
    assert "Segmentation" in legend
    assert "no stable regions" in opened.page.locator("#sub").inner_text()
    assert "Areas" not in opened.page.locator("#key").inner_text()
    assert "No stable groups." in opened.panel


# --- labels ----------------------------------------------------------------------------------------------


def overlaps(one: dict[str, float], other: dict[str, float]) -> bool:
    return (
        one["left"] < other["right"]
        and other["left"] < one["right"]
        and one["top"] < other["bottom"]
        and other["top"] < one["bottom"]
    )


def far(box: dict[str, float], x: float, y: float) -> float:
    across = max(box["left"] - x, 0, x - box["right"])
    down = max(box["top"] - y, 0, y - box["bottom"])
    return float((across**2 + down**2) ** 0.5)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("view", ["map", "timeline", "near"])
@pytest.mark.parametrize("cited", [False, True])
def test_no_label_can_be_misread(open_atlas: OpenAtlas, width: int, height: int, view: str, cited: bool) -> None:
    opened = open_atlas(make_payload(cited=cited), viewport=size(width, height))
    show_view(opened, view)

    found = opened.page.evaluate(LABELS)
    texts = [*found["labels"], *found["names"]]
    for place, one in enumerate(texts):
        assert not any(overlaps(one, other) for other in texts[:place]), one
    for label in found["labels"]:
        own = far(label, label["x"], label["y"])
        others = [far(label, x, y) for paper, x, y in found["marks"] if paper != label["paper"]]
        # A label at the end of a line names the dot that the line leads to; all others are nearest to their own.
        assert label["kind"] == "leader" or all(own < other for other in others), label["text"]
        assert 0 <= label["left"] <= label["right"] <= found["width"]
        assert 0 <= label["top"] <= label["bottom"] <= found["height"]


def test_all_papers_of_a_small_list_are_named_at_1440(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(viewport=size(1440, 900))
    found = opened.page.evaluate(LABELS)
    assert 56 == len(found["labels"])

    show_view(opened, "timeline")
    assert 56 == len(opened.page.evaluate(LABELS)["labels"])


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_each_region_has_its_name_on_the_map(open_atlas: OpenAtlas, width: int, height: int) -> None:
    payload = make_payload(regions=6)
    payload["regions"][2]["name"] = "Synthetic whole scenes / seen from very far away"
    for region in payload["regions"]:
        region["spot"] = None
    opened = open_atlas(payload, viewport=size(width, height))

    names = opened.page.evaluate("() => flgraphAtlas.app.names.map(name => name.region)")
    assert list(range(6)) == sorted(names)


# --- views and controls ----------------------------------------------------------------------------------


def test_one_view_is_lit_at_a_time(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()

    for view in ("timeline", "table", "map"):
        show_view(opened, view)
        assert [view] == opened.page.evaluate(LIT)
        assert (view == "table") == opened.page.locator("#table").is_visible()
        assert (view != "table") == opened.page.locator("#scene").is_visible()
    show_view(opened, "near")
    assert ["near"] == opened.page.evaluate(LIT)
    assert "Papers most similar to Syn8" in opened.page.locator("#crumb").inner_text()
    opened.page.locator("#back").click()
    assert ["map"] == opened.page.evaluate(LIT)
    assert not opened.page.locator("#crumb").is_visible()
    assert [] == opened.messages


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("view", ["map", "timeline", "near", "table"])
def test_no_control_covers_the_picture(open_atlas: OpenAtlas, width: int, height: int, view: str) -> None:
    opened = open_atlas(viewport=size(width, height))
    show_view(opened, view)

    boxes = opened.page.evaluate(
        """() => Object.fromEntries(["header", "#bar", "#picture", "#crumb", "#foot", "#key", "#zoom", "#panel",
            "footer"]
            .map(name => [name, document.querySelector(name)])
            .filter(([, element]) => element.checkVisibility())
            .map(([name, element]) => {
                const { left, top, right, bottom } = element.getBoundingClientRect();
                return [name, { left, top, right, bottom }];
            }))"""
    )
    picture = boxes.pop("#picture")
    assert not [name for name, box in boxes.items() if overlaps(box, picture)]
    assert "#zoom" not in boxes or not overlaps(boxes["#zoom"], boxes["#key"])
    assert picture["bottom"] - picture["top"] > 150
    assert opened.page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_no_tooltip_is_left_behind(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()
    tip = opened.page.locator("#tip")
    page = opened.page
    point = page.evaluate(POINT_OF, 12)

    def hover() -> None:
        page.mouse.move(5, 5)
        page.mouse.move(*page.evaluate(POINT_OF, 12))
        page.evaluate(SETTLED)
        assert "Synthetic paper 12" in tip.inner_text()

    acts: dict[str, Callable[[], Any]] = {
        "move away": lambda: page.mouse.move(point[0], 60),
        "wheel": lambda: page.mouse.wheel(0, -300),
        "escape": lambda: page.keyboard.press("Escape"),
        "drag": lambda: (page.mouse.down(), page.mouse.move(point[0] + 40, point[1] + 30), page.mouse.up()),
        "scroll": lambda: page.evaluate("() => document.querySelector('#panel').scrollBy(0, 200)"),
        "blur": lambda: page.evaluate("() => window.dispatchEvent(new Event('blur'))"),
        "click": lambda: page.mouse.click(*page.evaluate(POINT_OF, 12)),
        "key view": lambda: page.evaluate("() => flgraphAtlas.view('timeline')"),
    }
    for name, act in acts.items():
        page.evaluate("() => { flgraphAtlas.view('map'); }")
        page.evaluate(RESTED)
        page.keyboard.press("0")
        page.evaluate(RESTED)
        hover()
        act()
        page.evaluate(RESTED)
        assert not tip.is_visible(), name


def test_nothing_moves_but_by_an_act_of_the_reader(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()
    frames, picture = opened.page.evaluate("() => flgraphAtlas.app.frames"), opened.page.screenshot()
    opened.page.wait_for_timeout(500)

    assert frames == opened.page.evaluate("() => flgraphAtlas.app.frames")
    assert picture == opened.page.screenshot()


def test_views_change_in_less_than_half_a_second_and_at_once_with_reduced_motion(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()
    flying = "() => { flgraphAtlas.view('timeline'); return flgraphAtlas.app.scene.isFlying(); }"

    assert opened.page.evaluate(flying)
    opened.page.wait_for_function("() => !flgraphAtlas.app.scene.isFlying()", timeout=4000)
    opened.page.evaluate("() => flgraphAtlas.view('map')")
    opened.page.evaluate(RESTED)
    opened.page.emulate_media(reduced_motion="reduce")
    assert not opened.page.evaluate(flying)


def test_print_shows_the_picture_its_key_and_source_and_no_controls(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(color_scheme="dark")
    opened.page.emulate_media(media="print")
    opened.page.evaluate(RESTED)

    for name in ("#scene", "#title", "#key", "#origin"):
        assert opened.page.locator(name).is_visible()
    for name in ("#bar", "#views", "#finder", "#panel", "#zoom", "#tools"):
        assert not opened.page.locator(name).is_visible()
    assert "56 of 56 papers" == opened.page.locator("#asked").inner_text()
    assert "light" == opened.page.evaluate("() => document.documentElement.dataset.theme")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_follow_the_system_until_chosen(open_atlas: OpenAtlas, scheme: str) -> None:
    opened = open_atlas(color_scheme=scheme)
    theme = "() => document.documentElement.dataset.theme"
    other = {"light": "dark", "dark": "light"}[scheme]

    assert scheme == opened.page.evaluate(theme)
    assert other.capitalize() == opened.page.locator("#theme").inner_text()
    opened.page.locator("#theme").click()
    assert other == opened.page.evaluate(theme)
