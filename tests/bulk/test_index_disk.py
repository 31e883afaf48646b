"""A full disk, an interruption, and memory that is too small lose nothing."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flgraph.errors import OutputError

duckdb = pytest.importorskip("duckdb", reason="needs the extra bulk: pip install 'flgraph[bulk]'")

from flgraph.bulk.database import connect  # noqa: E402
from flgraph.bulk.index import build_index  # noqa: E402
from flgraph.bulk.index_files import read_index  # noqa: E402
from flgraph.bulk.index_plan import IndexPlan, refuse_full_disk  # noqa: E402
from flgraph.files.atomic import hold_folder  # noqa: E402
from tests.bulk.releases import make_works, write_lines, write_openalex  # noqa: E402
from tests.full_disk import NO_BYTECODE  # noqa: E402
from tests.running import make_environment  # noqa: E402


def start(release: Path, index: Path, *, most_bytes: int | None = None) -> subprocess.Popen[str]:
    def limit() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored below some shells
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    command = [sys.executable, "-m", "flgraph", "index", str(release), "-o", str(index), "--threads", "1"]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, env=make_environment(NO_BYTECODE), stderr=pipe, stdout=pipe, text=True, preexec_fn=limit
    )


def write_large(folder: Path) -> Path:
    """Write a small file, done first, and one whose parts exceed 60 kB."""
    release = write_openalex(folder)
    works = [
        {**work, "title": f"Synthetic {hash(work['id'])} {number * 7919}"}
        for number, work in enumerate(make_works(1000, 9000))
    ]
    write_lines(release / "updated_date=2026-03-01" / "part_0000.gz", works)
    return release


def test_a_full_disk_is_one_clear_line_and_the_next_run_goes_on(tmp_path: Path) -> None:
    release = write_large(tmp_path)
    process = start(release, tmp_path / "index", most_bytes=60_000)
    _, errors = process.communicate()
    assert (1, 1) == (process.returncode, len(errors.splitlines()))
    assert "index: the disk is full; make room and run the command again, which goes on from here" in errors
    assert not (tmp_path / "index" / "index.json").exists()

    index = build_index([release], tmp_path / "index", progress="off")
    assert (8032, 8032) == (index.works, index.citations)
    assert [] == [path for path in (tmp_path / "index").rglob("*") if path.suffix == ".part" or path.name == "spill"]


def test_a_disk_too_small_is_said_before_the_work(tmp_path: Path) -> None:
    plan = IndexPlan(
        files=2, bytes=9, todo_files=2, todo_bytes=9, disk=62 * 10**9, free=40 * 10**9, memory=1, threads=1, seconds=1
    )
    with pytest.raises(OutputError, match=r"index: needs about 68\.2 GB of disk, 40 GB are free; make room"):
        refuse_full_disk(plan, tmp_path / "index")


@pytest.mark.slow
def test_an_interrupted_run_goes_on_where_it_ended(tmp_path: Path) -> None:
    release = write_large(tmp_path)
    expected = build_index([release], tmp_path / "whole", progress="off")
    for wait in (0.0, 0.02, 0.1, 0.3):
        process = start(release, tmp_path / "index")
        while not (tmp_path / "index" / "spill").exists() and process.poll() is None:
            time.sleep(0.005)
        time.sleep(wait)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
        if process.returncode == 130:
            assert errors.strip() in (
                "interrupted; repeat the command to go on where it ended",
                "interrupted; existing files are unchanged",  # it was done and about to say so
            )
        else:  # it was done before the signal came, which may find Python on its way out
            assert process.returncode in (0, -signal.SIGINT), errors
            assert expected.digest == read_index(tmp_path / "index").digest
    index = build_index([release], tmp_path / "index", progress="off")
    assert expected.digest == index.digest


def test_ctrl_c_in_any_query_is_an_interrupt_of_python() -> None:
    with pytest.raises(KeyboardInterrupt), connect():
        raise RuntimeError("Query interrupted")  # what DuckDB makes of Ctrl-C; the test above sends a real one


def run_and_interrupt(base: duckdb.DuckDBPyConnection) -> None:
    """Run a query of half a minute that another thread ends."""
    is_over = threading.Event()

    def interrupt() -> None:
        while not is_over.wait(0.05):  # again, as one before the query begins is lost
            base.interrupt()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(interrupt)
        try:
            base.execute("select sum(one.range * two.range) from range(100000) one, range(100000) two").fetchall()
        finally:
            is_over.set()


def test_a_query_that_another_thread_ends_is_interrupted() -> None:
    with pytest.raises(KeyboardInterrupt), connect() as base:
        run_and_interrupt(base)


def test_other_errors_of_a_query_stay_as_they_are() -> None:
    with pytest.raises(RuntimeError, match="ours"), connect():
        raise RuntimeError("ours")


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    release = write_openalex(tmp_path)
    index = build_index([release], tmp_path / "index", progress="off")
    with (
        hold_folder(tmp_path / "index"),
        pytest.raises(OutputError, match="index: is in use by another run of flgraph"),
    ):
        build_index([release], tmp_path / "index", progress="off")
    assert index == read_index(tmp_path / "index")
