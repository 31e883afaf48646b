"""Rules about a work that appears in several rows: one id on two titles, repeats, one title with two ids."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from flgraph.identifiers import compare_titles, join_words
from flgraph.lists.lint.findings import Draft, Level
from flgraph.lists.lint.lint_rows import Row, Sheet, name_work, quote_title
from flgraph.lists.lint.rules_links import find_other_id, find_second_paper

if TYPE_CHECKING:
    from flgraph.records import Paper

Relation = Literal["same", "near", "other"]

_SAME: Final = 90
_NEAR: Final = 72
_MOST_TITLES: Final = 4  # an address on more titles is a page of several papers
_LONG: Final = 5
_RARE_TIMES: Final = 2
_RARE_SHARE: Final = 0.02
_SHORT: Final = 3  # words; two works may well share so short a title
_SURE: Final = frozenset({"arxiv", "doi"})


def check_works(sheet: Sheet, records: Mapping[str, Paper]) -> Iterator[Draft]:
    """Yield L101, L105, L106 and L107; a pair of rows has one finding at most.

    `records` are those of a snapshot by id: they say which of two titles an id belongs to.
    """
    rare = _find_rare_words(sheet.papers)
    for work, first, row in _find_shared(_group_works(sheet.papers)):
        describe = partial(_describe_shared, work=work, rare=rare, record=records.get(work))
        yield sheet.describe_pair(describe, row, first)
    for row, other in _find_repeats(sheet.papers):
        yield sheet.describe_pair(_describe_repeat, row, other)


def _group_works(papers: list[Row]) -> dict[str, list[Row]]:
    """Group the rows by the ids and addresses of their links to the paper."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in papers:
        if row.is_alone and not find_second_paper(row):
            for work in sorted(row.works):
                groups[work].append(row)
            for address in sorted(row.addresses):
                groups[f"https://{address}"].append(row)
    return groups


def relate_titles(one: str, other: str) -> Relation:
    """Return whether two titles are of one work, may be (a renamed preprint), or are not."""
    compared = compare_titles(one, other)
    if compared.exact or compared.is_near or (compared.ratio >= _SAME and not compared.differing):
        return "same"
    if compared.score >= _NEAR or compared.same_acronym:
        return "near"
    return "near" if _is_part(one, other) or _is_part(other, one) else "other"


def _is_part(short: str, long: str) -> bool:
    """Return whether a title ends where the other goes on, as one without its subtitle does."""
    short, long = " ".join(short.casefold().split()), " ".join(long.casefold().split())
    return len(short) >= 10 and (long.startswith(short) or long.endswith(short))


# --- one id on two titles --------------------------------------------------------------------------------


def _find_shared(groups: Mapping[str, list[Row]]) -> Iterator[tuple[str, Row, Row]]:
    """Yield each work with the first row and another row that has another title; each pair of rows once."""
    told: set[tuple[int, int]] = set()
    for work, rows in groups.items():
        first, *others = _list_titles(rows)
        for row in others if len(others) < _MOST_TITLES else ():
            pair = (id(first), id(row))
            if pair not in told:
                told.add(pair)
                yield work, first, row


def _list_titles(rows: list[Row]) -> list[Row]:
    """Return one row for each distinct title, five at most."""
    distinct: list[Row] = []
    seen: set[str] = set()
    for row in rows:
        if row.title in seen:
            continue
        seen.add(row.title)
        if all(relate_titles(one.entry.title, row.entry.title) != "same" for one in distinct):
            distinct.append(row)
        if len(distinct) > _MOST_TITLES:
            break
    return distinct


def _describe_shared(row: Row, other: Row, *, work: str, rare: frozenset[str], record: Paper | None) -> Draft:
    is_near = relate_titles(other.entry.title, row.entry.title) == "near" or _share_words(other, row, rare)
    level: Level = "warning" if is_near else "error"
    named = work if work.startswith("https:") else name_work(work)
    clash = find_other_id(row)
    said = f"; the text here says {name_work(clash.said)}" if clash and clash.said else ""
    advice = "if the paper was renamed, use one title" if is_near else "correct one of the links"
    decided = _decide(row, other, record) if record else None
    message = (
        f"{named} is on {other.say_line(row)} with another title: {quote_title(other)}; here {quote_title(row)}"
        f"{said}; {decided or advice}"
    )
    return row.draft("L101", level, message, other)


