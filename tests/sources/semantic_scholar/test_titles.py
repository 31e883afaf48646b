from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import JsonValue

from flgraph.errors import SourceError
from flgraph.records import Paper
from flgraph.sources.cache import RecordCache
from flgraph.sources.faults import (
    BadAnswerError,
    BadKeyError,
    NotFoundError,
    OfflineError,
    RateLimitError,
    ServerFaultError,
)
from flgraph.sources.http import Requester
from flgraph.sources.provider import Desk
from flgraph.sources.semantic_scholar.papers import fetch_papers
from flgraph.sources.semantic_scholar.questions import PAPER_FIELDS
from flgraph.sources.semantic_scholar.titles import search_papers, search_title
from tests.replica import Fault, Replica, StillClock, make_edges, make_paper, open_requester

ALPHA = make_paper(
    "alpha", title="Fed-Alpha: segmentation & more, 100% private + fair?", externalIds={"DOI": "10.5555/A"}
)
BETA = make_paper("beta", title="Beta aggregation of hospital models", references=make_edges("x", 2), referenceCount=2)


@pytest.fixture
def requester(replica: Replica, clock: StillClock) -> Iterator[Requester]:
    """What asks the replica, which holds alpha and beta."""
    replica.papers = [ALPHA, BETA]
    with open_requester(api_url=replica.url, rate=0, clock=clock.as_clock()) as requester:
        yield requester


def read_title(answer: object) -> str | None:
    return answer.title if isinstance(answer, Paper) else None


# --- the closest match -----------------------------------------------------------------------------------


def test_title_goes_out_as_it_is(requester: Requester, replica: Replica) -> None:
    assert ALPHA["title"] == read_title(search_title(ALPHA["title"], Desk(requester)))
    assert ALPHA["title"] == replica.requests[0].query["query"]
    assert "/graph/v1/paper/search/match" == replica.requests[0].path


def test_match_is_the_whole_record(requester: Requester, replica: Replica) -> None:
    matched = search_title(BETA["title"], Desk(requester))
    assert [matched] == fetch_papers([BETA["paperId"]], Desk(requester))
    assert ",".join(PAPER_FIELDS) == replica.requests[0].query["fields"]


def test_title_that_nobody_has_is_a_miss(requester: Requester) -> None:
    assert search_title("total garbage nonsense", Desk(requester)) is None


def test_partial_title_is_matched_all_the_same(requester: Requester) -> None:
    assert BETA["title"] == read_title(search_title("beta aggregation", Desk(requester)))


@pytest.mark.parametrize("title", ["", "  \n"])
def test_blank_title_is_refused_before_it_is_asked(title: str, requester: Requester, replica: Replica) -> None:
    for search in (search_title, search_papers):
        with pytest.raises(ValueError, match="blank"):
            search(title, Desk(requester))
    assert [] == replica.requests


LASTING = [
    (ServerFaultError, Fault("status", status=500, times=99)),
    (ServerFaultError, Fault("html", status=404, times=99)),
    (ServerFaultError, Fault("empty", times=99)),
    (ServerFaultError, Fault("badjson", times=99)),
    (RateLimitError, Fault("status", status=429, times=99)),
    (BadKeyError, Fault("status", status=403, times=99)),
    (NotFoundError, Fault("status", status=404, body={"message": "Not Found"}, times=99)),
    (BadAnswerError, Fault("body", body=[], times=99)),
    (BadAnswerError, Fault("body", body={}, times=99)),
    (BadAnswerError, Fault("body", body=None, times=99)),
    (BadAnswerError, Fault("body", body={"data": {}}, times=99)),
    (BadAnswerError, Fault("body", body={"data": [{"title": "without id"}]}, times=99)),
    (BadAnswerError, Fault("body", body={"data": [3]}, times=99)),
]


@pytest.mark.parametrize(("kind", "fault"), LASTING, ids=lambda value: getattr(value, "kind", None))
def test_lasting_fault_is_no_miss(
    kind: type[SourceError], fault: Fault, requester: Requester, replica: Replica, tmp_path: Path
) -> None:
    replica.faults = [fault]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        assert isinstance(search_title(BETA["title"], Desk(requester, cache)), kind)
        with pytest.raises(kind):
            search_papers(BETA["title"], Desk(requester, cache))
        replica.faults = []
        with open_requester(api_url=replica.url, rate=0) as next_run:
            assert BETA["title"] == read_title(search_title(BETA["title"], Desk(next_run, cache)))


