"""Choose the rows whose form a new row takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from flgraph.lists.entries import ListEntry, ListReading
from flgraph.lists.writing.row_filling import NewWork, list_literals
from flgraph.lists.writing.row_patterns import FIELDS, format_shape, is_written
from flgraph.lists.writing.row_text import count_text, find_own

_LACKS: Final = 2
_OWN: Final = 4
_MOST_OWN: Final = 3
_SEVERAL: Final = "shares a row"


def rank_models(reading: ListReading, rows: Sequence[ListEntry], work: NewWork) -> list[tuple[ListEntry, str]]:
    """List the rows that a new one may be written after, with their shapes: the best first.

    Best is the row with the least difference in fields; then the one without text of its own; then the commonest
    shape. Rows that share their text with another work, or that lie in a spanning cell, are left out.
    """
    usable = [row for row in rows if _is_usable(reading, row)]
    if not usable:
        return []
    literals = {row.span: list_literals(reading, row) for row in usable}
    common = count_text(literals.values())
    shapes = {row.span: format_shape(reading, row) for row in usable}
    counts = Counter(shapes.values())
    wanted = _find_wanted(work) & {part for row in usable for part in _find_parts(row)}

    def measure(row: ListEntry) -> tuple[int, int, int]:
        parts = _find_parts(row)
        own = sum(len(find_own(text, common)) for text in literals[row.span])
        others = sum(link.kind != "code" and link.url != row.url for link in row.links)
        cost = _LACKS * len(wanted - parts) + len(parts - wanted) + others + len(row.doubts)
        return cost + _OWN * min(own, _MOST_OWN), -counts[shapes[row.span]], -row.span[0]

    return [(row, shapes[row.span]) for row in sorted(usable, key=measure)]


def _is_usable(reading: ListReading, row: ListEntry) -> bool:
    return _SEVERAL not in row.doubts and is_written(row, "title") and not any(reading.units[row.unit].inherited)


def _find_wanted(work: NewWork) -> frozenset[str]:
    return frozenset(name for name in (*FIELDS, "code") if getattr(work, name) is not None)


def _find_parts(row: ListEntry) -> frozenset[str]:
    fields = [name for name in FIELDS if is_written(row, name)]
    return frozenset([*fields, *(["code"] if any(link.kind == "code" for link in row.links) else [])])
