"""Rank one graph again and again, in a process of its own: `benchmarks.pagerank` starts it.

It answers each line of JSON with another. A line says what to do: read and prepare a graph, or rank it so many times
and write the result to a file. Seconds are CPU seconds of the process, the least of the repetitions.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import scipy.sparse as sp

from benchmarks.synthetic_citations import Citations, to_matrix
from flgraph.analysis.citation_matrix import Floats
from flgraph.analysis.ranking.pagerank import pagerank

_ERROR: Final = 1e-10
"""The L1 distance between two steps at which iterative peers stop."""


class Solver(Protocol):
    """What a peer can do."""

    def rank(self, alpha: float) -> Floats:
        """Return PageRank, shape (n,)."""
        ...

    def rank_draws(self, alpha: float, draws: int) -> Floats:
        """Return PageRank for draws of who cites, shape (n, draws)."""
        ...

    def rank_seeds(self, alpha: float, seeds: int) -> Floats:
        """Return personalized PageRank, one column for each of some papers, shape (n, seeds)."""
        ...


class Flgraph:
    """flgraph: blocks of products with scipy."""

    def __init__(self, given: Citations) -> None:
        self.matrix = to_matrix(given)

    def rank(self, alpha: float) -> Floats:
        """See `Solver`."""
        return pagerank(self.matrix, alpha=alpha)

    def rank_draws(self, alpha: float, draws: int) -> Floats:
        """Return PageRank with Poisson weights of the citing papers, all draws in one call."""
        weights = np.random.default_rng(0).poisson(1.0, (len(self.matrix.papers), draws)).astype(np.float64)
        return pagerank(self.matrix, alpha=alpha, weights=weights)

    def rank_seeds(self, alpha: float, seeds: int) -> Floats:
        """See `Solver`; all in one call."""
        size = len(self.matrix.papers)
        start = np.zeros((size, seeds))
        start[choose_seeds(size, seeds), np.arange(seeds)] = 1.0
        return pagerank(self.matrix, alpha=alpha, personalization=start)

    def measure_bytes(self) -> dict[str, float]:
        """Return the bytes a citation of the matrix, and with its blocks."""
        matrix = self.matrix.indptr.nbytes + self.matrix.indices.nbytes
        shared = 0 if self.matrix.flow.order is not None else self.matrix.indices.nbytes  # blocks are views of it
        whole = matrix + self.matrix.flow.nbytes - shared
        return {"matrix": matrix / self.matrix.citations, "blocks": whole / self.matrix.citations}


class Igraph:
    """igraph: PRPACK on its own graph."""

    def __init__(self, given: Citations) -> None:
        import igraph

        self.graph = igraph.Graph(n=given.papers, edges=np.column_stack([given.citing, given.cited]), directed=True)

    def rank(self, alpha: float) -> Floats:
        """See `Solver`."""
        return np.array(self.graph.pagerank(damping=alpha, implementation="prpack"))

    def rank_draws(self, alpha: float, draws: int) -> Floats:
        """Rank as often as there are draws. Weights change no number, since igraph shares them among the references."""
        return np.column_stack([self.rank(alpha) for _ in range(draws)])

    def rank_seeds(self, alpha: float, seeds: int) -> Floats:
        """See `Solver`; one call each."""
        rank = self.graph.personalized_pagerank
        chosen = choose_seeds(self.graph.vcount(), seeds).tolist()
        return np.array([rank(damping=alpha, reset_vertices=[seed], implementation="prpack") for seed in chosen]).T


class PowerIteration:
    """Power iteration with scipy, as most libraries have it."""

    def __init__(self, given: Citations) -> None:
        matrix = to_matrix(given)
        self.references = matrix.count_references()
        self.step = (matrix.to_sparse() @ sp.diags_array(matrix.shares)).tocsr()

    def rank(self, alpha: float) -> Floats:
        """See `Solver`."""
        return self._iterate(alpha, np.full(len(self.references), 1 / len(self.references)))

    def rank_draws(self, alpha: float, draws: int) -> Floats:
        """Rank as often as there are draws."""
        return np.column_stack([self.rank(alpha) for _ in range(draws)])

    def rank_seeds(self, alpha: float, seeds: int) -> Floats:
        """See `Solver`; one call each."""
        size = len(self.references)
        return np.column_stack([self._iterate(alpha, np.eye(1, size, seed)[0]) for seed in choose_seeds(size, seeds)])

    def _iterate(self, alpha: float, start: Floats) -> Floats:
        ranks = start
        while True:
            lost = ranks[self.references == 0].sum()
            ahead = alpha * (self.step @ ranks + lost * start) + (1 - alpha) * start
            if np.abs(ahead - ranks).sum() < _ERROR:
                return np.asarray(ahead, dtype=np.float64)
            ranks = ahead


class Networkx:
    """networkx, to the same error."""

    def __init__(self, given: Citations) -> None:
        import networkx as nx

        self.pagerank = nx.pagerank
        self.graph: nx.DiGraph[int] = nx.DiGraph()
        self.graph.add_nodes_from(range(given.papers))
        self.graph.add_edges_from(zip(given.citing.tolist(), given.cited.tolist(), strict=True))

    def rank(self, alpha: float) -> Floats:
        """See `Solver`."""
        size = len(self.graph)
        found = self.pagerank(self.graph, alpha, tol=_ERROR / size, max_iter=10_000)
        return np.array([found[number] for number in range(size)])

    def rank_draws(self, alpha: float, draws: int) -> Floats:
        """Rank as often as there are draws."""
        return np.column_stack([self.rank(alpha) for _ in range(draws)])

    def rank_seeds(self, alpha: float, seeds: int) -> Floats:
        """See `Solver`; one call each."""
        size = len(self.graph)
        return np.array(
            [
                list(self.pagerank(self.graph, alpha, {seed: 1.0}, tol=_ERROR / size, max_iter=10_000).values())
                for seed in choose_seeds(size, seeds).tolist()
            ]
        ).T


SOLVERS: Final[dict[str, Callable[[Citations], Solver]]] = {
    "flgraph": Flgraph,
    "igraph": Igraph,
    "power iteration": PowerIteration,
    "networkx": Networkx,
}


def choose_seeds(size: int, seeds: int) -> Any:
    """Choose papers of the newer half."""
    return np.random.default_rng(0).integers(size // 2, size, seeds)


def answer(solver: Solver, asked: dict[str, Any]) -> dict[str, float]:
    """Do what was asked, and return what it took."""
    if asked["do"] == "measure_bytes":
        return solver.measure_bytes() if isinstance(solver, Flgraph) else {}
    work = getattr(solver, asked["do"])
    arguments = [asked["alpha"], *([asked["columns"]] if "columns" in asked else [])]
    least = float("inf")
    for _ in range(asked["repeat"]):
        began = time.process_time()
        found = work(*arguments)
        least = min(least, time.process_time() - began)
    np.save(asked["to"], found)
    return {"seconds": least}


def main() -> int:
    """Answer until there is nothing more to do."""
    (name,) = sys.argv[1:]
    solver: Solver | None = None
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["do"] == "read":
            solver = None  # so that two graphs are never held at once
            solver = SOLVERS[name](_read(Path(asked["path"])))
            print("{}", flush=True)
        elif solver is not None:
            print(json.dumps(answer(solver, asked)), flush=True)
    return 0


def _read(path: Path) -> Citations:
    with np.load(path) as read:
        return Citations(int(read["papers"]), read["citing"], read["cited"])


if __name__ == "__main__":
    raise SystemExit(main())
