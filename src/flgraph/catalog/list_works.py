"""Group the rows of a list into works: one work has one entry in a catalog, wherever the list repeats it.

Rows are one work if an id of their links is the same and their titles are alike, or if their titles are equal and no
id disagrees. An address alone joins nothing: lists copy addresses to other papers by mistake.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from pathlib import PurePath
from typing import Final, get_args

from flgraph.checks import show_value
from flgraph.identifiers import (
    ID_FORMS,
    ID_NAMES,
    IdKind,
    clean_arxiv,
    compare_titles,
    ids_from_url,
    judge_arxiv,
    name_id,
    name_ids,
    normalize_title,
)
from flgraph.lists.entries import ListEntry

_ID_KINDS: Final = frozenset(get_args(IdKind))
_MOST_COMPARED: Final = 4  # rows of one id or title that a further row is compared with, so that time stays linear
_SAME_TITLE: Final = "The title is"


@dataclass(frozen=True)
class ListedWork:
    """A work of a list: its rows in their order, the ids that its links agree on, and sentences on what is doubtful."""

    rows: tuple[ListEntry, ...]
    ids: Mapping[str, str]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Ids:
    """The ids of some links: those that agree, by kind, and the values of those that do not."""

    known: Mapping[str, str]
    disagreeing: Mapping[str, tuple[str, ...]]


def group_works(rows: Sequence[ListEntry]) -> list[ListedWork]:
    """Group the rows of papers into works, in the order of the first row of each."""
    listed = [list(_list_ids(row)) for row in rows]
    ids = list(map(_agree, listed))
    titles = [normalize_title(row.title) for row in rows]
    groups = _join(len(rows), [*_pair_by_id(rows, ids), *_pair_by_title(titles, ids)])
    agreed = [_agree(pair for place in group for pair in listed[place]) for group in groups]
    owners = {place: number for number, group in enumerate(groups) for place in group}
    shared = _find_shared([one.known for one in agreed])
    clashes = _list_clashes(rows, groups, [one.known for one in agreed], [titles[group[0]] for group in groups])
    doubts: list[dict[int, str]] = [{} for _ in groups]  # by the other work, so that a pair has one remark
    for said, (first, *others) in clashes:
        for place, other in ((first, others[0]), *((one, first) for one in others)):
            title = "another id" if said == _SAME_TITLE else f"the title {show_value(rows[other].title)}"
            sentence = f"{said} also on {_name_place(rows, other)}, with {title}."
            doubts[owners[place]].setdefault(owners[other], sentence)
    return [
        ListedWork(
            rows=tuple(rows[place] for place in group),
            ids={
                kind: value
                for kind, value in one.known.items()
                if name_id(kind, value) not in shared and not _say_impossible(kind, value)
            },
            doubts=(
                *_say_disagreeing(one),
                *filter(None, starmap(_say_impossible, one.known.items())),
                *remarks.values(),
            ),
        )
        for group, one, remarks in zip(groups, agreed, doubts, strict=True)
    ]


# --- ids -------------------------------------------------------------------------------------------------


def _list_ids(row: ListEntry) -> Iterator[tuple[str, str]]:
    """Yield the ids of a row and of its links to the paper, by kind and in normal form."""
    urls = [row.url, *(link.url for link in row.links if link.kind == "paper")]
    for ids in (row.ids, *(ids_from_url(url) for url in urls if url)):
        for kind, value in ids.items():
            clean = ID_FORMS[kind][0](value) if kind in ID_FORMS else value.strip()
            # A DOI of arXiv says no more than the arXiv id, and would clash with the DOI of the publisher.
            if clean and kind in _ID_KINDS and not (kind == "doi" and clean_arxiv(clean)):
                yield kind, clean


def _agree(ids: Iterable[tuple[str, str]]) -> _Ids:
    by_kind: dict[str, dict[str, str]] = defaultdict(dict)
    for kind, value in ids:
        by_kind[kind].setdefault(value.casefold(), value)
    return _Ids(
        known={kind: next(iter(values.values())) for kind, values in sorted(by_kind.items()) if len(values) == 1},
        disagreeing={kind: tuple(values.values()) for kind, values in sorted(by_kind.items()) if len(values) > 1},
    )


def _say_disagreeing(ids: _Ids) -> Iterator[str]:
    for kind, values in ids.disagreeing.items():
        yield f"The links lead to {len(values)} {_name_kind(kind)}s, {' and '.join(values[:_MOST_COMPARED])}."


def _say_impossible(kind: str, value: str) -> str:
    """Return why an id of a link cannot be the paper's, since no work can have it; empty if one can."""
    reason = judge_arxiv(value) if kind == "arxiv" else None
    return f"The link leads to arXiv {value}, which cannot exist: {reason}." if reason else ""


