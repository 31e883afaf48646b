from __future__ import annotations

import logging
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from flgraph.errors import SourceError
from flgraph.sources.faults import (
    BadAnswerError,
    BadKeyError,
    BadRequestError,
    NotFoundError,
    RateLimitError,
    ServerFaultError,
    TooLargeError,
)
from flgraph.sources.http import Requester
from flgraph.sources.service import Service
from flgraph.sources.settings import Settings
from tests.replica import Fault, Replica, StillClock, open_requester
from tests.sources.service import ALPHA, PATH, Ask, open_service

KEY = "synthetic-key-0123456789"
EXPECTED = {"paperId": ALPHA["paperId"], "title": ALPHA["title"]}


def test_answer_comes_as_it_is(ask: Ask) -> None:
    assert ask() == EXPECTED


# --- faults that pass ------------------------------------------------------------------------------------

PASSING = [
    Fault("status", status=500),
    Fault("status", status=502),
    Fault("status", status=503),
    Fault("status", status=504),
    Fault("status", status=429),
    Fault("html", status=200),
    Fault("html", status=403),
    Fault("html", status=404),
    Fault("html", status=503),
    Fault("empty"),
    Fault("badjson"),
    Fault("truncate"),
    Fault("reset"),
]


def name_fault(fault: Fault) -> str:
    return f"{fault.kind}-{fault.status}"


@pytest.mark.parametrize("fault", PASSING, ids=name_fault)
def test_passing_fault_does_not_change_the_answer(fault: Fault, ask: Ask, replica: Replica) -> None:
    replica.faults = [Fault(fault.kind, status=fault.status, times=2)]
    assert ask() == EXPECTED
    assert len(replica.requests) == 3


@pytest.mark.parametrize("fault", [fault for fault in PASSING if fault.status != 429], ids=name_fault)
def test_lasting_fault_is_an_error_after_six_tries(fault: Fault, ask: Ask, replica: Replica) -> None:
    replica.faults = [Fault(fault.kind, status=fault.status, times=99)]
    with pytest.raises(ServerFaultError, match="gave up after 6 attempts"):
        ask()
    assert len(replica.requests) == 6


def test_waits_double_up_to_a_minute(ask: Ask, replica: Replica, clock: StillClock) -> None:
    replica.faults = [Fault("status", status=429, times=8)]
    assert ask() == EXPECTED
    assert [1, 2, 4, 8, 16, 32, 60, 60] == clock.slept


def test_waits_are_drawn_from_nothing_to_the_whole(ask: Ask, replica: Replica, clock: StillClock) -> None:
    clock.jitter = 0.25
    replica.faults = [Fault("status", status=503, times=2)]
    ask()
    assert [0.25, 0.5] == clock.slept


def test_rate_limit_is_given_up_when_the_time_for_waiting_is_spent(
    ask: Ask, replica: Replica, clock: StillClock
) -> None:
    replica.faults = [Fault("status", status=429, times=99)]
    with pytest.raises(RateLimitError, match="or raise max_wait above 20 s, or set the API key") as caught:
        ask(max_wait=20)
    assert [1, 2, 4, 8] == clock.slept
    assert "\n" not in str(caught.value)


def test_no_waiting_means_one_try(ask: Ask, replica: Replica) -> None:
    replica.faults = [Fault("status", status=503, times=99)]
    with pytest.raises(ServerFaultError, match="gave up after 1 attempt"):
        ask(max_wait=0)
    assert len(replica.requests) == 1


def test_service_that_was_given_up_is_not_asked_again(replica: Replica, clock: StillClock) -> None:
    replica.papers = [ALPHA]
    replica.faults = [Fault("status", status=429, times=5)]
    with Requester(
        Service("Synthetic Scholar", replica.url), Settings(rate=0, max_wait=5, clock=clock.as_clock())
    ) as requester:
        with pytest.raises(RateLimitError):
            requester.request_json(PATH)
        with pytest.raises(RateLimitError):
            requester.request_json(PATH)
    assert [1, 2] == clock.slept
    assert 3 == len(replica.requests)


