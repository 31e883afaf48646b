"""A snapshot that may be published passes the guard; one with anything else is refused, with its line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from flgraph.catalog.reader import find_bundled_catalog
from flgraph.enrichment.enrich import enrich_catalog
from flgraph.records import Catalog, Paper
from flgraph.snapshot.files import digest_snapshot_file, read_snapshot, write_snapshot
from flgraph.snapshot.shipping import find_shipped, lint_snapshot
from flgraph.sources.registry import KNOWN
from tests.enrichment.one_world import TAKEN, open_side
from tests.replica import StillClock, synthetic_corpus
from tests.replica.openalex import OpenAlexReplica, works_from_s2
from tests.running import run

MAIL = "ada.example@hospital.example"
SENTENCE = "We propose a synthetic method and evaluate it on invented data. " * 20
Edit = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def shipped(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the bundled catalog with a snapshot of the replica."""
    folder = tmp_path_factory.mktemp("shipped") / "catalog"
    copytree(find_bundled_catalog(), folder)
    with OpenAlexReplica(works_from_s2(synthetic_corpus(catalog))) as server:
        clock = StillClock().as_clock()
        taken = enrich_catalog(
            catalog, source="openalex", api_url=server.url, rate=0, taken=TAKEN, clock=clock, progress="off"
        )
    write_snapshot(taken, folder / "snapshot.jsonl")
    return folder


def change(folder: Path, out: Path, edit: Edit, *, kind: str) -> tuple[Path, int]:
    """Edit the first line of a kind in a copy of the snapshot, and sign it again; return the copy and the line."""
    lines = [json.loads(line) for line in (folder / "snapshot.jsonl").read_text(encoding="utf-8").splitlines()]
    place = next(place for place, line in enumerate(lines) if line["kind"] == kind)
    edit(lines[place])
    path = out / "snapshot.jsonl"
    for _ in range(2):  # the digest leaves itself out
        path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
        lines[0]["digest"] = digest_snapshot_file(path)
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path, place + 1


def list_found(path: Path, catalog: Catalog) -> list[tuple[int, str, str]]:
    return [(found.line, found.code, found.message) for found in lint_snapshot(path, catalog)]


def edit_record(**fields: Any) -> Edit:
    return lambda line: line["record"].update(fields)


def edit_author(**fields: Any) -> Edit:
    return lambda line: line["record"]["authors"][0].update(fields)


def edit_reference(**fields: Any) -> Edit:
    return lambda line: line["record"]["references"]["items"][0].update(fields)


def test_a_snapshot_of_the_replica_may_be_published(shipped: Path, catalog: Catalog) -> None:
    assert [] == list_found(shipped / "snapshot.jsonl", catalog)
    packed = write_snapshot(read_snapshot(shipped / "snapshot.jsonl"), shipped.parent / "snapshot.jsonl.gz")
    assert [] == list_found(packed, catalog)


@pytest.mark.skipif(find_shipped(find_bundled_catalog()) is None, reason="no snapshot has been taken yet")
def test_the_bundled_snapshot_may_be_published(catalog: Catalog) -> None:
    path = find_shipped(find_bundled_catalog())
    assert path is not None
    assert [] == list_found(path, catalog)
    assert KNOWN["openalex"].host == read_snapshot(path).parameters["host"]


def test_the_header_states_licence_and_credit(shipped: Path) -> None:
    header = json.loads((shipped / "snapshot.jsonl").read_text(encoding="utf-8").partition("\n")[0])
    assert ("CC0-1.0", True, "Data: OpenAlex (CC0)") == tuple(
        header[name] for name in ("licence", "may_ship", "attribution")
    )


