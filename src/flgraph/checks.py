"""Validate arguments, and format names, values and counts for messages.

A check belongs here if it needs no knowledge of catalogs, sources or graphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from math import inf
from numbers import Integral, Real
from typing import Final

from rapidfuzz import fuzz, process

CONTROLS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 except tab and line feed, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # the direction of text: Unicode's Bidi_Control
    "\ud800-\udfff]"  # unpaired surrogates, as in file names that are not UTF-8
)
"""Characters that drive a terminal or hide what a text says, and that no name or title needs."""

MAIL: Final = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
"""An e-mail address."""


def refuse_number(name: str, number: object, *, least: int = 0) -> None:
    """Raise `ValueError` unless an argument is a whole number of at least `least`."""
    if not isinstance(number, Integral) or number < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, found {number!r}")


def read_day(name: str, given: date | str) -> date:
    """Read a day given as a date, a datetime or text such as 2024-01-31; raise `ValueError` otherwise."""
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is {given!r}; should be a day, such as 2024-01-31") from error


def refuse_measure(name: str, number: object) -> None:
    """Raise `ValueError` unless an argument is a finite number of at least 0."""
    if not isinstance(number, Real) or not 0 <= float(number) < inf:
        raise ValueError(f"{name} must be a finite number of at least 0, found {number!r}")


_SHORTEST_PART = 2


def suggest_name(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the most similar known names, or an empty string if none is similar.

    If none is, the names that start with the name are suggested, ignoring case.
    """
    known = sorted(known)
    close = process.extract(name, known, scorer=fuzz.ratio, score_cutoff=60, limit=3)
    best = [repr(found) for found, score, _ in close if score == close[0][1]]
    if not best and len(name) >= _SHORTEST_PART:
        starts = [found for found in known if found.casefold().startswith(name.casefold())]
        best = [repr(found) for found in sorted(starts, key=len)[:3]]
    return f"; did you mean {' or '.join(best)}?" if best else ""


def format_count(number: int, singular: str, plural: str | None = None) -> str:
    """Return a count with its noun, such as "1 paper" or "1,024 papers"."""
    return f"{number:,} {singular if number == 1 else plural or f'{singular}s'}"


def name_some(names: Iterable[str]) -> str:
    """Name the first three of some names and count the others.

    Examples
    --------
    >>> name_some(["fedbn", "fedx", "fedavg", "fedprox"])
    'fedbn, fedx, fedavg and 1 more'
    """
    named = list(names)
    return ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")


_LONGEST = 80


def is_unicode(text: str) -> bool:
    """Return whether a text can be encoded as UTF-8: it cannot if it contains an unpaired surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def show_name(name: object) -> str:
    """Format a name for a message: as it is if it is short and printable, else as `show_value`."""
    return name if isinstance(name, str) and name.isprintable() and len(name) <= _LONGEST else show_value(name)


def show_value(value: object) -> str:
    """Format a value for a message: its `repr`, truncated to 80 characters."""
    if isinstance(value, int) and value.bit_length() > _LONGEST:
        return f"a number of {value.bit_length()} bits"
    shown = ascii(value) if isinstance(value, str) and not is_unicode(value) else repr(value)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def escape_controls(text: str) -> str:
    r"""Return a text for a terminal: control characters as visible escapes, all others as they are.

    Examples
    --------
    >>> print(escape_controls("\x1b[31mred"))
    \x1b[31mred
    """
    return CONTROLS.sub(lambda found: escape_control(found.group()), text)


def escape_control(character: str) -> str:
    r"""Return a character as an escape of Python and YAML, such as `\x1b`."""
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"
