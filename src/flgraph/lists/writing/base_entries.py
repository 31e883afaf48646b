"""Keep what a list said when a catalog was last brought in step with it: one JSON line for each paper, in order.

The file is `list.jsonl` in the folder of the catalog. A work in several sections has several lines with one key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import PurePath
from typing import Any, Final

from flgraph.errors import CatalogError
from flgraph.files.digests import digest_parts, dump_canonical
from flgraph.lists.entries import ListEntry, ListReading
from flgraph.lists.writing.row_patterns import find_block

BASE_FILE: Final = "list.jsonl"
"""File name of the lines in the folder of a catalog."""

_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class BaseEntry:
    """A paper in one place of a list, as it was read; `key` names its entry of the catalog.

    `digest` is that of the bytes of its row, `path` the name of its file.
    """

    key: str
    title: str
    section: tuple[str, ...]
    url: str | None = None
    venue: str | None = None
    year: int | None = None
    authors: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    path: str = ""


_NAMES: Final = frozenset(known.name for known in fields(BaseEntry))
_TEXTS: Final = ("key", "title")
_OPTIONAL: Final = ("url", "venue", "authors")
_MAY_LACK: Final = ("digest", "path")
_NO_PATH: Final = ("path", "")


def make_base(reading: ListReading, entry: ListEntry, key: str) -> BaseEntry:
    """Return what is kept of an entry, under the key of its work in the catalog."""
    return BaseEntry(
        key, entry.title, entry.section, entry.url, entry.venue, entry.year, entry.authors, dict(entry.ids),
        digest_row(reading, entry), name_file(entry.path),
    )  # fmt: skip


@lru_cache(256)
def name_file(path: str) -> str:
    """Return the name of a file without its folder: all rows of a file ask for the same one."""
    return PurePath(path).name


def digest_row(reading: ListReading, entry: ListEntry) -> str:
    """Return a short digest of the bytes of a row, without the white space around it."""
    start, end = find_block(reading, entry)
    return digest_parts([reading.data[start:end].strip()]).removeprefix("sha256:")[:_DIGITS]


def format_base(entries: Iterable[BaseEntry]) -> str:
    r"""Return entries as JSON lines with sorted keys; unknown values are left out.

    Examples
    --------
    >>> format_base([BaseEntry("learn", "A way to learn", ("Papers",), year=2031)])
    '{"digest":"","key":"learn","section":["Papers"],"title":"A way to learn","year":2031}\n'
    """
    lines = []
    for entry in entries:
        values = {name: getattr(entry, name) for name in _NAMES}
        known = {name: value for name, value in values.items() if value not in (None, {}) and (name, value) != _NO_PATH}
        lines.append(f"{dump_canonical(known)}\n")
    return "".join(lines)


def parse_base(text: str, *, name: str = BASE_FILE) -> list[BaseEntry]:
    """Return the entries of `format_base`.

    Raises
    ------
    CatalogError
        A line is no such entry. The message names the line.
    """
    return [_parse_line(line, f"{name}:{number}") for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _parse_line(line: str, place: str) -> BaseEntry:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CatalogError(f"{place}: is not JSON; {_REMEDY}") from error
    if not isinstance(given, dict) or not _is_entry(given):
        raise CatalogError(f"{place}: is not an entry with key, title and section; {_REMEDY}")
    return BaseEntry(**{**given, "section": tuple(given["section"])})


_REMEDY: Final = "import the list again into another folder, and take the file from there"


def _is_entry(given: Mapping[str, Any]) -> bool:
    section, ids = given.get("section"), given.get("ids", {})
    return (
        given.keys() <= _NAMES
        and all(isinstance(given.get(name), str) for name in _TEXTS)
        and all(isinstance(given.get(name), str | None) for name in _OPTIONAL)
        and all(isinstance(given.get(name, ""), str) for name in _MAY_LACK)
        and isinstance(given.get("year"), int | None)
        and isinstance(section, list)
        and all(isinstance(part, str) for part in section)
        and isinstance(ids, dict)
        and all(isinstance(value, str) for value in ids.values())
    )
