"""Commands that show a field: similar, regions, gaps, timeline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

import flgraph as fg
from flgraph.cli.analysis import split_names
from flgraph.cli.help import Command
from flgraph.cli.inputs import OUTPUT, OUTPUT_GRAPH, judging_arguments, naming, open_graph, refuse_input
from flgraph.cli.options import GRAPH_HELP, format_option, graph_argument
from flgraph.cli.output import FOR_PEOPLE, echo, print_frame

if TYPE_CHECKING:
    import pandas as pd


_MOST_YEARS = 8
_COUNTED = ("topic", "dataset", "venue")

_OUTPUT = click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
                       help="Write to this file instead of standard output.")  # fmt: skip


def _add_top(default: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option("--top", type=click.IntRange(min=1), metavar="N", default=default, show_default=True,
                        help="Number of rows.")  # fmt: skip


@click.command(
    cls=Command,
    arguments={**GRAPH_HELP, "PAPER": "Catalog key (fedbn), node id, DOI, arXiv id or title."},
    examples=["flgraph similar fedbn", "flgraph similar 2102.07623 --top 5 --format json"],
)
@click.argument("names", nargs=-1, required=True, metavar="PAPER [GRAPH]")
@_add_top(10)
@format_option
@_OUTPUT
def similar(names: tuple[str, ...], top: int, form: str, raw: bool, output: Path | None) -> None:
    """List the papers most similar to one, and say why.

    Similarity counts shared topics, datasets, authors, code and citations. Rare ones count more than common ones. Works
    without citation data. PAPER may stand before or after GRAPH.
    """
    path, paper = _split_paper(names)
    refuse_input(output, _list_inputs(path))
    read, source, where = open_graph(path)
    with naming(source):
        table = fg.similar_papers(read, paper, top=top)
    _print(table, table, where, form=form, raw=raw, output=output)


def _split_paper(names: tuple[str, ...]) -> tuple[Path | None, str]:
    """Return the graph or catalog, if one is named before or after the paper, and the paper."""
    path, asked = split_names(names)
    if path is None and len(asked) == 2:
        path, asked = split_names(names[::-1])
    if len(asked) > 1:
        raise click.UsageError("similar takes one paper; quote a title that contains spaces")
    return path, asked[0]


@click.command(
    cls=Command,
    arguments=GRAPH_HELP,
    examples=["flgraph regions", "flgraph regions --format json -o regions.json"],
)
@graph_argument
@click.option("--seed", type=click.IntRange(min=0), metavar="N", default=0, show_default=True,
              help="Seed of the random choices.")  # fmt: skip
@click.option("--cache", type=click.Path(path_type=Path), metavar="FILE", envvar="FLGRAPH_CACHE", show_envvar=True,
              show_default="a file in the user's cache folder",
              help="Cache of what shuffled data give.")  # fmt: skip
@_add_top(20)
@format_option
@_OUTPUT
def regions(
    graph: Path | None, seed: int, cache: Path | None, top: int, form: str, raw: bool, output: Path | None
) -> None:
    """List the regions of a field: groups of papers that are alike.

    Regions must be more stable than those of shuffled data. If they are not, papers are grouped by a facet of their
    topics, and the caption says so. CSV and JSON list the papers of each region.
    """
    refuse_input(output, _list_inputs(graph))
    read, source, where = open_graph(graph)
    with naming(source):
        table = fg.find_regions(read, seed=seed, cache=cache, progress="bar").table
    shown = table[["name", "papers", "first_year", "last_year", "topics"]]
    _print(table, shown, where, form=form, raw=raw, output=output, top=top)


@click.command(
    cls=Command,
    arguments=GRAPH_HELP,
    examples=["flgraph gaps", "flgraph gaps --rows method --columns modality --top 20"],
)
@graph_argument
@click.option("--rows", metavar="FACET", show_default="the second facet of catalog.yaml", help="The first facet.")
@click.option("--columns", metavar="FACET", show_default="the first facet of catalog.yaml", help="The second facet.")
@_add_top(10)
@format_option
@_OUTPUT
def gaps(
    graph: Path | None, rows: str | None, columns: str | None, top: int, form: str, raw: bool, output: Path | None
) -> None:
    """List pairs of topics that have fewer papers than expected.

    Compares the papers with a topic of each of two facets with what is expected if the facets were independent. Pairs
    that lack most papers come first. Chance is the probability of so few papers.
    """
    from flgraph.analysis.gaps import list_gaps

    refuse_input(output, _list_inputs(graph))
    read, source, where = open_graph(graph)
    with naming(source), judging_arguments():
        table = list_gaps(fg.find_gaps(read, rows=rows, columns=columns))
    shown = table[["name", "papers", "expected", "missing", "chance"]]
    _print(table, shown, where, form=form, raw=raw, output=output, top=top)


@click.command(
    cls=Command,
    arguments=GRAPH_HELP,
    examples=["flgraph timeline --facet task", "flgraph timeline --of dataset --format csv -o timeline.csv"],
)
@graph_argument
@click.option("--of", type=click.Choice(_COUNTED), metavar="KIND", default="topic", show_default=True,
              help=f"What to count by: {', '.join(_COUNTED)}.")  # fmt: skip
@click.option("--facet", metavar="FACET", help="Count only topics of this facet, as topics.yaml names it.")
@_add_top(10)
@format_option
@_OUTPUT
def timeline(
    graph: Path | None,
    of: Literal["topic", "dataset", "venue"],
    facet: str | None,
    top: int,
    form: str,
    raw: bool,
    output: Path | None,
) -> None:
    """Count papers a year by topic, dataset or venue, and measure growth.

    The ratio of recent to earlier papers is divided by that of all other papers. It shows growth or decline only if its
    interval excludes 1.
    """
    from flgraph.analysis.growth import tabulate_timeline

    refuse_input(output, _list_inputs(graph))
    read, source, where = open_graph(graph)
    with naming(source), judging_arguments():
        table = tabulate_timeline(read, of=of, facet=facet)
    years = [name for name in table.columns if name.isdecimal()]
    _print(table, table.drop(columns=years[:-_MOST_YEARS]), where, form=form, raw=raw, output=output, top=top)


def _list_inputs(graph: Path | None) -> list[Path | None]:
    return [graph, (graph or OUTPUT) / OUTPUT_GRAPH]


def _print(
    table: pd.DataFrame,
    shown: pd.DataFrame,
    where: str,
    *,
    form: str,
    raw: bool,
    output: Path | None,
    top: int | None = None,
) -> None:
    caption = f"{where}; {table.attrs['caption']}"
    echo(caption, err=True)
    left = 0 if top is None else len(table) - top
    print_frame(table.head(top or len(table)), form, shown=shown.head(top or len(table)), caption=caption, raw=raw,
                output=output)  # fmt: skip
    if left > 0 and form in FOR_PEOPLE:
        echo(f"{left} more; use --top {len(table)} to show all", err=True)
