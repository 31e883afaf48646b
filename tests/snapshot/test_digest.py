"""A snapshot file knows whether it was changed."""

from __future__ import annotations

import gzip
import json
import logging
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flgraph.errors import SnapshotError
from flgraph.records import Author, Listing, Match, Paper, Reference, Snapshot
from flgraph.snapshot.files import digest_snapshot, read_snapshot, write_snapshot
from tests.mutations import count_refused


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    cited = Listing(status="known", items=(Reference(id="o", title="Synthetic origin", year=2015, influential=True),))
    papers = {
        key: Paper(
            id=key[0] * 8,
            title=f"Synthetic paper {key}",
            year=2020,
            publication_date=date(2020, 5, 6),
            citation_count=31,
            reference_count=1,
            authors=(Author(id="7", name="Ada Example", h_index=9),),
            references=cited,
        )
        for key in ("alpha", "beta", "delta")
    }
    return Snapshot(
        source="semantic_scholar",
        taken=datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC),
        depth=1,
        catalog_digest="sha256:0",
        parameters={"host": "127.0.0.1", "rate": 1},
        matches={key: Match(status="accepted", method="id", id=paper.id, score=98) for key, paper in papers.items()},
        papers=papers,
        context={"o": Paper(id="o", year=2015, citation_count=400)},
        missing=("gamma",),
        failed=("zeta",),
    )


@pytest.mark.parametrize("name", ["s.jsonl", "s.jsonl.gz"])
def test_a_mutated_snapshot_is_refused_or_equal(name: str, snapshot: Snapshot, tmp_path: Path) -> None:
    path = write_snapshot(snapshot, tmp_path / name)

    assert 200 < count_refused(path, read_snapshot, SnapshotError, lambda read: read == snapshot)


def test_an_edited_count_is_refused_with_the_way_to_accept_it(snapshot: Snapshot, tmp_path: Path) -> None:
    path = write_snapshot(snapshot, tmp_path / "s.jsonl")
    path.write_text(path.read_text().replace('"citation_count":31', '"citation_count":32', 1))

    with pytest.raises(SnapshotError) as caught:
        read_snapshot(path)
    assert (
        f'{path}: was changed after flgraph wrote it; to accept the change, remove "digest" and its value from the '
        "first line; else make a new snapshot with `flgraph enrich`"
    ) == str(caught.value)

    path.write_text(path.read_text().replace(f'"digest":"{digest_snapshot(snapshot)}",', ""))
    assert 32 == read_snapshot(path).papers["alpha"].citation_count


def test_other_white_space_and_line_ends_are_no_edit(snapshot: Snapshot, tmp_path: Path) -> None:
    path = write_snapshot(snapshot, tmp_path / "s.jsonl")
    lines = path.read_text().splitlines()
    path.write_bytes("".join(f"{json.dumps(json.loads(line))}\r\n" for line in lines).encode())

    assert snapshot == read_snapshot(path)


def test_a_snapshot_without_a_digest_reads_with_a_word_in_the_log(
    snapshot: Snapshot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_snapshot(snapshot, tmp_path / "s.jsonl")
    with caplog.at_level(logging.INFO, logger="flgraph"):
        read_snapshot(path)
    assert [] == caplog.messages
    header, *others = path.read_text().splitlines(keepends=True)
    about = json.loads(header)
    del about["digest"]
    path.write_text("".join([json.dumps(about) + "\n", *others]))

    with caplog.at_level(logging.INFO, logger="flgraph"):
        assert snapshot == read_snapshot(path)
    assert [f"{path}: has no digest, so changes to it go unnoticed"] == caplog.messages


@pytest.mark.parametrize("digest", ["null", "0", '"sha256:0"', "[]"])
def test_another_digest_is_refused(digest: str, snapshot: Snapshot, tmp_path: Path) -> None:
    path = write_snapshot(snapshot, tmp_path / "s.jsonl")
    path.write_text(path.read_text().replace(f'"{digest_snapshot(snapshot)}"', digest, 1))

    with pytest.raises(SnapshotError, match="was changed after flgraph wrote it"):
        read_snapshot(path)


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
def test_a_number_that_cannot_be_written_is_refused(number: str, snapshot: Snapshot, tmp_path: Path) -> None:
    path = write_snapshot(snapshot, tmp_path / "s.jsonl")
    path.write_text(path.read_text().replace('"rate":1', f'"rate":{number}', 1))

    with pytest.raises(SnapshotError, match=r"s\.jsonl:1: "):
        read_snapshot(path)


def test_the_digest_is_that_of_the_lines_without_it(snapshot: Snapshot, tmp_path: Path) -> None:
    path = write_snapshot(snapshot, tmp_path / "s.jsonl.gz")
    header = json.loads(gzip.decompress(path.read_bytes()).split(b"\n", 1)[0])

    assert digest_snapshot(snapshot) == header["digest"]
