"""From a bulk release through an index to fields and snapshots: what they say is what the service says."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import flgraph as fg
from flgraph.bulk.index import build_index
from flgraph.records import Catalog, CatalogEntry, Paper, Snapshot
from tests.replica.openalex import OpenAlexReplica
from tests.replica.openalex.works import Corpus, make_author, make_preprint, make_topic, make_work
from tests.running import run

pytest.importorskip("duckdb", reason="needs the extra bulk: pip install 'flgraph[bulk]'")

DAY = "2026-11-01"
TITLES = {
    "alpha": "Synthetic federated segmentation of invented organs",
    "beta": "A made-up benchmark for hospitals that share nothing",
    "gamma": "Gamma aggregation of fictitious clients",
    "wrong": "Delta compression for imaginary scanners",
}
IDS = {
    "alpha": {"arxiv": "2401.00001", "doi": "10.9999/synthetic.10"},
    "beta": {"doi": "10.9999/synthetic.12"},
    "gamma": {"arxiv": "2401.00013"},
    "wrong": {"doi": "10.9999/synthetic.30"},
}
CATALOG = Catalog(
    title="Synthetic list",
    entries=tuple(
        CatalogEntry(key=key, title=title, section="2024", year=2024, ids=IDS[key]) for key, title in TITLES.items()
    ),
)
ABSENT = frozenset({"open_access", "citations_by_year", "suggested_topics"})
"""Facts of a record that an index does not hold, beside the institutions of authors."""


def list_works() -> list[dict[str, Any]]:
    """Alpha is an article and a preprint; gamma has a page at arXiv alone; 99 was deleted."""
    people = [make_author("Ada Example", 5_000_000_001), make_author("Bo Sample", 5_000_000_002)]
    other = make_author("Cy Model", 5_000_000_003, raw_author_name="Somebody Else")
    dated: dict[str, Any] = {"publication_year": 2024, "publication_date": "2024-03-02", "topics": [make_topic(7)]}
    return [
        make_work(10, title=TITLES["alpha"], authorships=people, cites=[12, 30, 31, 99], **dated),
        make_preprint(11, "2401.00001", title=TITLES["alpha"], authorships=people, publication_year=2024,
                      publication_date="2024-01-01", _cited_by_count=9),
        make_work(12, title=TITLES["beta"], authorships=[other], cites=[30], **dated, is_retracted=True),
        make_work(13, title=TITLES["gamma"], doi=None, arxiv="2401.00013", **dated),
        *(make_work(20 + number, cites=[10, 12][: 1 + number % 2], publication_year=2025,
                    publication_date=f"2025-0{9 - number}-01") for number in range(5)),
        make_work(26, cites=[11, 13], publication_year=2030, publication_date="2030-01-05"),
        make_work(30, title="Quantum gravity on a lattice of glass", cites=[31], ids={"pmid": "https://pubmed.ncbi.nlm.nih.gov/123"}),
        make_work(31, publication_year=1700, publication_date=None, doi="10.9999/ABC.", journal=None),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    works = list(Corpus(list_works()).works.values())
    for part in range(2):
        name = folder / "works" / f"updated_date=2026-10-0{1 + part}" / "part_0000.gz"
        name.parent.mkdir(parents=True)
        with gzip.open(name, "wt", encoding="utf-8") as stream:
            stream.writelines(json.dumps(work) + "\n" for work in works[part::2])
    done = run("index", "works", "-o", "index", "--release", DAY, cwd=folder)
    assert 0 == done.returncode, done.stderr
    return folder / "index"


def ask_service(catalog: Catalog) -> Snapshot:
    with OpenAlexReplica(list_works()) as replica:
        return fg.enrich_catalog(
            catalog, source="openalex", api_url=replica.url, rate=0, progress="off",
            taken=datetime.fromisoformat(DAY).replace(tzinfo=UTC),
        )  # fmt: skip


def reduce_paper(paper: Paper) -> dict[str, Any]:
    facts = paper.model_dump(exclude_defaults=True, exclude=set(ABSENT))
    facts["authors"] = [{**author, "institutions": ()} for author in facts.get("authors", ())]
    return facts


def test_a_snapshot_says_what_the_service_says(index: Path) -> None:
    asked, extracted = ask_service(CATALOG), fg.extract_snapshot(index, CATALOG, progress="off")

    assert {"alpha", "beta", "gamma"} == set(asked.papers)
    for key, paper in asked.papers.items():
        assert reduce_paper(paper) == reduce_paper(extracted.papers[key])
    assert {name: reduce_paper(paper) for name, paper in asked.context.items()} == {
        name: reduce_paper(paper) for name, paper in extracted.context.items()
    }
    assert {name: asked.matches[name] for name in ("alpha", "beta", "gamma")} == {
        name: extracted.matches[name] for name in ("alpha", "beta", "gamma")
    }
    assert asked.matches["wrong"].refuted == extracted.matches["wrong"].refuted
    assert ("review", "review") == (asked.matches["wrong"].status, extracted.matches["wrong"].status)
    assert (asked.taken, asked.depth, asked.id_kind) == (extracted.taken, extracted.depth, extracted.id_kind)
    assert asked.catalog_digest == extracted.catalog_digest


def test_both_snapshots_make_the_same_citations_in_a_graph(index: Path) -> None:
    asked, extracted = ask_service(CATALOG), fg.extract_snapshot(index, CATALOG, progress="off")
    graphs = [fg.build_graph(CATALOG, snapshot) for snapshot in (asked, extracted)]

    one, other = (sorted(edge[:2] for edge in graph.edges(keys=True) if edge[2] == "cites") for graph in graphs)
    assert one == other
    assert 13 == len(one)


def test_commands_lead_from_a_release_to_a_ranking_and_a_map(index: Path, tmp_path: Path) -> None:
    (tmp_path / "list").mkdir()
    (tmp_path / "list" / "catalog.yaml").write_text("title: Synthetic list\n")
    entries = [{"key": key, "title": TITLES[key], "section": "2024", "year": 2024, "ids": IDS[key]} for key in TITLES]
    (tmp_path / "list" / "papers.yaml").write_text(json.dumps(entries[:3]))

    steps = [
        ["extract", str(index), "-o", "field", "--around", "list", "--hops", "2"],
        ["rank", "--papers", "field/papers.parquet", "--citations", "field/citations.parquet", "-o", "ranking.csv"],
        ["extract", str(index), "-o", "snapshot.jsonl.gz", "--around", "list"],
        ["build", "list", "--snapshot", "snapshot.jsonl.gz", "-o", "out"],
    ]
    for step in steps:
        done = run(*step, cwd=tmp_path)
        assert 0 == done.returncode, done.stderr

    papers = pd.read_parquet(tmp_path / "field" / "papers.parquet")
    assert 12 == len(papers)
    assert ["alpha", "alpha", "beta", "gamma"] == sorted(papers["key"].dropna())
    assert {"W10", "W30"} <= set(pd.read_csv(tmp_path / "ranking.csv")["id"])
    assert "rank" in pd.read_csv(tmp_path / "out" / "papers.csv").columns
    assert (tmp_path / "out" / "map.html").stat().st_size > 10_000


def test_a_release_of_semantic_scholar_gives_paper_ids_and_influence(tmp_path: Path) -> None:
    papers = [
        {
            "corpusid": number,
            "externalids": {"DOI": f"10.9999/SYNTHETIC.{number}", "ArXiv": None, "PubMed": None},
            "url": f"https://www.semanticscholar.org/paper/{number:040x}" if number < 13 else None,
            "title": TITLES["beta"] if number == 12 else f"Synthetic study {number} of hospitals",
            "authors": [{"authorId": "41", "name": "Ada Example"}],
            "venue": "",
            "year": 2024,
            "publicationdate": "2024-03-02",
            "publicationtypes": None,
            "referencecount": 1,
            "citationcount": 2,
            "s2fieldsofstudy": [{"category": "Medicine", "source": "s2-fos-model"}],
        }
        for number in (11, 12, 13)
    ]
    links = [(11, 12, True), (13, 12, False), (12, 11, False)]
    citations = [
        {"citingcorpusid": citing, "citedcorpusid": cited, "isinfluential": mark} for citing, cited, mark in links
    ]
    for name, records in (("papers", papers), ("citations", citations)):
        (tmp_path / "s2" / name).mkdir(parents=True)
        with gzip.open(tmp_path / "s2" / name / "part-0.jsonl.gz", "wt", encoding="utf-8") as stream:
            stream.writelines(json.dumps(record) + "\n" for record in records)
    build_index([tmp_path / "s2"], tmp_path / "index", release=DAY, progress="off")
    catalog = Catalog(title="Synthetic list", entries=CATALOG.entries[1:2])

    beta = fg.extract_snapshot(tmp_path / "index", catalog, progress="off").papers["beta"]
    field = fg.extract_field(tmp_path / "index", tmp_path / "field", topics="medicine", progress="off")

    assert (f"{12:040x}", 12, "41") == (beta.id, beta.corpus_id, beta.authors[0].id)
    assert [(f"{11:040x}", True), ("CorpusId:13", False)] == [(one.id, one.influential) for one in beta.citations.items]
    assert [f"{11:040x}"] == [one.id for one in beta.references.items]
    assert (3, 3) == (field.papers, field.citations)
    assert [11, 12, 13] == pd.read_parquet(field.papers_file)["id"].tolist()
