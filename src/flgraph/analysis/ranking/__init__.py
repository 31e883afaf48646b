"""Rankings: of papers by their citations, of everything else by the papers of the catalog."""

from flgraph.analysis.ranking.backtest import compare_rankings, evaluate_ranking
from flgraph.analysis.ranking.explain import Explanation, explain_rank
from flgraph.analysis.ranking.linked import rank_authors, rank_codebases, rank_datasets, rank_topics, rank_venues
from flgraph.analysis.ranking.methods import METHODS, MethodName
from flgraph.analysis.ranking.papers import has_citations, make_ranking, rank_papers
from flgraph.analysis.ranking.paragraph import describe
from flgraph.analysis.ranking.record import Ranking

__all__ = [
    "METHODS",
    "Explanation",
    "MethodName",
    "Ranking",
    "compare_rankings",
    "describe",
    "evaluate_ranking",
    "explain_rank",
    "has_citations",
    "make_ranking",
    "rank_authors",
    "rank_codebases",
    "rank_datasets",
    "rank_papers",
    "rank_topics",
    "rank_venues",
]
