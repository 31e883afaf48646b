"""Describe how the rows of a list are written: their blocks, their shapes, and the patterns of each section."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Final

from flgraph.lists.entries import ListEntry, ListField, ListReading, Span

FIELDS: Final[tuple[ListField, ...]] = ("title", "url", "venue", "year", "authors")
WRITTEN: Final = ("row", "column")
"""The origins of fields that the row itself writes."""

USUAL: Final = 2 / 3
"""The share of the rows of a section that makes a field usual there."""


def is_written(entry: ListEntry, name: ListField) -> bool:
    """Return whether a row writes a field in bytes of its own."""
    return name in entry.spans and entry.origins.get(name, "row") in WRITTEN


def find_block(reading: ListReading, entry: ListEntry) -> Span:
    r"""Return the bytes of a row without the line break after it: whole lines, or the element of an HTML table or list.

    Examples
    --------
    >>> from flgraph.lists.reading import parse_list
    >>> reading = parse_list(b"## Papers\n\n- [A way to learn](https://arxiv.org/abs/2912.00001)\n")
    >>> find_block(reading, reading.entries[0])
    (11, 63)
    """
    if not 0 <= entry.unit < len(reading.units) or reading.units[entry.unit].kind == "record":  # of a data file
        return entry.span
    spans = [entry.span, *(entry.spans[name] for name in FIELDS if is_written(entry, name))]
    spans += [link.span for link in entry.links]
    start, end = min(span[0] for span in spans), max(span[1] for span in spans)
    unit = reading.units[entry.unit]
    data = reading.data
    end = start + len(trim_end(data[start:end]))
    margin = data.rfind(b"\n", 0, start) + 1
    if unit.is_html and unit.kind in ("row", "item"):
        return (margin if not data[margin:start].strip() else start), end
    line_end = data.find(b"\n", end)
    line_end = len(data) if line_end < 0 else line_end
    return margin, end + len(data[end:line_end].removesuffix(b"\r"))


def trim_end(text: bytes) -> bytes:
    """Return a text without the line breaks and blank lines at its end; blanks at the end of its last line stay."""
    end = len(text.rstrip())
    rest = text[end:]
    line = rest.find(b"\n")
    tail = rest if line < 0 else rest[:line].removesuffix(b"\r")
    return text[:end] + tail


def format_shape(reading: ListReading, entry: ListEntry) -> str:
    r"""Return the text of a row with the names of its fields and links in place of their values.

    Numbers become 0 and white space one blank, so that rows of one pattern have one shape.

    Examples
    --------
    >>> from flgraph.lists.reading import parse_list
    >>> row = b"- [A way to learn](https://arxiv.org/abs/2912.00001), ICML 2031\n"
    >>> reading = parse_list(b"## Papers\n\n" + row)
    >>> format_shape(reading, reading.entries[0])
    '- [{title}]({url}), {venue} {year}'
    """
    text = "".join(f"{{{part}}}" if name else part for name, part in _split_row(reading, entry))
    return " ".join(re.sub(r"\d+", "0", text).split())


def _split_row(reading: ListReading, entry: ListEntry) -> list[tuple[bool, str]]:
    """Split a row into literal texts and, marked true, the names of fields and links."""
    start, end = find_block(reading, entry)
    parts: list[tuple[bool, str]] = []
    for span, name in list_holes(entry, (start, end)):
        parts += [(False, reading.text_at((start, span[0]))), (True, name)]
        start = span[1]
    return [*parts, (False, reading.text_at((start, end)))]


def list_holes(entry: ListEntry, block: Span) -> list[tuple[Span, str]]:
    """List the spans of the fields and links that a row writes, in order.

    A link around a field, such as that of a title to a page of notes, is left out; of other spans that overlap, the
    first is listed.
    """
    spans: list[tuple[Span, str]] = [(entry.spans[name], name) for name in FIELDS if is_written(entry, name)]
    fields = [span for span, _ in spans]
    spans += [(link.span, link.kind) for link in entry.links if not any(_overlap(link.span, span) for span in fields)]
    holes: list[tuple[Span, str]] = []
    place = block[0]
    for span, name in sorted(spans):
        if place <= span[0] < span[1] <= block[1]:
            holes.append((span, name))
            place = span[1]
    return holes


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def find_patterns(reading: ListReading) -> dict[tuple[str, ...], Counter[str]]:
    r"""Count the shapes of the rows with papers, by section.

    Examples
    --------
    >>> from flgraph.lists.reading import parse_list
    >>> reading = parse_list(b"## Papers\n\n- [A way to learn](https://arxiv.org/abs/2912.00001)\n")
    >>> find_patterns(reading)
    {('Papers',): Counter({'- [{title}]({url})': 1})}
    """
    shapes: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for entry in reading.papers:
        shapes[entry.section][format_shape(reading, entry)] += 1
    return dict(shapes)


def find_usual_shape(reading: ListReading, entry: ListEntry, name: ListField) -> str | None:
    """Return the commonest shape among rows that write a field: of the section of an entry, else of the list."""
    having = [row for row in reading.papers if is_written(row, name)]
    rows = [row for row in having if row.section == entry.section] or having
    shapes = Counter(format_shape(reading, row) for row in rows)
    return shapes.most_common(1)[0][0] if shapes else None


def list_usual_fields(reading: ListReading, section: tuple[str, ...]) -> list[ListField]:
    """List the fields that at least two thirds of the rows of a section have."""
    rows = [row for row in reading.papers if row.section == section]
    return [
        name for name in FIELDS if rows and sum(getattr(row, name) is not None for row in rows) >= USUAL * len(rows)
    ]
