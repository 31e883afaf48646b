"""Select papers of the catalog for an export, and say which link an export writes beside their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import networkx as nx
import pandas as pd

from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import catalog_papers, find_node
from flgraph.identifiers import clean_arxiv, clean_doi


def select_papers(
    graph: nx.MultiDiGraph[Any], papers: pd.DataFrame | Iterable[str] | None
) -> list[tuple[str, dict[str, Any]]]:
    """Return node and attributes of papers of the catalog, in node order; all of them if `papers` is None.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph with the papers.
    papers : DataFrame, iterable of str or None
        A table indexed by node id, such as `find_papers` returns, or keys or node ids.

    Raises
    ------
    GraphError
        A name is not that of a paper of the catalog.
    """
    known = dict(catalog_papers(graph))
    if papers is None:
        return list(known.items())
    if isinstance(papers, str):
        raise ValueError(f"papers must be several keys or node ids, found the text {papers!r}; write [{papers!r}]")
    names = papers.index if isinstance(papers, pd.DataFrame) else papers
    chosen = {name if name in known else find_node(graph, name) for name in map(str, names)}
    if others := sorted(chosen - known.keys()):
        raise GraphError(f"{others[0]} is not a paper of the catalog; name its papers by key or node id")
    return [(node, data) for node, data in known.items() if node in chosen]


def find_own_url(data: Mapping[str, Any]) -> str:
    """Return the link of a paper as listed; empty if it only repeats the DOI or the arXiv id."""
    url = str(data.get("url", ""))
    same = ("doi" in data and clean_doi(url) == data["doi"]) or ("arxiv" in data and clean_arxiv(url) == data["arxiv"])
    return "" if same else url
