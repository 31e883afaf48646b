"""Print figures beside their targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Figure(NamedTuple):
    """A number with its unit, and what it should be at most or at least."""

    name: str
    value: float
    unit: str = "x"
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_missed(self) -> bool:
        """Tell whether the number is not what it should be."""
        return (self.at_most is not None and self.value > self.at_most) or (
            self.at_least is not None and self.value < self.at_least
        )

    def __str__(self) -> str:
        line = f"  {self.name:<64}{self.value:>9.2f} {self.unit:<8}"
        sign, target = (">=", self.at_least) if self.at_least is not None else ("<=", self.at_most)
        verdict = "" if target is None else f" target {sign} {target:g}: {'missed' if self.is_missed else 'met'}"
        return (line + verdict).rstrip()


def print_report(title: str, figures: Sequence[Figure]) -> int:
    """Print the figures; return the exit code: 1 where a target is missed, else 0."""
    print(title)
    for figure in figures:
        print(figure)
    return int(any(figure.is_missed for figure in figures))
