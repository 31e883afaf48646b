"""Measure how alike papers are, by all that is known of them: topics, datasets, authors, code and citations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

import networkx as nx
import numpy as np
import pandas as pd
import scipy.sparse as sp

from flgraph.analysis.aspects import WEIGHTS, PaperAspects, read_aspects, weigh_rows
from flgraph.analysis.citation_matrix import Floats, Integers, Mask
from flgraph.analysis.why import explain_pair, weigh_aspects
from flgraph.checks import refuse_number
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import find_node
from flgraph.graph.record_facts import title_of
from flgraph.graph.tables import Table, describe_graph

NEAREST: Final = 5
NEAREST_OF_MANY: Final = 10
MANY: Final = 400


def measure_similarity(
    aspects: PaperAspects, *, leave_out: Collection[str] = (), weights: Mapping[str, float] = WEIGHTS
) -> sp.csr_array:
    """Measure the similarity of each pair of papers.

    In each aspect it is a damped cosine of rows in which what few papers share weighs more than what many share
    (inverse document frequency: Sparck Jones 1972); of references that is bibliographic coupling (Kessler 1963), of
    citing papers co-citation (Small 1973). The similarity is the weighted sum of these, divided by the mean of the
    weight of what is known of both papers and the weight of everything: the unknown is not unlike, and little
    evidence does not look like much.

    Parameters
    ----------
    aspects : PaperAspects
        What is known of n papers.
    leave_out : collection of str
        Aspects to leave out: those of `aspects.rows`, or "links".
    weights : Mapping of str to float
        The weight of each aspect.

    Returns
    -------
    csr_array, shape (n, n)
        Symmetric, 0 to 1, with a zero diagonal. In catalogs of over 3,000 papers, things that many papers share are
        left out: over 400 of 3,000 papers, over 60 of 20,000.

    Raises
    ------
    ValueError
        `leave_out` names an unknown aspect.
    """
    unknown = sorted(set(leave_out) - {*aspects.rows, "links"})
    if unknown:
        raise ValueError(f"leave_out is {unknown}; should be among {', '.join([*aspects.rows, 'links'])}")
    told = {name: rows for name, rows in aspects.rows.items() if name not in leave_out and weights[name] and rows.nnz}
    size = len(aspects.papers)
    if told:  # one product of all aspects side by side is faster than the sum of their products
        rows = sp.hstack([weights[name] ** 0.5 * weigh_rows(rows) for name, rows in told.items()], format="csr")
        total = (rows @ rows.T).tocsr()
    else:
        total = sp.csr_array((size, size))
    if aspects.links is not None and "links" not in leave_out:
        total = total + weights["links"] * ((aspects.links + aspects.links.T) > 0)
    known = np.array([np.diff(rows.indptr) > 0 for rows in told.values()], dtype=bool).reshape(len(told), size)
    return _normalize(total, known, np.array([weights[name] for name in told]))


def _normalize(total: sp.csr_array, known: Mask, weights: Floats) -> sp.csr_array:
    """Divide by the mean of the weight of what is known of both papers and that of all; `known` has a row an aspect."""
    patterns, pattern = np.unique(known, axis=1, return_inverse=True)
    shared = patterns.T @ (weights[:, None] * patterns)
    divisors = 0.5 * (weights.sum() or 1.0) + 0.5 * shared
    row = np.repeat(np.arange(total.shape[0]), np.diff(total.indptr))
    pattern = pattern.ravel()
    value = total.data / divisors.ravel()[(pattern * len(divisors))[row] + pattern[total.indices]]
    value[row == total.indices] = 0.0
    found = sp.csr_array((np.minimum(value, 1.0), total.indices, total.indptr), shape=total.shape)
    found.eliminate_zeros()
    found.sort_indices()
    return found


def link_nearest(similarity: sp.csr_array, count: int) -> sp.csr_array:
    """Keep the links of each paper to the `count` papers most similar to it, in both directions.

    Of equally similar papers the first are kept.
    """
    row = np.repeat(np.arange(similarity.shape[0]), np.diff(similarity.indptr))
    near = np.flatnonzero(similarity.data >= _find_thresholds(similarity, count)[row])
    row = row[near]
    order = np.lexsort((-similarity.data[near], row))
    nth = np.arange(len(row)) - np.searchsorted(row, row)  # of a paper among those near another, the most similar first
    kept, row = near[order[nth < count]], row[nth < count]
    half = sp.csr_array((similarity.data[kept], (row, similarity.indices[kept])), shape=similarity.shape)
    both = half.maximum(half.T).tocsr()
    both.sort_indices()
    return both


def _find_thresholds(similarity: sp.csr_array, count: int) -> Floats:
    """Find for each paper the similarity to the `count`-th most similar one, 0 if there are fewer."""
    thresholds = np.zeros(similarity.shape[0])
    for row in np.flatnonzero(np.diff(similarity.indptr) > count).tolist():
        values = similarity.data[similarity.indptr[row] : similarity.indptr[row + 1]]
        thresholds[row] = np.partition(values, -count)[-count]
    return thresholds


def _pick_nearest(similarity: sp.csr_array, row: int, count: int) -> Integers:
    """Return where in the data of a matrix the largest values of a row stand, largest first."""
    start, end = similarity.indptr[row], similarity.indptr[row + 1]
    order: Integers = np.argsort(-similarity.data[start:end], kind="stable")[:count] + start
    return order


def choose_count(papers: int) -> int:
    """Choose of how many similar papers each keeps the links."""
    return NEAREST if papers <= MANY else NEAREST_OF_MANY


def similar_papers(graph: nx.MultiDiGraph[Any], paper: str, *, top: int = 10) -> pd.DataFrame:
    """Find the papers of the catalog that are most similar to one of them, and say why.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to search.
    paper : str
        A node id, key, DOI, arXiv id or title of a paper of the catalog.
    top : int
        The largest number of papers to return.

    Returns
    -------
    DataFrame
        Index: node id. Order: most similar first, then node id. Columns: `title`, `year` (Int64), `similarity` (float,
        0 to 1, see `measure_similarity`), `why` (what they share that weighs most, and "cites", "cited by" or
        "related"). Papers that share nothing are left out.

    Raises
    ------
    GraphError
        The paper is unknown, ambiguous or outside the catalog.
    ValueError
        `top` is not a whole number from 1.

    Examples
    --------
    >>> similar_papers(build_graph(read_catalog()), "fedbn", top=1).index[0]
    'paper:fed-abide'
    """
    refuse_number("top", top, least=1)
    node = find_node(graph, paper)
    aspects = read_aspects(graph)
    if node not in aspects.papers:
        raise GraphError(f"{node} is not a paper of the catalog; name a paper by its key, DOI, arXiv id or title")
    similarity, weighed = measure_similarity(aspects), weigh_aspects(aspects)
    here = aspects.papers.index(node)
    places = _pick_nearest(similarity, here, top)
    rows = [
        {
            "node": aspects.papers[other],
            "title": title_of(graph.nodes[aspects.papers[other]]),
            "year": graph.nodes[aspects.papers[other]].get("year", pd.NA),
            "similarity": float(value),
            "why": explain_pair(graph, aspects, weighed, here, other),
        }
        for other, value in zip(similarity.indices[places].tolist(), similarity.data[places].tolist(), strict=True)
    ]
    columns = ["node", "title", "year", "similarity", "why"]
    table = Table(pd.DataFrame(rows, columns=columns).set_index("node"))
    table = Table(table.astype({"title": "string", "year": "Int64", "similarity": float, "why": "string"}))
    said = "papers most similar to" if rows else "no paper of the catalog shares anything with"
    table.attrs = {**describe_graph(graph), "caption": f"{said} {graph.nodes[node]['title']}"}
    return table


def similarity_graph(graph: nx.MultiDiGraph[Any]) -> nx.Graph[str]:
    """Link the papers of the catalog to those most similar to them.

    Returns
    -------
    networkx.Graph
        One node per paper of the catalog with its attributes. An edge joins a paper to each of the five papers most
        similar to it (ten in catalogs of over 400): `weight` (float, 0 to 1) is their similarity, `why` (str) what they
        share. Nodes and edges are inserted in sorted order.

    Examples
    --------
    >>> similarity_graph(build_graph(read_catalog())).number_of_nodes()
    56
    """
    aspects = read_aspects(graph)
    links = link_nearest(measure_similarity(aspects), choose_count(len(aspects.papers)))
    weighed = weigh_aspects(aspects)
    found: nx.Graph[str] = nx.Graph()
    found.add_nodes_from((paper, dict(graph.nodes[paper])) for paper in aspects.papers)
    pairs = sp.triu(links).tocoo()
    for one, other, value in sorted(zip(*(part.tolist() for part in (*pairs.coords, pairs.data)), strict=True)):
        why = explain_pair(graph, aspects, weighed, one, other)
        found.add_edge(aspects.papers[one], aspects.papers[other], weight=value, why=why)
    return found
