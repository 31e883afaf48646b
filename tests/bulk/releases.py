"""Synthetic releases of OpenAlex and Semantic Scholar for the tests."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from flgraph.bulk.index_files import WORK_COLUMNS, Index

RELEASE = "2026-11-01"

WORKS: list[dict[str, Any]] = [
    {
        "id": "https://openalex.org/W101",
        "doi": "https://doi.org/10.5555/SYN.A",
        "title": "Synthetic sorting",
        "publication_year": 2019,
        "publication_date": "2019-03-04",
        "ids": {"openalex": "https://openalex.org/W101", "pmid": "https://pubmed.ncbi.nlm.nih.gov/901"},
        "primary_location": {"source": {"display_name": "Synthetic journal", "type": "journal"}},
        "type": "article",
        "primary_topic": {"id": "https://openalex.org/T7", "display_name": "Synthetic topic", "score": 0.9},
        "authorships": [
            {
                "author": {"id": "https://openalex.org/A1", "display_name": "Ada Example"},
                "raw_author_name": "A. Example",
            },
            {
                "author": {"id": "https://openalex.org/A2", "display_name": "Someone Else"},
                "raw_author_name": "Bo Sample",
            },
        ],
        "cited_by_count": 2,
        "is_retracted": False,
        "referenced_works_count": 2,
        "referenced_works": ["https://openalex.org/W102", "https://openalex.org/W999"],
        "abstract_inverted_index": {"never": [0], "written": [1]},
        "updated_date": "2026-01-01T00:00:00.000000",
    },
    {
        "id": "https://openalex.org/W102",
        "doi": None,
        "title": None,
        "publication_year": 2018,
        "publication_date": "2018-01-01",
        "authorships": [],
        "cited_by_count": 1,
        "referenced_works_count": 0,
        "referenced_works": [],
        "updated_date": "2026-01-01T00:00:00.000000",
    },
]

PAPERS: list[dict[str, Any]] = [
    {
        "corpusid": 11,
        "externalids": {"CorpusId": "11", "DOI": "10.5555/Syn.B", "ArXiv": "2101.00001", "PubMed": "77", "MAG": None},
        "url": f"https://www.semanticscholar.org/paper/{'ab' * 20}",
        "title": "Synthetic counting",
        "authors": [{"authorId": "5", "name": "Ada Example"}, {"authorId": None, "name": "Bo Sample"}],
        "venue": "Synthetic venue",
        "publicationvenueid": None,
        "year": 2021,
        "referencecount": 0,
        "citationcount": 3,
        "isopenaccess": True,
        "s2fieldsofstudy": [{"category": "Medicine", "source": "a"}, {"category": "Medicine", "source": "b"}],
        "publicationtypes": ["JournalArticle"],
        "publicationdate": "2021-01-05",
        "journal": None,
    },
    {"corpusid": 12, "externalids": None, "title": "", "authors": None, "venue": "", "year": None},
]

CITATIONS: list[dict[str, Any]] = [
    {"citationid": 1, "citingcorpusid": 11, "citedcorpusid": 12, "isinfluential": True, "contexts": ["never kept"]},
    {"citationid": 2, "citingcorpusid": 11, "citedcorpusid": 12, "isinfluential": False},
    {"citationid": 3, "citingcorpusid": 12, "citedcorpusid": 12, "isinfluential": None},
    {"citationid": 4, "citingcorpusid": 12, "citedcorpusid": None, "isinfluential": False},
]


def write_lines(path: Path, records: Iterable[Mapping[str, Any] | str]) -> Path:
    """Write records, or texts as they are, as JSON lines; in gzip if the name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    content = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def make_works(first: int, last: int, *, day: str = "2026-01-01") -> list[dict[str, Any]]:
    """Make works that cite the one before."""
    return [
        {
            **WORKS[0],
            "id": f"https://openalex.org/W{number}",
            "referenced_works": [f"https://openalex.org/W{number - 1}"],
            "updated_date": f"{day}T00:00:00",
        }
        for number in range(first, last)
    ]


def write_openalex(folder: Path) -> Path:
    """Write a release of three files, as OpenAlex lays them out."""
    works = folder / "works"
    write_lines(works / "updated_date=2026-01-01" / "part_0000.gz", WORKS)
    write_lines(works / "updated_date=2026-02-01" / "part_0000.gz", make_works(200, 220))
    write_lines(works / "updated_date=2026-02-01" / "part_0001.gz", make_works(300, 310))
    (works / "manifest").write_text("{}")
    return works


def write_semantic_scholar(folder: Path) -> Path:
    """Write a release of papers and citations."""
    write_lines(folder / "papers" / "20260101_000_abc.gz", PAPERS)
    write_lines(folder / "citations" / "20260101_000_def.gz", CITATIONS)
    return folder


# --- indexes -------------------------------------------------------------------------------------------------


def build(inputs: Sequence[Path] | Path, output: Path, **options: Any) -> Index:
    """Make an index of a release of 1 November 2026, by one thread unless others are asked for."""
    from flgraph.bulk.index import build_index

    given = [inputs] if isinstance(inputs, Path) else inputs
    return build_index(given, output, **{"release": RELEASE, "threads": 1, "progress": "off", **options})


def query(glob: str, columns: str = "*", *, order: str = "all") -> list[tuple[Any, ...]]:
    """Return rows of Parquet files."""
    import duckdb

    with duckdb.connect() as base:
        rows: list[tuple[Any, ...]] = base.execute(
            f"select {columns} from read_parquet('{glob}') order by {order}"
        ).fetchall()
    return rows


def read_works(index: Index) -> list[dict[str, Any]]:
    """Return the works of an index in order of id."""
    return [dict(zip(WORK_COLUMNS, row, strict=True)) for row in query(index.works_glob, order="id")]
