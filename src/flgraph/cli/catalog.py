"""The commands about a catalog: lint."""

from __future__ import annotations

import json
from pathlib import Path

import click

from flgraph.cli.inputs import hint_at_folder
from flgraph.cli.output import say_for_github


@click.command(epilog="Example: flgraph lint my-list/catalog --format github")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True,
              help="Lines for people, JSON for programs, or annotations for GitHub Actions.")  # fmt: skip
def lint(path: Path | None, form: str) -> None:
    """Check a catalog: all mistakes at once, each with file, line and remedy.

    Exit code 1 where there is an error; notes and warnings do not fail.
    """
    from flgraph.catalog.reader import check_folder

    hint_at_folder(path)
    read, findings = check_folder(path)
    if form == "json":
        click.echo(json.dumps([finding.model_dump() for finding in findings], indent=1))
    else:
        for finding in findings:
            click.echo(say_for_github(finding) if form == "github" else str(finding))
    if any(finding.level == "error" for finding in findings):
        raise SystemExit(1)
    if form == "text":
        names = ("entries", "datasets", "codebases", "topics", "venues")
        numbers = (f"{len(getattr(read, name))} {'papers' if name == 'entries' else name}" for name in names)
        keys = len({entry.key for entry in read.entries})
        click.echo(f"{read.title}: {', '.join(numbers)}; {keys} unique keys; no errors")
