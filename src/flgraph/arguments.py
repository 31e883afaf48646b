"""Numbers that callers pass: what is none, or out of range, is refused in one line."""

from __future__ import annotations

from math import inf
from numbers import Integral, Real


def refuse_number(name: str, number: object, *, least: int = 0) -> None:
    """Raise `ValueError` where an argument is no whole number, or too small."""
    if not isinstance(number, Integral) or number < least:
        raise ValueError(f"{name} is {number!r}; should be a whole number from {least}")


def refuse_measure(name: str, number: object) -> None:
    """Raise `ValueError` where an argument is no number from 0, or has no end."""
    if not isinstance(number, Real) or not 0 <= float(number) < inf:
        raise ValueError(f"{name} is {number!r}; should be a number from 0")
