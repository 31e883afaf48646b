"""A decision stays with the paper that it was made for, wherever the row of the paper stands in a list."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from flgraph.catalog.reader import read_matches
from flgraph.enrichment.decisions import read_decided
from flgraph.enrichment.reuse import fit_snapshot
from flgraph.records import Catalog, CatalogEntry, Listing, Paper, Reference, Snapshot
from flgraph.snapshot.files import read_snapshot
from tests.replica.openalex import OpenAlexReplica, make_work
from tests.running import run

FIRST = "Synthetic related study 1: kelp in invented settings"
FOURTH = "Synthetic related study 4: kelp in invented settings"
OTHER = "An invented survey of tides"
HEAD = "# Synthetic list\n\n## One\n\n"
KEY = "synthetic-related-study-2026"


def write_row(title: str, number: int | None, year: int = 2026) -> str:
    link = f"[{title}](https://doi.org/10.9999/synthetic.{number})" if number else title
    return f"- {link}, {year}\n"


OLD = HEAD + write_row(OTHER, 107, 2020) + "\n## Two\n\n" + write_row(FIRST, 101)
NEW = HEAD + write_row(OTHER, 107, 2020) + write_row(FOURTH, 104) + "\n## Two\n\n" + write_row(FIRST, 101)


@pytest.fixture
def served(openalex: OpenAlexReplica) -> OpenAlexReplica:
    openalex.works = [
        make_work(number, title=title, publication_year=year, publication_date=f"{year}-06-01")
        for number, title, year in ((101, FIRST, 2026), (104, FOURTH, 2026), (107, OTHER, 2020))
    ]
    return openalex


def enrich(served: OpenAlexReplica, folder: Path, text: str, name: str = "snapshot.jsonl") -> CompletedProcess[str]:
    (folder / "README.md").write_text(text, encoding="utf-8")
    options = ("--source", "openalex", "--api-url", served.url, "--rate", "0", "--depth", "0")
    return run("enrich", "README.md", *options, "-o", name, cwd=folder)


def decide(folder: Path, **changes: str) -> None:
    """Decide on the first study in the file as a person does: change its lines, and leave the others."""
    path = folder / "matches.yaml"
    before, head, block = path.read_text("utf-8").partition(f"{KEY}:\n")
    for name, value in changes.items():
        block = re.sub(rf"(?m)^    {name}: .*$", f"    {name}: {value}", block)
    block = block.replace("    method:", "    decided_by: person  # I read it\n    method:")
    path.write_text(before + head + block, encoding="utf-8")


def find_records(folder: Path, name: str = "snapshot.jsonl") -> dict[str, str]:
    """Return the record of each paper by the title that the list gives it."""
    catalog, snapshot = read_decided(folder / "README.md", folder), read_snapshot(folder / name)
    return {entry.title: snapshot.papers[entry.key].id for entry in catalog.entries if entry.key in snapshot.papers}


def test_an_accepted_record_stays_with_its_paper(served: OpenAlexReplica, tmp_path: Path) -> None:
    assert 0 == enrich(served, tmp_path, OLD).returncode
    decide(tmp_path)
    done = enrich(served, tmp_path, NEW)
    assert (0, "") == (done.returncode, "".join(re.findall(r"(?m)^review.*", done.stderr)))
    assert {OTHER: "W107", FIRST: "W101", FOURTH: "W104"} == find_records(tmp_path)
    matches = read_matches(tmp_path / "matches.yaml", source="openalex")
    [(key, kept)] = [(key, match) for key, match in matches.items() if match.decided_by == "person"]
    assert (KEY, "W101") == (key, kept.id)
    assert kept.listed is not None
    assert (FIRST, {"doi": "10.9999/synthetic.101"}) == (kept.listed.title, dict(kept.listed.ids))
    assert "# I read it" in (tmp_path / "matches.yaml").read_text("utf-8")


def test_a_rejection_stays_with_its_paper(served: OpenAlexReplica, tmp_path: Path) -> None:
    enrich(served, tmp_path, OLD)
    decide(tmp_path, status="rejected")
    enrich(served, tmp_path, NEW)
    assert {OTHER: "W107", FOURTH: "W104"} == find_records(tmp_path)


def test_a_file_of_an_older_version_keeps_its_decisions(served: OpenAlexReplica, tmp_path: Path) -> None:
    enrich(served, tmp_path, OLD)
    decide(tmp_path)
    path = tmp_path / "matches.yaml"
    path.write_text(re.sub(r"(?m)^    listed:\n(?:      .*\n)+", "", path.read_text("utf-8")), encoding="utf-8")
    assert all(match.listed is None for match in read_matches(path, source="openalex").values())
    enrich(served, tmp_path, NEW)
    assert {OTHER: "W107", FIRST: "W101", FOURTH: "W104"} == find_records(tmp_path)
    matches = read_matches(path, source="openalex")
    assert ("person", FIRST) == (matches[KEY].decided_by, matches[KEY].listed and matches[KEY].listed.title)


def test_a_decision_follows_an_edited_row(served: OpenAlexReplica, tmp_path: Path) -> None:
    enrich(served, tmp_path, OLD)
    decide(tmp_path, status="rejected")
    for title, number in ((FIRST.replace("kelp", "the kelps"), None), ("Kelp, renamed", 101)):
        enrich(served, tmp_path, OLD.replace(write_row(FIRST, 101), write_row(title, number)))
        assert {OTHER: "W107"} == find_records(tmp_path)
        enrich(served, tmp_path, OLD)


def test_a_decision_on_a_row_that_is_gone_waits_for_it(served: OpenAlexReplica, tmp_path: Path) -> None:
    enrich(served, tmp_path, OLD)
    decide(tmp_path, status="rejected")
    done = enrich(served, tmp_path, OLD.replace(write_row(FIRST, 101), write_row(FOURTH, 104)))
    said = f"matches.yaml: the decision on {KEY} is for '{FIRST}', not in the list"
    assert said in done.stderr.replace('"', "'")
    assert {OTHER: "W107", FOURTH: "W104"} == find_records(tmp_path)
    enrich(served, tmp_path, OLD)
    assert {OTHER: "W107"} == find_records(tmp_path)


def test_another_paper_in_the_row_of_a_doi_does_not_take_its_decision(served: OpenAlexReplica, tmp_path: Path) -> None:
    enrich(served, tmp_path, OLD)
    decide(tmp_path)
    enrich(served, tmp_path, OLD.replace(write_row(FIRST, 101), write_row(FOURTH, 101)))
    matches = read_matches(tmp_path / "matches.yaml", source="openalex")
    assert {KEY} == {key for key, match in matches.items() if match.decided_by == "person"}
    assert KEY not in {entry.key for entry in read_decided(tmp_path / "README.md", tmp_path).entries}


def test_a_second_run_changes_nothing(served: OpenAlexReplica, tmp_path: Path) -> None:
    enrich(served, tmp_path, OLD)
    decide(tmp_path)
    enrich(served, tmp_path, NEW)
    before = (tmp_path / "matches.yaml").read_bytes()
    enrich(served, tmp_path, NEW)
    assert before == (tmp_path / "matches.yaml").read_bytes()


def test_snapshots_are_compared_by_paper_where_keys_moved(served: OpenAlexReplica, tmp_path: Path) -> None:
    enrich(served, tmp_path, OLD, "old.jsonl")
    (tmp_path / "matches.yaml").unlink()
    enrich(served, tmp_path, NEW, "new.jsonl")
    assert "W104" == read_snapshot(tmp_path / "new.jsonl").papers[KEY].id
    done = run("compare", "old.jsonl", "new.jsonl", "--fail-below", "1", cwd=tmp_path)
    assert 0 == done.returncode
    assert done.stdout.startswith(f"{KEY}  {FOURTH}\n")
    assert "2 of 2 papers of A are matched to the same paper in B (100.0%); 0 lost, 1 gained, 0 matched" in done.stderr


def test_an_older_snapshot_fits_a_list_where_keys_moved(served: OpenAlexReplica, tmp_path: Path) -> None:
    enrich(served, tmp_path, OLD, "old.jsonl")
    (tmp_path / "README.md").write_text(NEW, encoding="utf-8")
    done = run("build", "README.md", "--snapshot", "old.jsonl", "-o", "out", cwd=tmp_path)
    said = (
        "the catalog has changed since this snapshot; 2 of its 2 papers still fit, 1 paper of the catalog has no data"
    )
    assert said in done.stderr
    with (tmp_path / "out" / "papers.csv").open(encoding="utf-8", newline="") as stream:
        cited = {row["title"]: row["citation_count"] for row in csv.DictReader(stream)}
    assert {OTHER: "0", FIRST: "0", FOURTH: ""} == cited


def test_a_snapshot_with_kept_keys_is_of_its_list(served: OpenAlexReplica, tmp_path: Path) -> None:
    enrich(served, tmp_path, OLD)
    decide(tmp_path)
    enrich(served, tmp_path, NEW)
    kept = read_snapshot(tmp_path / "snapshot.jsonl")
    done = run("build", "README.md", "--snapshot", "snapshot.jsonl", "-o", "out", cwd=tmp_path)  # without matches.yaml
    assert "has changed" not in done.stderr
    built = read_snapshot(tmp_path / "out" / "snapshot.jsonl")
    assert ("W101", "W104") == (kept.papers[KEY].id, built.papers[KEY].id)
    assert {paper.id for paper in kept.papers.values()} == {paper.id for paper in built.papers.values()}
    assert ["person"] == [match.decided_by for match in built.matches.values() if match.id == "W101"]


def test_what_still_fits_counts_neighbors_apart(caplog: pytest.LogCaptureFixture) -> None:
    entries = [CatalogEntry(key=f"syn{n}", title=f"Synthetic {n}", section="2020", ids={"doi": f"10.9999/{n}"})
               for n in range(1, 6)]  # fmt: skip
    papers = {n: Paper(id=f"W{n}", title=f"Synthetic {n}", ids={"doi": f"10.9999/{n}"}) for n in range(1, 5)}
    about = {"source": "openalex", "taken": "2026-11-23T00:00:00Z", "depth": 1, "catalog_digest": "sha256:0"}
    first = papers[1].model_copy(update={"citations": Listing(status="known", items=(Reference(id="W4"),))})
    snapshot = Snapshot(papers={"syn1": first, "syn2": papers[2], "gone": Paper(id="W9", title="Gone")},
                        context={"W4": papers[4]}, **about)  # fmt: skip
    fitted = fit_snapshot(Catalog(title="Synthetic", entries=tuple(entries)), snapshot, "snapshot.jsonl")
    assert fitted is not None
    assert ["syn1", "syn2", "syn4"] == list(fitted.papers)
    said = "2 of its 3 papers still fit, 1 other paper is among their citing and cited papers, 2 papers of the catalog"
    assert f"{said} have no data" in caplog.text


def test_a_catalog_with_keys_of_its_own_records_no_rows(served: OpenAlexReplica, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(OLD, encoding="utf-8")
    assert 0 == run("import", "README.md", "-o", "mine", cwd=tmp_path).returncode
    options = ("--source", "openalex", "--api-url", served.url, "--rate", "0", "--depth", "0")
    assert 0 == run("enrich", "mine", *options, cwd=tmp_path).returncode
    matches = read_matches(tmp_path / "mine" / "matches.yaml", source="openalex")
    assert [None, None] == [match.listed for match in matches.values()]


def test_lint_names_links_to_another_paper_that_the_run_found(served: OpenAlexReplica, tmp_path: Path) -> None:
    wrong = write_row("An invented title of nothing", 104)
    enrich(served, tmp_path, OLD.replace(write_row(OTHER, 107, 2020), write_row(OTHER, 101, 2020) + wrong))
    done = run("lint", "README.md", "--snapshot", "snapshot.jsonl", cwd=tmp_path)
    codes = re.findall(r"(?m)^README\.md:(\d+):.*\b(L\d+)\b", done.stdout)
    assert {("6", "L203")} <= set(codes), done.stdout
    assert f'has another title: "{FOURTH}"; here "An invented title of nothing"' in done.stdout
