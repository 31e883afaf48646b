"""The command that finds papers which a list lacks: suggest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

import flgraph as fg
from flgraph.checks import format_count
from flgraph.cli.help import Command
from flgraph.cli.inputs import OUTPUT, OUTPUT_GRAPH, is_catalog, naming, open_graph, warn_of_candidates
from flgraph.cli.options import GRAPH_HELP, format_option, graph_argument
from flgraph.cli.output import echo, echo_data, print_frame
from flgraph.files.atomic import write_text

if TYPE_CHECKING:
    import pandas as pd

    from flgraph.analysis.suggestion_report import Suggestion


@click.command(
    cls=Command,
    arguments=GRAPH_HELP,
    examples=[
        "flgraph suggest --since 2022 -o candidates.yaml",
        "flgraph suggest --accepted candidates.yaml",
        "flgraph suggest README.md --snapshot snapshot.jsonl --mixed --top 10 --add --report suggestions.md",
    ],
)
@graph_argument
@click.option("--snapshot", type=click.Path(path_type=Path), metavar="FILE",
              help="Use the citation data of this snapshot with a catalog or list.")  # fmt: skip
@click.option("--top", type=click.IntRange(min=1), metavar="N", default=20, show_default=True,
              help="Number of suggestions.")  # fmt: skip
@click.option(
    "--since", type=click.IntRange(min=0), metavar="YEAR", help="Suggest only papers published in this year or later."
)
@click.option("--recent", is_flag=True,
              help="Suggest papers from the 18 months before the snapshot instead of older ones.")  # fmt: skip
@click.option("--mixed", is_flag=True, help="Suggest recent papers, up to half of N, and older ones.")
@click.option("--links", type=click.IntRange(min=1), metavar="N", default=1, show_default=True,
              help="Suggest only papers that cite, or are cited by, this many papers of the catalog.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
              help="Also append the suggestions to this YAML file, where people accept or reject them. Papers "
              "decided there are not suggested again.")  # fmt: skip
@click.option("--once", is_flag=True, help="Suggest no paper that the file of -o holds, decided or not.")
@click.option("--accepted", type=click.Path(path_type=Path, exists=True), metavar="FILE",
              help="Print the accepted papers of this file as entries for papers.yaml. Suggest nothing.")  # fmt: skip
@click.option("--add", is_flag=True,
              help="Also add the suggestions to the list or catalog, each to the section with most papers that it is "
              "linked to.")  # fmt: skip
@click.option("--report", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
              help="Also write the suggestions to this Markdown file, each with link, section and reasons. Nothing is "
              "written if there are none.")  # fmt: skip
@format_option
def suggest(
    graph: Path | None,
    snapshot: Path | None,
    top: int,
    since: int | None,
    recent: bool,
    mixed: bool,
    links: int,
    output: Path | None,
    once: bool,
    accepted: Path | None,
    add: bool,
    report: Path | None,
    form: str,
    raw: bool,
) -> None:
    """Suggest papers that are missing from the catalog.

    Suggestions are often cited together with papers of the catalog or share many references with them. Each states
    its reason and the number of reference lists behind it. The catalog changes only with --add. Without it, accept or
    reject papers in the file that -o writes, then add what --accepted prints.
    """
    _refuse_combinations(graph, output, recent=recent, mixed=mixed, once=once, add=add)
    warn_of_candidates(accepted or output)
    read, source, where = open_graph(graph, snapshot)
    if accepted is not None:
        _hint_at_list(graph)
        entries = fg.format_accepted(accepted, read)
        echo(f"{where}; {'accepted papers' if entries else 'no accepted paper is missing from it'}", err=True)
        echo_data(entries)
        return
    is_file = output is not None and str(output) != "-"
    known = fg.find_candidates(output, read) if output is not None and is_file else {}
    without = [node for node, decision in known.items() if once or decision]
    with naming(source):
        suggestions = fg.suggest_papers(
            read, top=top, since=since, recent=None if mixed else recent, links=links, without=without
        )
    caption = f"{where}; {suggestions.attrs['caption']}"
    echo(caption, err=True)
    if output is not None and not is_file:
        fg.write_candidates(read, suggestions, "-")
        return
    names = ["rank", *(["recent"] if mixed else []), "title", "year", "citation_count", "reason"]
    shown = suggestions.assign(recent=["yes" if recent else "no" for recent in suggestions["recent"]])[names]
    print_frame(suggestions, form, shown=shown, caption=caption, raw=raw)
    if add or report:
        _carry_out(read, suggestions, graph, add=add, report=report)
    if output is not None and len(suggestions):
        echo(f"wrote {fg.write_candidates(read, suggestions, output)}", err=True)


def _hint_at_list(graph: Path | None) -> None:
    """Say that accepted papers are entries of the bundled catalog if nothing is named and this folder has a list."""
    found = next((name for name in ("papers.yaml", "README.md") if Path(name).is_file()), None)
    if graph is not None or found is None or (OUTPUT / OUTPUT_GRAPH).exists():
        return
    remedy = "add a dot: ." if found == "papers.yaml" else "add README.md; its rows are added with --add"
    echo(f"using the bundled catalog; to use {found} in this folder, {remedy}", err=True)


def _refuse_combinations(
    graph: Path | None, output: Path | None, *, recent: bool, mixed: bool, once: bool, add: bool
) -> None:
    if recent and mixed:
        raise click.UsageError("--mixed includes recent papers; omit --recent")
    if once and (output is None or str(output) == "-"):
        raise click.UsageError("--once goes by a file of earlier suggestions; name it with -o")
    if add and (graph is None or not is_catalog(graph)):
        raise click.UsageError("--add changes a list or a catalog folder; name it as the first argument")


def _carry_out(
    read: fg.KnowledgeGraph, suggestions: pd.DataFrame, path: Path | None, *, add: bool, report: Path | None
) -> None:
    """Add the suggestions to their list or catalog, and write the report."""
    from flgraph.analysis.suggestion_report import describe_suggestions, format_suggestions
    from flgraph.analysis.suggestion_rows import add_entries, add_rows, list_sections_by_key
    from flgraph.lists.reading import read_list

    is_list = path is not None and path.is_file() and is_catalog(path)
    sections = list_sections_by_key(read_list(path)) if is_list and path else None
    described: Sequence[Suggestion] = describe_suggestions(read, suggestions, sections=sections)
    if add and path is not None:
        described = (add_rows if is_list else add_entries)(path, described)
        added = sum(one.refusal is None for one in described)
        echo(f"{path}: {format_count(added, 'paper')} added", err=True)
        for one in described:
            if one.refusal:
                echo(f"not added: {one.title}: {one.refusal}", err=True)
    if report is not None and described:
        echo(f"wrote {write_text(report, format_suggestions(read, described))}", err=True)
