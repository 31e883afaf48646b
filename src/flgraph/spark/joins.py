"""PageRank by joins of DataFrames: slower than blocks, and no machine holds a number for each paper.

Xin, Gonzalez, Franklin, Stoica 2013, "GraphX: a resilient distributed graph system on Spark", for citations that lie
where they are joined. Each step is written and read again, or the plan of the next step would hold all steps before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flgraph.progress import Progress, Step
from flgraph.spark.tables import CitationFrames, select_citations, warn_of_rows
from flgraph.spark.walk import Found, Walk
from flgraph.spark.workspace import Workspace

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def rank_by_joins(
    given: CitationFrames, starts: DataFrame | None, walk: Walk, workspace: Workspace, progress: Progress
) -> Found:
    """Compute PageRank, and write `id` and `score` to the workspace as `scores`."""
    from pyspark.sql import functions as F  # noqa: N812

    papers = given.papers.count()
    progress(Step("papers"))
    weights = given.papers.select("id", F.lit(1.0).alias("weight")) if starts is None else starts
    weighed = weights.agg(F.count(F.lit(1)), F.sum("weight")).first() or (0, 0.0)
    scaled = weights.select("id", (F.col("weight") / F.lit(float(weighed[1]))).alias("weight"))
    more = workspace.write_shared("step-0", scaled, int(weighed[0]))
    progress(Step("papers", papers, papers))
    progress(Step("citations"))
    links = _link(select_citations(given), walk.alpha)
    is_apart = F.col("citing") != F.col("cited")
    try:
        counted = (
            links.agg(F.sum("times"), F.sum(F.when(~is_apart, F.col("times"))), F.count_if(is_apart)).first() or ()
        )
        known, own, citations = (int(number or 0) for number in counted)
        warn_of_rows(given, known, own, citations)
        progress(Step("citations", citations, citations))
        steps, error, total = _walk(links.where(is_apart), more, walk, workspace, progress)
    finally:
        links.unpersist()
    names = [f"step-{step}" for step in range(steps + 1)]
    added = workspace.read(*names, like=more).groupBy("id").agg(F.sum("weight").alias("weight"))
    scores = given.papers.select("id").join(added, "id", "left")
    workspace.write(
        "scores", scores.select("id", F.coalesce(F.col("weight") / F.lit(total), F.lit(0.0)).alias("score"))
    )
    workspace.remove(*names)
    return Found(papers, citations, steps, error)


def _link(citations: DataFrame, alpha: float) -> DataFrame:
    """Add the share that is passed on, and keep the citations where each step joins them: sorted by citing paper."""
    from pyspark import StorageLevel
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    parts = int(citations.sparkSession.conf.get("spark.sql.shuffle.partitions") or 1)
    references = F.count_if(F.col("citing") != F.col("cited")).over(Window.partitionBy("citing"))
    apart = citations.repartition(parts, "citing").withColumn("share", F.lit(alpha) / F.greatest(references, F.lit(1)))
    return apart.sortWithinPartitions("citing").persist(StorageLevel.MEMORY_AND_DISK)


def _walk(
    links: DataFrame, more: DataFrame, walk: Walk, workspace: Workspace, progress: Progress
) -> tuple[int, float, float]:
    """Write what papers receive in each step, until little is left; return steps, the error left, and the sum."""
    from pyspark.sql import functions as F  # noqa: N812

    total = 1.0
    for step in range(1, walk.steps + 1):
        passed = links.join(more.withColumnRenamed("id", "citing"), "citing")
        received = passed.groupBy(F.col("cited").alias("id")).agg(
            F.sum(F.col("weight") * F.col("share")).alias("weight")
        )
        more = workspace.write(f"step-{step}", received)
        left = float((more.agg(F.sum("weight")).first() or (None,))[0] or 0.0)
        total += left
        error = walk.bound_error(left, total)
        progress(Step("steps", step, note=f"error {error:.0e}"))
        if error <= walk.tolerance:
            return step, error, total
    raise walk.say_slow(error)
