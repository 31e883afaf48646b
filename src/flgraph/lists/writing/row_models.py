"""Choose the rows whose form a new row takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from flgraph.lists.entries import ListEntry, ListReading
from flgraph.lists.writing.row_filling import NewWork, list_literals
from flgraph.lists.writing.row_forms import count_odd, find_usual, read_form
from flgraph.lists.writing.row_patterns import FIELDS, find_block, format_shape, is_written, list_holes
from flgraph.lists.writing.row_text import count_text, find_own

# What tells against a row as a model. An unusual form weighs more than a part to be removed, and less than one that
# the new row would lack.
_LACKS: Final = 4
_ODD: Final = 3
_MORE: Final = 2
_OWN: Final = 8
_MOST_OWN: Final = 3
_FEW: Final = 3
_SEVERAL: Final = "shares a row"


def rank_models(reading: ListReading, rows: Sequence[ListEntry], work: NewWork) -> list[tuple[ListEntry, str]]:
    """List the rows that a new one may be written after, with their shapes: the best first.

    Best is the row with the least difference in fields, and without text of its own or forms that most of the rows do
    not share; then the one with the commonest shape; then the last. Beside fewer than three rows, those of the whole
    list that write the same fields in the same order count, too. Rows that share their text with another work, or that
    lie in a spanning cell, are left out.
    """
    own_rows = [row for row in rows if _is_usable(reading, row)]
    usable = own_rows + (_find_peers(reading, own_rows) if len(own_rows) < _FEW else [])
    if not usable:
        return []
    literals = {row.span: list_literals(reading, row) for row in usable}
    common = count_text(literals.values())
    shapes = {row.span: format_shape(reading, row) for row in usable}
    counts = Counter(shapes.values())
    forms = {row.span: read_form(reading, row) for row in usable}
    usual = find_usual(forms.values())
    wanted = _find_wanted(work) & {part for row in usable for part in _find_parts(row)}
    near = {row.span for row in own_rows}

    def measure(row: ListEntry) -> tuple[int, int, int, bool, int]:
        parts = _find_parts(row)
        own = sum(len(find_own(text, common)) for text in literals[row.span])
        others = sum(link.kind != "code" and link.url != row.url for link in row.links)
        more = len(parts - wanted) + others + len(row.doubts)
        odd = count_odd(forms[row.span], usual)
        cost = _LACKS * len(wanted - parts) + _MORE * more + _OWN * min(own, _MOST_OWN) + _ODD * bool(odd)
        return cost, odd, -counts[shapes[row.span]], row.span not in near, -row.span[0]

    return [(row, shapes[row.span]) for row in sorted(usable, key=measure)]


def _find_peers(reading: ListReading, rows: Sequence[ListEntry]) -> list[ListEntry]:
    """List the other rows of a list that write the same fields and links as one of a few rows, in the same order."""
    outlines = {_outline(reading, row) for row in rows}
    known = {row.span for row in rows}
    others = (row for row in reading.papers if row.span not in known and _is_usable(reading, row))
    return [row for row in others if _outline(reading, row) in outlines]


def _outline(reading: ListReading, row: ListEntry) -> tuple[object, ...]:
    unit, block = reading.units[row.unit], find_block(reading, row)
    text = reading.data[block[0] : block[1]]
    margin = len(text) - len(text.lstrip()) if b"\n" in text else 0  # that of a row of one line is set to fit
    names = tuple(name for _, name in list_holes(row, block))
    return unit.kind, unit.is_html, unit.level, unit.depth, unit.header, margin, names


def _is_usable(reading: ListReading, row: ListEntry) -> bool:
    return _SEVERAL not in row.doubts and is_written(row, "title") and not any(reading.units[row.unit].inherited)


def _find_wanted(work: NewWork) -> frozenset[str]:
    return frozenset(name for name in (*FIELDS, "code") if getattr(work, name) is not None)


def _find_parts(row: ListEntry) -> frozenset[str]:
    fields = [name for name in FIELDS if is_written(row, name)]
    return frozenset([*fields, *(["code"] if any(link.kind == "code" for link in row.links) else [])])
