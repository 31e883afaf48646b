"""Compare the venue and the year of an entry with those of a record; venues are keys by normalized name or tag."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flgraph.identifiers import normalize_title, split_venue
from flgraph.records import CatalogEntry, Paper

_VENUE_WORDS: Final = 4


def find_year(entry: CatalogEntry, venues: Mapping[str, str]) -> int | None:
    """Return the year of an entry, or the one that the name of its venue contains."""
    venue = entry.published.venue or entry.venue
    return entry.year or (_cut_year(venue, venues)[1] if venue else None)


def _cut_year(venue: str, venues: Mapping[str, str]) -> tuple[str, int | None]:
    return (venue, None) if normalize_title(venue) in venues else split_venue(venue)


def is_same_venue(entry: CatalogEntry, paper: Paper, venues: Mapping[str, str]) -> bool:
    """Return whether the record names the listed or the published venue of an entry, with or without a year."""
    seen = normalize_title(paper.venue or "")
    names = (entry.venue, entry.published.venue)
    listed = [normalize_title(_cut_year(name, venues)[0]) for name in names if name]
    keys = {venues.get(name) for name in listed} - {None}
    named = [name for name, key in venues.items() if key in keys]
    return any(_is_venue_name(name, seen) for name in (*listed, *named))


def _is_venue_name(name: str, seen: str) -> bool:
    """Return whether two names mean one venue; sources omit parts such as "IEEE"."""
    if not seen or seen.startswith("arxiv"):
        return False
    short, long = sorted((name, seen), key=len)
    return short == long or (len(short.split()) >= _VENUE_WORDS and f" {short} " in f" {long} ")
