"""Show the change of a list as a unified diff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

_CONTEXT: Final = 3
_NO_LINE_END: Final = "\\ No newline at end of file"

_Run = tuple[int, int, int, int]
"""The first line of a change and the line after its last, before and after."""


def format_diff(before: bytes, after: bytes, *, path: str) -> str:
    r"""Return the unified diff of two versions of a file; empty if they are equal.

    Bytes that are not UTF-8 are shown as U+FFFD, and line ends without their carriage return. If no line was added or
    removed, the time is linear in the number of lines.

    Examples
    --------
    >>> print(format_diff(b"one\n", b"one\ntwo\n", path="README.md"))
    --- README.md
    +++ README.md
    @@ -1 +1,2 @@
     one
    +two
    """
    old, new = (_split_lines(data) for data in (before, after))
    hunks = [line for runs in _group(_find_changes(old, new)) for line in _format_hunk(runs, old, new)]
    return "\n".join([f"--- {path}", f"+++ {path}", *hunks]) if hunks else ""


def _split_lines(data: bytes) -> list[str]:
    lines = data.decode("utf-8", "replace").split("\n")
    last = lines.pop()
    return [line.removesuffix("\r") for line in lines] + ([f"{last}\n{_NO_LINE_END}"] if last else [])


def _find_changes(old: Sequence[str], new: Sequence[str]) -> list[_Run]:
    if len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [(place, place + 1, place, place + 1) for place, (one, other) in pairs if one != other]
    start = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    matched = SequenceMatcher(None, old[start:], new[start:], autojunk=False).get_opcodes()
    return [(start + a, start + b, start + c, start + d) for tag, a, b, c, d in matched if tag != "equal"]


def _group(changes: Sequence[_Run]) -> Iterator[list[_Run]]:
    """Yield the changes whose contexts meet together; changes without a line between them become one."""
    group: list[_Run] = []
    for run in changes:
        gap = run[0] - group[-1][1] if group else 0
        if group and not gap:
            group[-1] = (*group[-1][:1], run[1], group[-1][2], run[3])
        elif group and gap > 2 * _CONTEXT:
            yield group
            group = [run]
        else:
            group.append(run)
    if group:
        yield group


def _format_hunk(runs: Sequence[_Run], old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    before = min(_CONTEXT, runs[0][0])
    start, end = runs[0][0] - before, min(runs[-1][1] + _CONTEXT, len(old))
    added = sum((d - c) - (b - a) for a, b, c, d in runs)
    first = runs[0][2] - before
    yield f"@@ -{_name_range(start, end)} +{_name_range(first, first + end - start + added)} @@"
    place = start
    for a, b, c, d in runs:
        yield from (f" {line}" for line in old[place:a])
        yield from (f"-{line}" for line in old[a:b])
        yield from (f"+{line}" for line in new[c:d])
        place = b
    yield from (f" {line}" for line in old[place:end])


def _name_range(start: int, end: int) -> str:
    count = end - start
    return str(start + 1) if count == 1 else f"{start + 1 if count else start},{count}"
