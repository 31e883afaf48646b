"""What the command line prints: tables that fit a terminal, CSV and JSON with the same numbers, summaries."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

import flgraph as fg

if TYPE_CHECKING:
    import pandas as pd

    from flgraph.records import Finding

REVIEW = 3
UNAVAILABLE = 4
INTERRUPTED = 130

_WIDTH = 100
_WHOLE_WORD = 16


def print_summary(made: fg.Build, written: Sequence[Path]) -> None:
    """Print what a build holds, how far its citation data reach, the first of the ranking, and the files."""
    from flgraph.graph.knowledge_graph import count_kinds, say_count, say_coverage

    counts = ", ".join(say_count(number, kind) for kind, number in count_kinds(made.graph).items())
    click.echo(f"{made.catalog.title}: {counts}")
    click.echo(f"citation data: {say_coverage(made.graph)}")
    if made.ranking is not None:
        click.echo(f"first {made.ranking.caption}:")
        print_table(
            made.papers.dropna(subset=["rank"])
            .head(5)
            .reset_index()[["rank", "score", "title", "year", "citation_count"]]
        )
    click.echo("written: " + ", ".join(str(path) for path in written))
    folder = written[0].parent
    then = f"flgraph rank {folder}" if made.ranking is not None else f"flgraph rank {folder} --of datasets"
    click.echo(f"next: open {folder / 'map.html'} in a browser, or {then}")


def print_matches(snapshot: fg.Snapshot, written: Sequence[Path]) -> None:
    """Print how many papers were matched, and on stderr each that was not, with what to do."""
    review = sorted(key for key, match in snapshot.matches.items() if match.status == "review")
    accepted = sum(match.status == "accepted" for match in snapshot.matches.values())
    click.echo(
        f"{accepted} paper{'' if accepted == 1 else 's'} matched, {len(review)} for review, "
        f"{len(snapshot.missing)} missing, {len(snapshot.failed)} failed: {', '.join(map(str, written))}",
        err="-" in map(str, written),
    )
    for key in review:
        click.echo(f"review {key}: {'; '.join(snapshot.matches[key].witnesses)}; decide in matches.yaml", err=True)
    for key in snapshot.missing:
        click.echo(f"missing {key}: {'; '.join(snapshot.matches[key].witnesses)}", err=True)
    if snapshot.failed:
        click.echo(f"failed {', '.join(snapshot.failed)}: run the command again", err=True)


def say_for_github(finding: Finding) -> str:
    """Return a finding as an annotation that GitHub Actions shows beside its line."""
    level = {"note": "notice"}.get(finding.level, finding.level)
    message = finding.message.replace("%", "%25").replace("\n", "%0A")
    return f"::{level} file={finding.path},line={finding.line}::{message}"


def print_path(path: Path) -> None:
    """Print where a file was written; of one that went to stdout there is nothing to say."""
    if str(path) != "-":
        click.echo(path)


def print_frame(table: pd.DataFrame, form: str) -> None:
    """Print a table for people, or as CSV or JSON for programs; the numbers are the same."""
    rows = table.reset_index()
    if form == "csv":
        click.echo(rows.to_csv(index=False, lineterminator="\n"), nl=False)
    elif form == "json":
        # Not to_json, which cuts numbers after ten digits: both forms say the same.
        records = rows.astype(object).where(rows.notna(), None).to_dict(orient="records")
        click.echo(json.dumps(records, ensure_ascii=False, indent=1, allow_nan=False))
    elif len(rows):
        print_table(rows if {"name", "title", "label"}.isdisjoint(rows) else rows.drop(columns="node"))


def print_table(rows: pd.DataFrame) -> None:
    """Print a table that fits 100 columns: text columns give way, numbers never, and what nobody knows is left out."""
    rows = rows.dropna(axis="columns", how="all")
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in rows.columns:
        text = str(rows[name].dtype) in {"string", "str", "object"}
        longest = max((len(word) for cell in rows[name] for word in _say_cell(cell).split()), default=0)
        justify: Literal["left", "right"] = "left" if text else "right"
        whole_words = min(longest, _WHOLE_WORD) if text else None
        heading = name.replace("_", " " if text else "\n")
        table.add_column(heading, justify=justify, no_wrap=not text, min_width=whole_words, overflow="fold")
    for row in rows.itertuples(index=False):
        table.add_row(*(Text(_say_cell(value)) for value in row))  # a title may look like rich's markup
    Console(width=_WIDTH, highlight=False, soft_wrap=False).print(table)


def _say_cell(value: Any) -> str:
    import pandas as pd

    if pd.isna(value):
        return "-"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


class _Talk(logging.Handler):
    """Say each record where standard error leads at the time: above the progress bar, while there is one."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(f"{self.format(record)}\n")


def set_up_talk(*, quiet: bool, verbose: bool) -> None:
    """Send the library's log to stderr, one plain line a stage; requests too where asked for."""
    logger = logging.getLogger("flgraph")
    logger.handlers = [_Talk()]
    logger.propagate = False
    logger.setLevel(logging.WARNING if quiet else logging.DEBUG if verbose else logging.INFO)
