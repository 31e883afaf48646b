"""Enrich a large catalog, write its snapshot and read it again: how much memory that takes, beside the stock client.

    python -m benchmarks.enrich_many

Each side runs in a process of its own. Exits with 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from benchmarks.report import Figure, make_parser, print_report
from benchmarks.server import run_server
from benchmarks.stock import get_in_batches
from benchmarks.synthetic import list_ids, make_catalog
from flgraph.enrichment.enrich import enrich_catalog
from flgraph.snapshot.files import read_snapshot, write_snapshot

MOST_MEGABYTES: Final = 300
_MEGABYTE: Final = 2**20 if sys.platform == "darwin" else 2**10  # in the unit of ru_maxrss


class Cost(NamedTuple):
    """What a run found and took: papers, seconds, megabytes at its start and at its peak."""

    papers: int
    wall: float
    start: float
    peak: float


def enrich_and_replay(url: str, papers: int, trace: bool) -> Cost:
    """Enrich as `flgraph enrich` does, cache and file included, and read the snapshot."""
    catalog = make_catalog(papers)
    with TemporaryDirectory() as folder:
        cache, path = Path(folder, "cache.sqlite"), Path(folder, "snapshot.jsonl.gz")

        def run() -> int:
            write_snapshot(enrich_catalog(catalog, api_url=url, depth=0, rate=0, cache=cache), path)
            return len(read_snapshot(path).papers)

        return _measure(run, trace=trace)


def get_and_keep(url: str, papers: int, trace: bool) -> Cost:
    """Get the same papers by the stock client, and keep them in memory."""
    ids = list_ids(papers)
    return _measure(lambda: len(get_in_batches(url, ids)), trace=trace)


def _measure(run: Callable[[], int], *, trace: bool) -> Cost:
    start, began = _read_peak(), time.perf_counter()
    if trace:
        tracemalloc.start(8)
    found = run()
    if trace:
        print(f"tracemalloc: peak {tracemalloc.get_traced_memory()[1] / 2**20:.0f} MB", file=sys.stderr)
    return Cost(found, time.perf_counter() - began, start, _read_peak())


def _read_peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MEGABYTE


def run_apart(work: Callable[[str, int, bool], Cost], *arguments: object) -> Cost:
    """Return the cost of work that is done in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()  # type: ignore[arg-type]


def main(arguments: Sequence[str] | None = None) -> int:
    options = _read_options(arguments)
    with run_server(options.papers, latency=options.latency) as server:
        ours = run_apart(enrich_and_replay, server.url, options.papers, options.trace)
        our_server = server.take_log()
        stock = run_apart(get_and_keep, server.url, options.papers, options.trace)
        stock_server = server.take_log()
    if not ours.papers == stock.papers == options.papers:
        raise SystemExit(f"{ours.papers} and {stock.papers} papers were found, not {options.papers}")
    peer = "stock get_papers"
    return print_report(
        f"enrich_many: {options.papers} synthetic papers, {options.latency:g} s latency",
        [
            Figure("peak memory", ours.peak, "MB", MOST_MEGABYTES, None, peer, stock.peak),
            Figure("memory before it starts, our catalog included", ours.start, "MB", None, None, peer, stock.start),
            Figure("peak memory over that of stock get_papers", ours.peak / stock.peak, peer=peer),
            Figure("requests", our_server.requests, "", None, None, peer, stock_server.requests),
            Figure(
                "share of wall time in the server",
                100 * our_server.seconds / ours.wall,
                "%",
                None,
                50,
                peer,
                100 * stock_server.seconds / stock.wall,
            ),
            Figure("wall time over that of stock get_papers", ours.wall / stock.wall, peer=peer),
        ],
        options,
    )


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = make_parser(__doc__)
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument(
        "--latency", type=float, default=1.0, help="seconds before each answer; the service allows one request a second"
    )
    parser.add_argument("--trace", action="store_true", help="say what Python objects take (slow)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
