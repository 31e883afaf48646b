"""Commands that answer questions about a graph: rank, explain, find, show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import flgraph as fg
from flgraph.cli.columns import Columns, make_column
from flgraph.cli.help import Command
from flgraph.cli.inputs import (
    OUTPUT,
    OUTPUT_GRAPH,
    is_catalog,
    judging_arguments,
    naming,
    open_graph,
    read_graph,
    refuse_input,
)
from flgraph.cli.options import (
    GRAPH_HELP,
    REFERENCES,
    format_option,
    graph_argument,
    method_options,
    paper_format_option,
)
from flgraph.cli.output import FOR_PEOPLE, echo, print_for_people, print_frame, split_flags, write_output
from flgraph.cli.rank_files import file_options
from flgraph.files.folders import hint_at_command

if TYPE_CHECKING:
    import pandas as pd

    from flgraph.analysis.ranking import MethodName


_NO_ROOM = {
    "datasets": ["tied", "own_papers", "part_papers", "domain", "access", "first_year", "last_year", "scored_papers"],
    "codebases": ["languages", "placeholder"],
}
"""Columns that do not fit a terminal; only CSV and JSON contain them."""

_RANKINGS = ("papers", "authors", "venues", "datasets", "codebases", "topics")


@click.command(
    cls=Command,
    arguments=GRAPH_HELP,
    examples=["flgraph rank --by citations_per_year", "flgraph rank --of datasets --domain medical --top 20",
              "flgraph rank --papers papers.parquet --citations citations.parquet -o ranking.parquet"],
)  # fmt: skip
@graph_argument
@file_options
@click.option("--of", "kind", type=click.Choice(_RANKINGS), metavar="KIND", default="papers", show_default=True,
              help=f"What to rank: {', '.join(_RANKINGS)}.")  # fmt: skip
@method_options
@click.option("--simultaneous", is_flag=True,
              help="Give intervals that hold for all papers together. Needs 100 draws a paper.")  # fmt: skip
@click.option("--domain", metavar="DOMAIN", help="Rank only datasets of this domain, as datasets.yaml names it.")
@click.option("--facet", metavar="FACET", help="Rank only topics of this facet, as topics.yaml names it.")
@click.option("--details", is_flag=True, help="Add the numbers behind the scores of papers. Needs CSV or JSON.")
@click.option("--describe", "in_words", is_flag=True,
              help="Print a paragraph for a Methods section instead of the ranking of papers.")  # fmt: skip
@click.option("--top", type=click.IntRange(min=1), metavar="N", default=10, show_default=True,
              help="Number of rows.")  # fmt: skip
@format_option
def rank(
    graph: Path | None,
    kind: str,
    by: MethodName | None,
    as_of: date | None,
    exclude_surveys: bool,
    simultaneous: bool,
    draws: int,
    seed: int,
    domain: str | None,
    facet: str | None,
    details: bool,
    in_words: bool,
    top: int,
    form: str,
    raw: bool,
) -> None:
    """Rank papers, authors, venues, datasets, codebases or topics.

    Papers are ranked by their citations and need citation data. The other kinds are ranked by their papers and work
    without. Coverage is the known share of the data that a score needs. --papers and --citations rank millions of
    papers of two files; Parquet needs the extra bulk: pip install 'flgraph[bulk]'.
    """
    _refuse_idle(kind, {"--by": ("papers", by), "--as-of": ("papers", as_of), "--details": ("papers", details or None),
                        "--describe": ("papers", in_words or None),
                        "--without-surveys": ("papers", exclude_surveys or None),
                        "--simultaneous": ("papers", simultaneous or None), "--domain": ("datasets", domain),
                        "--facet": ("topics", facet)})  # fmt: skip
    if in_words and form != "table":
        raise click.UsageError(f"--describe prints a paragraph; omit --format {form}")
    if details and form in FOR_PEOPLE:
        raise click.UsageError("--details has too many columns for a table; add --format csv or --format json")
    read, source, where = open_graph(graph)
    others: Mapping[str, Callable[[], pd.DataFrame]] = {
        "authors": lambda: fg.rank_authors(read),
        "venues": lambda: fg.rank_venues(read),
        "datasets": lambda: fg.rank_datasets(read, domain=domain),
        "codebases": lambda: fg.rank_codebases(read),
        "topics": lambda: fg.rank_topics(read, facet=facet),
    }
    with naming(source), judging_arguments():
        ranking = None
        if kind == "papers":
            options: dict[str, Any] = {"by": by, "as_of": as_of, "details": details, "draws": draws, "seed": seed}
            options |= {"exclude_surveys": exclude_surveys, "simultaneous": simultaneous}
            ranking = fg.make_ranking(read, **options)
        table = ranking.table if ranking else others[kind]()
    caption = f"{where}; {kind} {ranking.caption if ranking else table.attrs['caption']}"
    echo(caption, err=True)
    if ranking and in_words:
        echo(fg.describe(ranking))
        return
    best = table.head(top)
    shown, common = split_flags(best.drop(columns=_NO_ROOM.get(kind, []), errors="ignore"))
    print_frame(best, form, shown=shown, caption=caption, raw=raw)
    if common and form in FOR_PEOPLE:
        echo(f"flags of all rows: {common}", err=True)
    left = len(table) - top
    if left > 0 and form in FOR_PEOPLE:
        echo(f"{left} more; use --top {len(table)} to show all", err=True)


def _refuse_idle(kind: str, options: Mapping[str, tuple[str, object]]) -> None:
    """Reject options that the ranking would ignore, so that no answer looks filtered when it is not."""
    for option, (of, value) in options.items():
        if value is not None and kind != of:
            raise click.UsageError(f"{option} works with --of {of}, not with --of {kind}")


@click.command(
    cls=Command,
    arguments={**GRAPH_HELP, "PAPER": "Catalog key (fedbn), node id, DOI, arXiv id or title."},
    examples=["flgraph explain fedbn", "flgraph explain fedbn --versus fed-sim --by popularity"],
)
@click.argument("names", nargs=-1, required=True, metavar="[GRAPH] PAPER")
@method_options
@click.option("--versus", metavar="PAPER", show_default="the next papers in the ranking",
              help="Compare with this paper.")  # fmt: skip
@click.option("--top", type=click.IntRange(min=0), metavar="N", default=5, show_default=True,
              help="Number of citing papers to list.")  # fmt: skip
def explain(
    names: tuple[str, ...],
    by: MethodName | None,
    as_of: date | None,
    exclude_surveys: bool,
    draws: int,
    seed: int,
    versus: str | None,
    top: int,
) -> None:
    """Explain the rank of a paper.

    Lists the parts that add up to its score and what separates it from the next papers. Use the same --by, --as-of,
    --draws and --seed as for `flgraph rank`.
    """
    path, asked = split_names(names)
    if len(asked) > 1:
        raise click.UsageError("explain takes one paper; use --versus to compare it with another")
    read, source, where = open_graph(path)
    with naming(source):
        explanation = fg.explain_rank(
            read,
            asked[0],
            by=by,
            as_of=as_of,
            draws=draws,
            seed=seed,
            versus=versus,
            top=top,
            exclude_surveys=exclude_surveys,
        )
    echo(where, err=True)
    echo(str(explanation))


@click.command(
    cls=Command,
    arguments=GRAPH_HELP,
    examples=[
        "flgraph find --task segmentation --code",
        "flgraph find --dataset brats --licence any --since 2022",
        "flgraph find --topic personalization --format ris -o personalization.ris",
    ],
)
@graph_argument
@click.option("--facet", "facets", multiple=True, metavar="FACET=TOPIC",
              help="Papers about this topic of this facet of topics.yaml. Topics of papers are searched, not datasets. "
              "Repeat to require several.")  # fmt: skip
@click.option("--task", multiple=True, metavar="TOPIC", help="Short for --facet task=TOPIC. Repeatable.")
@click.option("--modality", multiple=True, metavar="TOPIC",
              help="Short for --facet modality=TOPIC: what papers are about, not what their datasets contain. "
              "Repeatable.")  # fmt: skip
@click.option("--method", multiple=True, metavar="TOPIC", help="Short for --facet method=TOPIC. Repeatable.")
@click.option("--setting", multiple=True, metavar="TOPIC", help="Short for --facet setting=TOPIC. Repeatable.")
@click.option("--topic", multiple=True, metavar="TOPIC", help="Papers about this topic of any facet. Repeatable.")
@click.option("--section", multiple=True, metavar="HEADING",
              help="Papers below this heading of the list, or a path such as 'Papers > 2021'. Repeatable.")  # fmt: skip
@click.option("--dataset", multiple=True, metavar="DATASET",
              help="Papers that use this dataset or one derived from it. Repeatable.")  # fmt: skip
@click.option("--author", metavar="NAME", help="Papers by authors whose name contains this.")
@click.option("--venue", metavar="NAME", help="Papers at venues whose name or tag contains this.")
@click.option(
    "--code/--no-code", "has_code", default=None, help="Papers with a working codebase, or without a known one."
)
@click.option(
    "--licence",
    metavar="SPDX",
    help="Papers whose code has this licence: an SPDX id, NONE, NOASSERTION, or any of them.",
)
@click.option("--since", type=int, metavar="YEAR", help="Papers published in this year or later.")
@click.option("--until", type=int, metavar="YEAR", help="Papers published in this year or earlier.")
@click.option("--text", metavar="WORDS", help="Papers with all these words in title, acronym, venue or section.")
@paper_format_option
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
              help="Write to this file instead of standard output.")  # fmt: skip
def find(
    graph: Path | None, form: str, raw: bool, output: Path | None, facets: tuple[str, ...], **conditions: Any
) -> None:
    """Find papers by topic, dataset, author, venue, code or year.

    Lists the papers of the catalog that meet every condition. Works without citation data.
    """
    by_facet = _split_facets(facets)
    refuse_input(output, [graph, (graph or OUTPUT) / OUTPUT_GRAPH])
    read, _, where = open_graph(graph)
    from flgraph.graph.query import Conditions, search_papers

    caption = f"{where}; papers that meet every condition"
    echo(caption, err=True)
    with judging_arguments():
        found = search_papers(read, Conditions(facets=by_facet, **conditions))
    if form in REFERENCES:
        write_output((fg.format_ris if form == "ris" else fg.format_bibtex)(read, found.papers), output)
    elif form in FOR_PEOPLE:
        print_for_people(_list_columns(found.papers), form, caption=caption, output=output)
    else:
        table = fg.papers_table(read).loc[list(found.papers)]
        print_frame(table, form, shown=table, caption=caption, raw=raw, output=output)
    echo(f"papers found: {found.caption}", err=True)


def _list_columns(papers: Mapping[str, Mapping[str, object]]) -> Columns:
    """Return the columns of papers that fit a terminal."""
    keys = [node.partition(":")[2] for node in papers]
    shown = {
        name: make_column((facts.get(name) for facts in papers.values()), is_text=name != "year")
        for name in ("title", "year", "datasets", "codebases", "licence")
    }
    return {"key": make_column(keys, is_text=True), **shown}


def _split_facets(texts: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the topics of each facet from texts such as "material=steel"."""
    found: dict[str, list[str]] = {}
    for text in texts:
        facet, sign, topic = (part.strip() for part in text.partition("="))
        if not (facet and sign and topic):
            raise click.UsageError(f"--facet must be a facet, '=' and a topic, such as task=sorting, found {text!r}")
        found.setdefault(facet, []).append(topic)
    return found


