"""Define what a reading of a list holds: its entries, each with the bytes that its fields were read from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from flgraph.checks import format_count

EntryKind = Literal["paper", "code", "data", "video", "blog", "event", "contents", "other"]
LinkKind = Literal[
    "paper", "code", "project", "data", "slides", "video", "blog", "supplement", "citation", "other"
]  # fmt: skip
ListField = Literal["title", "url", "venue", "year", "authors"]
ListForm = Literal["markdown", "bibtex", "ris", "csv", "yaml", "ids", "folder"]
Origin = Literal["row", "column", "heading", "parent", "spanning cell"]
UnitKind = Literal["item", "row", "paragraph", "heading", "record"]
Span = tuple[int, int]
"""The first byte of a part of a file and the byte after its last."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A block of a file that may hold works: list item, table row, paragraph, heading, or record of a data file.

    `columns` and `inherited` describe the cells of a table row: the column of each, and whether it is written in a row
    above and spans this one. `depth` is the nesting of a list item, `parent` the number of the item around it.
    """

    kind: UnitKind
    span: Span
    section: tuple[str, ...] = ()
    depth: int = 0
    parent: int | None = None
    level: int = 0
    is_html: bool = False
    header: tuple[str, ...] = ()
    columns: tuple[int, ...] = ()
    inherited: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class ListLink:
    """A link of an entry besides `url`: its text, its address, and what both say it leads to.

    `span` covers the whole link, `url_span` its address. `is_shown` is false if GitHub does not show it as a link.
    """

    label: str
    url: str
    kind: LinkKind
    span: Span
    url_span: Span | None = None
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A work, or another resource, in one place of a list; None is what the list does not say.

    `authors` and `venue` are as written; `authors` separates names as the list does. `section` holds the headings
    above, the outermost first. `spans` says which bytes each field was read from, and `origins` from where: a field
    from a heading has an origin but no span, as has a field that is written in pieces. A year may have two digits.
    `unit` is the number of its block in `ListReading.units`; several works may share one. `doubts` are remarks such as
    "empty link", "broken link", "shares a row".
    """

    kind: EntryKind
    title: str
    url: str | None
    section: tuple[str, ...]
    line: int
    span: Span
    unit: int
    venue: str | None = None
    year: int | None = None
    authors: str | None = None
    tags: tuple[str, ...] = ()
    links: tuple[ListLink, ...] = ()
    spans: Mapping[ListField, Span] = field(default_factory=dict)
    origins: Mapping[ListField, Origin] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    path: str = ""


@dataclass(frozen=True, slots=True)
class UnreadPlace:
    """A place that holds text or links but no entry: its line, its text, and why it was not read."""

    line: int
    text: str
    reason: str
    path: str = ""


@dataclass(frozen=True, repr=False)
class ListReading:
    """Everything that was read from a list, and its own bytes.

    `entries` are in the order of the file, `units` are its blocks. The reading of a folder joins the readings of its
    files, `parts`, and has no bytes of its own.
    """

    path: str
    form: ListForm
    data: bytes
    entries: tuple[ListEntry, ...]
    unread: tuple[UnreadPlace, ...] = ()
    units: tuple[Unit, ...] = ()
    parts: tuple[ListReading, ...] = ()

    def __repr__(self) -> str:
        counts = (
            format_count(len(self.papers), "paper"),
            format_count(len(self.entries) - len(self.papers), "other"),
            f"{format_count(len(self.unread), 'place')} not understood",
        )
        return f"ListReading of {self.path} ({self.form}): {', '.join(counts)}"

    @property
    def papers(self) -> list[ListEntry]:
        """The entries that are papers."""
        return [entry for entry in self.entries if entry.kind == "paper"]

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        place = self.data.find(b"\n")
        while place >= 0:
            starts.append(place + 1)
            place = self.data.find(b"\n", place + 1)
        return starts

    def find_line(self, place: int) -> int:
        """Return the line, from 1, of a byte."""
        return bisect_right(self._line_starts, place)

    def find_column(self, place: int) -> int:
        """Return the column, from 1 and in bytes, of a byte."""
        return place - self._line_starts[self.find_line(place) - 1] + 1

    def text_at(self, span: Span) -> str:
        """Return the text of some bytes; bytes that are not UTF-8 become U+FFFD."""
        return self.data[span[0] : span[1]].decode("utf-8", "replace")
