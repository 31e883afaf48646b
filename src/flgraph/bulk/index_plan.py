"""Estimate what an index takes: disk, memory and time, from a sample of the files."""

from __future__ import annotations

import math
import os
import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import duckdb

from flgraph.bulk.database import connect, naming, quote_path
from flgraph.bulk.index_files import CITATIONS, WORKS
from flgraph.bulk.index_parts import convert_file, prepare
from flgraph.bulk.release_files import ReleaseFile, naming_lines, unpack_lines
from flgraph.checks import format_count
from flgraph.errors import OutputError, TableError

_RECORDS: Final = 5_000
_FEW: Final = 50
_BYTES: Final = 1 << 27
_MARGIN: Final = 1.1
_LEAST_MEMORY: Final = 200_000_000
_SHARE: Final = 0.5
_UNITS: Final = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30,
                 "TIB": 2**40}  # fmt: skip
_MEMORY: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]i?B)", re.IGNORECASE)


@dataclass(frozen=True)
class IndexPlan:
    """What `build_index` would do.

    Attributes
    ----------
    files, bytes : int
        The files of the release, and their size.
    todo_files, todo_bytes : int
        Those that are not yet in the index.
    disk : int
        The bytes that their parts will take, from a sample.
    free : int
        The bytes that are free where the index is.
    memory : int
        The bytes that all threads together may take.
    threads : int
        How many files are read side by side.
    seconds : float
        How long it will take, from the sample.
    """

    files: int
    bytes: int
    todo_files: int
    todo_bytes: int
    disk: int
    free: int
    memory: int
    threads: int
    seconds: float

    def __str__(self) -> str:
        """Return a few lines for people."""
        done = self.files - self.todo_files
        return "\n".join(
            [
                f"to read: {format_count(self.todo_files, 'file')}, {format_bytes(self.todo_bytes)}"
                + (f" ({format_count(done, 'file')} done)" if done else ""),
                f"disk: about {format_bytes(self.disk)}, {format_bytes(self.free)} are free",
                f"memory: at most {format_bytes(self.memory)} for {format_count(self.threads, 'thread')}",
                f"time: about {format_time(self.seconds)}, from a sample on this machine as busy as it is",
            ]
        )


def plan_files(
    files: Sequence[ReleaseFile], todo: Sequence[ReleaseFile], output: Path, *, memory: int, threads: int, day: date
) -> IndexPlan:
    """Estimate from a sample of the largest file of each kind; nothing is written to the index.

    Raises
    ------
    TableError
        The sample is broken.
    """
    disk = seconds = 0.0
    kinds = dict.fromkeys(file.kind for file in todo if file.kind is not None)
    for kind in kinds:
        same = [file for file in todo if file.kind is kind]
        size = sum(file.bytes for file in same)
        first = max(same, key=lambda file: file.bytes)
        per_disk, per_second = _measure(first, day)
        disk += size * per_disk
        # A file is read by one thread, so the largest is the least time.
        seconds += max(size / threads, first.bytes) * per_second
    return IndexPlan(
        files=len(files),
        bytes=sum(file.bytes for file in files),
        todo_files=len(todo),
        todo_bytes=sum(file.bytes for file in todo),
        disk=int(disk),
        free=_find_free(output),
        memory=memory,
        threads=threads,
        seconds=seconds,
    )


def has_room(todo: Sequence[ReleaseFile], output: Path) -> bool:
    """Return whether as much disk is free as the files take."""
    return sum(file.bytes for file in todo) * _MARGIN < _find_free(output)


def refuse_full_disk(plan: IndexPlan, output: Path) -> None:
    """Raise `OutputError` if less disk is free than the plan needs."""
    needed = int(plan.disk * _MARGIN)
    if needed > plan.free:
        raise OutputError(
            f"{output}: needs about {format_bytes(needed)} of disk, {format_bytes(plan.free)} are free; "
            "make room, or choose another disk with -o"
        )


