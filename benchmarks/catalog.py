"""Read, check and write a synthetic catalog of many papers, beside ruamel.yaml and PyYAML doing less.

The peers parse and dump the same data and check nothing; they keep neither comments nor the bytes of what did not
change. CPU time, best of several rounds; whole commands in a process of their own, whose peak memory Linux tells:
`ru_maxrss` would be at least that of the process that starts them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from ruamel.yaml import YAML

from benchmarks.report import Figure, make_parser, print_report
from benchmarks.synthetic_catalog import make_catalog, make_matches
from flgraph.catalog.reader import lint_catalog, read_catalog
from flgraph.catalog.writer import write_catalog
from flgraph.records import Catalog

_CHANGED = 5
_MEASURE = """\
import json, resource, runpy, sys
sys.argv = ["flgraph", *sys.argv[1:]]
try:
    runpy.run_module("flgraph", run_name="__main__")
except SystemExit:
    pass
used = resource.getrusage(resource.RUSAGE_SELF)
peak = [int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(json.dumps([used.ru_utime + used.ru_stime, peak[0] / 1024]), file=sys.stderr)
"""


def measure(work: Callable[[], object], *, rounds: int) -> float:
    """Return the least CPU seconds that some work took."""
    least = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        work()
        least = min(least, time.process_time() - began)
    return least


def run_command(*arguments: str) -> tuple[float, float]:
    """Run flgraph in a process of its own; return its CPU seconds and its peak memory in MB."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *arguments], env=environment, capture_output=True, text=True, check=True
    )
    seconds, memory = json.loads(done.stderr.splitlines()[-1])
    return seconds, memory


def change(catalog: Catalog, times: int) -> Catalog:
    """Return a catalog with another year for a few papers; another `times` gives other years."""
    entries = list(catalog.entries)
    for place in range(0, len(entries), max(len(entries) // _CHANGED, 1))[:_CHANGED]:
        entries[place] = entries[place].model_copy(update={"year": 1900 + times})
    return catalog.model_copy(update={"entries": tuple(entries)})


def measure_peers(folder: Path, *, rounds: int) -> dict[str, float]:
    """Return the CPU seconds of each peer for parsing papers.yaml and for dumping its data."""
    text = (folder / "papers.yaml").read_text(encoding="utf-8")
    slow, fast = YAML(typ="safe", pure=True), yaml.safe_load
    data: Any = fast(text)
    return {
        "ruamel.yaml, reading": measure(lambda: slow.load(text), rounds=rounds),
        "PyYAML, reading": measure(lambda: fast(text), rounds=rounds),
        "ruamel.yaml, writing": measure(lambda: YAML(typ="rt").dump(data, StringIO()), rounds=rounds),
        "PyYAML, writing": measure(lambda: yaml.safe_dump(data, sort_keys=False, allow_unicode=True), rounds=rounds),
    }


def measure_shape(catalog: Catalog, folder: Path, *, rounds: int, strict: bool) -> list[Figure]:
    """Return the figures of one catalog; targets are those of the short entries of an imported list."""
    new = [folder / f"new-{number}" for number in range(rounds)]
    targets = iter(new)
    writing = measure(lambda: write_catalog(catalog, next(targets)), rounds=rounds)
    reading = measure(lambda: read_catalog(new[0]), rounds=rounds)
    linting = measure(lambda: lint_catalog(new[0]), rounds=rounds)
    edits = iter(range(rounds))
    editing = measure(lambda: write_catalog(change(catalog, next(edits)), new[0]), rounds=rounds)
    command, memory = run_command("lint", str(new[0]))
    build, _ = run_command("build", str(new[0]), "--offline", "-q", "-o", str(folder / "out"))
    peers = measure_peers(new[0], rounds=1)
    return [
        Figure("read_catalog", reading, "s"),
        Figure(
            "ruamel.yaml reading over read_catalog",
            peers["ruamel.yaml, reading"] / reading,
            at_least=4.0,
            peer="ruamel.yaml",
        ),
        Figure("PyYAML reading over read_catalog", peers["PyYAML, reading"] / reading, peer="PyYAML"),
        Figure("lint_catalog", linting, "s"),
        Figure("flgraph lint, with its start", command, "s", at_most=2.0 if strict else None),
        Figure("flgraph lint, peak memory", memory, "MB", at_most=200.0),
        Figure("write_catalog, all new", writing, "s", at_most=0.5 if strict else None),
        Figure(
            "ruamel.yaml writing over write_catalog",
            peers["ruamel.yaml, writing"] / writing,
            at_least=4.0,
            peer="ruamel.yaml",
        ),
        Figure("PyYAML writing over write_catalog", peers["PyYAML, writing"] / writing, peer="PyYAML"),
        Figure(f"write_catalog, {_CHANGED} changed", editing, "s"),
        Figure("flgraph build --offline, with its start", build, "s"),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; the exit code is 1 where a target is missed."""
    parser = make_parser(__doc__)
    parser.add_argument("--papers", type=int, default=2_500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--shape", choices=["short", "long"], default="short", help="entries of a list, or curated ones"
    )
    options = parser.parse_args(arguments)
    catalog = make_catalog(options.papers, options.shape)
    if options.shape == "long":
        catalog = catalog.model_copy(update={"matches": {"semantic_scholar": make_matches(catalog)}})
    with TemporaryDirectory() as name:
        figures = measure_shape(catalog, Path(name), rounds=options.rounds, strict=options.shape == "short")
    title = f"catalog: {options.papers:,} synthetic papers, {options.shape}, best of {options.rounds}"
    return print_report(title, figures, options)


if __name__ == "__main__":
    raise SystemExit(main())
