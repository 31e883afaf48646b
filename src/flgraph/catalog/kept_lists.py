"""Keep the bytes of a list in the folder of its catalog, and what was read of it, for later imports and syncs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Final

from flgraph.catalog.list_catalog import ImportedRow
from flgraph.catalog.list_names import KnownKeys
from flgraph.catalog.yaml_files import is_there, read_text
from flgraph.errors import CatalogError
from flgraph.files.atomic import write_bytes, write_together
from flgraph.identifiers import name_id, normalize_title
from flgraph.lists.entries import ListReading
from flgraph.lists.reading import parse_list
from flgraph.lists.writing.base_entries import BASE_FILE, BaseEntry, format_base, make_base, parse_base

_STEM: Final = "list"
_PART: Final = re.compile(rf"{_STEM}-(\d+)-(.+)")


def read_base(folder: Path) -> list[BaseEntry]:
    """Read the rows of the last import to a folder; none if the folder was not imported.

    Raises
    ------
    CatalogError
        The file is damaged.
    """
    path = folder / BASE_FILE
    return parse_base(read_text(path), name=str(path)) if is_there(path) else []


def collect_keys(named: Iterable[tuple[str, str, Mapping[str, str]]]) -> KnownKeys:
    """Return what finds the key of a work: its title and its ids, given with the key as (key, title, ids)."""
    known: dict[str, dict[str, None]] = {}
    for key, title, ids in named:
        for name in (f"title:{normalize_title(title)}", *(name_id(kind, value) for kind, value in ids.items())):
            known.setdefault(name, {})[key] = None
    return {name: list(keys) for name, keys in known.items()}


def collect_base_keys(rows: Iterable[BaseEntry]) -> KnownKeys:
    """Return what finds the key of each work in the rows of an earlier import."""
    return collect_keys((row.key, row.title, row.ids) for row in rows)


def join_readings(parts: Sequence[ListReading]) -> ListReading:
    """Join the readings of several lists; a single one stays as it is."""
    if len(parts) == 1:
        return parts[0]
    return ListReading(
        path=", ".join(part.path for part in parts),
        form="folder",
        data=b"",
        entries=tuple(entry for part in parts for entry in part.entries),
        unread=tuple(place for part in parts for place in part.unread),
        parts=tuple(one for part in parts for one in (part.parts or [part])),
    )


def read_kept_list(folder: Path, base: Sequence[BaseEntry], *, known: ListReading | None = None) -> ListReading | None:
    """Read the list that a folder was imported from, with the names that its files had; None if there is none.

    `base` are the rows of the last import, from `read_base`: they say the name that a single file had. A file with the
    bytes of `known`, a reading of the list as it is now, is not read again.

    Raises
    ------
    CatalogError
        A file cannot be read.
    """
    first = next((row.path for row in base if row.path), None)
    readings = []
    for path, name in find_kept_files(folder):
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CatalogError(f"{path}: cannot be read ({error.strerror})") from error
        same = known is not None and known.data == data and PurePath(known.path).suffix == path.suffix
        reading = known if known is not None and same else parse_list(data, name=str(path))
        readings.append(_rename(reading, path.name if first is None else name or first))
    return join_readings(readings) if readings else None


def find_kept_files(folder: Path) -> list[tuple[Path, str]]:
    """Return the kept files of a list in their order, with the names that they had if there were several."""
    single = [(path, "") for path in sorted(folder.glob(f"{_STEM}.*")) if path.name != BASE_FILE]
    several = [
        (int(found[1]), path, found[2]) for path in folder.glob(f"{_STEM}-*") if (found := _PART.match(path.name))
    ]
    return single[:1] or [(path, name) for _, path, name in sorted(several)]


def _rename(reading: ListReading, name: str) -> ListReading:
    return replace(reading, path=name, entries=tuple(replace(entry, path=name) for entry in reading.entries))


def write_kept_list(folder: Path, reading: ListReading, rows: Iterable[ImportedRow]) -> list[Path]:
    """Write the bytes of a list and what was read; return the files whose content changed."""
    parts = reading.parts or (reading,)
    owners = {id(entry): part for part in parts for entry in part.entries}
    base = [make_base(owners[id(one.row)], one.row, one.key) for one in rows]
    contents = {**dict(_name_parts(parts)), BASE_FILE: format_base(base).encode()}
    changed = [name for name, data in contents.items() if not _holds(folder / name, data)]
    if changed:
        with write_together(folder, last=BASE_FILE) as stage:
            for name in changed:
                write_bytes(stage / name, contents[name])
    return [folder / name for name in sorted(changed)]


def _holds(path: Path, data: bytes) -> bool:
    return is_there(path) and path.read_bytes() == data


def _name_parts(parts: Sequence[ListReading]) -> Iterator[tuple[str, bytes]]:
    for number, part in enumerate(parts, start=1):
        ending = PurePath(part.path).suffix.lower() or ".md"
        yield f"{_STEM}{ending}" if len(parts) == 1 else f"{_STEM}-{number}-{PurePath(part.path).name}", part.data
