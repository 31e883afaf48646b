from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

import pytest

from flgraph.enrichment.enrich import enrich_catalog
from flgraph.errors import SourceError
from flgraph.records import Catalog, CatalogEntry, Match, Published, Snapshot
from flgraph.snapshot.files import digest_catalog, read_snapshot, write_snapshot
from flgraph.sources.faults import BadKeyError, RateLimitError, ServerFaultError, UnreachableError
from tests.replica import Fault, Replica, StillClock, synthetic_corpus

KEY = "synthetic-key-0123456789"
TAKEN = datetime(2026, 11, 23, 4, 5, 6, 789, tzinfo=UTC)
ENTRIES = (
    CatalogEntry(
        key="alpha",
        title="FedSyn: a synthetic study of hospitals",
        section="2021",
        year=2021,
        ids={"arxiv": "2101.00001"},
    ),
    CatalogEntry(
        key="beta", title="Synthetic scans shared by nobody", section="2020", year=2020, ids={"doi": "10.5555/beta"}
    ),
    CatalogEntry(
        key="gamma",
        title="Learning synthetic things together",
        section="2022",
        url="https://arxiv.org/pdf/2201.00003v2.pdf",
    ),
    CatalogEntry(key="delta", title="Invented results for all", section="2022", url="https://example.org/delta"),
)
CATALOG = Catalog(title="Synthetic list", entries=ENTRIES)

Enrich = Callable[..., Snapshot]


@pytest.fixture
def corpus(replica: Replica) -> dict[str, dict[str, Any]]:
    """The replica's papers by catalog key; gamma's carries the arXiv id that its link names."""
    papers = dict(zip(["alpha", "beta", "gamma", "delta"], synthetic_corpus_of(CATALOG), strict=False))
    papers["gamma"]["externalIds"]["ArXiv"] = "2201.00003"
    replica.papers = list(papers.values())
    return papers


def synthetic_corpus_of(catalog: Catalog) -> list[dict[str, Any]]:
    by_title = {paper["title"]: paper for paper in synthetic_corpus(catalog)}
    return [by_title[entry.published.title or entry.title] for entry in catalog.entries]


@pytest.fixture
def enrich(replica: Replica, clock: StillClock, corpus: dict[str, dict[str, Any]]) -> Enrich:
    """Enrich from the replica, which knows alpha, beta, gamma and (by no id that the catalog has) delta."""

    def enrich(catalog: Catalog = CATALOG, **options: Any) -> Snapshot:
        settings = {"api_url": replica.url, "rate": 0, "depth": 0, "taken": TAKEN, "clock": clock.as_clock(), **options}
        return enrich_catalog(catalog, **settings)

    return enrich


def with_entry(**changes: Any) -> Catalog:
    """The catalog of alpha alone, changed."""
    return Catalog(title="Synthetic list", entries=(ENTRIES[0].model_copy(update=changes),))


def statuses(snapshot: Snapshot) -> dict[str, str]:
    return {key: match.status for key, match in snapshot.matches.items()}


# --- matching --------------------------------------------------------------------------------------------


def test_one_request_finds_all_with_ids_and_one_each_the_others(
    enrich: Enrich, replica: Replica, corpus: dict[str, dict[str, Any]]
) -> None:
    snapshot = enrich()
    assert ["/graph/v1/paper/batch", "/graph/v1/paper/search/match"] == [request.path for request in replica.requests]
    assert ["ARXIV:2101.00001", "DOI:10.5555/beta", "ARXIV:2201.00003"] == (replica.requests[0].ids or [])[:-1]
    assert {"alpha": "accepted", "beta": "accepted", "delta": "accepted", "gamma": "accepted"} == statuses(snapshot)
    counts = {key: paper.citation_count for key, paper in snapshot.papers.items()}
    assert {key: corpus[key]["citationCount"] for key in ("alpha", "beta", "delta", "gamma")} == counts


def test_match_carries_its_evidence(enrich: Enrich, corpus: dict[str, dict[str, Any]]) -> None:
    expected = Match(
        status="accepted",
        method="id",
        id=corpus["alpha"]["paperId"],
        score=100,
        title_seen=ENTRIES[0].title,
        witnesses=("arXiv id equal", "title equal", "acronym equal"),
        decided=date(2026, 11, 23),
    )
    assert expected == enrich().matches["alpha"]


