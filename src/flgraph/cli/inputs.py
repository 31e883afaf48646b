"""The catalog or graph that a command is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

import flgraph as fg

OUTPUT = Path("flgraph-out")


def hint_at_folder(path: Path | None) -> None:
    """Say that the bundled catalog is meant where this folder holds another that may be."""
    if path is None and Path("papers.yaml").exists():
        click.echo("this is about the bundled catalog; for the papers.yaml in this folder, add a dot: .", err=True)


def open_graph(path: Path | None) -> tuple[fg.KnowledgeGraph, str, str]:
    """Return the graph that a command is about, where it is from, and in words what it is."""
    default = OUTPUT / "graph.json"
    chosen = path or (default if default.exists() else None)
    graph = fg.read_graph(chosen) if chosen else fg.build_graph(fg.read_catalog())
    taken = graph.graph.get("snapshot_taken")
    snapshot = f"snapshot of {taken}, depth {graph.graph['snapshot_depth']}" if taken else "no snapshot"
    source = str(chosen or "bundled catalog")
    return graph, source, f"{source}: {graph.graph.get('title')}; {snapshot}"


def read_graph(path: Path | None, method: str) -> fg.KnowledgeGraph:
    """Return the graph that a command is about, and say on stderr which it is."""
    graph, _, where = open_graph(path)
    click.echo(f"{where}; {method}", err=True)
    return graph


@contextmanager
def naming(source: str) -> Iterator[None]:
    """Say of an error which graph it is about."""
    try:
        yield
    except fg.GraphError as error:
        raise fg.GraphError(f"{source}: {error}") from error
