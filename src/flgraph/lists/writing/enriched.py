"""Write values beside the rows of a list in Markdown, between markers, and take them out again byte for byte."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from flgraph.errors import CatalogError
from flgraph.lists.entries import ListEntry, ListReading, Span, Unit
from flgraph.lists.writing.escaping import escape_everywhere
from flgraph.lists.writing.patches import Patch, apply_patches

BEGIN: Final = b"<!-- flgraph:begin -->"
END: Final = b"<!-- flgraph:end -->"

_MARKER: Final = re.compile(rb"<!--[ \t]*flgraph:(begin|end)[ \t]*-->")
_LINE_END: Final = re.compile(rb"\r\n?|\n")
_TAG: Final = re.compile(
    rb"<!--|</?(?:(table|thead|tbody|tfoot|tr|td|th)|ul|ol|li|dl|dt|dd|p|div|section|center|blockquote|details|summary"
    rb"|h[1-6]|hr|pre)\b",
    re.IGNORECASE,
)
_DEFINITION: Final = re.compile(rb" {0,3}\[[^\]\r\n]*\]:")
_CELL_END: Final = re.compile(rb"</t[dh]\b", re.IGNORECASE)
_BREAK: Final = re.compile(rb"<br[ \t]{0,9}/?>\Z", re.IGNORECASE)
_LONGEST_BREAK: Final = 16
_BLANKS: Final = b" \t\r\n"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_SHOWN: Final = 5


def enrich_list(reading: ListReading, values: Mapping[int, str]) -> bytes:
    r"""Write a value at the end of rows, and take out what an earlier run wrote.

    Parameters
    ----------
    reading : ListReading
        The reading of one list in Markdown, with or without values from an earlier run.
    values : mapping of int to str
        The text to write, by the place of its entry in `reading.entries`. It is written as plain text, on one line.
        An entry without text gets none.

    Returns
    -------
    bytes
        The list. In a table, a value stands in the last cell of a Markdown row and in the cell of the title in HTML.
        Values of several works that share a row are preceded by their titles. A work that is only a heading gets no
        value, since that would change the address of the heading: `find_places` lists the others.

    Raises
    ------
    CatalogError
        The list is not a file in Markdown, or a marker is not part of a pair on one line.

    Examples
    --------
    >>> path = folder / "README.md"
    >>> _ = path.write_text("- [An invented study of clocks](https://arxiv.org/abs/2912.00001), ICML 2021\n")
    >>> reading = read_list(path)
    >>> enriched = enrich_list(reading, {0: "(code: MIT)"})
    >>> print(enriched.decode().partition("ICML ")[2].rstrip())
    2021 <!-- flgraph:begin -->(code: MIT)<!-- flgraph:end -->
    >>> strip_list(enriched) == reading.data
    True
    """
    parts = _find_parts(reading.data, reading.path)
    texts: dict[int, list[tuple[str, str]]] = {}
    for number, place in sorted(find_places(reading).items()):
        text = escape_everywhere(values.get(number, ""))
        if text:
            texts.setdefault(place, []).append((reading.entries[number].title, text))
    written = {place: b" " + BEGIN + _join_texts(said).encode() + END for place, said in texts.items()}
    patches = [Patch(start, end, written.pop(start, b"")) for start, end in parts]
    return apply_patches(reading.data, [*patches, *(Patch(place, place, text) for place, text in written.items())])


def strip_list(data: bytes, *, name: str = "README.md") -> bytes:
    r"""Take the values out of a list, which gives back its bytes as they were before.

    Parameters
    ----------
    data : bytes
        A list, enriched or not.
    name : str
        The name of its file, for errors.

    Returns
    -------
    bytes
        The list without what stands between markers, the markers, and the space before each pair.

    Raises
    ------
    CatalogError
        A marker is not part of a pair on one line.

    Examples
    --------
    >>> strip_list(b"- A study <!-- flgraph:begin -->(code: MIT)<!-- flgraph:end -->\n")
    b'- A study\n'
    """
    return apply_patches(data, [Patch(*part, b"") for part in _find_parts(data, name)])


def blank_enriched(data: bytes) -> bytes:
    r"""Replace the values and their markers by blanks, so that every other byte keeps its position.

    A tab ends the blanks, since spaces at the end of a line are a line break in Markdown. Markers that are not part of
    a pair on one line remain: they are comments.

    Examples
    --------
    >>> blank_enriched(b"- A study <!-- flgraph:begin -->MIT<!-- flgraph:end -->\n").rstrip()
    b'- A study'
    """
    parts, _ = _pair_markers(data)
    return apply_patches(data, [Patch(start, end, b" " * (end - start - 1) + b"\t") for start, end in parts])


def _join_texts(said: list[tuple[str, str]]) -> str:
    if len(said) == 1:
        return said[0][1]
    return "; ".join(f"{escape_everywhere(title)}: {text}" for title, text in said)


# --- what an earlier run wrote -----------------------------------------------------------------------------


def _find_parts(data: bytes, name: str) -> list[Span]:
    """Return the spans that an earlier run wrote; raise `CatalogError` if markers do not pair."""
    if data.startswith(_UTF16):
        raise CatalogError(f"{name}: is UTF-16; save it as UTF-8")
    parts, faults = _pair_markers(data)
    if faults:
        ends = [found.end() for found in _LINE_END.finditer(data)]
        said = [f"{name}:{bisect_right(ends, place) + 1}: {fault}" for place, fault in faults[:_SHOWN]]
        more = [f"… and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else []
        raise CatalogError("\n".join([*said, *more]))
    return parts


def _pair_markers(data: bytes) -> tuple[list[Span], list[tuple[int, str]]]:
    """Return the pairs of markers, each with the space before it, and what is wrong with other markers.

    A pair stands on one line: if people delete the end of one pair and the beginning of a later one, the rows between
    them are not ours.
    """
    parts: list[Span] = []
    faults: list[tuple[int, str]] = []
    opened: re.Match[bytes] | None = None
    for marker in _MARKER.finditer(data):
        is_begin = marker[1] == b"begin"
        is_near = opened is not None and not _LINE_END.search(data, opened.end(), marker.start())
        if opened is not None and not is_near:
            faults.append((opened.start(), f"add {END.decode()} at the end of this line, or remove {BEGIN.decode()}"))
            opened = None
        if is_begin and opened is not None:
            faults.append((marker.start(), f"{BEGIN.decode()} inside another pair; remove one of them"))
        elif not is_begin and opened is None:
            faults.append((marker.start(), f"{END.decode()} without {BEGIN.decode()} on this line; remove it"))
        elif opened is not None:
            first = opened.start()
            parts.append((first - data.startswith(b" ", first - 1) if first else first, marker.end()))
        opened = marker if is_begin else None
    if opened is not None:
        faults.append((opened.start(), f"add {END.decode()} at the end of this line, or remove {BEGIN.decode()}"))
    return parts, faults


# --- where a value belongs ---------------------------------------------------------------------------------


def find_places(reading: ListReading) -> dict[int, int]:
    """Return the byte before which the value of an entry is written, by the place of the entry.

    Works that are only a heading have none.

    Raises
    ------
    CatalogError
        The reading is not that of one file in Markdown.
    """
    if reading.form != "markdown":
        raise CatalogError(f"{reading.path}: is not a list in Markdown, the only form that values are written to")
    layout = _Layout(blank_enriched(reading.data), reading)
    found = ((number, layout.find_place(entry)) for number, entry in enumerate(reading.entries))
    return {number: place for number, place in found if place is not None}


@dataclass(frozen=True)
class _Layout:
    """The bytes of a list without values, and where its lines, its blocks of HTML and its headings are."""

    data: bytes
    reading: ListReading
    trimmed: dict[tuple[int, bool], int] = field(default_factory=dict)
    """The ends of texts that were trimmed already, since works of one line share them."""

    @cached_property
    def line_starts(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_END.finditer(self.data))]

    @cached_property
    def line_ends(self) -> list[int]:
        return [*(found.start() for found in _LINE_END.finditer(self.data)), len(self.data)]

    @cached_property
    def tags(self) -> list[int]:
        """The places of tags that begin or end a block of HTML."""
        return [*(found.start() for found in _find_tags(self.data)), len(self.data)]

    @cached_property
    def table_tags(self) -> list[int]:
        return [*(found.start() for found in _find_tags(self.data) if found[1]), len(self.data)]

    @cached_property
    def headings(self) -> list[int]:
        starts = sorted(unit.span[0] for unit in self.reading.units if unit.kind == "heading")
        return [*starts, len(self.data)]

    def find_place(self, entry: ListEntry) -> int | None:
        unit = self.reading.units[entry.unit]
        if unit.kind == "row":
            return self._end_cell(entry, unit) if unit.is_html else self._end_row(unit)
        last = self._find_last(entry, unit)
        if unit.kind == "heading" and last < unit.span[1]:
            return None
        end = unit.span[1] if unit.is_html else _find_next(self.line_ends, last)
        return self._trim(min(end, _find_next(self.tags, last)), last, breaks=True)

    def _find_last(self, entry: ListEntry, unit: Unit) -> int:
        """Return the end of the last text that was read from a row; addresses defined elsewhere do not count."""
        start, end = unit.span
        if unit.kind == "heading":  # its fields may stand in the lines below
            end = _find_next(self.headings, start + 1)
        spans = [*entry.spans.values(), *(link.span for link in entry.links)]
        return max(
            (last for first, last in spans if start <= first <= last <= end and self._is_text(first)), default=start
        )

    def _is_text(self, place: int) -> bool:
        start = self.line_starts[bisect_right(self.line_starts, place) - 1]
        return not _DEFINITION.match(self.data, start)

    def _end_row(self, unit: Unit) -> int:
        """Return the end of the last cell of a row in Markdown, before the pipe that closes it."""
        start = unit.span[0]
        end = self._trim(_find_next(self.line_ends, start), start)
        return self._trim(end - 1, start) if _ends_with_pipe(self.data, end) else end

    def _end_cell(self, entry: ListEntry, unit: Unit) -> int:
        """Return the end of the title's cell in HTML; if that spans rows from above, the end of the last own cell."""
        start, end = unit.span
        title = entry.spans.get("title") or entry.spans.get("url") or (-1, -1)
        if start <= title[0] <= title[1] <= end:
            return self._trim(min(end, _find_next(self.table_tags, title[1])), title[1])
        number = bisect_left(self.table_tags, end) - 1
        while number >= 0 and self.table_tags[number] > start:
            if _CELL_END.match(self.data, self.table_tags[number]):
                return self._trim(self.table_tags[number], start)
            number -= 1
        return self._trim(end, start)

    def _trim(self, end: int, least: int, *, breaks: bool = False) -> int:
        """Return where a text ends without the blanks at its end and, if asked, without a line break of Markdown."""
        if (end, breaks) not in self.trimmed:
            self.trimmed[end, breaks] = _trim_breaks(self.data, end) if breaks else _trim_signs(self.data, end, _BLANKS)
        return max(self.trimmed[end, breaks], least)


