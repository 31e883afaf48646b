"""Find the files of a bulk release, and what each holds, from its first record."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

from flgraph.bulk.database import connect, describe_parquet
from flgraph.bulk.index_files import IndexSource
from flgraph.bulk.release_columns import KINDS, Kind
from flgraph.checks import name_some, show_value
from flgraph.errors import TableError
from flgraph.files.inputs import refuse_special

Form = Literal["json", "gzip", "parquet"]

_SUFFIXES: Final = ("", ".gz", ".json", ".jsonl", ".ndjson", ".parquet", ".bz2", ".lz4", ".xz", ".zip", ".zst")
_NOT_RECORDS: Final = ("manifest", "readme", "license", "release_notes", "metadata")
_PACKED: Final = {b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"PK\x03\x04": "zip", b"\x28\xb5\x2f\xfd": "Zstandard"}
_MOST_SHOWN: Final = 6


@dataclass(frozen=True)
class ReleaseFile:
    """A file of a release.

    Attributes
    ----------
    path : Path
        The file.
    name : str
        Its path from the folder that all inputs share, with "/".
    bytes, changed : int
        Its size, and the time of its last change in nanoseconds.
    form : "json", "gzip" or "parquet"
        How it is written, by its first bytes; JSON has a record a line, also in gzip.
    kind : Kind or None
        What it holds; None if it has no records.
    """

    path: Path
    name: str
    bytes: int
    changed: int
    form: Form
    kind: Kind | None


def find_files(inputs: Sequence[str | Path], *, output: Path, source: IndexSource | None = None) -> list[ReleaseFile]:
    """Find the files of a release, in order of name.

    Parameters
    ----------
    inputs : Sequence of str or Path
        Files, and folders that are searched through; manifests, notes and hidden files in them are passed over.
    output : Path
        The folder of the index, which must not be in one of the inputs.
    source : "openalex" or "semantic_scholar", optional
        Whose release it is; by default, what the files say.

    Raises
    ------
    TableError
        A file cannot be read, or holds neither works nor citations; or there are none; or they are of two sources.
    """
    paths = list(dict.fromkeys(path for given in inputs for path in _walk(Path(given), output)))
    if not paths:
        raise TableError(f"{name_some(map(str, inputs))}: no file of a release is there, such as part_000.gz")
    base = Path(os.path.commonpath([path.parent for path in paths]))
    files = [_open_file(path, path.relative_to(base).as_posix()) for path in paths]
    files.sort(key=lambda file: file.name)
    _refuse_mixture(files, source)
    return files


def _walk(given: Path, output: Path) -> Iterator[Path]:
    """Yield the files of an input, as absolute paths."""
    try:
        refuse_special(given)
    except OSError as error:
        raise TableError(f"{given}: cannot be read ({error.strerror})") from error
    place = given.resolve()
    if not place.is_dir():
        yield place
        return
    if output.resolve().is_relative_to(place):
        raise TableError(f"{output}: is in the input {given}; choose another folder for the index")
    for folder, names, found in os.walk(place):
        names[:] = sorted(name for name in names if not name.startswith((".", "_")))
        yield from (Path(folder, name) for name in sorted(found) if _may_hold_records(name))


def _may_hold_records(name: str) -> bool:
    lower = name.lower()
    return not lower.startswith((".", "_", *_NOT_RECORDS)) and Path(lower).suffix in _SUFFIXES


def _open_file(path: Path, name: str) -> ReleaseFile:
    try:
        refuse_special(path)
        found = path.stat()
        with path.open("rb") as stream:
            beginning = stream.read(8)
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror})") from error
    if not beginning:
        raise TableError(f"{path}: is empty; download it again")
    form = _find_form(path, beginning)
    fields = _list_columns(path) if form == "parquet" else _read_fields(path, form)
    kind = None if fields is None else _find_kind(path, fields)
    return ReleaseFile(path, name, found.st_size, found.st_mtime_ns, form, kind)


def _find_form(path: Path, beginning: bytes) -> Form:
    if beginning.startswith(b"\x1f\x8b"):
        return "gzip"
    if beginning.startswith(b"PAR1"):
        return "parquet"
    for sign, packed in _PACKED.items():
        if beginning.startswith(sign):
            raise TableError(f"{path}: is packed by {packed}; unpack it, or pack it by gzip")
    return "json"


# --- what a file holds -----------------------------------------------------------------------------------


def _list_columns(path: Path) -> Collection[str]:
    with connect(threads=1) as base:
        return describe_parquet(base, path)


def unpack_lines(stream: BinaryIO, form: Form) -> Iterable[bytes]:
    """Return the lines of an open file of JSON lines."""
    return gzip.GzipFile(fileobj=stream) if form == "gzip" else stream


@contextmanager
def naming_lines(path: Path) -> Iterator[None]:
    """Name the file in errors of `unpack_lines`."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise say_damaged(path) from error
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror})") from error


