"""Find papers at Semantic Scholar by title: the closest match, and a search for more candidates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pydantic import JsonValue

from flgraph.errors import SourceError
from flgraph.records import Paper
from flgraph.sources.cache import RecordCache, Shelf
from flgraph.sources.faults import BadAnswerError, NotFoundError, detach
from flgraph.sources.http import Requester
from flgraph.sources.provider import Answer, Desk
from flgraph.sources.semantic_scholar.papers import is_unreadable, read_answer
from flgraph.sources.semantic_scholar.questions import PAPER_FIELDS, PAPER_PATH, open_shelf
from flgraph.sources.semantic_scholar.records import read_paper

_MAX_HITS: Final = 100
_DASHES: Final = re.compile(r"[-\u00ad\u2010-\u2015\u2212]")


def search_title(title: str, desk: Desk) -> Answer:
    """Fetch the complete record of the paper with the closest title according to the service.

    The service does not say how close the match is. It also returns longer titles and other papers, so compare the
    title.

    Parameters
    ----------
    title : str
        The title as written.
    desk : Desk
        The requester and the cache, which keeps the records under their ids as well.

    Returns
    -------
    Paper, SourceError or None
        None if the service finds no match; a failure is the error.

    Raises
    ------
    ValueError
        The title is blank.

    Examples
    --------
    >>> with PROVIDER.open(Settings()) as requester:  # doctest: +SKIP
    ...     paper = search_title("FedBN: Federated Learning on Non-IID Features", Desk(requester))
    """
    query = _read_query(title)
    papers = open_shelf(desk, "paper")

    def ask() -> JsonValue:
        record = _ask_match(query, desk.requester)
        _keep_papers([record], desk.cache, papers)
        return record

    shelf = papers._replace(kind="match")
    try:
        record = desk.cache.ask_once(shelf, query, ask, keep=lambda record: not is_unreadable(record, query))
    except _NoDataError:  # the specification has another answer for a miss, so this one is not cached
        return None
    except SourceError as error:
        return detach(error)
    return read_answer(record, query)


class _NoDataError(Exception):
    """The service answered a title with an empty list."""


def _ask_match(query: str, requester: Requester) -> JsonValue:
    try:
        body = requester.request_json(f"{PAPER_PATH}search/match", parameters=_to_parameters(query))
    except NotFoundError as error:
        if "title match not found" in str(error).lower():
            return None
        raise
    found = body.get("data", "absent") if isinstance(body, dict) else "absent"
    if found is None or found == []:
        raise _NoDataError
    if not isinstance(found, list) or found[0] is None:
        raise BadAnswerError(f"Semantic Scholar ({requester.host}) answered the title {query!r} without a record")
    return found[0]


def search_papers(title: str, desk: Desk, *, limit: int = 5) -> list[Paper | BadAnswerError]:
    """Fetch the complete records of a search for the words of a title, most relevant first.

    Parameters
    ----------
    title : str
        The words. Hyphens are replaced by spaces, since the service finds nothing for words with hyphens.
    desk : Desk
        The requester and the cache, which keeps the records under their ids as well.
    limit : int
        Maximum number of papers, 1 to 100.

    Returns
    -------
    list of Paper or BadAnswerError
        Empty if the service finds none. An unreadable record is an error in its place.

    Raises
    ------
    SourceError
        The request failed, or no record is readable.
    ValueError
        The title is blank, or `limit` is out of range.

    Examples
    --------
    >>> with PROVIDER.open(Settings()) as requester:  # doctest: +SKIP
    ...     papers = search_papers("FedBN non-IID features", Desk(requester))
    """
    if not 1 <= limit <= _MAX_HITS:
        raise ValueError(f"limit must be a number from 1 to {_MAX_HITS}, found {limit!r}")
    query = _read_query(_DASHES.sub(" ", title))
    papers = open_shelf(desk, "paper")

    def ask() -> JsonValue:
        records = _ask_search(query, limit, desk.requester)
        _keep_papers(records, desk.cache, papers)
        return records

    def keep(records: JsonValue) -> bool:
        return isinstance(records, list) and not any(is_unreadable(record, query) for record in records)

    records = desk.cache.ask_once(papers._replace(kind="search"), f"{limit} {query}", ask, keep=keep)
    found = [_read_hit(record, query) for record in records] if isinstance(records, list) else []
    if found and all(isinstance(hit, BadAnswerError) for hit in found):
        raise BadAnswerError(str(found[0]))
    return found


def _read_hit(record: JsonValue, query: str) -> Paper | BadAnswerError:
    try:
        return read_paper(record, asked=query)
    except BadAnswerError as error:
        detach(error)
        return error


def _ask_search(query: str, limit: int, requester: Requester) -> list[JsonValue]:
    body = requester.request_json(f"{PAPER_PATH}search", parameters={**_to_parameters(query), "limit": str(limit)})
    # An answer without hits has a total and no list.
    found = body.get("data", [] if body.get("total") == 0 else None) if isinstance(body, dict) else None
    if not isinstance(found, list):
        raise BadAnswerError(f"Semantic Scholar ({requester.host}) answered the search for {query!r} without a list")
    return [record for record in found if record is not None]


def _to_parameters(query: str) -> dict[str, str]:
    return {"query": query, "fields": ",".join(PAPER_FIELDS)}


def _read_query(title: str) -> str:
    query = " ".join(title.split())
    if not query:
        raise ValueError("a title is blank; leave out papers without title")
    return query


def _keep_papers(records: Iterable[JsonValue], cache: RecordCache, shelf: Shelf) -> None:
    """Cache the readable records found by title under their ids."""
    found = {answer.id: record for record in records if isinstance(answer := read_answer(record, "a title"), Paper)}
    cache.write_records(shelf, found)
