"""Weigh how sure a text is the name of a person, and a list of texts those of several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from flgraph.lists.evidence.patterns import PICTURES
from flgraph.lists.evidence.scores import is_venue
from flgraph.lists.evidence.word_lists import (
    ABBREVIATIONS,
    CITIES,
    FUNCTION_SURNAMES,
    FUNCTION_WORDS,
    HAN_SURNAMES,
    NO_NAME_WORDS,
    ORGANISATIONS,
    PARTICLES,
    TITLE_ADVERBS,
    VENUE_NOUNS,
)

LIST_END: Final = re.compile(r"(?i)\b(?:et\.? ?al|u\. ?a|and others|\u7b49)\b\.?")
"""What ends a list of names that is cut short."""

HAN: Final = re.compile(r"[\u4e00-\u9fff]")
HAN_VENUE: Final = re.compile(
    r"(?:学报|杂志|期刊|大会|会议|学刊|通报|研究|评论|论文|世界|科学|大学|进展|日报|通讯|译丛|論文|雑誌|紀要|學報)"
)
"""Words that end the names of Chinese journals and conferences."""

JOINED: Final = re.compile(r"\s+(?:and|und|et|y|&|och|og|e)\s+")
"""What joins the last two names of a list."""

_JOINED_BEFORE: Final = re.compile(r"^(?:and|und|et|y|e|og|och|&|by)\s+(?=\S)")
_WORD: Final = re.compile(r"[^\s.\-–][^\s.]*")
_UPPER: Final = r"[^\W\d_a-zà-öø-ÿ]"
_INITIALS: Final = re.compile(rf"(?:{_UPPER}-?){{1,3}}")
_HAN_NAME: Final = re.compile(r"[\u4e00-\u9fff·]{2,4}(?:\s?\u7b49)?")
_GROUP: Final = re.compile(r"\b(?:Collaboration|Consortium|Investigators|Study Group|Working Group)$")
_FIRM: Final = re.compile(r"\b(?:AI|Labs?|Laborator(?:y|ies)|Inc|Ltd|GmbH|Corp(?:oration)?)\.?$")
_INSTITUTION: Final = re.compile(
    r"^(?:ETH|FH|RWTH|TH|TU|UC) [^\W\d_a-z]\w+$"
    r"|^(?:Department|Faculty|School|University|Institute|Universit\w{1,4}"
    r"|Technical University) (?:of|de|di|do) |\b(?:Inc|Ltd|GmbH)\.?$"
    r"|^(?:[^\W\d_a-z][\w&.-]* ){1,4}(?:University|Institute|Labs?|College)(?: of [^\W\d_a-z]\w*)?$"
)
_BETWEEN_ORGANISATIONS: Final = re.compile(r"\s*[,;&/+]\s*|\s+and\s+")
_NO_NAME: Final = re.compile(r"[\d:?!/()\[\]\"]|^In\s|n['\u2019]t\b")
_ABSTRACT: Final = re.compile(r"\w{4}(?:ics|ology|tions?|ments?|ness|ities|graphy|nomy|metry|isms?|ware)$")
_COINED: Final = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]")  # "GraphRest"
_PREFIXED: Final = re.compile(  # "McExample", "DeExample"
    r"(?:[A-Z][a-z]{0,2}|Della|Fitz|Vander)['\u2019]?[A-Z][a-zß-öø-ÿ'\u2019]+(?:-\w+)?|[A-Z][a-z]+-[A-Z]\w*"
)
_ADJECTIVE: Final = re.compile(r"(?i)\w{2}(?:imal|tional|ical|ically|less|ious)$")
_INITIAL_LIST: Final = re.compile(rf"(?:{_UPPER}\w?\.?[-\s]?){{1,4}}")
_GIVEN: Final = re.compile(rf"(?:{_UPPER}[\w'-]*\.?)(?:[\s-]{_UPPER}\.?){{0,3}}")
# It starts with a set of signs, for which Python's search is many times faster.
_AFFILIATION: Final = re.compile(
    r"[\d*†‡§\u2217\u00b9\u00b2\u00b3](?:(?<=[^\W\d_].)[\d*†‡§\u2217\u00b9\u00b2\u00b3]{0,2}$|(?<=[*†‡§\u2217])[*†‡§\u2217]*)"
)
_NAMESAKE: Final = re.compile(r" 0\d{3}\b")  # DBLP numbers people of one name: "Ada Example 0001"
_NEVER_NAMES: Final = (FUNCTION_WORDS | TITLE_ADVERBS | NO_NAME_WORDS) - FUNCTION_SURNAMES
_LONGEST_NAME: Final = 60
_NAME_WORDS: Final = 6
_LONGEST_INITIALS: Final = 2
# How sure names of 0, 1, 2 ... words without initials are.
_BY_WORDS: Final = (0.0, 0.15, 0.6, 0.6, 0.5, 0.3, 0.3)
_HAN_WEIGHT: Final = 0.8
_GROUP_WEIGHT: Final = 0.9
_ONLY_INITIALS: Final = 0.2
_SURNAME: Final = 0.3
_OF_SEVERAL: Final = 0.3  # how sure each of more than two names is at least
_INVERTED: Final = 0.45
_INVERTED_PAIRS: Final = 0.6


@lru_cache(2**14)
def weigh_name(text: str) -> float:
    """Return how likely a text is a name, or several names joined by "and", from 0 to 1."""
    text = _NAMESAKE.sub("", text)
    text = _AFFILIATION.sub("", PICTURES.sub("", LIST_END.sub(" ", text)).strip()).strip(" ,.")
    parts = [part for part in JOINED.split(text) if part]
    if not parts or max(map(len, parts)) > 2 * _LONGEST_NAME or (len(parts) <= 2 and len(text) > 2 * _LONGEST_NAME):
        return 0.0
    weight = min(map(_weigh_one, (_JOINED_BEFORE.sub("", part) for part in parts)))
    return weight if len(parts) <= 2 or weight >= _OF_SEVERAL else 0.0


def _weigh_one(name: str) -> float:
    if not name.isascii() and HAN.search(name):
        is_name = _HAN_NAME.fullmatch(name.strip()) and name.strip()[0] in HAN_SURNAMES
        return _HAN_WEIGHT if is_name and not HAN_VENUE.search(name) else 0.0
    if _GROUP.search(name):
        return _GROUP_WEIGHT
    words = _WORD.findall(name)
    if not 0 < len(words) <= _NAME_WORDS or _NO_NAME.search(name):
        return 0.0
    if not all(_INITIALS.fullmatch(word) or _may_be_in_name(word) for word in words):
        return 0.0
    is_coined = len(words) == 1 and _COINED.search(name) and not _PREFIXED.fullmatch(name)
    if is_coined or _is_other_name(name, words):
        return 0.0
    if initials := sum(_INITIALS.fullmatch(word) is not None for word in words):
        return 1.0 if initials < len(words) else _ONLY_INITIALS
    return 0.0 if _ABSTRACT.search(words[-1].lower()) else _BY_WORDS[len(words)]


def is_institution(text: str) -> bool:
    """Return whether a text names a university or a firm, or several well-known ones.

    Examples
    --------
    >>> is_institution("University of Northmere, Tideline"), is_institution("A study of a university hospital")
    (True, False)
    """
    if len(text) > _LONGEST_NAME:
        return False
    names = [name.strip(" .").lower() for name in _BETWEEN_ORGANISATIONS.split(text.strip("() "))]
    return all(name in ORGANISATIONS for name in names) or _INSTITUTION.search(text) is not None


def _may_be_in_name(word: str) -> bool:
    low = word.lower()
    is_word = low in _NEVER_NAMES or _ADJECTIVE.search(low) is not None
    is_word |= "-" in low and not NO_NAME_WORDS.isdisjoint(low.split("-"))
    return word.split("-")[0] in PARTICLES or (word[0].isupper() and not is_word)


def _is_other_name(name: str, words: Sequence[str]) -> bool:
    """Return whether words that may be a name are an acronym, a firm, or a journal: "Astrophys. J."."""
    if _FIRM.search(name) or all(len(word) > _LONGEST_INITIALS and word.isupper() for word in words):
        return True
    if name.lower() in CITIES:
        return True
    if any(f"{word}." in name and word.lower() in ABBREVIATIONS for word in words):
        return True
    full = " ".join(word for word in words if not _INITIALS.fullmatch(word))  # "J." alone is no sign of a journal
    return words[-1].lower() in VENUE_NOUNS or is_venue(full)


def weigh_names(chunks: Sequence[str]) -> list[float]:
    """Weigh the names of a list; a surname and a given name or initials behind it are one: "Example, A."."""
    weights = []
    place = 0
    written, chunks = chunks, _split_joined(chunks)
    inverted = _INVERTED if chunks is written else _INVERTED_PAIRS
    while place < len(chunks):
        weight = weigh_name(chunks[place])
        following = LIST_END.sub("", chunks[place + 1]).strip() if place + 1 < len(chunks) else ""
        words = chunks[place].split()
        may_be_surname = weight < _SURNAME or len(words) <= 2  # also "B. and Third" of "Sample, B. and Third, C."
        is_surname = may_be_surname and not (words and _INITIALS.fullmatch(words[-1].rstrip(".")))
        is_surname &= " ".join(words).lower() not in CITIES
        if is_surname and _GIVEN.fullmatch(following):
            weights.append(1.0 if _INITIAL_LIST.fullmatch(following) else max(weight, inverted))
            place += 2
        else:
            weights.append(weight)
            place += 1
    return weights


def _split_joined(chunks: Sequence[str]) -> Sequence[str]:
    """Split "Given & Surname" between a surname and a given name: "Example, Ada & Sample, Bo"."""
    parts = [part for chunk in chunks for part in JOINED.split(chunk)]
    are_pairs = len(parts) > len(chunks) > 1 and len(parts) % 2 == 0 and all(map(_GIVEN.fullmatch, parts[1::2]))
    return parts if are_pairs and all(len(surname.split()) <= 2 for surname in parts[::2]) else chunks


def find_single_word(authors: str) -> str | None:
    """Return the one word that stands among full names, as a mistake in a list may; None if there is no such word.

    A word at the start may be a surname before its given name.

    Examples
    --------
    >>> find_single_word("Ada Example, Kelp, Bo Sample")
    'Kelp'
    >>> find_single_word("Example, Ada and Sample, Bo")
    """
    whole = LIST_END.sub(" ", authors[:_LONGEST_LIST])
    names = [name for part in _BETWEEN.split(whole) if (name := _JOINED_BEFORE.sub("", part.strip(" .")))]
    single = [place for place, name in enumerate(names) if len(name.split()) == 1]
    if len(names) < _FEWEST_NAMES or len(single) != 1 or single == [0]:
        return None
    word = names[single[0]]
    return word if word.isalpha() and not HAN.search(word) else None


_BETWEEN: Final = re.compile(r"[,;]|\s(?:and|&|und)\s")  # not "y" and "e", which are also within names
_FEWEST_NAMES: Final = 3
_LONGEST_LIST: Final = 5_000
_MARKS_OF_AFFILIATION: Final = re.compile(r"(?<=[^\W\d_])\d{1,2}(?:,\s?\d{1,2})*(?=\s?[,;*]|\s|$)")


_AFFILIATION_BEHIND: Final = re.compile(r"(?<=[^\W\d_] )([^\W\d_][\w'\u2019.-]*) \([^()\d]{2,60}\)")


def clean_names(text: str) -> str:
    """Return names without their affiliations: numbers, and texts in brackets behind a full name."""
    return _MARKS_OF_AFFILIATION.sub("", _AFFILIATION_BEHIND.sub(r"\1", text))
