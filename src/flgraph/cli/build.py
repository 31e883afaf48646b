"""Commands that make a graph or its citation data: build, enrich."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

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
    from flgraph.sources.choice import Job
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
@source_option("auto", "Source of the data: auto, semantic-scholar, openalex or both. both asks each and builds one "
               "graph.")  # fmt: skip
@click.option("--offline", is_flag=True,
              help="Send no requests. Use the snapshot in the output folder, else the one in the catalog folder, if "
              "any.")  # fmt: skip
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
    say so. If no source is available, prints a warning and builds from the snapshot in the catalog folder, if there is
    one, else from the curated facts.

    Counts the listings of citing and cited papers that failed. If all of them failed, writes the files and exits with
    code 4. With --source both, a source that is unavailable also gives code 4.
    """
    from flgraph.enrichment.decisions import choose_matches, read_decided
    from flgraph.enrichment.reuse import find_folder
    from flgraph.pipeline import read_all_earlier, refuse_folder, run_build

    set_up_log(quiet=quiet, verbose=verbose)
    hint_at_folder(catalog, quiet=quiet)
    if str(output) == "-":
        raise click.UsageError("a build writes a folder of files; name a folder with -o")
    is_chosen, output = output is not None, output or OUTPUT
    jobs = _list_jobs("auto" if snapshot else source, settings)
    matches = None if snapshot else choose_matches(catalog, output)
    refuse_folder(output, matches=matches)
    read = read_decided(catalog, output)
    if not is_chosen:
        _refuse_other_catalog(output, read, output)
    earlier = [] if snapshot else read_all_earlier(output, read, jobs)
    made = run_build(read, jobs, snapshot=snapshot, earlier=earlier, folder=find_folder(catalog))
    written = fg.write_build(made, output, matches=matches, progress=settings.progress)
    failed = _join_failed(made.snapshots)
    if not quiet:
        print_summary(made, written, failed)
    if snapshot or settings.offline:
        return
    if _lacks_listings(made, earlier):
        print_failed_listings(failed)
        raise SystemExit(UNAVAILABLE)
    if source == "both" and made.unavailable:
        raise SystemExit(UNAVAILABLE)


def _list_jobs(source: str, settings: Settings) -> list[Job]:
    from flgraph.sources.choice import list_jobs

    try:
        return list_jobs(source.replace("-", "_"), settings)
    except ValueError as error:
        raise click.UsageError(f"--{error}") from error


def _join_failed(snapshots: Sequence[fg.Snapshot]) -> dict[str, list[str]]:
    """Return the keys of the papers whose listing failed at a source, by direction."""
    from flgraph.enrichment.enrich import find_failed_listings

    found: dict[str, list[str]] = {}
    for snapshot in snapshots:
        for direction, keys in find_failed_listings(snapshot).items():
            found[direction] = found.get(direction, []) + keys
    return found


def _lacks_listings(made: fg.Build, earlier: Sequence[fg.Snapshot | None]) -> bool:
    """Return whether all listings of a snapshot that was just taken failed."""
    from flgraph.enrichment.enrich import has_no_listing
    from flgraph.snapshot.shipping import is_shipped

    new = (one for one in made.snapshots if not is_shipped(one) and all(one is not old for old in earlier))
    return any(map(has_no_listing, new))


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
    examples=[
        "flgraph enrich --plan --source openalex",
        "flgraph enrich my-list -o my-list/snapshot.jsonl",
        "flgraph enrich --source openalex --reference-set 200 --max-credits 500",
    ],
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
@click.option("--plan", is_flag=True,
              help="Print what it takes: requests, time, and credits; with auto and both, of each source. Send no "
              "requests.")  # fmt: skip
@click.option("--resolve-only", is_flag=True, help="Find the record of each paper, but write no snapshot.")
@click.option("--max-requests", type=click.IntRange(min=0), metavar="N",
              help="Send at most this many requests. The next run continues.")  # fmt: skip
@click.option("--max-credits", type=click.IntRange(min=0), metavar="N",
              help="Spend at most this many credits at OpenAlex. The next run continues.")  # fmt: skip
