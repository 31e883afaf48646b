"""Whatever goes wrong during an enrichment: the snapshot is that of a quiet day, or says what is not known."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flgraph.enrichment.enrich import enrich_catalog
from flgraph.errors import SourceError
from flgraph.records import Catalog, CatalogEntry, Paper, Snapshot
from tests.replica import Fault, Replica, StillClock, make_edges
from tests.sources.test_faults import ALPHA, BETA, CORPUS, MAX_WAIT, SEEDS, draw_faults

TAKEN = datetime(2026, 11, 23, tzinfo=UTC)
GAMMA = CORPUS[2]
ENTRIES = (
    CatalogEntry(key="alpha", title=ALPHA["title"], section="2021", ids={"arxiv": "2101.00001"}),
    CatalogEntry(key="beta", title=BETA["title"], section="2021"),
    CatalogEntry(key="gamma", title=GAMMA["title"], section="2021", ids={"doi": "10.5555/gamma"}),
    CatalogEntry(key="gone", title="Quantum gravity on a synthetic lattice", section="2021"),
)
CATALOG = Catalog(title="Synthetic list", entries=ENTRIES)
PAPERS = [
    CORPUS[0],
    {**BETA, "citationCount": 3, "_citations": make_edges("citing beta", 3)},
    {**GAMMA, "externalIds": {"DOI": "10.5555/GAMMA"}, "citationCount": 0},
    *CORPUS[3:],
]


def enrich(replica: Replica, clock: StillClock, cache: Path | None, **settings: Any) -> Snapshot:
    return enrich_catalog(
        CATALOG,
        depth=1,
        api_url=replica.url,
        rate=0,
        max_wait=MAX_WAIT,
        cache=cache,
        taken=TAKEN,
        clock=clock.as_clock(),
        **settings,
    )


@pytest.fixture(scope="module")
def quiet() -> Snapshot:
    with Replica(papers=PAPERS, page_lines=40) as replica:
        snapshot = enrich(replica, StillClock(), None)
    assert (["alpha", "beta", "gamma"], ("gone",)) == (list(snapshot.papers), snapshot.missing)
    return snapshot


def check_snapshot(expected: Snapshot, seen: Snapshot) -> None:
    """Each entry is as on a quiet day, or failed; each listing likewise, or cut where it says so."""
    for entry in CATALOG.entries:
        if entry.key not in seen.failed:
            assert expected.matches[entry.key] == seen.matches[entry.key]
            assert (entry.key in expected.missing) == (entry.key in seen.missing)
    for key, paper in seen.papers.items():
        check_paper(expected.papers[key], paper)


def check_paper(expected: Paper, seen: Paper) -> None:
    listings = {"citations": seen.citations, "references": seen.references}
    assert expected == seen.model_copy(update={name: getattr(expected, name) for name in listings})
    right = expected.citations
    assert right == seen.citations or seen.citations.status in ("failed", "not_asked") or seen.citations.cut_by
    ids = [line.id for line in expected.references.items]
    assert ids[: len(seen.references.items)] == [line.id for line in seen.references.items]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_a_run_ends_in_time_and_the_next_completes_it(part: int, quiet: Snapshot, tmp_path: Path) -> None:
    with Replica(papers=PAPERS, page_lines=40) as replica:
        for seed in SEEDS[part::4]:
            chance = random.Random(f"enrichment {seed}")
            clock = StillClock(jitter=0.1 + 0.9 * chance.random())
            replica.faults, replica.requests = draw_faults(chance), []
            with suppress(SourceError):  # not one question was answered
                check_snapshot(quiet, enrich(replica, clock, tmp_path / f"{seed}.sqlite"))
            assert sum(clock.slept) <= MAX_WAIT, seed
            assert len(replica.requests) <= 250, seed
            replica.faults = []
            assert quiet == enrich(replica, clock, tmp_path / f"{seed}.sqlite"), seed


def test_three_in_ten_refused_ends_in_time_and_the_next_run_completes_it(quiet: Snapshot, tmp_path: Path) -> None:
    chance = random.Random(20261123)
    with Replica(papers=PAPERS, page_lines=40) as replica:
        replica.faults = [Fault("status", status=429, skip=n) for n in range(200) if chance.random() < 0.3]
        clock = StillClock(jitter=1.0)
        snapshot = enrich(replica, clock, tmp_path / "cache.sqlite")
        check_snapshot(quiet, snapshot)
        assert sum(clock.slept) <= MAX_WAIT
        assert quiet == enrich(replica, clock, tmp_path / "cache.sqlite")
