"""Split the name of a venue from its year, and tell preprint servers from venues."""

from __future__ import annotations

import re
from typing import Final

# A year that stands apart from other digits, so that ids and version numbers contain none.
_YEAR: Final = re.compile(r"(?<![\d./])(?<!\d-)((?:19|20)\d\d)(?![\d/]|[.-]\d)|(?<=[^\W\d])\s*['\u2019](\d\d)(?!\w)")
_SHORT_YEARS: Final = 50  # '49 is 2049, '50 is 1950

_PREPRINT: Final = re.compile(
    r"\b(?:arxiv|biorxiv|chemrxiv|corr|medrxiv|preprints?|research square|ssrn|techrxiv)\b", re.IGNORECASE
)


def split_venue(text: str) -> tuple[str, int | None]:
    """Split the name of a venue from its year; without a single year, return the text as it is.

    Examples
    --------
    >>> split_venue("CVPR 2017"), split_venue("NeurIPS'19 Workshops"), split_venue("IEEE TPAMI")
    (('CVPR', 2017), ('NeurIPS Workshops', 2019), ('IEEE TPAMI', None))
    """
    found = list(_YEAR.finditer(text))
    if len(found) != 1:
        return text, None
    before, after = text[: found[0].start()].rstrip(" ([-,:'\u2019"), text[found[0].end() :].lstrip(" )]-,:")
    name = " ".join(f"{before} {after}".split())
    if not any(sign.isalpha() for sign in name):
        return text, None
    whole, short = found[0].groups()
    return name, int(whole) if whole else int(short) + (2000 if int(short) < _SHORT_YEARS else 1900)


def is_preprint(venue: str) -> bool:
    """Return whether the name of a venue is that of a preprint server.

    Examples
    --------
    >>> is_preprint("arXiv preprint"), is_preprint("Nature")
    (True, False)
    """
    return _PREPRINT.search(venue) is not None
