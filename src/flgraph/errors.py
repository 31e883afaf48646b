"""Define the exceptions that flgraph raises on purpose.

::

    FlgraphError
    ├── CatalogError     a catalog cannot be used; `findings` lists every problem
    ├── SourceError      a provider is unavailable or sends an invalid answer
    ├── SnapshotError    a snapshot cannot be read or belongs to another catalog
    ├── GraphError       a graph violates the schema or lacks what was asked for
    ├── TableError       a file of papers, citations or a saved matrix cannot be used
    ├── ListChangeError  a change of a list would alter more than it should
    └── OutputError      a file cannot be written

Each message says in one line what happened, where, and what to do. Invalid arguments raise `ValueError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flgraph.records import Finding


class FlgraphError(Exception):
    """Base class of all errors that flgraph raises on purpose; the message is written for people."""


class CatalogError(FlgraphError):
    """A catalog cannot be used; `findings` lists all problems in file order."""

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = list(findings)


class SourceError(FlgraphError):
    """A source of metadata is unreachable, refuses the request, or sends an invalid answer."""


class SnapshotError(FlgraphError):
    """A snapshot file cannot be read or does not fit its catalog."""


class GraphError(FlgraphError):
    """A graph violates the schema in `docs/schema.md` or lacks what was asked for."""


class TableError(FlgraphError):
    """A file of papers or citations, or a saved matrix, cannot be read or holds what cannot be right."""


class ListChangeError(FlgraphError):
    """A change of a list would alter more than it should, or reads back otherwise; the list is unchanged."""


class OutputError(FlgraphError):
    """A file cannot be written; an earlier version of it is unchanged."""
