"""Prepare a reading for the rules: its rows with what several rules ask, and the comments that silence findings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from flgraph.identifiers import name_id, normalize_title
from flgraph.lists.entries import ListEntry, ListLink, ListReading, Span
from flgraph.lists.lint.findings import Draft, Level, Lines, find_lines
from flgraph.lists.lint.link_judges import name_address, name_works
from flgraph.lists.writing.enriched import blank_enriched
from flgraph.lists.writing.patches import Patch

IGNORE: Final = re.compile(rb"<!--[ \t]*flgraph:[ \t]*ignore\b([^<>\r\n]*)-->")
MISSPELT_IGNORE: Final = re.compile(rb"<!--[ \t]*flgraph[ \t]+ignore\b[^<>\r\n]*-->")
_CODE: Final = re.compile(r"[^\s,;]+")
_KINDS: Final = {
    "aaai": "AAAI", "acl": "ACL", "arxiv": "arXiv", "cvf": "CVF", "doi": "DOI", "ieee": "IEEE",
    "openreview": "OpenReview", "pii": "PII", "pmcid": "PMCID", "pmid": "PMID",
}  # fmt: skip
_TITLE_SHOWN: Final = 90


@dataclass(frozen=True)
class Row:
    """An entry with the part of the reading that it stands in."""

    entry: ListEntry
    part: ListReading

    @cached_property
    def place(self) -> int:
        """The first byte of the title, else of the row."""
        return self.entry.spans.get("title", self.entry.span)[0]

    @cached_property
    def title(self) -> str:
        """The normalized title."""
        return normalize_title(self.entry.title)

    @cached_property
    def works(self) -> frozenset[str]:
        """What the row says which work it is: the ids of the row and of its links to the paper, each "kind:value"."""
        named = [name_id(kind, value) for kind, value in self.entry.ids.items()]
        return frozenset(named).union(*(name_works(url) for url in self.paper_urls))

    @cached_property
    def addresses(self) -> frozenset[str]:
        """The addresses of the paper that hold no id, in one spelling."""
        addresses = (name_address(url) for url in self.paper_urls if not name_works(url))
        return frozenset(address for address in addresses if address)

    @cached_property
    def paper_urls(self) -> list[str]:
        """The addresses of the row that are to lead to the paper."""
        links = [link.url for link in self.entry.links if link.kind == "paper"]
        return [url for url in (self.entry.url, *links) if url]

    @property
    def is_alone(self) -> bool:
        """Whether no other work stands in the same row: its links may be the other's."""
        return "shares a row" not in self.entry.doubts

    @property
    def work(self) -> str:
        """The work by its least id, else by its title; the same whatever line it is on."""
        return min(self.works, default=f"title:{self.title}")

    @property
    def lines(self) -> Span:
        """The first and the last line of the row."""
        return find_lines(self.part, self.entry.span)

    @property
    def text(self) -> str:
        """The row as written."""
        return self.part.text_at(self.entry.span)

    def say_line(self, seen_from: Row) -> str:
        """Return the line of the title for a message, with the file if it is another one."""
        line = f"line {self.part.find_line(self.place)}"
        return line if self.part is seen_from.part else f"{line} of {self.part.path}"

    def draft(
        self,
        code: str,
        level: Level,
        message: str,
        *others: Row,
        place: int | None = None,
        fix: tuple[Patch, ...] | None = None,
    ) -> Draft:
        """Return a finding about this row and others."""
        return Draft(
            code,
            level,
            self.part.path,
            self.place if place is None else place,
            message,
            tuple((row.part.path, row.place) for row in others),
            tuple(row.entry.title for row in (self, *others)),
            fix,
            tuple((row.part.path, row.entry.span) for row in (self, *others)),
            self.work,
        )

    def list_targets(self) -> Iterator[tuple[str, Span | None, ListLink | None]]:
        """Yield each address of the row with its bytes and its link; the address of the paper has no link."""
        if self.entry.url:
            yield self.entry.url, self.entry.spans.get("url"), None
        for link in self.entry.links:
            if link.url:
                yield link.url, link.url_span, link


