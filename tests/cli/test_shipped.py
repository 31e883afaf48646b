"""Without a network, a build uses the snapshot in the folder of its catalog, and says so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from subprocess import CompletedProcess
from typing import Any

import pytest

from flgraph.catalog.reader import read_catalog
from flgraph.catalog.writer import write_catalog
from flgraph.graph.files import read_graph
from flgraph.pipeline import build
from flgraph.snapshot.files import write_snapshot
from flgraph.snapshot.shipping import lint_snapshot
from tests.cli.test_choice import read_footer, read_header
from tests.enrichment.one_world import CATALOG, PROVIDERS, Side, open_side
from tests.running import REFUSED, run

USED = "using the snapshot that comes with the catalog: OpenAlex, 2026-11-23"
ALL = "counts for 5 of 5 papers"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a catalog that comes with a snapshot of the replica."""
    home = tmp_path_factory.mktemp("shipped")
    entries = [
        entry.model_copy(update={"ids": {kind: value for kind, value in entry.ids.items() if kind == "doi"}})
        for entry in CATALOG.entries
    ]
    write_catalog(CATALOG.model_copy(update={"entries": tuple(entries)}), home / "catalog")
    catalog = read_catalog(home / "catalog")
    with open_side("openalex") as side:
        write_snapshot(side.enrich(catalog, depth=1), home / "catalog/snapshot.jsonl")
    assert [] == lint_snapshot(home / "catalog/snapshot.jsonl", catalog)
    return home


@pytest.fixture
def home(shipped: Path, tmp_path: Path) -> Path:
    return copytree(shipped, tmp_path / "home")


@pytest.fixture
def s2() -> Iterator[Side]:
    with open_side(PROVIDERS[0]) as side:
        yield side


def build_here(home: Path, *options: str, url: str = REFUSED) -> CompletedProcess[str]:
    return run("build", "catalog", "-o", "out", "--rate", "0", *options, cwd=home, SEMANTIC_SCHOLAR_API_URL=url,
               FLGRAPH_CACHE=str(home / "cache.sqlite"))  # fmt: skip


@pytest.mark.parametrize("options", [[], ["--offline"], ["--source", "openalex", "--offline"], ["-q"]])
def test_its_date_and_source_are_on_standard_error_in_the_summary_and_in_the_page(
    options: list[str], home: Path
) -> None:
    done = build_here(home, *options)

    assert 0 == done.returncode, done.stderr
    assert 1 == done.stderr.count(USED)
    if "-q" not in options:
        assert "snapshot: OpenAlex of 2026-11-23, which comes with the catalog\n" in done.stdout
        assert ALL in done.stdout
    assert "Data: OpenAlex, snapshot 2026-11-23. The data of OpenAlex came with the catalog." in read_footer(
        home / "out/map.html"
    )
    graph = read_graph(home / "out").graph
    assert ("openalex", "openalex") == (graph["snapshot_source"], graph["snapshot_shipped"])
    assert ("curated facts" in done.stderr) == ("--offline" not in options)


def test_a_compressed_snapshot_is_used_as_well(home: Path) -> None:
    with open_side("openalex") as side:
        taken = side.enrich(read_catalog(home / "catalog"), depth=1)
    (home / "catalog/snapshot.jsonl").unlink()
    write_snapshot(taken, home / "catalog/snapshot.jsonl.gz")
    assert USED in build_here(home, "--offline").stderr


def test_a_source_that_answers_is_used_instead_also_after_a_build_without_a_network(s2: Side, home: Path) -> None:
    build_here(home)
    done = build_here(home, url=s2.replica.url)
    assert 0 == done.returncode, done.stderr
    assert "comes with the catalog" not in done.stdout + done.stderr
    assert "semantic_scholar" == read_header(home / "out/snapshot.jsonl")["source"]

    done = build_here(home)  # the fetched one stays
    assert "comes with the catalog" not in done.stdout + done.stderr
    assert "semantic_scholar" == read_header(home / "out/snapshot.jsonl")["source"]


def test_a_source_that_was_named_is_not_replaced(home: Path) -> None:
    for options in (["--source", "semantic-scholar"], ["--source", "semantic-scholar", "--offline"]):
        done = build_here(home, *options)
        assert 0 == done.returncode, done.stderr
        assert "citation data: none" in done.stdout


def test_a_second_build_without_a_network_gives_the_same_bytes(home: Path) -> None:
    build_here(home, "--offline")
    before = (home / "out/graph.json").read_bytes()
    assert 0 == build_here(home, "--offline").returncode
    assert before == (home / "out/graph.json").read_bytes()


def test_a_snapshot_that_cannot_be_used_is_not_replaced_by_the_one_of_the_catalog(home: Path) -> None:
    build_here(home, "--offline")
    path = home / "out/snapshot.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"shipped":true', '"host2":1'), encoding="utf-8")
    header, _, rest = path.read_text(encoding="utf-8").partition("\n")
    fields: dict[str, Any] = {name: value for name, value in json.loads(header).items() if name != "digest"}
    fields["parameters"]["host"] = "other.example"
    path.write_text(f"{json.dumps(fields)}\n{rest}", encoding="utf-8")
    before = path.read_bytes()

    done = build_here(home, "--offline")
    assert 1 == done.returncode
    assert "out/snapshot.jsonl: was not used" in done.stderr
    assert before == path.read_bytes()


def test_a_damaged_snapshot_of_the_catalog_is_said_and_not_used(home: Path) -> None:
    (home / "catalog/snapshot.jsonl").write_text("{half", encoding="utf-8")
    done = build_here(home, "--offline")
    assert 0 == done.returncode
    assert re.search(r"catalog/snapshot\.jsonl:1: is not a complete JSON object; .*ignoring this snapshot", done.stderr)
    assert "citation data: none" in done.stdout


def test_a_catalog_that_was_edited_uses_the_parts_that_fit(home: Path) -> None:
    (home / "catalog/catalog.yaml").write_text("title: Edited\n", encoding="utf-8")
    done = build_here(home, "--offline")
    assert "the catalog has changed since this snapshot; 5 of its 5 papers still fit\n" in done.stderr
    assert ALL in done.stdout


def test_both_use_it_for_the_source_that_it_is_of(s2: Side, home: Path) -> None:
    done = run("build", "catalog", "-o", "out", "--rate", "0", "--source", "both", cwd=home,
               SEMANTIC_SCHOLAR_API_URL=s2.replica.url, OPENALEX_API_URL=REFUSED,
               FLGRAPH_CACHE=str(home / "cache.sqlite"))  # fmt: skip
    assert 4 == done.returncode
    assert USED in done.stderr
    graph = read_graph(home / "out").graph
    assert ("semantic_scholar; openalex", "openalex") == (graph["snapshot_source"], graph["snapshot_shipped"])


def test_python_uses_it_as_well(home: Path) -> None:
    made = build(home / "catalog", offline=True)
    assert made.snapshot is not None
    assert 5 == made.papers["citation_count"].notna().sum()
    assert build(read_catalog(home / "catalog"), offline=True).snapshot is None
