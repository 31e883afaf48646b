"""Write what people changed in a catalog into the rows of the list that it was imported from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flgraph.catalog.kept_lists import collect_base_keys, read_base, read_kept_list
from flgraph.catalog.list_catalog import ImportedRow, import_reading
from flgraph.errors import ListChangeError
from flgraph.lists.entries import ListField, ListReading
from flgraph.lists.writing.editing import edit_rows
from flgraph.records import Catalog, CatalogEntry

_LISTED: Final = ("title", "section_names", "venue", "url", "year", "materials", "authors")
"""The fields of an entry that a list shows."""

_WRITTEN: Final[tuple[ListField, ...]] = ("title", "venue", "url", "year", "authors")
"""Those that can be written into its rows."""

_SHOWN: Final = {"section_names": "section", "materials": "links"}


def name_field(name: str) -> str:
    """Return the name of a field of an entry for people, as a list has it: "section" for `section_names`."""
    return _SHOWN.get(name, name)


@dataclass(frozen=True, slots=True)
class ListedCatalog:
    """A catalog, the list that was kept beside it, and what the entries were when the list was read."""

    catalog: Catalog
    kept: ListReading
    listed: Mapping[str, CatalogEntry]
    rows: tuple[ImportedRow, ...]

    def find_changes(self) -> dict[str, tuple[str, ...]]:
        """Return the changes between the list and the catalog, as the function `find_changes` does."""
        return find_changes(self.listed, {entry.key: entry for entry in self.catalog.entries})

    def patch_list(self, changes: Mapping[str, tuple[str, ...]]) -> bytes:
        """Return the bytes of the list with changes of `find_changes` in its rows, and no other byte changed.

        Raises
        ------
        ListChangeError
            A change cannot be written into the rows of the list.
        """
        now = {entry.key: entry for entry in self.catalog.entries}
        values = {key: dict(_list_values(now.get(key), key, names)) for key, names in changes.items()}
        numbers = {id(entry): number for number, entry in enumerate(self.kept.entries)}
        edits = {numbers[id(one.row)]: values[one.key] for one in self.rows if one.key in values}
        try:
            return edit_rows(self.kept, edits) if edits else self.kept.data
        except ValueError as error:  # such as a field that the row does not write
            raise ListChangeError(str(error)) from error


def read_listed_catalog(folder: Path, catalog: Catalog) -> ListedCatalog | None:
    """Read the list beside a catalog; None if there is none, or it consists of several files."""
    base = read_base(folder)
    kept = read_kept_list(folder, base)
    if kept is None or kept.parts:
        return None
    imported, rows = import_reading(kept, known=collect_base_keys(base))
    return ListedCatalog(catalog, kept, {entry.key: entry for entry in imported.entries}, tuple(rows))


def find_changes(listed: Mapping[str, CatalogEntry], now: Mapping[str, CatalogEntry]) -> dict[str, tuple[str, ...]]:
    """Return, by key, the fields in which entries differ from those of a list; none if only one side has the entry.

    Facts that a list does not state, such as ids and topics, do not count, and neither do values that it leaves open.
    """
    changes: dict[str, tuple[str, ...]] = {}
    for key in dict.fromkeys((*now, *listed)):
        if key not in now or key not in listed:
            changes[key] = ()
        elif names := tuple(_find_differing(listed[key], now[key])):
            changes[key] = names
    return changes


def _find_differing(listed: CatalogEntry, entry: CatalogEntry) -> Iterator[str]:
    for name in _LISTED:
        if getattr(listed, name) not in (None, (), getattr(entry, name)):
            yield name


def _list_values(entry: CatalogEntry | None, key: str, names: Iterable[str]) -> Iterator[tuple[ListField, str | int]]:
    """Yield the new values of the fields of an entry, as a row writes them."""
    if entry is None or not names:
        raise ListChangeError(f"{key} is only in the {'catalog' if entry else 'list'}")
    for name in names:
        field = next((one for one in _WRITTEN if one == name), None)
        value = getattr(entry, name)
        if field is None or value in (None, ()):
            what = name_field(name)
            raise ListChangeError(f"{key} differs in its {what}" if field is None else f"{key} no longer has {what}")
        yield field, ", ".join(one.name for one in value) if field == "authors" else value
