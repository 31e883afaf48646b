"""Fix what is certain in a list: patch the bytes of some findings, and read the list back before it is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from flgraph.errors import FlgraphError
from flgraph.identifiers import normalize_title
from flgraph.lists.entries import ListEntry, ListReading
from flgraph.lists.lint.findings import ListFinding
from flgraph.lists.lint.linting import lint_list
from flgraph.lists.reading import parse_list
from flgraph.lists.writing.patches import Patch, apply_patches

FIXED_BY_DEFAULT: Final = ("L108", "L116")
FIXED_IF_ASKED: Final = ("L103", "L109")


@dataclass(frozen=True)
class Fixed:
    """A list with some findings fixed: its new bytes, and the findings."""

    data: bytes
    findings: Sequence[ListFinding]


def fix_list(reading: ListReading, *, codes: Collection[str] = FIXED_BY_DEFAULT) -> Fixed:
    """Fix the findings of some codes that have a certain remedy; all other bytes stay as they are.

    Parameters
    ----------
    reading : ListReading
        The list, a single file.
    codes : Collection of str
        The codes to fix, of L103, L108, L109 and L116.

    Raises
    ------
    FlgraphError
        The reading is of a folder, or the fixed list would be read otherwise than intended.

    Examples
    --------
    >>> row = b"- [Braided Kernel Trees for Canal Locks](https://arxiv.org/abs/2101.90001v2)"
    >>> fix_list(parse_list(row), codes=["L109"]).data[-11:]
    b'2101.90001)'
    """
    if reading.parts:
        raise FlgraphError(f"{reading.path}: is a folder; name one of its files")
    findings, patches = _choose_patches(lint_list(reading, style=True), codes)
    data = apply_patches(reading.data, patches)
    if patches:
        _compare(reading, parse_list(data, name=reading.path))
    return Fixed(data, findings)


def _choose_patches(findings: Iterable[ListFinding], codes: Collection[str]) -> tuple[list[ListFinding], list[Patch]]:
    """Return the findings to fix and their patches; of two about the same bytes, the first."""
    chosen: list[ListFinding] = []
    patches: dict[tuple[int, int], Patch] = {}
    for finding in findings:
        if (
            finding.code in codes
            and finding.fix
            and not any((patch.start, patch.end) in patches for patch in finding.fix)
        ):
            chosen.append(finding)
            patches |= {(patch.start, patch.end): patch for patch in finding.fix}
    return chosen, list(patches.values())


def _compare(before: ListReading, after: ListReading) -> None:
    """Raise `FlgraphError` if two readings differ in more than addresses and invisible characters."""
    ours, theirs = ([_describe(one) for one in reading.entries] for reading in (before, after))
    if ours != theirs:
        line = next(
            (one.line for one, own, other in zip(before.entries, ours, theirs, strict=False) if own != other), 1
        )
        raise FlgraphError(f"{before.path}:{line}: the fix would change how this row is read; correct it by hand")


def _describe(entry: ListEntry) -> tuple[object, ...]:
    """Return what a fix never changes; an invisible character may split a word."""
    title = normalize_title(entry.title).replace(" ", "")
    return entry.kind, title, bool(entry.url), entry.section, entry.year, entry.line
