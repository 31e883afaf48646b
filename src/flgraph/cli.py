"""The command line: parse, one or two library calls, print. Data to stdout, everything else to stderr."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

import flgraph as fg
from flgraph.cli_options import (
    METHODS,
    explain_graph,
    format_option,
    graph_argument,
    method_options,
    source_options,
    talk_options,
)
from flgraph.cli_output import print_frame, print_matches, print_path, print_summary, say_for_github
from flgraph.files import discard_stdout, write_utf8

if TYPE_CHECKING:
    import pandas as pd

    from flgraph.ranking import MethodName


_OUTPUT = Path("flgraph-out")
_REVIEW = 3
_UNAVAILABLE = 4
_INTERRUPTED = 130


class _Group(click.Group):
    """A group whose commands are listed in the order of the work, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.commands)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(fg.__version__, prog_name="flgraph")
def cli() -> None:
    """Turn a curated list of papers into a knowledge graph people can trust.

    Start with `flgraph build`: it needs nothing, works offline, and writes a graph, a table and a map.
    """


# --- commands --------------------------------------------------------------------------------------------


@cli.command(epilog="Example: flgraph build -o fl-map")
@click.argument("catalog", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), default=_OUTPUT, show_default=True,
              help="The folder to write graph.json, papers.csv, map.html and snapshot.jsonl into.")  # fmt: skip
@click.option("--snapshot", type=click.Path(path_type=Path), help="Use this snapshot; do not ask Semantic Scholar.")
@click.option("--offline", is_flag=True, help="Do not ask Semantic Scholar.")
@source_options
@talk_options
def build(
    catalog: Path | None,
    output: Path,
    snapshot: Path | None,
    offline: bool,
    depth: str,
    api_url: str | None,
    rate: float,
    max_wait: float,
    cache: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """The main job: from a catalog to a graph, a table, a ranking and a map.

    CATALOG is a folder with papers.yaml; without it, the catalog that comes with flgraph. Where Semantic
    Scholar cannot be reached, it says so and goes on with the curated facts. A snapshot of the same
    catalog in the output folder is used again.
    """
    from flgraph.pipeline import choose_matches, read_decided, read_earlier

    _set_up_talk(quiet=quiet, verbose=verbose)
    _hint_at_folder(catalog)
    if str(output) == "-":
        raise click.UsageError("a build is a folder of files; name a folder with -o")
    read = read_decided(catalog, output)
    made = fg.build(
        read,
        snapshot=snapshot,
        depth=_read_depth(depth),
        offline=offline,
        api_url=api_url,
        rate=rate,
        max_wait=max_wait,
        cache=cache,
        earlier=None if snapshot else read_earlier(output, read, api_url=api_url),
        progress="off" if quiet else "bar",
    )
    written = fg.write_build(made, output, matches=None if snapshot else choose_matches(catalog, output))
    print_summary(made, written)


@cli.command(epilog="Example: flgraph lint my-list/catalog --format github")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True,
              help="Lines for people, JSON for programs, or annotations for GitHub Actions.")  # fmt: skip
def lint(path: Path | None, form: str) -> None:
    """Check a catalog: all mistakes at once, each with file, line and remedy.

    Exit code 1 where there is an error; notes and warnings do not fail.
    """
    _hint_at_folder(path)
    findings = fg.lint_catalog(path)
    if form == "json":
        click.echo(json.dumps([finding.model_dump() for finding in findings], indent=1))
    else:
        for finding in findings:
            click.echo(say_for_github(finding) if form == "github" else str(finding))
    if any(finding.level == "error" for finding in findings):
        raise SystemExit(1)
    if form == "text":
        read = fg.read_catalog(path)
        names = ("entries", "datasets", "codebases", "topics", "venues")
        numbers = (f"{len(getattr(read, name))} {'papers' if name == 'entries' else name}" for name in names)
        keys = len({entry.key for entry in read.entries})
        click.echo(f"{read.title}: {', '.join(numbers)}; {keys} unique keys; no errors")


def _hint_at_folder(path: Path | None) -> None:
    """Say that the bundled catalog is meant where this folder holds another that may be."""
    if path is None and Path("papers.yaml").exists():
        click.echo("this is about the bundled catalog; for the papers.yaml in this folder, add a dot: .", err=True)


