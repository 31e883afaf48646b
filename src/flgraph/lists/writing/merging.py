"""Match the rows of a list with those it had before: same, changed, moved, retitled, added, gone."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from flgraph.identifiers import compare_titles, name_id, normalize_title
from flgraph.lists.entries import ListEntry, ListReading
from flgraph.lists.writing.base_entries import BaseEntry, digest_row

MergedField = Literal["title", "url", "venue", "year", "authors", "section"]
MERGED: Final[tuple[MergedField, ...]] = ("title", "url", "venue", "year", "authors")
"""The fields of a row that may differ between two readings, besides its section."""


@dataclass(frozen=True, slots=True)
class RowPair:
    """A row as it was and as it is now, and the names of the fields that differ."""

    base: BaseEntry
    entry: ListEntry
    fields: tuple[MergedField, ...] = ()


@dataclass(frozen=True, slots=True)
class ListChanges:
    """How a list differs from before.

    `same` rows differ in nothing that is read. `moved` rows stand in another section, `retitled` rows have another
    title, `changed` rows another url, venue, year or authors; a row may be in several. `added` rows are new, `gone`
    ones no longer in the list. `pairs` holds all rows that are in both, in the order of the list now.
    """

    pairs: tuple[RowPair, ...]
    added: tuple[ListEntry, ...]
    gone: tuple[BaseEntry, ...]

    @property
    def same(self) -> list[RowPair]:
        """The rows that read as before."""
        return [pair for pair in self.pairs if not pair.fields]

    @property
    def moved(self) -> list[RowPair]:
        """The rows that stand in another section."""
        return [pair for pair in self.pairs if "section" in pair.fields]

    @property
    def retitled(self) -> list[RowPair]:
        """The rows with another title."""
        return [pair for pair in self.pairs if "title" in pair.fields]

    @property
    def changed(self) -> list[RowPair]:
        """The rows with another url, venue, year or authors."""
        return [pair for pair in self.pairs if {"url", "venue", "year", "authors"} & set(pair.fields)]

    @property
    def is_empty(self) -> bool:
        """Whether the list reads as before, in any order."""
        return not (self.added or self.gone or any(pair.fields for pair in self.pairs))


def merge_readings(base: Sequence[BaseEntry], theirs: ListReading) -> ListChanges:
    r"""Match the papers of a list with those it had before.

    Rows are matched in three rounds: those with the same bytes, those with the same id or address, and those with the
    same title, or a similar one in the same place. In each round, rows of the same section come first. The time is
    linear in the number of rows.

    Examples
    --------
    >>> from flgraph.lists.writing.base_entries import make_base
    >>> from flgraph.lists.reading import parse_list
    >>> row = b"- [A way to learn](https://arxiv.org/abs/2912.00001)\n"
    >>> before = parse_list(b"## Papers\n\n" + row)
    >>> now = parse_list(b"## Papers\n\n" + row.replace(b"learn", b"unlearn"))
    >>> changes = merge_readings([make_base(before, before.entries[0], "learn")], now)
    >>> [(pair.base.title, pair.entry.title) for pair in changes.retitled]
    [('A way to learn', 'A way to unlearn')]
    """
    match = _Matching(base, theirs)
    digests = [digest_row(theirs, entry) for entry in match.rows]
    match.pair(lambda old: [(old.section, old.digest)], lambda n: [(match.rows[n].section, digests[n])])
    match.pair(lambda old: [(old.section, old.title, old.url)],
               lambda n: [(match.rows[n].section, match.rows[n].title, match.rows[n].url)])  # fmt: skip
    match.pair(lambda old: [old.digest], lambda n: [digests[n]])
    match.pair(_list_placed_ids, lambda n: _list_placed_ids(match.rows[n]))
    match.pair(_list_ids, lambda n: _list_ids(match.rows[n]))
    match.pair(lambda old: [(old.section, normalize_title(old.title))],
               lambda n: [(match.rows[n].section, normalize_title(match.rows[n].title))])  # fmt: skip
    match.pair(lambda old: [normalize_title(old.title)], lambda n: [normalize_title(match.rows[n].title)])
    match.pair_neighbours()
    return match.finish()


class _Matching:
    """The rows of two readings and which of them belong together, as numbers of rows."""

    def __init__(self, base: Sequence[BaseEntry], theirs: ListReading) -> None:
        self.base = base
        self.rows = theirs.papers
        self.old_of: dict[int, int] = {}
        self.new_of: dict[int, int] = {}

    def pair(
        self,
        list_old: Callable[[BaseEntry], Iterable[Hashable]],
        list_new: Callable[[int], Iterable[Hashable]],
    ) -> None:
        """Pair the rows left over that share a mark, in the order of the file."""
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for number, old in enumerate(self.base):
            if number not in self.new_of:
                for mark in list_old(old):
                    if mark:
                        waiting[mark].append(number)
        for number in range(len(self.rows)):
            if number not in self.old_of:
                self._take(number, (waiting[mark] for mark in list_new(number) if mark in waiting))

    def _take(self, number: int, queues: Iterable[deque[int]]) -> None:
        for queue in queues:
            while queue:
                old = queue.popleft()
                if old not in self.new_of:
                    self._join(old, number)
                    return

    def pair_neighbours(self) -> None:
        """Pair rows left over with similar titles that follow the same row or stand first in the same section."""
        for number, row in enumerate(self.rows):
            if number in self.old_of:
                continue
            old = 0 if number == 0 else self.old_of.get(number - 1, len(self.base)) + 1
            if old >= len(self.base) or old in self.new_of or self.base[old].section != row.section:
                continue
            if compare_titles(self.base[old].title, row.title).is_similar:
                self._join(old, number)

    def _join(self, old: int, new: int) -> None:
        self.new_of[old], self.old_of[new] = new, old

    def finish(self) -> ListChanges:
        """Return the pairs and what is left over on both sides."""
        pairs = [_compare(self.base[self.old_of[new]], row) for new, row in enumerate(self.rows) if new in self.old_of]
        added = [row for new, row in enumerate(self.rows) if new not in self.old_of]
        gone = [old for number, old in enumerate(self.base) if number not in self.new_of]
        return ListChanges(tuple(pairs), tuple(added), tuple(gone))


def _list_ids(row: BaseEntry | ListEntry) -> list[str]:
    return [*(name_id(kind, value) for kind, value in row.ids.items()), *([f"url:{row.url}"] if row.url else [])]


def _list_placed_ids(row: BaseEntry | ListEntry) -> list[tuple[tuple[str, ...], str]]:
    return [(row.section, mark) for mark in _list_ids(row)]


def _compare(old: BaseEntry, new: ListEntry) -> RowPair:
    differing: list[MergedField] = [name for name in MERGED if getattr(old, name) != getattr(new, name)]
    if old.section != new.section:
        differing.append("section")
    return RowPair(old, new, tuple(differing))
