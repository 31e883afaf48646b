"""Make a catalog of the reading of a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final, get_args

from flgraph.catalog.list_names import KnownKeys, make_keys, name_sections, split_authors
from flgraph.catalog.list_works import ListedWork, group_works
from flgraph.checks import show_value
from flgraph.errors import CatalogError
from flgraph.identifiers import codebase_from_url, find_acronym, is_preprint, normalize_title, slug
from flgraph.lists.entries import ListEntry, ListField, ListReading, Origin
from flgraph.lists.writing.base_entries import name_file
from flgraph.memory import pause_collector
from flgraph.records import (
    Catalog,
    CatalogEntry,
    CodebaseEntry,
    CodebaseUse,
    DatasetEntry,
    Material,
    MaterialKind,
    PersonName,
)

_FIRST_YEAR: Final = 1800
_LAST_YEAR: Final = 2200
_LONGEST_KEY: Final = 60
_SURNAME_FIRST: Final = frozenset({"bibtex", "ris"})
_WEB: Final = ("https://", "http://")
_OUTSIDE: Final[Mapping[Origin | None, str]] = {"heading": "heading of the list", "parent": "list item above"}


@dataclass(frozen=True)
class ImportedRow:
    """A row of a list with the key of its work."""

    key: str
    row: ListEntry


def catalog_from_list(reading: ListReading, *, title: str | None = None) -> Catalog:
    r"""Make a catalog of the reading of a list, without writing anything.

    Parameters
    ----------
    reading : ListReading
        What `read_list` returns.
    title : str or None
        The title of the catalog; None is the first heading of the list, else its file name.

    Returns
    -------
    Catalog
        One entry for each work, in the order of the list. A work that stands in several sections has all of them.
        Ids are those of its links, if they agree; `doubts` says where they do not. Authors are unknown if the list
        names only some of them. Datasets are rows that lead to data, codebases are repositories of papers.

    Raises
    ------
    CatalogError
        The list names no paper.

    Examples
    --------
    >>> path = folder / "README.md"
    >>> text = "# My list\n## Surveys\n- [An invented survey of learning](https://arxiv.org/abs/2912.00001) 2021\n"
    >>> _ = path.write_text(text)
    >>> entry = catalog_from_list(read_list(path)).entries[0]
    >>> entry.key, entry.section, dict(entry.ids)
    ('invented-survey-learning-2021', 'Surveys', {'arxiv': '2912.00001'})
    """
    return import_reading(reading, title=title)[0]


@pause_collector()
def import_reading(
    reading: ListReading, *, title: str | None = None, known: KnownKeys | None = None
) -> tuple[Catalog, list[ImportedRow]]:
    """Make a catalog of a list, and say which entry each row belongs to; works of `known` keep their keys."""
    works = group_works(reading.papers)
    if not works:
        remedy = "name a file that lists papers with their titles and links"
        raise CatalogError(f"{reading.path}: no paper was found in this list; {remedy}")
    keys = make_keys(works, known)
    name = find_list_title(reading)
    is_surname_first = reading.form in _SURNAME_FIRST
    sections = name_sections(dict.fromkeys(_find_path(row, name) for work in works for row in work.rows))
    codebases: dict[str, CodebaseEntry] = {}
    entries = []
    for key, work in zip(keys, works, strict=True):
        placed = dict.fromkeys(sections[_find_path(row, name)] for row in work.rows)
        uses = tuple(_use_codebases(work, codebases))
        entries.append(_make_entry(key, work, tuple(placed), uses, surname_first=is_surname_first))
    datasets = tuple(_make_datasets(entry for entry in reading.entries if entry.kind == "data"))
    catalog = Catalog(
        title=title or name, entries=tuple(entries), datasets=datasets, codebases=tuple(codebases.values())
    )
    owners = {id(row): key for key, work in zip(keys, works, strict=True) for row in work.rows}
    return catalog, [ImportedRow(owners[id(row)], row) for row in reading.papers]


def find_list_title(reading: ListReading) -> str:
    """Return the first heading above an entry of a list, else the name of its file."""
    first = next((entry.section[0] for entry in reading.entries if entry.section and entry.section[0].strip()), None)
    path = PurePath(reading.path)
    return first or path.stem or path.name or "untitled"


def _find_path(row: ListEntry, title: str) -> tuple[str, ...]:
    """Return the file and the headings of a row, for its section; a row below no heading is below the title."""
    headings = tuple(heading for heading in row.section if heading.strip())
    return (name_file(row.path), *(headings or (title,)))


# --- one entry -------------------------------------------------------------------------------------------


def _make_entry(
    key: str, work: ListedWork, sections: tuple[str, ...], codebases: tuple[CodebaseUse, ...], *, surname_first: bool
) -> CatalogEntry:
    first = work.rows[0]
    urls = list(dict.fromkeys(row.url for row in work.rows if row.url))
    url = next(filter(_is_web, urls), None)
    dated, published = _find_dated(work.rows), _find_published(work.rows)
    named = (split_authors(row.authors or "", surname_first=surname_first) for row in work.rows)
    return CatalogEntry(
        key=key,
        title=first.title,
        section=sections[0],
        sections=sections if len(sections) > 1 else (),
        venue=published.venue if published else None,
        url=url,
        materials=tuple(_list_materials(work, url)),
        year=dated.year if dated else None,
        acronym=find_acronym(first.title),
        ids=work.ids,
        authors=tuple(PersonName(name=name) for name in next(filter(None, named), ())),
        codebases=codebases,
        doubts=(*work.doubts, *(_doubt_address(one) for one in urls if not _is_web(one))),
        sources=_say_sources({"venue": published, "year": dated}),
    )


def _is_web(url: str) -> bool:
    return url.startswith(_WEB)


def _doubt_address(url: str) -> str:
    return f"The link {show_value(url)} is not a web address."


def _find_dated(rows: Sequence[ListEntry]) -> ListEntry | None:
    return next((row for row in rows if row.year and _FIRST_YEAR <= row.year <= _LAST_YEAR), None)


def _find_published(rows: Sequence[ListEntry]) -> ListEntry | None:
    """Return the first row with a venue; one that names a preprint server gives way to any other."""
    named = [row for row in rows if row.venue and row.venue.strip()]
    return next((row for row in named if not is_preprint(row.venue or "")), named[0] if named else None)


def _say_sources(rows: Mapping[ListField, ListEntry | None]) -> dict[str, tuple[str]]:
    """Return the evidence of fields that a list states outside of the row.

    It names no line: the next edit of the list would change that, and with it all entries below.
    """
    origins = {field: row.origins.get(field) for field, row in rows.items() if row is not None}
    return {field: (_OUTSIDE[origin],) for field, origin in origins.items() if origin in _OUTSIDE}


def _list_materials(work: ListedWork, url: str | None) -> Iterator[Material]:
    """Yield the links beside a work, each address once, then the links of its other rows."""
    seen = {url}
    links = [(link.label, link.url, link.kind) for row in work.rows for link in row.links]
    links += [("", row.url, "paper") for row in work.rows if row.url]
    for label, address, kind in links:
        if address not in seen and _is_web(address):
            seen.add(address)
            known: MaterialKind = kind if kind in get_args(MaterialKind) else "other"  # type: ignore[assignment]
            yield Material(label=label if label.strip() else kind, url=address, kind=known)


# --- codebases and datasets ------------------------------------------------------------------------------


def _use_codebases(work: ListedWork, codebases: dict[str, CodebaseEntry]) -> Iterator[CodebaseUse]:
    """Yield the repositories of a work, each once; add new ones to `codebases`, by their key in lower case."""
    seen = set()
    for link in (link for row in work.rows for link in row.links if link.kind == "code"):
        found = codebase_from_url(link.url)
        if found is None or found[0].casefold() in seen:
            continue
        key, subpath = found
        seen.add(key.casefold())
        known = codebases.setdefault(key.casefold(), CodebaseEntry(key=key, url=f"https://{key}"))
        yield CodebaseUse(key=known.key, subpath=subpath)


def _make_datasets(rows: Iterable[ListEntry]) -> Iterator[DatasetEntry]:
    """Yield one dataset for each different title."""
    titles: set[str] = set()
    keys: set[str] = set()
    for row in rows:
        name = normalize_title(row.title)
        if name and name not in titles:
            titles.add(name)
            key = _make_free(slug(row.title[:_LONGEST_KEY])[:_LONGEST_KEY].strip("-"), keys)
            keys.add(key)
            yield DatasetEntry(key=key, name=row.title, homepage=row.url if row.url and _is_web(row.url) else None)


def _make_free(base: str, taken: set[str]) -> str:
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name