def test_snapshot_says_when_whence_and_of_what(enrich: Enrich) -> None:
    snapshot = enrich(taken=TAKEN.astimezone(timezone(timedelta(hours=5))))
    assert ("semantic_scholar", TAKEN.replace(microsecond=0), 0) == (snapshot.source, snapshot.taken, snapshot.depth)
    assert digest_catalog(CATALOG) == snapshot.catalog_digest
    assert snapshot.parameters["host"] == "127.0.0.1"


def test_time_without_zone_is_refused(enrich: Enrich) -> None:
    with pytest.raises(ValueError, match="time zone"):
        enrich(taken=TAKEN.replace(tzinfo=None))


def test_time_is_now_where_none_is_given(enrich: Enrich) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    assert before <= enrich(taken=None).taken <= datetime.now(UTC)


def test_order_of_the_catalog_changes_no_byte(enrich: Enrich, tmp_path: Path) -> None:
    written = []
    for seed in range(3):
        entries = list(ENTRIES)
        Random(seed).shuffle(entries)
        snapshot = enrich(CATALOG.model_copy(update={"entries": tuple(entries)}))
        written.append(write_snapshot(snapshot, tmp_path / f"{seed}.jsonl").read_bytes())
    assert [written[0]] * 3 == written


def test_snapshot_comes_back_from_its_file(enrich: Enrich, tmp_path: Path) -> None:
    snapshot = enrich()
    assert snapshot == read_snapshot(write_snapshot(snapshot, tmp_path / "s.jsonl"))


def test_entry_without_id_is_found_by_its_title(enrich: Enrich, replica: Replica) -> None:
    snapshot = enrich(Catalog(title="Synthetic", entries=ENTRIES[3:]))
    assert ("accepted", "exact") == (snapshot.matches["delta"].status, snapshot.matches["delta"].method)
    assert ["/graph/v1/paper/search/match"] == [request.path for request in replica.requests]


def test_unknown_paper_is_listed_as_missing(enrich: Enrich) -> None:
    snapshot = enrich(with_entry(title="Quantum gravity on a lattice", ids={"arxiv": "9901.00001"}))
    assert ("alpha",) == snapshot.missing
    by_id, by_title = snapshot.matches["alpha"].witnesses
    assert "arXiv id 9901.00001 is not known to Semantic Scholar" == by_id
    assert by_title.startswith("no record with a similar title found")
    assert {} == snapshot.papers


def test_second_id_is_asked_where_the_first_is_not_known(enrich: Enrich, replica: Replica) -> None:
    catalog = with_entry(title=ENTRIES[1].title, ids={"arxiv": "9901.00001", "doi": "10.5555/BETA"})
    snapshot = enrich(catalog)
    assert {"alpha": "accepted"} == statuses(snapshot)
    assert ("DOI equal", "title equal") == snapshot.matches["alpha"].witnesses


def test_second_id_that_fails_is_a_failure_and_no_miss(enrich: Enrich, replica: Replica) -> None:
    entry = ENTRIES[0].model_copy(update={"key": "late", "ids": {"arxiv": "9901.00001", "doi": "10.5555/beta"}})
    replica.faults = [Fault("status", status=500, skip=1, times=99)]
    snapshot = enrich(Catalog(title="Synthetic", entries=(ENTRIES[0], entry)))
    assert (("late",), ()) == (snapshot.failed, snapshot.missing)
    assert {"alpha": "accepted"} == statuses(snapshot)


def test_curated_id_goes_before_the_link(enrich: Enrich, replica: Replica) -> None:
    enrich(with_entry(url="https://arxiv.org/abs/2201.00003"))
    assert "ARXIV:2201.00003" not in (replica.requests[0].ids or ())


def test_published_title_counts_as_well(enrich: Enrich, corpus: dict[str, dict[str, Any]]) -> None:
    corpus["alpha"]["title"] = "Quantum gravity on a lattice"
    catalog = with_entry(published=Published(title="Quantum gravity on a lattice"))
    assert {"alpha": "accepted"} == statuses(enrich(catalog))


