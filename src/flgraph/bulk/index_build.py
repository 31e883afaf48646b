"""Make an index: convert files side by side, drop duplicates, and write `index.json` last."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

import duckdb

from flgraph.bulk.database import connect
from flgraph.bulk.index_duplicates import drop_duplicates
from flgraph.bulk.index_files import (
    CITATIONS,
    FORMAT,
    INDEX_FILE,
    SCHEMA_VERSION,
    WORKS,
    Index,
    IndexSource,
    read_index,
)
from flgraph.bulk.index_parts import (
    PARTIAL,
    RECORDS,
    Part,
    convert_file,
    explaining_output,
    prepare,
    read_parts,
    remove_part,
    write_part,
)
from flgraph.bulk.index_plan import IndexPlan, count_cores, has_room, plan_files, read_memory, refuse_full_disk
from flgraph.bulk.release_files import ReleaseFile, find_files
from flgraph.errors import FlgraphError, OutputError, TableError
from flgraph.files.atomic import hold_folder, write_text
from flgraph.files.digests import digest_parts, dump_canonical
from flgraph.progress import Progress, Step

_SPILL: Final = "spill"
_OURS: Final = frozenset({WORKS, CITATIONS, RECORDS, _SPILL, INDEX_FILE})
_MOST_ERRORS: Final = 20


def make_index(
    inputs: Sequence[str | Path],
    output: Path,
    *,
    source: IndexSource | None,
    release: date | None,
    memory: str | None,
    threads: int | None,
    show: Progress | None,
) -> Index:
    """Make an index, as `build_index` says."""
    threads = threads or count_cores()
    limit = read_memory(memory, threads)
    files, named = _open_release(inputs, output, source, release)
    with explaining_output(output):
        output.mkdir(parents=True, exist_ok=True)
    with hold_folder(output):
        parts, todo = _sort_out(output, files, named)
        if not todo and len(parts) == len(files) and _is_done(output, named):
            return read_index(output)
        day = _choose_day(named)
        # Parts are smaller than their files: with room for as much, no sample is needed. A broken sample is reported
        # with all other files that are broken.
        if not has_room(todo, output):
            with suppress(TableError):
                refuse_full_disk(plan_files(files, todo, output, memory=limit, threads=threads, day=day), output)
        with explaining_output(output):
            _clear(output, parts, files)
            with _spilling(output) as spill:
                crew = _Crew(output, spill, release=named, memory=limit // threads, show=show)
                crew.convert(todo, sum(file.bytes for file in files), threads)
                parts = [part for part in read_parts(output) if part.name in {file.name for file in files}]
                with connect(memory=f"{limit}B", threads=threads, spill=spill) as base:
                    parts = drop_duplicates(base, output, parts)
        return _write_index(output, files, parts, named)


def make_plan(
    inputs: Sequence[str | Path],
    output: Path,
    *,
    source: IndexSource | None,
    release: date | None,
    memory: str | None,
    threads: int | None,
) -> IndexPlan:
    """Estimate what an index takes, as `plan_index` says."""
    threads = threads or count_cores()
    limit = read_memory(memory, threads)
    files, named = _open_release(inputs, output, source, release)
    _, todo = _sort_out(output, files, named)
    return plan_files(files, todo, output, memory=limit, threads=threads, day=_choose_day(named))


def _open_release(
    inputs: Sequence[str | Path], output: Path, source: IndexSource | None, release: date | None
) -> tuple[list[ReleaseFile], str | None]:
    """Return the files of a release and its day, by default that of the index; refuse a folder of something else."""
    files = find_files(inputs, output=output, source=source)
    _refuse_other(output, files)
    return files, release.isoformat() if release else _find_release(output)


# --- the folder ------------------------------------------------------------------------------------------


def _refuse_other(output: Path, files: Sequence[ReleaseFile]) -> None:
    """Raise an error unless a folder is missing, empty, or an index of these files, finished or not."""
    if not output.exists():
        return
    if not output.is_dir():
        raise OutputError(f"{output}: is a file; an index is a folder, name another with -o")
    if (output / INDEX_FILE).exists():
        _refuse_version(output)
    strange = sorted(path.name for path in output.iterdir() if path.name not in _OURS and path.name[0] != ".")
    if strange:
        raise OutputError(f"{output}: holds something else, such as {strange[0]}; name another folder with -o")
    parts = read_parts(output)
    if parts and {part.name for part in parts}.isdisjoint(file.name for file in files):
        raise OutputError(
            f"{output}: is an index of other files, such as {parts[0].name}; name another folder with -o, or all "
            "files of the release at once"
        )


def _refuse_version(output: Path) -> None:
    try:
        content = json.loads((output / INDEX_FILE).read_bytes())
    except (OSError, ValueError):
        return
    if isinstance(content, dict) and content.get("schema_version") != SCHEMA_VERSION:
        raise OutputError(
            f"{output}: is an index of version {content.get('schema_version')}, this flgraph makes version "
            f"{SCHEMA_VERSION}; remove it, or name another folder with -o"
        )


def _find_release(output: Path) -> str | None:
    """Return the day of the release that an index is of, finished or not; None if it says none."""
    return max((part.release for part in read_parts(output) if part.release), default=None)


def _choose_day(release: str | None) -> date:
    """Return the day after which dates are unknown: that of the release, else today."""
    return date.fromisoformat(release) if release else datetime.now(UTC).date()


def _sort_out(output: Path, files: Sequence[ReleaseFile], release: str | None) -> tuple[list[Part], list[ReleaseFile]]:
    """Return the parts that an index has, and the files that are still to be converted.

    If one is, so are those that lack works which it may have replaced.
    """
    parts = {part.name: part for part in read_parts(output)}
    fitting = {file.name for file in files if file.name in parts and parts[file.name].fits(file, release)}
    if len(fitting) < len(files) or len(parts) > len(files):
        fitting = {name for name in fitting if not parts[name].dropped}
    return list(parts.values()), [file for file in files if file.name not in fitting]


def _is_done(output: Path, release: str | None) -> bool:
    """Return whether the index is finished and says the release."""
    try:
        return read_index(output).release == release
    except TableError:
        return False


def _clear(output: Path, parts: Sequence[Part], files: Sequence[ReleaseFile]) -> None:
    """Mark an index as unfinished, and remove what broken runs and files that are gone have left."""
    (output / INDEX_FILE).unlink(missing_ok=True)
    shutil.rmtree(output / _SPILL, ignore_errors=True)
    for name in (WORKS, CITATIONS, RECORDS):
        (output / name).mkdir(exist_ok=True)
    names = {file.name for file in files}
    for part in parts:
        if part.name not in names:
            remove_part(output, part)
    stems = {part.stem for part in parts if part.name in names}
    for name in (WORKS, CITATIONS):
        for path in (output / name).iterdir():
            if path.suffix == PARTIAL or path.stem not in stems:
                path.unlink()


@contextmanager
def _spilling(output: Path) -> Iterator[Path]:
    """Yield a folder in the index for what exceeds the memory, and remove it at the end."""
    folder = output / _SPILL
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_index(output: Path, files: Sequence[ReleaseFile], parts: Sequence[Part], release: str | None) -> Index:
    listed = [
        {"name": part.name, "bytes": part.bytes, "works": part.works, "citations": part.citations}
        for part in sorted(parts, key=lambda part: part.name)
    ]
    content = {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "source": next(file.kind.source for file in files if file.kind),
        "release": release,
        "taken": release and f"{release}T00:00:00+00:00",
        "works": sum(part.works or 0 for part in parts),
        "citations": sum(part.citations or 0 for part in parts),
        "duplicates": sum(part.dropped for part in parts),
        "left_out": sum(part.left_out for part in parts),
        "files": listed,
        "digest": digest_parts([dump_canonical([release, *listed]).encode("utf-8", "surrogateescape")]),
    }
    write_text(output / INDEX_FILE, json.dumps(content, indent=1, sort_keys=True))
    return read_index(output)


# --- files side by side ----------------------------------------------------------------------------------


class _Crew:
    """Threads that convert files, each with a database of its own: a file in gzip is read by one."""

    def __init__(self, output: Path, spill: Path, *, release: str | None, memory: int, show: Progress | None) -> None:
        self._output, self._spill, self._release, self._memory, self._show = output, spill, release, memory, show
        self._queue: SimpleQueue[ReleaseFile] = SimpleQueue()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._bases: list[duckdb.DuckDBPyConnection] = []
        self._errors: list[FlgraphError] = []

    def convert(self, files: Sequence[ReleaseFile], total: int, threads: int) -> None:
        """Convert files, the largest first; raise the errors of all that are broken after the others are done."""
        for file in sorted(files, key=lambda file: -file.bytes):
            self._queue.put(file)
        self._total, self._count = total, len(files)
        self._done, self._left = total - sum(file.bytes for file in files), len(files)
        with ThreadPoolExecutor(threads) as pool:
            running = [pool.submit(self._work) for _ in range(min(threads, len(files)))]
            try:
                self._advance(None)
                wait(running)
            except BaseException:
                self._stop()
                raise
        # Those that were interrupted for the fault of another do not say which.
        found = [error for one in running if (error := one.exception()) is not None]
        for error in sorted(found, key=lambda error: isinstance(error, KeyboardInterrupt)):
            raise error
        self._raise()

    def _work(self) -> None:
        """Convert files until none is left; a broken one is noted, any other error stops all."""
        try:
            with connect(memory=f"{self._memory}B", threads=1, spill=self._spill) as base, self._interruptible(base):
                prepare(base, _choose_day(self._release))
                while not self._stopped.is_set():
                    try:
                        file = self._queue.get_nowait()
                    except Empty:
                        return
                    self._convert(base, file)
        except BaseException:
            self._stop()
            raise

    @contextmanager
    def _interruptible(self, base: duckdb.DuckDBPyConnection) -> Iterator[None]:
        with self._lock:
            self._bases.append(base)
        try:
            yield
        finally:
            with self._lock:
                self._bases.remove(base)

    def _convert(self, base: duckdb.DuckDBPyConnection, file: ReleaseFile) -> None:
        try:
            part = convert_file(base, file, self._output)
            write_part(self._output, replace(part, release=self._release))
        except TableError as error:
            with self._lock:
                self._errors.append(error)
        self._advance(file)

    def _advance(self, file: ReleaseFile | None) -> None:
        with self._lock:
            if file is not None:
                self._done, self._left = self._done + file.bytes, self._left - 1
            if self._show is not None:
                self._show(Step(f"MB of {self._count} files", self._done // 10**6, self._total // 10**6))

    def _stop(self) -> None:
        self._stopped.set()
        with self._lock:
            for base in self._bases:
                base.interrupt()

    def _raise(self) -> None:
        if self._errors:
            lines = sorted(map(str, self._errors))
            more = [f"and {len(lines) - _MOST_ERRORS} more files"] if len(lines) > _MOST_ERRORS else []
            raise TableError("\n".join(lines[:_MOST_ERRORS] + more))
