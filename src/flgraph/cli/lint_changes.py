"""Keep the findings of rows that changed since a commit."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from flgraph.cli.lint_output import AnyFinding
from flgraph.files.changed_lines import ChangedLines, find_changed_lines
from flgraph.lists.lint.findings import Lines, ListFinding
from flgraph.records import Finding

_LAST: Final = 1_000_000_000  # beyond the end of any file
_LINES: Final = re.compile(r" \(lines ([\d, ]+)\)$")


def find_changes(ref: str) -> Callable[[Lines], bool]:
    """Return what tells whether lines of a file changed since a commit; it asks git once for each file.

    It raises `FlgraphError` if git is not installed, a file is in no repository, or the commit is unknown.
    """

    @cache
    def find(path: str) -> ChangedLines:
        return find_changed_lines(Path(path), ref)

    return lambda lines: find(lines[0]).touch(lines[1], lines[2])


def keep_changed(findings: Sequence[AnyFinding], is_changed: Callable[[Lines], bool]) -> list[AnyFinding]:
    """Return the findings of which a row changed; one about a whole file if any line of it did."""
    records: dict[str, list[int]] = {}
    return [finding for finding in findings if any(map(is_changed, _list_places(finding, records)))]


def _list_places(finding: AnyFinding, records: dict[str, list[int]]) -> list[Lines]:
    """Return the rows of a finding, or the records of a catalog, by their first and last line."""
    if isinstance(finding, ListFinding):
        return list(finding.rows) or [(finding.path, 1, _LAST)]
    found = _LINES.search(finding.message)
    lines = {finding.line, *(map(int, found[1].split(", ")) if found else ())}
    return [(finding.path, *_find_record(finding, line, records)) for line in sorted(lines)]


def _find_record(finding: Finding, line: int, records: dict[str, list[int]]) -> tuple[int, int]:
    """Return the first and the last line of the record around a line: records start with a hyphen or a key."""
    if finding.path not in records:
        text = Path(finding.path).read_text(encoding="utf-8", errors="replace")
        rows = text.split("\n")
        records[finding.path] = [number for number, row in enumerate(rows, 1) if row[:1] not in ("", " ", "\t", "#")]
    starts = records[finding.path]
    place = bisect_right(starts, line)
    first = starts[place - 1] if place else 1
    return first, (starts[place] - 1 if place < len(starts) else _LAST)
