"""Assemble a graph from two tables: one row a paper, and one row a citation."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from flgraph.checks import is_unicode, read_day
from flgraph.files.digests import digest_parts, dump_canonical
from flgraph.graph.citation_tables import CitationTables, Integers, Mask, read_tables, refuse_values
from flgraph.graph.draft import cut_label, keep_known
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.schema import GRAPH_VERSION, check_graph
from flgraph.identifiers import clean_doi, slug

ID_KIND: Final = "tableid"
"""The kind of id that a paper of a table has."""

logger = logging.getLogger(__name__)

_EVIDENCE: Final = "table of citations"
_TRUE: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def build_graph_from_frames(
    papers: pd.DataFrame,
    citations: pd.DataFrame,
    *,
    title: str = "Citations from two tables",
    source: str = "tables",
    counted_on: date | str | None = None,
) -> KnowledgeGraph:
    """Build a graph from a table of papers and a table of citations, to rank, explain and draw citations from anywhere.

    A citation given twice counts once, and a citation of a paper by itself is left out; the log says how many. Rows may
    be in any order.

    Parameters
    ----------
    papers : DataFrame
        One row a paper, with the columns of `build_from_frames`: `id`, and optional `date`, `year`, `reference_count`
        and `citation_count`. Also optional, missing where unknown: `title`, `venue`, `doi`, and `in_catalog` (true for
        the papers to rank, false for papers around them; without it all papers are ranked). Other columns are ignored.
    citations : DataFrame
        One row a citation: `citing` and `cited`, both ids of `papers` and of the same type.
    title : str
        The title of the graph.
    source : str
        Where the citations are from, for example "openalex"; "synthetic" marks the graph as synthetic.
    counted_on : date, str or None
        The day on which the citations were counted; None is the newest date of the papers, a bare year as its 1 July.

    Returns
    -------
    KnowledgeGraph
        A graph of papers. Without a column `citation_count`, the count of a paper is the number of its citations in the
        table. Which citations are self-citations is unknown.

    Raises
    ------
    ValueError
        As for `build_from_frames`; or no paper has a date and `counted_on` is None.
    GraphError
        A value violates the schema of the graph, such as a year before 1800.

    Examples
    --------
    >>> import pandas as pd
    >>> papers = pd.DataFrame({"id": ["10.1000/a", "10.1000/b"], "title": ["A", "B"], "year": [2018, 2020]})
    >>> graph = build_graph_from_frames(papers, pd.DataFrame({"citing": ["10.1000/b"], "cited": ["10.1000/a"]}))
    >>> list(graph.edges)
    [('paper:10-1000-b', 'paper:10-1000-a', 'cites')]
    """
    if not source.strip() or ";" in source:
        raise ValueError(f"source is {source!r}; should be the name of one source, such as openalex")
    read = read_tables(papers, citations)
    for name, counts in (("citation_count", read.citation_counts), ("reference_count", read.reference_counts)):
        if counts is not None:
            refuse_values("papers", papers, name, counts % 1 > 0, "a whole number from 0, or missing")
    taken = _find_day(read) if counted_on is None else read_day("counted_on", counted_on)
    nodes = [f"paper:{key}" for key in _name_papers(read.ids)]
    facts = list(_describe_papers(papers, read, nodes))
    pairs = sorted((nodes[start], nodes[end]) for start, end in zip(read.citing, read.cited, strict=True))
    graph = KnowledgeGraph(**_describe_origin(title, source, taken, facts, pairs))
    for node, known in sorted(zip(nodes, facts, strict=True), key=lambda item: item[0]):
        graph.add_node(node, kind="paper", sources=source, **known)
    for start, end in pairs:
        graph.add_edge(start, end, key="cites", sources=source, evidence=_EVIDENCE)
    check_graph(graph)
    return graph


def _find_day(read: CitationTables) -> date:
    dates = read.dates
    if np.isnat(dates).all():
        raise ValueError("papers has no date or year, so it is unknown when citations were counted; pass counted_on")
    newest: date = dates[~np.isnat(dates)].max().item()
    if not (read.days == np.datetime64(newest)).any():
        logger.warning("papers: the newest has only the year %d, so citations count as of %s; pass counted_on",
                       newest.year, newest)  # fmt: skip
    return newest


def _name_papers(ids: list[str]) -> list[str]:
    """Make a key from each id; ids that give the same key are numbered in their order."""
    keys = {name: slug(name) if is_unicode(name) else "u" for name in ids}
    shared = Counter(keys.values())
    seen: Counter[str] = Counter()
    for name in sorted(name for name in ids if shared[keys[name]] > 1):
        key = keys[name]
        seen[key] += 1
        while f"{key}-{seen[key]}" in shared:
            seen[key] += 1
        keys[name] = f"{key}-{seen[key]}"
    return [keys[name] for name in ids]


def _describe_papers(papers: pd.DataFrame, read: CitationTables, nodes: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the attributes of each paper, in the order of the table."""
    size = len(read.ids)
    listed = {
        "references": np.bincount(read.citing, minlength=size),
        "citations": np.bincount(read.cited, minlength=size),
    }
    counted = listed["citations"].astype(np.float64) if read.citation_counts is None else read.citation_counts
    references = np.full(size, np.nan) if read.reference_counts is None else read.reference_counts
    texts = {name: _read_texts(papers, name) for name in ("title", "venue", "doi")}
    in_catalog = _read_flags(papers, "in_catalog")
    published = read.dates.astype("datetime64[Y]").astype(np.int64) + 1970
    for number, name in enumerate(read.ids):
        said = texts["title"][number] or name
        day, year = read.days[number], read.years[number]
        is_dated = not np.isnat(read.dates[number])
        is_listed = bool(in_catalog[number])
        yield {
            "label": cut_label(said),
            "title": said,
            "in_catalog": is_listed,
            ID_KIND: name,
            **_describe_listings(listed, number),
            **keep_known(
                {
                    "key": nodes[number].partition(":")[2] if is_listed else None,
                    "doi": clean_doi(texts["doi"][number] or name),
                    "venue": texts["venue"][number],
                    "publication_date": None if np.isnat(day) else str(day),
                    "year": int(year) if not np.isnan(year) else int(published[number]) if is_dated else None,
                    "citation_count": _to_integer(counted[number]),
                    "reference_count": _to_integer(references[number]),
                }
            ),
        }


