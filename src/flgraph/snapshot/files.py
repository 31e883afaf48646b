"""Read and write snapshots as JSON lines, one record per line.

The first line is a header with the number of records and the digest of all lines, which reveal truncated and changed
files. The records follow, sorted by kind and key. Unknown values are left out.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO, TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn, Protocol

from pydantic import BaseModel, ValidationError

from flgraph.errors import SnapshotError
from flgraph.files.atomic import write_bytes
from flgraph.files.digests import digest_parts, dump_canonical
from flgraph.files.inputs import refuse_special
from flgraph.memory import pause_collector, share_references
from flgraph.records import Catalog, Match, Paper, Reference, ReferenceSet, Snapshot
from flgraph.sources.registry import KNOWN, find_credit

logger = logging.getLogger(__name__)

SNAPSHOT_FILE: Final = "snapshot.jsonl"
"""File name of the snapshot in the folder of `write_build`."""

SNAPSHOT_VERSION: Final = 1
"""Version of snapshot files; it increases when a reader of the previous version would misread them."""

FROM_INDEX: Final = "index"
"""The parameter of a snapshot that was extracted from a bulk release: what the release is."""

_FORMAT: Final = "flgraph-snapshot"
_UNSIGNED: Final = frozenset({"digest", "licence", "may_ship"})
"""Fields of the header that its digest leaves out: licence and permission follow from the source, and are absent in
older files."""

_HEADER_FIELDS: Final = ("source", "taken", "depth", "parameters", "catalog_digest")
_FORMAT_SIGN: Final = re.compile(rf'"format"\s*:\s*"{_FORMAT}"'.encode())  # other writers of JSON add spaces
_BEGINNING: Final = 1 << 16
_GZIP_MAGIC: Final = b"\x1f\x8b"


class ChangedSnapshotError(SnapshotError):
    """A snapshot was changed after flgraph wrote it: to overwrite it could lose the work of a person."""


class _Kind(NamedTuple):
    """A kind of line: its name, its field of the snapshot, and its record class (None for bare keys).

    Headers count the lines of each kind. Those of a later kind are counted only if there are any.
    """

    name: str
    field: str
    record: type[BaseModel] | None = None
    is_later: bool = False


_KINDS: Final = (
    _Kind("match", "matches", Match),
    _Kind("paper", "papers", Paper),
    _Kind("context", "context", Paper),
    _Kind("missing", "missing"),
    _Kind("failed", "failed"),
    _Kind("reference_set", "reference_sets", ReferenceSet, is_later=True),
)


class _Hash(Protocol):
    """A digest under way, as of hashlib."""

    def update(self, data: bytes, /) -> None:
        """Add bytes."""


class _Line(NamedTuple):
    place: str
    record: dict[str, Any]


# --- digests ---------------------------------------------------------------------------------------------


def digest_catalog(catalog: Catalog) -> str:
    """Compute the SHA-256 of the content of a catalog as "sha256:…", independent of the order of its records.

    The decisions in `matches` and the order of facets are left out, so that a change of them fits older snapshots.

    Examples
    --------
    >>> digest_catalog(Catalog(title="Mine", entries=()))[:7]
    'sha256:'
    """
    content = catalog.model_dump(mode="json", exclude={"matches", "facets"}, exclude_defaults=True)
    canonical = {
        field: sorted(value, key=lambda record: str(record["key"])) if isinstance(value, list) else value
        for field, value in content.items()
    }
    return digest_parts([dump_canonical(canonical).encode()])


def digest_snapshot(snapshot: Snapshot) -> str:
    """Compute the SHA-256 of the uncompressed lines of `write_snapshot` as "sha256:…", without the digest in them."""
    return digest_parts(map(_encode, chain([_to_header(snapshot)], _list_records(snapshot))))


def digest_snapshot_file(path: str | Path) -> str:
    """Compute the digest of a file of `write_snapshot`, as `digest_snapshot`, without reading its records.

    Raises
    ------
    SnapshotError
        The file cannot be read, or does not begin like a snapshot.
    """
    path = Path(path)
    lines = read_lines(path)
    header = _encode_unsigned(_parse(f"{path}:1", next(lines)))
    return digest_parts(chain([header], ((line.removesuffix("\r") + "\n").encode() for line in lines)))


def read_header(path: str | Path) -> dict[str, Any]:
    """Read the header of a snapshot alone.

    Raises
    ------
    SnapshotError
        The file cannot be read, or does not begin like a snapshot.
    """
    path = Path(path)
    return _parse(f"{path}:1", next(read_lines(path)))


def name_by_source(path: str | Path, source: str) -> Path:
    """Return the path of the snapshot of one of several sources: with the name of the source before the suffix.

    Examples
    --------
    >>> name_by_source("snapshot.jsonl", "semantic_scholar").name
    'snapshot.semantic-scholar.jsonl'
    """
    path = Path(path)
    return path.with_name(f"{path.stem}.{source.replace('_', '-')}{path.suffix}")


def is_snapshot(path: str | Path) -> bool:
    """Return whether a file begins like a snapshot.

    Examples
    --------
    >>> is_snapshot(folder / "missing.jsonl")
    False
    """
    path = Path(path)
    if not path.is_file():
        return False
    with path.open("rb") as file:
        packed = file.peek(2).startswith(_GZIP_MAGIC)
        try:
            beginning = (gzip.GzipFile(fileobj=file) if packed else file).read(_BEGINNING)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            return False
    return _FORMAT_SIGN.search(beginning) is not None


# --- writing ---------------------------------------------------------------------------------------------


def write_snapshot(snapshot: Snapshot, path: str | Path) -> Path:
    """Write a snapshot as JSON lines, so that equal snapshots give equal bytes; the suffix `.gz` compresses.

    Parameters
    ----------
    snapshot : Snapshot
        The snapshot to write.
    path : str or Path
        The file; `-` is standard output.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    OutputError
        The file cannot be written; an earlier version is unchanged.

    Examples
    --------
    >>> mine = Snapshot(source="mine", taken="2026-11-23T00:00:00Z", depth=0, catalog_digest="sha256:0")
    >>> write_snapshot(mine, folder / "mine.jsonl").name
    'mine.jsonl'
    """
    header = {**_to_header(snapshot), **_describe_licence(snapshot.source), "digest": digest_snapshot(snapshot)}
    lines = map(_encode, chain([header], _list_records(snapshot)))
    return write_bytes(path, _compress(lines) if str(path).endswith(".gz") else b"".join(lines))


def _list_records(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Yield the lines after the header one by one: the text of a large snapshot needs several times its memory."""
    return chain.from_iterable(_to_lines(kind, getattr(snapshot, kind.field)) for kind in _KINDS)


