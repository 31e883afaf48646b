"""Tell titles apart that differ in a number: "Part I" and "Part II", "Study 2" and "Study 3"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

_NUMERALS: Final = {
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
}
_LETTERS: Final = {"i": 1, "v": 5, "x": 10}
_PARTS: Final = frozenset({"chapter", "part", "volume", "vol"})
_DIGITS: Final = re.compile(r"\d+")


def have_other_numbers(left: str, right: str) -> bool:
    """Return whether two normalized titles name different parts or works of a series.

    They do if each has a number that the other lacks, or if they differ in nothing but one number. Digits, Roman
    numerals and words are the same number. A number in a longer or another title says nothing.

    Examples
    --------
    >>> have_other_numbers("clocks part i", "clocks part ii")
    True
    >>> have_other_numbers("clocks part 2", "clocks part ii"), have_other_numbers("clocks", "clocks in 3 towns")
    (False, False)
    """
    one, other = (list(_read_words(title.split())) for title in (left, right))
    ours, theirs = ({number for number, _ in words if number is not None} for words in (one, other))
    if ours - theirs and theirs - ours:
        return True
    if len(ours ^ theirs) != 1:  # several numbers at the end of a title are pages
        return False
    return "".join(word for _, word in one) == "".join(word for _, word in other)


def _read_words(words: Sequence[str]) -> Iterator[tuple[int | None, str]]:
    """Yield the number of each word, if any, with what else it says."""
    for before, word in zip(("", *words), words, strict=False):
        digits = _DIGITS.findall(word)
        if digits:
            yield from ((int(number), "") for number in digits)
            yield None, _DIGITS.sub("", word)
        elif word in _LETTERS:
            # Without "part" they may be letters and count as no number: "Study I" has none, "Study II" has one.
            yield (_LETTERS[word] if before in _PARTS else None), ""
        elif word in _NUMERALS:
            yield _NUMERALS[word], ""
        else:
            yield None, "" if word in _PARTS else word
