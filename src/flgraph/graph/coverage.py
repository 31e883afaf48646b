"""Count what each source contributes to a graph."""

from __future__ import annotations

from collections import Counter
from typing import Any

import networkx as nx
import pandas as pd

from flgraph.graph.knowledge_graph import catalog_papers, iterate_edges
from flgraph.graph.schema import list_id_kinds, list_sources, refuse_other


def source_coverage(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """Count what each provider of a graph contributes.

    Returns
    -------
    DataFrame
        One row per provider, indexed by its name, in the order of the snapshots. The columns are Int64:

        - `papers`: papers of the catalog with a record;
        - `with_references`, `with_citations`: papers of the catalog with at least one listed reference or citation;
        - `citing`: distinct works that cite the catalog;
        - `citations`: citations of all papers in the graph, and `alone`: those that no other provider lists.

    Examples
    --------
    >>> list(source_coverage(build_graph(read_catalog())).index)
    []
    """
    refuse_other(graph)
    papers = dict(catalog_papers(graph))
    names = list(filter(None, str(graph.graph.get("snapshot_source", "")).split("; ")))
    kinds = dict(zip(names, list_id_kinds(graph), strict=False))
    ends: dict[str, list[tuple[str, str]]] = {name: [] for name in names}
    alone: Counter[str] = Counter()
    for start, kind, end, data in iterate_edges(graph):
        said = [source for source in list_sources(data) if kind == "cites" and source in ends]
        for source in said:
            ends[source].append((start, end))
            alone[source] += len(said) == 1
    rows = {
        name: {
            "papers": sum(kinds.get(name) in data for data in papers.values()),
            "with_references": len({start for start, _ in pairs if start in papers}),
            "with_citations": len({end for _, end in pairs if end in papers}),
            "citing": len({start for start, end in pairs if end in papers}),
            "citations": len(pairs),
            "alone": alone[name],
        }
        for name, pairs in ends.items()
    }
    columns = ["papers", "with_references", "with_citations", "citing", "citations", "alone"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).astype("Int64")
    return table.rename_axis("source")
