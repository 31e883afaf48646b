"""The command that compares lists: compare."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

import click

from flgraph.checks import CONTROLS, format_count
from flgraph.cli.help import Command
from flgraph.cli.options import raw_option
from flgraph.cli.output import echo, echo_data, print_table

if TYPE_CHECKING:
    from flgraph.lists.comparing import ComparedWork, ListComparison, SharedId

_Row = dict[str, Any]
_LISTS_HELP = {
    "MINE": "Your list: a README, a BibTeX, RIS, CSV or YAML file, or a folder, such as a catalog.",
    "OTHER...": "The lists to compare it with.",
}


def _choice(name: str, text: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make an option that chooses the table to print."""
    return click.option(f"--{name}", "chosen", flag_value=name, default=None, help=text)


@click.command(
    cls=Command,
    arguments=_LISTS_HELP,
    examples=["flgraph compare README.md other.md", "flgraph compare README.md *.md --missing --least 3"],
)
@click.argument("mine", type=click.Path(exists=True, path_type=Path))
@click.argument("others", metavar="OTHER...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@_choice("both", "List the works that your list and another have.")
@_choice("only-mine", "List the works that only your list has.")
@_choice("only-theirs", "List the works that your list lacks, in the order of the other lists.")
@_choice("missing", "List the works that your list lacks, those of most lists first.")
@_choice("titles", "List the works of both that have other titles.")
@_choice("links", "List the works of both whose links lead to other papers, and links on two titles.")
@click.option("--least", type=click.IntRange(min=1), metavar="N", default=1, show_default=True,
              help="With --missing, list only the works that at least so many lists have.")  # fmt: skip
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Number of rows.  [default: all]")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True,
              help="Output format.")  # fmt: skip
@raw_option
def compare(
    mine: Path, others: tuple[Path, ...], chosen: str | None, least: int, top: int | None, form: str, raw: bool
) -> None:
    """Compare lists by work: what they share, what one lacks, where they disagree.

    Works are the same if their titles are, or if they share an id and their titles resemble each other. Your list is
    called A, the others B, C and so on.
    """
    from flgraph.catalog.works import read_works
    from flgraph.lists.comparing import compare_lists

    if len(others) >= len(ascii_uppercase):
        raise click.UsageError(f"compares at most {len(ascii_uppercase) - 1} other lists, found {len(others)}")
    comparison = compare_lists(*map(read_works, (mine, *others)))
    for letter, path, count in zip(ascii_uppercase, (mine, *others), _count_works(comparison), strict=False):
        echo(f"{letter}: {path}, {format_count(count, 'work')}", err=True)
    rows = _make_rows(comparison, chosen, least) if chosen else _count_rows(comparison)
    if form == "table" and not chosen:
        _print_counts(comparison)
    else:
        _print_rows(rows[:top], form, raw=raw)


def _count_works(comparison: ListComparison) -> list[int]:
    return [sum(bool(work.places[number]) for work in comparison.works) for number in range(len(comparison.names))]


def _print_counts(comparison: ListComparison) -> None:
    for row in _count_rows(comparison):
        prefix = f"A and {row['list']}: " if len(comparison.names) > 2 else ""
        echo(
            f"{prefix}both {row['both']:,}, only A {row['only_mine']:,}, only {row['list']} {row['only_theirs']:,}; "
            f"{row['other_titles']:,} with other titles"
        )
    links = len(comparison.other_links) + len(_list_shared(comparison))
    if links:
        echo(f"{format_count(links, 'disagreement')} of links: --links")


def _list_shared(comparison: ListComparison) -> list[SharedId]:
    return [shared for shared in comparison.shared_ids if shared.is_mine]


def _count_rows(comparison: ListComparison) -> list[_Row]:
    """Return the overlap of the first list with each of the others."""
    rows = []
    for number, name in enumerate(comparison.names[1:], start=1):
        found = comparison.count_overlap(number)
        rows.append(
            {
                "list": ascii_uppercase[number],
                "name": name,
                "both": found.both,
                "only_mine": found.only_mine,
                "only_theirs": found.only_theirs,
                "other_titles": found.other_titles,
                "other_links": found.other_links,
            }
        )
    return rows


def _make_rows(comparison: ListComparison, chosen: str, least: int) -> list[_Row]:
    if chosen == "titles":
        return [_describe_titles(work) for work in comparison.other_titles]
    if chosen == "links":
        rows = [_describe_links("other ids", [work], work.ids) for work in comparison.other_links]
        shared = _list_shared(comparison)
        return rows + [_describe_links("one id, unlike titles", one.works, [one.id]) for one in shared]
    works = {
        "both": lambda: comparison.both,
        "only-mine": lambda: comparison.only_mine,
        "only-theirs": lambda: comparison.only_theirs,
        "missing": lambda: comparison.find_missing(least=least),
    }[chosen]()
    return [_describe_work(work) for work in works]


def _describe_work(work: ComparedWork) -> _Row:
    first = work.first
    return {
        "lists": work.list_count,
        "title": first.title,
        "year": first.year,
        "venue": first.venue,
        "places": _describe_places(work),
        "url": first.url,
    }


def _describe_titles(work: ComparedWork) -> _Row:
    titles = [" / ".join(dict.fromkeys(place.title for place in listed)) for listed in work.places]
    theirs = " / ".join(dict.fromkeys(title for title in titles[1:] if title))
    return {"title": titles[0], "other_titles": theirs, "places": _describe_places(work)}


def _describe_links(finding: str, works: Sequence[ComparedWork], ids: Sequence[str] | frozenset[str]) -> _Row:
    return {
        "finding": finding,
        "title": works[0].title,
        "other_title": works[1].title if len(works) > 1 else None,
        "ids": "; ".join(sorted(ids)),
        "places": "; ".join(map(_describe_places, works)),
    }


def _describe_places(work: ComparedWork) -> str:
    """Return where a work stands, such as "A 84, B 1203": the list and the line."""
    return ", ".join(
        f"{letter} {place.line}" if place.line else letter
        for letter, listed in zip(ascii_uppercase, work.places, strict=False)
        for place in listed
    )


def _print_rows(rows: list[_Row], form: str, *, raw: bool) -> None:
    if form == "json":
        text = json.dumps(rows, ensure_ascii=False, indent=1)
        echo_data(CONTROLS.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n")
        return
    import pandas as pd

    from flgraph.export.spreadsheets import format_csv

    frame = pd.DataFrame(rows).astype({name: "Int64" for name in ("year",) if rows and name in rows[0]})
    if form == "csv":
        echo_data(format_csv(frame, index=False, raw=raw))
    elif rows:
        print_table(frame)
