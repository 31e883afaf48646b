"""Look up the venues of a catalog by key, full name or tag, with or without a year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from flgraph.checks import suggest_name
from flgraph.identifiers import normalize_title, split_venue
from flgraph.records import Catalog, CatalogEntry, VenueEntry

_AROUND: Final = re.compile(r"^proc(?:\.|eedings)?\s+of\s+(?:the\s+)?|\s*\([^()]*\)\s*$", re.IGNORECASE)
"""What often stands before or after the name of a venue."""


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


def _labels(venue: VenueEntry) -> tuple[str, ...]:
    return (venue.key, venue.name, *venue.tags)


def suggest_venue(name: str, catalog: Catalog) -> str:
    """Return what to do about an unknown venue: a known name that it contains, else a similar one."""
    bare = _AROUND.sub("", name)
    contained = _find_contained(bare, catalog)
    if contained is None:
        known = [label for venue in catalog.venues for label in _labels(venue)]
        return suggest_name(bare, known) or "; add it to venues.yaml"
    label, key = contained
    return f"; did you mean {label!r}? Or add it to the tags of {key}, or to venues.yaml"


def _find_contained(text: str, catalog: Catalog) -> tuple[str, str] | None:
    """Return the longest name of a venue that stands as words in a text, and its key; a tag wins over a key."""
    wanted = f" {normalize_title(text)} "
    found = [
        (len(part), label != venue.key, label, venue.key)
        for venue in catalog.venues
        for label in _labels(venue)
        if (part := normalize_title(_AROUND.sub("", label))) and f" {part} " in wanted
    ]
    return max(found)[2:] if found else None
