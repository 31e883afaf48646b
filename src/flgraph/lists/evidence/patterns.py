"""Find years, arXiv ids, addresses, emoji and words in a text.

Every pattern takes time linear in the text: repeats of one kind of sign never follow each other, or do not give back.
"""

from __future__ import annotations

import re
from typing import Final

YEAR: Final = re.compile(r"(?:19[5-9]|20[0-3])[0-9](?<![\d./:]\d{4})(?<![^A-Za-z]-\d{4})(?!\d|\.\d{4,5}|/\d)")
"""A year from 1950 to 2039 that is no part of a longer number, a date with slashes, or an arXiv id."""

SHORT_YEAR: Final = re.compile(
    r"\b([A-Za-z&]{2,12})(?:\s?['\u2019`\u2018]?\s?|-)([0-3]\d)\b(?!\.\d|\s?\(\d)"
    r"|['\u2019`\u2018]([0-3]\d)\b"
)
"""A year of two digits: after a word (groups 1 and 2), or after an apostrophe (group 3)."""

ARXIV_TEXT: Final = re.compile(
    r"(?i)arxiv\s*+(?:preprint\s*+)?(?:arxiv\s*+)?(?:[:\uff1a]\s*+)?\d{4}\.\d{4,5}(?:v\d+)?"
    r"|\b\d{4}\.\d{4,5}(?:v\d+)?\b|abs/\S+"
)
"""An arXiv id as lists write it beside a title."""

BARE_URL: Final = re.compile(r"https?:/{1,2}[^\s<>\"'`|\]\[\uff08\uff09\uff0c。\uff1b]+")
EMOJI_CODE: Final = re.compile(r":[a-z0-9_+-]{2,30}:")
PICTURES: Final = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\ufe0f\u200b\u200d]")
TITLE_KEY: Final = re.compile(
    r"(?i)\s*(?:paper )?(?:title|titel|titre|título|标题|题目|タイトル|제목|required|optional|paper)\s*[:：]\s*"
)
FIELD_KEY: Final = re.compile(
    r"(?i)\s*(?:paper|title|authors?|venue|published(?: in)?|publication|conference|journal|year|date|links?|code|data|"
    r"abstract|summary|keywords?|pdf|project|url|doi|tl;?dr|bibtex|affiliations?)\s*[:：]?\s*"
)
"""What a row or a line says its text is, before a colon."""

MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
"""A month in English, in full or short; for a pattern that ignores case."""

DATED_VENUE: Final = re.compile(
    r"\d?[A-Z][A-Za-z&]{1,11}[ -]?['\u2019\u2018]?(?:(?:19|20)\d\d|[0-3]\d)(?=\s[\w.+-]{1,24}$|$)"
)
"""An acronym and a year, alone or before one word: "ICLR 2022", "CVPR17 PointNet"."""

DOI_TEXT: Final = re.compile(r"(?i)(?:doi:\s?)?10\.\d{4,9}/\S+")
"""A text that is no more than a DOI, when it matches in full."""

DIGIT: Final = re.compile(r"\d")

WORD: Final = re.compile(r"\w{2,}")

BETWEEN_FIELDS: Final = " \t\n\r\u00a0\u200b,;·•|/*_~–—→⇒-[]【】，；、。"
"""Blanks and signs that stand between the fields of a row and belong to none."""

_WORD: Final = re.compile(r"[^\W_]+(?:[-'\u2019.+][^\W_]+)*")
_PLAIN_WORD: Final = re.compile(r"\w++(?:[-'\u2019.+]\w++)*+")  # the same without underscores, in half the time


def words_of(text: str) -> list[str]:
    """Return the words of a text; a word may hold single hyphens, apostrophes, dots and plus signs.

    Examples
    --------
    >>> words_of("Non-IID data, e.g. of C++ users")
    ['Non-IID', 'data', 'e.g', 'of', 'C', 'users']
    """
    return (_WORD if "_" in text else _PLAIN_WORD).findall(text)
