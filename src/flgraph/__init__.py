"""flgraph: turn a curated list of papers into a knowledge graph people can trust.

>>> import flgraph as fg
>>> fl = fg.build(offline=True)
>>> fl.graph.number_of_nodes() > 500
True

Names are loaded when they are first used, so that importing flgraph loads no heavy package and opens no connection.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flgraph.assembly import build_graph
    from flgraph.catalog import find_bundled_catalog, lint_catalog, read_catalog, write_catalog
    from flgraph.enrich import enrich_catalog
    from flgraph.errors import CatalogError, FlgraphError, GraphError, OutputError, SnapshotError, SourceError
    from flgraph.export import export_graph, format_bibtex
    from flgraph.graph import (
        KnowledgeGraph,
        citation_graph,
        coauthor_graph,
        find_node,
        read_graph,
        write_graph,
    )
    from flgraph.map.network import to_pyvis
    from flgraph.map.page import show, write_html
    from flgraph.model import Catalog, Snapshot
    from flgraph.pipeline import Build, build, write_build
    from flgraph.ranking import (
        rank_authors,
        rank_codebases,
        rank_datasets,
        rank_papers,
        rank_topics,
        rank_venues,
    )
    from flgraph.schema import check_graph
    from flgraph.snapshot import read_snapshot, write_snapshot
    from flgraph.tables import find_papers, papers_table, to_frames

_MODULES = {
    "assembly": ["build_graph"],
    "catalog": ["find_bundled_catalog", "lint_catalog", "read_catalog", "write_catalog"],
    "enrich": ["enrich_catalog"],
    "errors": ["CatalogError", "FlgraphError", "GraphError", "OutputError", "SnapshotError", "SourceError"],
    "export": ["export_graph", "format_bibtex"],
    "graph": ["KnowledgeGraph", "citation_graph", "coauthor_graph", "find_node", "read_graph", "write_graph"],
    "map.network": ["to_pyvis"],
    "map.page": ["show", "write_html"],
    "model": ["Catalog", "Snapshot"],
    "pipeline": ["Build", "build", "write_build"],
    "ranking": [
        "rank_authors",
        "rank_codebases",
        "rank_datasets",
        "rank_papers",
        "rank_topics",
        "rank_venues",
    ],
    "schema": ["check_graph"],
    "snapshot": ["read_snapshot", "write_snapshot"],
    "tables": ["find_papers", "papers_table", "to_frames"],
}
_OWNERS = {name: module for module, names in _MODULES.items() for name in names}

try:
    __version__ = version("flgraph")
except PackageNotFoundError:  # a source tree that is not installed
    __version__ = "0+unknown"

__all__ = [  # noqa: PLE0604 - the names are strings
    "__version__",
    *sorted(_OWNERS),
]


def __getattr__(name: str) -> object:
    if name not in _OWNERS:
        raise AttributeError(f"module 'flgraph' has no attribute {name!r}")
    value = getattr(import_module(f"flgraph.{_OWNERS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
