"""Read from a snapshot which papers have no reference set, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flgraph.records import Snapshot

REFERENCE_SET: Final = "reference_set"
"""Name of the parameter of a snapshot with size and seed, and the papers that have no set."""

FAILED: Final = "failed"
WITHOUT_TOPIC: Final = "without_topic"


def list_failed_sets(snapshot: Snapshot) -> list[str]:
    """Return the keys of the papers whose reference set failed, sorted.

    Examples
    --------
    >>> list_failed_sets(enrich_catalog(read_catalog(), source="openalex", reference_set=200))  # doctest: +SKIP
    []
    """
    return _list_lacking(snapshot, FAILED)


def list_without_topic(snapshot: Snapshot) -> list[str]:
    """Return the keys of the papers of which the source does not state both topic and year, sorted."""
    return _list_lacking(snapshot, WITHOUT_TOPIC)


def _list_lacking(snapshot: Snapshot, reason: str) -> list[str]:
    keys: Sequence[str] = snapshot.parameters.get(REFERENCE_SET, {}).get(reason, ())
    return [key for key in keys if key in snapshot.papers]
