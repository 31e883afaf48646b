"""Say what needs the extra `bulk`, and whether it is installed; nothing slow is imported here."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

from flgraph.errors import FlgraphError, TableError

INSTALL: Final = "pip install 'flgraph[bulk]'"


def has_duckdb() -> bool:
    """Return whether the extra `bulk` is installed."""
    return all(find_spec(name) is not None for name in ("duckdb", "pyarrow"))


def require_duckdb(what: str) -> None:
    """Raise `FlgraphError` unless the extra `bulk` is installed, which something needs."""
    if not has_duckdb():
        raise FlgraphError(f"{what} needs the extra bulk; install it with: {INSTALL}")


def say_unreadable(path: Path, reason: str) -> TableError:
    """Return the error of a file that cannot be read, in one line."""
    first = next((line.strip() for line in reason.splitlines() if line.strip()), "no reason is given")
    return TableError(f"{path}: cannot be read ({first.rstrip('.:')}); is it whole, and of the form its name says?")
