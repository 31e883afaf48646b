"""What a batch does about ids that spoil it, replies that are too large, lists that are cut, and its cache."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, log2
from pathlib import Path
from typing import Any

import pytest

from flgraph.records import Paper
from flgraph.sources.cache import RecordCache
from flgraph.sources.faults import (
    BadAnswerError,
    BudgetError,
    OfflineError,
    RateLimitError,
    ServerFaultError,
    TooLargeError,
)
from flgraph.sources.provider import NO_CACHE, Answer, Desk
from flgraph.sources.semantic_scholar.papers import fetch_papers
from flgraph.sources.semantic_scholar.questions import BATCH_SIZE
from flgraph.sources.settings import MAX_AGE
from tests.replica import Fault, Replica, StillClock, make_edges, make_paper, open_requester

MANY = [make_paper(f"paper {number}") for number in range(64)]
IDS = [paper["paperId"] for paper in MANY]

Fetch = Callable[..., list[Answer]]


@pytest.fixture
def fetch(replica: Replica, clock: StillClock) -> Fetch:
    """Fetch papers from the replica, which holds 64, on a clock that stands still."""
    replica.papers = MANY

    def fetch(ids: Sequence[str], *, cache: RecordCache | None = None, **options: Any) -> list[Answer]:
        age = options.pop("max_age", MAX_AGE)
        settings = {"rate": 0, "max_wait": 10_000, "clock": clock.as_clock(), **options}
        with open_requester(api_url=replica.url, **settings) as requester:
            return fetch_papers(ids, Desk(requester, cache or NO_CACHE, age))

    return fetch


def make_long(name: str, references: int) -> dict[str, Any]:
    """Return a paper with so many references, each by its id alone."""
    listed = [{"paperId": f"{name} {number}", "title": None} for number in range(references)]
    return make_paper(name, references=listed, referenceCount=references)


def count_references(answers: Sequence[Answer]) -> list[int]:
    return [len(answer.references.items) if isinstance(answer, Paper) else -1 for answer in answers]


def test_reference_of_many_papers_is_held_once(fetch: Fetch, replica: Replica, tmp_path: Path) -> None:
    cited = [{"paperId": "cited", "title": "Synthetic paper that many cite"}]
    replica.papers = [make_paper(f"citing {n}", references=cited, referenceCount=1) for n in range(BATCH_SIZE + 1)]
    ids = [paper["paperId"] for paper in replica.papers]
    for _ in range(2):  # from the service, and from the cache
        with RecordCache(tmp_path / "cache.sqlite") as cache:
            answers = fetch(ids, cache=cache)
        lines = [line for answer in answers if isinstance(answer, Paper) for line in answer.references.items]
        assert len(ids) == len(lines)
        assert all(line is lines[0] for line in lines)


# --- ids that spoil a batch ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 504])
@pytest.mark.parametrize("place", [0, 31, 63])
def test_id_that_poisons_its_batch_fails_alone(status: int, place: int, fetch: Fetch, replica: Replica) -> None:
    replica.faults = [Fault("status", status=status, holds=IDS[place], times=999)]
    answers = fetch(IDS)
    assert [ServerFaultError] == [type(answer) for answer in answers if not isinstance(answer, Paper)]
    assert isinstance(answers[place], ServerFaultError)
    # Six tries of the whole, then two halves a level, and three tries of the id by itself.
    assert len(replica.requests) == 6 + 2 * log2(len(IDS)) + 2


def test_several_poisonous_ids_fail_alone(fetch: Fetch, replica: Replica) -> None:
    bad = [IDS[3], IDS[17], IDS[40]]
    replica.faults = [Fault("status", status=500, holds=name, times=999) for name in bad]
    answers = dict(zip(IDS, fetch(IDS), strict=True))
    assert bad == [name for name, answer in answers.items() if not isinstance(answer, Paper)]
    assert len(replica.requests) <= 6 + len(bad) * (2 * log2(len(IDS)) + 2)


def test_malformed_ids_among_many_are_found_by_halving(fetch: Fetch, replica: Replica) -> None:
    answers = fetch([*IDS[:63], "oops"])
    assert [None] == [answer for answer in answers if not isinstance(answer, Paper)]
    assert len(replica.requests) == 1 + 2 * log2(64) + 1


def test_service_that_always_fails_is_not_asked_id_by_id(fetch: Fetch, replica: Replica) -> None:
    replica.faults = [Fault("status", status=500, times=9_999)]
    with pytest.raises(ServerFaultError):
        fetch(IDS)
    assert len(replica.requests) == 6 + 2 + 4 + 8


def test_passing_fault_while_halving_costs_nothing_but_requests(fetch: Fetch, replica: Replica) -> None:
    replica.faults = [Fault("status", status=500, times=7), Fault("status", status=503, times=2)]
    assert {Paper} == {type(answer) for answer in fetch(IDS)}


def test_halving_ends_when_waiting_no_longer_helps(fetch: Fetch, replica: Replica) -> None:
    replica.faults = [Fault("status", status=500, times=6), Fault("status", status=429, times=99, skip=1)]
    answers = fetch(IDS, max_wait=40)
    assert [Paper] * 32 + [RateLimitError] * 32 == [type(answer) for answer in answers]


# --- replies that are too large --------------------------------------------------------------------------


def test_reply_that_would_be_too_large_is_asked_for_in_parts(fetch: Fetch, replica: Replica) -> None:
    replica.max_bytes = 5_000
    assert {Paper} == {type(answer) for answer in fetch(IDS)}
    assert len(replica.requests) <= 2 * len(IDS)


def test_question_that_is_too_large_is_asked_in_parts(fetch: Fetch, replica: Replica) -> None:
    replica.faults = [Fault("status", status=413, times=3)]
    assert {Paper} == {type(answer) for answer in fetch(IDS)}
    assert len(replica.requests) == 1 + 2 + 4


def test_record_that_is_too_large_by_itself_fails_alone(fetch: Fetch, replica: Replica) -> None:
    replica.max_bytes = 5_000
    replica.papers = [*MANY[:3], make_long("long", 500)]
    answers = fetch([*IDS[:3], replica.papers[3]["paperId"]])
    assert [Paper, Paper, Paper, TooLargeError] == [type(answer) for answer in answers]


# --- references that a reply has no room for -------------------------------------------------------------


def test_references_beyond_the_cap_of_a_reply_are_asked_for_again(fetch: Fetch, replica: Replica) -> None:
    papers = [make_long(f"long {number}", 900) for number in range(20)]
    replica.papers = papers
    assert [900] * 20 == count_references(fetch([paper["paperId"] for paper in papers]))
    # 11 papers are whole in the first reply; the other 9 fit into one more.
    assert [21, 10] == [len(seen.ids or ()) for seen in replica.requests]


def test_paper_that_cites_more_than_a_reply_holds_says_so(fetch: Fetch, replica: Replica) -> None:
    replica.papers = [make_long("huge", 12_000), make_long("small", 3)]
    huge, small = fetch([paper["paperId"] for paper in replica.papers])
    assert isinstance(huge, Paper)
    assert isinstance(small, Paper)
    assert [9_999, 3] == count_references([huge, small])
    assert ("cap", None) == (huge.references.cut_by, small.references.cut_by)


@pytest.mark.slow
def test_references_that_cannot_be_asked_for_again_are_marked_and_not_kept(
    fetch: Fetch, replica: Replica, tmp_path: Path
) -> None:
    papers = [make_long(f"long {number}", 4_000) for number in range(4)]
    replica.papers = papers
    replica.faults = [Fault("status", status=503, skip=1, times=99)]
    ids = [paper["paperId"] for paper in papers]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        answers = fetch(ids, cache=cache)
        assert [4_000, 4_000, 1_999, 0] == count_references(answers)
        seen = [answer.references for answer in answers if isinstance(answer, Paper)]
        assert [("known", None)] * 2 + [("known", "cap"), ("failed", None)] == [
            (listing.status, listing.cut_by) for listing in seen
        ]
        replica.faults = []
        assert [4_000] * 4 == count_references(fetch(ids, cache=cache))


def test_empty_list_far_below_the_cap_is_not_asked_for_again(fetch: Fetch, replica: Replica) -> None:
    replica.papers = [make_paper("alpha", references=[], referenceCount=9)]
    (paper,) = fetch([replica.papers[0]["paperId"]])
    assert isinstance(paper, Paper)
    assert "failed" == paper.references.status
    assert len(replica.requests) == 1


# --- the cache -------------------------------------------------------------------------------------------


def test_what_was_answered_is_not_asked_again(fetch: Fetch, replica: Replica, tmp_path: Path) -> None:
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        first = fetch([*IDS, "ARXIV:0000.00000"], cache=cache)
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        assert first == fetch([*IDS, "ARXIV:0000.00000"], cache=cache)
        assert len(replica.requests) == 1
        fetch([*IDS[:2], "ARXIV:1111.11111"], cache=cache)
    assert ["ARXIV:1111.11111"] == (replica.requests[1].ids or [])[:-1]


def test_refreshing_asks_again(fetch: Fetch, replica: Replica, tmp_path: Path) -> None:
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        fetch(IDS, cache=cache)
        fetch(IDS, cache=cache, max_age=0)
    assert len(replica.requests) == 2


def test_errors_are_not_kept(fetch: Fetch, replica: Replica, tmp_path: Path) -> None:
    replica.papers = [{**MANY[0], "citationCount": "many"}, *MANY[1:]]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        assert isinstance(fetch(IDS[:2], cache=cache)[0], BadAnswerError)
        replica.papers = MANY
        assert {Paper} == {type(answer) for answer in fetch(IDS[:2], cache=cache)}
    assert [3, 2] == [len(seen.ids or ()) for seen in replica.requests]


def test_record_asked_for_singly_is_kept_and_its_miss_is_not(fetch: Fetch, replica: Replica, tmp_path: Path) -> None:
    replica.papers = [{**MANY[0], "_aliases": ["odd"]}]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        first = fetch(["odd", "oops"], cache=cache)
        asked = len(replica.requests)
        assert first == fetch(["odd", "oops"], cache=cache)
    assert ["/graph/v1/paper/batch", "/graph/v1/paper/oops"] == [seen.path for seen in replica.requests[asked:]]


def test_offline_answers_from_the_cache_alone(fetch: Fetch, replica: Replica, tmp_path: Path) -> None:
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        fetch(IDS[:2], cache=cache)
        answers = fetch(IDS[:3], cache=cache, offline=True)
        assert [Paper, Paper, OfflineError] == [type(answer) for answer in answers]
        with pytest.raises(OfflineError, match="requests are disabled"):
            fetch(IDS[3:4], cache=cache, offline=True)
    assert len(replica.requests) == 1


def test_no_more_is_asked_than_allowed(fetch: Fetch, replica: Replica) -> None:
    many = [make_paper(f"paper {number}") for number in range(2 * BATCH_SIZE)]
    replica.papers = many
    answers = fetch([paper["paperId"] for paper in many], max_requests=1)
    assert [Paper] * BATCH_SIZE + [BudgetError] * BATCH_SIZE == [type(answer) for answer in answers]
    assert len(replica.requests) == 1


def test_tries_count_as_requests(fetch: Fetch, replica: Replica) -> None:
    replica.faults = [Fault("status", status=503, times=9)]
    with pytest.raises(BudgetError, match="the limit of 3 requests is used up"):
        fetch(IDS, max_requests=3)
    assert len(replica.requests) == 3


def test_records_of_a_stand_in_are_not_taken_for_another_s(fetch: Fetch, replica: Replica, tmp_path: Path) -> None:
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        fetch(IDS[:1], cache=cache)
        with Replica(papers=MANY) as other, open_requester(api_url=other.url, rate=0) as requester:
            fetch_papers(IDS[:1], Desk(requester, cache))
            assert len(other.requests) == 1


def test_a_thousand_papers_take_three_requests(fetch: Fetch, replica: Replica) -> None:
    many = [make_paper(f"paper {number}", references=make_edges("x", 5), referenceCount=5) for number in range(1_000)]
    replica.papers = many
    answers = fetch([paper["paperId"] for paper in many])
    assert [5] * 1_000 == count_references(answers)
    assert len(replica.requests) == ceil(1_000 / BATCH_SIZE)