@dataclass(frozen=True)
class Ignore:
    """A comment that silences findings of some codes: its place, and the first and last line that it is about."""

    path: str
    place: int
    lines: Span
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A reading as the rules see it, and what tells whether a row changed, if only changes are to be reported."""

    reading: ListReading
    is_changed: Callable[[Lines], bool] | None = None

    @cached_property
    def parts(self) -> Mapping[str, ListReading]:
        """The files of the reading by path, with blanks in place of values that `enrich_list` wrote."""
        parts = self.reading.parts or (self.reading,)
        return {part.path: replace(part, data=blank_enriched(part.data)) for part in parts}

    @cached_property
    def papers(self) -> list[Row]:
        """The rows of papers, in the order of the files."""
        return [row for row in self.rows if row.entry.kind == "paper"]

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of all entries, in the order of the files."""
        return [Row(entry, part) for part in self.parts.values() for entry in part.entries]

    @cached_property
    def ignores(self) -> list[Ignore]:
        """The comments that silence findings."""
        return [ignore for part in self.parts.values() for ignore in _find_ignores(part)]

    @cached_property
    def _silenced(self) -> Mapping[tuple[str, int], frozenset[str]]:
        silenced: dict[tuple[str, int], frozenset[str]] = {}
        for ignore in self.ignores:
            for line in ignore.lines:
                before = silenced.get((ignore.path, line), frozenset())
                silenced[ignore.path, line] = before.union(ignore.codes)
        return silenced

    def is_ignored(self, code: str, rows: tuple[tuple[str, Span], ...]) -> bool:
        """Return whether a comment in one of the rows silences a code."""
        if not self._silenced:
            return False
        return any(
            code in self._silenced.get((path, line), ())
            for path, span in rows
            for first, last in [find_lines(self.parts[path], span)]
            for line in range(first, last + 1)
        )

    def put_changed_first(self, rows: Sequence[Row]) -> list[Row]:
        """Return the rows that a finding is about, those that changed first: the finding stands on the first."""
        is_changed = self.is_changed
        if is_changed is None:
            return list(rows)
        return sorted(rows, key=lambda row: not is_changed((row.part.path, *row.lines)))

    def describe_pair(self, describe: Callable[[Row, Row], Draft], row: Row, other: Row) -> Draft:
        """Return the finding about two rows, on the first of them unless only the other changed.

        A baseline knows it by the work of the first in both cases.
        """
        return replace(describe(*self.put_changed_first((row, other))), work=row.work)

    def keep(self, code: str, rows: list[Row]) -> list[Row]:
        """Return the rows that do not silence a code, for a finding about many rows."""
        return [row for row in rows if not self.is_ignored(code, ((row.part.path, row.entry.span),))]


def _find_ignores(part: ListReading) -> Iterator[Ignore]:
    """Yield the comments: one beside a row is about its line, one that stands alone about the next line."""
    for found in IGNORE.finditer(part.data):
        line = part.find_line(found.start())
        start = found.start() - part.find_column(found.start()) + 1
        end = part.data.find(b"\n", found.end())
        beside = part.data[start : found.start()] + part.data[found.end() : end if end >= 0 else None]
        is_alone = not beside[:1000].strip()
        codes = _CODE.findall(found[1].decode("utf-8", "replace"))
        yield Ignore(part.path, found.start(), (line, line + is_alone), tuple(codes))


def quote_title(row: Row) -> str:
    """Return a title in quotes for a message; a long one is cut."""
    title = " ".join(row.entry.title.split())
    return f'"{title if len(title) <= _TITLE_SHOWN else title[:_TITLE_SHOWN].rstrip() + "…"}"'


def quote_label(link: ListLink) -> str:
    """Return a label in quotes for a message."""
    return f'"{" ".join(link.label.split())}"'


def name_work(work: str) -> str:
    """Return an id for a message, such as "arXiv 2101.00001"."""
    kind, _, value = work.partition(":")
    return f"{_KINDS.get(kind, kind)} {value}"


def list_lines(rows: list[Row], *, most: int = 6) -> str:
    """Return the lines of rows for a message: "line 3", "lines 3, 5, 8 and 12 more"."""
    lines = [str(row.part.find_line(row.place)) for row in rows[:most]]
    more = f" and {len(rows) - most} more" if len(rows) > most else ""
    return f"line{'s' if len(rows) > 1 else ''} {', '.join(lines)}{more}"
