"""The commands that make a graph: build, enrich."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

import flgraph as fg
from flgraph.cli.inputs import OUTPUT, hint_at_folder
from flgraph.cli.options import source_options, talk_options
from flgraph.cli.output import REVIEW, UNAVAILABLE, print_matches, print_summary, set_up_talk

if TYPE_CHECKING:
    from flgraph.sources.settings import Settings


@click.command(epilog="Example: flgraph build -o fl-map")
@click.argument("catalog", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), default=OUTPUT, show_default=True,
              help="The folder to write graph.json, papers.csv, map.html and snapshot.jsonl into.")  # fmt: skip
@click.option("--snapshot", type=click.Path(path_type=Path), help="Use this snapshot; do not ask Semantic Scholar.")
@click.option("--offline", is_flag=True, help="Do not ask Semantic Scholar.")
@source_options
@talk_options
def build(
    catalog: Path | None, output: Path, snapshot: Path | None, settings: Settings, quiet: bool, verbose: bool
) -> None:
    """The main job: from a catalog to a graph, a table, a ranking and a map.

    CATALOG is a folder with papers.yaml; without it, the catalog that comes with flgraph. Where Semantic
    Scholar cannot be reached, it says so and goes on with the curated facts. A snapshot of the same
    catalog in the output folder is used again.
    """
    from flgraph.pipeline import choose_matches, read_decided, read_earlier, run_build
    from flgraph.sources.registry import find_provider

    set_up_talk(quiet=quiet, verbose=verbose)
    hint_at_folder(catalog)
    if str(output) == "-":
        raise click.UsageError("a build is a folder of files; name a folder with -o")
    read = read_decided(catalog, output)
    earlier = None if snapshot else read_earlier(output, read, api_url=settings.api_url)
    made = run_build(read, settings, find_provider(), snapshot=snapshot, earlier=earlier)
    written = fg.write_build(made, output, matches=None if snapshot else choose_matches(catalog, output))
    print_summary(made, written)


@click.command(epilog="Example: flgraph enrich -o snapshot.jsonl")
@click.argument("catalog", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), default=OUTPUT / "snapshot.jsonl",
              show_default=True, help="The snapshot to write.")  # fmt: skip
@click.option("--plan", is_flag=True, help="Only say how many requests it takes, and how long; ask nobody.")
@click.option("--resolve-only", is_flag=True, help="Only find which record each paper is; write no snapshot.")
@click.option("--max-requests", type=click.IntRange(min=0), help="Send no more; the next run goes on.")
@click.option("--offline", is_flag=True, help="Do not ask Semantic Scholar; what the cache does not hold fails.")
@click.option("--refresh", is_flag=True, help="Ask anew even for what the cache holds.")
@source_options
@talk_options
def enrich(
    catalog: Path | None,
    output: Path,
    plan: bool,
    resolve_only: bool,
    settings: Settings,
    quiet: bool,
    verbose: bool,
) -> None:
    """Ask Semantic Scholar for the papers of a catalog and write what it says as a snapshot.

    Which record each paper is stands, with the evidence, in the catalog's matches.yaml; for the bundled catalog
    beside the snapshot. Decide there what is for review, and run it again.

    Set SEMANTIC_SCHOLAR_API_KEY for a rate of your own. Exit code 3 where a person must decide which
    record a paper is, 4 where Semantic Scholar cannot be had.
    """
    from flgraph.enrichment.enrich import take_snapshot
    from flgraph.enrichment.plan import make_plan
    from flgraph.pipeline import choose_matches, keep_matches, read_decided
    from flgraph.sources.registry import find_provider

    set_up_talk(quiet=quiet, verbose=verbose)
    hint_at_folder(catalog)
    folder = OUTPUT if str(output) == "-" else output.parent
    read = read_decided(catalog, folder)
    settings = replace(settings, depth=0) if resolve_only else settings
    if plan:
        click.echo(make_plan(read, settings, find_provider()))
        return
    snapshot = take_snapshot(read, settings, find_provider())
    written = [keep_matches(read, snapshot, choose_matches(catalog, folder))]
    if not resolve_only:
        written.append(fg.write_snapshot(snapshot, output))
    print_matches(snapshot, written)
    if snapshot.failed:
        raise SystemExit(UNAVAILABLE)
    if any(match.status == "review" for match in snapshot.matches.values()):
        raise SystemExit(REVIEW)
