"""Snapshots of a catalog from an index: matches, listings and papers as an enrichment makes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import flgraph as fg
from flgraph.errors import TableError
from flgraph.records import Catalog, CatalogEntry, Listing, Match, Paper, Snapshot
from flgraph.snapshot.files import digest_catalog
from tests.bulk.tiny_index import Row, make_row, write_index

pytest.importorskip("duckdb", reason="needs the extra bulk: pip install 'flgraph[bulk]'")

ADA, BO = {"id": 1, "name": "Ada Example"}, {"id": None, "name": "Bo Sample"}


def make_entry(key: str, title: str, **fields: Any) -> CatalogEntry:
    return CatalogEntry.model_validate({"key": key, "title": title, "section": "2020", "year": 2020, **fields})


ENTRIES = (
    make_entry("alpha", "Alpha aggregation of invented clients", ids={"doi": "10.9999/alpha", "arxiv": "2999.00010"}),
    make_entry("beta", "A made-up benchmark for hospitals", ids={"doi": "10.9999/beta"}),
    make_entry("wrong", "Gamma compression for imaginary scanners", ids={"doi": "10.9999/wrong"}),
    make_entry("gone", "Nobody wrote this synthetic text", ids={"doi": "10.9999/gone"}),
    make_entry("bare", "A synthetic entry without an id"),
)
CATALOG = Catalog(title="Synthetic list", entries=ENTRIES)


def list_works() -> list[Row]:
    """Alpha is an article (10) and a preprint (11); beta is 12; 20 and 21 cite them, 30 is cited, 40 cites 20."""
    alpha = "Alpha aggregation of invented clients"
    return [
        make_row(10, title=alpha, doi="10.9999/alpha", authors=[ADA, BO], citation_count=2, reference_count=3,
                 venue="Synthetic Journal", type="article", retracted=False, sha="a" * 40),
        make_row(11, title=alpha, doi="10.48550/arxiv.2999.00010", arxiv="2999.00010", authors=[ADA], date=None,
                 citation_count=5),
        make_row(12, title="A made-up benchmark for hospitals", doi="10.9999/beta", citation_count=1, sha="b" * 40),
        make_row(13, title="Quantum gravity on a lattice of glass", doi="10.9999/wrong"),
        make_row(20, date=date(2022, 2, 3), year=2022, authors=[BO]),
        make_row(21, date=date(2021, 2, 3), year=2021, sha="d" * 40),
        make_row(30, date=None, year=2010, reference_count=4),
        make_row(40),
    ]  # fmt: skip


LINKS = [(10, 30), (10, 12), (10, 99), (20, 10), (21, 11), (20, 11), (21, 12), (40, 20), (10, 10), (10, 11), (20, 30)]


def extract(index: Path, catalog: Catalog = CATALOG, **options: Any) -> Snapshot:
    return fg.extract_snapshot(index, catalog, progress="off", **options)


def list_lines(listing: Listing) -> list[str | None]:
    return [line.id for line in listing.items]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_index(tmp_path_factory.mktemp("snapshot") / "index", list_works(), LINKS)


@pytest.fixture(scope="module")
def snapshot(index: Path) -> Snapshot:
    return extract(index)


def test_the_header_names_the_release(snapshot: Snapshot) -> None:
    assert ("openalex", "openalex", 1) == (snapshot.source, snapshot.id_kind, snapshot.depth)
    assert datetime(2026, 11, 1, tzinfo=UTC) == snapshot.taken
    assert digest_catalog(CATALOG) == snapshot.catalog_digest
    about = {"digest": "sha256:synthetic", "release": "2026-11-01", "works": 8, "citations": 11}
    assert {"index": about, "hops": 1} == snapshot.parameters


def test_entries_are_matched_by_the_rules_of_an_enrichment(snapshot: Snapshot) -> None:
    status = {key: match.status for key, match in snapshot.matches.items()}
    assert {
        "alpha": "accepted", "beta": "accepted", "wrong": "review", "gone": "missing", "bare": "missing",
    } == status  # fmt: skip
    assert {"alpha", "beta"} == set(snapshot.papers)
    assert (("bare", "gone"), ()) == (tuple(sorted(snapshot.missing)), snapshot.failed)
    alpha, wrong = snapshot.matches["alpha"], snapshot.matches["wrong"]
    assert ("W10", ("W11",), "id") == (alpha.id, alpha.versions, alpha.method)
    assert (None, "doi:10.9999/wrong", "W13") == (wrong.id, wrong.refuted[0].id, wrong.refuted[0].record)
    assert ("DOI 10.9999/gone is not known to OpenAlex",) == snapshot.matches["gone"].witnesses
    assert ("the entry has no id",) == snapshot.matches["bare"].witnesses
    assert {date(2026, 11, 1)} == {match.decided for match in snapshot.matches.values()}


def test_a_paper_has_the_facts_and_the_listings_of_all_its_records(snapshot: Snapshot) -> None:
    alpha = snapshot.papers["alpha"]

    assert ("W10", {"doi": "10.9999/alpha", "arxiv": "2999.00010"}) == (alpha.id, alpha.ids)
    assert (5, 4, date(2020, 6, 1)) == (alpha.citation_count, alpha.reference_count, alpha.publication_date)
    assert ("Synthetic Journal", "article", False) == (alpha.venue, alpha.document_type, alpha.retracted)
    assert [("A1", "Ada Example"), (None, "Bo Sample")] == [(author.id, author.name) for author in alpha.authors]
    assert ["W10", "W11"] == alpha.record_ids
    # 99 is not in the index, 10 and 11 are alpha itself; citing papers are in order of date, each once.
    assert ("known", ["W12", "W30"]) == (alpha.references.status, list_lines(alpha.references))
    assert ("known", ["W21", "W20"]) == (alpha.citations.status, list_lines(alpha.citations))
    line = alpha.citations.items[0]
    assert ("Synthetic study 21 of hospitals", 2021, {"doi": "10.9999/synthetic.21"}) == (
        line.title,
        line.year,
        line.ids,
    )


def test_an_empty_list_of_references_is_unknown_and_one_of_citations_is_not(snapshot: Snapshot, index: Path) -> None:
    beta = snapshot.papers["beta"]

    assert ("unlisted", []) == (beta.references.status, list_lines(beta.references))
    assert ("known", ["W10", "W21"]) == (beta.citations.status, list_lines(beta.citations))
    alone = Catalog(title="Mine", entries=(make_entry("x", "Synthetic study 40 of hospitals",
                                                      ids={"doi": "10.9999/synthetic.40"}),))  # fmt: skip
    paper = extract(index, alone).papers["x"]
    assert ("known", [], ["W20"]) == (paper.citations.status, list_lines(paper.citations), list_lines(paper.references))


def test_context_holds_the_papers_around_with_their_facts(snapshot: Snapshot) -> None:
    context = snapshot.context

    assert ["W20", "W21", "W30"] == sorted(context)
    assert (date(2022, 2, 3), None) == (context["W20"].publication_date, context["W30"].publication_date)
    assert ((2010, 4), ()) == ((context["W30"].year, context["W30"].reference_count), context["W20"].authors)
    assert {"not_asked"} == {paper.references.status for paper in context.values()}


def test_two_hops_add_the_listings_of_the_papers_around(snapshot: Snapshot, index: Path) -> None:
    two = extract(index, hops=2)

    assert snapshot.papers == two.papers
    assert (["W20", "W21", "W30", "W40"], 2) == (sorted(two.context), two.parameters["hops"])
    # The preprint W11 is named by the article.
    near = two.context["W20"]
    assert (["W10", "W30"], ["W40"]) == (list_lines(near.references), list_lines(near.citations))
    assert "not_asked" == two.context["W40"].citations.status
    assert "unlisted" == two.context["W30"].references.status


def test_a_decision_of_a_person_is_kept(index: Path) -> None:
    right = Match(status="accepted", method="person", decided_by="person", id="W40")
    catalog = CATALOG.model_copy(update={"matches": {"openalex": {"wrong": right}}})

    snapshot = extract(index, catalog)

    assert (right, "W40") == (snapshot.matches["wrong"], snapshot.papers["wrong"].id)


def test_a_refuted_id_is_not_asked_for(index: Path) -> None:
    refuted = [{"id": "doi:10.9999/wrong", "reason": "leads to another paper"}]
    entry = make_entry("wrong", "Gamma compression", ids={"doi": "10.9999/wrong"}, refuted=refuted)

    snapshot = extract(index, Catalog(title="Mine", entries=(ENTRIES[1], entry)))

    assert ("missing", ("wrong",)) == (snapshot.matches["wrong"].status, snapshot.missing)


def test_semantic_scholar_has_its_ids_and_its_marks_of_influence(tmp_path: Path) -> None:
    marks = {(20, 10): True, (21, 12): False}
    links = [(*link, marks.get(link)) for link in LINKS]
    index = write_index(tmp_path / "index", list_works(), links, source="semantic_scholar")

    snapshot = extract(index)

    alpha, beta = snapshot.papers["alpha"], snapshot.papers["beta"]
    assert ("semantic_scholar", "s2") == (snapshot.source, snapshot.id_kind)
    assert ("CorpusId:11", 11, {"arxiv": "2999.00010"}) == (alpha.id, alpha.corpus_id, {"arxiv": alpha.ids["arxiv"]})
    assert (("b" * 40, 12), (None, "1")) == ((beta.id, beta.corpus_id), (alpha.retracted, alpha.authors[0].id))
    assert [("a" * 40, None), ("d" * 40, False)] == [(line.id, line.influential) for line in beta.citations.items]
    assert "unlisted" == beta.references.status
    assert [(BO["name"], None)] == [(one.name, one.id) for one in snapshot.context["CorpusId:20"].authors]


def test_an_index_without_a_day_makes_no_snapshot(tmp_path: Path) -> None:
    index = write_index(tmp_path / "index", list_works(), LINKS, release=None)

    with pytest.raises(TableError, match="does not say of which day the release is, which a snapshot needs"):
        extract(index)


def test_a_snapshot_gives_graph_ranking_and_map(snapshot: Snapshot, tmp_path: Path) -> None:
    path = fg.write_snapshot(snapshot, tmp_path / "snapshot.jsonl.gz")

    made = fg.build(CATALOG, snapshot=path)

    assert "2026-11-01T00:00:00+00:00" == made.graph.graph["snapshot_taken"]
    assert ("openalex", "openalex") == (made.graph.graph["snapshot_source"], made.graph.graph["id_kinds"])
    assert 5 == made.graph.nodes["paper:alpha"]["citation_count"]
    assert made.graph.has_edge("paper:alpha", "paper:beta", "cites")
    assert made.ranking is not None
    assert ["paper:alpha", "paper:beta"] == sorted(made.ranking.table.dropna(subset=["rank"]).index)
    assert "map.html" in [file.name for file in fg.write_build(made, tmp_path / "out", progress="off")]
    assert fg.read_snapshot(path) == made.snapshot
    assert isinstance(made.snapshot and made.snapshot.papers["alpha"], Paper)
