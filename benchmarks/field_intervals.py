"""How often the intervals of a reference set hold the number of the whole field, and how wide they are.

Fields of synthetic works are made whole, so that the percentile and the ratio of each work are known. Sets are drawn
from them, again and again. Citations are Poisson around log-normal rates with a median of 1 or 10 and a sigma of 1 or
1.5.

`python -m benchmarks.field_intervals --table` prints the table of docs/rankings.md. It takes a minute on one core.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final, NamedTuple

import numpy as np

from benchmarks.report import Figure, make_parser, print_report
from flgraph.analysis.citation_matrix import Floats
from flgraph.analysis.ranking.field import Bounded, bound_percentile, bound_ratio

MEDIANS: Final = (1.0, 10.0)
SIGMAS: Final = (1.0, 1.5)
FIELDS: Final = (250, 5_000)
SIZES: Final = (30, 100, 200)

_PLACES: Final = (0.5, 0.75, 0.9, 0.97, 0.995)
"""Where in its field a paper stands."""


class Held(NamedTuple):
    """How many of 100 intervals hold the truth, for percentiles and ratios, and how wide those of percentiles are."""

    percentiles: float
    ratios: float
    width: float


def make_field(median: float, sigma: float, works: int, chance: np.random.Generator) -> Floats:
    """Make the citations of all works of a field, shape (works,), sorted."""
    return np.sort(chance.poisson(chance.lognormal(np.log(median), sigma, works))).astype(np.float64)


def measure_coverage(median: float, sigma: float, works: int, size: int, *, rounds: int, seed: int = 0) -> Held:
    """Draw sets from fields, and look how often intervals hold what the whole field says; each round has a field."""
    chance = np.random.default_rng(seed)
    held, widths = [], []
    for _ in range(rounds):
        field = make_field(median, sigma, works + 1, chance)
        for place in _PLACES:
            number = int(place * works)
            own, others = field[number], np.delete(field, number)
            drawn = chance.choice(others, size, replace=False)
            share = 100 * ((others < own).mean() + (others == own).mean() / 2)
            percentile, ratio = bound_percentile(drawn, own, works), bound_ratio(drawn, own, works)
            held.append((_holds(percentile, share), _holds(ratio, own / others.mean())))
            widths.append(percentile.high - percentile.low)
    percentiles, ratios = 100 * np.mean(held, axis=0)
    return Held(percentiles, ratios, float(np.mean(widths)))


def _holds(interval: Bounded, truth: float) -> bool:
    """Return whether an interval holds a number; one without an upper end is not bounded there."""
    return bool(interval.low - 1e-9 <= truth and not truth > interval.high + 1e-9)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how often intervals hold the truth, or the table of docs/rankings.md."""
    parser = make_parser(__doc__)
    parser.add_argument("--rounds", type=int, default=1_000, help="fields a row")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--table", action="store_true", help="print the table for the docs")
    asked = parser.parse_args(arguments)
    figures = []
    for works, size, median, sigma in product(FIELDS, SIZES, MEDIANS, SIGMAS):
        found = measure_coverage(median, sigma, works, size, rounds=asked.rounds, seed=asked.seed)
        if asked.table:
            print(f"| {works:,} | {size} | {median:g} | {sigma:g} | {found.percentiles:.0f} ({found.width:.0f}) "
                  f"| {found.ratios:.0f} |")  # fmt: skip
        name = f"{size} of {works:,} works, median {median:g}, sigma {sigma:g}"
        figures += [
            Figure(f"{name}: percentiles held", found.percentiles, "%", at_least=93),
            Figure(f"{name}: ratios held", found.ratios, "%", at_least=84),
        ]
    return 0 if asked.table else print_report(f"field_intervals: {asked.rounds} synthetic fields a row", figures, asked)


if __name__ == "__main__":
    raise SystemExit(main())
