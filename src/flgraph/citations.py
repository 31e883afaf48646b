"""Citations as a sparse matrix in date order: what measures on papers compute with.

networkx holds 250 bytes an edge and visits it in Python. Here a citation takes four bytes, and papers are numbered
by date, so that most measures are one pass from the newest paper to the oldest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import networkx as nx
import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from flgraph.graph import sorted_edges

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Dates = npt.NDArray[np.datetime64]

_UNDATED: Final = np.datetime64("NaT", "D")


@dataclass(frozen=True, eq=False)
class CitationMatrix:
    """Who cites whom, papers numbered from the oldest to the newest, those without a date last.

    Attributes
    ----------
    papers : tuple of str
        The id of each paper, n of them.
    indptr : int64, shape (n + 1,)
        Where the citing papers of each paper begin in `indices`.
    indices : int32, shape (citations,)
        The numbers of the citing papers, ascending for each cited paper.
    dates : datetime64[D], shape (n,)
        Days of publication; NaT where it is not known.
    reference_counts, citation_counts : float64, shape (n,)
        As a source counts them; NaN where it does not.
    components : int64, shape (n,)
        The number of each paper's strongly connected component; nobody cites a component of a higher number,
        and where no two papers cite each other around, each paper is its own.
    """

    papers: tuple[str, ...]
    indptr: npt.NDArray[np.int64]
    indices: npt.NDArray[np.int32]
    dates: Dates
    reference_counts: Floats
    citation_counts: Floats
    components: npt.NDArray[np.int64]

    @property
    def is_acyclic(self) -> bool:
        """True where no paper cites itself, at last."""
        return not self.papers or int(self.components.max()) == len(self.papers) - 1

    @property
    def is_in_order(self) -> bool:
        """True where no paper cites a newer one, so that the numbers themselves are an order of the citations."""
        return bool(np.array_equal(self.components, np.arange(len(self.papers))))

    @property
    def citations(self) -> int:
        """How many citations there are."""
        return len(self.indices)

    def to_sparse(self) -> sp.csr_array:
        """Return the matrix of ones whose row is the cited and whose column is the citing paper, shape (n, n)."""
        size = len(self.papers)
        return sp.csr_array((np.ones(self.citations), self.indices, self.indptr), shape=(size, size))

    def count_references(self) -> Integers:
        """Return how many papers of the matrix each paper cites, shape (n,)."""
        return np.bincount(self.indices, minlength=len(self.papers))

    def count_citations(self) -> Integers:
        """Return how many papers of the matrix cite each paper, shape (n,)."""
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
    """Build the matrix of some citations; one that is given twice counts once, and a paper does not cite itself.

    Parameters
    ----------
    papers : Sequence of str
        The ids, in any order, each once.
    citing, cited : array of int
        The places of both ends of each citation in `papers`.
    dates : array of datetime64 or None
        Days of publication, NaT where not known.
    reference_counts, citation_counts : array of float or None
        As a source counts them, NaN where it does not.

    Raises
    ------
    ValueError
        An id is given twice, arrays differ in length, an end is no place in `papers`, or a count is negative.

    Examples
    --------
    >>> matrix = build_citation_matrix(["new", "old"], [0], [1], dates=["2022-01-01", "2020-01-01"])
    >>> matrix.papers, matrix.count_citations().tolist()
    (('old', 'new'), [1, 0])
    """
    size = len(papers)
    if len(set(papers)) != size:
        raise ValueError("a paper is given twice; name each once")
    starts, ends = _read_ends(citing, size), _read_ends(cited, size)
    if len(starts) != len(ends):
        raise ValueError(f"{len(starts)} citing papers and {len(ends)} cited ones; should be pairs")
    days = np.full(size, _UNDATED) if dates is None else np.asarray(dates, dtype="datetime64[D]")
    counts = [_read_counts(given, size) for given in (reference_counts, citation_counts)]
    if len(days) != size:
        raise ValueError(f"{len(days)} dates for {size} papers")
    # NaT sorts last; equal dates by id, so that the order of the input counts for nothing.
    names = np.argsort(np.argsort(np.asarray(papers, dtype=object), kind="stable"), kind="stable")
    order = np.lexsort((names, days))
    place = np.empty(size, dtype=np.int64)
    place[order] = np.arange(size)
    indptr, indices = _compress(place[starts], place[ends], size)
    return CitationMatrix(
        papers=tuple(papers[number] for number in order),
        indptr=indptr,
        indices=indices,
        dates=days[order],
        reference_counts=counts[0][order],
        citation_counts=counts[1][order],
        components=_find_components(indptr, indices, size),
    )


def _read_ends(given: npt.ArrayLike, size: int) -> Integers:
    ends = np.asarray(given)
    if ends.size == 0:
        return np.zeros(0, dtype=np.int64)
    if not np.issubdtype(ends.dtype, np.integer) or ends.ndim != 1:
        raise ValueError("both ends of the citations are lists of places, whole numbers")
    if ends.min() < 0 or ends.max() >= size:
        raise ValueError(f"an end is {ends.min() if ends.min() < 0 else ends.max()}; there are {size} papers, from 0")
    return ends.astype(np.int64)


def _read_counts(given: npt.ArrayLike | None, size: int) -> Floats:
    counts = np.full(size, np.nan) if given is None else np.asarray(given, dtype=np.float64)
    if len(counts) != size:
        raise ValueError(f"{len(counts)} counts for {size} papers")
    if np.any(counts < 0) or np.any(np.isinf(counts)):
        raise ValueError("a count is negative or infinite; one that is not known is NaN")
    return counts


def _compress(citing: Integers, cited: Integers, size: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Return the citing papers of each cited one, sorted, without repetitions and without itself."""
    apart = citing != cited
    pairs = np.unique(cited[apart] * size + citing[apart])
    indptr = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(pairs // size, minlength=size), out=indptr[1:])
    return indptr, (pairs % size).astype(np.int32)


def _find_components(indptr: npt.NDArray[np.int64], indices: npt.NDArray[np.int32], size: int) -> npt.NDArray[np.int64]:
    cited = np.repeat(np.arange(size), np.diff(indptr))
    if np.all(indices > cited):  # in date order already: each by itself
        return np.arange(size)
    matrix = sp.csr_array((np.ones(len(indices), dtype=np.int8), indices, indptr), shape=(size, size))
    # Pearce's algorithm numbers a component after all those that it leads to, so from citing to cited downward.
    _, labels = connected_components(matrix.T.tocsr(), connection="strong")
    numbers: npt.NDArray[np.int64] = labels.astype(np.int64)
    return numbers


# --- from a graph ----------------------------------------------------------------------------------------


def read_citations(graph: nx.MultiDiGraph[Any], *, curated: bool = True, self_citations: bool = True) -> CitationMatrix:
    """Return the citations of a knowledge graph: of all its papers, those outside the catalog too.

    A paper with a year only counts as published on its 1 July.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph.
    curated : bool
        Whether a citation that only a curator saw counts too.
    self_citations : bool
        Whether a citation between papers with an author in common counts too.

    Examples
    --------
    >>> read_citations(build_graph(read_catalog())).citations > 0
    True
    """
    papers = {node: data for node, data in sorted(graph.nodes(data=True)) if data["kind"] == "paper"}
    place = {node: number for number, node in enumerate(papers)}
    ends = [
        (place[start], place[end])
        for start, kind, end, data in sorted_edges(graph)
        if kind == "cites"
        and (curated or data["source"] != "catalog")
        and (self_citations or not data.get("self_citation"))
    ]
    return build_citation_matrix(
        list(papers),
        [start for start, _ in ends],
        [end for _, end in ends],
        dates=np.array([_read_date(data) for data in papers.values()], dtype="datetime64[D]"),
        reference_counts=[data.get("reference_count", np.nan) for data in papers.values()],
        citation_counts=[data.get("citation_count", np.nan) for data in papers.values()],
    )


def _read_date(data: Mapping[str, Any]) -> np.datetime64:
    if "publication_date" in data:
        return np.datetime64(date.fromisoformat(data["publication_date"]), "D")
    return np.datetime64(f"{data['year']}-07-01", "D") if "year" in data else _UNDATED
