"""Keep what a source answered in one SQLite file, record by record, so that nothing is asked twice.

Errors are never kept, and neither is the key. A reply is on disk before the next question is asked: a run that
is killed loses the one in flight. Processes that ask the same take turns, and the later ones find the answers.
A cache is a convenience: where it cannot be used, one warning says so, and the run goes on without it.
"""

from __future__ import annotations

import json
import logging
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
_OURS: Final = (0x666C6772, 1, 1)  # "flgr", the version of the table, and that it is there
_NEW: Final = (0, 0, 0)
_READ: Final = """
    SELECT id, body FROM record
    WHERE source = ? AND kind = ? AND fields = ? AND abs(? - fetched_at) < ?
    AND id IN ({places})
"""
_MOST_PLACES: Final = 500  # every SQLite takes as many
_WRITE: Final = "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)"

_Result = TypeVar("_Result")


class _ForeignFileError(Exception):
    """A database that is not of this version of flgraph."""


class Shelf(NamedTuple):
    """Where records of one kind stand: whose they are, what they are, with which fields, how old they may be (s)."""

    source: str
    kind: str
    fields: str
    max_age: float = MAX_AGE


def find_cache_path() -> Path:
    """Return the default file of answers, in the user's cache folder; one with an earlier name stays in use."""
    folder = user_cache_path("flgraph", appauthor=False)
    earlier = folder / "semantic-scholar.sqlite"
    return earlier if earlier.exists() else folder / "answers.sqlite"


class RecordCache:
    """Records on disk, from opening to `close`; for one thread, but for any number of processes at once.

    Parameters
    ----------
    path : str, Path or None
        The file; None keeps nothing.
    wait : float
        Seconds to wait for a file that another process has locked, before going on without.
    turn_wait : float
        Seconds to wait for an answer that another process has asked for, before asking oneself.
    clock : Clock
        Where the time comes from that a record is marked with.

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
        """Close the file; what is asked of the cache afterwards it does not know."""
        for connection in (self._connection, self._turns):
            if connection is not None:
                connection.close()
        self._connection = self._turns = None

    # --- records -------------------------------------------------------------------------------------------

    def read_records(self, shelf: Shelf, ids: Sequence[str]) -> dict[str, JsonValue]:
        """Return the records that are known and not too old, in the order of the ids; a miss is None.

        A record from the future, which a clock set back leaves behind, is as old as it is ahead.
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
                    with suppress(ValueError):  # a record that is no JSON is none, and the next answer replaces it
                        found[name] = from_json(bodies[name])
            return found

        return self._try(read, otherwise={})

    def write_records(self, shelf: Shelf, records: Mapping[str, JsonValue]) -> None:
        """Keep records, all or none of them; they are on disk when this returns."""
        now = self._clock.wall()

        def write(connection: sqlite3.Connection) -> None:
            bodies = {name: json.dumps(record, separators=(",", ":")).encode() for name, record in records.items()}
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(_WRITE, [(*shelf[:3], name, body, now) for name, body in bodies.items()])

        if records:
            self._try(write, otherwise=None)

    def ask_once(self, shelf: Shelf, name: str, ask: Callable[[], JsonValue]) -> JsonValue:
        """Return a record: the one that is known, or else the answer to `ask`, which is kept; its errors pass."""
        with self.take_turn(shelf, [name]):
            known = self.read_records(shelf, [name])
            if name not in known:
                known = {name: ask()}
                self.write_records(shelf, known)
        return known[name]

    # --- turns ---------------------------------------------------------------------------------------------

    @contextmanager
    def take_turn(self, shelf: Shelf, ids: Sequence[str]) -> Iterator[None]:
        """Hold the right to ask, or go on without it once all records are there or waiting took too long.

        Look into the cache again inside: another process may have asked meanwhile.
        """
        holds = self._wait_for_turn(lambda: len(self.read_records(shelf, ids)) == len(set(ids)))
        try:
            yield
        finally:
            if holds and self._turns is not None:
                self._turns.rollback()

    def _wait_for_turn(self, is_answered: Callable[[], bool]) -> bool:
        # One asks at a time, and who waits looks for its own answers: processes on the same errand go in step,
        # and none starves. A process that dies leaves no lock behind, because the system holds it.
        for _ in range(self._checks):
            if self._connection is None or self._turns is None or is_answered():
                return False
            try:
                self._turns.execute("BEGIN EXCLUSIVE")
            except sqlite3.DatabaseError as error:
                if not _is_busy(error):
                    logger.info("%s: processes cannot take turns (%s); they may ask twice", self._path, error)
                    return False
            else:
                return True
        logger.info("%s: another process has been asking for long; asking as well", self._path)
        return False

    # --- the file ------------------------------------------------------------------------------------------

    def _try(self, action: Callable[[sqlite3.Connection], _Result], *, otherwise: _Result) -> _Result:
        """Return what an action on the file returns; a broken file is replaced, an unusable one given up."""
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
        """Open a new file in the place of a broken one, which is kept aside; once a run, then do without."""
        if self._has_rebuilt:
            self._give_up(error)
            return
        self._has_rebuilt = True
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        try:
            # Until the new file stands, no other process may find the place of the broken one empty or half made.
            with self._hold_turn():
                if not _is_sound(path, wait=self._wait):  # else another process was faster
                    logger.warning("%s is a broken cache (%s): kept as %s", path, error, _set_aside(path).name)
                self._open(path)
        except (OSError, sqlite3.DatabaseError) as failure:
            self._give_up(failure)

    @contextmanager
    def _hold_turn(self) -> Iterator[None]:
        """Hold the turn, waiting for it as for the file itself; a turn that is ours already stays so."""
        turns = self._turns
        if turns is None or turns.in_transaction:
            yield
            return
        turns.execute(f"PRAGMA busy_timeout = {1_000 * self._wait:.0f}")
        turns.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            if self._turns is turns:  # else it was given up, and closed
                turns.rollback()
                turns.execute(f"PRAGMA busy_timeout = {1_000 * _TURN_CHECK_SECONDS:.0f}")

    def _give_up(self, error: Exception) -> None:
        self.close()
        logger.warning("%s cannot be used (%s); going on without a cache", self._path, error)


