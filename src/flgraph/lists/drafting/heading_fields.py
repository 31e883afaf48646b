"""Take from headings, and from the list items above, what rows do not say: the year and the venue."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from flgraph.lists.drafting.drafts import Draft
from flgraph.lists.entries import Origin
from flgraph.lists.evidence.chunks import is_phrase
from flgraph.lists.evidence.patterns import words_of
from flgraph.lists.evidence.scores import is_venue
from flgraph.lists.evidence.years import SEVERAL_YEARS, find_year, split_venue

_COUNT: Final = re.compile(r"\((?:\d+|[^()]*papers?)\)")
_TRACK: Final = re.compile(r"(?i)datasets and benchmarks")
_NOT_A_VENUE: Final = re.compile(
    r"(?i)\b(papers?|surveys?|reviews?|top|accepted|list|in|and|journals?|preprints?|others?|books?|thes[ie]s|reading|misc|"
    r"workshops|conferences|publications?)\b"
)
_SERIES: Final = re.compile(r"\b(?:Transactions|Journal|Letters|Proceedings|Reviews?|Annals) (?:on|of|in|for) [A-Z]")
_GOES_ON: Final = re.compile(r"[a-z]: [a-z]")  # "ICML digest: speech for the few" names a topic
_WORKSHOPS: Final = re.compile(r"(?i)\s*workshops?$")
_DAY: Final = re.compile(r"\W*(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d")  # of a meeting, and not of a venue
_SHORT_VENUES: Final = frozenset({"AI", "MM", "SP", "S&P", "TC", "ML"})
_VENUE_WORDS: Final = 9
_YEAR_WORDS: Final = 12
_SHARE_OF_VENUES: Final = 0.6
_FEWEST_SECTIONS: Final = 3


def read_headings(papers: Sequence[Draft]) -> None:
    """Set the year, and the venue if few of the sibling rows say it, by what stands above."""
    rows = Counter(draft.family for draft in papers)
    own = Counter(draft.family for draft in papers if draft.venue)
    known = _find_venue_sections(papers)
    for draft in papers:
        section = draft.block.section
        above: list[tuple[str, Origin]] = [(name, "heading") for name in section]
        above += [(name, "parent") for name in draft.row.above]
        rows_say_it = own[draft.family] >= _SHARE_OF_VENUES * rows[draft.family]
        for name, origin in reversed(above):
            if draft.year is None and (year := _find_year(name)):
                draft.year, draft.origins["year"] = year, origin
            is_known = origin == "heading" and section[:-1] in known and name == section[-1]
            if draft.venue is None and not rows_say_it and (venue := _find_venue(name, is_known=is_known)):
                draft.venue, draft.origins["venue"] = venue, origin


def _find_year(heading: str) -> int | None:
    """Return the one year that a heading names; "Before 2022" and "2018 to 2020" name none."""
    if len(words_of(heading)) > _YEAR_WORDS or SEVERAL_YEARS.search(heading):
        return None
    return find_year(heading)


def _find_venue_sections(papers: Iterable[Draft]) -> set[tuple[str, ...]]:
    """Return the sections most of whose subsections are named by a venue: unknown names there are venues, too."""
    names: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for draft in papers:
        if draft.block.section:
            names[draft.block.section[:-1]].add(draft.block.section[-1])
    return {
        above
        for above, below in names.items()
        if len(below) >= _FEWEST_SECTIONS and 2 * sum(map(bool, map(_find_venue, below))) >= len(below)
    }


def _find_venue(heading: str, *, is_known: bool = False) -> str | None:
    """Return the venue that a heading names, as in "NeurIPS 2021 (32 papers)"."""
    bare = _COUNT.sub("", heading)
    may_be_venue = (
        (is_venue(bare) and not _GOES_ON.search(bare))
        or bare.strip() in _SHORT_VENUES
        or (is_known and is_phrase(bare))
    )
    if len(words_of(heading)) > _VENUE_WORDS or not may_be_venue or _DAY.match(heading):
        return None
    venue, _ = split_venue(bare)
    if venue and not _SERIES.search(venue) and _NOT_A_VENUE.search(_TRACK.sub("", venue)):
        host = _WORKSHOPS.sub("", venue)  # "ICCV Workshops" are those of a venue
        return venue if host != venue and is_venue(host) and not _NOT_A_VENUE.search(host) else None
    return venue
