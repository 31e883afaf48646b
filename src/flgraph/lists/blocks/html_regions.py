"""Find where a region of HTML ends: a blank line ends it for Markdown, but neither a table nor a comment."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Final

_MARK: Final = re.compile(rb"<!--|<(/?)table(?=[\s/>])", re.IGNORECASE)
_HEADING: Final = re.compile(rb"^ {0,3}#{1,6}[ \t]", re.MULTILINE)


class HtmlRegions:
    """The tables and comments of a file by their first byte; one that is never closed ends with its section or file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._ends = _find_ends(data)
        self._starts = sorted(self._ends)

    def find_end(self, start: int, end: int) -> int:
        """Return the end of a region of HTML, extended by what begins in it and is not closed in it."""
        while True:
            first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
            furthest = max((self._ends[place] for place in self._starts[first:last]), default=end)
            if furthest <= end:
                return end
            line_end = self._data.find(b"\n", furthest - 1)
            start, end = end, len(self._data) if line_end < 0 else line_end + 1


def _find_ends(data: bytes) -> dict[int, int]:
    """Return the end of each table and comment by its start."""
    ends: dict[int, int] = {}
    tables: list[int] = []
    skip_to = 0
    last_comment_end = data.rfind(b"-->")
    for found in _MARK.finditer(data):
        place = found.start()
        if place < skip_to:
            continue
        if found[0] == b"<!--":
            ends[place] = data.index(b"-->", place) + 3 if place < last_comment_end else len(data)
            skip_to = ends[place] if place < last_comment_end else skip_to
        elif not found[1]:
            tables.append(place)
        elif tables:
            close = data.find(b">", found.end())
            ends[tables.pop()] = len(data) if close < 0 else close + 1
    headings = [found.start() for found in _HEADING.finditer(data)] if tables else []
    for place in tables:
        number = bisect_right(headings, place)
        ends[place] = headings[number] if number < len(headings) else len(data)
    return ends
