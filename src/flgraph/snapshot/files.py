"""Read and write a snapshot: what a source said of one catalog on one day, one record a line.

The first line is the header, which counts the records, so that a file that was cut is noticed. The
others follow sorted by kind and key. Only known values are written: what is absent is unknown.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO, TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from pydantic import BaseModel, ValidationError

from flgraph.atomic_files import write_bytes
from flgraph.errors import SnapshotError
from flgraph.memory import pause_collector, share_references
from flgraph.records import Catalog, Match, Paper, Reference, Snapshot
from flgraph.sources.registry import find_credit

SNAPSHOT_VERSION: Final = 1
"""Version of snapshot files; it increases when a reader of the previous version would misread them."""

_FORMAT: Final = "flgraph-snapshot"
_HEADER_FIELDS: Final = ("source", "taken", "depth", "parameters", "catalog_digest")
_GZIP_MAGIC: Final = b"\x1f\x8b"


class _Kind(NamedTuple):
    """A kind of line: its name, the snapshot's field that it fills, the record it holds (None: a key only)."""

    name: str
    field: str
    record: type[BaseModel] | None = None


_KINDS: Final = (
    _Kind("match", "matches", Match),
    _Kind("paper", "papers", Paper),
    _Kind("context", "context", Paper),
    _Kind("missing", "missing"),
    _Kind("failed", "failed"),
)


class _Line(NamedTuple):
    place: str
    record: dict[str, Any]


# --- digests ---------------------------------------------------------------------------------------------


def digest_catalog(catalog: Catalog) -> str:
    """Return the SHA-256 of what a catalog says, as "sha256:…"; the order of its records does not count.

    The decisions in `matches` are left out: they say which record a paper is, not what the catalog says,
    and a snapshot holds its own. A catalog with new decisions still fits its older snapshots; a new
    snapshot takes them up.

    Examples
    --------
    >>> digest_catalog(Catalog(title="Mine", entries=()))[:7]
    'sha256:'
    """
    content = catalog.model_dump(mode="json", exclude={"matches"}, exclude_defaults=True)
    canonical = {
        field: sorted(value, key=lambda record: str(record["key"])) if isinstance(value, list) else value
        for field, value in content.items()
    }
    return _digest([_dump(canonical).encode()])


def digest_snapshot(snapshot: Snapshot) -> str:
    """Return the SHA-256 of the lines that `write_snapshot` writes, as "sha256:…"; compression does not count."""
    return _digest(_encode(snapshot))


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return f"sha256:{digest.hexdigest()}"


# --- writing ---------------------------------------------------------------------------------------------


def write_snapshot(snapshot: Snapshot, path: str | Path) -> Path:
    """Write a snapshot as JSON lines, compressed where the name ends in `.gz`; equal snapshots, equal bytes.

    Parameters
    ----------
    snapshot : Snapshot
        What to write.
    path : str or Path
        The file; `-` is standard output.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    OutputError
        The file cannot be written; an earlier one is untouched.

    Examples
    --------
    >>> mine = Snapshot(source="mine", taken="2026-11-23T00:00:00Z", depth=0, catalog_digest="sha256:0")
    >>> write_snapshot(mine, folder / "mine.jsonl").name
    'mine.jsonl'
    """
    lines = _encode(snapshot)
    return write_bytes(path, _compress(lines) if str(path).endswith(".gz") else b"".join(lines))


def _encode(snapshot: Snapshot) -> Iterator[bytes]:
    """Yield the lines one by one: a large snapshot is several times larger as text."""
    lines = chain([_to_header(snapshot)], *(_to_lines(kind, getattr(snapshot, kind.field)) for kind in _KINDS))
    return (f"{_dump(line)}\n".encode() for line in lines)


def _compress(lines: Iterable[bytes]) -> bytes:
    compressed = BytesIO()
    with gzip.GzipFile(filename="", fileobj=compressed, mode="wb", mtime=0) as file:
        file.writelines(lines)
    return compressed.getvalue()


def _to_header(snapshot: Snapshot) -> dict[str, Any]:
    about = snapshot.model_dump(mode="json", include=set(_HEADER_FIELDS))
    return {
        "kind": "header",
        "format": _FORMAT,
        "schema_version": SNAPSHOT_VERSION,
        "attribution": find_credit(snapshot.source),
        "counts": {kind.name: len(getattr(snapshot, kind.field)) for kind in _KINDS},
        **about,
        **snapshot.model_dump(include={"id_kind"}, exclude_defaults=True),  # absent where older files lack it
    }


def _to_lines(kind: _Kind, records: Mapping[str, BaseModel] | Iterable[str]) -> Iterator[dict[str, Any]]:
    for key in sorted(records):
        line = {"kind": kind.name, "key": key}
        if isinstance(records, Mapping):
            yield {**line, "record": records[key].model_dump(mode="json", exclude_defaults=True)}
        else:
            yield line


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


# --- reading ---------------------------------------------------------------------------------------------


