"""Turn one file of a release into one part of works and one of citations.

Both parts are written beside and renamed, and a record of them last: a file without a record, or changed since, is
turned again.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb

from flgraph.bulk.database import describe_parquet, naming, quote, quote_path
from flgraph.bulk.index_files import CITATIONS, WORKS
from flgraph.bulk.release_columns import Kind
from flgraph.bulk.release_files import ReleaseFile, find_broken_line, list_records, say_damaged
from flgraph.bulk.release_macros import MACROS
from flgraph.checks import show_value
from flgraph.errors import OutputError, TableError
from flgraph.files.atomic import write_text

RECORDS: Final = "files"
PARTIAL: Final = ".part"

_COPY: Final = "(format parquet, compression zstd, compression_level 1)"
_SLUG: Final = re.compile(r"[^A-Za-z0-9]+")
_AT_LINE: Final = re.compile(r"in line (\d+)(?:: (.*))?")
_NO_ROOM: Final = ("No space left", "File too large", "Disk quota exceeded")


@dataclass(frozen=True)
class Part:
    """What was made of a file.

    Attributes
    ----------
    name, bytes, changed : str, int, int
        The file, as in `ReleaseFile`.
    works, citations : int or None
        The rows written; None if the file has none of the kind.
    left_out : int
        Citations without the id of a paper.
    read : int or None
        The works read; None if the file has none of the kind.
    dropped : int
        Works dropped afterwards, because there is a later record of them. While they are dropped, any number above 0.
    release : str or None
        The day of the release that its dates were compared with; None if no day was named.
    """

    name: str
    bytes: int
    changed: int
    works: int | None = None
    citations: int | None = None
    left_out: int = 0
    read: int | None = None
    dropped: int = 0
    release: str | None = None

    @property
    def stem(self) -> str:
        """The name of its files, without suffix."""
        return name_part(self.name)

    def fits(self, file: ReleaseFile, release: str | None) -> bool:
        """Return whether it was made of a file as it is now, for a release."""
        made_of = (self.name, self.bytes, self.changed, self.release)
        return made_of == (file.name, file.bytes, file.changed, release)


def name_part(name: str) -> str:
    """Return a name for the parts of a file: legible, without signs of patterns, and of this file alone."""
    slug = _SLUG.sub("-", name).strip("-")[-80:].lower()
    return f"{slug}-{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"


def read_parts(folder: Path) -> list[Part]:
    """Read the records of the parts in an index; one that cannot be read is as none."""
    parts = []
    for path in sorted((folder / RECORDS).glob("*.json")):
        try:
            part = Part(**json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError):
            continue
        if all(path.exists() for path in list_paths(folder, part)):
            parts.append(part)
    return parts


def list_paths(folder: Path, part: Part) -> list[Path]:
    """Return the Parquet files of a part."""
    rows = {WORKS: part.works, CITATIONS: part.citations}
    return [folder / name / f"{part.stem}.parquet" for name, count in rows.items() if count is not None]


def write_part(folder: Path, part: Part) -> None:
    """Write the record of a part."""
    write_text(folder / RECORDS / f"{part.stem}.json", json.dumps(asdict(part), sort_keys=True))


def remove_part(folder: Path, part: Part) -> None:
    """Remove a part, its record first."""
    for path in (folder / RECORDS / f"{part.stem}.json", *list_paths(folder, part)):
        path.unlink(missing_ok=True)


# --- one file --------------------------------------------------------------------------------------------


def prepare(base: duckdb.DuckDBPyConnection, day: date) -> None:
    """Define the functions and the day that the columns are made with."""
    base.execute(MACROS)
    base.execute(f"set variable day = date '{day.isoformat()}'")


def convert_file(base: duckdb.DuckDBPyConnection, file: ReleaseFile, folder: Path, *, limit: int | None = None) -> Part:
    """Write the parts of a file and return what they hold; the record is left to the caller.

    Parameters
    ----------
    base : duckdb.DuckDBPyConnection
        A database after `prepare`.
    file : ReleaseFile
        The file.
    folder : Path
        The index.
    limit : int, optional
        So many records at most.

    Raises
    ------
    TableError
        The file is broken: the message names the line.
    OutputError
        The disk is full.
    """
    part = Part(file.name, file.bytes, file.changed)
    if file.kind is None:
        return part
    with _explaining(file, folder):
        source = f"{_select(base, file)}{'' if limit is None else f' limit {limit}'}"
        base.execute(f"create or replace temp table part as {_select_columns(file.kind, source)}")
        _refuse_ids(base, file)
        if file.kind.works:
            columns = "* exclude (cited)" if file.kind.citations else "*"
            works = copy_query(base, f"select {columns} from part", folder / WORKS / part.stem)
            part = replace(part, works=works, read=works)
        if file.kind.citations:
            rows, query = _find_citations(base, file.kind)
            written = copy_query(base, query, folder / CITATIONS / part.stem)
            part = replace(part, citations=written, left_out=rows - written)
        base.execute("drop table part")
    return part


def _select(base: duckdb.DuckDBPyConnection, file: ReleaseFile) -> str:
    """Return a SELECT of the fields of a file, under their names and with their types."""
    fields = file.kind.fields if file.kind else {}
    path = quote_path(file.path)
    if file.form != "parquet":
        columns = ", ".join(f"{quote(name)}: '{kind}'" for name, kind in fields.items())
        packed = "gzip" if file.form == "gzip" else "uncompressed"
        return (
            f"select * from read_json({path}, format='newline_delimited', compression='{packed}', "
            f"hive_partitioning=false, columns={{{columns}}})"
        )
    there = describe_parquet(base, file.path)
    columns = ", ".join(
        f"{quote(name) if name in there else 'null'}::{kind} as {quote(name)}" for name, kind in fields.items()
    )
    return f"select {columns} from read_parquet({path}, hive_partitioning=false)"


def _select_columns(kind: Kind, source: str) -> str:
    columns = {**kind.works, **kind.citations}
    if not kind.works:
        wrong = " or ".join(
            f"({field} is not null and {columns[name]} is null)" for name, (field, _) in kind.keys.items()
        )
        columns = {**columns, "wrong": wrong}
    shown = ", ".join(f"{expression} as {quote(name)}" for name, expression in columns.items())
    return f"select {shown} from ({source})"


def _find_citations(base: duckdb.DuckDBPyConnection, kind: Kind) -> tuple[int, str]:
    """Return the number of citations in the table, and a query of those whose papers have ids."""
    if kind.works:
        ((rows,),) = base.execute("select coalesce(sum(len(cited)), 0) from part").fetchall()
        return int(
            rows
        ), "select * from (select id as citing, unnest(cited) as cited from part) where cited is not null"
    ((rows,),) = base.execute("select count(*) from part").fetchall()
    return int(rows), "select * exclude (wrong) from part where citing is not null and cited is not null"


def copy_query(base: duckdb.DuckDBPyConnection, query: str, stem: Path) -> int:
    """Write the rows of a query as Parquet, beside and renamed; return their number."""
    path, temporary = stem.with_name(f"{stem.name}.parquet"), stem.with_name(f"{stem.name}{PARTIAL}")
    ((rows,),) = base.execute(f"copy ({query}) to {quote_path(temporary)} {_COPY}").fetchall()
    descriptor = os.open(temporary, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temporary.replace(path)
    return int(rows)


# --- errors ----------------------------------------------------------------------------------------------


@contextmanager
def _explaining(file: ReleaseFile, folder: Path) -> Iterator[None]:
    """Turn errors of DuckDB into one line that names the file and the line, or says that the disk is full."""
    with explaining_output(folder):
        try:
            yield
        except (duckdb.OutOfMemoryException, duckdb.InterruptException):
            with naming(file.path):
                raise
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            if _is_about(first, folder):
                raise
            raise _say_broken(file, first) from error


@contextmanager
def explaining_output(folder: Path) -> Iterator[None]:
    """Turn errors that the index cannot be written into one line."""
    try:
        yield
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        if not _is_about(first, folder):
            raise
        raise (
            say_full(folder) if _is_full(first) else OutputError(f"{folder}: cannot be written ({first})")
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
            raise say_full(folder) from error
        raise OutputError(f"{folder}: cannot be written ({error.strerror}); run the command again to go on") from error


def _is_about(message: str, folder: Path) -> bool:
    return f"{folder}{os.sep}" in message or _is_full(message)


def _is_full(message: str) -> bool:
    return any(sign in message for sign in _NO_ROOM)


def say_full(folder: Path) -> OutputError:
    """Return the error of a full disk."""
    return OutputError(f"{folder}: the disk is full; make room and run the command again, which goes on from here")


def _say_broken(file: ReleaseFile, message: str) -> TableError:
    if "GZIP" in message or "gzip" in message:
        return say_damaged(file.path)
    found = _AT_LINE.search(message)
    if found is None:
        reason = message.partition("Error: ")[2] or message
        return TableError(
            f"{file.path}: cannot be read ({reason.rstrip('.')}); run the command again with a whole file"
        )
    line, reason = find_broken_line(file, max(1, int(found[1]) - 2))
    if line is None:
        return TableError(
            f"{file.path}: has records of another form than {_title(file)} ({show_value(found[2] or message)})"
        )
    remedy = "download the file again if it is damaged (`gzip -t` says), else mend" if file.form == "gzip" else "mend"
    return TableError(f"{file.path}:{line}: {reason}; {remedy} or remove the line, then run the command again")


def _title(file: ReleaseFile) -> str:
    return file.kind.title if file.kind else "records"


def _refuse_ids(base: duckdb.DuckDBPyConnection, file: ReleaseFile) -> None:
    """Raise an error if the table has a row without an id that it needs, or with one that is no number."""
    kind = file.kind
    if kind is None:
        return
    wrong = "id is null" if kind.works else "wrong"
    ((count,),) = base.execute(f"select count(*) from part where {wrong}").fetchall()
    if count:
        raise TableError(_say_wrong_id(base, file, kind))


def _say_wrong_id(base: duckdb.DuckDBPyConnection, file: ReleaseFile, kind: Kind) -> str:
    for number, record in _list_ids(base, file, kind):
        for field, pattern in kind.keys.values():
            value = record.get(field)
            if (value is None and not kind.works) or _is_id(value, pattern):
                continue
            return f"{file.path}:{number}: {field} is {show_value(value)}; should be {_RIGHT[field]}, below 2**63"
    return f"{file.path}: has ids that are no numbers below 2**63"


def _list_ids(base: duckdb.DuckDBPyConnection, file: ReleaseFile, kind: Kind) -> Iterator[tuple[int, dict[str, Any]]]:
    if file.form != "parquet":
        yield from list_records(file)
        return
    names = [field for field, _ in kind.keys.values()]
    columns = ", ".join(f"{quote(name)}::varchar" for name in names)
    source = f"read_parquet({quote_path(file.path)}, hive_partitioning=false, file_row_number=true)"
    rows = base.execute(f"select file_row_number, {columns} from {source} order by all")
    while found := rows.fetchmany(10_000):
        yield from ((int(row[0]) + 1, dict(zip(names, row[1:], strict=True))) for row in found)


def _is_id(value: object, pattern: str) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | str) or not re.fullmatch(pattern, str(value)):
        return False
    return int(re.sub(r"\D", "", str(value))) < 1 << 63


_RIGHT: Final = {"id": "such as https://openalex.org/W2741809807"} | dict.fromkeys(
    ("corpusid", "citingcorpusid", "citedcorpusid"), "a number such as 215416146"
)
