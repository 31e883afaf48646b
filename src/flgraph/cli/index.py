"""Turn a bulk release into an index: `flgraph index`."""

from __future__ import annotations

from pathlib import Path

import click

from flgraph.checks import format_count
from flgraph.cli.help import Command
from flgraph.cli.inputs import judging_arguments
from flgraph.cli.output import INTERRUPTED, echo, print_path

_SOURCES = ("openalex", "semantic-scholar")


@click.command(
    cls=Command,
    short_help="Turn a bulk release of OpenAlex or Semantic Scholar into an index.",
    arguments={
        "INPUT...": "Files or folders of a release: works of OpenAlex, or papers and citations of Semantic Scholar, as "
        "JSON lines, also in gzip, or Parquet.",
    },
    examples=[
        "flgraph index openalex/works -o openalex-index --release 2026-11-01",
        "flgraph index s2ag/papers s2ag/citations -o s2-index --memory 8GB --threads 4",
        "flgraph index openalex/works -o openalex-index --plan",
    ],
)
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="INPUT...")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, metavar="INDEX", help="The folder of the index."
)
@click.option(
    "--source",
    type=click.Choice(_SOURCES),
    metavar="NAME",
    help=f"Whose release it must be: {' or '.join(_SOURCES)}. Otherwise the files say.",
)
@click.option(
    "--release",
    metavar="DATE",
    help="The day of the release, such as 2026-11-01; later dates are unknown. Snapshots need it.",
)
@click.option(
    "--memory", metavar="SIZE", show_default="half of the memory", help="Memory for all threads, such as 8GB."
)
@click.option(
    "--threads",
    type=click.IntRange(min=1),
    metavar="N",
    help="Files to read side by side.  [default: one for each core]",
)
@click.option("--plan", is_flag=True, help="Estimate disk, memory and time from a sample; write nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Print only warnings and errors.")
def index(
    inputs: tuple[Path, ...],
    *,
    output: Path,
    source: str | None,
    release: str | None,
    memory: str | None,
    threads: int | None,
    plan: bool,
    quiet: bool,
) -> None:
    """Turn a bulk release into an index: a folder of Parquet, out of which `flgraph extract` takes fields.

    An interrupted run goes on where it ended when it is repeated, and a file that has changed is read again. Needs the
    extra bulk: pip install 'flgraph[bulk]'.
    """
    from flgraph.bulk.index import build_index, plan_index
    from flgraph.sources.registry import find_title

    name = source and source.replace("-", "_")
    with judging_arguments():
        if plan:
            echo(plan_index(inputs, output, source=name, release=release, memory=memory, threads=threads))  # type: ignore[arg-type]  # click checks the name
            return
        try:
            made = build_index(inputs, output, source=name, release=release, memory=memory, threads=threads,  # type: ignore[arg-type]  # click checks the name
                               progress="off" if quiet else "bar")  # fmt: skip
        except KeyboardInterrupt as error:
            echo("interrupted; repeat the command to go on where it ended", err=True)
            raise SystemExit(INTERRUPTED) from error
    if quiet:
        return
    counted = f"{format_count(made.works, 'work')}, {format_count(made.citations, 'citation')}"
    day = made.release or "of unknown day (name it with --release: snapshots need it)"
    echo(f"{find_title(made.source)}, release {day}: {counted}", err=True)
    if made.duplicates:
        echo(f"{format_count(made.duplicates, 'record')} left out: another of the same work is later", err=True)
    if made.left_out:
        echo(f"{format_count(made.left_out, 'citation')} left out: a paper has no id", err=True)
    print_path(made.path / "index.json")
