"""The commands that write a graph in another form: map, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

import flgraph as fg
from flgraph.cli.inputs import naming, open_graph, read_graph
from flgraph.cli.options import (
    METHODS,
    graph_argument,
)
from flgraph.cli.output import print_path

if TYPE_CHECKING:
    from flgraph.analysis.ranking import MethodName


@click.command("map", epilog="Example: flgraph map -o fl.html")
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
    read, source, where = open_graph(graph)
    click.echo(f"{where}; map", err=True)
    with naming(source):
        path = write[form](read, output, color=color, size=size, title=title, positions=earlier, view=view)
    print_path(path)


@click.command(epilog="Example: flgraph export -f bibtex -o papers.bib")
@graph_argument
@click.option("-f", "--format", "form", required=True, help="The form to write.",
              type=click.Choice(["bibtex", "csv", "graphml", "node-link", "tables"]))  # fmt: skip
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, allow_dash=True),
              help="The file to write (a folder for tables); - is stdout.")  # fmt: skip
def export(graph: Path | None, form: Literal["bibtex", "csv", "graphml", "node-link", "tables"], output: Path) -> None:
    """Write the graph for other tools.

    bibtex: the papers. csv: one row a paper. graphml: Gephi, igraph, yEd, Cytoscape. node-link: JSON that
    flgraph and networkx read. tables: a folder with one CSV a kind of node, and one of edges.
    """
    if form == "tables" and str(output) == "-":
        raise click.UsageError("tables are a folder of files; name a folder with -o")
    path = fg.export_graph(read_graph(graph, f"export as {form}"), output, format=form)
    print_path(path)