@pytest.mark.parametrize(
    ("expected", "header"),
    [
        (7, "7"),
        (7, format_datetime(datetime.fromtimestamp(1_700_000_007, UTC), usegmt=True)),
        (1, "0"),
        (1, "soon"),
        (1, "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"),
        (1, format_datetime(datetime.fromtimestamp(1_600_000_000, UTC), usegmt=True)),  # our clock runs ahead of theirs
        (1, "-5"),
    ],
)
def test_retry_after_is_honoured(expected: float, header: str, ask: Ask, replica: Replica, clock: StillClock) -> None:
    replica.faults = [Fault("status", status=429, retry_after=header)]
    assert ask() == EXPECTED
    assert [expected] == clock.slept


def test_retry_after_beyond_the_time_for_waiting_is_said_and_not_waited_for(
    ask: Ask, replica: Replica, clock: StillClock
) -> None:
    replica.faults = [Fault("status", status=429, retry_after="3600")]
    with pytest.raises(RateLimitError, match="asks to wait 3600 s; gave up after 1 attempt"):
        ask(max_wait=300)
    assert clock.slept == []


# --- faults that stay ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        (BadRequestError, 400, "malformed"),
        (BadKeyError, 401, "requires a key"),
        (BadKeyError, 403, "requires a key"),
        (NotFoundError, 404, "no such record"),
        (TooLargeError, 413, "rejects the request as too large"),
        (BadAnswerError, 418, "the unexpected status"),
        (BadAnswerError, 202, "the unexpected status"),
    ],
)
def test_lasting_answers_are_named_at_once(
    kind: type[SourceError], status: int, words: str, ask: Ask, replica: Replica
) -> None:
    replica.faults = [Fault("status", status=status, times=99)]
    with pytest.raises(kind, match=words) as caught:
        ask()
    assert len(replica.requests) == 1
    assert "Synthetic Scholar (127.0.0.1)" in str(caught.value)


def test_unknown_paper_is_not_found(ask: Ask) -> None:
    with pytest.raises(NotFoundError, match="Paper with id ARXIV:0 not found"):
        ask("/graph/v1/paper/ARXIV:0")


def test_elided_list_stays_null(ask: Ask, replica: Replica) -> None:
    replica.faults = [Fault("body", body={"offset": 0, "data": None})]
    assert ask() == {"offset": 0, "data": None}


# --- redirects -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirected_post_stays_a_post(status: int, ask: Ask, replica: Replica) -> None:
    replica.faults = [Fault("redirect", status=status, location="/graph/v1/paper/batch?fields=title")]
    assert ask("/old", payload={"ids": [ALPHA["paperId"]]}) == [EXPECTED]
    assert [("POST", "/old"), ("POST", "/graph/v1/paper/batch")] == [
        (seen.method, seen.path) for seen in replica.requests
    ]


def test_key_stays_with_its_host_when_redirected(ask: Ask, replica: Replica) -> None:
    with Replica(papers=[ALPHA]) as other:
        replica.faults = [Fault("redirect", status=301, location=f"{other.url}{PATH}?fields=title")]
        assert ask(api_key=KEY) == EXPECTED
        assert [KEY] == [seen.key for seen in replica.requests]
        assert [None] == [seen.key for seen in other.requests]


def test_key_goes_along_on_the_same_host(ask: Ask, replica: Replica) -> None:
    replica.faults = [Fault("redirect", status=308, location=f"{PATH}?fields=title")]
    ask("/old", api_key=KEY)
    assert [KEY, KEY] == [seen.key for seen in replica.requests]


NOWHERE = [
    *(None, "", "ftp://example.org/", "http://", "file:///etc/passwd", "javascript:alert(1)", "data:,x", "mailto:x@y"),
    *("http://[::1", "http://[x]/", "http://host:port/", "http://host:0/", "http://host:99999/", "http://xn--/"),
    *("http://\x01/", f"http://{'a' * 70_000}/", "//", "http:///x", "http://ab\xe9\xff/", "https://:443/"),
]


@pytest.mark.parametrize("location", NOWHERE, ids=lambda location: ascii(location)[:30])
def test_redirect_to_nowhere_is_a_named_error(location: str | None, ask: Ask, replica: Replica) -> None:
    replica.faults = [Fault("redirect", status=301, location=location, times=99)]
    with pytest.raises(SourceError, match=r"redirects|cannot be reached|closed the connection") as caught:
        ask(api_key=KEY, max_wait=0, connect_timeout=0.5)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("form", ["http://localhost:{port}", "http://user@127.0.0.1.:{port}", "//127.0.0.2:{port}"])
