"""PageRank of a million citations: one sweep beside igraph, networkx and power iteration, in one run.

Synthetic citations, papers in order of date: without cycles, and with one citation in a hundred turned around.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from typing import Final

import igraph
import networkx as nx
import numpy as np
import scipy.sparse as sp

from benchmarks.report import Figure, print_report
from flgraph.analysis.citation_matrix import CitationMatrix, Floats, Integers, build_citation_matrix
from flgraph.analysis.ranking.pagerank import pagerank

_ALPHA: Final = 0.5
_ERROR: Final = 1e-10


def make_citations(papers: int, citations: int, *, turned: float) -> tuple[Integers, Integers]:
    """Return citing and cited papers: recent ones more often, and a share of the citations turned around."""
    chance = np.random.default_rng(0)
    citing = chance.integers(1, papers, citations)
    cited = (citing * chance.random(citations) ** 0.5).astype(np.int64)
    flipped = chance.random(citations) < turned
    return np.where(flipped, cited, citing), np.where(flipped, citing, cited)


def measure(work: Callable[[], object], *, rounds: int) -> tuple[float, object]:
    """Return the least seconds that some work took, and what it gave."""
    least, given = float("inf"), None
    for _ in range(rounds):
        began = time.perf_counter()
        given = work()
        least = min(least, time.perf_counter() - began)
    return least, given


def iterate(matrix: CitationMatrix) -> Floats:
    """Return PageRank by power iteration, as most libraries have it."""
    size = len(matrix.papers)
    references = matrix.count_references()
    step = (matrix.to_sparse() @ sp.diags_array(1 / np.maximum(references, 1))).tocsr()
    ranks = np.full(size, 1 / size)
    while True:
        ahead = _ALPHA * (step @ ranks + ranks[references == 0].sum() / size) + (1 - _ALPHA) / size
        if np.abs(ahead - ranks).sum() < _ERROR:
            return np.asarray(ahead, dtype=np.float64)
        ranks = ahead


def compare(papers: int, citations: int, *, turned: float, rounds: int) -> list[Figure]:
    """Return the figures of one graph."""
    citing, cited = make_citations(papers, citations, turned=turned)
    matrix = build_citation_matrix([f"{number:08}" for number in range(papers)], citing, cited)
    pairs = np.column_stack([matrix.indices, np.repeat(np.arange(papers), matrix.count_citations())])
    peer = igraph.Graph(n=papers, edges=pairs, directed=True)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(papers))
    graph.add_edges_from(pairs.tolist())
    ours, ranks = measure(lambda: pagerank(matrix, alpha=_ALPHA), rounds=rounds)
    theirs, expected = measure(lambda: peer.pagerank(damping=_ALPHA, implementation="prpack"), rounds=rounds)
    power, _ = measure(lambda: iterate(matrix), rounds=rounds)
    other, _ = measure(lambda: nx.pagerank(graph, _ALPHA, tol=_ERROR / papers, max_iter=1000), rounds=1)
    error = float(np.abs(np.asarray(ranks) - np.asarray(expected)).sum())
    size = matrix.indptr.nbytes + matrix.indices.nbytes
    name = f"{turned:.0%} turned around" if turned else "no cycles"
    return [
        Figure(f"{name}: igraph over flgraph, time", theirs / ours, at_least=None if turned else 1.5),
        Figure(f"{name}: power iteration to {_ERROR:g} over flgraph, time", power / ours),
        Figure(f"{name}: networkx to {_ERROR:g} over flgraph, time", other / ours),
        Figure(f"{name}: L1 distance to igraph, times 1e-8", error / 1e-8, at_most=1.0),
        Figure(f"{name}: bytes a citation", size / matrix.citations, "bytes", at_most=8.0),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; the exit code is 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=100_000)
    parser.add_argument("--citations", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    figures = [
        figure
        for turned in (0.0, 0.01)
        for figure in compare(options.papers, options.citations, turned=turned, rounds=options.rounds)
    ]
    title = f"pagerank: {options.papers} synthetic papers, {options.citations} citations, best of {options.rounds}"
    return print_report(title, figures)


if __name__ == "__main__":
    raise SystemExit(main())
