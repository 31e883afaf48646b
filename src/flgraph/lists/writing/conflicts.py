"""Merge three versions of a record field by field: before, in the list, in the catalog."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both sides changed: its value before, in the list and in the catalog; `line` is of the list."""

    key: str
    field: str
    base: object
    theirs: object
    ours: object
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """What a field was, what it is in the list, and what it is in the catalog."""

    name: str
    base: object
    theirs: object
    ours: object

    @property
    def is_conflict(self) -> bool:
        """Whether both sides changed the field, to different values."""
        return self.theirs != self.base and self.ours not in (self.base, self.theirs)

    @property
    def merged(self) -> object:
        """The value of the side that changed the field; of a conflict, that of the catalog."""
        return self.theirs if self.ours == self.base else self.ours


def find_conflicts(key: str, fields: Iterable[ThreeWay], *, line: int | None = None) -> list[Conflict]:
    """List the fields of a record that both sides changed.

    Examples
    --------
    >>> changed = ThreeWay("venue", base="arXiv", theirs="KDD 2031", ours="ICML 2031")
    >>> [(one.key, one.theirs, one.ours) for one in find_conflicts("learn", [changed])]
    [('learn', 'KDD 2031', 'ICML 2031')]
    """
    return [Conflict(key, one.name, one.base, one.theirs, one.ours, line) for one in fields if one.is_conflict]
