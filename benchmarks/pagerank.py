"""PageRank on synthetic citations, or on an edge list, beside igraph and power iteration.

    python -m benchmarks.pagerank
    python -m benchmarks.pagerank --large
    python -m benchmarks.pagerank --edges cit-HepPh.txt
    python -m benchmarks.pagerank --papers 2000 --rounds 2

Each solver has a process of its own with one thread, and a graph of its own, prepared before. They take turns. Times
are CPU seconds, the least of several rounds, so that other work on the machine hardly changes the ratios. A figure is
the time of the peer over that of flgraph.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import numpy as np

from benchmarks.edge_lists import read_edges
from benchmarks.pagerank_solver import SOLVERS
from benchmarks.report import Figure, make_parser, print_report
from benchmarks.synthetic_citations import Citations, make_citations, reverse

_ALPHAS: Final = (0.5, 0.85)
_PEERS: Final = ("igraph", "power iteration")
_L1: Final = 1e-10
_SHORT: Final = 20_000
"""So few citations are ranked several times a round."""
_LARGE: Final = 10
_DRAWN_PAPERS, _DRAWN_REFERENCES = 4_056, 15.0
_SMALL: Final = ((56, 3.0), (2_700, 2.2))


class _Case(NamedTuple):
    """A graph, and how many times as fast as igraph flgraph should be with each alpha."""

    name: str
    citations: Citations
    targets: Mapping[float, float | None]
    is_first: bool = False


class _Process:
    """A solver in a process of its own, with one thread."""

    def __init__(self, name: str, folder: Path) -> None:
        self.result = folder / f"{name}.npy"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.pagerank_solver", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent.parent,
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )

    def ask(self, do: str, **asked: Any) -> dict[str, float]:
        """Ask for one thing and wait for it."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the solver has no pipes")
        self._process.stdin.write(json.dumps({"do": do, "to": str(self.result), **asked}) + "\n")
        self._process.stdin.flush()
        answered: dict[str, float] = json.loads(self._process.stdout.readline())
        return answered

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


class _Solvers:
    """Solvers that take turns on one graph after another; flgraph first, then igraph."""

    def __init__(self, names: Sequence[str], rounds: int, stack: ExitStack) -> None:
        self._folder = Path(stack.enter_context(TemporaryDirectory(prefix="flgraph-pagerank-")))
        self.solvers = {name: _Process(name, self._folder) for name in names}
        for solver in self.solvers.values():
            stack.callback(solver.close)
        self.rounds = rounds
        self.repeat = 1

    def read(self, given: Citations) -> None:
        """Give all of them a graph."""
        path = self._folder / "graph.npz"
        np.savez(path, papers=given.papers, citing=given.citing, cited=given.cited)
        self.repeat = 20 if len(given.citing) < _SHORT else 1
        for solver in self.solvers.values():
            solver.ask("read", path=str(path))

    def measure(self, do: str, **asked: Any) -> dict[str, float]:
        """Return the least seconds of each solver."""
        least = dict.fromkeys(self.solvers, float("inf"))
        for _ in range(self.rounds):
            for name, solver in self.solvers.items():
                seconds = solver.ask(do, repeat=self.repeat, **asked)["seconds"]
                least[name] = min(least[name], seconds)
        return least

    def measure_first(self, alpha: float) -> dict[str, float]:
        """Return the seconds of the first ranking, with what flgraph then prepares."""
        return {name: solver.ask("rank", alpha=alpha, repeat=1)["seconds"] for name, solver in self.solvers.items()}

    def measure_distance(self) -> float:
        """Return the L1 distance of the last result to that of igraph, the largest of all columns, times 1e10."""
        ours, theirs = (np.load(self.solvers[name].result) for name in ("flgraph", "igraph"))
        return float(np.abs(ours - theirs).sum(axis=0).max()) / _L1


def compare(case: _Case, measured: _Solvers) -> Iterator[Figure]:
    """Compare the solvers on one graph."""
    measured.read(case.citations)
    first = measured.measure_first(_ALPHAS[0])
    for alpha in _ALPHAS:
        least = measured.measure("rank", alpha=alpha)
        for name in [*measured.solvers][1:]:
            target = case.targets.get(alpha) if name == "igraph" else None
            ratio = least[name] / least["flgraph"]
            yield Figure(f"{case.name}, alpha {alpha:g}: {name}", ratio, at_least=target, peer=name)
        yield Figure(f"{case.name}, alpha {alpha:g}: L1 to igraph", measured.measure_distance(), "e-10", at_most=1.0)
    if case.is_first:
        yield Figure(
            f"{case.name}: igraph, first call", first["igraph"] / first["flgraph"], at_least=1.5, peer="igraph"
        )
        size = measured.solvers["flgraph"].ask("measure_bytes")
        yield Figure("bytes a citation", size["matrix"], "bytes", at_most=5.5)
        yield Figure("bytes a citation, with blocks", size["blocks"], "bytes", at_most=7.0)


