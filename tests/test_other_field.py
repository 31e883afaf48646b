"""A catalog of another field: no word of medicine or of the bundled catalog is in what lint, build and the rest say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import flgraph as fg
from flgraph.export.formats import FORMATS, PLACED, Format
from flgraph.graph.knowledge_graph import list_facets
from tests.other_field import FACETS, make_catalog
from tests.running import run

FOREIGN = re.compile(
    r"modalit\w*|medic\w*|clinic\w*|hospital\w*|health\w*|patient\w*|federat\w*|diagnos\w*|\bmri\b|\bdomain\b|\btasks?\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def folder(cache_of_nulls: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog of 80 papers, and what a build makes of it."""
    folder = tmp_path_factory.mktemp("other-field")
    fg.write_catalog(make_catalog(80), folder / "list")
    done = run("build", "list", "--offline", "-o", "out", cwd=folder, FLGRAPH_CACHE=str(cache_of_nulls))
    assert 0 == done.returncode, done.stderr
    (folder / "build.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def graph(folder: Path) -> fg.KnowledgeGraph:
    return fg.read_graph(folder / "out" / "graph.json")


@pytest.fixture(scope="module")
def layout(graph: fg.KnowledgeGraph) -> Any:
    return fg.make_layout(graph)


def find_foreign(text: str) -> set[str]:
    return {word.lower() for word in FOREIGN.findall(text)}


def test_lint_finds_nothing_and_says_what_fits(folder: Path) -> None:
    done = run("lint", "list", cwd=folder)

    assert "" == done.stderr
    assert "Synthetic materials: 80 papers, 9 datasets, 7 codebases, 12 topics, 2 venues" in done.stdout
    assert done.stdout.strip().endswith("no errors; without a paper, so left out of graphs: 3 datasets")
    assert [] == fg.lint_catalog(folder / "list")
    assert set() == find_foreign(done.stdout)


def test_build_says_what_fits(folder: Path) -> None:
    said = (folder / "build.txt").read_text(encoding="utf-8")

    assert "80 papers, 160 authors, 2 venues, 12 topics, 6 datasets, 7 codebases" in said
    assert set() == find_foreign(said)


@pytest.mark.parametrize(
    "command",
    [
        ("rank", "--of", "datasets"),
        ("rank", "--of", "datasets", "--format", "csv"),
        ("rank", "--of", "venues"),
        ("rank", "--of", "topics", "--facet", "material"),
        ("rank", "--of", "authors"),
        ("rank", "--of", "codebases"),
        ("find", "--facet", "material=steel", "--facet", "process=casting", "--format", "csv"),
        ("find", "--section", "metals", "--since", "2012"),
        ("show", "synthetic-0001", "--evidence"),
        ("show", "samples-1"),
        ("show", "dataset:samples-1"),
        ("show", "venue:ism"),
    ],
)
def test_answers_say_what_fits(folder: Path, command: tuple[str, ...]) -> None:
    done = run(command[0], "out", *command[1:], cwd=folder)

    assert 0 == done.returncode, done.stderr
    assert set() == find_foreign(done.stdout + done.stderr)


def test_facets_and_sections_find_the_papers_that_have_them(folder: Path) -> None:
    done = run("find", "out", "--facet", "material=steel", "--section", "metals", "--format", "json", cwd=folder)
    catalog = make_catalog(80)
    expected = {e.key for e in catalog.entries if "Metals" in e.section_names and " steel " in e.title}

    assert expected
    assert expected == {row["key"] for row in json.loads(done.stdout)}


@pytest.mark.parametrize("form", FORMATS)
def test_exports_have_no_foreign_column(graph: fg.KnowledgeGraph, layout: Any, form: Format, tmp_path: Path) -> None:
    written = fg.export_graph(graph, tmp_path / "x", format=form, layout=layout if form in PLACED else None)
    files = [written] if written.is_file() else sorted(written.iterdir())

    assert {file.name: set() for file in files} == {file.name: find_foreign(file.read_text("utf-8")) for file in files}


def test_the_map_names_the_facets_of_the_list(folder: Path) -> None:
    page = (folder / "out" / "map.html").read_text(encoding="utf-8")
    data = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert data is not None
    payload = json.loads(data[1])

    assert "material" == payload["facets"][0]
    topics = {name for kind, name, _, facet, *_ in payload["things"] if facet == "material"}
    assert {name.capitalize() for name in FACETS["material"]} == topics
    assert set() == find_foreign(data[1])
    own = [script for script in re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL) if "createPanel" in script]
    assert set() == find_foreign("".join(own).replace(data[1], ""))


def test_a_list_without_topics_is_coloured_by_kind() -> None:
    catalog = make_catalog(6).model_copy(update={"topics": ()})
    network = fg.to_pyvis(fg.build_graph(catalog))

    assert "kind" == network.color_heading
    assert not any(str(node.get("category", "")).startswith("no ") for node in network.nodes)


def test_tables_and_gaps_follow_the_list(graph: fg.KnowledgeGraph) -> None:
    gaps = fg.find_gaps(graph)
    frames = fg.to_frames(graph)

    assert ["material", "process", "property"] == list_facets(graph)
    assert {"topic:steel", "topic:foam"} <= set(gaps.observed.columns)
    assert "topic:casting" in gaps.observed.index
    columns = [name for frame in frames.values() for name in frame.columns] + list(fg.rank_datasets(graph).columns)
    assert set() == find_foreign(" ".join(columns))
    assert set() == find_foreign(repr(graph) + fg.build_timeline(graph, facet="process").attrs["caption"])


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("rank", "--of", "topics", "--facet", "materiel"), "has the facet 'materiel'; did you mean 'material'?"),
        (("rank", "--of", "datasets", "--domain", "x"), "domain is 'x'; no dataset of this graph has a domain"),
        (("find", "--facet", "materiel=steel"), "has the facet 'materiel'; did you mean 'material'?"),
        (("find", "--modality", "steel"), "has the facet 'modality'; its facets are 'material', 'process', 'property'"),
        (("find", "--facet", "steel"), "--facet must be a facet, '=' and a topic, such as task=sorting, found 'steel'"),
        (("find", "--facet", "process=steel"), "'steel' is not a process in this graph"),
        (("find", "--section", "Metal"), "'Metal' is not a section of this graph; did you mean 'Metals'?"),
    ],
)
def test_a_facet_that_the_list_does_not_have_is_refused(folder: Path, command: tuple[str, ...], said: str) -> None:
    done = run(command[0], "out", *command[1:], cwd=folder)

    assert done.returncode in (1, 2)
    assert said in " ".join(done.stderr.split())
