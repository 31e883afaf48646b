"""Convert the works of OpenAlex to the records of flgraph.

- An empty list of references is unknown, never zero.
- A date on January 1 means that only the year is known. Dates in the future are wrong and left out.
- The profile of an author counts only if its name agrees with the printed one: profiles merge strangers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Final

from flgraph.identifiers import clean_arxiv, clean_doi, compare_authors
from flgraph.records import Author, Institution, Listing, OpenAccess, Paper, Reference
from flgraph.sources.openalex.works import AnsweredInstitution, AnsweredLocation, Authorship, Work

NOBODY: Final = frozenset({"A9999999999", "A5317838346"})
"""Ids that stand for unknown and for deleted authors."""

FIRST_YEAR: Final = 1800
"""The first year of publication of a record."""

_ARXIV_RECORD: Final = "pmh:oai:arxiv.org:"
_DIGITS: Final = re.compile(r"[0-9]+")


def to_paper(work: Work, *, today: date) -> Paper:
    """Convert a work to a paper.

    Parameters
    ----------
    work : Work
        The work.
    today : date
        The date of the run; later dates are left out.
    """
    year = work.publication_year
    return Paper(
        id=work.name,
        ids=read_ids(work),
        title=work.title,
        year=year if year is not None and FIRST_YEAR <= year <= today.year else None,
        publication_date=_read_date(work.publication_date, today),
        venue=_find_venue(work.primary_location),
        citation_count=work.cited_by_count,
        reference_count=len(work.cited) or work.referenced_works_count or None,
        authors=tuple(_read_authors(work)),
        document_type=work.type,
        retracted=work.is_retracted,
        open_access=_read_access(work),
        citations_by_year=_count_by_year(work),
        references=_list_references(work),
        suggested_topics=tuple(work.named_topics),
    )


def to_reference(paper: Paper) -> Reference:
    """Convert a paper to a line of a listing."""
    return Reference(id=paper.id, title=paper.title, year=paper.year, ids=paper.ids)


# --- ids ---------------------------------------------------------------------------------------------------


def read_ids(work: Work) -> dict[str, str]:
    """Return the ids of a work in the kinds and forms of the catalog; malformed ones are left out.

    A work that stands at arXiv under several ids is merged wrongly, and has none of them.
    """
    digits = {kind: _DIGITS.search(str(work.ids.get(kind, "")).rpartition("/")[2]) for kind in ("pmid", "pmcid", "mag")}
    arxiv = find_arxiv(work)
    found = {
        "doi": clean_doi(work.doi or ""),
        "arxiv": next(iter(arxiv)) if len(arxiv) == 1 else None,
        **{kind: ("PMC" if kind == "pmcid" else "") + number[0] for kind, number in digits.items() if number},
    }
    return {kind: value for kind, value in found.items() if value}


def find_arxiv(work: Work) -> frozenset[str]:
    """Return the arXiv ids of a work: the one of its DOI, else those of its locations."""
    if work.doi and (own := _read_arxiv(clean_doi(work.doi) or "")):
        return frozenset({own})
    places = (text for location in work.locations for text in (location.id, location.landing_page_url) if text)
    return frozenset(filter(None, map(_read_arxiv, places)))


def _read_arxiv(text: str) -> str | None:
    """Extract the arXiv id from a DOI of arXiv, the id of a location, or the address of a page."""
    text = text.strip()
    if text.lower().startswith(_ARXIV_RECORD):
        return clean_arxiv(text[len(_ARXIV_RECORD) :])
    bare = text.removeprefix("doi:").removeprefix("https://doi.org/")
    return clean_arxiv(bare) if "arxiv" in bare.lower() else None


# --- dates, venue, access ----------------------------------------------------------------------------------


def _read_date(text: str | None, today: date) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return None if day is None or (day.month, day.day) == (1, 1) or day > today else day


def _find_venue(location: AnsweredLocation) -> str | None:
    """Return the name of the source of a location; a repository is not a venue."""
    return None if location.source.type == "repository" else location.source.display_name


def _read_access(work: Work) -> OpenAccess | None:
    best, access = work.best_oa_location or AnsweredLocation(), work.open_access
    found = OpenAccess(
        status=access.oa_status if access else None,
        url=best.pdf_url or best.landing_page_url or (access.oa_url if access else None),
        licence=best.license,
        version=best.version,
    )
    return None if found == OpenAccess() else found


def _count_by_year(work: Work) -> dict[int, int]:
    """Return the citations by year, in order, without years that have none."""
    counts: Counter[int] = Counter()
    for item in work.counts_by_year:
        if item.year is not None and FIRST_YEAR <= item.year <= date.max.year:
            counts[item.year] += item.cited_by_count
    return {year: count for year, count in sorted(counts.items()) if count and year <= 2200}


def _list_references(work: Work) -> Listing:
    """Return the references of a work; a list that is empty says nothing."""
    if work.referenced_works is None:
        return Listing()
    if not work.cited:
        return Listing(status="unlisted")
    return Listing(status="known", items=tuple(Reference(id=name) for name in work.cited))


# --- authors -----------------------------------------------------------------------------------------------


def _read_authors(work: Work) -> Iterator[Author]:
    """Yield the authors under their printed names, with an id only if it is that of the person named."""
    for authorship in work.authorships:
        name = authorship.raw_author_name or authorship.author.display_name
        if name and name.strip():
            profile = _find_profile(authorship)
            yield Author(
                id=profile,
                name=name,
                orcid=_last_part(authorship.author.orcid) if profile else None,
                institutions=tuple(_read_institutions(authorship.institutions)),
            )


def _find_profile(authorship: Authorship) -> str | None:
    """Return the id of an author if the profile has the name that is printed on the paper."""
    profile, printed = _last_part(authorship.author.id), authorship.raw_author_name
    if profile is None or profile in NOBODY or not printed or not authorship.author.display_name:
        return None
    names = [_put_surname_last(name) for name in (printed, authorship.author.display_name)]
    return profile if compare_authors(names[:1], names[1:]) == "same" else None


def _put_surname_last(name: str) -> str:
    surname, comma, given = name.partition(",")
    return f"{given.strip()} {surname.strip()}" if comma and given.strip() else name


def _read_institutions(institutions: list[AnsweredInstitution]) -> Iterator[Institution]:
    for one in institutions:
        if one.display_name:
            yield Institution(
                id=_last_part(one.id), name=one.display_name, ror=_last_part(one.ror), country=one.country_code
            )


def _last_part(address: str | None) -> str | None:
    """Return an id without the address before it."""
    return (address or "").rstrip("/").rpartition("/")[2] or None
