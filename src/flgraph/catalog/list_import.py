"""Import a list to a catalog folder, which keeps the list's own bytes and what was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flgraph.catalog.kept_lists import (
    collect_base_keys,
    join_readings,
    read_base,
    read_kept_list,
    write_kept_list,
)
from flgraph.catalog.list_catalog import find_list_title, import_reading
from flgraph.catalog.reader import read_catalog
from flgraph.catalog.writer import write_catalog
from flgraph.catalog.yaml_files import is_there
from flgraph.checks import format_count
from flgraph.errors import CatalogError
from flgraph.identifiers import slug
from flgraph.lists.entries import ListReading
from flgraph.lists.reading import read_list
from flgraph.lists.writing.base_entries import BaseEntry
from flgraph.records import Catalog


@dataclass(frozen=True, repr=False)
class ImportReport:
    """What an import read and wrote: `works` counts each paper once, `others` are rows that are not papers."""

    folder: Path
    catalog: Catalog
    reading: ListReading
    written: tuple[Path, ...] = ()

    def __repr__(self) -> str:
        counts = f"{format_count(self.papers, 'row')}, {format_count(self.works, 'work')}"
        return f"ImportReport: {counts}; {format_count(len(self.written), 'file')} of {self.folder} written"

    @property
    def papers(self) -> int:
        """The number of rows that are papers."""
        return len(self.reading.papers)

    @property
    def works(self) -> int:
        """The number of entries of the catalog."""
        return len(self.catalog.entries)

    @property
    def others(self) -> int:
        """The number of rows that are not papers: code, data, videos, contents and so on."""
        return len(self.reading.entries) - self.papers


def import_list(
    path: str | Path | Sequence[str | Path],
    folder: str | Path | None = None,
    *,
    title: str | None = None,
    dry_run: bool = False,
) -> ImportReport:
    r"""Import a list to a catalog folder.

    Parameters
    ----------
    path : str, Path or sequence of them
        A list, a folder of lists, or several lists that become one catalog: whatever `read_list` reads.
    folder : str, Path or None
        The folder of the catalog, which is created if it does not exist. None is a folder here, named after the title.
        Beside the files of `write_catalog` it receives the bytes of the list (`list.md`, or another ending) and what
        was read (`list.jsonl`).
    title : str or None
        The title of the catalog; None is the first heading of the list.
    dry_run : bool
        Write nothing.

    Returns
    -------
    ImportReport
        The catalog, the reading, and the files whose content changed.

    Raises
    ------
    CatalogError
        The list names no paper; or the folder holds another catalog, or one that was edited since its import.
    OutputError
        A file cannot be written.

    Examples
    --------
    >>> path = folder / "README.md"
    >>> text = "# My list\n## Surveys\n- [An invented survey of learning](https://arxiv.org/abs/2912.00001) 2021\n"
    >>> _ = path.write_text(text)
    >>> report = import_list(path, folder / "my-list")
    >>> report.papers, report.works, [path.name for path in report.written]
    (1, 1, ['catalog.yaml', 'papers.yaml', 'list.jsonl', 'list.md'])
    """
    reading = read_lists([path] if isinstance(path, str | Path) else path)
    folder = Path(slug(title or find_list_title(reading)) if folder is None else folder)
    rows = read_base(folder)
    catalog, placed = import_reading(reading, title=title, known=collect_base_keys(rows))
    if is_there(folder / "papers.yaml"):
        catalog = _keep_vocabularies(catalog, _check_earlier(folder, rows, catalog, reading))
    if dry_run:
        return ImportReport(folder, catalog, reading)
    kept = write_kept_list(folder, reading, placed)  # first: a list without a catalog can be imported again
    written = [*write_catalog(catalog, folder), *kept]
    return ImportReport(folder, catalog, reading, tuple(written))


def read_lists(paths: Sequence[str | Path]) -> ListReading:
    """Read several lists as one; a single one is read as it is."""
    if not paths:
        raise CatalogError("no list to read; name at least one file")
    return join_readings([read_list(path) for path in paths])


# --- an earlier import -----------------------------------------------------------------------------------


def _check_earlier(folder: Path, rows: Sequence[BaseEntry], catalog: Catalog, now: ListReading) -> Catalog:
    """Return the catalog in a folder; raise `CatalogError` if an import would lose what people wrote in it."""
    earlier = read_catalog(folder)
    if not rows:
        raise CatalogError(
            f"{folder}: contains a catalog that was not imported from a list; choose another folder with -o"
        )
    old, new = {row.key for row in rows}, {entry.key for entry in catalog.entries}
    if 2 * len(old & new) < min(len(old), len(new)):  # two lists of one field share some papers
        raise CatalogError(f"{folder}: contains the catalog of another list; choose another folder with -o")
    kept = read_kept_list(folder, rows, known=now)
    if kept is None or import_reading(kept, known=collect_base_keys(rows))[0].entries != earlier.entries:
        raise CatalogError(
            f"{folder}: was edited since it was imported, and an import would undo that; run "
            f"`flgraph sync {now.path} -o {folder}`"
        )
    return earlier


def _keep_vocabularies(catalog: Catalog, earlier: Catalog) -> Catalog:
    """Return a catalog with what a list cannot say: the topics, venues, matches and facets of an earlier one."""
    kept = {name: getattr(earlier, name) for name in ("topics", "venues", "matches", "facets")}
    return catalog.model_copy(update=kept)
