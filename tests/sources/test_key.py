"""The key is sent to its host and stands nowhere else: in no output, error, log or file, whatever goes wrong."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flgraph.errors import SourceError
from flgraph.sources.provider import Desk
from flgraph.sources.semantic_scholar.papers import fetch_papers
from tests.replica import Fault, Replica, StillClock, open_requester
from tests.replica.corpus import make_paper
from tests.running import run
from tests.test_pipeline import wait_until

KEY = "synthetic-key-0123456789"
ALPHA = make_paper(
    "synthetic alpha",
    title="Synthetic paper alpha: federated segmentation",
    year=2021,
    externalIds={"ArXiv": "2101.00001"},
)
ECHO = {"message": f"Forbidden: {KEY}", "error": f"no such key: {KEY}"}
FAULTS = [
    ("rejects the key (401", Fault("status", status=401, body=ECHO)),
    ("rejects the key (403", Fault("status", status=403, body=ECHO)),
    ("asks to wait 3600 s", Fault("status", status=429, body=ECHO, retry_after="3600")),
    ("the body is a web page, not JSON", Fault("html", status=200)),
    ("rejects the request as malformed (400", Fault("status", status=400, body=ECHO)),
    ("returned a server error (500", Fault("status", status=500, body=ECHO)),
    ("redirects to an invalid address", Fault("redirect", status=302, location=f"ftp://{KEY}/")),
    ("redirects to an invalid address", Fault("redirect", status=302, location=f"/graph/v1/{KEY}?key={KEY}")),
    ("closed the connection before its answer was complete", Fault("truncate")),
]


@pytest.fixture
def server() -> Iterator[Replica]:
    with Replica([ALPHA]) as running:
        yield running


def find_key(folder: Path) -> list[Path]:
    """Return the files in and below a folder that hold the key, in any byte."""
    return [path for path in folder.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


@pytest.mark.parametrize(("said", "fault"), FAULTS)
def test_a_talkative_build_shows_the_key_nowhere(
    said: str, fault: Fault, server: Replica, folder: Path, tmp_path: Path
) -> None:
    server.faults = [replace(fault, times=999, skip=1)]  # what comes first fills the cache
    done = run(
        *("build", folder.name, "--verbose", "--api-url", server.url, "--rate", "0", "--max-wait", "0"),
        *("-o", "out", "--cache", "cache.sqlite"),
        cwd=tmp_path,
        SEMANTIC_SCHOLAR_API_KEY=KEY,
    )

    assert {KEY} == {request.key for request in server.requests}
    assert len(server.requests) > 1
    assert said in done.stderr
    assert KEY not in done.stdout + done.stderr
    assert b"Synthetic paper alpha" in (tmp_path / "cache.sqlite").read_bytes()
    assert [] == find_key(tmp_path)


@pytest.mark.slow
def test_a_killed_build_leaves_a_log_of_the_cache_without_the_key(
    server: Replica, folder: Path, tmp_path: Path
) -> None:
    server.faults = [Fault("never", skip=1, times=99)]
    process = subprocess.Popen(
        [sys.executable, "-m", "flgraph", "build", folder.name, "--cache", "cache.sqlite"],
        cwd=tmp_path,
        env={**os.environ, "SEMANTIC_SCHOLAR_API_URL": server.url, "SEMANTIC_SCHOLAR_API_KEY": KEY},
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: len(server.requests) == 2)
    process.kill()
    process.wait(60)

    assert b"Synthetic paper alpha" in (tmp_path / "cache.sqlite-wal").read_bytes()
    assert [] == find_key(tmp_path)


@pytest.mark.parametrize(("said", "fault"), FAULTS)
def test_no_error_in_the_chain_shows_the_key(
    said: str, fault: Fault, server: Replica, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults = [replace(fault, times=999)]
    with (
        caplog.at_level(logging.DEBUG, logger="flgraph"),
        open_requester(api_url=server.url, api_key=KEY, max_wait=0, clock=clock.as_clock()) as requester,
    ):
        try:
            (error,) = fetch_papers([ALPHA["paperId"]], Desk(requester))
        except SourceError as raised:
            error = raised

    chain: list[BaseException] = []
    link: BaseException | None = error if isinstance(error, SourceError) else None
    while link is not None:
        chain.append(link)
        link = link.__cause__ or link.__context__
    assert said in str(chain[0])
    assert [] == [link for link in chain if KEY in f"{link} {link!r} {vars(link)}"]
    assert [] == [line for line in caplog.messages if KEY in line]
    assert KEY not in f"{requester!r} {vars(requester)}"
