"""Find the lines of the parts of an entry in its text, without parsing it again.

The data of the entry say which parts its text must have. Where the text shows other names or another number of items
than the data, as in flow style over several lines, the answer is None and a parser must look.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

_KEY: Final = re.compile(r"[\w./@-]+(?=:(?:\s|$))")
_ITEM: Final = re.compile(r"- +(?=[^\s#-])")
_EMPTY: Final = re.compile(r"\s*(?:#|$)")


class _Part(NamedTuple):
    """A part of an entry: the lines from `start` up to `stop`, and its value.

    The value is written from a column of the line `first`, which is None if it stands behind its key.
    """

    start: int
    stop: int
    value: Any
    first: int | None
    column: int = 0


def find_block_line(text: str, value: Any, location: Sequence[str | int]) -> int | None:
    """Return the line of a location, counted from 0, or of the nearest part above it; None if a parser must tell.

    Parameters
    ----------
    text : str
        The text of a mapping or a list that starts at the margin.
    value : dict or list
        The data of the text.
    location : Sequence of str or int
        The keys and places that lead to the part.
    """
    lines = text.split("\n")
    part = _Part(0, len(lines), value, 0)
    for number, step in enumerate(location):
        if not _contains(part.value, step):
            break
        if number and all(_EMPTY.match(line) for line in lines[part.start + 1 : part.stop]):
            break  # all of it stands on one line
        found = _list_parts(lines, part)
        if step not in found:
            return None
        part = found[step]
    return part.start


def _contains(value: Any, step: str | int) -> bool:
    if isinstance(value, dict):
        return step in value
    return isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value)


def _list_parts(lines: Sequence[str], part: _Part) -> dict[str | int, _Part]:
    """Return the parts of a mapping or a list by key or place; nothing if the text shows others than the data."""
    if part.first is None:
        return {}
    is_mapping = isinstance(part.value, dict)
    found = _match_lines(lines, part, _KEY if is_mapping else _ITEM)
    steps: list[str | int] = [match[0] for _, match in found] if is_mapping else list(range(len(found)))
    if steps != (list(part.value) if is_mapping else list(range(len(part.value)))):
        return {}
    stops = [number for number, _ in found[1:]] + [part.stop]
    return {
        step: _read_pair(lines, number, stop, match, part.value[step])
        if is_mapping
        else _Part(number, stop, part.value[step], number, match.end())
        for step, (number, match), stop in zip(steps, found, stops, strict=True)
    }


def _match_lines(lines: Sequence[str], part: _Part, pattern: re.Pattern[str]) -> list[tuple[int, re.Match[str]]]:
    """Return the lines of a part that match a pattern at its column, where nothing stands before it."""
    first = part.first or 0
    matches = ((number, pattern.match(lines[number], part.column)) for number in range(first, part.stop))
    return [
        (number, match)
        for number, match in matches
        if match and (number == first or not lines[number][: part.column].strip())
    ]


def _read_pair(lines: Sequence[str], start: int, stop: int, key: re.Match[str], value: Any) -> _Part:
    below: list[int] = []
    if _EMPTY.match(lines[start][key.end() + 1 :]):
        below = [number for number in range(start + 1, stop) if not _EMPTY.match(lines[number])][:1]
    if not below:
        return _Part(start, stop, value, None)
    line = lines[below[0]]
    return _Part(start, stop, value, below[0], len(line) - len(line.lstrip(" ")))
