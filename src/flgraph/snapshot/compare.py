"""Compare two snapshots of one catalog: list where what they say of a paper differs too much to be chance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from flgraph.identifiers import name_ids, normalize_title
from flgraph.records import Listing, Paper, Reference, Snapshot

Finding = Literal["citations", "year", "references", "retraction", "authors"]
Value = int | bool | None

_FACTOR: Final = 2
_LEAST: Final = 20
_YEARS: Final = 1


@dataclass(frozen=True)
class Disagreement:
    """A paper of which two snapshots say different things.

    Attributes
    ----------
    key, title : str
        The key of the paper in the catalog, and its title in the first snapshot, else in the second.
    finding : str
        "citations", "year", "references", "retraction" or "authors".
    one, other : int, bool or None
        What each snapshot says: counts, years, whether the paper is retracted, or how many references only this
        snapshot lists. None: it does not say.
    only_one, only_other : tuple of str
        The references that only one snapshot lists, by title, else by id, in order.
    """

    key: str
    title: str
    finding: Finding
    one: Value
    other: Value
    only_one: tuple[str, ...] = ()
    only_other: tuple[str, ...] = ()


def compare_snapshots(one: Snapshot, other: Snapshot) -> list[Disagreement]:
    """List the papers of which two snapshots say different things.

    Small differences are left out, since sources count differently and on different days. What is listed:

    - citation counts apart by a factor of 2 and by at least 20;
    - years apart by more than 1;
    - references that only one side lists, among those that it matched to a work;
    - a retraction that only one side states;
    - different numbers of authors.

    Parameters
    ----------
    one, other : Snapshot
        Snapshots of one catalog, such as those of two sources.

    Returns
    -------
    list of Disagreement
        By key, then in the order above. Papers without a record in one of the snapshots are left out.

    Raises
    ------
    ValueError
        An argument is no snapshot.

    Examples
    --------
    >>> about = {"source": "mine", "taken": "2026-11-23T00:00:00Z", "depth": 0, "catalog_digest": "sha256:0"}
    >>> few = Snapshot(papers={"fedx": Paper(id="1", title="FedX", citation_count=5)}, **about)
    >>> many = Snapshot(papers={"fedx": Paper(id="2", title="FedX", citation_count=50)}, **about)
    >>> [(found.key, found.finding, found.one, found.other) for found in compare_snapshots(few, many)]
    [('fedx', 'citations', 5, 50)]
    """
    for name, given in (("one", one), ("other", other)):
        if not isinstance(given, Snapshot):
            raise ValueError(f"{name} must be a snapshot, found a {type(given).__name__}; read one with read_snapshot")
    works = [_index_works(snapshot) for snapshot in (one, other)]
    return [
        found
        for key in sorted(one.papers.keys() & other.papers.keys())
        for found in _compare_papers(key, one.papers[key], other.papers[key], works)
    ]


def _index_works(snapshot: Snapshot) -> dict[str, str]:
    """Return the key of each record of the catalog by its id at the source."""
    return {id_: key for key, paper in sorted(snapshot.papers.items()) for id_ in paper.record_ids}


def _compare_papers(key: str, one: Paper, other: Paper, works: list[dict[str, str]]) -> Iterator[Disagreement]:
    title = one.title or other.title or key
    counts = one.citation_count, other.citation_count
    if _are_apart(*counts):
        yield Disagreement(key, title, "citations", *counts)
    if one.year is not None and other.year is not None and abs(one.year - other.year) > _YEARS:
        yield Disagreement(key, title, "year", one.year, other.year)
    yield from _compare_references(key, title, (one.references, other.references), works)
    if (one.retracted is True) != (other.retracted is True):
        yield Disagreement(key, title, "retraction", one.retracted, other.retracted)
    people = len(one.authors), len(other.authors)
    if all(people) and people[0] != people[1]:
        yield Disagreement(key, title, "authors", *people)


def _are_apart(one: int | None, other: int | None) -> bool:
    if one is None or other is None:
        return False
    few, many = sorted((one, other))
    return many - few >= _LEAST and many >= _FACTOR * few


def _compare_references(
    key: str, title: str, listings: tuple[Listing, Listing], works: list[dict[str, str]]
) -> Iterator[Disagreement]:
    """Compare two listings; one that failed, was cut or was not asked for says nothing."""
    if any(listing.status in ("failed", "not_asked") or listing.cut_by for listing in listings):
        return
    names = [[_name_reference(line, known) for line in listing.items]
             for listing, known in zip(listings, works, strict=True)]  # fmt: skip
    alone = [_list_alone(listing.items, mine, theirs)
             for listing, mine, theirs in zip(listings, names, reversed(names), strict=True)]  # fmt: skip
    if any(alone):
        said = (len(found) if listing.status == "known" else None
                for listing, found in zip(listings, alone, strict=True))  # fmt: skip
        first, second = said
        yield Disagreement(key, title, "references", first, second, *alone)


def _name_reference(line: Reference, works: Mapping[str, str]) -> frozenset[str]:
    """Return the names of a referenced work: its key in the catalog, its DOI and arXiv id, and its title."""
    own = f"key:{works[line.id]}" if line.id is not None and line.id in works else None
    title = f"title:{normalize_title(line.title)}" if line.title and normalize_title(line.title) else None
    ids = name_ids({kind: value for kind, value in line.ids.items() if kind in ("arxiv", "doi")})
    return frozenset(filter(None, (own, title, *ids)))


def _list_alone(
    lines: Iterable[Reference], mine: Iterable[frozenset[str]], theirs: Iterable[frozenset[str]]
) -> tuple[str, ...]:
    """List the lines that share no name with a line of the other listing; lines without an id are left out.

    A line without an id is a text that the source could not match to a work. None is listed where it may be among the
    lines of the other listing that have an id alone.
    """
    others = list(theirs)
    known = frozenset[str]().union(*others)
    matched = ((line, names) for line, names in zip(lines, mine, strict=True) if line.id or line.ids)
    found = [line for line, names in matched if names and not names & known]
    if len(found) <= sum(not names for names in others):
        return ()
    return tuple(sorted(line.title or next(iter(sorted(line.ids.values())), "") or str(line.id) for line in found))
