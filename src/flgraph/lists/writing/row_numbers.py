"""Find the numbers of rows (1., [2], an ID column), and say which number a new row gets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from flgraph.lists.entries import ListEntry, ListReading, Span
from flgraph.lists.writing.row_patterns import find_block

_ITEM: Final = re.compile(rb"\s*(?:[-*+]\s+)?(?:\*\*|__)?[\[(#]?(\d{1,6})[\])]?[.):]?(?=\s|\*|_|\[)")
_PIPE_CELL: Final = re.compile(rb"\s*\|?\s*[#\[(]?(\d{1,6})[\]).]?\s*\|")
_HTML_CELL: Final = re.compile(rb"\s*(?:<[^<>]*>\s*){1,6}[#\[(]?(\d{1,6})[\]).]?\s*<")


@dataclass(frozen=True, slots=True)
class Numbering:
    """Where a new row of numbered rows belongs, and its number: "first", "last", or anywhere if all are equal."""

    number: int
    place: str


def find_number(reading: ListReading, entry: ListEntry) -> Span | None:
    """Return the digits that number a row, or None."""
    block = find_block(reading, entry)
    unit = reading.units[entry.unit]
    form = _ITEM if unit.kind != "row" else _HTML_CELL if unit.is_html else _PIPE_CELL
    found = form.match(reading.data, block[0], block[1])
    if found is None:
        return None
    span = found.span(1)
    taken = any(start < span[1] and span[0] < end for start, end in entry.spans.values())
    return None if taken else span


def choose_number(reading: ListReading, rows: Sequence[ListEntry]) -> Numbering | None:
    """Return the number that a new row among some rows gets, or None if they are not numbered."""
    spans = [find_number(reading, row) for row in rows]
    numbers = [int(reading.data[span[0] : span[1]]) for span in spans if span]
    if not rows or len(numbers) < len(rows):
        return None
    steps = {after - before for before, after in pairwise(numbers)}
    if steps == {0}:
        return Numbering(numbers[0], "any")
    if steps and max(steps) < 0:
        return Numbering(numbers[0] + 1, "first")
    return Numbering(max(numbers) + 1, "last") if len(numbers) > 1 or numbers[0] <= 1 else None
