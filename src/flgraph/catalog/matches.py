"""Convert the matches of an entry between files, which may name several providers, and records.

A match without the name of a provider is one of Semantic Scholar, as in files of flgraph 0.1.0::

    fedbn: {status: accepted, method: id, id: 649def…}
    fedavg:
      semantic_scholar: {status: accepted, method: id, id: 649def…}
      openalex: {status: review, method: title}
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from flgraph.records import FIRST_SOURCE, Match, Record

_SOURCE = re.compile(r"[a-z][a-z0-9_]*")


class EntryMatches(Record):
    """The matches of one entry, by the name of the provider."""

    by_source: Mapping[str, Match]

    @property
    def is_flat(self) -> bool:
        """Return whether a file omits the name of the provider."""
        return set(self.by_source) == {FIRST_SOURCE}


def split_sources(item: object) -> Mapping[str, object]:
    """Split the matches of an entry by provider; the empty name stands for a match without a provider."""
    is_named = (
        isinstance(item, Mapping)
        and "status" not in item
        and bool(item)
        and all(isinstance(name, str) and _SOURCE.fullmatch(name) for name in item)
        and all(isinstance(part, Mapping) for part in item.values())
    )
    return item if is_named and isinstance(item, Mapping) else {"": item}


def read_entry(item: object) -> EntryMatches:
    """Parse the matches of an entry; raise pydantic's `ValidationError` if one is invalid."""
    parts = split_sources(item)
    return EntryMatches(by_source={name or FIRST_SOURCE: Match.model_validate(part) for name, part in parts.items()})


def group_by_source(entries: Mapping[str, EntryMatches]) -> dict[str, dict[str, Match]]:
    """Group matches by provider and key."""
    grouped: dict[str, dict[str, Match]] = defaultdict(dict)
    for key, entry in entries.items():
        for source, match in entry.by_source.items():
            grouped[source][key] = match
    return dict(grouped)


def group_by_entry(matches: Mapping[str, Mapping[str, Match]]) -> dict[str, EntryMatches]:
    """Group matches by key and provider, with keys in the order of their first match."""
    grouped: dict[str, dict[str, Match]] = defaultdict(dict)
    for source, by_key in matches.items():
        for key, match in by_key.items():
            grouped[key][source] = match
    return {key: EntryMatches.model_construct(by_source=by_source) for key, by_source in grouped.items()}
