"""Small synthetic graphs: papers with years, citations and topics, made by hand."""

from __future__ import annotations

from flgraph.graph.knowledge_graph import KnowledgeGraph
from tests.observations import ORIGIN


def make_papers(years: dict[str, int | None], citations: list[tuple[str, str]]) -> KnowledgeGraph:
    """Return a graph of papers with these years and citations."""
    graph = KnowledgeGraph(**ORIGIN)
    for name, year in years.items():
        facts = {"year": year} if year else {}
        title = f"Synthetic {name}"
        graph.add_node(f"paper:{name}", kind="paper", label=name, title=title, in_catalog=True, key=name, **facts)
    for start, end in citations:
        graph.add_edge(f"paper:{start}", f"paper:{end}", key="cites", sources="semantic_scholar", evidence="synthetic")
    return graph


def add_topics(graph: KnowledgeGraph, facet: str, topics: dict[str, str]) -> None:
    """Add topics of a facet, each about the papers whose letters it names."""
    for topic, papers in topics.items():
        node = f"topic:{topic}"
        graph.add_node(node, kind="topic", label=topic, name=topic.upper(), facet=facet)
        for paper in papers:
            graph.add_edge(f"paper:{paper}", node, key="about", sources="catalog", evidence="synthetic", facet=facet)
