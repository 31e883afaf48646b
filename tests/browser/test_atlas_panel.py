"""The panel beside the picture, and the table: words that a reader understands, and ways back."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.atlas_opened import RESTED, SELECTED, OpenAtlas, show_view
from tests.browser.atlas_payload import make_payload
from tests.browser.atlas_reader import Reader
from tests.browser.opened import MARKS, Opened

pytestmark = MARKS

BACK = '#panel [data-key="back"]'
HEADING = "#panel h2"
LANES = """() => {
    const { camera, context, timeline } = flgraphAtlas.app;
    const read = (x, y) => [...context.getImageData(x * camera.ratio, y * camera.ratio, 1, 1).data].join();
    return timeline.lanes.map(({ top, bottom }) => read(9, (top + bottom) / 2));
}"""


def read(opened: Opened, way: str) -> Reader:
    return Reader(opened.page, has_mouse=way == "mouse")


def heading(opened: Opened) -> str:
    return str(opened.page.locator(HEADING).inner_text())


def dots(opened: Opened, rows: str) -> list[Any]:
    script = "dots => dots.map(dot => dot.style.background)"
    return list(opened.page.eval_on_selector_all(f"#panel {rows} .dot", script))


# --- similar papers --------------------------------------------------------------------------------------


def test_similar_papers_say_how_much_and_what_they_share_of_which_kind(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(address="#syn8")
    rows = Reader(opened.page, has_mouse=True).listed("Most similar, and why")

    assert "Similarity from 0 to 1. Below each title: what both share." in opened.panel
    assert rows[0].startswith("0.95 Synthetic paper 4: segmentation across sites author Ann Invented 4")
    assert "task Segmentation" in rows[0]
    assert rows[1].startswith("0.87 ")


def test_links_between_papers_name_both(open_atlas: OpenAtlas) -> None:
    payload = make_payload(cited=True)
    payload["links"] = [8, 4, 12, 8, 8, 0]
    payload["relations"] = [8, 0]
    opened = open_atlas(payload, address="#syn8")

    assert "cited by Syn8 · author" in opened.panel
    assert "cites Syn8 · author" in opened.panel
    assert "named as related by Syn8" in opened.panel


def test_without_citations_the_page_says_so_once(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(make_payload() | {"origin": "Synthetic data."}, address="#syn8")
    said = opened.page.locator("body").inner_text()

    assert 1 == len(re.findall("(?i)no citation", said))
    assert "Citations:" not in said


# --- ways back -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["mouse", "keyboard"])
def test_the_panel_leads_back_to_where_a_reader_came_from(open_atlas: OpenAtlas, way: str) -> None:
    opened = open_atlas(address="#syn8")
    reader = read(opened, way)

    reader.reach('#panel .tags button:has-text("Ann Invented 8")')
    assert "Ann Invented 8" == heading(opened)
    reader.reach('#panel button.row:has-text("Ann Invented 4")')
    assert "← Ann Invented 8" == opened.page.locator(BACK).inner_text()
    reader.reach(BACK)
    assert "Ann Invented 8" == heading(opened)
    reader.reach(BACK)
    assert "paper:syn8" == opened.page.evaluate(SELECTED)
    assert 0 == opened.page.locator(BACK).count()
    reader.reach('#panel button.row:has-text("Synthetic paper 4:")')
    assert "paper:syn4" == opened.page.evaluate(SELECTED)
    reader.press("Escape")
    assert "paper:syn8" == opened.page.evaluate(SELECTED)
    reader.press("Escape")
    assert None is opened.page.evaluate(SELECTED)


def test_back_returns_to_the_neighbourhood_and_the_focus_stays_in_the_panel(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(address="#paper=syn8&view=near")
    reader = read(opened, "keyboard")
    reader.reach('#panel .tags button:has-text("SynScan 2021")')

    assert "map" == opened.page.evaluate("() => document.body.dataset.view")
    assert opened.page.evaluate("() => document.querySelector('#panel').contains(document.activeElement)")
    reader.reach(BACK)
    assert "near" == opened.page.evaluate("() => document.body.dataset.view")
    assert "Papers most similar to Syn8" in opened.page.locator("#crumb").inner_text()


def test_what_is_opened_in_the_picture_begins_a_new_trail(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(address="#syn8")
    opened.page.locator('#panel button.row:has-text("Synthetic paper 4:")').click()
    assert 1 == opened.page.locator(BACK).count()

    opened.page.locator("#scene").focus()
    opened.page.keyboard.press("ArrowRight")
    assert 0 == opened.page.locator(BACK).count()
    opened.page.keyboard.press("Escape")
    assert None is opened.page.evaluate(SELECTED)


# --- colours, stars, counts ------------------------------------------------------------------------------


def test_rows_have_the_colours_of_the_picture(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()
    regions = dots(opened, '[data-key^="region"]')
    assert len(regions) == len(set(regions)) == 4

    opened.page.evaluate("() => { flgraphAtlas.app.store.set({ color: 'modality' }); }")
    assert 1 == len(set(dots(opened, '[data-key^="region"]')))  # grey, as in the picture
    papers = dots(opened, '[data-key^="paper"]')
    legend = opened.page.eval_on_selector_all("#legend .dot", "all => all.map(dot => dot.style.background)")
    assert 1 < len(set(papers))
    assert set(papers) <= set(legend)
    show_view(opened, "timeline")
    assert 1 == len(set(opened.page.evaluate(LANES)))
    opened.page.evaluate("() => { flgraphAtlas.app.store.set({ color: 'region' }); }")
    opened.page.evaluate(RESTED)
    assert 4 == len(set(opened.page.evaluate(LANES)))


def test_a_starred_paper_has_one_star(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(address="#stars=syn4|syn8")
    opened.page.locator("#list").click()

    assert 2 == opened.page.locator("#panel li.starred").count()
    assert {1} == {row.count("★") for row in opened.page.locator("#panel li.starred").all_inner_texts()}


def test_one_is_singular(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(make_payload(1, regions=1))
    page = opened.page
    said = page.locator("body").inner_text()
    show_view(opened, "table")
    said += page.locator("#table caption").inner_text()
    page.locator("#query").fill("Ann")
    said += page.locator("#hits").inner_text()

    assert "1 region (stability" in said
    assert "1 paper" in said
    assert [] == re.findall(r"(?<![\d,.])1 (?:papers|regions|citations)\b", said)


# --- the neighbourhood -----------------------------------------------------------------------------------


def test_reasons_below_names_are_whole_or_not_there(open_atlas: OpenAtlas) -> None:
    payload = make_payload()
    for thing in payload["things"]:
        if thing[0] == "author":
            thing[1] = thing[2] = f"{thing[1]} of the Synthetic Institute of Long Names"
    opened = open_atlas(payload, address="#paper=syn8&view=near")
    opened.page.evaluate(RESTED)
    found = opened.page.evaluate(
        """() => { const { app } = flgraphAtlas;
            return app.labels.filter(label => label.why)
                .map(label => [label.why, listReasons(label.paper)]);
            function listReasons(paper) {
                const row = document.querySelector(`#panel [data-key="paper ${paper}"] .why`);
                return row ? row.textContent : null;
            } }"""
    )

    assert any(whole for _, whole in found)
    for said, whole in found:
        assert "…" not in said
        assert whole is None or set(said.split(" · ")) <= set(whole.split(" · "))


# --- the table -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["mouse", "keyboard"])
def test_the_table_has_authors_and_code_and_sorts_by_them(open_atlas: OpenAtlas, way: str) -> None:
    opened = open_atlas(make_payload(cited=True), address="#view=table")
    reader = read(opened, way)
    heads = opened.page.locator("#table thead th button").all_inner_texts()
    authors, code = (2 + heads.index(name) for name in ("Authors", "Code"))

    def column(place: int) -> list[str]:
        return list(opened.page.locator(f"#table tbody tr > :nth-child({place})").all_inner_texts())

    reader.reach('#table [data-key="sort Authors"]')
    known = [text for text in column(authors) if text != "unknown"]
    assert known == sorted(known)
    assert any(re.fullmatch(r"Ann Invented \d+ \+\d", text) for text in known)
    assert ["unknown"] * (56 - len(known)) == column(authors)[len(known) :]
    reader.reach('#table [data-key="sort Code"]')
    assert ["0", "10"] == column(code)[:2]
    link = opened.page.locator(f"#table tbody tr:first-child > :nth-child({code}) a")
    assert re.fullmatch(r"https://example\.org/\d+", link.get_attribute("href"))


def test_a_venue_to_be_decided_is_unknown_and_a_tag_that_reads_so_is_written_out(open_atlas: OpenAtlas) -> None:
    payload = make_payload(4)
    payload["things"] = [
        ["venue", "Synthetic Transactions on Big Data", "TBD", None, None, None, [0], 100, 100],
        ["venue", "TBD", None, None, None, None, [1], 100, 100],
        ["venue", "Synthetic Conference", "SYN", None, None, None, [2], 100, 100],
    ]
    opened = open_atlas(payload, address="#view=table")
    place = 2 + opened.page.locator("#table thead th button").all_inner_texts().index("Venue")
    venues = opened.page.locator(f"#table tbody tr > :nth-child({place})").all_inner_texts()

    assert ["SYN", "Synthetic Transactions on Big Data", "unknown", "unknown"] == sorted(venues)
