"""Split a text into chunks at commas, full stops, dashes and brackets, and say what each may be by its form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from flgraph.lists.drafting.segments import trim
from flgraph.lists.evidence.boundaries import Boundary, Delimiter, ends_in_abbreviation, find_boundaries
from flgraph.lists.evidence.patterns import ARXIV_TEXT, BARE_URL, DIGIT, MONTH, YEAR, words_of
from flgraph.lists.evidence.people import HAN, HAN_VENUE, weigh_name
from flgraph.lists.evidence.scores import is_venue
from flgraph.lists.evidence.word_lists import VENUE_SMALL_WORDS
from flgraph.lists.evidence.years import find_year

Form = Literal["name", "date", "number", "note", "other"]

_NUMBER: Final = re.compile(
    r"(?i)(?:art(?:icle)?\.?|vol(?:ume)?\.?|no\.?|n[uú]m\.|issue|pp?\.?|pages?|S\.|Nr\.|Bd\.|pmid:?|e)?\s*[eml]?"
    r"\d[\d():;.,/–—-]*[a-z]?[\d–-]*"
    r"(?:\s?\(\d[\w–-]*\))?|doi\b.*|pmid\b.*|available\b.*|\[?online\]?|retrieved\b.*"
)
_DATE: Final = re.compile(
    rf"(?i)(?:{MONTH},?\s*)?(?:\d{{1,2}}\s+)?(?:19|20)\d\d[a-z]?\s?年?"
    r"|(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?|\d{1,2}[-/.](?:19|20)\d\d|\d{1,2}\.\s?\w+\s(?:19|20)\d\d"
    rf"|(?:19|20)\d\d,?\s+{MONTH}"
)
_NO_FIELD: Final = re.compile(
    r"(?i)\d[\d,. ]*k?\s*(?:citations?|stars?|cites?|min|pages?|gb|mb)\b|"
    r"(?:talk|in press\??|letter|preprint|oral|spotlight|highlight|poster|sota|invited|recommend(?:ed)?|must[ -]read|"
    r"(?:best|outstanding) paper.*)$"
)
MARKS: Final = ' \t\n\r\u00a0\u200b,;:·•|/*_~–—-."“”《》，。；：'
_SMALL_FIRST: Final = frozenset({"mBio", "npj", "eLife", "iScience", "arXiv", "bioRxiv", "medRxiv"})
_PREPRINT: Final = re.compile(r"(?i)arxiv preprint\b")
_SIGN: Final = re.compile(r"\w")
_BEHIND_NAME: Final = re.compile(r"[，,（(].*$")
_PHRASE_WORDS: Final = 9
_SHORT_WORD: Final = 4
_HAN_VENUE_LENGTH: Final = 24
_HAN_ENDING: Final = 6
_KEY_WORDS: Final = 3
_TWO_NAMES: Final = 60
_VANCOUVER_END: Final = re.compile(
    r"\b[A-Z][\w'\u2019-]+ [A-Z](?:\s?[A-Z])?, [A-Z][\w'\u2019-]+ [A-Z](?:\s?[A-Z])?$"
)  # a full stop behind it ends the names: "Example A, Sample B. Bioinformatics"
_AFFILIATION: Final = re.compile(r"[(（][A-Z][A-Za-z]{2,}")  # "Example(Synthetic University)"


@lru_cache(2**14)
def judge_form(text: str) -> Form:
    """Return what a chunk is by its form: a name, a date, a number such as pages, a note, or something else."""
    bare = text.strip(MARKS)
    has_digit = DIGIT.search(bare) is not None
    if has_digit and _DATE.fullmatch(bare):
        return "date"
    if (
        _NUMBER.fullmatch(bare)
        or BARE_URL.fullmatch(bare)
        or ((has_digit or "/" in bare) and ARXIV_TEXT.fullmatch(bare) and not _PREPRINT.match(bare))
    ):
        return "number"
    if _NO_FIELD.match(bare):
        return "note"
    if weigh_name(bare) > 0:
        return "name"
    first = bare[:1]
    return "note" if first.islower() and not is_venue(bare) and len(bare.split()) > 1 else "other"


@lru_cache(2**14)
def is_phrase(text: str) -> bool:
    """Return whether a text is a short phrase in capitals, as names of venues are."""
    words = words_of(text)
    if not 0 < len(words) <= _PHRASE_WORDS:
        return False
    if not (words[0][0].isupper() or words[0] in _SMALL_FIRST or words[0].isupper()):
        return False
    return all(
        word[0].isupper() or word[0].isdigit() or word in VENUE_SMALL_WORDS or len(word) < _SHORT_WORD
        for word in words[1:]
    )


def ends_as_venue(text: str) -> bool:
    """Return whether a Chinese text ends as names of journals and conferences do."""
    if text.isascii():
        return False
    bare = _BEHIND_NAME.sub("", YEAR.sub("", text).strip(MARKS))
    is_short = len(bare) <= _HAN_VENUE_LENGTH
    return is_short and HAN.search(bare) is not None and HAN_VENUE.search(bare[-_HAN_ENDING:]) is not None


@lru_cache(2**14)
def has_year(text: str) -> bool:
    """Return whether a text names a year."""
    return YEAR.search(text) is not None or find_year(text) is not None


# --- chunks ------------------------------------------------------------------------------------------------------


class Chunk(NamedTuple):
    """A part of a text: its characters, the sign before it, and whether it is in brackets."""

    start: int
    end: int
    delimiter: Delimiter
    is_bracketed: bool


def split_chunks(text: str) -> Iterator[Chunk]:
    """Split a text at all signs that separate fields."""
    at, depth = 0, 0
    delimiter: Delimiter = ""
    for boundary in (*find_boundaries(text), Boundary(len(text), len(text), "")):
        if _is_inside(text, at, boundary, is_bracketed=depth > 0):
            continue
        start, end = trim(text, at, boundary.left, MARKS)
        if text[end : boundary.left] == "." and ends_in_abbreviation(text[start:end]):
            end = boundary.left
        if _SIGN.search(text, start, end):
            yield Chunk(start, end, delimiter, depth > 0)
        opened = boundary.delimiter == "bracket" and text[boundary.left] in "(（"
        closed = boundary.delimiter == "bracket" and not opened
        depth = max(0, depth + opened - closed)
        at, delimiter = boundary.right, boundary.delimiter


def _is_inside(text: str, at: int, boundary: Boundary, *, is_bracketed: bool) -> bool:
    """Return whether a sign separates nothing: behind an abbreviation, in "32(7)" or "f(x)", or a colon of prose."""
    if boundary.delimiter == "colon":
        return not is_bracketed and not 0 < len(text[at : boundary.left].split()) <= _KEY_WORDS
    if boundary.delimiter != "bracket":
        return boundary.is_weak and not _VANCOUVER_END.search(text, max(0, boundary.left - _TWO_NAMES), boundary.left)
    opened = boundary.left if text[boundary.left] in "(（" else text.rfind("(", 0, boundary.left)
    return opened > 0 and text[opened - 1].isalnum() and not _AFFILIATION.match(text, opened)
