"""What every method of ranking is reckoned from: the papers of the catalog, who cites them, and the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import networkx as nx
import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from flgraph.citations import CitationMatrix, Floats, Integers, read_citations
from flgraph.errors import GraphError
from flgraph.graph import catalog_papers, sorted_edges
from flgraph.ranking.measures import measure_ages
from flgraph.schema import show_value

_COUNTS: Final = ("citation_count", "reference_count", "influential_citation_count")


@dataclass(frozen=True, eq=False)
class Field:
    """The m papers of a catalog among the n papers of its graph, on one day.

    Attributes
    ----------
    papers : Mapping of str to Mapping
        The attributes of each paper of the catalog, m of them, by node id and in its order.
    matrix : CitationMatrix
        What sources list, of all n papers; without the citations that a curator saw, which are no measurement, and
        without self-citations.
    places : int64, shape (m,)
        The number of each paper of the catalog in the matrix.
    as_of : date
        The day ages are reckoned to.
    ages : float64, shape (m,)
        In years; NaN without a date, and for what is not out yet.
    counts : float64, shape (m,)
        Citations in all, as the source counts them; NaN where nobody knows.
    own : int64, shape (m,)
        Self-citations that are listed, and left out of the matrix.
    influential : sparse array of ones, shape (m, n)
        Who cites a paper of the catalog in a way that the source calls influential.
    is_listed : bool, shape (m,)
        True where it is known who cites the paper.
    counted : date or None
        The day the citations were counted.
    """

    papers: Mapping[str, Mapping[str, Any]]
    matrix: CitationMatrix
    places: Integers
    as_of: date
    ages: Floats
    counts: Floats
    own: Integers
    influential: sp.csr_array
    is_listed: npt.NDArray[np.bool_]
    counted: date | None = None

    @property
    def citing(self) -> sp.csr_array:
        """Ones where a paper of the graph cites a paper of the catalog, shape (m, n)."""
        return self.matrix.to_sparse()[self.places]

    @property
    def listed(self) -> Floats:
        """How many papers of the graph cite each paper of the catalog, shape (m,); self-citations not."""
        return self.matrix.count_citations()[self.places].astype(np.float64)

    def read(self, name: str) -> Floats:
        """Return a number that a source gives each paper of the catalog, shape (m,); NaN where it does not."""
        return np.array([data.get(name, np.nan) for data in self.papers.values()], dtype=np.float64)


def read_field(graph: nx.MultiDiGraph[Any], as_of: date | None = None) -> Field:
    """Return what methods of ranking need of a graph.

    Parameters
    ----------
    graph : KnowledgeGraph
        A graph built with a snapshot.
    as_of : date or None
        The day ages are reckoned to; None is the day the snapshot was taken.

    Raises
    ------
    GraphError
        The graph does not say when its citations were counted, or holds a count that is no whole number from 0.
    """
    papers = dict(catalog_papers(graph))
    for node, data in graph.nodes(data=True):
        _check_counts(node, data)
    day = as_of or read_day(graph)
    matrix = read_citations(graph, curated=False, self_citations=False)
    place = {paper: number for number, paper in enumerate(matrix.papers)}
    member = {node: number for number, node in enumerate(papers)}
    cited = [
        (member[end], place[start], data)
        for start, kind, end, data in sorted_edges(graph)
        if kind == "cites" and end in member and data["source"] != "catalog"
    ]
    own = [number for number, _, data in cited if data.get("self_citation")]
    influential = [ends for *ends, data in cited if data.get("influential") and not data.get("self_citation")]
    marks = {
        "own": np.bincount(np.array(own, dtype=np.int64), minlength=len(papers)),
        "influential": _place_ones(influential, (len(papers), len(place))),
    }
    counted = read_day(graph) if "snapshot_taken" in graph.graph else None
    return replace(make_field(matrix, papers, day), counted=counted, **marks)


def make_field(matrix: CitationMatrix, papers: Mapping[str, Mapping[str, Any]], as_of: date) -> Field:
    """Return the field of some papers of a matrix, without what is marked on single citations.

    Parameters
    ----------
    matrix : CitationMatrix
        All n papers.
    papers : Mapping of str to Mapping
        The attributes of the m papers that are ranked, by their ids in the matrix.
    as_of : date
        The day ages are reckoned to.
    """
    place = {paper: number for number, paper in enumerate(matrix.papers)}
    places = np.array([place[node] for node in papers], dtype=np.int64)
    return Field(
        papers=papers,
        matrix=matrix,
        places=places,
        as_of=as_of,
        ages=measure_ages(matrix, as_of)[places],
        counts=matrix.citation_counts[places],
        own=np.zeros(len(papers), dtype=np.int64),
        influential=sp.csr_array((len(papers), len(matrix.papers))),
        is_listed=np.array([data.get("citations") == "known" for data in papers.values()], dtype=bool),
    )


def _place_ones(places: list[list[int]], shape: tuple[int, int]) -> sp.csr_array:
    rows, columns = np.array(places, dtype=np.int64).reshape(-1, 2).T
    return sp.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)


def _check_counts(node: str, data: Mapping[str, Any]) -> None:
    for name in _COUNTS:
        count = data.get(name, 0)
        if not (isinstance(count, int) and count >= 0):
            raise GraphError(f"{node}: {name} is {show_value(count)}; should be a whole number from 0, or absent")


def read_day(graph: nx.MultiDiGraph[Any]) -> date:
    """Return the day a graph's citations were counted; `GraphError` where it does not say."""
    if "snapshot_taken" not in graph.graph:
        raise GraphError("the graph does not say when its citations were counted; say it with as_of")
    return date.fromisoformat(str(graph.graph["snapshot_taken"])[:10])


def read_publication(data: Mapping[str, Any]) -> tuple[date | None, str]:
    """Return the day of publication and what is uncertain about it; a bare year counts as its 1 July."""
    if "publication_date" in data:
        return date.fromisoformat(data["publication_date"]), ""
    if "year" in data:
        return date(data["year"], 7, 1), "day of publication not known, taken as 1 July"
    return None, "year of publication not known"


def measure_listed_share(field: Field) -> Floats:
    """Return how many of each paper's citations are listed, shape (m,), 0 to 1; NaN where nobody knows."""
    lines = field.read("citations_listed")
    share: Floats = np.minimum(lines / np.maximum(field.counts, 1), 1.0)
    return np.where(field.counts == 0, 1.0, share)


def measure_dated_share(field: Field) -> Floats:
    """Return how many of the papers that cite each paper have a date, shape (m,), 0 to 1; 1 where nobody cites it."""
    dated = field.citing @ (~np.isnat(field.matrix.dates)).astype(np.float64)
    share: Floats = np.divide(dated, field.listed, out=np.ones(len(dated)), where=field.listed > 0)
    return share
