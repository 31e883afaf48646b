"""Compare two snapshots of one catalog: list where what they say of a paper differs too much to be chance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from flgraph.identifiers import name_ids, normalize_title
from flgraph.records import Listing, Paper, Reference, Snapshot
from flgraph.snapshot.pairing import follow_keys

Finding = Literal[
    "lost",
    "gained",
    "match",
    "citation_listing",
    "reference_listing",
    "citations",
    "year",
    "references",
    "retraction",
    "authors",
]
Value = int | bool | str | None

_FACTOR: Final = 2
_LEAST: Final = 20
_YEARS: Final = 1


@dataclass(frozen=True)
class Disagreement:
    """A paper of which two snapshots say different things.

    Attributes
    ----------
    key, title : str
        The key of the paper in the catalog, in the second snapshot if the key has moved, and its title in the first
        snapshot, else in the second.
    finding : str
        "lost", "gained", "match", "citation_listing", "reference_listing", "citations", "year", "references",
        "retraction" or "authors".
    one, other : int, bool, str or None
        What each snapshot says: counts, years, whether the paper is retracted, or how many references only this
        snapshot lists. For "lost", "gained" and "match", the id of the record; without one, "failed", "missing",
        "review" or "rejected". For a listing, the number of papers in it, or "failed", "not asked" or "cut by a
        failure". None: it does not say.
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


class Kept(NamedTuple):
    """The number of papers that a later snapshot still matches to the same paper, of those of an earlier one."""

    kept: int
    matched: int

    @property
    def share(self) -> float:
        """Return the share that is kept, from 0 to 1; 1 if there is nothing to keep."""
        return self.kept / self.matched if self.matched else 1.0


