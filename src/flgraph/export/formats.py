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
from flgraph.export.gexf import format_gexf
from flgraph.export.graphml import format_graphml
from flgraph.export.layout import Layout
from flgraph.export.ris import format_ris
from flgraph.export.selection import select_papers
from flgraph.export.spreadsheets import format_csv
from flgraph.export.tables import write_tables
from flgraph.export.vosviewer import format_vosviewer
from flgraph.files.atomic import write_bytes, write_text
from flgraph.graph.files import write_graph
from flgraph.graph.tables import papers_table

Format = Literal["bibtex", "csv", "gexf", "graphml", "node-link", "ris", "tables", "vosviewer"]
FORMATS: tuple[Format, ...] = get_args(Format)
SELECTABLE: tuple[Format, ...] = ("bibtex", "csv", "ris")
"""The formats of papers alone, which may be written for a selection of them."""

PLACED: tuple[Format, ...] = ("gexf", "graphml", "vosviewer")
"""The formats that hold places, regions and colours."""


def export_graph(
    graph: nx.MultiDiGraph[Any],
    path: str | Path,
    *,
    format: Format,  # noqa: A002
    raw: bool = False,
    papers: pd.DataFrame | Iterable[str] | None = None,
    layout: Layout | None = None,
) -> Path:
    """Export a graph to a file, or a folder of files, for another tool.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to write.
    path : str or Path
        The file to write, or the folder for `tables`. `-` is standard output, except for `tables`.
    format : {"bibtex", "csv", "gexf", "graphml", "node-link", "ris", "tables", "vosviewer"}
        - `bibtex`: the papers of the catalog, keyed by catalog key.
        - `csv`: `papers_table`, one row per paper.
        - `gexf`: the whole graph, for Gephi and networkx.
        - `graphml`: the whole graph with unique edge ids, for Gephi, igraph, yEd and Cytoscape.
        - `node-link`: the whole graph as JSON, for `read_graph` and `nx.node_link_graph`.
        - `ris`: the papers of the catalog, for Zotero, EndNote and Mendeley.
        - `tables`: one CSV file per kind of node, and `edges.csv`.
        - `vosviewer`: the papers of the catalog with places, regions and similarities, for VOSviewer Online.
    raw : bool
        Keep the cells of CSV files as they are. By default, an apostrophe is put before texts that a spreadsheet would
        run as a formula.
    papers : DataFrame, iterable of str or None
        Write only these papers: what `find_papers` returned, or keys or node ids. For bibtex, csv and ris.
    layout : Layout or None
        Of `make_layout`: places, regions and colours for gexf and graphml, which need none, and for vosviewer, which
        does.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    OutputError
        The file cannot be written.
    GraphError
        A name in `papers` is not that of a paper of the catalog, or `layout` lacks a paper of the catalog.
    ValueError
        The format is unknown, `papers` is given for a format of the whole graph, `layout` for one without places, or
        vosviewer is asked for without `layout`.

    Examples
    --------
    >>> path = export_graph(build_graph(read_catalog()), folder / "papers.bib", format="bibtex")
    """
    writers: dict[Format, Callable[[], Path]] = {
        "bibtex": lambda: write_text(path, format_bibtex(graph, papers)),
        "csv": lambda: write_text(path, format_csv(_tabulate(graph, papers), raw=raw)),
        "gexf": lambda: write_bytes(path, format_gexf(graph, layout)),
        "graphml": lambda: write_bytes(path, format_graphml(graph, layout)),
        "node-link": lambda: write_graph(graph, path),
        "ris": lambda: write_text(path, format_ris(graph, papers)),
        "tables": lambda: write_tables(graph, Path(path), raw=raw),
        "vosviewer": lambda: write_text(path, format_vosviewer(graph, _need(layout))),
    }
    if format not in writers:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, found {format!r}")
    if papers is not None and format not in SELECTABLE:
        raise ValueError(f"papers can be selected for {', '.join(SELECTABLE)}, not for {format}")
    if layout is not None and format not in PLACED:
        raise ValueError(f"a layout is for {', '.join(PLACED)}, not for {format}")
    return writers[format]()


def _need(layout: Layout | None) -> Layout:
    if layout is None:
        raise ValueError("vosviewer needs places and similarities; give layout=make_layout(graph)")
    return layout


def _tabulate(graph: nx.MultiDiGraph[Any], papers: pd.DataFrame | Iterable[str] | None) -> pd.DataFrame:
    table = papers_table(graph)
    chosen = {node for node, _ in select_papers(graph, papers)}
    return table if papers is None else table.loc[[node for node in table.index if node in chosen]]
