"""Read citations from two files: papers in order of date, and citations as places in that order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from flgraph.bulk.columns import check_renamed
from flgraph.bulk.extra import has_duckdb, require_duckdb
from flgraph.bulk.texts import PackedTexts
from flgraph.errors import TableError
from flgraph.graph.citation_tables import Dates, Floats, doubt_direction, warn_left_out
from flgraph.progress import Progress, Step

Engine = Literal["duckdb", "pandas"]


@dataclass(frozen=True, eq=False)
class FileTables:
    """Papers and citations as read from two files.

    Attributes
    ----------
    ids : PackedTexts
        The ids of the n papers, ordered by date, then by id; undated ones last.
    dates : datetime64[D], shape (n,)
        Days of publication; 1 July where only the year is known, NaT where neither is.
    reference_counts, citation_counts : float64, shape (n,)
        As a source counts them; NaN if unknown.
    citing, cited : int32, shape (rows,)
        The places in `ids` of both papers of each row, in any order. A citation may be there twice, and a paper may
        cite itself.
    rows : int
        The number of rows of the file; those that name a paper outside `ids` are not in `citing` and `cited`.
    """

    ids: PackedTexts
    dates: Dates
    reference_counts: Floats
    citation_counts: Floats
    citing: npt.NDArray[np.int32]
    cited: npt.NDArray[np.int32]
    rows: int

    def warn(self, citations: int) -> None:
        """Warn of the rows that are not among the citations of a matrix, and of citations that run backward."""
        own = int((self.citing == self.cited).sum())
        warn_left_out(
            {
                "with a paper that is not in the file of papers": self.rows - len(self.citing),
                "of a paper by itself": own,
                "given before": len(self.citing) - own - citations,
            }
        )
        # Papers are in order of date, so only rows like these can cite a newer one.
        if 2 * int((self.citing < self.cited).sum()) > len(self.citing):
            doubt_direction(self.dates, self.citing, self.cited)


def choose_engine(engine: Engine | None) -> Engine:
    """Return the engine to use: DuckDB where it is installed, unless another is named.

    Raises
    ------
    ValueError
        No engine has the name.
    FlgraphError
        DuckDB is named and not installed.
    """
    if engine is not None and engine not in get_args(Engine):
        raise ValueError(f"engine is {engine!r}; should be one of {', '.join(get_args(Engine))}, or None")
    if engine == "duckdb":
        require_duckdb("engine duckdb")
    return engine or ("duckdb" if has_duckdb() else "pandas")


def read_table_files(
    papers: str | Path,
    citations: str | Path,
    *,
    engine: Engine | None = None,
    columns: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> FileTables:
    """Read the two files of `build_from_files`.

    Raises
    ------
    TableError, FlgraphError, ValueError
        As for `build_from_files`.
    """
    check_renamed(columns or {})
    if choose_engine(engine) == "duckdb":
        from flgraph.bulk.with_duckdb import read_tables
    else:
        from flgraph.bulk.with_pandas import read_tables
    read = read_tables(Path(papers), Path(citations), columns or {}, progress or _show_nothing)
    if read.rows and not len(read.citing):
        raise TableError(
            f"{citations}: none of its {read.rows:,} rows is between papers of {papers}; are the ids of one kind?"
        )
    return read


def _show_nothing(_: Step) -> None:
    pass
