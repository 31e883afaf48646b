"""Read what a static badge shows: a venue and its year, or a label."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from flgraph.lists.evidence.labels import label_kind
from flgraph.lists.evidence.patterns import YEAR, words_of
from flgraph.lists.evidence.scores import is_venue

_BADGE: Final = re.compile(r"https?://img\.shields\.io/badge/([^?]{3,80}?)(?:\.svg)?(?:\?|$)")
_DASH: Final = re.compile(r"(?<!-)-(?!-)")
_LABEL: Final = re.compile(r"(?i)(?:conference|journal|publish(?:ed)?|publication|venue|accepted)(?: (?:in|at|by))? ")
_MOST_WORDS: Final = 8


@lru_cache(2**12)
def read_badge(url: str) -> str:
    """Return the venue and the year that the address of a badge names; "" if it names neither.

    Examples
    --------
    >>> read_badge("https://img.shields.io/badge/ICRA-2022-blue"), read_badge("https://img.shields.io/badge/code-blue")
    ('ICRA 2022', '')
    """
    text = _read(url)
    is_field = is_venue(text) or (YEAR.search(text) and len(words_of(text)) <= _MOST_WORDS)
    return text if is_field else ""


@lru_cache(2**12)
def read_linked_badge(url: str) -> str:
    """Return the label, or the venue and year, on a badge inside a link; "" for anything else."""
    text = _read(url)
    kinds = set(map(label_kind, [text, *text.split()])) - {None}
    if len(kinds) > 1:  # "OpenReview page" leads to a paper or to a page
        return ""
    return text if label_kind(text) is not None else read_badge(url)


def _read(url: str) -> str:
    badge = _BADGE.match(url)
    if badge is None:
        return ""
    words = [part.replace("_", " ").strip() for part in _DASH.split(unquote(badge[1]))[:-1]]
    return _LABEL.sub("", " ".join(words).replace("--", "-"), count=1).strip()
