"""Two sources, one graph: united by work, every edge names its sources, counts stand side by side."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from flgraph.analysis.ranking.observations import read_observations
from flgraph.analysis.ranking.papers import rank_papers
from flgraph.analysis.ranking.paragraph import describe
from flgraph.catalog.reader import read_catalog
from flgraph.enrichment.enrich import enrich_catalog
from flgraph.graph.assemble import build_graph
from flgraph.graph.coverage import source_coverage
from flgraph.graph.files import read_graph, write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.schema import check_graph
from flgraph.graph.tables import papers_table
from flgraph.map.atlas.atlas import make_atlas
from flgraph.map.atlas.payload import make_payload
from flgraph.records import Author, Listing, Match, Paper, Reference, Snapshot
from flgraph.snapshot.compare import compare_snapshots
from flgraph.snapshot.files import digest_catalog
from tests.enrichment.one_world import CATALOG, OUTSIDE, PROVIDERS, TAKEN, open_side
from tests.replica import Replica, StillClock, synthetic_corpus
from tests.replica.openalex import OpenAlexReplica, works_from_s2

BOTH = "semantic_scholar; openalex"


@cache
def take(source: str) -> Snapshot:
    """Take a snapshot of the one world with neighbors."""
    with open_side(source) as side:
        return side.enrich(depth=1)


@cache
def unite() -> KnowledgeGraph:
    """Build the graph of both snapshots."""
    return build_graph(CATALOG, list(map(take, PROVIDERS)))


def make_snapshot(source: str, id_kind: str, context: dict[str, Paper], **papers: Paper) -> Snapshot:
    """Make a snapshot by hand."""
    matches = {key: Match(status="accepted", method="id", id=paper.id) for key, paper in papers.items()}
    about: dict[str, Any] = {"source": source, "id_kind": id_kind, "catalog_digest": digest_catalog(CATALOG)}
    return Snapshot(**about, taken=TAKEN, depth=1, matches=matches, papers=papers, context=context)


def list_citations(graph: KnowledgeGraph) -> set[tuple[str, str]]:
    """List who cites whom, by title."""
    titles = {node: str(data.get("title")) for node, data in graph.nodes(data=True)}
    return {(titles[start], titles[end]) for start, end, kind in graph.edges(keys=True) if kind == "cites"}


def test_one_world_from_two_sources_is_one_graph() -> None:
    united, alone = unite(), build_graph(CATALOG, take(PROVIDERS[0]))
    check_graph(united)
    assert set(alone) == set(united)
    assert list_citations(alone) == list_citations(united)
    assert 4 + OUTSIDE + OUTSIDE // 2 == len(list_citations(united))


def test_every_edge_names_its_sources() -> None:
    cited = [data for *_, kind, data in unite().edges(keys=True, data=True) if kind == "cites"]
    assert {BOTH} == {data["sources"] for data in cited}
    one, other = map(take, PROVIDERS)
    less = other.model_copy(update={"papers": {key: paper for key, paper in other.papers.items() if key == "beta"}})
    found = build_graph(CATALOG, [one, less.model_copy(update={"context": {}})])
    sources = {(start, end): data["sources"] for start, end, kind, data in found.edges(keys=True, data=True)
               if kind == "cites"}  # fmt: skip
    assert BOTH == sources["paper:alpha", "paper:beta"]
    assert "semantic_scholar" == sources["paper:gamma", "paper:quiet"]


def test_counts_stand_side_by_side_and_are_not_added() -> None:
    alpha = unite().nodes["paper:alpha"]
    assert "semantic_scholar: 12 (2026-11-23); openalex: 12 (2026-11-23)" == alpha["citation_counts"]
    assert (12, 12) == (alpha["citation_count"], alpha["citations_listed"])
    assert alpha["citation_counts"] == papers_table(unite()).loc["paper:alpha", "citation_counts"]


def test_the_panel_names_the_sources_of_each_field() -> None:
    payload = make_payload(make_atlas(unite()))
    alpha, fields = unite().nodes["paper:alpha"], payload["fields"]
    assert alpha["citation_counts"] == fields["citation_counts"]["values"][payload["id"].index("paper:alpha")]
    assert "Semantic Scholar, 2026-11-23; OpenAlex, 2026-11-23" == fields["citation_counts"]["source"]
    assert "OpenAlex, 2026-11-23" == fields["document_type"]["source"]
    assert "Semantic Scholar, 2026-11-23" == payload["sources"]["cites"]
    assert "Semantic Scholar and OpenAlex" in payload["origin"]


def test_the_authors_of_one_paper_are_not_doubled() -> None:
    names = [
        unite().nodes[start]["name"]
        for start, end, kind in unite().edges(keys=True)
        if kind == "authored" and end == "paper:gamma"
    ]
    assert ["Cy Model"] == names


def test_a_ranking_counts_the_distinct_works_that_the_sources_list() -> None:
    lines = {name: Reference(id=name, title=f"Invented {name}", ids={"doi": f"10.9999/{name}"}) for name in "abc"}

    def cite(id_: str, *names: str, **fields: Any) -> Paper:
        listed = Listing(status="known", items=tuple(lines[name] for name in names))
        return Paper(id=id_, title=CATALOG.entries[0].title, year=2021, citations=listed, **fields)

    one = make_snapshot("semantic_scholar", "s2", {}, alpha=cite("1", "a", "b", citation_count=40))
    other = make_snapshot("openalex", "openalex", {}, alpha=cite("W1", "b", "c", citation_count=90))
    graph = build_graph(CATALOG, [one, other])
    check_graph(graph)
    assert 3 == graph.nodes["paper:alpha"]["citations_listed"]
    assert 3 == rank_papers(graph, by="citation_count").loc["paper:alpha", "citation_count"]
    assert 3 / 40 == read_observations(graph).listed_share[0]
    assert 40 == rank_papers(build_graph(CATALOG, one), by="citation_count").loc["paper:alpha", "citation_count"]


def test_works_without_common_ids_are_one_if_title_and_authors_agree() -> None:
    people = (Author(name="Ada Example"), Author(name="Bo Sample"))

    def outside(id_: str, **fields: Any) -> Paper:
        return Paper(id=id_, title="An invented study of imaginary citing", year=2022, authors=people, **fields)

    def snapshot(source: str, kind: str, citing: Paper) -> Snapshot:
        line = Reference(id=citing.id, title=citing.title, year=citing.year, ids=citing.ids)
        alpha = Paper(id=f"{kind}a", title="x", citations=Listing(status="known", items=(line,)))
        return make_snapshot(source, kind, {citing.id: citing}, alpha=alpha)

    one = snapshot("semantic_scholar", "s2", outside("1", ids={"doi": "10.9999/x"}))
    same = build_graph(CATALOG, [one, snapshot("openalex", "openalex", outside("W1"))])
    assert {"1", "W1"} == {same.nodes["paper:doi-10.9999/x"][kind] for kind in ("s2", "openalex")}
    stranger = outside("W1").model_copy(update={"authors": (Author(name="Zed Stranger"),)})
    assert "paper:openalex-w1" in build_graph(CATALOG, [one, snapshot("openalex", "openalex", stranger)])


def test_a_paper_is_retracted_if_one_source_says_so_and_unknown_values_are_completed() -> None:
    one = make_snapshot("semantic_scholar", "s2", {}, alpha=Paper(id="1", title="x", retracted=False))
    other = make_snapshot("openalex", "openalex", {}, alpha=Paper(id="W1", title="y", retracted=True, year=1999))
    for order in ([one, other], [other, one]):
        assert build_graph(CATALOG, order).nodes["paper:alpha"]["retracted"] is True


def test_the_graph_says_of_each_source_what_it_contributes() -> None:
    one, other = map(take, PROVIDERS)
    later = other.model_copy(update={"taken": TAKEN + timedelta(days=1), "depth": 0})
    graph = build_graph(CATALOG, [one, later])
    assert ("s2; openalex", BOTH, 0) == tuple(
        graph.graph[name] for name in ("id_kinds", "snapshot_source", "snapshot_depth")
    )
    assert "2026-11-24T00:00:00+00:00" == graph.graph["snapshot_taken"]
    assert "snapshot: openalex, 2026-11-24T00:00:00+00:00, depth 0" in repr(graph)
    table = source_coverage(unite())
    assert list(PROVIDERS) == list(table.index)
    assert [5, 3, 4, 15, 22, 0] == list(table.loc["openalex"])


def test_the_paragraph_of_a_ranking_names_both_sources_and_what_counts() -> None:
    said = describe(rank_papers(unite()))
    assert "asked in place of Semantic Scholar and" in said
    assert "Citations are the distinct works that the sources list together." in said


def test_the_order_of_entries_changes_nothing_and_a_file_keeps_all(tmp_path: Path) -> None:
    shuffled = CATALOG.model_copy(update={"entries": CATALOG.entries[::-1]})
    again = build_graph(shuffled, list(map(take, PROVIDERS)))
    one, other = (write_graph(graph, tmp_path / name) for graph, name in ((unite(), "a.json"), (again, "b.json")))
    assert one.read_bytes() == other.read_bytes()
    assert unite().graph == read_graph(one).graph


def test_two_snapshots_of_one_source_are_refused() -> None:
    with pytest.raises(ValueError, match="must be of different sources, found two of openalex"):
        build_graph(CATALOG, [take("openalex"), take("openalex")])


def test_one_snapshot_in_a_list_is_that_snapshot() -> None:
    assert build_graph(CATALOG, take("openalex")).graph == build_graph(CATALOG, [take("openalex")]).graph


def test_a_neighbor_without_authors_is_found_by_title_and_year_unless_something_differs() -> None:
    def outside(id_: str, title: str = "An invented study of imaginary citing", **fields: Any) -> Paper:
        return Paper(id=id_, **{"title": title, "year": 2022, **fields})

    def snapshot(source: str, kind: str, *citing: Paper) -> Snapshot:
        lines = tuple(Reference(id=one.id, title=one.title, year=one.year, ids=one.ids) for one in citing)
        alpha = Paper(id=f"{kind}a", title="x", citations=Listing(status="known", items=lines))
        return make_snapshot(source, kind, {one.id: one for one in citing}, alpha=alpha)

    def count(*citing: Paper) -> int:
        one = snapshot(
            "semantic_scholar", "s2", outside("1", authors=(Author(name="Ada Example"),), ids={"doi": "10.9999/x"})
        )
        return int(
            build_graph(CATALOG, [one, snapshot("openalex", "openalex", *citing)]).nodes["paper:alpha"][
                "citations_listed"
            ]
        )

    assert 1 == count(outside("W1"))
    assert 2 == count(outside("W1", year=2020))
    assert 2 == count(outside("W1", ids={"doi": "10.9999/y"}))
    assert 2 == count(outside("W1", authors=(Author(name="Zed Stranger"),)))
    assert 3 == count(outside("W1"), outside("W2"))


@pytest.mark.slow
def test_the_bundled_catalog_from_two_sources_has_no_work_twice() -> None:
    catalog = read_catalog()
    world = synthetic_corpus(catalog)
    works = works_from_s2(world)

    def ask(source: str, url: str) -> Snapshot:
        clock = StillClock().as_clock()
        return enrich_catalog(
            catalog, source=source, api_url=url, rate=0, taken=TAKEN, clock=clock, progress="off", depth=1
        )

    with Replica(world) as one, OpenAlexReplica(works) as other:
        found = [ask("semantic_scholar", one.url), ask("openalex", other.url)]
    alone, united = build_graph(catalog, found[0]), build_graph(catalog, found)
    check_graph(united)
    assert set(alone) == set(united)
    assert list_citations(alone) == list_citations(united)
    assert {BOTH, "semantic_scholar", "catalog"} == {
        data["sources"] for *_, kind, data in united.edges(keys=True, data=True) if kind == "cites"
    }
    said = [each for each in compare_snapshots(*found) if each.finding != "citations"]
    listing = {work["title"] for work in works if work["referenced_works"]}
    assert {"references"} == {each.finding for each in said}
    assert {each.title for each in said} == {paper.title for paper in found[0].papers.values()} - listing
    assert all(each.other is None and not each.only_other for each in said)
