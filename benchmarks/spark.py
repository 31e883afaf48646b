"""PageRank with Spark on this machine: blocks of arrays beside joins of DataFrames and GraphX.

    python -m benchmarks.spark
    python -m benchmarks.spark --papers 20000 --peer-papers 2000

Synthetic citations, 1 % of the local ones reversed, `local[*]`, from Parquet. A figure is the time of a step over the
number of citations: the median of the steps after the first, in which blocks are read. GraphX, a part of pyspark, does
its steps at one go: its time is that of 12 steps less that of 2, over 10. GraphFrames is not measured, since pip cannot
install its JAR.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from benchmarks.report import Figure, make_parser, print_report
from benchmarks.synthetic_citations import Citations, make_citations, reverse, to_matrix
from flgraph.analysis.ranking.pagerank import pagerank
from flgraph.progress import Step
from flgraph.spark import rank_papers
from flgraph.spark.pagerank import Method

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_SETTINGS: Final = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "4g",
    "spark.driver.maxResultSize": "2g",
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
_REVERSED: Final = 0.01
_LEAST_RATIO: Final = 4.0
_PRECISION: Final = 1e-8
_FEW_STEPS: Final = 2


class Run(NamedTuple):
    """Seconds of a step and in all, the number of steps, and the L1 distance to one machine."""

    step: float
    whole: float
    steps: int
    difference: float


def start_session() -> SparkSession:
    """Start a session on all cores, or return the one there is."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder: Any = SparkSession.builder.master("local[*]").appName("flgraph benchmark")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    session: SparkSession = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def write_tables(made: Citations, folder: Path) -> None:
    """Write papers and citations as Parquet, and the citations as a list of edges for GraphX."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet as pq

    order = np.random.default_rng(1).permutation(len(made.citing))
    citations = pa.table({"citing": made.citing[order], "cited": made.cited[order]})
    folder.mkdir()
    pq.write_table(citations, folder / "citations.parquet")
    pq.write_table(pa.table({"id": np.arange(made.papers)}), folder / "papers.parquet")
    options = pa.csv.WriteOptions(include_header=False, delimiter=" ")
    pa.csv.write_csv(citations, folder / "edges.txt", options)


def run_flgraph(session: SparkSession, made: Citations, folder: Path, method: Method) -> Run:
    """Rank, and compare with one machine."""
    papers, citations = (session.read.parquet(str(folder / f"{name}.parquet")) for name in ("papers", "citations"))
    ends: list[float] = []

    def note(step: Step) -> None:
        if step.stage == "steps":
            ends.append(time.perf_counter())

    began = time.perf_counter()
    ranking = rank_papers(papers, citations, folder=folder, method=method, progress=note)
    whole = time.perf_counter() - began
    table = ranking.scores.toArrow()
    scores = np.zeros(made.papers)
    scores[table["id"].to_numpy()] = table["score"].to_numpy()
    difference = float(np.abs(scores - pagerank(to_matrix(made))).sum())
    return Run(median(end - start for start, end in pairwise(ends)), whole, ranking.steps, difference)


def run_graphx(session: SparkSession, folder: Path, most: int) -> float:
    """Return the seconds of a step of GraphX, from runs of two steps and of `most`."""
    jvm: Any = session._jvm
    context: Any = session.sparkContext._jsc
    level = jvm.org.apache.spark.storage.StorageLevel.MEMORY_AND_DISK()
    graph = jvm.org.apache.spark.graphx.GraphLoader.edgeListFile(
        context.sc(), str(folder / "edges.txt"), False, session.sparkContext.defaultParallelism, level, level
    )
    kind = jvm.scala.reflect.ClassTag.Int()
    times = []
    for steps in (1, _FEW_STEPS, most):  # the first reads the edges
        began = time.perf_counter()
        ranked = jvm.org.apache.spark.graphx.lib.PageRank.run(graph, steps, 0.5, kind, kind)
        ranked.vertices().count()
        times.append(time.perf_counter() - began)
    return (times[2] - times[1]) / (most - _FEW_STEPS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; the exit code is 1 where a target is missed."""
    parser = make_parser(__doc__)
    parser.add_argument("--papers", type=int, default=1_000_000, help="papers for blocks")
    parser.add_argument("--peer-papers", type=int, default=100_000, help="papers for joins and GraphX")
    parser.add_argument("--graphx-steps", type=int, default=12, help="steps of the longer run of GraphX, above 2")
    options = parser.parse_args(arguments)
    large, small = (reverse(make_citations(size), _REVERSED) for size in (options.papers, options.peer_papers))
    session = start_session()
    with tempfile.TemporaryDirectory() as name:
        folders = Path(name, "large"), Path(name, "small")
        write_tables(large, folders[0])
        write_tables(small, folders[1])
        joins = run_flgraph(session, small, folders[1], "joins")
        graphx = run_graphx(session, folders[1], options.graphx_steps)
        same = run_flgraph(session, small, folders[1], "blocks")
        blocks = run_flgraph(session, large, folders[0], "blocks")
    each = {
        "blocks": blocks.step / len(large.citing),
        "joins": joins.step / len(small.citing),
        "GraphX": graphx / len(small.citing),
    }
    figures = [Figure(f"{name}, a citation and step", value * 1e9, "ns") for name, value in each.items()]
    figures += [
        Figure("joins over blocks, a citation and step", each["joins"] / each["blocks"], at_least=_LEAST_RATIO),
        Figure("GraphX over blocks, a citation and step", each["GraphX"] / each["blocks"]),
        Figure("joins over blocks, a step on the same citations", joins.step / same.step),
        Figure("GraphX over blocks, a step on the same citations", graphx / same.step),
        Figure("blocks, a step", blocks.step, "s"),
        Figure("joins, a step", joins.step, "s"),
        Figure("blocks, all with preparation", blocks.whole, "s"),
        Figure("joins, all with preparation", joins.whole, "s"),
        Figure("blocks, steps", blocks.steps, "steps"),
        Figure("joins, steps", joins.steps, "steps"),
        Figure("blocks, L1 to one machine, 1e-8", blocks.difference / _PRECISION, at_most=1),
        Figure("joins, L1 to one machine, 1e-8", joins.difference / _PRECISION, at_most=1),
    ]
    title = (
        f"spark: blocks {options.papers} synthetic papers, {len(large.citing)} citations; "
        f"joins and GraphX {options.peer_papers}, {len(small.citing)}"
    )
    return print_report(title, figures, options)


if __name__ == "__main__":
    raise SystemExit(main())
