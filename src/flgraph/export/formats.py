"""Choose an export format by name.

A new format is a module of its own beside this one, and a line in `Format` and in `export_graph`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, get_args

import networkx as nx

from flgraph.export.bibtex import format_bibtex
from flgraph.export.graphml import format_graphml
from flgraph.export.spreadsheets import format_csv
from flgraph.export.tables import write_tables
from flgraph.files.atomic import write_bytes, write_text
from flgraph.graph.files import write_graph
from flgraph.graph.tables import papers_table

Format = Literal["bibtex", "csv", "graphml", "node-link", "tables"]
FORMATS: tuple[Format, ...] = get_args(Format)


def export_graph(
    graph: nx.MultiDiGraph[Any],
    path: str | Path,
    *,
    format: Format,  # noqa: A002
    raw: bool = False,
) -> Path:
    """Export a graph to a file, or a folder of files, for another tool.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to write.
    path : str or Path
        The file to write, or the folder for `tables`. `-` is standard output, except for `tables`.
    format : {"bibtex", "csv", "graphml", "node-link", "tables"}
        `bibtex`: the papers of the catalog, keyed by catalog key. `csv`: `papers_table`, one row per paper.
        `graphml`: the whole graph with unique edge ids, for Gephi, igraph, yEd and Cytoscape. `node-link`: the
        whole graph as JSON, for `read_graph` and `nx.node_link_graph`. `tables`: one CSV file per kind of node, and
        `edges.csv`.
    raw : bool
        Keep the cells of CSV files as they are. By default, an apostrophe is put before texts that a spreadsheet would
        run as a formula.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    OutputError
        The file cannot be written.

    Examples
    --------
    >>> path = export_graph(build_graph(read_catalog()), folder / "papers.bib", format="bibtex")
    """
    writers: dict[Format, Callable[[], Path]] = {
        "bibtex": lambda: write_text(path, format_bibtex(graph)),
        "csv": lambda: write_text(path, format_csv(papers_table(graph), raw=raw)),
        "graphml": lambda: write_bytes(path, format_graphml(graph)),
        "node-link": lambda: write_graph(graph, path),
        "tables": lambda: write_tables(graph, Path(path), raw=raw),
    }
    if format not in writers:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, found {format!r}")
    return writers[format]()
