"""What `flgraph doctor` finds of the clock, the cache and a busy service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flgraph.errors import SourceError
from flgraph.sources.cache import RecordCache, Shelf
from flgraph.sources.faults import RateLimitError, ServerFaultError
from flgraph.sources.health import check_cache, check_sources
from flgraph.sources.probes import Asker, ProbeResult, Seen, find_probes, run_probes
from flgraph.sources.semantic_scholar.probes import PROBES
from flgraph.sources.settings import Settings
from tests.replica import Fault, Replica, StillClock
from tests.replica.openalex import OpenAlexReplica
from tests.replica.probed import make_probed_works
from tests.running import REFUSED

SHELF = Shelf("somewhere", "paper", "title")


def name_state(path: Path) -> tuple[str, str]:
    check = check_cache(path)
    return check.state, check.found.removeprefix(f"{path}: ").removeprefix(f"{path}")


# --- cache -------------------------------------------------------------------------------------------------


def test_a_cache_is_measured_and_left_as_it_is(path: Path) -> None:
    assert ("ok", "none yet") == name_state(path)
    assert not path.parent.exists()
    path.parent.mkdir()
    path.touch()
    assert ("ok", "none yet") == name_state(path)

    with RecordCache(path) as cache:
        cache.write_records(SHELF, {"one": {"title": "Synthetic"}, "two": None})
        assert ("ok", "0.0 MB, 2 answers") == name_state(path)
    before = path.read_bytes()
    assert ("ok", "0.0 MB, 2 answers") == name_state(path)
    assert before == path.read_bytes()


def test_damage_in_the_middle_of_a_cache_is_found(path: Path) -> None:
    with RecordCache(path) as cache:
        cache.write_records(SHELF, {str(number): {"title": "x" * 500} for number in range(200)})
    whole = path.read_bytes()
    path.write_bytes(whole[:8_192] + b"\xff" * 8_192 + whole[16_384:])

    state, found = name_state(path)
    assert ("warning", True) == (state, ", damaged (" in found)
    assert "starts anew" in check_cache(path).remedy


def test_a_folder_or_a_file_in_the_way_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("words", encoding="utf-8")

    assert ("warning", " is a folder") == name_state(tmp_path)
    below = file / "cache.sqlite"
    assert ("warning", f"cannot be created, {file} is not writable") == name_state(below)


def test_a_path_in_the_home_folder_does_not_show_whose_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert "~/some/cache.sqlite: none yet" == check_cache(tmp_path / "some" / "cache.sqlite").found


# --- clock -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "state", "said"),
    [
        (b"Mon, 23 Nov 2020 00:00:00 GMT", "warning", " seconds ahead of the services"),
        (b"Mon, 23 Nov 2099 00:00:00 GMT", "warning", " seconds behind the services"),
        (b"some day", "ok", "not compared, since no service answered"),
    ],
)
def test_the_clock_is_compared_with_the_date_of_an_answer(
    date: bytes, state: str, said: str, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEMANTIC_SCHOLAR_API_URL", replica.url)
    monkeypatch.setenv("OPENALEX_API_URL", REFUSED)
    answer = b"HTTP/1.1 200 OK\r\nDate: " + date + b"\r\nContent-Length: 2\r\n\r\n{}"
    replica.faults = [Fault("raw", pieces=lambda: [answer])]
    clock = check_sources(environment={})[-1]

    assert ("clock", state, True) == (clock.name, clock.state, said in clock.found)


# --- busy services -----------------------------------------------------------------------------------------


@pytest.fixture
def asker(replica: Replica, clock: StillClock) -> Iterator[Asker]:
    settings = Settings(api_url=replica.url, rate=0, max_wait=5, clock=clock.as_clock())
    with PROBES.provider.open(settings) as requester:
        yield Asker(requester)


def test_a_busy_service_is_asked_again(asker: Asker, replica: Replica, clock: StillClock) -> None:
    replica.faults = [Fault("status", status=429), Fault("html", status=403)]
    assert asker.ask(PROBES.ping.path).is_ok
    assert [1.0, 2.0] == clock.slept


@pytest.mark.parametrize(
    ("fault", "error", "waits"),
    [
        (Fault("status", status=429, times=9), RateLimitError, [1.0, 2.0]),
        (Fault("status", status=429, times=9, retry_after="2"), RateLimitError, [2.0, 2.0]),
        (Fault("status", status=429, times=9, retry_after="3600"), RateLimitError, []),
        (Fault("status", status=503, times=9), ServerFaultError, [1.0, 2.0]),
    ],
)
def test_a_service_that_stays_busy_leaves_the_question_unanswered(
    fault: Fault, error: type[SourceError], waits: list[float], asker: Asker, replica: Replica, clock: StillClock
) -> None:
    replica.faults = [fault]
    with pytest.raises(error):
        asker.ask(PROBES.ping.path)
    assert waits == clock.slept


def test_a_spent_budget_leaves_the_questions_that_cost_nothing(openalex: OpenAlexReplica, clock: StillClock) -> None:
    openalex.works, openalex.used["anonymous"] = make_probed_works(), 1_000
    probes = next(one for one in find_probes() if one.provider.about.name == "openalex")
    with probes.provider.open(Settings(api_url=openalex.url, rate=0, clock=clock.as_clock())) as requester:
        results = list(run_probes(probes.probes, Asker(requester)))

    assert {"gone", "miss", "limit-headers", "budget", "price"} == {
        one.name for one in results if one.outcome == "same"
    }
    assert {"unanswered"} == {one.outcome for one in results} - {"same"}
    assert ([], 1) == (clock.slept, openalex.credits)


def test_a_service_that_limits_for_an_hour_is_not_asked_on(asker: Asker, replica: Replica) -> None:
    replica.faults = [Fault("status", status=429, times=1, retry_after="3600")]
    results: list[ProbeResult] = list(run_probes(PROBES.probes[:2], asker))

    assert ["unanswered", "unanswered"] == [result.outcome for result in results]
    assert 1 == len(replica.requests)


def test_odd_answers_are_differences_and_no_crash(asker: Asker, replica: Replica) -> None:
    for body in (7, "text", [1], [None, None], {"a": 1}, {"data": 3}, {"data": [None]}, {"meta": {"count": "many"}}):
        replica.faults = [Fault("status", status=200, body=body, times=99)]
        results = [result for one in find_probes() for result in run_probes(one.probes, asker)]
        assert {"same", "different"} >= {result.outcome for result in results}


def test_a_value_is_picked_where_it_is() -> None:
    seen = Seen(200, "JSON", {"data": [{"id": 1}]})

    assert 1 == seen.pick("data", 0, "id")
    assert [None, None, None] == [seen.pick("data", 1), seen.pick("data", "id"), seen.pick("meta", "count")]
    assert [] == seen.list_rows("data", 0)
