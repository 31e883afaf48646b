"""`flgraph extract`: a field of a whole index, as two Parquet files or as a snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import flgraph as fg
from flgraph.checks import format_count
from flgraph.cli.help import Command
from flgraph.cli.inputs import judging_arguments
from flgraph.cli.output import REVIEW, echo, print_matches, print_path, set_up_log

if TYPE_CHECKING:
    from flgraph.bulk.extract import Hops

_SNAPSHOT_FORMS = (".jsonl", ".jsonl.gz")
_OTHER_FORMS = (".parquet", ".csv", ".tsv", ".json", ".gz")


@click.command(
    cls=Command,
    arguments={"INDEX": "Folder that `flgraph index` made."},
    examples=[
        "flgraph extract openalex-index -o field --topic T10101",
        "flgraph extract openalex-index -o field --ids ids.txt --since 2015",
        "flgraph extract openalex-index -o field --around my-list --hops 2",
        "flgraph extract openalex-index -o snapshot.jsonl.gz --around my-list",
    ],
)
@click.argument("index", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="PATH",
              help="Folder for papers.parquet, citations.parquet and field.json; with --around also a .jsonl or "
              ".jsonl.gz file for a snapshot. A field or snapshot that is there is overwritten.")  # fmt: skip
@click.option("--topic", "topics", multiple=True, metavar="TOPIC",
              help="Papers of a topic: T10101 or its name; of an index of Semantic Scholar, a field of study. "
              "Repeatable.")  # fmt: skip
@click.option("--ids", type=click.Path(path_type=Path), metavar="FILE",
              help="Papers of a file with one DOI, arXiv id, PubMed id or id of the source on each line.")  # fmt: skip
@click.option("--around", type=click.Path(path_type=Path), metavar="CATALOG",
              help="Papers of a catalog or list, and those that cite them or that they cite.")  # fmt: skip
@click.option("--hops", type=click.Choice(["1", "2"]), metavar="N",
              help="How far to go with --around: 1, the default, or 2. For 2 name a folder: of a snapshot, `build` "
              "draws the first hop only.")  # fmt: skip
@click.option("--since", type=click.IntRange(1, 9999), metavar="YEAR",
              help="Leave out papers of earlier years and of no year. Papers of the catalog stay.")  # fmt: skip
@click.option("--memory", metavar="SIZE", show_default="half of the memory",
              help="Memory to use, such as 8GB. What does not fit goes to a temporary folder.")  # fmt: skip
@click.option("--threads", type=click.IntRange(min=1), metavar="N", show_default="one a core",
              help="Threads to use.")  # fmt: skip
@click.option("--plan", is_flag=True, help="Print how many papers, citations and bytes it would be. Write nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Print only warnings and errors.")
def extract(
    index: Path,
    output: Path | None,
    topics: tuple[str, ...],
    ids: Path | None,
    around: Path | None,
    hops: str | None,
    since: int | None,
    memory: str | None,
    threads: int | None,
    plan: bool,
    quiet: bool,
) -> None:
    """Extract a field from an index: by topic, by ids, or around a catalog.

    Entries of a catalog are matched by DOI, arXiv id, PubMed id or id of the source, under the rules of `flgraph
    enrich`. What a person decided in matches.yaml counts; that of a list is beside the output. `flgraph rank --papers
    --citations` reads the folder. `flgraph build CATALOG --snapshot FILE` reads the snapshot, which is of the day of
    the release. Exits with code 3 if a person must decide on a match of a snapshot.
    """
    set_up_log(quiet=True, verbose=False)
    if sum((bool(topics), ids is not None, around is not None)) != 1:
        raise click.UsageError("name one of --topic, --ids and --around")
    if hops is not None and around is None:
        raise click.UsageError("--hops works with --around")
    if output is None and not plan:
        raise click.UsageError("name a folder or a .jsonl file with -o, or use --plan")
    number: Hops = 2 if hops == "2" else 1
    limits: dict[str, Any] = {"memory": memory, "threads": threads, "progress": "off" if quiet else "bar"}
    asked: dict[str, Any] = {"topics": topics, "ids": ids, "around": around, "hops": number, "since": since}
    with judging_arguments():
        if plan:
            echo(fg.plan_field(index, **_add_decisions(asked, output), **limits))
        elif output is not None and output.name.endswith(_SNAPSHOT_FORMS):
            _write_snapshot(index, output, asked, limits, quiet=quiet)
        elif output is not None:
            _write_field(index, output, asked, limits, quiet=quiet)


def _add_decisions(asked: dict[str, Any], output: Path | None) -> dict[str, Any]:
    """Read the catalog around which the field is, with the decisions that a snapshot at the same place would use."""
    from flgraph.enrichment.decisions import read_decided

    if asked["around"] is None:
        return asked
    return {**asked, "around": read_decided(asked["around"], Path() if output is None else output.parent)}


def _write_field(index: Path, output: Path, asked: dict[str, Any], limits: dict[str, Any], *, quiet: bool) -> None:
    if output.name.endswith(_OTHER_FORMS):
        raise click.UsageError(f"-o {output}: should be a folder, or a file in .jsonl or .jsonl.gz for a snapshot")
    field = fg.extract_field(index, output, **_add_decisions(asked, output), **limits)
    if not quiet:
        citations = format_count(field.citations, "citation")
        echo(f"{format_count(field.papers, 'paper')}, {citations} between them", err=True)
    print_path(field.path)


def _write_snapshot(index: Path, output: Path, asked: dict[str, Any], limits: dict[str, Any], *, quiet: bool) -> None:
    """Write a snapshot and its matches, as `flgraph enrich` does; exit with code 3 if a match waits for a person."""
    from flgraph.enrichment.decisions import choose_matches, keep_matches
    from flgraph.snapshot.files import is_snapshot

    if asked["around"] is None:
        raise click.UsageError(
            "a snapshot is that of a catalog; name it with --around, or a folder with -o for papers of a topic or ids"
        )
    if asked["since"] is not None:
        raise click.UsageError("a snapshot lists all citations of its papers; omit --since, or name a folder with -o")
    if output.exists() and not is_snapshot(output):
        raise fg.OutputError(f"{output}: is no snapshot; choose another file with -o")
    read = _add_decisions(asked, output)["around"]
    snapshot = fg.extract_snapshot(index, read, hops=asked["hops"], **limits)
    written = [fg.write_snapshot(snapshot, output)]  # first: the matches may be in a state that cannot be read
    written = [keep_matches(read, snapshot, choose_matches(asked["around"], output.parent)), *written]
    print_matches(snapshot, written, {}, quiet=quiet)
    if any(match.status == "review" for match in snapshot.matches.values()):
        raise SystemExit(REVIEW)