def _encode(line: Mapping[str, Any]) -> bytes:
    return f"{dump_canonical(line)}\n".encode()


def _encode_unsigned(header: Mapping[str, Any]) -> bytes:
    return _encode({name: value for name, value in header.items() if name not in _UNSIGNED})


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
        "counts": _count_lines({kind.name: len(getattr(snapshot, kind.field)) for kind in _KINDS}),
        **about,
        **snapshot.model_dump(include={"id_kind"}, exclude_defaults=True),  # absent in older files
    }


def _describe_licence(source: str) -> dict[str, Any]:
    """Return the licence of a source and whether it permits redistribution; nothing if the source is unknown."""
    about = KNOWN.get(source)
    return {} if about is None else {"licence": about.licence, "may_ship": about.may_ship}


def _count_lines(counts: Mapping[str, int]) -> dict[str, int]:
    return {kind.name: counts[kind.name] for kind in _KINDS if counts[kind.name] or not kind.is_later}


def _to_lines(kind: _Kind, records: Mapping[str, BaseModel] | Iterable[str]) -> Iterator[dict[str, Any]]:
    for key in sorted(records):
        line = {"kind": kind.name, "key": key}
        if isinstance(records, Mapping):
            yield {**line, "record": records[key].model_dump(mode="json", exclude_defaults=True)}
        else:
            yield line


# --- reading ---------------------------------------------------------------------------------------------


@pause_collector()
def read_snapshot(path: str | Path) -> Snapshot:
    """Read a snapshot, plain or compressed; `missing` and `failed` are sorted.

    The data must have the digest in the header. Files of earlier versions have none, which the log says.

    Parameters
    ----------
    path : str or Path
        A file that `write_snapshot` wrote.

    Returns
    -------
    Snapshot
        The snapshot that was written.

    Raises
    ------
    SnapshotError
        The file is missing, truncated, changed since it was written, of another version, or not a snapshot.

    Examples
    --------
    >>> mine = Snapshot(source="mine", taken="2026-11-23T00:00:00Z", depth=0, catalog_digest="sha256:0")
    >>> read_snapshot(write_snapshot(mine, folder / "mine.jsonl.gz")) == mine
    True
    """
    path = Path(path)
    seen = hashlib.sha256()
    lines = _parse_lines(path, seen)
    header = _check_header(path, next(lines).record)
    found = _collect(lines)
    _check_counts(path, header, found)
    fields: dict[str, Any] = {name: header.get(name) for name in _HEADER_FIELDS}
    fields |= {"id_kind": header["id_kind"]} if "id_kind" in header else {}
    for kind in _KINDS:
        fields[kind.field] = found[kind.name] if kind.record else tuple(sorted(found[kind.name]))
    try:
        snapshot = Snapshot.model_validate(fields)
    except ValidationError as error:
        raise SnapshotError(
            f"{path}:1: {_describe_invalid(error)}; make a new snapshot with `flgraph enrich`"
        ) from error
    _check_digest(path, header, f"sha256:{seen.hexdigest()}", snapshot)
    return snapshot


def _check_digest(path: Path, header: Mapping[str, Any], seen: str, snapshot: Snapshot) -> None:
    """Raise `SnapshotError` unless the lines, or at least the data in them, have the digest of the header."""
    if "digest" not in header:
        logger.info("%s: has no digest, so changes to it go unnoticed", path)
    elif header["digest"] != seen and header["digest"] != _digest_read(snapshot):
        raise ChangedSnapshotError(
            f'{path}: was changed after flgraph wrote it; to accept the change, remove "digest" and its value from the '
            "first line; else make a new snapshot with `flgraph enrich`"
        )


