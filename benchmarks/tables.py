"""From two Parquet files to a ranking in Parquet: flgraph with DuckDB, and by hand with polars and with pandas.

Synthetic papers and citations, with whole numbers and with text for ids. Each run is a process of its own. The peers
read, sort and join the tables with their own means; matrix and PageRank are flgraph's for all three. Each has one core.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.report import Figure, make_parser, print_report

_KINDS: Final = ("whole numbers", "text")
_LEAST_ID: Final = 2_000_000_000
_IDS: Final = 280_000_000
_DAYS: Final = 16_400
_MOST_GIGABYTES: Final = 1.0
_TARGET_SIZE: Final = 10_000_000  # citations that the target for memory is for


class Run(NamedTuple):
    """What a process took, in seconds and gigabytes, and the sum over ranks that all must agree on."""

    wall: float
    cpu: float
    peak: float
    check: float


def make_files(folder: Path, papers: int, citations: int) -> None:
    """Write the files of papers and citations, in random order, with both kinds of ids."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    chance = np.random.default_rng(2)
    citing = chance.integers(1, papers, citations)
    cited = (citing * chance.random(citations) ** 0.5).astype(np.int64)  # recent ones more often
    numbers = chance.choice(_IDS, papers, replace=False) + _LEAST_ID
    days = np.datetime64("1980-01-01") + (np.arange(papers) * _DAYS // papers).astype("timedelta64[D]")
    rows, pairs = chance.permutation(papers), chance.permutation(citations)
    for kind in _KINDS:
        ids = pa.array(numbers) if kind == _KINDS[0] else pa.array([f"W{number}" for number in numbers.tolist()])
        table = pa.table({"id": ids.take(pa.array(rows)), "date": days[rows]})
        ends = {"citing": ids.take(pa.array(citing[pairs])), "cited": ids.take(pa.array(cited[pairs]))}
        pq.write_table(table, _name(folder, "papers", kind), compression="zstd")
        pq.write_table(pa.table(ends), _name(folder, "citations", kind), compression="zstd")


def _name(folder: Path, what: str, kind: str) -> Path:
    return folder / f"{what}-{kind.split()[-1]}.parquet"


# --- in a process of its own -----------------------------------------------------------------------------


def run_flgraph(papers: Path, citations: Path, output: Path) -> None:
    """Rank as `flgraph rank --papers ... -o ranking.parquet` does."""
    import flgraph as fg

    matrix = fg.build_from_files(papers, citations, engine="duckdb", progress="off")
    fg.write_ranking(fg.rank_matrix(matrix), output)


def run_polars(papers: Path, citations: Path, output: Path) -> None:
    """Rank with lazy frames of polars: two joins for places, one for the table written."""
    import polars as pl

    table = pl.scan_parquet(papers).sort("date", "id").with_row_index("place")
    places = table.select("id", pl.col("place").cast(pl.Int32)).collect().lazy()
    pairs = (
        pl.scan_parquet(citations)
        .join(places.rename({"id": "citing", "place": "start"}), on="citing")
        .join(places.rename({"id": "cited", "place": "end"}), on="cited")
        .select("start", "end")
        .collect(engine="streaming")
    )
    given = table.drop("place").collect()
    scores, counts = _rank(given["date"].to_numpy(), pairs["start"].to_numpy(), pairs["end"].to_numpy())
    ranking = given.with_columns(score=pl.Series(scores), citations=pl.Series(counts)).with_columns(
        rank=pl.col("score").rank("min", descending=True)
    )
    ranking.sort("score", descending=True).write_parquet(output)


def run_pandas(papers: Path, citations: Path, output: Path) -> None:
    """Rank with frames of pandas: an index of the ids gives the places."""
    import pandas as pd

    table = pd.read_parquet(papers).sort_values(["date", "id"])
    pairs = pd.read_parquet(citations)
    index = pd.Index(table["id"])
    start, end = (index.get_indexer(pd.Index(pairs[name])).astype(np.int32) for name in ("citing", "cited"))
    scores, counts = _rank(table["date"].to_numpy(), start, end)
    ranking = table.assign(score=scores, citations=counts)
    ranking["rank"] = ranking["score"].rank(method="min", ascending=False)
    ranking.sort_values("score", ascending=False).to_parquet(output, index=False)


def _rank(
    dates: npt.NDArray[np.datetime64], citing: npt.NDArray[np.int32], cited: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return PageRank and the number of citations, by the same code for all."""
    from flgraph.analysis.citation_matrix import build_in_order
    from flgraph.analysis.ranking.pagerank import pagerank
    from flgraph.bulk.texts import PackedTexts

    size = len(dates)
    nameless = PackedTexts(np.zeros(size + 1, dtype=np.int64), np.zeros(0, dtype=np.uint8))
    unknown = np.full(size, np.nan)
    days = dates.astype("datetime64[D]")
    matrix = build_in_order(nameless, citing, cited, dates=days, reference_counts=unknown, citation_counts=unknown)
    return pagerank(matrix), matrix.count_citations()


_RUNS: Final[Mapping[str, Callable[[Path, Path, Path], None]]] = {
    "flgraph": run_flgraph,
    "polars": run_polars,
    "pandas": run_pandas,
}


def run_here(name: str, kind: str, folder: Path) -> Run:
    """Run one of the programs in this process, on one core: each of them takes as many threads as there are cores."""
    if hasattr(os, "sched_setaffinity"):  # on Linux
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    import pyarrow.parquet as pq

    output = folder / f"ranking-{name}.parquet"
    wall, cpu = time.perf_counter(), time.process_time()
    _RUNS[name](_name(folder, "papers", kind), _name(folder, "citations", kind), output)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    table = pq.read_table(output, columns=["score", "citations"])
    return Run(wall, cpu, peak, float(np.dot(table["score"].to_numpy(), table["citations"].to_numpy())))


def run_apart(name: str, kind: str, folder: Path) -> Run:
    """Run one of the programs in a process of its own."""
    done = _start("--run", name, "--kind", kind, "--folder", str(folder))
    return Run(*json.loads(done.stdout.splitlines()[-1]))


def _start(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.tables", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True)


# --- figures ---------------------------------------------------------------------------------------------


def compare(kind: str, folder: Path, *, citations: int, rounds: int) -> list[Figure]:
    """Return the figures of one kind of ids; the programs take turns."""
    runs: dict[str, list[Run]] = {name: [] for name in _RUNS}
    for _ in range(rounds):
        for name, found in runs.items():
            found.append(run_apart(name, kind, folder))
    least = {name: Run(*(min(values) for values in zip(*found, strict=True))) for name, found in runs.items()}
    ours = least["flgraph"]
    most = _MOST_GIGABYTES if citations <= _TARGET_SIZE else None
    figures = [
        Figure(f"{kind}: flgraph, wall time", ours.wall, "s"),
        Figure(f"{kind}: flgraph, peak memory", max(run.peak for run in runs["flgraph"]), "GB", at_most=most),
    ]
    least_ratio = 1.0 if kind == "text" else None
    for name in ("polars", "pandas"):
        peer = least[name]
        figures += [
            Figure(f"{kind}: {name} over flgraph, wall time", peer.wall / ours.wall, at_least=least_ratio, peer=name),
            Figure(f"{kind}: {name} over flgraph, CPU time", peer.cpu / ours.cpu, peer=name),
            Figure(f"{kind}: {name}, peak memory", peer.peak, "GB"),
            Figure(f"{kind}: {name}, check sums differ, 1e-9", abs(peer.check / ours.check - 1) / 1e-9, at_most=1),
        ]  # fmt: skip
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; the exit code is 1 where a target is missed."""
    parser = make_parser(__doc__)
    parser.add_argument("--papers", type=int, default=1_000_000)
    parser.add_argument("--citations", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--run", choices=["make", *_RUNS], help=argparse.SUPPRESS)
    parser.add_argument("--kind", choices=_KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.run == "make":
        make_files(options.folder, options.papers, options.citations)
        return 0
    if options.run:
        print(json.dumps(run_here(options.run, options.kind, options.folder)))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Linux counts the memory of the parent as that of a child, so this process stays small.
        _start("--run", "make", "--folder", name, "--papers", f"{options.papers}",
               "--citations", f"{options.citations}")  # fmt: skip
        figures = [
            figure
            for kind in _KINDS
            for figure in compare(kind, folder, citations=options.citations, rounds=options.rounds)
        ]
    title = f"tables: {options.papers} synthetic papers, {options.citations} citations, best of {options.rounds}"
    return print_report(title, figures, options)


if __name__ == "__main__":
    raise SystemExit(main())
