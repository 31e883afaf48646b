"""Gaps: pairs of topics of two facets with no paper, or fewer papers than expected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import networkx as nx
import numpy as np
import pandas as pd

from flgraph.checks import format_count
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import catalog_papers, list_facets, neighbors_by_kind
from flgraph.graph.tables import Table, describe_graph

_MIN_EXPECTED: Final = 1.0
_RARE: Final = 0.05


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
    of_rows, of_columns : Mapping of str to int
        The number of these papers with each topic.
    """

    observed: pd.DataFrame
    expected: pd.DataFrame
    telling: pd.DataFrame
    names: Mapping[str, str]
    papers: int
    of_rows: Mapping[str, int]
    of_columns: Mapping[str, int]


def list_gaps(gaps: Gaps) -> pd.DataFrame:
    """List the pairs of topics with fewer papers than expected, those that lack most papers first.

    Returns
    -------
    DataFrame
        One row a pair that should have at least one paper by chance. Order: most missing papers first, then names.
        Columns: `name` (both topics), `papers` (int), `expected` (float, papers if the facets were independent),
        `missing` (float, expected less found), `chance` (float, the probability of so few papers or fewer, if both
        topics were spread over the papers at random: the hypergeometric test of Fisher 1922), `row`, `column` (node
        ids). `attrs["caption"]` says how many pairs were compared, and for how many the chance is below 0.05.

    Examples
    --------
    >>> list_gaps(find_gaps(build_graph(read_catalog())))["name"].iloc[0]
    'Classification / diagnosis, Magnetic resonance imaging'
    """
    from scipy.stats import hypergeom  # takes a second to import

    observed, expected = gaps.observed.to_numpy(), gaps.expected.to_numpy()
    rows = []
    for row, column in zip(*np.nonzero(gaps.telling.to_numpy() & (observed < expected)), strict=True):
        one, other = str(gaps.observed.index[row]), str(gaps.observed.columns[column])
        found, likely = int(observed[row, column]), float(expected[row, column])
        of_one, of_other = gaps.of_rows[one], gaps.of_columns[other]
        chance = float(hypergeom.cdf(found, gaps.papers, of_one, of_other))
        name = f"{gaps.names[one]}, {gaps.names[other]}"
        rows.append((f"{one} {other}", name, found, likely, likely - found, chance, one, other))
    rows.sort(key=lambda item: (-item[4], item[1]))
    names = ["pair", "name", "papers", "expected", "missing", "chance", "row", "column"]
    table = Table(pd.DataFrame(rows, columns=names).set_index("pair"))
    compared, rare = int(gaps.telling.to_numpy().sum()), int((table["chance"] < _RARE).sum())
    table.attrs = {
        **gaps.observed.attrs,
        "caption": _write_caption(len(table), compared, rare, gaps.papers),
    }
    return table


def _write_caption(missing: int, compared: int, rare: int, papers: int) -> str:
    of = f"{format_count(papers, 'paper')} with topics of both facets"
    if not compared:
        return f"{of}; no pair of topics should have a paper by chance"
    if not missing:
        return f"{of}; none of {format_count(compared, 'pair')} of topics has fewer papers than expected"
    have = "has" if missing == 1 else "have"
    return (
        f"{of}; {missing} of {format_count(compared, 'pair')} of topics {have} fewer papers than expected; in "
        f"{rare or 'none'} of them, so few are unlikely by chance (probability below {_RARE})"
    )


def find_gaps(graph: nx.MultiDiGraph[Any], *, rows: str | None = None, columns: str | None = None) -> Gaps:
    """Find gaps: count the papers with each pair of topics of two facets, observed and expected by chance.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to count in.
    rows, columns : str or None
        The two facets. None are the first facet of `catalog.yaml` as columns and the
        second as rows, or the two with most topics.

    Raises
    ------
    GraphError
        No paper has topics of both facets, or all topics are of one facet.
    ValueError
        A facet is unknown, or both are the same.

    Examples
    --------
    >>> int(find_gaps(build_graph(read_catalog())).observed.loc["topic:segmentation", "topic:mri"])
    11
    """
    facets = list_facets(graph)
    rows, columns = _choose_facets(facets, rows, columns)
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
    return Gaps(observed, expected, expected >= _MIN_EXPECTED, said, len(both), dict(of_rows), dict(of_columns))


def _choose_facets(facets: Sequence[str], rows: str | None, columns: str | None) -> tuple[str, str]:
    """Choose the facets that are not given: the first of the graph for columns, then the first other one for rows."""
    columns = columns or next((facet for facet in facets if facet != rows), None)
    rows = rows or next((facet for facet in facets if facet != columns), None)
    if rows is None or columns is None:
        said = f"all topics of this graph are of the facet {facets[0]!r}" if facets else "this graph has no topics"
        raise GraphError(f"{said}; gaps need topics of two facets")
    return rows, columns


def _topics_of(graph: nx.MultiDiGraph[Any], node: str, facet: str) -> list[str]:
    return [topic for topic in neighbors_by_kind(graph, node, "about") if graph.nodes[topic]["facet"] == facet]


def sort_by_count(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Sort names and counts by count, largest first, then by name."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