@click.command(
    cls=Command,
    arguments={**GRAPH_HELP, "NODE": "Node id (dataset:brats), catalog key (fedbn), DOI, arXiv id, title or name."},
    examples=["flgraph show dataset:brats --evidence", "flgraph show fedbn github.com/med-air/FedBN"],
)
@click.argument("names", nargs=-1, required=True, metavar="[GRAPH] NODE [NODE]")
@click.option("-e", "--evidence", is_flag=True, help="Add the source of each fact.")
def show(names: tuple[str, ...], evidence: bool) -> None:
    """Show a node and its edges, or the edges between two nodes.

    With two nodes, prints the evidence of each edge between them.
    """
    path, asked = split_names(names)
    if len(asked) > 2:
        raise click.UsageError("show takes one node, or two to show the edges between them")
    graph = read_graph(path, f"show {' and '.join(asked)}")
    nodes = [fg.find_node(graph, name) for name in asked]
    from flgraph.graph.describe import describe_edges, describe_node

    if len(nodes) == 1:
        echo(describe_node(graph, nodes[0], evidence=evidence))
    else:
        echo(describe_edges(graph, *nodes))


def split_names(names: tuple[str, ...]) -> tuple[Path | None, tuple[str, ...]]:
    """Split the graph or catalog, if the first argument names one, from the names of nodes."""
    path = Path(names[0])
    is_graph = names[0].endswith((".json", ".json.gz")) or (path / "graph.json").is_file() or is_catalog(path)
    if not is_graph:
        hint = hint_at_command(path)
        if hint is not None:
            raise fg.GraphError(hint)
        return None, names
    if len(names) == 1:
        raise click.UsageError(f"{path} is a graph; name one of its nodes after it")
    return path, names[1:]
