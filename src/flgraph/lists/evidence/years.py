"""Find the year and the venue that a text names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from flgraph.lists.evidence.patterns import ARXIV_TEXT, BARE_URL, DIGIT, EMOJI_CODE, PICTURES, SHORT_YEAR, YEAR
from flgraph.lists.evidence.scores import venue_score
from flgraph.lists.evidence.word_lists import VENUE_WORDS, VENUES

SEVERAL_YEARS: Final = re.compile(
    r"(?i)\b(?:before|until|till|up to|after|since|pre|earlier than|prior to)[\s-]*(?:19|20)\d\d\b|\b(?:19|20)\d\ds\b"
    r"|\b(?:19|20)\d\d\s?(?:[-\u2013\u2014~]|to|and)\s?(?:(?:19|20)\d\d|now|today|present|before|earlier|older)\b"
)
"""Words for more than one year: "2018-2020", "before 2022", "1990s"."""

_CENTURY: Final = 2000
_VENUE_PART: Final = 1.4
_LONGEST: Final = 1_000
_CACHED: Final = 2**14

_YEAR_PAGES: Final = re.compile(r"\b\d{4}\s?[-\u2013]\s?\d{4}\b(?=\W*$)")
_MARKER: Final = re.compile(r"^\W*\[[JCMD]\]?\s?(?:\.|//|:)?\s?(?=[A-Z\d.])")
_PAGES: Final = re.compile(
    r"(?i)[,;]?\s?\b(?:vol(?:ume)?|no|pp|pages?|art(?:icle)? ?no|issue)\b\.?\s?[\w-]{0,20}\d[\w\u2013-]*"
    r"|[,;:]?\s?\d{1,9}\s?\(\d+(?:[-\u2013]\d+)?\)\s?:?\s?[\d\u2013-]*|:\s?\d{1,9}\s?[-\u2013]\s?\d+|\d{1,9}:\s?\d{1,9}[-\u2013]\d+"
)
_MONTH_NUMBER: Final = re.compile(r"(?<=(?:19|20)\d\d)[./-](?:0?[1-9]|1[0-2])\b")
_WORD_YEAR: Final = re.compile(r"\b(\d?[A-Za-z&][A-Za-z&-]{1,12}?)(?:\s?['\u2019`\u2018]?\s?|-)[0-3]\d\b(?!\.\d)")
_YEAR_FIRST: Final = re.compile(r"\W*([0-3]\d)[-_ ]([A-Z][A-Za-z&]{1,12})\W*")  # "20-OSDI"
_VENUE_IN_TWO_WORDS: Final = re.compile(
    r"(?i)\b(?:usenix security|siggraph asia|acm multimedia|findings of \w+) ([0-3]\d)\b"
)
_APOSTROPHES: Final = re.compile("['\u2019`\u2018]")
_APOSTROPHE: Final = re.compile(r"['\u2019`\u2018](?=\s|$|\W)")
_PREPRINT: Final = re.compile(r"(?i)\b(?:e-)?pre-?prints?\b(?: arxiv)?")
_NUMBER_OF_ARXIV: Final = re.compile(r"(?i)^\W*no\.?\s+(?=arxiv)")
_ARXIV_TWICE: Final = re.compile(r"(?i)\b(arxiv)\b(?:\W+arxiv\b)+")
_IN: Final = re.compile(r"(?i)^\W*(?:in|to appear in|published in|accepted (?:by|at|to)|at)\b:?\s+")
_MONTH: Final = re.compile(
    r"(?i)\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?\s?(?:\d{1,2}(?:st|nd|rd|th)?)?,?"
)
_EMPTY_BRACKETS: Final = re.compile(r"\(\s?\)|\[\s?\]|\uff08\s?\uff09")
_PARTS: Final = re.compile(
    r"(?<=[a-z)])\. (?=[A-Z])"
    r"|\. (?=(?:Springer|IEEE|ACM|PMLR|Elsevier|Society|Curran|Association|Citeseer|JMLR|AAAI)\b)|; "
)
_PUBLISHER: Final = re.compile(r"\. (?:Springer|PMLR|Elsevier|Curran)")
_HAS_NAME: Final = re.compile(r"(?:[^\W\d_]|&){2}")
_THESES: Final = frozenset({"dissertation", "thesis"})
_NO_VENUES: Final = frozenset({"pmid", "doi", "link", "url", "isbn"})


def find_year(text: str) -> int | None:
    """Return the last year that a text names; numbers of arXiv ids, addresses and pages are no years.

    A year of two digits counts after an apostrophe, after a known venue, or after capitals.

    Examples
    --------
    >>> find_year("CVPR 2021"), find_year("NeurIPS'19"), find_year("pages 1234-1240")
    (2021, 2019, None)
    """
    return _find_year(text) if len(text) <= _LONGEST else _find_year.__wrapped__(text)


@lru_cache(_CACHED)
def _find_year(text: str) -> int | None:
    if not DIGIT.search(text):
        return None
    text = ARXIV_TEXT.sub(" ", text)
    if "http" in text:
        text = BARE_URL.sub(" ", text)
    years = YEAR.findall(text)
    if len(years) > 1:
        years = YEAR.findall(_YEAR_PAGES.sub(" ", text)) or years
    return int(years[-1]) if years else _find_short_year(text)


def _find_short_year(text: str) -> int | None:
    first = _YEAR_FIRST.fullmatch(text)
    if first and (first[2].isupper() or venue_score(first[2]) >= _VENUE_PART):
        return _CENTURY + int(first[1])
    if found := _VENUE_IN_TWO_WORDS.search(text):
        return _CENTURY + int(found[1])
    for found in SHORT_YEAR.finditer(text):
        word, number, bare_number = found.groups("")
        has_apostrophe = _APOSTROPHES.search(found[0]) is not None
        is_venue = word.lower() in VENUES or word.lower() in _THESES
        if bare_number or has_apostrophe or is_venue or (word.isupper() and "-" not in found[0]):
            return _CENTURY + int(number or bare_number)
    return None


def split_venue(text: str) -> tuple[str | None, int | None]:
    """Split a text beside a title into venue and year; None for what it does not name.

    Volumes, pages, months and notes of preprints are left out.

    Examples
    --------
    >>> split_venue("In Proceedings of ICML, 2021, pp. 12-24"), split_venue("arXiv preprint arXiv:2102.07623")
    (('Proceedings of ICML', 2021), ('arXiv', None))
    """
    if len(text) > _LONGEST:
        return None, find_year(text)
    return _split_venue(text)


@lru_cache(_CACHED)
def _split_venue(text: str) -> tuple[str | None, int | None]:
    year = find_year(text)
    body = _cut_numbers(" ".join(text.split()), year)
    body = _cut_words(body, has_year=year is not None)
    body = " ".join(_EMPTY_BRACKETS.sub("", body).split()).strip(" .,;:/|()[]{}*_\u2013—-'\"")
    if body.count("(") > body.count(")"):
        body += ")"
    body = _choose_part(body)
    is_venue = _HAS_NAME.search(body) is not None and body.lower() not in _NO_VENUES
    return (body if is_venue else None), year


def _cut_numbers(body: str, year: int | None) -> str:
    """Cut ids, pages and the year."""
    has_long_year = YEAR.search(body) is not None
    body = ARXIV_TEXT.sub(lambda found: "arXiv" if "arxiv" in found[0].lower() else "", body)
    body = _PAGES.sub("", _MARKER.sub("", body))
    if has_long_year:
        body = YEAR.sub("", _MONTH_NUMBER.sub("", body))
    elif year:
        body = _YEAR_FIRST.sub(r"\2", _WORD_YEAR.sub(r"\1", body))
    return _APOSTROPHE.sub("", body)


def _cut_words(body: str, *, has_year: bool) -> str:
    """Cut notes of preprints, "In", months, and pictures."""
    low = body.lower()
    if "print" in low:
        body = _PREPRINT.sub("", body)
    if "arxiv" in low:
        body = _NUMBER_OF_ARXIV.sub("", body)
    if low.count("arxiv") > 1:
        body = _ARXIV_TWICE.sub(r"\1", body)
    body = _IN.sub("", body)
    if has_year:
        body = _MONTH.sub("", body)
    if not body.isascii():
        body = PICTURES.sub(" ", body)
    return EMOJI_CODE.sub(" ", body) if ":" in body else body


def _is_abbreviation(text: str) -> bool:
    """Return whether a text ends with an abbreviation that goes on, as in "Int. J. Syst. Sci."."""
    return f"{text.rpartition(' ')[2].lower()}." in VENUE_WORDS


def _choose_part(body: str) -> str:
    """Return the first sentence that is a venue; "IEEE Commun. Mag." is one name, not two sentences."""
    pieces = [piece for piece in _PARTS.split(body) if piece.strip(" .,")]
    if len(pieces) < 2:
        return body
    if sum(len(piece.split()) for piece in pieces) / len(pieces) < 2.5 and not _PUBLISHER.search(body):
        return body
    ends = [end for end in _PARTS.finditer(body) if not _is_abbreviation(body[: end.start()])]
    places = zip([0, *(end.end() for end in ends)], [*(end.start() for end in ends), len(body)], strict=True)
    parts = [part for start, end in places if (part := body[start:end].strip(" .,"))]
    return next((part for part in parts if venue_score(part) >= _VENUE_PART), parts[0])
