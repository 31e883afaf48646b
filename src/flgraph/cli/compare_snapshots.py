"""Compare two snapshots for the command compare: print where what they say of a paper differs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

import flgraph as fg
from flgraph.checks import CONTROLS, format_count
from flgraph.cli.output import echo, format_failed_listings, write_output

if TYPE_CHECKING:
    from flgraph.records import Snapshot
    from flgraph.snapshot.compare import Disagreement, Kept

_FORMS: Final = ("text", "csv", "json", "markdown")
_SAID: Final = {
    "lost": "lost",
    "gained": "gained",
    "match": "record",
    "citation_listing": "citing papers listed",
    "reference_listing": "cited papers listed",
    "citations": "citations",
    "year": "year",
    "authors": "authors",
    "retraction": "retracted",
}
_LISTINGS: Final = ("citation_listing", "reference_listing")
_CHANGES: Final = ("lost", "gained", "match", *_LISTINGS)
_HEADINGS: Final = {
    "lost": "Papers lost",
    "match": "Matched to another record",
    "citation_listing": "Listings of citing papers lost",
    "reference_listing": "Listings of cited papers lost",
    "new retraction": "New retractions",
    "retraction": "Retractions that one side states",
    "withdrawn": "Retractions withdrawn",
    "gained": "Papers gained",
    "citations": "Citation counts apart by a factor of 2 and by 20 or more",
    "year": "Years apart by more than 1",
    "references": "References on one side only",
    "authors": "Numbers of authors",
}
"""The headings of the Markdown form, in the order in which a maintainer reads them."""


def are_snapshots(paths: Sequence[Path]) -> bool:
    """Return whether all paths are snapshots; raise a usage error if some are, or if there are not two."""
    from flgraph.snapshot.files import is_snapshot

    found = [path for path in paths if is_snapshot(path)]
    if found and len(found) < len(paths):
        other = next(path for path in paths if path not in found)
        raise click.UsageError(f"{found[0]} is a snapshot, {other} is not; compare two snapshots, or lists")
    if len(found) > 2:
        raise click.UsageError(f"compares two snapshots, found {len(found)}")
    return bool(found)


@dataclass(frozen=True)
class _Compared:
    """Two snapshots with their paths, where they disagree, and how many papers are kept if they are of one source."""

    paths: tuple[Path, Path]
    one: Snapshot
    other: Snapshot
    found: list[Disagreement]
    kept: Kept | None


def print_compared(
    paths: Sequence[Path], form: str, output: Path | None, *, top: int | None, fail_below: float | None, raw: bool
) -> None:
    """Compare two snapshots and write where they disagree; what they are goes to standard error.

    Exits with code 1 if the share of papers that are kept is below a limit.
    """
    from flgraph.snapshot.compare import compare_snapshots, count_kept, find_changes

    if form not in _FORMS:
        raise click.UsageError(f"--format {form} writes works of lists; snapshots are compared as {', '.join(_FORMS)}")
    one, other = (fg.read_snapshot(path) for path in paths)
    if fail_below is not None and one.source != other.source:
        raise click.UsageError(f"--fail-below compares snapshots of one source, found {one.source} and {other.source}")
    found, kept = compare_snapshots(one, other), None
    if one.source == other.source:
        kept = count_kept(one, other)
        found = sorted([*find_changes(one, other), *found], key=lambda each: each.key)
    compared = _Compared((paths[0], paths[1]), one, other, found, kept)
    for line in _summarize(compared):
        echo(line, err=True)
    write_output(_format_compared(compared, form, top=top, raw=raw), output)
    if kept is not None and fail_below is not None and kept.share < fail_below:
        echo(f"error: {_say_kept(kept)}, below --fail-below {fail_below:g}", err=True)
        raise SystemExit(1)


def _summarize(compared: _Compared) -> Iterator[str]:
    """Yield what the snapshots are and how many findings there are."""
    from flgraph.snapshot.pairing import follow_keys

    one, other, found = compared.one, compared.other, compared.found
    for letter, path, snapshot in zip("AB", compared.paths, (one, other), strict=True):
        yield f"{letter}: {path}, {_describe_snapshot(snapshot)}"
    if one.catalog_digest != other.catalog_digest:
        yield "the snapshots are of different versions of the catalog"
    if one.depth != other.depth:
        yield f"the snapshots are of different depths: A {one.depth}, B {other.depth}"
    if compared.kept is not None:
        yield f"{_say_kept(compared.kept)}; {_count_changes(found)}"
    papers = format_count(len(follow_keys(one, other).papers.keys() & other.papers.keys()), "paper")
    differing = sum(each.finding not in _CHANGES for each in found)
    yield f"{format_count(differing, 'disagreement')} on {papers} that both have"


def _describe_snapshot(snapshot: Snapshot) -> str:
    from flgraph.enrichment.enrich import find_failed_listings
    from flgraph.sources.registry import find_title

    about = f"{find_title(snapshot.source)}, {snapshot.taken.date()}, {format_count(len(snapshot.papers), 'paper')}"
    return ", ".join(filter(None, [about, format_failed_listings(find_failed_listings(snapshot))]))


def _say_kept(kept: Kept) -> str:
    verb = "is" if kept.kept == 1 else "are"
    share = f" ({kept.share:.1%})" if kept.matched else ""
    return f"{kept.kept} of {format_count(kept.matched, 'paper')} of A {verb} matched to the same paper in B{share}"


def _count_changes(found: Sequence[Disagreement]) -> str:
    numbers = Counter(_classify(each, is_one_source=True) for each in found)
    matches, retractions = numbers["match"], numbers["new retraction"]
    lost = sum(numbers[name] for name in _LISTINGS)
    listings = f", {format_count(lost, 'listing')} lost" if lost else ""
    return (
        f"{numbers['lost']} lost, {numbers['gained']} gained, {matches} matched to another record, "
        f"{format_count(retractions, 'new retraction')}{listings}"
    )


def _classify(found: Disagreement, *, is_one_source: bool) -> str:
    """Return the key in `_HEADINGS`; of one source, a retraction is new or withdrawn."""
    if found.finding == "retraction" and is_one_source:
        return "new retraction" if found.other is True else "withdrawn"
    return found.finding


def _format_compared(compared: _Compared, form: str, *, top: int | None, raw: bool) -> str:
    if form == "markdown":
        return "".join(f"{line}\n" for line in _list_markdown(compared, top))
    return _format_found(compared.found[:top], form, raw=raw)


def _list_markdown(compared: _Compared, top: int | None) -> Iterator[str]:
    """Yield the lines of a page for a pull request: what the snapshots are, then the findings, the gravest first.

    References are counted, not listed: their titles may exceed what a pull request holds.
    """
    from flgraph.lists.writing.escaping import escape_everywhere

    is_one_source = compared.kept is not None
    yield from (f"- {escape_everywhere(line)}" for line in _summarize(compared))
    places = {name: place for place, name in enumerate(_HEADINGS)}
    ranked = sorted(compared.found, key=lambda each: places[_classify(each, is_one_source=is_one_source)])[:top]
    for kind, found in groupby(ranked, key=lambda each: _classify(each, is_one_source=is_one_source)):
        yield from ("", f"## {_HEADINGS[kind]}", "")
        for each in found:
            yield f"- `{each.key}` {escape_everywhere(each.title)}: {escape_everywhere(_summarize_finding(each))}"


def _summarize_finding(found: Disagreement) -> str:
    if found.finding != "references":
        return f"A {_say(found.one)}, B {_say(found.other)}"
    return f"{len(found.only_one)} only in A, {len(found.only_other)} only in B"


def _format_found(found: Sequence[Disagreement], form: str, *, raw: bool) -> str:
    if form == "text":
        return "".join(f"{line}\n" for line in _list_lines(found))
    rows = [asdict(each) for each in found]
    if form == "json":
        text = json.dumps(rows, ensure_ascii=False, indent=1)
        return CONTROLS.sub(lambda sign: f"\\u{ord(sign.group()):04x}", text) + "\n"
    import pandas as pd

    from flgraph.export.spreadsheets import format_csv

    columns = ["key", "title", "finding", "one", "other", "only_one", "only_other"]
    for row in rows:
        row |= {name: "; ".join(row[name]) for name in ("only_one", "only_other")}
        row |= {name: None if row[name] is None else str(row[name]) for name in ("one", "other")}
    return format_csv(pd.DataFrame(rows, columns=columns, dtype=object), index=False, raw=raw)


def _list_lines(found: Sequence[Disagreement]) -> Iterator[str]:
    for _, of_paper in groupby(found, key=lambda each: each.key):
        for place, each in enumerate(of_paper):
            if not place:
                yield f"{each.key}  {each.title}"
            yield from (f"  {line}" for line in _describe(each))


def _describe(found: Disagreement) -> Iterator[str]:
    if found.finding != "references":
        yield f"{_SAID[found.finding]}: A {_say(found.one)}, B {_say(found.other)}"
        return
    for letter, alone, theirs in (("A", found.only_one, found.other), ("B", found.only_other, found.one)):
        silent = "" if theirs is not None else f" ({'B' if letter == 'A' else 'A'} lists none, which says nothing)"
        if alone:
            yield f"{format_count(len(alone), 'reference')} only in {letter}{silent}: {'; '.join(alone)}"


def _say(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "unknown" if value is None else str(value)
