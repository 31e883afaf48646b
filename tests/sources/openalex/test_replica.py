"""The replica keeps the contract of the service where our requests do not show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.replica import make_paper
from tests.replica.openalex import OpenAlexReplica, make_work, works_from_s2


def ask(openalex: OpenAlexReplica, query: Mapping[str, str | int] | None = None, path: str = "/works") -> Any:
    reply = httpx.get(f"{openalex.url}{path}", params=query, trust_env=False)
    reply.raise_for_status()
    return reply.json()


def list_ids(body: dict[str, Any]) -> list[str]:
    return [work["id"].rpartition("/")[2] for work in body["results"]]


def test_a_sample_is_random_and_a_seed_repeats_it(openalex: OpenAlexReplica) -> None:
    openalex.works = [make_work(number, publication_year=2020 + number % 2) for number in range(100, 200)]
    of_year: dict[str, str | int] = {"sample": 20, "filter": "publication_year:2021"}
    some = ask(openalex, {**of_year, "seed": 7})
    assert (20, 20) == (some["meta"]["count"], len(set(list_ids(some))))
    assert {1} == {int(name[1:]) % 2 for name in list_ids(some)}
    assert some["results"] == ask(openalex, {**of_year, "seed": 7})["results"]
    assert list_ids(some) != list_ids(ask(openalex, {**of_year, "seed": 8}))
    more = ask(openalex, {**of_year, "sample": 30, "seed": 7, "per_page": 30})
    assert (list_ids(some), 30) == (list_ids(more)[:20], more["meta"]["count"])
    assert 50 == ask(openalex, {**of_year, "sample": 60, "seed": 7})["meta"]["count"]
    pages = [list_ids(ask(openalex, {"sample": 20, "seed": 7, "per_page": 10, "page": page})) for page in (1, 2)]
    assert 20 == len({name for page in pages for name in page})


@pytest.mark.parametrize(
    "query",
    [
        {"filter": f"doi:{'|'.join(f'10.9999/{number}' for number in range(101))}"},
        {"filter": "nonsense:1"},
        {"select": "authorships.author.id"},
        {"per_page": 101},
        {"per_page": 100, "page": 101},
        {"search.title": "why?"},
        {"sample": 20, "page": 2},
        {"sample": 10_001},
        {"sample": "some"},
        {"sample": 20, "sort": "publication_date"},
        {"sample": 20, "cursor": "*"},
        {"seed": 7},
        {"limit": 5},
    ],
)
def test_a_question_that_is_wrong_is_refused(query: dict[str, str | int], openalex: OpenAlexReplica) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        ask(openalex, query)


def test_lists_show_a_hundred_authors_and_the_core(openalex: OpenAlexReplica) -> None:
    openalex.works = [make_work(10, authorships=[{"author": {}}] * 120), make_work(11, is_xpac=True)]
    (work,) = ask(openalex)["results"]
    assert 100 == len(work["authorships"])
    assert 120 == len(ask(openalex, path="/works/W10")["authorships"])
    assert "https://openalex.org/W11" == ask(openalex, path="/works/doi:10.9999/SYNTHETIC.11")["id"]


def test_one_world_has_the_habits_of_the_service() -> None:
    papers = [
        make_paper(f"paper {n}", externalIds={"ArXiv": f"2999.{n:05}", "DOI": f"10.9999/{n}"}, references=[])
        for n in range(42)
    ]
    works = works_from_s2([{**paper, "references": papers[:7]} for paper in papers])
    preprints = [work for work in works if work["type"] == "preprint"]
    assert (42 + 6, 6 + 12) == (len(works), len(preprints))
    plain = works_from_s2(papers, is_plain=True)
    assert (42, 42) == (len(plain), sum(len(work["locations"]) == 2 for work in plain))
