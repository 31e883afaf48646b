"""Define the works of a list as other lists see them: titles, ids and places, whatever form the list has."""

from __future__ import annotations

from dataclasses import dataclass

from flgraph.identifiers import ids_from_url, name_ids
from flgraph.lists.entries import ListEntry, ListReading


@dataclass(frozen=True, slots=True)
class Work:
    """A work in one place of a list; None is what the list does not say.

    `titles` are the title as listed and others that the list gives for the same work. `ids` are as `name_id` writes
    them, such as "arxiv:2102.07623". `authors` are as written. `path` and `line` say where it stands.
    """

    titles: tuple[str, ...]
    ids: frozenset[str] = frozenset()
    url: str | None = None
    venue: str | None = None
    year: int | None = None
    authors: str | None = None
    section: tuple[str, ...] = ()
    path: str = ""
    line: int | None = None

    @property
    def title(self) -> str:
        """The title as listed."""
        return self.titles[0]


@dataclass(frozen=True, slots=True)
class WorkList:
    """The works of a list, in its order; one that is in several places occurs several times."""

    name: str
    works: tuple[Work, ...]


def list_works(reading: ListReading) -> WorkList:
    """Return the papers of a list as works.

    Examples
    --------
    >>> from flgraph.lists.reading import parse_list
    >>> reading = parse_list(b"- Synthetic learning of nothing [[paper]](https://arxiv.org/abs/2912.00001)")
    >>> [(work.title, sorted(work.ids)) for work in list_works(reading).works]
    [('Synthetic learning of nothing', ['arxiv:2912.00001'])]
    """
    return WorkList(reading.path, tuple(_make_work(entry) for entry in reading.papers if entry.title.strip()))


def _make_work(entry: ListEntry) -> Work:
    urls = [entry.url, *(link.url for link in entry.links if link.kind == "paper")]
    ids = (entry.ids, *(ids_from_url(url) for url in urls if url))
    return Work(
        titles=(entry.title,),
        ids=frozenset().union(*map(name_ids, ids)),
        url=entry.url,
        venue=entry.venue,
        year=entry.year,
        authors=entry.authors,
        section=entry.section,
        path=entry.path,
        line=entry.line,
    )
