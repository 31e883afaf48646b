"""The input of every ranking method: the papers of the catalog and what cites them, as of a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

import networkx as nx
import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from flgraph.analysis.citation_matrix import CitationMatrix, Floats, Integers, build_citation_matrix, read_citations
from flgraph.analysis.ranking.measures import measure_ages
from flgraph.analysis.ranking.provider_records import find_doubles
from flgraph.analysis.ranking.surveys import find_surveys
from flgraph.checks import read_day, show_value
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import catalog_papers, iterate_edges

_COUNTS: Final = ("citation_count", "reference_count", "influential_citation_count")


@dataclass(frozen=True, eq=False)
class Observations:
    """The m papers of a catalog among the n papers of its graph, and what cites them as of a day.

    Attributes
    ----------
    papers : Mapping of str to Mapping
        The attributes of the m papers of the catalog, by node id.
    matrix : CitationMatrix
        The citations between all n papers that sources list up to the day. Without citations that only the catalog
        states, since those are incomplete, and without self-citations.
    places : int64, shape (m,)
        The number of each paper of the catalog in the matrix.
    as_of : date
        The day up to which ages are measured and citations counted.
    counted_on : date
        The day on which the source counted. For an earlier `as_of`, only the dated citations it lists are known.
    is_published : bool, shape (m,)
        False if a paper was published after an earlier day, or its date is unknown.
    ages : float64, shape (m,)
        In years; NaN without a date, or if published after the day.
    counts : float64, shape (m,)
        All citations: as the source counts them, or for an earlier day as it lists them. NaN if unknown.
    self_citing, influential, unmarked : sparse array of ones, shape (m, n)
        The self-citations (an author in common), which the matrix leaves out; the citations of the matrix that the
        source calls influential; and those of which it is unknown whether they are self-citations.
    is_listed : bool, shape (m,)
        True if the citing papers are known.
    listed_share : float64, shape (m,)
        The share of its citations that are listed, 0 to 1; NaN if unknown.
    dated_share : float64, shape (m,)
        The share of its listed citing papers that have a date, 0 to 1; 1 if none is listed.
    doubles : Mapping of str to str
        By node id, papers that the catalog lists more than once: as what else, and why they are one work.
    surveys : Mapping of str to str
        What says that a paper is a survey, by node id ("title", "section" or "topic"), for papers in and outside the
        catalog.
    excludes_surveys : bool
        True if surveys are neither ranked nor in cohorts.
    """

    papers: Mapping[str, Mapping[str, Any]]
    matrix: CitationMatrix
    places: Integers
    as_of: date
    counted_on: date
    is_published: npt.NDArray[np.bool_]
    ages: Floats
    counts: Floats
    self_citing: sp.csr_array
    influential: sp.csr_array
    unmarked: sp.csr_array
    is_listed: npt.NDArray[np.bool_]
    listed_share: Floats
    dated_share: Floats
    doubles: Mapping[str, str] = field(default_factory=dict)
    surveys: Mapping[str, str] = field(default_factory=dict)
    excludes_surveys: bool = False

    @property
    def is_past(self) -> bool:
        """True if the day is before the source counted."""
        return self.as_of < self.counted_on

    @property
    def is_dated(self) -> npt.NDArray[np.bool_]:
        """True for published papers with known citing papers of which at least one has a date, shape (m,)."""
        return self.is_listed & self.is_published & (self.dated_share > 0)

    @cached_property
    def citing(self) -> sp.csr_array:
        """The rows of the matrix for the papers of the catalog, shape (m, n); computed once."""
        return self.matrix.to_sparse()[self.places]

    @cached_property
    def listed(self) -> Floats:
        """The number of papers of the graph that cite each paper of the catalog, shape (m,), without self-citations."""
        return self.matrix.count_citations()[self.places].astype(np.float64)

    @cached_property
    def self_citations(self) -> Integers:
        """The number of listed self-citations of each paper of the catalog, shape (m,)."""
        return np.asarray(self.self_citing.sum(axis=1)).ravel().astype(np.int64)

    def read_numbers(self, name: str) -> Floats:
        """Read an attribute of each paper of the catalog, shape (m,); NaN if unknown."""
        return _read_numbers(self.papers, name)


def read_observations(graph: nx.MultiDiGraph[Any], as_of: date | str | None = None) -> Observations:
    """Read the observations of a graph.

    Parameters
    ----------
    graph : KnowledgeGraph
        A graph built with a snapshot.
    as_of : date, str or None
        The day, as a date or as text such as 2024-01-31; None is the day of the snapshot. As of an earlier date, only
        citations that the snapshot lists with a date up to then count.

    Raises
    ------
    GraphError
        The graph does not say when its citations were counted, they were counted before the day, or a count is not a
        whole number from 0.
    ValueError
        `as_of` is not a day.
    """
    asked = None if as_of is None else read_day("as_of", as_of)
    papers = dict(catalog_papers(graph))
    for node, data in graph.nodes(data=True):
        _check_counts(node, data)
    counted = read_day_counted(graph) if asked is None or "snapshot_taken" in graph.graph else asked
    if asked is not None and asked > counted:
        raise GraphError(
            f"as_of is {asked}, but citations were counted on {counted}; choose an earlier day, or run `flgraph build` "
            "again"
        )
    matrix = read_citations(graph, curated=False, self_citations=False)
    place = {paper: number for number, paper in enumerate(matrix.papers)}
    member = {node: number for number, node in enumerate(papers)}
    marks = _read_marks(graph, member, place)
    observed = replace(
        make_observations(matrix, papers, counted),
        **{name: _place_ones(ends, (len(papers), len(place))) for name, ends in marks.items()},
        doubles=find_doubles(graph),
        surveys=find_surveys(graph),
    )
    return observed if asked is None or asked == counted else _look_back(observed, asked)


def _read_marks(
    graph: nx.MultiDiGraph[Any], member: Mapping[str, int], place: Mapping[str, int]
) -> dict[str, list[tuple[int, int]]]:
    """Read which citations of papers of the catalog are self-citations, influential, or not known to be either."""
    found: dict[str, list[tuple[int, int]]] = {"self_citing": [], "influential": [], "unmarked": []}
    for start, kind, end, data in iterate_edges(graph):
        if kind == "cites" and end in member and data["sources"] != "catalog":
            ends = member[end], place[start]
            if data.get("self_citation"):
                found["self_citing"].append(ends)
            elif data.get("influential"):
                found["influential"].append(ends)
            if "self_citation" not in data:
                found["unmarked"].append(ends)
    return found


def make_observations(
    matrix: CitationMatrix, papers: Mapping[str, Mapping[str, Any]], counted_on: date
) -> Observations:
    """Make the observations of some papers of a matrix, without marks on single citations.

    Parameters
    ----------
    matrix : CitationMatrix
        All n papers.
    papers : Mapping of str to Mapping
        The attributes of the m papers to rank, by their ids in the matrix.
    counted_on : date
        The day on which the source counted.
    """
    place = {paper: number for number, paper in enumerate(matrix.papers)}
    places = np.array([place[node] for node in papers], dtype=np.int64)
    counts = matrix.citation_counts[places]
    none = sp.csr_array((len(papers), len(matrix.papers)))
    return Observations(
        papers=papers,
        matrix=matrix,
        places=places,
        as_of=counted_on,
        counted_on=counted_on,
        is_published=np.ones(len(papers), dtype=bool),
        ages=measure_ages(matrix, counted_on)[places],
        counts=counts,
        self_citing=none,
        influential=none,
        unmarked=matrix.to_sparse()[places],
        is_listed=np.array([data.get("citations") == "known" for data in papers.values()], dtype=bool),
        listed_share=_share_listed(
            _read_numbers(papers, "citations_listed"), np.fmax(counts, _read_numbers(papers, "citation_count"))
        ),
        dated_share=_share_dated(matrix, places),
    )


def _read_numbers(papers: Mapping[str, Mapping[str, Any]], name: str) -> Floats:
    return np.array([data.get(name, np.nan) for data in papers.values()], dtype=np.float64)


def _share_listed(lines: Floats, counts: Floats) -> Floats:
    share: Floats = np.minimum(lines / np.maximum(counts, 1), 1.0)
    return np.where(counts == 0, 1.0, share)


def _share_dated(matrix: CitationMatrix, places: Integers) -> Floats:
    dated = (matrix.to_sparse() @ (~np.isnat(matrix.dates)).astype(np.float64))[places]
    listed = matrix.count_citations()[places]
    share: Floats = np.divide(dated, listed, out=np.ones(len(dated)), where=listed > 0)
    return share


def _look_back(observed: Observations, day: date) -> Observations:
    """Return the observations as of an earlier day, using only papers and citations dated up to it."""
    matrix = observed.matrix
    is_published = matrix.dates <= np.datetime64(day, "D")  # False without a date
    stays = is_published.copy()
    stays[observed.places] = True
    place = np.cumsum(stays) - 1  # papers stay in date order
    cited = np.repeat(np.arange(len(matrix.papers)), matrix.count_citations())
    known = is_published[matrix.indices] & is_published[cited]
    past = build_citation_matrix(
        [paper for paper, stayed in zip(matrix.papers, stays, strict=True) if stayed],
        place[matrix.indices[known]],
        place[cited[known]],
        dates=matrix.dates[stays],
        reference_counts=matrix.reference_counts[stays],
    )
    then = replace(
        observed,
        matrix=past,
        places=place[observed.places],
        as_of=day,
        is_published=is_published[observed.places],
        ages=measure_ages(past, day)[place[observed.places]],
        self_citing=_cut_columns(observed.self_citing, is_published, stays),
        influential=_cut_columns(observed.influential, is_published, stays),
        unmarked=_cut_columns(observed.unmarked, is_published, stays),
    )
    return replace(then, counts=np.where(then.is_dated, then.listed + then.self_citations, np.nan))


def _cut_columns(
    marks: sp.csr_array, is_published: npt.NDArray[np.bool_], stays: npt.NDArray[np.bool_]
) -> sp.csr_array:
    """Return the marks of published citing papers, in the columns of the papers that stay."""
    cut = (marks @ sp.diags_array(is_published.astype(np.float64))).tocsc()[:, np.flatnonzero(stays)].tocsr()
    cut.eliminate_zeros()
    return cut


def _place_ones(places: Sequence[Sequence[int]], shape: tuple[int, int]) -> sp.csr_array:
    rows, columns = np.array(places, dtype=np.int64).reshape(-1, 2).T
    return sp.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)


def _check_counts(node: str, data: Mapping[str, Any]) -> None:
    for name in _COUNTS:
        count = data.get(name, 0)
        if not (isinstance(count, int) and count >= 0):
            raise GraphError(f"{node}: {name} is {show_value(count)}; should be a whole number from 0, or absent")


def read_day_counted(graph: nx.MultiDiGraph[Any]) -> date:
    """Read the day on which a graph's citations were counted; raise `GraphError` if the graph does not say."""
    if "snapshot_taken" not in graph.graph:
        raise GraphError("the graph does not say when its citations were counted; pass the day as as_of")
    return date.fromisoformat(str(graph.graph["snapshot_taken"])[:10])


def read_publication(data: Mapping[str, Any]) -> tuple[date | None, str]:
    """Read the day of publication and a note if it is uncertain; a year alone counts as its 1 July."""
    if "publication_date" in data:
        return date.fromisoformat(data["publication_date"]), ""
    if "year" in data:
        return date(data["year"], 7, 1), "day of publication not known, taken as 1 July"
    return None, "year of publication not known"
