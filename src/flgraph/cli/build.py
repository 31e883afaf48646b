"""Commands that make a graph or its citation data: build, enrich."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

import flgraph as fg
from flgraph.cli.help import Command
from flgraph.cli.inputs import OUTPUT, hint_at_folder
from flgraph.cli.options import CATALOG_HELP, log_options, source_options
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
    from flgraph.sources.settings import Settings


@click.command(
    cls=Command,
    arguments=CATALOG_HELP,
    examples=["flgraph build", "flgraph build my-list -o my-list-out --depth 0"],
)
@click.argument("catalog", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FOLDER", default=OUTPUT, show_default=True,
              help="Write graph.json, papers.csv, map.html and snapshot.jsonl to this folder.")  # fmt: skip
@click.option("--snapshot", type=click.Path(path_type=Path), metavar="FILE",
              help="Use this snapshot instead of asking Semantic Scholar.")  # fmt: skip
@click.option("--offline", is_flag=True, help="Send no requests. Use the snapshot in the output folder, if any.")
@source_options
@log_options
def build(
    catalog: Path | None, output: Path, snapshot: Path | None, settings: Settings, quiet: bool, verbose: bool
) -> None:
    """Build the graph, table, ranking and map of a catalog.

    Fetches citation data from Semantic Scholar, or reuses the snapshot in the output folder if it fits the
    catalog. If Semantic Scholar is unavailable, prints a warning and builds from the curated facts.

    Counts the listings of citing and cited papers that failed. If all of them failed, writes the files and exits with
    code 4.
    """
    from flgraph.enrichment.decisions import choose_matches, read_decided
    from flgraph.enrichment.enrich import find_failed_listings, has_no_listing
    from flgraph.pipeline import read_earlier, refuse_folder, run_build
    from flgraph.sources.registry import find_provider

    set_up_log(quiet=quiet, verbose=verbose)
    hint_at_folder(catalog, quiet=quiet)
    if str(output) == "-":
        raise click.UsageError("a build writes a folder of files; name a folder with -o")
    matches = None if snapshot else choose_matches(catalog, output)
    refuse_folder(output, matches=matches)
    read = read_decided(catalog, output)
    earlier = None if snapshot else read_earlier(output, read, api_url=settings.api_url)
    made = run_build(read, settings, find_provider(), snapshot=snapshot, earlier=earlier)
    written = fg.write_build(made, output, matches=matches)
    failed = find_failed_listings(made.snapshot) if made.snapshot else {}
    if not quiet:
        print_summary(made, written, failed)
    is_new = snapshot is None and not settings.offline and made.snapshot is not None and made.snapshot is not earlier
    if is_new and made.snapshot and has_no_listing(made.snapshot):
        print_failed_listings(failed)
        raise SystemExit(UNAVAILABLE)


@click.command(
    cls=Command,
    arguments=CATALOG_HELP,
    examples=["flgraph enrich --plan", "flgraph enrich my-list -o my-list/snapshot.jsonl"],
)
@click.argument("catalog", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
              default=OUTPUT / "snapshot.jsonl", show_default=True,
              help="Write the snapshot to this file; - is standard output.")  # fmt: skip
@click.option("--plan", is_flag=True, help="Print how many requests and how much time it takes. Send no requests.")
@click.option("--resolve-only", is_flag=True, help="Find the record of each paper, but write no snapshot.")
@click.option("--max-requests", type=click.IntRange(min=0), metavar="N",
              help="Send at most this many requests. The next run continues.")  # fmt: skip
@click.option("--offline", is_flag=True, help="Send no requests. Papers that are not in the cache count as failed.")
@click.option("--refresh", is_flag=True, help="Ignore cached answers.")
@source_options
@log_options
def enrich(
    catalog: Path | None,
    output: Path,
    plan: bool,
    resolve_only: bool,
    settings: Settings,
    quiet: bool,
    verbose: bool,
) -> None:
    """Fetch citation data from Semantic Scholar into a snapshot.

    Matches each paper to a record and writes the evidence to matches.yaml in the catalog. For the bundled catalog, the
    file is beside the snapshot. If a match is uncertain, decide in that file and run the command again.

    Set SEMANTIC_SCHOLAR_API_KEY to use your own rate limit. Exits with code 3 if a person must decide on a match,
    and with code 4 if Semantic Scholar is unavailable or a paper or listing failed.
    """
    from flgraph.enrichment.decisions import choose_matches, keep_matches, read_decided
    from flgraph.enrichment.enrich import find_failed_listings, take_snapshot
    from flgraph.enrichment.plan import make_plan
    from flgraph.sources.registry import find_provider

    set_up_log(quiet=quiet, verbose=verbose)
    hint_at_folder(catalog, quiet=quiet)
    folder = OUTPUT if str(output) == "-" else output.parent
    read = read_decided(catalog, folder)
    settings = replace(settings, depth=0) if resolve_only else settings
    if plan:
        echo(make_plan(read, settings, find_provider()))
        return
    snapshot = take_snapshot(read, settings, find_provider())
    # The snapshot first: a person may have left the matches in a state that cannot be read.
    written = [] if resolve_only else [fg.write_snapshot(snapshot, output)]
    written = [keep_matches(read, snapshot, choose_matches(catalog, folder)), *written]
    failed = find_failed_listings(snapshot)
    print_matches(snapshot, written, failed, quiet=quiet)
    if snapshot.failed or failed:
        raise SystemExit(UNAVAILABLE)
    if any(match.status == "review" for match in snapshot.matches.values()):
        raise SystemExit(REVIEW)
