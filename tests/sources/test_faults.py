"""Whatever goes wrong on the way, in whatever order: the answers are those of a quiet day, or named errors."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import pytest

from flgraph.errors import SourceError
from flgraph.records import Paper
from flgraph.sources.cache import RecordCache
from flgraph.sources.http import Requester
from flgraph.sources.provider import Answer, Desk, Neighbors
from flgraph.sources.semantic_scholar.listings import fetch_citations, fetch_references
from flgraph.sources.semantic_scholar.papers import fetch_papers
from flgraph.sources.semantic_scholar.titles import search_papers, search_title
from tests.replica import Fault, Replica, StillClock, make_edges, make_paper, open_requester

MAX_WAIT = 120.0
ALPHA = make_paper("alpha", externalIds={"ArXiv": "2101.00001"}, references=None, referenceCount=30, citationCount=100)
BETA = make_paper(
    "beta", title="Beta aggregation of hospital models", references=make_edges("cited", 7), referenceCount=7
)
CORPUS = [
    {**ALPHA, "_citations": make_edges("citing", 100)},
    BETA,
    *(make_paper(f"other {number}") for number in range(5)),
]
IDS = ["ARXIV:2101.00001", "ARXIV:0000.00000", *(paper["paperId"] for paper in CORPUS[1:])]
SEEDS = range(80)

KINDS = [
    *(Fault("status", status=status) for status in (400, 401, 403, 404, 413, 429, 500, 502, 503, 504)),
    Fault("status", status=429, retry_after="7"),
    Fault("html", status=200),
    Fault("html", status=503),
    Fault("empty"),
    Fault("badjson"),
    Fault("truncate"),
    Fault("reset"),
    Fault("redirect", status=301, location="/elsewhere"),
    Fault("body", body={}),
    Fault("body", body=[]),
    Fault("body", body="text"),
    Fault("body", body={"offset": 0, "data": [{"citingPaper": {"paperId": 3}}]}),
]


@dataclass
class Seen:
    """All that was answered: papers by id, the match, the search, both listings."""

    papers: list[Answer] | SourceError
    match: Answer
    found: list[Paper] | SourceError
    citations: Neighbors
    references: Neighbors


def ask_everything(requester: Requester, cache: RecordCache) -> Seen:
    alpha = Paper(id=ALPHA["paperId"], citation_count=100, reference_count=30)
    return Seen(
        papers=_catch(lambda: fetch_papers(IDS, Desk(requester, cache))),
        match=search_title(BETA["title"], Desk(requester, cache)),
        found=_catch(lambda: search_papers("hospital models", Desk(requester, cache))),
        citations=fetch_citations(alpha, Desk(requester, cache)),
        references=fetch_references(alpha, Desk(requester, cache)),
    )


def _catch(ask):  # type: ignore[no-untyped-def]
    try:
        return ask()
    except SourceError as error:
        return error


def draw_faults(chance: random.Random) -> list[Fault]:
    """Return some faults, each for some requests, after some that went well; every tenth lasts."""
    drawn = []
    for _ in range(chance.randint(1, 6)):
        kind = chance.choice(KINDS)
        times = 999 if chance.random() < 0.1 else chance.randint(1, 8)
        holds = chance.choice(IDS) if kind.status in (500, 504) and chance.random() < 0.5 else ""
        drawn.append(Fault(**{**vars(kind), "times": times, "skip": chance.randint(0, 6), "holds": holds}))
    return drawn


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What is answered when nothing goes wrong."""
    with (
        Replica(papers=CORPUS, page_lines=40) as replica,
        RecordCache(None) as cache,
        open_requester(api_url=replica.url, rate=0) as requester,
    ):
        return ask_everything(requester, cache)


def check_answers(expected: Seen, seen: Seen) -> None:
    if isinstance(seen.papers, list) and isinstance(expected.papers, list):
        for right, answer in zip(expected.papers, seen.papers, strict=True):
            assert isinstance(answer, SourceError) or right == answer
    assert isinstance(seen.match, SourceError) or expected.match == seen.match
    assert isinstance(seen.found, SourceError) or expected.found == seen.found
    for right, answer in ((expected.citations, seen.citations), (expected.references, seen.references)):
        assert right.listing.items[: len(answer.listing.items)] == answer.listing.items
        assert right == answer or (answer.error and (answer.listing.status == "failed" or answer.listing.cut_by))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_faults_never_change_an_answer_and_always_end(part: int, quiet: Seen, tmp_path: Path) -> None:
    with Replica(papers=CORPUS, page_lines=40) as replica:
        for seed in SEEDS[part::4]:
            chance = random.Random(seed)
            clock = StillClock(jitter=chance.random())
            replica.faults, replica.requests = draw_faults(chance), []
            with (
                RecordCache(tmp_path / f"{seed}.sqlite") as cache,
                open_requester(api_url=replica.url, rate=0, max_wait=MAX_WAIT, clock=clock.as_clock()) as requester,
            ):
                check_answers(quiet, ask_everything(requester, cache))
                assert sum(clock.slept) <= MAX_WAIT, seed
                assert len(replica.requests) == requester.sent <= 250, seed
            # What was answered once is never asked again, and the rest completes the picture.
            replica.faults = []
            with (
                RecordCache(tmp_path / f"{seed}.sqlite") as cache,
                open_requester(api_url=replica.url, rate=0) as requester,
            ):
                assert quiet == ask_everything(requester, cache), seed
