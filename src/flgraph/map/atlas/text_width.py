"""Estimate how wide a text is drawn, without a font."""

from __future__ import annotations

import unicodedata
from typing import Final

_PLAIN: Final = 0.58  # width of a letter over its size: an upper estimate for usual sans-serif fonts
_BOLD: Final = 0.64
_WIDE_LETTERS: Final = frozenset("MW@%mw—…")
_WIDE: Final = 0.98
_FULL: Final = 1.05


def measure_text(text: str, size: float, *, bold: bool = False) -> float:
    """Return an upper estimate of the width of a text in the unit of `size`; East Asian letters are full width."""
    return size * sum(_measure_letter(letter, _BOLD if bold else _PLAIN) for letter in text)


def cut_text(text: str, letters: int) -> str:
    """Return a text on one line, with an ellipsis if it is longer than so many letters."""
    line = " ".join(text.split())
    return line if len(line) <= letters else f"{line[: letters - 1].rstrip()}…"


def _measure_letter(letter: str, usual: float) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return _FULL
    return _WIDE if letter in _WIDE_LETTERS else usual


def wrap_text(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Wrap a text into lines of at most this width, between words, or within a word that is wider."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and measure_text(joined, size, bold=bold) <= width:
            lines[-1] = joined
        else:
            lines += _break_word(word, size, width, bold=bold)
    return lines or [""]


def _break_word(word: str, size: float, width: float, *, bold: bool) -> list[str]:
    parts = [""]
    for letter in word:
        if parts[-1] and measure_text(parts[-1] + letter, size, bold=bold) > width:
            parts.append("")
        parts[-1] += letter
    return parts
