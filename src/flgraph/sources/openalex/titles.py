"""Search OpenAlex for the words of a title."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from pydantic import JsonValue

from flgraph.records import Paper
from flgraph.sources.faults import BadAnswerError, BadRequestError
from flgraph.sources.openalex.questions import SEARCH_PRICE, Page, ask_page, open_shelf, spell_select
from flgraph.sources.openalex.records import to_paper
from flgraph.sources.openalex.works import PAPER_FIELDS, read_work
from flgraph.sources.provider import Desk

_HITS: Final = 10
_MOST_BYTES: Final = 3_000


def search_titles(titles: Sequence[str], desk: Desk) -> Iterator[list[Paper]]:
    """Yield the papers whose titles contain all words of a title, for one title after the other.

    Raises
    ------
    SourceError
        A search failed, or a hit cannot be read; it may be the paper, unless another hit was accepted.
    """
    for query in dict.fromkeys(map(spell_query, titles)):
        if query:
            page = _search(query, desk)
            yield [to_paper(work, today=desk.today) for work in page.works]
            if page.error is not None:
                raise page.error


def spell_query(title: str) -> str:
    """Return the words of a title in lower case: signs, and words in capitals, are operators of the service.

    Examples
    --------
    >>> spell_query("FedX: WHY | NOT non-IID?")
    'fedx why not non iid'
    """
    words = "".join(sign if sign.isalnum() else " " for sign in unicodedata.normalize("NFC", title).lower()).split()
    query = " ".join(words)
    while len(quote(query)) > _MOST_BYTES:
        words = words[: len(words) // 2]
        query = " ".join(words)
    return query


def _search(query: str, desk: Desk) -> Page:
    shelf = open_shelf(desk, "title", PAPER_FIELDS)
    errors: list[BadAnswerError] = []

    def ask() -> JsonValue:
        page = _ask(query, desk)
        errors.extend([page.error] if page.error else [])
        return [work.to_json() for work in page.works]

    records = desk.cache.ask_once(shelf, query, ask, keep=lambda _: not errors)
    rows = records if isinstance(records, list) else []
    works = tuple(read_work(record, asked=query) for record in rows)
    return Page(works, len(works), errors[0] if errors else None)


def _ask(query: str, desk: Desk) -> Page:
    """Search by the parameter for titles, or by the older filter where the service refuses it."""
    select = {"select": spell_select(desk, PAPER_FIELDS)}
    try:
        return ask_page(desk, {"search.title": query, **select}, asked=query, size=_HITS, cost=SEARCH_PRICE)
    except BadRequestError:
        older = {"filter": f"title.search:{query}", **select}
        return ask_page(desk, older, asked=query, size=_HITS, cost=SEARCH_PRICE)
