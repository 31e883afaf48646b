"""Read the valid parts of an invalid record, so that lint finds its other faults as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from flgraph.records import Record

_Path = tuple[str | int, ...]

# For required fields that are missing or invalid. No check finds a fault in them.
_STAND_INS: Final = {"url": "https://example.org"}


class Partial(NamedTuple):
    """The valid parts of a record; `places` are the places in the file of the items of each list that lost some."""

    record: Record
    places: Mapping[str, Sequence[int]]


def read_partly(kind: type[Record], item: object, number: int) -> Partial | None:
    """Return the valid parts of a record, None if there are none; `number` tells records without a key apart."""
    if not isinstance(item, Mapping):
        return None
    left = {field: _copy(value) for field, value in item.items()}
    places = {field: list(range(len(value))) for field, value in left.items() if isinstance(value, list)}
    while True:
        try:
            return Partial(kind.model_validate(left), places)
        except ValidationError as error:
            faults = error.errors(include_url=False)
        paths = {_find_deepest(left, fault["loc"]) for fault in faults}
        missing = [str(fault["loc"][0]) for fault in faults if fault["type"] == "missing" and len(fault["loc"]) == 1]
        if () in paths and not missing:
            return None
        # Backwards, so that a place that is removed moves none that is still to be removed.
        for path in sorted(paths - {()}, key=_sort_path, reverse=True):
            _remove(left, path)
            if len(path) == 2 and path[0] in places:
                del places[str(path[0])][int(path[1])]
        left |= {field: _STAND_INS.get(field, f"record-{number}") for field in missing}


def _copy(value: Any) -> Any:
    """Copy plain data; `deepcopy` would copy once what aliases repeat."""
    if isinstance(value, Mapping):
        return {name: _copy(part) for name, part in value.items()}
    return [_copy(part) for part in value] if isinstance(value, list) else value


def _find_deepest(item: Mapping[str, Any], location: _Path) -> _Path:
    """Return the deepest part of a record that a location of pydantic leads to, at most an item of a list.

    An item without one of its fields may equal another, so it is left out as a whole.
    """
    part: Any = item
    if location and isinstance(item.get(str(location[0])), list):
        location = location[:2]
    for depth, step in enumerate(location):
        is_there = 0 <= step < len(part) if isinstance(part, list) and isinstance(step, int) else False
        if not is_there and not (isinstance(part, Mapping) and step in part):
            return location[:depth]
        part = part[step]
    return location


def _sort_path(path: _Path) -> tuple[tuple[bool, int, str], ...]:
    return tuple((isinstance(step, int), step if isinstance(step, int) else 0, str(step)) for step in path)


def _remove(item: Any, path: _Path) -> None:
    for step in path[:-1]:
        item = item[step]
    del item[path[-1]]