def _find_free(path: Path) -> int:
    return shutil.disk_usage(_find_existing(path)).free


def _find_existing(path: Path) -> Path:
    path = path.resolve()
    return path if path.exists() else _find_existing(path.parent)


def _measure(file: ReleaseFile, day: date) -> tuple[float, float]:
    """Return the bytes written and the seconds taken for each byte of a file, from its first records."""
    with tempfile.TemporaryDirectory(prefix="flgraph-") as name, connect(threads=1, memory="1GB") as base:
        folder, path = Path(name, "index"), Path(name, "sample.jsonl")
        for part in (WORKS, CITATIONS):
            (folder / part).mkdir(parents=True)
        prepare(base, day)
        began = time.perf_counter()
        if file.form == "parquet":
            sample, read = file, _count_bytes(base, file)
        else:
            sample, read = replace(file, path=path, form="json"), _copy_lines(file, path)
        copied = time.perf_counter()
        try:
            convert_file(base, sample, folder, limit=_FEW)
            few = time.perf_counter()
            convert_file(base, sample, folder, limit=_RECORDS)
        except TableError as error:
            raise TableError(str(error).replace(str(path), str(file.path))) from error
        # The first run takes what each file takes, whatever its size.
        seconds = (copied - began) + max(0.0, (time.perf_counter() - few) - (few - copied))
        written = sum(path.stat().st_size for path in folder.glob("*/*.parquet"))
    return written / max(read, 1), seconds / max(read, 1)


def _copy_lines(file: ReleaseFile, path: Path) -> int:
    """Copy the first lines of a file; return how many bytes of the file they are."""
    copied = 0
    with naming_lines(file.path), file.path.open("rb") as raw, path.open("wb") as sample:
        for _, line in zip(range(_RECORDS), unpack_lines(raw, file.form), strict=False):
            copied += sample.write(line)
            if copied > _BYTES:
                break
        return raw.tell()


def _count_bytes(base: duckdb.DuckDBPyConnection, file: ReleaseFile) -> int:
    """Return how many bytes of a Parquet file the first records are."""
    with naming(file.path):
        query = f"select num_rows from parquet_file_metadata({quote_path(file.path)})"
        rows = int(base.execute(query).fetchall()[0][0])
    return file.bytes * min(_RECORDS, rows) // max(1, rows)


# --- memory and threads ----------------------------------------------------------------------------------


def read_memory(given: str | None, threads: int) -> int:
    """Return the bytes that all threads may take; by default half of the memory.

    Raises
    ------
    ValueError
        It is no size, or less than 200 MB a thread.
    """
    if given is None:
        return max(_find_memory(), threads * _LEAST_MEMORY)
    found = _MEMORY.fullmatch(given.strip())
    if found is None:
        raise ValueError(f"memory is {given!r}; should be a size such as 8GB")
    memory = int(float(found[1]) * _UNITS[found[2].upper()])
    if memory < threads * _LEAST_MEMORY:
        least = format_bytes(threads * _LEAST_MEMORY)
        raise ValueError(f"memory is {given}; should be at least {least} for {format_count(threads, 'thread')}")
    return memory


def _find_memory() -> int:
    try:
        return int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * _SHARE)
    except (AttributeError, OSError, ValueError):  # not on Windows
        return 2 * 10**9


def count_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def format_bytes(number: float) -> str:
    """Format a size for people.

    Examples
    --------
    >>> format_bytes(330_000_000_000), format_bytes(1_500_000), format_bytes(512)
    ('330 GB', '1.5 MB', '512 B')
    """
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= size:
            return f"{number / size:.3g} {unit}" if number < 999 * size else f"{number / size:.0f} {unit}"
    return f"{number:.0f} B"


def format_time(seconds: float) -> str:
    """Format a duration for people.

    Examples
    --------
    >>> format_time(4.2), format_time(600), format_time(9000)
    ('5 s', '10 min', '2.5 h')
    """
    if seconds < 90:
        return f"{math.ceil(seconds)} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
