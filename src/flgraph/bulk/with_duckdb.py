"""Read citations from files by DuckDB: ids are joined where they are, and only whole numbers reach Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from flgraph.bulk.columns import OPTIONAL, TableFile, open_table, read_values, refuse_damaged
from flgraph.bulk.database import connect, describe_parquet, naming, quote, quote_path
from flgraph.bulk.table_files import FileTables
from flgraph.bulk.texts import PackedTexts
from flgraph.checks import format_count, show_value
from flgraph.errors import TableError
from flgraph.graph.citation_tables import Floats, unite_dates
from flgraph.progress import Progress, Step

_INTEGERS: Final = {
    f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE")
} | {"INTEGER", "UINTEGER"}  # fmt: skip
_TYPES: Final = {"date": "DATE", "year": "DOUBLE", "reference_count": "DOUBLE", "citation_count": "DOUBLE"}


def read_tables(papers: Path, citations: Path, renamed: Mapping[str, str], progress: Progress) -> FileTables:
    """Read the two files of `build_from_files`."""
    with connect() as base:
        files = [
            open_table("papers", papers, renamed, lambda path: list(describe_parquet(base, path))),
            open_table("citations", citations, renamed, lambda path: list(describe_parquet(base, path))),
        ]
        for file in files:
            refuse_damaged(file.path)
        types = [_find_id_types(base, file) for file in files]
        as_text = len({kind for found in types for kind in found}) > 1
        with naming(papers):
            progress(Step("papers"))
            size = _load_papers(base, files[0], as_text=as_text)
            ids, numbers = _fetch_papers(base)
            progress(Step("papers", size, size))
        with naming(citations):
            progress(Step("citations"))
            rows, citing, cited = _find_places(base, files[1], as_text=as_text)
            progress(Step("citations", rows, rows))
    return FileTables(ids, citing=citing, cited=cited, rows=rows, **numbers)


# --- files and types -------------------------------------------------------------------------------------


def _find_id_types(base: duckdb.DuckDBPyConnection, file: TableFile) -> list[str]:
    """Return the type of each column of ids, "integer" or "text"."""
    found = []
    types = describe_parquet(base, file.path) if file.form == "parquet" else {}
    for name in ("id", "citing", "cited"):
        if name in file.columns:
            kind = types.get(file.columns[name], "VARCHAR")
            if kind not in _INTEGERS and kind != "VARCHAR" and not kind.startswith("ENUM"):
                raise TableError(
                    f"{file.path}: {file.columns[name]} holds {kind.lower()}; should hold whole numbers or text"
                )
            found.append("integer" if kind in _INTEGERS else "text")
    return found


def _select(file: TableFile, chosen: Mapping[str, str]) -> str:
    """Return a SELECT of expressions by name; in an expression, `{}` is the column of the file."""
    if file.form == "parquet":
        places = {name: quote(there) for name, there in file.columns.items()}
        source = f"read_parquet({quote_path(file.path)})"
        where = ""
    else:
        places = {name: f"c{file.names.index(there)}" for name, there in file.columns.items()}
        names = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(file.names)))
        source = (
            f"read_csv({quote_path(file.path)}, auto_detect=false, header=true, delim='{file.delimiter}', "
            f"quote='\"', escape='\"', max_line_size=16777216, columns={{{names}}})"
        )
        where = " where c0 is not null" if len(file.names) == 1 else ""  # an empty line
    parts = ", ".join(f"{form.format(places[name])} as {name}" for name, form in chosen.items() if name in places)
    return f"select {parts} from {source}{where}"


# --- papers ----------------------------------------------------------------------------------------------


def _load_papers(base: duckdb.DuckDBPyConnection, file: TableFile, *, as_text: bool) -> int:
    """Make the table `papers` with id, place, day and counts; return the number of papers."""
    types = describe_parquet(base, file.path) if file.form == "parquet" else {}
    forms = {"id": "{}::varchar" if as_text else "{}"} | {
        name: _reduce_day(types.get(file.columns[name], "")) if name == "date" else "{}"
        for name in OPTIONAL
        if name in file.columns
    }
    base.execute(f"create temp table given as {_select(file, forms)}")
    size, known, distinct = _fetch_row(base, "select count(*), count(id), count(distinct id) from given")
    if known < size:
        raise TableError(f"{file.path}: {file.columns['id']} is missing in {format_count(size - known, 'row')}")
    if distinct < size:
        (twice,) = _fetch_row(
            base, "select min(id)::varchar from (select id from given group by id having count(*) > 1)"
        )
        raise TableError(f"{file.path}: paper {show_value(twice)} is listed twice; list each paper once")
    for name in OPTIONAL:
        _parse_column(base, file, name)
    parsed = ", ".join(f"p_{name}.parsed as {name}" for name in OPTIONAL)
    joins = " ".join(f"left join p_{name} on given.{name} = p_{name}.given" for name in OPTIONAL if name in forms)
    joins += "".join(f" left join p_{name} on false" for name in OPTIONAL if name not in forms)
    day = "coalesce(date, make_date(year::int, 7, 1))"
    base.execute(
        f"create temp table papers as select *, (row_number() over (order by {day} nulls last, id::varchar) - 1)::int "
        f"as place from (select id, {parsed} from given {joins})"
    )
    base.execute("drop table given")
    return int(size)


def _reduce_day(kind: str) -> str:
    """Return an expression that reduces the time of a column to its day, so that few values differ."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        return "make_timestamp(epoch_us({}))::date"  # in UTC
    return "{}::date" if kind.startswith("TIMESTAMP") else "{}"