def _decide(row: Row, other: Row, record: Paper) -> str | None:
    """Return which of two rows has the title of the record, None if both or neither have."""
    title = record.title or ""
    is_here, is_there = (relate_titles(one.entry.title, title) == "same" for one in (row, other))
    if is_here == is_there:
        return None
    return f"its record has the title {'here' if is_here else f'on {other.say_line(row)}'}"


def _find_rare_words(papers: list[Row]) -> frozenset[str]:
    """Return the words of titles that few titles contain."""
    counts = Counter(word for row in papers for word in set(row.title.split()) if len(word) >= _LONG)
    most = max(_RARE_TIMES, _RARE_SHARE * len(papers))
    return frozenset(word for word, count in counts.items() if count <= most)


def _share_words(one: Row, other: Row, rare: frozenset[str]) -> bool:
    """Return whether two titles share two rare words, as those of a renamed paper often do."""
    return len(rare.intersection(one.title.split(), other.title.split())) > 1


# --- repeats ---------------------------------------------------------------------------------------------


class _Seen:
    """The first rows of each title and work, by section and in the whole list."""

    def __init__(self) -> None:
        self.first: dict[object, Row] = {}

    def find(self, row: Row) -> Row | None:
        """Return an earlier row of the same work, one in the same section if there is any."""
        keys = self._list_keys(row)
        for key in (*((row.entry.section, key) for key in keys), *keys):
            other = self.first.get(key)
            if other is not None and other.entry.span != row.entry.span and _are_same(row, other):
                return other
        return None

    def add(self, row: Row) -> None:
        for key in self._list_keys(row):
            self.first.setdefault((row.entry.section, key), row)
            self.first.setdefault(key, row)

    def _list_keys(self, row: Row) -> list[object]:
        works = sorted(row.works | row.addresses) if row.is_alone else []
        return [("title", join_words(row.title)), *works] if row.title else list(works)


def _are_same(row: Row, other: Row) -> bool:
    if join_words(row.title) != join_words(other.title):
        return relate_titles(row.entry.title, other.entry.title) == "same"
    names = row.works | row.addresses, other.works | other.addresses
    return len(row.title.split()) >= _SHORT or not names[0].isdisjoint(names[1])


def _find_repeats(papers: list[Row]) -> Iterator[tuple[Row, Row]]:
    """Yield each row that repeats a work, with an earlier row of the work."""
    seen = _Seen()
    for row in papers:
        other = seen.find(row)
        if other is not None:
            yield row, other
        seen.add(row)


def _describe_repeat(row: Row, other: Row) -> Draft:
    clash = _find_clash(row, other)
    line = other.say_line(row)
    if clash:
        kind, ours, theirs = clash
        level: Level = "warning" if kind in _SURE else "note"
        message = (
            f"{quote_title(row)} has another link than on {line}: here {name_work(f'{kind}:{ours}')}, there "
            f"{name_work(f'{kind}:{theirs}')}; correct one, or remove one row"
        )
        return row.draft("L107", level, message, other)
    named = quote_title(row) if row.title == other.title else f"{quote_title(row)}, there {quote_title(other)},"
    if row.entry.section == other.entry.section and row.part is other.part:
        where = "section" if row.entry.section else "file"
        return row.draft("L105", "warning", f"{named} is already in this {where}, on {line}; remove one", other)
    return row.draft("L106", "note", f"{named} is also in another section, on {line}", other)


def _find_clash(row: Row, other: Row) -> tuple[str, str, str] | None:
    """Return a kind of id of which two rows have different ones, if they share no id."""
    if not (row.works.isdisjoint(other.works) and row.is_alone and other.is_alone):
        return None
    ours, theirs = row.entry.ids, other.entry.ids
    kinds = sorted(kind for kind in ours if kind in theirs and ours[kind].casefold() != theirs[kind].casefold())
    return (kinds[0], ours[kinds[0]], theirs[kinds[0]]) if kinds else None
