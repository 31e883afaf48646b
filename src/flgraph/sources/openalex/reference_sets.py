"""Draw works at random from the topic and year of papers, with the seed of the request.

The service counts no more works of a sample than were asked for, so a request of its own counts those of the topic and
year. A sample is held against both numbers: the search engine shortens lists that take it too long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import ceil
from typing import Final, NamedTuple

from pydantic import JsonValue

from flgraph.checks import format_count
from flgraph.errors import SourceError
from flgraph.records import Paper, ReferenceSet
from flgraph.sources.cache import Shelf
from flgraph.sources.faults import BadAnswerError, detach
from flgraph.sources.openalex.questions import (
    ABOUT,
    LIST_PRICE,
    PAGE_SIZE,
    Lookup,
    Works,
    ask_page,
    look_up,
    open_shelf,
    read_known,
)
from flgraph.sources.openalex.records import FIRST_YEAR
from flgraph.sources.openalex.works import Work
from flgraph.sources.provider import Cost, CostLeft, Desk, Draw, Drawn

STAGE: Final = "reference sets"
"""Name of the stage of `draw_sets` in progress reports."""

BY_TOPIC: Final = Lookup(
    "topic", ("id", "publication_year", "primary_topic"), "openalex", lambda name: [name], lambda work: [work.name]
)
_FIELDS: Final = ("id", "cited_by_count")
_LEAST_SET: Final = 2
"""Requests for the smallest set: one for the number of works, one for a page of them."""


class Field(NamedTuple):
    """A topic and a year of publication, from which works are drawn."""

    topic: str
    year: int

    def __str__(self) -> str:
        return f"{self.topic} {self.year}"

    @property
    def filter(self) -> str:
        """Return the filter of the works of the topic and year."""
        return f"primary_topic.id:{self.topic},publication_year:{self.year}"


class _Sample(NamedTuple):
    """A page of a sample, or all of it: the counts of its works by id, and the day of the first answer."""

    counts: dict[str, int | None]
    total: int
    drawn: date


def draw_sets(papers: Mapping[str, Paper], draw: Draw, desk: Desk) -> Drawn:
    """Draw a set for each topic and year of papers.

    Parameters
    ----------
    papers : Mapping of str to Paper
        Records of `fetch_papers` by key, with their versions.
    draw : Draw
        The number of works of a set, and the seed.
    desk : Desk
        The requester and the cache, where each page is kept.

    Returns
    -------
    Drawn
        Each paper is in one set, or without a topic, or failed.

    Examples
    --------
    >>> with PROVIDER.open(Settings()) as requester:  # doctest: +SKIP
    ...     drawn = draw_sets({"fedbn": paper}, Draw(200, seed=0), Desk(requester))
    """
    records = {key: find_counted(paper) for key, paper in papers.items()}
    topics = look_up(BY_TOPIC, list(records.values()), desk)
    failed = {key: answer for key, name in records.items() if isinstance(answer := topics[name], SourceError)}
    fields = _group(records, topics, desk.today)
    grouped = {key for members in fields.values() for key in members}
    sets: dict[str, ReferenceSet] = {}
    for field in desk.requester.track(STAGE, sorted(fields)):
        try:
            sample, population = _draw(field, draw, desk)
        except SourceError as error:
            failed |= dict.fromkeys(fields[field], detach(error))
            continue
        sets[str(field)] = ReferenceSet(
            topic=field.topic,
            name=_find_name(topics[records[fields[field][0]]]),
            year=field.year,
            size=draw.size,
            seed=draw.seed,
            population=population,
            drawn=sample.drawn,
            counts={name: count for name, count in sorted(sample.counts.items()) if count is not None},
            uncounted=tuple(sorted(name for name, count in sample.counts.items() if count is None)),
            papers={key: records[key] for key in fields[field]},
        )
    return Drawn(sets, tuple(key for key in papers if key not in grouped and key not in failed), failed)


def find_counted(paper: Paper) -> str:
    """Return the id of the record that has the citation count of a paper: of several, the one with most citations."""
    return max(paper.versions, key=lambda version: version.citation_count or 0).id if paper.versions else paper.id


def _group(records: Mapping[str, str], topics: Mapping[str, Works], today: date) -> dict[Field, list[str]]:
    """Return the keys of the papers of each field, sorted; papers without topic or year are left out."""
    fields: dict[Field, list[str]] = {}
    for key, name in sorted(records.items()):
        field = _find_field(topics.get(name, ()), today)
        if field is not None:
            fields.setdefault(field, []).append(key)
    return fields


def _find_field(works: Works, today: date) -> Field | None:
    for work in _list_works(works):
        topic, year = work.topic_id, work.publication_year
        if topic is not None and year is not None and FIRST_YEAR <= year <= today.year:
            return Field(topic, year)
    return None


def _find_name(works: Works) -> str | None:
    return next((work.primary_topic.display_name for work in _list_works(works) if work.primary_topic), None)


def _list_works(works: Works) -> tuple[Work, ...]:
    return () if isinstance(works, SourceError) else works[:1]


# --- requests ----------------------------------------------------------------------------------------------


def _draw(field: Field, draw: Draw, desk: Desk) -> tuple[_Sample, int]:
    """Return a sample of a field and the number of its works; all is asked again, once, if the numbers disagree."""
    for is_fresh in (False, True):
        population = _count_works(field, desk, is_fresh=is_fresh)
        expected = min(draw.size, population)
        pages = [
            _ask_page(field, draw, number, desk, is_fresh=is_fresh) for number in range(1, _count_pages(expected) + 1)
        ]
        counts = {name: count for page in pages for name, count in page.counts.items()}
        if len(counts) == expected and all(page.total == expected for page in pages):
            return _Sample(counts, expected, min((page.drawn for page in pages), default=desk.today)), population
    raise BadAnswerError(
        f"{ABOUT.title} ({desk.requester.host}): {field}: counts {format_count(population, 'work')} and draws "
        f"{len(counts)} of {expected}; try again later"
    )


def _count_pages(works: int) -> int:
    return ceil(works / PAGE_SIZE)


def _count_works(field: Field, desk: Desk, *, is_fresh: bool) -> int:
    def ask() -> JsonValue:
        return ask_page(desk, {"filter": field.filter, "select": "id"}, asked=str(field), size=1).total

    count = desk.cache.ask_once(_refresh(_open_counts(desk), is_fresh=is_fresh), str(field), ask)
    if not isinstance(count, int):
        raise BadAnswerError(f"{ABOUT.title}: {field}: the cached number of works is no number")
    return count


def _ask_page(field: Field, draw: Draw, number: int, desk: Desk, *, is_fresh: bool) -> _Sample:
    def ask() -> JsonValue:
        query = {
            "filter": field.filter,
            "sample": str(draw.size),
            "seed": str(draw.seed),
            "select": ",".join(_FIELDS),
        }
        page = ask_page(desk, query, asked=str(field), page=number)
        if page.error is not None:
            raise page.error
        works: dict[str, JsonValue] = {work.name: work.cited_by_count for work in page.works}
        return {"total": page.total, "drawn": desk.today.isoformat(), "works": works}

    name = _name_page(field, draw, number)
    return _read_page(desk.cache.ask_once(_refresh(_open_pages(desk), is_fresh=is_fresh), name, ask), name)


def _read_page(record: JsonValue, name: str) -> _Sample:
    page = record if isinstance(record, dict) else {}
    works, total, drawn = page.get("works"), page.get("total"), page.get("drawn")
    if not isinstance(works, dict) or not isinstance(total, int) or not isinstance(drawn, str):
        raise BadAnswerError(f"{ABOUT.title}: {name}: the cached page has no works")
    counts = {work: count if isinstance(count, int) else None for work, count in works.items()}
    return _Sample(counts, total, date.fromisoformat(drawn))


def _name_page(field: Field, draw: Draw, number: int) -> str:
    return f"{field} sample {draw.size} seed {draw.seed} page {number}"


def _open_counts(desk: Desk) -> Shelf:
    return open_shelf(desk, "works of a topic", ("count",))


def _open_pages(desk: Desk) -> Shelf:
    return open_shelf(desk, "sample page", _FIELDS)


def _refresh(shelf: Shelf, *, is_fresh: bool) -> Shelf:
    return shelf._replace(max_age=0.0) if is_fresh else shelf


# --- cost --------------------------------------------------------------------------------------------------


def count_cost(papers: Sequence[Paper], unknown: int, draw: Draw, desk: Desk) -> CostLeft:
    """Count the requests for the sets of papers that the cache does not hold.

    Topics are known only after their request: at best, all papers whose topic is not cached share one set, at worst
    each has a set of its own.
    """
    records = {str(place): find_counted(paper) for place, paper in enumerate(papers)}
    topics = read_known(BY_TOPIC, list(dict.fromkeys(records.values())), desk)
    fields = _group(records, topics, desk.today)
    left = {field: _count_left(field, draw, desk) for field in fields}
    asked = [name for name in dict.fromkeys(records.values()) if name not in topics]
    open_papers = len(asked) + unknown
    known = sum(left.values()) + BY_TOPIC.count_requests(asked)
    least = known + bool(unknown and not asked) + (_LEAST_SET if open_papers and not fields else 0)
    most = known + ceil(unknown / PAGE_SIZE) + open_papers * (1 + _count_pages(draw.size))
    cached = sum(len(members) for field, members in fields.items() if not left[field])
    settled = sum(name in topics for name in records.values()) - sum(map(len, fields.values()))
    return CostLeft(Cost(least, most, least * LIST_PRICE, most * LIST_PRICE), cached + settled)


def _count_left(field: Field, draw: Draw, desk: Desk) -> int:
    """Count the requests for a field that are not cached; at most, while the number of its works is not known."""
    count = desk.cache.read_records(_open_counts(desk), [str(field)]).get(str(field))
    size = min(draw.size, count) if isinstance(count, int) else draw.size
    names = list(_name_pages(field, draw, size))
    pages = desk.cache.read_records(_open_pages(desk), names)
    return (not isinstance(count, int)) + len(names) - len(pages)


def _name_pages(field: Field, draw: Draw, size: int) -> Iterator[str]:
    return (_name_page(field, draw, number) for number in range(1, _count_pages(size) + 1))
