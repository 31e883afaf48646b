from __future__ import annotations

import hashlib
import html
import json
import os
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from flgraph.errors import OutputError
from flgraph.map.layout import layout_graph
from flgraph.map.network import to_pyvis
from flgraph.map.notebook import show
from flgraph.map.page import render_html, write_html
from flgraph.map.svg import render_svg
from tests.browser.synthetic_map import PAYLOADS, make_graph, make_hostile_graph

MAP = files("flgraph.map")
OWN_FILES = sorted(path for path in Path(str(MAP.joinpath("static"))).rglob("*") if path.is_file())
LARGEST_PAGE = 760_000


class Page(HTMLParser):
    """The elements of a page, and the text of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts[-1] += data

    @property
    def payload(self) -> Any:
        return json.loads(self.scripts[0])


@pytest.mark.slow
def test_the_same_graph_gives_the_same_places_and_bytes_whatever_the_hash_seed() -> None:
    script = (
        "import hashlib, json\nfrom tests.browser.synthetic_map import make_graph\n"
        "from flgraph.map.layout import layout_graph\nfrom flgraph.map.page import render_html\n"
        "digest = hashlib.sha256(render_html(make_graph()).encode()).hexdigest()\n"
        "print(json.dumps([digest, layout_graph(make_graph())]))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    said = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)

    digest, places = json.loads(said.stdout)
    assert hashlib.sha256(render_html(make_graph()).encode()).hexdigest() == digest
    assert {node: list(place) for node, place in layout_graph(make_graph()).items()} == places


def test_the_policy_allows_exactly_the_two_scripts_of_the_page_of_a_network() -> None:
    page = Page(render_html(to_pyvis(make_graph())))
    policy = next(str(found["content"]) for tag, found in page.elements if found.get("http-equiv"))
    hashes = [f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in page.scripts[1:]]

    assert 2 == len(hashes)
    assert (
        f"default-src 'none'; script-src {' '.join(hashes)}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    ) == policy


def test_nothing_on_the_page_names_another_file() -> None:
    page = Page(render_html(make_graph()))
    named = [value for _, found in page.elements for name, value in found.items() if name in ("src", "href", "srcset")]

    assert ["data:,"] == named
    assert "sourceMappingURL" not in render_html(make_graph())
    assert not re.search(r"@import|url\(", MAP.joinpath("static", "network", "network.css").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", OWN_FILES, ids=lambda path: path.name)
def test_our_scripts_make_elements_and_never_parse_html(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc|</script|</style"
    assert [] == re.findall(forbidden, text, flags=re.IGNORECASE)


def test_hostile_text_arrives_unchanged_in_the_payload() -> None:
    payload = Page(render_html(to_pyvis(make_hostile_graph()))).payload

    assert set(PAYLOADS) <= set(payload["nodes"]["label"])


@pytest.mark.slow
def test_a_hostile_title_stays_text() -> None:
    for text in PAYLOADS:
        page = render_html(to_pyvis(make_graph()), title=text)
        assert f"<h1>{html.escape(text)} <strong" in page.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")


def test_the_legend_lists_modalities_by_papers_and_the_nameless_last() -> None:
    legend = Page(render_html(to_pyvis(make_graph()))).payload["legend"]

    assert ["MRI", "CT", "no modality"] == [entry["category"] for entry in legend]


@pytest.mark.parametrize("make_picture", [nx.MultiDiGraph, to_pyvis], ids=["atlas", "network"])
def test_synthetic_data_are_announced(make_picture: Callable[..., Any]) -> None:
    real = make_graph()
    del real.graph["synthetic"]

    assert re.search(r"<h1>[^\n]*Synthetic data</", render_html(make_picture(make_graph())))
    assert not re.search(r"<h1>[^\n]*Synthetic data</", render_html(make_picture(real)))


def test_the_footer_names_catalog_and_snapshot() -> None:
    graph = make_graph()
    assert "Curated catalog “Synthetic list”, digest 0123456789ab.</p>" in render_html(graph)

    graph.graph.update(snapshot_source="semantic_scholar", snapshot_taken="2026-11-01T00:00:00+00:00")

    assert "Data: Semantic Scholar, snapshot 2026-11-01." in render_html(graph)


@pytest.mark.parametrize("papers", [0, 1])
def test_the_smallest_graphs_make_a_page(papers: int) -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number in range(papers):
        graph.add_node(f"paper:{number}", kind="paper", label="P", title="synthetic", in_catalog=True)

    page = Page(render_html(graph))

    assert papers == len(page.payload["id"])
    assert ("title", {}) in page.elements


def test_the_file_holds_what_render_html_gives(tmp_path: Path) -> None:
    path = write_html(make_graph(), tmp_path / "new" / "map.html", title="Synthetic")

    assert render_html(make_graph(), title="Synthetic").encode() == path.read_bytes()


def test_a_folder_that_is_a_file_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("synthetic", encoding="utf-8")

    with pytest.raises(OutputError, match="cannot be written"):
        write_html(make_graph(), tmp_path / "file" / "map.html")


def test_a_notebook_gets_a_sandboxed_frame_with_the_whole_page() -> None:
    picture = show(make_graph(), height=300)
    bundle = picture._repr_mimebundle_()
    frame = Page(bundle["text/html"]).elements[0][1]

    assert "allow-scripts allow-downloads allow-popups" == frame["sandbox"]
    assert render_html(make_graph()) == frame["srcdoc"]
    assert render_svg(make_graph()) == bundle["image/svg+xml"]
    assert repr(picture) == bundle["text/plain"] == "Map of 6 papers"
    assert ["text/plain"] == list(picture._repr_mimebundle_(include={"text/plain"}))
    assert ["text/html", "image/svg+xml"] == list(picture._repr_mimebundle_(exclude={"text/plain"}))


def test_the_vendored_library_is_the_one_of_the_manifest() -> None:
    manifest = json.loads(MAP.joinpath("vendor", "vendor.json").read_text(encoding="utf-8"))
    content = MAP.joinpath("vendor", manifest["file"]).read_bytes()

    assert manifest["sha256"] == hashlib.sha256(content).hexdigest()
    assert f"@version {manifest['version']}".encode() in content
    assert all(MAP.joinpath("vendor", name).is_file() for name in manifest["licence_files"])
    assert b"</script" not in content.lower()
    assert not re.search(rb"XMLHttpRequest|fetch\(|WebSocket|sendBeacon|importScripts|\beval\(|new Function", content)


@pytest.mark.slow
def test_the_page_of_the_bundled_catalog_is_small_enough(graph: nx.MultiDiGraph[str]) -> None:
    assert len(render_html(graph).encode()) <= LARGEST_PAGE


@pytest.mark.parametrize("make_picture", [nx.MultiDiGraph, to_pyvis], ids=["atlas", "network"])
def test_the_program_of_a_page_passes_the_linter(make_picture: Callable[..., Any], tmp_path: Path) -> None:
    page = render_html(make_picture(nx.MultiDiGraph()))
    program = page.rpartition("<script>")[2].partition("</script>")[0]
    path = tmp_path / "program.js"
    path.write_text(program, encoding="utf-8")
    linter = Path(sys.executable).with_name("oxlint")
    done = subprocess.run(
        [linter, "-c", Path(__file__).parents[2] / ".oxlintrc.json", path], capture_output=True, text=True, check=False
    )

    assert program.replace(" ", "").startswith("(()=>{")
    assert 0 == done.returncode, done.stdout
