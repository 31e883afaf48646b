"""Commands that change a list or bring its catalog in step: add, sync."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

import flgraph as fg
from flgraph.checks import show_value
from flgraph.cli.help import Command
from flgraph.cli.inputs import judging_arguments
from flgraph.cli.output import REVIEW, echo

if TYPE_CHECKING:
    from flgraph.catalog.list_sync import ListSync
    from flgraph.lists.entries import ListReading
    from flgraph.lists.lint.known_works import Address
    from flgraph.lists.writing.new_rows import Addition, NewWork

_MOST_NAMED = 5
_LIST_HELP = {"[LIST]": "The list, a Markdown file.  [default: README.md]"}


@click.command(
    cls=Command,
    arguments={"WORK": "The paper: a URL, a DOI or an arXiv id.", **_LIST_HELP},
    examples=[
        "flgraph add 2102.07623 --section Surveys --title 'A way to learn' --dry-run",
        "flgraph add https://doi.org/10.1000/182 README.md --section 'Papers > 2021' --catalog my-list",
    ],
)
@click.argument("work")
@click.argument("path", metavar="[LIST]", default="README.md", type=click.Path(path_type=Path))
@click.option("--section", "heading", required=True, metavar="HEADING",
              help="Heading of the section, or a path such as 'Papers > 2021'.")  # fmt: skip
@click.option("--title", metavar="TEXT", help="Title of the paper, if neither catalog nor snapshot knows it.")
@click.option("--venue", "published_in", metavar="TEXT", help="Venue of the paper.")
@click.option("--year", type=click.IntRange(1000, 9999), metavar="YEAR", help="Year of the paper.")
@click.option("--authors", metavar="TEXT", help="Authors, separated as in the list.")
@click.option("--code", metavar="URL", help="Address of the code.")
@click.option("--catalog", "folder", type=click.Path(path_type=Path), metavar="FOLDER",
              show_default="the folder of the list, if it holds papers.yaml",
              help="Take what is not given from this catalog.")  # fmt: skip
@click.option("--snapshot", type=click.Path(path_type=Path), metavar="FILE",
              help="Take what is neither given nor in the catalog from this snapshot.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Print the change and write nothing.")
def add(
    work: str,
    path: Path,
    heading: str,
    published_in: str | None,
    folder: Path | None,
    snapshot: Path | None,
    dry_run: bool,
    **given: str | int | None,
) -> None:
    """Add a paper to a list, in the form of the rows of its section.

    Prints the change as a diff. What the rows of the section do not write is left out; what most of them have and the
    new row lacks is named. Numbers go on, and a section
    that is sorted by year or title stays sorted. The changed list is read again before it is written: if any other row
    would read differently, nothing is written. Sends no requests.
    """
    from flgraph.files.atomic import replace_bytes
    from flgraph.lists.lint.known_works import find_held, read_address
    from flgraph.lists.reading import read_list
    from flgraph.lists.writing.diffs import format_diff
    from flgraph.lists.writing.new_rows import plan_addition

    with judging_arguments():
        new = _find_work(read_address(work), path, folder, snapshot, {**given, "venue": published_in})
        reading = read_list(path)
        if held := find_held(reading, new):
            raise fg.ListChangeError(f"{path}:{held.line}: already lists this paper: {show_value(held.title)}")
        added = plan_addition(reading, new, section=heading)
    echo(format_diff(reading.data, added.data, path=str(path)))
    _tell_left_out(added, {**given, "venue": published_in})
    _tell_lacking(reading, added, heading)
    if dry_run:
        return
    replace_bytes(path, added.data, before=reading.data)


def _tell_left_out(added: Addition, given: Mapping[str, str | int | None]) -> None:
    """Name the given values that the new row leaves out, because the row it is modelled on does."""
    links = {link.url for link in added.entry.links} | {added.entry.url}
    left = [
        f"--{name} {shlex.quote(str(value))}"
        for name, value in given.items()
        if value and (value not in links if name == "code" else getattr(added.entry, name) is None)
    ]
    if left:
        echo(f"left out, since the row that the new one is modelled on has no place for it: {' '.join(left)}", err=True)


def _tell_lacking(reading: ListReading, added: Addition, heading: str) -> None:
    """Name the values that most rows of the section have and the new row lacks."""
    from flgraph.lists.writing.row_patterns import list_usual_fields

    usual = list_usual_fields(reading, added.entry.section)
    lacking = [name for name in ("venue", "year", "authors") if name in usual and getattr(added.entry, name) is None]
    if lacking:
        options = ", ".join(f"--{name}" for name in lacking)
        names = " and ".join(lacking)
        echo(f"most rows of {heading!r} have {names}, but the new row does not; add {options}", err=True)


def _find_work(
    address: Address, path: Path, folder: Path | None, snapshot: Path | None, given: dict[str, str | int | None]
) -> NewWork:
    """Return the paper with what is given, and what the catalog or the snapshot knows."""
    from flgraph.lists.lint.known_works import fill_in, find_known_work
    from flgraph.lists.writing.new_rows import NewWork

    beside = path.parent if (path.parent / "papers.yaml").is_file() else None
    chosen = folder or beside
    known = find_known_work(
        address,
        catalog=fg.read_catalog(chosen) if chosen else None,
        snapshot=fg.read_snapshot(snapshot) if snapshot else None,
    )
    if known is None and not given["title"]:
        asked = " and ".join(str(place) for place in (chosen, snapshot) if place)
        told = f"{asked} does not know {address.url}" if asked else f"no title is known for {address.url}"
        raise click.UsageError(f"{told}; give it with --title, or name a --catalog or --snapshot that knows it")
    return fill_in(known or NewWork(title="", url=address.url), given)


@click.command(
    cls=Command,
    arguments=_LIST_HELP,
    examples=["flgraph sync README.md -o my-list", "flgraph sync README.md -o my-list --check"],
)
@click.argument("path", metavar="[LIST]", default="README.md", type=click.Path(path_type=Path))
@click.option("-o", "--catalog", "folder", type=click.Path(path_type=Path), metavar="FOLDER",
              show_default="the folder of the list, else the one that `flgraph import` chooses",
              help="Folder of the catalog that was imported from the list.")  # fmt: skip
@click.option("--check", is_flag=True, help="Write nothing; exit with code 1 if the list changed since the last sync.")
@click.option("--dry-run", is_flag=True, help="Print each change and write nothing.")
def sync(path: Path, folder: Path | None, check: bool, dry_run: bool) -> None:
    """Bring the catalog of a list in step with the list.

    Compares three versions: the list at the last import, the list now, and the catalog. New, retitled, moved and
    removed rows are taken over. Keys, decisions in matches.yaml and notes stay. Says where the catalog and the list
    differ, and whether `flgraph export -f readme` can write that into the list.

    If the list and the catalog changed the same field, prints both values, writes nothing and exits with code 3. Make
    both say the same and run it again.
    """
    from flgraph.catalog.list_sync import plan_sync, write_sync
    from flgraph.lists.reading import read_list

    reading = read_list(path)
    if folder is None:
        folder = _find_folder(path, reading)
        echo(f"catalog: {folder}", err=True)
    planned = plan_sync(folder, reading)
    if dry_run:
        _print_changes(planned)
    echo(planned)
    if planned.conflicts:
        _print_conflicts(planned, path)
        raise SystemExit(REVIEW)
    if planned.unlisted:
        _print_unlisted(planned, path)
    if check and not planned.is_in_step:
        raise SystemExit(1)
    if not (check or dry_run):
        write_sync(planned)


def _print_conflicts(planned: ListSync, path: Path) -> None:
    """Print both values of each conflict, and how to go on."""
    from flgraph.catalog.list_export import name_field

    for one in planned.conflicts:
        place = f"{path}:{one.line}" if one.line else str(path)
        if one.field == "row":
            said = f"the row of {show_value(one.base)} is gone, but its entry was edited in the catalog"
        else:
            values = f"{_format_value(one.theirs)} in the list, {_format_value(one.ours)} in the catalog"
            said = f"{name_field(one.field)} is {values}, was {_format_value(one.base)}"
        echo(f"{place}: conflict {one.key}: {said}", err=True)
    papers = planned.folder / "papers.yaml"
    echo(f"nothing was written; make {path} and {papers} say the same and run `flgraph sync` again", err=True)


def _format_value(value: object) -> str:
    """Format a value of a conflict; of several sections, links or people, their names."""
    if not isinstance(value, tuple):
        return "unknown" if value is None else show_value(value)
    names = (next((getattr(one, name) for name in ("name", "url", "key") if hasattr(one, name)), one) for one in value)
    return ", ".join(map(show_value, names)) or "unknown"


def _print_unlisted(planned: ListSync, path: Path) -> None:
    """Name what differs between the catalog and the list, and how to bring it there."""
    from flgraph.catalog.list_export import name_field

    named = [
        f"{key} ({', '.join(map(name_field, names))})" if names else key for key, names in planned.unlisted.items()
    ]
    said = ", ".join(named[:_MOST_NAMED]) + (", ..." if named[_MOST_NAMED:] else "")
    remedy = f"`flgraph export {planned.folder} -f readme -o {path}` writes it into the list"
    if planned.unwritable:
        remedy = (
            f"no export can write it, since {planned.unwritable}; change {path} by hand and run `flgraph sync` again"
        )
    echo(f"the catalog differs from the list: {said}; {remedy}", err=True)


def _find_folder(path: Path, reading: ListReading) -> Path:
    from flgraph.catalog.list_catalog import find_list_title
    from flgraph.identifiers import slug
    from flgraph.lists.writing.base_entries import BASE_FILE

    named = Path(slug(find_list_title(reading)))
    for folder in (path.parent, named):
        if (folder / BASE_FILE).is_file():
            return folder
    raise click.UsageError(f"neither {path.parent} nor {named} was imported from a list; name its catalog with -o")


def _show_change(value: object) -> str:
    """Format a value of a row; the headings of a section as a path."""
    return show_value(" > ".join(value) if isinstance(value, tuple) else value)


def _print_changes(planned: ListSync) -> None:
    changes = planned.changes
    for entry in changes.added:
        echo(f"{entry.path}:{entry.line}: added {show_value(entry.title)}")
    for pair in changes.pairs:
        for name in pair.fields:
            before, now = getattr(pair.base, name), getattr(pair.entry, name)
            echo(f"{pair.entry.path}:{pair.entry.line}: {name} {_show_change(before)} -> {_show_change(now)}")
    for row in changes.gone:
        echo(f"gone {row.key}: {show_value(row.title)}")
