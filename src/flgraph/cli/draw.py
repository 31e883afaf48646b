"""Commands that write a graph in another form: map, export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

import flgraph as fg
from flgraph.checks import format_count
from flgraph.cli.help import Command
from flgraph.cli.inputs import is_catalog, judging_arguments, naming, open_graph, read_graph, refuse_input
from flgraph.cli.options import GRAPH_HELP, METHODS, graph_argument, raw_option
from flgraph.cli.output import echo, print_path

if TYPE_CHECKING:
    from pyvis.network import Network


_MOST_NAMED = 5


@click.command(
    "map",
    cls=Command,
    arguments=GRAPH_HELP,
    examples=[
        "flgraph map -o fl.html",
        "flgraph map -o fl.svg",
        "flgraph map -o years.png --color year",
        "flgraph map --network -o network.html --color kind",
    ],
)
@graph_argument
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
              default=Path("map.html"), show_default=True,
              help="Write to this file: a page (.html) or a picture (.svg, .png).")  # fmt: skip
@click.option(
    "--color",
    metavar="WORD",
    show_default="region",
    help="Colour papers by region, section, year, topic, or a facet such as modality; with --network: topic or kind.",
)
@click.option("--size", type=click.Choice([*METHODS, "citations", "none"]), metavar="WORD", show_default="citations",
              help=f"Size papers by citations, by none, or by their score: {', '.join(METHODS)}.")  # fmt: skip
@click.option("--title", metavar="TEXT", show_default="title of the catalog", help="Heading of the map.")
@click.option("--positions", type=click.Path(path_type=Path), metavar="FILE",
              help="Keep the positions of the nodes of this earlier page.")  # fmt: skip
@click.option("--network", "as_network", is_flag=True,
              help="Draw the whole graph as a network: papers, people, datasets, code, topics, venues.")  # fmt: skip
def draw(
    graph: Path | None,
    output: Path,
    color: str | None,
    size: str | None,
    title: str | None,
    positions: Path | None,
    as_network: bool,
) -> None:
    """Draw the graph as an interactive HTML page or as a picture.

    The page is one file. It works offline and sends no requests. PNG needs the extra png: pip
    install 'flgraph[png]'.

    In Python, `to_pyvis` returns the network of --network to change and draw.
    """
    write: dict[str, Callable[..., Path]] = {
        ".html": fg.write_html, ".htm": fg.write_html, ".svg": fg.write_svg, ".png": fg.write_png,
    }  # fmt: skip
    form = ".html" if str(output) == "-" else output.suffix.lower()
    if form not in write:
        raise click.UsageError(
            "the file name of a map ends in .html, .svg or .png; "
            f"write -o {output.with_suffix('.html') if output.name else 'map.html'}"
        )
    from flgraph.graph.files import accept_file

    earlier = fg.read_positions(positions) if positions else None
    read, source, where = open_graph(graph)
    echo(f"{where}; {'network' if as_network else 'map'}", err=True)
    with naming(source):
        if as_network:
            path = write[form](_make_network(read, color, size, earlier), output, title=title)
        else:
            _refuse_color(read, color)
            atlas = fg.make_atlas(read, earlier=earlier, progress="bar")
            path = write[form](atlas, output, title=title, color=color, size=size)
    accept_file(source, path)
    print_path(path)


def _refuse_color(graph: fg.KnowledgeGraph, color: str | None) -> None:
    """Refuse a colour that the graph does not have before the map is computed."""
    from flgraph.map.atlas.paper_colors import check_color

    if color is not None:
        with judging_arguments():
            check_color(graph, color)


def _make_network(
    graph: fg.KnowledgeGraph, color: str | None, size: str | None, positions: dict[str, tuple[float, float]] | None
) -> Network:
    from flgraph.map.network import ColorBy

    colors: dict[str | None, ColorBy] = {None: "topic", "topic": "topic", "kind": "kind"}
    if color not in colors:
        raise click.UsageError(f"with --network, --color is topic or kind, not {color}")
    if size == "none":
        raise click.UsageError("with --network, --size is a method, not none")
    method = next((name for name in METHODS if name == size), None)
    return fg.to_pyvis(graph, color=colors[color], size=method, positions=positions)


@click.command(
    cls=Command,
    arguments=GRAPH_HELP,
    examples=[
        "flgraph export -f bibtex -o papers.bib",
        "flgraph export -f gexf -o papers.gexf",
        "flgraph export my-list -f readme -o README.md",
    ],
)
@graph_argument
@click.option("-f", "--format", "form", required=True, metavar="FORMAT", help="Output format, one of the above.",
              type=click.Choice(["bibtex", "csv", "gexf", "graphml", "node-link", "readme", "ris", "tables",
                                 "vosviewer"]))  # fmt: skip
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
              help="Write to this file, or to this folder for tables; - is standard output.")  # fmt: skip
@raw_option
@click.option(
    "--force", is_flag=True, help="Replace a list that has changed since the last import or sync. For readme."
)
def export(
    graph: Path | None,
    form: Literal["bibtex", "csv", "gexf", "graphml", "node-link", "readme", "ris", "tables", "vosviewer"],
    output: Path,
    raw: bool,
    force: bool,
) -> None:
    """Export the graph to other tools, or a catalog as a list.

    \b
    bibtex     the papers of the catalog
    csv        one row per paper
    gexf       the whole graph with places, colours and regions of the map, for Gephi and networkx
    graphml    the same for Gephi, igraph, yEd and Cytoscape
    node-link  the whole graph as JSON, for networkx and flgraph
    readme     a catalog folder as a list in Markdown: the list it was imported from, if the catalog still says the same
    ris        the papers of the catalog, for Zotero, EndNote and Mendeley
    tables     a folder of CSV files: one per kind of node, and edges.csv
    vosviewer  the papers with places, regions and similarities, as JSON for VOSviewer Online
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with a backspace
    if form == "tables" and str(output) == "-":
        raise click.UsageError("tables are written to a folder of files; name a folder with -o")
    if raw and form not in ("csv", "tables"):
        raise click.UsageError(f"--raw works with csv and tables, not with {form}")
    if force and form != "readme":
        raise click.UsageError(f"--force works with readme, not with {form}")
    if form == "readme":
        _export_readme(graph, output, force=force)
        return
    refuse_input(output, [graph])
    _refuse_list(graph, output)
    read = read_graph(graph, f"export as {form}")
    is_drawn = form in ("gexf", "graphml", "vosviewer")
    layout = fg.make_layout(fg.make_atlas(read, progress="bar")) if is_drawn else None
    print_path(fg.export_graph(read, output, format=form, raw=raw, layout=layout))


def _refuse_list(folder: Path | None, output: Path) -> None:
    """Refuse to replace what has the name of the list that a catalog was imported from: it may hold new rows."""
    from flgraph.catalog.kept_lists import read_base

    if folder is not None and output.is_file() and any(row.path == output.name for row in read_base(folder)):
        raise click.UsageError(f"-o {output} may be the list that {folder} was imported from; name another file")


def _export_readme(path: Path | None, output: Path, *, force: bool) -> None:
    from flgraph.export.readme import write_readme

    folder = path or fg.find_bundled_catalog()
    if not ((folder / "papers.yaml").exists() or is_catalog(folder)):
        raise click.UsageError("readme writes a catalog, not a graph; name the folder that contains papers.yaml")
    written = write_readme(folder, output, force=force)
    if written.reason:
        echo(
            f"{folder}: written in the default form, without the text, badges and other entries of the list, since "
            f"{written.reason}",
            err=True,
        )
    elif changed := written.changed:
        named = ", ".join(changed[:_MOST_NAMED]) + (", ..." if changed[_MOST_NAMED:] else "")
        echo(f"{folder}: {format_count(len(changed), 'paper')} changed in the list ({named})", err=True)
    print_path(output)
