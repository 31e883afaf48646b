"""Gaps: pairs of topics of two facets with no paper, or fewer papers than expected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, get_args

import networkx as nx
import numpy as np
import pandas as pd

from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import catalog_papers, neighbors_by_kind
from flgraph.graph.tables import describe_graph
from flgraph.records import TopicFacet

_MIN_EXPECTED: Final = 1.0


class Gaps(NamedTuple):
    """The contingency table of the topics of two facets.

    Attributes
    ----------
    observed : DataFrame of int
        The papers of the catalog with both topics; index and columns: node ids.
    expected : DataFrame of float
        The number of papers expected if the facets were independent.
    telling : DataFrame of bool
        False if fewer than one paper is expected, so that an empty cell is no evidence of a gap.
    names : Mapping of str to str
        The names of the topics by node id.
    papers : int
        The number of papers with topics of both facets, over which the table counts.
    """

    observed: pd.DataFrame
    expected: pd.DataFrame
    telling: pd.DataFrame
    names: Mapping[str, str]
    papers: int


def find_gaps(graph: nx.MultiDiGraph[Any], *, rows: TopicFacet = "task", columns: TopicFacet = "modality") -> Gaps:
    """Find gaps: count the papers with each pair of topics of two facets, observed and expected by chance.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to count in.
    rows, columns : {"modality", "task", "method", "setting"}
        The two facets.

    Raises
    ------
    GraphError
        No paper has topics of both facets.
    ValueError
        A facet is unknown, or both are the same.

    Examples
    --------
    >>> int(find_gaps(build_graph(read_catalog())).observed.loc["topic:segmentation", "topic:mri"])
    11
    """
    facets = get_args(TopicFacet)
    if rows not in facets or columns not in facets or rows == columns:
        raise ValueError(f"rows is {rows!r} and columns is {columns!r}; should be two of {', '.join(facets)}")
    pairs = [(_topics_of(graph, node, rows), _topics_of(graph, node, columns)) for node, _ in catalog_papers(graph)]
    both = [(one, other) for one, other in pairs if one and other]
    if not both:
        raise GraphError(f"no paper has topics of both facets, {rows} and {columns}; choose other facets")
    of_rows, of_columns = (Counter(topic for pair in both for topic in pair[side]) for side in (0, 1))
    index, names = ([topic for topic, _ in sort_by_count(counts)] for counts in (of_rows, of_columns))
    met = Counter((one, other) for first, second in both for one in first for other in second)
    observed = pd.DataFrame([[met[one, other] for other in names] for one in index], index=index, columns=names)
    products = np.outer([of_rows[topic] for topic in index], [of_columns[topic] for topic in names])
    expected = pd.DataFrame(products / len(both), index=index, columns=names)
    observed.attrs = describe_graph(graph)
    said = {topic: graph.nodes[topic]["name"] for topic in (*index, *names)}
    return Gaps(observed, expected, expected >= _MIN_EXPECTED, said, len(both))


def _topics_of(graph: nx.MultiDiGraph[Any], node: str, facet: str) -> list[str]:
    return [topic for topic in neighbors_by_kind(graph, node, "about") if graph.nodes[topic]["facet"] == facet]


def sort_by_count(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Sort names and counts by count, largest first, then by name."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
