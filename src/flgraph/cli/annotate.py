"""The command that writes what a graph knows beside the rows of a list: annotate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

import flgraph as fg
from flgraph.checks import format_count
from flgraph.cli.help import Command
from flgraph.cli.inputs import OUTPUT, OUTPUT_GRAPH, open_graph
from flgraph.cli.output import echo
from flgraph.files.atomic import replace_bytes, write_bytes
from flgraph.files.inputs import refuse_special

if TYPE_CHECKING:
    from flgraph.export.annotations import GraphFacts
    from flgraph.lists.entries import ListReading
    from flgraph.records import Snapshot

_LIMIT = 512_000
_NEAR_LIMIT = 450_000
_SIDE = "citations.md"
_SNAPSHOT = "snapshot.jsonl"


@click.command(
    cls=Command,
    arguments={"[LIST]": "The list, a Markdown file, which is changed in place.  [default: README.md]"},
    examples=[
        "flgraph annotate README.md --graph flgraph-out --dry-run",
        "flgraph annotate README.md --catalog my-list --counts",
        "flgraph annotate README.md --snapshot snapshot.jsonl",
        "flgraph annotate README.md --strip",
    ],
)
@click.argument("file", metavar="[LIST]", default="README.md", type=click.Path(path_type=Path))
@click.option("--graph", type=click.Path(path_type=Path), metavar="GRAPH",
              show_default="flgraph-out/graph.json if it exists and no --catalog is given",
              help="Take the values from this graph: a graph file or the output folder of `flgraph build`. A "
              "snapshot.jsonl beside it says which preprints are published.")  # fmt: skip
@click.option("--catalog", type=click.Path(path_type=Path), metavar="DIR",
              help="The catalog that the list was imported to. Finds works that were corrected there. Without "
              "--graph, the values are those of the catalog and of its snapshot.jsonl, if it has one.")  # fmt: skip
@click.option("--snapshot", type=click.Path(path_type=Path), metavar="FILE",
              help="Take the values from this snapshot of the list, or of the catalog of --catalog.")  # fmt: skip
@click.option("--counts", is_flag=True, help="Write citation counts beside the rows, too. They change every week.")
@click.option("--side", type=click.Path(path_type=Path), metavar="FILE",
              show_default="citations.md beside the list, if the graph has counts",
              help="Write the table of citation counts to this file: .md or .json.")  # fmt: skip
@click.option("--strip", is_flag=True, help="Remove what this command wrote, and write nothing else.")
@click.option("--dry-run", is_flag=True, help="Write nothing. Print the changes of the list as a diff.")
def annotate(
    file: Path,
    graph: Path | None,
    catalog: Path | None,
    snapshot: Path | None,
    counts: bool,
    side: Path | None,
    strip: bool,
    dry_run: bool,
) -> None:
    """Write venue of publication, code and licence beside the rows of a list.

    The values are plain text between <!-- flgraph:begin --> and <!-- flgraph:end --> at the end of a row. They name
    the venue only where the row names none or a preprint server. The next run replaces them, and --strip restores
    the list byte for byte. Unknown values are omitted.

    Citation counts go into a table in a file of their own, so that the list changes only when papers do.
    """
    from flgraph.lists.reading import parse_list
    from flgraph.lists.writing.enriched import strip_list

    if strip and (graph or catalog or snapshot or counts or side):
        raise click.UsageError("--strip only removes values; omit --graph, --catalog, --snapshot, --counts and --side")
    if graph and snapshot:
        raise click.UsageError("a graph holds the data of its snapshot; omit --graph or --snapshot")
    refuse_special(file)
    data = file.read_bytes()
    stripped = strip_list(data, name=str(file))
    if strip:
        _finish(file, data, stripped, dry_run=dry_run)
        return
    facts = _read_facts(graph, catalog) if snapshot is None else _read_snapshot_facts(catalog or file, snapshot)
    if counts and not facts.counted:
        raise fg.GraphError(_say_no_counts(graph, catalog, snapshot))
    beside = _name_side(file, side, facts, missing=_say_no_counts(graph, catalog, snapshot))
    reading = parse_list(data, name=str(file))
    annotated, number = _annotate(reading, facts, catalog, counts=counts)
    echo(f"{number:,} of {format_count(len(reading.papers), 'row')} annotated", err=dry_run)
    _warn_of_size(file, len(stripped), len(annotated))
    if beside is not None:
        _write_side(beside, facts, dry_run=dry_run)
    _finish(file, data, annotated, dry_run=dry_run)
    if facts.credit:
        echo(f"{facts.credit}. Credit it where you publish these values.", err=True)


# --- values --------------------------------------------------------------------------------------------------


def _read_facts(graph: Path | None, catalog: Path | None) -> GraphFacts:
    from flgraph.export.annotations import collect_facts

    if graph is None and catalog is not None:
        path = catalog / _SNAPSHOT
        snapshot = fg.read_snapshot(path) if path.exists() else None
        return collect_facts(fg.build_graph(fg.read_catalog(catalog), snapshot), snapshot)
    chosen = graph or OUTPUT / OUTPUT_GRAPH
    if graph is None and not chosen.exists():
        raise click.UsageError("no graph to take values from; name one with --graph, or a catalog with --catalog")
    opened, _, _ = open_graph(chosen)
    return collect_facts(opened, _read_snapshot_of(chosen, opened))


def _read_snapshot_facts(catalog: Path, path: Path) -> GraphFacts:
    from flgraph.export.annotations import collect_facts
    from flgraph.pipeline import choose_fitting

    read = fg.read_catalog(catalog)
    snapshot = choose_fitting(read, path)
    return collect_facts(fg.build_graph(read, snapshot), snapshot)


def _say_no_counts(graph: Path | None, catalog: Path | None, snapshot: Path | None) -> str:
    """Say that no citation counts are known, and which command fetches them."""
    if snapshot is not None:
        return f"{snapshot}: no citation counts are known; fetch them with `flgraph enrich -o {snapshot}`"
    if graph is None and catalog is not None:
        where, remedy = catalog, f"enrich {catalog} -o {catalog / _SNAPSHOT}"
    else:
        where, remedy = graph or OUTPUT / OUTPUT_GRAPH, "build"
    return f"{where}: no citation counts are known; fetch them with `flgraph {remedy}`"


def _read_snapshot_of(path: Path, graph: fg.KnowledgeGraph) -> Snapshot | None:
    """Read the snapshot that a graph was built from, if it is beside the graph."""
    from flgraph.snapshot.files import digest_snapshot_file

    beside = (path if path.is_dir() else path.parent) / _SNAPSHOT
    digest = graph.graph.get("snapshot_digest")
    if digest is None or not beside.exists() or digest_snapshot_file(beside) != digest:
        return None
    return fg.read_snapshot(beside)


def _annotate(reading: ListReading, facts: GraphFacts, catalog: Path | None, *, counts: bool) -> tuple[bytes, int]:
    """Return the annotated list and the number of its annotated rows."""
    from flgraph.catalog.kept_lists import read_base
    from flgraph.export.annotations import format_note, match_rows
    from flgraph.lists.writing.enriched import enrich_list, find_places

    found = match_rows(reading, facts, read_base(catalog) if catalog else ())
    counted = facts.taken if counts else None
    notes = {place: format_note(reading.entries[place], work, counted=counted) for place, work in found.items()}
    places = find_places(reading)
    written = {place: note for place, note in notes.items() if note and place in places}
    return enrich_list(reading, written), len(written)


def _warn_of_size(file: Path, before: int, after: int) -> None:
    if after <= _NEAR_LIMIT:
        return
    what = "cuts a README there" if after > _LIMIT else f"cuts a README at {_LIMIT // 1000} kB"
    echo(
        f"warning: {file} has {after // 1000:,} kB with values, {before // 1000:,} kB without; GitHub {what}. "
        "Split the list, or remove the values with --strip.",
        err=True,
    )


# --- files ---------------------------------------------------------------------------------------------------


def _name_side(file: Path, side: Path | None, facts: GraphFacts, *, missing: str) -> Path | None:
    """Return the path of the side file, None if there is nothing to write; refuse to replace the file of a person.

    `missing` is the error if a side file was asked for and no counts are known.
    """
    from flgraph.export.annotations import JSON_MARK, SIDE_MARK

    if side is not None and side.suffix.lower() not in (".md", ".json"):
        raise click.UsageError(f"--side writes .md or .json, not {side}")
    if not facts.counted:
        if side is not None:
            raise fg.GraphError(missing)
        return None
    path = side or file.parent / _SIDE
    if path.exists():
        refuse_special(path)
        mark = JSON_MARK if path.suffix.lower() == ".json" else SIDE_MARK
        if not path.read_bytes().startswith(mark.encode()):
            raise fg.OutputError(f"{path}: was not written by `flgraph annotate`; name another file with --side")
    return path


def _write_side(path: Path, facts: GraphFacts, *, dry_run: bool) -> None:
    from flgraph.export.annotations import format_citations, format_citations_json

    text = format_citations_json(facts) if path.suffix.lower() == ".json" else format_citations(facts)
    if dry_run:
        echo(f"would write {path}: citation counts of {format_count(len(facts.counted), 'paper')}", err=True)
    elif not path.exists() or path.read_bytes() != text.encode():
        echo(write_bytes(path, text.encode()))


def _finish(file: Path, before: bytes, after: bytes, *, dry_run: bool) -> None:
    """Write a list, or print how it would change."""
    from flgraph.lists.writing.diffs import format_diff

    if dry_run:
        if before != after:
            echo(format_diff(before, after, path=str(file)))
    elif before != after:
        echo(replace_bytes(file, after, before=before))
