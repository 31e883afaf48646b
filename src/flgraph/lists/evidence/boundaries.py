"""Find where a text may be split: at commas, full stops, dashes and brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from flgraph.lists.evidence.patterns import MONTH
from flgraph.lists.evidence.word_lists import ABBREVIATIONS, VENUE_WORDS

Delimiter = Literal["", "stop", "comma", "semicolon", "dash", "slash", "slashes", "bar", "colon", "bracket", "by"]

_DELIMITER: Final = re.compile(
    r"""
    (?=[\s.,;:?!()（）。；：，、])  # most characters begin none of the signs
    (?: (?P<dash>(?:[.,]\s?)?\s(?:-{1,3}|[–—])\s) | (?P<slashes>\s//\s) | (?P<slash>\s/\s) | (?P<bar>\s[|•·:]\s)
    | (?P<bracket>[()（）])
    | (?P<stop>\.["”]?(?=\s|$)|。|[?!]["”](?=\s)|[?!](?=\s+[\u4e00-\u9fff]))
    | (?P<semicolon>[;；]) | (?P<comma>[,，、](?!\d{3}\b)) | (?P<colon>：|:(?=\s)|(?<=[^\W\d_A-Z]):(?=[A-Z"“])))
    """,
    re.VERBOSE,
)
# A full stop behind one of these ends no sentence.
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(.-])(?:[^\W\d_a-zà-öø-ÿ]|[A-Z][a-z]?-[A-Z]|Univ|Inst|Dept|al|vs|St|Dr|Prof|Jr|Sr|Md|vol|Vol|no|No|pp|p|ed|eds|Eds|cf|e\.g|i\.e|"
    r"u|a|S|Nr|[nN][uú]m|Bd|Hrsg|Th|Zs|Yu|Ph\.D|M\.D)$"
)
_LAST_CAPITAL: Final = re.compile(r"\s+[A-Z](?:,|\s|$)")  # "Proc. R. Soc. B"
_ONE_OF_SEVERAL: Final = re.compile(r"[A-Z]\w{1,6}\. \w+$")
_DATED_ACRONYM: Final = re.compile(
    r"\s(?:[A-Z][A-Za-z&+]+ ){0,2}['\u2019\u2018]\d\d\W*$"
)  # behind the last initial of names
_MONTH: Final = re.compile(rf"(?i)(?:^|[\s(（]){MONTH}$")
_YEAR_NEXT: Final = re.compile(r"\s?(?:19|20)\d\d\b")
_LOOK_AROUND: Final = 14
_SHORT_WORD: Final = 7


class Boundary(NamedTuple):
    """A place where a text may be split: where its left part ends, where its right part begins, and the sign there.

    `is_weak` is true behind an initial or an abbreviation, which may or may not end a sentence, and between a month
    and its year.
    """

    left: int
    right: int
    delimiter: Delimiter
    is_weak: bool = False


@lru_cache(2**14)
def find_boundaries(text: str) -> tuple[Boundary, ...]:
    """Find the places where a text may be split, in order."""
    return tuple(_list_boundaries(text))


def _list_boundaries(text: str) -> Iterator[Boundary]:
    length = len(text)
    for found in _DELIMITER.finditer(text):
        kind = found.lastgroup
        is_weak = (kind == "stop" and text[found.start()] == "." and _is_abbreviation(text, found)) or (
            kind == "comma" and _is_in_date(text, found)
        )
        left, right = found.span()
        while right < length and text[right].isspace():
            right += 1
        yield Boundary(left, right, kind, is_weak)  # type: ignore[arg-type]


def _is_abbreviation(text: str, found: re.Match[str]) -> bool:
    """Return whether a full stop ends an abbreviation or an initial, and perhaps no sentence."""
    before = text[max(0, found.start() - _LOOK_AROUND) : found.start()]
    if before.endswith("et al") or _DATED_ACRONYM.match(text, found.end()):
        return False
    if _ABBREVIATION.search(before):
        return True
    word = before.rsplit(" ", 1)[-1].rsplit(".", 1)[-1].strip("(")
    if f"{word.lower()}." in VENUE_WORDS or (word.lower() in ABBREVIATIONS and word[:1].isupper()):
        return True
    is_short = 0 < len(word) <= _SHORT_WORD and word[:1].isupper()
    goes_on = _LAST_CAPITAL.match(text, found.end()) is not None
    return is_short and (goes_on or _ONE_OF_SEVERAL.search(before) is not None)


def _is_in_date(text: str, found: re.Match[str]) -> bool:
    """Return whether a comma stands between a month and its year: "Apr., 2024"."""
    is_month = _MONTH.search(text[max(0, found.start() - _LOOK_AROUND) : found.start()]) is not None
    return is_month and _YEAR_NEXT.match(text, found.end()) is not None


def ends_in_abbreviation(text: str) -> bool:
    """Return whether a text, without its full stop, ends in an initial or an abbreviation."""
    return _ABBREVIATION.search(text[-_LOOK_AROUND:]) is not None