@pytest.mark.parametrize(
    ("said", "kind", "edit"),
    [
        ("contains an abstract (`record.abstract`)", "paper", edit_record(abstract="Invented.")),
        ("contains an abstract (`record.abstract_inverted_index`)", "context",
         edit_record(abstract_inverted_index={"Invented": [0]})),
        ("contains a text of 1,280 characters, as long as an abstract (`record.title`)", "context",
         edit_record(title=SENTENCE)),
        ("contains an abstract (`record.candidates.abstract`)", "match",
         edit_record(candidates=[{"abstract": "Invented."}])),
        ("contains an e-mail address (`record.title`)", "context", edit_record(title=f"Invented ({MAIL})")),
        ("contains an e-mail address (`record.authors.name`)", "paper", edit_author(name=f"Ada {MAIL}")),
        ("contains an affiliation as printed (`record.authors.affiliations`)", "paper",
         edit_author(affiliations=["Invented Hospital"])),
        ("contains a value of Semantic Scholar (`record.authors.h_index`)", "paper", edit_author(h_index=3)),
        ("contains an id that is not of OpenAlex (`record.authors.id`)", "paper", edit_author(id="144")),
        ("contains an id of Semantic Scholar (`record.corpus_id`)", "paper", edit_record(corpus_id=144)),
        ("contains an id of Semantic Scholar (`record.ids.s2`)", "paper", edit_record(ids={"s2": "x"})),
        ("contains a value of Semantic Scholar (`record.influential_citation_count`)", "context",
         edit_record(influential_citation_count=3)),
        ("contains a value of Semantic Scholar (`record.references.items.influential`)", "paper",
         edit_reference(influential=True)),
        ("contains a value of Semantic Scholar (`record.references.items.intents`)", "paper",
         edit_reference(intents=["background"])),
        ("contains an id of Semantic Scholar (`record.references.items.id`)", "paper", edit_reference(id="0f" * 20)),
        ("contains an address of Semantic Scholar (`record.venue`)", "paper",
         edit_record(venue="https://www.semanticscholar.org/paper/x")),
        ("contains an id that is not of OpenAlex (`record.id`)", "match", edit_record(id="204e3073")),
    ],
)  # fmt: skip
def test_what_may_not_be_published_is_refused_with_its_line(
    said: str, kind: str, edit: Edit, shipped: Path, catalog: Catalog, tmp_path: Path
) -> None:
    path, line = change(shipped, tmp_path, edit, kind=kind)
    found = list_found(path, catalog)
    assert (line, "C302", f"{said}; make a new snapshot with `flgraph enrich --source openalex`") in found
    assert {line} == {place for place, code, _ in found if code == "C302"}
    assert MAIL not in str(found)


def set_header(**fields: Any) -> Edit:
    return lambda line: line.update(fields)


@pytest.mark.parametrize(
    ("said", "edit"),
    [
        ('licence must be "CC0-1.0", found "all rights reserved"', set_header(licence="all rights reserved")),
        ('attribution must be "Data: OpenAlex (CC0)", found null', lambda line: line.pop("attribution")),
        ('id_kind must be "openalex", found "s2"', set_header(id_kind="s2")),
        ("contains an id of Semantic Scholar (`also_from`)",
         lambda line: line["parameters"].update(also_from="semantic_scholar")),
    ],
)  # fmt: skip
def test_a_header_that_forbids_or_contradicts_is_refused(
    said: str, edit: Edit, shipped: Path, catalog: Catalog, tmp_path: Path
) -> None:
    path, _ = change(shipped, tmp_path, edit, kind="header")
    assert (1, "C302") in [found[:2] for found in list_found(path, catalog) if found[2].startswith(said)]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("semantic_scholar", "the licence of Semantic Scholar forbids redistribution;"),
        ("synthetic", "the licence is not known;"),
    ],
)
def test_a_source_that_forbids_redistribution_is_refused(
    source: str, said: str, shipped: Path, catalog: Catalog, tmp_path: Path
) -> None:
    path, _ = change(shipped, tmp_path, set_header(source=source), kind="header")
    [(line, code, message)] = list_found(path, catalog)
    assert (1, "C303") == (line, code)
    assert message.startswith(said)


def test_the_source_that_was_asked_first_may_be_named(shipped: Path, catalog: Catalog, tmp_path: Path) -> None:
    said = {"asked_first": "semantic_scholar", "reason": "was unreachable"}
    path, _ = change(shipped, tmp_path, lambda line: line["parameters"].update(said), kind="header")
    assert [] == list_found(path, catalog)


