"""What the files and tables look like, for the eye in a review; `pytest --update-golden` rewrites tests/golden."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flgraph.catalog.reader import read_catalog
from flgraph.cli.main import cli
from flgraph.graph.assemble import build_graph
from flgraph.graph.files import read_graph, write_graph
from flgraph.pipeline import build, write_build
from flgraph.records import Author, Catalog, Listing, Match, Paper, Reference, Snapshot
from flgraph.snapshot.files import digest_catalog
from tests.conftest import write_small_catalog
from tests.enrichment.fields_world import CATALOG, draw, list_works
from tests.map.test_page import Page
from tests.replica.openalex import OpenAlexReplica

Golden = Callable[[str, str], None]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a build of a synthetic catalog with a synthetic snapshot."""
    folder = tmp_path_factory.mktemp("golden")
    catalog = read_catalog(write_small_catalog(folder))
    write_build(build(catalog, snapshot=make_snapshot(catalog)), folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph of a synthetic list with reference sets that the replica of OpenAlex drew."""
    with OpenAlexReplica(list_works()) as replica:
        graph = build_graph(CATALOG, draw(replica, size=50))
    return write_graph(graph, tmp_path_factory.mktemp("drawn") / "graph.json")


def make_snapshot(catalog: Catalog) -> Snapshot:
    outside = Reference(id="c" * 40, title="Synthetic paper outside", year=2019, ids={"arxiv": "1901.00001"})
    beta = Reference(id="b" * 40, title="Synthetic paper beta", influential=True, intents=("methodology",))
    papers = {
        "alpha": Paper(
            id="a" * 40,
            publication_date=date(2021, 2, 3),
            citation_count=30,
            reference_count=3,
            authors=(Author(id="1", name="Ada Example", h_index=4), Author(id="2", name="B. Sample", h_index=2)),
            references=Listing(status="known", items=(beta, outside)),
        ),
        "beta": Paper(id="b" * 40, year=2020, citation_count=7, references=Listing(status="elided")),
    }
    return Snapshot(
        source="synthetic",
        taken=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        depth=0,
        catalog_digest=digest_catalog(catalog),
        matches={key: Match(status="accepted", method="id", id=paper.id) for key, paper in papers.items()},
        papers=papers,
    )


def round_numbers(value: Any) -> Any:
    """Return a document with its floats at six digits, and without places: the layout has tests of its own."""
    if isinstance(value, dict):
        return {name: round_numbers(inner) for name, inner in value.items() if name not in ("x", "y")}
    if isinstance(value, list):
        return [round_numbers(inner) for inner in value]
    return round(value, 6) if isinstance(value, float) else value


def test_the_graph_of_a_build(built: Path, golden: Golden, tmp_path: Path) -> None:
    """Without the digests of the files beside it, which change with the page of the map."""
    golden("graph.json", write_graph(read_graph(built), tmp_path / "graph.json").read_text(encoding="utf-8"))


def test_the_table_of_a_build(built: Path, golden: Golden) -> None:
    golden("papers.csv", (built / "papers.csv").read_text(encoding="utf-8"))


def test_the_data_of_the_map(built: Path, golden: Golden) -> None:
    data = round_numbers(Page((built / "map.html").read_text(encoding="utf-8")).payload)

    golden("map.json", json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n")


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("rank.txt", ["rank", "GRAPH"]),
        ("rank-authors.json", ["rank", "GRAPH", "--of", "authors", "--format", "json"]),
        ("show.txt", ["show", "--evidence", "GRAPH", "alpha"]),
        ("papers.bib", ["export", "GRAPH", "-f", "bibtex", "-o", "-"]),
    ],
)
def test_the_text_of_a_command(built: Path, golden: Golden, name: str, command: list[str]) -> None:
    graph = str(built / "graph.json")
    done = CliRunner().invoke(cli, [graph if word == "GRAPH" else word for word in command])

    assert 0 == done.exit_code
    golden(name, done.stdout)


def test_the_details_of_a_ranking_with_reference_sets(drawn: Path, golden: Golden) -> None:
    command = ["rank", str(drawn), "--by", "citation_count", "--details", "--format", "json", "--draws", "0"]
    done = CliRunner().invoke(cli, command)

    assert 0 == done.exit_code
    rows = [
        {
            name: value
            for name, value in row.items()
            if name in ("key", "citation_count") or "field" in name or "top" in name
        }
        for row in json.loads(done.stdout)
    ]
    golden("rank-field.json", json.dumps(round_numbers(rows), indent=1) + "\n")
