"""Ask OpenAlex for lists of works: filters of many values, pages, and answers that are not whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Final, NamedTuple
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from flgraph.checks import format_count
from flgraph.errors import SourceError
from flgraph.sources.cache import Shelf
from flgraph.sources.faults import BadAnswerError, NotFoundError, ServerFaultError, detach
from flgraph.sources.openalex.works import ABSTRACT_FIELD, PAPER_FIELDS, Work, check, read_work
from flgraph.sources.provider import Desk
from flgraph.sources.registry import KNOWN

ABOUT: Final = KNOWN["openalex"]
LIST_PRICE: Final = 1
SEARCH_PRICE: Final = 10
"""Credits for a list, and for a list with a search in it; single works are free."""

PAGE_SIZE: Final = 100
MOST_ROWS: Final = 10_000
"""Number of rows that pages reach."""

_MOST_VALUES: Final = 100
_MOST_BYTES: Final = 3_600
"""Length of the encoded values of a filter: the service documents 4,094 bytes for a whole request line."""

_SLOW_MILLISECONDS: Final = 5_000
"""Time after which the search engine stops, and lists and counts only what it has found until then."""

_TRIES: Final = 3


def open_shelf(desk: Desk, kind: str, fields: Sequence[str]) -> Shelf:
    """Return the place of a kind of record in the cache, separate for each address of the service and each lexicon."""
    rules = [desk.lexicon.digest] if desk.lexicon and fields == PAPER_FIELDS else []
    return Shelf(f"{ABOUT.name} {desk.requester.origin}", kind, ",".join([*fields, *rules]), desk.max_age, desk.since)


def spell_select(desk: Desk, fields: Sequence[str]) -> str:
    """Return the fields to request: for papers of the catalog also the abstract, if topics are to be found in it."""
    return ",".join([*fields, *([ABSTRACT_FIELD] if desk.lexicon and fields == PAPER_FIELDS else [])])


def keep_topics(work: Work, desk: Desk) -> Work:
    """Return a work as it arrived without its abstract, and with the topics that the abstract names."""
    if work.abstract is None and not work.named_topics:
        return work
    found = desk.lexicon.find(work.abstract) if desk.lexicon and work.abstract else []
    return work.model_copy(update={"abstract": None, "named_topics": list(found)})


# --- filters -----------------------------------------------------------------------------------------------


def can_be_value(text: str) -> bool:
    """Return whether a text can be a value of a filter, in which commas, bars and quotes are signs of the language."""
    return not set(text) & set(',|"!*?')


def chunk_values(names: Sequence[str], spell: Callable[[str], Sequence[str]]) -> Iterator[list[str]]:
    """Yield names in chunks whose values fit into one filter.

    Parameters
    ----------
    names : Sequence of str
        The names.
    spell : callable
        Returns the values of a name.

    Examples
    --------
    >>> [len(chunk) for chunk in chunk_values([str(number) for number in range(150)], lambda name: [name])]
    [100, 50]
    """
    chunk: list[str] = []
    values, size = 0, 0
    for name in names:
        spelled = spell(name)
        needed = sum(len(quote(value, safe="")) + len("%7C") for value in spelled)
        if chunk and (values + len(spelled) > _MOST_VALUES or size + needed > _MOST_BYTES):
            yield chunk
            chunk, values, size = [], 0, 0
        chunk.append(name)
        values, size = values + len(spelled), size + needed
    if chunk:
        yield chunk


# --- pages -------------------------------------------------------------------------------------------------


class _AnsweredMeta(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    count: Annotated[int, Field(ge=0, lt=2**53)]
    db_response_time_ms: int | None = None


class _AnsweredPage(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    meta: _AnsweredMeta
    results: list[JsonValue]


class Page(NamedTuple):
    """A page of a list: its works, the number of works in the whole list, and why a work is left out, if one is."""

    works: tuple[Work, ...]
    total: int
    error: BadAnswerError | None = None


def ask_page(
    desk: Desk,
    parameters: Mapping[str, str],
    *,
    asked: str,
    page: int = 1,
    size: int = PAGE_SIZE,
    cost: int = LIST_PRICE,
) -> Page:
    """Request a page of a list of works, again if it is not whole.

    Parameters
    ----------
    desk : Desk
        The requester.
    parameters : Mapping
        The query.
    asked : str
        The request, for messages.
    page, size : int
        Number of the page, from 1, and its size.
    cost : int
        Credits for the request.

    Raises
    ------
    SourceError
        The request failed, or the page was not whole again and again.
    """
    place = {"per_page": str(size), **({"page": str(page)} if page > 1 else {})}
    for _ in range(_TRIES):
        try:
            body = desk.requester.request_json("/works", parameters={**parameters, **place}, tries=_TRIES, cost=cost)
        except NotFoundError as error:
            raise BadAnswerError(f"{error}; a list is never missing, so check the API address") from error
        seen = check(_AnsweredPage, body, asked)
        expected = min(size, max(0, seen.meta.count - size * (page - 1)))
        if (seen.meta.db_response_time_ms or 0) < _SLOW_MILLISECONDS and len(seen.results) == expected:
            return _read_page(seen, asked, desk)
    fault = ServerFaultError(
        f"{ABOUT.title} ({desk.requester.host}): {asked}: {_TRIES} answers were not whole: the last one has "
        f"{format_count(len(seen.results), 'row')} of {seen.meta.count}; try again later"
    )
    fault.status = HTTPStatus.GATEWAY_TIMEOUT  # as the service says for what takes even longer
    raise fault


def _read_page(seen: _AnsweredPage, asked: str, desk: Desk) -> Page:
    works, errors = [], []
    for row in seen.results:
        try:
            works.append(keep_topics(read_work(row, asked=asked), desk))
        except BadAnswerError as error:
            errors.append(error)
    return Page(tuple(works), seen.meta.count, detach_first(errors))


def detach_first(errors: Sequence[BadAnswerError]) -> BadAnswerError | None:
    """Return the first error without what it holds, or None."""
    for error in errors[:1]:
        detach(error)
        return error
    return None


def ask_all(desk: Desk, parameters: Mapping[str, str], *, asked: str) -> Page:
    """Request all pages of a short list of works.

    Raises
    ------
    SourceError
        A request failed.
    """
    first = ask_page(desk, parameters, asked=asked)
    pages = [first]
    while PAGE_SIZE * len(pages) < min(first.total, MOST_ROWS):
        pages.append(ask_page(desk, parameters, asked=asked, page=len(pages) + 1))
    works = {work.name: work for page in pages for work in page.works}
    return Page(tuple(works.values()), first.total, detach_first([page.error for page in pages if page.error]))


# --- many names at once ------------------------------------------------------------------------------------

Works = tuple[Work, ...] | SourceError
"""The works of a name, or the error if the request failed; no work if the service has none."""


class Lookup(NamedTuple):
    """A kind of question about many names at once.

    Attributes
    ----------
    kind : str
        Its kind in the cache.
    fields : tuple of str
        The requested fields.
    filter : str
        Name of the filter.
    spell : callable
        Returns the values of a name in the filter.
    names_of : callable
        Returns the values that a work answers.
    """

    kind: str
    fields: tuple[str, ...]
    filter: str
    spell: Callable[[str], Sequence[str]]
    names_of: Callable[[Work], Sequence[str]]

    def count_requests(self, names: Sequence[str]) -> int:
        """Count the requests for some names if none of them is cached."""
        return sum(1 for _ in chunk_values(names, self.spell))


def look_up(lookup: Lookup, names: Sequence[str], desk: Desk) -> dict[str, Works]:
    """Return the works of names, from the cache or in as few requests as the limits of the service allow."""
    unique = list(dict.fromkeys(names))
    answers: dict[str, Works] = dict(read_known(lookup, unique, desk))
    left = [name for name in unique if name not in answers]
    for chunk in chunk_values(left, lookup.spell):
        with desk.cache.take_turn(open_shelf(desk, lookup.kind, lookup.fields), chunk):
            known = read_known(lookup, chunk, desk)
            answers |= known
            desk.requester.note(f"{len(answers):,} of {len(unique):,} ids" if len(left) > len(chunk) else "")
            answers |= _ask(lookup, [name for name in chunk if name not in known], desk)
    return answers


def read_known(lookup: Lookup, names: Sequence[str], desk: Desk) -> dict[str, tuple[Work, ...]]:
    """Return the works of the names that the cache holds."""
    cached = desk.cache.read_records(open_shelf(desk, lookup.kind, lookup.fields), names)
    known = {}
    for name, records in cached.items():
        try:
            found = [read_work(one, asked=name) for one in records] if isinstance(records, list) else []
        except BadAnswerError:
            continue
        known[name] = tuple(found)
    return known


def _ask(lookup: Lookup, names: Sequence[str], desk: Desk) -> dict[str, Works]:
    """Send one request for names; if it fails, return its error for each of them."""
    if not names:
        return {}
    values = {value: name for name in names for value in lookup.spell(name)}
    query = {"filter": f"{lookup.filter}:{'|'.join(values)}", "select": spell_select(desk, lookup.fields)}
    try:
        page = ask_all(desk, query, asked=f"{lookup.filter}:{names[0]}…")
    except SourceError as error:
        return dict.fromkeys(names, detach(error))
    found: dict[str, list[Work]] = {name: [] for name in names}
    for work in page.works:
        for name in dict.fromkeys(values[value] for value in lookup.names_of(work) if value in values):
            found[name].append(work)
    # An unreadable work may be the answer to any name that has none.
    whole = {name: works for name, works in found.items() if works or page.error is None}
    desk.cache.write_records(
        open_shelf(desk, lookup.kind, lookup.fields),
        {name: [work.to_json() for work in works] for name, works in whole.items()},
    )
    answers: dict[str, Works] = {name: tuple(works) for name, works in whole.items()}
    return {**({name: page.error for name in names if name not in whole} if page.error else {}), **answers}
