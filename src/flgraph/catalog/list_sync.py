"""Bring a catalog in step with the list it was imported from; what people wrote in the catalog stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from flgraph.catalog.kept_lists import (
    collect_base_keys,
    collect_keys,
    read_base,
    read_kept_list,
    write_kept_list,
)
from flgraph.catalog.list_catalog import ImportedRow, import_reading
from flgraph.catalog.list_export import ListedCatalog, find_changes
from flgraph.catalog.list_names import KnownKeys
from flgraph.catalog.reader import read_catalog
from flgraph.catalog.writer import write_catalog
from flgraph.errors import CatalogError, ListChangeError
from flgraph.lists.entries import ListEntry, ListReading
from flgraph.lists.writing.base_entries import BASE_FILE, BaseEntry
from flgraph.lists.writing.conflicts import Conflict, ThreeWay, find_conflicts
from flgraph.lists.writing.merging import ListChanges, merge_readings
from flgraph.records import Catalog, CatalogEntry, CodebaseEntry, DatasetEntry, Match

_Named = TypeVar("_Named", DatasetEntry, CodebaseEntry)

_MERGED: Final = ("title", "section_names", "venue", "url", "year", "materials", "authors", "codebases", "acronym")
"""The fields of an entry that a list states; a conflict in one of them is told."""

_DERIVED: Final = ("doubts", "sources")
"""The fields that an import writes about a list; a conflict keeps the words of the catalog."""


@dataclass(frozen=True)
class ListSync:
    """What a sync would change: the rows of the list, the conflicts, and the catalog afterwards.

    `added`, `removed` and `edited` are keys of entries of the catalog. `rows` are those of the list now. `unlisted`
    holds, by key, the fields in which the catalog afterwards says otherwise than the list; `unwritable` says why an
    export cannot write them into its rows, and is empty if it can.
    """

    folder: Path
    reading: ListReading
    changes: ListChanges
    conflicts: tuple[Conflict, ...]
    catalog: Catalog
    rows: tuple[ImportedRow, ...]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    unlisted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unwritable: str = ""

    @property
    def is_in_step(self) -> bool:
        """Whether the list reads as at the last import or sync."""
        return self.changes.is_empty

    def __str__(self) -> str:
        """Return counts as one line, such as "2 added, 1 retitled (line 84), 1 moved; 0 conflicts"."""
        changes = self.changes
        lines = {"retitled": changes.retitled, "moved": changes.moved, "changed": changes.changed}
        said = [f"{len(changes.added):,} added"] if changes.added else []
        for name, pairs in lines.items():
            if pairs:
                where = f" (line {pairs[0].entry.line})" if len(pairs) == 1 else ""
                said.append(f"{len(pairs):,} {name}{where}")
        said += [f"{len(changes.gone):,} gone"] if changes.gone else []
        count = len(self.conflicts)
        return f"{', '.join(said) or 'no changes'}; {count} conflict{'' if count == 1 else 's'}"


def plan_sync(folder: str | Path, reading: ListReading) -> ListSync:
    r"""Compare a catalog folder with the list it was imported from, without writing anything.

    Parameters
    ----------
    folder : str or Path
        A folder of `import_list`, with `list.jsonl` and the bytes of the list beside it.
    reading : ListReading
        The list as it is now.

    Returns
    -------
    ListSync
        Three versions of each entry are merged by field: the list at the last import, the list now, and the catalog.

    Raises
    ------
    CatalogError
        The folder was not imported from a list, or its catalog has errors.

    Examples
    --------
    >>> from flgraph.catalog.list_import import import_list
    >>> from flgraph.lists.reading import parse_list
    >>> path = folder / "README.md"
    >>> text = "# My list\n## Surveys\n- [An invented survey of learning](https://arxiv.org/abs/2912.00001) 2099\n"
    >>> _ = path.write_text(text)
    >>> _ = import_list(path, folder / "my-list")
    >>> now = parse_list((text + "- [Another invented survey](https://arxiv.org/abs/2912.00002) 2099\n").encode())
    >>> str(plan_sync(folder / "my-list", now))
    '1 added; 0 conflicts'
    """
    folder = Path(folder)
    base, kept = _read_kept(folder, reading)
    ours = read_catalog(folder)
    changes = merge_readings(base, reading)
    before, _ = import_reading(kept, known=collect_base_keys(base))
    theirs, rows = import_reading(reading, known=_list_keys(changes, ours))
    merge = _Merge(before, theirs, ours, {row.key: row.row for row in reversed(rows)})
    entries = merge.merge_entries()
    catalog = ours.model_copy(
        update={
            "entries": tuple(entries),
            "datasets": (*ours.datasets, *_find_new(before.datasets, theirs.datasets, ours.datasets)),
            "codebases": (*ours.codebases, *_find_new(before.codebases, theirs.codebases, ours.codebases)),
            "matches": _drop_matches(ours, merge.removed),
        }
    )
    unlisted = find_changes(merge.theirs, {entry.key: entry for entry in entries})
    return ListSync(
        folder, reading, changes, tuple(merge.conflicts), catalog, tuple(rows),
        tuple(merge.added), tuple(merge.removed), tuple(merge.edited),
        unlisted, _find_obstacle(ListedCatalog(catalog, reading, merge.theirs, tuple(rows)), unlisted),
    )  # fmt: skip


def _find_obstacle(listed: ListedCatalog, unlisted: Mapping[str, tuple[str, ...]]) -> str:
    """Return why changes of a catalog cannot be written into the rows of its list; empty if they can."""
    try:
        listed.patch_list(unlisted)
    except ListChangeError as error:
        return str(error)
    return ""


def write_sync(sync: ListSync) -> list[Path]:
    """Write what `plan_sync` planned: the catalog, and the list as it was read. Return the files that changed.

    Raises
    ------
    CatalogError
        There are conflicts. No file is written.
    OutputError
        A file cannot be written.
    """
    if sync.conflicts:
        raise CatalogError(f"{sync.folder}: the list and the catalog changed the same fields; nothing was written")
    written = write_catalog(sync.catalog, sync.folder)
    # The catalog first: if the rest fails, the next sync finds its entries as the list has them.
    return [*written, *write_kept_list(sync.folder, sync.reading, sync.rows)]


# --- what the last import kept ---------------------------------------------------------------------------


def _read_kept(folder: Path, now: ListReading) -> tuple[list[BaseEntry], ListReading]:
    """Return the rows of the last import or sync and the list that they were read from."""
    base = read_base(folder)
    if not base:
        raise CatalogError(f"{folder}: was not imported from a list; run `flgraph import` first")
    kept = read_kept_list(folder, base, known=now)
    if kept is None or kept.parts:
        count = len(kept.parts) if kept else 0
        raise CatalogError(
            f"{folder}: contains {count} lists beside {BASE_FILE} instead of one; import the list to a new folder"
        )
    return base, kept


# --- keys ------------------------------------------------------------------------------------------------


def _list_keys(changes: ListChanges, ours: Catalog) -> KnownKeys:
    """Return what finds the key of each work in the list as it is: that of its old row, else of the catalog's entry."""
    paired = ((pair.base.key, pair.entry.title, pair.entry.ids) for pair in changes.pairs)
    taken = {pair.base.key for pair in changes.pairs}
    left = ((entry.key, entry.title, entry.ids) for entry in ours.entries if entry.key not in taken)
    gone = ((row.key, row.title, row.ids) for row in changes.gone)
    return collect_keys([*paired, *left, *gone])


