"""Write two synthetic tables, papers and citations, as a user would have them: `python -m benchmarks.synthetic_tables`.

Four subjects of invented papers; each cites earlier ones of its subject, mostly those that are cited already.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

PAPERS_FILE: Final = "synthetic-papers.csv"
CITATIONS_FILE: Final = "synthetic-citations.csv"

_SUBJECTS: Final = ("harbours", "lanterns", "orchards", "viaducts")
_FIRST_DAY: Final = np.datetime64("2012-01-01")
_DAYS: Final = 14 * 365
_MOST_REFERENCES: Final = 7
_AWAY: Final = 0.02  # share of references to other subjects


def make_tables(papers: int = 160, *, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the tables; of one paper in ten only the year is known, and of one in forty nothing."""
    chance = np.random.default_rng(seed)
    days = np.sort(chance.integers(0, _DAYS, papers)) + _FIRST_DAY
    subjects = chance.integers(0, len(_SUBJECTS), papers)
    pull = chance.lognormal(0.0, 1.0, papers)
    pairs = []
    for number in range(1, papers):
        near = np.where(subjects[:number] == subjects[number], 1.0, _AWAY)
        weights = pull[:number] * near * np.exp(-np.arange(number, 0, -1) / 60)
        many = min(number, int(chance.integers(1, _MOST_REFERENCES + 1)))
        found = chance.choice(number, many, replace=False, p=weights / weights.sum())
        pairs += [(number, other) for other in sorted(found.tolist())]
    names = [f"synthetic-{number:03}" for number in range(papers)]
    known = chance.random(papers)
    table = pd.DataFrame(
        {
            "id": names,
            "title": [f"Synthetic paper {n} on {_SUBJECTS[s]}" for n, s in enumerate(subjects.tolist())],
            "date": [str(day) if share > 0.1 else None for day, share in zip(days, known, strict=True)],
            "year": pd.array(
                [int(str(d)[:4]) if s > 0.025 else None for d, s in zip(days, known, strict=True)], "Int64"
            ),
        }
    )
    return table, pd.DataFrame([(names[start], names[end]) for start, end in pairs], columns=["citing", "cited"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("notebooks"))
    folder = parser.parse_args(arguments).folder
    for name, table in zip((PAPERS_FILE, CITATIONS_FILE), make_tables(), strict=True):
        table.to_csv(folder / name, index=False, lineterminator="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
