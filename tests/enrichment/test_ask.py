"""Entries matched through the wire: by id, by title, and by what an earlier run or a person said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flgraph.enrichment.enrich import enrich_catalog
from flgraph.enrichment.refit import refit_snapshot
from flgraph.identifiers import normalize_title
from flgraph.records import Catalog, CatalogEntry, Match, Paper, Published, Snapshot
from flgraph.snapshot.files import digest_catalog
from tests.replica import Fault, Replica, StillClock, synthetic_corpus
from tests.replica.corpus import make_paper

TAKEN = datetime(2026, 11, 23, tzinfo=UTC)
TITLE = "Synthetic learning across invented hospitals"

Enrich = Callable[..., Snapshot]


@pytest.fixture
def enrich(replica: Replica, clock: StillClock) -> Enrich:
    def enrich(catalog: Catalog, **options: Any) -> Snapshot:
        settings = {"api_url": replica.url, "rate": 0, "depth": 0, "taken": TAKEN, "clock": clock.as_clock(), **options}
        return enrich_catalog(catalog, **settings)

    return enrich


def without_ids(catalog: Catalog) -> Catalog:
    """The catalog as a stranger's list would be: links, but no ids."""
    entries = tuple(entry.model_copy(update={"ids": {}}) for entry in catalog.entries)
    return catalog.model_copy(update={"entries": entries})


def list_one(**fields: Any) -> Catalog:
    entry = {"key": "syn", "title": TITLE, "section": "2021", "year": 2021, **fields}
    return Catalog(title="Synthetic list", entries=(CatalogEntry.model_validate(entry),))


def routes(replica: Replica) -> Counter[str]:
    return Counter(request.path.removeprefix("/graph/v1/paper/") for request in replica.requests)


# --- a list without ids ----------------------------------------------------------------------------------


def test_a_list_without_ids_takes_a_batch_and_a_request_a_title_and_then_one(
    catalog: Catalog, replica: Replica, enrich: Enrich, tmp_path: Path
) -> None:
    stranger = without_ids(catalog)
    replica.papers = synthetic_corpus(catalog)
    for entry in stranger.entries:  # so that every match is accepted
        for paper in replica.papers:
            if normalize_title(paper["title"]) == normalize_title(entry.published.title or ""):
                paper["title"] = entry.title
    first = enrich(stranger, cache=tmp_path / "cache.sqlite")

    assert {"accepted"} == {match.status for match in first.matches.values()}
    assert {"batch": 1, "search/match": 26} == routes(replica)

    replica.requests.clear()
    assert first == enrich(stranger, cache=tmp_path / "cache.sqlite")
    assert {} == routes(replica)

    known = stranger.model_copy(update={"matches": {"semantic_scholar": first.matches}})
    again = enrich(known, cache=tmp_path / "cache.sqlite", refresh=True)
    assert {"batch": 1} == routes(replica)
    assert first == again


def test_a_match_that_is_not_the_paper_takes_one_search_more(replica: Replica, enrich: Enrich) -> None:
    replica.papers = [make_paper("synthetic longer", title=f"{TITLE}: ten years later and far away")]
    snapshot = enrich(list_one())

    assert {"search/match": 1, "search": 1} == routes(replica)
    assert "review" == snapshot.matches["syn"].status
    assert [replica.papers[0]["paperId"]] == [c["id"] for c in snapshot.matches["syn"].candidates]
    assert {} == snapshot.papers


def test_a_paper_that_nobody_knows_is_missing_after_two_requests(replica: Replica, enrich: Enrich) -> None:
    replica.papers = []
    snapshot = enrich(list_one())

    assert {"search/match": 1, "search": 1} == routes(replica)
    assert (("syn",), ()) == (snapshot.missing, snapshot.failed)


def test_a_title_without_a_word_is_not_searched_for(replica: Replica, enrich: Enrich) -> None:
    assert ("syn",) == enrich(list_one(title="--- ?")).missing
    assert {} == routes(replica)


# --- ids that lead elsewhere -----------------------------------------------------------------------------


def test_a_wrong_link_is_settled_by_the_title(replica: Replica, enrich: Enrich) -> None:
    wrong = make_paper("synthetic wrong", title="Quantum gravity, synthetic", externalIds={"ArXiv": "2101.00009"})
    right = make_paper("synthetic right", title=TITLE, year=2021)
    replica.papers = [wrong, right]
    snapshot = enrich(list_one(ids={"arxiv": "2101.00009"}))

    assert ("accepted", right["paperId"]) == (snapshot.matches["syn"].status, snapshot.papers["syn"].id)
    assert f"the listed id leads to another title: {wrong['title']!r}" in snapshot.matches["syn"].witnesses

    replica.requests.clear()
    known = list_one(ids={"arxiv": "2101.00009"}).model_copy(update={"matches": {"semantic_scholar": snapshot.matches}})
    assert snapshot.matches == enrich(known).matches
    assert {"batch": 1} == routes(replica)