def test_match_without_record_is_no_miss(requester: Requester, replica: Replica) -> None:
    replica.faults = [Fault("body", body={"data": [None]})]
    assert isinstance(search_title(BETA["title"], Desk(requester)), BadAnswerError)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", status=500),
        Fault("status", status=429),
        Fault("html", status=404),
        Fault("truncate"),
        Fault("reset"),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
def test_passing_fault_does_not_change_the_match(fault: Fault, requester: Requester, replica: Replica) -> None:
    replica.faults = [Fault(fault.kind, status=fault.status, times=2)]
    assert BETA["title"] == read_title(search_title(BETA["title"], Desk(requester)))
    assert len(replica.requests) == 3


# --- more candidates -------------------------------------------------------------------------------------


def test_search_leaves_out_hyphens(requester: Requester, replica: Replica) -> None:
    found = search_papers("Fed-Alpha \u2013 segmentation", Desk(requester))
    assert [ALPHA["title"]] == [paper.title for paper in found]
    assert ("Fed Alpha segmentation", "5") == (replica.requests[0].query["query"], replica.requests[0].query["limit"])


def test_search_returns_the_most_relevant_first(requester: Requester, replica: Replica) -> None:
    replica.papers = [make_paper(str(number), title="hospital " * number + "models") for number in range(1, 8)] + [BETA]
    found = search_papers("beta hospital models", Desk(requester), limit=3)
    assert BETA["title"] == found[0].title
    assert len(found) == 3


def test_search_without_hits_is_an_empty_list(requester: Requester) -> None:
    assert [] == search_papers("total garbage nonsense", Desk(requester))


@pytest.mark.parametrize("body", [{"total": 5}, {"total": 0, "data": None}, {"data": "none"}])
def test_search_without_list_is_an_error(body: JsonValue, requester: Requester, replica: Replica) -> None:
    replica.faults = [Fault("body", body=body)]
    with pytest.raises(BadAnswerError, match="without a list"):
        search_papers("beta", Desk(requester))


@pytest.mark.parametrize("limit", [0, 101])
def test_limit_that_the_service_refuses_is_refused_before(limit: int, requester: Requester) -> None:
    with pytest.raises(ValueError, match="from 1 to 100"):
        search_papers("beta", Desk(requester), limit=limit)


# --- the cache -------------------------------------------------------------------------------------------


def test_what_was_found_by_title_is_not_asked_again_by_title_or_id(
    requester: Requester, replica: Replica, tmp_path: Path
) -> None:
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        first = search_title(BETA["title"], Desk(requester, cache))
        assert first == search_title(f"  {BETA['title']} ", Desk(requester, cache))
        assert [first] == fetch_papers([BETA["paperId"]], Desk(requester, cache))
        found = search_papers("Alpha segmentation", Desk(requester, cache))
        assert found == search_papers("Alpha segmentation", Desk(requester, cache))
        assert found == fetch_papers([ALPHA["paperId"]], Desk(requester, cache))
    assert len(replica.requests) == 2


def test_miss_and_search_without_hits_are_not_asked_again(
    requester: Requester, replica: Replica, tmp_path: Path
) -> None:
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        for _ in range(2):
            assert search_title("total garbage nonsense", Desk(requester, cache)) is None
            assert [] == search_papers("total garbage nonsense", Desk(requester, cache))
        search_title("total garbage nonsense", Desk(requester, cache, max_age=0))
    assert len(replica.requests) == 3


def test_offline_knows_what_the_cache_knows(requester: Requester, replica: Replica, tmp_path: Path) -> None:
    with (
        RecordCache(tmp_path / "cache.sqlite") as cache,
        open_requester(api_url=replica.url, offline=True) as offline,
    ):
        search_title(BETA["title"], Desk(requester, cache))
        assert BETA["title"] == read_title(search_title(BETA["title"], Desk(offline, cache)))
        assert isinstance(search_title(ALPHA["title"], Desk(offline, cache)), OfflineError)
    assert len(replica.requests) == 1
