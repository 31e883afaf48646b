"""Choose an export format by name.

A new format is a module of its own beside this one, and a line in `Format` and in `export_graph`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal, get_args

import networkx as nx
import pandas as pd

from flgraph.export.bibtex import format_bibtex
from flgraph.export.graphml import format_graphml
from flgraph.export.ris import format_ris
from flgraph.export.selection import select_papers
from flgraph.export.spreadsheets import format_csv
from flgraph.export.tables import write_tables
from flgraph.files.atomic import write_bytes, write_text
from flgraph.graph.files import write_graph
from flgraph.graph.tables import papers_table

Format = Literal["bibtex", "csv", "graphml", "node-link", "ris", "tables"]
FORMATS: tuple[Format, ...] = get_args(Format)
SELECTABLE: tuple[Format, ...] = ("bibtex", "csv", "ris")
"""The formats of papers alone, which may be written for a selection of them."""


def export_graph(
    graph: nx.MultiDiGraph[Any],
    path: str | Path,
    *,
    format: Format,  # noqa: A002
    raw: bool = False,
    papers: pd.DataFrame | Iterable[str] | None = None,
) -> Path:
    """Export a graph to a file, or a folder of files, for another tool.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to write.
    path : str or Path
        The file to write, or the folder for `tables`. `-` is standard output, except for `tables`.
    format : {"bibtex", "csv", "graphml", "node-link", "ris", "tables"}
        `bibtex`: the papers of the catalog, keyed by catalog key. `csv`: `papers_table`, one row per paper.
        `graphml`: the whole graph with unique edge ids, for Gephi, igraph, yEd and Cytoscape. `node-link`: the
        whole graph as JSON, for `read_graph` and `nx.node_link_graph`. `ris`: the papers of the catalog, for Zotero,
        EndNote and Mendeley. `tables`: one CSV file per kind of node, and `edges.csv`.
    raw : bool
        Keep the cells of CSV files as they are. By default, an apostrophe is put before texts that a spreadsheet would
        run as a formula.
    papers : DataFrame, iterable of str or None
        Write only these papers: what `find_papers` returned, or keys or node ids. For bibtex, csv and ris.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    OutputError
        The file cannot be written.
    GraphError
        A name in `papers` is not that of a paper of the catalog.
    ValueError
        The format is unknown, or `papers` is given for a format of the whole graph.

    Examples
    --------
    >>> path = export_graph(build_graph(read_catalog()), folder / "papers.bib", format="bibtex")
    """
    writers: dict[Format, Callable[[], Path]] = {
        "bibtex": lambda: write_text(path, format_bibtex(graph, papers)),
        "csv": lambda: write_text(path, format_csv(_tabulate(graph, papers), raw=raw)),
        "graphml": lambda: write_bytes(path, format_graphml(graph)),
        "node-link": lambda: write_graph(graph, path),
        "ris": lambda: write_text(path, format_ris(graph, papers)),
        "tables": lambda: write_tables(graph, Path(path), raw=raw),
    }
    if format not in writers:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, found {format!r}")
    if papers is not None and format not in SELECTABLE:
        raise ValueError(f"papers can be selected for {', '.join(SELECTABLE)}, not for {format}")
    return writers[format]()


def _tabulate(graph: nx.MultiDiGraph[Any], papers: pd.DataFrame | Iterable[str] | None) -> pd.DataFrame:
    table = papers_table(graph)
    chosen = {node for node, _ in select_papers(graph, papers)}
    return table if papers is None else table.loc[[node for node in table.index if node in chosen]]
