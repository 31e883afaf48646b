"""Make the snapshot of a catalog from an index: what an enrichment would fetch, as of the day of the release."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from flgraph.bulk.index_files import Index
from flgraph.bulk.index_matches import CONTEXT_COLUMNS, Links, find_day, find_taken, match_entries
from flgraph.bulk.index_query import Query, choose_around, list_citations, read_rows
from flgraph.bulk.index_records import read_row
from flgraph.enrichment.ask import sort_outcomes
from flgraph.enrichment.versions import rename_versions
from flgraph.errors import TableError
from flgraph.memory import pause_collector
from flgraph.progress import Step
from flgraph.records import Catalog, Listing, Paper, Reference, Snapshot
from flgraph.snapshot.files import FROM_INDEX, digest_catalog
from flgraph.sources.openalex.records import to_reference

MOST_PAPERS: Final = 1_000_000
"""The largest number of papers around a catalog in a snapshot, which is kept in memory as a whole."""


def _read_taken(index: Index) -> datetime:
    """Return when the release was made; raise `TableError` if that is unknown, since a snapshot needs its day."""
    taken = find_taken(index)
    if taken is None:
        raise TableError(
            f"{index.path}: does not say of which day the release is, which a snapshot needs; make the index again "
            "with `flgraph index --release 2026-11-01`, or write a folder"
        )
    return taken


@pause_collector()
def make_snapshot(query: Query, catalog: Catalog, hops: int) -> Snapshot:
    """Make a snapshot of a catalog.

    With two hops, the papers around the catalog have their own listings of references and citations.

    Parameters
    ----------
    query : Query
        The open index.
    catalog : Catalog
        The papers, and the decisions of people.
    hops : 1 or 2
        How far the papers around the catalog reach.

    Raises
    ------
    TableError
        The day of the release is unknown, no entry is in the index, or there are too many papers around the catalog.
    """
    taken = _read_taken(query.index)
    matched = match_entries(query, catalog, with_links=True)
    inside = {number for numbers in matched.numbers.values() for number in numbers}
    links = _Links({link: mark for link, mark in matched.links.items() if not inside.isdisjoint(link)})
    near = {number for link in links.marks for number in link} - inside
    if hops == 1:
        query.put_numbers("field", near | inside)
    else:
        choose_around(query, inside, hops, since=None)
    read = _read_field(query)
    papers = {
        key: _add_listings(query, paper, matched.numbers[key], links, read) for key, paper in matched.papers.items()
    }
    context = {paper.id: paper for number, paper in read.items() if number not in inside}
    if hops > 1:
        further = _Links({(start, end): mark for start, end, mark in list_citations(query, near)})
        for number in near & read.keys():
            context[read[number].id] = _add_listings(query, read[number], (number,), further, read)
    # Ids of papers and keys of the catalog may be equal.
    named = rename_versions({**{f"around {name}": paper for name, paper in context.items()}, **papers})
    return Snapshot(
        source=query.about.name,
        id_kind=query.about.id_kind,
        taken=taken,
        depth=1,
        catalog_digest=digest_catalog(catalog),
        parameters=_describe(query, hops),
        papers={key: named[key] for key in papers},
        context={name: named[f"around {name}"] for name in context},
        **sort_outcomes(matched.outcomes),
    )


def _describe(query: Query, hops: int) -> dict[str, Any]:
    names = ("digest", "release", "works", "citations")
    return {FROM_INDEX: {name: getattr(query.index, name) for name in names}, "hops": hops}


def _read_field(query: Query) -> dict[int, Paper]:
    """Read the papers of the table `field` by number, without listings."""
    many = query.count("field")
    if many > MOST_PAPERS:
        raise TableError(
            f"{query.index.path}: {many:,} papers are around this catalog, and a snapshot holds at most "
            f"{MOST_PAPERS:,}; write a folder, or take fewer hops"
        )
    query.report(Step("papers around the catalog", 0, many))
    columns = (*CONTEXT_COLUMNS, "authors") if query.index.source == "semantic_scholar" else CONTEXT_COLUMNS
    today = find_day(query.index)
    rows = read_rows(query, "field", columns)
    read = {number: read_row(query.index.source, row, None, today=today) for number, row in rows.items()}
    query.report(Step("papers around the catalog", len(read), many))
    return read


# --- listings --------------------------------------------------------------------------------------------


class _Links:
    """Citations by the numbers of both works: their marks of influence, and the neighbors of each work."""

    def __init__(self, marks: Links) -> None:
        self.marks = marks
        self.cited: dict[int, list[int]] = defaultdict(list)
        self.citing: dict[int, list[int]] = defaultdict(list)
        for start, end in marks:
            self.cited[start].append(end)
            self.citing[end].append(start)

    def list_lines(self, pairs: Iterable[tuple[int, int]], other: int, read: Mapping[int, Paper]) -> Listing:
        """Return a listing of one end of citations, without works that the index lacks, each once."""
        lines: dict[int, Reference] = {}
        for pair in pairs:
            if pair[other] in read and pair[other] not in lines:
                line, mark = to_reference(read[pair[other]]), self.marks.get(pair)
                lines[pair[other]] = line if mark is None else line.model_copy(update={"influential": mark})
        return Listing(status="known", items=tuple(lines.values()))


def _add_listings(query: Query, paper: Paper, own: Sequence[int], links: _Links, read: Mapping[int, Paper]) -> Paper:
    """Add the works that a paper cites and those that cite it, in the order and under the rules of the service."""
    cited = [(number, end) for number in own for end in sorted(links.cited[number]) if end not in own]
    if paper.references.items:  # of the version of the work that lists any
        listed = {line.id for line in paper.references.items}
        cited = [(start, end) for start, end in cited if f"W{end}" in listed]
    citing = [(start, number) for number in own for start in links.citing[number] if start not in own]
    references = links.list_lines(cited, 1, read)
    citations = links.list_lines(sorted(citing, key=lambda pair: _place(read.get(pair[0]), pair[0])), 0, read)
    if query.index.source == "openalex":
        references = references if cited else Listing(status="unlisted")
    else:
        references = _doubt_empty(references, paper.reference_count)
        citations = _doubt_empty(citations, paper.citation_count)
    return paper.model_copy(update={"references": references, "citations": citations})


def _place(paper: Paper | None, number: int) -> tuple[str, int]:
    day = paper.publication_date or paper.year if paper else None
    return str(day or "9999"), number


def _doubt_empty(listing: Listing, count: int | None) -> Listing:
    """Return an empty listing as unlisted unless the source counts none."""
    return listing if listing.items or count == 0 else Listing(status="unlisted")
