"""Lint a list: run the rules on a reading, leave out what comments silence, and give each finding its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from flgraph.lists.entries import ListReading
from flgraph.lists.lint.findings import Draft, Lines, ListFinding, place_findings
from flgraph.lists.lint.lint_rows import Sheet
from flgraph.lists.lint.rules import CODES
from flgraph.lists.lint.rules_file import check_files, list_unread
from flgraph.lists.lint.rules_links import check_links, check_versions
from flgraph.lists.lint.rules_records import check_records, index_records, index_refuted
from flgraph.lists.lint.rules_style import check_style
from flgraph.lists.lint.rules_text import check_text
from flgraph.lists.lint.rules_works import check_works

if TYPE_CHECKING:
    from flgraph.records import Snapshot


def lint_list(
    reading: ListReading,
    *,
    style: bool = False,
    snapshot: Snapshot | None = None,
    unread: bool = False,
    is_changed: Callable[[Lines], bool] | None = None,
) -> list[ListFinding]:
    """List the findings in a list of papers, in the order of the file.

    An error is certain. A warning needs a decision by a person. A note needs none. A comment such as
    `<!-- flgraph: ignore L106 -->` in a row, or on a line of its own above it, silences findings of that code.

    Parameters
    ----------
    reading : ListReading
        The list, from `read_list`.
    style : bool
        Whether to report style as well: L109 and the codes from L130.
    snapshot : Snapshot or None
        The records that works are compared to by their ids, and the ids that its matches refute: L201 to L204.
    unread : bool
        Whether to report the places that the reader did not understand, as L100.
    is_changed : callable or None
        Says of a path with the first and last line of a row whether the row changed. A finding about several rows then
        stands on one that changed, if any did; otherwise on the last of two rows.

    Examples
    --------
    >>> from flgraph.lists.reading import parse_list
    >>> row = b"- [Braided Kernel Trees for Canal Locks](https://arxiv.org/abs/2113.90001)"
    >>> [finding.message for finding in lint_list(parse_list(row))]
    ['no arXiv id can be 2113.90001: month 13 does not exist']
    """
    sheet = Sheet(reading, is_changed)
    drafts = _run_rules(sheet, style=style, snapshot=snapshot, unread=unread)
    return place_findings((draft for draft in drafts if not sheet.is_ignored(draft.code, draft.rows)), sheet.parts)


def _run_rules(sheet: Sheet, *, style: bool, snapshot: Snapshot | None, unread: bool) -> Iterator[Draft]:
    records = {} if snapshot is None else index_records(snapshot)
    refuted = {} if snapshot is None else index_refuted(snapshot)
    works = list(check_works(sheet, records))
    yield from works
    # A finding of L101 also says what the text of the row says, and what the record says of both rows.
    shared = [draft.rows for draft in works if draft.code == "L101"]
    told = {"L102": {rows[0] for rows in shared}, "L203": {row for rows in shared for row in rows}}
    for draft in (*check_links(sheet), *check_records(sheet, records, refuted)):
        if not (draft.rows and draft.rows[0] in told.get(draft.code, ())):
            yield draft
    yield from check_text(sheet)
    yield from check_files(sheet, CODES)
    if style:
        yield from check_versions(sheet)
        yield from check_style(sheet)
    if unread:
        yield from list_unread(sheet)