def _find_next(places: Sequence[int], place: int) -> int:
    """Return the first of some sorted places that is not before another; the last is the end of the file."""
    return places[min(bisect_left(places, place), len(places) - 1)]


def _find_tags(data: bytes) -> Iterator[re.Match[bytes]]:
    """Yield the tags of blocks outside of comments; a comment without end is none."""
    place, closes = 0, True
    while found := _TAG.search(data, place):
        place = found.end()
        if found[0] != b"<!--":
            yield found
        elif closes:
            end = data.find(b"-->", place)
            closes = end >= 0
            place = end if closes else place


def _ends_with_pipe(data: bytes, end: int) -> bool:
    """Return whether a text ends with a pipe that is not escaped."""
    if data[end - 1 : end] != b"|":
        return False
    return (end - 1 - _trim_signs(data, end - 1, b"\\")) % 2 == 0


def _trim_signs(data: bytes, end: int, signs: bytes) -> int:
    while end and data[end - 1] in signs:
        end -= 1
    return end


def _trim_breaks(data: bytes, end: int) -> int:
    """Return where a text ends before blanks, backslashes and `<br>`, each of which breaks a line of Markdown."""
    while True:
        end = _trim_signs(data, end, _BLANKS + b"\\")
        found = _BREAK.search(data, max(0, end - _LONGEST_BREAK), end)
        if found is None:
            return end
        end = found.start()
