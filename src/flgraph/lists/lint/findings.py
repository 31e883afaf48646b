"""Define what a rule finds in a list, and give each finding its line and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from flgraph.lists.entries import ListReading, Span
from flgraph.lists.writing.patches import Patch

Level = Literal["error", "warning", "note"]
Place = tuple[str, int]
"""A path and a line, from 1."""
Lines = tuple[str, int, int]
"""A path, and the first and last line of a row, from 1."""

LEVELS: Final[tuple[Level, ...]] = ("error", "warning", "note")
"""The levels of findings, worst first."""


@dataclass(frozen=True, slots=True)
class ListFinding:
    """A defect of a list: its code, its level, its place, and what to do about it.

    `line` and `column` count from 1; a column counts characters. `others` are the rows that the finding is also about,
    `titles` the titles of all rows it is about. `fix` holds the patches that mend it, None if no mending is certain.
    `rows` are the first and last lines of each row it is about. `work` names the work by an id, else by its title, and
    is empty for a finding about a file.
    """

    code: str
    level: Level
    path: str
    line: int
    column: int
    message: str
    others: tuple[Place, ...] = ()
    titles: tuple[str, ...] = ()
    fix: tuple[Patch, ...] | None = None
    rows: tuple[Lines, ...] = ()
    work: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.level} {self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding before its line is known: a byte of a file, and the spans of the rows that it is about."""

    code: str
    level: Level
    path: str
    place: int
    message: str
    others: tuple[tuple[str, int], ...] = ()
    titles: tuple[str, ...] = ()
    fix: tuple[Patch, ...] | None = None
    rows: tuple[tuple[str, Span], ...] = ()
    work: str = ""


def place_findings(drafts: Iterable[Draft], parts: Mapping[str, ListReading]) -> list[ListFinding]:
    """Return findings with lines and columns, in the order of the files and of the places in them."""
    order = {path: number for number, path in enumerate(parts)}
    ordered = sorted(drafts, key=lambda draft: (order[draft.path], draft.place, draft.code))
    columns = _count_columns(ordered, parts)
    return [_place(draft, parts, column) for draft, column in zip(ordered, columns, strict=True)]


def _count_columns(ordered: Iterable[Draft], parts: Mapping[str, ListReading]) -> list[int]:
    """Count the characters before each place of a line; go on from the place before, as a line may hold thousands."""
    columns: list[int] = []
    known, at, column = ("", 0), 0, 1
    for draft in ordered:
        part = parts[draft.path]
        line = (draft.path, part.find_line(draft.place))
        if line != known:
            known, column, at = line, 1, draft.place - part.find_column(draft.place) + 1
        column += len(part.text_at((at, draft.place)))
        at = draft.place
        columns.append(column)
    return columns


def _place(draft: Draft, parts: Mapping[str, ListReading], column: int) -> ListFinding:
    return ListFinding(
        draft.code,
        draft.level,
        draft.path,
        parts[draft.path].find_line(draft.place),
        column,
        draft.message,
        tuple((path, parts[path].find_line(place)) for path, place in draft.others),
        draft.titles,
        draft.fix,
        tuple((path, *find_lines(parts[path], span)) for path, span in draft.rows),
        draft.work,
    )


def find_lines(part: ListReading, span: Span) -> Span:
    """Return the first and the last line of a row."""
    return part.find_line(span[0]), part.find_line(max(span[0], span[1] - 1))
