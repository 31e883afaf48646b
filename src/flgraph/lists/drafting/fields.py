"""Read venue, year and authors of each paper: from its row, the cells that span it, and the headings above."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from flgraph.lists.drafting.drafts import Draft
from flgraph.lists.drafting.heading_fields import read_headings
from flgraph.lists.drafting.row_texts import RowText, judge_texts
from flgraph.lists.evidence.chunks import is_phrase
from flgraph.lists.evidence.groups import names_strength
from flgraph.lists.evidence.people import clean_names
from flgraph.lists.evidence.years import find_year, split_venue

_PREPRINT: Final = re.compile(r"(?i)^\W*(e-?)?pre-?prints?\W*$")
_BY: Final = re.compile(r"^(?:[Bb]y|with)\s+")
_JOINER: Final = re.compile(r"and|und|et|&")
_JOINED: Final = re.compile(rf", ({_JOINER.pattern}), ")
_DATE: Final = re.compile(r"(?:\d{1,2}[-/.])?((?:19|20)\d\d)\b")
_DAY: Final = re.compile(r"(?:19|20)\d\d[-/.]\d")
_ARXIV_MONTH: Final = re.compile(r"arxiv\.org/(?:abs|pdf|html)/(\d\d)(0[1-9]|1[0-2])\.\d{4,5}")
_VOLUME: Final = re.compile(r"(?<=[^\s\d,;:])\s+\d[\d.]*$|(?<=[^\W\d]{3})\s\d+\(\d+\)$")
_SERIES: Final = re.compile(
    r"\b(?:Transactions|Journal|Letters|Conference|Workshop|Symposium|Review)s? (?:on|of|in|for) [^,.;]{3,40}"
    r"(?:, [A-Z][\w -]{2,30}){0,3},? (?:and|&) [A-Z][\w-]*(?: (?:and )?[A-Z][\w-]*){0,3}"
)
_WORD_OF_PROSE: Final = re.compile(r"(?<!\w)[^\W\d_A-Z]{4,}")
_VISITED: Final = re.compile(
    r"(?i)\b(?:accessed|retrieved|visited|abgerufen|consulté|consultado|acesso)(?: [a-zà-ÿ]{1,4})?\W*$"
)
_PROSE: Final = 12  # such words
_LONG: Final = 2_000  # characters, enough to see whether a text is prose
_NEAR: Final = 40  # characters before a date
_LONGEST_SERIES: Final = 120  # characters behind the first comma
_ENDS: Final = " .,;"
_LEAST_VENUE: Final = 1.4
_LEAST_NAMES: Final = 1.2
_NEAR_VENUE: Final = 0.4  # names may look so much more like a venue


def read_fields(drafts: Sequence[Draft]) -> None:
    """Set venue, year, authors and tags of the drafts that are papers."""
    papers = [draft for draft in drafts if draft.kind == "paper"]
    for draft, texts in zip(papers, judge_texts(papers), strict=True):
        _read_row(draft, texts)
    read_headings(papers)


def _read_row(draft: Draft, texts: Sequence[RowText]) -> None:
    names = _choose_names(texts)
    others = [text for text in texts if not any(text is name for name in names)]
    venues = [text for text in others if text.venue >= _LEAST_VENUE]
    venue = max(venues, key=lambda text: text.venue, default=None)
    if names:
        _set_authors(draft, names)
    if venue:
        _set_venue(draft, venue)
    _set_year(draft, texts, venue)
    draft.tags = tuple(
        text.segment.text
        for text in others
        if text.segment.style in ("bracket", "code") and (venue is None or text.segment is not venue.segment)
    )


# --- authors -------------------------------------------------------------------------------------------------


def _choose_names(texts: Sequence[RowText]) -> list[RowText]:
    """Return the group of names that is surest, and those beside it: a list may be in several styles."""
    likely = [text for text in texts if text.names >= _LEAST_NAMES and text.names > text.venue - _NEAR_VENUE]
    best = max(likely, key=lambda text: text.names, default=None)
    if best is None:
        return []
    place = next(place for place, text in enumerate(texts) if text is best)
    before = _take_names(texts[:place][::-1], best)
    return [*before[::-1], best, *_take_names(texts[place + 1 :], best)]


def _take_names(texts: Sequence[RowText], best: RowText) -> list[RowText]:
    """Return the texts that go on with names, up to the first that does not; an "and" stands only between two."""
    found = list(takewhile(lambda text: _goes_on(text, best) or _JOINER.fullmatch(text.text), texts))
    return found[:-1] if found and _JOINER.fullmatch(found[-1].text) else found


def _goes_on(text: RowText, best: RowText) -> bool:
    """Return whether a text beside names goes on with them."""
    is_name = text.role == "authors" or (names_strength(text.group) >= 1 and text.names > text.venue - _NEAR_VENUE)
    is_near = text.segment.column == best.segment.column and abs(text.segment.line - best.segment.line) <= 1
    is_beside = text.side == best.side and text.segment.is_child == best.segment.is_child
    return is_name and is_near and is_beside and text.role == best.role


def _set_authors(draft: Draft, names: Sequence[RowText]) -> None:
    first, last = names[0].group, names[-1].group
    by = _BY.match(first.text)
    start, end = first.start + (by.end() if by else 0), last.start + len(last.text.rstrip(_ENDS))
    is_one_text = first.segment is last.segment
    written = [first.segment.text[start:end]] if is_one_text else [_BY.sub("", name.text) for name in names]
    draft.authors = _JOINED.sub(r" \1 ", ", ".join(clean_names(text).strip(_ENDS) for text in written))
    draft.origins["authors"] = names[0].origin
    span = first.segment.span(start, first.end)[0], last.segment.span(last.start, end)[1]
    is_placed = names[0].origin == "row" and all(name.segment.run for name in names)
    if is_placed and not any(span[0] < link.start < span[1] for link in draft.link_segments):
        draft.spans["authors"] = span


# --- venue and year ------------------------------------------------------------------------------------------


def _set_venue(draft: Draft, found: RowText) -> None:
    venue, _ = split_venue(_take_venue(found) if found.role is None else found.text)
    venue = venue and _VOLUME.sub("", venue)
    if not venue or _PREPRINT.match(venue):
        return
    draft.venue, draft.origins["venue"] = venue, found.origin
    place = found.segment.text.find(venue, found.group.start)
    if found.origin == "row" and place >= 0 and found.segment.run:
        draft.spans["venue"] = found.segment.span(place, place + len(venue))


def _take_venue(found: RowText) -> str:
    """Return a venue up to its first comma, or to a later one that belongs to it: "Audio, Speech, and Language"."""
    start, end = found.group.chunks[0]
    whole = found.segment.text
    series = _SERIES.search(whole, start, min(len(whole), end + _LONGEST_SERIES))
    return whole[start : series.end()] if series and series.start() < end < series.end() else whole[start:end]


def _set_year(draft: Draft, texts: Sequence[RowText], venue: RowText | None) -> None:
    """Set the year: of a column or key "year", else that beside the venue, else the first, and days last."""
    dated = [
        (year, text)
        for text in texts
        if text.role != "note" and (year := _find_year(text)) and not _is_in_prose(text) and not _is_visit(text)
    ]

    def rank(one: tuple[int, RowText]) -> int:
        text = one[1]
        if text.role == "date" or _DAY.match(text.text):  # may be the day of the entry, not of the paper
            return 3
        return 0 if text.role == "year" else 1 if text is venue else 2

    if not dated:
        return
    year, source = min(dated, key=rank)
    draft.origins["year"] = source.origin
    month = _ARXIV_MONTH.search(draft.url.url or "") if draft.url else None
    if month and str(year) == month[1] + month[2]:  # "arXiv 2002" beside arXiv:2002.12504 is February 2020
        draft.year = 2000 + int(month[1])
        return
    draft.year = year
    place = _find_digits(year, source.text)
    if source.origin == "row" and place and source.segment.run:
        start = source.segment.text.find(source.text, source.group.start)
        draft.spans["year"] = source.segment.span(start + place[0], start + place[1])


def _is_in_prose(text: RowText) -> bool:
    """Return whether a text is part of a description, where a year is that of something else: "proposed in 1997"."""
    if text.role is not None or len(_WORD_OF_PROSE.findall(text.segment.text, 0, _LONG)) < _PROSE:
        return False
    is_bare = text.group.forms == ["date"] or is_phrase(text.text)
    is_cited = text.group.is_bracketed and _WORD_OF_PROSE.search(text.segment.text, 0, text.group.start) is not None
    return not is_bare or is_cited


def _is_visit(text: RowText) -> bool:
    """Return whether a date is the day on which somebody looked at a page: "(Accessed: 12 March 2024)"."""
    start = text.group.start
    return _VISITED.search(text.segment.text, max(0, start - _NEAR), start) is not None


def _find_digits(year: int, text: str) -> tuple[int, int] | None:
    """Return where a text writes a year: its last place, or the only one of its last two digits."""
    places = [found.span() for found in re.finditer(rf"(?<!\d){year}(?!\d)", text)]
    if places:
        return places[-1]
    short = [found.span() for found in re.finditer(rf"(?<![\d.]){year % 100:02}(?![\d.]\d)(?!\d)", text)]
    return short[0] if len(short) == 1 else None


def _find_year(text: RowText) -> int | None:
    """Return the year of a text; also of a date such as 2024/02, in which other texts hold no year."""
    year = find_year(text.text)
    found = _DATE.match(text.text) if year is None and text.group.forms[0] == "date" else None
    return int(found[1]) if found else year
