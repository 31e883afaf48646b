"""Run the benchmarks, each in a process of its own, and print every figure beside its peer and target.

    python -m benchmarks
    python -m benchmarks pagerank tables
    python -m benchmarks --quick
    python -m benchmarks --markdown docs/benchmarks.md

Exits with 1 if a target is missed or a benchmark fails. A benchmark is skipped if a package, a program or data that it
needs is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.page import write_page
from benchmarks.registry import BENCHMARKS, Benchmark
from benchmarks.running import Outcome, run_benchmark


def main(arguments: Sequence[str] | None = None, benchmarks: Sequence[Benchmark] = BENCHMARKS) -> int:
    """Run the benchmarks that are named; return the exit code."""
    parser = _make_parser()
    options = parser.parse_args(arguments)
    names = [benchmark.name for benchmark in benchmarks]
    unknown = [name for name in options.names if name not in names]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]}; there are {', '.join(names)}")
    chosen = [benchmark for benchmark in benchmarks if benchmark.name in options.names or not options.names]
    if options.list:
        for benchmark in chosen:
            command, reason = benchmark.show_command(quick=options.quick), benchmark.find_reason(options.data)
            print(f"{benchmark.name:<20}{command}{f'; skipped: {reason}' if reason else ''}")
            print(f"{'':<20}{benchmark.read_summary()}")
        return 0
    outcomes: list[Outcome] = []
    began = time.monotonic()
    for number, benchmark in enumerate(chosen, 1):
        print(f"[{number}/{len(chosen)}] {benchmark.name} ...", file=sys.stderr, flush=True)
        outcome = run_benchmark(benchmark, options.data, quick=options.quick)
        outcomes.append(outcome)
        print_outcome(outcome)
        _write_files(options, outcomes, names)  # after each, so that an interrupted run loses only the last
    print_summary(outcomes, time.monotonic() - began)
    return int(any(outcome.missed or outcome.state == "failed" for outcome in outcomes))


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    data = os.environ.get("FLGRAPH_TEST_DATA")
    parser.add_argument("names", nargs="*", metavar="NAME", help="the benchmarks to run; all by default")
    parser.add_argument("--list", action="store_true", help="list the benchmarks")
    parser.add_argument("--quick", action="store_true", help="smaller sizes in a few minutes; no target is judged")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the figures into this page")
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER", default=Path(data) if data else None,
        help="the folder of data that the project does not hold; FLGRAPH_TEST_DATA by default",
    )  # fmt: skip
    return parser


def print_outcome(outcome: Outcome) -> None:
    """Print the figures of one benchmark."""
    print(f"{outcome.name}: {outcome.verdict}")
    if outcome.state == "done":
        print(f" {outcome.title}")
    for figure in outcome.figures:
        print(figure)
    for line in outcome.skipped:
        print(f"  skipped: {line}")
    sys.stdout.flush()


def print_summary(outcomes: Sequence[Outcome], seconds: float) -> None:
    """Print what was missed, failed and skipped."""
    print(f"\n{len(outcomes)} benchmarks in {seconds / 60:.1f} minutes")
    for outcome in outcomes:
        if outcome.state != "done":
            print(f"  {outcome.name}: {outcome.verdict}")
        for figure in outcome.missed:
            print(f"  {outcome.name}, {figure.name}: {figure.value:g} {figure.unit}, target {figure.target}")
    if not any(outcome.missed or outcome.state == "failed" for outcome in outcomes):
        quick = any(outcome.quick for outcome in outcomes)
        print("  quick run: no target was judged" if quick else "  no target was missed")


def _write_files(options: argparse.Namespace, outcomes: Sequence[Outcome], names: Sequence[str]) -> None:
    if options.json:
        text = json.dumps([outcome.to_json() for outcome in outcomes], indent=1)
        beside = options.json.with_name(f"{options.json.name}.new")
        beside.write_text(f"{text}\n", encoding="utf-8")
        beside.replace(options.json)
    if options.markdown:
        write_page(options.markdown, outcomes, names)


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
