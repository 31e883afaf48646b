"""Whatever OpenAlex does: a snapshot is that of a quiet day or says what is unknown, and the next run completes it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from flgraph.enrichment.enrich import enrich_catalog
from flgraph.errors import SourceError
from flgraph.records import Catalog, CatalogEntry, Listing, Snapshot
from tests.enrichment.one_world import TAKEN
from tests.replica import StillClock
from tests.replica.openalex import Fault, OpenAlexReplica, make_preprint, make_work

MAX_WAIT = 120.0
SEEDS = range(300)
PARTS = 6


def list_works() -> list[dict[str, Any]]:
    """Return two works that are one paper, a merged preprint, one that only its title finds, and who cites them."""
    title = "Synthetic federated segmentation of invented organs"
    cites = [[10], [11], [12, 20], [10, 20]]
    citing = [
        make_work(1_000 + number, cites=cites[number % 4], publication_date=f"2022-0{1 + number % 9}-02")
        for number in range(104)  # two pages
    ]
    return [
        make_work(10, title=title, cites=[20, 12, 99]),
        make_preprint(11, "2999.00001", title=title),
        make_work(12, arxiv="2999.00002", title="A made-up benchmark for hospitals"),
        make_work(20, doi=None, title="Gamma aggregation of fictitious clients", cites=[11]),
        make_work(30, title="An expanded synthetic work", is_xpac=True),
        *citing,
    ]


def list_entry(key: str, title: str, **ids: str) -> CatalogEntry:
    return CatalogEntry(key=key, title=title, section="2021", ids=ids)


CATALOG = Catalog(
    title="Synthetic list",
    entries=(
        list_entry(
            "alpha",
            "Synthetic federated segmentation of invented organs",
            arxiv="2999.00001",
            doi="10.9999/synthetic.10",
        ),
        list_entry("beta", "A made-up benchmark for hospitals", arxiv="2999.00002"),
        list_entry("gamma", "Gamma aggregation of fictitious clients"),
        list_entry("expanded", "An expanded synthetic work", doi="10.9999/synthetic.30"),
        list_entry("gone", "Nobody wrote this synthetic text", doi="10.9999/gone"),
    ),
)


def _spoil_first(body: dict[str, Any]) -> None:
    """Give the first work of a list a title that is none."""
    for work in body.get("results", [])[:1]:
        work["title"] = 3


KINDS = [
    *(Fault("status", status=status) for status in (400, 401, 403, 413, 500, 502, 503, 504)),
    *(Fault("html", status=status) for status in (200, 403, 503)),
    *(Fault(kind) for kind in ("429", "spent", "paused", "query_timeout", "empty", "badjson", "truncate", "reset")),
    Fault("partial"),
    Fault("body", change=lambda body: body.pop("meta", None), path="filter"),
    Fault("body", change=_spoil_first, path="per_page"),
]


def enrich(replica: OpenAlexReplica, clock: StillClock, cache: Path | None) -> Snapshot:
    settings: dict[str, Any] = {"api_url": replica.url, "rate": 0, "max_wait": MAX_WAIT, "cache": cache, "taken": TAKEN}
    return enrich_catalog(CATALOG, source="openalex", clock=clock.as_clock(), progress="off", **settings)


@pytest.fixture(scope="module")
def replica() -> Iterator[OpenAlexReplica]:
    with OpenAlexReplica(list_works()) as running:
        yield running


@pytest.fixture(scope="module")
def quiet(replica: OpenAlexReplica) -> Snapshot:
    """What a run that nothing disturbs says."""
    replica.faults = []
    snapshot = enrich(replica, StillClock(), None)
    assert (["alpha", "beta", "expanded", "gamma"], ("gone",), ()) == (
        sorted(snapshot.papers),
        snapshot.missing,
        snapshot.failed,
    )
    return snapshot


def draw_faults(chance: random.Random) -> list[Fault]:
    """Return some faults, each for some requests, after some that went well; every tenth lasts."""
    drawn = []
    for _ in range(chance.randint(1, 5)):
        kind = chance.choice(KINDS)
        times = 999 if chance.random() < 0.1 else chance.randint(1, 5)
        drawn.append(Fault(**{**vars(kind), "times": times, "skip": chance.randint(0, 6)}))
    return drawn


def check_snapshot(expected: Snapshot, seen: Snapshot) -> None:
    """Each entry is as on a quiet day, or failed; each listing likewise, or cut where it says so."""
    for entry in CATALOG.entries:
        if entry.key not in seen.failed:
            assert expected.matches[entry.key] == seen.matches[entry.key]
            assert (entry.key in expected.missing) == (entry.key in seen.missing)
    for key, paper in seen.papers.items():
        right = expected.papers[key]
        assert right == paper.model_copy(update={"citations": right.citations, "references": right.references})
        check_listing(right.citations, paper.citations)
        # Where alpha failed, it is not known that its preprint is the same work.
        ids = {{"W11": "W10"}.get(line.id or "", line.id) for line in paper.references.items}
        assert {line.id for line in right.references.items} <= ids or paper.references.status == "unlisted"


def check_listing(expected: Listing, seen: Listing) -> None:
    assert expected == seen or seen.status in ("failed", "not_asked") or seen.cut_by == "failure"
    assert {line.id for line in seen.items} <= {line.id for line in expected.items}


def test_two_records_of_one_paper_are_cited_by_the_union(quiet: Snapshot) -> None:
    alpha = quiet.papers["alpha"]
    # Of 104 works, 26 cite record 10, 26 record 11 and 26 both 10 and 20; and gamma cites record 11.
    assert (26 + 26 + 26 + 1, ["W10", "W11"]) == (len(alpha.citations.items), [one.id for one in alpha.versions])
    assert (52, "W10") == (alpha.citation_count, alpha.id)
    assert ["W10"] == [line.id for line in quiet.papers["gamma"].references.items]
    assert "W11" not in quiet.context


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_run_ends_in_time_and_the_next_completes_it(
    part: int, quiet: Snapshot, replica: OpenAlexReplica, tmp_path: Path
) -> None:
    for seed in SEEDS[part::PARTS]:
        chance = random.Random(f"openalex {seed}")
        clock = StillClock(jitter=0.1 + 0.9 * chance.random())
        replica.faults, replica.requests = draw_faults(chance), []
        replica.used.clear()
        with suppress(SourceError):  # not one question was answered
            check_snapshot(quiet, enrich(replica, clock, tmp_path / f"{seed}.sqlite"))
        assert sum(clock.slept) <= MAX_WAIT, seed
        assert len(replica.requests) <= 250, seed
        replica.faults = []
        replica.used.clear()
        assert quiet == enrich(replica, clock, tmp_path / f"{seed}.sqlite"), seed


def test_a_budget_that_ends_anywhere_is_gone_on_with_the_next_day(
    quiet: Snapshot, replica: OpenAlexReplica, tmp_path: Path
) -> None:
    replica.faults = []
    for left in (0, 1, 2, 11, 12, 13, 14, 24, 25):
        replica.requests.clear()
        replica.used["anonymous"] = 1_000 - left
        cache = tmp_path / f"{left}.sqlite"
        with suppress(SourceError):
            check_snapshot(quiet, enrich(replica, StillClock(), cache))
        replica.used.clear()
        assert quiet == enrich(replica, StillClock(), cache), left
        spent = [request.target for request in replica.requests if request.cost]
        # What the budget did not pay is asked for once more, and nothing else: ids, the title, citing or cited papers.
        assert len(spent) - len(set(spent)) <= 2, left
