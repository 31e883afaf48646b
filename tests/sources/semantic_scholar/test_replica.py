"""The replica against the service: its specification's fields and limits, its recorded replies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import JsonValue
from ruamel.yaml import YAML

from flgraph.errors import SourceError
from flgraph.sources.faults import BadRequestError, RateLimitError
from flgraph.sources.semantic_scholar.listings import NEIGHBOR_FIELDS
from flgraph.sources.semantic_scholar.questions import PAPER_FIELDS
from flgraph.sources.semantic_scholar.records import read_page
from tests.replica import Replica, StillClock, make_edges, make_paper, open_requester
from tests.replica import fields as known
from tests.replica.fields import Level, parse_fields

ALPHA = make_paper("alpha", references=make_edges("cited", 3))


def ask(replica: Replica, path: str, clock: StillClock | None = None, **options: Any) -> JsonValue:
    settings = {"rate": 0, "max_wait": 0, "clock": (clock or StillClock()).as_clock()}
    with open_requester(api_url=replica.url, **settings) as requester:
        query = {name: str(value) for name, value in options.items()}
        return requester.request_json(f"/graph/v1/paper/{path}", parameters=query)


# --- the specification -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("FullPaper", known.PAPER_FIELDS),
        ("Title Match Paper", known.PAPER_FIELDS | {"matchScore"}),
        ("BasePaper", known.NESTED_FIELDS),
        ("Author", known.AUTHOR_FIELDS),
        ("AuthorInfo", known.NAME_FIELDS),
        ("Citation", known.EDGE_FIELDS | {"citingPaper"}),
        ("Reference", known.EDGE_FIELDS | {"citedPaper"}),
    ],
)
def test_fields_are_those_of_the_specification(name: str, ours: frozenset[str], test_data: Path) -> None:
    specification = json.loads((test_data / "s2/spec/s2-graph-api.json").read_text(encoding="utf-8"))
    assert set(specification["definitions"][name]["properties"]) == ours


def test_specification_names_the_limits_that_we_keep(test_data: Path) -> None:
    paths = json.loads((test_data / "s2/spec/s2-graph-api.json").read_text(encoding="utf-8"))["paths"]
    batch = paths["/paper/batch"]["post"]["description"]
    assert all(limit in batch for limit in ("500 paper ids", "10 MB", "9999 citations"))
    assert "Hyphenated query terms yield no matches" in json.dumps(paths["/paper/search"])
    assert "Title match not found" in json.dumps(paths["/paper/search/match"])


@pytest.mark.parametrize(("level", "fields"), [("paper", PAPER_FIELDS), ("edge", NEIGHBOR_FIELDS)])
def test_what_we_ask_for_is_to_be_had(level: Level, fields: tuple[str, ...]) -> None:
    assert parse_fields(",".join(fields), level)


@pytest.mark.parametrize(
    ("route", "fields"),
    [
        ("", "unknown"),
        ("", "references.references"),
        ("", "references.authors.hIndex"),
        ("", "title.short"),
        ("/citations", "references"),
        ("/citations", "authors.hIndex"),
        ("/references", "tldr"),
    ],
)
def test_field_that_is_not_to_be_had_is_named(route: str, fields: str, replica: Replica) -> None:
    replica.papers = [ALPHA]
    with pytest.raises(BadRequestError, match=rf"Unrecognized or unsupported fields: \[{fields}\]"):
        ask(replica, f"{ALPHA['paperId']}{route}", fields=f"title,{fields}")


@pytest.mark.parametrize(
    ("route", "query"),
    [
        ("{}/citations", {"limit": 1_001}),
        ("{}/citations", {"limit": 0}),
        ("{}/references", {"offset": 9_000, "limit": 1_000}),
        ("{}/references", {"offset": -1}),
        ("{}/references", {"limit": "many"}),
        ("{}/references", {"page": 1}),
        ("search", {"query": "alpha", "limit": 101}),
        ("search", {"query": "alpha", "offset": 950, "limit": 100}),
        ("search", {}),
        ("search/match", {"query": ""}),
        ("search/match", {"query": "alpha", "colour": "red"}),
    ],
)
def test_limits_are_kept(route: str, query: dict[str, Any], replica: Replica) -> None:
    replica.papers = [ALPHA]
    with pytest.raises(BadRequestError):
        ask(replica, route.format(ALPHA["paperId"]), **query)


def test_listing_gives_its_defaults_and_the_next_place(replica: Replica) -> None:
    replica.papers = [ALPHA]
    body = ask(replica, f"{ALPHA['paperId']}/references", limit=2)
    expected = [{"citedPaper": {"paperId": edge["paperId"], "title": edge["title"]}} for edge in ALPHA["references"]]
    assert {"offset": 0, "next": 2, "data": expected[:2]} == body


def test_citations_follow_from_references(replica: Replica) -> None:
    beta = make_paper("beta", references=[{"paperId": ALPHA["paperId"], "intents": ["methodology"]}])
    replica.papers = [ALPHA, beta]
    body = ask(replica, f"{ALPHA['paperId']}/citations", fields="intents,title")
    line = {"intents": ["methodology"], "citingPaper": {"paperId": beta["paperId"], "title": beta["title"]}}
    assert {"offset": 0, "data": [line]} == body


def test_elided_list_is_null_with_a_notice(replica: Replica) -> None:
    replica.papers = [{**ALPHA, "references": None}]
    body = ask(replica, f"{ALPHA['paperId']}/references")
    assert isinstance(body, dict)
    assert body["data"] is None
    assert "elided by the publisher" in json.dumps(body)


def test_rate_is_kept_by_key(replica: Replica, clock: StillClock) -> None:
    replica.papers, replica.rate, replica.now = [ALPHA], 1.0, lambda: clock.now
    ask(replica, ALPHA["paperId"], clock)
    with pytest.raises(RateLimitError):
        ask(replica, ALPHA["paperId"], clock)
    clock.now += 1
    assert ask(replica, ALPHA["paperId"], clock)


def test_our_pace_is_within_the_rate(replica: Replica, clock: StillClock) -> None:
    replica.papers, replica.rate, replica.now = [ALPHA], 1.0, lambda: clock.now
    with open_requester(api_url=replica.url, rate=1.0, max_wait=0, clock=clock.as_clock()) as requester:
        for _ in range(5):
            requester.request_json(f"/graph/v1/paper/{ALPHA['paperId']}")
    assert [1.0] * 4 == clock.slept


# --- recorded replies ------------------------------------------------------------------------------------


def load_exchange(folder: Path, name: str) -> tuple[str, dict[str, str], Any]:
    """Return path, query and body of the first exchange in a recording."""
    cassette = YAML(typ="safe").load((folder / "s2/recorded" / name).read_text(encoding="utf-8"))
    exchange = cassette["interactions"][0]
    address = urlsplit(exchange["request"]["uri"])
    response = exchange["response"]
    text = response["content"] if "content" in response else response["body"]["string"]
    return address.path.removeprefix("/graph/v1/paper/"), dict(parse_qsl(address.query)), json.loads(text)


@pytest.mark.parametrize(
    ("name", "side", "field"),
    [
        ("test_get_paper_citations.yaml", "citingPaper", "_citations"),
        ("test_get_paper_references.yaml", "citedPaper", "references"),
    ],
)
def test_listing_is_answered_as_recorded(name: str, side: str, field: str, test_data: Path, replica: Replica) -> None:
    path, query, recorded = load_exchange(test_data, name)
    edges = [line[side] for line in recorded["data"]]
    replica.papers = [make_paper("any", _aliases=[path.rpartition("/")[0]], **{field: edges * 2})]
    assert recorded == ask(replica, path, **query)
    assert len(read_page(recorded, asked=path).items) == len(edges)


@pytest.mark.parametrize("name", ["Citation.json", "Reference.json"])
def test_recorded_line_is_read_whole(name: str, test_data: Path) -> None:
    line = json.loads((test_data / "s2/recorded" / name).read_text(encoding="utf-8"))
    page = read_page({"offset": 0, "data": [line]}, asked=name)
    neighbor = line.get("citingPaper") or line["citedPaper"]
    assert (neighbor["paperId"], neighbor["citationCount"]) == (page.papers[0].id, page.papers[0].citation_count)
    assert (line["isInfluential"], tuple(line["intents"])) == (page.items[0].influential, page.items[0].intents)
    assert [author["name"] for author in neighbor["authors"]] == [author.name for author in page.papers[0].authors]


def test_match_is_answered_as_recorded(test_data: Path, replica: Replica) -> None:
    path, query, recorded = load_exchange(test_data, "test_search_paper_match_title.yaml")
    (match,) = recorded["data"]
    replica.papers = [make_paper("any", paperId=match["paperId"], title=match["title"])]
    body = ask(replica, path, **query)
    assert isinstance(body, dict)
    assert isinstance(body["data"], list)
    assert [match.keys()] == [found.keys() for found in body["data"] if isinstance(found, dict)]


def test_search_without_hits_is_answered_as_recorded(test_data: Path, replica: Replica) -> None:
    path, query, recorded = load_exchange(test_data, "test_empty_paginated_results.yaml")
    assert recorded == ask(replica, path, **query)


def test_search_is_answered_as_recorded(test_data: Path, replica: Replica) -> None:
    path, query, recorded = load_exchange(test_data, "test_search_paper.yaml")
    replica.papers = [make_paper(hit["paperId"], **hit) for hit in recorded["data"]] + [
        make_paper(str(number), title="turing") for number in range(100)
    ]
    body = ask(replica, path, **query)
    assert isinstance(body, dict)
    assert set(recorded) == set(body)
    assert recorded["next"] == body["next"]


def test_unknown_field_is_refused_as_recorded(test_data: Path, replica: Replica) -> None:
    path, query, recorded = load_exchange(test_data, "test_bad_query_parameters.yaml")
    replica.papers = [make_paper("any", _aliases=[path])]
    with pytest.raises(SourceError) as caught:
        ask(replica, path, **query)
    assert recorded["error"] in str(caught.value)
