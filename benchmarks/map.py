"""The atlas: its page beside those of pyvis and vis-network, and what its places and labels say.

Pages show the same synthetic papers with planted groups, in a real Chromium without a network. Pyvis's page is made as
its users make it. The page of vis-network is that of `write_html(to_pyvis(graph))` with the places of the atlas.

The bundled catalog is measured without citations: its page, its labels, the five nearest papers that share what they
were not placed by, and the moves when five papers come or a fifth of the links goes.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from playwright.sync_api import Browser

import flgraph as fg
from benchmarks.map_pages import (
    ATLAS,
    PYVIS,
    VIS,
    Measured,
    count_misread,
    count_overlaps,
    measure_page,
    open_browser,
    read_labels,
    write_stock,
)
from benchmarks.map_places import make_timed, measure_crowding, measure_held_out, measure_moves, measure_planted
from benchmarks.planted import plant_graph
from benchmarks.report import Figure, make_parser, print_report
from flgraph.map.atlas.atlas import Atlas
from flgraph.map.network import to_pyvis
from flgraph.map.page import write_html

_BYTES: Final = 200.0
_FRAME: Final = 16.0
_FIRST: Final = {60: 650.0, 2_000: 800.0, 20_000: 1_600.0}
_PEERS: Final = {"vis-network": VIS, "pyvis": PYVIS}
_UNDRAWN: Final = "not drawn within this time"


class Effort(NamedTuple):
    """How to measure pages: how often, how many seconds to wait, and other pages up to how many papers."""

    rounds: int
    patience: float
    peers_up_to: int


def measure_catalog(browser: Browser, folder: Path, draws: int, rounds: int) -> list[Figure]:
    """Measure the page, labels and places of the bundled catalog."""
    graph = fg.build_graph(fg.read_catalog())
    atlas, times = make_timed(graph, 60)
    path = write_html(atlas, folder / "catalog.html")
    page = measure_page(browser, path, ATLAS, patience=60, rounds=rounds)
    figures = [] if page is None else _list_costs("bundled catalog", "flgraph", page, 60, at_most_bytes=_BYTES)
    figures += [figure._replace(name=figure.name.replace("60 papers", "bundled catalog")) for figure in times]
    figures += measure_labels(browser, "bundled catalog", path, len(atlas.papers))
    figures.append(Figure("bundled catalog, crowded", measure_crowding(atlas.places), "%"))
    figures += measure_held_out(graph, atlas)
    return figures + (measure_moves(graph, atlas, draws) if draws else [])


def measure_labels(browser: Browser, said: str, path: Path, papers: int | None = None) -> list[Figure]:
    """Measure the labels on a page: how many there are, and how many overlap or can be misread."""
    found = read_labels(browser, path)
    lines = sum(label["line"] for label in found["labels"])
    at_least = None if papers is None else float(papers)
    return [
        Figure(f"{said}, labels of {len(found['marks'])} placed", len(found["labels"]), "", at_least=at_least),
        Figure(f"{said}, labels with a line or a ring", lines, ""),
        Figure(f"{said}, labels that overlap", count_overlaps(found), "", at_most=0),
        Figure(f"{said}, labels nearer to another mark", count_misread(found), "", at_most=0),
    ]


def compare_pages(browser: Browser, size: int, folder: Path, effort: Effort, given_up: set[str]) -> list[Figure]:
    """Return the figures of synthetic papers: the places of the atlas, and three pages of them."""
    graph, group = plant_graph(size)
    atlas, figures = make_timed(graph, size)
    figures += measure_planted(atlas, group)
    began = time.process_time()
    path = write_html(atlas, folder / "atlas.html")
    figures.append(Figure(f"{size} papers, atlas to page in Python", time.process_time() - began, "s"))
    figures += measure_labels(browser, f"{size} papers", path)
    ours = measure_page(browser, path, ATLAS, patience=effort.patience, rounds=effort.rounds)
    if ours is None:
        raise RuntimeError(f"the page of {size} papers was not drawn within {effort.patience:g} s")
    figures += _list_costs(f"{size} papers", "flgraph", ours, size)
    for peer in _PEERS:
        if size <= effort.peers_up_to and peer not in given_up:
            found = _compare_peer(
                browser, f"{size} papers", peer, _write_peer(peer, graph, atlas, folder), ours, effort
            )
            given_up |= {peer} if _UNDRAWN in found[0].name else set()
            figures += found
    return figures


def _write_peer(peer: str, graph: fg.KnowledgeGraph, atlas: Atlas, folder: Path) -> Path:
    if peer == "pyvis":
        return write_stock(graph, folder / "pyvis.html")
    return write_html(to_pyvis(graph, positions=atlas.positions), folder / "vis.html")


def _compare_peer(browser: Browser, said: str, peer: str, path: Path, ours: Measured, effort: Effort) -> list[Figure]:
    """Return the figures of the page of a peer and their ratios to ours."""
    page = measure_page(browser, path, _PEERS[peer], patience=effort.patience, rounds=effort.rounds)
    if page is None:
        return [Figure(f"{said}, {_UNDRAWN}: {peer}", effort.patience, "s", peer=peer)]
    ratios = (("CPU to first paint", page.first, ours.first), ("a frame of panning", page.frame, ours.frame))
    return _list_costs(said, peer, page, None) + [
        Figure(f"{said}, {name}: {peer} over flgraph", one / max(other, 0.01), peer=peer) for name, one, other in ratios
    ]


def _list_costs(
    said: str, peer: str, page: Measured, size: int | None, *, at_most_bytes: float | None = None
) -> list[Figure]:
    """List what a page costs; `size` is that of the targets, None for a peer."""
    first, frame = (None, None) if size is None else (_FIRST.get(size), _FRAME)
    return [
        Figure(f"{said}, page: {peer}", page.size, "kB", at_most=at_most_bytes),
        Figure(f"{said}, requests: {peer}", page.requests, "", at_most=None if size is None else 0.0),
        Figure(f"{said}, CPU to first paint: {peer}", page.first, "ms", at_most=first),
        Figure(f"{said}, CPU a frame of panning: {peer}", page.frame, "ms", at_most=frame),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = make_parser(__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[60, 300, 2_000, 20_000])
    parser.add_argument("--no-catalog", action="store_true", help="measure synthetic papers only")
    parser.add_argument("--peers-up-to", type=int, default=20_000, help="measure the other pages up to so many papers")
    parser.add_argument("--draws", type=int, default=3, help="how often papers come and links go; 0 leaves it out")
    parser.add_argument("--patience", type=float, default=30, help="seconds after which a page is given up")
    parser.add_argument("--rounds", type=int, default=3, help="how often a page is opened; figures are medians")
    options = parser.parse_args(arguments)
    effort = Effort(options.rounds, options.patience, options.peers_up_to)
    given_up: set[str] = set()  # a page that draws nothing of fewer papers is not tried with more
    with tempfile.TemporaryDirectory() as name, open_browser() as browser:
        os.environ["FLGRAPH_CACHE"] = str(Path(name) / "cache.db")  # a first run finds nothing cached
        figures = []
        if not options.no_catalog:
            figures += measure_catalog(browser, Path(name), options.draws, options.rounds)
        for size in options.sizes:
            figures += compare_pages(browser, size, Path(name), effort, given_up)
    return print_report("map: the bundled catalog, and synthetic papers with planted groups", figures, options)


if __name__ == "__main__":
    raise SystemExit(main())
