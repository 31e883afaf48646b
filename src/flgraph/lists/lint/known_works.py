"""Find what is known of a work by its address: in a catalog, in a snapshot, in the list itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flgraph.identifiers import clean_arxiv, clean_doi, ids_from_url, join_words, judge_arxiv, name_id, name_ids
from flgraph.lists.entries import ListEntry, ListReading
from flgraph.lists.lint.link_judges import find_wrong_arxiv
from flgraph.lists.writing.row_filling import NewWork
from flgraph.records import Catalog, CatalogEntry, Paper, Snapshot


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a work and the ids that it names, as "kind:value"."""

    url: str
    ids: frozenset[str]


def read_address(text: str) -> Address:
    """Return the address of a work that is given as a URL, a DOI or an arXiv id.

    Raises
    ------
    ValueError
        The text is neither, or holds an arXiv id that cannot exist.

    Examples
    --------
    >>> read_address("arXiv:2912.00001").url
    'https://arxiv.org/abs/2912.00001'
    """
    text = text.strip()
    if text.startswith(("https://", "http://")):
        if wrong := find_wrong_arxiv(text):
            raise ValueError(f"no arXiv id can be {wrong.id}: {wrong.reason}; correct the address")
        return Address(text, name_ids(ids_from_url(text)))
    if arxiv := clean_arxiv(text):
        if reason := judge_arxiv(arxiv):
            raise ValueError(f"no arXiv id can be {arxiv}: {reason}; correct it")
        return Address(f"https://arxiv.org/abs/{arxiv}", frozenset({name_id("arxiv", arxiv)}))
    if doi := clean_doi(text):
        return Address(f"https://doi.org/{doi}", frozenset({name_id("doi", doi)}))
    raise ValueError(f"{text!r} is not a URL, DOI or arXiv id; write one like https://arxiv.org/abs/2102.07623")


def find_known_work(
    address: Address, *, catalog: Catalog | None = None, snapshot: Snapshot | None = None
) -> NewWork | None:
    """Find a work by its address in a catalog, else in a snapshot; return None if neither has it.

    Examples
    --------
    >>> entry = CatalogEntry(key="learn", title="A way to learn", section="Papers", ids={"arxiv": "2912.00001"})
    >>> catalog = Catalog(title="Mine", entries=(entry,))
    >>> find_known_work(read_address("2912.00001"), catalog=catalog).title
    'A way to learn'
    """
    for entry in catalog.entries if catalog else ():
        if (entry.url and entry.url == address.url) or name_ids(entry.ids) & address.ids:
            return _make_of_entry(entry, address.url)
    papers = [*snapshot.papers.values(), *snapshot.context.values()] if snapshot else []
    found = next((paper for paper in papers if paper.title and name_ids(paper.ids) & address.ids), None)
    return _make_of_paper(found, address.url) if found else None


def find_held(reading: ListReading, work: NewWork) -> ListEntry | None:
    """Return the row of a list that holds a work already, by its address, an id or its title."""
    ids = name_ids(ids_from_url(work.url or ""))
    title = join_words(work.title)
    for entry in reading.papers:
        is_same = (work.url is not None and entry.url == work.url) or name_ids(entry.ids) & ids
        if is_same or (title and join_words(entry.title) == title):
            return entry
    return None


def fill_in(work: NewWork, given: Mapping[str, object]) -> NewWork:
    """Return a work with the values that are given; None leaves what is known."""
    return replace(work, **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def _make_of_entry(entry: CatalogEntry, url: str) -> NewWork:
    code = next((material.url for material in entry.materials if material.kind == "code"), None)
    authors = _join_names(author.name for author in entry.authors)
    return NewWork(title=entry.title, url=url, venue=entry.venue, year=entry.year, authors=authors, code=code)


def _make_of_paper(paper: Paper, url: str) -> NewWork:
    authors = _join_names(author.name for author in paper.authors)
    return NewWork(title=paper.title or "", url=url, venue=paper.venue or None, year=paper.year, authors=authors)


def _join_names(names: Iterable[str]) -> str | None:
    return ", ".join(names) or None
