"""Read the key before a text, such as "Authors:", which says what the text is."""

from __future__ import annotations

import re
from typing import Final, Literal

Role = Literal["venue", "year", "date", "authors", "note"]
"""What a key, or the header of a column, says a text is."""

_KEYS: Final[tuple[tuple[Role, str], ...]] = (
    (
        "authors",
        (
            r"authors?|by|who|written by|researchers?|presented by|speakers?|作者|著者|저자|авторы?|autor(?:[ae]s?|en)?"
            r"|auteurs?|autrices?"
        ),
    ),
    (
        "venue",
        (
            r"venues?|(?:publication|proceedings|journal|book) title|published(?: (?:in|at|by))?|publication|conference"
            r"|journal(?: info(?:rmation)?)?|source|in|where|发表|期刊|会议|掲載|게재|학회|журнал|revue|revista"
            r"|zeitschrift|onde|dónde|où|wo|local|evento|congreso|congrès|congresso|konferenz|tagung|erschienen(?: in)?"
            r"|publi(?:cado|é) (?:em|en|dans)|会議|論文誌|会議/論文誌|学会"
        ),
    ),
    ("year", r"(?:publication )?years?(?: of publication)?|年份|연도|jahr|ann[ée]e|a[ñn]o|год"),
    ("date", r"(?:submission |release |publication |publishing )?(?:dates?|time)|submitted|released|时间|日期|datum"),
    (
        "note",
        (
            r"[A-Za-z][A-Za-z ;.-]{1,18}|tl;dr|摘要|关键词|链接|代码"
            r"|论文地址|论文链接|代码地址|代码链接|备注|简介|笔记|코드|데이터|링크"
        ),
    ),
)
_SAID: Final = tuple((role, re.compile(rf"(?i)[\s.,;]*(?:{words})\s*[:：]\s*")) for role, words in _KEYS)


def read_key(text: str) -> tuple[Role | None, int]:
    """Return the field that a key before a text names, and where the text begins; None and 0 without a key.

    Examples
    --------
    >>> read_key("Authors: A. Example"), read_key("Learning to forget")
    (('authors', 9), (None, 0))
    """
    for role, form in _SAID:
        if found := form.match(text):
            return role, found.end()
    return None, 0
