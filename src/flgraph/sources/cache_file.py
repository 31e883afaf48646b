"""Recognize and prepare the SQLite file of a cache, and seal its records against changes on disk.

A file that is not a cache of flgraph is never opened with SQLite, which could change it.
"""

from __future__ import annotations

import logging
import sqlite3
import struct
from collections.abc import Sequence
from contextlib import closing
from hashlib import blake2b
from itertools import count
from pathlib import Path
from typing import Final

from flgraph.errors import OutputError

logger = logging.getLogger(__name__)

_APPLICATION: Final = 0x666C6772  # "flgr"
_VERSION: Final = 1
_TABLE: Final = """
    CREATE TABLE IF NOT EXISTS record (
        source TEXT NOT NULL, kind TEXT NOT NULL, fields TEXT NOT NULL, id TEXT NOT NULL,
        body BLOB NOT NULL, fetched_at REAL NOT NULL,
        PRIMARY KEY (source, kind, fields, id)
    )
"""
_MARKS: Final = """
    SELECT application_id, user_version, (SELECT count(*) > 0 FROM sqlite_master)
    FROM pragma_application_id, pragma_user_version
"""
_OURS: Final = (_APPLICATION, _VERSION, 1)  # and a flag that the table exists
_NEW: Final = (0, 0, 0)

# The header of a database, by https://www.sqlite.org/fileformat.html: its length, and two numbers in it.
_HEADER_LENGTH: Final = 100
_MAGIC: Final = b"SQLite format 3\x00"
_VERSION_AT: Final = slice(60, 64)
_APPLICATION_AT: Final = slice(68, 72)

_CIRCUMSTANCES: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)
_SEAL: Final = b"\n"  # compact JSON contains no line break


class IncompleteFileError(Exception):
    """A cache of flgraph without its table."""


# --- which file --------------------------------------------------------------------------------------------


def choose_file(path: Path) -> Path:
    """Return the file to use: the given one, or another beside it if it is a cache of another version of flgraph.

    Raises
    ------
    OutputError
        The file is not a cache of flgraph. It is unchanged.
    OSError
        The file cannot be read.
    """
    if not path.exists() or path.is_dir():  # SQLite says what is wrong with a folder
        return path
    header = _read_header(path)
    if not header:
        return path
    if not header.startswith(_MAGIC) or header[_APPLICATION_AT] != _APPLICATION.to_bytes(4):
        raise OutputError(
            f"{path}: is not a cache of flgraph, and was not changed; name another file with --cache or FLGRAPH_CACHE, "
            "or a file that does not exist yet"
        )
    if header[_VERSION_AT] == _VERSION.to_bytes(4):
        return path
    beside = choose_file(path.with_name(f"{path.stem}-v{_VERSION}{path.suffix}"))
    logger.info("%s: belongs to another version of flgraph; using %s beside it", path, beside.name)
    return beside


def _read_header(path: Path) -> bytes:
    """Read the header of a file; a device or a pipe has none that can be read."""
    if not path.is_file():
        return b"no file"
    with path.open("rb") as file:
        return file.read(_HEADER_LENGTH)


# --- the database ------------------------------------------------------------------------------------------


def connect(path: Path, *, wait: float) -> sqlite3.Connection:
    """Connect to a file, and wait that many seconds for other processes."""
    return sqlite3.connect(path, timeout=wait, isolation_level=None)


def prepare(connection: sqlite3.Connection) -> None:
    """Mark a new file as a cache of flgraph, and reject an incomplete one."""
    if _read_marks(connection) != _OURS:
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            _mark(connection)
    _switch_to_wal(connection)
    # Safe if the process is killed; a power failure may lose the last answers but never corrupts the file.
    connection.execute("PRAGMA synchronous = NORMAL")


def _mark(connection: sqlite3.Connection) -> None:
    marks = _read_marks(connection)
    if marks not in (_OURS, _NEW):
        raise IncompleteFileError("the table is missing")
    if marks == _NEW:
        connection.execute(_TABLE)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")


def _read_marks(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Read the application id, the version and the table flag in one query."""
    found: tuple[int, int, int] = connection.execute(_MARKS).fetchone()
    return found


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # Another process is switching the mode; both modes are safe.
        if not is_busy(error):
            raise


def is_sound(path: Path, *, wait: float) -> bool:
    """Return whether a file is a complete cache of this version, or a new one."""
    try:
        with closing(connect(path, wait=wait)) as connection:
            known = _read_marks(connection) in (_OURS, _NEW)
            return known and connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.DatabaseError as error:
        return is_busy(error)  # a process that holds the lock has checked it


def set_aside(path: Path) -> Path:
    """Rename a file and its SQLite side files to the next free name."""
    aside = next(aside for number in count(1) if not (aside := path.with_name(f"{path.name}.broken-{number}")).exists())
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(aside.with_name(aside.name + suffix))
    return aside


def is_busy(error: sqlite3.DatabaseError) -> bool:
    """Return whether another process holds the file."""
    return getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Return whether the content of the file is to blame, not a lock, a full disk or missing permissions."""
    if not isinstance(error, sqlite3.OperationalError):
        return True
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)  # texts that are not UTF-8 have no code
    return (code & 0xFF) not in _CIRCUMSTANCES


# --- sealed records ----------------------------------------------------------------------------------------


def seal_body(place: Sequence[str], body: bytes, fetched_at: float) -> bytes:
    """Append to a JSON body a check sum of it, of its place in the table and of its time.

    Earlier versions of flgraph read a sealed body as invalid JSON, and request the record again.
    """
    return body + _SEAL + _sum(place, body, fetched_at)


def open_body(place: Sequence[str], sealed: object, fetched_at: object) -> bytes | None:
    """Return a body without its check sum, or None if it was changed; a body of earlier versions has no check sum."""
    if not isinstance(sealed, bytes) or not isinstance(fetched_at, float):
        return None
    body, mark, found = sealed.rpartition(_SEAL)
    if not mark:
        return sealed
    return body if found == _sum(place, body, fetched_at) else None


def _sum(place: Sequence[str], body: bytes, fetched_at: float) -> bytes:
    parts = [part.encode("utf-8", "surrogatepass") for part in place]
    lengths = struct.pack(f">{len(parts)}qd", *map(len, parts), fetched_at)
    return blake2b(b"".join([lengths, *parts, body]), digest_size=16).hexdigest().encode()
