"""Citations as a sparse matrix in date order, on which measures of papers are computed.

networkx takes 250 bytes an edge and visits edges in Python. Here a citation takes four bytes. Papers are numbered by
date, so that most measures are one pass from the newest paper to the oldest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from flgraph.checks import show_value
from flgraph.graph.knowledge_graph import sorted_edges, sorted_nodes
from flgraph.records import Paper, Snapshot

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Dates = npt.NDArray[np.datetime64]

_UNDATED: Final = np.datetime64("NaT", "D")
_YEARS: Final = (1000, 9999)  # numpy needs four digits


@dataclass(frozen=True, eq=False)
class CitationMatrix:
    """Who cites whom, as a sparse matrix: papers numbered from the oldest to the newest, undated ones last.

    `build_from_frames` makes one of two tables.

    Attributes
    ----------
    papers : tuple of str
        The ids of the n papers, ordered by date, then by id.
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

    papers: tuple[str, ...]
    indptr: npt.NDArray[np.int64]
    indices: npt.NDArray[np.int32]
    dates: Dates
    reference_counts: Floats
    citation_counts: Floats
    components: npt.NDArray[np.int64]

    @property
    def is_acyclic(self) -> bool:
        """True if the citations are acyclic."""
        return not self.papers or int(self.components.max()) == len(self.papers) - 1

    @property
    def is_in_order(self) -> bool:
        """True if no paper cites a newer one, so that the numbers are a topological order."""
        return bool(np.array_equal(self.components, np.arange(len(self.papers))))

    @property
    def citations(self) -> int:
        """The number of citations."""
        return len(self.indices)

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


