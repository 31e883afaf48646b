"""Titles are searched by their words alone; hits are candidates."""

from __future__ import annotations

from pathlib import Path

import pytest

from flgraph.sources.cache import RecordCache
from flgraph.sources.faults import BadAnswerError, ServerFaultError
from flgraph.sources.openalex.titles import search_titles, spell_query
from flgraph.sources.provider import Desk
from tests.replica.openalex import Fault, OpenAlexReplica, make_work
from tests.sources.openalex.conftest import OpenDesk

ODD = 'Why? "FedX" | NOT learning, OR !not: a study (2*3)'


@pytest.mark.parametrize(
    ("expected", "title"),
    [
        ("why fedx not learning or not a study 2 3", ODD),
        ("études fédérées", "Études_fédérées"),
        ("", "--- ?"),
        ("学习", "学习"),
    ],
)
def test_a_query_has_words_alone(expected: str, title: str) -> None:
    assert expected == spell_query(title)


def test_a_query_is_never_too_long() -> None:
    assert len(spell_query("学习 " * 2_000)) < 1_000


def test_hits_come_by_title_and_cost_ten_credits(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10, title=ODD), make_work(11, title="Synthetic")]
    assert [["W10"]] == [[paper.id for paper in hits] for hits in search_titles([ODD, ODD], desk)]
    assert {"search.title": 1} == openalex.count_routes()
    assert 10 == openalex.credits == desk.requester.credits


def test_the_published_title_is_searched_too(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10, title="Synthetic one"), make_work(11, title="Synthetic two")]
    both = search_titles(["Synthetic one", "Synthetic: two"], desk)
    assert [["W10"], ["W11"]] == [[paper.id for paper in hits] for hits in both]


def test_a_parameter_that_is_refused_gives_way_to_the_older_filter(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10, title="Synthetic one")]
    openalex.faults = [Fault("status", status=400, path="search.title", times=99)]
    assert [["W10"]] == [[paper.id for paper in hits] for hits in search_titles(["Synthetic one"], desk)]
    assert {"search.title": 1, "title.search": 1} == openalex.count_routes()


def test_no_hit_is_an_answer_that_is_kept(openalex: OpenAlexReplica, open_desk: OpenDesk, tmp_path: Path) -> None:
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        for _ in range(2):
            assert [[]] == list(search_titles(["Synthetic one"], open_desk(cache)))
    assert 1 == len(openalex.requests)


def test_a_hit_that_cannot_be_read_leaves_the_others(
    openalex: OpenAlexReplica, open_desk: OpenDesk, tmp_path: Path
) -> None:
    openalex.works = [make_work(10, title="Synthetic one"), make_work(11, title="Synthetic one")]
    openalex.faults = [Fault("body", change=lambda body: body["results"][0].update(title=3))]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        rounds = search_titles(["Synthetic one"], open_desk(cache))
        assert ["W11"] == [paper.id for paper in next(rounds)]
        with pytest.raises(BadAnswerError, match="title"):
            next(rounds)
        assert ["W10", "W11"] == [paper.id for paper in next(search_titles(["Synthetic one"], open_desk(cache)))]


def test_a_paused_search_is_waited_for_once(openalex: OpenAlexReplica, desk: Desk) -> None:
    openalex.works = [make_work(10, title="Synthetic one")]
    openalex.faults = [Fault("paused")]
    assert [["W10"]] == [[paper.id for paper in hits] for hits in search_titles(["Synthetic one"], desk)]


def test_a_search_that_stays_paused_is_not_asked_for_again_while_lists_go_on(
    openalex: OpenAlexReplica, desk: Desk
) -> None:
    openalex.faults = [Fault("paused", times=99)]
    for _ in range(3):
        with pytest.raises(ServerFaultError, match=r"\(503"):
            next(search_titles(["Synthetic one"], desk))
    assert {"search.title": 2} == openalex.count_routes()
    desk.requester.request_json("/works", parameters={"filter": "doi:10.9999/x"}, cost=1)
