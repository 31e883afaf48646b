"""Rules about a file as a whole: its size, the counts in its headings, the codes in its comments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Final

from flgraph.checks import format_count, suggest_name
from flgraph.lists.entries import ListReading, UnreadPlace
from flgraph.lists.lint.findings import Draft
from flgraph.lists.lint.lint_rows import MISSPELT_IGNORE, Sheet

_LARGE: Final = 450_000
_SHOWN_BYTES: Final = 512_000
_COUNT: Final = re.compile(r"[(\uff08\[]\s*(\d{1,4})(?:\s+[^\W\d]+)?\s*[)\uff09\]]\s*$")
_LATEST_NUMBER: Final = 1900  # from here on it may be a year


def check_files(sheet: Sheet, known: Collection[str]) -> Iterator[Draft]:
    """Yield L118, L119 and L190; `known` are the codes that a comment may name."""
    for part in sheet.parts.values():
        if part.form == "markdown":
            yield from _find_large(part)
            yield from _find_counts(part)
            yield from _find_misspelt_ignores(part)
    for ignore in sheet.ignores:
        rows = ((ignore.path, (ignore.place, ignore.place + 1)),)
        for message in _judge_codes(ignore.codes, known):
            yield Draft("L190", "warning", ignore.path, ignore.place, message, rows=rows)


def _find_misspelt_ignores(part: ListReading) -> Iterator[Draft]:
    for found in MISSPELT_IGNORE.finditer(part.data):
        message = "the comment ignores nothing; write <!-- flgraph: ignore L106 -->, with the colon behind flgraph"
        yield Draft("L190", "warning", part.path, found.start(), message, rows=((part.path, found.span()),))


def _judge_codes(codes: Collection[str], known: Collection[str]) -> Iterator[str]:
    if not codes:
        yield "the comment names no code; write one, such as <!-- flgraph: ignore L106 -->"
    for code in codes:
        if code not in known:
            yield f"no rule has the code {code!r}{suggest_name(code.upper(), known)}"


def list_unread(sheet: Sheet) -> Iterator[Draft]:
    """Yield L100 for each place that the reader did not understand."""
    for path, part in sheet.parts.items():
        starts = [0, *(found.end() for found in re.finditer(rb"\n", part.data))]
        for unread in part.unread:
            place = starts[min(unread.line, len(starts)) - 1]
            yield Draft("L100", "note", path, place, f"not read ({unread.reason}): {_cut(unread)}")


def _cut(unread: UnreadPlace) -> str:
    text = " ".join(unread.text.split())
    return text if len(text) <= 80 else f"{text[:80]}…"


def _find_large(part: ListReading) -> Iterator[Draft]:
    size = len(part.data)
    if size > _LARGE:
        cut = "cuts this file off" if size > _SHOWN_BYTES else "cuts a README off"
        message = (
            f"{size / 1000:,.0f} kB: GitHub {cut} at {_SHOWN_BYTES // 1000} kB; move sections to files of their own"
        )
        yield Draft("L119", "warning", part.path, 0, message)


def _find_counts(part: ListReading) -> Iterator[Draft]:
    """Yield L118 for a heading that ends with another number than the papers below it, however they are counted."""
    below = _count_below(part)
    for unit in part.units:
        if unit.kind != "heading":
            continue
        title = part.text_at(unit.span).strip().lstrip("#").rstrip("# \t*_").strip()
        found = _COUNT.search(title)
        section = (*unit.section, title)
        if found and int(found[1]) < _LATEST_NUMBER and below.get(section):
            said, counts = int(found[1]), below[section]
            if said not in counts:
                message = f"the heading says {said}, but {format_count(max(counts), 'paper')} are below it"
                yield Draft("L118", "note", part.path, unit.span[0], message)


def _count_below(part: ListReading) -> dict[tuple[str, ...], set[int]]:
    """Return how many papers and how many entries are below each heading."""
    papers: Counter[tuple[str, ...]] = Counter()
    entries: Counter[tuple[str, ...]] = Counter()
    for entry in part.entries:
        for depth in range(1, len(entry.section) + 1):
            entries[entry.section[:depth]] += 1
            papers[entry.section[:depth]] += entry.kind == "paper"
    return {section: {papers[section], entries[section]} for section in entries if papers[section]}
