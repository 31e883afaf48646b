"""Commands that write a graph in another form: map, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

import flgraph as fg
from flgraph.checks import format_count
from flgraph.cli.help import Command
from flgraph.cli.inputs import is_catalog, naming, open_graph, read_graph
from flgraph.cli.options import GRAPH_HELP, METHODS, graph_argument, raw_option
from flgraph.cli.output import echo, print_path

if TYPE_CHECKING:
    from flgraph.analysis.ranking import MethodName


_MOST_NAMED = 5


@click.command(
    "map",
    cls=Command,
    arguments=GRAPH_HELP,
    examples=["flgraph map -o fl.html", "flgraph map -o fl.svg --color kind"],
)
@graph_argument
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
              default=Path("map.html"), show_default=True,
              help="Write to this file: a page (.html) or a picture (.svg, .png).")  # fmt: skip
@click.option("--color", type=click.Choice(["topic", "kind"]), default="topic", show_default=True,
              help="Colour papers by topic, or all nodes by kind.")  # fmt: skip
@click.option("--size", type=click.Choice(METHODS), metavar="METHOD", show_default="citation count",
              help=f"Size papers by their score: {', '.join(METHODS)}.")  # fmt: skip
@click.option("--title", metavar="TEXT", show_default="title of the catalog", help="Heading of the map.")
@click.option("--positions", type=click.Path(path_type=Path), metavar="FILE",
              help="Keep the positions of the nodes of this earlier page.")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Show all nodes at first, not only the core.")
def draw(
    graph: Path | None,
    output: Path,
    color: Literal["topic", "kind"],
    size: MethodName | None,
    title: str | None,
    positions: Path | None,
    everything: bool,
) -> None:
    """Draw the graph as an interactive HTML page or as a picture.

    The page is one file. It works offline and sends no requests. PNG needs resvg-py: pip install resvg-py.
    """
    write = {".html": fg.write_html, ".htm": fg.write_html, ".svg": fg.write_svg, ".png": fg.write_png}
    form = ".html" if str(output) == "-" else output.suffix.lower()
    if form not in write:
        raise click.UsageError(
            "the file name of a map ends in .html, .svg or .png; "
            f"write -o {output.with_suffix('.html') if output.name else 'map.html'}"
        )
    from flgraph.graph.files import accept_file

    earlier = fg.read_positions(positions) if positions else None
    view: Literal["core", "all"] = "all" if everything else "core"
    read, source, where = open_graph(graph)
    echo(f"{where}; map", err=True)
    with naming(source):
        path = write[form](read, output, color=color, size=size, title=title, positions=earlier, view=view)
    accept_file(source, path)
    print_path(path)


@click.command(
    cls=Command,
    arguments=GRAPH_HELP,
    examples=["flgraph export -f bibtex -o papers.bib", "flgraph export my-list -f readme -o README.md"],
)
@graph_argument
@click.option("-f", "--format", "form", required=True, metavar="FORMAT", help="Output format, one of the above.",
              type=click.Choice(["bibtex", "csv", "graphml", "node-link", "readme", "ris", "tables"]))  # fmt: skip
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
              help="Write to this file, or to this folder for tables; - is standard output.")  # fmt: skip
@raw_option
def export(
    graph: Path | None,
    form: Literal["bibtex", "csv", "graphml", "node-link", "readme", "ris", "tables"],
    output: Path,
    raw: bool,
) -> None:
    """Export the graph to other tools, or a catalog as a list.

    \b
    bibtex     the papers of the catalog
    csv        one row per paper
    graphml    the whole graph, for Gephi, igraph, yEd and Cytoscape
    node-link  the whole graph as JSON, for networkx and flgraph
    readme     a catalog folder as a list in Markdown: the list it was imported from, if the catalog still says the same
    ris        the papers of the catalog, for Zotero, EndNote and Mendeley
    tables     a folder of CSV files: one per kind of node, and edges.csv
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with a backspace
    if form == "tables" and str(output) == "-":
        raise click.UsageError("tables are written to a folder of files; name a folder with -o")
    if raw and form not in ("csv", "tables"):
        raise click.UsageError(f"--raw works with csv and tables, not with {form}")
    if form == "readme":
        _export_readme(graph, output)
        return
    path = fg.export_graph(read_graph(graph, f"export as {form}"), output, format=form, raw=raw)
    print_path(path)


def _export_readme(path: Path | None, output: Path) -> None:
    from flgraph.export.readme import write_readme

    folder = path or fg.find_bundled_catalog()
    if not ((folder / "papers.yaml").exists() or is_catalog(folder)):
        raise click.UsageError("readme writes a catalog, not a graph; name the folder that contains papers.yaml")
    written = write_readme(folder, output)
    if written.reason:
        echo(f"{folder}: written in the default form, since {written.reason}", err=True)
    elif changed := written.changed:
        named = ", ".join(changed[:_MOST_NAMED]) + (", ..." if changed[_MOST_NAMED:] else "")
        echo(f"{folder}: {format_count(len(changed), 'paper')} changed in the list ({named})", err=True)
    print_path(output)