# --- entries ---------------------------------------------------------------------------------------------


class _Merge:
    """The merge of three versions of all entries, and what it found."""

    def __init__(self, before: Catalog, theirs: Catalog, ours: Catalog, rows: Mapping[str, ListEntry]) -> None:
        self.before = {entry.key: entry for entry in before.entries}
        self.theirs = {entry.key: entry for entry in theirs.entries}
        self.ours = {entry.key: entry for entry in ours.entries}
        self.rows = rows
        self.cited = {relation.to for entry in ours.entries for relation in entry.relations}
        self.decided = {
            key for matches in ours.matches.values() for key, match in matches.items() if match.decided_by == "person"
        }
        self.conflicts: list[Conflict] = []
        self.added: list[str] = []
        self.removed: list[str] = []
        self.edited: list[str] = []

    def merge_entries(self) -> list[CatalogEntry]:
        """Return the entries of the catalog in their order, new ones after the entry that they follow in the list."""
        followers = self._find_followers()
        entries = [*followers.get(None, [])]
        for key, entry in self.ours.items():
            merged = self._merge_entry(key, entry)
            if merged is not None:
                entries.append(merged)
            entries += followers.get(key, [])
        return entries

    def _find_followers(self) -> dict[str | None, list[CatalogEntry]]:
        """Return the new entries by the key of the entry of the catalog that they follow."""
        followers: dict[str | None, list[CatalogEntry]] = {}
        last = None
        for key, entry in self.theirs.items():
            if key in self.ours:
                last = key
            elif key not in self.before:  # one that was in the list before was removed from the catalog on purpose
                followers.setdefault(last, []).append(entry)
                self.added.append(key)
        return followers

    def _merge_entry(self, key: str, ours: CatalogEntry) -> CatalogEntry | None:
        before, theirs = self.before.get(key), self.theirs.get(key)
        if theirs is None:
            return ours if before is None else self._drop(before, ours)
        if before is None:  # the catalog knew the work before the list did
            before = theirs.model_copy(update={name: getattr(ours, name) for name in ("section", "sections")})
        fields = [ThreeWay(name, *(getattr(one, name) for one in (before, theirs, ours))) for name in _MERGED]
        row = self.rows.get(key)
        self.conflicts += find_conflicts(key, fields, line=row.line if row else None)
        fields += [ThreeWay(name, *(getattr(one, name) for one in (before, theirs, ours))) for name in _DERIVED]
        changed = {one.name: one.merged for one in fields if one.merged != one.ours}
        changed |= _merge_ids(before, theirs, ours)
        if not changed:
            return ours
        self.edited.append(key)
        return _replace(ours, changed)

    def _drop(self, before: CatalogEntry, ours: CatalogEntry) -> CatalogEntry | None:
        """Return None for an entry whose row is gone, or report a conflict if people wrote about it in the catalog."""
        key = ours.key
        if ours == before and key not in self.cited and key not in self.decided:
            self.removed.append(key)
            return None
        self.conflicts.append(Conflict(key, "row", before.title, None, "edited in the catalog"))
        return ours