def say_damaged(path: Path) -> TableError:
    """Return the error of a file in gzip that does not unpack."""
    return TableError(f"{path}: is cut short or damaged; download it again, then run the command again")


def _read_fields(path: Path, form: Form) -> Collection[str] | None:
    """Return the names of the fields of the first record, None if there is none."""
    with naming_lines(path), path.open("rb") as stream:
        lines = enumerate(unpack_lines(stream, form), start=1)
        number, line = next(((number, line) for number, line in lines if line.strip()), (0, b""))
    if not number:
        return None
    try:
        record = json.loads(line)
    except ValueError as error:
        raise TableError(f"{path}:{number}: is not JSON; the file should have a JSON object a line") from error
    if not isinstance(record, dict):
        raise TableError(f"{path}:{number}: is {show_value(record)}; should be a JSON object")
    return list(record)


def _find_kind(path: Path, fields: Collection[str]) -> Kind:
    for kind in KINDS:
        if set(kind.required) <= set(fields):
            return kind
    shown = ", ".join(list(fields)[:_MOST_SHOWN]) or "none"
    more = ", ..." if len(fields) > _MOST_SHOWN else ""
    right = "; ".join(f"{kind.title} ({', '.join(kind.required)})" for kind in KINDS)
    raise TableError(f"{path}: has the fields {shown}{more}; should hold one of: {right}")


def _refuse_mixture(files: Sequence[ReleaseFile], source: IndexSource | None) -> None:
    known = [file for file in files if file.kind is not None]
    if not known:
        raise TableError(f"{files[0].path}: has no records; nor has any other file")
    first = known[0]
    wanted = source or _source_of(first)
    for file in known:
        if _source_of(file) != wanted:
            asked = "--source asks for another" if source else f"{first.path} holds {_title_of(first)}"
            raise TableError(f"{file.path}: holds {_title_of(file)}, and {asked}; an index is of one source")
    for has, what in (("works", "papers"), ("citations", "citations")):
        if not any(getattr(file.kind, has) for file in known):
            raise TableError(f"{first.path}: no file holds {what}; name the folder of {what} too")


def _source_of(file: ReleaseFile) -> IndexSource | None:
    return file.kind.source if file.kind else None


def _title_of(file: ReleaseFile) -> str:
    return file.kind.title if file.kind else "nothing"


# --- errors ----------------------------------------------------------------------------------------------


def find_broken_line(file: ReleaseFile, near: int = 1) -> tuple[int | None, str]:
    """Return the number of the first line that is not a record of its kind, from a line on, and why not."""
    with naming_lines(file.path), file.path.open("rb") as stream:
        for number, line in enumerate(unpack_lines(stream, file.form), start=1):
            if number >= near and line.strip() and (reason := _find_fault(line, file.kind)):
                return number, reason
    return None, ""


def _find_fault(line: bytes, kind: Kind | None) -> str:
    try:
        record = json.loads(line)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        return "is not a JSON object"
    for name, form in (kind.fields if kind else {}).items():
        if not _has_form(record.get(name), form):
            return f"{name} is {show_value(record[name])}; should be {_FORMS[_find_outer(form)]}"
    return ""


def _has_form(value: object, form: str) -> bool:
    outer = _find_outer(form)
    if value is None or outer is None:
        return True
    if not isinstance(value, outer):
        return False
    return not isinstance(value, list) or all(_has_form(one, form.removesuffix("[]")) for one in value)


def _find_outer(form: str) -> type | None:
    if form.endswith("[]"):
        return list
    return dict if form.startswith("STRUCT") else bool if form == "BOOLEAN" else None


_FORMS: Final[Mapping[type | None, str]] = {
    list: "a list of the right kind",
    dict: "an object",
    bool: "true or false",
    None: "text",
}


def list_records(file: ReleaseFile) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the records of a file of JSON lines with their line numbers."""
    with naming_lines(file.path), file.path.open("rb") as stream:
        for number, line in enumerate(unpack_lines(stream, file.form), start=1):
            if line.strip():
                yield number, json.loads(line)
