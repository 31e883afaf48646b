"""The matches of an entry as a file holds them: one provider's alone, or several by the provider's name.

A file that names no provider holds Semantic Scholar's matches, as the first version of flgraph wrote them::

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
        """Whether a file writes the match without the provider's name."""
        return set(self.by_source) == {FIRST_SOURCE}


def split_sources(item: object) -> Mapping[str, object]:
    """Return what a file holds for an entry, by provider; the empty name stands for an item that names none."""
    is_named = (
        isinstance(item, Mapping)
        and "status" not in item
        and bool(item)
        and all(isinstance(name, str) and _SOURCE.fullmatch(name) for name in item)
        and all(isinstance(part, Mapping) for part in item.values())
    )
    return item if is_named and isinstance(item, Mapping) else {"": item}


def read_entry(item: object) -> EntryMatches:
    """Return the matches of an entry from plain data; pydantic's `ValidationError` where one is invalid."""
    parts = split_sources(item)
    return EntryMatches(by_source={name or FIRST_SOURCE: Match.model_validate(part) for name, part in parts.items()})


def group_by_source(entries: Mapping[str, EntryMatches]) -> dict[str, dict[str, Match]]:
    """Return matches by provider and key, from matches by key and provider."""
    grouped: dict[str, dict[str, Match]] = defaultdict(dict)
    for key, entry in entries.items():
        for source, match in entry.by_source.items():
            grouped[source][key] = match
    return dict(grouped)


def group_by_entry(matches: Mapping[str, Mapping[str, Match]]) -> dict[str, EntryMatches]:
    """Return matches by key and provider, from matches by provider and key; keys in the order of their first match."""
    grouped: dict[str, dict[str, Match]] = defaultdict(dict)
    for source, by_key in matches.items():
        for key, match in by_key.items():
            grouped[key][source] = match
    return {key: EntryMatches.model_construct(by_source=by_source) for key, by_source in grouped.items()}