def test_an_id_that_the_service_does_not_know_is_followed_by_the_title(replica: Replica, enrich: Enrich) -> None:
    replica.papers = [make_paper("synthetic right", title=TITLE, year=2021)]
    match = enrich(list_one(ids={"doi": "10.5555/unknown"})).matches["syn"]

    assert ("accepted", "exact") == (match.status, match.method)
    assert "DOI 10.5555/unknown is not known to Semantic Scholar" in match.witnesses


# --- failures --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["search/match", "search?"])
def test_a_search_that_fails_is_no_miss(route: str, replica: Replica, enrich: Enrich) -> None:
    replica.papers = [make_paper("synthetic known", externalIds={"ArXiv": "2101.00001"}, title="Synthetic known thing")]
    known = CatalogEntry(key="known", title="Synthetic known thing", section="2021", ids={"arxiv": "2101.00001"})
    both = Catalog(title="Synthetic list", entries=(*list_one().entries, known))
    replica.faults = [Fault("status", status=500, path=route.removesuffix("?"), skip=route.endswith("?"), times=99)]
    snapshot = enrich(both)

    assert (("syn",), ()) == (snapshot.failed, snapshot.missing)
    assert ["known"] == list(snapshot.matches)


def test_requests_end_where_allowed_and_the_next_run_goes_on(
    catalog: Catalog, replica: Replica, enrich: Enrich, tmp_path: Path
) -> None:
    stranger = without_ids(catalog)
    replica.papers = synthetic_corpus(catalog)
    whole = enrich(stranger)
    replica.requests.clear()
    part = enrich(stranger, cache=tmp_path / "cache.sqlite", max_requests=10)

    assert 10 == len(replica.requests)
    assert 0 < len(part.failed)
    assert whole == enrich(stranger, cache=tmp_path / "cache.sqlite")


def test_offline_answers_from_the_cache_alone(
    catalog: Catalog, replica: Replica, enrich: Enrich, tmp_path: Path
) -> None:
    stranger = without_ids(catalog)
    replica.papers = synthetic_corpus(catalog)
    whole = enrich(stranger, cache=tmp_path / "cache.sqlite")
    replica.requests.clear()

    assert whole == enrich(stranger, cache=tmp_path / "cache.sqlite", offline=True)
    assert {} == routes(replica)


# --- a catalog that was edited since ---------------------------------------------------------------------


def test_an_older_snapshot_keeps_what_still_holds(catalog: Catalog, replica: Replica, enrich: Enrich) -> None:
    replica.papers = synthetic_corpus(catalog)
    older = enrich(catalog)
    edited, replaced, *others = catalog.entries
    entries = (
        edited.model_copy(update={"note": "A synthetic remark."}),
        replaced.model_copy(update={"title": "Quantum gravity, synthetic", "ids": {}, "published": Published()}),
        *others[1:],
        CatalogEntry(key="newcomer", title="Synthetic newcomer", section="2023"),
    )
    newer = catalog.model_copy(update={"entries": entries})
    refitted = refit_snapshot(older, newer)

    kept = {entry.key for entry in (edited, *others[1:])}
    assert kept == set(refitted.papers) == set(refitted.matches)
    assert {"newcomer", replaced.key} == set(refitted.failed)
    assert digest_catalog(newer) == refitted.catalog_digest


def test_an_older_snapshot_obeys_newer_decisions(catalog: Catalog, replica: Replica, enrich: Enrich) -> None:
    replica.papers = synthetic_corpus(catalog)
    older = enrich(catalog)
    one, other, third = (entry.key for entry in catalog.entries[:3])
    decisions = {
        one: Match(status="rejected", method="by hand", decided_by="person"),
        other: Match(status="accepted", method="by hand", decided_by="person", id="f" * 40),
        third: Match(status="accepted", method="by hand", decided_by="person"),
    }
    refitted = refit_snapshot(older, catalog.model_copy(update={"matches": {"semantic_scholar": decisions}}))

    assert decisions == {key: refitted.matches[key] for key in decisions}
    assert {one, other} == set(older.papers) - set(refitted.papers)
    assert (other,) == refitted.failed


def test_a_paper_that_was_around_the_catalog_and_is_in_it_now_has_its_record() -> None:
    entry = CatalogEntry(key="new", title="Synthetic paper", section="x", ids={"doi": "10.1000/synthetic.1"})
    catalog = Catalog(title="Synthetic", entries=(entry,))
    record = Paper(id="1" * 40, title="Synthetic paper", ids={"doi": "10.1000/synthetic.1"}, citation_count=7)
    older = Snapshot.model_validate(
        {
            "source": "semantic_scholar",
            "taken": "2026-11-23T00:00:00Z",
            "depth": 1,
            "catalog_digest": "sha256:0",
            "context": {record.id: record},
        }
    )
    refitted = refit_snapshot(older, catalog)

    assert {"new": record} == refitted.papers
    assert {} == refitted.context
    assert () == refitted.failed
    assert "not_asked" == refitted.papers["new"].citations.status
