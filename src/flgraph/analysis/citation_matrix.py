"""Citations as a sparse matrix in date order, on which measures of papers are computed.

networkx takes 250 bytes an edge and visits edges in Python. Here a citation takes four bytes. Papers are numbered by
date, so that most measures are one pass from the newest paper to the oldest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from flgraph.analysis.arrays import Dates as Dates
from flgraph.analysis.arrays import Floats as Floats
from flgraph.analysis.arrays import Integers as Integers
from flgraph.analysis.arrays import Mask as Mask
from flgraph.analysis.flow.blocks import Flow, prepare_flow
from flgraph.checks import format_count, show_value
from flgraph.graph.citation_tables import read_tables
from flgraph.graph.knowledge_graph import iterate_edges, sorted_nodes
from flgraph.records import Paper, Snapshot

_UNDATED: Final = np.datetime64("NaT", "D")


@dataclass(frozen=True, eq=False, repr=False)
class CitationMatrix:
    """Who cites whom, as a sparse matrix: papers numbered from the oldest to the newest, undated ones last.

    `build_from_frames` makes one of two tables, `build_from_files` of two files.

    Attributes
    ----------
    papers : Sequence of str
        The ids of the n papers, ordered by date, then by id: a tuple, or of files a `PackedTexts`, which equals a
        tuple and makes Python texts only when asked.
    indptr : int64, shape (n + 1,)
        Where the citing papers of each paper begin in `indices`.
    indices : int32, shape (citations,)
        The numbers of the citing papers, ascending for each cited paper.
    dates : datetime64[D], shape (n,)
        Days of publication; NaT if unknown.
    reference_counts, citation_counts : float64, shape (n,)
        As a source counts them; NaN if unknown.
    components : int64, shape (n,)
        The number of each paper's strongly connected component. No paper cites a component of a higher number. If the
        citations are acyclic, each paper is a component of its own.

    Examples
    --------
    >>> import pandas as pd
    >>> papers = pd.DataFrame({"id": ["old", "new"], "date": ["2018-03-01", "2020-05-31"]})
    >>> matrix = build_from_frames(papers, pd.DataFrame({"citing": ["new"], "cited": ["old"]}))
    >>> matrix.papers, matrix.citations, matrix.is_acyclic
    (('old', 'new'), 1, True)
    """

    papers: Sequence[str]
    indptr: npt.NDArray[np.int64]
    indices: npt.NDArray[np.int32]
    dates: Dates
    reference_counts: Floats
    citation_counts: Floats
    components: npt.NDArray[np.int64]

    def __repr__(self) -> str:
        return (
            f"CitationMatrix of {format_count(len(self.papers), 'paper')}, {format_count(self.citations, 'citation')}"
        )

    @property
    def is_acyclic(self) -> bool:
        """True if the citations are acyclic."""
        return not len(self.papers) or int(self.components.max()) == len(self.papers) - 1

    @property
    def is_in_order(self) -> bool:
        """True if no paper cites a newer one, so that the numbers are a topological order."""
        return bool(np.array_equal(self.components, np.arange(len(self.papers))))

    @property
    def citations(self) -> int:
        """The number of citations."""
        return len(self.indices)

    @cached_property
    def flow(self) -> Flow:
        """The citations prepared for PageRank and related flows, on first use."""
        return prepare_flow(self.indptr, self.indices, self.components)

    @cached_property
    def shares(self) -> Floats:
        """1 over the number of papers of the matrix that each paper cites, shape (n,); 1 if it cites none."""
        shares: Floats = 1 / np.maximum(self.count_references(), 1)
        return shares

    def to_sparse(self) -> sp.csr_array:
        """Return a matrix of ones, shape (n, n): rows are the cited papers, columns the citing papers."""
        size = len(self.papers)
        return sp.csr_array((np.ones(self.citations), self.indices, self.indptr), shape=(size, size))

    def count_references(self) -> Integers:
        """Count the papers of the matrix that each paper cites, shape (n,)."""
        return np.bincount(self.indices, minlength=len(self.papers))

    def count_citations(self) -> Integers:
        """Count the papers of the matrix that cite each paper, shape (n,)."""
        return np.diff(self.indptr)


def build_citation_matrix(
    papers: Sequence[str],
    citing: npt.ArrayLike,
    cited: npt.ArrayLike,
    *,
    dates: npt.ArrayLike | None = None,
    reference_counts: npt.ArrayLike | None = None,
    citation_counts: npt.ArrayLike | None = None,
) -> CitationMatrix:
    """Build a citation matrix; duplicate citations count once, citations of a paper by itself are dropped.

    Parameters
    ----------
    papers : Sequence of str
        Unique ids, in any order.
    citing, cited : array of int
        The positions in `papers` of the citing and the cited paper of each citation.
    dates : array of datetime64 or None
        Days of publication, NaT if unknown.
    reference_counts, citation_counts : array of float or None
        As a source counts them, NaN if unknown.

    Raises
    ------
    ValueError
        An id is repeated, arrays differ in length, a position is out of range, or a count is negative or infinite.

    Examples
    --------
    >>> matrix = build_citation_matrix(["new", "old"], [0], [1], dates=["2022-01-01", "2020-01-01"])
    >>> matrix.papers, matrix.count_citations().tolist()
    (('old', 'new'), [1, 0])
    """
    size = len(papers)
    if len(set(papers)) != size:
        twice = next(paper for paper, number in Counter(papers).items() if number > 1)
        raise ValueError(f"paper {show_value(twice)} is listed twice; list each paper once")
    starts, ends = _read_ends(citing, size), _read_ends(cited, size)
    if len(starts) != len(ends):
        raise ValueError(f"citing has {len(starts)} papers and cited has {len(ends)}; should be the same number")
    days = np.full(size, _UNDATED) if dates is None else np.asarray(dates, dtype="datetime64[D]")
    counts = [_read_counts(given, size) for given in (reference_counts, citation_counts)]
    if len(days) != size:
        raise ValueError(f"dates has {len(days)} entries for {size} papers; should have one a paper")
    # NaT sorts last. Equal dates are ordered by id, so that the order of the input does not matter.
    names = np.argsort(np.argsort(np.asarray(papers, dtype=object), kind="stable"), kind="stable")
    order = np.lexsort((names, days))
    place = np.empty(size, dtype=np.int64)
    place[order] = np.arange(size)
    return build_in_order(
        tuple(papers[number] for number in order),
        place[starts],
        place[ends],
        dates=days[order],
        reference_counts=counts[0][order],
        citation_counts=counts[1][order],
    )


def build_in_order(
    papers: Sequence[str],
    citing: npt.NDArray[np.integer[Any]],
    cited: npt.NDArray[np.integer[Any]],
    *,
    dates: Dates,
    reference_counts: Floats,
    citation_counts: Floats,
) -> CitationMatrix:
    """Build a citation matrix of papers that are ordered by date, then by id, from places in it; nothing is checked."""
    indptr, indices = _compress(citing, cited, len(papers))
    return CitationMatrix(
        papers=papers,
        indptr=indptr,
        indices=indices,
        dates=dates,
        reference_counts=reference_counts,
        citation_counts=citation_counts,
        components=_find_components(indptr, indices, len(papers)),
    )


def _read_ends(given: npt.ArrayLike, size: int) -> Integers:
    ends = np.asarray(given)
    if ends.size == 0:
        return np.zeros(0, dtype=np.int64)
    if not np.issubdtype(ends.dtype, np.integer) or ends.ndim != 1:
        raise ValueError("citing and cited should be lists of positions in papers, which are whole numbers")
    if ends.min() < 0 or ends.max() >= size:
        wrong = ends.min() if ends.min() < 0 else ends.max()
        raise ValueError(f"citing or cited holds {wrong}; should be positions in papers, from 0 to {size - 1}")
    return ends.astype(np.int64)


def _read_counts(given: npt.ArrayLike | None, size: int) -> Floats:
    counts = np.full(size, np.nan) if given is None else np.asarray(given, dtype=np.float64)
    if len(counts) != size:
        raise ValueError(f"counts have {len(counts)} entries for {size} papers; should have one a paper")
    if np.any(counts < 0) or np.any(np.isinf(counts)):
        raise ValueError("a count is negative or infinite; should be from 0, or NaN if unknown")
    return counts


def _compress(
    citing: npt.NDArray[np.integer[Any]], cited: npt.NDArray[np.integer[Any]], size: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Return `indptr` and `indices`: the sorted citing papers of each cited paper, without duplicates and itself."""
    apart = citing != cited
    ends = (citing[apart].astype(np.int32, copy=False), cited[apart].astype(np.int32, copy=False))
    pairs = sp.coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(size, size))
    pairs.has_canonical_format = True  # else duplicates are added up here, on unsorted rows
    cites = pairs.tocsr()
    # A transposition visits citing papers in order, so it sorts each row without comparing.
    cited_by = cites.T.tocsr()
    cited_by.sum_duplicates()
    return cited_by.indptr.astype(np.int64), cited_by.indices.astype(np.int32, copy=False)


