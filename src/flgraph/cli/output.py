"""Print results: tables for terminals, LaTeX, CSV and JSON with the same numbers; summaries; the log.

Whatever a command prints is formatted and printed here, so that no text of a catalog or a server drives the terminal.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

import flgraph as fg
from flgraph.checks import CONTROLS, escape_controls, format_count
from flgraph.cli.columns import Columns, add_keys, format_latex, format_markdown, print_columns, read_frame

if TYPE_CHECKING:
    import pandas as pd

    from flgraph.records import Finding

REVIEW = 3
UNAVAILABLE = 4
INTERRUPTED = 130

FOR_PEOPLE = ("table", "latex", "markdown")
"""The forms of a table with few columns; the others contain all."""

_LEAST_ROWS = 2
_MOST_NAMED = 5


def echo(message: object, *, err: bool = False, nl: bool = True) -> None:
    """Print text for people, with control characters as visible escapes; `err` prints to standard error."""
    click.echo(escape_controls(str(message)), err=err, nl=nl)


def echo_marked(mark: str, message: str, *, color: str) -> None:
    """Print a line that begins with a mark, which a terminal shows in color unless NO_COLOR is set."""
    click.echo(mark if os.environ.get("NO_COLOR") else click.style(mark, fg=color), nl=False)
    echo(message)


def echo_data(text: str) -> None:
    """Print data for programs: as it is, except that a terminal receives no control characters."""
    # Without color=True, click would remove what looks like a colour.
    click.echo(escape_controls(text) if sys.stdout.isatty() else text, nl=False, color=True)


def write_output(text: str, path: Path | None) -> None:
    """Write text to a file and print its path, or print the text if there is no file or it is `-`."""
    if path is None or str(path) == "-":
        echo_data(text)
        return
    from flgraph.files.atomic import write_text

    print_path(write_text(path, text))


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
    """Print to standard error whose listings, or reference sets, failed and what to do."""
    for direction, keys in failed.items():
        some = ", ".join(keys[:_MOST_NAMED]) + (f" and {len(keys) - _MOST_NAMED} more" if keys[_MOST_NAMED:] else "")
        echo(f"failed {direction} of {some}: run the command again", err=True)


def print_summary(made: fg.Build, written: Sequence[Path], failed: Mapping[str, Sequence[str]]) -> None:
    """Print what a build contains: counts, coverage of citation data, the first five papers, and the files."""
    from flgraph.graph.knowledge_graph import count_kinds, describe_coverage, format_kinds
    from flgraph.sources.registry import find_title

    kinds = count_kinds(made.graph)
    echo(f"{made.catalog.title}: {format_kinds(kinds)}")
    echo(f"citation data: {describe_coverage(made.graph)}")
    if shipped := made.graph.graph.get("snapshot_shipped"):
        day = str(made.graph.graph["snapshot_taken"])[:10]
        echo(f"snapshot: {find_title(shipped)} of {day}, which comes with the catalog")
    if failed:
        echo(f"incomplete: {format_failed_listings(failed)}; run the command again")
    if made.ranking is not None:
        echo(f"top papers {made.ranking.caption}:")
        best = made.papers.dropna(subset=["rank"]).head(5)
        print_columns(read_frame(best[["rank", "score", "title", "year", "citation_count"]]))
    echo("wrote " + ", ".join(str(path) for path in written))
    folder = written[0].parent
    ranked = next((f" --of {kind}s" for kind in ("dataset", "venue", "author") if kind in kinds), "")
    then = f", or run `flgraph rank {folder}{'' if made.ranking is not None else ranked}`"
    echo(f"next: open {folder / 'map.html'} in a browser{then if ranked or made.ranking is not None else ''}")


def print_matches(
    snapshot: fg.Snapshot, written: Sequence[Path], failed: Mapping[str, Sequence[str]], *, quiet: bool = False
) -> None:
    """Print how many papers were matched, and to standard error each one that was not and what to do."""
    from flgraph.snapshot.reference_sets import REFERENCE_SET, list_without_topic
    from flgraph.sources.registry import find_title

    review = sorted(key for key, match in snapshot.matches.items() if match.status == "review")
    accepted = sum(match.status == "accepted" for match in snapshot.matches.values())
    drawn = format_count(len(snapshot.reference_sets), "reference set") if REFERENCE_SET in snapshot.parameters else ""
    more = "".join(f"{said}; " for said in (drawn, format_failed_listings(failed)) if said)
    if not quiet:
        echo(
            f"{format_count(accepted, 'paper')} matched, {len(review)} for review, {len(snapshot.missing)} missing, "
            f"{len(snapshot.failed)} failed; {more}wrote {', '.join(map(str, written))}",
            err="-" in map(str, written),
        )
    for key in review:
        echo(f"review {key}: {'; '.join(snapshot.matches[key].witnesses)}; decide in matches.yaml", err=True)
    for key in snapshot.missing:
        echo(f"missing {key}: {'; '.join(snapshot.matches[key].witnesses)}", err=True)
    if snapshot.failed:
        echo(f"failed {', '.join(snapshot.failed)}: run the command again", err=True)
    print_failed_listings(failed)
    if without := list_without_topic(snapshot):
        of = f"{len(without)} of {format_count(len(snapshot.papers), 'paper')}"
        source = find_title(snapshot.source)
        echo(f"no reference set for {of}: {source} does not state both topic and year; asking again does not help",
             err=True)  # fmt: skip


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


def print_frame(
    table: pd.DataFrame, form: str, *, shown: pd.DataFrame, caption: str, raw: bool = False, output: Path | None = None
) -> None:
    """Print a table as text, LaTeX, CSV or JSON, with the same numbers in each, or write it to a file.

    CSV and JSON contain all of `table`; the others contain `shown`, with the key of each row. `raw` is that of
    `format_csv`.
    """
    if form in FOR_PEOPLE:
        print_for_people(read_frame(add_keys(shown)), form, caption=caption, output=output)
    else:
        write_output(_format_frame(table, form, raw=raw), output)


def split_flags(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Take the flags that all rows share out of a table; return both. A single row keeps its own."""
    if "flags" not in table.columns or len(table) < _LEAST_ROWS:
        return table, ""
    flags = [str(said).split("; ") for said in table["flags"]]
    common = [flag for flag in flags[0] if flag and all(flag in said for said in flags)]
    rest = ["; ".join(flag for flag in said if flag not in common) for said in flags]
    return table.assign(flags=rest), "; ".join(common)


def print_for_people(columns: Columns, form: str, *, caption: str, output: Path | None = None) -> None:
    """Print columns in one of the forms for people, or write them to a file."""
    if form == "latex":
        write_output(format_latex(columns, caption), output)
        return
    if form == "markdown":
        write_output(format_markdown(columns), output)
        return
    text = None if output is None or str(output) == "-" else StringIO()
    if any(column.cells for column in columns.values()):
        print_columns(columns, file=text)
    if text is not None:
        write_output(text.getvalue(), output)


def _format_frame(table: pd.DataFrame, form: str, *, raw: bool) -> str:
    rows = table.reset_index()
    if form == "csv":
        from flgraph.export.spreadsheets import format_csv

        return format_csv(rows, index=False, raw=raw)
    # DataFrame.to_json would truncate numbers to ten digits, and CSV and JSON must agree.
    records = rows.astype(object).where(rows.notna(), None).to_dict(orient="records")
    text = json.dumps(records, ensure_ascii=False, indent=1, allow_nan=False)
    return CONTROLS.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n"  # escapes of JSON: the same data


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
