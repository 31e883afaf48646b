"""What a reader does with the map: table, years, filters, saving, evidence, ranks; each with mouse or keyboard."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import networkx as nx
import pandas as pd
import pytest
from matplotlib.image import imread

from flgraph.analysis.ranking import rank_papers
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.map.notebook import show
from flgraph.map.page import render_html
from flgraph.map.view import View
from tests.browser.opened import MARKS, Opened
from tests.browser.synthetic_map import PAYLOADS, make_graph, make_hostile_graph

pytestmark = MARKS

Open = Callable[..., Opened]
# Searches for each title without a picture in between, which takes long with thousands of papers.
FIND_EACH = """titles => titles.map(title => {
    const query = document.querySelector("#query");
    query.value = title;
    query.dispatchEvent(new InputEvent("input", { bubbles: true }));
    query.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    return [flgraphMap.selected(), document.querySelector("#panel").innerText];
})"""
PRESS_EACH = "buttons => buttons.forEach(button => document.querySelector(button).click())"
DRAWN = "() => flgraphMap.network.body.data.nodes.length"


def rows(opened: Opened) -> list[str]:
    return [str(text) for text in opened.page.locator("#table tbody tr th").all_inner_texts()]


# --- the table -------------------------------------------------------------------------------------------


def test_the_table_is_the_twin_of_the_map(open_page: Open) -> None:
    opened = open_page(make_graph())
    opened.page.locator("#as-table").click()

    assert "6 papers of the catalog that the map shows" == opened.page.locator("#table caption").inner_text()
    assert 6 == len(rows(opened))
    cells = opened.page.locator("#table tbody tr").nth(1).locator("td").all_inner_texts()
    assert ["2019", "unknown", "12", "unknown", "unknown"] == cells
    opened.page.locator("#legend label", has_text="CT").locator("input").uncheck()
    assert 5 == len(rows(opened))
    opened.page.locator("#table button.node").first.press("Enter")
    assert "paper:syn1" == opened.selected()


def test_columns_sort_and_what_nobody_knows_stands_last(open_page: Open) -> None:
    opened = open_page(make_graph())
    opened.page.locator("#as-table").click()
    head = opened.page.locator("#table thead th")

    head.filter(has_text="Year").locator("button").click()
    head.filter(has_text="Year").locator("button").press("Enter")
    assert "descending" == head.filter(has_text="Year").get_attribute("aria-sort")
    assert "Synthetic paper 6" in rows(opened)[0]
    head.filter(has_text="Citations").locator("button").click()
    assert "Synthetic paper 2" in rows(opened)[0]
    head.filter(has_text="Citations").locator("button").click()
    assert "Synthetic paper 2" in rows(opened)[0]


# --- years and filters -----------------------------------------------------------------------------------


def test_the_handles_choose_years(open_page: Open) -> None:
    opened = open_page(make_graph())
    first, last = (opened.page.get_by_label(name) for name in ("First year", "Last year"))

    first.focus()
    opened.page.keyboard.press("ArrowRight")
    assert "2019 to 2023" == opened.page.locator("#filters output").inner_text()
    assert 10 == opened.page.evaluate(DRAWN)
    last.focus()
    opened.page.keyboard.press("Home")
    assert "2018" == opened.page.locator("#filters output").inner_text()
    assert 6 == opened.page.evaluate(DRAWN)
    opened.page.locator("#query").fill("Syn5")
    opened.page.keyboard.press("Enter")
    assert "paper:syn5" == opened.selected()  # a paper that was filtered away is shown again when it is asked for
    assert "2018 to 2023" == opened.page.locator("#filters output").inner_text()


def test_papers_with_code_and_without_a_year_can_be_chosen(open_page: Open) -> None:
    graph = make_graph()
    del graph.nodes["paper:syn6"]["year"]
    opened = open_page(graph)

    opened.page.get_by_label("year unknown").uncheck()
    assert 10 == opened.page.evaluate(DRAWN)
    opened.page.get_by_label("only papers with known code").check()
    assert 6 == opened.page.evaluate(DRAWN)


def test_the_axes_show_papers_by_year_and_nothing_is_lost(open_page: Open) -> None:
    opened = open_page(make_graph())
    places = "() => JSON.stringify(flgraphMap.data.nodes.map(({ x, y }) => [x, y]))"
    before = opened.page.evaluate(places)
    opened.page.locator("#by-year").press("Enter")
    across = opened.page.evaluate("() => [1, 2, 3, 4, 5, 6].map(n => flgraphMap.data.byId.get(`paper:syn${n}`).x)")

    assert 6 == opened.page.evaluate(DRAWN)
    assert sorted(across) == across
    assert "true" == opened.page.locator("#by-year").get_attribute("aria-pressed")
    opened.page.locator("#query").fill("Zoe")
    opened.page.keyboard.press("Enter")  # no paper: back to the map
    assert "author:name-zoe-muller" == opened.selected()
    assert before == opened.page.evaluate(places)


def test_on_the_axes_height_is_the_score(open_page: Open, cited_graph: KnowledgeGraph) -> None:
    opened = open_page(cited_graph)
    opened.page.locator("#by-year").click()
    found = opened.page.evaluate(
        """() => flgraphMap.data.nodes.filter(node => node.group === "paper").map(node => [node.id, node.y])"""
    )
    scores = rank_papers(cited_graph)["score"]
    heights = pd.Series(dict(found))

    ranked = scores.dropna().index
    assert -heights[ranked].corr(scores[ranked]) == pytest.approx(1, abs=1e-3)
    assert (heights.drop(ranked) > heights[ranked].max()).all()
    assert [] == opened.messages


# --- the panel -------------------------------------------------------------------------------------------


def test_a_rank_is_shown_with_its_interval_and_parts(open_page: Open, cited_graph: KnowledgeGraph) -> None:
    ranking = rank_papers(cited_graph)
    first = ranking.iloc[2]
    opened = open_page(cited_graph, address=f"#{ranking.index[2]}")

    assert f"Rank 3 of 47, {first['rank_low']} to {first['rank_high']} in 95 of 100 draws" in opened.panel
    details = rank_papers(cited_graph, details=True).iloc[2]
    assert f"{first['score']:.1f} of 100 points by age_normalized as of 2026-06-30" in opened.panel
    assert f" of 50 points for its age; {first['citation_count']} citations" in opened.panel
    assert f" of 50 points; {details['recent_citations']} citations in the last 12 months" in opened.panel
    assert "separates none" not in opened.panel
    unranked = ranking.index[-1]
    opened.page.evaluate("id => { location.hash = id; }", unranked)
    opened.page.wait_for_function("id => flgraphMap.selected() === id", arg=unranked)
    assert f"No rank by age_normalized: {ranking['flags'].iloc[-1]}" in opened.panel


def test_points_are_not_taken_for_citations_and_equal_parts_are_marked(
    open_page: Open, cited_graph: KnowledgeGraph
) -> None:
    graph = cited_graph.copy()
    recent = [node for node, day in graph.nodes(data="publication_date") if day is not None and day >= "2025-06-01"]
    graph.remove_edges_from([edge for edge in graph.out_edges(recent, keys=True) if edge[2] == "cites"])
    first = rank_papers(graph).index[0]
    opened = open_page(graph, address=f"#{first}")

    assert (
        "25.0 of 50 points; 0 citations in the last 12 months; equal for all ranked papers, so it separates none"
        in opened.panel
    )
    assert "cited in the last 12 months" not in opened.panel


def test_evidence_is_shown_where_asked_for(open_page: Open) -> None:
    graph = make_graph()
    graph.nodes["paper:syn1"]["evidence"] = "ids: seen in the synthetic proceedings"
    opened = open_page(graph, address="#paper:syn1")

    assert "seen in the synthetic proceedings" not in opened.panel
    opened.page.get_by_role("button", name="Show the evidence").click()
    assert "ids: seen in the synthetic proceedings" in opened.panel
    assert opened.page.locator("#panel li .evidence").first.is_visible()
    opened.page.get_by_role("button", name="Hide the evidence").click()
    assert "seen in the synthetic proceedings" not in opened.panel


def test_neighbours_that_are_not_drawn_are_marked(open_page: Open) -> None:
    opened = open_page(make_graph(), address="#paper:syn1")

    absent = opened.page.locator("#panel button.absent")

    assert "3 neighbours are not drawn now" in opened.panel
    assert {"Only Author 1", "one", "Synthetic paper outside the catalog"} == set(absent.all_inner_texts())
    absent.filter(has_text="Only Author 1").click()
    assert "author:name-only-1" == opened.selected()


@pytest.mark.parametrize("typed", ["segmentatoin hospitals", "segmentaton", "Zoe Mulller"])
def test_search_forgives_a_letter(open_page: Open, typed: str) -> None:
    opened = open_page(make_graph())
    opened.page.locator("#query").fill(typed)

    found = opened.page.locator("#hits li").first.inner_text()
    assert ("Zoë Müller" if typed.startswith("Zoe") else "federated segmentation") in found


# --- colours, saving, narrow screens ---------------------------------------------------------------------


def test_colours_of_ones_own_are_the_legend(open_page: Open, tmp_path: Path) -> None:
    graph = make_graph()
    values = pd.Series({f"paper:syn{number}": float(number) for number in range(1, 6)}, name="Synthetic value")
    opened = open_page(graph, text=render_html(graph, color=values))
    opened.page.wait_for_function("() => window.flgraphMap !== undefined")

    side = opened.page.locator("#legend").inner_text()
    assert "Colour: Synthetic value" in side
    assert "1 to 1.8" in side
    assert side.index("1 to 1.8") < side.index("4.2 to 5") < side.index("no value")


def test_the_picture_can_be_saved(open_page: Open) -> None:
    opened = open_page(make_graph())
    opened.page.locator("#save summary").click()
    with opened.page.expect_download() as saved:
        opened.page.get_by_role("button", name="SVG").click()
    svg = ET.fromstring(Path(saved.value.path()).read_text(encoding="utf-8"))
    texts = "\n".join(text.text or "" for text in svg.iter("{http://www.w3.org/2000/svg}text"))

    assert "map.svg" == saved.value.suggested_filename
    assert 11 <= len(list(svg.iter("{http://www.w3.org/2000/svg}path")))
    assert "Syn1" in texts
    assert "authors" in texts
    assert "SYNTHETIC DATA" in texts
    sizes = []
    for name in ("PNG", "PNG, four times"):
        opened.page.locator("#save summary").click()
        with opened.page.expect_download() as saved:
            opened.page.get_by_role("button", name=name, exact=True).click()
        sizes.append(imread(BytesIO(Path(saved.value.path()).read_bytes())).shape)
    assert sizes[1][:2] == tuple(4 * side for side in sizes[0][:2])
    assert [] == opened.messages
    assert 1 == len([url for url in opened.requests if not url.startswith(("data:", "blob:"))])


def test_the_theme_button_says_what_it_does(open_page: Open) -> None:
    opened = open_page(make_graph(), color_scheme="dark")

    assert "Light" == opened.page.locator("#theme").inner_text()
    opened.page.locator("#theme").click()
    assert "Dark" == opened.page.locator("#theme").inner_text()


def test_on_a_phone_the_legend_is_folded_above_the_details(open_page: Open) -> None:
    opened = open_page(make_graph(), viewport={"width": 360, "height": 700})

    assert not opened.page.locator("#legend").is_visible()
    opened.page.locator("#fold summary").click()
    assert opened.page.locator("#legend").is_visible()
    assert opened.page.locator("#fold").bounding_box()["y"] < opened.page.locator("#panel").bounding_box()["y"]


def test_print_shows_the_map_and_no_controls(open_page: Open) -> None:
    opened = open_page(make_graph())
    opened.page.emulate_media(media="print")

    assert not opened.page.locator("#tools").is_visible()
    assert opened.page.locator("#map").is_visible()
    assert opened.page.locator("#legend").is_visible()


COLORS: dict[str, Any] = {
    "topic": "topic",
    "kind": "kind",
    "words": pd.Series({"paper:syn1": PAYLOADS[0], "paper:syn2": PAYLOADS[1]}, name=PAYLOADS[2]),
    "numbers": {"paper:syn1": 1, "paper:syn2": 7.5},
}


@pytest.mark.parametrize("color", COLORS)
@pytest.mark.parametrize(("view", "size"), [("core", None), ("all", {"paper:syn1": 5.0})])
def test_no_choice_of_options_asks_anybody(open_page: Open, color: str, view: View, size: Any) -> None:
    text = render_html(make_graph(), color=COLORS[color], view=view, size=size, title=PAYLOADS[3])
    opened = open_page(make_graph(), text=text)
    opened.page.wait_for_function("() => window.flgraphMap !== undefined")
    opened.page.evaluate(PRESS_EACH, ["#as-table", "#by-year", "#theme", "#fit"])

    assert ["map.html"] == [url.rpartition("/")[2] for url in opened.requests]
    assert [] == opened.messages
    assert None is opened.page.evaluate("() => window.hacked ?? null")


def test_evidence_of_strangers_stays_text(open_page: Open) -> None:
    opened = open_page(make_hostile_graph())
    for number, text in enumerate(PAYLOADS):
        opened.page.evaluate("id => { location.hash = encodeURIComponent(id); }", f"paper:{number}{text}")
        opened.page.wait_for_function("id => flgraphMap.selected() === id", arg=f"paper:{number}{text}")
        if number == 0:
            opened.page.get_by_role("button", name="Show the evidence").click()
        assert 2 <= opened.page.locator("#panel .evidence").count()
    opened.page.locator("#as-table").click()

    assert len(PAYLOADS) == len(rows(opened))
    assert not opened.page.query_selector("#panel img, #table img, #table script, #panel script, iframe")
    assert None is opened.page.evaluate("() => window.hacked ?? null")
    assert [] == opened.messages


def test_with_thousands_around_it_each_paper_of_the_list_is_found_and_read(open_page: Open) -> None:
    graph = make_graph()
    for number in range(7, 57):
        title = f"Synthetic paper {number}"
        graph.add_node(
            f"paper:syn{number}", kind="paper", label=title, title=title, in_catalog=True, key=f"syn{number}"
        )
    for number in range(3001):
        cited = {f"paper:syn{number % 56 + 1}", f"paper:syn{number % 5 + 1}"}
        graph.add_node(f"paper:s2-{number}", kind="paper", label="Around", title="Synthetic around", in_catalog=False)
        graph.add_edges_from((f"paper:s2-{number}", paper, "cites", {"sources": "synthetic"}) for paper in cited)
    opened = open_page(graph)
    drawn = opened.page.evaluate(DRAWN)

    assert drawn <= 300
    titles = {node: data["title"] for node, data in graph.nodes(data=True) if data.get("in_catalog")}
    found = opened.page.evaluate(FIND_EACH, list(titles.values()))
    assert list(titles) == [selected for selected, _ in found]
    assert all(title in panel for title, (_, panel) in zip(titles.values(), found, strict=True))
    assert [] == opened.messages


def test_links_by_address_work_in_the_frame_of_a_notebook(open_page: Open) -> None:
    opened = open_page(make_graph(), text=f"<!doctype html><meta charset='utf-8'>{show(make_graph())._repr_html_()}")
    frame = opened.page.frames[1]
    frame.wait_for_function("() => window.flgraphMap !== undefined")
    frame.evaluate("() => { location.hash = '#syn2'; }")
    frame.wait_for_function("() => flgraphMap.selected() === 'paper:syn2'")
    frame.locator("#save summary").click()
    with opened.page.expect_download() as saved:
        frame.get_by_role("button", name="SVG").click()

    assert "map.svg" == saved.value.suggested_filename
    assert [] == opened.messages


@pytest.mark.parametrize(("width", "dark"), [(320, False), (640, False), (1280, True)])
def test_axe_finds_nothing_serious(open_page: Open, graph: nx.MultiDiGraph[str], width: int, dark: bool) -> None:
    axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    opened = open_page(graph, address="#fedbn", viewport={"width": width, "height": 800})

    def check(scheme: str, **options: Any) -> None:
        opened.page.emulate_media(color_scheme=scheme)
        found = axe_playwright.Axe().run(opened.page, options={"resultTypes": ["violations"], **options})
        serious = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found.response["violations"]
                   if one["impact"] in ("serious", "critical")]  # fmt: skip
        assert [] == serious, json.dumps(serious)

    acts: list[Callable[[], Any]] = [
        lambda: None,
        lambda: opened.page.locator("#as-table").click(),
        lambda: opened.page.locator("#query").fill("seg"),
    ]
    for act in acts if width != 640 else acts[:1]:  # laid out by the same rules as 320
        act()
        check("light")
        if dark:  # only colours differ
            check("dark", runOnly=["color-contrast"])
