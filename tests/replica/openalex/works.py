"""Works as the service sends them: what a test leaves out gets the value that the service gives it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

OPENALEX = "https://openalex.org/"

_LEFT_OUT: dict[str, Any] = {
    "language": "en",
    "type": "article",
    "fwci": None,
    "is_retracted": False,
    "is_paratext": False,
    "is_xpac": False,
    "topics": [],
    "counts_by_year": [],
    "related_works": [],
    "abstract_inverted_index": None,
}
_LOCATION: dict[str, Any] = {
    "is_oa": False,
    "landing_page_url": None,
    "pdf_url": None,
    "source": None,
    "license": None,
    "version": None,
}
FIELDS = frozenset(
    (
        *("id", "doi", "title", "display_name", "relevance_score", "publication_year", "publication_date", "ids"),
        *("language", "primary_location", "type", "open_access", "authorships", "cited_by_count", "fwci", "topics"),
        *("is_retracted", "is_paratext", "is_xpac", "locations", "locations_count", "best_oa_location"),
        *("referenced_works_count", "referenced_works", "related_works", "abstract_inverted_index", "counts_by_year"),
        "primary_topic",
    )
)


def make_work(number: int, **fields: Any) -> dict[str, Any]:
    """Return a synthetic work with this number; `cites` are the numbers of works that it cites.

    `arxiv` adds a page at arXiv, `journal` names the source of its own page.
    """
    doi = fields.pop("doi", f"10.9999/synthetic.{number}")
    arxiv, journal = fields.pop("arxiv", None), fields.pop("journal", "Synthetic Journal")
    home = [_locate_at_home(doi, journal)] if doi and "arxiv" not in doi else []
    at_arxiv = [locate_at_arxiv(arxiv)] if arxiv else []
    cites = fields.pop("cites", ())
    return {
        "id": f"W{number}",
        "doi": doi,
        "title": f"Synthetic study {number} of hospitals",
        "publication_year": 2020,
        "publication_date": "2020-06-01",
        "locations": [*home, *at_arxiv],
        "referenced_works": [f"W{cited}" for cited in cites],
        **fields,
    }


def make_preprint(number: int, arxiv: str, **fields: Any) -> dict[str, Any]:
    """Return a preprint that stands alone: its DOI is one of arXiv, its day is unknown, it lists no references."""
    alone = {"doi": f"10.48550/arXiv.{arxiv}", "arxiv": arxiv, "type": "preprint", "publication_date": "2020-01-01"}
    return make_work(number, **{**alone, **fields})


def make_author(name: str, number: int | None = None, **fields: Any) -> dict[str, Any]:
    """Return an authorship; without a number, the profile is nobody's."""
    profile = {"id": f"{OPENALEX}A{number}" if number else None, "display_name": name, "orcid": None}
    return {"author": {**profile, **fields.pop("author", {})}, "raw_author_name": name, "institutions": [], **fields}


def make_topic(number: int) -> dict[str, Any]:
    """Return a synthetic topic with this number; works hold their topics with the best first."""
    return {"id": f"{OPENALEX}T{number}", "display_name": f"Synthetic topic {number}", "score": 0.9}


def _locate_at_home(doi: str, journal: str) -> dict[str, Any]:
    page = f"https://doi.org/{doi}"
    source = {"display_name": journal, "type": "journal"}
    return {"id": f"doi:{doi}", "landing_page_url": page, "source": source, "version": "publishedVersion"}


def locate_at_arxiv(arxiv: str, *, scheme: str = "http") -> dict[str, Any]:
    """Return the page of a work at arXiv, which is under either scheme."""
    return {
        "id": f"pmh:oai:arXiv.org:{arxiv}",
        "is_oa": True,
        "landing_page_url": f"{scheme}://arxiv.org/abs/{arxiv}",
        "pdf_url": f"https://arxiv.org/pdf/{arxiv}",
        "source": {"display_name": "arXiv (Cornell University)", "type": "repository"},
        "version": "submittedVersion",
    }


def name_doi(text: str) -> str | None:
    """Return a DOI as the service writes it."""
    found = re.search(r"10\.\d+/\S+", text.lower())
    return f"https://doi.org/{found[0]}" if found else None


def name_work(text: str) -> str | None:
    """Return the full id of a work."""
    found = re.search(r"W\d{2,}", text.upper())
    return OPENALEX + found[0] if found else None


def split_words(text: str) -> list[str]:
    """Return the words of a title as the search sees them."""
    return re.findall(r"[a-z0-9]+", text.lower())


def complete(given: dict[str, Any]) -> dict[str, Any]:
    """Return a work with all fields that the service sends."""
    work = {**_LEFT_OUT, **given, "id": name_work(given["id"]), "doi": name_doi(given.get("doi") or "")}
    work["display_name"] = work["title"] = given.get("title")
    work["ids"] = {"openalex": work["id"], **({"doi": work["doi"]} if work["doi"] else {}), **given.get("ids", {})}
    work["locations"] = [{**_LOCATION, **location} for location in given.get("locations") or []]
    free = next((location for location in work["locations"] if location["is_oa"]), None)
    made = {
        "primary_topic": next(iter(work["topics"]), None),
        "primary_location": next(iter(work["locations"]), None),
        "best_oa_location": free,
        "open_access": {"is_oa": bool(free), "oa_status": "green" if free else "closed", "oa_url": None},
    }
    work |= {name: value for name, value in made.items() if name not in given}
    work["authorships"] = given.get("authorships") or []
    work["referenced_works"] = [name_work(cited) for cited in given.get("referenced_works") or []]
    work["referenced_works_count"] = len(work["referenced_works"])
    return work


class Corpus:
    """Works by each of their ids, with those that cite them; `_aliases` are ids that were merged into a work."""

    def __init__(self, given: Sequence[dict[str, Any]]) -> None:
        self.works = {work["id"]: work for work in map(complete, given)}
        self.merged = {name_work(old): work["id"] for work in self.works.values() for old in work.get("_aliases", ())}
        self.by_doi: dict[str, list[str]] = defaultdict(list)
        self.by_page: dict[str, list[str]] = defaultdict(list)
        self.citing: dict[str, list[str]] = defaultdict(list)
        for name, work in self.works.items():
            self.by_doi[work["doi"]].append(name)
            for location in work["locations"]:
                self.by_page[location["landing_page_url"]].append(name)
            for cited in work["referenced_works"]:
                self.citing[cited].append(name)
        for name, work in self.works.items():
            work["cited_by_count"] = work.get("_cited_by_count", len(self.citing[name]))
