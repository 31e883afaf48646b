"""Facets of any name, and colours and sizes that the person who made the page chose."""

from __future__ import annotations

import pytest

from flgraph.map.atlas.atlas import make_atlas
from flgraph.map.atlas.payload import make_payload as describe_atlas
from tests.browser.atlas_opened import RESTED, SHOWN, OpenAtlas
from tests.browser.atlas_payload import make_payload
from tests.browser.synthetic_map import make_graph

pytestmark = pytest.mark.slow
FILL = "paper => { const { app } = flgraphAtlas; return app.classes[app.classOf[paper]]; }"
RADIUS = "paper => flgraphAtlas.app.radius[paper]"


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