def _digest_read(snapshot: Snapshot) -> str | None:
    """Return the digest of a snapshot that was read, None if it contains what `write_snapshot` could not write."""
    try:
        return digest_snapshot(snapshot)
    except (ValueError, RecursionError):
        return None


def _parse_lines(path: Path, seen: _Hash) -> Iterator[_Line]:
    """Yield the lines of a file and add them to a digest; an empty file yields one invalid line."""
    for number, line in enumerate(read_lines(path), start=1):
        record = _parse(f"{path}:{number}", line)
        seen.update(_encode_unsigned(record) if number == 1 else f"{line}\n".encode())
        yield _Line(f"{path}:{number}", record)


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file, plain or compressed, without their ends; an empty file yields one empty line.

    Raises
    ------
    SnapshotError
        The file cannot be read.
    """
    try:
        refuse_special(path)
        with path.open("rb") as file:
            packed = file.peek(2).startswith(_GZIP_MAGIC)
            # Titles may contain characters that other newline modes treat as line ends.
            text = TextIOWrapper(gzip.GzipFile(fileobj=file) if packed else file, encoding="utf-8", newline="\n")
            first = text.readline()
            yield from (line.removesuffix("\n") for line in chain([first], text))
    except FileNotFoundError as error:
        raise SnapshotError(f"{path}: no such file; make a snapshot with `flgraph enrich -o {path}`") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SnapshotError(f"{path}:1: is truncated or modified ({error}); make a new snapshot") from error
    except UnicodeDecodeError as error:
        raise SnapshotError(f"{path}:1: is not a snapshot of flgraph: it is not UTF-8 text") from error
    except OSError as error:
        raise SnapshotError(f"{path}: cannot be read ({error.strerror})") from error


def _parse(place: str, line: str) -> dict[str, Any]:
    first = place.endswith(":1")
    remedy = "is this a snapshot of flgraph?" if first else "the file is truncated or modified; make a new snapshot"
    try:
        record = json.loads(line, parse_constant=_refuse_constant)
        if first or "\\u" in line:
            dump_canonical(record).encode()  # an unpaired surrogate and 1e999 can be read but not written
    except (ValueError, RecursionError) as error:
        raise SnapshotError(f"{place}: is not a complete JSON object; {remedy}") from error
    if not isinstance(record, dict) or not isinstance(record.get("kind"), str):
        raise SnapshotError(f"{place}: is not a JSON object with a kind; {remedy}")
    known = {"header"} if first else {kind.name for kind in _KINDS}
    if record["kind"] not in known:
        raise SnapshotError(f"{place}: kind must be {' or '.join(sorted(known))}, found {record['kind']!r}; {remedy}")
    return record


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _check_header(path: Path, header: dict[str, Any]) -> Mapping[str, Any]:
    if header.get("format") != _FORMAT:
        raise SnapshotError(f"{path}:1: is not a snapshot of flgraph: its first line is not the header of one")
    version = header.get("schema_version")
    if version != SNAPSHOT_VERSION:
        raise SnapshotError(
            f"{path}:1: has schema version {version!r}, but this flgraph reads version {SNAPSHOT_VERSION}; "
            "make a new snapshot with `flgraph enrich`, or use the version of flgraph that wrote it"
        )
    return header


def _check_counts(path: Path, header: Mapping[str, Any], found: Mapping[str, Mapping[str, object]]) -> None:
    seen = _count_lines({name: len(records) for name, records in found.items()})
    if header.get("counts") != seen:
        raise SnapshotError(
            f"{path}:{sum(seen.values()) + 1}: the file contains {seen}, but its header counts {header.get('counts')}; "
            "the file is truncated or modified; make a new snapshot"
        )


def _collect(lines: Iterable[_Line]) -> dict[str, dict[str, BaseModel | None]]:
    """Collect the records by kind and key."""
    kinds = {kind.name: kind for kind in _KINDS}
    found: dict[str, dict[str, BaseModel | None]] = {name: {} for name in kinds}
    known: dict[str, Reference] = {}
    for place, line in lines:
        kind, key = kinds[line["kind"]], line.get("key")
        if not isinstance(key, str) or key in found[kind.name]:
            raise SnapshotError(f"{place}: the key is missing or repeated; the file is modified; make a new snapshot")
        record = _read_record(place, kind, line.get("record"))
        found[kind.name][key] = share_references(record, known) if isinstance(record, Paper) else record
    return found


def _read_record(place: str, kind: _Kind, record: object) -> BaseModel | None:
    if kind.record is None:
        return None
    try:
        return kind.record.model_validate(record)
    except ValidationError as error:
        raise SnapshotError(f"{place}: {_describe_invalid(error)}; make a new snapshot") from error


def _describe_invalid(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(step) for step in first["loc"]) or "the record"
    return f"{field}: {first['msg'][0].lower()}{first['msg'][1:]}"
