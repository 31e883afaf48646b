"""A service that cannot be reached, hangs, goes away or stands behind a proxy."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from flgraph.errors import SourceError
from flgraph.sources.faults import (
    BudgetError,
    ServerFaultError,
    UnreachableError,
)
from flgraph.sources.http import Requester
from flgraph.sources.service import Service
from flgraph.sources.settings import Clock, Settings
from tests.replica import Fault, Replica, StillClock, open_requester
from tests.sources.service import ALPHA, PATH, Ask, open_service

EXPECTED = {"paperId": ALPHA["paperId"], "title": ALPHA["title"]}


@contextmanager
def dead_port() -> Iterator[str]:
    """An address of this machine where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@contextmanager
def deaf_port() -> Iterator[str]:
    """An address of this machine where a call is never taken: its queue is full."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        callers = [socket.socket() for _ in range(3)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        for caller in callers:
            caller.close()


def test_refused_connection_is_said_at_once_in_one_line(clock: StillClock) -> None:
    with (
        dead_port() as url,
        open_service(url, clock=clock.as_clock()) as requester,
        pytest.raises(
            UnreachableError, match=r"Synthetic Scholar \(127.0.0.1\) cannot be reached: .*refused"
        ) as caught,
    ):
        requester.request_json(PATH)
    assert clock.slept == []
    assert "\n" not in str(caught.value)


def test_impossible_address_cannot_be_reached(clock: StillClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HTTP_PROXY", raising=False)
    with (
        Requester(
            Service("Synthetic Scholar", "http://scholar..invalid"), Settings(clock=clock.as_clock())
        ) as requester,
        pytest.raises(UnreachableError, match="the host name is invalid"),
    ):
        requester.request_json(PATH)


def test_answer_that_drips_in_is_given_up(clock: StillClock) -> None:
    with (
        dripping_port() as url,
        Requester(
            Service("Synthetic Scholar", url), Settings(max_wait=0, timeout=0.3, clock=clock.as_clock())
        ) as requester,
        pytest.raises(ServerFaultError, match=r"did not finish its answer within 0.3 s"),
    ):
        requester.request_json(PATH)


@contextmanager
def dripping_port() -> Iterator[str]:
    """A server that sends a byte of its answer now and then, never silent and never done."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
                while not ended.wait(0.05):
                    connection.sendall(b" ")

        thread = threading.Thread(target=drip)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        ended.set()
        thread.join()


def test_call_that_nobody_takes_is_given_up(clock: StillClock) -> None:
    began = time.monotonic()
    with (
        deaf_port() as url,
        Requester(
            Service("Synthetic Scholar", url), Settings(connect_timeout=0.2, clock=clock.as_clock())
        ) as requester,
        pytest.raises(UnreachableError, match=r"no connection within|timed out"),
    ):
        requester.request_json(PATH)
    assert time.monotonic() - began < 5


def test_service_that_goes_away_is_given_ten_seconds(replica: Replica, clock: StillClock) -> None:
    replica.papers = [ALPHA]
    with Requester(
        Service("Synthetic Scholar", replica.url), Settings(rate=0, connect_timeout=2, clock=clock.as_clock())
    ) as requester:
        requester.request_json(PATH)
        with dead_port() as url:
            requester.api_url = url
            with pytest.raises(UnreachableError):
                requester.request_json(PATH)
    assert [1, 2, 4] == clock.slept


@pytest.mark.slow
def test_silent_server_costs_no_more_than_failures_may(replica: Replica) -> None:
    replica.faults = [Fault("never", times=9)]
    began = time.monotonic()
    with (
        open_service(replica.url, rate=0, max_wait=6, timeout=30) as requester,
        pytest.raises(ServerFaultError, match=r"(sent no data for|did not finish its answer within) 6 s"),
    ):
        requester.request_json(PATH)
    assert time.monotonic() - began < 12


def test_silence_costs_no_more_than_failures_may_however_much_is_asked(replica: Replica) -> None:
    replica.faults = [Fault("never", times=99)]
    clock = Clock(jitter=lambda: 1.0)
    with Requester(
        Service("Synthetic Scholar", replica.url), Settings(rate=0, max_wait=0.3, timeout=0.2, clock=clock)
    ) as requester:
        for _ in range(2):
            with pytest.raises(ServerFaultError, match=r"sent no data for|did not finish its answer within"):
                requester.request_json(PATH)
        for _ in range(9):
            with pytest.raises(BudgetError, match=r"timeouts used up the 0.3 s allowed for failures; raise max_wait"):
                requester.request_json(PATH)
    assert 2 == len(replica.requests)


def test_one_silent_answer_does_not_end_a_run(replica: Replica, clock: StillClock) -> None:
    replica.papers = [ALPHA]
    replica.faults = [Fault("never", times=6)]
    with Requester(
        Service("Synthetic Scholar", replica.url), Settings(rate=0, timeout=0.1, clock=clock.as_clock())
    ) as requester:
        with pytest.raises(ServerFaultError, match="gave up after 6 attempts"):
            requester.request_json(PATH)
        assert ALPHA["paperId"] == requester.request_json(PATH, parameters={"fields": "title"})["paperId"]  # type: ignore[index, call-overload]


def test_silent_server_gets_its_time_and_no_more(ask: Ask, replica: Replica, clock: StillClock) -> None:
    replica.faults = [Fault("never")]
    assert ask(timeout=0.2) == EXPECTED
    assert [1] == clock.slept


def test_proxy_of_the_environment_is_not_asked_for_this_machine(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    with dead_port() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert ask() == EXPECTED


def test_proxy_of_the_environment_is_asked_for_other_hosts(
    replica: Replica, monkeypatch: pytest.MonkeyPatch, clock: StillClock
) -> None:
    monkeypatch.setenv("HTTP_PROXY", replica.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with (
        open_requester(api_url="http://scholar.invalid", clock=clock.as_clock()) as requester,
        pytest.raises(SourceError),
    ):
        requester.request_json("/somewhere")
    assert ["http://scholar.invalid/somewhere"] == [f"http://scholar.invalid{seen.path}" for seen in replica.requests]


def test_proxy_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch, clock: StillClock) -> None:
    with dead_port() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with (
            open_requester(api_url="http://scholar.invalid", clock=clock.as_clock()) as requester,
            pytest.raises(UnreachableError, match=r"Semantic Scholar \(scholar.invalid\) cannot be reached: .*proxy"),
        ):
            requester.request_json(PATH)
