"""The tests' replica in a process of its own, which says how long it took to answer."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, Self

from benchmarks.synthetic import SEED, make_corpus
from tests.replica import Replica


class Served(NamedTuple):
    """How many requests were answered, and the seconds from each one's arrival to the end of its answer."""

    requests: int
    seconds: float


@dataclass(frozen=True)
class Server:
    """The running replica, seen from another process."""

    url: str
    pipe: Connection

    def take_log(self) -> Served:
        """Return what was served since the last time."""
        self.pipe.send("log")
        served: Served = self.pipe.recv()
        return served


@contextmanager
def run_server(papers: int, *, latency: float, seed: int = SEED) -> Iterator[Server]:
    """Run the replica with so many synthetic papers; each of its answers is so many seconds late."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, papers, latency, seed), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Server(ours.recv(), ours)
    finally:
        ours.close()
        process.join()


def _serve(pipe: Connection, papers: int, latency: float, seed: int) -> None:
    with _TimedReplica(papers=make_corpus(papers, seed=seed), latency=latency) as replica:
        gc.freeze()
        pipe.send(replica.url)
        while _is_asked(pipe):
            pipe.send(replica.take_log())


def _is_asked(pipe: Connection) -> bool:
    try:
        return bool(pipe.recv())
    except EOFError:
        return False


class _TimedReplica(Replica):
    def __enter__(self) -> Self:
        super().__enter__()
        self.took: list[float] = []
        plain: Any = self._server.RequestHandlerClass
        timed = {name: self._time(getattr(plain, name)) for name in ("do_GET", "do_POST")}
        self._server.RequestHandlerClass = type("Timed", (plain,), timed)
        return self

    def _time(self, serve: Callable[[Any], None]) -> Callable[[Any], None]:
        def serve_timed(handler: Any) -> None:
            began = time.perf_counter()
            serve(handler)
            self.took.append(time.perf_counter() - began)

        return serve_timed

    def take_log(self) -> Served:
        # A client may have its answer before the line is written.
        while len(self.took) < len(self.requests):
            time.sleep(0.001)
        served = Served(len(self.took), sum(self.took))
        self.took.clear()
        self.requests.clear()
        return served
