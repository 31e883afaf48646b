"""Which nodes the map draws at first, and which wait behind a switch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, get_args

import networkx as nx

from flgraph.graph.knowledge_graph import sorted_nodes

View = Literal["core", "all"]
Group = Literal["paper", "outside", "author", "venue", "topic", "dataset", "codebase"]

GROUPS: Final[tuple[Group, ...]] = get_args(Group)
MAX_DRAWN: Final = 1500
"""More nodes than this are not drawn at once: vis-network becomes slow, and nobody can read the picture."""

_MAX_CORE: Final = 300
"""With more nodes than this the first view is a crowd: papers outside the catalog fill it only so far."""

_CORE_PAPERS: Final[Mapping[Group, int]] = {"paper": 0, "outside": 3}
_CORE_PAPERS_ELSE: Final = 2


class NodeView(NamedTuple):
    """How the map treats one node.

    `group` is its kind, with papers outside the catalog apart; `papers` is the number of catalog papers it is
    linked to; `core` tells whether it belongs to the first view; `shown` whether it is drawn at first.
    """

    group: Group
    papers: int
    core: bool
    shown: bool


def choose_nodes(graph: nx.MultiDiGraph[Any], *, view: View = "core") -> dict[str, NodeView]:
    """Choose what is drawn at first.

    The core are the papers of the catalog, the authors, venues, topics, datasets and codebases with at least
    two of them, and papers outside the catalog that are linked to three or more, those with the most first, as
    long as there are no more than 300 nodes. Where even the core has more than 1,500, those with the most papers stay.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph.
    view : "core" or "all"
        Draw the core at first, or everything; beyond 1,500 nodes only the core is drawn either way.

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
        raise ValueError(f"view is {view!r}; should be 'core' or 'all'")
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
