"""The records behind a ranking: how papers were matched to them, and papers that the list holds twice."""

from __future__ import annotations

from datetime import date

import pytest

from flgraph.analysis.ranking import describe, make_ranking, rank_papers
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.schema import check_graph
from flgraph.records import Author, Catalog, CatalogEntry, Match, Paper, Snapshot
from flgraph.snapshot.files import digest_catalog

AUTHORS = (Author(id="1", name="Ada Example"), Author(id="2", name="Bo Sample"))
MATCHES = {
    "a": {"method": "id", "witnesses": ("arXiv id equal", "title equal")},
    "b": {"method": "id", "witnesses": ("arXiv id equal", "DOI equal", "title equal")},
    "c": {"method": "id", "witnesses": ("DOI equal",)},
    "d": {"method": "id", "witnesses": ("title equal",)},
    "e": {"method": "exact", "witnesses": ("title equal",)},
    "f": {"method": "witness", "witnesses": ("authors equal", "venue equal")},
    "g": {"method": "title", "decided_by": "person"},
}


def make_graph(papers: dict[str, dict[str, object]]) -> KnowledgeGraph:
    """Return the graph of synthetic papers, each with a record that has some facts of its own."""
    entries = tuple(CatalogEntry(key=key, title=f"Synthetic paper {key}", section="x") for key in MATCHES)
    catalog = Catalog(title="Synthetic", entries=entries)
    common = {"citation_count": 3, "publication_date": date(2020, 1, 1)}
    records = {key: Paper(**{"id": key * 40, **common, **papers.get(key, {})}) for key in MATCHES}  # type: ignore[arg-type]
    matches = {
        key: Match(status="accepted", id=records[key].id, **match)  # type: ignore[arg-type]
        for key, match in MATCHES.items()
    }
    snapshot = Snapshot(
        source="semantic_scholar",
        taken="2026-01-01T00:00:00+00:00",  # type: ignore[arg-type]
        depth=0,
        catalog_digest=digest_catalog(catalog),
        papers=records,
        matches=matches,
    )
    return build_graph(catalog, snapshot)


def test_describe_says_how_many_papers_were_matched_in_which_way() -> None:
    graph = make_graph({})
    check_graph(graph)
    ranking = make_ranking(graph, by="citation_count", draws=0)

    expected = {"arxiv": 2, "title": 2, "doi": 1, "id": 1, "person": 1}
    assert expected == ranking.coverage.matched
    said = "Papers were matched to records by arXiv id (2), DOI (1), an id (1), title (2) and hand (1)."
    assert said in describe(ranking)
    for node in ("paper:a", "paper:b"):
        assert "arxiv" == graph.nodes[node]["matched_by"]


def test_a_graph_that_does_not_say_how_its_papers_were_matched_is_described_without() -> None:
    graph = make_graph({})
    for node in graph:
        graph.nodes[node].pop("matched_by", None)

    assert "matched" not in describe(make_ranking(graph, by="citation_count", draws=0))


@pytest.mark.parametrize(
    ("papers", "why"),
    [
        ({"a": {"ids": {"arxiv": "2101.00001"}}, "b": {"ids": {"arxiv": "2101.00001"}}}, "same arxiv 2101.00001"),
        ({key: {"title": "Synthetic twin", "authors": AUTHORS} for key in "ab"}, "title and authors agree"),
        ({key: {"id": "f00d"} for key in "ab"}, "the same record"),
    ],
)
def test_two_records_of_one_work_are_flagged_on_either_paper(papers: dict[str, dict[str, object]], why: str) -> None:
    graph = make_graph(papers)
    flags = rank_papers(graph, by="citation_count", draws=0)["flags"]

    assert f"also listed as b ({why}); " in flags["paper:a"]
    assert f"also listed as a ({why}); " in flags["paper:b"]
    assert "also listed" not in flags["paper:c"]
    twice = "2 papers of the catalog are listed more than once, and each entry counts for itself."
    assert twice in describe(make_ranking(graph, by="citation_count", draws=0))
    assert "more than once" not in describe(make_ranking(make_graph({}), by="citation_count", draws=0))
