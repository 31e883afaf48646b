"""Read a changed list again, and refuse the change unless it did exactly what was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from flgraph.checks import format_count, show_value
from flgraph.errors import ListChangeError
from flgraph.lists.entries import ListEntry, ListField, ListReading, Span

COMPARED: Final = ("kind", "title", "url", "venue", "year", "authors", "section")
"""What must not change in the reading of an entry that is not meant."""

Values = Mapping[ListField, str | int | None]


def check_edits(before: ListReading, after: ListReading, edits: Mapping[int, Values]) -> None:
    """Refuse a change unless the fields given, and no others, read otherwise than before.

    Parameters
    ----------
    before, after : ListReading
        The list before and after the change.
    edits : Mapping
        By the place of each edited entry in `entries`: the fields that change, and what they must read now.

    Raises
    ------
    ListChangeError
        The change would alter another entry or another field, or does not read back.
    """
    if len(before.entries) != len(after.entries):
        count = f"{len(after.entries)} entries instead of {len(before.entries)}"
        raise ListChangeError(f"{before.path}: the changed list would read as {count}{_UNCHANGED}")
    for number, values in edits.items():
        _refuse_otherwise(before.entries[number], after.entries[number], values)
    others = [number for number in range(len(before.entries)) if number not in edits]
    _refuse_changed([before.entries[number] for number in others], [after.entries[number] for number in others])
    _refuse_unread(before, after)


def _refuse_otherwise(before: ListEntry, edited: ListEntry, values: Values) -> None:
    wanted = {name: getattr(before, name) for name in COMPARED} | dict(values)
    for name, value in wanted.items():
        if not _are_equal(value, getattr(edited, name)):
            read = show_value(getattr(edited, name))
            if name in values:
                raise ListChangeError(f"{_say_line(edited)}: the new {name} would read back as {read}{_UNCHANGED}")
            raise ListChangeError(f"{_say_line(edited)}: the change would turn the {name} into {read}{_UNCHANGED}")


def check_addition(before: ListReading, after: ListReading, row: Span, *, others: int = 0) -> ListEntry:
    """Return the paper in the bytes of a new row if all entries outside of it read as before.

    Parameters
    ----------
    before, after : ListReading
        The list before and after the change.
    row : tuple of int
        The bytes of the new row.
    others : int
        How many entries that are no papers the new row may hold.

    Raises
    ------
    ListChangeError
        The new row reads as no paper or as several, or changes how other entries are read.
    """
    new = [entry for entry in after.entries if row[0] <= entry.span[0] < row[1]]
    papers = [entry for entry in new if entry.kind == "paper"]
    if len(papers) != 1 or len(new) > 1 + others:
        raise ListChangeError(f"the new row {_describe_row(new)}{_UNCHANGED}")
    rest = tuple(entry for entry in after.entries if not row[0] <= entry.span[0] < row[1])
    if len(rest) != len(before.entries):
        raise ListChangeError(
            f"the rest of the list would read as {len(rest)} entries instead of {len(before.entries)}{_UNCHANGED}"
        )
    _refuse_changed(before.entries, rest)
    _refuse_unread(before, after)
    return papers[0]


_UNCHANGED: Final = "; the list is unchanged"


def _describe_row(new: list[ListEntry]) -> str:
    """Say what a row reads as that is not one paper."""
    if not new:
        return "would not be understood"
    if len(new) == 1:
        kind = "another resource" if new[0].kind == "other" else new[0].kind
        return f"would read as {kind}, not as a paper: {show_value(new[0].title)}"
    papers = sum(entry.kind == "paper" for entry in new)
    return f"would read as {format_count(papers, 'paper')} and {format_count(len(new) - papers, 'other')}"


def _are_equal(value: object, read: object) -> bool:
    if isinstance(value, str) and isinstance(read, str):
        return value.split() == read.split()
    return value == read


def _refuse_changed(before: Sequence[ListEntry], after: Sequence[ListEntry]) -> None:
    for old, new in zip(before, after, strict=True):
        for name in COMPARED:
            was, reads = getattr(old, name), getattr(new, name)
            if was != reads:
                said = f"{show_value(reads)} instead of {show_value(was)}"
                raise ListChangeError(f"{_say_line(old)}: the change would make the {name} read {said}{_UNCHANGED}")


def _refuse_unread(before: ListReading, after: ListReading) -> None:
    more = len(after.unread) - len(before.unread)
    if more > 0:
        raise ListChangeError(f"the change would leave {more} more places that are not understood{_UNCHANGED}")


def _say_line(entry: ListEntry) -> str:
    return f"{entry.path or 'line'}:{entry.line}"
