"""A second provider goes the whole way, from plan to page, and everything that it brings names it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flgraph.analysis.ranking import rank_papers
from flgraph.catalog.reader import read_all_matches, read_catalog, read_matches
from flgraph.catalog.writer import write_catalog, write_matches
from flgraph.enrichment.enrich import enrich_catalog
from flgraph.enrichment.plan import plan_enrichment
from flgraph.graph.files import read_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph, find_node
from flgraph.graph.schema import check_graph, list_sources
from flgraph.pipeline import build, write_build
from flgraph.records import Catalog, Match, Snapshot
from flgraph.snapshot.files import read_snapshot, write_snapshot
from flgraph.sources.registry import find_provider
from tests.enrichment.toy_provider import ToyProvider

TOY = ToyProvider()
BROUGHT = {"citation_count", "reference_count", "publication_date", "references", "citations", "toy", "match"}


@pytest.fixture
def small(folder: Path) -> Catalog:
    return read_catalog(folder)


@pytest.fixture
def snapshot(small: Catalog) -> Snapshot:
    return enrich_catalog(small, source=TOY, rate=0, progress="off")


@pytest.fixture
def toy_graph(small: Catalog, snapshot: Snapshot) -> KnowledgeGraph:
    return build(small, snapshot=snapshot).graph


def test_a_plan_counts_the_requests_of_its_provider(small: Catalog) -> None:
    plan = plan_enrichment(small, source=TOY)
    assert [("papers by id", 1, 0), ("papers by title", 1, 0), ("citing and cited papers", 4, 2)] == [
        (step.stage, step.questions, step.requests) for step in plan.steps
    ]


def test_a_snapshot_says_whose_it_is_and_reads_back(snapshot: Snapshot, tmp_path: Path) -> None:
    assert ("toy", "toy", {"alpha", "beta"}) == (snapshot.source, snapshot.id_kind, set(snapshot.papers))
    assert snapshot == read_snapshot(write_snapshot(snapshot, tmp_path / "toy.jsonl"))
    assert "semantic" not in (tmp_path / "toy.jsonl").read_text().casefold()


def test_every_edge_and_value_names_the_provider(toy_graph: KnowledgeGraph) -> None:
    check_graph(toy_graph)
    assert "catalog; toy" == toy_graph.graph["sources"]
    assert "toy" == toy_graph.graph["id_kinds"]
    alpha, outside = toy_graph.nodes["paper:alpha"], toy_graph.nodes["paper:toy-t3"]
    named = alpha["sources"].removeprefix("catalog; toy: ").split(", ")
    assert BROUGHT <= set(named)
    assert {"title", "year", "venue", "arxiv"}.isdisjoint(named)
    assert ("toy", "T3", 2) == (outside["sources"], outside["toy"], outside["reference_count"])
    assert "catalog; toy: alias, paper_count" == toy_graph.nodes["author:name-ada-example"]["sources"]
    assert "toy-A1" == toy_graph.nodes["author:name-ada-example"]["alias"]
    cites = {
        (start, end): list_sources(data)
        for start, end, kind, data in toy_graph.edges(keys=True, data=True)
        if kind == "cites"
    }
    assert ["catalog", "toy"] == cites["paper:alpha", "paper:beta"]
    assert ["toy"] == cites["paper:toy-t3", "paper:alpha"]
    assert "T3" not in str(toy_graph.nodes["paper:beta"])
    assert "paper:toy-t3" == find_node(toy_graph, "T3")


def test_graph_rank_and_page_go_on_with_it(small: Catalog, snapshot: Snapshot, tmp_path: Path) -> None:
    made = build(small, snapshot=snapshot)
    ranking = rank_papers(made.graph, by="citation_count")
    assert [2, 1] == list(ranking["score"])
    written = {path.name: path for path in write_build(made, tmp_path)}
    assert made.graph.nodes["paper:alpha"] == read_graph(written["graph.json"]).nodes["paper:alpha"]
    page = written["map.html"].read_text(encoding="utf-8")
    assert "Data: toy, snapshot" in page
    payload = page.partition('<script type="application/json"')[2].partition("</script>")[0]
    assert "toy" in json.loads(payload.partition(">")[2])["sources"]["cites"]
    assert "semantic" not in payload.casefold()


def test_matches_of_two_providers_stand_in_one_file(small: Catalog, snapshot: Snapshot, folder: Path) -> None:
    path = folder / "matches.yaml"
    other = Match(status="accepted", method="id", id="649def")
    write_matches({"alpha": other}, path)
    write_matches(snapshot.matches, path, source="toy")

    assert {"alpha": other} == read_matches(path)
    assert snapshot.matches == read_matches(path, source="toy")
    assert {"semantic_scholar", "toy"} == set(read_all_matches(path)) == set(read_catalog(folder).matches)
    assert [] == write_catalog(read_catalog(folder), folder)


def test_a_decision_counts_for_its_own_provider_alone(small: Catalog) -> None:
    rejected = {"alpha": Match(status="rejected", method="by hand", decided_by="person")}
    for source, found in (("toy", {"beta"}), ("semantic_scholar", {"alpha", "beta"})):
        decided = small.model_copy(update={"matches": {source: rejected}})
        assert found == set(enrich_catalog(decided, source=TOY, rate=0, progress="off").papers)


def test_an_unknown_name_is_refused_with_the_closest() -> None:
    with pytest.raises(ValueError, match="unknown source 'semantic_scolar'; did you mean 'semantic_scholar'"):
        find_provider("semantic_scolar")
