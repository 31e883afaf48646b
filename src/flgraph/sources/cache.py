"""Cache the answers of a source in one SQLite file, record by record, so that no request is sent twice.

- Errors and keys are never cached.
- An answer is on disk before the next request, so a killed run loses only the request in flight.
- Processes with the same requests take turns, and later ones find the answers in the cache.
- If the cache cannot be used, one warning says so, and the run continues without it.
- A record whose bytes were changed on disk is not used.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self, TypeVar

from platformdirs import user_cache_path
from pydantic import JsonValue
from pydantic_core import from_json

from flgraph.checks import format_count
from flgraph.errors import OutputError
from flgraph.sources.cache_file import (
    IncompleteFileError,
    choose_file,
    connect,
    is_busy,
    is_damage,
    is_sound,
    open_body,
    prepare,
    seal_body,
    set_aside,
)
from flgraph.sources.settings import MAX_AGE, SYSTEM_CLOCK, Clock

logger = logging.getLogger(__name__)

_TURN_CHECK_SECONDS: Final = 0.1
_READ: Final = """
    SELECT id, body, fetched_at FROM record
    WHERE source = ? AND kind = ? AND fields = ? AND abs(? - fetched_at) < ? AND fetched_at >= ?
    AND id IN ({places})
"""
_MOST_PLACES: Final = 500  # below the limit of every SQLite
_WRITE: Final = "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)"

_Result = TypeVar("_Result")


class Shelf(NamedTuple):
    """The place of one kind of record: its source, its kind, its fields, and its maximum age in seconds.

    Records fetched before the time `since`, in seconds since 1970, are not used either.
    """

    source: str
    kind: str
    fields: str
    max_age: float = MAX_AGE
    since: float = 0.0


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

    Raises
    ------
    OutputError
        The file is not a cache of flgraph; it is unchanged. A cache of another version of flgraph is left as it is, and
        a file beside it is used.

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
            self._choose(self._path)

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

        def read(connection: sqlite3.Connection) -> dict[str, tuple[object, object]]:
            rows: dict[str, tuple[object, object]] = {}
            for start in range(0, len(ids), _MOST_PLACES):
                some = ids[start : start + _MOST_PLACES]
                question = _READ.format(places=",".join("?" * len(some)))
                answer = connection.execute(question, (*shelf[:3], now, *shelf[3:], *some))
                rows |= {name: (body, fetched_at) for name, body, fetched_at in answer}
            return rows

        rows: dict[str, tuple[object, object]] = self._try(read, otherwise={})
        return self._open_bodies(shelf, {name: rows[name] for name in ids if name in rows})

    def _open_bodies(self, shelf: Shelf, rows: Mapping[str, tuple[object, object]]) -> dict[str, JsonValue]:
        """Parse the rows that are as they were written; the others count as not cached, and are replaced."""
        found: dict[str, JsonValue] = {}
        for name, row in rows.items():
            body = open_body((*shelf[:3], name), *row)
            with suppress(ValueError):
                if body is not None:
                    found[name] = from_json(body)
        if len(found) < len(rows):
            changed = format_count(len(rows) - len(found), "cached record")
            logger.warning("%s: %s changed on disk; requesting again", self._path, changed)
        return found

    def write_records(self, shelf: Shelf, records: Mapping[str, JsonValue]) -> None:
        """Write records in one transaction; they are on disk when this returns."""
        now = self._clock.wall()

        def write(connection: sqlite3.Connection) -> None:
            bodies: dict[str, bytes] = {}
            for name, record in records.items():
                with suppress(RecursionError):  # too deeply nested to be a record
                    body = json.dumps(record, separators=(",", ":")).encode()
                    bodies[name] = seal_body((*shelf[:3], name), body, now)
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
                if not is_busy(error):
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
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                self._give_up(error)
                return otherwise
            self._replace(self._path, error)
            return self._try(action, otherwise=otherwise)

    def _choose(self, path: Path) -> None:
        try:
            self._path = choose_file(path)
        except OSError as error:
            self._give_up(error)
        else:
            self._open(self._path)

    def _open(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._turns = self._turns or connect(path.with_name(f"{path.name}-turns"), wait=_TURN_CHECK_SECONDS)
            self._connection = connect(path, wait=self._wait)
            prepare(self._connection)
        except OSError as error:
            self._give_up(error)
        except (sqlite3.DatabaseError, IncompleteFileError) as error:
            if isinstance(error, sqlite3.DatabaseError) and not is_damage(error):
                self._give_up(error)
            else:
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
                if choose_file(path) == path and not is_sound(path, wait=self._wait):  # or replaced by another process
                    logger.warning("%s: the cache is damaged (%s); moved it to %s", path, error, set_aside(path).name)
                self._choose(path)
        except (OSError, OutputError, sqlite3.DatabaseError) as failure:
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
