"""Say beside each row of a list what a graph knows about its work, and tabulate citation counts in a side file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx

from flgraph.catalog.kept_lists import collect_keys
from flgraph.catalog.list_catalog import import_reading
from flgraph.checks import format_count
from flgraph.graph.knowledge_graph import catalog_papers, neighbors_by_kind
from flgraph.graph.paper_facts import licences_of
from flgraph.graph.schema import list_id_kinds
from flgraph.identifiers import codebase_from_url, is_preprint
from flgraph.lists.entries import ListEntry, ListReading
from flgraph.lists.writing.base_entries import BaseEntry
from flgraph.lists.writing.escaping import encode_address, escape_everywhere
from flgraph.records import Snapshot
from flgraph.sources.registry import KNOWN, find_credit, find_title

SIDE_MARK: Final = "<!-- Written by `flgraph annotate`, which replaces this file. -->"
JSON_MARK: Final = '{\n "written_by": "flgraph annotate"'
"""How a side file begins, in Markdown and in JSON."""

_ID_KINDS: Final = ("arxiv", "doi", "dblp", "openreview", "pmid", "pmcid")
_OWN_TERMS: Final = "NOASSERTION"
_NO_LICENCE: Final = "NONE"


@dataclass(frozen=True)
class WorkFacts:
    """What a graph knows about a paper of its catalog; None and empty are unknown.

    `venue` is the venue of publication, never a preprint server. `codebases` are the addresses of repositories that
    hold code; `is_placeholder` is true if all repositories are placeholders. `licences` are SPDX ids, NONE for a
    repository without a licence and NOASSERTION for one with terms of its own.
    """

    key: str
    title: str
    venue: str | None = None
    year: int | None = None
    citations: int | None = None
    codebases: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    is_placeholder: bool = False
    link: str | None = None
    ids: Mapping[str, str] | None = None


@dataclass(frozen=True)
class GraphFacts:
    """What a graph knows about the papers of its catalog, by key, and where the counts are from.

    `source` is the title of the provider and `taken` the day of its answers; both are None without citation data.
    """

    title: str
    works: Mapping[str, WorkFacts]
    source: str | None = None
    credit: str | None = None
    taken: str | None = None

    @property
    def counted(self) -> list[WorkFacts]:
        """The works whose citation count is known, the most cited first."""
        known = [work for work in self.works.values() if work.citations is not None]
        return sorted(known, key=lambda work: (-(work.citations or 0), work.title.casefold(), work.key))


def collect_facts(graph: nx.MultiDiGraph[Any], snapshot: Snapshot | None = None) -> GraphFacts:
    """Collect what a graph knows about its papers.

    A graph keeps one venue of a paper: the one that the catalog states. The snapshot adds the venue of the record, for
    papers that the catalog lists as preprints.
    """
    source = str(graph.graph.get("snapshot_source", ""))
    is_known = all(name in KNOWN for name in source.split("; "))
    works = {data["key"]: _describe_work(graph, node, data, snapshot) for node, data in catalog_papers(graph)}
    return GraphFacts(
        title=str(graph.graph.get("title", "")),
        works=works,
        source=find_title(source) or None,
        credit=find_credit(source) if is_known else None,
        taken=str(graph.graph["snapshot_taken"])[:10] if "snapshot_taken" in graph.graph else None,
    )


def _describe_work(
    graph: nx.MultiDiGraph[Any], node: str, data: Mapping[str, Any], snapshot: Snapshot | None
) -> WorkFacts:
    codebases = [graph.nodes[code] for code in neighbors_by_kind(graph, node, "has_code")]
    working = [code for code in codebases if not code.get("placeholder", False)]
    venue, year = _find_published(data, snapshot)
    kinds = (*_ID_KINDS, *list_id_kinds(graph))
    return WorkFacts(
        key=data["key"],
        title=data["title"],
        venue=venue,
        year=year,
        citations=data.get("citation_count"),
        codebases=tuple(code["url"] for code in working),
        licences=tuple(sorted(licences_of(graph, node))),
        is_placeholder=bool(codebases) and not working,
        link=_find_link(data),
        ids={kind: str(data[kind]) for kind in kinds if kind in data},
    )


def _find_published(data: Mapping[str, Any], snapshot: Snapshot | None) -> tuple[str | None, int | None]:
    """Return venue and year of publication: those of the graph, else of the record; a preprint server is no venue."""
    venue = data.get("venue")
    if venue and not is_preprint(venue):
        return venue, data.get("year")
    paper = snapshot.papers.get(data["key"]) if snapshot and data.get("match") == "accepted" else None
    if paper is None or not paper.venue or is_preprint(paper.venue):
        return None, data.get("year")
    return paper.venue, paper.year


def _find_link(data: Mapping[str, Any]) -> str | None:
    if "doi" in data:
        return f"https://doi.org/{data['doi']}"
    return f"https://arxiv.org/abs/{data['arxiv']}" if "arxiv" in data else data.get("url")


# --- the rows of a list --------------------------------------------------------------------------------------


def match_rows(reading: ListReading, facts: GraphFacts, base: Iterable[BaseEntry] = ()) -> dict[int, WorkFacts]:
    """Find what is known about each row of a list.

    Parameters
    ----------
    reading : ListReading
        A list.
    facts : GraphFacts
        What a graph knows.
    base : iterable of BaseEntry
        The rows of the last import of the list (`list.jsonl`). They find works whose title or ids were corrected in
        the catalog since.

    Returns
    -------
    dict
        What is known, by the place of the row in `reading.entries`. Rows that are no paper, and papers that the graph
        does not hold, are left out.

    Raises
    ------
    CatalogError
        The list names no paper.
    """
    rows = ((row.key, row.title, row.ids) for row in base)
    works = ((work.key, work.title, work.ids or {}) for work in facts.works.values())
    keys = collect_keys([*rows, *works])
    _, placed = import_reading(reading, known=keys)
    places = (place for place, entry in enumerate(reading.entries) if entry.kind == "paper")
    pairs = zip(places, placed, strict=True)
    return {place: facts.works[row.key] for place, row in pairs if row.key in facts.works}


def format_note(row: ListEntry, work: WorkFacts, *, counted: str | None = None) -> str:
    r"""Format what is known about a work and not said in its row; empty if there is nothing.

    Parameters
    ----------
    row : ListEntry
        A row of a list.
    work : WorkFacts
        What is known about its work.
    counted : str or None
        The day of the citation counts, to write the count too. It changes weekly, and with it the row.

    Examples
    --------
    >>> path = folder / "README.md"
    >>> _ = path.write_text("- [An invented study of clocks](https://arxiv.org/abs/2912.00001), preprint\n")
    >>> entry = read_list(path).entries[0]
    >>> work = WorkFacts("clocks", entry.title, venue="Journal of Things", year=2099, licences=("MIT",), citations=7)
    >>> format_note(entry, work)
    '(published in Journal of Things, 2099; code licence: MIT)'
    """
    said = [_say_venue(row, work), _say_code(row, work)]
    if counted and work.citations is not None:
        said.append(f"{format_count(work.citations, 'citation')} on {counted}")
    text = "; ".join(filter(None, said))
    return f"({text})" if text else ""


def _say_venue(row: ListEntry, work: WorkFacts) -> str:
    """Say where a work is published if its row names no venue or a preprint server."""
    listed = row.venue or ""
    if not work.venue or (listed.strip() and not is_preprint(listed)):
        return ""
    year = f", {work.year}" if work.year and str(work.year) not in work.venue else ""
    return f"published in {work.venue}{year}"


def _say_code(row: ListEntry, work: WorkFacts) -> str:
    """Say the licence of the code, and where the code is if the row has no link to it."""
    if work.is_placeholder:
        return "code: placeholder repository"
    if work.codebases and not any(link.kind == "code" for link in row.links):
        return "code: " + ", ".join(filter(None, (*map(_name_codebase, work.codebases), _name_licences(work))))
    return f"code licence: {_name_licences(work, none='none')}" if work.licences else ""


def _name_licences(work: WorkFacts, *, none: str = "no licence") -> str:
    names = {_NO_LICENCE: none, _OWN_TERMS: "own terms"}
    return ", ".join(names.get(licence, licence) for licence in work.licences)


def _name_codebase(url: str) -> str:
    found = codebase_from_url(url)
    return found[0] if found else url.partition("://")[2] or url


# --- the side file -------------------------------------------------------------------------------------------


def format_citations(facts: GraphFacts) -> str:
    """Format the citation counts as a table in Markdown, most cited first; equal counts share a rank.

    Papers without a known count are not in the table. Unknown cells are empty.
    """
    rows = [_format_row(rank, work) for rank, work in _rank(facts.counted)]
    head = ["Rank", "Title", "Venue of publication", "Year", "Citations", "Code", "Licence of the code"]
    table = ["| " + " | ".join(head) + " |", "|--:|---|---|--:|--:|---|---|", *rows]
    credit = f" {facts.credit}." if facts.credit else ""
    blocks = [
        f"{SIDE_MARK}\n\n# Citations: {escape_everywhere(facts.title)}",
        f"{describe_counts(facts)}{credit}",
        "\n".join(table),
    ]
    return "\n\n".join(blocks) + "\n"


def describe_counts(facts: GraphFacts) -> str:
    """Say where the citation counts are from, of which day, and how they were counted."""
    unknown = len(facts.works) - len(facts.counted)
    left_out = (
        f" {format_count(unknown, 'paper')} with an unknown count {'is' if unknown == 1 else 'are'} omitted."
        if unknown
        else ""
    )
    return (
        f"Source: {facts.source}, {facts.taken}. A count is the number of works that cite the paper in the data of the "
        f"source on that day, self-citations included.{left_out}"
    )


def format_citations_json(facts: GraphFacts) -> str:
    """Format the citation counts as JSON, with the same numbers as `format_citations`; unknown values are null."""
    papers = [
        {
            "rank": rank,
            "key": work.key,
            "title": work.title,
            "venue": work.venue,
            "year": work.year,
            "citations": work.citations,
            "code": list(work.codebases),
            "licences": list(work.licences),
            "link": work.link,
        }
        for rank, work in _rank(facts.counted)
    ]
    unknown = sorted(key for key, work in facts.works.items() if work.citations is None)
    said = {"title": facts.title, "source": facts.source, "taken": facts.taken, "counted": describe_counts(facts)}
    values = {"written_by": "flgraph annotate", **said, "credit": facts.credit, "papers": papers, "unknown": unknown}
    return json.dumps(values, ensure_ascii=False, indent=1) + "\n"


def _rank(works: Sequence[WorkFacts]) -> Iterator[tuple[int, WorkFacts]]:
    rank, before = 0, None
    for place, work in enumerate(works, start=1):
        rank = rank if work.citations == before else place
        before = work.citations
        yield rank, work


def _format_row(rank: int, work: WorkFacts) -> str:
    code = ", ".join(_write_link(_name_codebase(url), url) for url in work.codebases)
    title = _write_link(work.title, work.link) if work.link else escape_everywhere(work.title)
    year, venue = str(work.year or ""), escape_everywhere(work.venue or "")
    licences = escape_everywhere(_name_licences(work, none="none"))
    return f"| {rank} | {title} | {venue} | {year} | {work.citations:,} | {code} | {licences} |"


def _write_link(text: str, url: str) -> str:
    return f"[{escape_everywhere(text)}]({encode_address(url)})"
