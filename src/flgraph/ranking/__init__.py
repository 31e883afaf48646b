"""Rankings: of papers by what a source counted, of everything else by the papers of the catalog."""

from flgraph.ranking.backtest import compare_rankings, evaluate_ranking
from flgraph.ranking.explain import Explanation, explain_rank
from flgraph.ranking.methods import METHODS, MethodName
from flgraph.ranking.papers import has_citations, rank_papers
from flgraph.ranking.sentence import describe
from flgraph.ranking.vocabularies import rank_authors, rank_codebases, rank_datasets, rank_topics, rank_venues

__all__ = [
    "METHODS",
    "Explanation",
    "MethodName",
    "compare_rankings",
    "describe",
    "evaluate_ranking",
    "explain_rank",
    "has_citations",
    "rank_authors",
    "rank_codebases",
    "rank_datasets",
    "rank_papers",
    "rank_topics",
    "rank_venues",
]
