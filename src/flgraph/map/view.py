"""Choose which nodes the map shows at first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, get_args

import networkx as nx

from flgraph.graph.knowledge_graph import sorted_nodes

View = Literal["core", "all"]
Group = Literal["paper", "outside", "author", "venue", "topic", "dataset", "codebase"]

GROUPS: Final[tuple[Group, ...]] = get_args(Group)
MAX_DRAWN: Final = 1500
"""The largest number of nodes drawn at once; beyond it vis-network is slow and the map illegible."""

_MAX_CORE: Final = 300
"""Papers outside the catalog fill the first view up to this number of nodes."""

_CORE_PAPERS: Final[Mapping[Group, int]] = {"paper": 0, "outside": 3}
_CORE_PAPERS_ELSE: Final = 2


class NodeView(NamedTuple):
    """Describe how the map shows one node.

    `group` is its kind, with a group of its own for papers outside the catalog. `papers` is the number of linked
    catalog papers. `core` marks nodes of the core, `shown` nodes that are drawn at first.
    """

    group: Group
    papers: int
    core: bool
    shown: bool


def choose_nodes(graph: nx.MultiDiGraph[Any], *, view: View = "core") -> dict[str, NodeView]:
    """Choose the nodes that the map shows at first.

    The core consists of:

    - the papers of the catalog;
    - authors, venues, topics, datasets and codebases with at least two of these papers;
    - papers outside the catalog with links to at least three of them, most links first, up to 300 nodes in all.

    If the core has more than 1,500 nodes, those with the most papers stay.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph.
    view : "core" or "all"
        Show the core or all nodes. A graph of more than 1,500 nodes always shows the core.

    Returns
    -------
    dict
        A `NodeView` for every node, sorted by node id.

    Examples
    --------
    >>> choose_nodes(build_graph(read_catalog()))["paper:fedbn"].shown
    True
    """
    if view not in get_args(View):
        raise ValueError(f"view must be 'core' or 'all', found {view!r}")
    groups = {node: _find_group(attributes) for node, attributes in sorted_nodes(graph)}
    papers = {node: _count_papers(graph, groups, node) for node in groups}
    core = _limit_core(groups, papers)
    everything = view == "all" and len(groups) <= MAX_DRAWN
    return {
        node: NodeView(group, papers[node], node in core, everything or node in core) for node, group in groups.items()
    }


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
    own = [node for node in core if groups[node] != "outside"][:MAX_DRAWN]
    return {*own, *outside[: max(0, _MAX_CORE - len(own))]}
