"""Cache the answers of a source in one SQLite file, record by record, so that no request is sent twice.

- Errors and keys are never cached.
- An answer is on disk before the next request, so a killed run loses only the request in flight.
- Processes with the same requests take turns, and later ones find the answers in the cache.
- If the cache cannot be used, one warning says so, and the run continues without it.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self, TypeVar

from platformdirs import user_cache_path
from pydantic import JsonValue
from pydantic_core import from_json

from flgraph.sources.settings import MAX_AGE, SYSTEM_CLOCK, Clock

logger = logging.getLogger(__name__)

_TURN_CHECK_SECONDS: Final = 0.1
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
_OURS: Final = (0x666C6772, 1, 1)  # "flgr", the version of the table, and a flag that it exists
_NEW: Final = (0, 0, 0)
_READ: Final = """
    SELECT id, body FROM record
    WHERE source = ? AND kind = ? AND fields = ? AND abs(? - fetched_at) < ?
    AND id IN ({places})
"""
_MOST_PLACES: Final = 500  # below the limit of every SQLite
_WRITE: Final = "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)"

_Result = TypeVar("_Result")


class _ForeignFileError(Exception):
    """A database that this version of flgraph did not create."""


class Shelf(NamedTuple):
    """The place of one kind of record: its source, its kind, its fields, and its maximum age in seconds."""

    source: str
    kind: str
    fields: str
    max_age: float = MAX_AGE


def choose_cache(cache: str | Path | None = None) -> Path:
    """Return the cache file: the given one, else `FLGRAPH_CACHE`, else a file in the user's cache folder.

    A file with the former name in the user's cache folder is used if there is one.
    """
    chosen = cache or os.environ.get("FLGRAPH_CACHE")
    if chosen:
        return Path(chosen)
    folder = user_cache_path("flgraph", appauthor=False)
    earlier = folder / "semantic-scholar.sqlite"
    return earlier if earlier.exists() else folder / "answers.sqlite"


class RecordCache:
    """Cache records on disk. For one thread, and for any number of processes at once.

    Parameters
    ----------
    path : str, Path or None
        The cache file; None disables the cache.
    wait : float
        Seconds to wait for a file that another process has locked, before continuing without the cache.
    turn_wait : float
        Seconds to wait for the answer to a request of another process, before sending it as well.
    clock : Clock
        Source of the timestamps of records.

    Examples
    --------
    >>> shelf = Shelf("somewhere", "paper", "title")
    >>> with RecordCache(folder / "answers.sqlite") as cache:
    ...     cache.write_records(shelf, {"one": {"title": "Synthetic"}, "two": None})
    ...     cache.read_records(shelf, ["one", "two", "three"])
    {'one': {'title': 'Synthetic'}, 'two': None}
    """

    def __init__(
        self, path: str | Path | None, *, wait: float = 5.0, turn_wait: float = 60.0, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._path = None if path is None else Path(path).expanduser()
        self._wait = wait
        self._checks = max(1, round(turn_wait / _TURN_CHECK_SECONDS))
        self._clock = clock
        self._has_rebuilt = False
        self._connection: sqlite3.Connection | None = None
        self._turns: sqlite3.Connection | None = None
        if self._path is not None:
            self._open(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; afterwards every lookup is a miss."""
        for connection in (self._connection, self._turns):
            if connection is not None:
                connection.close()
        self._connection = self._turns = None

    # --- records -------------------------------------------------------------------------------------------

    def read_records(self, shelf: Shelf, ids: Sequence[str]) -> dict[str, JsonValue]:
        """Read the cached records that are recent enough, in the order of the ids; None stands for a cached miss.

        The age of a record from the future, left by a clock that was set back, is its distance from now.
        """
        now = self._clock.wall()

        def read(connection: sqlite3.Connection) -> dict[str, JsonValue]:
            bodies: dict[str, bytes] = {}
            for start in range(0, len(ids), _MOST_PLACES):
                some = ids[start : start + _MOST_PLACES]
                question = _READ.format(places=",".join("?" * len(some)))
                bodies |= dict(connection.execute(question, (*shelf[:3], now, shelf.max_age, *some)).fetchall())
            found: dict[str, JsonValue] = {}
            for name in ids:
                if name in bodies:
                    with suppress(ValueError):  # invalid JSON counts as a miss; the next answer replaces it
                        found[name] = from_json(bodies[name])
            return found

        return self._try(read, otherwise={})

    def write_records(self, shelf: Shelf, records: Mapping[str, JsonValue]) -> None:
        """Write records in one transaction; they are on disk when this returns."""
        now = self._clock.wall()

        def write(connection: sqlite3.Connection) -> None:
            bodies: dict[str, bytes] = {}
            for name, record in records.items():
                with suppress(RecursionError):  # too deeply nested to be a record
                    bodies[name] = json.dumps(record, separators=(",", ":")).encode()
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(_WRITE, [(*shelf[:3], name, body, now) for name, body in bodies.items()])

        if records:
            self._try(write, otherwise=None)

    def ask_once(
        self,
        shelf: Shelf,
        name: str,
        ask: Callable[[], JsonValue],
        *,
        keep: Callable[[JsonValue], bool] = lambda _: True,
    ) -> JsonValue:
        """Return the cached record, or else call `ask` and cache its answer; errors of `ask` propagate.

        A record that `keep` rejects is returned, but neither cached nor taken from the cache.
        """
        with self.take_turn(shelf, [name]):
            known = self.read_records(shelf, [name])
            if name in known and keep(known[name]):
                return known[name]
            answer = ask()
            if keep(answer):
                self.write_records(shelf, {name: answer})
        return answer

    # --- turns ---------------------------------------------------------------------------------------------

    @contextmanager
    def take_turn(self, shelf: Shelf, ids: Sequence[str]) -> Iterator[None]:
        """Hold the lock for requests, or continue without it if all records are cached or the wait was too long.

        Read the cache again inside, since another process may have sent the requests meanwhile.
        """
        holds = self._wait_for_turn(lambda: len(self.read_records(shelf, ids)) == len(set(ids)))
        try:
            yield
        finally:
            if holds and self._turns is not None:
                self._turns.rollback()

    def _wait_for_turn(self, is_answered: Callable[[], bool]) -> bool:
        # Waiting processes check for their own answers, so that processes with equal requests proceed together.
        # The system releases the lock of a process that dies.
        for _ in range(self._checks):
            if self._connection is None or self._turns is None or is_answered():
                return False
            try:
                self._turns.execute("BEGIN EXCLUSIVE")
            except sqlite3.DatabaseError as error:
                if not _is_busy(error):
                    logger.info("%s: processes cannot take turns (%s); requests may be sent twice", self._path, error)
                    return False
            else:
                return True
        logger.info("%s: another process holds the lock for too long; continuing without it", self._path)
        return False

    # --- the file ------------------------------------------------------------------------------------------

    def _try(self, action: Callable[[sqlite3.Connection], _Result], *, otherwise: _Result) -> _Result:
        """Run an action on the file; replace a damaged file, and disable the cache if the file is unusable."""
        if self._connection is None or self._path is None:
            return otherwise
        try:
            return action(self._connection)
        except sqlite3.OperationalError as error:  # locked, full, not writable
            self._give_up(error)
            return otherwise
        except sqlite3.DatabaseError as error:  # malformed
            self._replace(self._path, error)
            return self._try(action, otherwise=otherwise)

    def _open(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._turns = self._turns or _connect(path.with_name(f"{path.name}-turns"), wait=_TURN_CHECK_SECONDS)
            self._connection = _connect(path, wait=self._wait)
            _prepare(self._connection)
        except (OSError, sqlite3.OperationalError) as error:
            self._give_up(error)
        except (sqlite3.DatabaseError, _ForeignFileError) as error:
            self._replace(path, error)

    def _replace(self, path: Path, error: Exception) -> None:
        """Set a damaged file aside and open a new one; if that happens twice in a run, disable the cache."""
        if self._has_rebuilt:
            self._give_up(error)
            return
        self._has_rebuilt = True
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        try:
            # No other process may see a missing or incomplete file before the new one is ready.
            with self._hold_turn():
                if not _is_sound(path, wait=self._wait):  # another process may have replaced it already
                    logger.warning("%s: the cache is damaged (%s); moved it to %s", path, error, _set_aside(path).name)
                self._open(path)
        except (OSError, sqlite3.DatabaseError) as failure:
            self._give_up(failure)

    @contextmanager
    def _hold_turn(self) -> Iterator[None]:
        """Hold the lock for requests, with the time limit of the file; do nothing if this process holds it."""
        turns = self._turns
        if turns is None or turns.in_transaction:
            yield
            return
        turns.execute(f"PRAGMA busy_timeout = {1_000 * self._wait:.0f}")
        turns.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            if self._turns is turns:  # otherwise it was closed meanwhile
                turns.rollback()
                turns.execute(f"PRAGMA busy_timeout = {1_000 * _TURN_CHECK_SECONDS:.0f}")

    def _give_up(self, error: Exception) -> None:
        self.close()
        logger.warning("%s: the cache cannot be used (%s); continuing without a cache", self._path, error)


def _connect(path: Path, *, wait: float) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=wait, isolation_level=None)


def _prepare(connection: sqlite3.Connection) -> None:
    """Mark a new file as a cache of flgraph, and reject a file of another program."""
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
        raise _ForeignFileError("created by another program or version")
    if marks == _NEW:
        connection.execute(_TABLE)
        connection.execute(f"PRAGMA application_id = {_OURS[0]}")
        connection.execute(f"PRAGMA user_version = {_OURS[1]}")


def _read_marks(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Read the application id, the version and the table flag in one query."""
    found: tuple[int, int, int] = connection.execute(_MARKS).fetchone()
    return found


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # Another process is switching the mode; both modes are safe.
        if not _is_busy(error):
            raise


def _is_sound(path: Path, *, wait: float) -> bool:
    try:
        with closing(_connect(path, wait=wait)) as connection:
            known = _read_marks(connection) in (_OURS, _NEW)
            return known and connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.DatabaseError as error:
        return _is_busy(error)  # a process that holds the lock has checked it


def _set_aside(path: Path) -> Path:
    """Rename a file and its SQLite side files to the next free name."""
    aside = next(aside for number in count(1) if not (aside := path.with_name(f"{path.name}.broken-{number}")).exists())
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(aside.with_name(aside.name + suffix))
    return aside


def _is_busy(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
