"""What a reader does with the page of the atlas by mouse and by keyboard: filter, search, walk, open, sort."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.atlas_opened import POINT_OF, RESTED, SELECTED, OpenAtlas, papers, size
from tests.browser.atlas_payload import make_payload
from tests.browser.opened import MARKS, SETTLED, Opened

pytestmark = MARKS


def open_drop(opened: Opened, name: str) -> Any:
    drop = opened.page.locator(f'#bar details:has(summary[data-key="drop {name}"])')
    drop.locator("summary").click()
    return drop


# --- filters ---------------------------------------------------------------------------------------------


def test_filters_narrow_combine_and_count_what_would_remain(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()

    task = open_drop(opened, "task")
    task.get_by_label("Segmentation").check()
    assert [paper for paper in range(56) if paper % 4 == 0] == papers(opened)
    task.get_by_label("Detection").check()  # "or" within one filter
    assert [paper for paper in range(56) if paper % 4 in (0, 3)] == papers(opened)
    dataset = open_drop(opened, "dataset")
    wanted = [paper for paper in range(56) if paper % 4 in (0, 3) and paper % 7 == 2]
    row = dataset.locator("label", has_text="SynSea")
    assert str(len(wanted)) == row.locator(".count").inner_text()
    row.locator("input").check()  # "and" between filters
    assert wanted == papers(opened)
    assert f"{len(wanted)} of 56 papers" == opened.page.locator("#count").inner_text()
    task = open_drop(opened, "task")
    segmented = sum(paper % 4 == 0 for paper in wanted)
    assert str(segmented) == task.locator("label", has_text="Segmentation").locator(".count").inner_text()
    others = sum(paper % 4 == 1 and paper % 7 == 2 for paper in range(56))  # what this filter would add
    assert str(others) == task.locator("label", has_text="Classification").locator(".count").inner_text()
    opened.page.locator("#clear").click()
    assert 56 == len(papers(opened))


def test_panel_table_and_map_show_what_passes_the_filters(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(address="#task=Segmentation")
    kept = list(range(0, 56, 4))

    assert kept == papers(opened)
    labelled = opened.page.evaluate("() => flgraphAtlas.app.labels.map(label => label.paper)")
    assert set(labelled) <= set(kept)
    assert ["Radar segmentation"] == opened.page.evaluate("() => flgraphAtlas.app.names.map(n => n.lines.join(' '))")
    assert "Papers, newest first (14)" in opened.panel
    gone = opened.page.evaluate(POINT_OF, 1)
    opened.page.mouse.click(*gone)
    assert None is opened.page.evaluate(SELECTED)  # specks are not clicked
    opened.page.locator("#views label", has_text="Table").click()
    assert 14 == opened.page.locator("#table tbody tr").count()


def test_years_are_chosen_by_a_bar_and_by_lists(open_atlas: OpenAtlas) -> None:
    payload = make_payload()
    payload["year"][3] = None
    opened = open_atlas(payload)
    years = open_drop(opened, "Year")

    years.get_by_label("First year").select_option("2020")
    assert [p for p in range(56) if p != 3 and 2018 + p % 6 >= 2020] == papers(opened)
    years.get_by_label("year unknown").check()
    assert 3 in papers(opened)
    years.locator("svg g").nth(1).click()
    assert [p for p in range(56) if p != 3 and p % 6 == 1] == papers(opened)
    assert "Year: 2019 \N{MULTIPLICATION SIGN}" == opened.page.locator("#picked").inner_text()
    years.get_by_role("button", name="All years").press("Enter")
    assert 56 == len(papers(opened))


def test_papers_of_a_year_without_code_and_licensed_code(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(address="#years=2019-2019")
    assert [p for p in range(56) if p % 6 == 1] == papers(opened)  # odd papers, and only even ones have code

    code = open_drop(opened, "Code")
    code.get_by_label("no code known").check()
    assert [p for p in range(56) if p % 6 == 1] == papers(opened)
    code.locator("label").nth(1).locator("input").check()
    assert [] == papers(opened)
    assert "No paper passes the filters." in opened.page.locator("#key").inner_text()
    opened.page.locator("#clear").click()
    open_drop(opened, "Code").get_by_label("code with a licence").check()
    assert [p for p in range(56) if p % 2 == 0 and p % 8 // 2 < 2] == papers(opened)


def test_a_filter_works_by_keyboard_alone_and_keeps_the_focus(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()
    opened.page.locator('summary[data-key="drop task"]').focus()
    opened.page.keyboard.press("Enter")
    opened.page.get_by_label("Segmentation").wait_for()
    for key in ("Tab", "Space"):
        opened.page.keyboard.press(key)

    assert 14 == len(papers(opened))
    assert "checkbox" == opened.page.evaluate("() => document.activeElement.type")
    opened.page.keyboard.press("Escape")
    assert not opened.page.locator("#bar details[open]").count()
    assert "SUMMARY" == opened.page.evaluate("() => document.activeElement.tagName")


# --- search and keys -------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["SYN7", "synthetic paper 7:", "Sýn7"])
def test_search_finds_a_paper_without_case_and_accents(open_atlas: OpenAtlas, typed: str) -> None:
    opened = open_atlas()

    opened.page.keyboard.press("/")
    opened.page.keyboard.type(typed)
    opened.page.keyboard.press("Enter")

    assert "paper:syn7" == opened.page.evaluate(SELECTED)
    assert "scene" == opened.page.evaluate("() => document.activeElement.id")


def test_search_finds_people_and_narrows_and_forgives_a_letter(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()
    query = opened.page.locator("#query")

    query.fill("Ann Invented 7")
    opened.page.keyboard.press("Enter")
    assert "Works with" in opened.panel
    query.fill("SynSea")
    opened.page.locator("#hits li", has_text="Narrow to the 8 papers").click()
    assert [p for p in range(56) if p % 7 == 2] == papers(opened)
    opened.page.locator("#picked button").click()
    assert 56 == len(papers(opened))
    query.fill("segmentatoin acros")
    assert "segmentation across" in opened.page.locator("#hits li").first.inner_text()
    query.fill("nothing like this")
    assert "Nothing found for “nothing like this”" == opened.page.locator("#hits").inner_text()
    opened.page.keyboard.press("Enter")
    assert "Nothing found for “nothing like this”" == opened.page.locator("#said").inner_text()
    query.fill("")
    opened.page.keyboard.press("/")
    assert "" == query.input_value()


def test_a_found_paper_that_is_filtered_out_comes_back(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(address="#task=Segmentation")

    opened.page.locator("#query").fill("syn7")
    opened.page.keyboard.press("Enter")

    assert "paper:syn7" == opened.page.evaluate(SELECTED)
    assert 56 == len(papers(opened))


def test_arrows_walk_enter_opens_the_neighbourhood_and_escape_goes_back(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(address="#paper=syn8")
    page = opened.page
    page.locator("#scene").focus()

    seen = {page.evaluate(SELECTED)}
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        before = page.evaluate("() => { const a = flgraphAtlas.app; return [a.x[a.state.paper], a.y[a.state.paper]]; }")
        page.keyboard.press(key)
        after = page.evaluate("() => { const a = flgraphAtlas.app; return [a.x[a.state.paper], a.y[a.state.paper]]; }")
        axis, sign = {"ArrowRight": (0, 1), "ArrowLeft": (0, -1), "ArrowDown": (1, 1), "ArrowUp": (1, -1)}[key]
        assert sign * (after[axis] - before[axis]) > 0
        seen.add(page.evaluate(SELECTED))
    assert len(seen) > 2
    page.keyboard.press("Enter")
    assert "near" == page.evaluate("() => document.body.dataset.view")
    page.keyboard.press("Escape")
    assert "map" == page.evaluate("() => document.body.dataset.view")
    assert page.evaluate(SELECTED) is not None
    page.keyboard.press("Escape")
    assert None is page.evaluate(SELECTED)


def test_keys_zoom_and_show_all(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()
    scale = "() => flgraphAtlas.app.camera.k"
    home = opened.page.evaluate(scale)

    opened.page.keyboard.press("+")
    assert home < opened.page.evaluate(scale)
    opened.page.keyboard.press("0")
    assert home == opened.page.evaluate(scale)
    opened.page.locator("#out").click()
    assert home > opened.page.evaluate(scale)
    opened.page.locator("#fit").click()
    assert home == opened.page.evaluate(scale)


# --- a paper and its neighbourhood -----------------------------------------------------------------------


def test_a_click_opens_a_paper_and_says_what_is_known_and_from_where(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(make_payload(cited=True))
    opened.page.mouse.click(*opened.page.evaluate(POINT_OF, 18))

    assert "paper:syn18" == opened.page.evaluate(SELECTED)
    known = (
        "Synthetic paper 18",
        "Lidar reconstruction",
        "· also Sonar classification",
        "Tldr: Synthetic summary of paper 18. (synthetic source)",
        "Abstract (synthetic source)",
        "Open access: yes",
        "Most similar, and why",
        "Cites, in this list",
        "Where the values are from",
    )
    for words in known:
        assert words in opened.panel
    links = opened.page.eval_on_selector_all("#panel a", "all => all.map(a => [a.href, a.rel, a.target])")
    assert ["https://doi.org/10.1000/syn.18", "noopener noreferrer", "_blank"] in links
    opened.page.get_by_role("button", name="Close").click()
    assert None is opened.page.evaluate(SELECTED)


def test_a_double_click_opens_the_neighbourhood_that_says_why(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()
    opened.page.mouse.dblclick(*opened.page.evaluate(POINT_OF, 8))
    opened.page.evaluate(RESTED)

    assert "near" == opened.page.evaluate("() => document.body.dataset.view")
    reasons = opened.page.evaluate(
        "() => Object.fromEntries(flgraphAtlas.app.labels.map(label => [label.paper, label.why]))"
    )
    assert "author Ann Invented 4, Ann Invented 8" == reasons["12"]  # whole reasons, as many as fit
    x = opened.page.evaluate("() => [...flgraphAtlas.app.around.keys()].map(p => [p, flgraphAtlas.app.x[p]])")
    middle = dict(x)[8]
    years = {paper: 2018 + paper % 6 for paper, _ in x}
    for paper, across in x:
        if years[paper] != years[8]:
            assert (years[paper] > years[8]) == (across > middle)
    assert "author Ann Invented 4, Ann Invented 8 · task Segmentation" in opened.panel


def test_a_region_shows_what_sets_it_apart_and_its_papers(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()
    spot = opened.page.evaluate(
        """() => {
            const name = flgraphAtlas.app.names.find(each => each.region === 1);
            const box = flgraphAtlas.app.canvas.getBoundingClientRect();
            return [box.left + name.x, box.top + name.y];
        }"""
    )
    opened.page.mouse.click(*spot)

    assert "Sonar classification" in opened.panel
    assert "14 of 14 here, 15 in all" in opened.panel
    assert "Elsewhere, with its topics" in opened.panel
    assert "region=Sonar+classification" in opened.page.url
    opened.page.keyboard.press("Escape")
    assert "What to read first" in opened.panel


def test_layers_show_people_and_who_works_with_whom(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(address="#paper=syn8")
    open_drop(opened, "Layers").get_by_label("people").check()
    opened.page.evaluate(RESTED)

    kinds = """() => {
        const { labels, data } = flgraphAtlas.app;
        return [...new Set(labels.filter(label => label.thing >= 0).map(label => data.things[label.thing].kind))];
    }"""
    assert ["author"] == opened.page.evaluate(kinds)
    assert "Hollow: ▲ people." in opened.page.locator("#key").inner_text()
    opened.page.locator("#panel .tags button", has_text="Ann Invented 8").click()
    assert "Works with" in opened.panel
    assert "Papers (3)" in opened.panel


def test_a_row_of_the_panel_shows_its_paper_on_the_map(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()
    row = opened.page.locator("#panel .row", has_text="Synthetic paper 3:").first

    row.hover()
    assert 3 == opened.page.evaluate("() => flgraphAtlas.app.hover.paper")
    opened.page.mouse.move(10, 10)
    assert -1 == opened.page.evaluate("() => flgraphAtlas.app.hover.paper")


# --- table -----------------------------------------------------------------------------------------------


def test_columns_sort_and_what_nobody_knows_stands_last(open_atlas: OpenAtlas) -> None:
    payload = make_payload(cited=True)
    opened = open_atlas(payload, address="#view=table")
    rows = opened.page.locator("#table tbody th")
    head = opened.page.locator("#table thead th", has_text="Citations")
    known = sorted((value for value in payload["cites"] if value is not None), reverse=True)

    head.locator("button").click()
    assert "descending" == head.get_attribute("aria-sort")
    counts = opened.page.locator("#table tbody tr td:last-child").all_inner_texts()
    assert [str(value) for value in known] == counts[: len(known)]
    assert {"unknown"} == set(counts[len(known) :])
    head.locator("button").press("Enter")
    counts = opened.page.locator("#table tbody tr td:last-child").all_inner_texts()
    assert "unknown" == counts[-1]
    assert "Citations" in opened.page.evaluate("() => document.activeElement.textContent")
    rows.first.locator("button").press("Enter")
    assert opened.page.evaluate(SELECTED) is not None


def test_touch_opens_papers_and_two_fingers_zoom(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(viewport={"width": 390, "height": 844})
    page = opened.page
    scale = page.evaluate("() => flgraphAtlas.app.camera.k")
    page.evaluate(
        """() => {
            const { canvas } = flgraphAtlas.app;
            canvas.setPointerCapture = () => {};  // events that a script makes have no pointer to capture
            const send = (type, pointerId, x, y) => canvas.dispatchEvent(new PointerEvent(type,
                { pointerId, pointerType: "touch", clientX: x, clientY: y, bubbles: true }));
            const { left, top } = canvas.getBoundingClientRect();
            send("pointerdown", 1, left + 150, top + 100);
            send("pointerdown", 2, left + 200, top + 100);
            for (let step = 1; step < 9; step++) send("pointermove", 2, left + 200 + 10 * step, top + 100);
            send("pointerup", 2, left + 280, top + 100);
            send("pointerup", 1, left + 150, top + 100);
        }"""
    )
    page.evaluate(SETTLED)

    assert scale < page.evaluate("() => flgraphAtlas.app.camera.k")
    assert None is page.evaluate(SELECTED)
    assert not page.locator("#tip").is_visible()


# --- what a first user met ---------------------------------------------------------------------------------


def test_people_stand_in_the_order_of_the_paper(open_atlas: OpenAtlas) -> None:
    payload = make_payload()
    people = [place for place, thing in enumerate(payload["things"]) if thing[0] == "author" and 8 in thing[6]]
    payload["authors"] = [people[::-1] if paper == 8 else [] for paper in range(56)]
    opened = open_atlas(payload, address="#syn8")
    names = [payload["things"][person][1] for person in people[::-1]]

    assert len(people) > 1
    assert names == opened.page.evaluate("() => flgraphAtlas.app.data.held[8].author.map(({ name }) => name)")


def test_a_search_for_the_name_of_a_paper_finds_it_before_a_thing_of_that_name(open_atlas: OpenAtlas) -> None:
    payload = make_payload()
    payload["things"].append(["code", "Syn8", "Syn8", None, "MIT", None, [8, 12], 100, 100])
    opened = open_atlas(payload)
    opened.page.locator("#query").fill("syn8")
    opened.page.keyboard.press("Enter")

    assert "paper:syn8" == opened.page.evaluate(SELECTED)


def test_a_search_says_when_it_clears_the_filters(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(make_payload(), address="#years=2018-2018")
    opened.page.locator("#query").fill("syn5")

    assert "opening it clears them" in opened.page.locator("#hits li").first.inner_text()


def test_a_click_beside_a_menu_closes_the_menu_and_nothing_else(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(make_payload(), address="#syn8")
    drop = open_drop(opened, "dataset")
    opened.page.locator("#scene").click(position={"x": 5, "y": 400})

    assert drop.get_attribute("open") is None
    assert "paper:syn8" == opened.page.evaluate(SELECTED)


def test_labels_are_not_those_of_a_row_that_the_pointer_has_left(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(make_payload())
    before = opened.page.evaluate("() => flgraphAtlas.app.labels.length")
    opened.page.locator('#panel [data-key="region 1"]').hover()
    opened.page.evaluate("() => { flgraphAtlas.app.scene.refresh(); }")
    opened.page.evaluate(RESTED)

    assert before == opened.page.evaluate("() => flgraphAtlas.app.labels.length")


def test_on_a_phone_the_hits_of_a_search_are_whole(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(make_payload(), viewport=size(390, 844))
    opened.page.locator("#query").fill("syn")
    box = opened.page.locator("#hits").bounding_box()

    assert box is not None
    assert 0 <= box["x"] <= 390 - box["width"]