def test_record_of_another_title_is_a_conflict(enrich: Enrich, corpus: dict[str, dict[str, Any]]) -> None:
    corpus["alpha"].update(title="Quantum gravity on a lattice", year=1999)
    snapshot = enrich(with_entry())
    match = snapshot.matches["alpha"]
    assert ("review", "id", None) == (match.status, match.method, match.id)
    assert ("arXiv id equal", "its title differs: 'Quantum gravity on a lattice'") == match.witnesses
    assert [("Quantum gravity on a lattice", 1999)] == [(seen["title"], seen["year"]) for seen in match.candidates]
    assert ({}, ()) == (snapshot.papers, snapshot.missing)


def test_record_without_title_waits_for_a_person(enrich: Enrich, corpus: dict[str, dict[str, Any]]) -> None:
    corpus["alpha"]["title"] = None
    match = enrich(with_entry()).matches["alpha"]
    assert ("review", ("arXiv id equal", "the record has no title to compare")) == (match.status, match.witnesses)


def test_two_entries_of_one_record_are_both_for_review(enrich: Enrich) -> None:
    twin = ENTRIES[0].model_copy(update={"key": "twin"})
    snapshot = enrich(Catalog(title="Synthetic", entries=(ENTRIES[0], twin, ENTRIES[1])))
    assert {"alpha": "review", "beta": "accepted", "twin": "review"} == statuses(snapshot)
    assert snapshot.matches["alpha"].witnesses[-1].startswith("the same record as twin: ")
    assert ["beta"] == list(snapshot.papers)


# --- people ----------------------------------------------------------------------------------------------


def decide(**match: Any) -> Catalog:
    decision = Match(method="by hand", decided_by="person", **match)
    return with_entry().model_copy(update={"matches": {"semantic_scholar": {"alpha": decision}}})


def test_accepted_by_a_person_is_used_whatever_its_title(enrich: Enrich, corpus: dict[str, dict[str, Any]]) -> None:
    catalog = decide(status="accepted", id=corpus["beta"]["paperId"])
    snapshot = enrich(catalog)
    assert corpus["beta"]["paperId"] == snapshot.papers["alpha"].id
    assert catalog.matches["semantic_scholar"] == snapshot.matches


def test_accepted_by_a_person_without_id_waives_the_check(enrich: Enrich, corpus: dict[str, dict[str, Any]]) -> None:
    corpus["alpha"]["title"] = "Quantum gravity on a lattice"
    assert ["alpha"] == list(enrich(decide(status="accepted")).papers)


@pytest.mark.parametrize(("status", "missing"), [("rejected", ()), ("missing", ("alpha",)), ("review", ())])
def test_other_decisions_of_a_person_stand_unasked(
    status: str, missing: tuple[str, ...], enrich: Enrich, replica: Replica
) -> None:
    catalog = decide(status=status)
    snapshot = enrich(catalog)
    assert (catalog.matches["semantic_scholar"], {}, missing) == (snapshot.matches, snapshot.papers, snapshot.missing)
    assert [] == replica.requests


def test_accepted_by_a_person_but_not_known_is_missing(enrich: Enrich) -> None:
    snapshot = enrich(decide(status="accepted", id="f" * 40))
    assert (("alpha",), {"alpha": "accepted"}) == (snapshot.missing, statuses(snapshot))


def test_shared_record_stays_with_whom_a_person_gave_it(enrich: Enrich, corpus: dict[str, dict[str, Any]]) -> None:
    decision = Match(status="accepted", method="by hand", decided_by="person", id=corpus["beta"]["paperId"])
    snapshot = enrich(CATALOG.model_copy(update={"matches": {"semantic_scholar": {"alpha": decision}}}))
    assert ("accepted", "review") == (snapshot.matches["alpha"].status, snapshot.matches["beta"].status)


