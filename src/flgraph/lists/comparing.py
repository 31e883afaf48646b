"""Compare lists by work: what several lists share, what one lacks, and where their titles and links disagree.

All titles of all lists are grouped at once, so that the result does not depend on the order of the lists. Titles are
one work if they are equal after normalization; if they differ only in hyphens and blanks; if they share an id and
resemble each other; or if they differ only in spelling and no id disagrees. One id on titles that do not resemble each
other is often a wrong link, so it does not make them one work; such pairs are reported.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from networkx.utils import UnionFind
from rapidfuzz import fuzz

from flgraph.identifiers import compare_titles, is_preprint, join_words, normalize_title
from flgraph.lists.entries import ListReading
from flgraph.lists.works import Work, WorkList, list_works

_MOST_TITLES_OF_AN_ID: Final = 20  # an id on more titles than that identifies nothing
_MOST_SHARING_A_WORD: Final = 30
_RAREST_WORDS: Final = 3
_STEM: Final = 5
_NEAR_RATIO: Final = 95  # that of `TitleComparison.is_near`
_LONGEST_TITLE: Final = 1_000  # longer ones are compared for equality only: a comparison takes their product
_YEARS_APART: Final = 2
_RENAMED_SCORE: Final = 66  # of 118 pairs of titles with one id in five lists, none above that were two works


@dataclass(frozen=True, slots=True)
class ComparedWork:
    """A work and its places in each of the compared lists; a list that lacks it has none."""

    places: tuple[tuple[Work, ...], ...]

    @property
    def first(self) -> Work:
        """The first place of the work, in the first list that has it."""
        return next(place for listed in self.places for place in listed)

    @property
    def title(self) -> str:
        """The title of the first place."""
        return self.first.title

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all places."""
        return frozenset(name for listed in self.places for place in listed for name in place.ids)

    @property
    def list_count(self) -> int:
        """The number of lists that have the work."""
        return sum(map(bool, self.places))

    def merge(self) -> Work:
        """Return what the lists say of the work together: the first of each field, and the ids that agree.

        Venue and year are those of one place: a preprint and its publication may differ in both. A place that names a
        venue comes first, unless it is a preprint server.
        """
        places = [place for listed in self.places for place in listed]
        dated = min(
            places, key=lambda place: (not place.venue or is_preprint(place.venue), not (place.venue or place.year))
        )
        groups = _group_ids(_join_ids(places)).values()
        return replace(
            self.first,
            titles=tuple(dict.fromkeys(title for place in places for title in place.titles)),
            ids=frozenset(name for names in groups if len(names) == 1 for name in names),
            url=next((place.url for place in places if place.url), None),
            venue=dated.venue,
            year=dated.year,
            authors=next((place.authors for place in places if place.authors), None),
        )

    def has_other_title(self, one: int = 0, other: int = 1) -> bool:
        """Return whether two lists have the work, and no title of it in common."""
        return all(self.places[number] for number in (one, other)) and _names(self.places[one]).isdisjoint(
            _names(self.places[other])
        )

    def has_other_link(self, one: int = 0, other: int = 1) -> bool:
        """Return whether the ids of a kind that two lists give for the work are all different."""
        ours, theirs = (_group_ids(_join_ids(self.places[number])) for number in (one, other))
        return _disagree(ours, theirs)


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many works two lists share and each has alone.

    `other_titles` and `other_links` count those of both whose titles, or ids of one kind, all differ.
    """

    both: int
    only_mine: int
    only_theirs: int
    other_titles: int
    other_links: int


@dataclass(frozen=True, slots=True)
class SharedId:
    """An id of two works whose titles do not resemble each other: a wrong link, or one work that was renamed."""

    id: str
    works: tuple[ComparedWork, ComparedWork]

    @property
    def is_mine(self) -> bool:
        """Whether the first list has one of the works."""
        return any(work.places[0] for work in self.works)

    @property
    def is_only_mine(self) -> bool:
        """Whether no list but the first has one of the works."""
        return not any(any(work.places[1:]) for work in self.works)


@dataclass(frozen=True, repr=False)
class ListComparison:
    """The works of several lists: those of the first list in its order, then the others in theirs."""

    names: tuple[str, ...]
    works: tuple[ComparedWork, ...]
    shared_ids: tuple[SharedId, ...] = ()

    def __repr__(self) -> str:
        counts = f"both {len(self.both)}, only mine {len(self.only_mine)}, only theirs {len(self.only_theirs)}"
        return f"ListComparison of {', '.join(self.names)}: {counts}"

    @property
    def both(self) -> list[ComparedWork]:
        """The works that the first list and at least one other have."""
        return [work for work in self.works if work.places[0] and work.list_count > 1]

    @property
    def only_mine(self) -> list[ComparedWork]:
        """The works that only the first list has."""
        return [work for work in self.works if work.places[0] and work.list_count == 1]

    @property
    def only_theirs(self) -> list[ComparedWork]:
        """The works that the first list lacks."""
        return [work for work in self.works if not work.places[0]]

    @property
    def other_titles(self) -> list[ComparedWork]:
        """The works of `both` whose title in the first list no other list has."""
        return [work for work in self.both if any(map(work.has_other_title, *self._pairs))]

    @property
    def other_links(self) -> list[ComparedWork]:
        """The works of `both` where an id of the first list and that of another disagree."""
        return [work for work in self.both if any(map(work.has_other_link, *self._pairs))]

    @property
    def _pairs(self) -> tuple[list[int], list[int]]:
        others = list(range(1, len(self.names)))
        return [0] * len(others), others

    def find_missing(self, *, least: int = 1) -> list[ComparedWork]:
        """Return the works that the first list lacks and at least so many others have, those of most lists first."""
        lacking = [work for work in self.only_theirs if work.list_count >= least]
        return sorted(lacking, key=lambda work: -work.list_count)

    def count_overlap(self, other: int = 1) -> Overlap:
        """Count what the first list and another share; `other` is its number, from 1."""
        mine = [work for work in self.works if work.places[0]]
        both = [work for work in mine if work.places[other]]
        return Overlap(
            both=len(both),
            only_mine=len(mine) - len(both),
            only_theirs=sum(bool(work.places[other]) for work in self.works) - len(both),
            other_titles=sum(work.has_other_title(0, other) for work in both),
            other_links=sum(work.has_other_link(0, other) for work in both),
        )


def compare_lists(mine: ListReading | WorkList, *others: ListReading | WorkList) -> ListComparison:
    """Compare a list with others by work; a work that a list has in several places counts once.

    Parameters
    ----------
    mine : ListReading or WorkList
        The list whose view the comparison takes: a reading of `read_list`, or works of another source.
    *others : ListReading or WorkList
        The lists to compare it with.

    Returns
    -------
    ListComparison
        Works in the order of the lists. The same works result from any order of the lists.

    Examples
    --------
    >>> from flgraph.lists.reading import parse_list
    >>> mine = parse_list(b"- [Synthetic learning of nothing](https://arxiv.org/abs/2912.00001)", name="a.md")
    >>> other = parse_list(b"- [Synthetic learning of nothing!](https://arxiv.org/pdf/2912.00001v2)", name="b.md")
    >>> compare_lists(mine, other).count_overlap()
    Overlap(both=1, only_mine=0, only_theirs=0, other_titles=0, other_links=0)
    """
    lists = [given if isinstance(given, WorkList) else list_works(given) for given in (mine, *others)]
    if len(lists) < 2:
        raise ValueError("name at least one list to compare with")
    titles = _collect_titles(lists)
    groups: UnionFind[str] = UnionFind(titles)
    for name, title in titles.items():
        for other in title.others:
            groups.union(name, other)
    _join_by_letters(titles, groups)
    unlike = _join_by_id(titles, groups)
    _join_by_spelling(titles, groups)
    works = _gather(lists, groups)
    shared = dict.fromkeys((one, groups[left], groups[right]) for one, left, right in unlike)
    return ListComparison(
        tuple(listed.name for listed in lists),
        tuple(works.values()),
        tuple(SharedId(one, (works[left], works[right])) for one, left, right in shared if left != right),
    )


# --- titles ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Title:
    """A normalized title: how it is written, its places, their ids, and their other titles."""

    written: str
    places: list[Work]
    ids: set[str]
    others: set[str]


def _collect_titles(lists: Sequence[WorkList]) -> dict[str, _Title]:
    """Return what the lists say of each normalized title, in the order of the titles."""
    titles: dict[str, _Title] = {}
    for work in (work for listed in lists for work in listed.works):
        names = _names([work])
        for written in work.titles:
            title = titles.setdefault(normalize_title(written), _Title(written, [], set(), set()))
            title.written = min(title.written, written)  # whichever list comes first
            title.places.append(work)
            title.ids |= work.ids
            title.others |= names
    return dict(sorted(titles.items()))


def _names(places: Iterable[Work]) -> set[str]:
    return {normalize_title(title) for place in places for title in place.titles}


def _join_by_letters(titles: Mapping[str, _Title], groups: UnionFind[str]) -> None:
    """Join titles that differ only in hyphens and blanks, unless both their ids and their years disagree."""
    written: dict[str, list[str]] = defaultdict(list)
    for name in titles:
        written[join_words(name)].append(name)
    for names in written.values():
        for left, right in combinations(names[:_MOST_TITLES_OF_AN_ID], 2):
            one, other = titles[left], titles[right]
            if not (_disagree(_group_ids(one.ids), _group_ids(other.ids)) and _are_years_apart(one, other)):
                groups.union(left, right)


def _are_years_apart(one: _Title, other: _Title) -> bool:
    """Return whether all years of two titles are known to differ by more than a preprint and its publication do."""
    ours, theirs = ([place.year for place in title.places if place.year] for title in (one, other))
    return bool(ours and theirs) and min(abs(left - right) for left in ours for right in theirs) > _YEARS_APART


def _join_by_id(titles: Mapping[str, _Title], groups: UnionFind[str]) -> list[tuple[str, str, str]]:
    """Join titles that share an id and resemble each other; return the id and the titles of the other pairs."""
    by_id: dict[str, list[str]] = defaultdict(list)
    for name, title in titles.items():
        for one in title.ids:
            by_id[one].append(name)
    unlike = []
    for one, names in sorted(by_id.items()):
        for left, right in combinations(names[:_MOST_TITLES_OF_AN_ID], 2):
            if _resemble(titles[left].written, titles[right].written):
                groups.union(left, right)
            else:
                unlike.append((one, left, right))
    return unlike


def _resemble(left: str, right: str) -> bool:
    """Return whether two titles with one id may be names of one work."""
    if max(len(left), len(right)) > _LONGEST_TITLE:
        return False
    compared = compare_titles(left, right)
    return compared.same_acronym or compared.score >= _RENAMED_SCORE


def _join_by_spelling(titles: Mapping[str, _Title], groups: UnionFind[str]) -> None:
    """Join titles that differ only in spelling, unless ids disagree."""
    ids: dict[str, set[str]] = defaultdict(set)
    for name, title in titles.items():
        ids[groups[name]] |= title.ids
    for left, right in sorted(_list_candidates(titles)):
        one, other = groups[left], groups[right]
        if one == other or _disagree(_group_ids(ids[one]), _group_ids(ids[other])):
            continue
        if compare_titles(titles[left].written, titles[right].written).is_near:
            groups.union(one, other)
            ids[groups[one]] = ids[one] | ids[other]


def _list_candidates(titles: Iterable[str]) -> set[tuple[str, str]]:
    """Return pairs of titles that share one of their rarest words and are nearly equal letter by letter.

    A word counts by its first letters, since the spelling of its end may differ.
    """
    short = (title for title in titles if len(title) <= _LONGEST_TITLE)
    stems = {title: {word[:_STEM] for word in title.split()} for title in short}
    counts = Counter(stem for found in stems.values() for stem in found)
    sharing: dict[str, list[str]] = defaultdict(list)
    for title, found in stems.items():
        for stem in sorted(found, key=lambda stem: (counts[stem], stem))[:_RAREST_WORDS]:
            sharing[stem].append(title)
    return {
        (left, right)
        for names in sharing.values()
        if len(names) <= _MOST_SHARING_A_WORD
        for left, right in combinations(names, 2)
        if fuzz.ratio(left, right, score_cutoff=_NEAR_RATIO)
    }


# --- ids -------------------------------------------------------------------------------------------------


def _join_ids(places: Iterable[Work]) -> set[str]:
    return {name for place in places for name in place.ids}


def _group_ids(ids: Iterable[str]) -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = defaultdict(set)
    for name in ids:
        kinds[name.partition(":")[0]].add(name)
    return kinds


def _disagree(ours: Mapping[str, set[str]], theirs: Mapping[str, set[str]]) -> bool:
    """Return whether all ids of a kind that both have differ."""
    return any(ours[kind].isdisjoint(theirs[kind]) for kind in ours.keys() & theirs.keys())


# --- results ---------------------------------------------------------------------------------------------


def _gather(lists: Sequence[WorkList], groups: UnionFind[str]) -> dict[str, ComparedWork]:
    """Return each group of titles as a work with its places in each list, in the order of the lists."""
    places: dict[str, list[list[Work]]] = {}
    for number, listed in enumerate(lists):
        for work in listed.works:
            group = groups[normalize_title(work.title)]
            places.setdefault(group, [[] for _ in lists])[number].append(work)
    return {group: ComparedWork(tuple(map(tuple, found))) for group, found in places.items()}
