"""Read and write a snapshot: what a source said of one catalog on one day, one record a line.

The first line is the header, which counts the records, so that a file that was cut is noticed. The
others follow sorted by kind and key. Only known values are written: what is absent is unknown.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from pydantic import BaseModel, ValidationError

from flgraph.errors import SnapshotError
from flgraph.files import write_bytes
from flgraph.model import SCHEMA_VERSION, Catalog, Match, Paper, Snapshot

_FORMAT: Final = "flgraph-snapshot"
_ATTRIBUTIONS: Final = {"semantic_scholar": "Data: Semantic Scholar"}
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
    return _digest(_dump(canonical).encode())


def digest_snapshot(snapshot: Snapshot) -> str:
    """Return the SHA-256 of the lines that `write_snapshot` writes, as "sha256:…"; compression does not count."""
    return _digest(_to_bytes(snapshot))


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


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
    content = _to_bytes(snapshot)
    return write_bytes(path, gzip.compress(content, mtime=0) if str(path).endswith(".gz") else content)


def _to_bytes(snapshot: Snapshot) -> bytes:
    lines = chain([_to_header(snapshot)], *(_to_lines(kind, getattr(snapshot, kind.field)) for kind in _KINDS))
    return "".join(f"{_dump(line)}\n" for line in lines).encode()


def _to_header(snapshot: Snapshot) -> dict[str, Any]:
    about = snapshot.model_dump(mode="json", include=set(_HEADER_FIELDS))
    return {
        "kind": "header",
        "format": _FORMAT,
        "schema_version": SCHEMA_VERSION,
        "attribution": _ATTRIBUTIONS.get(snapshot.source, f"Data: {snapshot.source}"),
        "counts": {kind.name: len(getattr(snapshot, kind.field)) for kind in _KINDS},
        **about,
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
    lines = list(_read_lines(path))
    header = _check_header(path, lines)
    fields: dict[str, Any] = {name: header.get(name) for name in _HEADER_FIELDS}
    for kind in _KINDS:
        found = _collect(kind, [line for line in lines[1:] if line.record["kind"] == kind.name])
        fields[kind.field] = found if kind.record else tuple(sorted(found))
    _check_counts(path, header, lines[1:])
    try:
        return Snapshot.model_validate(fields)
    except ValidationError as error:
        raise SnapshotError(f"{path}:1: {_say_invalid(error)}; take a new snapshot with `flgraph enrich`") from error


def _read_lines(path: Path) -> Iterator[_Line]:
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if content.startswith(_GZIP_MAGIC) else content).decode()
    except FileNotFoundError as error:
        raise SnapshotError(f"{path}: no such file; `flgraph enrich -o {path}` takes a snapshot") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SnapshotError(f"{path}:1: was cut or altered ({error}); take a new snapshot") from error
    except UnicodeDecodeError as error:
        raise SnapshotError(f"{path}:1: is no snapshot of flgraph: not UTF-8 text") from error
    except OSError as error:
        raise SnapshotError(f"{path}: cannot be read ({error.strerror})") from error
    # Not splitlines: it also breaks at the line separators that a title may hold.
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        yield _Line(f"{path}:{number}", _parse(f"{path}:{number}", line))


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


def _check_header(path: Path, lines: list[_Line]) -> Mapping[str, Any]:
    header = lines[0].record
    if header.get("format") != _FORMAT:
        raise SnapshotError(f"{path}:1: is no snapshot of flgraph: its first line does not say so")
    version = header.get("schema_version")
    if version != SCHEMA_VERSION:
        raise SnapshotError(
            f"{path}:1: is of schema version {version!r}, and this flgraph reads {SCHEMA_VERSION}; "
            "take a new snapshot with `flgraph enrich`, or use the flgraph that wrote it"
        )
    return header


def _check_counts(path: Path, header: Mapping[str, Any], lines: list[_Line]) -> None:
    seen = Counter(line.record["kind"] for line in lines)
    promised = header.get("counts")
    if promised != {kind.name: seen[kind.name] for kind in _KINDS}:
        raise SnapshotError(
            f"{path}:{len(lines) + 1}: holds {dict(seen)}, but its header promises {promised}; "
            "the file was cut or altered; take a new snapshot"
        )


def _collect(kind: _Kind, lines: Iterable[_Line]) -> dict[str, BaseModel | None]:
    found: dict[str, BaseModel | None] = {}
    for place, line in lines:
        key = line.get("key")
        if not isinstance(key, str) or key in found:
            raise SnapshotError(f"{place}: has no key of its own; the file was altered; take a new snapshot")
        found[key] = _read_record(place, kind, line.get("record"))
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
