"""Fetch the citations and references of a paper from Semantic Scholar, page by page, with intents.

Batches contain neither intents nor influence, so each listing is requested separately. Pages are requested without
the client, which fails on lists that the publisher withholds and repeats failing pages forever.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final, Literal
from urllib.parse import quote

from pydantic import JsonValue

from flgraph.checks import format_count
from flgraph.errors import SourceError
from flgraph.records import Listing, Paper, Reference
from flgraph.sources.faults import BadAnswerError, TooLargeError, detach
from flgraph.sources.provider import Desk, Neighbors
from flgraph.sources.semantic_scholar.questions import PAPER_PATH, open_shelf
from flgraph.sources.semantic_scholar.records import LISTING_CAP, Page, read_page

logger = logging.getLogger(__name__)

NEIGHBOR_FIELDS: Final = (
    "isInfluential",
    "intents",
    "corpusId",
    "externalIds",
    "title",
    "year",
    "publicationDate",
    "venue",
    "citationCount",
    "referenceCount",
    "authors",
)
"""Requested fields of a line and its paper; `authors` (ids and names) reveal self-citations."""

PAGE_SIZE: Final = 1_000
_SMALLEST_PAGE: Final = 50

_Direction = Literal["citations", "references"]


def count_pages(count: int | None) -> int:
    """Count the requests for a listing of `count` lines; an unknown count (None) takes one.

    Examples
    --------
    >>> [count_pages(count) for count in (0, 1, 1_000, 1_001, 50_000, None)]
    [0, 1, 1, 2, 10, 1]
    """
    return 1 if count is None else ceil(min(count, LISTING_CAP) / PAGE_SIZE)


def fetch_citations(paper: Paper, desk: Desk) -> Neighbors:
    """Fetch the papers that cite a paper; send no request if its citation count is 0.

    Parameters
    ----------
    paper : Paper
        A record of `fetch_papers`.
    desk : Desk
        The requester and the cache.

    Returns
    -------
    Neighbors
        The listing is known, elided, unlisted or failed. `cut_by` says why a known listing is truncated. An empty
        list with a count above 0, or an unknown count, is unlisted.

    Examples
    --------
    >>> with PROVIDER.open(Settings()) as requester:  # doctest: +SKIP
    ...     citing = fetch_citations(paper, Desk(requester)).papers
    """
    return _fetch(paper.id, "citations", paper.citation_count, desk)


def fetch_references(paper: Paper, desk: Desk) -> Neighbors:
    """Fetch the papers that a paper cites, as `fetch_citations`.

    Send no request if its reference count is 0 or its publisher withholds the list.

    Examples
    --------
    >>> with PROVIDER.open(Settings()) as requester:  # doctest: +SKIP
    ...     cited = fetch_references(paper, Desk(requester)).papers
    """
    if paper.references.status == "elided":
        return Neighbors(paper.references)
    return _fetch(paper.id, "references", paper.reference_count, desk)


def count_pages_left(paper: Paper, desk: Desk) -> tuple[int, int]:
    """Count the pages of citations and of references that are not cached.

    The requester of the desk must be offline.
    """
    citing, cited = fetch_citations(paper, desk), fetch_references(paper, desk)
    return _count_left(citing, paper.citation_count), _count_left(cited, paper.reference_count)


def _count_left(neighbors: Neighbors, count: int | None) -> int:
    return max(1, count_pages(count) - len(neighbors.listing.items) // PAGE_SIZE) if neighbors.error else 0


def _fetch(paper_id: str, direction: _Direction, count: int | None, desk: Desk) -> Neighbors:
    if count == 0:
        return Neighbors(Listing(status="known"))
    path = f"{PAPER_PATH}{quote(paper_id, safe='')}/{direction}"
    pages: list[Page] = []
    try:
        for page in _ask_pages(path, desk):
            pages.append(page)
            desk.requester.note(_format_page(page, direction, count))
    except SourceError as error:
        return _join(pages, detach(error), count)
    unreadable = next((page.error for page in pages if page.error), None)
    return _join(pages, unreadable and detach(unreadable), count)


def _format_page(page: Page, direction: _Direction, count: int | None) -> str:
    """Format the progress of a listing of several pages; empty at its end."""
    known = "" if count is None else f" of {min(count, LISTING_CAP):,}"
    return "" if page.next is None else f"{page.next:,}{known} {direction}"


def _ask_pages(path: str, desk: Desk) -> Iterator[Page]:
    offset, size = 0, PAGE_SIZE
    while offset < LISTING_CAP:
        limit = min(size, LISTING_CAP - offset)
        try:
            page = _ask_page(path, {"offset": str(offset), "limit": str(limit)}, desk)
        except TooLargeError as error:
            size = limit // 2
            if size < _SMALLEST_PAGE:
                raise
            logger.info("%s; requesting %d lines at once", error, size)
        else:
            yield page
            if page.next is None:
                return
            if page.next <= offset:
                raise BadAnswerError(
                    f"Semantic Scholar: {path}: the page at {offset} names {page.next} as the next offset"
                )
            offset = page.next


def _ask_page(path: str, place: dict[str, str], desk: Desk) -> Page:
    name = f"{path}?offset={place['offset']}&limit={place['limit']}"

    def ask() -> JsonValue:
        return desk.requester.request_json(path, parameters={"fields": ",".join(NEIGHBOR_FIELDS), **place})

    shelf = open_shelf(desk, "page", fields=NEIGHBOR_FIELDS)
    return read_page(desk.cache.ask_once(shelf, name, ask, keep=lambda body: _is_whole(body, name)), asked=name)


def _is_whole(body: JsonValue, asked: str) -> bool:
    try:
        return read_page(body, asked=asked).error is None
    except BadAnswerError:
        return False


def _join(pages: Sequence[Page], error: SourceError | None, count: int | None) -> Neighbors:
    """Join pages into one listing, with the reason why it is truncated, if it is."""
    lines = [line for page in pages for line in page.items]
    if error is None and pages[-1].status == "elided":
        if not lines:
            return Neighbors(Listing(status="elided"))
        error = BadAnswerError(
            f"Semantic Scholar listed {format_count(len(lines), 'paper')} and then withheld the rest"
        )
    if not lines:
        return Neighbors(Listing(status="failed" if error else "unlisted"), error=error)
    is_capped = pages[-1].next is not None or (len(lines) >= LISTING_CAP and (count is None or count > len(lines)))
    cut: Literal["failure", "cap"] | None = "failure" if error else "cap" if is_capped else None
    listing = Listing(status="known", items=tuple(_drop_repeated(lines)), cut_by=cut)
    papers = {paper.id: paper for page in reversed(pages) for paper in reversed(page.papers)}
    return Neighbors(listing, tuple(papers[item.id] for item in listing.items if item.id in papers), error)


def _drop_repeated(lines: Sequence[Reference]) -> Iterator[Reference]:
    """Yield each paper once; a listing that grows during the requests repeats lines on the next page."""
    seen: set[str] = set()
    for line in lines:
        if line.id is None or line.id not in seen:
            yield line
        seen |= {line.id} if line.id else set()
