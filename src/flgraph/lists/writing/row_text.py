"""Remove from the text of a model row what belongs to its work alone: words, numbers, pictures, emoji."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_IMAGE: Final = r"!\[[^\[\]\n]{0,300}\]\([^()\s]{0,500}\)|<img\b[^<>]*>"
_EMOJI: Final = r"[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]\ufe0f?|:[a-z][a-z0-9_+-]+:"
_WORD: Final = r"[^\W\d_]{2,}"
_NUMBER: Final = r"\d+"
_TOKEN: Final = re.compile(
    rf"(?P<image>{_IMAGE})|(?P<tag><[^<>]*>|&\w+;)|(?P<emoji>{_EMOJI})|(?P<word>{_WORD})|(?P<number>{_NUMBER})"
)
_PICTURE: Final = re.compile(rf"(?:{_IMAGE}|{_EMOJI})[ \t]?")
_GROUP: Final = re.compile(
    r"[ \t]?(?:\[[^\[\]\n]{0,300}\](?:\([^()\n]{0,500}\))?|\([^()\n]{0,300}\)|<(su[bp]|i|em|small)>[^<>\n]{0,300}</\1>)"
)
_FIGURES: Final = re.compile(
    r"(?:[\s,;:.]{1,8}(?:(?:vol|no|pp?|nr)\.?\s*)?)?\d+(?:\(\d+\))?(?:\s?[:,.\u2013-]\s?\d+(?:\(\d+\))?)*",
    re.IGNORECASE,
)
_PLAIN_WORDS: Final = frozenset({
    "abs", "and", "arxiv", "author", "authors", "by", "code", "conference", "date", "doi", "et", "al", "github",
    "homepage", "html", "https", "in", "journal", "keywords", "link", "openreview", "page", "paper", "pdf",
    "proc", "proceedings", "project", "published", "publication", "pub", "repo", "slides", "source",
    "title", "url", "venue", "video", "website", "with", "www", "year",
})  # fmt: skip
"""Words that say what a link or a field is."""

_STATUS: Final = frozenset({"accepted", "award", "oral", "poster", "spotlight", "submitted"})
"""Words that say something about one work; they are a pattern only if half of the rows write them."""

_LONGEST: Final = 10_000  # a longer text is no pattern, and takes long to take apart
_ENOUGH: Final = 0.2
_HALF: Final = 0.5


@dataclass(frozen=True)
class CommonText:
    """How many of some rows write each word, number, picture and emoji outside their fields."""

    rows: int
    counts: Counter[str]

    def is_own(self, token: str, kind: str) -> bool:
        """Return whether a token belongs to one work rather than to the pattern of the rows."""
        if kind == "word" and token.casefold() not in _STATUS:
            least = max(2, _ENOUGH * self.rows) if self.rows > 1 else 2
            return self.counts[token] < least and token.casefold() not in _PLAIN_WORDS
        return self.rows == 1 or self.counts[token] < max(2, _HALF * self.rows)


def count_text(literals: Iterable[Iterable[str]]) -> CommonText:
    """Count in how many rows each token stands; a row is given as its texts between fields."""
    counts: Counter[str] = Counter()
    rows = 0
    for texts in literals:
        rows += 1
        counts.update({token for text in texts for token, _ in _list_tokens(text)})
    return CommonText(rows, counts)


def find_own(text: str, common: CommonText) -> list[str]:
    """List the tokens of a text that no other rows write."""
    return [token for token, kind in _list_tokens(text) if common.is_own(token, kind)]


def clean_text(text: str, common: CommonText, *, cells: re.Pattern[str] | None, is_end: bool = False) -> str:
    """Remove a row's own text as far as it can be told apart: pictures, bracketed groups, whole lines, figures, cells.

    `cells` finds the bounds of table cells; what is between two of them is a whole cell. `is_end` tells that the row
    ends with the text, so that its last line is whole.
    """
    if not find_own(text, common) or len(text) > _LONGEST:
        return text
    parts = cells.split(text) if cells else [text]
    for number in range(0, len(parts), 2):
        is_cell = cells is not None and 0 < number < len(parts) - 1
        if find_own(parts[number], common):
            parts[number] = " " if is_cell else _clean_part(parts[number], common, is_end=is_end)
    return "".join(parts)


def _clean_part(text: str, common: CommonText, *, is_end: bool) -> str:
    for form in (_PICTURE, _GROUP):
        text = form.sub(lambda found: "" if find_own(found[0], common) else found[0], text)
    lines = text.split("\n")
    whole = lines[1:] if is_end else lines[1:-1]
    kept = [line for line in whole if not find_own(line, common)]
    text = "\n".join([lines[0], *kept, *([] if is_end or len(lines) == 1 else lines[-1:])])
    return _FIGURES.sub(lambda found: "" if find_own(found[0], common) else found[0], text)


def _list_tokens(text: str) -> Iterator[tuple[str, str]]:
    if len(text) > _LONGEST:
        yield text, "text"
        return
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        if kind and kind != "tag":
            yield found.group(), kind