def _find_components(indptr: Integers, indices: npt.NDArray[np.int32], size: int) -> Integers:
    cited = np.repeat(np.arange(size), np.diff(indptr))
    if np.all(indices > cited):  # citations run backward in date order, so no cycle is possible
        return np.arange(size)
    cited_by = sp.csr_array((np.ones(len(indices), dtype=np.int8), indices, indptr), shape=(size, size))
    # Pearce's algorithm numbers a component after all that it leads to, here to citing papers.
    number, labels = connected_components(cited_by, connection="strong")
    components: Integers = number - 1 - labels.astype(np.int64)
    return components


# --- from a graph ----------------------------------------------------------------------------------------


def read_citations(graph: nx.MultiDiGraph[Any], *, curated: bool = True, self_citations: bool = True) -> CitationMatrix:
    """Read the citations of a knowledge graph, between all its papers, in the catalog and outside it.

    A paper with a year and no day counts as published on 1 July of that year.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph.
    curated : bool
        Include citations that only the catalog states.
    self_citations : bool
        Include citations between papers that share an author.

    Examples
    --------
    >>> read_citations(build_graph(read_catalog())).citations > 0
    True
    """
    papers = {node: data for node, data in sorted_nodes(graph) if data["kind"] == "paper"}
    place = {node: number for number, node in enumerate(papers)}
    ends = sorted(
        (place[start], place[end])
        for start, kind, end, data in iterate_edges(graph)
        if kind == "cites"
        and (curated or data["sources"] != "catalog")
        and (self_citations or not data.get("self_citation"))
    )
    return build_citation_matrix(
        list(papers),
        [start for start, _ in ends],
        [end for _, end in ends],
        dates=np.array([_read_date(data) for data in papers.values()], dtype="datetime64[D]"),
        reference_counts=[data.get("reference_count", np.nan) for data in papers.values()],
        citation_counts=[_read_count(data) for data in papers.values()],
    )