def _describe_listings(listed: Mapping[str, Integers], number: int) -> dict[str, Any]:
    return {
        "references": "known",
        "references_listed": int(listed["references"][number]),
        "citations": "known",
        "citations_listed": int(listed["citations"][number]),
    }


def _to_integer(count: float) -> int | None:
    return None if np.isnan(count) else int(count)


def _read_texts(papers: pd.DataFrame, name: str) -> list[str | None]:
    if name not in papers.columns:
        return [None] * len(papers)
    return [None if pd.isna(text) else " ".join(str(text).split()) or None for text in papers[name].tolist()]


def _read_flags(papers: pd.DataFrame, name: str) -> Mask:
    if name not in papers.columns:
        return np.ones(len(papers), dtype=bool)
    flags = [_TRUE.get(str(flag).strip().lower()) for flag in papers[name].tolist()]
    refuse_values("papers", papers, name, np.array([flag is None for flag in flags]), "true or false")
    return np.array(flags, dtype=bool)


def _describe_origin(
    title: str, source: str, taken: date, facts: list[dict[str, Any]], pairs: list[tuple[str, str]]
) -> dict[str, Any]:
    parts = (sorted(map(dump_canonical, facts)), pairs)
    listed, linked = (digest_parts([dump_canonical(part).encode("utf-8", "surrogatepass")]) for part in parts)
    return {
        "schema_version": GRAPH_VERSION,
        "title": title,
        "catalog_digest": listed,
        "sources": source,
        "id_kinds": ID_KIND,
        "snapshot_source": source,
        "snapshot_taken": f"{taken.isoformat()}T00:00:00+00:00",
        "snapshot_depth": 1,
        "snapshot_digest": linked,
        **({"synthetic": True} if source == "synthetic" else {}),
    }
