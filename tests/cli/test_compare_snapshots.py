"""`flgraph compare` on snapshots of two sources prints the planted disagreements, and no others."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from flgraph.records import Author, Listing, Paper, Reference, Snapshot
from flgraph.snapshot.compare import Disagreement, Kept, compare_snapshots, count_kept, find_changes
from flgraph.snapshot.files import read_snapshot, write_snapshot
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


def test_a_snapshot_that_another_program_wrote_with_spaces_is_one(snapshots: Path, tmp_path: Path) -> None:
    lines = (snapshots / "openalex.jsonl").read_text(encoding="utf-8").splitlines()
    spaced = tmp_path / "spaced.jsonl"
    spaced.write_text("".join(f"{json.dumps(json.loads(line))}\n" for line in lines), encoding="utf-8")
    done = run("compare", "openalex.jsonl", str(spaced), cwd=snapshots)

    assert (0, "") == (done.returncode, done.stdout), done.stderr
    assert "0 disagreements on 5 papers that both have\n" in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--missing"], "--missing works with lists, not with snapshots"),
        (
            ["--format", "ris"],
            "--format ris writes works of lists; snapshots are compared as text, csv, json, markdown",
        ),
        (["--fail-below", "0.9"], "--fail-below compares snapshots of one source, found semantic_scholar and openalex"),
        (["--fail-below", "1.1"], "1.1 is not in the range 0<=x<=1"),
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


# --- two snapshots of one source -----------------------------------------------------------------------------


def change_later(world: list[dict[str, Any]]) -> None:
    """Lose beta, and give gamma another id."""
    world[1]["title"] = "Synthetic text about something else altogether"
    world[2]["paperId"] = "synthetic-gamma-renumbered"


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two snapshots of OpenAlex; the later one lost beta, and says that alpha is retracted."""
    folder = tmp_path_factory.mktemp("months")
    for name, change in (("old", list), ("new", change_later)):
        with open_side("openalex", change) as side:
            taken = side.enrich(depth=1)
        if name == "new":
            alpha = taken.papers["alpha"].model_copy(update={"retracted": True})
            taken = taken.model_copy(update={"papers": {**taken.papers, "alpha": alpha}})
        write_snapshot(taken, folder / f"{name}.jsonl")
    (folder / "list.md").write_text("# Papers\n", encoding="utf-8")
    return folder


def lose_listings(taken: Snapshot) -> Snapshot:
    """Return a snapshot whose listings of citing papers failed, as a limit of requests leaves it."""
    papers = {key: paper.model_copy(update={"citations": Listing()}) for key, paper in taken.papers.items()}
    failed = {"failed_listings": {"citations": sorted(papers)}}
    return taken.model_copy(update={"papers": papers, "parameters": {**taken.parameters, **failed}})


def test_lost_listings_are_told(months: Path, tmp_path: Path) -> None:
    old = read_snapshot(months / "old.jsonl")
    listed = {key: len(paper.citations.items) for key, paper in old.papers.items() if paper.citations.status == "known"}
    write_snapshot(lose_listings(old), tmp_path / "cut.jsonl")
    done = run("compare", "old.jsonl", str(tmp_path / "cut.jsonl"), "--format", "json", cwd=months)

    rows = {row["key"]: (row["finding"], row["one"], row["other"]) for row in json.loads(done.stdout)}
    assert {key: ("citation_listing", count, "not asked") for key, count in listed.items()} == rows
    assert f"OpenAlex, 2026-11-23, 5 papers, {len(old.papers)} listings of citations failed\n" in done.stderr
    assert f"0 matched to another record, 0 new retractions, {len(listed)} listings lost\n" in done.stderr
    assert done.stderr.endswith("0 disagreements on 5 papers that both have\n")
    assert "  citing papers listed: A " in run("compare", "old.jsonl", str(tmp_path / "cut.jsonl"), cwd=months).stdout


def test_a_listing_that_was_never_asked_for_is_not_lost(months: Path) -> None:
    old = read_snapshot(months / "old.jsonl")
    assert [] == find_changes(lose_listings(old), old)
    assert [] == find_changes(old, lose_listings(old).model_copy(update={"depth": 0}))


def list_changes(stdout: str) -> list[tuple[str, str]]:
    return [(row["key"], row["finding"]) for row in json.loads(stdout)]


