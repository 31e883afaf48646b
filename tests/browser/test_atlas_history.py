"""Ways back in the atlas: the browser's Back and Forward, the trail of the panel, and walks in the neighbourhood."""

from __future__ import annotations

from tests.browser.atlas_opened import RESTED, SELECTED, OpenAtlas
from tests.browser.atlas_payload import make_payload
from tests.browser.opened import MARKS, Opened

pytestmark = MARKS

STEPS = "() => history.length"
VIEW = "() => document.body.dataset.view"
POINTED = "() => flgraphAtlas.app.hover.paper"
PAIR = """() => {
    const { app } = flgraphAtlas;
    return [app.hover.paper, app.hover.pair, app.state.paper];
}"""
COUNT_LINKS = """() => {
    const { context, scene } = flgraphAtlas.app;
    let [count, curved] = [0, false];
    const own = CanvasRenderingContext2D.prototype;
    context.beginPath = () => (curved = false, own.beginPath.call(context));
    context.quadraticCurveTo = (...points) => (curved = true, own.quadraticCurveTo.apply(context, points));
    context.stroke = () => (count += curved && context.lineWidth > 1.5, own.stroke.call(context));
    scene.paint();
    for (const name of ["beginPath", "quadraticCurveTo", "stroke"]) delete context[name];
    return count;
}"""
BACK = '#panel button[data-key="back"]'


def go(opened: Opened, way: str) -> None:
    getattr(opened.page, f"go_{way}")()
    opened.page.evaluate(RESTED)


def test_each_thing_that_is_opened_is_a_step_of_the_browser(open_atlas: OpenAtlas) -> None:
    opened = open_atlas()
    page = opened.page
    heading = page.locator("#panel h2")
    before = page.evaluate(STEPS)
    page.locator("#panel .row", has_text="Synthetic paper 3:").first.click()
    page.locator("#panel .tags button", has_text="Ann Invented 3").first.click()
    page.get_by_role("button", name="Back to Syn3").wait_for()
    assert "thing=author:Ann+Invented+3" in page.url
    page.locator("#views label", has_text="Timeline").click()
    assert before + 3 == page.evaluate(STEPS)

    go(opened, "back")
    assert "map" == page.evaluate(VIEW)
    assert "← Syn3" == page.locator(BACK).inner_text()
    go(opened, "back")
    assert "paper:syn3" == page.evaluate(SELECTED)
    assert 0 == page.locator(BACK).count()
    go(opened, "back")
    assert None is page.evaluate(SELECTED)
    assert "" == page.evaluate("() => location.hash")
    go(opened, "forward")
    go(opened, "forward")
    assert "Ann Invented 3" == heading.inner_text()
    page.locator(BACK).click()
    assert "paper:syn3" == page.evaluate(SELECTED)
    go(opened, "back")
    assert "Ann Invented 3" == heading.inner_text()
    page.reload()
    page.wait_for_selector("body.ready")
    assert "Ann Invented 3" == heading.inner_text()


def test_filters_and_stars_are_no_steps_and_stay(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(address="#syn4")
    page = opened.page
    page.evaluate("() => flgraphAtlas.open(8)")
    before = page.evaluate(STEPS)
    page.locator("#scene").focus()
    page.keyboard.press("s")
    page.locator('summary[data-key="drop task"]').click()
    page.locator("#bar details[open] label", has_text="Segmentation").click()
    page.keyboard.press("Escape")
    assert before == page.evaluate(STEPS)

    go(opened, "back")
    assert "paper:syn4" == page.evaluate(SELECTED)
    assert "Task: Segmentation \N{MULTIPLICATION SIGN}" == page.locator("#picked").inner_text()
    assert "stars=syn8" in page.url
    page.locator("#picked button").press("Enter")
    assert "" == page.locator("#picked").inner_text()
    assert "56 papers" == page.locator("#count").inner_text()


def test_a_walk_by_arrows_is_one_step(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(address="#syn8")
    page = opened.page
    page.locator("#scene").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    assert "paper:syn8" != page.evaluate(SELECTED)

    go(opened, "back")
    assert "paper:syn8" == page.evaluate(SELECTED)


def test_in_the_neighbourhood_arrows_point_enter_goes_and_escape_returns(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(address="#paper=syn8&view=near")
    page = opened.page
    page.locator("#scene").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    pointed = page.evaluate(POINTED)

    assert pointed not in (-1, 8)
    assert "paper:syn8" == page.evaluate(SELECTED)
    assert f"Synthetic paper {pointed}:" in page.locator("#said").inner_text()
    page.keyboard.press("Enter")
    page.evaluate(RESTED)
    assert [f"paper:syn{pointed}", "near"] == [page.evaluate(SELECTED), page.evaluate(VIEW)]
    page.keyboard.press("Escape")
    assert ["paper:syn8", "near"] == [page.evaluate(SELECTED), page.evaluate(VIEW)]
    page.keyboard.press("Escape")
    assert ["paper:syn8", "map"] == [page.evaluate(SELECTED), page.evaluate(VIEW)]


def test_pointing_at_a_similar_paper_shows_the_link_to_it_alone(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(make_payload(), address="#syn8")
    page = opened.page
    row = page.locator("#panel .row:has(.meter)").nth(1)
    row.hover()
    other, pair, paper = page.evaluate(PAIR)
    assert pair
    assert other not in (-1, paper)
    assert 1 == page.evaluate(COUNT_LINKS)
    page.mouse.move(5, 5)
    assert 8 == page.evaluate(COUNT_LINKS)

    row.click()
    page.evaluate(RESTED)
    assert f"paper:syn{other}" == page.evaluate(SELECTED)
    assert -1 == page.evaluate(POINTED)


def test_papers_of_the_same_year_stand_above_or_below_the_middle(open_atlas: OpenAtlas) -> None:
    payload = make_payload()
    payload["year"] = [2019 if paper % 3 else 2018 + paper % 6 for paper in range(56)]
    opened = open_atlas(payload, address="#paper=syn8&view=near")
    places = opened.page.evaluate(
        """() => {
            const { around, x, y, data, orbits } = flgraphAtlas.app;
            return [...around.keys()].filter(paper => paper !== 8)
                .map(paper => [data.year[paper], (x[paper] - orbits.x) / orbits.wide,
                    (y[paper] - orbits.y) / orbits.high]);
        }"""
    )

    for year, across, down in places:
        assert (across < 0) == (year < 2019) or year == 2019
        assert year != 2019 or abs(down) > 0.9 * abs(across)
    assert 3 < sum(year == 2019 for year, _, _ in places) < len(places)
    assert "above and below: the same year." in opened.page.locator("#key").inner_text()
