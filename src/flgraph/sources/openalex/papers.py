"""Find papers at OpenAlex by their ids.

All DOIs go into one filter of up to 100 values, with arXiv ids as DOIs of arXiv. A preprint that was merged with its
publication no longer has that DOI, and is found by its page at arXiv. What is still unknown may be in the expansion
corpus, which only requests for single works see; these are free.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final
from urllib.parse import quote

from pydantic import JsonValue

from flgraph.errors import SourceError
from flgraph.identifiers import clean_doi
from flgraph.sources.faults import NotFoundError, detach
from flgraph.sources.openalex.questions import (
    ABOUT,
    Lookup,
    Works,
    can_be_value,
    keep_topics,
    look_up,
    open_shelf,
    spell_select,
)
from flgraph.sources.openalex.records import to_paper
from flgraph.sources.openalex.works import PAPER_FIELDS, Work, read_work
from flgraph.sources.provider import Answers, Desk, Found, PaperId

STAGE: Final = "papers by id"
"""Name of the stage of `fetch_papers` in progress reports."""

_LISTED_AUTHORS: Final = 100
"""Number of authors that lists show at most."""

_ARXIV_DOI: Final = "10.48550/arxiv."
_PAGES: Final = ("http://arxiv.org/abs/", "https://arxiv.org/abs/")


def _list_pages(arxiv: str) -> list[str]:
    return [f"{page}{arxiv}" for page in _PAGES]


def _list_dois(work: Work) -> list[str]:
    return [doi] if work.doi and (doi := clean_doi(work.doi)) else []


def _list_landing_pages(work: Work) -> list[str]:
    return [location.landing_page_url for location in work.locations if location.landing_page_url]


BY_DOI: Final = Lookup("doi", PAPER_FIELDS, "doi", lambda doi: [doi], _list_dois)
BY_PAGE: Final = Lookup("page", PAPER_FIELDS, "locations.landing_page_url", _list_pages, _list_landing_pages)
BY_WORK: Final = Lookup("work", PAPER_FIELDS, "openalex", lambda name: [name], lambda work: [work.name])


def fetch_papers(ids: Sequence[Sequence[PaperId]], desk: Desk) -> list[Answers]:
    """Fetch papers by their ids, each with all records that these lead to.

    Ids of the service and other ids are asked for in the order given, each kind only if the one before it leads to no
    record: the id of a record that was merged into another may be gone.

    Parameters
    ----------
    ids : Sequence of Sequence of PaperId
        The ids of each paper.
    desk : Desk
        The requester and the cache.

    Returns
    -------
    list of tuple of Found, or SourceError
        Answer i belongs to paper i. It is the error if any request for the paper failed.

    Examples
    --------
    >>> with PROVIDER.open(Settings()) as requester:  # doctest: +SKIP
    ...     answers = fetch_papers([[PaperId("arxiv", "2102.07623")]], Desk(requester))
    """
    desk.requester.report(STAGE, 0, len(ids))
    runs = [split_ids(names) for names in ids]
    answers: dict[int, Answers] = dict.fromkeys(range(len(ids)), ())
    for turn in range(max(map(len, runs), default=0)):
        asked = {place: run[turn] for place, run in enumerate(runs) if turn < len(run) and answers[place] == ()}
        known = _look_up(list(asked.values()), desk)
        answers |= {place: _answer(names, known, desk) for place, names in asked.items()}
    desk.requester.report(STAGE, len(ids), len(ids))
    return [answers[place] for place in range(len(ids))]


def split_ids(ids: Sequence[PaperId]) -> list[list[PaperId]]:
    """Split ids into runs of ids of the service and of others."""
    return [list(run) for _, run in groupby(ids, key=lambda one: one.kind == ABOUT.id_kind)]


def to_doi(name: PaperId) -> str:
    """Return an arXiv id or DOI as a DOI."""
    return f"{_ARXIV_DOI}{name.value}".lower() if name.kind == "arxiv" else name.value.lower()


def _answer(names: Sequence[PaperId], known: Mapping[PaperId, Works], desk: Desk) -> Answers:
    """Join the works of all ids of a paper, each work once."""
    found: dict[str, Found] = {}
    for name in names:
        works = known[name]
        if isinstance(works, SourceError):
            return works
        for work in works:
            found.setdefault(work.name, Found(name, to_paper(work, today=desk.today)))
    return tuple(found.values())


def _look_up(papers: Sequence[Sequence[PaperId]], desk: Desk) -> dict[PaperId, Works]:
    """Return the works of the ids of papers; the later ways are tried for papers of which no id is known."""
    names = list(dict.fromkeys(name for paper in papers for name in paper))
    works = [name for name in names if name.kind == ABOUT.id_kind]
    known: dict[PaperId, Works] = dict.fromkeys(names, ())
    by_work = look_up(BY_WORK, [name.value for name in works], desk)
    known |= {name: by_work[name.value] for name in works}
    spelled = {name: to_doi(name) for name in names if name.kind != ABOUT.id_kind}
    by_doi = look_up(BY_DOI, [doi for doi in spelled.values() if can_be_value(doi)], desk)
    known |= {name: by_doi[doi] for name, doi in spelled.items() if doi in by_doi}
    at_arxiv = [name for name in _list_unknown(papers, known) if name.kind == "arxiv"]
    by_page = look_up(BY_PAGE, [name.value for name in at_arxiv], desk)
    known |= {name: by_page[name.value] for name in at_arxiv}
    alone = list(dict.fromkeys(_list_unknown(papers, known)))
    known |= {name: fetch_single(name, desk) for name in desk.requester.track(STAGE, alone)}
    return {name: _complete_authors(works, desk) for name, works in known.items()}


def _complete_authors(works: Works, desk: Desk) -> Works:
    """Fetch works with as many authors as a list shows again, alone, with all of their authors."""
    if isinstance(works, SourceError):
        return works
    whole: list[Work] = []
    for work in works:
        is_cut = len(work.authorships) == _LISTED_AUTHORS
        found = fetch_single(PaperId(ABOUT.id_kind, work.name), desk) if is_cut else (work,)
        if isinstance(found, SourceError):
            return found
        whole += found or (work,)
    return tuple(whole)


def _list_unknown(papers: Sequence[Sequence[PaperId]], known: Mapping[PaperId, Works]) -> Iterator[PaperId]:
    """Yield the ids of papers without any record or failure."""
    for names in papers:
        if all(known[name] == () for name in names):
            yield from names


def fetch_single(name: PaperId, desk: Desk) -> Works:
    """Fetch one work by its id, free of charge, also from the expansion corpus."""
    asked = name.value if name.kind == ABOUT.id_kind else f"doi:{to_doi(name)}"
    shelf = open_shelf(desk, "single", PAPER_FIELDS)

    def ask() -> JsonValue:
        try:
            body = desk.requester.request_json(
                f"/works/{quote(asked, safe=':/')}", parameters={"select": spell_select(desk, PAPER_FIELDS)}
            )
        except NotFoundError:
            return None
        return keep_topics(read_work(body, asked=asked), desk).to_json()

    try:
        record = desk.cache.ask_once(shelf, asked, ask)
        return () if record is None else (read_work(record, asked=asked),)
    except SourceError as error:
        return detach(error)
