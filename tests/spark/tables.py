"""Synthetic tables with all that real ones have: circles, duplicates, papers that are not listed, unknown dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.synthetic_citations import make_citations, reverse

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


class Tables(NamedTuple):
    """The same papers and citations for one machine and for Spark."""

    papers: pd.DataFrame
    citations: pd.DataFrame

    def on(self, session: SparkSession) -> tuple[DataFrame, DataFrame]:
        """Return both as DataFrames of Spark."""
        frames = (pa.Table.from_pandas(frame, preserve_index=False) for frame in self)
        papers, citations = (session.createDataFrame(frame) for frame in frames)
        return papers, citations


def make_tables(papers: int = 300, *, text: bool = True) -> Tables:
    """Make tables of invented papers; one in seven has no day, one in eleven no date at all."""
    made = reverse(make_citations(papers, mean=5.0), 0.05)
    numbers = np.random.default_rng(3).permutation(papers) * 3 + 2**40
    days = np.datetime64("1990-01-01") + np.arange(papers) * 40
    year = pd.Series(days.astype("datetime64[Y]").astype(int) + 1970, dtype="Int64")
    order = np.arange(papers)
    table = pd.DataFrame(
        {
            "id": numbers,
            "date": pd.Series(days.astype(object)).where((order % 7 > 0) & (order % 11 > 0)),
            "year": year.where(pd.Series(order % 11 > 0)),
        }
    )
    ends = pd.DataFrame({"citing": numbers[made.citing], "cited": numbers[made.cited]})
    listed, absent = int(numbers[5]), 7
    odd = pd.DataFrame(
        [(listed, listed), (listed, absent), (absent, listed), (absent, absent)], columns=["citing", "cited"]
    )
    citations = pd.concat([ends, ends.iloc[:9], odd], ignore_index=True)
    if text:
        table["id"] = "W" + table["id"].astype(str)
        citations = "W" + citations.astype(str)
    return Tables(table, citations)
