"""The page of the atlas: one file, one script under a strict policy, and no text that becomes an element."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from pathlib import Path

import pytest

from flgraph.map.atlas.atlas import Atlas, make_atlas
from flgraph.map.atlas.page import render_atlas
from flgraph.map.atlas.payload import make_payload
from flgraph.map.positions import read_positions
from tests.browser.synthetic_map import PAYLOADS, make_graph, make_hostile_graph
from tests.map.test_page import Page


@pytest.fixture(scope="module")
def atlas_of_six() -> Atlas:
    return make_atlas(make_graph())


def test_the_policy_allows_exactly_the_script_of_the_page(atlas_of_six: Atlas) -> None:
    page = Page(render_atlas(atlas_of_six))
    policy = next(str(found["content"]) for tag, found in page.elements if found.get("http-equiv"))
    digest = b64encode(hashlib.sha256(page.scripts[1].encode()).digest()).decode()

    assert 2 == len(page.scripts)
    assert (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    ) == policy


def test_the_page_holds_the_payload_and_names_no_other_file(atlas_of_six: Atlas) -> None:
    page = Page(render_atlas(atlas_of_six))
    named = [value for _, found in page.elements for name, value in found.items() if name in ("src", "href", "srcset")]

    assert make_payload(atlas_of_six) == page.payload
    assert ["data:,"] == named


def test_a_heading_of_ones_own_is_shown(atlas_of_six: Atlas) -> None:
    page = render_atlas(atlas_of_six, title="Synthetic <heading>")

    assert "<title>Synthetic &lt;heading&gt;</title>" in page
    assert "Synthetic <heading>" == Page(page).payload["title"]


def test_hostile_text_adds_no_element(atlas_of_six: Atlas) -> None:
    kind = re.compile(r"synthetic", re.IGNORECASE)
    usual, hostile = (
        [tag for tag, found in Page(render_atlas(atlas)).elements if not kind.search(str(found))]
        for atlas in (atlas_of_six, make_atlas(make_hostile_graph()))
    )

    assert set(usual) >= set(hostile)
    assert len(usual) - 1 <= len(hostile) <= len(usual)


@pytest.mark.parametrize("title", PAYLOADS)
def test_a_hostile_title_stays_text(atlas_of_six: Atlas, title: str) -> None:
    page = Page(render_atlas(atlas_of_six, title=title))

    assert 2 == len(page.scripts)
    assert title == page.payload["title"]


def test_positions_are_read_from_the_page(atlas_of_six: Atlas, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(render_atlas(atlas_of_six), encoding="utf-8", newline="\n")
    rounded = {node: (round(x, 1), round(y, 1)) for node, (x, y) in atlas_of_six.positions.items()}

    assert rounded == read_positions(path)


def test_the_page_of_a_catalog_is_small(atlas_of_six: Atlas) -> None:
    assert len(render_atlas(atlas_of_six).encode()) < 200_000
