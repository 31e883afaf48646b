"""Whatever a server does: a run ends in time and in little memory, says nothing wrong, and the next one is whole."""

from __future__ import annotations

import dataclasses
import gzip
import json
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path

import pytest

from flgraph.records import Catalog, Snapshot
from flgraph.snapshot.files import read_snapshot
from tests.enrichment.measured_run import enrich_measured
from tests.enrichment.test_faults import CATALOG, PAPERS, TAKEN, check_paper, enrich
from tests.replica import Fault, Replica, StillClock
from tests.running import call_forked
from tests.sources.test_bodies import ANNOUNCED, BOMB, ENDLESS, MEGABYTE

MAX_WAIT = 1.0
MOST_MEMORY = 300  # MB
FOREVER = 9_999


def edit(change: Callable[[object], object]) -> Callable[[bytes], bytes]:
    """Return a change of a body that edits each value in it."""

    def walk(value: object) -> object:
        if isinstance(value, dict):
            return change({name: walk(item) for name, item in value.items()})
        return change([walk(item) for item in value] if isinstance(value, list) else value)

    return lambda body: json.dumps(walk(json.loads(body))).encode()


def replace_type(old: type, new: object) -> Fault:
    return Fault("change", change=edit(lambda value: new if type(value) is old else value), times=FOREVER)


def replace(old: bytes, new: bytes) -> Fault:
    return Fault("change", change=lambda text: text.replace(old, new), times=FOREVER)


def set_field(name: str, item: object) -> Fault:
    def change(value: object) -> object:
        return {**value, name: item} if isinstance(value, dict) and name in value else value

    return Fault("change", change=edit(change), times=FOREVER)


def turn(body: bytes) -> bytes:
    found = json.loads(body)
    return json.dumps(found[::-1] if isinstance(found, list) else found).encode()


def repeat_first(body: bytes) -> bytes:
    found = json.loads(body)
    known = [record for record in found if record] if isinstance(found, list) else []
    return json.dumps([known[0]] * len(found) if known else found).encode()


def drip(piece: bytes) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        waiting = threading.Event()
        while not waiting.wait(0.1):
            yield piece

    return pieces


def begin(first: bytes, pieces: Callable[[], Iterator[bytes]]) -> Callable[[], Iterator[bytes]]:
    def both() -> Iterator[bytes]:
        yield first
        yield from pieces()

    return both


def always(pieces: list[bytes], **headers: str) -> Fault:
    return Fault("stream", pieces=lambda: pieces, headers=headers, times=FOREVER)


def body(value: object) -> Fault:
    return Fault("body", body=value, times=FOREVER)


def redirect(location: str) -> Fault:
    return Fault("redirect", status=302, location=location, times=FOREVER)


OK = b"HTTP/1.1 200 OK\r\n"
HOSTILE = {
    "endless body": ENDLESS,
    "gzip bomb": BOMB,
    "endless body with a length": ANNOUNCED,
    "endless error": Fault("stream", status=500, pieces=lambda: repeat(MEGABYTE), times=FOREVER),
    "endless redirect": Fault("stream", status=302, pieces=lambda: repeat(MEGABYTE), times=FOREVER),
    "dripping body": Fault("stream", pieces=drip(b" "), times=FOREVER),
    "dripping header": Fault("raw", pieces=begin(OK + b"X: ", drip(b"x")), times=FOREVER),
    "endless header": Fault("raw", pieces=begin(OK + b"X: ", lambda: repeat(MEGABYTE)), times=FOREVER),
    "endless early hints": Fault("raw", pieces=drip(b"HTTP/1.1 103 Early Hints\r\n\r\n"), times=FOREVER),
    "no HTTP": Fault("raw", pieces=lambda: [b"SSH-2.0-OpenSSH\r\n"], times=FOREVER),
    "silence": Fault("never", times=FOREVER),
    "length too long": Fault("truncate", times=FOREVER),
    "length too short": always([b'[{"paperId": "x"}]'], **{"Content-Length": "9"}),
    "length that is none": always([b"[]"], **{"Content-Length": "ten"}),
    "truncated gzip": always([gzip.compress(MEGABYTE)[:-9]], **{"Content-Encoding": "gzip"}),
    "gzip in gzip": always([gzip.compress(gzip.compress(b"[]"))], **{"Content-Encoding": "gzip, gzip"}),
    "unknown encoding": always([b"[]"], **{"Content-Encoding": "br"}),
    "reset": Fault("reset", times=FOREVER),
    "empty body": Fault("empty", times=FOREVER),
    "a page": Fault("html", times=FOREVER),
    "broken JSON": Fault("badjson", times=FOREVER),
    "millions of values": always([b"[" + b"[]," * 10**7 + b"[]]"]),
    "one huge text": always([b'["' + b"x" * (60 * 2**20) + b'"]']),
    "deep nesting": always([b"[" * 10**6 + b"]" * 10**6]),
    "bytes that are no text": replace(b"ynthetic", b"\xff\xfe"),
    "lone surrogates": replace_type(str, "\ud800"),
    "NaN": replace_type(int, float("nan")),
    "infinity": replace_type(int, float("inf")),
    "negative numbers": replace_type(int, -5),
    "huge numbers": replace_type(int, 10**30),
    "huge floats": replace_type(int, 1e300),
    "numbers as text": replace_type(int, "many"),
    "texts as numbers": replace_type(str, 5),
    "lists as objects": replace_type(list, {}),
    "objects as lists": replace_type(dict, []),
    "data empty": body({"data": []}),
    "data of nulls": body({"offset": 0, "data": [None, None]}),
    "data without end": set_field("next", 1),
    "an object": body({}),
    "a list": body([]),
    "a text": body("text"),
    "a number": body(7),
    "null": body(None),
    "duplicate keys": replace(b'"year"', b'"paperId": 3, "year"'),
    "records in another order": Fault("change", change=turn, times=FOREVER),
    "one record for all ids": Fault("change", change=repeat_first, times=FOREVER),
    "redirects in a loop": redirect("/elsewhere"),
    "redirect to a file": redirect("file:///etc/passwd"),
    "redirect to a script": redirect("javascript:alert(1)"),
    "redirect to a dead port": redirect("http://127.0.0.1:9/"),
    "redirect to no port": redirect("http://127.0.0.1:99999/"),
    "rate limit for ever": Fault("status", status=429, retry_after="9" * 400, times=FOREVER),
}
ALLOWED = {
    "nulls for numbers": replace_type(int, None),
    "no ids": set_field("paperId", None),
    "a blank id": set_field("paperId", " "),
    "data null": body({"data": None}),
}
"""Answers that the specification of the service allows, and that therefore are believed for a week."""


