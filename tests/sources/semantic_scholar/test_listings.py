from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from flgraph.errors import SourceError
from flgraph.records import Listing, Paper, Reference
from flgraph.sources.cache import RecordCache
from flgraph.sources.faults import (
    BadAnswerError,
    BadRequestError,
    NoKeyError,
    NotFoundError,
    OfflineError,
    RateLimitError,
    ServerFaultError,
    TooLargeError,
)
from flgraph.sources.http import Requester
from flgraph.sources.provider import Desk
from flgraph.sources.semantic_scholar.listings import (
    NEIGHBOR_FIELDS,
    Neighbors,
    count_pages,
    fetch_citations,
    fetch_references,
)
from tests.replica import Fault, Replica, StillClock, make_edges, make_paper, open_requester

ALPHA = make_paper("alpha")
PAPER = Paper(id=ALPHA["paperId"], citation_count=3, reference_count=3)


@pytest.fixture
def requester(replica: Replica, clock: StillClock) -> Iterator[Requester]:
    """What asks the replica."""
    with open_requester(api_url=replica.url, rate=0, clock=clock.as_clock()) as requester:
        yield requester


def hold(replica: Replica, count: int, *, page_lines: int = 1_000, **fields: Any) -> Paper:
    """Let the replica hold alpha, with so many papers on each side of it, and return its record."""
    edges = {"_citations": make_edges("citing", count), "references": make_edges("cited", count)}
    replica.papers, replica.page_lines = [{**ALPHA, **edges, **fields}], page_lines
    return PAPER.model_copy(update={"citation_count": count, "reference_count": count})


def places(replica: Replica) -> list[tuple[str, str]]:
    return [(seen.query["offset"], seen.query["limit"]) for seen in replica.requests]


# --- reading ---------------------------------------------------------------------------------------------


def test_citation_comes_with_its_paper_and_what_is_known_of_it(requester: Requester, replica: Replica) -> None:
    edge = {
        **make_paper(
            "citing",
            corpusId=7,
            externalIds={"DOI": "10.5555/C"},
            title="Synthetic",
            year=2023,
            publicationDate="2023-04-05",
            venue="Synthetic Conference",
            citationCount=4,
            referenceCount=9,
            authors=[{"authorId": "1", "name": "Ada Example", "hIndex": 99}],
        ),
        "isInfluential": True,
        "intents": ["methodology", "background"],
    }
    paper = hold(replica, 1, _citations=[edge])
    found = fetch_citations(paper, Desk(requester))
    line = Reference(
        id=edge["paperId"],
        title="Synthetic",
        year=2023,
        ids={"doi": "10.5555/c"},
        influential=True,
        intents=("methodology", "background"),
    )
    neighbor = Paper.model_validate(
        {
            "id": edge["paperId"],
            "corpus_id": 7,
            "ids": {"doi": "10.5555/c"},
            "title": "Synthetic",
            "year": 2023,
            "publication_date": date(2023, 4, 5),
            "venue": "Synthetic Conference",
            "citation_count": 4,
            "reference_count": 9,
            "authors": [{"id": "1", "name": "Ada Example"}],
        }
    )
    assert Neighbors(Listing(status="known", items=(line,)), (neighbor,)) == found


@pytest.mark.parametrize(("fetch", "side"), [(fetch_citations, "citations"), (fetch_references, "references")])
def test_listing_is_asked_for_by_its_direction(fetch: Any, side: str, requester: Requester, replica: Replica) -> None:
    found = fetch(hold(replica, 3), Desk(requester))
    assert 3 == len(found.listing.items) == len(found.papers)
    assert [f"/graph/v1/paper/{PAPER.id}/{side}"] == [seen.path for seen in replica.requests]
    assert ",".join(NEIGHBOR_FIELDS) == replica.requests[0].query["fields"]


def test_line_without_id_is_a_title_and_no_paper(requester: Requester, replica: Replica) -> None:
    nameless = {"paperId": None, "title": "Synthetic title", "isInfluential": False}
    paper = hold(replica, 2, references=[nameless, *make_edges("cited", 1)])
    found = fetch_references(paper, Desk(requester))
    assert [None, found.papers[0].id] == [line.id for line in found.listing.items]
    assert len(found.papers) == 1


@pytest.mark.parametrize("nothing", [None, {}, {"isInfluential": None, "intents": None, "citedPaper": None}])
def test_line_of_nothing_is_left_out(nothing: JsonValue, requester: Requester, replica: Replica) -> None:
    hold(replica, 1)
    line: JsonValue = {"citedPaper": {"paperId": "x"}, "intents": None, "isInfluential": None}
    replica.faults = [Fault("body", body={"offset": 0, "data": [nothing, line]})]
    found = fetch_references(PAPER, Desk(requester))
    assert (Reference(id="x"),) == found.listing.items


