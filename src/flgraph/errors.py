"""The errors flgraph raises on purpose.

::

    FlgraphError
    ├── CatalogError    a catalog folder or file that cannot be used; holds every finding
    ├── SourceError     a provider is unavailable, or its answer is invalid
    ├── SnapshotError   a snapshot file that cannot be read, or does not belong to the catalog
    ├── GraphError      a graph that breaks the schema, or a node that is not in it
    └── OutputError     a file that cannot be written

Every message says where, what, and what would be right, in one line. Wrong arguments are `ValueError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flgraph.records import Finding


class FlgraphError(Exception):
    """Any failure that flgraph foresees; the message is fit for a person to read."""


class CatalogError(FlgraphError):
    """A catalog that cannot be used; `findings` holds all mistakes found, in file order."""

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = list(findings)


class SourceError(FlgraphError):
    """A source of metadata cannot be reached, refuses, or answers what it never should."""


class SnapshotError(FlgraphError):
    """A snapshot file cannot be read, or does not fit the catalog it is used with."""


class GraphError(FlgraphError):
    """A graph breaks the schema of `docs/schema.md`, or does not hold what was asked for."""


class OutputError(FlgraphError):
    """A file cannot be written; what stood there before is untouched."""
