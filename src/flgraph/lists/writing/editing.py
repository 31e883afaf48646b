"""Change fields of one row of a list; every other byte stays."""

from __future__ import annotations

from collections.abc import Mapping

from flgraph.lists.entries import ListEntry, ListField, ListReading
from flgraph.lists.reading import parse_list
from flgraph.lists.writing.escaping import escape_field, find_place
from flgraph.lists.writing.patches import Patch, apply_patches
from flgraph.lists.writing.read_back import Values, check_edits
from flgraph.lists.writing.row_patterns import find_usual_shape, is_written

_SHORT_YEAR = 2


def edit_list(
    reading: ListReading,
    entry: ListEntry,
    *,
    title: str | None = None,
    url: str | None = None,
    venue: str | None = None,
    year: int | None = None,
    authors: str | None = None,
) -> bytes:
    r"""Return the bytes of a list with fields of one row changed, and no other byte.

    The changed list is read again. It must read as before except for the fields given.

    Parameters
    ----------
    reading : ListReading
        The list, as Markdown.
    entry : ListEntry
        An entry of the reading.
    title, url, venue, authors : str or None
        The new values; None keeps the old. They are escaped for their place.
    year : int or None
        The new year.

    Raises
    ------
    ValueError
        No field is given, the row does not write a field, or a value does not fit on a line.
    ListChangeError
        The change would alter how another entry or field is read, or would not read back.

    Examples
    --------
    >>> from flgraph.lists.reading import parse_list
    >>> reading = parse_list(b"## Papers\n\n- [A way to lern](https://arxiv.org/abs/2912.00001)\n")
    >>> edit_list(reading, reading.entries[0], title="A way to learn")
    b'## Papers\n\n- [A way to learn](https://arxiv.org/abs/2912.00001)\n'
    """
    given: dict[ListField, str | int | None] = {
        "title": title, "url": url, "venue": venue, "year": year, "authors": authors,
    }  # fmt: skip
    values: dict[ListField, str | int] = {name: value for name, value in given.items() if value is not None}
    if not values:
        raise ValueError("give a field to change: title, url, venue, year or authors")
    return edit_rows(reading, {_find_number(reading, entry): values})


def edit_rows(reading: ListReading, edits: Mapping[int, Values]) -> bytes:
    """Return the bytes of a list with fields of several rows changed; `edits` holds them by the place of the entry.

    Raises
    ------
    ValueError
        A row does not write a field, or a value does not fit on a line.
    ListChangeError
        The changes would alter how another entry or field is read, or would not read back.
    """
    refuse_other_forms(reading)
    patches = [
        _make_patch(reading, reading.entries[number], name, value)
        for number, values in edits.items()
        for name, value in values.items()
        if value is not None
    ]
    changed = apply_patches(reading.data, patches)
    if changed != reading.data:
        check_edits(reading, parse_list(changed, name=reading.path), edits)
    return changed


def refuse_other_forms(reading: ListReading) -> None:
    """Raise `ValueError` unless a reading is of one Markdown file."""
    if reading.form == "folder":
        raise ValueError(f"{reading.path}: is a folder; name one of its files")
    if reading.form != "markdown":
        raise ValueError(
            f"{reading.path}: only Markdown lists can be changed, found {reading.form}; edit the file itself"
        )


def _find_number(reading: ListReading, entry: ListEntry) -> int:
    for number, known in enumerate(reading.entries):
        if known is entry or known == entry:
            return number
    raise ValueError("the entry is not of this reading; take it from reading.entries")


def _make_patch(reading: ListReading, entry: ListEntry, name: ListField, value: str | int) -> Patch:
    if not is_written(entry, name):
        raise ValueError(_say_unwritten(reading, entry, name))
    span = entry.spans[name]
    if name == "year":
        value = _shorten_year(value, span[1] - span[0])
    return Patch(*span, escape_field(name, value, find_place(reading, entry, span)))


def _shorten_year(value: str | int, digits: int) -> str:
    text = str(value)
    if not (text.isdecimal() and len(text) == 4):
        raise ValueError(f"year must have four digits, found {value!r}")
    return text[-_SHORT_YEAR:] if digits == _SHORT_YEAR else text


def _say_unwritten(reading: ListReading, entry: ListEntry, name: ListField) -> str:
    where = f"{reading.path}:{entry.line}: this row has no {name} of its own"
    origin = entry.origins.get(name)
    if origin and origin not in ("row", "column"):
        return f"{where}; it comes from a {origin} that other rows share"
    pattern = find_usual_shape(reading, entry, name)
    return (
        f"{where}; other rows write it like this: {pattern}" if pattern else f"{where}, and neither does any other row"
    )