# --- pages -----------------------------------------------------------------------------------------------


def test_long_listing_comes_page_by_page(requester: Requester, replica: Replica) -> None:
    found = fetch_citations(hold(replica, 2_500), Desk(requester))
    assert (2_500, None, None) == (len(found.listing.items), found.listing.cut_by, found.error)
    assert [("0", "1000"), ("1000", "1000"), ("2000", "1000")] == places(replica)
    assert count_pages(2_500) == len(replica.requests)


@pytest.mark.slow
@pytest.mark.parametrize(("expected", "count"), [(None, 9_999), ("cap", 12_000)])
def test_listing_ends_at_the_cap_and_says_so(
    expected: str | None, count: int, requester: Requester, replica: Replica
) -> None:
    paper = hold(replica, count, _citations=make_edges("citing", 1) * count)
    replica.papers[0]["_citations"] = [{**edge, "paperId": None} for edge in replica.papers[0]["_citations"]]
    found = fetch_citations(paper, Desk(requester))
    assert (9_999, expected) == (len(found.listing.items), found.listing.cut_by)
    assert ("9000", "999") == places(replica)[-1]
    assert count_pages(count) == len(replica.requests) == 10


def test_listing_that_grows_while_it_is_read_names_nobody_twice(requester: Requester, replica: Replica) -> None:
    edges = make_edges("citing", 1_500)
    paper = hold(replica, 1_501, _citations=[*edges[:1_000], edges[999], *edges[1_000:]])
    found = fetch_citations(paper, Desk(requester))
    assert 1_500 == len(found.listing.items) == len(found.papers)
    assert len({line.id for line in found.listing.items}) == 1_500


def test_pages_shorter_than_asked_leave_nothing_out(requester: Requester, replica: Replica) -> None:
    found = fetch_citations(hold(replica, 100, page_lines=40), Desk(requester))
    assert 100 == len({line.id for line in found.listing.items})
    assert [("0", "1000"), ("40", "1000"), ("80", "1000")] == places(replica)


def test_page_that_would_be_too_large_is_asked_for_in_parts(requester: Requester, replica: Replica) -> None:
    paper = hold(replica, 1_200)
    replica.max_bytes = 250_000
    found = fetch_citations(paper, Desk(requester))
    assert (1_200, None) == (len(found.listing.items), found.listing.cut_by)
    assert {"1000", "500"} == {limit for _, limit in places(replica)}


def test_page_that_is_too_large_at_any_size_is_a_failure(requester: Requester, replica: Replica) -> None:
    paper = hold(replica, 1_200)
    replica.max_bytes = 300
    found = fetch_citations(paper, Desk(requester))
    assert ("failed", TooLargeError) == (found.listing.status, type(found.error))
    assert len(replica.requests) == 5


# --- zero, elided, failed --------------------------------------------------------------------------------


def test_count_of_zero_needs_no_request(requester: Requester, replica: Replica) -> None:
    paper = PAPER.model_copy(update={"citation_count": 0, "reference_count": 0})
    for fetch in (fetch_citations, fetch_references):
        assert Neighbors(Listing(status="known")) == fetch(paper, Desk(requester))
    assert [] == replica.requests


def test_list_that_the_batch_saw_elided_is_not_asked_for(requester: Requester, replica: Replica) -> None:
    paper = PAPER.model_copy(update={"references": Listing(status="elided"), "reference_count": 0})
    assert "elided" == fetch_references(paper, Desk(requester)).listing.status
    assert [] == replica.requests


def test_elided_listing_is_unknown_and_kept(requester: Requester, replica: Replica, tmp_path: Path) -> None:
    paper = hold(replica, 3, references=None)
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        for _ in range(2):
            assert Neighbors(Listing(status="elided")) == fetch_references(paper, Desk(requester, cache))
    assert len(replica.requests) == 1


@pytest.mark.parametrize("count", [3, None])
def test_empty_listing_beside_a_count_is_unknown_and_no_failure(
    count: int | None, requester: Requester, replica: Replica
) -> None:
    paper = hold(replica, 3, _citations=[]).model_copy(update={"citation_count": count})
    assert Neighbors(Listing(status="unlisted")) == fetch_citations(paper, Desk(requester))


def test_unknown_paper_is_a_failure(requester: Requester) -> None:
    found = fetch_citations(PAPER, Desk(requester))
    assert ("failed", NotFoundError) == (found.listing.status, type(found.error))


