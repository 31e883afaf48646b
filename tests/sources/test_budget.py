"""What a requester may ask: how often, how much, whom."""

from __future__ import annotations

import pytest

from flgraph.sources.faults import BudgetError, OfflineError, ServerFaultError, TooLargeError
from tests.replica import Fault, Replica, StillClock, make_paper, open_requester

KEY = "synthetic-key-0123456789"
ALPHA = make_paper("alpha")
PATH = f"/graph/v1/paper/{ALPHA['paperId']}"


def test_offline_asks_nobody(replica: Replica) -> None:
    with (
        open_requester(api_url=replica.url, offline=True) as requester,
        pytest.raises(OfflineError, match="the answer is not cached, and requests are disabled"),
    ):
        requester.request_json(PATH)
    assert [] == replica.requests


def test_requests_are_counted_and_end_where_allowed(replica: Replica, clock: StillClock) -> None:
    replica.papers = [ALPHA]
    replica.faults = [Fault("status", status=503), Fault("redirect", status=301, location=f"{PATH}?fields=title")]
    with open_requester(api_url=replica.url, rate=0, max_requests=3, clock=clock.as_clock()) as requester:
        requester.request_json(PATH)
        assert 3 == requester.sent == len(replica.requests)
        with pytest.raises(BudgetError, match="the limit of 3 requests is used up"):
            requester.request_json(PATH)
    assert len(replica.requests) == 3


def test_negative_number_of_requests_is_refused() -> None:
    with pytest.raises(ValueError, match="max_requests"):
        open_requester(max_requests=-1)


@pytest.mark.parametrize(("expected", "status"), [(2, 500), (2, 504), (6, 502), (6, 503)])
def test_question_that_the_service_fails_on_may_have_fewer_tries(
    expected: int, status: int, replica: Replica, clock: StillClock
) -> None:
    replica.faults = [Fault("status", status=status, times=99)]
    with (
        open_requester(api_url=replica.url, rate=0, clock=clock.as_clock()) as requester,
        pytest.raises(ServerFaultError) as caught,
    ):
        requester.request_json(PATH, tries=2)
    assert (status, expected) == (caught.value.status, len(replica.requests))


def test_reply_that_would_be_too_large_is_named(replica: Replica) -> None:
    replica.papers, replica.max_bytes = [ALPHA], 10
    with (
        open_requester(api_url=replica.url) as requester,
        pytest.raises(TooLargeError, match="request fewer records"),
    ):
        requester.request_json(PATH)
    assert len(replica.requests) == 1


def test_origin_names_the_service_and_no_secret() -> None:
    with open_requester(api_url=f"http://user:{KEY}@host:8080/api/?key={KEY}") as requester:
        assert "http://host:8080/api" == requester.origin
