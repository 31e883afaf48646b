"""Read what is known of papers as sparse matrices, one for each aspect in which they can be alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import networkx as nx
import numpy as np
import scipy.sparse as sp

from flgraph.analysis.title_words import read_words
from flgraph.graph.knowledge_graph import catalog_papers, iterate_edges

ASPECTS: Final = ("topics", "datasets", "authors", "codebases", "references", "citing")
"""The aspects, in the order of `PaperAspects.rows`."""

WEIGHTS: Final[Mapping[str, float]] = {
    "topics": 1.0, "datasets": 1.0, "authors": 0.8, "codebases": 0.4, "references": 1.6, "citing": 1.0, "links": 0.6,
}  # fmt: skip
"""The weight of each aspect, set with the bundled catalog in view and tried on another (benchmarks/similarity.py)."""

FACET_WEIGHTS: Final[Mapping[str, float]] = {"modality": 2.5, "task": 1.2, "method": 0.8, "setting": 0.2}
"""The weight of a topic in the similarity of papers, by its facet."""

OTHER_FACET: Final = 1.0
"""The weight of a topic of any other facet."""

WORD: Final = "word:"
"""The beginning of the columns of `topics` that are words of titles."""

_TINY: Final = 1e-12  # no division by zero
_LARGE: Final = 3_000
_FEWEST_SHARING: Final = 50


@dataclass(frozen=True, eq=False)
class PaperAspects:
    """The properties by which the papers of a catalog are compared.

    Attributes
    ----------
    papers : tuple of str
        The node ids of the n papers of the catalog, sorted.
    rows : Mapping of str to csr_array, shape (n, things)
        For each aspect, which things each paper has: `topics` (or words of titles if no paper has a topic), `datasets`
        with those they are derived from, `authors`, `codebases`, `references` (the papers it cites) and `citing` (the
        papers that cite it). A row without an entry is unknown.
    names : Mapping of str to tuple of str
        For each aspect, the node ids of the columns, sorted; those of words are "word:" and the word.
    links : csr_array or None, shape (n, n)
        1 where the row's paper cites the column's, 2 where the catalog only states another relation. None if there is
        no link.
    """

    papers: tuple[str, ...]
    rows: Mapping[str, sp.csr_array]
    names: Mapping[str, tuple[str, ...]]
    links: sp.csr_array | None


def read_aspects(graph: nx.MultiDiGraph[Any], *, facet_weights: Mapping[str, float] = FACET_WEIGHTS) -> PaperAspects:
    """Read in which aspects the papers of the catalog can be alike.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph.
    facet_weights : Mapping of str to float
        The weight of a topic by its facet; facets that are not named weigh 1.

    Examples
    --------
    >>> aspects = read_aspects(build_graph(read_catalog()))
    >>> len(aspects.papers), aspects.rows["topics"].shape[0]
    (56, 56)
    """
    data = dict(catalog_papers(graph))
    found: dict[str, dict[tuple[str, str], float]] = {name: {} for name in ASPECTS}
    origins = _find_origins(graph)
    links: dict[tuple[str, str], float] = {}
    listings = _Listings.of(graph, data)
    for start, kind, end, _ in iterate_edges(graph):  # the order of the edges does not matter
        if kind == "cites":  # nearly all edges of a large graph
            listings.read_citation(start, end, found)
            if start in data and end in data:
                links[start, end] = 1.0
        elif kind == "authored" and end in data:
            found["authors"][end, start] = 1.0
        elif kind == "about" and start in data:
            weight = facet_weights.get(graph.nodes[end]["facet"], OTHER_FACET)
            found["topics"] |= {(start, end): weight} if weight > 0 else {}
        elif kind in ("uses_dataset", "introduces_dataset") and start in data:
            found["datasets"] |= {(start, dataset): 1.0 for dataset in (end, *origins.get(end, ()))}
        elif kind == "has_code" and start in data:
            found["codebases"][start, end] = 1.0
        elif kind == "relates_to" and start in data and end in data:
            links.setdefault((start, end), 2.0)
    if not any(graph.nodes[node].get("kind") == "topic" for node in graph):
        found["topics"] = {
            (node, WORD + word): 1.0 for node, facts in data.items() for word in read_words(facts["title"])
        }
    papers = tuple(data)
    names = {name: tuple(sorted({thing for _, thing in pairs})) for name, pairs in found.items()}
    rows = {name: _make_matrix(pairs, papers, names[name]) for name, pairs in found.items()}
    return PaperAspects(papers, rows, names, _make_matrix(links, papers, papers) if links else None)


class _Listings(NamedTuple):
    """The papers whose references, and those whose citing papers, are known; and those of them in the catalog."""

    references: frozenset[str]
    citations: frozenset[str]
    own: Mapping[str, Any]

    @classmethod
    def of(cls, graph: nx.MultiDiGraph[Any], own: Mapping[str, Any]) -> _Listings:
        """Read what a graph says is known."""
        nodes = list(graph.nodes(data=True))
        references, citations = (
            frozenset(node for node, facts in nodes if facts.get(name) == "known")
            for name in ("references", "citations")
        )
        return cls(references, citations, own)

    def read_citation(self, start: str, end: str, found: Mapping[str, dict[tuple[str, str], float]]) -> None:
        """Add a citation if the listing it belongs to is known; one that only a curator noted is no listing."""
        is_listed = start in self.references
        if not (is_listed or end in self.citations):
            return
        if is_listed and start in self.own:
            found["references"][start, end] = 1.0
        if end in self.own:
            found["citing"][end, start] = 1.0


def _find_origins(graph: nx.MultiDiGraph[Any]) -> dict[str, set[str]]:
    """Return for each derived dataset those it was made from, directly or not."""
    parents: defaultdict[str, set[str]] = defaultdict(set)
    for start, kind, end, _ in iterate_edges(graph):
        if kind == "derived_from":
            parents[start].add(end)
    origins = {}
    for dataset in parents:
        reached, waiting = {dataset}, [dataset]
        while waiting:
            new = parents.get(waiting.pop(), set()) - reached
            reached |= new
            waiting += new
        origins[dataset] = reached - {dataset}
    return origins


def _make_matrix(pairs: Mapping[tuple[str, str], float], papers: Iterable[str], things: Iterable[str]) -> sp.csr_array:
    row_of, column_of = ({name: number for number, name in enumerate(names)} for names in (papers, things))
    rows = np.array([row_of[paper] for paper, _ in pairs], dtype=np.int64)
    columns = np.array([column_of[thing] for _, thing in pairs], dtype=np.int64)
    values = np.array(list(pairs.values()), dtype=np.float64)
    return sp.csr_array((values, (rows, columns)), shape=(len(row_of), len(column_of)))


def weigh_rows(rows: sp.csr_array) -> sp.csr_array:
    """Weigh things by their rarity and scale each paper's row to a length of less than 1.

    A thing that only one paper has tells nothing. Each row is scaled as if it held one more thing that no other paper
    has, so that papers of which a single thing is known are not taken for equal.
    """
    size = rows.shape[0]
    papers = np.bincount(rows.indices, minlength=rows.shape[1])
    told = (papers > 1) & ((size <= _LARGE) | (papers <= _choose_limit(size)))
    weighed = (rows @ sp.diags_array(np.where(told, np.log((size + 1) / np.maximum(papers, 1)), 0.0))).tocsr()
    weighed.eliminate_zeros()
    squares = np.asarray((weighed * weighed).sum(axis=1)).ravel()
    own = np.square(weighed.data).mean() if weighed.nnz else 0.0
    return (sp.diags_array(np.where(squares > 0, 1 / np.sqrt(squares + own + _TINY), 0.0)) @ weighed).tocsr()


def _choose_limit(size: int) -> int:
    """Choose of how many papers a thing of a large catalog may be; what many share costs most and tells least."""
    return max(_FEWEST_SHARING, 400 * _LARGE // size)