def compare_snapshots(one: Snapshot, other: Snapshot) -> list[Disagreement]:
    """List the papers of which two snapshots say different things.

    Small differences are left out, since sources count differently and on different days. What is listed:

    - citation counts apart by a factor of 2 and by at least 20;
    - years apart by more than 1;
    - references that only one side lists, among those that it matched to a work;
    - a retraction that only one side states;
    - different numbers of authors.

    `find_changes` lists what else differs between two snapshots of one source.

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
    _check_snapshots(one, other)
    one = follow_keys(one, other)
    works = [_index_works(snapshot) for snapshot in (one, other)]
    return [
        found
        for key in sorted(one.papers.keys() & other.papers.keys())
        for found in _compare_papers(key, one.papers[key], other.papers[key], works)
    ]


def find_changes(old: Snapshot, new: Snapshot) -> list[Disagreement]:
    """List the papers and listings that a later snapshot of the same source lost, and what it matched anew.

    A paper is lost if it was matched and no longer is, and gained in the reverse case. A gained paper that is retracted
    is also listed as a retraction. A listing of citing or cited papers is lost if the earlier snapshot knows it and the
    later one of the same depth does not, or only up to a failure. Papers that have left the catalog are left out.

    Returns
    -------
    list of Disagreement
        By key; the findings are "lost", "gained", "match", "citation_listing", "reference_listing" and "retraction".

    Raises
    ------
    ValueError
        An argument is no snapshot, or they are of two sources, whose ids cannot be compared.

    Examples
    --------
    >>> about = {"source": "mine", "taken": "2026-11-23T00:00:00Z", "depth": 0, "catalog_digest": "sha256:0"}
    >>> old = Snapshot(papers={"fedx": Paper(id="1", title="FedX")}, **about)
    >>> new = Snapshot(missing=("fedx",), **about)
    >>> [(found.key, found.finding, found.one, found.other) for found in find_changes(old, new)]
    [('fedx', 'lost', '1', 'missing')]
    """
    _check_one_source(old, new)
    old = follow_keys(old, new)
    keys = sorted(old.papers.keys() | new.papers.keys())
    return [found for key in keys for find in (_compare_matches, _find_lost_listings) for found in find(key, old, new)]


def count_kept(old: Snapshot, new: Snapshot) -> Kept:
    """Count the papers of a snapshot that a later one of the same source still matches to the same paper.

    Two records are the same paper if they have an id at the source in common, or the same title. Papers that have left
    the catalog do not count.

    Raises
    ------
    ValueError
        An argument is no snapshot, or they are of two sources, whose ids cannot be compared.

    Examples
    --------
    >>> about = {"source": "mine", "taken": "2026-11-23T00:00:00Z", "depth": 0, "catalog_digest": "sha256:0"}
    >>> old = Snapshot(papers={"fedx": Paper(id="1", title="FedX"), "fedy": Paper(id="2", title="FedY")}, **about)
    >>> new = Snapshot(papers={"fedx": Paper(id="1", title="FedX")}, **about)
    >>> count_kept(old, new).share
    0.5
    """
    _check_one_source(old, new)
    old = follow_keys(old, new)
    keys = [key for key in old.papers if not _has_left(key, old, new)]
    return Kept(sum(_is_same_paper(old.papers[key], new.papers.get(key)) for key in keys), len(keys))


def _check_one_source(old: Snapshot, new: Snapshot) -> None:
    _check_snapshots(old, new)
    if old.source != new.source:
        raise ValueError(f"the snapshots must be of one source, found {old.source} and {new.source}")


def _check_snapshots(one: Snapshot, other: Snapshot) -> None:
    for name, given in (("one", one), ("other", other)):
        if not isinstance(given, Snapshot):
            raise ValueError(f"{name} must be a snapshot, found a {type(given).__name__}; read one with read_snapshot")


def _has_left(key: str, old: Snapshot, new: Snapshot) -> bool:
    """Return whether a paper is no longer in the catalog of the later snapshot, which then does not name it."""
    is_named = key in new.papers or key in new.matches or key in new.missing or key in new.failed
    return not is_named and old.catalog_digest != new.catalog_digest


def _is_same_paper(one: Paper, other: Paper | None) -> bool:
    if other is None:
        return False
    has_title = one.title and other.title and normalize_title(one.title)
    is_titled = bool(has_title) and normalize_title(one.title or "") == normalize_title(other.title or "")
    return is_titled or not set(one.record_ids).isdisjoint(other.record_ids)


def _compare_matches(key: str, old: Snapshot, new: Snapshot) -> Iterator[Disagreement]:
    """Compare the matches of a paper in two snapshots of one source."""
    before, after = old.papers.get(key), new.papers.get(key)
    if before is not None and after is not None:
        if before.id != after.id:
            yield Disagreement(key, before.title or after.title or key, "match", before.id, after.id)
    elif before is not None and not _has_left(key, old, new):
        yield Disagreement(key, before.title or key, "lost", before.id, _find_status(key, new))
    elif after is not None:
        yield Disagreement(key, after.title or key, "gained", _find_status(key, old), after.id)
        if after.retracted:
            yield Disagreement(key, after.title or key, "retraction", None, True)


def _find_lost_listings(key: str, old: Snapshot, new: Snapshot) -> Iterator[Disagreement]:
    """Yield the listings of a paper that the earlier snapshot knows and the later one lacks."""
    before, after = old.papers.get(key), new.papers.get(key)
    if before is None or after is None or new.depth < old.depth:
        return
    title = before.title or after.title or key
    if lack := _find_lack(before.citations, after.citations):
        yield Disagreement(key, title, "citation_listing", len(before.citations.items), lack)
    if lack := _find_lack(before.references, after.references):
        yield Disagreement(key, title, "reference_listing", len(before.references.items), lack)


def _find_lack(before: Listing, after: Listing) -> str | None:
    """Return why a listing is no longer known, or None if it is or was not."""
    if before.status != "known":
        return None
    if after.status in ("failed", "not_asked"):
        return after.status.replace("_", " ")
    return "cut by a failure" if after.cut_by == "failure" and before.cut_by != "failure" else None


def _find_status(key: str, snapshot: Snapshot) -> str | None:
    """Return why a snapshot has no record of a paper, or None if it does not name the paper."""
    if key in snapshot.failed:
        return "failed"
    match = snapshot.matches.get(key)
    if match is not None and match.status != "accepted":
        return match.status
    return "missing" if key in snapshot.missing else None


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