@click.option("--reference-set", type=click.IntRange(30, 10_000), metavar="N",
              help="Draw N works at random from the topic and year of each paper, to compare it with its field. Only "
              "OpenAlex can; one request for each 100 works, and one for each topic and year.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), metavar="N", show_default="0",
              help="Seed of the reference sets.")  # fmt: skip
@click.option("--offline", is_flag=True, help="Send no requests. Papers that are not in the cache count as failed.")
@click.option(
    "--refresh",
    is_flag=True,
    help="Ignore cached answers. A refresh that a limit cut short continues with the next --refresh.",
)
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
    paper, listing or reference set failed.
    """
    from flgraph.enrichment.decisions import choose_matches, read_decided
    from flgraph.enrichment.plan import plan_jobs

    set_up_log(quiet=quiet, verbose=verbose)
    hint_at_folder(catalog, quiet=quiet)
    is_chosen, output = output is not None, output or OUTPUT / "snapshot.jsonl"
    folder = OUTPUT if str(output) == "-" else output.parent
    read = read_decided(catalog, folder)
    if not (is_chosen or plan or resolve_only):
        _refuse_other_catalog(folder, read, output)
    settings = replace(settings, depth=0) if resolve_only else settings
    if source == "both" and str(output) == "-":
        raise click.UsageError("--source both writes two files; name a file with -o")
    jobs = _list_jobs(source, settings)
    _refuse_draw(jobs, resolve_only=resolve_only)
    if plan:
        echo(plan_jobs(read, jobs))
        return
    matches = choose_matches(catalog, folder)
    codes, errors = [], []
    for one, path in zip(jobs, _choose_outputs(source, jobs, output), strict=True):
        try:
            codes.append(_run_job(read, one, None if resolve_only else path, matches, quiet=quiet))
        except fg.SourceError as error:  # the other source may be available
            errors.append(str(error))
    if errors:
        raise fg.SourceError("; ".join(errors))
    if any(codes):
        raise SystemExit(max(codes))


def _choose_outputs(source: str, jobs: Sequence[Job], output: Path) -> list[Path]:
    """Return the file of each snapshot: the given one, or one with the name of the source before the suffix."""
    from flgraph.snapshot.files import name_by_source

    if source != "both":
        return [output]
    return [name_by_source(output, job.choice.first.about.name) for job in jobs]


def _refuse_draw(jobs: Sequence[Job], *, resolve_only: bool) -> None:
    """Reject reference sets that no source that is asked can draw, or that would not be written."""
    from flgraph.enrichment.reference_sets import refuse_unable

    for one in jobs:
        try:
            refuse_unable(one.choice.list_providers(), one.settings)
        except ValueError as error:
            raise click.UsageError(f"{error}") from error
    if resolve_only and any(one.settings.reference_set for one in jobs):
        raise click.UsageError("--resolve-only writes no snapshot; omit --reference-set")


def _run_job(catalog: fg.Catalog, job: Job, output: Path | None, matches: Path, *, quiet: bool) -> int:
    """Take a snapshot, write it and the matches, print what was found, and return the exit code."""
    from flgraph.enrichment.decisions import keep_matches
    from flgraph.enrichment.enrich import find_failed_listings, take_chosen
    from flgraph.snapshot.reference_sets import list_failed_sets

    snapshot = take_chosen(catalog, job.settings, job.choice)
    # The snapshot first: a person may have left the matches in a state that cannot be read.
    written = [] if output is None else [fg.write_snapshot(snapshot, output)]
    written = [keep_matches(catalog, snapshot, matches), *written]
    failed = find_failed_listings(snapshot)
    print_matches(snapshot, written, failed, quiet=quiet)
    without_set = list_failed_sets(snapshot)
    if without_set:
        print_failed_listings({"reference sets": without_set})
    if snapshot.failed or failed or without_set:
        return UNAVAILABLE
    return REVIEW if any(match.status == "review" for match in snapshot.matches.values()) else 0
