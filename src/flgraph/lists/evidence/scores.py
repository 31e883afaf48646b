"""Judge what a text may be by itself: a title, a list of names, or a venue.

Each score adds named weights. It knows nothing of the rows around a text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from flgraph.lists.evidence.patterns import ARXIV_TEXT, DIGIT, EMOJI_CODE, YEAR, words_of
from flgraph.lists.evidence.word_lists import (
    CAPITALS_AS_VENUES,
    FUNCTION_SURNAMES,
    FUNCTION_WORDS,
    NO_NAME_WORDS,
    PARTICLES,
    TITLE_WORDS,
    VENUE_PHRASES,
    VENUE_SMALL_WORDS,
    VENUE_WORDS,
    VENUES,
    VENUES_AS_WRITTEN,
    WORDS_AS_VENUES,
    WORDS_OF_BOTH,
)

_CACHED: Final = 2**15
_CACHED_LENGTH: Final = 500
"""Longer texts are judged anew each time, so that the caches stay small."""

# --- names -----------------------------------------------------------------------------------------------

_ONE_NAME: Final = 0.35
_TWO_NAMES: Final = 0.75
_SURE_NAMES: Final = 0.2
_INITIALS_SHARE: Final = 0.4
_NAME_WORDS: Final = 6
_SHORT_NAME: Final = 4

_NEVER_NAMES: Final = (FUNCTION_WORDS | NO_NAME_WORDS) - PARTICLES - FUNCTION_SURNAMES
_BRACKETED: Final = re.compile(r"\([^()]*\)|\(\(.*")
_ET_AL: Final = re.compile(r"\bet\.?\s*+al\b\.?,?", re.IGNORECASE)
_BETWEEN_NAMES: Final = re.compile(r"[,;&、\uff0c]|\band\b")
_NO_NAME: Final = re.compile(r"\(?\d{4}\)?|\d{1,5}[a-z]?|[a-z]|[A-Z]\.?")
_NO_NAME_LENGTH: Final = 6
_NOT_IN_NAMES: Final = re.compile(r"[\d:?!/]")
_IN_NAME: Final = re.compile(r"[^\s.]+")
_INITIALS: Final = re.compile(r"(?:[A-Z]-?){1,2}")
_ABBREVIATED: Final = re.compile(r"([^\W\d_]{2,}\.)\s")
_NAMES_LENGTH: Final = 20_000
"""Enough to judge; the longest lists of authors go on for more."""


def names_score(text: str) -> float:
    """Return how much a text looks like a list of people, 0 to 1; from .75 on it is one.

    One name alone scores at most .35, two .75; initials and "et al." make sure of it.

    Examples
    --------
    >>> names_score("A. Example, B. Sample"), names_score("Learning to forget")
    (1.0, 0.0)
    """
    if len(text) <= _CACHED_LENGTH:
        return _score_names(text)
    return _score_names.__wrapped__(text[:_NAMES_LENGTH])


@lru_cache(_CACHED)
def _score_names(text: str) -> float:
    if "(" in text:
        text = _BRACKETED.sub("", text)
    bare, et_als = _ET_AL.subn(",", text) if "al" in text.lower() else (text, 0)
    bare = bare.strip(" .,;:-\u2013*")
    if not bare:
        return 1.0 if et_als else 0.0
    chunks = [part for chunk in _BETWEEN_NAMES.split(bare) if (part := chunk.strip(" .*"))]
    chunks = [chunk for chunk in chunks if len(chunk) > _NO_NAME_LENGTH or not _NO_NAME.fullmatch(chunk)]
    if not chunks:
        return 0.0
    return _weigh_names(chunks, has_et_al=et_als > 0)


def _weigh_names(chunks: list[str], *, has_et_al: bool) -> float:
    found = [count for chunk in chunks if (count := _count_initials(chunk)) is not None]
    share = len(found) / len(chunks)
    if has_et_al or sum(map(bool, found)) >= max(1, len(chunks) * _INITIALS_SHARE):
        return min(1.0, share + _SURE_NAMES)
    if len(chunks) == 1:
        return share * _ONE_NAME
    if len(chunks) == 2:
        return share * _TWO_NAMES
    return share * sum(len(chunk.split()) <= _SHORT_NAME for chunk in chunks) / len(chunks)


def _count_initials(chunk: str) -> int | None:
    """Return how many initials a name holds; None for what is no name, as "J. Mach. Learn. Res." is none."""
    if _NOT_IN_NAMES.search(chunk) or (". " in chunk and _is_abbreviated(chunk)):
        return None
    initials = -1 if chunk.startswith("A ") else 0  # the article
    words = _IN_NAME.findall(chunk, 0, 200)
    if not 1 <= len(words) <= _NAME_WORDS:
        return None
    for word in words:
        low = word.lower()
        if "-" in low and not NO_NAME_WORDS.isdisjoint(low.split("-")):
            return None
        if low in _NEVER_NAMES or not (word[0].isupper() or low in PARTICLES or not word.isascii()):
            return None
        if len(word) > 3 and word.isupper() and low in VENUES:
            return None
        initials += len(word) < 5 and _INITIALS.fullmatch(word) is not None
    return initials


def _is_abbreviated(chunk: str) -> bool:
    """Return whether a text is the abbreviated name of a journal; "Jr." and the like may stand in a name."""
    words = _ABBREVIATED.findall(chunk)
    return len(words) > 1 or (bool(words) and words[0].lower() in VENUE_WORDS)


# --- venues ----------------------------------------------------------------------------------------------

LIKELY_VENUE: Final = 1.5
_KNOWN_VENUE: Final = 2.0
_VENUE_WORD: Final = 1.5
_YEAR_BESIDE: Final = 0.9
_ONLY_A_YEAR: Final = 0.5
_SHORT_ACRONYM: Final = 0.6
_PROSE: Final = -1.5
_NAMES_NOT_VENUE: Final = -1.0
_VENUE_LENGTH: Final = 200
_VENUE_LETTERS: Final = 22
_FEW_WORDS: Final = 4
_A_NAME_OF_VENUE: Final = 2  # words
_LONG_WITH_ACRONYM: Final = 6  # words: "Spiking Networks on an FPGA for Wearables" is no venue

_VENUE_PHRASE: Final = re.compile(rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, VENUE_PHRASES))})")
_LETTERS: Final = re.compile(r"(?:[^\W\d_]++|[&*])++\.?")
_SHORT_YEAR: Final = re.compile(r"[A-Za-z]{2}\s?['\u2019\u2018]?\s?[12]\d\b")


def venue_score(text: str) -> float:
    """Return how much a text looks like a venue; from 1.5 on it is one.

    A known acronym or a word such as "Proceedings" is enough; a year alone is not.

    Examples
    --------
    >>> venue_score("NeurIPS 2021") >= 1.5, venue_score("A study of 2021") >= 1.5
    (True, False)
    """
    return _score_venue(text.strip()) if len(text) <= _CACHED_LENGTH else 0.0


def is_venue(text: str) -> bool:
    """Return whether `venue_score` is at least `LIKELY_VENUE`, without weighing the names of what is none anyway."""
    if len(text) > _CACHED_LENGTH or _find_venue(text.strip())[0] < LIKELY_VENUE:
        return False
    return venue_score(text) >= LIKELY_VENUE


@lru_cache(_CACHED)
def _score_venue(text: str) -> float:
    score, may_be_names = _find_venue(text)
    return score + _NAMES_NOT_VENUE if may_be_names and names_score(text) > 0.8 else score


@lru_cache(_CACHED)
def _find_venue(text: str) -> tuple[float, bool]:
    """Return how much a text looks like a venue, and whether it may be names, which tells against one."""
    if not text or len(text) > _VENUE_LENGTH:
        return 0.0, False
    has_year = DIGIT.search(text) is not None and bool(YEAR.search(text) or _SHORT_YEAR.search(text))
    body = ARXIV_TEXT.sub("arxiv", text) if "/" in text or ("." in text and DIGIT.search(text)) else text
    dotted = _LETTERS.findall(body)
    if not dotted:
        return (_ONLY_A_YEAR if has_year else 0.0), False
    return _weigh_venue(body.lower(), dotted, has_year=has_year)


def _weigh_venue(body: str, dotted: list[str], *, has_year: bool) -> tuple[float, bool]:
    words = [word.rstrip(".") for word in dotted] if "." in body else dotted
    is_short = len(words) <= _FEW_WORDS
    lows = set(map(str.lower, words))
    has_word = _has_venue_word(body, dotted, lows)
    may_hold_acronym = has_word or has_year or len(words) < _LONG_WITH_ACRONYM or words[0].lower() in VENUES
    is_known = may_hold_acronym and not VENUES.isdisjoint(lows) and _has_known_venue(words, is_short=is_short)
    score = _KNOWN_VENUE * is_known + _VENUE_WORD * has_word + _YEAR_BESIDE * has_year
    if is_short and any(len(word) > 1 and word.isupper() for word in words):
        score += _SHORT_ACRONYM
    if len(words) > _VENUE_LETTERS or _is_prose(words, is_venue=is_known or (has_word and len(words) <= 16)):
        score += _PROSE
    return score, not is_known


def _has_known_venue(words: list[str], *, is_short: bool) -> bool:
    return any(_is_known_venue(word, low, is_short=is_short) for word in words if (low := word.lower()) in VENUES)


def _is_known_venue(word: str, low: str, *, is_short: bool) -> bool:
    """Return whether an acronym is written as venues are; a word that is one by chance is not."""
    if low in WORDS_AS_VENUES:
        return is_short and word in VENUES_AS_WRITTEN
    if low in CAPITALS_AS_VENUES:
        return word[0].isupper() and not word.istitle()
    return word[0].isupper() or low == "arxiv"


def _has_venue_word(body: str, dotted: list[str], bare: set[str]) -> bool:
    if not VENUE_WORDS.isdisjoint(bare) or ("." in body and not VENUE_WORDS.isdisjoint(map(str.lower, dotted))):
        return True
    if not WORDS_OF_BOTH.isdisjoint(bare) and TITLE_WORDS.isdisjoint(bare) and _is_written_as_venue(dotted):
        return True
    return _VENUE_PHRASE.search(body) is not None


def _is_written_as_venue(words: list[str]) -> bool:
    """Return whether words of titles are capitalised as in the name of a venue: "Cell Reports", not "a cell"."""
    if len(words) <= _A_NAME_OF_VENUE or "thesis" in words:
        return True
    return any(word[0].isupper() for word in words if word.rstrip(".").lower() in WORDS_OF_BOTH)


def _is_prose(words: list[str], *, is_venue: bool) -> bool:
    most = 8 if is_venue else 4
    return len(words) > most and sum(word.islower() and word not in VENUE_SMALL_WORDS for word in words) > most


# --- titles ----------------------------------------------------------------------------------------------

_NO_TITLE: Final = -3.0
_FEWEST_WORDS: Final = (_NO_TITLE, -2.2, -1.2, 0.2)
_COINED: Final = 1.2
_COINED_WORD: Final = re.compile(r"[a-z][A-Z]|[A-Za-z]{3}\d|\d[A-Za-z]{3}|[A-Z]{2}[a-z]")
_USUAL_LENGTH: Final = 1.5
_LENGTHS: Final = ((24, _USUAL_LENGTH), (32, 0.6), (45, -1.0))
_FUNCTION_WORD: Final = 0.7
_LONG_WORD: Final = 0.3
_SUBTITLE: Final = 0.3
_NAMES_NOT_TITLE: Final = -3.0
_VENUE_NOT_TITLE: Final = -2.0
_YEAR_IN_FEW_WORDS: Final = -0.5
_KEY: Final = -4.0
_ET_AL_IN_TITLE: Final = -2.0
_SENTENCES: Final = -2.0
_TITLE_LENGTH: Final = 500
_LONG_WORD_LENGTH: Final = 4
_SHARE_OF_CAPITALS: Final = 0.6

_HAN: Final = re.compile(r"[一-鿿]")
_COLON: Final = re.compile(r"\w: \w")
_KEYWORD: Final = re.compile(
    r"\s*+(?:keyword|author|researcher|highlight|citation|note|abstract|tl;?dr|summary|comment|code|paper|tag|venue"
    r"|published|year|affiliation|institution|key ?word|dataset|link|source)s?\s*[:\uff1a]",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"[a-z)]\. +[A-Z]")
_PROSE_WORD: Final = re.compile(r"\b(?:we|our|this paper|in this|please|you|has been|have been|i )\b", re.IGNORECASE)


def title_score(text: str) -> float:
    """Return how much a text looks like the title of a paper; from 1.5 on it is one.

    Examples
    --------
    >>> title_score("Learning to forget: a study of memory in hospitals") >= 1.5
    True
    >>> title_score("A. Example, B. Sample") < 0
    True
    """
    return _score_title(text) if len(text) <= _TITLE_LENGTH else _NO_TITLE


@lru_cache(_CACHED)
def _score_title(text: str) -> float:
    if ":" in text:
        text = EMOJI_CODE.sub("", text)
    text = text.strip()
    words = words_of(text)
    if sum(map(str.isdigit, words)) * 3 > 2 * len(words):
        return _NO_TITLE
    count = len(words) if text.isascii() else max(len(words), _count_han(text) // 2)
    return _weigh_length(count, words) + _weigh_signs(text, count) + _weigh_others(text, count)


def _count_han(text: str) -> int:
    """Return how many Chinese signs a text holds; two of them count as a word, a few do not count."""
    count = len(_HAN.findall(text))
    return count if count > 5 else 0


def is_title_case(text: str) -> bool:
    """Return whether most long words of a text begin with a capital.

    Examples
    --------
    >>> is_title_case("Learning to Forget in Hospitals"), is_title_case("How we learn to forget in hospitals")
    (True, False)
    """
    words = [word for word in words_of(text) if len(word) >= _LONG_WORD_LENGTH]
    return sum(word[0].isupper() for word in words) >= _SHARE_OF_CAPITALS * len(words)


def _weigh_length(count: int, words: list[str]) -> float:
    if count < len(_FEWEST_WORDS):
        score = _FEWEST_WORDS[count]
        score += _COINED if count == 1 and _COINED_WORD.search(words[0]) else 0.0
    else:
        score = next((weight for most, weight in _LENGTHS if count <= most), _NO_TITLE)
    if count >= 3:
        score += _FUNCTION_WORD * (not FUNCTION_WORDS.isdisjoint(map(str.lower, words)))
        score += _LONG_WORD * (max(map(len, words), default=0) > 7)
    return score


def _weigh_signs(text: str, count: int) -> float:
    score = 0.0
    if ": " in text and _COLON.search(text):
        score += _SUBTITLE
    if (":" in text or "\uff1a" in text) and _KEYWORD.match(text):
        score += _KEY
    sentences = len(_SENTENCE_END.findall(text)) if ". " in text else 0
    if sentences >= 2 or (count > 20 and _PROSE_WORD.search(text)):
        score += _SENTENCES
    return score


def _weigh_others(text: str, count: int) -> float:
    """Return what tells against a title: that it may be names, a venue, or a row with its year."""
    score = 0.0
    if names_score(text) >= 0.7:
        score += _NAMES_NOT_TITLE
    if count <= 12 and venue_score(text) >= 1.5:
        score += _VENUE_NOT_TITLE
    if count < 8 and YEAR.search(text):
        score += _YEAR_IN_FEW_WORDS
    if "al" in text and _ET_AL.search(text):
        score += _ET_AL_IN_TITLE
    return score
