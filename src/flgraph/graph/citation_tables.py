"""Read citations from two tables: one row a paper, and one row a citation."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from flgraph.checks import format_count, show_value

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Dates = npt.NDArray[np.datetime64]

UNDATED: Final = np.datetime64("NaT", "D")
_YEARS: Final = (1000, 9999)  # numpy needs four digits
_ROWS: Final = 1 << 20
_DAY: Final = r"\d{4}-\d{2}-\d{2}(?:[T ].*)?"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class CitationTables:
    """Papers and citations as read from two tables.

    Attributes
    ----------
    ids : list of str
        The ids of the n papers, in the order of the table.
    citing, cited : int64, shape (citations,)
        The places in `ids` of the papers of each citation; each citation once, none of a paper by itself.
    years : float64, shape (n,)
        Years of publication; NaN if unknown.
    days : datetime64[D], shape (n,)
        Days of publication; NaT if unknown.
    reference_counts, citation_counts : float64, shape (n,), or None
        As a source counts them, NaN if unknown; None without such a column.
    """

    ids: list[str]
    citing: Integers
    cited: Integers
    years: Floats
    days: Dates
    reference_counts: Floats | None
    citation_counts: Floats | None

    @property
    def dates(self) -> Dates:
        """Days of publication; 1 July where only the year is known, NaT where neither is."""
        return unite_dates(self.days, self.years)


def unite_dates(days: Dates, years: Floats) -> Dates:
    """Return the days; 1 July where only the year is known, NaT where neither is, shape (n,)."""
    dates = days.copy()
    bare = np.isnat(dates) & ~np.isnan(years)
    dates[bare] = (years[bare] - 1970).astype("datetime64[Y]").astype("datetime64[M]") + np.timedelta64(6, "M")
    return dates


def read_tables(papers: pd.DataFrame, citations: pd.DataFrame) -> CitationTables:
    """Read the two tables of `build_from_frames`; warn of rows of citations that are left out.

    Raises
    ------
    ValueError
        As for `build_from_frames`.
    """
    _check_ids("papers", papers, ["id"])
    _check_ids("citations", citations, ["citing", "cited"])
    citing, cited = (_find_places(papers["id"], citations, name) for name in ("citing", "cited"))
    citing, cited = _keep_single(citing, cited, len(papers))
    read = CitationTables(
        [str(name) for name in papers["id"]],
        citing,
        cited,
        _read_years(papers),
        _read_days(papers),
        _read_column(papers, "reference_count"),
        _read_column(papers, "citation_count"),
    )
    doubt_direction(read.dates, read.citing, read.cited)
    return read


def doubt_direction(dates: Dates, citing: npt.NDArray[Any], cited: npt.NDArray[Any]) -> None:
    """Warn if most citations are of newer papers."""
    forward = back = 0
    for first in range(0, len(citing), _ROWS):  # not all at once: dates take twice the memory of places
        start, end = dates[citing[first : first + _ROWS]], dates[cited[first : first + _ROWS]]
        forward += int((end > start).sum())
        back += int((end < start).sum())
    if forward > back:
        logger.warning("citations: %s of %s cite a newer paper; are the columns citing and cited swapped?",
                       f"{forward:,}", f"{len(citing):,}")  # fmt: skip


def _check_ids(name: str, frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Raise `ValueError` unless an argument is a DataFrame whose columns hold an id in every row."""
    if not isinstance(frame, pd.DataFrame):
        raise ValueError(f"{name} is a {type(frame).__name__}; should be a DataFrame with {' and '.join(columns)}")
    for column in columns:
        number = list(frame.columns).count(column)
        if number != 1:
            found = f"{number} columns" if number else "no column"
            raise ValueError(f"{name} has {found} {column!r}; should have {' and '.join(columns)} once")
        ids = frame[column]
        refuse_values(name, frame, column, ids.isna().to_numpy(), "an id")
        if pd.api.types.is_float_dtype(ids.dtype) and len(ids):
            raise ValueError(f"{name}[{column!r}] holds floats, which round long ids; read the column as Int64 or text")
        if _name_type(ids) not in ("integer", "string", "empty"):
            raise ValueError(
                f"{name}[{column!r}] should hold either whole numbers or text; convert the ids to one type"
            )


def _name_type(ids: pd.Series[Any]) -> str:
    return str(pd.api.types.infer_dtype(ids.astype(object)))


def refuse_values(name: str, frame: pd.DataFrame, column: str, is_wrong: Mask, should: str) -> None:
    """Raise `ValueError` with the first of the wrong values in a column, if there is one."""
    if is_wrong.any():
        row = int(np.flatnonzero(is_wrong)[0])
        label, value = frame.index.tolist()[row], frame[column].tolist()[row]
        said = "missing" if pd.api.types.is_scalar(value) and pd.isna(value) else show_value(value)
        raise ValueError(f"{name}.loc[{label!r}, {column!r}] is {said}; should be {should}")


