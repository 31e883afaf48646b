"""From works as OpenAlex releases them to an index and to fields, in CPU time, beside `zcat` of the same files.

Synthetic works, made once in the folder given. Each run is a process of its own; they take turns. A busy machine slows
both, so ratios count, and the load is said.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.field_extraction import measure_extraction
from benchmarks.report import Figure, make_parser, print_report

_MOST_RATIO: Final = 1.5
_MOST_GIGABYTES: Final = 2.0
_MEMORY: Final = "2GB"
_RELEASE: Final = "2026-11-01"


class Run(NamedTuple):
    """What an index took, in seconds, gigabytes and rows."""

    wall: float
    cpu: float
    peak: float
    works: int
    citations: int


def measure_index(works: Path, index: Path) -> Run:
    """Make an index in this process, by one thread; imports are not counted."""
    from flgraph.bulk import index_build  # noqa: F401
    from flgraph.bulk.index import build_index

    wall, cpu = time.perf_counter(), time.process_time()
    made = build_index([works], index, release=_RELEASE, memory=_MEMORY, threads=1, progress="off")
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return Run(wall, cpu, peak, made.works, made.citations)


def start_index(works: Path, index: Path) -> Run:
    """Make an index in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.whole_index", "--run", "index"]
    command += ["--works", str(works), "--index", str(index)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Run(*json.loads(done.stdout.splitlines()[-1]))


def measure_zcat(works: Path) -> float:
    """Return the CPU seconds of `zcat` on all files."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["zcat", *sorted(map(str, works.rglob("*.gz")))], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(works: Path, folder: Path, *, rounds: int) -> list[Figure]:
    """Return the figures of the index; the index of the last round stays in `folder`."""
    runs, peers = [], []
    for number in range(rounds):
        peers.append(measure_zcat(works))
        runs.append(start_index(works, folder / f"index-{number}"))
    cpu, peer, last = min(run.cpu for run in runs), min(peers), runs[-1]
    parts = folder / f"index-{rounds - 1}"
    sizes = {name: sum(path.stat().st_size for path in (parts / name).iterdir()) for name in ("works", "citations")}
    given = sum(path.stat().st_size for path in works.rglob("*.gz"))
    return [
        Figure("works", last.works / 1e6, "million"),
        Figure("citations", last.citations / 1e6, "million"),
        Figure("zcat, CPU time", peer, "s"),
        Figure("index, CPU time", cpu, "s"),
        Figure("index over zcat, CPU time", cpu / peer, at_most=_MOST_RATIO),
        Figure("index, peak memory", max(run.peak for run in runs), "GB", at_most=_MOST_GIGABYTES),
        Figure("works and citations over the files read, bytes", sum(sizes.values()) / given),
        Figure("citations, bytes each", sizes["citations"] / max(1, last.citations), "B"),
        *measure_extraction(parts, conversion=cpu, rounds=rounds),
        Figure("load of the machine at the end", os.getloadavg()[0]),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; the exit code is 1 where a target is missed."""
    parser = make_parser(__doc__)
    parser.add_argument("--papers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="Where synthetic works are kept between runs.")
    parser.add_argument("--run", choices=["index"], help=argparse.SUPPRESS)
    parser.add_argument("--works", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--index", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.run == "index":
        print(json.dumps(measure_index(options.works, options.index)))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Linux counts the memory of the parent as that of a child, so this process stays small.
        kept = options.folder or folder
        maker = [sys.executable, "-m", "benchmarks.synthetic_works", str(kept), "--papers", str(options.papers)]
        subprocess.run(maker, check=True, stdout=subprocess.DEVNULL)
        figures = compare(kept / "works", folder, rounds=options.rounds)
    return print_report(f"whole_index: {options.papers} synthetic works, best of {options.rounds}", figures, options)


if __name__ == "__main__":
    raise SystemExit(main())
