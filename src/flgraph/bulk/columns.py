"""Find the columns of a table in a file, and read their values, the same way for each engine."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy.typing as npt
import pandas as pd

from flgraph.bulk.faults import say_unreadable
from flgraph.checks import show_value
from flgraph.errors import TableError
from flgraph.extras import require_extra
from flgraph.files.inputs import refuse_special
from flgraph.graph.citation_tables import Mask, find_wrong, parse_counts, parse_days, parse_years

Form = Literal["csv", "parquet"]
Parse = Callable[["pd.Series[Any]"], npt.NDArray[Any]]

REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {"papers": ("id",), "citations": ("citing", "cited")}
OPTIONAL: Final = ("date", "year", "reference_count", "citation_count")
KNOWN: Final = (*REQUIRED["papers"], *OPTIONAL, *REQUIRED["citations"])
"""The names of all columns that flgraph reads."""

MISSING: Final = ("", "NA", "N/A", "NaN", "nan", "<NA>", "NULL", "null", "None")
"""How CSV files write a missing value; an id is missing only if nothing is written."""

_BLOCK: Final = 2**20
_SUFFIXES: Final[Mapping[str, Form]] = {
    ".csv": "csv", ".tsv": "csv", ".csv.gz": "csv", ".tsv.gz": "csv", ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip


@dataclass(frozen=True)
class TableFile:
    """A file that holds a table.

    Attributes
    ----------
    path : Path
        The file.
    form : "csv" or "parquet"
        How it is written; a `.tsv` file is CSV with tabs.
    columns : Mapping of str to str
        The names of the columns in the file by the names that flgraph uses; only those that are there.
    names : tuple of str
        All columns of the file, in order.
    """

    path: Path
    form: Form
    columns: Mapping[str, str]
    names: tuple[str, ...]

    @property
    def delimiter(self) -> str:
        """What separates the cells of a CSV file."""
        return "\t" if ".tsv" in self.path.suffixes else ","


def open_table(
    table: Literal["papers", "citations"],
    path: str | Path,
    renamed: Mapping[str, str],
    read_names: Callable[[Path], Sequence[str]],
) -> TableFile:
    """Open a file: find its form and its columns.

    Parameters
    ----------
    table : "papers" or "citations"
        What the file should hold.
    path : str or Path
        The file.
    renamed : Mapping of str to str
        The names of columns in the files, where they differ from those of flgraph.
    read_names : callable
        Reads the names of the columns of a Parquet file.

    Raises
    ------
    TableError
        The file cannot be read, has a name that says no form, or lacks a column.
    """
    path = Path(path)
    suffixes = "".join(suffix.lower() for suffix in path.suffixes)
    form = next((form for suffix, form in _SUFFIXES.items() if suffixes.endswith(suffix)), None)
    if form is None:
        raise TableError(f"{path}: should be a file in .parquet, .csv, .tsv, .csv.gz or .tsv.gz")
    try:
        refuse_special(path)
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror})") from error
    if path.is_dir():
        raise TableError(f"{path}: is a folder; should be one file")
    names = tuple(read_names(path) if form == "parquet" else _read_header(path))
    required = REQUIRED[table]
    optional = OPTIONAL if table == "papers" else ()
    columns = {name: renamed.get(name, name) for name in (*required, *optional)}
    needed = [name for name in columns if name in required or name in renamed]
    for name in needed:
        if names.count(columns[name]) != 1:
            raise TableError(_say_column(path, name, columns[name], names))
    return TableFile(path, form, {name: there for name, there in columns.items() if there in names}, names)


def require_parquet(path: str | Path) -> None:
    """Raise `FlgraphError` unless Parquet can be read and written; DuckDB is not needed for it."""
    require_extra("bulk", f"{path}: Parquet", modules=["pyarrow"], instead="use CSV")


def check_renamed(renamed: Mapping[str, str]) -> None:
    """Raise `ValueError` if a column is named that flgraph does not read."""
    for name in renamed:
        if name not in KNOWN:
            raise ValueError(say_unknown_column("columns", name))


def say_unknown_column(argument: str, name: str) -> str:
    """Say that an argument, such as `--column`, gives a column that flgraph does not read, and which it reads."""
    *others, final = KNOWN
    return f"{argument}: {show_value(name)} is no column that flgraph reads; it reads {', '.join(others)} and {final}"


def _say_column(path: Path, name: str, wanted: str, names: Sequence[str]) -> str:
    number = names.count(wanted)
    found = f"{number} columns {wanted!r}" if number else f"no column {wanted!r}"
    shown = ", ".join(map(show_value, names)) or "none"
    how = f"name it with --column {name}=COLUMN, in Python with columns={{{name!r}: ...}}"
    return f"{path}: has {found}; its columns are {shown}. If {name} has another name there, {how}"


@contextmanager
def open_csv(path: Path, delimiter: str) -> Iterator[Iterator[list[str]]]:
    """Open a CSV file and yield its rows.

    Raises
    ------
    TableError
        The file cannot be read, also later while its rows are.
    """
    opened = gzip.open if path.suffix.lower() == ".gz" else open
    with _naming(path), opened(path, "rt", encoding="utf-8-sig", newline="") as stream:
        yield csv.reader(stream, delimiter=delimiter, strict=True)


def refuse_damaged(path: Path) -> None:
    """Raise `TableError` if a compressed file is truncated or does not match its checksum.

    DuckDB compares no checksum, and before 2.0 it takes a truncated file for a whole one.
    """
    if path.suffix.lower() == ".gz":
        with _naming(path), gzip.open(path) as stream:
            while stream.read(_BLOCK):
                pass


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, UnicodeDecodeError, zlib.error, csv.Error) as error:
        raise say_unreadable(path, str(getattr(error, "strerror", None) or error)) from error


def _read_header(path: Path) -> list[str]:
    with open_csv(path, "\t" if ".tsv" in path.suffixes else ",") as rows:
        names = next(rows, None)
    if not names:
        raise TableError(f"{path}: is empty; the first line should name the columns")
    return names


# --- values ----------------------------------------------------------------------------------------------


def read_values(file: TableFile, name: str, values: pd.Series[Any]) -> npt.NDArray[Any]:
    """Read the values of an optional column: days as datetime64[D], numbers as float64; NaT and NaN if missing.

    Raises
    ------
    TableError
        A value is no day, year or count.
    """
    if str(values.dtype) in ("object", "str", "string"):
        values = values.mask(values.isin(MISSING))
    parse, should = _KINDS[name]
    parsed = parse(values)
    wrong: Mask = find_wrong(values, parsed)
    if wrong.any():
        value = values[wrong].tolist()[0]
        raise TableError(f"{file.path}: {file.columns[name]} holds {show_value(str(value))}; should be {should}")
    return parsed


_KINDS: Final[Mapping[str, tuple[Parse, str]]] = {
    "date": (parse_days, "a day such as 2024-01-31, or missing; years go into the column year"),
    "year": (parse_years, "a year from 1000 to 9999, or missing"),
    "reference_count": (parse_counts, "a number from 0, or missing"),
    "citation_count": (parse_counts, "a number from 0, or missing"),
}