def _read_count(data: Mapping[str, Any]) -> float:
    """Return the citation count of a paper; where several sources count, that of the distinct works they list."""
    if "citation_counts" in data and data.get("citations") == "known":
        return float(data["citations_listed"])
    return float(data.get("citation_count", np.nan))


def _read_date(data: Mapping[str, Any]) -> np.datetime64:
    if "publication_date" in data:
        return np.datetime64(date.fromisoformat(data["publication_date"]), "D")
    return np.datetime64(f"{data['year']}-07-01", "D") if "year" in data else _UNDATED


# --- from frames and snapshots ---------------------------------------------------------------------------


def build_from_frames(papers: pd.DataFrame, citations: pd.DataFrame) -> CitationMatrix:
    """Build a citation matrix from a table of papers and a table of citations.

    A citation given twice counts once, and a citation of a paper by itself is left out; the log says how many. Rows may
    be in any order. `build_graph_from_frames` makes a graph of the same tables.

    Parameters
    ----------
    papers : DataFrame
        One row a paper. Required: `id`, whole numbers of any size or text, each once. Optional, missing where unknown:
        `date` (day of publication), `year` (taken as its 1 July if `date` is missing), `reference_count` and
        `citation_count` (as a source counts them).
    citations : DataFrame
        One row a citation: `citing` and `cited`, both ids of `papers` and of the same type.

    Returns
    -------
    CitationMatrix
        Its `papers` are the ids as text, oldest paper first.

    Raises
    ------
    ValueError
        An argument is not a DataFrame or lacks a column; an id is missing, repeated, a float, of another type or not
        in `papers`; or a date, year or count is invalid.

    Examples
    --------
    >>> import pandas as pd
    >>> papers = pd.DataFrame({"id": [2**62, 7], "year": [2020, 2018]})
    >>> matrix = build_from_frames(papers, pd.DataFrame({"citing": [2**62], "cited": [7]}))
    >>> matrix.papers, matrix.count_citations().tolist()
    (('7', '4611686018427387904'), [1, 0])
    """
    read = read_tables(papers, citations)
    return build_citation_matrix(
        read.ids,
        read.citing,
        read.cited,
        dates=read.dates,
        reference_counts=read.reference_counts,
        citation_counts=read.citation_counts,
    )


def build_from_snapshot(snapshot: Snapshot) -> CitationMatrix:
    """Build the matrix of the citations that a snapshot lists, for its papers and those around them, by source id.

    Examples
    --------
    >>> build_from_snapshot(read_snapshot("snapshot.jsonl"))  # doctest: +SKIP
    """
    papers = {paper.id: paper for paper in (*snapshot.context.values(), *snapshot.papers.values())}
    days = {
        name: paper.publication_date or (date(paper.year, 7, 1) if paper.year else None)
        for name, paper in papers.items()
    }
    ends = set()
    for name, paper in papers.items():
        for other in (*paper.references.items, *paper.citations.items):
            if other.id is not None:
                days.setdefault(other.id, date(other.year, 7, 1) if other.year else None)
        ends |= {(name, other.id) for other in paper.references.items if other.id is not None}
        ends |= {(other.id, name) for other in paper.citations.items if other.id is not None}
    names = sorted(days)
    place = {name: number for number, name in enumerate(names)}
    found = sorted(ends)
    return build_citation_matrix(
        names,
        [place[start] for start, _ in found],
        [place[end] for _, end in found],
        dates=np.array([days[name] or "NaT" for name in names], dtype="datetime64[D]"),
        reference_counts=[_count_or_nan(papers.get(name), "reference_count") for name in names],
        citation_counts=[_count_or_nan(papers.get(name), "citation_count") for name in names],
    )


def _count_or_nan(paper: Paper | None, name: str) -> float:
    count = getattr(paper, name, None)
    return float("nan") if count is None else float(count)
