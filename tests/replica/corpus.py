"""Papers as Semantic Scholar holds them, all synthetic: ids and titles may be real, every count is invented."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from flgraph.records import Catalog, CatalogEntry

KNOWN_PAPER = "649def34f8be52c8b66281af98ae884c09aef38b"
"""The service's own example paper; the replica always holds it."""

_EXTERNAL = {"arxiv": "ArXiv", "doi": "DOI", "dblp": "DBLP", "pmid": "PubMed"}


def make_paper(name: str, **fields: Any) -> dict[str, Any]:
    """Return one paper with all fields that flgraph asks for; `fields` replace what is made up from the name."""
    return {
        "paperId": _digits(name, 40),
        "corpusId": _number(name, "corpus", 10**8),
        "externalIds": {"CorpusId": _number(name, "corpus", 10**8)},
        "title": f"Synthetic paper {name}",
        "year": 2015 + _number(name, "year", 8),
        "publicationDate": None,
        "venue": "",
        "citationCount": _number(name, "citations", 500),
        "referenceCount": 0,
        "influentialCitationCount": _number(name, "influential", 20),
        "authors": [],
        "references": [],
        "_synthetic": True,
        **fields,
    }


def make_edges(name: str, count: int) -> list[dict[str, Any]]:
    """Return so many lines of a listing, each with a whole paper; one in ten is influential."""
    return [
        {
            **make_paper(f"{name} {number}", authors=[{"authorId": f"{name} {number}", "name": "Synthetic Author"}]),
            "isInfluential": number % 10 == 0,
            "intents": ["background"] if number % 2 else [],
        }
        for number in range(count)
    ]


def surround_papers(papers: Sequence[dict[str, Any]], *, citing: int, cited: int) -> list[dict[str, Any]]:
    """Return papers that so many others cite, and that cite so many, with counts that say so."""
    return [
        {
            **paper,
            "citationCount": citing,
            "referenceCount": cited,
            "_citations": make_edges(f"citing {paper['paperId'][:8]}", citing),
            "references": make_edges(f"cited {paper['paperId'][:8]}", cited),
        }
        for paper in papers
    ]


def synthetic_corpus(catalog: Catalog) -> list[dict[str, Any]]:
    """Return a paper for each entry, with its ids, title and authors; each cites earlier ones and outsiders.

    The same catalog gives the same corpus. Never show these counts to anybody as data.
    """
    entries = sorted(catalog.entries, key=lambda entry: (entry.year or 0, entry.key))
    papers = [_from_entry(entry, entries[:place]) for place, entry in enumerate(entries)]
    return papers + [make_paper(f"outside {number}") for number in range(5)]


def _from_entry(entry: CatalogEntry, earlier: Sequence[CatalogEntry]) -> dict[str, Any]:
    cited = [other for other in earlier if _number(entry.key, f"cites {other.key}", 4) == 0]
    outside = [make_paper(f"outside {number}") for number in range(5) if _number(entry.key, str(number), 2)]
    references = [
        *({**_stub(other.key, other.title, other.year), "externalIds": _external(other)} for other in cited),
        *(_stub(f"outside {number}", paper["title"], paper["year"]) for number, paper in enumerate(outside)),
        {"paperId": None, "title": f"Synthetic reference of {entry.key} that is a title only", "year": None},
    ]
    corpus_id = _number(entry.key, "corpus", 10**8)
    return make_paper(
        entry.key,
        corpusId=corpus_id,
        externalIds={**_external(entry), "CorpusId": corpus_id},
        title=entry.published.title or entry.title,
        year=entry.year,
        publicationDate=f"{entry.year}-06-01" if entry.year else None,
        venue=entry.published.venue or entry.venue or "",
        referenceCount=len(references),
        authors=[_author(person.name) for person in entry.authors],
        references=references,
    )


def _external(entry: CatalogEntry) -> dict[str, str]:
    # The service writes DOIs in whatever case the publisher gave them.
    ids = {_EXTERNAL[kind]: value for kind, value in entry.ids.items() if kind in _EXTERNAL}
    return {name: value.upper() if name == "DOI" else value for name, value in ids.items()}


def _stub(name: str, title: str, year: int | None) -> dict[str, Any]:
    return {"paperId": _digits(name, 40), "title": title, "year": year, "externalIds": None}


def _author(name: str) -> Mapping[str, Any]:
    return {
        "authorId": str(_number(name, "author", 10**7)),
        "name": name,
        "affiliations": [],
        "paperCount": 1 + _number(name, "papers", 100),
        "citationCount": _number(name, "cited", 5000),
        "hIndex": _number(name, "h", 40),
    }


def _digits(name: str, length: int) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:length]


def _number(name: str, salt: str, below: int) -> int:
    return int(_digits(f"{salt}: {name}", 12), 16) % below
