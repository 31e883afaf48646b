"""How the page looks at each size, light and dark, in each view and in print; facets, colours and sizes of any name."""

from __future__ import annotations

from typing import Any

import pytest

from flgraph.map.atlas.atlas import make_atlas
from flgraph.map.atlas.payload import make_payload as describe_atlas
from tests.browser.atlas_opened import LIT, POINT_OF, RESTED, SHOWN, OpenAtlas, show_view, size
from tests.browser.atlas_payload import make_payload
from tests.browser.opened import MARKS, SETTLED, Opened
from tests.browser.synthetic_map import make_graph

pytestmark = MARKS

SIZES = [(1440, 900), (1280, 640), (390, 844)]
PHONE = size(390, 844)
FILL = "paper => { const { app } = flgraphAtlas; return app.classes[app.classOf[paper]]; }"
RADIUS = "paper => flgraphAtlas.app.radius[paper]"
TEXTS = """() => {
    const { app } = flgraphAtlas;
    const box = ({ left, top, right, bottom }) => ({ left, top, right, bottom });
    if (app.state.view === "table") return [];
    return [...app.labels, ...app.names].map(box);
}"""
CONTROLS = """() => [...document.querySelectorAll("#views label, #query, #list, #save > summary, #theme, #fold, #clear,"
    + " #bar summary, #count, #zoom button, #back, #title, #sub, #key, #legend, #origin, #picture, #panel")]
    .filter(element => element.checkVisibility())
    .map(element => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        const room = element.id === "panel" ? parseFloat(getComputedStyle(element).paddingTop) : 0; // for the colours
        return { name: element.id || element.textContent, left, top: top + room, right, bottom };
    })"""
UNDER_NAMES = """() => {
    const { app } = flgraphAtlas;
    const { k, x, y } = app.camera;
    return app.names.flatMap(name => [...app.x.keys()].filter(paper => {
        const [across, down] = [app.x[paper] * k + x, app.y[paper] * k + y];
        return across > name.left && across < name.right && down > name.top && down < name.bottom;
    }));
}"""
# Records what the browser writes on the picture: text, colour and opacity, and how many dots it draws.
RECORD = """() => {
    const drawn = window.drawn = { texts: [], dots: 0 };
    const { fillText, arc } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        drawn.texts.push([text, this.fillStyle, this.globalAlpha]);
        fillText.call(this, text, ...rest);
    };
    CanvasRenderingContext2D.prototype.arc = function (...rest) {
        drawn.dots += 1;
        arc.apply(this, rest);
    };
}"""


def overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
    down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return across > 0.5 and down > 0.5


def list_overlaps(boxes: list[Any]) -> list[Any]:
    return [(one, other) for place, one in enumerate(boxes) for other in boxes[:place] if overlap(one, other)]


def count_labels(opened: Opened) -> int:
    return int(opened.page.evaluate("() => flgraphAtlas.app.labels.filter(({ paper }) => paper >= 0).length"))


# --- each view at each size --------------------------------------------------------------------------------


def check_view(opened: Opened, view: str, state: str) -> None:
    """Check that texts and controls keep apart, one view is lit, and no tooltip stays."""
    if view != "table":
        opened.page.mouse.move(*opened.page.evaluate(POINT_OF, 8))
        opened.page.evaluate(SETTLED)
    opened.page.evaluate("() => flgraphAtlas.view('map')")
    show_view(opened, view)
    assert not opened.page.locator("#tip").is_visible(), state
    assert [view] == opened.page.evaluate(LIT), state
    assert [] == list_overlaps(opened.page.evaluate(TEXTS)), state
    controls = opened.page.evaluate(CONTROLS)
    width = opened.page.viewport_size["width"]
    assert [] == list_overlaps(controls), state
    assert [] == [control for control in controls if control["left"] < 0 or control["right"] > width], state
    assert width >= opened.page.evaluate("() => document.documentElement.scrollWidth"), state


@pytest.mark.parametrize("cited", [False, True])
def test_in_no_view_do_texts_or_controls_cover_each_other(open_atlas: OpenAtlas, cited: bool) -> None:
    opened = open_atlas(make_payload(cited=cited))

    for width, height in SIZES:
        opened.page.set_viewport_size(size(width, height))
        for scheme in ("light", "dark"):
            opened.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for view in ("map", "timeline", "table", "near"):
                check_view(opened, view, f"{view} at {width}x{height}, {scheme}")
    assert [] == opened.messages


