"""A service that leaves every request without an answer is given up after `give_up_after` seconds."""

from __future__ import annotations

import pytest

from flgraph.sources.faults import RateLimitError, ServerFaultError, UnreachableError
from tests.replica import Fault, Replica, StillClock
from tests.sources.service import ALPHA, PATH, Ask, open_service


@pytest.mark.parametrize(("kind", "status"), [(RateLimitError, 429), (ServerFaultError, 503), (ServerFaultError, 500)])
def test_no_answer_for_so_long_is_given_up(
    kind: type[Exception], status: int, ask: Ask, replica: Replica, clock: StillClock
) -> None:
    replica.faults = [Fault("status", status=status, times=99)]
    with pytest.raises(kind):
        ask(give_up_after=10.0)
    assert [1.0, 2.0, 4.0] == clock.slept


def test_a_wait_that_is_too_long_is_not_begun(ask: Ask, replica: Replica, clock: StillClock) -> None:
    replica.faults = [Fault("status", status=429, retry_after="31", times=99)]
    with pytest.raises(RateLimitError):
        ask(give_up_after=30.0)
    assert [] == clock.slept


def test_each_answer_begins_the_time_again_and_a_stop_is_kept(replica: Replica, clock: StillClock) -> None:
    replica.papers = [ALPHA]
    with open_service(replica.url, rate=0, clock=clock.as_clock(), give_up_after=4.0) as requester:
        for _ in range(5):
            replica.faults = [Fault("status", status=429, times=2)]
            requester.request_json(PATH)
        assert requester.stopped is None
        replica.faults = [Fault("status", status=503, times=99)]
        with pytest.raises(ServerFaultError) as first:
            requester.request_json(PATH)
        sent = requester.sent
        with pytest.raises(ServerFaultError):
            requester.request_json(PATH)
        assert sent == requester.sent
        assert str(first.value) == str(requester.stopped)


def test_a_fault_of_one_request_stops_no_other_once_there_was_an_answer(replica: Replica, clock: StillClock) -> None:
    replica.papers = [ALPHA]
    with open_service(replica.url, rate=0, clock=clock.as_clock(), give_up_after=4.0) as requester:
        requester.request_json(PATH)
        replica.faults = [Fault("status", status=500, times=6)]
        with pytest.raises(ServerFaultError):
            requester.request_json(PATH)
        assert requester.request_json(PATH)
        assert requester.stopped is None


def test_an_unreachable_service_is_stopped_at_once() -> None:
    with open_service("http://127.0.0.1:9", give_up_after=4.0) as requester:
        with pytest.raises(UnreachableError):
            requester.request_json(PATH)
        assert isinstance(requester.stopped, UnreachableError)
