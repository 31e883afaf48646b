"""Read the works of any list, a catalog folder included, for comparisons, and make catalogs of compared works."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flgraph.catalog.authors import list_authors
from flgraph.catalog.list_catalog import catalog_from_list
from flgraph.catalog.reader import read_catalog
from flgraph.catalog.refuted import drop_refuted, find_refuted, list_own_ids
from flgraph.errors import CatalogError
from flgraph.identifiers import ids_from_url, name_ids
from flgraph.lists.entries import ListEntry, ListReading
from flgraph.lists.reading import read_list
from flgraph.lists.works import Work, WorkList, list_works
from flgraph.records import Catalog, CatalogEntry


def catalog_works(catalog: Catalog, *, name: str | None = None) -> WorkList:
    """Return the papers of a catalog as works; without ids and links that the catalog refutes.

    Parameters
    ----------
    catalog : Catalog
        A catalog of `read_catalog`.
    name : str or None
        The name of the list in a comparison; None is the title of the catalog.

    Examples
    --------
    >>> len(catalog_works(read_catalog()).works)
    56
    """
    named = catalog.title if name is None else name
    return WorkList(named, tuple(_make_work(entry, catalog, named) for entry in catalog.entries))


def read_works(path: str | Path) -> WorkList:
    """Read the works of a list: a catalog folder, or anything that `read_list` reads.

    Raises
    ------
    CatalogError
        The catalog has errors, or the list cannot be read.

    Examples
    --------
    >>> len(read_works(find_bundled_catalog()).works)
    56
    """
    path = Path(path)
    if (path / "papers.yaml").exists():
        return catalog_works(read_catalog(path), name=str(path))
    try:
        return list_works(read_list(path))
    except OSError as error:
        raise CatalogError(f"{path}: cannot be read ({error.strerror})") from error


def catalog_of_works(works: Iterable[Work], *, title: str) -> Catalog:
    """Make a catalog of works, such as those that a list lacks, for an export.

    Parameters
    ----------
    works : iterable of Work
        Works that differ, such as `ComparedWork.merge` returns.
    title : str
        The title of the catalog.

    Examples
    --------
    >>> work = Work(("A way to learn",), frozenset({"arxiv:2912.00001"}), year=2031)
    >>> print(format_ris(build_graph(catalog_of_works([work], title="Missing"))).splitlines()[0])
    TY  - UNPB
    """
    rows = tuple(_make_row(number, work) for number, work in enumerate(works))
    if not rows:
        return Catalog(title=title, entries=())
    return catalog_from_list(ListReading(title, "markdown", b"", rows), title=title)


def _make_row(number: int, work: Work) -> ListEntry:
    return ListEntry(
        kind="paper",
        title=work.title,
        url=work.url,
        section=work.section,
        line=work.line or 1,
        span=(0, 0),
        unit=number,
        venue=work.venue,
        year=work.year,
        authors=work.authors,
        ids=dict(name.split(":", 1) for name in sorted(work.ids, reverse=True)),
        path=work.path,
    )


def _make_work(entry: CatalogEntry, catalog: Catalog, path: str) -> Work:
    refuted = find_refuted(entry, [by_key[entry.key] for by_key in catalog.matches.values() if entry.key in by_key])
    own = drop_refuted(entry, refuted)
    linked = (ids_from_url(material.url) for material in own.materials if material.kind == "paper")
    ids = list_own_ids(own).union(*map(name_ids, linked)) - refuted.keys()
    return Work(
        titles=(entry.title, *([entry.published.title] if entry.published.title else [])),
        ids=frozenset(ids),
        url=own.url,
        venue=entry.published.venue or entry.venue,
        year=entry.year,
        authors="; ".join(person.name for person in list_authors(entry).values()) or None,
        section=(entry.section,),
        path=path,
    )
