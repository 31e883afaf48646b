"""Read the works of any list, a catalog folder included, so that they can be compared."""

from __future__ import annotations

from pathlib import Path

from flgraph.catalog.reader import read_catalog
from flgraph.catalog.refuted import drop_refuted, find_refuted, list_own_ids
from flgraph.errors import CatalogError
from flgraph.identifiers import ids_from_url, name_ids
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
        section=(entry.section,),
        path=path,
    )
