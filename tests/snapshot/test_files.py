from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flgraph.errors import OutputError, SnapshotError
from flgraph.records import (
    Author,
    Catalog,
    CatalogEntry,
    CodebaseEntry,
    DatasetEntry,
    Listing,
    Match,
    Paper,
    Reference,
    ReferenceSet,
    Snapshot,
)
from flgraph.snapshot.files import digest_catalog, digest_snapshot, read_snapshot, write_snapshot

TAKEN = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)


@pytest.fixture
def snapshot() -> Snapshot:
    """One of each kind of line."""
    known = Listing(status="known", items=(Reference(title="Synthetic title\u2028of two lines"),))
    return Snapshot(
        source="semantic_scholar",
        taken=TAKEN,
        depth=0,
        catalog_digest="sha256:0",
        parameters={"host": "127.0.0.1", "fields": ["title"]},
        matches={
            "alpha": Match(status="accepted", method="id", id="a", score=100, decided=date(2026, 11, 23)),
            "beta": Match(status="missing", method="id"),
        },
        papers={"alpha": Paper(id="a", title="Synthetic paper", citation_count=0, references=known)},
        context={"o": Paper(id="o", references=Listing(status="known"))},
        missing=("beta",),
        failed=("gamma",),
        reference_sets={"T1 2021": make_set()},
    )


def make_set() -> ReferenceSet:
    said = {"topic": "T1", "year": 2021, "size": 30, "seed": 0, "population": 2, "drawn": TAKEN.date()}
    return ReferenceSet(**said, counts={"W1": 0, "W2": 4}, uncounted=("W3",), papers={"alpha": "a"})


# --- there and back --------------------------------------------------------------------------------------

texts = st.text(min_size=1, max_size=8)
keys = st.from_regex(r"[a-z0-9][a-z0-9.-]{0,5}", fullmatch=True)
counts = st.none() | st.integers(min_value=0, max_value=10**9)
ids = st.dictionaries(texts, texts, max_size=2)
references = st.builds(
    Reference,
    id=st.none() | texts,
    title=st.none() | texts,
    year=st.none() | st.integers(1800, 2200),
    ids=ids,
    influential=st.none() | st.booleans(),
    intents=st.lists(texts, max_size=2).map(tuple),
)
listings = st.one_of(
    st.builds(Listing, status=st.sampled_from(["known", "elided", "failed", "not_asked"])),
    st.builds(Listing, status=st.just("known"), items=st.lists(references, max_size=3).map(tuple)),
)
authors = st.builds(
    Author, id=st.none() | texts, name=texts, h_index=counts, affiliations=st.lists(texts, max_size=2).map(tuple)
)
papers = st.builds(
    Paper,
    id=texts,
    corpus_id=st.none() | st.integers(),
    ids=ids,
    title=st.none() | texts,
    year=st.none() | st.integers(1800, 2200),
    publication_date=st.none() | st.dates(),
    venue=st.none() | texts,
    citation_count=counts,
    reference_count=counts,
    influential_citation_count=counts,
    authors=st.lists(authors, max_size=2).map(tuple),
    references=listings,
    citations=listings,
)
plain = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
matches = st.builds(
    Match,
    status=st.sampled_from(["accepted", "review", "rejected", "missing"]),
    method=texts,
    decided_by=st.sampled_from(["rule", "person"]),
    id=st.none() | texts,
    score=st.none() | st.floats(0, 100),
    witnesses=st.lists(texts, max_size=2).map(tuple),
    candidates=st.lists(st.dictionaries(texts, plain, max_size=2), max_size=2).map(tuple),
    decided=st.none() | st.dates(),
)
snapshots = st.builds(
    Snapshot,
    source=texts,
    taken=st.datetimes(timezones=st.just(UTC)),
    depth=st.sampled_from([0, 1]),
    catalog_digest=texts,
    parameters=st.dictionaries(texts, plain, max_size=3),
    matches=st.dictionaries(keys, matches, max_size=3),
    papers=st.dictionaries(keys, papers, max_size=3),
    context=st.dictionaries(texts, papers, max_size=3),
    missing=st.sets(keys, max_size=3).map(sorted).map(tuple),
    failed=st.sets(keys, max_size=3).map(sorted).map(tuple),
)


