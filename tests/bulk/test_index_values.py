"""The values of an index are those of the records that the sources make."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flgraph.identifiers import clean_arxiv, clean_doi
from flgraph.records import Paper
from flgraph.sources.openalex.records import to_paper
from flgraph.sources.openalex.works import read_work
from tests.replica.openalex.works import locate_at_arxiv, make_author, make_preprint, make_work

duckdb = pytest.importorskip("duckdb", reason="needs the extra bulk: pip install 'flgraph[bulk]'")

from flgraph.bulk.index import build_index  # noqa: E402
from flgraph.bulk.index_files import WORK_COLUMNS  # noqa: E402
from flgraph.bulk.release_macros import MACROS  # noqa: E402
from tests.bulk.releases import write_lines  # noqa: E402

TODAY = date(2026, 11, 27)
RECORDED = ["work-by-doi-2025", "work-by-doi-no-authors", "search-title-arxiv", "search-title-published-and-preprint",
            "work-2026-02", "work-2026-03", "list-two-works-2026-03", "list-search-2026-07"]  # fmt: skip


def index_works(works: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    index = build_index([write_lines(folder / "works.jsonl", works)], folder / "index", release=TODAY, progress="off")
    with duckdb.connect() as base:
        rows = base.execute(f"from read_parquet('{index.works_glob}') order by id").fetchall()
    return [dict(zip(WORK_COLUMNS, row, strict=True)) for row in rows]


def describe(paper: Paper) -> dict[str, Any]:
    return {
        "id": int(paper.id[1:]),
        "title": paper.title,
        "year": paper.year,
        "date": paper.publication_date,
        "doi": paper.ids.get("doi"),
        "arxiv": paper.ids.get("arxiv"),
        "pmid": paper.ids.get("pmid"),
        "venue": paper.venue,
        "type": paper.document_type,
        "citation_count": paper.citation_count,
        "reference_count": paper.reference_count,
        "retracted": paper.retracted,
    }


def compare(works: list[dict[str, Any]], folder: Path) -> None:
    papers = sorted(
        (to_paper(read_work(work, asked="a work"), today=TODAY) for work in works), key=lambda paper: int(paper.id[1:])
    )
    found = index_works(works, folder)
    assert [describe(paper) for paper in papers] == [{name: row[name] for name in describe(papers[0])} for row in found]
    for paper, row in zip(papers, found, strict=True):
        people = row["authors"] or []
        assert [author.name for author in paper.authors] == [one["name"] for one in people]
        for author, one in zip(paper.authors, people, strict=True):
            # An id may be missing where only the full comparison finds that two names agree, and never be a stranger's.
            assert one["id"] is None or author.id == f"A{one['id']}"


MADE = [
    make_work(10),
    make_work(11, arxiv="2101.00001"),
    make_preprint(12, "2101.00002"),
    make_work(13, doi=None, locations=[{"landing_page_url": "https://arxiv.org/abs/2101.00003v2"}]),
    make_work(14, locations=[locate_at_arxiv("2101.00004"), locate_at_arxiv("2101.00005", scheme="https")]),
    make_work(15, cites=[11, 12], publication_year=2027, publication_date="2027-02-03"),
    make_work(16, title="recall@10 by someone@example.org and others", publication_date="2020-01-01"),
    make_work(17, authorships=[make_author("Ada Example"), {"raw_author_name": "bo@example.org Bo  Sample"},
                               {"raw_author_name": " "}, {"raw_author_name": None, "author": {"display_name": "Cy"}}]),
    make_work(18, doi="https://doi.org/10.48550/arXiv.2101.00006v3", title="  "),
    make_work(19, doi="doi:10.9999/Mixed.Case.,;", ids={"pmid": "https://pubmed.ncbi.nlm.nih.gov/34012082"}),
]  # fmt: skip


def test_made_works_have_the_values_of_their_records(tmp_path: Path) -> None:
    compare(MADE, tmp_path)


def test_recorded_works_have_the_values_of_their_records(test_data: Path, tmp_path: Path) -> None:
    works = {}
    for name in RECORDED:
        path = test_data / "openalex" / "recorded" / f"{name}.json"
        body = json.loads(path.read_text(encoding="utf-8"))["response"]["json"]
        works |= {work["id"]: work for work in body.get("results", [body])}
    compare(list(works.values()), tmp_path)


PEOPLE = [
    (True, "Ada Example", "Ada Example"),
    (True, "A. B. Example", "Ada Example"),
    (True, "Example, Ada", "Ada Example"),
    (True, "Zoë Émile", "Zoe Emile"),
    (True, "ADA EXAMPLE", "Ada Example"),
    (False, "Bo Sample", "Ada Example"),
    (False, "Ndiaye, Matar", "Melissa Ochoa Frias"),
    (False, "Ada Other", "Ada Example"),
    (False, None, "Ada Example"),
    (False, "Ada Example", None),
]


def test_the_id_of_an_author_is_kept_only_if_the_names_agree(tmp_path: Path) -> None:
    people = [
        {"raw_author_name": printed, "author": {"id": f"https://openalex.org/A{7 + number}", "display_name": profile}}
        for number, (_, printed, profile) in enumerate(PEOPLE)
    ]
    nobody = {"raw_author_name": "Ada Example",
              "author": {"id": "https://openalex.org/A9999999999", "display_name": "Ada Example"}}  # fmt: skip
    (row,) = index_works([make_work(10, authorships=[*people, nobody])], tmp_path)
    assert [*(is_kept for is_kept, *_ in PEOPLE), False] == [one["id"] is not None for one in row["authors"]]


TEXTS = st.text("10.459/aX:vVdoiDOI.,; abcZ-", min_size=1, max_size=24)
DOIS = st.builds("".join, st.tuples(
    st.sampled_from(["", "https://doi.org/", "doi:", "doi: ", "http://dx.doi.org/", "DOI:", " "]),
    st.sampled_from(["10.5555/", "10.48550/", "10.1101/", "10.48550/arXiv.2101.00001", "10.1234.56/", "10.12/"]),
    TEXTS, st.sampled_from(["", "v2", ".", " ", ";"])))  # fmt: skip
ARXIV = st.builds("".join, st.tuples(
    st.sampled_from(["", "arXiv:", "https://arxiv.org/abs/", "http://export.arxiv.org/pdf/", "10.48550/arXiv."]),
    st.sampled_from(["2101.00001", "0704.0001", "hep-th/9901001", "math.AG/0601001", "2101.1", "Quant-Ph/0001001"]),
    st.sampled_from(["", "v2", "v2.pdf", ".pdf", "/", "x"])))  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(st.lists(st.one_of(DOIS, TEXTS), min_size=1, max_size=40), st.lists(ARXIV, min_size=1, max_size=40))
def test_ids_are_cleaned_as_in_the_catalog(dois: list[str], arxiv: list[str]) -> None:
    with duckdb.connect() as base:
        base.execute(MACROS)
        found = base.execute("select clean_doi(t) from (select unnest(?) as t)", [dois]).fetchall()
        places = base.execute("select clean_arxiv(t) from (select unnest(?) as t)", [arxiv]).fetchall()
    assert [clean_doi(text) for text in dois] == [row[0] for row in found]
    assert [clean_arxiv(text) for text in arxiv] == [row[0] for row in places]
