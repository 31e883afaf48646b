"""Commands that check or edit a catalog: lint."""

from __future__ import annotations

import json
from pathlib import Path

import click

import flgraph as fg
from flgraph.checks import format_count
from flgraph.cli.help import Command
from flgraph.cli.inputs import hint_at_folder
from flgraph.cli.options import CATALOG_HELP
from flgraph.cli.output import echo, format_annotation

_LEVELS = ("error", "warning", "note")
"""The levels of findings, worst first."""


@click.command(
    cls=Command,
    arguments=CATALOG_HELP,
    examples=["flgraph lint my-list", "flgraph lint my-list --strict --format github"],
)
@click.argument("path", required=False, metavar="[CATALOG]", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True,
              help="Output format. github prints annotations for GitHub Actions.")  # fmt: skip
@click.option("--level", type=click.Choice(_LEVELS), default="note", show_default=True,
              help="Report only problems of this level or a worse one.")  # fmt: skip
@click.option("--strict", is_flag=True, help="Exit with code 1 also if there is a warning, shown or not.")
def lint(path: Path | None, form: str, level: str, strict: bool) -> None:
    """Check a catalog and report every problem with a fix.

    Each problem names its file and line. Exits with code 1 if there is an error. Warnings fail the check only with
    --strict, notes never. A warning needs a decision; a note needs none.
    """
    from flgraph.catalog.reader import check_folder

    hint_at_folder(path)
    read, findings = check_folder(path)
    shown = [finding for finding in findings if _LEVELS.index(finding.level) <= _LEVELS.index(level)]
    if form == "json":
        echo(json.dumps([finding.model_dump() for finding in shown], indent=1))
    else:
        for finding in shown:
            echo(format_annotation(finding) if form == "github" else str(finding))
    if any(finding.level == "error" for finding in findings):
        raise SystemExit(1)
    warnings = sum(finding.level == "warning" for finding in findings)
    if strict and warnings:
        echo(f"{format_count(warnings, 'warning')}; with --strict, warnings fail the check", err=True)
        raise SystemExit(1)
    if form == "text":
        echo(_summarize(read))


def _summarize(catalog: fg.Catalog) -> str:
    from flgraph.graph.unused import count_unused

    counts = {
        "paper": catalog.entries,
        "dataset": catalog.datasets,
        "codebase": catalog.codebases,
        "topic": catalog.topics,
        "venue": catalog.venues,
    }
    said = ", ".join(format_count(len(entries), noun) for noun, entries in counts.items())
    keys = len({entry.key for entry in catalog.entries})
    unused = ", ".join(format_count(number, kind) for kind, number in count_unused(catalog).items())
    idle = f"; without a paper, so left out of graphs: {unused}" if unused else ""
    return f"{catalog.title}: {said}; {format_count(keys, 'unique key')}; no errors{idle}"
