"""Find how the rows of a section are ordered, and where a new one belongs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final

from flgraph.identifiers import normalize_title
from flgraph.lists.entries import ListEntry

_FEWEST: Final = 3


def find_position(rows: Sequence[ListEntry], title: str, year: int | None) -> int:
    """Return before which of some rows a new one belongs; the number of rows is the end.

    Rows may be sorted by year, newest first or last, or by title. Otherwise a new row goes to the end.

    Examples
    --------
    >>> find_position([], "A way to learn", 2031)
    0
    """
    years = [row.year for row in rows]
    if year is not None and None not in years and len(rows) >= _FEWEST and len(set(years)) > 1:
        if _is_sorted(years, lambda before, after: before >= after):
            return sum(known is not None and known >= year for known in years)
        if _is_sorted(years, lambda before, after: before <= after):
            return sum(known is not None and known <= year for known in years)
    titles = [normalize_title(row.title) for row in rows]
    if len(rows) > _FEWEST and _is_sorted(titles, lambda before, after: before <= after):
        return sum(known <= normalize_title(title) for known in titles)
    return len(rows)


def _is_sorted(values: Sequence[Any], fits: Callable[[Any, Any], bool]) -> bool:
    return all(fits(before, after) for before, after in pairwise(values))