LASTING = [
    (ServerFaultError, Fault("status", status=500)),
    (ServerFaultError, Fault("status", status=503)),
    (ServerFaultError, Fault("html", status=200)),
    (ServerFaultError, Fault("empty")),
    (ServerFaultError, Fault("badjson")),
    (ServerFaultError, Fault("truncate")),
    (ServerFaultError, Fault("reset")),
    (RateLimitError, Fault("status", status=429)),
    (NoKeyError, Fault("status", status=403)),
    (BadRequestError, Fault("status", status=400)),
    (NotFoundError, Fault("status", status=404)),
    (BadAnswerError, Fault("body", body=None)),
    (BadAnswerError, Fault("body", body=[])),
    (BadAnswerError, Fault("body", body={"offset": 0})),
    (BadAnswerError, Fault("body", body={"offset": 0, "data": {}})),
    (BadAnswerError, Fault("body", body={"data": []})),
    (BadAnswerError, Fault("body", body={"offset": 0, "data": [{"citingPaper": {"title": 3}}]})),
]


@pytest.mark.parametrize(("kind", "fault"), LASTING, ids=lambda value: getattr(value, "kind", None))
def test_failing_first_page_is_a_failed_listing(
    kind: type[SourceError], fault: Fault, requester: Requester, replica: Replica, tmp_path: Path
) -> None:
    paper = hold(replica, 3)
    replica.faults = [Fault(fault.kind, status=fault.status, body=fault.body, times=99)]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        found = fetch_citations(paper, Desk(requester, cache))
        assert ("failed", kind) == (found.listing.status, type(found.error))
        assert len(replica.requests) <= 12
        replica.faults = []
        with open_requester(api_url=replica.url, rate=0) as next_run:
            assert len(fetch_citations(paper, Desk(next_run, cache)).papers) == 3


@pytest.mark.parametrize(("kind", "fault"), LASTING, ids=lambda value: getattr(value, "kind", None))
def test_failure_in_the_middle_keeps_what_came_before_and_goes_on_there(
    kind: type[SourceError], fault: Fault, requester: Requester, replica: Replica, tmp_path: Path
) -> None:
    paper = hold(replica, 100, page_lines=40)
    replica.faults = [Fault(fault.kind, status=fault.status, body=fault.body, skip=1, times=99)]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        found = fetch_citations(paper, Desk(requester, cache))
        assert (40, "failure", kind) == (len(found.listing.items), found.listing.cut_by, type(found.error))
        replica.faults, replica.requests = [], []
        with open_requester(api_url=replica.url, rate=0) as next_run:
            again = fetch_citations(paper, Desk(next_run, cache))
    assert (100, None, None) == (len(again.listing.items), again.listing.cut_by, again.error)
    assert [("40", "1000"), ("80", "1000")] == places(replica)


def test_listing_that_is_elided_in_the_middle_is_cut(requester: Requester, replica: Replica) -> None:
    paper = hold(replica, 100, page_lines=40)
    replica.faults = [Fault("body", body={"offset": 40, "data": None}, skip=1)]
    found = fetch_citations(paper, Desk(requester))
    assert ("failure", BadAnswerError) == (found.listing.cut_by, type(found.error))


@pytest.mark.parametrize("fault", [fault for _, fault in LASTING[:8]], ids=lambda fault: f"{fault.kind}-{fault.status}")
def test_passing_fault_does_not_change_the_listing(fault: Fault, requester: Requester, replica: Replica) -> None:
    paper = hold(replica, 60, page_lines=40)
    expected = fetch_citations(paper, Desk(requester))
    replica.faults = [Fault(fault.kind, status=fault.status, skip=1, times=2)]
    assert expected == fetch_citations(paper, Desk(requester))


def test_server_that_says_there_is_more_for_ever_is_left(requester: Requester, replica: Replica) -> None:
    paper = hold(replica, 3)
    replica.faults = [Fault("body", body={"offset": 0, "next": 1_000, "data": []}, times=99)]
    found = fetch_citations(paper, Desk(requester))
    assert ("failed", BadAnswerError) == (found.listing.status, type(found.error))
    assert len(replica.requests) == 2


# --- the cache -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_pages_are_not_asked_for_again(requester: Requester, replica: Replica, tmp_path: Path) -> None:
    paper = hold(replica, 1_500)
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        first = fetch_citations(paper, Desk(requester, cache))
        with open_requester(api_url=replica.url, offline=True) as offline:
            assert first == fetch_citations(paper, Desk(offline, cache))
            other = fetch_references(paper, Desk(offline, cache))
        assert ("failed", OfflineError) == (other.listing.status, type(other.error))
        assert len(replica.requests) == 2
        fetch_citations(paper, Desk(requester, cache, max_age=0))
    assert len(replica.requests) == 4