@pause_collector()
def read_snapshot(path: str | Path) -> Snapshot:
    """Read a snapshot, plain or compressed; the missing and the failed come sorted.

    Parameters
    ----------
    path : str or Path
        A file that `write_snapshot` wrote.

    Returns
    -------
    Snapshot
        Equal to the one that was written.

    Raises
    ------
    SnapshotError
        There is no such file, or it is cut, altered, of another version or no snapshot at all.

    Examples
    --------
    >>> mine = Snapshot(source="mine", taken="2026-11-23T00:00:00Z", depth=0, catalog_digest="sha256:0")
    >>> read_snapshot(write_snapshot(mine, folder / "mine.jsonl.gz")) == mine
    True
    """
    path = Path(path)
    lines = _read_lines(path)
    header = _check_header(path, next(lines).record)
    found = _collect(lines)
    _check_counts(path, header, found)
    fields: dict[str, Any] = {name: header.get(name) for name in _HEADER_FIELDS}
    fields |= {"id_kind": header["id_kind"]} if "id_kind" in header else {}
    for kind in _KINDS:
        fields[kind.field] = found[kind.name] if kind.record else tuple(sorted(found[kind.name]))
    try:
        return Snapshot.model_validate(fields)
    except ValidationError as error:
        raise SnapshotError(f"{path}:1: {_say_invalid(error)}; take a new snapshot with `flgraph enrich`") from error


def _read_lines(path: Path) -> Iterator[_Line]:
    """Yield the lines as they are read, at least one: an empty file is one line that is no JSON."""
    try:
        with path.open("rb") as file:
            packed = file.peek(2).startswith(_GZIP_MAGIC)
            # Only "\n" ends a line: a title may hold what other readers break at.
            text = TextIOWrapper(gzip.GzipFile(fileobj=file) if packed else file, encoding="utf-8", newline="\n")
            first = text.readline()
            for number, line in enumerate(chain([first], text), start=1):
                yield _Line(f"{path}:{number}", _parse(f"{path}:{number}", line.removesuffix("\n")))
    except FileNotFoundError as error:
        raise SnapshotError(f"{path}: no such file; `flgraph enrich -o {path}` takes a snapshot") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SnapshotError(f"{path}:1: was cut or altered ({error}); take a new snapshot") from error
    except UnicodeDecodeError as error:
        raise SnapshotError(f"{path}:1: is no snapshot of flgraph: not UTF-8 text") from error
    except OSError as error:
        raise SnapshotError(f"{path}: cannot be read ({error.strerror})") from error


def _parse(place: str, line: str) -> dict[str, Any]:
    first = place.endswith(":1")
    remedy = "is this a snapshot of flgraph?" if first else "the file was cut or altered; take a new snapshot"
    try:
        record = json.loads(line, parse_constant=_refuse_constant)
        if "\\u" in line:
            _dump(record).encode()  # half a character can be read, but never written again
    except (ValueError, RecursionError) as error:
        raise SnapshotError(f"{place}: is not one whole JSON object; {remedy}") from error
    if not isinstance(record, dict) or not isinstance(record.get("kind"), str):
        raise SnapshotError(f"{place}: is not a JSON object with a kind; {remedy}")
    known = {"header"} if first else {kind.name for kind in _KINDS}
    if record["kind"] not in known:
        raise SnapshotError(
            f"{place}: should be of kind {' or '.join(sorted(known))}, not {record['kind']!r}; {remedy}"
        )
    return record


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _check_header(path: Path, header: dict[str, Any]) -> Mapping[str, Any]:
    if header.get("format") != _FORMAT:
        raise SnapshotError(f"{path}:1: is no snapshot of flgraph: its first line does not say so")
    version = header.get("schema_version")
    if version != SNAPSHOT_VERSION:
        raise SnapshotError(
            f"{path}:1: is of schema version {version!r}, and this flgraph reads {SNAPSHOT_VERSION}; "
            "take a new snapshot with `flgraph enrich`, or use the flgraph that wrote it"
        )
    return header


def _check_counts(path: Path, header: Mapping[str, Any], found: Mapping[str, Mapping[str, object]]) -> None:
    seen = {name: len(records) for name, records in found.items()}
    if header.get("counts") != seen:
        raise SnapshotError(
            f"{path}:{sum(seen.values()) + 1}: holds {seen}, but its header promises {header.get('counts')}; "
            "the file was cut or altered; take a new snapshot"
        )


def _collect(lines: Iterable[_Line]) -> dict[str, dict[str, BaseModel | None]]:
    """Return the records by the names of their kinds and by key."""
    kinds = {kind.name: kind for kind in _KINDS}
    found: dict[str, dict[str, BaseModel | None]] = {name: {} for name in kinds}
    known: dict[str, Reference] = {}
    for place, line in lines:
        kind, key = kinds[line["kind"]], line.get("key")
        if not isinstance(key, str) or key in found[kind.name]:
            raise SnapshotError(f"{place}: has no key of its own; the file was altered; take a new snapshot")
        record = _read_record(place, kind, line.get("record"))
        found[kind.name][key] = share_references(record, known) if isinstance(record, Paper) else record
    return found


def _read_record(place: str, kind: _Kind, record: object) -> BaseModel | None:
    if kind.record is None:
        return None
    try:
        return kind.record.model_validate(record)
    except ValidationError as error:
        raise SnapshotError(f"{place}: {_say_invalid(error)}; take a new snapshot") from error


def _say_invalid(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(step) for step in first["loc"]) or "the record"
    return f"{field}: {first['msg'][0].lower()}{first['msg'][1:]}"
