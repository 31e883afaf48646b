"""Say what each node of the network is, and which nodes its layout places first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, get_args

import networkx as nx

from flgraph.graph.knowledge_graph import sorted_nodes

Group = Literal["paper", "outside", "author", "venue", "topic", "dataset", "codebase"]

GROUPS: Final[tuple[Group, ...]] = get_args(Group)
MOST_PLACED: Final = 1500
"""The most nodes of the core: with more, the layout takes long."""

_MAX_CORE: Final = 300
"""Papers outside the catalog fill the core up to this number of nodes."""

_CORE_PAPERS: Final[Mapping[Group, int]] = {"paper": 0, "outside": 3}
_CORE_PAPERS_ELSE: Final = 2


class NodeView(NamedTuple):
    """Describe one node.

    `group` is its kind, with a group of its own for papers outside the catalog. `papers` is the number of linked
    catalog papers. `core` marks the nodes that the layout places first.
    """

    group: Group
    papers: int
    core: bool


def view_nodes(graph: nx.MultiDiGraph[Any]) -> dict[str, NodeView]:
    """Describe the nodes of a graph.

    The core consists of:

    - the papers of the catalog;
    - authors, venues, topics, datasets and codebases with at least two of these papers;
    - papers outside the catalog with links to at least three of them, most links first, up to 300 nodes in all.

    If the core has more than 1,500 nodes, those with the most papers stay.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph.

    Returns
    -------
    dict
        A `NodeView` for every node, sorted by node id.

    Examples
    --------
    >>> view_nodes(build_graph(read_catalog()))["paper:fedbn"].core
    True
    """
    groups = {node: _find_group(attributes) for node, attributes in sorted_nodes(graph)}
    papers = {node: _count_papers(graph, groups, node) for node in groups}
    core = _limit_core(groups, papers)
    return {node: NodeView(group, papers[node], node in core) for node, group in groups.items()}


def _find_group(attributes: Mapping[str, Any]) -> Group:
    kind: Group = attributes["kind"]
    return "outside" if kind == "paper" and not attributes.get("in_catalog") else kind


def _count_papers(graph: nx.MultiDiGraph[Any], groups: Mapping[str, Group], node: str) -> int:
    neighbors = {*graph.predecessors(node), *graph.successors(node)}
    return sum(groups[neighbor] == "paper" for neighbor in neighbors)


def _limit_core(groups: Mapping[str, Group], papers: Mapping[str, int]) -> set[str]:
    core = [node for node, group in groups.items() if papers[node] >= _CORE_PAPERS.get(group, _CORE_PAPERS_ELSE)]
    core.sort(key=lambda node: (groups[node] != "paper", -papers[node], node))
    outside = [node for node in core if groups[node] == "outside"]
    own = [node for node in core if groups[node] != "outside"][:MOST_PLACED]
    return {*own, *outside[: max(0, _MAX_CORE - len(own))]}
