"""PageRank in blocks of arrays: Spark hands out blocks of citations, numpy adds up.

Papers are numbered by date, and block b of B holds the citations of papers b, b + B, b + 2B ..., so that blocks are
of one size however unequally papers are cited. Spark keeps the blocks in memory or on disk of the workers, and sends
each task to where its block is. A step broadcasts what each paper passes on to each reference, 8 bytes a paper, and
collects what each receives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from flgraph.analysis.arrays import Floats
from flgraph.errors import FlgraphError
from flgraph.progress import Progress, Step
from flgraph.spark.on_workers import BLOCK, make_adder, make_counter, make_packer, make_reader
from flgraph.spark.tables import CitationFrames, day_of, warn_of_rows
from flgraph.spark.walk import Found, Walk
from flgraph.spark.workspace import Workspace

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_CITATIONS_A_BLOCK: Final = 4_000_000
_BLOCKS_A_CORE: Final = 4
_MOST_PAPERS: Final = 2**31 - 1
_ROW_BITS: Final = 33  # of what monotonically_increasing_id returns; the rest numbers the partition


def rank_in_blocks(
    given: CitationFrames, starts: DataFrame | None, walk: Walk, workspace: Workspace, progress: Progress
) -> Found:
    """Compute PageRank, and write `id` and `score` to the workspace as `scores`."""
    from pyspark import StorageLevel

    papers = given.papers.count()
    if papers > _MOST_PAPERS:
        raise FlgraphError(
            f"{papers:,} papers are too many for blocks, which number them by 32 bits; use method='joins'"
        )
    progress(Step("papers"))
    places = _number_papers(given, workspace, papers)
    progress(Step("papers", papers, papers))
    progress(Step("citations"))
    blocks = _count_blocks(given, papers)
    packed = _pack(given, places, papers, blocks, workspace).persist(StorageLevel.MEMORY_AND_DISK)
    try:
        citations = _count_citations(given, packed)
        references = _count_references(packed, papers)
        progress(Step("citations", citations, citations))
        start = np.full(papers, 1 / papers) if starts is None else _place_starts(starts, places, papers)
        scores, steps, error = _walk(packed, references, start, blocks, walk, progress)
    finally:
        packed.unpersist()
    _write_scores(places, scores, workspace)
    workspace.remove("papers", "blocks")
    return Found(papers, citations, steps, error)


# --- places ----------------------------------------------------------------------------------------------


def _number_papers(given: CitationFrames, workspace: Workspace, papers: int) -> DataFrame:
    """Return `id` and `place` of each paper, a number from 0 by date, then by id, without collecting the ids.

    Spark numbers the rows of each partition; adding the sizes of earlier partitions takes one number a partition.
    """
    from pyspark.sql import functions as F  # noqa: N812

    ordered = given.papers.select("id", day_of(given.papers).alias("day")).orderBy(F.asc_nulls_last("day"), "id")
    marked = ordered.select("id", F.monotonically_increasing_id().alias("mark"))
    written = workspace.write_shared("papers", marked, papers)
    part = F.shiftright("mark", _ROW_BITS)
    sizes = sorted(written.groupBy(part.alias("part")).count().collect())
    before = np.cumsum([0, *(row["count"] for row in sizes)]).tolist()
    offsets = given.session.createDataFrame(
        [(row["part"], offset) for row, offset in zip(sizes, before, strict=False)], "part long, offset long"
    )
    row = F.col("mark").bitwiseAND(F.lit((1 << _ROW_BITS) - 1))
    return (
        written.withColumn("part", part)
        .join(F.broadcast(offsets), "part")
        .select("id", (F.col("offset") + row).cast("int").alias("place"))
    )


def _place_starts(starts: DataFrame, places: DataFrame, papers: int) -> Floats:
    """Return the weight at which each paper starts, shape (papers,), which sums to 1."""
    table = starts.join(places, "id").select("place", "weight").toArrow()
    weights = np.zeros(papers)
    weights[table["place"].to_numpy()] = table["weight"].to_numpy()
    normalized: Floats = weights / weights.sum()
    return normalized


def _write_scores(places: DataFrame, scores: Floats, workspace: Workspace) -> None:
    vector = workspace.session.sparkContext.broadcast(scores)
    workspace.write("scores", places.mapInArrow(make_reader(vector), f"{_show_type(places)}, score double"))
    vector.destroy()


def _show_type(places: DataFrame) -> str:
    return f"id {places.schema['id'].dataType.simpleString()}"


# --- blocks ----------------------------------------------------------------------------------------------


def _count_blocks(given: CitationFrames, papers: int) -> int:
    cores: int = given.session.sparkContext.defaultParallelism
    return min(papers, max(_BLOCKS_A_CORE * cores, -(-given.rows // _CITATIONS_A_BLOCK)))


def _pack(given: CitationFrames, places: DataFrame, papers: int, blocks: int, workspace: Workspace) -> DataFrame:
    """Write the citations as one row a block: its number and two arrays, as `make_packer` says."""
    from pyspark.sql import functions as F  # noqa: N812

    known = given.citations
    for end in ("citing", "cited"):
        known = known.join(places.withColumnRenamed("id", end), end).drop(end).withColumnRenamed("place", end)
    grouped = known.withColumn("block", F.col("cited") % blocks).groupBy("block")
    return workspace.write("blocks", grouped.applyInArrow(make_packer(blocks, papers), BLOCK))


def _count_citations(given: CitationFrames, packed: DataFrame) -> int:
    """Return the number of citations, and warn of the rows that are none."""
    from pyspark.sql import functions as F  # noqa: N812

    counted = packed.agg(F.sum("known"), F.sum("own"), F.sum(F.length("citing") / 4)).first() or ()
    known, own, citations = (int(number or 0) for number in counted)
    warn_of_rows(given, known, own, citations)
    return citations


def _count_references(packed: DataFrame, papers: int) -> Floats:
    """Count the papers that each paper cites, shape (papers,)."""
    counted = (
        packed.select("citing")
        .mapInArrow(make_counter(), "citing int, number int")
        .groupBy("citing")
        .sum("number")
        .toArrow()
    )
    references = np.zeros(papers)
    references[counted["citing"].to_numpy()] = counted["sum(number)"].to_numpy()
    return references


# --- steps -----------------------------------------------------------------------------------------------


def _walk(
    packed: DataFrame, references: Floats, start: Floats, blocks: int, walk: Walk, progress: Progress
) -> tuple[Floats, int, float]:
    """Add up what papers receive in each step, until little is left; return scores, steps, and the error left.

    `references` and `start` are overwritten.
    """
    context = packed.sparkSession.sparkContext
    # In place: with billions of citations each vector takes gigabytes.
    shares = np.maximum(references, 1.0, out=references)
    np.divide(walk.alpha, shares, out=shares)
    arrays = packed.select("block", "ends", "citing")
    more, total = start, start.copy()
    for step in range(1, walk.steps + 1):
        vector = context.broadcast(more * shares)
        parts = arrays.mapInArrow(make_adder(vector), "block int, sums binary").toArrow()
        vector.destroy()
        more.fill(0.0)
        for block, sums in zip(parts["block"].to_pylist(), parts["sums"], strict=True):
            received = np.frombuffer(sums.as_buffer())
            more[block::blocks][: len(received)] = received
        total += more
        left = float(more.sum())
        error = walk.bound_error(left, float(total.sum()))
        progress(Step("steps", step, note=f"error {error:.0e}"))
        if error <= walk.tolerance:
            total /= total.sum()
            return total, step, error
    raise walk.say_slow(error)