def _name_kind(kind: str) -> str:
    return ID_NAMES.get(kind, f"{kind} id")


def _find_shared(ids: Sequence[Mapping[str, str]]) -> set[str]:
    """Return the ids that several works share, so that nobody can say whose they are."""
    seen: set[str] = set()
    shared: set[str] = set()
    for known in ids:
        names = name_ids(known)
        shared |= names & seen
        seen |= names
    return shared


# --- groups ----------------------------------------------------------------------------------------------


def _pair_by_id(rows: Sequence[ListEntry], ids: Sequence[_Ids]) -> Iterator[tuple[int, int]]:
    known: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        for kind, value in ids[place].known.items():
            others = known[name_id(kind, value)]
            near = next((other for other in others if _are_alike(rows[other].title, row.title)), None)
            if near is not None:
                yield near, place
            elif len(others) < _MOST_COMPARED:
                others.append(place)


def _are_alike(one: str, other: str) -> bool:
    """Return whether two titles with one id are of one paper: a list may name a preprint by an earlier title."""
    if one == other:
        return True
    compared = compare_titles(one, other)
    return compared.exact or compared.is_similar or compared.same_acronym


def _pair_by_title(titles: Sequence[str], ids: Sequence[_Ids]) -> Iterator[tuple[int, int]]:
    known: dict[str, list[tuple[int, dict[str, str]]]] = defaultdict(list)  # with the ids of all that were joined
    for place, title in enumerate(titles):
        others, own = known[title], ids[place].known
        same = next((other for other in others if _are_compatible(other[1], own)), None)
        if same is not None and title:
            same[1].update(own)
            yield same[0], place
        elif len(others) < _MOST_COMPARED:
            others.append((place, dict(own)))


def _are_compatible(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return all(one[kind].casefold() == other[kind].casefold() for kind in one.keys() & other.keys())


def _join(count: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return the connected groups of some numbers, each sorted, in the order of their first."""
    heads = list(range(count))

    def find(place: int) -> int:
        while heads[place] != place:
            heads[place] = place = heads[heads[place]]
        return place

    for one, other in pairs:
        low, high = sorted((find(one), find(other)))
        heads[high] = low
    groups: dict[int, list[int]] = defaultdict(list)
    for place in range(count):
        groups[find(place)].append(place)
    return list(groups.values())


# --- what two works share --------------------------------------------------------------------------------


def _list_clashes(
    rows: Sequence[ListEntry],
    groups: Sequence[Sequence[int]],
    ids: Sequence[Mapping[str, str]],
    titles: Sequence[str],
) -> Iterator[tuple[str, list[int]]]:
    """Yield what several works share, as the beginning of a sentence, with a row of each; links first."""
    links, others, names = (defaultdict[str, dict[int, int]](dict) for _ in range(3))
    said: dict[str, str] = {}
    for number, group in enumerate(groups):
        for place in group:
            if url := rows[place].url:
                links[url].setdefault(number, place)
        for kind, value in ids[number].items():
            said[name_id(kind, value)] = f"The {_name_kind(kind)} {value} is"
            others[name_id(kind, value)][number] = group[0]
        if titles[number]:
            names[titles[number]][number] = group[0]
    found = [("The link is", places) for places in links.values()]
    found += [(said[name], places) for name, places in others.items()]
    found += [(_SAME_TITLE, places) for places in names.values()]
    yield from ((words, list(places.values())) for words, places in found if len(places) > 1)


def _name_place(rows: Sequence[ListEntry], place: int) -> str:
    row = rows[place]
    is_one_file = rows[0].path == rows[-1].path
    return f"line {row.line}" if is_one_file else f"line {row.line} of {PurePath(row.path).name}"
