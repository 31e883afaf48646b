"""Semantic Scholar's listings: who cites a paper, and whom it cites, page by page, with intents.

A batch nests neither intents nor influence, so each listing is asked for by itself. The client breaks on a list
that the publisher keeps back and loops over a failing page, so pages are asked for raw.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final, Literal
from urllib.parse import quote

from pydantic import JsonValue

from flgraph.errors import SourceError
from flgraph.records import Listing, Paper, Reference
from flgraph.sources.faults import BadAnswerError, TooLargeError
from flgraph.sources.provider import Desk, Neighbors
from flgraph.sources.semantic_scholar.papers import PAPER_PATH, open_shelf
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
"""What is asked of a line and of its paper; `authors` are their ids and names, which tell self-citations."""

PAGE_SIZE: Final = 1_000
_SMALLEST_PAGE: Final = 50

_Direction = Literal["citations", "references"]


def count_pages(count: int | None) -> int:
    """Return how many requests a listing of so many lines takes; None, a count that nobody knows, takes one.

    Examples
    --------
    >>> [count_pages(count) for count in (0, 1, 1_000, 1_001, 50_000, None)]
    [0, 1, 1, 2, 10, 1]
    """
    return 1 if count is None else ceil(min(count, LISTING_CAP) / PAGE_SIZE)


def fetch_citations(paper: Paper, desk: Desk) -> Neighbors:
    """Fetch the papers that cite a paper; nothing is asked where its count is 0.

    Parameters
    ----------
    paper : Paper
        A record of the service, from `fetch_papers`.
    desk : Desk
        The requester, and the cache where pages are looked up first and kept.

    Returns
    -------
    Neighbors
        Its listing is known, elided or failed; a known one that ends too early says by what (`cut_by`). An
        empty list beside a count above 0, or unknown, is failed.

    Examples
    --------
    >>> with PROVIDER.open(Settings()) as requester:  # doctest: +SKIP
    ...     citing = fetch_citations(paper, Desk(requester)).papers
    """
    return _fetch(paper.id, "citations", paper.citation_count, desk)


def fetch_references(paper: Paper, desk: Desk) -> Neighbors:
    """Fetch the papers that a paper cites; nothing is asked where its count is 0 or its publisher withholds the list.

    Parameters and what is returned are those of `fetch_citations`.

    Examples
    --------
    >>> with PROVIDER.open(Settings()) as requester:  # doctest: +SKIP
    ...     cited = fetch_references(paper, Desk(requester)).papers
    """
    if paper.references.status == "elided":
        return Neighbors(paper.references)
    return _fetch(paper.id, "references", paper.reference_count, desk)


def count_pages_left(paper: Paper, desk: Desk) -> tuple[int, int]:
    """Return how many pages of who cites a paper, and of whom it cites, the cache does not hold; asks nobody.

    The desk's requester is offline.
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
            desk.requester.note(_say_page(page, direction, count))
    except SourceError as error:
        return _join(pages, error, count)
    return _join(pages, None, count)


def _say_page(page: Page, direction: _Direction, count: int | None) -> str:
    """Return how far a listing of several pages has come; blank at its end."""
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
            logger.info("%s; asking for %d lines at once", error, size)
        else:
            yield page
            if page.next is None:
                return
            if page.next <= offset:
                raise BadAnswerError(f"Semantic Scholar: {path}: page {page.next} follows page {offset}")
            offset = page.next


def _ask_page(path: str, place: dict[str, str], desk: Desk) -> Page:
    name = f"{path}?offset={place['offset']}&limit={place['limit']}"

    def ask() -> JsonValue:
        body = desk.requester.request_json(path, parameters={"fields": ",".join(NEIGHBOR_FIELDS), **place})
        read_page(body, asked=name)  # what cannot be read is not kept
        return body

    return read_page(desk.cache.ask_once(open_shelf(desk, "page", fields=NEIGHBOR_FIELDS), name, ask), asked=name)


def _join(pages: Sequence[Page], error: SourceError | None, count: int | None) -> Neighbors:
    """Return the listing that some pages make up, and why there are no more."""
    lines = [line for page in pages for line in page.items]
    if error is None and pages[-1].status == "elided":
        if not lines:
            return Neighbors(Listing(status="elided"))
        error = BadAnswerError(f"Semantic Scholar lists {len(lines)} papers, and then says that it may not")
    if not lines:
        said = "an unknown number of" if count is None else count
        empty = BadAnswerError(f"Semantic Scholar counts {said} papers and lists none")
        return Neighbors(Listing(status="failed"), error=error or empty)
    is_capped = pages[-1].next is not None or (len(lines) >= LISTING_CAP and (count is None or count > len(lines)))
    cut: Literal["failure", "cap"] | None = "failure" if error else "cap" if is_capped else None
    listing = Listing(status="known", items=tuple(_drop_repeated(lines)), cut_by=cut)
    papers = {paper.id: paper for page in reversed(pages) for paper in reversed(page.papers)}
    return Neighbors(listing, tuple(papers[item.id] for item in listing.items if item.id in papers), error)


def _drop_repeated(lines: Sequence[Reference]) -> Iterator[Reference]:
    """Yield each paper once: a listing that grows while it is read shows a line again on the next page."""
    seen: set[str] = set()
    for line in lines:
        if line.id is None or line.id not in seen:
            yield line
        seen |= {line.id} if line.id else set()
