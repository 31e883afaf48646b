"""Enrich a catalog whose papers all have ids, beside the stock client in batches and one by one.

    python -m benchmarks.enrich_known_ids

Exits with 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

from benchmarks.report import Figure, make_parser, print_report
from benchmarks.server import Served, Server, run_server
from benchmarks.stock import get_in_batches, get_one_by_one
from benchmarks.synthetic import list_ids, make_catalog
from flgraph.enrichment.enrich import enrich_catalog
from flgraph.records import Paper
from flgraph.sources.semantic_scholar.provider import PROVIDER
from flgraph.sources.semantic_scholar.questions import PAPER_FIELDS, PAPER_PATH
from flgraph.sources.semantic_scholar.records import read_paper
from flgraph.sources.settings import Settings

MOST_REQUESTS: Final = 3
MOST_OF_SERVER: Final = 1.5
LEAST_GAIN: Final = 20


class Run(NamedTuple):
    """Seconds that a way to ask took, and what the server says of it."""

    wall: float
    served: Served

    @property
    def of_server(self) -> float:
        """Wall time as a multiple of the server's own."""
        return self.wall / self.served.seconds


def measure(ask: Callable[[], int], server: Server, *, papers: int) -> Run:
    """Return how long it took to ask for so many papers; an error where not all were found."""
    server.take_log()
    began = time.perf_counter()
    found = ask()
    wall = time.perf_counter() - began
    if found != papers:
        raise SystemExit(f"{found} papers were found, not {papers}: this measures nothing")
    return Run(wall, server.take_log())


def ask_one_by_one(url: str, ids: Sequence[str], *, threads: int) -> int:
    """Ask for each paper alone over our transport, one `Requester` a thread; return how many came."""

    def ask(mine: Sequence[str]) -> list[Paper]:
        fields = {"fields": ",".join(PAPER_FIELDS)}
        with PROVIDER.open(Settings(api_url=url, rate=0)) as requester:
            return [
                read_paper(requester.request_json(f"{PAPER_PATH}{name}", parameters=fields), asked=name)
                for name in mine
            ]

    with ThreadPoolExecutor(threads) as pool:
        return sum(map(len, pool.map(ask, [ids[place::threads] for place in range(threads)])))


def main(arguments: Sequence[str] | None = None) -> int:
    options = _read_options(arguments)
    papers, threads = options.papers, options.threads
    catalog, ids = make_catalog(papers), list_ids(papers)
    some = ids[: min(options.singles, papers)]
    with run_server(papers, latency=options.latency) as server:
        url = server.url
        get_in_batches(url, ids[:1])
        pairs = [
            (
                measure(
                    lambda: len(enrich_catalog(catalog, api_url=url, depth=0, rate=0).papers), server, papers=papers
                ),
                measure(lambda: len(get_in_batches(url, ids)), server, papers=papers),
            )
            for _ in range(options.rounds)
        ]
        ours, stock = (min(runs) for runs in zip(*pairs, strict=True))
        our_singles = measure(lambda: ask_one_by_one(url, some, threads=threads), server, papers=len(some))
        singles = measure(lambda: len(get_one_by_one(url, some, threads=threads)), server, papers=len(some))
    each, our_each, stock_each = ours.wall / papers, our_singles.wall / len(some), singles.wall / len(some)
    batches, alone = "stock get_papers", "stock get_paper"
    in_threads = f"one by one in {threads} threads"
    return print_report(
        f"enrich_known_ids: {papers} synthetic papers, {len(some)} of them one by one, {options.latency:g} s latency, "
        f"best of {options.rounds}",
        [
            Figure("requests", ours.served.requests, "", MOST_REQUESTS, None, batches, stock.served.requests),
            Figure(
                "wall time over the server's own", ours.of_server, "x", MOST_OF_SERVER, None, batches, stock.of_server
            ),
            Figure("wall time over that of stock get_papers", ours.wall / stock.wall, peer=batches),
            Figure(
                "in batches, time a paper", 1_000 * each, "ms", peer=batches, peer_value=1_000 * stock.wall / papers
            ),
            Figure(f"{in_threads}, time a paper", 1_000 * our_each, "ms", None, None, alone, 1_000 * stock_each),
            Figure(
                "stock one by one over flgraph in batches, time a paper",
                stock_each / each,
                at_least=LEAST_GAIN,
                peer=alone,
            ),
            Figure("stock over flgraph's transport, both one by one", stock_each / our_each, peer=alone),
        ],
        options,
    )


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = make_parser(__doc__)
    parser.add_argument("--papers", type=int, default=1_000)
    parser.add_argument("--singles", type=int, default=200, help="papers that are asked for one by one")
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--latency", type=float, default=0.1, help="seconds before each answer")
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many is kept")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
