"""`flgraph compare` on snapshots of two sources prints the planted disagreements, and no others."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from flgraph.records import Author, Listing, Paper, Reference, Snapshot
from flgraph.snapshot.compare import Disagreement, compare_snapshots
from flgraph.snapshot.files import write_snapshot
from tests.enrichment.one_world import CATALOG, PROVIDERS, TAKEN, open_side
from tests.running import run

LOST = "Listing no references at all, a synthetic case"
PLANTED = [
    ("alpha", "citations", 90, 12),
    ("alpha", "retraction", None, True),
    ("beta", "year", 2024, 2021),
    ("beta", "authors", 1, 2),
    ("gamma", "references", 1, None),
]


def change_semantic_scholar(world: list[dict[str, Any]]) -> None:
    """Count more citations of alpha, and date beta later."""
    world[0]["citationCount"] = 90
    world[1]["year"] = 2024


def change_openalex(world: list[dict[str, Any]]) -> None:
    """List another author of beta, and no reference of gamma."""
    world[1]["authors"] = [*world[1]["authors"], {"authorId": None, "name": "Flo Extra"}]
    world[2]["references"] = []


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a snapshot of each provider; their worlds differ in what is planted."""
    folder = tmp_path_factory.mktemp("snapshots")
    for source, change in zip(PROVIDERS, (change_semantic_scholar, change_openalex), strict=True):
        with open_side(source, change) as side:
            taken = side.enrich(depth=1)
        if source == "openalex":
            alpha = taken.papers["alpha"].model_copy(update={"retracted": True})
            taken = taken.model_copy(update={"papers": {**taken.papers, "alpha": alpha}})
        write_snapshot(taken, folder / f"{source}.jsonl")
    return folder


def make_snapshot(**papers: Paper) -> Snapshot:
    """Make a snapshot by hand."""
    return Snapshot(source="openalex", taken=TAKEN, depth=0, catalog_digest="sha256:0", papers=papers)


def test_one_world_has_no_disagreement() -> None:
    found = []
    for source in PROVIDERS:
        with open_side(source) as side:
            found.append(side.enrich(CATALOG, depth=1))
    assert [] == compare_snapshots(*found)


def test_what_was_planted_is_listed_and_nothing_else(snapshots: Path) -> None:
    done = run("compare", "semantic_scholar.jsonl", "openalex.jsonl", "--format", "json", cwd=snapshots)

    assert 0 == done.returncode
    rows = json.loads(done.stdout)
    assert PLANTED == [tuple(row[name] for name in ("key", "finding", "one", "other")) for row in rows]
    assert ([LOST], []) == (rows[-1]["only_one"], rows[-1]["only_other"])


def test_people_read_it_by_paper(snapshots: Path) -> None:
    done = run("compare", "semantic_scholar.jsonl", "openalex.jsonl", cwd=snapshots)

    assert (
        "alpha  Synthetic federated segmentation of invented organs\n"
        "  citations: A 90, B 12\n"
        "  retracted: A unknown, B yes\n"
        "beta  A made-up benchmark for hospitals that share nothing\n"
        "  year: A 2024, B 2021\n"
        "  authors: A 1, B 2\n"
        "gamma  Gamma aggregation of fictitious clients\n"
        f"  1 reference only in A (B lists none, which says nothing): {LOST}\n"
    ) == done.stdout
    assert "A: semantic_scholar.jsonl, Semantic Scholar, 2026-11-23, 5 papers\n" in done.stderr
    assert done.stderr.endswith("5 disagreements on 5 papers that both have\n")


def test_programs_read_it_as_csv(snapshots: Path) -> None:
    done = run("compare", "semantic_scholar.jsonl", "openalex.jsonl", "--format", "csv", "--top", "2", cwd=snapshots)

    rows = list(csv.DictReader(StringIO(done.stdout)))
    assert [("citations", "90", "12"), ("retraction", "", "True")] == [
        (row["finding"], row["one"], row["other"]) for row in rows
    ]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (19, 0, False), (20, 0, True), (40, 20, True), (39, 20, False), (41, 21, False), (1000, 501, False),
        (None, 90, False),
    ],
)  # fmt: skip
def test_counts_are_apart_by_a_factor_of_2_and_by_20(one: int | None, other: int, found: bool) -> None:
    papers = [Paper(id="1", citation_count=count) for count in (one, other)]
    assert found == bool(compare_snapshots(*(make_snapshot(a=paper) for paper in papers)))


def test_years_one_apart_and_what_is_unknown_agree() -> None:
    author = (Author(name="Ada Example"),)
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"year": 2021}, {"year": 2022}),
        ({"year": 2021}, {}),
        ({"authors": author}, {}),
        ({}, {"retracted": False}),
    ]
    for one, other in pairs:
        found = compare_snapshots(make_snapshot(a=Paper(id="1", **one)), make_snapshot(a=Paper(id="2", **other)))
        assert [] == found


def test_references_are_the_same_by_key_id_or_title() -> None:
    one = (
        Reference(id="1", title="Invented one", ids={"doi": "10.9999/ONE"}),
        Reference(id="2", title="Invented: two!"),
        Reference(id="b1", title="A listed paper"),
        Reference(id="4", title="Only here"),
    )
    other = (
        Reference(id="W1", title="Another title", ids={"doi": "10.9999/one"}),
        Reference(id="W2", title="Invented two"),
        Reference(id="b2"),
    )

    def snapshot(lines: tuple[Reference, ...], listed: str) -> Snapshot:
        paper = Paper(id="a", title="A", references=Listing(status="known", items=lines))
        return make_snapshot(a=paper, b=Paper(id=listed))

    expected = Disagreement("a", "A", "references", 1, 0, ("Only here",), ())
    assert [expected] == compare_snapshots(snapshot(one, "b1"), snapshot(other, "b2"))
    nameless = (*other, Reference(id="W9"))
    assert [] == compare_snapshots(snapshot(one, "b1"), snapshot(nameless, "b2"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--missing"], "--missing works with lists, not with snapshots"),
        (["--format", "ris"], "--format ris writes works of lists; snapshots are compared as text, csv, json"),
        (["openalex.jsonl"], "compares two snapshots, found 3"),
        (["list.md"], "semantic_scholar.jsonl is a snapshot, list.md is not; compare two snapshots, or lists"),
        (["--raw"], "--raw works with --format csv, not with --format text"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(options: list[str], said: str, snapshots: Path) -> None:
    (snapshots / "list.md").write_text("# Papers\n", encoding="utf-8")
    done = run("compare", "semantic_scholar.jsonl", "openalex.jsonl", *options, cwd=snapshots)

    assert 2 == done.returncode
    assert said in " ".join(done.stderr.split())
