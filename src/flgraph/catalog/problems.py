"""Findings of lint before their lines are known."""

from __future__ import annotations

from typing import Literal, NamedTuple

Location = tuple[str | int, ...]


class Problem(NamedTuple):
    """A finding before its line is known: the field of the catalog, and the location in the file of that field.

    `names` is the (field, key) that the message calls unknown, None if it calls nothing unknown. `others` are the
    locations that the finding is also about; their lines are added to the message.
    `code` is the code of its rule; by default, that of a record that cannot be read.
    """

    field: str
    location: Location
    level: Literal["error", "warning", "note"]
    message: str
    names: tuple[str, str] | None = None
    others: tuple[Location, ...] = ()
    code: str = "C101"


def say_subject(location: Location) -> str:
    """Return a field, an item of a list or a whole record in words."""
    if not location:
        return "the record"
    name = location[-1]
    return f"item {name + 1} of `{location[-2]}`" if isinstance(name, int) and len(location) > 1 else f"`{name}`"
