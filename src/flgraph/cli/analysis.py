"""The commands that ask a graph: rank, explain, suggest, find, show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

import flgraph as fg
from flgraph.cli.inputs import naming, open_graph, read_graph
from flgraph.cli.options import (
    explain_graph,
    format_option,
    graph_argument,
    method_options,
)
from flgraph.cli.output import print_frame

if TYPE_CHECKING:
    import pandas as pd

    from flgraph.analysis.ranking import MethodName


_NO_ROOM = {"datasets": ["tied", "first_year", "last_year", "scored_papers"], "codebases": ["languages", "placeholder"]}


"""What a terminal has no room for; CSV and JSON have it."""


_RANKINGS = ("papers", "authors", "venues", "datasets", "codebases", "topics")


@click.command(epilog="Example: flgraph rank --of datasets --domain medical --top 20")
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
    read, source, where = open_graph(graph)
    others: Mapping[str, Callable[[], pd.DataFrame]] = {
        "authors": lambda: fg.rank_authors(read),
        "venues": lambda: fg.rank_venues(read),
        "datasets": lambda: fg.rank_datasets(read, domain=domain),
        "codebases": lambda: fg.rank_codebases(read),
        "topics": lambda: fg.rank_topics(read, facet=facet),
    }
    with naming(source):
        ranking = fg.make_ranking(read, by=by, as_of=as_of, details=details) if kind == "papers" else None
        table = ranking.table if ranking else others[kind]()
    click.echo(f"{where}; {kind} {ranking.caption if ranking else table.attrs['caption']}", err=True)
    if ranking and in_words:
        click.echo(fg.describe(ranking))
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


@click.command(epilog="Example: flgraph explain fedbn --by popularity")
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
    read, source, where = open_graph(path)
    with naming(source):
        explanation = fg.explain_rank(read, asked[0], by=by, as_of=as_of, versus=versus, top=top)
    click.echo(f"{where}; {explanation.caption}", err=True)
    click.echo(str(explanation))


@click.command(epilog="Example: flgraph suggest --since 2022 -o candidates.yaml")
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
    read, source, where = open_graph(graph)
    if accepted is not None:
        entries = fg.format_accepted(accepted, read)
        click.echo(f"{where}; {'what to add to it' if entries else 'nothing to add that is not in it'}", err=True)
        click.echo(entries, nl=False)
        return
    decided = fg.read_decisions(output) if output is not None and str(output) != "-" else {}
    with naming(source):
        suggestions = fg.suggest_papers(read, top=top, since=since, recent=recent, without=decided)
    click.echo(f"{where}; {suggestions.attrs['caption']}", err=True)
    if str(output) == "-":
        fg.write_candidates(read, suggestions, "-")
        return
    names = ["rank", "title", "year", "citation_count", "reason"]
    print_frame(suggestions[names] if form == "table" else suggestions, form)
    if output is not None:
        click.echo(f"written: {fg.write_candidates(read, suggestions, output)}", err=True)


@click.command(epilog="Example: flgraph find --task segmentation --licence any --since 2022")
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
    read = read_graph(graph, "papers that meet every condition")
    try:
        found = fg.find_papers(read, **conditions)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    columns = ["title", "year", "datasets", "codebases", "licence"] if form == "table" else list(found.columns)
    print_frame(found[columns], form)
    if form == "table":
        click.echo(f"papers found: {len(found)}", err=True)


@click.command(epilog="Example: flgraph show dataset:brats")
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
    graph = read_graph(path, f"what is known of {' and '.join(asked)}")
    nodes = [fg.find_node(graph, name) for name in asked]
    from flgraph.graph.describe import describe_edges, describe_node

    if len(nodes) == 1:
        click.echo(describe_node(graph, nodes[0], evidence=evidence))
    else:
        click.echo(describe_edges(graph, *nodes))


def _split_names(names: tuple[str, ...]) -> tuple[Path | None, tuple[str, ...]]:
    """Return the file of the graph, where the first of several names is one, and the nodes that are asked for."""
    path = Path(names[0])
    if not (names[0].endswith((".json", ".json.gz")) or (path / "graph.json").is_file()):
        return None, names
    if len(names) == 1:
        raise click.UsageError(f"{path} is a graph; say after it which of its nodes is meant")
    return path, names[1:]