@pytest.fixture(scope="module")
def quiet() -> Snapshot:
    with Replica(papers=PAPERS, page_lines=40) as replica:
        return enrich(replica, StillClock(), None)


def check_said(expected: Snapshot, seen: Snapshot, catalog: Catalog) -> None:
    """Each accepted record is the right one; what is not known is failed, missing or under review."""
    for key, paper in seen.papers.items():
        assert expected.papers[key].id == paper.id
        check_paper(expected.papers[key], paper)
    for entry in catalog.entries:
        match = seen.matches.get(entry.key)
        assert entry.key in seen.failed or match is not None
        assert match is None or match.status != "accepted" or match.id == expected.matches[entry.key].id


def run(replica: Replica, folder: Path) -> Snapshot | None:
    """Enrich in a process of its own, and return its snapshot if there is one."""
    process = call_forked(
        enrich_measured, CATALOG.model_dump_json(), replica.url, folder, max_wait=MAX_WAIT, taken=TAKEN
    )
    process.join(timeout=60)
    assert 0 == process.exitcode
    seconds, megabytes = map(float, (folder / "took.txt").read_text(encoding="utf-8").split())
    assert seconds < MAX_WAIT + 5
    assert megabytes < MOST_MEMORY
    output = folder / "out.jsonl"
    return read_snapshot(output) if output.exists() else None


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells how much memory a process took at most")
@pytest.mark.parametrize(("place", "behaviour"), list(enumerate(HOSTILE)))
def test_a_run_ends_in_time_and_little_memory_and_the_next_is_whole(
    place: int, behaviour: str, quiet: Snapshot, tmp_path: Path
) -> None:
    with Replica(papers=PAPERS, page_lines=40) as replica:
        # Every second behaviour begins after two right answers.
        replica.faults = [dataclasses.replace(HOSTILE[behaviour], skip=2 * (place % 2))]
        seen = run(replica, tmp_path)
        if seen is not None:
            check_said(quiet, seen, CATALOG)
        replica.faults = []
        assert quiet == enrich(replica, StillClock(), tmp_path / "cache.sqlite")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells how much memory a process took at most")
@pytest.mark.parametrize("behaviour", ALLOWED)
def test_what_the_specification_allows_is_unknown_and_never_zero(
    behaviour: str, quiet: Snapshot, tmp_path: Path
) -> None:
    with Replica(papers=PAPERS, page_lines=40) as replica:
        replica.faults = [dataclasses.replace(ALLOWED[behaviour], skip=2)]
        seen = run(replica, tmp_path)
        assert seen is not None
        for key, paper in seen.papers.items():
            assert quiet.papers[key].id == paper.id
            assert paper.citation_count in (quiet.papers[key].citation_count, None)
            assert len(paper.citations.items) in (len(quiet.papers[key].citations.items), 0)
            assert paper.citations.items or paper.citations.status != "known" or paper.citation_count == 0
        replica.faults = []
        assert quiet == enrich(replica, StillClock(), tmp_path / "cache.sqlite", refresh=True)