@pytest.mark.slow
@given(snapshot=snapshots, name=st.sampled_from(["s.jsonl", "s.jsonl.gz"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_read_gives_what_was_written(snapshot: Snapshot, name: str, tmp_path: Path) -> None:
    assert snapshot == read_snapshot(write_snapshot(snapshot, tmp_path / name))


@pytest.mark.slow
@given(snapshots)
@settings(deadline=None)
def test_order_of_records_changes_no_byte(snapshot: Snapshot) -> None:
    turned = {name: dict(reversed(getattr(snapshot, name).items())) for name in ("matches", "papers", "context")}
    changes = {**turned, "missing": snapshot.missing[::-1], "failed": snapshot.failed[::-1]}
    assert digest_snapshot(snapshot) == digest_snapshot(snapshot.model_copy(update=changes))


@pytest.mark.parametrize("name", ["s.jsonl", "s.jsonl.gz"])
def test_same_snapshot_gives_the_same_bytes(name: str, snapshot: Snapshot, tmp_path: Path) -> None:
    first = write_snapshot(snapshot, tmp_path / "one" / name).read_bytes()
    again = write_snapshot(read_snapshot(tmp_path / "one" / name), tmp_path / "two" / name).read_bytes()
    assert first == again


def test_header_says_what_it_is(snapshot: Snapshot, tmp_path: Path) -> None:
    lines = write_snapshot(snapshot, tmp_path / "s.jsonl").read_text(encoding="utf-8").split("\n")
    header = json.loads(lines[0])
    assert ("flgraph-snapshot", 1, "Data: Semantic Scholar", "2026-11-23T04:05:06Z") == tuple(
        header[name] for name in ("format", "schema_version", "attribution", "taken")
    )
    assert {"match": 2, "paper": 1, "context": 1, "missing": 1, "failed": 1, "reference_set": 1} == header["counts"]
    assert lines[-1] == ""


def test_unknown_is_absent_and_zero_is_zero(snapshot: Snapshot, tmp_path: Path) -> None:
    lines = write_snapshot(snapshot, tmp_path / "s.jsonl").read_text(encoding="utf-8").split("\n")
    (paper,) = [json.loads(line)["record"] for line in lines if '"kind":"paper"' in line]
    (context,) = [json.loads(line)["record"] for line in lines if '"kind":"context"' in line]
    assert {"id", "title", "citation_count", "references"} == set(paper)
    assert paper["citation_count"] == 0
    assert {"id": "o", "references": {"status": "known"}} == context
    assert "null" not in "".join(lines)


# --- files that cannot be read ---------------------------------------------------------------------------

Spoil = Callable[[list[str]], list[str]]


def edit_header(lines: list[str], **changes: Any) -> list[str]:
    return [json.dumps({**json.loads(lines[0]), **changes}), *lines[1:]]


@pytest.mark.parametrize(
    ("words", "spoil"),
    [
        (":1: is not a complete JSON object", lambda lines: []),
        (":1: is not a complete JSON object", lambda lines: ["# A list of papers", *lines]),
        (":1: is not a JSON object with a kind", lambda lines: ["[]", *lines]),
        (":1: kind must be header", lambda lines: lines[1:]),
        (":1: is not a snapshot of flgraph", lambda lines: edit_header(lines, format="other")),
        (
            ":1: has schema version 99, but this flgraph reads version 1",
            lambda lines: edit_header(lines, schema_version=99),
        ),
        (":1: taken: input should be a valid datetime", lambda lines: edit_header(lines, taken="soon")),
        (":3: is not a complete JSON object", lambda lines: [*lines[:2], lines[2][:20]]),
        (":4: kind must be .*, found 'author'", lambda lines: [*lines[:3], '{"kind":"author"}']),
        (":4: the key is missing or repeated", lambda lines: [*lines[:3], lines[1]]),
        (":2: the key is missing or repeated", lambda lines: [lines[0], '{"kind":"match"}']),
        (":2: status: field required", lambda lines: [lines[0], '{"kind":"match","key":"a","record":{}}']),
        (":6: the file contains .*, but its header counts", lambda lines: lines[:6]),
        (":2: is not a complete JSON object", lambda lines: [lines[0], "", *lines[1:]]),
    ],
)
def test_spoiled_file_is_named_by_its_line(words: str, spoil: Spoil, snapshot: Snapshot, tmp_path: Path) -> None:
    path = write_snapshot(snapshot, tmp_path / "s.jsonl")
    lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    path.write_text("".join(f"{line}\n" for line in spoil(lines)), encoding="utf-8")
    with pytest.raises(SnapshotError, match=f"s.jsonl{words}") as caught:
        read_snapshot(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["s.jsonl", "s.jsonl.gz"])
def test_cut_file_is_an_error_wherever_it_is_cut(name: str, snapshot: Snapshot, tmp_path: Path) -> None:
    path = write_snapshot(snapshot, tmp_path / name)
    content = path.read_bytes()
    # Without its final newline alone a file is still whole.
    for length in range(len(content) - 1):
        path.write_bytes(content[:length])
        with pytest.raises(SnapshotError, match=name):
            read_snapshot(path)


@pytest.mark.parametrize(
    "content", [b"\x89PNG\xff\xfe", gzip.compress(b"other", mtime=0), gzip.compress(b"\xff", mtime=0), b"\x1f\x8bother"]
)
def test_foreign_file_is_no_snapshot(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(content)
    with pytest.raises(SnapshotError, match=r"s\.jsonl:1: "):
        read_snapshot(path)


def test_missing_file_is_named_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"none\.jsonl: no such file; make a snapshot with `flgraph enrich"):
        read_snapshot(tmp_path / "none.jsonl")


def test_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="cannot be read"):
        read_snapshot(tmp_path)


def test_file_in_the_way_of_a_folder_is_an_output_error(snapshot: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        write_snapshot(snapshot, tmp_path / "file" / "s.jsonl")


# --- digests ---------------------------------------------------------------------------------------------


def make_catalog(order: Random) -> Catalog:
    entries = [CatalogEntry(key=f"k{number}", title=f"Synthetic paper {number}", section="2020") for number in range(9)]
    datasets = [DatasetEntry(key=f"d{number}", name="Synthetic", domain="medical") for number in range(9)]
    codebases = [CodebaseEntry(key=f"github.com/x/{number}", url="https://github.com/x") for number in range(9)]
    for records in (entries, datasets, codebases):
        order.shuffle(records)
    return Catalog(title="Synthetic", entries=tuple(entries), datasets=tuple(datasets), codebases=tuple(codebases))


@given(st.randoms(use_true_random=False))
def test_shuffled_catalog_has_the_same_digest(order: Random) -> None:
    assert digest_catalog(make_catalog(Random(0))) == digest_catalog(make_catalog(order))


def test_changed_title_changes_the_digest() -> None:
    catalog = make_catalog(Random(0))
    changed = (catalog.entries[0].model_copy(update={"title": "Another"}), *catalog.entries[1:])
    assert digest_catalog(catalog) != digest_catalog(catalog.model_copy(update={"entries": changed}))


def test_decisions_do_not_change_the_digest() -> None:
    catalog = make_catalog(Random(0))
    decided = catalog.model_copy(
        update={"matches": {"semantic_scholar": {"k1": Match(status="rejected", method="by hand")}}}
    )
    assert digest_catalog(catalog) == digest_catalog(decided)


def test_compression_does_not_change_the_digest(snapshot: Snapshot, tmp_path: Path) -> None:
    read = [read_snapshot(write_snapshot(snapshot, tmp_path / name)) for name in ("s.jsonl", "s.jsonl.gz")]
    assert [digest_snapshot(snapshot)] * 2 == [digest_snapshot(each) for each in read]


# --- anything at all -------------------------------------------------------------------------------------

ODD: list[Any] = [
    None,
    True,
    -1,
    10**30,
    1.5,
    "",
    "x",
    [],
    {},
    ["kind"],
    {"a": 1},
    "\ud800",
    "2026-13-01",
    float("nan"),
]


def mutate(value: Any, chance: Random) -> Any:
    """Return JSON data with one value somewhere replaced or taken out."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        if chance.random() < 0.2:
            return {name: other for name, other in value.items() if name != key}
        return {**value, key: mutate(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        place = chance.randrange(len(value))
        return [*value[:place], mutate(value[place], chance), *value[place + 1 :]]
    return chance.choice(ODD)


def spoil(content: bytes, chance: Random) -> bytes:
    """Return the file with a value changed, a line gone or nested without end, or a byte changed."""
    lines = content.decode().removesuffix("\n").split("\n")
    place = chance.randrange(len(lines))
    how = chance.random()
    if how < 0.7:
        lines[place] = json.dumps(mutate(json.loads(lines[place]), chance))
    elif how < 0.8:
        lines[place : place + 1] = [lines[place]] * chance.choice((0, 2))
    elif how < 0.85:
        lines[place] = '{"kind":' + "[" * 100_000
    else:
        at = chance.randrange(len(content))
        return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
    return "\n".join([*lines, ""]).encode()


@pytest.mark.parametrize("name", ["s.jsonl", "s.jsonl.gz"])
def test_a_spoilt_file_is_an_error_or_reads_back_equal(name: str, snapshot: Snapshot, tmp_path: Path) -> None:
    content = write_snapshot(snapshot, tmp_path / "whole.jsonl").read_bytes()
    path = tmp_path / name
    for seed in range(400):
        spoilt = spoil(content, Random(seed))
        path.write_bytes(gzip.compress(spoilt) if name.endswith(".gz") else spoilt)
        try:
            read = read_snapshot(path)
        except SnapshotError as error:
            assert str(error).startswith(f"{path}:"), seed  # noqa: PT017 - either will do, and nothing else
        else:
            assert read == read_snapshot(write_snapshot(read, tmp_path / "again.jsonl")), seed


def test_a_compressed_file_does_not_say_when_it_was_written(snapshot: Snapshot, tmp_path: Path) -> None:
    assert bytes(4) == write_snapshot(snapshot, tmp_path / "s.jsonl.gz").read_bytes()[4:8]


# --- memory ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_large_snapshot_is_written_and_read_line_by_line(tmp_path: Path) -> None:
    items = tuple(Reference(id=f"{number:040}", title=f"Synthetic reference {number}") for number in range(100))
    papers = {
        f"p{number}": Paper(id=f"{number}", references=Listing(status="known", items=items)) for number in range(200)
    }
    large = Snapshot(source="synthetic", taken=TAKEN, depth=0, catalog_digest="sha256:0", papers=papers)
    half = write_snapshot(large, tmp_path / "s.jsonl").stat().st_size / 2
    read_snapshot(tmp_path / "s.jsonl")  # what the first reading imports does not count
    tracemalloc.start()
    try:
        path = write_snapshot(large, tmp_path / "s.jsonl.gz")
        assert half > tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        read = read_snapshot(path)
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert large == read
    assert half > peak - held


def test_reference_of_many_papers_is_read_once(tmp_path: Path) -> None:
    cited = [
        Reference(id="1", title="Synthetic"),
        Reference(id="1", title="Synthetic, otherwise"),
        Reference(title="T"),
    ]
    listing = Listing(status="known", items=tuple(cited))
    papers = {key: Paper(id=key, references=listing) for key in ("a", "b")}
    many = Snapshot(source="synthetic", taken=TAKEN, depth=0, catalog_digest="sha256:0", papers=papers)
    read = read_snapshot(write_snapshot(many, tmp_path / "s.jsonl"))
    one, other = (read.papers[key].references.items for key in ("a", "b"))
    assert cited == list(one) == list(other)
    assert one[0] is other[0]
