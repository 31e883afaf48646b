"""Ask OpenAlex who cites a group of works, page by page, and hold the rows against their count."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final, NamedTuple

from pydantic import JsonValue

from flgraph.checks import format_count
from flgraph.errors import SourceError
from flgraph.sources.faults import BadAnswerError, blames_question, detach
from flgraph.sources.openalex.questions import ABOUT, MOST_ROWS, PAGE_SIZE, ask_page, open_shelf
from flgraph.sources.openalex.works import NEIGHBOR_FIELDS, Work, read_work
from flgraph.sources.provider import Desk

_FIELDS: Final = (*NEIGHBOR_FIELDS, "referenced_works")
_MOST_PAGES: Final = MOST_ROWS // PAGE_SIZE


class UnassignedError(Exception):
    """The citing works of a group cannot be told apart, or there are more than pages reach."""


class CitingRows(NamedTuple):
    """The works that cite a group of works.

    Attributes
    ----------
    cited_by : dict
        Each citing work with the ids of the group that it lists among its references, by its id.
    is_capped : bool
        Whether there are more than pages reach.
    error : SourceError or None
        The reason why rows are missing, if some are.
    """

    cited_by: dict[str, tuple[Work, frozenset[str]]]
    is_capped: bool = False
    error: SourceError | None = None


class _Row(NamedTuple):
    work: Work
    cited: frozenset[str]


class _Rows(NamedTuple):
    """The rows of a page, and the number of rows that the service counts on all pages."""

    rows: list[_Row]
    total: int


def ask_citing(ids: Sequence[str], desk: Desk, *, is_alone: bool) -> CitingRows:
    """Request all works that cite a group of works, in order of their publication.

    Rows that change their places between two pages are noticed by their number. They are then requested again, once.

    Parameters
    ----------
    ids : Sequence of str
        The ids of the group.
    desk : Desk
        The requester and the cache, where each page is kept.
    is_alone : bool
        Whether all ids are those of one paper, so that every row belongs to it.

    Raises
    ------
    UnassignedError
        A row names no work of the group, or there are more rows than pages reach, and it is not alone.
    SourceError
        The first page failed because of the question.
    """
    for is_fresh in (False, True):
        rows: list[_Row] = []
        try:
            total = _ask_pages(ids, desk, rows, is_alone=is_alone, is_fresh=is_fresh)
        except SourceError as error:
            if not rows and blames_question(error):
                raise
            return _join(rows, error=detach(error))
        found = _join(rows, is_capped=total > MOST_ROWS)
        if len(found.cited_by) == min(total, MOST_ROWS):
            return found
    wrong = BadAnswerError(
        f"{ABOUT.title} ({desk.requester.host}) counts {format_count(total, 'citing work')} and lists "
        f"{len(found.cited_by)}; try again later"
    )
    return found._replace(error=wrong)


def _join(rows: Sequence[_Row], *, is_capped: bool = False, error: SourceError | None = None) -> CitingRows:
    return CitingRows({row.work.name: (row.work, row.cited) for row in rows}, is_capped, error)


def _ask_pages(ids: Sequence[str], desk: Desk, rows: list[_Row], *, is_alone: bool, is_fresh: bool) -> int:
    """Add the rows of all pages, and return how many the service counts on the last one."""
    number = 0
    while True:
        number += 1
        page = _ask_page(ids, number, desk, is_alone=is_alone, is_fresh=is_fresh)
        if page.total > MOST_ROWS and not is_alone:
            raise UnassignedError(f"{ABOUT.title} counts {page.total:,} citing works")
        rows += page.rows
        if number >= min(_MOST_PAGES, ceil(page.total / PAGE_SIZE)):
            return page.total
        desk.requester.note(f"{len(rows):,} of {min(page.total, MOST_ROWS):,} citing papers")


def _ask_page(ids: Sequence[str], number: int, desk: Desk, *, is_alone: bool, is_fresh: bool) -> _Rows:
    name = _name_page(ids, number)
    shelf = open_shelf(desk, "citing page", _FIELDS)
    asked: list[_Rows] = []

    def ask() -> JsonValue:
        query = {"filter": f"cites:{'|'.join(ids)}", "sort": "publication_date", "select": ",".join(_FIELDS)}
        page = ask_page(desk, query, asked=f"cites:{ids[0]}…", page=number)
        if page.error is not None:
            raise page.error
        asked.append(_Rows([_assign(work, ids, is_alone=is_alone) for work in page.works], page.total))
        rows: list[JsonValue] = [{"work": work.to_json(), "cited": [*sorted(cited)]} for work, cited in asked[0].rows]
        return {"count": page.total, "rows": rows}

    record = desk.cache.ask_once(shelf._replace(max_age=0.0) if is_fresh else shelf, name, ask)
    return asked[0] if asked else _read_page(record, name)


def _assign(work: Work, ids: Sequence[str], *, is_alone: bool) -> _Row:
    """Return a work without its references, and the works of the group that are among them."""
    cited = set(work.cited).intersection(ids) or (set(ids) if is_alone else set())
    if not cited:
        raise UnassignedError(f"{ABOUT.title}: {work.name} is listed as citing and names none of the works asked for")
    return _Row(work.model_copy(update={"referenced_works": None}), frozenset(cited))


def _read_page(record: JsonValue, name: str) -> _Rows:
    page = record if isinstance(record, dict) else {}
    rows, count = page.get("rows"), page.get("count")
    if not isinstance(rows, list) or not isinstance(count, int):
        raise BadAnswerError(f"{ABOUT.title}: {name}: the cached page has no rows")
    return _Rows([_read_row(row, name) for row in rows], count)


def _read_row(row: JsonValue, name: str) -> _Row:
    line = row if isinstance(row, dict) else {}
    cited = line.get("cited")
    return _Row(read_work(line.get("work"), asked=name), frozenset(map(str, cited if isinstance(cited, list) else ())))


def _name_page(ids: Sequence[str], number: int) -> str:
    return f"{'|'.join(ids)} page {number}"


def count_cached_pages(ids: Sequence[str], pages: int, desk: Desk) -> int:
    """Count the pages of a group that the cache holds."""
    names = [_name_page(ids, number) for number in range(1, pages + 1)]
    return len(desk.cache.read_records(open_shelf(desk, "citing page", _FIELDS), names))
