"""Menus of the filters: by keyboard, and without moving what a reader is about to press."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.atlas_opened import RESTED, OpenAtlas, papers
from tests.browser.atlas_payload import make_payload
from tests.browser.opened import MARKS, Opened

pytestmark = MARKS

OPEN = "#bar details[open]"
FOCUSED = "() => document.activeElement.dataset.key"
FOCUSED_INPUT = "() => document.activeElement.matches('#bar input, #bar select')"
PLACES = """() => [...document.querySelectorAll('#bar summary, #bar details[open] label span:first-of-type, #picture')]
    .map(element => { const { left, top, width } = element.getBoundingClientRect(); return [left, top, width]; })"""


def open_by_key(opened: Opened, key: str) -> None:
    opened.page.locator(f'summary[data-key="drop {key}"]').focus()
    opened.page.keyboard.press("ArrowDown")
    opened.page.wait_for_function(FOCUSED_INPUT)


def press(opened: Opened, *keys: str) -> Any:
    for key in keys:
        opened.page.keyboard.press(key)
    return opened.page.evaluate(FOCUSED)


def test_arrows_walk_a_menu_and_escape_or_tab_leaves_it(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()
    open_by_key(opened, "task")

    assert "pick task Classification" == opened.page.evaluate(FOCUSED)
    assert "pick task Reconstruction" == press(opened, "ArrowDown", "ArrowDown")
    assert "pick task Detection" == press(opened, "ArrowUp")
    assert "pick task Segmentation" == press(opened, "End")
    assert "pick task Segmentation" == press(opened, "ArrowDown")
    assert "pick task Classification" == press(opened, "Home")
    assert "pick task Classification" == press(opened, "Space")
    assert "drop task" == press(opened, "Escape")
    assert 0 == opened.page.locator(OPEN).count()
    open_by_key(opened, "task")
    assert "drop modality" == press(opened, "End", "Tab")
    assert 0 == opened.page.locator(OPEN).count()
    open_by_key(opened, "task")
    press(opened, "Shift+Tab", "Shift+Tab")
    assert 0 == opened.page.locator(OPEN).count()


def test_the_menu_of_pictures_is_walked_and_left_as_the_others(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()
    opened.page.locator("#save summary").focus()
    press(opened, "ArrowDown")
    opened.page.wait_for_function("() => document.activeElement.value === 'png'")
    press(opened, "ArrowDown")

    assert "svg" == opened.page.evaluate("() => document.activeElement.value")
    press(opened, "Escape")
    assert opened.page.evaluate("() => document.activeElement.matches('#save summary')")
    assert None is opened.page.locator("#save").get_attribute("open")


@pytest.mark.parametrize("leave", ["escape", "clear", "another menu"])
def test_the_words_of_a_menu_go_when_it_is_left(open_atlas: OpenAtlas, leave: str) -> None:
    payload = make_payload()
    payload["things"] += [["dataset", f"SynMore {n}", None, None, None, None, [n], None, None] for n in range(12)]
    opened = open_atlas(payload)
    page = opened.page
    page.locator('summary[data-key="drop dataset"]').click()
    page.get_by_label("Find in dataset").fill("sea")
    assert ["SynSea"] == page.locator(f"{OPEN} label span:first-of-type").all_inner_texts()
    page.locator(f"{OPEN} label").first.click()
    assert 8 == len(papers(opened))

    if leave == "escape":
        page.get_by_label("Find in dataset").press("Escape")
        assert "drop dataset" == page.evaluate(FOCUSED)
    elif leave == "clear":
        page.locator("#clear").click()
        assert 56 == len(papers(opened))
    else:
        page.locator('summary[data-key="drop task"]').click()
    assert 0 == page.locator("#bar details[open] input[type=search]").count()
    page.locator('summary[data-key="drop dataset"]').click()
    assert "" == page.get_by_label("Find in dataset").input_value()
    assert 17 == page.locator(f"{OPEN} label").count()


@pytest.mark.parametrize("way", ["mouse", "keyboard"])
def test_nothing_moves_while_a_menu_is_open(open_atlas: OpenAtlas, way: str) -> None:
    opened = open_atlas()
    page = opened.page
    open_by_key(opened, "task")
    before = page.evaluate(PLACES)

    for _ in range(3):
        press(opened, "ArrowDown")
        if way == "mouse":
            page.locator("label:has(:focus)").click()
        else:
            press(opened, "Space")
    assert before == page.evaluate(PLACES)
    names = page.locator(f"{OPEN} label span:first-of-type").all_inner_texts()
    assert page.locator("#picked button").all_inner_texts() == [
        f"Task: {task} \N{MULTIPLICATION SIGN}" for task in ("Detection", "Reconstruction", "Segmentation")
    ]
    assert "3" == page.locator('summary[data-key="drop task"]').get_attribute("data-count")
    press(opened, "Escape")
    open_by_key(opened, "task")  # opened anew, what is chosen stands first
    assert [*names[1:], names[0]] == page.locator(f"{OPEN} label span:first-of-type").all_inner_texts()


def test_the_picture_stays_where_it_is_when_colours_are_explained(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()
    page = opened.page
    places = "() => { const { app } = flgraphAtlas; return [app.camera, ...app.x, ...app.y]; }"
    before = page.evaluate(places)
    page.locator('summary[data-key="drop Colour"]').click()
    menu = page.locator(OPEN).bounding_box()

    page.get_by_label("modality", exact=True).check()
    page.evaluate(RESTED)
    assert "Colour: modality" in page.locator("#legend").inner_text()
    assert before == page.evaluate(places)
    assert menu == page.locator(OPEN).bounding_box()


def test_menus_say_what_is_known_of_licences(open_atlas: OpenAtlas) -> None:
    payload = make_payload()
    payload["things"] += [
        ["code", "Syn own terms", None, None, "NOASSERTION", None, [1], None, None],
        ["code", "Syn announced", None, "placeholder", "MIT", None, [3], None, None],
    ]
    opened = open_atlas(payload)
    page = opened.page
    page.locator("summary", has_text="Code licence").click()
    labels = page.locator(f"{OPEN} label span:first-of-type")
    labels.first.wait_for()
    rows = labels.all_inner_texts()

    assert [
        "Apache-2.0",
        "MIT",
        "licence unknown",
        "no licence file",
        "not a standard licence",
        "placeholder, no code yet",
    ] == sorted(rows)
    page.locator("summary", has_text="Has code").click()
    page.locator(f"{OPEN} label", has_text="no code known").wait_for()
    page.locator(f"{OPEN} label", has_text="no licence file").wait_for(state="detached")
    counts = dict(zip(*([page.locator(f"{OPEN} {part}").all_inner_texts() for part in
                         ("label span:first-of-type", ".count")]), strict=True))  # fmt: skip
    assert {
        "all papers": "56",
        "code known": "29",
        "code with a licence": "15",
        "no code known": "27",
        "placeholder, no code yet": "1",
    } == counts


def test_a_placeholder_is_called_so_in_filter_table_and_panel_and_datasets_have_whole_names(
    open_atlas: OpenAtlas,
) -> None:
    payload = make_payload()
    payload["things"] += [
        ["code", "Syn announced", None, "placeholder", "MIT", "https://example.org/a", [3], None, None],
        ["dataset", "Syn scans (first)", "Syn scans", None, None, None, [1], None, None],
        ["dataset", "Syn scans (second)", "Syn scans", None, None, None, [3], None, None],
    ]
    page = open_atlas(payload, address="#view=table&code=placeholder&paper=syn3").page

    assert "1 of 56 papers" == page.locator("#count").inner_text()
    assert page.locator("#picked").inner_text().startswith("Has code: placeholder, no code yet")
    assert 2 == page.locator("#table td", has_text="placeholder, no code yet").count()
    assert "Syn announced (placeholder, no code yet)" in page.locator("#panel").inner_text()
    page.locator("summary", has_text="Dataset").click()
    page.locator(f"{OPEN} label").first.wait_for()
    names = page.locator(f"{OPEN} label span:first-of-type").all_inner_texts()
    assert {"Syn scans (first)", "Syn scans (second)"} <= set(names)


def test_on_a_phone_the_picture_stays_too_and_the_colours_can_be_scrolled(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(viewport={"width": 390, "height": 844})
    page = opened.page
    places = "() => { const { app } = flgraphAtlas; return [app.camera, ...app.x, ...app.y]; }"
    before = page.evaluate(places)

    page.evaluate("() => { flgraphAtlas.app.store.set({ color: 'modality' }); }")
    page.evaluate(RESTED)
    assert before == page.evaluate(places)
    boxes = [page.locator(name).first.bounding_box() for name in ("#legend", "#panel h3", "#foot")]
    legend, heading, foot = ([box["y"], box["y"] + box["height"]] for box in boxes if box)
    assert foot[1] <= legend[0]
    assert legend[1] <= heading[0]
    page.locator("#legend").focus()
    assert "legend" == page.evaluate("() => document.activeElement.id")
