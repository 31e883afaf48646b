"""Count citations by year, and find papers that are cited together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flgraph.checks import refuse_number
from flgraph.spark.faults import explain_faults
from flgraph.spark.tables import (
    check_ids,
    check_present,
    check_unique,
    day_of,
    open_frames,
    open_session,
    select_citations,
)

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def count_citations_by_year(papers: DataFrame, citations: DataFrame) -> DataFrame:
    """Count how often each paper is cited by papers of each year.

    Citations count as in `rank_papers`: each once, and only those of one listed paper by another.

    Parameters
    ----------
    papers : DataFrame
        One row a paper: `id`, each once, and `date` or `year` or both. Where the date is null, the year counts.
    citations : DataFrame
        One row a citation: `citing` and `cited`.

    Returns
    -------
    DataFrame
        One row for each paper and year with citations, in no order: `id` (the cited paper), `year` (int, of the citing
        papers; null if unknown) and `citations` (bigint, from 1). It is computed when you use it.

    Raises
    ------
    ValueError, FlgraphError
        As for `rank_papers`; and if papers have neither `date` nor `year`.

    Examples
    --------
    >>> from flgraph.spark import count_citations_by_year  # doctest: +SKIP
    >>> count_citations_by_year(papers, citations).where("year >= 2020").show()  # doctest: +SKIP
    """
    given = open_frames(papers, citations, dates="needed")
    from pyspark.sql import functions as F  # noqa: N812

    years = papers.select(F.col("id").alias("citing"), F.year(day_of(papers)).alias("year"))
    counted = (
        select_citations(given)
        .where("citing <> cited")
        .join(years, "citing")
        .groupBy(F.col("cited").alias("id"), "year")
    )
    return counted.agg(F.count(F.lit(1)).alias("citations"))


def find_cocited(citations: DataFrame, catalog: DataFrame, *, top: int = 20) -> DataFrame:
    """Find the papers that are most often cited together with each paper of a catalog.

    A citation given twice counts once, and a citation of a paper by itself not at all.

    Parameters
    ----------
    citations : DataFrame
        One row a citation: `citing` and `cited`, whole numbers or text. They may name papers that no table lists.
    catalog : DataFrame
        One row a paper: `id`, each once. It is sent to every worker, so it should be small: thousands of papers.
    top : int
        How many papers to return for each paper of the catalog, at most.

    Returns
    -------
    DataFrame
        In no order: `id` (the paper of the catalog), `other`, `together` (bigint, how many papers cite both, from 1)
        and `place` (int, from 1, the most first; equal ones by `other`). Papers never cited with another have no row.
        It is computed when you use it.

    Raises
    ------
    ValueError, FlgraphError
        As for `rank_papers`; and if `top` is not a whole number from 1.

    Notes
    -----
    Small 1973, "Co-citation in the scientific literature". A paper that cites m papers of the catalog and k in all
    gives m k pairs, so long lists of references (surveys) take most of the time.

    Examples
    --------
    >>> from flgraph.spark import find_cocited  # doctest: +SKIP
    >>> find_cocited(citations, spark.createDataFrame([("W42",)], "id string")).show()  # doctest: +SKIP
    """
    refuse_number("top", top, least=1)
    open_session(citations=citations, catalog=catalog)
    check_ids({"citations": (citations, ["citing", "cited"]), "catalog": (catalog, ["id"])})
    with explain_faults():
        check_unique("catalog", catalog)
        check_present("citations", citations, ["citing", "cited"])
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    apart = citations.select("citing", "cited").where("citing <> cited")
    listed = F.broadcast(catalog.select(F.col("id").alias("cited")))
    around = apart.join(listed, "cited", "left_semi").select("citing", F.col("cited").alias("id")).distinct()
    cited = apart.join(around, "citing", "left_semi").distinct()
    pairs = cited.join(around, "citing").where("cited <> id").groupBy("id", F.col("cited").alias("other"))
    counted = pairs.agg(F.count(F.lit(1)).alias("together"))
    place = F.row_number().over(Window.partitionBy("id").orderBy(F.desc("together"), "other"))
    return counted.withColumn("place", place).where(F.col("place") <= top)
