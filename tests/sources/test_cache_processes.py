"""Several processes that share one cache."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from pydantic import JsonValue

from flgraph.sources.cache import RecordCache
from tests.replica import Replica, make_edges, make_paper
from tests.sources.test_cache import SHELF, run, spoil

FETCH = """
    import sys
    from flgraph.sources.cache import RecordCache
    from flgraph.sources.provider import Desk
    from flgraph.sources.semantic_scholar.listings import fetch_citations
    from flgraph.sources.semantic_scholar.papers import fetch_papers
    from flgraph.sources.semantic_scholar.provider import PROVIDER
    from flgraph.sources.settings import Settings
    path, url, *ids = sys.argv[1:]
    with RecordCache(path) as cache, PROVIDER.open(Settings(api_url=url, rate=0)) as requester:
        print("ready", flush=True)
        sys.stdin.readline()
        papers = fetch_papers(ids, Desk(requester, cache))
        for paper in papers:
            print(paper.title, len(fetch_citations(paper, Desk(requester, cache)).papers), flush=True)
"""


@pytest.fixture
def crowd(replica: Replica) -> list[str]:
    """The ids of papers with citations that the replica holds."""
    replica.latency = 0.02
    replica.papers = [
        make_paper(str(number), _citations=make_edges(str(number), 3), citationCount=3) for number in range(12)
    ]
    return [paper["paperId"] for paper in replica.papers]


def start(path: Path, replica: Replica, ids: list[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", dedent(FETCH), str(path), replica.url, *ids]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert "ready\n" == process.stdout.readline()
    return process


@pytest.mark.parametrize("count", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_processes_on_the_same_errand_ask_once(count: int, path: Path, replica: Replica, crowd: list[str]) -> None:
    processes = [start(path, replica, crowd) for _ in range(count)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert [0] * count == [process.returncode for process in processes]
    assert {12} == {output.count(" 3\n") for output in outputs}
    assert len(set(outputs)) == 1
    assert len(replica.requests) == 1 + len(crowd)


@pytest.mark.slow
def test_killed_process_loses_the_request_in_flight_only(path: Path, replica: Replica, crowd: list[str]) -> None:
    for answers in (1, 3, 5):
        process = start(path, replica, crowd)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("go\n")
        process.stdin.flush()
        for _ in range(answers):
            process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
    asked = len(replica.requests)
    last = start(path, replica, crowd)
    output, _ = last.communicate("go\n", timeout=60)
    assert 12 == output.count(" 3\n")
    assert asked <= len(replica.requests)
    # Once each, and one for each kill.
    assert len(replica.requests) <= 1 + len(crowd) + 3


def test_who_waits_too_long_for_another_asks_itself(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level(logging.INFO, logger="flgraph"),
        RecordCache(path) as first,
        RecordCache(path, turn_wait=0.2) as second,
        first.take_turn(SHELF, ["one"]),
    ):
        assert 2 == second.ask_once(SHELF, "one", lambda: 2)
    assert ["continuing without it"] == [entry.getMessage().rpartition("; ")[2] for entry in caplog.records]


def test_who_waits_finds_what_the_other_was_told(path: Path) -> None:
    with RecordCache(path) as first, RecordCache(path) as second, first.take_turn(SHELF, ["one"]):
        first.write_records(SHELF, {"one": 1})
        assert 1 == second.ask_once(SHELF, "one", lambda: 2)


def test_broken_turns_are_done_without(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.mkdir()
    path.with_name("cache.sqlite-turns").write_text("no database" * 999)
    with caplog.at_level(logging.INFO, logger="flgraph"), RecordCache(path) as cache:
        assert 1 == cache.ask_once(SHELF, "one", lambda: 1)
        assert 1 == cache.ask_once(SHELF, "one", lambda: 2)
    assert "requests may be sent twice" in caplog.text


OPEN = """
    import sys
    from flgraph.sources.cache import RecordCache, Shelf
    shelf = Shelf("somewhere", "paper", "title")
    ids = [f"{sys.argv[2]} {number}" for number in range(20)]
    print("ready", flush=True)
    sys.stdin.readline()
    with RecordCache(sys.argv[1]) as cache:
        for name in ids:
            cache.write_records(shelf, {name: "x" * 1_000})
    with RecordCache(sys.argv[1]) as cache:
        print(len(cache.read_records(shelf, ids)))
"""


@pytest.mark.parametrize("is_broken", [False, True])
def test_processes_that_begin_a_file_together_share_it(is_broken: bool, path: Path) -> None:
    path.parent.mkdir()
    if is_broken:
        spoil(path)
    processes = [run(OPEN, str(path), str(number)) for number in range(4)]
    for process in processes:
        assert process.stdout is not None
        assert "ready\n" == process.stdout.readline()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert ["20\n"] * 4 == [process.communicate(timeout=60)[0] for process in processes]
    assert int(is_broken) == len(list(path.parent.glob("*.broken-[0-9]")))


def test_error_frees_the_turn(path: Path) -> None:
    def fail() -> JsonValue:
        raise LookupError

    with RecordCache(path) as first, RecordCache(path, turn_wait=0.1) as second:
        with pytest.raises(LookupError):
            first.ask_once(SHELF, "one", fail)
        with second.take_turn(SHELF, ["one"]):
            assert second._turns is not None
            assert second._turns.in_transaction
