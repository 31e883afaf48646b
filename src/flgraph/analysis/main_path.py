"""The main path: the chain of citations that carries most citation paths."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from flgraph.analysis.citation_matrix import CitationMatrix, Integers, Mask, build_citation_matrix, read_citations
from flgraph.analysis.ranking.measures import count_paths
from flgraph.errors import GraphError
from flgraph.graph.record_facts import title_of
from flgraph.graph.tables import Table, describe_graph


def find_main_path(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """Find the main path: the chain of citations along which most citation paths of the literature run.

    It starts from the citation with the largest search path count (Hummon, Doreian 1989; Batagelj 2003) and extends in
    both directions along the largest counts (key-route: Liu, Lu 2012). Papers without a date, citations of newer papers
    and cyclic citations are left out. Limits: the path depends on the papers that the graph holds.

    Parameters
    ----------
    graph : KnowledgeGraph
        A graph with known references, built with a snapshot.

    Returns
    -------
    DataFrame
        Index: node id. Order: oldest first. Columns: `step` (int, from 1), `title`, `year`, `in_catalog`,
        `log_paths` (float, the natural logarithm of the number of paths through the citation of the previous step; NaN
        for the first). `attrs` holds the number of citations left out.

    Raises
    ------
    GraphError
        No citation between dated papers is known.

    Examples
    --------
    >>> find_main_path(build_graph(read_catalog()))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    flgraph.errors.GraphError: no citation between dated papers is known ...
    """
    whole = read_citations(graph)
    matrix, left_out = _keep_backward(whole)
    if not matrix.citations:
        raise GraphError("no citation between dated papers is known; run `flgraph build` online, or with --snapshot")
    path, weights = _follow_key_route(matrix)
    nodes = [matrix.papers[place] for place in path]
    data = [graph.nodes[node] for node in nodes]
    table = Table(
        {
            "step": range(1, len(nodes) + 1),
            "title": pd.array([title_of(paper) for paper in data], dtype="string"),
            "year": pd.array([paper.get("year", pd.NA) for paper in data], dtype="Int64"),
            "in_catalog": [paper["in_catalog"] for paper in data],
            "log_paths": [float("nan"), *weights],
        },
        index=pd.Index(nodes, name="node", dtype="string"),
    )
    said = f"main path over {matrix.citations:,} citations; {left_out:,} left out: undated, of newer papers or cyclic"
    table.attrs = {**describe_graph(graph), "caption": said, "left_out": left_out}
    return table


def _keep_backward(matrix: CitationMatrix) -> tuple[CitationMatrix, int]:
    """Return the acyclic citations of dated papers by papers that are not older, and the number left out."""
    # NaT compares as False.
    backward = _keep_citations(matrix, lambda citing, cited: matrix.dates[citing] >= matrix.dates[cited])
    # Cycles remain between papers of one day; their citations have no direction.
    components = backward.components
    straight = _keep_citations(backward, lambda citing, cited: components[citing] != components[cited])
    return straight, matrix.citations - straight.citations


def _keep_citations(matrix: CitationMatrix, is_kept: Callable[[Integers, Integers], Mask]) -> CitationMatrix:
    cited = np.repeat(np.arange(len(matrix.papers)), matrix.count_citations())
    citing = matrix.indices.astype(np.int64)
    kept = is_kept(citing, cited)
    return build_citation_matrix(matrix.papers, citing[kept], cited[kept], dates=matrix.dates)


def _follow_key_route(matrix: CitationMatrix) -> tuple[list[int], list[float]]:
    """Return the papers of the key route, oldest first, and the logarithm of the path count of each citation."""
    above, below = count_paths(matrix)
    cited = np.repeat(np.arange(len(matrix.papers)), matrix.count_citations())
    weights = above[matrix.indices] + below[cited]
    order = np.lexsort((matrix.indices, cited, -weights.round(9)))
    up: defaultdict[int, list[int]] = defaultdict(list)
    down: defaultdict[int, list[int]] = defaultdict(list)
    for place in order.tolist():  # largest counts first
        up[int(cited[place])].append(place)
        down[int(matrix.indices[place])].append(place)
    links = [int(order[0])]
    while up[int(matrix.indices[links[-1]])]:
        links.append(up[int(matrix.indices[links[-1]])][0])
    while down[int(cited[links[0]])]:
        links.insert(0, down[int(cited[links[0]])][0])
    papers = [int(cited[links[0]]), *(int(matrix.indices[link]) for link in links)]
    return papers, [float(weights[link]) for link in links]
