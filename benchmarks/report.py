"""Figures beside their peers and targets: printed, or written as JSON for `python -m benchmarks`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Figure(NamedTuple):
    """A number with its unit, what it should be at most or at least, and what it is of a peer.

    A ratio names its peer and has no value of it.
    """

    name: str
    value: float
    unit: str = "x"
    at_most: float | None = None
    at_least: float | None = None
    peer: str | None = None
    peer_value: float | None = None

    @property
    def is_missed(self) -> bool:
        """Tell whether the number is not what it should be; a number that is none is missed."""
        return (self.at_most is not None and not self.value <= self.at_most) or (
            self.at_least is not None and not self.value >= self.at_least
        )

    @property
    def target(self) -> str:
        """The target and whether it is met, such as ">= 4, met"; empty without one."""
        sign, target = (">=", self.at_least) if self.at_least is not None else ("<=", self.at_most)
        return "" if target is None else f"{sign} {target:g}, {'missed' if self.is_missed else 'met'}"

    @property
    def beside(self) -> str:
        """The peer with its value."""
        value = "" if self.peer_value is None else f" {show_number(self.peer_value)} {self.unit}"
        return f"{self.peer or ''}{value}".strip()

    def __str__(self) -> str:
        line = f"  {self.name:<64}{show_number(self.value):>9} {self.unit:<8}"
        line += f" beside {self.beside}" if self.peer else ""
        return (line + (f" target {self.target}" if self.target else "")).rstrip()


def show_number(value: float) -> str:
    """Return a number with as many decimals as its size needs.

    >>> [show_number(number) for number in (0.0312, 9.871, 24.6, 12345.6, 3.0)]
    ['0.031', '9.87', '24.6', '12,346', '3']
    """
    size = abs(value)
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.0f}" if size >= 1000 else f"{value:.{1 if size >= 10 else 2 if size >= 1 else 3}f}"


def make_parser(doc: str | None) -> argparse.ArgumentParser:
    """Return the parser of a benchmark's options, with those that all of them have."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file too")
    return parser


def print_report(
    title: str,
    figures: Sequence[Figure],
    options: argparse.Namespace | None = None,
    *,
    skipped: Sequence[str] = (),
) -> int:
    """Print the figures; return the exit code: 1 where a target is missed, else 0.

    Parameters
    ----------
    title : str
        What was measured, with its sizes.
    figures : Sequence of Figure
        The figures.
    options : Namespace, optional
        From the parser of `make_parser`: with `--json`, the figures are written to that file too.
    skipped : Sequence of str
        Each peer that is skipped, with the reason.
    """
    print(title)
    for figure in figures:
        print(figure)
    for line in skipped:
        print(f"  skipped: {line}")
    if options is not None and options.json:
        listed = [figure._asdict() for figure in figures]
        text = json.dumps({"title": title, "figures": listed, "skipped": list(skipped)}, indent=1)
        options.json.write_text(f"{text}\n", encoding="utf-8")
    return int(any(figure.is_missed for figure in figures))
