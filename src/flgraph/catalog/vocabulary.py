"""The names of venues in a catalog: keys, full names and tags, with or without a year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flgraph.identifiers import split_venue
from flgraph.records import Catalog, CatalogEntry


class FoundVenue(NamedTuple):
    """A venue as a list names it: its key if it is known, its name without a year, and the year."""

    key: str | None
    name: str
    year: int | None


def find_venue(text: str, names: Mapping[str, str]) -> FoundVenue:
    """Find a venue by its name, which may contain a year; a known name that contains a year is kept whole.

    Parameters
    ----------
    text : str
        The venue as listed, such as "CVPR 2017".
    names : Mapping of str to str
        As from `venue_names`.
    """
    key = names.get(text.casefold())
    if key is not None:
        return FoundVenue(key, text, None)
    name, year = split_venue(text)
    return FoundVenue(names.get(name.casefold()), name, year)


def find_published_venue(entry: CatalogEntry, names: Mapping[str, str]) -> FoundVenue | None:
    """Find the venue of the published form of a paper, else the listed one; None if neither is known."""
    text = entry.published.venue or entry.venue
    return find_venue(text, names) if text else None


def venue_names(catalog: Catalog) -> dict[str, str]:
    """Return the key of each venue by its names in lower case: key, full name and tags."""
    return {label.casefold(): venue.key for venue in catalog.venues for label in _labels(venue)}


def _labels(venue: object) -> tuple[str, ...]:
    return (getattr(venue, "key", ""), getattr(venue, "name", ""), *getattr(venue, "tags", ()))


def list_venue_names(catalog: Catalog) -> list[str]:
    """Return the names of all venues as written, for suggestions in messages."""
    return [label for venue in catalog.venues for label in _labels(venue)]
