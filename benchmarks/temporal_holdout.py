"""Which measure predicts later citations? Each is computed at five cut-offs and compared with the citations after.

Cut-offs are six months apart (a year, where only years are known); the last is the last December with 24 months after.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

import igraph
import numpy as np

from benchmarks.edge_lists import FIRST_YEAR, HORIZON, Edges, add_arguments, find_cutoffs, read_given
from benchmarks.report import Figure, make_parser, print_report
from flgraph.analysis.citation_matrix import CitationMatrix, Floats, build_citation_matrix
from flgraph.analysis.ranking import measures
from flgraph.analysis.ranking.evaluation import measure_age_bias, measure_ndcg, measure_spearman
from flgraph.analysis.ranking.pagerank import pagerank
from flgraph.analysis.suggest import score_candidates

_SOURCES: Final = 200
_PEER: Final = "citation count"
_MARKS: Final = ("Spearman", "nDCG@50", "age bias")

Measure = Callable[[CitationMatrix, date], Floats]

MEASURES: Final[dict[str, Measure]] = {
    "rescaled ram(.3)": lambda past, day: measures.rescale(past, measures.ram(past, day)),
    "ram(.3)": measures.ram,
    "recent 12 months": measures.recent_citations,
    "attrank(.1/.5/.4)": measures.attrank,
    "rescaled citations": lambda past, _: measures.rescale(past, measures.citation_count(past)),
    "citations per year": measures.citations_per_year,
    "cohort percentile": lambda past, _: _by_year(past),
    "citation count": lambda past, _: measures.citation_count(past),
    "rescaled PageRank(.5)": lambda past, _: measures.rescale(past, len(past.papers) * pagerank(past)),
    "PageRank(.5)": lambda past, _: pagerank(past),
    "PageRank(.85)": lambda past, _: pagerank(past, alpha=0.85),
    "citerank": measures.citerank,
    "local PageRank(.5)": lambda past, _: measures.local_pagerank(past),
    "betweenness": lambda past, _: _measure_betweenness(past),
    "disruption (CD)": lambda past, _: np.nan_to_num(measures.disruption(past)),
    "newest first (control)": lambda past, _: past.dates.astype(np.float64),
    "random (control)": lambda past, _: np.random.default_rng(0).random(len(past.papers)),
}


def cut_past(edges: Edges, month: int) -> CitationMatrix:
    """Return what was known at the end of a month: the papers until then, and what they cite of each other."""
    size = int(np.searchsorted(edges.months, month, side="right"))
    kept = (edges.citing < size) & (edges.cited < size)
    days = [np.datetime64(to_day(int(number)), "D") for number in edges.months[:size]]
    names = [f"{number:08}" for number in range(size)]
    return build_citation_matrix(names, edges.citing[kept], edges.cited[kept], dates=np.array(days))


def to_day(month: int) -> date:
    return date(FIRST_YEAR + month // 12, month % 12 + 1, 1)


def count_future(edges: Edges, month: int, size: int) -> Floats:
    """Return the citations that each paper of the past gained within the horizon."""
    later = edges.months[edges.citing]
    gained = (later > month) & (later <= month + HORIZON) & (edges.cited < size)
    return np.bincount(edges.cited[gained], minlength=size).astype(np.float64)


def _measure_betweenness(past: CitationMatrix) -> Floats:
    """Return how many shortest paths from a sample of papers lead through each."""
    size = len(past.papers)
    cited = np.repeat(np.arange(size), past.count_citations())
    graph = igraph.Graph(n=size, edges=np.column_stack([past.indices, cited]), directed=True)
    sources = np.random.default_rng(0).choice(size, min(_SOURCES, size), replace=False)
    return np.array(graph.betweenness(sources=sources.tolist()), dtype=np.float64)


def _by_year(past: CitationMatrix) -> Floats:
    return np.nan_to_num(measures.cohort_percentile(past, measures.citation_count(past)))


def compare_measures(edges: Edges) -> dict[str, tuple[float, float, float]]:
    """Return for each measure its mean Spearman, nDCG@50 and age bias over the cut-offs."""
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in MEASURES}
    for month in find_cutoffs(edges):
        past = cut_past(edges, month)
        gains = count_future(edges, month, len(past.papers))
        for name, measure in MEASURES.items():
            scores = measure(past, to_day(month))
            found[name].append((measure_spearman(scores, gains), measure_ndcg(scores, gains), measure_age_bias(scores)))
    return {name: tuple(float(number) for number in np.mean(rows, axis=0)) for name, rows in found.items()}  # type: ignore[misc]


def compare_stars(past: CitationMatrix, *, draws: int = 80, size: int = 56) -> float:
    """Return the mean Spearman of local PageRank from the citing papers of small catalogs with PageRank on all."""
    chance = np.random.default_rng(1)
    whole, local = pagerank(past), measures.local_pagerank(past)
    enough = np.flatnonzero(past.count_citations() + past.count_references() >= 15)
    catalogs = [chance.choice(enough, min(size, len(enough)), replace=False) for _ in range(draws)]
    return float(np.mean([measure_spearman(local[catalog], whole[catalog]) for catalog in catalogs]))


def recall_hidden(edges: Edges, past: CitationMatrix, *, least: int = 40, most: int = 90) -> dict[int, float]:
    """Return how often a paper hidden from a reference list is among the first 20 and 100 suggestions for the rest."""
    chance = np.random.default_rng(0)
    size = len(past.papers)
    later = edges.months[edges.citing]
    last = find_cutoffs(edges)[-1]
    new = np.unique(edges.citing[(later > last) & (later <= last + 12)])
    lists = [np.unique(edges.cited[(edges.citing == paper) & (edges.cited < size)]) for paper in new]
    lists = [references for references in lists if least <= len(references) <= most]
    chance.shuffle(lists)
    ranks = []
    for references in lists[:60]:
        for hidden in chance.choice(references, min(8, len(references)), replace=False):
            scores = score_candidates(past, np.setdiff1d(references, [hidden]))
            ties = int((scores == scores[hidden]).sum()) - 1
            ranks.append(int((scores > scores[hidden]).sum()) + ties / 2 + 1)
    return {top: float(np.mean(np.array(ranks) <= top)) for top in (20, 100)} if ranks else {}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = make_parser(__doc__)
    add_arguments(parser)
    parser.add_argument("--least", type=int, default=40, help="references of a list that suggestions are tried on")
    options = parser.parse_args(arguments)
    edges = read_given(parser, options)
    cutoffs = find_cutoffs(edges)
    found = compare_measures(edges)
    figures = [
        Figure(f"{name}: {mark}", value, "", None, None, *((_PEER, other) if name != _PEER else ()))
        for name, values in found.items()
        for mark, value, other in zip(_MARKS, values, found[_PEER], strict=True)
    ]
    past = cut_past(edges, cutoffs[-1])
    figures.append(Figure("local PageRank from one-hop stars: Spearman with PageRank", compare_stars(past), ""))
    recall = recall_hidden(edges, past, least=options.least)
    figures += [Figure(f"hidden papers among the first {top} suggested", 100 * recall[top], "%") for top in recall]
    left = f", {edges.left_out} citations of undated papers left out" if edges.left_out else ""
    title = f"{options.edges.name}: {len(edges.ids)} papers, {len(edges.citing)} citations, {len(cutoffs)} cut-offs"
    return print_report(f"temporal_holdout: {title}{left}", figures, options)


if __name__ == "__main__":
    raise SystemExit(main())
