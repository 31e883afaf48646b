"""Collaboration: pairs of coauthors, and the groups they form."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pandas as pd

from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import catalog_papers, neighbors_by_kind
from flgraph.graph.projections import coauthor_graph
from flgraph.graph.tables import Table, describe_graph


def list_collaborations(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """List the pairs of authors who wrote papers of the catalog together.

    Returns
    -------
    DataFrame
        One row a pair. Order: most papers first, then node ids. Columns: `one`, `other` (node ids), `names`, `papers`
        (int), `fractional` (float, as in `coauthor_graph`).

    Raises
    ------
    GraphError
        No paper of the catalog has two authors.

    Examples
    --------
    >>> int(list_collaborations(build_graph(read_catalog()))["papers"].iloc[0])
    6
    """
    rows = [
        {
            "one": one,
            "other": other,
            "names": f"{graph.nodes[one]['name']}, {graph.nodes[other]['name']}",
            "papers": data["papers"],
            "fractional": data["fractional"],
        }
        for one, other, data in coauthor_graph(graph).edges(data=True)
    ]
    if not rows:
        raise GraphError("no paper of the catalog has two authors; add authors to the catalog")
    table = Table(rows).sort_values(["papers", "one", "other"], ascending=[False, True, True], ignore_index=True)
    table.attrs = {**describe_graph(graph), "caption": f"{len(table):,} pairs of authors of papers of the catalog"}
    return table


def find_author_groups(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """Find groups of authors: the connected components of the coauthor graph.

    Returns
    -------
    DataFrame
        Index: node id. Order: group, then most papers, then node id. Columns: `group` (int, 1 is the largest), `name`,
        `papers`, `coauthors`, `group_size`, `group_papers` (int).

    Raises
    ------
    GraphError
        The catalog has no author.

    Examples
    --------
    >>> int(find_author_groups(build_graph(read_catalog()))["group"].iloc[0])
    1
    """
    network = coauthor_graph(graph)
    catalog = {node for node, _ in catalog_papers(graph)}
    papers = {author: catalog & set(neighbors_by_kind(graph, author, "authored")) for author in network}
    groups = [sorted(group) for group in nx.connected_components(network)]
    groups.sort(key=lambda group: (-len(group), group))
    if not groups:
        raise GraphError("the catalog has no author; add authors to the catalog")
    rows = [
        {
            "node": author,
            "group": number,
            "name": graph.nodes[author]["name"],
            "papers": len(papers[author]),
            "coauthors": network.degree(author),
            "group_size": len(group),
            "group_papers": len(set().union(*(papers[other] for other in group))),
        }
        for number, group in enumerate(groups, start=1)
        for author in group
    ]
    table = Table(pd.DataFrame(rows).set_index("node").astype({"name": "string"}))
    ordered = table.sort_index().sort_values(["group", "papers"], ascending=[True, False], kind="stable")
    ordered.attrs = {**describe_graph(graph), "caption": f"{len(ordered):,} authors in {len(groups):,} groups"}
    return ordered
