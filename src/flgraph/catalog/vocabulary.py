"""The names of venues in a catalog: keys, full names and tags."""

from __future__ import annotations

from flgraph.records import Catalog


def venue_names(catalog: Catalog) -> dict[str, str]:
    """Return the key of each venue by its names in lower case: key, full name and tags."""
    return {label.casefold(): venue.key for venue in catalog.venues for label in _labels(venue)}


def _labels(venue: object) -> tuple[str, ...]:
    return (getattr(venue, "key", ""), getattr(venue, "name", ""), *getattr(venue, "tags", ()))


def list_venue_names(catalog: Catalog) -> list[str]:
    """Return the names of all venues as written, for suggestions in messages."""
    return [label for venue in catalog.venues for label in _labels(venue)]
