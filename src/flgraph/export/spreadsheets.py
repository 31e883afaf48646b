"""Write tables as CSV in which a spreadsheet finds no formula.

A spreadsheet runs a cell such as `=HYPERLINK(…)`, and titles come from strangers. OWASP, "CSV Injection", advises to
put an apostrophe in front of what a spreadsheet may read as a formula.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar

import pandas as pd

_FORMULA: Final = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")  # the wide forms count too
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)

_Column = TypeVar("_Column", "pd.Series[Any]", "pd.Index[Any]")


def format_csv(table: pd.DataFrame, *, index: bool = True, raw: bool = False) -> str:
    """Format a table as CSV, with an apostrophe before texts that a spreadsheet would run as a formula.

    Parameters
    ----------
    table : DataFrame
        The table. Numbers stay numbers, also negative ones in columns of text.
    index : bool
        Include the index as the first column.
    raw : bool
        Keep all texts as they are, for programs.

    Examples
    --------
    >>> print(format_csv(pd.DataFrame({"title": ["=1+1"], "year": [2020]}), index=False))
    title,year
    '=1+1,2020
    <BLANKLINE>
    """
    if not raw:
        table = table.set_axis(_make_inert(table.index)) if index else table
        table = table.assign(**{name: _make_inert(table[name]) for name in table.columns})
    # Before Python 3.13, csv quotes a carriage return, which starts a row in a spreadsheet, only if rows end with one.
    parts = table.to_csv(index=index, lineterminator="\r\n").split('"')
    parts[::2] = [outside.replace("\r\n", "\n") for outside in parts[::2]]
    return '"'.join(parts)


def _make_inert(column: _Column) -> _Column:
    is_text = str(column.dtype) in ("object", "str", "string")
    return column.map(_quote_formula) if is_text else column


def _quote_formula(cell: object) -> object:
    is_formula = isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if is_formula else cell