def _merge_ids(before: CatalogEntry, theirs: CatalogEntry, ours: CatalogEntry) -> dict[str, object]:
    """Return the ids with those of the list that changed, unless the catalog has another one of the same kind."""
    ids = dict(ours.ids)
    for kind in before.ids.keys() | theirs.ids.keys():
        one = ThreeWay(kind, before.ids.get(kind), theirs.ids.get(kind), ours.ids.get(kind))
        if isinstance(one.merged, str):
            ids[kind] = one.merged
        else:
            ids.pop(kind, None)
    return {"ids": ids} if ids != ours.ids else {}


def _replace(entry: CatalogEntry, changed: Mapping[str, object]) -> CatalogEntry:
    update = dict(changed)
    names = update.pop("section_names", None)
    if isinstance(names, tuple):
        update |= {"section": names[0], "sections": names if len(names) > 1 else ()}
    return entry.model_copy(update=update)


def _find_new(before: Sequence[_Named], theirs: Sequence[_Named], ours: Sequence[_Named]) -> list[_Named]:
    known = {one.key.casefold() for one in (*before, *ours)}
    return [one for one in theirs if one.key.casefold() not in known]


def _drop_matches(ours: Catalog, removed: Sequence[str]) -> dict[str, dict[str, Match]]:
    gone = set(removed)
    return {
        source: {key: match for key, match in matches.items() if key not in gone}
        for source, matches in ours.matches.items()
    }