def test_key_is_not_sent_to_another_name_of_the_machine(form: str, ask: Ask, replica: Replica) -> None:
    port = replica.url.rpartition(":")[2]
    replica.faults = [Fault("redirect", status=307, location=f"{form.format(port=port)}{PATH}?fields=title")]
    with suppress(SourceError):
        ask(api_key=KEY, max_wait=0)
    assert [KEY] == [seen.key for seen in replica.requests if seen.key]


def test_redirects_in_a_circle_end(ask: Ask, replica: Replica) -> None:
    replica.faults = [Fault("redirect", status=301, location=f"/{step}", times=1) for step in range(9)]
    with pytest.raises(BadAnswerError, match="more than 5 times"):
        ask()


# --- pace, connections, settings -------------------------------------------------------------------------


def test_requests_keep_their_pace(replica: Replica, clock: StillClock) -> None:
    replica.papers = [ALPHA]
    with open_service(replica.url, rate=2, clock=clock.as_clock()) as requester:
        for _ in range(3):
            requester.request_json(PATH)
    assert [0.5, 0.5] == clock.slept


@pytest.mark.parametrize(
    "options", [{"rate": -1}, {"max_wait": -1}, {"rate": float("nan")}, {"max_wait": float("inf")}]
)
def test_negative_settings_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be a finite number of at least 0"):
        open_requester(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize("api_url", ["", "semantic scholar", "ftp://example.org", "http://", "http://host:port"])
def test_address_that_is_none_is_refused(api_url: str) -> None:
    with pytest.raises(SourceError, match="address"):
        open_service(api_url)


def test_one_connection_serves_many_requests(
    replica: Replica, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    replica.papers = [ALPHA]
    with (
        caplog.at_level(logging.DEBUG, logger="httpcore"),
        open_requester(api_url=replica.url, rate=0, clock=clock.as_clock()) as requester,
    ):
        for _ in range(3):
            requester.request_json(PATH)
    made = [record for record in caplog.records if "connect_tcp.complete" in record.getMessage()]
    assert len(made) == 1


# --- the key ---------------------------------------------------------------------------------------------


def test_refused_key_is_said_at_once(ask: Ask, replica: Replica) -> None:
    replica.keys = {"another"}
    with pytest.raises(BadKeyError, match=r"rejects the key .*; check the API key"):
        ask(api_key=KEY)
    assert len(replica.requests) == 1


def test_blank_key_is_no_key(ask: Ask, replica: Replica) -> None:
    ask(api_key="  \n")
    assert [None] == [seen.key for seen in replica.requests]


@pytest.mark.parametrize("key", [f"{KEY}\n{KEY}", f"{KEY} x", f"{KEY}é"])
def test_key_that_cannot_be_one_is_refused_unseen(key: str) -> None:
    with pytest.raises(BadKeyError) as caught:
        open_requester(api_key=key)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    "fault",
    [
        *PASSING,
        Fault("status", status=400, body={"error": f"bad {KEY}"}),
        Fault("status", status=403, body={"message": KEY}),
    ],
    ids=name_fault,
)
def test_key_is_seen_nowhere(fault: Fault, ask: Ask, replica: Replica, caplog: pytest.LogCaptureFixture) -> None:
    replica.faults = [Fault(fault.kind, status=fault.status, body=fault.body, times=99)]
    with caplog.at_level(logging.DEBUG), pytest.raises(SourceError) as caught:
        ask(api_key=KEY)
    assert {KEY} == {seen.key for seen in replica.requests}
    assert caplog.records
    said = [record.getMessage() for record in caplog.records]
    assert not [text for text in (*said, str(caught.value), repr(caught.value)) if KEY in text]


def test_repr_hides_the_key() -> None:
    with open_requester(api_key=KEY) as requester:
        assert KEY not in repr(requester)
        assert KEY not in repr(vars(requester))


def test_log_has_one_line_a_request_without_its_query(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="flgraph"):
        ask()
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("flgraph")]
    assert len(ours) == 1
    assert ours[0].startswith(f"GET 127.0.0.1{PATH}: 200 in ")
