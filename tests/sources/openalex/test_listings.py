"""Citing papers of many at once: assigned by their references, held against their count, united by work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from flgraph.records import Listing, Paper, Version
from flgraph.sources.cache import RecordCache
from flgraph.sources.faults import BadAnswerError, RateLimitError, ServerFaultError
from flgraph.sources.openalex.listings import Member, count_cost, fetch_neighbors, pack
from flgraph.sources.openalex.papers import fetch_papers
from flgraph.sources.provider import Around, Cost, Desk
from tests.replica.openalex import Fault, OpenAlexReplica, make_work
from tests.replica.openalex.server import FaultKind
from tests.sources.openalex.conftest import OpenDesk
from tests.sources.openalex.test_papers import doi


def make_citing(count: int, cited: Sequence[Sequence[int]], *, first: int = 1_000) -> list[dict[str, Any]]:
    """Return works that cite in turn, on different days."""
    return [
        make_work(
            first + number,
            cites=cited[number % len(cited)],
            publication_date=f"20{21 - number % 6}-0{1 + number % 9}-02",
        )
        for number in range(count)
    ]


def fetch(numbers: Sequence[int], desk: Desk) -> dict[str, Paper]:
    answers = fetch_papers([[doi(number)] for number in numbers], desk)
    return {f"p{number}": answer[0].paper for number, answer in zip(numbers, answers, strict=True)}  # type: ignore[index]


def ask(numbers: Sequence[int], desk: Desk) -> dict[str, Around]:
    return {around.key: around for around in fetch_neighbors(fetch(numbers, desk), desk)}


def list_ids(listing: Listing) -> list[str | None]:
    return [line.id for line in listing.items]


# --- many at once --------------------------------------------------------------------------------------------


def test_citing_papers_are_asked_for_together_and_belong_to_whom_they_cite(
    openalex: OpenAlexReplica, desk: Desk
) -> None:
    openalex.works = [make_work(10), make_work(11), make_work(12), *make_citing(250, [(10,), (11,), (10, 11)])]
    around = ask([10, 11, 12], desk)

    assert [("known", 167), ("known", 166), ("known", 0)] == [
        (one.citing.listing.status, len(one.citing.listing.items)) for one in around.values()
    ]
    assert [167, 166, 0] == [len(one.citing.papers) for one in around.values()]
    assert {"doi": 1, "cites": 3} == openalex.count_routes()
    assert {"publication_date"} == {request.query["sort"] for request in openalex.requests[1:]}


def test_lines_are_in_order_of_their_days_and_carry_ids(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10), make_work(20, cites=[10], publication_date="2022-02-02", title=" ", doi=None)]
    openalex.works += [make_work(21, cites=[10], publication_date="2021-02-02", arxiv="2999.00021")]
    (around,) = ask([10], desk).values()
    first, second = around.citing.listing.items
    assert ("W21", {"doi": "10.9999/synthetic.21", "arxiv": "2999.00021"}) == (first.id, first.ids)
    assert ("W20", None) == (second.id, second.title)
    assert {"not_asked"} == {paper.references.status for paper in around.citing.papers}


def test_groups_are_packed_below_what_pages_reach() -> None:
    members = [Member(str(number), (f"W{number}",), 3_000) for number in range(5)]
    large = Member("large", ("W99",), 20_000)
    many = [Member(str(number), (f"W{number}", f"V{number}"), 0) for number in range(60)]
    assert [2, 2, 1] == [len(group) for group in pack(members)]
    assert [1, 1, 1] == [len(group) for group in pack([members[0], large, members[1]])]
    assert [50, 10] == [len(group) for group in pack(many)]


@pytest.mark.slow
def test_a_stored_count_that_is_too_low_splits_the_group(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10, _cited_by_count=0), make_work(11, _cited_by_count=0)]
    openalex.works += make_citing(10_050, [(10,), (11,)], first=100_000)
    around = ask([10, 11], desk)
    assert [5_025, 5_025] == [len(one.citing.listing.items) for one in around.values()]
    assert [None, None] == [one.citing.listing.cut_by for one in around.values()]
    assert 1 + 51 + 51 == openalex.count_routes()["cites"]


@pytest.mark.slow
def test_a_listing_beyond_what_pages_reach_is_capped(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10), *make_citing(10_050, [(10,)], first=100_000)]
    (around,) = ask([10], desk).values()
    assert (10_000, "cap", None) == (len(around.citing.papers), around.citing.listing.cut_by, around.citing.error)


# --- versions ------------------------------------------------------------------------------------------------


def test_the_citing_papers_of_all_versions_are_united_and_not_added(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10), make_work(11, cites=[10]), *make_citing(9, [(10,), (11,), (10, 11)])]
    paper = fetch([10], desk)["p10"]
    both = paper.model_copy(update={"versions": (Version(id="W10"), Version(id="W11"))})
    (around,) = fetch_neighbors({"both": both}, desk)
    assert 9 == len(around.citing.papers) == len(set(list_ids(around.citing.listing)))


# --- references ----------------------------------------------------------------------------------------------


def test_references_are_asked_for_once_and_those_that_are_gone_are_left_out(
    openalex: OpenAlexReplica, desk: Desk
) -> None:
    openalex.works = [make_work(10, cites=[20, 21, 99]), make_work(11, cites=[21]), make_work(20), make_work(21)]
    around = ask([10, 11], desk)
    assert [["W20", "W21"], ["W21"]] == [list_ids(one.cited.listing) for one in around.values()]
    assert {"doi": 1, "cites": 1, "openalex": 1} == openalex.count_routes()


def test_references_that_are_not_listed_stay_unknown(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10)]
    (around,) = ask([10], desk).values()
    assert (Listing(status="unlisted"), Listing(status="known")) == (around.cited.listing, around.citing.listing)
    assert {"doi": 1, "cites": 1} == openalex.count_routes()


def test_references_whose_request_fails_say_so(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10, cites=[20]), make_work(20)]
    openalex.faults = [Fault("status", status=500, times=99, path="openalex:")]
    (around,) = ask([10], desk).values()
    assert "failed" == around.cited.listing.status
    assert isinstance(around.cited.error, ServerFaultError)
    assert around.citing.error is None


# --- rows against their count ----------------------------------------------------------------------------------


def test_a_list_that_is_not_whole_is_asked_for_again(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10), *make_citing(150, [(10,)])]
    openalex.faults = [Fault("partial", times=2, path="cites", skip=1)]
    (around,) = ask([10], desk).values()
    assert (150, None) == (len(around.citing.papers), around.citing.error)
    assert 2 + 2 == openalex.count_routes()["cites"]


def repeat_first(body: dict[str, Any]) -> None:
    body["results"][-1] = body["results"][0]


@pytest.mark.parametrize(("expected", "times"), [(150, 1), (149, 99)])
def test_rows_that_repeat_are_noticed_by_their_number(
    expected: int, times: int, openalex: OpenAlexReplica, open_desk: OpenDesk, tmp_path: Path
) -> None:
    openalex.works = [make_work(10), *make_citing(150, [(10,)])]
    openalex.faults = [Fault("body", times=times, path="page=2", change=repeat_first)]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        (around,) = ask([10], open_desk(cache)).values()
        assert expected == len(around.citing.papers)
        assert (expected < 150) == isinstance(around.citing.error, BadAnswerError)
        assert (expected < 150) == (around.citing.listing.cut_by == "failure")
        openalex.faults = []
        (around,) = ask([10], open_desk(cache)).values()
        assert (150, None) == (len(around.citing.papers), around.citing.error)


def test_a_row_that_names_none_of_a_group_is_told_by_halves(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10), make_work(11), make_work(12), *make_citing(6, [(10,), (11,), (12,)])]
    openalex.faults = [Fault("norefs", times=2, path="cites")]
    around = ask([10, 11, 12], desk)
    assert [2, 2, 2] == [len(one.citing.papers) for one in around.values()]


@pytest.mark.parametrize("kind", ["query_timeout", "partial"])
def test_a_group_that_takes_too_long_is_asked_for_in_halves(
    kind: FaultKind, openalex: OpenAlexReplica, desk: Desk
) -> None:
    openalex.works = [make_work(10), make_work(11), make_work(12), *make_citing(6, [(10,), (11,), (12,)])]
    openalex.faults = [Fault(kind, times=99, path="cites:W10|W11|W12")]
    around = ask([10, 11, 12], desk)
    assert [2, 2, 2] == [len(one.citing.papers) for one in around.values()]
    assert 3 + 2 == openalex.count_routes()["cites"]


def test_groups_that_all_take_too_long_are_given_up(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(number) for number in range(10, 74)]
    openalex.faults = [Fault("partial", times=999, path="cites")]
    around = ask(range(10, 74), desk)
    assert {"failed"} == {one.citing.listing.status for one in around.values()}
    assert 3 * (1 + 2 + 4 + 8) == openalex.count_routes()["cites"]


def test_an_outage_in_the_middle_keeps_what_is_known(
    openalex: OpenAlexReplica, open_desk: OpenDesk, tmp_path: Path
) -> None:
    openalex.works = [make_work(10), make_work(11), *make_citing(350, [(10,), (11,)])]
    openalex.faults = [Fault("spent", times=99, path="cites", skip=2)]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        broken = ask([10, 11], open_desk(cache))
        assert {"failure"} == {one.citing.listing.cut_by for one in broken.values()}
        assert 200 == sum(len(one.citing.papers) for one in broken.values())
        assert {RateLimitError} == {type(one.citing.error) for one in broken.values()}
        openalex.faults, openalex.requests = [], []
        whole = ask([10, 11], open_desk(cache))
        assert [175, 175] == [len(one.citing.papers) for one in whole.values()]
        assert 2 == len(openalex.requests)
        for key, one in broken.items():
            seen = list_ids(one.citing.listing)
            assert seen == list_ids(whole[key].citing.listing)[: len(seen)]


# --- cache and cost --------------------------------------------------------------------------------------------


def test_a_paper_more_asks_for_its_own_neighbors_alone(
    openalex: OpenAlexReplica, open_desk: OpenDesk, tmp_path: Path
) -> None:
    openalex.works = [make_work(10, cites=[20]), make_work(11, cites=[20]), make_work(20)]
    openalex.works += make_citing(150, [(10,), (10, 11)])
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        first = ask([10], open_desk(cache))
        openalex.requests.clear()
        both = ask([10, 11], open_desk(cache))
    assert first["p10"] == both["p10"]
    assert {"doi": 1, "cites": 1} == openalex.count_routes()
    assert "W10" not in openalex.requests[-1].query["filter"]


def test_the_cost_is_between_what_is_common_and_the_sum(
    openalex: OpenAlexReplica, open_desk: OpenDesk, tmp_path: Path
) -> None:
    openalex.works = [make_work(10, cites=[20, 21]), make_work(11), make_work(20), make_work(21)]
    openalex.works += make_citing(450, [(10,), (10, 11)])
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        papers = fetch([10, 11], open_desk(cache))
        offline = open_desk(cache, offline=True)
        assert (Cost(6, 8, 6, 8), 1) == count_cost(papers, 0, offline)
        assert (Cost(8, None, 8, None), 1) == count_cost(papers, 3, offline)
        openalex.requests.clear()
        list(fetch_neighbors(papers, open_desk(cache)))
        assert 5 + 1 == len(openalex.requests)
        assert (Cost(0, 0, 0, 0), 4) == count_cost(papers, 0, offline)