def test_what_changed_between_two_snapshots_of_one_source_is_listed(months: Path) -> None:
    done = run("compare", "old.jsonl", "new.jsonl", "--format", "json", cwd=months)

    assert 0 == done.returncode, done.stderr
    found = list_changes(done.stdout)
    assert {("alpha", "retraction"), ("beta", "lost"), ("gamma", "match")} <= set(found)
    lost = next(row for row in json.loads(done.stdout) if row["finding"] == "lost")
    assert lost["one"].startswith("W")
    assert "review" == lost["other"]
    assert (
        "4 of 5 papers of A are matched to the same paper in B (80.0%); "
        "1 lost, 0 gained, 1 matched to another record, 1 new retraction\n"
    ) in done.stderr


def test_the_reverse_is_gained(months: Path) -> None:
    done = run("compare", "new.jsonl", "old.jsonl", cwd=months)

    assert "beta  A made-up benchmark for hospitals that share nothing\n  gained: A review, B W" in done.stdout
    assert "0 lost, 1 gained, 1 matched to another record, 0 new retractions" in done.stderr


def test_a_page_for_a_pull_request_begins_with_the_gravest(months: Path) -> None:
    done = run("compare", "old.jsonl", "new.jsonl", "--format", "markdown", "-o", "change.md", cwd=months)

    assert 0 == done.returncode, done.stderr
    page = (months / "change.md").read_text(encoding="utf-8")
    assert page.startswith("- A: old.jsonl, OpenAlex, 2026-11-23, 5 papers\n- B: new.jsonl, ")
    headings = [line for line in page.splitlines() if line.startswith("## ")]
    assert ["## Papers lost", "## Matched to another record", "## New retractions"] == headings[:3]
    assert "\n- `alpha` Synthetic federated segmentation of invented organs: A no, B yes\n" in page


@pytest.mark.parametrize(("share", "code"), [("0.8", 0), ("0.81", 1), ("0", 0), ("1", 1)])
def test_a_share_below_the_limit_fails_after_the_page_is_written(share: str, code: int, months: Path) -> None:
    form = ["--format", "markdown", "--fail-below", share]
    done = run("compare", "old.jsonl", "new.jsonl", *form, cwd=months)

    assert code == done.returncode
    assert "## Papers lost" in done.stdout
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    said = f"error: 4 of 5 papers of A are matched to the same paper in B (80.0%), below --fail-below {share}"
    assert ([said] if code else []) == errors


def test_a_limit_makes_no_sense_for_lists(months: Path) -> None:
    done = run("compare", "list.md", "list.md", "--fail-below", "0.9", cwd=months)
    assert 2 == done.returncode
    assert "--fail-below works with snapshots, not with lists" in " ".join(done.stderr.split())


def test_a_paper_is_kept_by_an_id_in_common_or_by_its_title() -> None:
    old = make_snapshot(a=Paper(id="W1", title="Alpha"), b=Paper(id="W2", title="Beta"), c=Paper(id="W3"))
    new = make_snapshot(a=Paper(id="W9", title="alpha!"), b=Paper(id="W2"), c=Paper(id="W8"))
    assert Kept(2, 3) == count_kept(old, new)
    assert 1.0 == count_kept(make_snapshot(), new).share
    assert ["a", "c"] == [found.key for found in find_changes(old, new)]


def test_a_paper_that_left_the_catalog_is_not_lost() -> None:
    old = make_snapshot(a=Paper(id="W1"), b=Paper(id="W2"), c=Paper(id="W3"))
    new = make_snapshot(a=Paper(id="W1"))
    assert ["b", "c"] == [found.key for found in find_changes(old, new)]

    later = new.model_copy(update={"catalog_digest": "sha256:1", "missing": ("b",)})
    assert [Disagreement("b", "b", "lost", "W2", "missing")] == find_changes(old, later)
    assert Kept(1, 2) == count_kept(old, later)


def test_a_paper_that_is_gained_and_retracted_is_a_new_retraction() -> None:
    new = make_snapshot(a=Paper(id="W1", title="A", retracted=True))
    expected = [Disagreement("a", "A", "gained", None, "W1"), Disagreement("a", "A", "retraction", None, True)]
    assert expected == find_changes(make_snapshot(), new)


def test_ids_of_two_sources_are_not_compared() -> None:
    other = make_snapshot().model_copy(update={"source": "semantic_scholar"})
    for compare in (find_changes, count_kept):
        with pytest.raises(ValueError, match="must be of one source, found openalex and semantic_scholar"):
            compare(make_snapshot(), other)