def compare_many(papers: int, measured: _Solvers, *, draws: int, seeds: int) -> Iterator[Figure]:
    """Compare many rankings in one call with as many calls of igraph."""
    drawn = reverse(make_citations(min(papers, _DRAWN_PAPERS), mean=_DRAWN_REFERENCES), 0.01)
    measured.read(drawn)
    measured.repeat = 1
    least = measured.measure("rank_draws", alpha=0.5, columns=draws)
    ratio = least["igraph"] / least["flgraph"]
    yield Figure(f"{draws} draws, {drawn.papers:,} papers: igraph", ratio, at_least=1.0, peer="igraph")
    measured.read(reverse(make_citations(papers), 0.01))
    measured.repeat = 1
    least = measured.measure("rank_seeds", alpha=0.5, columns=seeds)
    ratio = least["igraph"] / least["flgraph"]
    yield Figure(f"{seeds} personalized, 1% reversed: igraph", ratio, peer="igraph")
    yield Figure(f"{seeds} personalized: L1 to igraph", measured.measure_distance(), "e-10", at_most=1.0)


def make_cases(papers: int, *, large: bool) -> Iterator[_Case]:
    """Make the synthetic graphs, of about ten citations a paper."""
    base = make_citations(papers)
    if large:
        yield _Case("acyclic", base, {0.5: 8.0})
        yield _Case("1% of near citations reversed", reverse(base, 0.01), {0.5: 2.0})
        return
    yield _Case("acyclic", base, {0.5: 4.0, 0.85: 1.4}, is_first=True)
    for share, target in ((0.001, 2.5), (0.01, 1.8), (0.05, 1.5)):
        name = f"{share:.1%} of near citations reversed".replace(".0%", "%")
        yield _Case(name, reverse(base, share), {0.5: target, 0.85: 1.4})
    yield _Case("1% of all citations reversed", reverse(base, 0.01, local=False), {0.5: 1.2, 0.85: 1.2})
    for few, mean in _SMALL:
        yield _Case(f"{few:,} papers", reverse(make_citations(min(few, papers), mean=mean), 0.01), {})


def read_case(path: Path, dates: Path | None) -> _Case:
    """Read an edge list."""
    edges = read_edges(path, dates)
    size = len(edges.ids)
    pairs = np.unique(np.column_stack([edges.citing, edges.cited])[edges.citing != edges.cited], axis=0)
    citations = Citations(size, pairs[:, 0], pairs[:, 1])
    return _Case(f"{path.name}, {len(pairs):,} citations", citations, {0.5: 1.3, 0.85: 1.3})


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; the exit code is 1 where a target is missed."""
    parser = make_parser(__doc__)
    parser.add_argument("--papers", type=int, default=100_000, help="papers, with about ten citations each")
    parser.add_argument("--large", action="store_true", help="ten times as many papers, with fewer cases")
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=64, help="personalized rankings in one call")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--edges", type=Path, metavar="FILE", help="a file of citations, as for temporal_holdout")
    parser.add_argument("--dates", type=Path, metavar="FILE", help="a file of `id date` for it")
    parser.add_argument("--peers", nargs="+", choices=[*SOLVERS][2:], default=list(_PEERS[1:]), help="beside igraph")
    options = parser.parse_args(arguments)
    solvers = ("flgraph", _PEERS[0], *options.peers)
    papers = options.papers * (_LARGE if options.large else 1)
    title = f"pagerank: {papers:,} synthetic papers, CPU time, best of {options.rounds}"
    if options.edges:
        try:
            cases: Iterator[_Case] = iter([read_case(options.edges, options.dates)])
        except (OSError, ValueError) as error:
            parser.error(str(error))
        title = f"pagerank: {options.edges.name}, CPU time, best of {options.rounds}"
    else:
        cases = make_cases(papers, large=options.large)
    with ExitStack() as stack:
        measured = _Solvers(solvers, options.rounds, stack)
        figures = [figure for case in cases for figure in compare(case, measured)]
    if not options.edges and not options.large:
        with ExitStack() as stack:
            measured = _Solvers(solvers[:2], min(options.rounds, 3), stack)
            figures += compare_many(papers, measured, draws=options.draws, seeds=options.seeds)
    return print_report(title, figures, options)


if __name__ == "__main__":
    raise SystemExit(main())
