"""One bad value in an answer costs its record and nothing else, and the next run asks for that record alone."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flgraph.enrichment.enrich import enrich_catalog
from flgraph.records import Catalog, CatalogEntry, Paper
from flgraph.sources.cache import RecordCache
from flgraph.sources.faults import BadAnswerError, ServerFaultError
from flgraph.sources.http import Requester
from flgraph.sources.json_text import JsonError, parse_json
from flgraph.sources.provider import Desk
from flgraph.sources.semantic_scholar.listings import fetch_citations
from flgraph.sources.semantic_scholar.papers import fetch_papers
from flgraph.sources.semantic_scholar.questions import KNOWN_PAPER
from flgraph.sources.semantic_scholar.titles import search_papers, search_title
from tests.replica import Fault, Replica, StillClock, make_edges, make_paper, open_requester

MANY = [make_paper(f"paper {number}") for number in range(8)]
IDS = [paper["paperId"] for paper in MANY]
BAD: list[dict[str, Any]] = [
    {"title": "half a \ud800 character"},
    {"venue": "\udcff"},
    {"externalIds": {"\ud800": "x"}},
    {"citationCount": math.nan},
    {"citationCount": math.inf},
    {"citationCount": -5},
    {"citationCount": 1e300},
    {"citationCount": 10**30},
    {"citationCount": "many"},
    {"citationCount": True},
    {"influentialCitationCount": 2**53},
    {"corpusId": 10**400},
    {"authors": [{"name": "Synthetic Author", "hIndex": -1}]},
    {"references": [{"paperId": "\ud800"}]},
    {"references": [{"year": math.nan}]},
    {"paperId": None},
]


@pytest.fixture
def requester(replica: Replica, clock: StillClock) -> Iterator[Requester]:
    with open_requester(api_url=replica.url, rate=0, clock=clock.as_clock()) as requester:
        yield requester


def name_change(change: dict[str, Any]) -> str:
    return ascii(change)[:40]


@pytest.mark.parametrize("change", BAD, ids=name_change)
def test_record_with_a_bad_value_fails_alone(
    change: dict[str, Any], requester: Requester, replica: Replica, tmp_path: Path
) -> None:
    right = [make_paper("known", paperId=KNOWN_PAPER), *MANY]
    shown = {paper["paperId"]: {**paper, **(change if paper is MANY[3] else {})} for paper in right}
    replica.faults = [Fault("body", body=[shown[name] for name in [*IDS, KNOWN_PAPER]])]
    replica.papers = MANY
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        answers = fetch_papers(IDS, Desk(requester, cache))
        assert [Paper] * 3 + [BadAnswerError] + [Paper] * 4 == [type(answer) for answer in answers]
        assert str(answers[3]).startswith(f"Semantic Scholar: {IDS[3]}: ")
        assert {Paper} == {type(answer) for answer in fetch_papers(IDS, Desk(requester, cache))}
    assert [[*IDS, KNOWN_PAPER], [IDS[3], KNOWN_PAPER]] == [seen.ids for seen in replica.requests]


def test_bytes_that_are_no_text_cost_their_record(requester: Requester, replica: Replica) -> None:
    body = json.dumps([{**MANY[0], "title": "?"}, MANY[1], make_paper("known", paperId=KNOWN_PAPER)]).encode()
    replica.faults = [Fault("stream", pieces=lambda: [body.replace(b'"?"', b'"\xff\xfe"')])]
    assert [BadAnswerError, Paper] == [type(answer) for answer in fetch_papers(IDS[:2], Desk(requester))]


def test_number_of_thousands_of_digits_costs_its_record(requester: Requester, replica: Replica) -> None:
    body = json.dumps([{**MANY[0], "citationCount": 777}, MANY[1], make_paper("known", paperId=KNOWN_PAPER)]).encode()
    replica.faults = [Fault("stream", pieces=lambda: [body.replace(b" 777,", b"7" * 9_999 + b",")])]
    assert [BadAnswerError, Paper] == [type(answer) for answer in fetch_papers(IDS[:2], Desk(requester))]


@pytest.mark.parametrize("kind", ["badjson", "empty", "html"])
def test_id_whose_answers_cannot_be_read_at_all_is_found_by_halving(
    kind: Any, requester: Requester, replica: Replica, tmp_path: Path
) -> None:
    replica.papers = MANY
    replica.faults = [Fault(kind, holds=IDS[5], times=99)]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        answers = fetch_papers(IDS, Desk(requester, cache))
        assert [Paper] * 5 + [ServerFaultError] + [Paper] * 2 == [type(answer) for answer in answers]
        replica.faults, replica.requests = [], []
        assert {Paper} == {type(answer) for answer in fetch_papers(IDS, Desk(requester, cache))}
    assert [[IDS[5], KNOWN_PAPER]] == [seen.ids for seen in replica.requests]


@pytest.mark.parametrize("value", ["[" * 150 + "]" * 150, "[" * 900 + "]" * 900, "[" * 99_999 + "]" * 99_999])
def test_deep_nesting_ends_in_records_or_an_error(value: str, requester: Requester, replica: Replica) -> None:
    replica.papers = MANY
    body = json.dumps([{**MANY[0], "new": 777}, MANY[1], make_paper("known", paperId=KNOWN_PAPER)]).encode()
    replica.faults = [Fault("stream", pieces=lambda: [body.replace(b" 777", value.encode())], holds=IDS[0], times=99)]
    answers = fetch_papers(IDS[:2], Desk(requester))
    assert isinstance(answers[1], Paper)
    assert isinstance(answers[0], Paper | BadAnswerError | ServerFaultError)


BAD_LINES: list[Any] = [
    {"citingPaper": {"paperId": "x", "title": "\ud800"}},
    {"citingPaper": {"paperId": "x", "citationCount": math.nan}},
    {"citingPaper": {"paperId": "x", "citationCount": -5}},
    {"citingPaper": "x"},
    {"intents": [3], "citingPaper": {"paperId": "x"}},
    "x",
    [[]],
]


@pytest.mark.parametrize("line", BAD_LINES, ids=name_change)
def test_unreadable_line_costs_itself_and_is_asked_for_again(
    line: Any, requester: Requester, replica: Replica, tmp_path: Path
) -> None:
    edges = make_edges("citing", 3)
    replica.papers = [make_paper("alpha", _citations=edges)]
    paper = Paper(id=replica.papers[0]["paperId"], citation_count=3)
    whole = fetch_citations(paper, Desk(requester))
    lines = [{"citingPaper": edge} for edge in edges]
    replica.faults = [Fault("body", body={"offset": 0, "data": [*lines[:1], line, *lines[2:]]})]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        found = fetch_citations(paper, Desk(requester, cache))
        assert [edges[0]["paperId"], edges[2]["paperId"]] == [item.id for item in found.listing.items]
        assert ("failure", BadAnswerError) == (found.listing.cut_by, type(found.error))
        assert whole == fetch_citations(paper, Desk(requester, cache))


def test_pages_after_an_unreadable_line_are_read(requester: Requester, replica: Replica) -> None:
    replica.papers = [make_paper("alpha", _citations=make_edges("citing", 6))]
    replica.page_lines = 2
    replica.faults = [Fault("body", body={"offset": 0, "next": 2, "data": [3, {"citingPaper": {"paperId": "x"}}]})]
    found = fetch_citations(Paper(id=replica.papers[0]["paperId"], citation_count=6), Desk(requester))
    assert (5, "failure", 3) == (len(found.listing.items), found.listing.cut_by, len(replica.requests))


# --- titles ----------------------------------------------------------------------------------------------

BETA = make_paper("beta", title="Beta aggregation of hospital models")
CATALOG = Catalog(title="Mine", entries=(CatalogEntry(key="beta", title=BETA["title"], section="2021"),))
NO_MATCH = Fault("status", status=404, body={"error": "Title match not found"}, path="/match", times=99)


def test_unreadable_hit_costs_itself(requester: Requester, replica: Replica, tmp_path: Path) -> None:
    replica.papers = [BETA]
    replica.faults = [Fault("body", body={"total": 2, "data": [{"paperId": "x", "title": "\ud800"}, BETA]})]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        found = search_papers("beta hospital models", Desk(requester, cache))
        assert [BadAnswerError, Paper] == [type(hit) for hit in found]
        assert found[1:] == search_papers("beta hospital models", Desk(requester, cache))
    assert 2 == len(replica.requests)


@pytest.mark.parametrize(("failed", "others"), [((), [BETA]), (("beta",), [make_paper("other")]), (("beta",), [])])
def test_title_is_missing_only_if_every_hit_is_readable(
    failed: tuple[str, ...], others: list[dict[str, Any]], replica: Replica, clock: StillClock
) -> None:
    """An unreadable hit may be the paper, so without another that is accepted the entry failed."""
    alpha = make_paper("alpha", externalIds={"ArXiv": "2101.00001"})
    replica.papers = [alpha]
    entry = CatalogEntry(key="alpha", title=alpha["title"], section="2021", ids={"arxiv": "2101.00001"})
    catalog = CATALOG.model_copy(update={"entries": (entry, *CATALOG.entries)})
    hits = [{"paperId": "x", "citationCount": -5}, *others]
    replica.faults = [NO_MATCH, Fault("body", body={"total": 2, "data": hits}, path="/search", times=99)]
    snapshot = enrich_catalog(catalog, depth=0, api_url=replica.url, rate=0, clock=clock.as_clock())
    assert (failed, ()) == (snapshot.failed, snapshot.missing)


@pytest.mark.parametrize("body", [{"data": []}, {"data": None}])
def test_match_without_data_is_a_miss_and_not_kept(
    body: Any, requester: Requester, replica: Replica, tmp_path: Path
) -> None:
    replica.papers = [BETA]
    replica.faults = [Fault("body", body=body)]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        assert search_title(BETA["title"], Desk(requester, cache)) is None
        assert isinstance(search_title(BETA["title"], Desk(requester, cache)), Paper)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *((text, "the body is empty") for text in ("", " \n")),
        *((text, "the body is not valid JSON") for text in ("[", "nope", '{"a": }', "[" * 99_999)),
    ],
)
def test_what_is_no_json_is_an_error(text: str, said: str) -> None:
    with pytest.raises(JsonError, match=f"^{said}$"):
        parse_json(text.encode())


def swap(body: bytes) -> bytes:
    first, second, *others = json.loads(body)
    return json.dumps([second, first, *others]).encode()


def test_records_in_another_order_are_not_taken_for_those_asked(
    requester: Requester, replica: Replica, tmp_path: Path
) -> None:
    replica.papers = MANY
    replica.faults = [Fault("change", change=swap)]
    with RecordCache(tmp_path / "cache.sqlite") as cache:
        with pytest.raises(BadAnswerError, match="answered 9 ids in another order"):
            fetch_papers(IDS, Desk(requester, cache))
        answers = fetch_papers(IDS, Desk(requester, cache))
    assert IDS == [answer.id for answer in answers if isinstance(answer, Paper)]


def test_merged_records_are_in_order(requester: Requester, replica: Replica) -> None:
    merged = make_paper("merged", externalIds={"ArXiv": "2101.00001"}, _aliases=["f" * 40, "e" * 40])
    replica.papers = [merged, *MANY]
    ids = ["f" * 40, "ARXIV:2101.00001", merged["paperId"], "e" * 40, *IDS]
    assert {Paper} == {type(answer) for answer in fetch_papers(ids, Desk(requester))}
