"""Cut a reference string, or a title with what follows it, into its parts."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final, Literal

from flgraph.lists.evidence.scores import is_venue, names_score, title_score
from flgraph.lists.evidence.word_lists import FUNCTION_WORDS

Part = Literal["names", "venue", "body"]

_NAMES: Final = 0.75
_VENUE_WORDS: Final = 16
_TITLE: Final = 1.2
_NAMES_AFTER_TITLE: Final = 2
_COMMAS: Final = 10
_MARKS: Final = " \t\n\r\u00a0\u200b.,;:·•|*_~\u2013—-"

_SENTENCE_END: Final = re.compile(
    r"""
    \.(?:
        (?<=[^\W\d_]{2}\.)
        (?<!\b(?i:vs)\.)(?<!\bSt\.)(?<!\bDr\.)(?<!\bProc\.)(?<!\bTrans\.)(?<!\bIntl\.)(?<!\bConf\.)
        (?<!\bAm\.)(?<!\bAnn\.)(?<!\bAppl\.)(?<!\bCommun\.)(?<!\bInt\.)(?<!\bNat\.)(?<!\bPhys\.)(?<!\bRev\.)
        ["”]?\s*(?=[A-Z"“\[({\uff08])
      | (?<=[)\]\d]\.)\s+(?=[A-Z"“\[({])
      | (?<=\bal\.)[,:]?\s*
      | (?<=[A-Z]\.)\s(?=[A-Z][a-z]+(?:-\w+)?\ (?!et\b|and\b|de\b|van\b|von\b)[a-z])  # "Example, A. Learning to"
    )
    | [?!]\s+(?=In\b)
    """,
    re.VERBOSE,
)
_NAME: Final = re.compile(
    r"(?:and\s+|&\s*)?(?:[A-Z][^\W\d_]*\.?(?:[-'\u2019][^\W\d_]+)*\.?|de|van|von|der|den|di|da|la|le|del)"
    r"(?:[\s.]+(?:[A-Z][^\W\d_]*(?:[-'\u2019][^\W\d_]+)*\.?|de|van|von|der|den|di|da|la|le|del|and|&)){1,7}\*?"
)
_NAME_LENGTH: Final = 120
_REFERENCE_LENGTH: Final = 20_000
_ET_AL: Final = re.compile(r"et\.? al", re.IGNORECASE)
_COMMA: Final = re.compile(r",\s*")
_NOT_IN_NAMES: Final = FUNCTION_WORDS - {"and", "de", "la", "le", "da", "in"}


def split_reference(text: str) -> list[tuple[int, int, Part]]:
    """Split a reference string into sentences: start, end, and whether each is names, a venue, or another body.

    A full stop after an initial or an abbreviation ends no sentence. A text of more than 20,000 signs is one body.

    Examples
    --------
    >>> text = "Example A, Sample B. Learning to forget. Journal of Memory, 2021."
    >>> [(text[start:end], part) for start, end, part in split_reference(text)]
    [('Example A, Sample B', 'names'), ('Learning to forget', 'body'), ('Journal of Memory, 2021', 'venue')]
    """
    places = [0]
    for found in _SENTENCE_END.finditer(text if len(text) <= _REFERENCE_LENGTH else ""):
        if found.end() - places[-1] > 2:
            places.append(found.end())
    places.append(len(text))
    parts: list[tuple[int, int, Part]] = []
    for start, end in pairwise(places):
        tail = text[start:end].lstrip(_MARKS)
        if (body := tail.rstrip(_MARKS)).strip():
            parts.append((end - len(tail), end - len(tail) + len(body), _judge_part(body)))
    return parts


def _judge_part(body: str) -> Part:
    if names_score(body) >= _NAMES:
        return "names"
    return "venue" if is_venue(body) and len(body.split()) <= _VENUE_WORDS else "body"


def split_tail(text: str) -> int | None:
    """Return where names begin that follow a title after a comma; None if none do.

    Examples
    --------
    >>> text = "Learning to forget in hospitals, Ada Example, Bo Sample, ICML 2020"
    >>> text[split_tail(text):]
    'Ada Example, Bo Sample, ICML 2020'
    """
    place = 0
    for _ in range(_COMMAS):
        comma = _COMMA.search(text, place)
        if comma is None:
            return None
        place = comma.end()
        if title_score(text[:place]) >= _TITLE and _begins_with_names(text, place):
            return place
    return None


def _begins_with_names(text: str, place: int) -> bool:
    named = 0
    while named < _NAMES_AFTER_TITLE and place <= len(text):
        comma = text.find(",", place)
        end = len(text) if comma < 0 else comma
        found = _count_names(text[place:end].strip())
        if not found:
            return False
        named += found
        place = end + 1
    return named >= _NAMES_AFTER_TITLE


def _count_names(chunk: str) -> int:
    if _ET_AL.match(chunk):
        return 2
    if len(chunk) > _NAME_LENGTH or not _NAME.fullmatch(chunk) or is_venue(chunk):
        return 0
    if any(word.lower() in _NOT_IN_NAMES for word in chunk.split()):
        return 0
    return 1 + (" and " in chunk)
