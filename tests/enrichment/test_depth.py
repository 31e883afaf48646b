"""Depth 1 and the cache of answers, through the wire."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flgraph.enrichment.enrich import enrich_catalog, find_failed_listings
from flgraph.graph.assemble import build_graph
from flgraph.graph.schema import check_graph
from flgraph.graph.tables import papers_table
from flgraph.pipeline import Build, build, read_earlier, write_build
from flgraph.records import Catalog, Snapshot
from flgraph.snapshot.files import read_snapshot, write_snapshot
from tests.replica import Fault, Replica, StillClock, synthetic_corpus
from tests.replica.corpus import surround_papers

TAKEN = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def neighbors(catalog: Catalog, replica: Replica) -> Replica:
    """The bundled catalog's papers with synthetic counts, three citing and two cited papers each."""
    replica.papers = surround_papers(synthetic_corpus(catalog), citing=3, cited=2)
    return replica


def enrich(catalog: Catalog, replica: Replica, clock: StillClock, **settings: Any) -> Snapshot:
    return enrich_catalog(
        catalog, api_url=replica.url, rate=0, taken=TAKEN, clock=clock.as_clock(), **{"depth": 1, **settings}
    )


def test_depth_1_asks_once_a_paper_and_direction(catalog: Catalog, neighbors: Replica, clock: StillClock) -> None:
    snapshot = enrich(catalog, neighbors, clock)

    assert 1 + 2 * 56 == len(neighbors.requests)
    assert {("known", 3)} == {(p.citations.status, len(p.citations.items)) for p in snapshot.papers.values()}
    assert {("known", 2)} == {(p.references.status, len(p.references.items)) for p in snapshot.papers.values()}
    assert 5 * 56 == len(snapshot.context)


def test_the_graph_of_depth_1_keeps_the_schema(catalog: Catalog, neighbors: Replica, clock: StillClock) -> None:
    graph = build_graph(catalog, enrich(catalog, neighbors, clock))

    check_graph(graph)
    assert 5 * 56 <= sum(data.get("in_catalog") is False for _, data in graph.nodes(data=True))


def test_a_snapshot_of_depth_1_reads_back_equal(
    catalog: Catalog, neighbors: Replica, clock: StillClock, tmp_path: Path
) -> None:
    snapshot = enrich(catalog, neighbors, clock)

    assert snapshot == read_snapshot(write_snapshot(snapshot, tmp_path / "s.jsonl.gz"))


def test_a_second_run_asks_nothing_and_says_the_same(
    catalog: Catalog, neighbors: Replica, clock: StillClock, tmp_path: Path
) -> None:
    first = enrich(catalog, neighbors, clock, cache=tmp_path / "cache.sqlite")
    neighbors.requests.clear()

    assert first == enrich(catalog, neighbors, clock, cache=tmp_path / "cache.sqlite")
    assert [] == neighbors.requests


def test_refresh_asks_anew(catalog: Catalog, neighbors: Replica, clock: StillClock, tmp_path: Path) -> None:
    enrich(catalog, neighbors, clock, cache=tmp_path / "cache.sqlite", depth=0)
    neighbors.requests.clear()
    enrich(catalog, neighbors, clock, cache=tmp_path / "cache.sqlite", depth=0, refresh=True)

    assert 1 == len(neighbors.requests)


def test_a_refresh_that_a_limit_cut_short_goes_on(
    catalog: Catalog, neighbors: Replica, clock: StillClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache = tmp_path / "cache.sqlite"
    enrich(catalog, neighbors, clock, cache=cache)
    neighbors.requests.clear()

    def refresh(requests: int | None) -> int:
        """Refresh a minute later, and return how many listings failed."""
        clock.now += 60
        taken = enrich(catalog, neighbors, clock, cache=cache, refresh=True, max_requests=requests)
        return sum(map(len, find_failed_listings(taken).values()))

    assert [112 - 49, 112 - 99] == [refresh(50), refresh(50)]
    with caplog.at_level(logging.INFO, logger="flgraph"):
        assert 0 == refresh(50)
    assert "continuing the refresh of 2023-" in caplog.text
    assert 1 + 2 * 56 == len(neighbors.requests)  # each question once, in three runs

    refresh(None)
    assert 2 * (1 + 2 * 56) == len(neighbors.requests)


def test_a_whole_run_ends_a_refresh_that_was_cut_short(
    catalog: Catalog, neighbors: Replica, clock: StillClock, tmp_path: Path
) -> None:
    cache = tmp_path / "cache.sqlite"
    enrich(catalog, neighbors, clock, cache=cache, depth=1, refresh=True, max_requests=50)
    clock.now += 60
    enrich(catalog, neighbors, clock, cache=cache)
    neighbors.requests.clear()
    clock.now += 60
    enrich(catalog, neighbors, clock, cache=cache, refresh=True)

    assert 1 + 2 * 56 == len(neighbors.requests)


def test_an_outage_in_the_middle_keeps_what_is_known_and_the_next_run_goes_on(
    catalog: Catalog, neighbors: Replica, clock: StillClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache = tmp_path / "cache.sqlite"
    neighbors.faults.append(Fault("status", status=429, times=10_000, skip=41))
    with caplog.at_level(logging.WARNING, logger="flgraph"):
        broken = enrich(catalog, neighbors, clock, cache=cache, max_wait=0)
    asked = len(neighbors.requests)
    neighbors.faults.clear()
    whole = enrich(catalog, neighbors, clock, cache=cache)

    assert "citing and cited papers: incomplete for 36 of 56 papers: Semantic Scholar" in caplog.text
    assert 56 == len(broken.papers)
    assert 20 == sum(paper.citations.status == "known" for paper in broken.papers.values())
    assert 1 + 2 * 56 == len(neighbors.requests) - (asked - 41)
    assert {"known"} == {paper.citations.status for paper in whole.papers.values()}
    assert () == broken.missing


def test_depth_1_begins_with_no_paper_after_its_time(
    catalog: Catalog, neighbors: Replica, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="flgraph"):
        snapshot = enrich_catalog(
            catalog, depth=1, api_url=neighbors.url, rate=1, max_wait=20, taken=TAKEN, clock=clock.as_clock()
        )

    assert "incomplete for 45 of 56 papers: the time limit (max_wait) is reached" in caplog.text
    assert 56 == len(snapshot.papers)


@pytest.mark.slow
@pytest.mark.usefixtures("known_nulls")
def test_an_unfinished_snapshot_is_not_reused(
    catalog: Catalog, neighbors: Replica, clock: StillClock, tmp_path: Path
) -> None:
    neighbors.faults.append(Fault("status", status=429, times=10_000, skip=41))
    broken = enrich(catalog, neighbors, clock, max_wait=0)
    graph = build_graph(catalog, broken)
    write_build(Build(catalog, broken, graph, papers_table(graph)), tmp_path)

    neighbors.faults.clear()
    earlier = read_earlier(tmp_path, catalog, api_url=neighbors.url)
    again = build(catalog, depth=1, earlier=earlier, api_url=neighbors.url, rate=0)

    assert broken == earlier
    assert {"known"} == {paper.citations.status for paper in again.snapshot.papers.values()}  # type: ignore[union-attr]
