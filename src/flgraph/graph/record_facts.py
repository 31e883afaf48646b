"""Convert the record of a source to attributes of a paper: counts, listings, access, retraction and versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flgraph.graph.draft import Origin, join_texts, pick_fields
from flgraph.records import OpenAccess, Paper, Version

_PLAIN: Final = (
    "citation_count",
    "reference_count",
    "influential_citation_count",
    "corpus_id",
    "publication_date",
    "document_type",
    "retracted",
)
_RETRACTED: Final = "[Retracted] "


def describe_record(paper: Paper, origin: Origin) -> dict[str, Any]:
    """Return the attributes that a record states of a paper; unknown values are None or blank."""
    facts = pick_fields(paper, *_PLAIN)
    facts[origin.id_kind] = paper.id
    for name, listing in (("references", paper.references), ("citations", paper.citations)):
        facts[name] = listing.status
        facts[f"{name}_listed"] = len(listing.items) if listing.status == "known" else None
    years = sorted(paper.citations_by_year.items())
    return {
        **facts,
        **_describe_access(paper.open_access or OpenAccess()),
        "citations_by_year": join_texts(f"{year}: {count}" for year, count in years),
        "versions": join_texts(map(_describe_version, paper.versions)),
    }


def _describe_access(access: OpenAccess) -> dict[str, str | None]:
    return {
        "open_access": access.status,
        "open_access_url": access.url,
        "open_access_licence": access.licence,
        "open_access_version": access.version,
    }


def _describe_version(version: Version) -> str:
    """Describe a version as its id with what is known of its type, year and citations."""
    count = version.citation_count
    counted = None if count is None else f"{count} {'citation' if count == 1 else 'citations'}"
    known = ", ".join(str(said) for said in (version.document_type, version.year, counted) if said is not None)
    return f"{version.id} ({known})" if known else version.id


def title_of(attributes: Mapping[str, Any]) -> str:
    """Return the title of a paper as tables show it: that of a retracted paper says so.

    Examples
    --------
    >>> title_of({"title": "FedX", "retracted": True}), title_of({"title": "FedX"})
    ('[Retracted] FedX', 'FedX')
    """
    return f"{_RETRACTED if attributes.get('retracted') is True else ''}{attributes['title']}"
