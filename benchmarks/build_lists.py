"""Build large synthetic lists without a source: the CPU time of each step, with and without the map, and the memory.

Each size is built in two processes, one without the map and one with it. The atlas is made twice: the first draws the
shuffled data that tell regions from chance, and the second finds them in the cache. The peer is networkx: it makes a
graph of the same nodes and edges and dumps its node-link data, and reads and checks nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.report import Figure, make_parser, print_report
from benchmarks.synthetic_catalog import make_catalog

_START: Final = "start and imports"
_STEPS: Final = ("read_catalog", "build_graph", "papers.csv", "graph.json")
_MAP_STEPS: Final = ("atlas, first", "atlas, cached", "map.html")
_PEER: Final = "networkx"
_MEMORY: Final = "memory"
_MEASURE: Final = "import sys; from benchmarks.build_lists import print_steps; print_steps(*sys.argv[1:])"
_LARGE: Final = 10_000
_MILLISECONDS: Final = 1000


class _Steps:
    """The CPU seconds of each step so far."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self.seconds[name] = time.process_time() - began


def print_steps(catalog: str, output: str, with_map: str) -> None:
    """Build a catalog as `flgraph build --offline` does, and print the CPU seconds of each step and the peak memory."""
    import flgraph as fg
    from flgraph.export.spreadsheets import format_csv
    from flgraph.files.atomic import write_text
    from flgraph.map.atlas.atlas import make_atlas
    from flgraph.map.page import write_html

    import_module("flgraph.pipeline")  # all that a build imports
    folder, steps = Path(output), _Steps()
    steps.seconds[_START] = time.process_time()
    with steps.measure("read_catalog"):
        read = fg.read_catalog(catalog)
    with steps.measure("build_graph"):
        graph = fg.build_graph(read)
    with steps.measure("papers.csv"):
        beside = [write_text(folder / "papers.csv", format_csv(fg.papers_table(graph)))]
    if with_map == "map":
        with steps.measure("atlas, first"):
            make_atlas(graph, progress="off")
        with steps.measure("atlas, cached"):
            atlas = make_atlas(graph, progress="off")
        with steps.measure("map.html"):
            beside.append(write_html(atlas, folder / "map.html"))
    with steps.measure("graph.json"):
        fg.write_graph(graph, folder / "graph.json", beside=beside)
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
    if with_map != "map":
        with steps.measure(_PEER):
            _build_peer(graph)
    print(json.dumps({**steps.seconds, _MEMORY: peak}))


def _build_peer(graph: Any) -> str:
    import networkx as nx

    made: nx.MultiDiGraph[Any] = nx.MultiDiGraph()
    made.add_nodes_from(graph.nodes(data=True))
    made.add_edges_from(graph.edges(keys=True, data=True))
    return json.dumps(nx.node_link_data(made))


def build(catalog: Path, *, with_map: bool, rounds: int) -> dict[str, float]:
    """Build a catalog in processes of their own; return the least seconds of each step and the least peak in MB."""
    found: dict[str, float] = {}
    for _ in range(rounds):
        with TemporaryDirectory() as output:
            words = [str(catalog), output, "map" if with_map else "no map"]
            # The shuffled data of each catalog are drawn anew, and kept for the second atlas.
            environment = {
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                "FLGRAPH_CACHE": str(Path(output) / "cache.sqlite"),
            }
            command = [sys.executable, "-c", _MEASURE, *words]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        for name, value in json.loads(done.stdout).items():
            found[name] = min(value, found.get(name, value))
    return found


def describe_size(papers: int, plain: dict[str, float], mapped: dict[str, float], *, strict: bool) -> list[Figure]:
    """Return the figures of one size; the targets are those of 2,500 and of 10,000 short entries."""
    without = sum(plain[name] for name in (_START, *_STEPS))
    adds = sum(mapped[name] for name in _MAP_STEPS[1:])
    ours = plain["build_graph"] + plain["graph.json"]
    is_small, is_large = strict and papers < _LARGE, strict and papers >= _LARGE
    figures = [Figure(name, plain[name], "s") for name in (_START, *_STEPS)]
    figures += [Figure(name, mapped[name], "s") for name in _MAP_STEPS]
    figures += [
        Figure("build without map", without, "s", at_most=4.0 if is_small else None),
        Figure("map, cached, a paper", _MILLISECONDS * adds / papers, "ms", at_most=2.0 if strict else None),
        Figure("peak memory without map", plain[_MEMORY], "MB", at_most=500.0 if is_large else None),
        Figure("peak memory with map", mapped[_MEMORY], "MB"),
        Figure("build_graph and graph.json over networkx", ours / plain[_PEER], peer=_PEER),
    ]
    return [figure._replace(name=f"{papers:,}: {figure.name}") for figure in figures]


def compare_sizes(sizes: Sequence[int], plain: Sequence[dict[str, float]], *, strict: bool) -> list[Figure]:
    """Return the CPU time a paper of the largest size over that of the smallest, without the start; 1 is linear."""
    if len(sizes) < 2:
        return []

    def grow(*names: str) -> float:
        first, last = (sum(found[name] for name in names) for found in (plain[0], plain[-1]))
        return (last / sizes[-1]) / (first / sizes[0])

    what = f"{sizes[-1]:,} over {sizes[0]:,}: CPU a paper"
    limit = 1.5 if strict else None
    return [
        *(Figure(f"{what}, {name}", grow(name)) for name in _STEPS),
        Figure(f"{what}, all without map", grow(*_STEPS), at_most=limit),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; the exit code is 1 where a target is missed."""
    parser = make_parser(__doc__)
    parser.add_argument("--papers", type=int, nargs="+", default=[2_500, 10_000], help="sizes, smallest first")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--shape", choices=["short", "long"], default="short", help="entries of a list, or curated ones"
    )
    options = parser.parse_args(arguments)
    plain, mapped = [], []
    strict = options.shape == "short"
    for papers in options.papers:
        with TemporaryDirectory() as name:
            _write(papers, options.shape, Path(name))
            plain.append(build(Path(name), with_map=False, rounds=options.rounds))
            mapped.append(build(Path(name), with_map=True, rounds=options.rounds))
    figures = [
        figure
        for papers, one, other in zip(options.papers, plain, mapped, strict=True)
        for figure in describe_size(papers, one, other, strict=strict)
    ]
    figures += compare_sizes(options.papers, plain, strict=strict)
    return print_report(f"build_lists: synthetic papers, {options.shape}, best of {options.rounds}", figures, options)


def _write(papers: int, shape: Any, folder: Path) -> None:
    from flgraph.catalog.writer import write_catalog

    write_catalog(make_catalog(papers, shape), folder)


if __name__ == "__main__":
    raise SystemExit(main())
