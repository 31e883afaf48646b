"""Convert the record of a source to attributes of a paper: counts, listings, access, versions, reference set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from flgraph.graph.draft import Origin, join_texts, pick_fields
from flgraph.records import OpenAccess, Paper, ReferenceSet, Version

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


def describe_set(paper: Paper, one: ReferenceSet) -> dict[str, Any]:
    """Return the attributes of a paper with a reference set; its own records are not counted in it."""
    own = set(paper.record_ids)
    counts = Counter(count for id_, count in one.counts.items() if id_ not in own)
    unknown = len(set(one.uncounted) - own)
    said = [f"{count}: {number}" for count, number in sorted(counts.items())]
    return {
        "field": f"{one.name or one.topic}, {one.year}",
        "field_set": "known",
        "field_counts": join_texts([*said, *([f"unknown: {unknown}"] if unknown else [])]),
        "field_population": one.population,
        "field_citation_count": paper.citation_count,
    }


def read_set(attributes: Mapping[str, Any]) -> list[int]:
    """Return the known citation counts of the reference set of a paper, in order; none if it has no set.

    Examples
    --------
    >>> read_set({"field_counts": "0: 2; 5: 1; unknown: 1"})
    [0, 0, 5]
    """
    pairs = (said.split(": ") for said in str(attributes.get("field_counts", "")).split("; ") if said)
    return [int(count) for count, number in pairs if count != "unknown" for _ in range(int(number))]


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
