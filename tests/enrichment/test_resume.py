"""The whole command, killed and run twice at once: nothing that was answered is asked again."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from signal import SIGKILL

import pytest

from flgraph.catalog.writer import write_catalog
from flgraph.records import Catalog, Snapshot
from flgraph.snapshot.files import read_snapshot
from tests.replica import Fault, Replica, synthetic_corpus
from tests.replica.corpus import surround_papers
from tests.running import fork, run

KILLS = 50
PAPERS = 36
REQUESTS = 1 + 2 * PAPERS
pytestmark = pytest.mark.slow


@pytest.fixture
def neighbors(catalog: Catalog, replica: Replica) -> Replica:
    replica.papers = surround_papers(synthetic_corpus(catalog), citing=3, cited=2)
    return replica


@pytest.fixture
def part(catalog: Catalog, tmp_path: Path) -> Path:
    """A folder with a part of the catalog, which is quick to read fifty times."""
    bare = {"datasets": (), "codebases": (), "topics": (), "relations": (), "venue": None, "sources": {}}
    bare |= {"datasets_known": None, "datasets_reason": None}
    entries = tuple(entry.model_copy(update=bare) for entry in catalog.entries[:PAPERS])
    write_catalog(Catalog(title=catalog.title, entries=entries), tmp_path / "part")
    return tmp_path / "part"


@pytest.fixture
def whole(neighbors: Replica, part: Path, tmp_path: Path) -> Snapshot:
    """What a run that nobody disturbs says."""
    path = tmp_path / "whole.jsonl"
    assert 0 == wait(start(neighbors, part, path, tmp_path / "cache-of-whole.sqlite"))
    assert REQUESTS == len(neighbors.requests)
    neighbors.requests.clear()
    return read_timeless(path)


def start(replica: Replica, part: Path, output: Path, cache: Path) -> BaseProcess:
    options = ["--depth", "1", "--api-url", replica.url, "--rate", "0", "--quiet", "-o", str(output)]
    return fork("enrich", str(part), *options, FLGRAPH_CACHE=str(cache))


def wait(process: BaseProcess) -> int | None:
    """Return the exit code of a process when it has ended."""
    process.join(timeout=120)
    return process.exitcode


def read_timeless(path: Path) -> Snapshot:
    """Read a snapshot without the day on which each run was made."""
    snapshot = read_snapshot(path)
    matches = {key: match.model_copy(update={"decided": None}) for key, match in snapshot.matches.items()}
    return snapshot.model_copy(update={"taken": None, "matches": matches})


def count_repeated(replica: Replica) -> int:
    asked = Counter(
        (request.path, *sorted(request.query.items()), tuple(request.ids or ())) for request in replica.requests
    )
    return sum(asked.values()) - len(asked)


def pick_points(seed: int) -> Iterator[tuple[int, float]]:
    """Yield after how many requests of its own a run is killed, and how many seconds later."""
    chance = Random(seed)
    for _ in range(KILLS):
        yield chance.choice((0, 0, 1, 1, 2)), chance.random() * 0.01


def test_fifty_kills_repeat_at_most_the_request_in_flight(
    neighbors: Replica, part: Path, whole: Snapshot, tmp_path: Path
) -> None:
    output, cache = tmp_path / "killed.jsonl", tmp_path / "cache.sqlite"
    neighbors.latency = 0.01
    killed = 0
    for more, later in pick_points(seed=20261123):
        process = start(neighbors, part, output, cache)
        goal, give_up = len(neighbors.requests) + more, time.monotonic() + 60
        while len(neighbors.requests) < goal and process.is_alive() and time.monotonic() < give_up:
            time.sleep(0.002)
        time.sleep(later)
        process.kill()
        killed += wait(process) == -SIGKILL
    assert KILLS == killed
    assert not output.exists()

    assert 0 == wait(start(neighbors, part, output, cache))
    assert whole == read_timeless(output)
    assert count_repeated(neighbors) <= KILLS


def test_two_processes_share_one_set_of_requests(
    neighbors: Replica, part: Path, whole: Snapshot, tmp_path: Path
) -> None:
    neighbors.latency = 0.01
    outputs = [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]
    both = [start(neighbors, part, output, tmp_path / "cache.sqlite") for output in outputs]
    assert [0, 0] == [wait(process) for process in both]

    assert [whole, whole] == [read_timeless(output) for output in outputs]
    assert len(neighbors.requests) <= REQUESTS + 1


def test_three_in_ten_refused_still_ranks_in_time_and_the_next_run_completes_it(
    neighbors: Replica, tmp_path: Path
) -> None:
    chance = Random(20261123)
    neighbors.faults = [Fault("status", status=429, skip=number) for number in range(999) if chance.random() < 0.3]
    cache = str(tmp_path / "cache.sqlite")
    options = ("build", "--api-url", neighbors.url, "--rate", "0", "--max-wait", "4")
    first = run(*options, cwd=tmp_path, FLGRAPH_CACHE=cache)
    asked = [int(seconds) for seconds in re.findall(r"requests? in (\d+) s$", first.stderr, re.MULTILINE)]

    assert 0 == first.returncode, first.stderr
    assert 2 <= len(asked)
    assert 2 <= sum(asked) <= 4 + 15  # what is asked without waiting, on a busy machine
    assert "citation data: counts for 56 of 56 papers, references for 56 of 56" in first.stdout
    assert "top papers by " in first.stdout
    assert "citing and cited papers: incomplete for" in first.stderr

    neighbors.faults = []
    second = run(*options, cwd=tmp_path, FLGRAPH_CACHE=cache)
    assert 0 == second.returncode, second.stderr
    assert {("known", "known")} == {
        (paper.citations.status, paper.references.status)
        for paper in read_snapshot(tmp_path / "flgraph-out" / "snapshot.jsonl").papers.values()
    }
    assert 1 + 2 * 56 == len({(request.path, *sorted(request.query.items())) for request in neighbors.requests})
