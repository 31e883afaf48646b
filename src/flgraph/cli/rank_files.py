"""Rank the papers of two files, of any size: the part of `flgraph rank` that needs no graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click

import flgraph as fg
from flgraph.cli.inputs import refuse_input
from flgraph.cli.output import FOR_PEOPLE, echo, print_frame, print_path

MEASURES = (
    "citation_count",
    "citations_per_year",
    "recent_citations",
    "impulse",
    "ram",
    "attrank",
    "citerank",
    "local_pagerank",
    "pagerank",
)
"""A copy of the names in flgraph.analysis.ranking.backtest, whose import is slow; a test keeps both equal."""

_SHARED = ("top", "form", "raw")
"""Options of `rank` that work with files too."""


def file_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that rank the papers of two files instead of those of a graph."""

    @wraps(command)
    def run(
        *,
        papers: Path | None,
        citations: Path | None,
        measure: str | None,
        column: tuple[str, ...],
        output: Path | None,
        **rest: Any,
    ) -> None:
        if papers is not None and citations is not None:
            _refuse_graph_options()
            rank_files(papers, citations, measure=measure or "pagerank", columns=_read_columns(column), output=output,
                       **{name: rest[name] for name in _SHARED})  # fmt: skip
            return
        if papers is not None or citations is not None:
            raise click.UsageError("--papers and --citations go together; name both files")
        for option, value in (("--measure", measure), ("--column", column or None), ("-o", output)):
            if value is not None:
                raise click.UsageError(f"{option} works with --papers and --citations; a graph is ranked --by METHOD")
        command(**rest)

    options = [
        click.option("--papers", type=click.Path(path_type=Path), metavar="FILE",
                     help="Rank all papers of this file instead of a graph: Parquet, CSV or TSV with the column id, "
                     "and date or year."),
        click.option("--citations", type=click.Path(path_type=Path), metavar="FILE",
                     help="The citations of --papers: Parquet, CSV or TSV with the columns citing and cited."),
        click.option("--measure", type=click.Choice(MEASURES), metavar="NAME", show_default="pagerank",
                     help=f"Measure for --papers: {', '.join(MEASURES)}. All count the citations of --citations."),
        click.option("--column", multiple=True, metavar="NAME=COLUMN",
                     help="A column with another name in the files, such as citing=source. Repeatable."),
        click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
                     help="Write the whole ranking of --papers to a .parquet or .csv file. - prints it as CSV."),
    ]  # fmt: skip
    for option in reversed(options):
        run = option(run)
    return run


def _refuse_graph_options() -> None:
    context = click.get_current_context()
    if context.params["graph"] is not None:
        raise click.UsageError("name either GRAPH, or --papers and --citations")
    for option in context.command.params:
        name = option.name or ""
        given = context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        if given and name not in (*_SHARED, "papers", "citations", "measure", "column", "output"):
            raise click.UsageError(f"{option.opts[0]} works with a graph, not with --papers and --citations")


def _read_columns(given: Sequence[str]) -> dict[str, str]:
    from flgraph.bulk.columns import KNOWN, say_unknown_column

    pairs = [text.partition("=") for text in given]
    for name, sign, column in pairs:
        if not (name and sign and column):
            raise click.UsageError(f"--column is {name}{sign}{column}; should be such as citing=source")
        if name not in KNOWN:
            raise click.UsageError(say_unknown_column(f"--column {name}={column}", name))
    return {name: column for name, _, column in pairs}


def rank_files(
    papers: Path,
    citations: Path,
    *,
    measure: str,
    columns: dict[str, str],
    output: Path | None,
    top: int,
    form: str,
    raw: bool,
) -> None:
    """Rank the papers of two files; write the whole ranking to a file, or print its first papers."""
    from flgraph.bulk.write_tables import refuse_output
    from flgraph.export.rankings import write_ranking

    refuse_input(output, [papers, citations])
    try:
        if output is not None and str(output) != "-":
            refuse_output(output)
        matrix = fg.build_from_files(papers, citations, columns=columns, progress="bar")
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    ranking = fg.rank_matrix(matrix, measure)  # type: ignore[arg-type]  # click checks the name
    echo(f"{papers}: {ranking.caption}", err=True)
    if output is not None:
        print_path(write_ranking(ranking, output, raw=raw))
        return
    table = ranking.make_table(top)
    table["date"] = table["date"].dt.strftime("%Y-%m-%d")
    shown = table.assign(score=[f"{score:.4g}" for score in table["score"]]).rename_axis("place")
    print_frame(table.set_index("rank"), form, shown=shown, caption=ranking.caption, raw=raw)
    left = len(matrix.papers) - top
    if left > 0 and form in FOR_PEOPLE:
        echo(f"{left:,} more; use -o FILE to write all", err=True)
