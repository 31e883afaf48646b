"""Rankings: of papers by what a source counted, of everything else by the papers of the catalog."""

from flgraph.ranking.papers import METHODS, has_citations, rank_papers
from flgraph.ranking.vocabularies import rank_authors, rank_codebases, rank_datasets, rank_topics, rank_venues

__all__ = [
    "METHODS",
    "has_citations",
    "rank_authors",
    "rank_codebases",
    "rank_datasets",
    "rank_papers",
    "rank_topics",
    "rank_venues",
]
