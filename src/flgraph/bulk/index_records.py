"""Convert rows of an index to records, by the functions that convert the answers of the service.

A row becomes the JSON object that the service would answer with, as far as the index holds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from pydantic import JsonValue

from flgraph.bulk.index_files import IndexSource
from flgraph.records import Listing, Paper
from flgraph.sources.openalex.records import to_paper
from flgraph.sources.openalex.works import read_work
from flgraph.sources.semantic_scholar.records import read_paper

Row = Mapping[str, Any]

CORPUS_ID: Final = "CorpusId:"
"""What the service accepts before a corpus id; it names a paper whose paperId the release does not hold."""


def name_work(source: IndexSource, row: Row) -> str:
    """Return the id of a work as the service names it: W123, or the paperId."""
    return f"W{row['id']}" if source == "openalex" else row.get("sha") or f"{CORPUS_ID}{row['id']}"


def read_row(source: IndexSource, row: Row, cited: Sequence[int] | None, *, today: date) -> Paper:
    """Convert a row of works to a paper.

    Parameters
    ----------
    source : "openalex" or "semantic_scholar"
        Whose row it is.
    row : Mapping
        The columns of works, or some of them.
    cited : Sequence of int or None
        The numbers of the works that it cites, for OpenAlex; None leaves its references open.
    today : date
        The date of the release; later dates are wrong and left out.

    Raises
    ------
    BadAnswerError
        A value cannot be right, such as a negative count.
    """
    if source == "openalex":
        return to_paper(read_work(_spell_work(row, cited), asked=f"W{row['id']}"), today=today)
    paper = read_paper(_spell_paper(row), asked=f"{CORPUS_ID}{row['id']}")
    return paper.model_copy(update={"references": Listing()})  # citations of an index are not part of its works


def _spell_work(row: Row, cited: Sequence[int] | None) -> JsonValue:
    locations: list[JsonValue] = []
    if row["arxiv"]:
        locations.append({"landing_page_url": f"https://arxiv.org/abs/{row['arxiv']}"})
    return {
        "id": f"W{row['id']}",
        "doi": row["doi"],
        "title": row["title"],
        "publication_year": row["year"],
        "publication_date": _spell_day(row["date"]),
        "ids": {"pmid": row["pmid"]},
        "primary_location": {"source": {"display_name": row["venue"]}},
        "locations": locations,
        "type": row["type"],
        "authorships": [_spell_author(author) for author in row.get("authors") or ()],
        "cited_by_count": row["citation_count"],
        "is_retracted": row["retracted"],
        "referenced_works_count": row["reference_count"],
        "referenced_works": None if cited is None else [f"W{number}" for number in cited],
    }


def _spell_author(author: Mapping[str, Any]) -> JsonValue:
    """Return an author; an index has the id of a profile only if its name agrees with the printed one."""
    profile = None if author["id"] is None else {"id": f"A{author['id']}", "display_name": author["name"]}
    return {"author": profile, "raw_author_name": author["name"]}


def _spell_paper(row: Row) -> JsonValue:
    return {
        "paperId": name_work("semantic_scholar", row),
        "corpusId": row["id"],
        "externalIds": {"DOI": row["doi"], "ArXiv": row["arxiv"], "PubMed": row["pmid"]},
        "title": row["title"],
        "year": row["year"],
        "publicationDate": _spell_day(row["date"]),
        "venue": row["venue"],
        "citationCount": row["citation_count"],
        "referenceCount": row["reference_count"],
        "authors": [
            {"authorId": None if author["id"] is None else str(author["id"]), "name": author["name"]}
            for author in row.get("authors") or ()
        ],
    }


def _spell_day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