@cli.command(epilog="Example: flgraph enrich -o snapshot.jsonl")
@click.argument("catalog", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), default=_OUTPUT / "snapshot.jsonl",
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
    max_requests: int | None,
    offline: bool,
    refresh: bool,
    depth: str,
    api_url: str | None,
    rate: float,
    max_wait: float,
    cache: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Ask Semantic Scholar for the papers of a catalog and write what it says as a snapshot.

    Which record each paper is stands, with the evidence, in the catalog's matches.yaml; for the bundled catalog
    beside the snapshot. Decide there what is for review, and run it again.

    Set SEMANTIC_SCHOLAR_API_KEY for a rate of your own. Exit code 3 where a person must decide which
    record a paper is, 4 where Semantic Scholar cannot be had.
    """
    from flgraph.pipeline import choose_cache, choose_matches, keep_matches, read_decided

    _set_up_talk(quiet=quiet, verbose=verbose)
    _hint_at_folder(catalog)
    folder = _OUTPUT if str(output) == "-" else output.parent
    read = read_decided(catalog, folder)
    where: dict[str, Any] = {"api_url": api_url, "rate": rate, "cache": choose_cache(cache), "refresh": refresh}
    where["depth"] = 0 if resolve_only else _read_depth(depth)
    if plan:
        click.echo(fg.plan_enrichment(read, **where))
        return
    where["progress"] = "off" if quiet else "bar"
    snapshot = fg.enrich_catalog(read, max_wait=max_wait, max_requests=max_requests, offline=offline, **where)
    written = [keep_matches(read, snapshot, choose_matches(catalog, folder))]
    if not resolve_only:
        written.append(fg.write_snapshot(snapshot, output))
    print_matches(snapshot, written)
    if snapshot.failed:
        raise SystemExit(_UNAVAILABLE)
    if any(match.status == "review" for match in snapshot.matches.values()):
        raise SystemExit(_REVIEW)


_NO_ROOM = {"datasets": ["tied", "first_year", "last_year", "scored_papers"], "codebases": ["languages", "placeholder"]}
"""What a terminal has no room for; CSV and JSON have it."""

_RANKINGS = ("papers", "authors", "venues", "datasets", "codebases", "topics")


@cli.command(epilog="Example: flgraph rank --of datasets --domain medical --top 20")
@graph_argument
@click.option("--of", "kind", type=click.Choice(_RANKINGS), default="papers", show_default=True, help="What to rank.")
@method_options
@click.option("--domain", type=click.Choice(["medical", "generic"]), help="Datasets of one domain only.")
@click.option("--facet", type=click.Choice(["modality", "task", "method", "setting"]), help="Topics of one facet only.")
@click.option("--details", is_flag=True, help="Add the numbers behind a ranking of papers, to CSV or JSON.")
@click.option(
    "--describe", "in_words", is_flag=True, help="Print the ranking's paragraph for a Methods section instead."
)
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="How many rows.")
@format_option
def rank(
    graph: Path | None,
    kind: str,
    by: MethodName | None,
    as_of: date | None,
    domain: Literal["medical", "generic"] | None,
    facet: Literal["modality", "task", "method", "setting"] | None,
    details: bool,
    in_words: bool,
    top: int,
    form: str,
) -> None:
    """Rank papers by citations; authors, venues, datasets, codebases, topics by their papers.

    Papers need citation data; the rest works on the curated facts alone. Coverage is the share of the data that a
    score would need and that is known. `flgraph explain` says why a paper stands where it stands.
    """
    _refuse_idle(kind, {"--by": ("papers", by), "--as-of": ("papers", as_of), "--details": ("papers", details or None),
                        "--describe": ("papers", in_words or None), "--domain": ("datasets", domain),
                        "--facet": ("topics", facet)})  # fmt: skip
    if in_words and form != "table":
        raise click.UsageError(f"--describe is a paragraph; leave --format {form} out")
    if details and form == "table":
        raise click.UsageError("--details are too many columns for a table; add --format csv or json")
    read, source, where = _open_graph(graph)
    rankings: Mapping[str, Callable[[], pd.DataFrame]] = {
        "papers": lambda: fg.rank_papers(read, by=by, as_of=as_of, details=details),
        "authors": lambda: fg.rank_authors(read),
        "venues": lambda: fg.rank_venues(read),
        "datasets": lambda: fg.rank_datasets(read, domain=domain),
        "codebases": lambda: fg.rank_codebases(read),
        "topics": lambda: fg.rank_topics(read, facet=facet),
    }
    with _naming(source):
        table = rankings[kind]()
    click.echo(f"{where}; {kind} {table.attrs['caption']}", err=True)
    if in_words:
        click.echo(fg.describe(table))
        return
    shown = table.drop(columns=_NO_ROOM.get(kind, [])) if form == "table" else table
    print_frame(shown.head(top), form)
    left = len(table) - top
    if left > 0 and form == "table":
        click.echo(f"{left} more; --top {len(table)} shows all", err=True)


def _refuse_idle(kind: str, options: Mapping[str, tuple[str, object]]) -> None:
    """Refuse an option that would be without effect: people would take the answer for the one they asked for."""
    for option, (of, value) in options.items():
        if value is not None and kind != of:
            raise click.UsageError(f"{option} goes with --of {of}, not with --of {kind}")


@cli.command(epilog="Example: flgraph explain fedbn --by popularity")
@click.argument("names", nargs=-1, required=True, metavar="[GRAPH] PAPER")
@method_options
@click.option("--versus", metavar="PAPER", help="Hold it against this paper, not against the next ones.")
@click.option("--top", type=click.IntRange(min=0), default=5, show_default=True, help="How many citing papers.")
@explain_graph
def explain(names: tuple[str, ...], by: MethodName | None, as_of: date | None, versus: str | None, top: int) -> None:
    """Explain the rank of a paper: the parts that add up to its score, and what sets it apart from the next.

    A PAPER is a key (fedbn), an id, a DOI, an arXiv id, or a title. Use the same --by and --as-of as for rank.
    """
    path, asked = _split_names(names)
    if len(asked) > 1:
        raise click.UsageError("explain takes one paper; --versus is for the other")
    read, source, where = _open_graph(path)
    with _naming(source):
        explanation = fg.explain_rank(read, asked[0], by=by, as_of=as_of, versus=versus, top=top)
    click.echo(f"{where}; {explanation.ranking}", err=True)
    click.echo(str(explanation))


@cli.command(epilog="Example: flgraph suggest --since 2022 -o candidates.yaml")
@graph_argument
@click.option("--top", type=click.IntRange(min=1), default=20, show_default=True, help="How many.")
@click.option("--since", type=click.IntRange(min=0), metavar="YEAR", help="First year of publication.")
@click.option("--recent", is_flag=True, help="Papers of the eighteen months before the snapshot; else the older ones.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Add them to a YAML file too, for people to decide on; what is decided there is not suggested.",
)
@click.option(
    "--accepted",
    type=click.Path(path_type=Path, exists=True),
    metavar="FILE",
    help="Only print what was decided to be added in such a file and is not in the list yet, for papers.yaml.",
)
@format_option
def suggest(
    graph: Path | None,
    top: int,
    since: int | None,
    recent: bool,
    output: Path | None,
    accepted: Path | None,
    form: str,
) -> None:
    """Suggest papers that the catalog lacks: cited together with its papers, or close to them.

    Each says why, over how many reference lists. Nothing is added to the catalog: decide in the file that -o
    writes, and add what --accepted prints.
    """
    read, source, where = _open_graph(graph)
    if accepted is not None:
        entries = fg.format_accepted(accepted, read)
        click.echo(f"{where}; {'what to add to it' if entries else 'nothing to add that is not in it'}", err=True)
        click.echo(entries, nl=False)
        return
    decided = fg.read_decisions(output) if output is not None and str(output) != "-" else {}
    with _naming(source):
        suggestions = fg.suggest_papers(read, top=top, since=since, recent=recent, without=decided)
    click.echo(f"{where}; {suggestions.attrs['caption']}", err=True)
    if str(output) == "-":
        fg.write_candidates(read, suggestions, "-")
        return
    names = ["rank", "title", "year", "citation_count", "reason"]
    print_frame(suggestions[names] if form == "table" else suggestions, form)
    if output is not None:
        click.echo(f"written: {fg.write_candidates(read, suggestions, output)}", err=True)


@cli.command(epilog="Example: flgraph find --task segmentation --licence any --since 2022")
@graph_argument
@click.option("--task", multiple=True, help="A topic of this facet; several must all hold.")
@click.option("--modality", multiple=True, help="As --task.")
@click.option("--method", multiple=True, help="As --task.")
@click.option("--setting", multiple=True, help="As --task.")
@click.option("--topic", multiple=True, help="A topic of any facet.")
@click.option("--dataset", multiple=True, help="A dataset, or one that others are derived from.")
@click.option("--author", help="Part of a name.")
@click.option("--venue", help="Part of a name, or a tag.")
@click.option("--code/--no-code", "has_code", default=None, help="A working codebase is known, or none is.")
@click.option("--licence", help="Of the code: an SPDX id, any, or NONE.")
@click.option("--since", type=int, help="First year of publication.")
@click.option("--until", type=int, help="Last year of publication.")
@click.option("--text", help="Words of title, venue or section.")
@format_option
def find(graph: Path | None, form: str, **conditions: Any) -> None:
    """Find the papers of the catalog that meet every condition; needs no citation data."""
    read = _read_graph(graph, "papers that meet every condition")
    try:
        found = fg.find_papers(read, **conditions)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    columns = ["title", "year", "datasets", "codebases", "licence"] if form == "table" else list(found.columns)
    print_frame(found[columns], form)
    if form == "table":
        click.echo(f"papers found: {len(found)}", err=True)


@cli.command(epilog="Example: flgraph show dataset:brats")
@click.argument("names", nargs=-1, required=True, metavar="[GRAPH] NODE [NODE]")
@click.option("-e", "--evidence", is_flag=True, help="Say of each fact where it comes from.")
@explain_graph
def show(names: tuple[str, ...], evidence: bool) -> None:
    """Show a node and its edges; with two nodes, the edges between them and their evidence.

    A NODE is an id (dataset:brats), a key (fedbn), a DOI, an arXiv id, or a title.
    """
    path, asked = _split_names(names)
    if len(asked) > 2:
        raise click.UsageError("show takes one node, or two to see what is between them")
    graph = _read_graph(path, f"what is known of {' and '.join(asked)}")
    nodes = [fg.find_node(graph, name) for name in asked]
    from flgraph.facts import describe_edges, describe_node

    if len(nodes) == 1:
        click.echo(describe_node(graph, nodes[0], evidence=evidence))
    else:
        click.echo(describe_edges(graph, *nodes))


@cli.command("map", epilog="Example: flgraph map -o fl.html")
@graph_argument
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), default=Path("map.html"),
              show_default=True, help="The page to write, or a picture: .html, .svg or .png.")  # fmt: skip
@click.option("--color", type=click.Choice(["topic", "kind"]), default="topic", show_default=True,
              help="What colours tell apart.")  # fmt: skip
@click.option("--size", type=click.Choice(METHODS), help="Size papers by their score; else by citations.")
@click.option("--title", help="The heading; the name of the catalog.")
@click.option("--positions", type=click.Path(path_type=Path), metavar="FILE",
              help="An earlier page: its nodes stay where they are.")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Draw all nodes at first, not only the core.")
def draw(
    graph: Path | None,
    output: Path,
    color: Literal["topic", "kind"],
    size: MethodName | None,
    title: str | None,
    positions: Path | None,
    everything: bool,
) -> None:
    """Draw the interactive map: one HTML file that opens offline and asks nobody for anything.

    With -o and a name that ends in .svg or .png it draws a picture instead.
    """
    write = {".html": fg.write_html, ".htm": fg.write_html, ".svg": fg.write_svg, ".png": fg.write_png}
    form = ".html" if str(output) == "-" else output.suffix.lower()
    if form not in write:
        raise click.UsageError(
            f"a map is .html, .svg or .png; name it like {output.with_suffix('.html') if output.name else 'map.html'}"
        )
    earlier = fg.read_positions(positions) if positions else None
    view: Literal["core", "all"] = "all" if everything else "core"
    read, source, where = _open_graph(graph)
    click.echo(f"{where}; map", err=True)
    with _naming(source):
        path = write[form](read, output, color=color, size=size, title=title, positions=earlier, view=view)
    print_path(path)


@cli.command(epilog="Example: flgraph export -f bibtex -o papers.bib")
@graph_argument
@click.option("-f", "--format", "form", required=True, help="The form to write.",
              type=click.Choice(["bibtex", "csv", "graphml", "node-link", "tables"]))  # fmt: skip
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, allow_dash=True),
              help="The file to write (a folder for tables); - is stdout.")  # fmt: skip
def export(graph: Path | None, form: Literal["bibtex", "csv", "graphml", "node-link", "tables"], output: Path) -> None:
    """Write the graph for other tools.

    bibtex: the papers. csv: one row a paper. graphml: Gephi, igraph, yEd, Cytoscape. node-link: JSON that
    flgraph reads. tables: a folder with one CSV a kind of node, and one of edges.
    """
    if form == "tables" and str(output) == "-":
        raise click.UsageError("tables are a folder of files; name a folder with -o")
    path = fg.export_graph(_read_graph(graph, f"export as {form}"), output, format=form)
    print_path(path)


# --- reading and printing --------------------------------------------------------------------------------


def _read_depth(depth: str) -> Literal[0, 1]:
    return 1 if depth == "1" else 0


def _split_names(names: tuple[str, ...]) -> tuple[Path | None, tuple[str, ...]]:
    """Return the file of the graph, where the first of several names is one, and the nodes that are asked for."""
    path = Path(names[0])
    if not (names[0].endswith((".json", ".json.gz")) or (path / "graph.json").is_file()):
        return None, names
    if len(names) == 1:
        raise click.UsageError(f"{path} is a graph; say after it which of its nodes is meant")
    return path, names[1:]


def _open_graph(path: Path | None) -> tuple[fg.KnowledgeGraph, str, str]:
    """Return the graph that a command is about, where it is from, and in words what it is."""
    default = _OUTPUT / "graph.json"
    chosen = path or (default if default.exists() else None)
    graph = fg.read_graph(chosen) if chosen else fg.build_graph(fg.read_catalog())
    taken = graph.graph.get("snapshot_taken")
    snapshot = f"snapshot of {taken}, depth {graph.graph['snapshot_depth']}" if taken else "no snapshot"
    source = str(chosen or "bundled catalog")
    return graph, source, f"{source}: {graph.graph.get('title')}; {snapshot}"


def _read_graph(path: Path | None, method: str) -> fg.KnowledgeGraph:
    """Return the graph that a command is about, and say on stderr which it is."""
    graph, _, where = _open_graph(path)
    click.echo(f"{where}; {method}", err=True)
    return graph


@contextmanager
def _naming(source: str) -> Iterator[None]:
    """Say of an error which graph it is about."""
    try:
        yield
    except fg.GraphError as error:
        raise fg.GraphError(f"{source}: {error}") from error


class _Talk(logging.Handler):
    """Say each record where standard error leads at the time: above the progress bar, while there is one."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(f"{self.format(record)}\n")


def _set_up_talk(*, quiet: bool, verbose: bool) -> None:
    """Send the library's log to stderr, one plain line a stage; requests too where asked for."""
    logger = logging.getLogger("flgraph")
    logger.handlers = [_Talk()]
    logger.propagate = False
    logger.setLevel(logging.WARNING if quiet else logging.DEBUG if verbose else logging.INFO)


def main() -> None:
    """Run the command line; one line and an exit code for every failure that flgraph foresees."""
    write_utf8()
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from error
    except (click.Abort, KeyboardInterrupt) as error:
        click.echo("interrupted; files from before are whole", err=True)
        raise SystemExit(_INTERRUPTED) from error
    except fg.SourceError as error:
        click.echo(f"error: {error}", err=True)
        raise SystemExit(_UNAVAILABLE) from error
    except fg.FlgraphError as error:
        click.echo(f"error: {error}", err=True)
        raise SystemExit(1) from error
    except OSError as error:
        discard_stdout()
        click.echo(f"error: {error.filename or 'standard output'}: cannot be used ({error.strerror})", err=True)
        raise SystemExit(1) from error
