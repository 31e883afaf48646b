"""Open DuckDB the same way everywhere: no network, one-line errors, a folder to spill to."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from flgraph.bulk.faults import say_unreadable
from flgraph.errors import TableError

_CSV_REASONS = ("Expected Number of Columns", "Value with unterminated quote", "Invalid unicode")


@contextmanager
def connect(
    *, memory: str | None = None, threads: int | None = None, spill: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory that spills to a temporary folder, and loads nothing from the network.

    Ctrl-C in a query is a KeyboardInterrupt, as it is everywhere else.

    Parameters
    ----------
    memory : str, optional
        What DuckDB may take, such as "8GB"; by default 80 % of the memory.
    threads : int, optional
        How many threads a query takes; by default one for each core.
    spill : Path, optional
        A folder in which the temporary folder is created; by default that of the system.
    """
    with tempfile.TemporaryDirectory(prefix="flgraph-", dir=spill, ignore_cleanup_errors=True) as folder:
        settings: dict[str, Any] = {
            "preserve_insertion_order": False,
            "temp_directory": folder,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        }
        limits = {"memory_limit": memory, "threads": threads}
        settings |= {name: value for name, value in limits.items() if value is not None}
        with _passing_interrupts(), duckdb.connect(config=settings) as base:
            yield base


@contextmanager
def _passing_interrupts() -> Iterator[None]:
    """Raise KeyboardInterrupt for Ctrl-C, which DuckDB takes from Python, and for a query that another thread ends."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise KeyboardInterrupt from error
    except RuntimeError as error:
        if str(error) != "Query interrupted":
            raise
        raise KeyboardInterrupt from error


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Name the file in errors of DuckDB.

    Raises
    ------
    TableError
        The file cannot be read, or needs more memory or disk than there is.
    """
    try:
        with _passing_interrupts():
            yield
    except duckdb.OutOfMemoryException as error:
        raise TableError(f"{path}: needs more memory or more room for temporary files than there is") from error
    except duckdb.Error as error:
        raise say_unreadable(path, _find_reason(str(error))) from error


def _find_reason(message: str) -> str:
    """Return what an error of DuckDB says first; of CSV also the line that follows the text of the bad row."""
    first, *others = message.splitlines() or [""]
    reasons = [line.strip() for line in others if line.startswith(_CSV_REASONS)]
    return ", ".join([first, *reasons[:1]])


def quote(name: str) -> str:
    """Return the name of a column as SQL."""
    return '"' + name.replace('"', '""') + '"'


def quote_path(path: Path) -> str:
    """Return a path as SQL; DuckDB would read stars and brackets in it as a pattern."""
    return quote_text("".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path)))


def quote_text(text: str) -> str:
    """Return a text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def describe_parquet(base: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """Return the types of the columns of a Parquet file by name, in order."""
    with naming(path):
        rows = base.execute(f"describe select * from read_parquet({quote_path(path)})").fetchall()
    return {str(name): str(kind) for name, kind, *_ in rows}