def test_on_a_phone_saving_dark_and_zoom_are_within_reach(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(viewport=PHONE)
    page = opened.page
    menu = page.locator("#save > summary")

    assert "Menu" == menu.get_by_role("img").get_attribute("aria-label")
    menu.click()
    page.get_by_role("button", name="Light or dark").click()
    assert "dark" == page.evaluate("() => document.documentElement.dataset.theme")
    menu.click()
    with page.expect_download() as found:
        page.get_by_role("button", name="SVG").click()
    assert "synthetic-atlas.svg" == found.value.suggested_filename
    before = page.evaluate("() => flgraphAtlas.app.camera.k")
    page.locator("#in").click()
    assert before < page.evaluate("() => flgraphAtlas.app.camera.k")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_names_of_regions_keep_off_dots(open_atlas: OpenAtlas, width: int, height: int) -> None:
    payload = make_payload(regions=6)
    for region in payload["regions"]:
        region["spot"] = None
    opened = open_atlas(payload, viewport=size(width, height))

    assert 6 == opened.page.evaluate("() => flgraphAtlas.app.names.length")
    assert [] == opened.page.evaluate(UNDER_NAMES)


@pytest.mark.parametrize(("width", "height", "least"), [(1440, 900, 48), (1280, 640, 40)])
def test_the_timeline_names_what_fits_and_says_so(open_atlas: OpenAtlas, width: int, height: int, least: int) -> None:
    opened = open_atlas(make_payload(cited=True), viewport=size(width, height))
    show_view(opened, "timeline")
    assert least <= count_labels(opened) <= opened.page.evaluate("() => flgraphAtlas.app.timeline.ranked.length")
    assert "Names that would overlap are left out" in opened.page.locator("#key").inner_text()

    lists = open_atlas(viewport=size(width, height))
    show_view(lists, "timeline")
    assert 56 == count_labels(lists)
    assert "left out" not in lists.page.locator("#key").inner_text()


def test_thousands_of_papers_have_labels_and_more_when_near(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(make_payload(3200, cited=True), viewport=size(1440, 900))

    assert 26 == count_labels(opened)
    opened.page.keyboard.press("+")
    opened.page.wait_for_function("() => flgraphAtlas.app.labels.length > 26", timeout=10_000)
    assert [] == list_overlaps(opened.page.evaluate(TEXTS))


def test_panning_hundreds_of_papers_draws_no_dot_anew(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(make_payload(300, cited=True))
    opened.page.evaluate(RECORD)

    # The first frame makes the bitmap; from then on only the rings of labels are drawn.
    first, second, rings = opened.page.evaluate(
        """() => {
            const { app } = flgraphAtlas;
            app.scene.refresh();
            const counts = [0, 0].map(() => {
                drawn.dots = 0;
                app.camera.x += 3;
                app.scene.moved(false);
                app.scene.paint();
                return drawn.dots;
            });
            return [...counts, app.labels.filter(({ kind }) => kind === "over").length];
        }"""
    )
    assert first > 300 + rings
    assert rings == second


# --- contrast ----------------------------------------------------------------------------------------------


def measure_light(red: float, green: float, blue: float) -> float:
    """Return the relative luminance of a colour (WCAG 2.2), from 0 to 1."""
    parts = [part / 255 for part in (red, green, blue)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def read_color(text: str) -> tuple[int, int, int]:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def measure_contrast(color: str, alpha: float, page: str) -> float:
    behind = read_color(page)
    mixed = [alpha * front + (1 - alpha) * back for front, back in zip(read_color(color), behind, strict=True)]
    one, other = sorted((measure_light(*mixed), measure_light(*behind)))
    return (other + 0.05) / (one + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["map", "timeline"])
def test_labels_that_step_back_can_still_be_read(open_atlas: OpenAtlas, scheme: str, view: str) -> None:
    opened = open_atlas(color_scheme=scheme, viewport=size(1440, 900))
    show_view(opened, view)
    opened.page.evaluate(RECORD)
    opened.page.mouse.move(*opened.page.evaluate(POINT_OF, 8))
    opened.page.evaluate(SETTLED)

    page = opened.page.evaluate("() => flgraphAtlas.app.colors.page")
    labels = set(opened.page.evaluate("() => flgraphAtlas.app.labels.map(({ text }) => text)"))
    found = {text: measure_contrast(color, alpha, page) for text, color, alpha in opened.page.evaluate("drawn.texts")}
    assert labels <= found.keys()
    assert [] == [text for text in labels if found[text] < 4.5]


LABELS = "() => flgraphAtlas.app.labels.map(({ text }) => text).sort()"

# Says how many colours the canvas has right after the frame in which it got another size.
COLORS_AFTER_RESIZE = """async () => {
    const { canvas, context } = flgraphAtlas.app;
    canvas.parentElement.style.width = `${canvas.clientWidth - 40}px`;
    await new Promise(done => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = done;
        port2.postMessage(null);
    }));
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
}"""


def test_a_canvas_of_a_new_size_is_never_blank(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(viewport=size(1440, 900))
    width = opened.page.evaluate("() => flgraphAtlas.app.canvas.clientWidth")

    assert 20 < opened.page.evaluate(COLORS_AFTER_RESIZE)
    assert width != opened.page.evaluate("() => flgraphAtlas.app.canvas.clientWidth")


# --- print -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_print_is_the_whole_picture_whatever_is_open(open_atlas: OpenAtlas, width: int, height: int) -> None:
    opened = open_atlas(viewport=size(width, height))
    opened.page.set_viewport_size(size(1040, 700))
    opened.page.emulate_media(media="print")
    opened.page.evaluate(RESTED)
    closed = opened.page.evaluate(LABELS)
    opened.page.emulate_media(media="screen")
    opened.page.set_viewport_size(size(width, height))
    opened.page.locator("#scene").focus()
    opened.page.evaluate("() => flgraphAtlas.open(8)")
    opened.page.evaluate(RESTED)
    opened.page.evaluate(RECORD)
    opened.page.set_viewport_size(size(1040, 700))
    opened.page.emulate_media(media="print")
    opened.page.evaluate(RESTED)

    assert closed == opened.page.evaluate(LABELS)
    below = opened.page.locator("#panel")
    assert below.bounding_box()["y"] >= opened.page.locator("footer").bounding_box()["y"]
    for text in (
        "Synthetic paper 8:",
        "Ann Invented 8",
        "Synthetic Conference",
        "Most similar, and why",
        "SynScan 2021",
    ):
        assert text in below.inner_text()
    assert 0 == below.locator(".go button:visible").count()
    assert "none" == opened.page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert count_labels(opened) > 45
    names = opened.page.evaluate("() => flgraphAtlas.app.names.map(({ lines }) => lines[0])")
    quiet = opened.page.evaluate("() => flgraphAtlas.app.colors.quiet")
    drawn = {text: color for text, color, _ in opened.page.evaluate("drawn.texts")}
    assert 4 == len(names)
    assert quiet not in {drawn[name] for name in names}
    opened.page.emulate_media(media="screen")
    opened.page.evaluate(RESTED)
    assert count_labels(opened) < 20


@pytest.mark.parametrize(("view", "pages"), [("map", 1), ("timeline", 1), ("near", 2)])
def test_a_picture_prints_on_one_page_and_what_is_open_on_the_next(
    open_atlas: OpenAtlas, view: str, pages: int
) -> None:
    opened = open_atlas(make_payload(cited=True), color_scheme="dark")
    show_view(opened, view)

    pdf = opened.page.pdf(prefer_css_page_size=True)
    assert pages == pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ")


# --- facets, colours and sizes -------------------------------------------------------------------------------


@pytest.mark.parametrize("facet", ["theme", "venue", "view", "constructor"])
def test_a_facet_of_any_name_filters_colours_and_is_kept_in_the_address(open_atlas: OpenAtlas, facet: str) -> None:
    payload = make_payload()
    for thing in payload["things"]:
        thing[3] = facet if thing[3] == "task" else thing[3]
    opened = open_atlas(payload)
    key = f"topic {facet}" if facet == "venue" else facet
    drop = opened.page.locator(f'#bar details:has(summary[data-key="drop {key}"])')
    drop.locator("summary").click()
    drop.get_by_label("Segmentation").check()
    kept = opened.page.evaluate(SHOWN)

    assert 0 < len(kept) < 56
    address = opened.page.evaluate("() => location.hash")
    again = open_atlas(payload, address=address)
    assert kept == again.page.evaluate(SHOWN)


def test_colours_and_sizes_by_values_are_shown_and_explained(open_atlas: OpenAtlas) -> None:
    graph = make_graph()
    words = {"paper:syn1": "mine", "paper:syn2": "theirs", "paper:syn3": "mine"}
    payload = describe_atlas(make_atlas(graph), color=words, size={"paper:syn1": 9, "paper:syn2": 1})
    first, second, third, *_, last = (payload["id"].index(f"paper:syn{number}") for number in range(1, 7))
    opened = open_atlas(payload)

    fills = [opened.page.evaluate(FILL, paper)["name"] for paper in (first, second, third, last)]
    assert ["mine", "theirs", "mine"] == fills[:3]
    assert fills[3] in ("no value", "unknown")
    assert opened.page.evaluate(RADIUS, first) > opened.page.evaluate(RADIUS, second)
    assert "mine" in opened.page.locator("#legend").inner_text()
    assert "ring: unknown" in opened.page.locator("#key").inner_text()
    opened.page.locator("summary", has_text="Colour:").click()
    opened.page.get_by_label("year").check()
    opened.page.evaluate(RESTED)
    assert "mine" not in opened.page.locator("#legend").inner_text()


def test_a_facet_chosen_in_python_colours_the_page_at_first(open_atlas: OpenAtlas) -> None:
    opened = open_atlas(describe_atlas(make_atlas(make_graph()), color="modality", size="none"))

    assert "Colour: modality" in opened.page.locator("#legend").inner_text()
    assert "Size:" not in opened.page.locator("#key").inner_text()
