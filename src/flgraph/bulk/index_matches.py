"""Match the entries of a catalog with the works of an index, by the rules of an enrichment."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from flgraph.bulk.index_files import Index
from flgraph.bulk.index_query import Query, find_numbers, list_citations, read_rows
from flgraph.bulk.index_records import read_row
from flgraph.checks import format_count
from flgraph.enrichment.ask import Outcome, match_ids
from flgraph.errors import TableError
from flgraph.progress import Step
from flgraph.records import Catalog, Paper
from flgraph.sources.openalex.papers import split_ids
from flgraph.sources.provider import Answers, Found, PaperId, ask_in_turn

CONTEXT_COLUMNS: Final = (
    "id", "title", "year", "date", "doi", "arxiv", "pmid", "venue", "type", "citation_count", "reference_count",
    "retracted", "sha",
)  # fmt: skip
"""The columns of works around a catalog; of Semantic Scholar also the authors, as from the service."""

_PAPER_COLUMNS: Final = (*CONTEXT_COLUMNS, "authors")
Links = Mapping[tuple[int, int], bool | None]

_LAST_DAY: Final = date(2200, 12, 31)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Matched:
    """The outcome of each entry by key, and what the index says of the papers.

    Attributes
    ----------
    outcomes : Mapping of str to Outcome
        The match of each entry, and its paper if it is accepted.
    numbers : Mapping of str to tuple of int
        The numbers of all records of each paper.
    links : Mapping
        The citations from and to these records, by the numbers of both works: whether the source calls one influential.
    """

    outcomes: Mapping[str, Outcome]
    numbers: Mapping[str, tuple[int, ...]]
    links: Links

    @property
    def papers(self) -> dict[str, Paper]:
        """The papers found, by key."""
        return {key: outcome.paper for key, outcome in self.outcomes.items() if outcome.paper is not None}


def find_taken(index: Index) -> datetime | None:
    """Return when the release was made: its time, else the beginning of its day in UTC; None if unknown."""
    if index.taken is not None:
        return _read_time(index, index.taken)
    if index.release is not None and _DAY.fullmatch(index.release):
        return _read_time(index, index.release)
    return None


def _read_time(index: Index, text: str) -> datetime:
    try:
        taken = datetime.fromisoformat(text)
    except ValueError as error:
        raise TableError(f"{index.path}: its index.json has {text!r} for a time; make the index again") from error
    return (taken if taken.tzinfo else taken.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def find_day(index: Index) -> date:
    """Return the day of the release, after which no paper was published; the last day of records if it is unknown."""
    taken = find_taken(index)
    return _LAST_DAY if taken is None else taken.date()


def match_entries(query: Query, catalog: Catalog, *, with_links: bool) -> Matched:
    """Match the entries of a catalog by DOI, arXiv id, PubMed id and id of the source.

    Without links, the citations are not read, and all listings of the papers are open.

    Raises
    ------
    TableError
        No entry has a record in the index.
    """
    query.report(Step("papers by id", 0, len(catalog.entries)))
    known: dict[str, int] = {}
    links: dict[tuple[int, int], bool | None] = {}
    has_authors = any(entry.authors for entry in catalog.entries)

    def fetch(ids: Sequence[Sequence[PaperId]]) -> list[Answers]:
        numbers = find_numbers(query, (name for names in ids for name in names))
        hits = {number for found in numbers.values() for number in found}
        if with_links:
            links.update(((citing, cited), mark) for citing, cited, mark in list_citations(query, hits))
        # Without links only the matches count: authors decide if the entries have some, or several records are found.
        is_plain = not (with_links or has_authors or any(len(_list_hits(names, numbers)) > 1 for names in ids))
        columns = CONTEXT_COLUMNS if is_plain else _PAPER_COLUMNS
        papers = _read_papers(query, hits, links if with_links else None, columns)
        known.update((paper.id, number) for number, paper in papers.items())
        return _answer_all(query, ids, {name: [papers[number] for number in found if number in papers]
                                        for name, found in numbers.items()})  # fmt: skip

    outcomes = match_ids(
        catalog,
        query.about,
        fetch,
        unites_versions=query.index.source == "openalex",
        kinds=("pmid", query.about.id_kind),
        decided=find_day(query.index),
    )
    papers = {key: outcome.paper for key, outcome in outcomes.items() if outcome.paper is not None}
    query.report(Step("papers by id", len(papers), len(catalog.entries)))
    if not papers:
        raise TableError(_say_none(query, catalog, outcomes))
    numbers = {key: tuple(known[name] for name in paper.record_ids) for key, paper in papers.items()}
    return Matched(outcomes, numbers, links)


def _list_hits(names: Iterable[PaperId], numbers: Mapping[PaperId, Sequence[int]]) -> set[int]:
    return {number for name in names for number in numbers.get(name, ())}


def _read_papers(query: Query, hits: Iterable[int], links: Links | None, columns: Sequence[str]) -> dict[int, Paper]:
    """Read works with the ids of the works that they cite, if the citations are known."""
    query.put_numbers("hits", hits)
    cited: dict[int, list[int]] = defaultdict(list)
    for citing, other in links or ():
        cited[citing].append(other)
    today = find_day(query.index)
    return {
        number: read_row(query.index.source, row, None if links is None else cited[number], today=today)
        for number, row in read_rows(query, "hits", columns).items()
    }


def _answer_all(
    query: Query, ids: Sequence[Sequence[PaperId]], found: Mapping[PaperId, Sequence[Paper]]
) -> list[Answers]:
    """Answer as the service does: OpenAlex with all records of the ids of a paper, the other with the first."""
    if query.index.source == "openalex":
        return [_answer(names, found) for names in ids]
    return ask_in_turn(ids, lambda asked: [next(iter(found.get(name, ())), None) for name in asked])


def _answer(names: Sequence[PaperId], found: Mapping[PaperId, Sequence[Paper]]) -> Answers:
    """Join the records of the ids of a paper; ids of the source and others each only if those before lead to none."""
    for run in split_ids(names):
        joined: dict[str, Found] = {}
        for name in run:
            for paper in found.get(name, ()):
                joined.setdefault(paper.id, Found(name, paper))
        if joined:
            return tuple(joined.values())
    return ()


def _say_none(query: Query, catalog: Catalog, outcomes: Mapping[str, Outcome]) -> str:
    review = sum(outcome.match is not None and outcome.match.status == "review" for outcome in outcomes.values())
    kinds = f"DOI, arXiv id, PubMed id or {query.about.title} id"
    judged = f"; the ids of {format_count(review, 'paper')} lead to other titles" if review else ""
    entries = format_count(len(catalog.entries), "paper")
    return f"{query.index.path}: holds none of the {entries} of {catalog.title!r} by {kinds}{judged}"
