"""The command that compares lists, and snapshots: compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING

import click

from flgraph.checks import format_count
from flgraph.cli.compare_output import (
    FORMS,
    WORK_FORMS,
    Row,
    describe_other_ids,
    describe_shared_id,
    describe_titles,
    describe_work,
    format_rows,
    format_works,
)
from flgraph.cli.compare_snapshots import are_snapshots, print_compared
from flgraph.cli.help import Command
from flgraph.cli.inputs import refuse_input
from flgraph.cli.options import FiniteRange, raw_option
from flgraph.cli.output import echo, write_output

if TYPE_CHECKING:
    from flgraph.lists.comparing import ComparedWork, ListComparison, SharedId

_OF_WORKS = ("both", "only-mine", "only-theirs", "missing")
_LISTS_HELP = {
    "MINE": "Your list: a README, a BibTeX, RIS, CSV or YAML file, or a folder, such as a catalog; or a snapshot.",
    "OTHER...": "The lists to compare it with; or another snapshot.",
}


def _choice(name: str, text: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make an option that chooses what to list."""
    return click.option(f"--{name}", "chosen", flag_value=name, default=None, help=text)


@click.command(
    cls=Command,
    arguments=_LISTS_HELP,
    examples=[
        "flgraph compare README.md other.md",
        "flgraph compare README.md *.md --missing --least 3",
        "flgraph compare README.md other.md --missing --format ris -o missing.ris",
        "flgraph compare one.jsonl other.jsonl --format csv",
        "flgraph compare old.jsonl new.jsonl --fail-below 0.95 --format markdown",
    ],
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
@click.option("--fail-below", type=FiniteRange(min=0, max=1), metavar="SHARE",
              help="Exit with code 1 if fewer than this share of the papers in the first snapshot are matched to the "
              "same paper in the second. 0.95 is 95 %.")  # fmt: skip
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Number of works.  [default: all]")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True, metavar="FORMAT",
              help="Output format: text, csv or json; or works as bibtex or ris for reference managers, or as "
              "markdown, the rows of a list. Of snapshots, markdown is the text of a pull request.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
              help="Write to this file instead of standard output.")  # fmt: skip
@raw_option
def compare(
    mine: Path,
    others: tuple[Path, ...],
    chosen: str | None,
    least: int,
    fail_below: float | None,
    top: int | None,
    form: str,
    output: Path | None,
    raw: bool,
) -> None:
    """Compare lists by work, or snapshots: what they share, where they disagree.

    Works are the same if their titles are, whatever their hyphens and blanks, or if they share an id and their titles
    resemble each other. Your list is called A, the others B, C and so on.

    Of two snapshots of one catalog, prints where they disagree on a paper: citation counts apart by a factor of 2 and
    by 20 or more, years apart by more than 1, references on one side only, a retraction that one side states, and the
    number of authors. Of two snapshots of one source, the second is taken for the later one: prints also the papers
    that were lost, gained, or matched to another record.
    """
    from flgraph.catalog.works import read_works
    from flgraph.lists.comparing import compare_lists

    if are_snapshots((mine, *others)):
        if chosen or least > 1:
            option = f"--{chosen}" if chosen else "--least"
            raise click.UsageError(f"{option} works with lists, not with snapshots")
        _check_raw(form, raw=raw)
        refuse_input(output, (mine, *others))
        print_compared((mine, *others), form, output, top=top, fail_below=fail_below, raw=raw)
        return
    if fail_below is not None:
        raise click.UsageError("--fail-below works with snapshots, not with lists")
    if len(others) >= len(ascii_uppercase):
        raise click.UsageError(f"compares at most {len(ascii_uppercase) - 1} other lists, found {len(others)}")
    _check_form(form, chosen, raw=raw)
    refuse_input(output, (mine, *others))
    comparison = compare_lists(*map(read_works, (mine, *others)))
    for letter, path, count in zip(ascii_uppercase, (mine, *others), _count_works(comparison), strict=False):
        echo(f"{letter}: {path}, {format_count(count, 'work')}", err=True)
    if chosen and form in WORK_FORMS:
        text = format_works(_choose_works(comparison, chosen, least)[:top], form)
    elif chosen or form != "text":
        rows = _make_rows(comparison, chosen, least) if chosen else _count_rows(comparison)
        text = format_rows(rows[:top], form, raw=raw)
    else:
        text = "".join(f"{line}\n" for line in _describe_counts(comparison))
    write_output(text, output)


def _check_raw(form: str, *, raw: bool) -> None:
    if raw and form != "csv":
        raise click.UsageError(f"--raw works with --format csv, not with --format {form}")


def _check_form(form: str, chosen: str | None, *, raw: bool) -> None:
    _check_raw(form, raw=raw)
    if form in WORK_FORMS and chosen not in _OF_WORKS:
        raise click.UsageError(
            f"--format {form} writes works; add --{', --'.join(_OF_WORKS[:-1])} or --{_OF_WORKS[-1]}"
        )


def _count_works(comparison: ListComparison) -> list[int]:
    return [sum(bool(work.places[number]) for work in comparison.works) for number in range(len(comparison.names))]


def _describe_counts(comparison: ListComparison) -> Iterator[str]:
    for row in _count_rows(comparison):
        prefix = f"A and {row['list']}: " if len(comparison.names) > 2 else ""
        renamed = f" ({row['other_titles']:,} under another title)" if row["other_titles"] else ""
        yield (
            f"{prefix}both {row['both']:,}{renamed}, only A {row['only_mine']:,}, "
            f"only {row['list']} {row['only_theirs']:,}"
        )
    links = len(comparison.other_links) + len(_list_shared(comparison))
    if links:
        yield f"{format_count(links, 'conflict')} of links; --links lists {'it' if links == 1 else 'them'}"


def _list_shared(comparison: ListComparison) -> list[SharedId]:
    """Return the ids that the first list and another put on unlike titles; those of one list alone are for lint."""
    return [shared for shared in comparison.shared_ids if shared.is_mine and not shared.is_only_mine]


def _count_rows(comparison: ListComparison) -> list[Row]:
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


def _make_rows(comparison: ListComparison, chosen: str, least: int) -> list[Row]:
    if chosen == "titles":
        return list(map(describe_titles, comparison.other_titles))
    if chosen == "links":
        rows = list(map(describe_other_ids, comparison.other_links))
        return rows + list(map(describe_shared_id, _list_shared(comparison)))
    return list(map(describe_work, _choose_works(comparison, chosen, least)))


def _choose_works(comparison: ListComparison, chosen: str, least: int) -> list[ComparedWork]:
    return {
        "both": lambda: comparison.both,
        "only-mine": lambda: comparison.only_mine,
        "only-theirs": lambda: comparison.only_theirs,
        "missing": lambda: comparison.find_missing(least=least),
    }[chosen]()
