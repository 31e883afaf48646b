"""Say what is wrong with a file; nothing slow is imported here."""

from __future__ import annotations

from pathlib import Path

from flgraph.errors import TableError


def say_unreadable(path: Path, reason: str) -> TableError:
    """Return the error of a file that cannot be read, in one line."""
    first = next((line.strip() for line in reason.splitlines() if line.strip()), "no reason is given")
    return TableError(f"{path}: cannot be read ({first.rstrip('.:')}); is it whole, and of the form its name says?")