def _connect(path: Path, *, wait: float) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=wait, isolation_level=None)


def _prepare(connection: sqlite3.Connection) -> None:
    """Make a new file ours, and refuse one that is another's."""
    if _read_marks(connection) != _OURS:
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            _mark(connection)
    _switch_to_wal(connection)
    # Enough against a killed process; only a power cut may lose the last replies, and none is ever torn.
    connection.execute("PRAGMA synchronous = NORMAL")


def _mark(connection: sqlite3.Connection) -> None:
    marks = _read_marks(connection)
    if marks not in (_OURS, _NEW):
        raise _ForeignFileError("another program or version made it")
    if marks == _NEW:
        connection.execute(_TABLE)
        connection.execute(f"PRAGMA application_id = {_OURS[0]}")
        connection.execute(f"PRAGMA user_version = {_OURS[1]}")


def _read_marks(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Return whose file it is, its version and how many things it holds, all of one moment."""
    found: tuple[int, int, int] = connection.execute(_MARKS).fetchone()
    return found


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # Another process has it open and is switching itself; in either mode nothing is lost.
        if not _is_busy(error):
            raise


def _is_sound(path: Path, *, wait: float) -> bool:
    try:
        with closing(_connect(path, wait=wait)) as connection:
            known = _read_marks(connection) in (_OURS, _NEW)
            return known and connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.DatabaseError as error:
        return _is_busy(error)  # who uses it finds it sound


def _set_aside(path: Path) -> Path:
    """Rename a file, with the parts that SQLite keeps beside it, to the next free name."""
    aside = next(aside for number in count(1) if not (aside := path.with_name(f"{path.name}.broken-{number}")).exists())
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(aside.with_name(aside.name + suffix))
    return aside


def _is_busy(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
