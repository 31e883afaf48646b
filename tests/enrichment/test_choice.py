"""What `source="auto"` promises in Python, over the replicas of both sources."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flgraph.enrichment.enrich import enrich_catalog
from flgraph.errors import SourceError
from flgraph.pipeline import build
from flgraph.records import Snapshot
from flgraph.sources.choice import choose_providers
from flgraph.sources.faults import BadKeyError, BudgetError
from tests.enrichment.one_world import CATALOG, PROVIDERS, TAKEN, Side, open_side
from tests.replica import Fault, Replica, StillClock


@pytest.fixture
def sides(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Side, Side]]:
    """The world at both providers, whose addresses are in the environment."""
    with open_side(PROVIDERS[0]) as s2, open_side(PROVIDERS[1]) as openalex:
        monkeypatch.setenv("SEMANTIC_SCHOLAR_API_URL", s2.replica.url)
        monkeypatch.setenv("OPENALEX_API_URL", openalex.replica.url)
        monkeypatch.delenv("SEMANTIC_SCHOLAR_API_KEY", raising=False)
        yield s2, openalex


def take(clock: StillClock, **settings: Any) -> Snapshot:
    asked = {"rate": 0, "taken": TAKEN, "clock": clock.as_clock(), "progress": "off", **settings}
    return enrich_catalog(CATALOG, source="auto", **asked)


def test_the_first_is_left_within_a_tenth_of_the_time(sides: tuple[Side, Side], clock: StillClock) -> None:
    s2, openalex = sides
    s2.break_down(429)
    snapshot = take(clock, max_wait=300.0)
    assert 30 >= sum(clock.slept)
    assert ("openalex", "semantic_scholar") == (snapshot.source, snapshot.parameters["asked_first"])
    named = openalex.enrich()
    assert named.papers == snapshot.papers
    assert named.context == snapshot.context


def test_a_silent_first_source_is_left(sides: tuple[Side, Side], clock: StillClock) -> None:
    s2, _ = sides
    assert isinstance(s2.replica, Replica)
    s2.replica.faults = [Fault("never", times=99)]
    snapshot = take(clock, timeout=0.2, max_wait=1.0)
    assert ("openalex", "sent no data") == (snapshot.source, snapshot.parameters["reason"])


def test_a_short_limit_is_waited_for(sides: tuple[Side, Side], clock: StillClock) -> None:
    s2, openalex = sides
    assert isinstance(s2.replica, Replica)
    s2.replica.faults = [Fault("status", status=429, times=3)]
    assert "semantic_scholar" == take(clock).source
    assert [] == openalex.replica.requests


def test_a_key_is_sent_to_the_first_source_alone(sides: tuple[Side, Side], clock: StillClock) -> None:
    s2, openalex = sides
    s2.break_down(503)
    assert "openalex" == take(clock, api_key="synthetic-key-of-the-first").source
    assert not any("synthetic-key-of-the-first" in str(request) for request in openalex.replica.requests)


def test_a_rejected_key_and_a_spent_limit_are_errors(sides: tuple[Side, Side], clock: StillClock) -> None:
    s2, openalex = sides
    with pytest.raises(BudgetError):
        take(clock, max_requests=0)
    s2.break_down(401)
    with pytest.raises(BadKeyError, match="rejects the key"):
        take(clock, api_key="synthetic-key-of-the-first")
    assert [] == openalex.replica.requests


def test_the_limit_of_requests_holds_for_both_together(sides: tuple[Side, Side], clock: StillClock) -> None:
    s2, openalex = sides
    s2.break_down(403)
    take(clock, max_requests=3)
    assert 3 == len(s2.replica.requests) + len(openalex.replica.requests)


def test_what_the_first_gave_is_used_if_the_second_gives_nothing(
    sides: tuple[Side, Side], clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    s2, openalex = sides
    s2.break_down(429, skip=3)
    openalex.break_down(500)
    snapshot = take(clock)
    assert "semantic_scholar" == snapshot.source
    assert "asked_first" not in snapshot.parameters
    assert "the snapshot is incomplete" in caplog.text


def test_two_that_give_nothing_are_one_error_with_both_names(sides: tuple[Side, Side], clock: StillClock) -> None:
    for side in sides:
        side.break_down(429)
    with pytest.raises(SourceError, match=r"Semantic Scholar .*; OpenAlex .*"):
        take(clock)


def test_a_build_asks_the_second_by_default(sides: tuple[Side, Side], tmp_path: Path) -> None:
    sides[0].break_down(403)
    made = build(CATALOG, rate=0, cache=tmp_path / "cache.sqlite", progress="off")
    assert made.snapshot is not None
    assert made.ranking is not None
    assert "refused requests without a key" == made.graph.graph["snapshot_reason"]
    assert "openalex" == made.papers.attrs["snapshot_source"]


def test_a_given_address_of_the_first_leaves_out_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SEMANTIC_SCHOLAR_API_URL", "OPENALEX_API_URL"):
        monkeypatch.delenv(name, raising=False)
    assert 2 == len(choose_providers("auto").list_providers())
    assert 1 == len(choose_providers("auto", "http://127.0.0.1:9").list_providers())
    monkeypatch.setenv("SEMANTIC_SCHOLAR_API_URL", "http://127.0.0.1:9")
    assert 1 == len(choose_providers("auto").list_providers())
    monkeypatch.setenv("OPENALEX_API_URL", "http://127.0.0.1:9")
    assert 2 == len(choose_providers("auto", "http://127.0.0.1:9").list_providers())
    with pytest.raises(ValueError, match="unknown source 'both'"):
        choose_providers("both")
