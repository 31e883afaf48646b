"""Read the citations that the hold-out benchmarks are run on.

The file has one citation a line, separated by spaces, tabs or commas; a line that begins with # is a comment, and a
first line without dates is a heading. A name that ends in .gz is read compressed. Three forms:

1. `citing cited`, ids of the form YYMMNNN whose first four digits are year and month, as in SNAP's cit-HepPh.
2. `citing cited date_of_citing date_of_cited`, ids of any form.
3. `citing cited`, ids of any form, and a second file (--dates) with `id date`, or with a heading that names the columns
   `id` (else the first) and `date` or `year`. Citations of undated papers are left out.

A date is 2019-04-30, 2019-04 or 2019; where all dates are years, cut-offs are a year apart instead of six months.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from flgraph.analysis.citation_matrix import Integers

FIRST_YEAR: Final = 1992
"""Months are counted from its January; earlier ones are negative."""
HORIZON: Final = 24

_CUTOFFS: Final = 5
_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-\d\d)?)?")
_MIDDLE: Final = 7  # the month of a paper of which only the year is known: July, as everywhere in flgraph


class Edges(NamedTuple):
    """Papers from the oldest to the newest, the month of each, and citations by number.

    `has_months` is False if only years are known, and `left_out` counts the citations of undated papers.
    """

    ids: tuple[str, ...]
    months: Integers
    citing: Integers
    cited: Integers
    has_months: bool = True
    left_out: int = 0


class _Moment(NamedTuple):
    month: int
    is_exact: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name the files."""
    parser.add_argument("edges", type=Path, metavar="FILE", help="the file of citations, in one of the forms below")
    parser.add_argument("--dates", type=Path, metavar="FILE", help="a file of `id date`, for the third form")
    parser.epilog = __doc__.partition("\n\n")[2]


def read_given(parser: argparse.ArgumentParser, options: argparse.Namespace) -> Edges:
    """Read the files that were named, or end with what is wrong with them."""
    try:
        edges = read_edges(options.edges, options.dates)
        find_cutoffs(edges)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    return edges


def read_edges(path: Path, dates: Path | None = None) -> Edges:
    """Read an edge list; papers of one month in the order of their ids.

    Raises
    ------
    ValueError
        A line has another form; the message names the file and the line.
    """
    known = _read_dates(dates) if dates else {}
    moments: dict[str, _Moment] = {}
    pairs: list[tuple[str, str]] = []
    left_out = 0
    for number, cells in _read_cells(path):
        if dates is None and not _add_moments(moments, cells):
            if number > 1:
                raise ValueError(_say_wrong(path, number, cells))
        elif len(cells) < 2:
            raise ValueError(_say_wrong(path, number, cells))
        elif dates is None or (cells[0] in known and cells[1] in known):
            pairs.append((cells[0], cells[1]))
        elif number > 1 or cells[0] in known or cells[1] in known:  # else the first line is a heading
            left_out += 1
    moments = moments or {paper: known[paper] for pair in pairs for paper in pair}
    if not pairs:
        raise ValueError(f"{path}: has no citation of dated papers; see --help for the forms it may have")
    ids = sorted(moments, key=lambda paper: (moments[paper].month, len(paper), paper))
    place = {paper: number for number, paper in enumerate(ids)}
    citing, cited = np.array([(place[start], place[end]) for start, end in pairs], dtype=np.int64).T
    months = np.array([moments[paper].month for paper in ids], dtype=np.int64)
    return Edges(tuple(ids), months, citing, cited, any(moment.is_exact for moment in moments.values()), left_out)


def find_cutoffs(edges: Edges) -> tuple[int, ...]:
    """Return five months: the last is the last December with a complete horizon after it.

    Raises
    ------
    ValueError
        The citations are of too few years.
    """
    end = int(edges.months.max()) if edges.has_months else int(edges.months.max()) // 12 * 12 + 11
    last = (end - HORIZON - 11) // 12 * 12 + 11
    step = 6 if edges.has_months else 12
    first = last - step * (_CUTOFFS - 1)
    if first <= edges.months.min():
        years = end // 12 - int(edges.months.min()) // 12 + 1
        raise ValueError(f"the citations are too few: papers are of {years} years, and {_CUTOFFS} cut-offs need more")
    return tuple(range(first, last + 1, step))


def _add_moments(moments: dict[str, _Moment], cells: list[str]) -> bool:
    """Enter the dates of both papers of a line; False if it has none."""
    found = [_read_month(cells[0]), _read_month(cells[1])] if len(cells) == 2 else []
    found = [_read_date(cells[2]), _read_date(cells[3])] if len(cells) == 4 else found
    if not found or None in found:
        return False
    moments.update({paper: moment for paper, moment in zip(cells, found, strict=False) if moment})
    return True


def _read_cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.name.endswith(".gz") else content).decode()
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            cells = next(csv.reader([line])) if "," in line else line.split()
            yield number, [cell.strip() for cell in cells]


def _read_dates(path: Path) -> dict[str, _Moment]:
    known: dict[str, _Moment] = {}
    name, dated = 0, 1
    for number, cells in _read_cells(path):
        heading = [cell.lower() for cell in cells]
        column = next((heading.index(word) for word in ("date", "year") if word in heading), None)
        if not known and column is not None:
            name, dated = heading.index("id") if "id" in heading else 0, column
            continue
        moment = _read_date(cells[dated]) if len(cells) > max(name, dated) else None
        if moment:
            known.setdefault(cells[name], moment)
        elif number > 1 and not (len(cells) > dated and not cells[dated]):
            raise ValueError(f"{path}:{number}: is {' '.join(cells)!r}; should be an id and a date such as 2019-04-30")
    return known


def _read_date(text: str) -> _Moment | None:
    found = _DATE.fullmatch(text)
    month = int(found[2] or _MIDDLE) if found else 0
    return (
        _Moment((int(found[1]) - FIRST_YEAR) * 12 + month - 1, bool(found[2])) if found and 1 <= month <= 12 else None
    )


def _read_month(name: str) -> _Moment | None:
    """Read year and month of an id of the form YYMMNNN, whose leading zeros may be missing."""
    if not name.isdecimal() or len(name) > 7:
        return None
    year, month = divmod(int(name) // 1_000, 100)
    year += 1900 if year > 90 else 2000
    return _Moment((year - FIRST_YEAR) * 12 + month - 1, is_exact=True) if 1 <= month <= 12 else None


def _say_wrong(path: Path, number: int, cells: list[str]) -> str:
    return (
        f"{path}:{number}: is {' '.join(cells)!r}; should be two ids of the form YYMMNNN, two ids and two dates "
        "such as 2019-04-30 or 2019, or two ids of a file given as --dates"
    )