def _find_places(ids: pd.Series[Any], citations: pd.DataFrame, column: str) -> Integers:
    named = citations[column]
    if not ids.is_unique:
        raise ValueError(
            f"paper {show_value(str(ids[ids.duplicated()].tolist()[0]))} is listed twice; list each paper once"
        )
    places = pd.Index(ids).get_indexer(pd.Index(named))
    unknown = np.flatnonzero(places < 0)
    if len(unknown):
        first, rows = show_value(named.tolist()[int(unknown[0])]), format_count(len(unknown), "row")
        remedy = f"drop the rows ({rows} of this kind): citations[citations[{column!r}].isin(papers['id'])]"
        if len({_name_type(ids), _name_type(named)} - {"empty"}) > 1:
            remedy = "read both files with pd.read_csv(..., dtype=str), since one holds numbers and the other text"
        raise ValueError(f"citations[{column!r}] holds {first}, which is not in papers; add the paper or {remedy}")
    return np.asarray(places, dtype=np.int64)


def _keep_single(citing: Integers, cited: Integers, size: int) -> tuple[Integers, Integers]:
    """Keep each citation once, and none of a paper by itself; warn of the rows left out."""
    apart = citing != cited
    pairs = np.unique(citing[apart] * size + cited[apart])
    own, again = int((~apart).sum()), int(apart.sum()) - len(pairs)
    warn_left_out({"of a paper by itself": own, "given before": again})
    return pairs // size, pairs % size


def warn_left_out(rows: Mapping[str, int]) -> None:
    """Warn of rows of citations that are left out: how many, by reason."""
    found = [f"{number:,} {reason}" for reason, number in rows.items() if number]
    if found:
        listed = ", ".join(found[:-1]) + " and " * (len(found) > 1) + found[-1]
        logger.warning("citations: left out %s: %s", format_count(sum(rows.values()), "row"), listed)


def _read_years(papers: pd.DataFrame) -> Floats:
    if "year" not in papers.columns:
        return np.full(len(papers), np.nan)
    return _read_values(papers, "year", parse_years, f"a year from {_YEARS[0]} to {_YEARS[1]}, or missing")


def _read_days(papers: pd.DataFrame) -> Dates:
    if "date" not in papers.columns:
        return np.full(len(papers), UNDATED)
    return _read_values(papers, "date", parse_days, "a day such as 2024-01-31, or missing; years go into `year`")


def _read_column(papers: pd.DataFrame, name: str) -> Floats | None:
    if name not in papers.columns:
        return None
    return _read_values(papers, name, parse_counts, "a number from 0, or missing")


def _read_values(
    papers: pd.DataFrame, name: str, parse: Callable[[pd.Series[Any]], npt.NDArray[Any]], should: str
) -> npt.NDArray[Any]:
    parsed = parse(papers[name])
    refuse_values("papers", papers, name, find_wrong(papers[name], parsed), should)
    return parsed


def find_wrong(values: pd.Series[Any], parsed: npt.NDArray[Any]) -> Mask:
    """Return where a value is given that could not be parsed, shape (n,)."""
    wrong: Mask = values.notna().to_numpy() & np.isnan(parsed)
    return wrong


def parse_years(values: pd.Series[Any]) -> Floats:
    """Parse years of publication, shape (n,); NaN if missing or wrong."""
    years: Floats = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    is_year = (np.floor(years) == years) & (years >= _YEARS[0]) & (years <= _YEARS[1])
    return np.where(is_year, years, np.nan)


def parse_days(values: pd.Series[Any]) -> Dates:
    """Parse days of publication, shape (n,); NaT if missing or wrong."""
    is_text = values.map(lambda day: isinstance(day, str)).to_numpy(dtype=bool)
    # pandas reads numbers as nanoseconds, a year as its 1 January, and 3/4/2019 as a day in March.
    is_day = values.astype("string").str.fullmatch(_DAY).fillna(False).to_numpy(dtype=bool) | ~is_text
    is_day &= not pd.api.types.is_numeric_dtype(values.dtype)
    given = pd.to_datetime(values.where(is_day), errors="coerce", utc=True, format="ISO8601" if is_text.any() else None)
    found: Dates = given.dt.tz_localize(None).to_numpy().astype("datetime64[D]")
    return found


def parse_counts(values: pd.Series[Any]) -> Floats:
    """Parse counts, shape (n,); NaN if missing or wrong."""
    counts: Floats = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where((counts >= 0) & np.isfinite(counts), counts, np.nan)