def test_a_changed_a_cut_and_an_unsigned_file_are_refused(shipped: Path, catalog: Catalog, tmp_path: Path) -> None:
    text = (shipped / "snapshot.jsonl").read_text(encoding="utf-8")
    path = tmp_path / "snapshot.jsonl"
    path.write_text(text.replace('"method":"id"', '"method":"exact"', 1), encoding="utf-8")
    assert [(1, "C301")] == [found[:2] for found in list_found(path, catalog)]

    path.write_text("".join(text.splitlines(keepends=True)[:9]) + '{"kind":', encoding="utf-8")
    assert [(10, "C301")] == [found[:2] for found in list_found(path, catalog)]

    header, _, rest = text.partition("\n")
    fields = {name: value for name, value in json.loads(header).items() if name != "digest"}
    path.write_text(f"{json.dumps(fields)}\n{rest}", encoding="utf-8")
    assert [(1, "C302")] == [found[:2] for found in list_found(path, catalog)]
    assert [(1, "C301")] == [found[:2] for found in list_found(tmp_path / "missing.jsonl", catalog)]


def test_another_catalog_few_papers_and_a_large_file_are_refused(
    shipped: Path, catalog: Catalog, tmp_path: Path
) -> None:
    taken = read_snapshot(shipped / "snapshot.jsonl")
    edited = catalog.model_copy(update={"title": "Edited"})
    assert ["is of another state of the catalog"] == [
        message.partition(";")[0] for _, _, message in list_found(shipped / "snapshot.jsonl", edited)
    ]

    few = taken.model_copy(update={"papers": dict(list(taken.papers.items())[3:])})
    path = write_snapshot(few, tmp_path / "few.jsonl")
    assert ["matches 53 of 56 papers, fewer than 54"] == [
        message.partition(";")[0] for _, _, message in list_found(path, catalog)
    ]
    assert [] == lint_snapshot(path, catalog, least_matched=53 / 56)

    many = {f"W{number}": Paper(id=f"W{number}", title="Invented " * 100) for number in range(10_000, 15_500)}
    path = write_snapshot(taken.model_copy(update={"context": many}), tmp_path / "snapshot.jsonl")
    [(line, code, message)] = list_found(path, catalog)
    assert (1, "C304") == (line, code)
    assert message.endswith("MB, more than 5; compress it by the name snapshot.jsonl.gz")
    packed = write_snapshot(read_snapshot(path), tmp_path / "snapshot.jsonl.gz")
    assert [] == list_found(packed, catalog)


# --- the command -------------------------------------------------------------------------------------------


def test_lint_checks_the_snapshot_in_a_catalog_folder(shipped: Path, tmp_path: Path) -> None:
    assert 0 == run("lint", str(shipped), "--strict", cwd=tmp_path).returncode

    folder = copytree(shipped, tmp_path / "catalog")
    _, line = change(shipped, folder, edit_record(abstract="Invented."), kind="paper")
    done = run("lint", "catalog", cwd=tmp_path)
    assert 1 == done.returncode
    assert f"catalog/snapshot.jsonl:{line}: error: contains an abstract (`record.abstract`)" in done.stdout


def test_lint_refuses_a_snapshot_of_semantic_scholar(tmp_path: Path, shipped: Path) -> None:
    folder = copytree(shipped, tmp_path / "catalog")
    with open_side("semantic_scholar") as side:
        write_snapshot(side.enrich(), folder / "snapshot.jsonl")
    done = run("lint", "catalog", "--strict", cwd=tmp_path)
    assert 1 == done.returncode
    assert "catalog/snapshot.jsonl:1: warning: the licence of Semantic Scholar forbids redistribution;" in done.stdout


def test_an_older_snapshot_is_a_warning(tmp_path: Path, shipped: Path) -> None:
    folder = copytree(shipped, tmp_path / "catalog")
    (folder / "catalog.yaml").write_text("title: Edited\n", encoding="utf-8")
    done = run("lint", "catalog", cwd=tmp_path)
    assert 0 == done.returncode
    assert "catalog/snapshot.jsonl:1: warning: is of another state of the catalog" in done.stdout
    assert 1 == run("lint", "catalog", "--strict", cwd=tmp_path).returncode