def test_id_that_a_rule_found_earlier_is_asked_and_checked(
    enrich: Enrich, replica: Replica, corpus: dict[str, dict[str, Any]]
) -> None:
    earlier = Match(status="accepted", method="exact", id=corpus["delta"]["paperId"], witnesses=("title equal",))
    catalog = Catalog(title="Synthetic", entries=ENTRIES[3:], matches={"delta": earlier})
    assert earlier == enrich(catalog).matches["delta"]
    assert ["/graph/v1/paper/batch"] == [request.path for request in replica.requests]
    corpus["delta"]["title"] = "Quantum gravity on a lattice"
    assert "missing" == enrich(catalog).matches["delta"].status


# --- what goes wrong -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", status=429),
        Fault("status", status=503),
        Fault("html", status=200),
        Fault("empty"),
        Fault("badjson"),
        Fault("truncate"),
        Fault("reset"),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
def test_passing_fault_changes_nothing(fault: Fault, enrich: Enrich, replica: Replica) -> None:
    expected = enrich()
    replica.faults = [fault]
    assert expected == enrich()


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (ServerFaultError, Fault("status", status=500, times=99)),
        (ServerFaultError, Fault("html", status=403, times=99)),
        (RateLimitError, Fault("status", status=429, times=99)),
        (BadKeyError, Fault("status", status=403, times=99)),
        (SourceError, Fault("body", body=[None] * 4, times=99)),
        (SourceError, Fault("body", body={}, times=99)),
        (SourceError, Fault("body", body=[None], times=99)),
        (SourceError, Fault("status", status=404, times=99)),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_lasting_fault_is_an_error_and_nothing_is_missing(
    kind: type[SourceError], fault: Fault, enrich: Enrich, replica: Replica
) -> None:
    replica.faults = [fault]
    with pytest.raises(kind) as caught:
        enrich()
    assert "\n" not in str(caught.value)


def test_record_that_cannot_be_read_is_failed(enrich: Enrich, corpus: dict[str, dict[str, Any]]) -> None:
    corpus["beta"]["citationCount"] = "many"
    snapshot = enrich()
    assert (("beta",), ()) == (snapshot.failed, snapshot.missing)
    assert "beta" not in snapshot.matches


def test_offline_asks_nobody(enrich: Enrich, replica: Replica) -> None:
    with pytest.raises(SourceError, match="requests are disabled"):
        enrich(offline=True)
    assert [] == replica.requests


def test_source_that_cannot_be_reached_is_an_error(enrich: Enrich) -> None:
    with pytest.raises(UnreachableError, match=r"Semantic Scholar \(127.0.0.1\) cannot be reached"):
        enrich(api_url="http://127.0.0.1:1")


@pytest.mark.parametrize("faults", [[], [Fault("status", status=429)], [Fault("status", status=403, times=9)]])
def test_key_is_in_no_log_error_or_file(
    faults: list[Fault], enrich: Enrich, replica: Replica, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    replica.faults = faults
    said = []
    with caplog.at_level(logging.DEBUG):
        try:
            snapshot = enrich(api_key=KEY)
            said = [repr(snapshot), write_snapshot(snapshot, tmp_path / "s.jsonl").read_text(encoding="utf-8")]
        except SourceError as error:
            said = [str(error), repr(error)]
    assert {KEY} == {request.key for request in replica.requests}
    assert not [text for text in (*said, caplog.text) if KEY in text]


def test_outcome_is_one_line_of_the_log(enrich: Enrich, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="flgraph"):
        enrich()
    assert ["Semantic Scholar: 4 papers, 4 found, 0 for review, 0 missing, 0 failed"] == [
        record.getMessage() for record in caplog.records if record.name == "flgraph.enrichment.enrich"
    ]


# --- the bundled catalog ---------------------------------------------------------------------------------


def test_bundled_catalog_takes_one_request(catalog: Catalog, replica: Replica, clock: StillClock) -> None:
    replica.papers = synthetic_corpus(catalog)
    snapshot = enrich_catalog(catalog, depth=0, api_url=replica.url, taken=TAKEN, clock=clock.as_clock())
    assert len(replica.requests) == 1
    assert len(catalog.entries) == len(snapshot.papers)
    assert {"accepted"} == set(statuses(snapshot).values())
