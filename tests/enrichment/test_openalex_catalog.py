"""The bundled catalog at OpenAlex: how many requests it takes, what they cost, and what stays."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flgraph.enrichment.enrich import enrich_catalog
from flgraph.enrichment.plan import plan_enrichment
from flgraph.graph.assemble import build_graph
from flgraph.graph.schema import check_graph
from flgraph.records import Catalog, CatalogEntry, Snapshot
from flgraph.snapshot.files import read_snapshot, write_snapshot
from tests.enrichment.one_world import TAKEN
from tests.replica import StillClock, synthetic_corpus
from tests.replica.openalex import OpenAlexReplica, make_work, works_from_s2
from tests.running import run


@pytest.fixture(scope="module")
def works(catalog: Catalog) -> list[dict[str, Any]]:
    """The papers of the bundled catalog with the habits of OpenAlex: some are two works, some are merged."""
    return works_from_s2(synthetic_corpus(catalog))


@pytest.fixture
def server(works: list[dict[str, Any]]) -> Iterator[OpenAlexReplica]:
    with OpenAlexReplica([*works]) as running:
        yield running


def make_citing(works: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    chance = random.Random(20261127)
    names = [work["id"] for work in works]
    return [
        make_work(
            3_000_000_000 + place,
            referenced_works=chance.sample(names, chance.choice((1, 1, 1, 2))),
            publication_date=f"20{10 + place % 16}-0{1 + place % 9}-1{place % 9}",
        )
        for place in range(number)
    ]


def enrich(catalog: Catalog, server: OpenAlexReplica, cache: Path, **settings: Any) -> Snapshot:
    asked = {"api_url": server.url, "rate": 0, "taken": TAKEN, "clock": StillClock().as_clock(), **settings}
    return enrich_catalog(catalog, source="openalex", cache=cache, progress="off", **asked)


def plan(catalog: Catalog, server: OpenAlexReplica, cache: Path, **settings: Any) -> str:
    clock = StillClock().as_clock()
    return str(plan_enrichment(catalog, source="openalex", api_url=server.url, cache=cache, clock=clock, **settings))


def test_the_catalog_takes_one_request_which_the_plan_says_first(
    catalog: Catalog, server: OpenAlexReplica, tmp_path: Path
) -> None:
    said = plan(catalog, server, tmp_path / "cache.sqlite", depth=0)
    assert "papers by id: 56 lookups, 0 cached, 1 request, at most 93, 1 credit, at most 3\n" in said
    assert "cost: 1 credit, at most 1123 ($0.0001 to $0.1123), 0.1% to 112.3% of the 1,000 credits a day" in said
    assert [] == server.requests

    snapshot = enrich(catalog, server, tmp_path / "cache.sqlite", depth=0)
    assert {"doi": 1} == server.count_routes()
    assert (56, 1) == (len(snapshot.papers), server.credits)
    assert 4 <= sum(bool(paper.versions) for paper in snapshot.papers.values())


def test_a_graph_of_it_keeps_the_schema_and_the_bytes(
    catalog: Catalog, server: OpenAlexReplica, tmp_path: Path
) -> None:
    snapshot = enrich(catalog, server, tmp_path / "cache.sqlite")
    assert snapshot == read_snapshot(write_snapshot(snapshot, tmp_path / "snapshot.jsonl.gz"))
    graph = build_graph(catalog, snapshot)
    check_graph(graph)
    assert "openalex" in graph.graph["sources"]
    versions = {one.id.lower() for paper in snapshot.papers.values() for one in paper.versions[1:]}
    assert versions
    assert not [node for node in graph if node.removeprefix("paper:openalex-") in versions]


def test_nothing_that_may_not_be_kept_is_in_a_file(server: OpenAlexReplica, catalog: Catalog, tmp_path: Path) -> None:
    for work in server.works:
        work["abstract_inverted_index"] = {"synthetic-abstract": [0]}
        for authorship in work["authorships"]:
            authorship["raw_affiliation_strings"] = ["Synthetic Institute, ada@example.org"]
    server.works = [*server.works]
    snapshot = enrich(catalog, server, tmp_path / "cache.sqlite")
    write_snapshot(snapshot, tmp_path / "snapshot.jsonl")
    for path in tmp_path.iterdir():
        for forbidden in (b"synthetic-abstract", b"example.org", b"Synthetic Institute"):
            assert forbidden not in path.read_bytes()


@pytest.mark.slow
def test_twelve_thousand_citing_papers_take_at_most_180_requests(
    catalog: Catalog, works: list[dict[str, Any]], tmp_path: Path
) -> None:
    cache = tmp_path / "cache.sqlite"
    with OpenAlexReplica([*works, *make_citing(works, 12_000)]) as server:
        enrich(catalog, server, cache, depth=0)
        said = plan_enrichment(
            catalog, source="openalex", api_url=server.url, cache=cache, clock=StillClock().as_clock()
        )
        snapshot = enrich(catalog, server, cache)
        assert len(server.requests) == server.credits <= 180
        assert said.requests <= len(server.requests) - 1 <= (said.at_most or 0) <= 180
        assert 11_000 < len(snapshot.context)
        server.requests.clear()
        assert snapshot == enrich(catalog, server, cache)
        assert [] == server.requests


@pytest.mark.slow
def test_ten_thousand_papers_by_id_take_at_most_170_credits(tmp_path: Path) -> None:
    chance = random.Random(20261127)
    syllables = [f"{first}{rest}" for first in "bcdfghklmnprst" for rest in ("ado", "eron", "ilum", "opax", "urin")]
    works, entries = [], []
    for number in range(10_000):
        arxiv, title = f"2999.{number:05}", " ".join(chance.sample(syllables, 6))
        is_merged = number % 4 == 2
        work = make_work(2_000_000_000 + number, title=title, arxiv=arxiv if number % 2 == 0 else None)
        works.append(work if number % 2 or is_merged else {**work, "doi": f"10.48550/arxiv.{arxiv}"})
        ids = {"doi": work["doi"]} if number % 2 else {"arxiv": arxiv}
        entries.append(CatalogEntry(key=f"p{number}", title=title, section="2021", ids=ids))
    catalog = Catalog(title="Synthetic list", entries=tuple(entries))
    with OpenAlexReplica(works) as server:
        snapshot = enrich(catalog, server, tmp_path / "cache.sqlite", depth=0)
        assert (10_000, {"doi": 100, "locations.landing_page_url": 63}) == (
            len(snapshot.papers),
            dict(server.count_routes()),
        )
        assert server.credits <= 170


# --- the command -----------------------------------------------------------------------------------------------


def test_the_command_asks_the_source_that_it_is_told(server: OpenAlexReplica, folder: Path, tmp_path: Path) -> None:
    server.works = [make_work(10, title="Synthetic paper alpha: federated segmentation", arxiv="2101.00001")]
    elsewhere = {"SEMANTIC_SCHOLAR_API_URL": "http://127.0.0.1:9", "OPENALEX_API_URL": server.url}
    options = ("catalog", "--source", "openalex", "--cache", "cache.sqlite", "-o", "out/s.jsonl")
    planned = run("enrich", *options, "--plan", cwd=tmp_path, **elsewhere)
    assert (
        "of the 1,000 credits a day without a key\nno upper limit is known before the papers are found"
        in planned.stdout
    )
    assert [] == server.requests

    done = run("enrich", *options, cwd=tmp_path, **elsewhere)
    assert 0 == done.returncode, done.stderr
    assert "1 paper matched, 0 for review, 1 missing, 0 failed" in done.stdout
    assert f"OpenAlex: spent {server.credits} credits on {len(server.requests)} requests\n" in done.stderr
    snapshot = read_snapshot(tmp_path / "out" / "s.jsonl")
    assert ("openalex", ["alpha"]) == (snapshot.source, list(snapshot.papers))
    header = json.loads((tmp_path / "out" / "s.jsonl").read_text().splitlines()[0])
    assert "Data: OpenAlex (CC0)" == header["attribution"]


def test_the_command_keeps_a_limit_of_credits(server: OpenAlexReplica, folder: Path, tmp_path: Path) -> None:
    options = ("catalog", "--source", "openalex", "--api-url", server.url, "--max-credits", "3")
    done = run("enrich", *options, cwd=tmp_path, FLGRAPH_CACHE=str(tmp_path / "cache.sqlite"))
    assert 4 == done.returncode
    assert "the limit of 3 credits is used up" in done.stderr
    assert server.credits <= 3
