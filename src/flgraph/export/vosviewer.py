"""Export the papers of the catalog as a JSON file of VOSviewer Online, with places, regions and similarities.

The format is documented at https://app.vosviewer.com/docs/file-types/json-file-type/.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

import networkx as nx

from flgraph.export.layout import Layout, check_layout, point_up
from flgraph.graph.knowledge_graph import catalog_papers
from flgraph.graph.paper_facts import authors_of
from flgraph.identifiers.addresses import split_url

_MOST_CLUSTERS: Final = 1000
_TERMINOLOGY: Final = {
    "item": "Paper",
    "items": "Papers",
    "link": "Link",
    "links": "Links",
    "cluster": "Region",
    "clusters": "Regions",
    "link_strength": "Similarity",
    "total_link_strength": "Total similarity",
}


def format_vosviewer(graph: nx.MultiDiGraph[Any], layout: Layout) -> str:
    """Format the papers of the catalog as VOSviewer JSON: papers are items, regions clusters, similarities links.

    VOSviewer reads the names of weights from the first item and takes a mean over all, so that citations are written
    only if they are known of every paper. Papers with a region and a year come first.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph with the papers.
    layout : Layout
        Places, regions, colours and similarities of its papers. y grows upward in the file.

    Raises
    ------
    GraphError
        The layout lacks a paper of the catalog.

    Examples
    --------
    >>> graph = build_graph(read_catalog())
    >>> path = export_graph(graph, folder / "vosviewer.json", format="vosviewer", layout=make_layout(graph))
    >>> len(json.loads(path.read_text("utf-8"))["network"]["items"])
    56
    """
    check_layout(graph, layout)
    papers = dict(catalog_papers(graph))
    clusters = _number_regions(layout, papers)
    order = sorted(
        papers, key=lambda node: (layout.regions.get(node) not in clusters, "year" not in papers[node], node)
    )
    numbers = {node: number for number, node in enumerate(order, start=1)}
    links = {pair: value for pair, value in sorted(layout.links.items()) if value > 0 and set(pair) <= numbers.keys()}
    content = {
        "network": {
            "items": _list_items(graph, layout, numbers, clusters, links),
            "links": [
                {"source_id": numbers[one], "target_id": numbers[other], "strength": round(value, 4)}
                for (one, other), value in links.items()
            ],
            "clusters": [{"cluster": number, "label": name} for name, number in clusters.items()],
        },
        "config": _configure(layout, order, clusters),
        "info": _describe(graph),
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _number_regions(layout: Layout, papers: Mapping[str, Any]) -> dict[str, int]:
    """Number the regions from 1, the largest first; VOSviewer has at most 1,000."""
    counts = Counter(name for node in papers if (name := layout.regions.get(node)) is not None)
    names = sorted(counts, key=lambda name: (-counts[name], name))
    return {name: number for number, name in enumerate(names[:_MOST_CLUSTERS], start=1)}


def _list_items(
    graph: nx.MultiDiGraph[Any],
    layout: Layout,
    numbers: Mapping[str, int],
    clusters: Mapping[str, int],
    links: Mapping[tuple[str, str], float],
) -> list[dict[str, Any]]:
    counts: Counter[str] = Counter(node for pair in links for node in pair)
    strengths = dict.fromkeys(numbers, 0.0)
    for pair, value in links.items():
        for node in pair:
            strengths[node] += value
    with_citations = all("citation_count" in graph.nodes[node] for node in numbers)
    items = []
    for node, number in numbers.items():
        data = graph.nodes[node]
        weights: dict[str, float] = {"Links": counts[node], "Total link strength": round(strengths[node], 4)}
        if with_citations:
            weights["Citations"] = data["citation_count"]
        x, y = point_up(layout.places[node])
        item: dict[str, Any] = {
            "id": number,
            "label": str(data["label"]),
            "description": _describe_paper(graph, node),
            "x": x,
            "y": y,
        }
        item |= {"url": _find_url(data), "cluster": clusters.get(layout.regions.get(node) or ""), "weights": weights}
        item["scores"] = {"Publication year": data["year"]} if "year" in data else None
        items.append({name: value for name, value in item.items() if value is not None})
    return items


def _describe_paper(graph: nx.MultiDiGraph[Any], node: str) -> str:
    """Describe a paper in HTML, which VOSviewer shows; all text of the paper is escaped."""
    data = graph.nodes[node]
    authors = ", ".join(str(graph.nodes[author]["label"]) for author in authors_of(graph, node))
    place = ", ".join(str(data[name]) for name in ("venue", "year") if name in data)
    lines = [f"<b>{escape(str(data.get('title') or data['label']))}</b>", escape(authors), escape(place)]
    return "<br>".join(line for line in lines if line)


def _find_url(data: Mapping[str, Any]) -> str | None:
    if "doi" in data:
        return f"https://doi.org/{data['doi']}"
    if "arxiv" in data:
        return f"https://arxiv.org/abs/{data['arxiv']}"
    url = str(data.get("url", ""))
    return url if split_url(url) else None


def _configure(layout: Layout, order: Sequence[str], clusters: Mapping[str, int]) -> dict[str, Any]:
    colors: dict[int, str] = {}
    for node in order:
        number = clusters.get(layout.regions.get(node) or "")
        if number is not None and node in layout.colors:
            colors.setdefault(number, layout.colors[node])
    config: dict[str, Any] = {"parameters": {"largest_component": False}, "terminology": dict(_TERMINOLOGY)}
    if colors:
        listed = [{"cluster": number, "color": color} for number, color in sorted(colors.items())]
        config["color_schemes"] = {"cluster_colors": listed}
    return config


def _describe(graph: nx.MultiDiGraph[Any]) -> dict[str, str]:
    title = str(graph.graph.get("title", "Papers"))
    words = ["Synthetic data." if graph.graph.get("synthetic") else "", "Papers placed by similarity (flgraph)."]
    if "snapshot_taken" in graph.graph:
        words.append(f"Citation data of {escape(str(graph.graph['snapshot_taken'])[:10])}.")
    return {"title": title, "description": " ".join(filter(None, words))}