def _parse_column(base: duckdb.DuckDBPyConnection, file: TableFile, name: str) -> None:
    """Make the table `p_<name>` of the values of a column as given and as parsed: Python reads each value once."""
    if name not in file.columns:
        base.execute(f"create temp table p_{name} as select null as given, null::{_TYPES[name]} as parsed where false")
        return
    base.execute(
        f"create temp table v_{name} as select row_number() over () - 1 as number, {name} as given "
        f"from (select distinct {name} from given where {name} is not null)"
    )
    values = base.sql(f"select given from v_{name} order by number").df()["given"]
    parsed = read_values(file, name, values)
    table = pa.table({"number": np.arange(len(parsed)), "parsed": pa.array(parsed, from_pandas=True)})
    base.register("parsed_values", table)
    base.execute(
        f"create temp table p_{name} as select given, parsed::{_TYPES[name]} as parsed "
        f"from v_{name} join parsed_values using (number)"
    )
    base.unregister("parsed_values")


def _fetch_papers(base: duckdb.DuckDBPyConnection) -> tuple[PackedTexts, dict[str, npt.NDArray[Any]]]:
    """Return the ids, and dates and counts by the names of `FileTables`, in order of place."""
    got = base.sql(f"select {', '.join(OPTIONAL)} from papers order by place").fetchnumpy()
    numbers = {name: _fill(got[name]) for name in OPTIONAL[1:]}
    days = np.ma.filled(np.ma.asarray(got["date"]).astype("datetime64[D]"), np.datetime64("NaT", "D"))
    ids = base.sql("select id::varchar as id from papers order by place").to_arrow_table()
    return _pack_arrow(ids.column("id")), {
        "dates": unite_dates(days, numbers["year"]),
        "reference_counts": numbers["reference_count"],
        "citation_counts": numbers["citation_count"],
    }


def _fill(column: npt.NDArray[Any]) -> Floats:
    return np.asarray(np.ma.filled(np.ma.asarray(column, dtype=np.float64), np.nan))


def _pack_arrow(column: pa.ChunkedArray) -> PackedTexts:
    """Take over the buffers of a column of texts."""
    whole = column.cast(pa.large_string()).combine_chunks()
    chunks = whole.chunks if isinstance(whole, pa.ChunkedArray) else [whole]
    if not sum(map(len, chunks)):
        return PackedTexts(np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.uint8))
    (chunk,) = chunks
    _, ends, content = chunk.buffers()
    places = np.frombuffer(ends, dtype=np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]
    return PackedTexts(places, np.frombuffer(content or b"", dtype=np.uint8))


# --- citations -------------------------------------------------------------------------------------------


def _find_places(
    base: duckdb.DuckDBPyConnection, file: TableFile, *, as_text: bool
) -> tuple[int, npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return the number of rows, and the places of citing and cited papers of the rows between papers."""
    chosen = dict.fromkeys(("citing", "cited"), "{}::varchar" if as_text else "{}")
    source = _select(file, chosen)
    if file.form == "csv":  # counted below without reading the text again
        base.execute(f"create temp table given as {source}")
        source = "from given"
    # In order of place, what is cited together is near in memory: a quarter less time.
    base.execute("create temp table places as select id, place from papers order by place")
    base.execute("drop table papers")
    got = base.sql(
        f"select a.place as citing, b.place as cited from ({source}) c "
        "join places a on a.id = c.citing join places b on b.id = c.cited"
    ).fetchnumpy()
    citing, cited = (np.asarray(got[name], dtype=np.int32) for name in chosen)
    (rows,) = _fetch_row(base, f"select count(*) from ({source})")
    if len(citing) < rows:
        for name in chosen:
            (missing,) = _fetch_row(base, f"select count(*) from ({source}) where {name} is null")
            if missing:
                raise TableError(f"{file.path}: {file.columns[name]} is missing in {format_count(missing, 'row')}")
    return int(rows), citing, cited


def _fetch_row(base: duckdb.DuckDBPyConnection, query: str) -> Sequence[Any]:
    (row,) = base.execute(query).fetchall()
    return tuple(row)
