"""Commands that make a graph or its citation data: build, enrich."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

import flgraph as fg
from flgraph.checks import show_value
from flgraph.cli.help import Command
from flgraph.cli.inputs import OUTPUT, OUTPUT_GRAPH, hint_at_folder
from flgraph.cli.options import CATALOG_HELP, log_options, source_option, source_options
from flgraph.cli.output import (
    REVIEW,
    UNAVAILABLE,
    echo,
    print_failed_listings,
    print_matches,
    print_summary,
    set_up_log,
)

if TYPE_CHECKING:
    from flgraph.sources.choice import Choice
    from flgraph.sources.settings import Settings


@click.command(
    cls=Command,
    arguments=CATALOG_HELP,
    examples=["flgraph build", "flgraph build my-list -o my-list-out --depth 0"],
)
@click.argument("catalog", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FOLDER", show_default=str(OUTPUT),
              help="Write graph.json, papers.csv, map.html and snapshot.jsonl to this folder. Without -o, a folder "
              "that holds the graph of another catalog is not overwritten.")  # fmt: skip
@click.option("--snapshot", type=click.Path(path_type=Path), metavar="FILE",
              help="Use this snapshot instead of asking a source.")  # fmt: skip
@source_option("auto", "Source of the data: auto, semantic-scholar or openalex.")
@click.option("--offline", is_flag=True, help="Send no requests. Use the snapshot in the output folder, if any.")
@source_options
@log_options
def build(
    catalog: Path | None,
    output: Path | None,
    snapshot: Path | None,
    source: str,
    settings: Settings,
    quiet: bool,
    verbose: bool,
) -> None:
    """Build the graph, table, ranking and map of a catalog.

    Fetches citation data from Semantic Scholar, or reuses the snapshot in the output folder if it fits the
    catalog. If Semantic Scholar is unavailable, fetches all data from OpenAlex; the log, the snapshot and the map then
    say so. If no source is available, prints a warning and builds from the curated facts.

    Counts the listings of citing and cited papers that failed. If all of them failed, writes the files and exits with
    code 4.
    """
    from flgraph.enrichment.decisions import choose_matches, read_decided
    from flgraph.enrichment.enrich import find_failed_listings, has_no_listing
    from flgraph.pipeline import read_earlier, refuse_folder, run_build
    from flgraph.sources.choice import choose_providers

    set_up_log(quiet=quiet, verbose=verbose)
    hint_at_folder(catalog, quiet=quiet)
    if str(output) == "-":
        raise click.UsageError("a build writes a folder of files; name a folder with -o")
    if source == "both":
        raise click.UsageError(
            "a build uses one source; write both snapshots with `flgraph enrich --source both` and pass one of them "
            "with --snapshot"
        )
    name = source.replace("-", "_")
    is_chosen, output = output is not None, output or OUTPUT
    matches = None if snapshot else choose_matches(catalog, output)
    refuse_folder(output, matches=matches)
    read = read_decided(catalog, output)
    if not is_chosen:
        _refuse_other_catalog(output, read, output)
    earlier = None if snapshot else read_earlier(output, read, api_url=settings.api_url, source=name)
    choice = choose_providers(name, settings.api_url)
    made = run_build(read, settings, choice, snapshot=snapshot, earlier=earlier)
    written = fg.write_build(made, output, matches=matches, progress=settings.progress)
    failed = find_failed_listings(made.snapshot) if made.snapshot else {}
    if not quiet:
        print_summary(made, written, failed)
    is_new = snapshot is None and not settings.offline and made.snapshot is not None and made.snapshot is not earlier
    if is_new and made.snapshot and has_no_listing(made.snapshot):
        print_failed_listings(failed)
        raise SystemExit(UNAVAILABLE)


def _refuse_other_catalog(folder: Path, catalog: fg.Catalog, output: Path) -> None:
    """Refuse to write to a folder that nobody chose if it holds the graph of another catalog."""
    from flgraph.graph.files import find_other_catalog

    title = find_other_catalog(folder / OUTPUT_GRAPH, catalog)
    if title is not None:
        raise fg.OutputError(
            f"{folder}: holds the graph of {show_value(title)}, not of {show_value(catalog.title)}; choose another "
            f"{'folder' if output == folder else 'file'} with -o, or add -o {output} to overwrite it"
        )


@click.command(
    cls=Command,
    arguments=CATALOG_HELP,
    examples=["flgraph enrich --plan --source openalex", "flgraph enrich my-list -o my-list/snapshot.jsonl"],
)
@click.argument("catalog", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
              show_default=str(OUTPUT / "snapshot.jsonl"),
              help="Write the snapshot to this file; - is standard output. Without -o, a folder that holds the graph "
              "of another catalog is not written to.")  # fmt: skip
@source_option(
    "semantic-scholar",
    "Source of the data: auto, semantic-scholar, openalex or both. both writes one file "
    "for each, with the name of the source before the suffix.",
)
@click.option("--plan", is_flag=True, help="Print what it takes: requests, time, and credits. Send no requests.")
@click.option("--resolve-only", is_flag=True, help="Find the record of each paper, but write no snapshot.")
@click.option("--max-requests", type=click.IntRange(min=0), metavar="N",
              help="Send at most this many requests. The next run continues.")  # fmt: skip
@click.option("--max-credits", type=click.IntRange(min=0), metavar="N",
              help="Spend at most this many credits at OpenAlex. The next run continues.")  # fmt: skip
@click.option("--offline", is_flag=True, help="Send no requests. Papers that are not in the cache count as failed.")
@click.option("--refresh", is_flag=True, help="Ignore cached answers.")
@source_options
@log_options
def enrich(
    catalog: Path | None,
    output: Path | None,
    source: str,
    plan: bool,
    resolve_only: bool,
    settings: Settings,
    quiet: bool,
    verbose: bool,
) -> None:
    """Fetch citation data from Semantic Scholar or OpenAlex into a snapshot.

    Matches each paper to a record and writes the evidence to matches.yaml in the catalog. For the bundled catalog, the
    file is beside the snapshot. If a match is uncertain, decide in that file and run the command again.

    Set SEMANTIC_SCHOLAR_API_KEY or OPENALEX_API_KEY to use your own limits, and OPENALEX_API_URL to ask a stand-in for
    OpenAlex. Exits with code 3 if a person must decide on a match, and with code 4 if the source is unavailable or a
    paper or listing failed.
    """
    from flgraph.enrichment.decisions import choose_matches, read_decided
    from flgraph.enrichment.plan import make_plan

    set_up_log(quiet=quiet, verbose=verbose)
    hint_at_folder(catalog, quiet=quiet)
    is_chosen, output = output is not None, output or OUTPUT / "snapshot.jsonl"
    folder = OUTPUT if str(output) == "-" else output.parent
    read = read_decided(catalog, folder)
    if not (is_chosen or plan or resolve_only):
        _refuse_other_catalog(folder, read, output)
    settings = replace(settings, depth=0) if resolve_only else settings
    jobs = _list_jobs(source, settings, output)
    if plan:
        for one in jobs:
            title = f"{one.choice.first.about.title}:\n" if len(jobs) > 1 else ""
            echo(f"{title}{make_plan(read, one.settings, one.choice.first)}")
        return
    matches = choose_matches(catalog, folder)
    codes, errors = [], []
    for one in jobs:
        try:
            codes.append(_run_job(read, one, None if resolve_only else one.output, matches, quiet=quiet))
        except fg.SourceError as error:  # the other source may be available
            errors.append(str(error))
    if errors:
        raise fg.SourceError("; ".join(errors))
    if any(codes):
        raise SystemExit(max(codes))


class _Job(NamedTuple):
    """One snapshot to take: the sources to ask, their settings, and the file to write."""

    choice: Choice
    settings: Settings
    output: Path


def _list_jobs(source: str, settings: Settings, output: Path) -> list[_Job]:
    """List the snapshots to take: one, or one of each source if the source is "both"."""
    from flgraph.sources.choice import choose_providers
    from flgraph.sources.registry import KNOWN

    if source != "both":
        return [_Job(choose_providers(source.replace("-", "_"), settings.api_url), settings, output)]
    if str(output) == "-":
        raise click.UsageError("--source both writes two files; name a file with -o")
    if choose_providers("auto", settings.api_url).second is None:
        raise click.UsageError("--source both needs the address of each source; set OPENALEX_API_URL as well")
    return [
        _Job(
            choose_providers(name),
            settings if place == 0 else replace(settings, api_url=None, api_key=None),
            output.with_name(f"{output.stem}.{name.replace('_', '-')}{output.suffix}"),
        )
        for place, name in enumerate(KNOWN)
    ]


def _run_job(catalog: fg.Catalog, job: _Job, output: Path | None, matches: Path, *, quiet: bool) -> int:
    """Take a snapshot, write it and the matches, print what was found, and return the exit code."""
    from flgraph.enrichment.decisions import keep_matches
    from flgraph.enrichment.enrich import find_failed_listings, take_chosen

    snapshot = take_chosen(catalog, job.settings, job.choice)
    # The snapshot first: a person may have left the matches in a state that cannot be read.
    written = [] if output is None else [fg.write_snapshot(snapshot, output)]
    written = [keep_matches(catalog, snapshot, matches), *written]
    failed = find_failed_listings(snapshot)
    print_matches(snapshot, written, failed, quiet=quiet)
    if snapshot.failed or failed:
        return UNAVAILABLE
    return REVIEW if any(match.status == "review" for match in snapshot.matches.values()) else 0
