"""Extract the papers of a field and those around it from an index of any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flgraph.checks import refuse_number
from flgraph.spark.faults import explain_faults
from flgraph.spark.tables import check_ids, check_present, open_frames, open_session

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_HOPS: Final = "hops"


@dataclass(frozen=True, eq=False)
class SparkField:
    """A field and the papers around it; both tables are computed when you use them.

    Attributes
    ----------
    papers : DataFrame
        The rows of the papers chosen, with all their columns, and `hops` (int): how many citations away from the
        nearest paper of the field, 0 in the field itself.
    citations : DataFrame
        The rows of the citations between these papers, with all their columns.
    """

    papers: DataFrame
    citations: DataFrame


def extract_field(
    papers: DataFrame,
    citations: DataFrame,
    *,
    where: Column | str | None = None,
    ids: DataFrame | Sequence[str] | Sequence[int] | None = None,
    hops: int = 1,
) -> SparkField:
    """Extract a field: papers that meet a condition or have given ids, and those up to some citations away.

    Only semi joins touch the large tables. Write the results, or persist them, before you use them often.

    Parameters
    ----------
    papers : DataFrame
        One row a paper: `id`, each once, and whatever columns the condition needs.
    citations : DataFrame
        One row a citation: `citing` and `cited`. Hops go along listed papers only, in both directions.
    where : Column, str or None
        A condition on `papers`, such as "topic = 'Federated learning'" or `F.array_contains("topics", "T10764")`.
    ids : DataFrame, sequence or None
        The ids of papers, as a DataFrame with a column `id`, or as texts or numbers. Those that are not listed are left
        out. With `where`, papers that meet either are chosen.
    hops : int
        How many citations to follow, from 0.

    Returns
    -------
    SparkField

    Raises
    ------
    ValueError, FlgraphError
        As for `rank_papers`; and if neither `where` nor `ids` is given, `hops` is no whole number from 0, or papers
        have a column `hops`.

    Examples
    --------
    >>> from flgraph.spark import extract_field  # doctest: +SKIP
    >>> field = extract_field(papers, citations, where="topic = 'Federated learning'")  # doctest: +SKIP
    >>> field.papers.write.parquet("field/papers")  # doctest: +SKIP
    """
    refuse_number("hops", hops)
    if where is None and ids is None:
        raise ValueError("extract_field needs where=..., a condition on papers, or ids=...")
    given = open_frames(papers, citations, dates="optional")
    if _HOPS in papers.columns:
        raise ValueError(
            "papers has a column 'hops', which the result needs; rename it: papers.withColumnRenamed('hops', ...)"
        )
    from pyspark.sql import functions as F  # noqa: N812

    listed = papers.select("id")
    chosen = _read_ids(papers, () if ids is None else ids)
    if where is not None:
        chosen = chosen.union(papers.where(where).select("id"))
    near = chosen.join(listed, "id", "left_semi").distinct().withColumn(_HOPS, F.lit(0))
    links = given.citations.unionAll(given.citations.select("cited", "citing")).toDF("id", "other")
    for _ in range(hops):
        near = _follow(near, links).join(listed, "id", "left_semi")
    between = citations
    for end in ("citing", "cited"):
        between = between.join(near.select(F.col("id").alias(end)), end, "left_semi")
    return SparkField(papers.join(near, "id").select(*papers.columns, _HOPS), between.select(*citations.columns))


def _follow(near: DataFrame, links: DataFrame) -> DataFrame:
    """Return the papers that are near, and those one citation further, with the least number of hops.

    `near` stands in the plan once: with a join for each direction, or a union, the plan would double with each hop.
    """
    from pyspark.sql import functions as F  # noqa: N812

    here = F.struct("id", _HOPS)
    there = F.struct(F.col("other").alias("id"), (F.col(_HOPS) + 1).alias(_HOPS))
    reached = near.join(links, "id", "left").select(F.explode(F.array(here, there)).alias("paper"))
    return reached.select("paper.*").where("id is not null").groupBy("id").agg(F.min(_HOPS).alias(_HOPS))


def _read_ids(papers: DataFrame, ids: DataFrame | Sequence[str] | Sequence[int]) -> DataFrame:
    """Return the ids that a user names, as a column `id`."""
    kind = papers.schema["id"].dataType
    if isinstance(ids, Sequence) and not isinstance(ids, str):
        wanted = str if kind.simpleString() == "string" else int
        for number, one in enumerate(ids):
            if not isinstance(one, wanted) or isinstance(one, bool):
                raise ValueError(f"ids[{number}] is {one!r}; papers.id holds {kind.simpleString()}")
        return papers.sparkSession.createDataFrame([(one,) for one in ids], f"id {kind.simpleString()}")
    open_session(ids=ids)
    check_ids({"papers": (papers, ["id"]), "ids": (ids, ["id"])})
    with explain_faults():
        check_present("ids", ids, ["id"])
    return ids.select("id")
