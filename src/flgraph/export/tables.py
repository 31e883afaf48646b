"""Export the whole graph as CSV: one table per kind of node, and one of edges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx

from flgraph.export.spreadsheets import format_csv
from flgraph.files.atomic import write_text, write_together
from flgraph.graph.tables import to_frames


def write_tables(graph: nx.MultiDiGraph[Any], folder: Path, *, raw: bool = False) -> Path:
    """Write one CSV file per kind of node, and `edges.csv`, to a folder; return the folder."""
    with write_together(folder, outward="refuse") as stage:
        for name, frame in to_frames(graph).items():
            write_text(stage / f"{name}.csv", format_csv(frame, index=name != "edges", raw=raw))
    return folder
