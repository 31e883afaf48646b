"""Papers are found by all of their ids at once; a miss is one only where the service says so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from flgraph.errors import SourceError
from flgraph.sources.cache import RecordCache
from flgraph.sources.faults import BadAnswerError, BadKeyError, ServerFaultError, UnreachableError
from flgraph.sources.openalex.credits import count_id_cost
from flgraph.sources.openalex.papers import fetch_papers
from flgraph.sources.provider import Answers, Cost, Desk, PaperId
from tests.replica import StillClock
from tests.replica.openalex import Fault, OpenAlexReplica, make_preprint, make_work
from tests.replica.openalex.works import locate_at_arxiv
from tests.sources.openalex.conftest import OpenDesk


def doi(number: int) -> PaperId:
    return PaperId("doi", f"10.9999/synthetic.{number}")


def arxiv(number: int) -> PaperId:
    return PaperId("arxiv", f"2999.{number:05}")


def work(number: int) -> PaperId:
    return PaperId("openalex", f"W{number}")


def names(answers: Sequence[Answers]) -> list[list[str]]:
    """Return the ids of the records of each answer; an error is raised."""
    for answer in answers:
        if isinstance(answer, SourceError):
            raise answer
    return [[found.paper.id for found in answer] for answer in answers if isinstance(answer, tuple)]


# --- one filter ----------------------------------------------------------------------------------------------


def test_dois_and_arxiv_ids_go_into_one_request(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10, doi="10.9999/SYNTHETIC.10"), make_preprint(11, "2999.00011")]
    answers = fetch_papers([[doi(10)], [arxiv(11)], [arxiv(11), doi(10)]], desk)

    assert [["W10"], ["W11"], ["W11", "W10"]] == names(answers)
    assert {"doi": 1} == openalex.count_routes()
    assert [doi(10)] == [found.asked for found in answers[0]]  # type: ignore[union-attr]


def test_a_merged_preprint_is_found_by_its_page_under_either_scheme(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [
        make_work(10, arxiv="2999.00010"),
        make_work(11, locations=[locate_at_arxiv("2999.00011", scheme="https")]),
    ]
    assert [["W10"], ["W11"]] == names(fetch_papers([[arxiv(10)], [arxiv(11)]], desk))
    assert {"doi": 1, "locations.landing_page_url": 1} == openalex.count_routes()


def test_a_page_is_not_asked_for_where_another_id_leads_to_a_record(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10)]
    assert [["W10"]] == names(fetch_papers([[arxiv(10), doi(10)]], desk))
    assert {"doi": 1} == openalex.count_routes()


def test_filters_hold_at_most_a_hundred_values_and_four_thousand_bytes(openalex: OpenAlexReplica, desk: Desk) -> None:
    long = [PaperId("doi", f"10.9999/{'synthetic/' * 20}{number}") for number in range(40)]
    openalex.works = [make_work(number, doi=name.value) for number, name in enumerate(long, start=10)]
    openalex.works += [make_work(number) for number in range(100, 350)]
    ids = [[name] for name in (*long, *(doi(number) for number in range(100, 350)))]

    assert all(len(found) == 1 for found in names(fetch_papers(ids, desk)))
    assert all(request.query["filter"].count("|") < 100 for request in openalex.requests)
    assert max(request.line for request in openalex.requests) < 4_000
    assert count_id_cost(ids).requests == len(openalex.requests)


def test_more_works_than_a_page_are_all_read(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(1_000 + place, doi=f"10.9999/synthetic.{place % 60}") for place in range(120)]
    answers = names(fetch_papers([[doi(number)] for number in range(60)], desk))
    assert {2} == {len(found) for found in answers}
    assert 2 == len(openalex.requests)


# --- what a filter does not find -----------------------------------------------------------------------------


def test_the_expansion_corpus_is_asked_work_by_work_and_free(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10, is_xpac=True)]
    assert [["W10"], []] == names(fetch_papers([[doi(10)], [doi(11)]], desk))
    assert {"doi": 1, "single": 2} == openalex.count_routes()
    assert 1 == openalex.credits == desk.requester.credits


def test_a_miss_is_a_page_that_is_asked_for_once(
    openalex: OpenAlexReplica, open_desk: OpenDesk, tmp_path: Path
) -> None:
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        assert [[]] == names(fetch_papers([[doi(10)]], open_desk(cache)))
        asked = len(openalex.requests)
        assert [[]] == names(fetch_papers([[doi(10)]], open_desk(cache)))
    assert 2 == asked == len(openalex.requests)


def test_signs_of_the_language_are_asked_for_alone(openalex: OpenAlexReplica, desk: Desk) -> None:
    odd = "10.9999/a,b|c?d#e"
    openalex.works = [make_work(10, doi=odd), make_work(11)]
    assert [["W10"], ["W11"]] == names(fetch_papers([[PaperId("doi", odd)], [doi(11)]], desk))
    assert {"doi": 1, "single": 1} == openalex.count_routes()


@pytest.mark.parametrize("merged", [301, 404])
def test_a_merged_id_is_followed_or_else_asked_for_by_doi(merged: int, openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.merged = merged
    openalex.works = [make_work(10, _aliases=["W99"])]
    assert [["W10"]] == names(fetch_papers([[work(99), doi(10)]], desk))
    asked = {"openalex": 1, "single": 2} if merged == 301 else {"openalex": 1, "single": 1, "doi": 1}
    assert asked == openalex.count_routes()
    assert [[]] == names(fetch_papers([[work(98)]], desk))


def test_an_id_of_the_service_is_asked_for_before_others_only_if_it_comes_first(
    openalex: OpenAlexReplica, desk: Desk
) -> None:
    openalex.works = [make_work(10), make_work(11)]
    assert [["W11"], ["W10"]] == names(fetch_papers([[work(11), doi(10)], [doi(10), work(11)]], desk))


# --- several records -----------------------------------------------------------------------------------------


def test_two_works_with_one_doi_are_both_candidates(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10), make_work(11, doi=doi(10).value)]
    assert [["W10", "W11"]] == names(fetch_papers([[doi(10)]], desk))


# --- failures ------------------------------------------------------------------------------------------------

PASSING = [
    Fault("429"), Fault("status", status=500), Fault("html", status=200), Fault("html", status=403), Fault("empty"),
    Fault("badjson"), Fault("truncate"), Fault("reset"), Fault("query_timeout"), Fault("partial"),
]  # fmt: skip


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: f"{fault.kind}-{fault.status}")
def test_a_fault_that_passes_changes_nothing(fault: Fault, openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10), make_work(11)]
    openalex.faults = [Fault(fault.kind, status=fault.status, times=2)]
    assert [["W10"], ["W11"]] == names(fetch_papers([[doi(10)], [doi(11)]], desk))
    assert 3 == len(openalex.requests)


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (ServerFaultError, Fault("partial", times=99)),
        (ServerFaultError, Fault("html", status=200, times=99)),
        (ServerFaultError, Fault("html", status=403, times=99)),
        (ServerFaultError, Fault("query_timeout", times=99)),
        (BadKeyError, Fault("status", status=401, times=99)),
        (BadAnswerError, Fault("html", status=404, times=99, path="filter")),
        (BadAnswerError, Fault("body", change=lambda body: body.pop("meta"), times=99, path="filter")),
        (BadAnswerError, Fault("body", change=lambda body: body["results"][0].update(id="A5"), times=99)),
    ],
)
def test_a_failure_is_named_and_is_no_miss(
    kind: type[SourceError], fault: Fault, openalex: OpenAlexReplica, open_desk: OpenDesk, tmp_path: Path
) -> None:
    openalex.works, openalex.faults = [make_work(10)], [fault]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        (answer,) = fetch_papers([[doi(10)]], open_desk(cache))
        assert isinstance(answer, kind)
        assert "OpenAlex" in str(answer)
        openalex.faults = []
        assert [["W10"]] == names(fetch_papers([[doi(10)]], open_desk(cache)))


def test_a_service_that_is_nowhere_is_unreachable(open_desk: OpenDesk) -> None:
    (answer,) = fetch_papers([[doi(10)]], open_desk(api_url="http://127.0.0.1:9"))
    assert isinstance(answer, UnreachableError)


def test_another_host_is_not_followed_to(openalex: OpenAlexReplica, desk: Desk) -> None:
    with OpenAlexReplica([make_work(11)]) as other:
        openalex.works, openalex.merged, openalex.moved_to = [make_work(11, _aliases=["W99"])], 301, other.url
        (answer,) = fetch_papers([[work(99)]], desk)
        assert isinstance(answer, BadAnswerError)
        assert "redirects to another host" in str(answer)
        assert [] == other.requests


def test_half_of_the_papers_failed_and_the_next_run_asks_for_these_alone(
    openalex: OpenAlexReplica, open_desk: OpenDesk, clock: StillClock, tmp_path: Path
) -> None:
    openalex.works = [make_work(number) for number in range(100, 350)]
    ids = [[doi(number)] for number in range(100, 350)]
    openalex.faults = [Fault("status", status=500, times=99, skip=1)]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        broken = fetch_papers(ids, open_desk(cache))
        assert [100, 150] == [sum(isinstance(one, kind) for one in broken) for kind in (tuple, SourceError)]
        openalex.faults, openalex.requests = [], []
        assert [["W100"], ["W349"]] == names(fetch_papers(ids, open_desk(cache)))[:: len(ids) - 1]
    assert 2 == len(openalex.requests)


def test_the_cost_counts_every_way() -> None:
    assert Cost(1, 3, 1, 2) == count_id_cost([[arxiv(1)]])
    assert Cost(1, 2, 1, 1) == count_id_cost([[doi(1)]])
    assert Cost(1, 4, 1, 2) == count_id_cost([[work(1), doi(1)]])
    assert Cost(0, 0, 0, 0) == count_id_cost([])
