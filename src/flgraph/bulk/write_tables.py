"""Write a table of millions of rows as Parquet or CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from flgraph.bulk.extra import INSTALL
from flgraph.bulk.texts import PackedTexts
from flgraph.errors import FlgraphError
from flgraph.files.atomic import write_bytes


def refuse_output(path: str | Path) -> None:
    """Raise an error unless a table can be written in the form that a name says, before long work begins.

    Raises
    ------
    ValueError
        The name ends in neither `.parquet` nor `.csv`.
    FlgraphError
        The extra `bulk` is needed for Parquet, and not installed.
    """
    if Path(path).suffix.lower() not in (".parquet", ".csv"):
        raise ValueError(f"{path}: should end in .parquet or .csv")
    if Path(path).suffix.lower() == ".parquet":
        try:
            import pyarrow  # noqa: F401
        except ModuleNotFoundError as error:
            raise FlgraphError(
                f"{path}: Parquet needs the extra bulk; install it with: {INSTALL}, or write CSV"
            ) from error


def write_parquet(
    path: str | Path,
    columns: Mapping[str, PackedTexts | npt.NDArray[Any]],
    order: npt.NDArray[np.int64],
    *,
    whole: Sequence[str] = (),
) -> Path:
    """Write columns as Parquet, in an order of rows; texts are copied as they are, never made in Python.

    NaN and NaT are written as missing. `whole` names columns of float64 that hold whole numbers.

    Raises
    ------
    OutputError
        The file cannot be written; an earlier version of it is unchanged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    places = pa.array(order)
    table = {
        name: _to_arrow(column).take(places)
        if isinstance(column, PackedTexts)
        else pa.array(column[order], from_pandas=True, type=pa.int64() if name in whole else None)
        for name, column in columns.items()
    }
    content = BytesIO()
    pq.write_table(pa.table(table), content, compression="zstd")
    return write_bytes(path, content.getvalue())


def _to_arrow(texts: PackedTexts) -> Any:
    import pyarrow as pa

    ends, content = np.ascontiguousarray(texts.ends), np.ascontiguousarray(texts.content)
    return pa.LargeStringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(content))
