"""Commands that read lists and write them: import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flgraph.checks import format_count
from flgraph.cli.help import Command
from flgraph.cli.output import echo
from flgraph.memory import pause_collector

if TYPE_CHECKING:
    from flgraph.catalog.list_import import ImportReport

_FILE_HELP = {
    "FILE...": "A list: Markdown, BibTeX, RIS, CSV, YAML, or a file of DOIs or arXiv ids. Or a folder of lists. "
    "Several become one catalog."
}


@click.command(
    "import",
    cls=Command,
    arguments=_FILE_HELP,
    examples=["flgraph import README.md -o my-list", "flgraph import README.md --unread --dry-run"],
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FOLDER",
              show_default="named after the title of the list", help="Write the catalog to this folder.")  # fmt: skip
@click.option("--title", metavar="TEXT", show_default="first heading of the list", help="Title of the catalog.")
@click.option("--unread", is_flag=True, help="Print the lines that were not understood, each with the reason.")
@click.option("--dry-run", is_flag=True, help="Write nothing.")
@pause_collector()
def import_(files: tuple[Path, ...], output: Path | None, title: str | None, unread: bool, dry_run: bool) -> None:
    """Import a list to a catalog folder.

    The folder keeps the bytes of the list, so that `flgraph export FOLDER -f readme` gives it back. A second import of
    the list keeps the keys of its papers. A folder with another catalog, or one that was edited since, is not
    overwritten.
    """
    from flgraph.catalog.list_import import import_list

    report = import_list(files, output, title=title, dry_run=dry_run)
    if unread:
        for place in report.reading.unread:
            echo(f"{place.path}:{place.line}: {place.reason}: {' '.join(place.text.split())}")
    echo(_summarize(report, unread=unread))
    for path in report.written:
        echo(path)


def _summarize(report: ImportReport, *, unread: bool) -> str:
    places = len(report.reading.unread)
    hint = "" if unread or not places else ": --unread"
    missed = f"; {format_count(places, 'place')} not understood{hint}" if places else ""
    works = format_count(report.works, "work")
    others = f", {format_count(report.others, 'other')}" if report.others else ""
    return f"read {format_count(report.papers, 'row')}, {works}{others}{missed}"
