"""Choose and open the catalog or graph that a command works on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

import flgraph as fg
from flgraph.checks import format_count
from flgraph.cli.output import echo

OUTPUT = Path("flgraph-out")
OUTPUT_GRAPH = "graph.json"
_LIST = Path("README.md")
_IDS = ("arxiv", "doi")


def hint_at_folder(path: Path | None, *, quiet: bool = False) -> None:
    """Print a hint if the command uses the bundled catalog and the current folder contains another."""
    if not quiet and path is None and Path("papers.yaml").exists():
        echo("using the bundled catalog; to use papers.yaml in this folder, add a dot: .", err=True)


def is_catalog(path: Path) -> bool:
    """Return whether a path is a catalog folder without a graph, or a list: a file that does not begin like a graph."""
    if path.is_dir():
        return (path / "papers.yaml").exists() and not (path / OUTPUT_GRAPH).exists()
    if not path.is_file() or path.suffix.lower() in (".json", ".gz"):
        return False
    with path.open("rb") as stream:
        beginning = stream.read(1024).lstrip()
    return not beginning.startswith((b"{", b"\x1f\x8b"))


def open_graph(path: Path | None, snapshot: Path | None = None) -> tuple[fg.KnowledgeGraph, str, str]:
    """Open the graph of a command; return it, its source, and a description for people.

    A snapshot goes with a catalog or list; with a snapshot, no path is the bundled catalog.
    """
    default = OUTPUT / OUTPUT_GRAPH
    chosen = path or (default if default.exists() and snapshot is None else None)
    if chosen is None or is_catalog(chosen):
        graph = _build_graph(chosen, snapshot)
    elif snapshot is not None:
        raise click.UsageError(f"{chosen} is a graph with data of its own; name its catalog or list with --snapshot")
    else:
        graph = fg.read_graph(chosen)
    if path is None and chosen is not None:
        _hint_at_new_papers(graph, default)
    taken = graph.graph.get("snapshot_taken")
    data = f"snapshot of {str(taken)[:10]}, depth {graph.graph['snapshot_depth']}" if taken else "no snapshot"
    source = str(chosen or "bundled catalog")
    return graph, source, f"{source}: {graph.graph.get('title')}; {data}"


def _build_graph(path: Path | None, snapshot: Path | None) -> fg.KnowledgeGraph:
    catalog = fg.read_catalog(path)
    if snapshot is None:
        return fg.build_graph(catalog)
    from flgraph.pipeline import choose_fitting

    return fg.build_graph(catalog, choose_fitting(catalog, snapshot))


def _hint_at_new_papers(graph: fg.KnowledgeGraph, path: Path) -> None:
    """Print a hint if the list in this folder was changed after its graph was built, and has papers that it lacks."""
    if not _LIST.is_file() or _LIST.stat().st_mtime <= path.stat().st_mtime:
        return
    from flgraph.graph.knowledge_graph import catalog_papers
    from flgraph.identifiers import join_words, name_ids
    from flgraph.lists.reading import read_list

    known: set[str] = set()
    for _, data in catalog_papers(graph):
        known |= {join_words(str(data["title"]))} | name_ids({kind: data[kind] for kind in _IDS if kind in data})
    with suppress(fg.FlgraphError, OSError):  # the command does not need this file
        listed = {join_words(entry.title): name_ids(entry.ids) for entry in read_list(_LIST).papers}
        new = [title for title, ids in listed.items() if known.isdisjoint({title, *ids})]
        if not 0 < len(new) <= len(listed) / 2:  # of more, the graph is of another list
            return
        said = f"{format_count(len(new), 'paper')} of {_LIST} {'is' if len(new) == 1 else 'are'} not in {path}"
        echo(f"{said}; run `flgraph build` again", err=True)


def read_graph(path: Path | None, method: str) -> fg.KnowledgeGraph:
    """Open the graph of a command and print its description to standard error."""
    graph, _, where = open_graph(path)
    echo(f"{where}; {method}", err=True)
    return graph


def refuse_input(output: Path | None, inputs: Iterable[Path | None]) -> None:
    """Refuse to write the answer of a command over one of the files that it reads."""
    for path in inputs:
        if output is not None and path is not None and path.is_file() and output.exists() and output.samefile(path):
            raise click.UsageError(f"-o {output} would replace a file that the command reads; name another file")


def warn_of_candidates(path: Path | None) -> None:
    """Print warnings of a candidates file to standard error; raise `CatalogError` if it has errors."""
    from flgraph.catalog.candidates import lint_candidates

    if path is None or path.suffix.lower() not in (".yaml", ".yml"):  # the reader says how to name it
        return
    findings = lint_candidates(path)
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        raise fg.CatalogError("\n".join(map(str, findings)), errors)
    for finding in findings:
        echo(finding, err=True)


@contextmanager
def naming(source: str) -> Iterator[None]:
    """Prefix graph errors with the source of the graph."""
    try:
        yield
    except fg.GraphError as error:
        raise fg.GraphError(f"{source}: {error}") from error


@contextmanager
def judging_arguments() -> Iterator[None]:
    """Report arguments that the library refuses, such as a facet that the graph does not have, as wrong usage."""
    try:
        yield
    except ValueError as error:
        raise click.UsageError(str(error)) from error
