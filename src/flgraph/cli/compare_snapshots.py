"""Compare two snapshots for the command compare: print where what they say of a paper differs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

import flgraph as fg
from flgraph.checks import CONTROLS, format_count
from flgraph.cli.output import echo

if TYPE_CHECKING:
    from flgraph.snapshot.compare import Disagreement

_FORMS: Final = ("text", "csv", "json")
_SAID: Final = {"citations": "citations", "year": "year", "authors": "authors", "retraction": "retracted"}


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


def compare_snapshot_files(paths: Sequence[Path], form: str, *, top: int | None, raw: bool) -> str:
    """Compare two snapshots and return the text to print; what they are goes to standard error."""
    from flgraph.snapshot.compare import compare_snapshots
    from flgraph.sources.registry import find_title

    if form not in _FORMS:
        raise click.UsageError(f"--format {form} writes works of lists; snapshots are compared as {', '.join(_FORMS)}")
    one, other = (fg.read_snapshot(path) for path in paths)
    for letter, path, snapshot in zip("AB", paths, (one, other), strict=True):
        about = f"{find_title(snapshot.source)}, {snapshot.taken.date()}, {format_count(len(snapshot.papers), 'paper')}"
        echo(f"{letter}: {path}, {about}", err=True)
    if one.catalog_digest != other.catalog_digest:
        echo("the snapshots are of different versions of the catalog", err=True)
    found = compare_snapshots(one, other)
    papers = format_count(len(one.papers.keys() & other.papers.keys()), "paper")
    echo(f"{format_count(len(found), 'disagreement')} on {papers} that both have", err=True)
    return _format_found(found[:top], form, raw=raw)


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
