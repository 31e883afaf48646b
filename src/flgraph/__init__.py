"""flgraph: turn a curated list of papers into a knowledge graph people can trust.

>>> import flgraph as fg
>>> fl = fg.build(offline=True)
>>> fl.graph.number_of_nodes() > 500
True

Names are loaded when they are first used, so that importing flgraph loads no heavy package and opens no connection.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flgraph.analysis.citation_matrix import CitationMatrix as CitationMatrix
    from flgraph.analysis.citation_matrix import build_from_frames as build_from_frames
    from flgraph.analysis.collaboration import find_author_groups as find_author_groups
    from flgraph.analysis.collaboration import list_collaborations as list_collaborations
    from flgraph.analysis.communities import find_communities as find_communities
    from flgraph.analysis.gaps import find_gaps as find_gaps
    from flgraph.analysis.growth import build_timeline as build_timeline
    from flgraph.analysis.growth import measure_growth as measure_growth
    from flgraph.analysis.main_path import find_main_path as find_main_path
    from flgraph.analysis.ranking import Ranking as Ranking
    from flgraph.analysis.ranking import compare_rankings as compare_rankings
    from flgraph.analysis.ranking import describe as describe
    from flgraph.analysis.ranking import evaluate_ranking as evaluate_ranking
    from flgraph.analysis.ranking import explain_rank as explain_rank
    from flgraph.analysis.ranking import make_ranking as make_ranking
    from flgraph.analysis.ranking import rank_authors as rank_authors
    from flgraph.analysis.ranking import rank_codebases as rank_codebases
    from flgraph.analysis.ranking import rank_datasets as rank_datasets
    from flgraph.analysis.ranking import rank_papers as rank_papers
    from flgraph.analysis.ranking import rank_topics as rank_topics
    from flgraph.analysis.ranking import rank_venues as rank_venues
    from flgraph.analysis.ranking.pagerank import pagerank as pagerank
    from flgraph.analysis.suggest import evaluate_suggestions as evaluate_suggestions
    from flgraph.analysis.suggest import suggest_papers as suggest_papers
    from flgraph.analysis.suggestions_file import format_accepted as format_accepted
    from flgraph.analysis.suggestions_file import read_decisions as read_decisions
    from flgraph.analysis.suggestions_file import write_candidates as write_candidates
    from flgraph.catalog.reader import find_bundled_catalog as find_bundled_catalog
    from flgraph.catalog.reader import lint_catalog as lint_catalog
    from flgraph.catalog.reader import read_catalog as read_catalog
    from flgraph.catalog.reader import read_matches as read_matches
    from flgraph.catalog.writer import write_catalog as write_catalog
    from flgraph.catalog.writer import write_matches as write_matches
    from flgraph.enrichment.enrich import enrich_catalog as enrich_catalog
    from flgraph.enrichment.plan import plan_enrichment as plan_enrichment
    from flgraph.errors import CatalogError as CatalogError
    from flgraph.errors import FlgraphError as FlgraphError
    from flgraph.errors import GraphError as GraphError
    from flgraph.errors import OutputError as OutputError
    from flgraph.errors import SnapshotError as SnapshotError
    from flgraph.errors import SourceError as SourceError
    from flgraph.export.bibtex import format_bibtex as format_bibtex
    from flgraph.export.formats import export_graph as export_graph
    from flgraph.graph.assemble import build_graph as build_graph
    from flgraph.graph.files import read_graph as read_graph
    from flgraph.graph.files import write_graph as write_graph
    from flgraph.graph.knowledge_graph import KnowledgeGraph as KnowledgeGraph
    from flgraph.graph.knowledge_graph import find_node as find_node
    from flgraph.graph.projections import citation_graph as citation_graph
    from flgraph.graph.projections import coauthor_graph as coauthor_graph
    from flgraph.graph.query import find_papers as find_papers
    from flgraph.graph.schema import check_graph as check_graph
    from flgraph.graph.tables import papers_table as papers_table
    from flgraph.graph.tables import to_frames as to_frames
    from flgraph.map.network import to_pyvis as to_pyvis
    from flgraph.map.notebook import show as show
    from flgraph.map.page import write_html as write_html
    from flgraph.map.positions import read_positions as read_positions
    from flgraph.map.svg import write_png as write_png
    from flgraph.map.svg import write_svg as write_svg
    from flgraph.pipeline import Build as Build
    from flgraph.pipeline import build as build
    from flgraph.pipeline import write_build as write_build
    from flgraph.plots import plot_citation_ages as plot_citation_ages
    from flgraph.plots import plot_gaps as plot_gaps
    from flgraph.plots import plot_ranking as plot_ranking
    from flgraph.plots import plot_timeline as plot_timeline
    from flgraph.plots import write_figure as write_figure
    from flgraph.records import Catalog as Catalog
    from flgraph.records import Match as Match
    from flgraph.records import Snapshot as Snapshot
    from flgraph.snapshot.files import read_snapshot as read_snapshot
    from flgraph.snapshot.files import write_snapshot as write_snapshot

_MODULES = {
    "analysis.citation_matrix": ["CitationMatrix", "build_from_frames"],
    "analysis.collaboration": ["find_author_groups", "list_collaborations"],
    "analysis.communities": ["find_communities"],
    "analysis.gaps": ["find_gaps"],
    "analysis.growth": ["build_timeline", "measure_growth"],
    "analysis.main_path": ["find_main_path"],
    "analysis.ranking": [
        "Ranking",
        "compare_rankings",
        "describe",
        "evaluate_ranking",
        "explain_rank",
        "make_ranking",
        "rank_authors",
        "rank_codebases",
        "rank_datasets",
        "rank_papers",
        "rank_topics",
        "rank_venues",
    ],
    "analysis.ranking.pagerank": ["pagerank"],
    "analysis.suggest": ["evaluate_suggestions", "suggest_papers"],
    "analysis.suggestions_file": ["format_accepted", "read_decisions", "write_candidates"],
    "catalog.reader": ["find_bundled_catalog", "lint_catalog", "read_catalog", "read_matches"],
    "catalog.writer": ["write_catalog", "write_matches"],
    "enrichment.enrich": ["enrich_catalog"],
    "enrichment.plan": ["plan_enrichment"],
    "errors": ["CatalogError", "FlgraphError", "GraphError", "OutputError", "SnapshotError", "SourceError"],
    "export.bibtex": ["format_bibtex"],
    "export.formats": ["export_graph"],
    "graph.assemble": ["build_graph"],
    "graph.files": ["read_graph", "write_graph"],
    "graph.knowledge_graph": ["KnowledgeGraph", "find_node"],
    "graph.projections": ["citation_graph", "coauthor_graph"],
    "graph.query": ["find_papers"],
    "graph.schema": ["check_graph"],
    "graph.tables": ["papers_table", "to_frames"],
    "map.network": ["to_pyvis"],
    "map.notebook": ["show"],
    "map.page": ["write_html"],
    "map.positions": ["read_positions"],
    "map.svg": ["write_png", "write_svg"],
    "pipeline": ["Build", "build", "write_build"],
    "plots": ["plot_citation_ages", "plot_gaps", "plot_ranking", "plot_timeline", "write_figure"],
    "records": ["Catalog", "Match", "Snapshot"],
    "snapshot.files": ["read_snapshot", "write_snapshot"],
}
_OWNERS = {name: module for module, names in _MODULES.items() for name in names}

try:
    __version__ = version("flgraph")
except PackageNotFoundError:  # a source tree that is not installed
    __version__ = "0+unknown"

__all__ = sorted(["__version__", *_OWNERS])  # noqa: PLE0605 - a list of strings, computed once


def __getattr__(name: str) -> object:
    if name not in _OWNERS:
        close = "".join(f"; did you mean {known!r}?" for known in get_close_matches(name, __all__, n=1))
        raise AttributeError(f"module 'flgraph' has no attribute {name!r}{close}")
    value = getattr(import_module(f"flgraph.{_OWNERS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
