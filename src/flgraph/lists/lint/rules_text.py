"""Rules about the text of a row: its year, its venue, invisible characters, brackets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from flgraph.lists.evidence.people import find_single_word
from flgraph.lists.lint.findings import Draft
from flgraph.lists.lint.lint_rows import Row, Sheet
from flgraph.lists.writing.patches import Patch
from flgraph.lists.writing.row_patterns import USUAL

_YEAR: Final = re.compile(r"(?<![\d.])(?:19[5-9]\d|20\d\d)(?![\d.])")
_ARXIV_YEAR: Final = re.compile(r"(\d\d)\d\d\.\d{4,5}")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")
_HARMLESS: Final = frozenset("\u200c\u200d\u200e\u200f")  # join emojis, and direct scripts that need them
_LETTERS: Final = re.compile("[\u0590-\u08ff\u0900-\u0dff\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")
_NAMES: Final = {
    "\u00ad": "soft hyphen", "\u200b": "zero-width space", "\u200c": "zero-width non-joiner",
    "\u200d": "zero-width joiner", "\u2060": "word joiner", "\ufeff": "byte order mark",
}  # fmt: skip
_LEAST_ROWS: Final = 4
_CODE_SPAN: Final = re.compile(r"`[^`\n]*`|\\[\[\]]|https?://[^\s<>]+")
_WORD: Final = re.compile(r"[^\W\d_]{2}")
_LINK: Final = re.compile(r"\[{1,2}[^\[\]]{0,200}\]{1,2}\([^()\s]{0,2000}\)|https?://[^\s<>]+")
_TAG: Final = re.compile(r"<[^<>]{0,2000}>|&\w{1,10};")


def check_text(sheet: Sheet) -> Iterator[Draft]:
    """Yield L113, L115, L116, L117, L121 and L122."""
    told: set[tuple[str, int]] = set()
    for row in sheet.papers:
        yield from _find_years(row)
        yield from _find_single_word(row)
        if row.part.form != "markdown" or (row.part.path, row.entry.span[0]) in told:
            continue
        told.add((row.part.path, row.entry.span[0]))
        text = row.text
        yield from _find_invisible(row, text)
        if text.count("[") != text.count("]"):
            yield from _find_unpaired(row, text)
    yield from _find_missing_venues(sheet.papers)


# --- years -----------------------------------------------------------------------------------------------


def _find_years(row: Row) -> Iterator[Draft]:
    """Yield L113 or L115: a year beside the year of the heading, or before that of the preprint."""
    year = row.entry.year
    if year is None or row.entry.origins.get("year") not in ("row", "column"):
        return
    place = row.entry.spans.get("year", (row.place, 0))[0]
    headed = _find_heading_year(row)
    if headed is not None and headed != year:
        yield row.draft("L113", "note", f"the row says {year} under the heading {headed}", place=place)
        return
    submitted = _ARXIV_YEAR.fullmatch(row.entry.ids.get("arxiv", ""))
    if submitted and 2000 + int(submitted[1]) > year:
        message = f"the row says {year}, but arXiv {submitted[0]} dates from {2000 + int(submitted[1])}"
        yield row.draft("L115", "note", message, place=place)


def _find_heading_year(row: Row) -> int | None:
    """Return the year of the innermost heading that names one; None if it names several."""
    for heading in reversed(row.entry.section):
        years = set(_YEAR.findall(heading))
        if years:
            is_open = re.search(r"[<>\u2264\u2265+]|(?<=\d)\s*[-\u2013~\u2014]", heading)
            return None if len(years) > 1 or is_open else int(years.pop())
    return None


# --- names -----------------------------------------------------------------------------------------------


def _find_single_word(row: Row) -> Iterator[Draft]:
    """Yield L122: one word among full names may be no person, or a name without its blank."""
    word = find_single_word(row.entry.authors or "")
    if word:
        place = row.entry.spans.get("authors", (row.place, 0))[0]
        message = f'"{word}" stands among the names of the authors; if it is no author, take it out of their list'
        yield row.draft("L122", "note", message, place=place)


# --- signs -----------------------------------------------------------------------------------------------


def _find_invisible(row: Row, text: str) -> Iterator[Draft]:
    """Yield L116 at the first invisible character of a row; emojis and some scripts need a few of them."""
    if text.isascii():
        return
    allowed = _HARMLESS if _LETTERS.search(text) else frozenset()
    found = [one for one in _INVISIBLE.finditer(text) if not set(one[0]) <= allowed]
    if not found or row.part.data[: len("\ufeff".encode())] == text[:1].encode() == b"\xef\xbb\xbf":
        return
    names = dict.fromkeys(_NAMES.get(sign, f"U+{ord(sign):04X}") for one in found for sign in one[0])
    places = _find_places(row, text, found)
    fix = None if places is None else tuple(Patch(*place, b"") for place in places)
    start = places[0][0] if places else row.place
    yield row.draft(
        "L116", "warning", f"the row contains invisible characters: {', '.join(names)}", place=start, fix=fix
    )


def _find_places(row: Row, text: str, found: list[re.Match[str]]) -> list[tuple[int, int]] | None:
    """Return the bytes of some matches, None if the row is not UTF-8."""
    start, end = row.entry.span
    if "\ufffd" in text and text.encode() != row.part.data[start:end]:
        return None
    places, at, place = [], 0, start
    for one in found:
        first = place + len(text[at : one.start()].encode())
        place, at = first + len(one[0].encode()), one.end()
        places.append((first, place))
    return places


def _find_unpaired(row: Row, text: str) -> Iterator[Draft]:
    """Yield L117 if square brackets do not pair outside addresses and code; a link that is not shown says so itself."""
    bare = _CODE_SPAN.sub("", text)
    opened, closed = bare.count("["), bare.count("]")
    is_told = "broken link" in row.entry.doubts or any(not link.is_shown for link in row.entry.links)
    is_html = bool(row.part.units) and row.part.units[row.entry.unit].is_html
    if opened != closed and not is_told and not is_html:
        yield row.draft("L117", "note", f"square brackets are not balanced: {opened} open, {closed} close")


# --- venues ----------------------------------------------------------------------------------------------


def _find_missing_venues(papers: list[Row]) -> Iterator[Draft]:
    """Yield L121 for a row without venue where two thirds of its section write one."""
    sections: dict[tuple[str, tuple[str, ...]], list[Row]] = defaultdict(list)
    for row in papers:
        sections[row.part.path, row.entry.section].append(row)
    for rows in sections.values():
        lacking = [row for row in rows if not row.entry.venue]
        if len(rows) >= _LEAST_ROWS and len(rows) - len(lacking) >= USUAL * len(rows):
            for row in filter(_writes_nothing_else, lacking):
                yield row.draft("L121", "note", "no venue, where most rows of this section have one")


def _writes_nothing_else(row: Row) -> bool:
    """Return whether a row holds no words besides its title, its authors and its links: none may be a venue."""
    if row.part.form != "markdown":
        return True
    spans = [row.entry.spans[name] for name in ("title", "authors") if name in row.entry.spans]
    parts, place = [], row.entry.span[0]
    for start, end in sorted([*spans, *(link.span for link in row.entry.links)]):
        if place <= start:
            parts.append(row.part.text_at((place, start)))
            place = end
    left = "".join([*parts, row.part.text_at((place, max(place, row.entry.span[1])))])
    return not _WORD.search(_LINK.sub(" ", _TAG.sub(" ", left)))
