"""The body of a reply has an end: it is counted decoded, and what is given up does not go on."""

from __future__ import annotations

import gzip
import json
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from functools import partial
from itertools import repeat

import pytest
from pydantic import JsonValue

from flgraph.errors import SourceError
from flgraph.records import Paper
from flgraph.sources.exchange import MAX_BODY
from flgraph.sources.faults import BadAnswerError, BudgetError, OverlongError, ServerFaultError, SilenceError
from flgraph.sources.http import Requester
from flgraph.sources.provider import Desk
from flgraph.sources.semantic_scholar.listings import fetch_citations
from flgraph.sources.semantic_scholar.papers import fetch_papers
from tests.replica import Fault, Replica, StillClock, make_paper, open_requester
from tests.test_pipeline import wait_until

MEGABYTE = b" " * 2**20
pack = partial(gzip.compress, mtime=0)  # without the time, which would be in the names of tests
LENGTH = {"Content-Length": "999999999999"}
ZIPPED = {"Content-Encoding": "gzip"}


def bomb() -> Iterator[bytes]:
    """Yield zeros without end, a thousand times smaller than they are."""
    packer = zlib.compressobj(9, wbits=31)
    while True:
        yield packer.compress(MEGABYTE)


ENDLESS = Fault("stream", pieces=lambda: repeat(MEGABYTE), times=999)
BOMB = Fault("stream", pieces=bomb, headers=ZIPPED, times=999)
ANNOUNCED = Fault("stream", pieces=lambda: repeat(MEGABYTE), headers=LENGTH, times=999)
AFTER_THE_END = Fault("stream", pieces=lambda: (pack(b"{}"), *[MEGABYTE] * 999), headers=ZIPPED, times=999)


@pytest.fixture
def requester(replica: Replica, clock: StillClock) -> Iterator[Requester]:
    with open_requester(api_url=replica.url, rate=0, clock=clock.as_clock()) as requester:
        yield requester


@pytest.mark.parametrize("fault", [ENDLESS, BOMB, ANNOUNCED, AFTER_THE_END], ids=["plain", "zip", "length", "after"])
def test_body_without_end_is_left_at_the_limit(fault: Fault, requester: Requester, replica: Replica) -> None:
    replica.faults = [fault]
    tracemalloc.start()
    with pytest.raises(OverlongError, match="more than 64 MB"):
        requester.request_json("/somewhere")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert 1 == len(replica.requests)
    assert peak < 2.5 * MAX_BODY
    wait_until(lambda: replica.left == 1)
    assert replica.streamed[0] < 2 * MAX_BODY


@pytest.mark.parametrize("packed", [pack(MEGABYTE * 5 + b"[1]"), pack(b"[1]")])
def test_packed_body_is_unpacked(packed: bytes, requester: Requester, replica: Replica) -> None:
    pieces = [packed[:7], packed[7:]]
    replica.faults = [Fault("stream", pieces=lambda: pieces, headers={**ZIPPED, "Content-Length": str(len(packed))})]
    assert [1] == requester.request_json("/somewhere")


@pytest.mark.parametrize(
    ("said", "body", "encoding"),
    [
        ("truncated gzip", pack(b"[1]" * 99)[:-9], "gzip"),
        ("cannot be decompressed", b"no gzip at all", "gzip"),
        ("not requested", pack(pack(b"[1]")), "gzip, gzip"),
        ("not requested", b"[1]", "br"),
    ],
)
def test_body_that_cannot_be_unpacked_is_a_named_error(
    said: str, body: bytes, encoding: str, requester: Requester, replica: Replica
) -> None:
    replica.faults = [Fault("stream", pieces=lambda: [body], headers={"Content-Encoding": encoding}, times=99)]
    with pytest.raises(SourceError, match=said):
        requester.request_json("/somewhere")


def test_paper_with_a_body_without_end_fails_alone(requester: Requester, replica: Replica) -> None:
    replica.papers = [make_paper(f"paper {number}") for number in range(4)]
    ids = [paper["paperId"] for paper in replica.papers]
    replica.faults = [Fault("stream", pieces=lambda: repeat(MEGABYTE), holds=ids[2], times=99)]
    assert [Paper, Paper, OverlongError, Paper] == [type(answer) for answer in fetch_papers(ids, Desk(requester))]


def test_service_of_bodies_without_end_is_not_asked_id_by_id(requester: Requester, replica: Replica) -> None:
    replica.faults = [ANNOUNCED]
    with pytest.raises(OverlongError):
        fetch_papers([make_paper(f"paper {number}")["paperId"] for number in range(64)], Desk(requester))
    assert 1 + 2 + 4 + 8 == len(replica.requests)


def test_listing_without_end_is_a_failure(requester: Requester, replica: Replica) -> None:
    replica.faults = [ENDLESS]
    found = fetch_citations(Paper(id="x", citation_count=3), Desk(requester))
    assert ("failed", OverlongError) == (found.listing.status, type(found.error))
    assert 1 == len(replica.requests)


def test_request_that_was_given_up_does_not_go_on(replica: Replica) -> None:
    ended = threading.Event()

    def drip() -> Iterator[bytes]:
        while not ended.wait(0.02):
            yield b" " * 1_000

    replica.faults = [Fault("stream", pieces=drip, times=9)]
    with (
        open_requester(api_url=replica.url, rate=0, max_wait=0, timeout=0.2) as requester,
        pytest.raises(SilenceError, match="did not finish"),
    ):
        requester.request_json("/somewhere")
    wait_until(lambda: not [thread for thread in threading.enumerate() if thread.name == "flgraph-request"])
    wait_until(lambda: replica.left == 1)
    ended.set()


def test_failures_that_take_long_use_up_the_time_for_failures(replica: Replica) -> None:
    replica.latency = 1.1
    replica.faults = [Fault("status", status=400, times=99)]
    with open_requester(api_url=replica.url, rate=0, max_wait=1) as requester:
        with pytest.raises(SourceError, match="malformed"):
            requester.request_json("/somewhere")
        with pytest.raises(BudgetError, match="slow failures used up the 1 s allowed for failures"):
            requester.request_json("/somewhere")
    assert 1 == len(replica.requests)


@pytest.mark.parametrize("value", [[], {}, 0])
def test_answer_of_millions_of_values_is_not_read(value: JsonValue, requester: Requester, replica: Replica) -> None:
    body = b"[" + json.dumps(value).encode() + (b"," + json.dumps(value).encode()) * 2_000_001 + b"]"
    replica.faults = [Fault("stream", pieces=lambda: [body], times=99)]
    tracemalloc.start()
    with pytest.raises(ServerFaultError, match="answered 200, but the body has more than 2,000,000 values"):
        requester.request_json("/somewhere", tries=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * len(body) + 2**20


def test_errors_hold_no_bodies(requester: Requester, replica: Replica) -> None:
    replica.faults = [Fault("stream", pieces=lambda: [b"x" * 2**24], times=99)]
    tracemalloc.start()
    kept = []
    for _ in range(3):
        with pytest.raises(ServerFaultError) as caught:
            requester.request_json("/somewhere", tries=1)
        kept.append(caught.value)
    assert tracemalloc.get_traced_memory()[0] < 2**24
    tracemalloc.stop()
    assert BadAnswerError not in map(type, kept)
