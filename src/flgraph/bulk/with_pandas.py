"""Read citations from files by pandas, the same as by DuckDB, in more time and memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from flgraph.bulk.columns import OPTIONAL, TableFile, open_csv, open_table, read_values, require_parquet
from flgraph.bulk.faults import say_unreadable
from flgraph.bulk.table_files import FileTables
from flgraph.bulk.texts import pack_texts
from flgraph.checks import format_count, show_value
from flgraph.errors import TableError
from flgraph.graph.citation_tables import unite_dates
from flgraph.progress import Progress, Step


def read_tables(papers: Path, citations: Path, renamed: Mapping[str, str], progress: Progress) -> FileTables:
    """Read the two files of `build_from_files`."""
    files = [
        open_table("papers", papers, renamed, _read_names),
        open_table("citations", citations, renamed, _read_names),
    ]
    progress(Step("papers"))
    table = _read_frame(files[0], ["id"])
    numbers = {
        name: read_values(files[0], name, table[name])
        if name in table
        else np.full(len(table), np.datetime64("NaT", "D") if name == "date" else np.nan)
        for name in OPTIONAL
    }
    _refuse_twice(files[0], table["id"])
    dates = unite_dates(numbers["date"], numbers["year"])
    names = [str(name) for name in table["id"].tolist()]
    by_name = np.argsort(np.argsort(np.asarray(names, dtype=object), kind="stable"), kind="stable")
    order = np.lexsort((by_name, dates))
    progress(Step("papers", len(table), len(table)))
    progress(Step("citations"))
    pairs = _read_frame(files[1], ["citing", "cited"])
    ids = table["id"].iloc[order]
    citing, cited = _find_places(ids, [pairs["citing"], pairs["cited"]])
    known = (citing >= 0) & (cited >= 0)
    progress(Step("citations", len(pairs), len(pairs)))
    return FileTables(
        ids=pack_texts(names[number] for number in order),
        dates=dates[order],
        reference_counts=numbers["reference_count"][order],
        citation_counts=numbers["citation_count"][order],
        citing=citing[known],
        cited=cited[known],
        rows=len(pairs),
    )


def _find_places(ids: pd.Series[Any], columns: Sequence[pd.Series[Any]]) -> list[npt.NDArray[np.int32]]:
    """Return the places of ids, -1 if they are not among them; as text where some are numbers and others text."""
    if len({_is_integer(column) for column in (ids, *columns)}) > 1:
        ids, columns = _to_text(ids), [_to_text(column) for column in columns]
    index = pd.Index(ids)
    return [index.get_indexer(pd.Index(column)).astype(np.int32) for column in columns]


def _is_integer(ids: pd.Series[Any]) -> bool:
    return pd.api.types.is_integer_dtype(ids.dtype)


def _to_text(ids: pd.Series[Any]) -> pd.Series[Any]:
    return ids.astype(str) if _is_integer(ids) else ids


def _refuse_twice(file: TableFile, ids: pd.Series[Any]) -> None:
    if not ids.is_unique:
        twice = str(ids[ids.duplicated()].min())
        raise TableError(f"{file.path}: paper {show_value(twice)} is listed twice; list each paper once")


# --- files -----------------------------------------------------------------------------------------------


def _read_frame(file: TableFile, ids: Sequence[str]) -> pd.DataFrame:
    """Read the columns of a file under the names of flgraph; ids are text or whole numbers, none missing."""
    read = _read_parquet if file.form == "parquet" else _read_csv
    table = read(file, ids)
    for name in ids:
        missing = int(table[name].isna().sum())
        if missing:
            raise TableError(f"{file.path}: {file.columns[name]} is missing in {format_count(missing, 'row')}")
    return table


def _read_csv(file: TableFile, _: Sequence[str]) -> pd.DataFrame:
    _refuse_ragged(file)
    try:
        table = pd.read_csv(
            file.path,
            sep=file.delimiter,
            dtype=str,
            keep_default_na=False,
            na_values=[""],
            usecols=list(set(file.columns.values())),
            index_col=False,
            encoding="utf-8",
        )
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise say_unreadable(file.path, str(error)) from error
    return pd.DataFrame({name: table[there] for name, there in file.columns.items()})


def _refuse_ragged(file: TableFile) -> None:
    """Raise an error if a row has more or fewer cells than the first; pandas drops or adds cells without a word."""
    number = len(file.names)
    with open_csv(file.path, file.delimiter) as rows:
        for row in rows:
            if len(row) != number and row and not (len(row) == number + 1 and not row[-1]):
                raise say_unreadable(file.path, f"a row should have {number} cells, and has {len(row)}: {row[0]!r}")


def _read_parquet(file: TableFile, ids: Iterable[str]) -> pd.DataFrame:
    pq, pa = _import_parquet(file.path), _import_arrow()
    try:
        table = pq.read_table(file.path, columns=list(set(file.columns.values())), partitioning=None)
    except (pa.ArrowException, OSError) as error:
        raise say_unreadable(file.path, str(error)) from error
    columns = {}
    for name, there in file.columns.items():
        column = table.column(there)
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if name in ids:
            _refuse_type(file, name, column.type)
            if column.null_count:
                missing = format_count(column.null_count, "row")
                raise TableError(f"{file.path}: {file.columns[name]} is missing in {missing}")
        if pa.types.is_date(column.type):
            column = column.cast(pa.timestamp("s"))  # else Python's dates, one by one
        columns[name] = column.to_pandas()
    return pd.DataFrame(columns)


def _refuse_type(file: TableFile, name: str, kind: Any) -> None:
    pa = _import_arrow()
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    if not is_text and not pa.types.is_integer(kind):
        raise TableError(f"{file.path}: {file.columns[name]} holds {kind}; should hold whole numbers or text")


def _read_names(path: Path) -> list[str]:
    pq, pa = _import_parquet(path), _import_arrow()
    try:
        return list(map(str, pq.read_schema(path).names))
    except (pa.ArrowException, OSError) as error:
        raise say_unreadable(path, str(error)) from error


def _import_arrow() -> Any:
    import pyarrow as pa

    return pa


def _import_parquet(path: Path) -> Any:
    require_parquet(path)
    import pyarrow.parquet as pq

    return pq
