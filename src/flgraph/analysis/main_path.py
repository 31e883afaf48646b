"""The main path: the chain of citations that most of the others run through."""

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
from flgraph.graph.tables import Table, describe_graph


def find_main_path(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """Return the chain of citations that most of the paths through the literature lead along: one reading of history.

    From the citation with the greatest search path count (Hummon, Doreian 1989; Batagelj 2003), on in both
    directions along the greatest (key-route: Liu, Lu 2012). Papers without a date, and citations of newer papers, are
    left out. It says as much of what the graph holds as of the literature.

    Parameters
    ----------
    graph : KnowledgeGraph
        A graph whose papers' references are known.

    Returns
    -------
    DataFrame
        Index: node id. Order: from the oldest. Columns: `step` (int, from 1), `title`, `year`, `in_catalog`,
        `log_paths` (float, natural logarithm of how many paths lead through the citation of the step before; missing
        for the first). `attrs` says how many citations were left out.

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
        raise GraphError("no citation between dated papers is known; run `flgraph build` online")
    path, weights = _follow_key_route(matrix)
    nodes = [matrix.papers[place] for place in path]
    data = [graph.nodes[node] for node in nodes]
    table = Table(
        {
            "step": range(1, len(nodes) + 1),
            "title": pd.array([paper["title"] for paper in data], dtype="string"),
            "year": pd.array([paper.get("year", pd.NA) for paper in data], dtype="Int64"),
            "in_catalog": [paper["in_catalog"] for paper in data],
            "log_paths": [float("nan"), *weights],
        },
        index=pd.Index(nodes, name="node", dtype="string"),
    )
    said = (
        f"main path over {matrix.citations:,} citations; {left_out:,} left out, undated, of newer papers or in a circle"
    )
    table.attrs = {**describe_graph(graph), "caption": said, "left_out": left_out}
    return table


def _keep_backward(matrix: CitationMatrix) -> tuple[CitationMatrix, int]:
    """Return the citations of papers that are not newer, both dated, and how many are left out."""
    # NaT compares as False.
    backward = _keep_citations(matrix, lambda citing, cited: matrix.dates[citing] >= matrix.dates[cited])
    # What goes around in a circle, of one day then, has no direction.
    components = backward.components
    straight = _keep_citations(backward, lambda citing, cited: components[citing] != components[cited])
    return straight, matrix.citations - straight.citations


def _keep_citations(matrix: CitationMatrix, is_kept: Callable[[Integers, Integers], Mask]) -> CitationMatrix:
    cited = np.repeat(np.arange(len(matrix.papers)), matrix.count_citations())
    citing = matrix.indices.astype(np.int64)
    kept = is_kept(citing, cited)
    return build_citation_matrix(matrix.papers, citing[kept], cited[kept], dates=matrix.dates)


def _follow_key_route(matrix: CitationMatrix) -> tuple[list[int], list[float]]:
    """Return the papers of the key route from the oldest, and the logarithm of the paths along each citation."""
    above, below = count_paths(matrix)
    cited = np.repeat(np.arange(len(matrix.papers)), matrix.count_citations())
    weights = above[matrix.indices] + below[cited]
    order = np.lexsort((matrix.indices, cited, -weights.round(9)))
    up: defaultdict[int, list[int]] = defaultdict(list)
    down: defaultdict[int, list[int]] = defaultdict(list)
    for place in order.tolist():  # the greatest first
        up[int(cited[place])].append(place)
        down[int(matrix.indices[place])].append(place)
    links = [int(order[0])]
    while up[int(matrix.indices[links[-1]])]:
        links.append(up[int(matrix.indices[links[-1]])][0])
    while down[int(cited[links[0]])]:
        links.insert(0, down[int(cited[links[0]])][0])
    papers = [int(cited[links[0]]), *(int(matrix.indices[link]) for link in links)]
    return papers, [float(weights[link]) for link in links]
