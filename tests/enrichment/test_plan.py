"""A plan says how many requests an enrichment takes, and the enrichment takes that many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flgraph.enrichment.enrich import enrich_catalog
from flgraph.enrichment.plan import Plan, PlanStep, plan_enrichment
from flgraph.records import Catalog
from tests.enrichment.test_ask import without_ids
from tests.replica import Replica, StillClock, synthetic_corpus
from tests.replica.corpus import surround_papers


@pytest.fixture
def neighbors(catalog: Catalog, replica: Replica) -> Replica:
    replica.papers = surround_papers(synthetic_corpus(catalog), citing=3, cited=2)
    return replica


def settings(replica: Replica, tmp_path: Path) -> dict[str, Any]:
    return {"api_url": replica.url, "rate": 2, "cache": tmp_path / "cache.sqlite"}


def test_nothing_cached_is_one_request_and_nobody_is_asked(
    catalog: Catalog, neighbors: Replica, tmp_path: Path
) -> None:
    plan = plan_enrichment(catalog, depth=0, **settings(neighbors, tmp_path))

    assert PlanStep("papers by id", 56, 0, 1, 2) == plan.steps[0]
    assert (1, 2 + 2 * 56, 1 / 2 / 60) == (plan.requests, plan.at_most, plan.minutes)
    assert [] == neighbors.requests


def test_a_list_without_ids_takes_one_request_or_two_a_title(
    catalog: Catalog, neighbors: Replica, tmp_path: Path
) -> None:
    plan = plan_enrichment(without_ids(catalog), depth=0, **settings(neighbors, tmp_path))

    assert PlanStep("papers by id", 30, 0, 1, 1) == plan.steps[0]
    assert PlanStep("papers by title", 26, 0, 26, 2 * 26 + 2 * 30) == plan.steps[1]
    assert 27 == plan.requests


@pytest.mark.slow
def test_what_is_cached_is_left_out_and_the_rest_is_counted_by_page(
    catalog: Catalog, replica: Replica, clock: StillClock, tmp_path: Path
) -> None:
    asked = settings(replica, tmp_path)
    some = catalog.model_copy(update={"entries": catalog.entries[:3]})
    replica.papers = surround_papers(synthetic_corpus(some), citing=1_003, cited=2)
    unknown = plan_enrichment(some, depth=1, **asked)
    assert (1 + 2 * 3, None) == (unknown.requests, unknown.at_most)

    enrich_catalog(some, depth=0, clock=clock.as_clock(), **asked)
    plan = plan_enrichment(some, depth=1, **asked, clock=clock.as_clock())
    assert PlanStep("papers by id", 3, 3, 0, 0) == plan.steps[0]
    assert PlanStep("citing and cited papers", 6, 0, 9, 9) == plan.steps[2]

    replica.requests.clear()
    enrich_catalog(some, depth=1, clock=clock.as_clock(), max_requests=5, **asked)
    left = plan_enrichment(some, depth=1, **asked, clock=clock.as_clock())
    assert 9 - 5 == left.requests
    enrich_catalog(some, depth=1, clock=clock.as_clock(), max_wait=1000, **asked)
    assert 9 == len(replica.requests)
    assert 0 == plan_enrichment(some, depth=1, **asked, clock=clock.as_clock()).requests


def test_a_refresh_of_all_takes_one_request(
    catalog: Catalog, neighbors: Replica, clock: StillClock, tmp_path: Path
) -> None:
    asked = settings(neighbors, tmp_path)
    enrich_catalog(catalog, depth=0, clock=clock.as_clock(), **asked)

    assert 0 == plan_enrichment(catalog, depth=0, **asked, clock=clock.as_clock()).requests
    assert 1 == plan_enrichment(catalog, depth=0, **asked, refresh=True).requests


def test_a_plan_reads_as_lines() -> None:
    plan = Plan((PlanStep("papers by id", 2, 1, 1, 2), PlanStep("citing and cited papers", 4, 0, 4, None)), rate=0)
    assert [
        "papers by id: 2 lookups, 1 cached, 1 request, at most 2",
        "citing and cited papers: 4 lookups, 0 cached, 4 requests or more",
        "total: 5 requests or more",
    ] == str(plan).splitlines()
