"""Fields out of an index: by topic, two hops around 56 papers, and the snapshot of these; files written included.

`benchmarks.whole_index` calls `measure_extraction` for the index that it makes. Each run is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.report import Figure, make_parser, print_report
from flgraph.bulk.index_files import read_index

SEEDS: Final = 56
_MOST_SHARE: Final = 0.1
_TARGET_SIZE: Final = 1_000_000  # works that the target is for: the start of Python weighs more in fewer


class Run(NamedTuple):
    """What a run took, in seconds of CPU time and gigabytes, and how many papers it found."""

    cpu: float
    peak: float
    papers: int


def make_catalog(index: Path, folder: Path) -> Path:
    """Write a catalog of works of an index, evenly chosen, with their DOIs; return its folder."""
    import duckdb

    from flgraph.bulk.database import quote_text

    works = f"read_parquet({quote_text(read_index(index).works_glob)})"
    with duckdb.connect() as base:
        rows = base.execute(
            f"select doi, title, year from (select *, row_number() over (order by id) as place, "
            f"count(*) over () as total from {works} where doi is not null and title is not null) "
            f"where place % greatest(1, total // {SEEDS}) = 0 order by id limit {SEEDS}"
        ).fetchall()
    entries = [
        {"key": f"paper-{number}", "title": title, "section": "Synthetic", "year": year, "ids": {"doi": doi}}
        for number, (doi, title, year) in enumerate(rows)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "catalog.yaml").write_text("title: Synthetic papers\n", encoding="utf-8")
    # JSON is YAML.
    (folder / "papers.yaml").write_text(json.dumps(entries), encoding="utf-8")
    return folder


# --- in a process of its own -----------------------------------------------------------------------------


def extract_topic(index: Path, folder: Path) -> int:
    """Extract the topic of the first work that has one."""
    import duckdb

    from flgraph.bulk.database import quote_text

    works = f"read_parquet({quote_text(read_index(index).works_glob)})"
    with duckdb.connect() as base:
        ((topic,),) = base.execute(f"select topic from {works} where topic is not null limit 1").fetchall()
    import flgraph as fg

    return fg.extract_field(index, folder / "topic", topics=[f"T{topic}"], progress="off").papers


def extract_around(index: Path, folder: Path) -> int:
    """Extract two hops around the catalog."""
    import flgraph as fg

    return fg.extract_field(index, folder / "around", around=folder / "catalog", hops=2, progress="off").papers


def extract_snapshot(index: Path, folder: Path) -> int:
    """Extract the snapshot of the catalog with the papers around it, and write it."""
    import flgraph as fg

    snapshot = fg.extract_snapshot(index, folder / "catalog", progress="off")
    fg.write_snapshot(snapshot, folder / "snapshot.jsonl.gz")
    return len(snapshot.papers) + len(snapshot.context)


_RUNS: Final[Mapping[str, Callable[[Path, Path], int]]] = {
    "field of a topic": extract_topic,
    f"two hops around {SEEDS} papers": extract_around,
    f"snapshot of {SEEDS} papers, one hop": extract_snapshot,
}


def run_here(name: str, index: Path, folder: Path) -> Run:
    """Run one of the programs in this process."""
    began = time.process_time()
    papers = _RUNS[name](index, folder)
    return Run(time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, papers)


def run_apart(name: str, index: Path, folder: Path) -> Run:
    """Run one of the programs in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.field_extraction", "--run", name, str(index), "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Run(*json.loads(done.stdout.splitlines()[-1]))


# --- figures ---------------------------------------------------------------------------------------------


def measure_extraction(index: Path, *, conversion: float | None = None, rounds: int = 3) -> list[Figure]:
    """Return the figures of fields and a snapshot, best of some rounds.

    Parameters
    ----------
    index : Path
        The index.
    conversion : float or None
        The CPU seconds in which it was made.
    rounds : int
        How often each is measured.
    """
    figures = []
    is_large = read_index(index).works >= _TARGET_SIZE
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_catalog(index, folder / "catalog")
        for what in _RUNS:
            runs = [run_apart(what, index, folder) for _ in range(rounds)]
            cpu = min(run.cpu for run in runs)
            figures.append(Figure(f"{what}, CPU time", cpu, "s"))
            if conversion is not None:
                most = _MOST_SHARE if "two hops" in what and is_large else None
                figures.append(Figure(f"{what}, CPU time over making the index", cpu / conversion, at_most=most))
            figures.append(Figure(f"{what}, peak memory", max(run.peak for run in runs), "GB"))
            figures.append(Figure(f"{what}, papers", runs[0].papers, ""))
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of an index."""
    parser = make_parser(__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--run", choices=list(_RUNS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.run:
        print(json.dumps(run_here(options.run, options.index, options.folder)))
        return 0
    figures = measure_extraction(options.index, rounds=options.rounds)
    return print_report(f"field_extraction: {options.index.name}", figures, options)


if __name__ == "__main__":
    raise SystemExit(main())
