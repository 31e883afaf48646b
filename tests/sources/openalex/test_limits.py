"""Credits are counted before they are spent; a spent budget says when it resets; the key is in one header alone."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flgraph.errors import SourceError
from flgraph.sources.cache import RecordCache
from flgraph.sources.faults import BadKeyError, BudgetError, RateLimitError
from flgraph.sources.openalex.papers import fetch_papers, fetch_single
from flgraph.sources.openalex.provider import PROVIDER
from flgraph.sources.openalex.titles import search_titles
from flgraph.sources.provider import Budget, Desk
from flgraph.sources.settings import Settings
from tests.replica import StillClock
from tests.replica.openalex import Fault, OpenAlexReplica, make_work
from tests.replica.openalex.server import HOURS
from tests.sources.openalex.conftest import OpenDesk
from tests.sources.openalex.test_papers import doi, names, work

KEY = "synthetic-key-0123456789"


# --- our own limit -------------------------------------------------------------------------------------------


def test_credits_are_kept_and_free_requests_go_on(openalex: OpenAlexReplica, open_desk: OpenDesk) -> None:
    openalex.works = [make_work(10)]
    desk = open_desk(max_credits=1)
    assert [["W10"]] == names(fetch_papers([[doi(10)]], desk))
    (answer,) = fetch_papers([[doi(11)]], desk)
    assert isinstance(answer, BudgetError)
    assert "the limit of 1 credit is used up: 1 were spent, and the next request costs 1" in str(answer)
    assert "W10" == fetch_single(work(10), desk)[0].name  # type: ignore[index]
    assert (1, 2) == (openalex.credits, len(openalex.requests))


def test_a_search_that_is_too_dear_leaves_lists(openalex: OpenAlexReplica, open_desk: OpenDesk) -> None:
    openalex.works = [make_work(10)]
    desk = open_desk(max_credits=9)
    with pytest.raises(BudgetError, match="the next request costs 10"):
        next(search_titles(["Synthetic"], desk))
    assert [["W10"]] == names(fetch_papers([[doi(10)]], desk))


def test_attempts_are_counted_as_well(openalex: OpenAlexReplica, open_desk: OpenDesk) -> None:
    openalex.works, openalex.faults = [make_work(10)], [Fault("status", status=500, times=9)]
    (answer,) = fetch_papers([[doi(10)]], open_desk(max_credits=2))
    assert isinstance(answer, BudgetError)
    assert 2 == openalex.credits


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="max_credits"):
        Settings(max_credits=-1)


# --- the budget of the day -----------------------------------------------------------------------------------


def test_a_spent_budget_is_said_with_its_reset_and_not_waited_for(
    openalex: OpenAlexReplica, open_desk: OpenDesk, clock: StillClock
) -> None:
    openalex.works, openalex.used["anonymous"] = [make_work(10)], 1_000
    desk = open_desk(max_wait=10 * HOURS)
    (answer,) = fetch_papers([[doi(10)]], desk)

    assert isinstance(answer, RateLimitError)
    resets_at = datetime.fromtimestamp(clock.now, UTC) + timedelta(seconds=HOURS)
    assert (resets_at, 0, HOURS) == (answer.resets_at, answer.credits_left, answer.retry_after)
    assert f"continue after {resets_at:%Y-%m-%d %H:%M} UTC, when it resets, or set OPENALEX_API_KEY" in str(answer)
    assert ([], 1) == (clock.slept, len(openalex.requests))


def test_after_a_spent_budget_single_works_are_asked_for_and_lists_are_not(
    openalex: OpenAlexReplica, desk: Desk
) -> None:
    openalex.works, openalex.used["anonymous"] = [make_work(10)], 1_000
    for _ in range(2):
        assert isinstance(fetch_papers([[doi(10)]], desk)[0], RateLimitError)
    assert "W10" == fetch_single(doi(10), desk)[0].name  # type: ignore[index]
    assert {"doi": 1, "single": 1} == openalex.count_routes()


def test_what_is_left_of_a_budget_is_used(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works, openalex.used["anonymous"] = [make_work(10)], 995
    with pytest.raises(RateLimitError, match="5 credits left, and this request costs 10"):
        next(search_titles(["Synthetic"], desk))
    assert [["W10"]] == names(fetch_papers([[doi(10)]], desk))


def test_a_rate_is_waited_for(openalex: OpenAlexReplica, desk: Desk, clock: StillClock) -> None:
    openalex.works, openalex.faults = [make_work(10)], [Fault("429", times=3)]
    assert [["W10"]] == names(fetch_papers([[doi(10)]], desk))
    assert [1, 2, 4] == clock.slept


def test_a_run_goes_on_the_next_day_without_repeating(
    openalex: OpenAlexReplica, open_desk: OpenDesk, tmp_path: Path
) -> None:
    openalex.works, openalex.used["anonymous"] = [make_work(number) for number in range(100, 500)], 998
    ids = [[doi(number)] for number in range(100, 500)]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        answers = fetch_papers(ids, open_desk(cache))
        assert 200 == sum(isinstance(answer, RateLimitError) for answer in answers)
        openalex.used.clear()
        assert [1] * 400 == [len(found) for found in names(fetch_papers(ids, open_desk(cache)))]
    assert 4 + 1 == len(openalex.requests)
    assert 5 == len({request.target for request in openalex.requests}) + 1


def test_the_budget_depends_on_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENALEX_API_KEY", raising=False)
    assert Budget(1_000, 0.0001, "without a key") == PROVIDER.find_budget(Settings())
    monkeypatch.setenv("OPENALEX_API_KEY", " ")
    assert "without a key" == PROVIDER.find_budget(Settings()).whose  # type: ignore[union-attr]
    assert Budget(10_000, 0.0001, "with a key") == PROVIDER.find_budget(Settings(api_key=KEY))


# --- the key -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("expected", "key"), [(KEY, KEY), (None, ""), (None, "  \n")])
def test_the_key_is_sent_in_one_header_and_a_blank_one_is_none(
    expected: str | None, key: str, openalex: OpenAlexReplica, open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENALEX_API_KEY", key)
    openalex.works, openalex.keys = [make_work(10)], {KEY}
    assert [["W10"]] == names(fetch_papers([[doi(10)]], open_desk()))
    assert [expected] == [request.key for request in openalex.requests]
    assert KEY not in str([request.target for request in openalex.requests])


FAULTS = [
    Fault("status", status=400), Fault("status", status=401), Fault("html", status=403), Fault("status", status=500),
    Fault("spent"), Fault("429"), Fault("badjson"), Fault("truncate"), Fault("html", status=404),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind}-{fault.status}")
def test_the_key_is_in_no_message_log_or_file(
    fault: Fault, openalex: OpenAlexReplica, open_desk: OpenDesk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    openalex.works, openalex.keys = [make_work(10)], {KEY}
    with caplog.at_level(logging.DEBUG), RecordCache(tmp_path / "cache.sqlite") as cache:
        desk = open_desk(cache, api_key=KEY, max_wait=0)
        assert [["W10"]] == names(fetch_papers([[doi(10)]], desk))
        openalex.faults = [Fault(fault.kind, status=fault.status, times=99)]
        (answer,) = fetch_papers([[doi(11)]], desk)
        with pytest.raises(SourceError) as caught:
            next(search_titles(["Synthetic"], desk))
    assert isinstance(answer, SourceError)
    said = [str(answer), repr(answer), str(vars(answer)), str(caught.value), repr(vars(desk.requester))]
    assert not [text for text in (*said, *caplog.messages) if KEY in text]
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def test_an_unknown_key_is_said(openalex: OpenAlexReplica, open_desk: OpenDesk) -> None:
    (answer,) = fetch_papers([[doi(10)]], open_desk(api_key=KEY))
    assert isinstance(answer, BadKeyError)
    assert "check OPENALEX_API_KEY" in str(answer)


def test_the_address_is_given_or_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENALEX_API_URL", raising=False)
    assert "https://api.openalex.org" == PROVIDER.choose_url()
    monkeypatch.setenv("OPENALEX_API_URL", "http://127.0.0.1:1")
    assert "http://127.0.0.1:1" == PROVIDER.choose_url()
    assert "http://127.0.0.1:2" == PROVIDER.choose_url("http://127.0.0.1:2")
