"""Print results: tables that fit a terminal, CSV and JSON with the same numbers, summaries, the log.

Whatever a command prints is formatted and printed here, so that no text of a catalog or a server drives the terminal.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

import flgraph as fg
from flgraph.checks import CONTROLS, escape_controls, format_count

if TYPE_CHECKING:
    import pandas as pd

    from flgraph.records import Finding

REVIEW = 3
UNAVAILABLE = 4
INTERRUPTED = 130

_WIDTH = 100
_WHOLE_WORD = 16
_MOST_NAMED = 5


def echo(message: object, *, err: bool = False, nl: bool = True) -> None:
    """Print text for people, with control characters as visible escapes; `err` prints to standard error."""
    click.echo(escape_controls(str(message)), err=err, nl=nl)


def echo_data(text: str) -> None:
    """Print data for programs: as it is, except that a terminal receives no control characters."""
    # Without color=True, click would remove what looks like a colour.
    click.echo(escape_controls(text) if sys.stdout.isatty() else text, nl=False, color=True)


def echo_error(error: click.ClickException) -> None:
    """Print wrong usage as click does, with control characters as visible escapes."""
    shown = StringIO()
    error.show(shown)
    echo(shown.getvalue(), err=True, nl=False)


def format_failed_listings(failed: Mapping[str, Sequence[str]]) -> str:
    """Format how many listings failed, such as "2 listings of citations failed"; empty if none did."""
    counts = [f"{format_count(len(keys), 'listing')} of {direction}" for direction, keys in failed.items()]
    return f"{' and '.join(counts)} failed" if counts else ""


def print_failed_listings(failed: Mapping[str, Sequence[str]]) -> None:
    """Print to standard error whose listings failed and what to do."""
    for direction, keys in failed.items():
        some = ", ".join(keys[:_MOST_NAMED]) + (f" and {len(keys) - _MOST_NAMED} more" if keys[_MOST_NAMED:] else "")
        echo(f"failed {direction} of {some}: run the command again", err=True)


def print_summary(made: fg.Build, written: Sequence[Path], failed: Mapping[str, Sequence[str]]) -> None:
    """Print what a build contains: counts, coverage of citation data, the first five papers, and the files."""
    from flgraph.graph.knowledge_graph import count_kinds, describe_coverage, format_kinds

    echo(f"{made.catalog.title}: {format_kinds(count_kinds(made.graph))}")
    echo(f"citation data: {describe_coverage(made.graph)}")
    if failed:
        echo(f"incomplete: {format_failed_listings(failed)}; run the command again")
    if made.ranking is not None:
        echo(f"top papers {made.ranking.caption}:")
        print_table(
            made.papers.dropna(subset=["rank"])
            .head(5)
            .reset_index()[["rank", "score", "title", "year", "citation_count"]]
        )
    echo("wrote " + ", ".join(str(path) for path in written))
    folder = written[0].parent
    then = f"flgraph rank {folder}" if made.ranking is not None else f"flgraph rank {folder} --of datasets"
    echo(f"next: open {folder / 'map.html'} in a browser, or run `{then}`")


def print_matches(
    snapshot: fg.Snapshot, written: Sequence[Path], failed: Mapping[str, Sequence[str]], *, quiet: bool = False
) -> None:
    """Print how many papers were matched, and to standard error each one that was not and what to do."""
    review = sorted(key for key, match in snapshot.matches.items() if match.status == "review")
    accepted = sum(match.status == "accepted" for match in snapshot.matches.values())
    listings = format_failed_listings(failed)
    if not quiet:
        echo(
            f"{format_count(accepted, 'paper')} matched, {len(review)} for review, {len(snapshot.missing)} missing, "
            f"{len(snapshot.failed)} failed; {listings and f'{listings}; '}wrote {', '.join(map(str, written))}",
            err="-" in map(str, written),
        )
    for key in review:
        echo(f"review {key}: {'; '.join(snapshot.matches[key].witnesses)}; decide in matches.yaml", err=True)
    for key in snapshot.missing:
        echo(f"missing {key}: {'; '.join(snapshot.matches[key].witnesses)}", err=True)
    if snapshot.failed:
        echo(f"failed {', '.join(snapshot.failed)}: run the command again", err=True)
    print_failed_listings(failed)


def format_annotation(finding: Finding) -> str:
    """Format a finding as a workflow command that GitHub Actions shows beside its line.

    Paths and messages are escaped as GitHub's toolkit does it (`actions/toolkit`, `core/src/command.ts`).
    """
    level = {"note": "notice"}.get(finding.level, finding.level)
    path = _escape(finding.path).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} file={path},line={finding.line}::{_escape(finding.message)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def print_path(path: Path) -> None:
    """Print the path of a written file, unless it went to standard output."""
    if str(path) != "-":
        echo(path)


def print_frame(table: pd.DataFrame, form: str, *, raw: bool = False) -> None:
    """Print a table for people, or as CSV or JSON for programs, with the same numbers.

    `raw` is that of `format_csv`.
    """
    rows = table.reset_index()
    if form == "csv":
        from flgraph.export.spreadsheets import format_csv

        echo_data(format_csv(rows, index=False, raw=raw))
    elif form == "json":
        # DataFrame.to_json would truncate numbers to ten digits, and CSV and JSON must agree.
        records = rows.astype(object).where(rows.notna(), None).to_dict(orient="records")
        text = json.dumps(records, ensure_ascii=False, indent=1, allow_nan=False)
        echo(CONTROLS.sub(lambda found: f"\\u{ord(found.group()):04x}", text))  # escapes of JSON: the same data
    elif len(rows):
        print_table(rows if {"name", "title", "label"}.isdisjoint(rows) else rows.drop(columns="node"))


def print_table(rows: pd.DataFrame) -> None:
    """Print a table within 100 columns.

    Text columns wrap, number columns keep their width, and columns without any value are left out.
    """
    rows = rows.dropna(axis="columns", how="all")
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in rows.columns:
        text = str(rows[name].dtype) in {"string", "str", "object"}
        longest = max((len(word) for cell in rows[name] for word in _format_cell(cell).split()), default=0)
        justify: Literal["left", "right"] = "left" if text else "right"
        whole_words = min(longest, _WHOLE_WORD) if text else None
        heading = name.replace("_", " " if text else "\n")
        table.add_column(heading, justify=justify, no_wrap=not text, min_width=whole_words, overflow="fold")
    for row in rows.itertuples(index=False):
        table.add_row(*(Text(_format_cell(value)) for value in row))  # Text, since a title may look like rich markup
    Console(width=_WIDTH, highlight=False, soft_wrap=False).print(table)


def _format_cell(value: Any) -> str:
    import pandas as pd

    if pd.isna(value):
        return "-"
    return f"{value:.2f}" if isinstance(value, float) else escape_controls(str(value))


class _LogHandler(logging.Handler):
    """Write each record to the current `sys.stderr`, which a running progress bar redirects above itself."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(f"{escape_controls(self.format(record))}\n")


def set_up_log(*, quiet: bool, verbose: bool) -> None:
    """Send the library's log to standard error: one line per stage, and one per request if verbose."""
    logger = logging.getLogger("flgraph")
    logger.handlers = [_LogHandler()]
    logger.propagate = False
    logger.setLevel(logging.WARNING if quiet else logging.DEBUG if verbose else logging.INFO)
