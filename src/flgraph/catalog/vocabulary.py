"""The names that a catalog's vocabularies give to venues: keys, full names and tags."""

from __future__ import annotations

from flgraph.records import Catalog


def venue_names(catalog: Catalog) -> dict[str, str]:
    """Return venue key by every name a list may use, folded to lower case: key, full name and tags."""
    return {label.casefold(): venue.key for venue in catalog.venues for label in _labels(venue)}


def _labels(venue: object) -> tuple[str, ...]:
    return (getattr(venue, "key", ""), getattr(venue, "name", ""), *getattr(venue, "tags", ()))


def list_venue_names(catalog: Catalog) -> list[str]:
    """Return all names of all venues, as they are written."""
    return [label for venue in catalog.venues for label in _labels(venue)]