def _compress(citing: Integers, cited: Integers, size: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Return `indptr` and `indices`: the sorted citing papers of each cited paper, without duplicates and itself."""
    apart = citing != cited
    pairs = np.unique(cited[apart] * size + citing[apart])
    indptr = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(pairs // size, minlength=size), out=indptr[1:])
    return indptr, (pairs % size).astype(np.int32)


def _find_components(indptr: npt.NDArray[np.int64], indices: npt.NDArray[np.int32], size: int) -> npt.NDArray[np.int64]:
    cited = np.repeat(np.arange(size), np.diff(indptr))
    if np.all(indices > cited):  # citations run backward in date order, so no cycle is possible
        return np.arange(size)
    matrix = sp.csr_array((np.ones(len(indices), dtype=np.int8), indices, indptr), shape=(size, size))
    # Pearce's algorithm numbers a component after all that it leads to: edges run from citing to cited.
    _, labels = connected_components(matrix.T.tocsr(), connection="strong")
    numbers: npt.NDArray[np.int64] = labels.astype(np.int64)
    return numbers


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
    ends = [
        (place[start], place[end])
        for start, kind, end, data in sorted_edges(graph)
        if kind == "cites"
        and (curated or data["sources"] != "catalog")
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


# --- from frames and snapshots ---------------------------------------------------------------------------


def build_from_frames(papers: pd.DataFrame, citations: pd.DataFrame) -> CitationMatrix:
    """Build a citation matrix from a table of papers and a table of citations.

    A citation given twice counts once, and a citation of a paper by itself is left out. Rows may be in any order.

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
        An argument is not a DataFrame or lacks a column; an id is missing, repeated, a float or not in `papers`; or a
        date, year or count is invalid.

    Examples
    --------
    >>> import pandas as pd
    >>> papers = pd.DataFrame({"id": [2**62, 7], "year": [2020, 2018]})
    >>> matrix = build_from_frames(papers, pd.DataFrame({"citing": [2**62], "cited": [7]}))
    >>> matrix.papers, matrix.count_citations().tolist()
    (('7', '4611686018427387904'), [1, 0])
    """
    _check_ids("papers", papers, ["id"])
    _check_ids("citations", citations, ["citing", "cited"])
    places = [_find_places(papers["id"], citations, name) for name in ("citing", "cited")]
    return build_citation_matrix(
        [str(name) for name in papers["id"]],
        *places,
        dates=_read_days(papers),
        reference_counts=_read_column(papers, "reference_count"),
        citation_counts=_read_column(papers, "citation_count"),
    )


def _check_ids(name: str, frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Raise `ValueError` unless an argument is a DataFrame whose columns hold an id in every row."""
    if not isinstance(frame, pd.DataFrame):
        raise ValueError(f"{name} is a {type(frame).__name__}; should be a DataFrame with {' and '.join(columns)}")
    for column in columns:
        number = list(frame.columns).count(column)
        if number != 1:
            found = f"{number} columns" if number else "no column"
            raise ValueError(f"{name} has {found} {column!r}; should have {' and '.join(columns)} once")
        ids = frame[column]
        _refuse_values(name, frame, column, ids.isna().to_numpy(), "an id")
        if pd.api.types.is_float_dtype(ids.dtype) and len(ids):
            raise ValueError(f"{name}[{column!r}] holds floats, which round long ids; read the column as Int64 or text")
        if pd.api.types.infer_dtype(ids.astype(object)) not in ("integer", "string", "empty"):
            raise ValueError(
                f"{name}[{column!r}] should hold either whole numbers or text; convert the ids to one type"
            )


def _refuse_values(name: str, frame: pd.DataFrame, column: str, is_wrong: Mask, should: str) -> None:
    """Raise `ValueError` with the first of the wrong values in a column, if there is one."""
    if is_wrong.any():
        row = int(np.flatnonzero(is_wrong)[0])
        label, value = frame.index.tolist()[row], frame[column].tolist()[row]
        said = "missing" if pd.api.types.is_scalar(value) and pd.isna(value) else show_value(value)
        raise ValueError(f"{name}.loc[{label!r}, {column!r}] is {said}; should be {should}")


def _find_places(ids: pd.Series[Any], citations: pd.DataFrame, column: str) -> Integers:
    named = citations[column]
    places = pd.Index(ids).get_indexer(pd.Index(named)) if ids.is_unique else np.zeros(len(named), dtype=np.int64)
    if (places < 0).any():
        unknown = named.tolist()[int(np.flatnonzero(places < 0)[0])]
        raise ValueError(
            f"citations[{column!r}] holds {show_value(unknown)}, which is not in papers; add the paper or drop the row"
        )
    return np.asarray(places, dtype=np.int64)


def _read_days(papers: pd.DataFrame) -> Dates:
    days = np.full(len(papers), _UNDATED)
    if "year" in papers.columns:
        years = pd.to_numeric(papers["year"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        is_year = (np.floor(years) == years) & (years >= _YEARS[0]) & (years <= _YEARS[1])
        should = f"a year from {_YEARS[0]} to {_YEARS[1]}, or missing"
        _refuse_values("papers", papers, "year", papers["year"].notna().to_numpy() & ~is_year, should)
        days[is_year] = [np.datetime64(f"{int(year)}-07-01") for year in years[is_year]]
    if "date" in papers.columns:
        is_number = pd.api.types.is_numeric_dtype(papers["date"].dtype)  # pandas reads numbers as nanoseconds
        given = pd.to_datetime(papers["date"], errors="coerce", utc=True)
        is_wrong = papers["date"].notna().to_numpy() & (given.isna().to_numpy() | is_number)
        _refuse_values("papers", papers, "date", is_wrong, "a day such as 2024-01-31, or missing")
        found = given.dt.tz_localize(None).to_numpy().astype("datetime64[D]")
        days = np.where(np.isnat(found), days, found)
    return days


def _read_column(papers: pd.DataFrame, name: str) -> Floats | None:
    if name not in papers.columns:
        return None
    counts: Floats = pd.to_numeric(papers[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    is_count = (counts >= 0) & np.isfinite(counts)
    _refuse_values("papers", papers, name, papers[name].notna().to_numpy() & ~is_count, "a number from 0, or missing")
    return counts


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
