"""Numbers that callers pass: what is none, or out of range, is refused in one line."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from numbers import Integral, Real

from rapidfuzz import fuzz, process


def refuse_number(name: str, number: object, *, least: int = 0) -> None:
    """Raise `ValueError` where an argument is no whole number, or too small."""
    if not isinstance(number, Integral) or number < least:
        raise ValueError(f"{name} is {number!r}; should be a whole number from {least}")


def refuse_measure(name: str, number: object) -> None:
    """Raise `ValueError` where an argument is no number from 0, or has no end."""
    if not isinstance(number, Real) or not 0 <= float(number) < inf:
        raise ValueError(f"{name} is {number!r}; should be a number from 0")


def suggest_name(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the closest known names, the empty string where none is close."""
    close = process.extract(name, sorted(known), scorer=fuzz.ratio, score_cutoff=60, limit=3)
    best = [repr(found) for found, score, _ in close if score == close[0][1]]
    return f"; did you mean {' or '.join(best)}?" if best else ""


_LONGEST = 80


def is_unicode(text: str) -> bool:
    """Tell whether a file can hold a text: half a character, a lone surrogate, it cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def show_name(name: object) -> str:
    """Return a name as it is where it fits a line, else as Python would write it, cut."""
    return name if isinstance(name, str) and name.isprintable() and len(name) <= _LONGEST else show_value(name)


def show_value(value: object) -> str:
    """Return a value as Python would write it, in one line, cut where it is long."""
    if isinstance(value, int) and value.bit_length() > _LONGEST:
        return f"a number of {value.bit_length()} bits"
    shown = ascii(value) if isinstance(value, str) and not is_unicode(value) else repr(value)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
