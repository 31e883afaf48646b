"""Lint a synthetic catalog, beside linting with a second pass for line numbers, and beside reading YAML alone.

The second pass is what flgraph did before: a file with a finding is parsed again to see that it is valid, and once more
as a round-trip tree of ruamel.yaml, which keeps the line of each part.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ruamel.yaml import YAML

from benchmarks.report import Figure, make_parser, print_report
from benchmarks.synthetic_list import make_list
from flgraph.catalog.reader import lint_catalog
from flgraph.catalog.writer import write_catalog
from flgraph.records import Finding


def write_list(folder: Path, papers: int) -> None:
    """Write a synthetic catalog whose last paper has the link of the first, which lint reports."""
    catalog, _ = make_list(papers, field_size=10 * papers)
    url = "https://example.org/synthetic"
    first, *others, last = catalog.entries
    entries = (first.model_copy(update={"url": url}), *others, last.model_copy(update={"url": url}))
    write_catalog(catalog.model_copy(update={"entries": entries}), folder)


def lint_in_two_passes(folder: Path) -> list[Finding]:
    """Lint, and load each file with a finding once more for its positions."""
    findings = lint_catalog(folder)
    for name in sorted({finding.path for finding in findings}):
        text = Path(name).read_text(encoding="utf-8")
        YAML(typ="safe", pure=True).load(text)
        YAML(typ="rt").load(text)
    return findings


def read_alone(folder: Path) -> int:
    """Read the files with ruamel.yaml's own loader, and check nothing."""
    return sum(len(YAML(typ="safe", pure=True).load(path)) for path in sorted(folder.glob("*.yaml")))


def count_reads(folder: Path) -> Counter[str]:
    """Return how often lint opens each file."""
    opened: Counter[str] = Counter()
    counting = True

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if counting and event == "open" and Path(str(arguments[0])).parent == folder:
            opened[str(arguments[0])] += 1

    sys.addaudithook(watch)
    lint_catalog(folder)
    counting = False  # a hook cannot be removed
    return opened


def measure(work: Callable[[], object], *, rounds: int) -> float:
    """Return the least CPU seconds that some work took."""
    least = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        work()
        least = min(least, time.process_time() - began)
    return least


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; the exit code is 1 where a target is missed."""
    parser = make_parser(__doc__)
    parser.add_argument("--papers", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_list(folder, options.papers)
        ours = measure(lambda: lint_catalog(folder), rounds=options.rounds)
        twice = measure(lambda: lint_in_two_passes(folder), rounds=options.rounds)
        alone = measure(lambda: read_alone(folder), rounds=options.rounds)
        reads = count_reads(folder)
    figures = [
        Figure("two passes over flgraph, CPU", twice / ours, at_least=10.0, peer="two passes"),
        Figure("flgraph over reading YAML alone, CPU", ours / alone, at_most=0.3, peer="ruamel.yaml"),
        Figure("reads of a file, at most", max(reads.values()), "reads", at_most=1.0),
    ]
    return print_report(f"lint: {options.papers} synthetic papers, best of {options.rounds}", figures, options)


if __name__ == "__main__":
    raise SystemExit(main())
