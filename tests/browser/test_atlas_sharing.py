"""What a reader takes along from the atlas: a reading list, BibTeX, pictures, addresses."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from matplotlib.image import imread

from tests.browser.atlas_opened import RESTED, SELECTED, OpenAtlas, papers
from tests.browser.atlas_payload import make_payload
from tests.browser.opened import MARKS

pytestmark = MARKS


# --- reading list, pictures, addresses -------------------------------------------------------------------


def test_starred_papers_are_kept_in_the_address_and_saved_as_bibtex(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(address="#paper=syn4")
    page = opened.page

    page.get_by_role("button", name="Add to the reading list").click()
    page.locator("#scene").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("s")
    second = page.evaluate(SELECTED).removeprefix("paper:")
    assert f"stars=syn4|{second}" in page.url
    assert "★ 2" == page.locator("#list").inner_text()
    page.locator("#list").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as BibTeX").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert "reading-list.bib" == saved.value.suggested_filename
    assert 2 == text.count("@misc{")
    assert "@misc{syn4,\n  title = {Synthetic paper 4},\n}" in text
    assert "Synthetic data" in text
    page.get_by_role("button", name="Show only these").click()
    assert sorted([4, int(second.removeprefix("syn"))]) == papers(opened)
    page.evaluate(RESTED)
    starred = page.evaluate("() => flgraphAtlas.app.labels.filter(l => l.text.startsWith('★')).length")
    page.get_by_role("button", name="Empty the list").click()
    assert 2 == starred
    assert "stars" not in page.url
    assert 56 == len(papers(opened))


def test_a_list_without_bibtex_is_saved_from_what_the_page_knows(open_atlas: OpenAtlas) -> None:
    payload = make_payload()
    payload["bibtex"] = None
    payload["name"][5] = "Synthetic {braces} & 100% _signs_"
    opened = open_atlas(payload, address="#stars=syn5")
    opened.page.locator("#list").click()

    with opened.page.expect_download() as saved:
        opened.page.get_by_role("button", name="Save as BibTeX").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert "@misc{syn5," in text
    assert r"title = {Synthetic braces \& 100\% \_signs\_}" in text
    assert "author = {Ann Invented 1 and Ann Invented 5" in text
    assert "doi = {10.1000/syn.5}" in text


def test_what_to_read_first_says_by_which_order(open_atlas: OpenAtlas) -> None:
    panel = open_atlas().panel

    assert "What to read first" in panel
    assert "By curated order: surveys first." in panel
    assert "synthetic survey" in panel


def test_from_the_table_the_map_is_saved(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(address="#view=timeline")
    opened.page.locator("#views label", has_text="Table").click()
    opened.page.locator("#save summary").click()
    with opened.page.expect_download() as saved:
        opened.page.get_by_role("button", name="SVG").click()
    svg = ET.fromstring(Path(saved.value.path()).read_text(encoding="utf-8"))

    words = [node.text for node in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert "Radar segmentation" in words
    assert words.count("Syn8") == 2  # the halo and the text
    assert "map" == opened.page.evaluate("() => document.body.dataset.view")


@pytest.mark.parametrize("view", ["map", "timeline", "near"])
def test_the_picture_is_saved_with_title_key_and_source(open_atlas: OpenAtlas, view: str) -> None:
    opened = open_atlas(make_payload(cited=True), address=f"#paper=syn8&view={view}&years=2018-2023")
    page = opened.page
    page.evaluate(RESTED)

    page.locator("#save summary").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="SVG").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    svg = ET.fromstring(text)
    words = " ".join(node.text or "" for node in svg.iter("{http://www.w3.org/2000/svg}text"))
    assert "synthetic-atlas.svg" == saved.value.suggested_filename
    for part in (
        "Synthetic atlas",
        "Synthetic data.",
        "Syn8",
        "Year: 2018\u20132023; 56 of 56 papers shown",
        "made up for tests",
    ):
        assert part in words
    assert "NaN" not in text
    page.locator("#save summary").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="PNG").click()
    height, width = imread(BytesIO(Path(saved.value.path()).read_bytes())).shape[:2]
    across = page.evaluate("() => flgraphAtlas.app.camera.width")
    assert "synthetic-atlas.png" == saved.value.suggested_filename
    assert 3 * across == width
    assert [round(height / 3), across] == [round(float(svg.get("height", 0))), int(svg.get("width", 0))]
    assert [] == opened.messages
    assert 1 == len([url for url in opened.requests if not url.startswith(("blob:", "data:"))])


ADDRESS = (
    "#view=timeline&paper=syn8&color=year&years=2018-2021&code=known&task=Segmentation|Detection&stars=syn8|syn4"
    "&layers=author"
)


def test_an_address_brings_back_what_was_shown(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(address=ADDRESS)
    state = """() => {
        const { view, paper, color, from, until, undated, code, picks, stars, layers } = flgraphAtlas.app.state;
        return [view, paper, color, from, until, undated, code, [...picks.get("task")], [...stars], [...layers]];
    }"""
    first = opened.page.evaluate(state)

    assert [
        "timeline",
        8,
        "year",
        2018,
        2021,
        False,
        "known",
        ["Segmentation", "Detection"],
        [8, 4],
        ["author"],
    ] == first
    again = open_atlas(address="#" + opened.page.url.partition("#")[2])
    assert first == again.page.evaluate(state)
    again.page.evaluate("() => { location.hash = 'paper=syn2'; }")
    again.page.wait_for_function("() => flgraphAtlas.selected() === 'paper:syn2'")
    assert "map" == again.page.evaluate("() => document.body.dataset.view")


@pytest.mark.parametrize("address", ["#syn8", "#paper:syn8", "#paper=syn8"])
def test_an_address_may_name_a_paper_alone(open_atlas: OpenAtlas, address: str) -> None:
    assert "paper:syn8" == open_atlas(address=address).page.evaluate(SELECTED)


@pytest.mark.parametrize(
    "address",
    ["#paper=no-such", "#view=near", "#view=constructor&code=toString&color=x&years=9-1", "#%E0%A4%A", "#&&="],
)
def test_an_address_that_names_nothing_shows_the_map(open_atlas: OpenAtlas, address: str) -> None:
    opened = open_atlas(address=address)

    assert "map" == opened.page.evaluate("() => document.body.dataset.view")
    assert 0 < opened.page.evaluate("() => flgraphAtlas.app.shownCount")
    assert [] == opened.messages
