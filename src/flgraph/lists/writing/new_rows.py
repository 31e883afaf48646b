"""Add a work to a list, in the form of the rows around it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from flgraph.checks import show_value
from flgraph.errors import ListChangeError
from flgraph.lists.entries import ListEntry, ListReading, Span
from flgraph.lists.reading import parse_list
from flgraph.lists.writing.editing import refuse_other_forms
from flgraph.lists.writing.patches import Patch, apply_patches
from flgraph.lists.writing.read_back import check_addition
from flgraph.lists.writing.row_filling import FilledRow, NewWork, fill_row, list_literals
from flgraph.lists.writing.row_models import rank_models
from flgraph.lists.writing.row_numbers import Numbering, choose_number
from flgraph.lists.writing.row_order import find_position
from flgraph.lists.writing.row_patterns import WRITTEN, find_block, is_written
from flgraph.lists.writing.row_text import CommonText, count_text
from flgraph.lists.writing.sections import Section, find_section, find_section_units, format_section

__all__ = ["Addition", "NewWork", "add_to_list", "find_rows", "plan_addition"]

_MODELS_READ: Final = 3
_MODELS_FILLED: Final = 3  # of one shape
_ENOUGH_ROWS: Final = 4
_MOST_SHOWN: Final = 12
_MARKER: Final = re.compile(rb"\s*")
_BULLET: Final = re.compile(rb"([-*+])(?=\s)")
_DELIMITERS: Final = re.compile(rb"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")


@dataclass(frozen=True)
class Addition:
    """The bytes of a list with a new row, and the entry that is read from the row."""

    data: bytes
    entry: ListEntry


def add_to_list(reading: ListReading, work: NewWork, *, section: str, after: ListEntry | None = None) -> bytes:
    r"""Return the bytes of a list with a new row, in the form of the rows of its section.

    The new row is filled from a model: the row that differs least in the fields it writes. Numbers go on, and a
    section that is sorted by year or title stays sorted. The changed list is read again: the new row must read as the
    work, and all others as before.

    Parameters
    ----------
    reading : ListReading
        The list, as Markdown.
    work : NewWork
        The work. What the rows of the section do not write is left out.
    section : str
        The last heading of the section, or a path such as "Papers > 2031"; upper and lower case count as equal.
    after : ListEntry or None
        The entry to write the row after; None finds the place by the order of the section.

    Raises
    ------
    ValueError
        No section or several have this name, or a value does not fit on a line.
    ListChangeError
        The row cannot be written in the form of the section, or would change how other rows are read.

    Examples
    --------
    >>> from flgraph.lists.reading import parse_list
    >>> row = b"- [A way to learn](https://arxiv.org/abs/2912.00001), ICML 2031\n"
    >>> work = NewWork(title="How to learn together", url="https://arxiv.org/abs/2912.00002", venue="KDD", year=2032)
    >>> print(add_to_list(parse_list(b"## Papers\n\n" + row), work, section="papers").decode())
    ## Papers
    <BLANKLINE>
    - [A way to learn](https://arxiv.org/abs/2912.00001), ICML 2031
    - [How to learn together](https://arxiv.org/abs/2912.00002), KDD 2032
    <BLANKLINE>
    """
    return plan_addition(reading, work, section=section, after=after).data


def plan_addition(reading: ListReading, work: NewWork, *, section: str, after: ListEntry | None = None) -> Addition:
    """Return the list with a new row as `add_to_list` does, and how the new row reads."""
    refuse_other_forms(reading)
    found = find_section(reading, section)
    rows = find_rows(reading, found, work) if after is None else _find_neighbours(reading, found, after)
    refused: list[ListChangeError] = []
    common: dict[Section, CommonText] = {}
    for model in _choose_models(reading, found, rows, work):
        spot = _find_spot(reading, found, rows, model, work, after)
        text = common.setdefault(model.section, common.get(model.section) or _count_common(reading, model))
        filled = fill_row(reading, model, work, text, spot.numbering.number if spot.numbering else None)
        if filled.left:
            continue
        try:
            return _insert(reading, filled, spot, found, work)
        except ListChangeError as error:
            refused.append(error)
        if len(refused) == _MODELS_READ:  # each takes one reading of the list
            break
    if refused:
        raise refused[0]
    raise ListChangeError(
        f"{reading.path}: every row of {format_section(found)!r} contains text of its own that a new row must not "
        "copy; write the row by hand"
    )


def find_rows(reading: ListReading, section: Section, work: NewWork) -> list[ListEntry]:
    """List the rows of a section that a new row joins.

    If the rows are in several groups, such as bullets by year, these are the rows of the group that fits best.

    Raises
    ------
    ListChangeError
        All of them are nested below entries of their own, and nobody knows to which one the new row belongs.
    """
    groups: dict[int | None, list[ListEntry]] = defaultdict(list)
    for entry in reading.papers:
        if entry.section == section:
            groups[reading.units[entry.unit].parent].append(entry)
    owners = {entry.unit: entry for entry in reading.entries}
    nested = [parent for parent in groups if parent in owners]
    if nested and len(nested) == len(groups):
        owner = owners[nested[-1]]
        raise ListChangeError(
            f"{reading.path}: the papers of {format_section(section)!r} are nested below other entries, such as "
            f"{show_value(owner.title)} on line {owner.line}; write the row by hand below the one it belongs to"
        )
    for parent in nested:
        del groups[parent]
    ranked = sorted(groups.values(), key=lambda rows: _measure_fit(rows[0], work))  # of equal ones, the last is taken
    return ranked[-1] if ranked else []


def _find_neighbours(reading: ListReading, section: Section, after: ListEntry) -> list[ListEntry]:
    """List the rows of the section and group of a row."""
    if after.section != section or after not in reading.papers:
        raise ValueError(
            f"the entry to add after, {show_value(after.title)}, is not a paper of {format_section(section)!r}"
        )
    parent = reading.units[after.unit].parent
    return [row for row in reading.papers if row.section == section and reading.units[row.unit].parent == parent]


def _measure_fit(row: ListEntry, work: NewWork) -> tuple[bool, int]:
    """Return whether nothing that a row takes from above itself is false of a work, and how much of it is true."""
    inherited = {name: value for name, value in (("venue", row.venue), ("year", row.year)) if _is_inherited(row, name)}
    told = [getattr(work, name) == value for name, value in inherited.items() if getattr(work, name) is not None]
    return all(told), sum(told)


def _is_inherited(row: ListEntry, name: str) -> bool:
    return row.origins.get(name, "row") not in WRITTEN  # type: ignore[call-overload]


# --- the model -------------------------------------------------------------------------------------------


def _choose_models(
    reading: ListReading, section: Section, rows: Sequence[ListEntry], work: NewWork
) -> Iterator[ListEntry]:
    """Yield models for a new row, the best first: of the section, else of its siblings, else of the whole list."""
    if not rows:
        _refuse_outer_section(reading, section)
    if not rows or (work.url and not any(is_written(row, "url") for row in rows)):
        forms = {_get_form(reading, row) for row in rows}
        others = _find_sibling_rows(reading, section, work)
        rows = [row for row in others if not forms or _get_form(reading, row) in forms] or rows
    if not rows:
        raise ListChangeError(f"{reading.path}: no row shows how papers are written; write the first row by hand")
    shapes: Counter[str] = Counter()
    for model, shape in rank_models(reading, rows, work):
        shapes[shape] += 1
        if shapes[shape] <= _MODELS_FILLED:
            yield model


def _get_form(reading: ListReading, row: ListEntry) -> tuple[str, bool]:
    unit = reading.units[row.unit]
    return unit.kind, unit.is_html


def _refuse_outer_section(reading: ListReading, section: Section) -> None:
    depth = len(section)
    below = dict.fromkeys(entry.section for entry in reading.papers if entry.section[:depth] == section)
    if below:
        choices = ", ".join(format_section(other) for other in list(below)[:_MOST_SHOWN])
        raise ValueError(
            f"{reading.path}: {format_section(section)!r} has rows only in its sections; name one: {choices}"
        )


def _find_sibling_rows(reading: ListReading, section: Section, work: NewWork) -> list[ListEntry]:
    """List the rows of sections with the same parent, else of those at the same level, else of the whole list."""
    papers = [row for row in reading.papers if row.section != section and (not work.url or is_written(row, "url"))]
    level = [row for row in papers if len(section) == len(row.section)]
    siblings = [row for row in level if section[:-1] == row.section[:-1]]
    return siblings or level or papers


def _count_common(reading: ListReading, model: ListEntry) -> CommonText:
    rows = [entry for entry in reading.papers if entry.section == model.section]
    near = rows if len(rows) >= _ENOUGH_ROWS else reading.papers
    return count_text(list_literals(reading, row) for row in near)


# --- the place -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Spot:
    """Where a new row goes: the byte, the texts around it, the row it follows or precedes, and its number."""

    place: int
    before: bytes
    after: bytes
    neighbour: ListEntry | None
    numbering: Numbering | None


def _find_spot(
    reading: ListReading,
    section: Section,
    rows: Sequence[ListEntry],
    model: ListEntry,
    work: NewWork,
    after: ListEntry | None,
) -> _Spot:
    if not rows:
        return _find_empty_spot(reading, section, model)
    numbering = choose_number(reading, rows)
    position = _choose_position(reading, rows, work, after, numbering)
    _refuse_spanning_cells(reading, rows, position)
    gap = _find_gap(reading, rows)
    if position == 0:
        return _Spot(find_block(reading, rows[0])[0], b"", gap, rows[0], numbering)
    return _Spot(_find_end(reading, rows[position - 1]), gap, b"", rows[position - 1], numbering)


def _choose_position(
    reading: ListReading,
    rows: Sequence[ListEntry],
    work: NewWork,
    after: ListEntry | None,
    numbering: Numbering | None,
) -> int:
    fixed = {"first": 0, "last": len(rows)}.get(numbering.place) if numbering else None
    if after is None:
        return find_position(rows, work.title, work.year) if fixed is None else fixed
    position = list(rows).index(after) + 1
    if fixed not in (None, position):
        raise ListChangeError(
            f"{reading.path}:{after.line}: rows are numbered, and those below would need new numbers; add the row "
            f"{'at the end' if fixed else 'at the top'}"
        )
    return position


def _refuse_spanning_cells(reading: ListReading, rows: Sequence[ListEntry], position: int) -> None:
    around = rows[max(position - 1, 0) : position + 1]
    for row in around:
        if any(reading.units[row.unit].inherited):
            raise ListChangeError(
                f"{reading.path}:{row.line}: the row is in a table cell that spans rows; a new row would need "
                "its rowspan to grow, so write it by hand"
            )


def _find_gap(reading: ListReading, rows: Sequence[ListEntry]) -> bytes:
    """Return the line breaks between rows as most rows have them."""
    blocks = [find_block(reading, row) for row in rows]
    gaps = [reading.data[one[1] : other[0]] for one, other in pairwise(blocks)]
    plain = Counter(gap for gap in gaps if not gap.strip() and (b"\n" in gap or reading.units[rows[0].unit].is_html))
    if plain:
        return plain.most_common(1)[0][0]
    return _find_line_end(reading) * (2 if reading.units[rows[0].unit].kind in ("paragraph", "heading") else 1)


def _find_line_end(reading: ListReading) -> bytes:
    place = reading.data.find(b"\n")
    return b"\r\n" if place > 0 and reading.data[place - 1 : place] == b"\r" else b"\n"


def _find_end(reading: ListReading, row: ListEntry) -> int:
    """Return the byte after a row and what is nested in it; the text below a heading belongs to it."""
    end = find_block(reading, row)[1]
    unit = reading.units[row.unit]
    inside = {row.unit}
    for number in range(row.unit + 1, len(reading.units)):
        other = reading.units[number]
        if unit.kind == "heading":
            if other.kind == "heading" or (other.section == unit.section and other.span[0] >= end):
                break
        elif other.parent not in inside:
            break
        inside.add(number)
        end = max(end, _trim(reading, other.span))
    return end


def _trim(reading: ListReading, span: Span) -> int:
    return span[0] + len(reading.data[span[0] : span[1]].rstrip())


def _find_empty_spot(reading: ListReading, section: Section, model: ListEntry) -> _Spot:
    """Return the place below the heading of a section without rows; a pipe table gets the head of its model's table."""
    units = find_section_units(reading, section)
    if not units:
        raise ListChangeError(f"{reading.path}: the heading {format_section(section)!r} is not found as text")
    end = max(_trim(reading, unit.span) for unit in units)
    unit = reading.units[model.unit]
    line = _find_line_end(reading)
    numbering = Numbering(1, "last") if choose_number(reading, [model]) or _is_numbered(reading, model) else None
    if unit.kind != "row":
        return _Spot(end, line * 2, b"", None, numbering)
    if unit.is_html:
        raise ListChangeError(
            f"{reading.path}: {format_section(section)!r} has no table yet; write its first row by hand"
        )
    following = min((other.span[0] for other in reading.units if other.span[0] >= end), default=len(reading.data))
    own = _find_delimiters(reading, end, following)
    if own is not None:
        return _Spot(own, line, b"", None, numbering)
    return _Spot(end, line * 2 + _copy_head(reading, model) + line, b"", None, numbering)


def _is_numbered(reading: ListReading, model: ListEntry) -> bool:
    rows = [entry for entry in reading.papers if entry.section == model.section]
    return choose_number(reading, rows) is not None


def _find_delimiters(reading: ListReading, start: int, end: int) -> int | None:
    """Return the end of the delimiter line of a table without rows, if one lies between two places."""
    for line in re.finditer(rb"[^\r\n]+", reading.data[start:end]):
        if b"|" in line.group() and _DELIMITERS.fullmatch(line.group()):
            return start + line.end()
    return None


def _copy_head(reading: ListReading, model: ListEntry) -> bytes:
    """Return the two lines of the head of a model's pipe table."""
    lines = reading.data[: find_block(reading, model)[0]].rsplit(b"\n", 200)
    for number in range(len(lines) - 1, 0, -1):
        line = lines[number].rstrip(b"\r")
        if b"-" in line and _DELIMITERS.fullmatch(line):
            return b"\n".join([lines[number - 1], line])
    raise ListChangeError(f"{reading.path}:{model.line}: the head of its table is not found; write the row by hand")


# --- the change ------------------------------------------------------------------------------------------


def _insert(reading: ListReading, filled: FilledRow, spot: _Spot, section: Section, work: NewWork) -> Addition:
    row = filled.text if spot.neighbour is None else _align(reading, filled.text, spot.neighbour)
    text = spot.before + row + spot.after
    changed = apply_patches(reading.data, [Patch(spot.place, spot.place, text)])
    others = _count_others(reading, filled.model)
    after = parse_list(changed, name=reading.path)
    new = check_addition(reading, after, (spot.place, spot.place + len(text)), others=others)
    _check_new(reading, new, filled.model, section, work)
    return Addition(changed, new)


def _count_others(reading: ListReading, model: ListEntry) -> int:
    """Count the entries in the bytes of a model row besides its paper, such as an abstract."""
    start, end = find_block(reading, model)
    return sum(start <= entry.span[0] < end and entry.kind != "paper" for entry in reading.entries)


def _align(reading: ListReading, row: bytes, neighbour: ListEntry) -> bytes:
    """Return a row with the indentation and bullet of its neighbour."""
    block = find_block(reading, neighbour)
    beside = reading.data[block[0] : block[1]]
    margin, own = _MARKER.match(beside), _MARKER.match(row)
    if margin is None or own is None or b"\n" in row:
        return row
    row = margin.group() + row[own.end() :]
    bullet = _BULLET.match(beside, margin.end())
    return _BULLET.sub(bullet.group(1), row, count=1) if bullet and _BULLET.match(row, margin.end()) else row


def _check_new(reading: ListReading, new: ListEntry, model: ListEntry, section: Section, work: NewWork) -> None:
    """Raise `ListChangeError` unless the new row reads as the work, and as nothing else."""
    wanted = {"kind": "paper", "section": section, "title": work.title, "url": work.url}
    for name, value in wanted.items():
        _refuse_other(reading, new, name, value)
    for name in ("venue", "year", "authors"):
        value, read = getattr(work, name), getattr(new, name)
        is_due = not _is_inherited(model, name) and getattr(model, name) is not None
        is_said = not _is_inherited(new, name)  # by the row, not by what stands above it
        if (read is not None and (is_said or value is not None)) or (value is not None and is_due):
            _refuse_other(reading, new, name, value)
    others = {link.url for link in new.links} - {work.url, work.code}
    if others:
        kept = min(others) or "an empty link"
        raise ListChangeError(f"{reading.path}: the new row would keep {kept} of another row{_UNCHANGED}")


def _refuse_other(reading: ListReading, new: ListEntry, name: str, value: object) -> None:
    read = getattr(new, name)
    is_equal = read.split() == value.split() if isinstance(read, str) and isinstance(value, str) else read == value
    if not is_equal:
        if read is None:
            said = f"{show_value(value)} would not be read as its {name}"
        else:
            said = f"its {name} would read as {show_value(read)}"
            said += f", not {show_value(value)}" if value is not None else ", though none is given"
        raise ListChangeError(f"{reading.path}: the new row cannot be written: {said}{_UNCHANGED}")


_UNCHANGED: Final = "; the list is unchanged"
