"""Rank papers past one machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from flgraph.analysis.ranking.pagerank import check_alpha
from flgraph.checks import format_count, refuse_measure, refuse_number
from flgraph.progress import ProgressChoice, Step, open_progress
from flgraph.spark.faults import explain_faults
from flgraph.spark.tables import CitationFrames, check_ids, check_present, check_unique, open_frames, open_session
from flgraph.spark.walk import Found, Walk
from flgraph.spark.workspace import open_workspace

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Method = Literal["blocks", "joins"]


@dataclass(frozen=True, eq=False)
class SparkRanking:
    """The PageRank of papers, as a DataFrame of the session that computed it.

    Attributes
    ----------
    scores : DataFrame
        One row a paper, in no order: `id`, of the type of `papers.id`, and `score` (double; all sum to 1). It is read
        from `path`.
    path : str
        The Parquet folder that holds `scores`. It stays until you remove it.
    papers, citations : int
        How many papers there are, and how many citations between them, each once.
    steps : int
        How many times weight was passed on.
    error : float
        The most by which the scores may be wrong, summed over papers.
    """

    scores: DataFrame
    path: str
    papers: int
    citations: int
    steps: int
    error: float


def rank_papers(
    papers: DataFrame,
    citations: DataFrame,
    *,
    folder: str | Path | None = None,
    method: Method = "blocks",
    alpha: float = 0.5,
    personalization: DataFrame | None = None,
    tolerance: float = 1e-9,
    steps: int = 500,
    progress: ProgressChoice = "auto",
) -> SparkRanking:
    """Compute the PageRank of papers with Spark: the scores of `flgraph.pagerank`, up to the tolerance.

    A citation given twice counts once. A citation of a paper by itself or of a paper that is not listed is left out;
    the log says how many.

    Parameters
    ----------
    papers : DataFrame
        One row a paper: `id`, whole numbers or text, each once. Optional: `date` (date or timestamp) and `year` (whole
        number), which change no score; papers of near dates are kept together, and a step is then faster.
    citations : DataFrame
        One row a citation: `citing` and `cited`, ids of the type of `papers.id`.
    folder : str, Path or None
        Where to write intermediate tables and the scores: a path that the driver and all workers see, such as
        `s3a://bucket/work`, or a local folder if all run on one machine. Everything is written into a new folder inside
        it. None takes the checkpoint folder of the session.
    method : "blocks" or "joins"
        "blocks" sends arrays of numpy through Spark: a number for each paper on the driver and on each worker. "joins"
        joins DataFrames, which takes several times as long and little memory.
    alpha : float
        The probability of following one more reference, from 0 to below 1.
    personalization : DataFrame or None
        Where readers start: `id`, each once and among the papers, and optionally `weight` (a number from 0; 1 without
        the column). Papers that are not listed weigh 0. None starts anywhere with the same probability.
    tolerance : float
        The most by which the scores may be wrong, summed over papers.
    steps : int
        The most steps. A step shrinks the error by `alpha` or more, so 0.5 takes 32 steps at most.
    progress : "auto", "bar", "off" or callable
        How to show progress.

    Returns
    -------
    SparkRanking
        The scores are on disk, and reading them computes nothing again.

    Raises
    ------
    ValueError
        An argument is no DataFrame of Spark, lacks a column or holds one of another type; an id is null or repeated;
        there are no citations between papers; or another argument is out of range or missing.
    FlgraphError
        The extra `spark` is not installed or does not fit the cluster, workers lack a package, the folder cannot be
        shared, memory is used up, or the steps are too few. A failed call leaves its folder behind.

    Notes
    -----
    Memory of "blocks", with n papers and c citations: the driver takes 40 n bytes in Python and up to 16 n in Java
    (`spark.driver.memory`; `spark.driver.maxResultSize` must be 16 n or more). Each Python worker, one a core, takes
    8 n. Workers together keep 4 c + 4 n bytes of blocks in memory, or on disk if there is no room.

    References: Brin, Page 1998, "The anatomy of a large-scale hypertextual web search engine"; Chen, Xie, Maslov,
    Redner 2007, "Finding scientific gems with Google's PageRank algorithm".

    Examples
    --------
    >>> from flgraph.spark import rank_papers  # doctest: +SKIP
    >>> ranking = rank_papers(papers, citations, folder="s3a://bucket/work")  # doctest: +SKIP
    >>> ranking.scores.orderBy("score", ascending=False).show(3)  # doctest: +SKIP
    """
    if method not in get_args(Method):
        raise ValueError(f"method is {method!r}; should be one of {', '.join(get_args(Method))}")
    check_alpha(alpha)
    refuse_measure("tolerance", tolerance)
    refuse_number("steps", steps, least=1)
    given = open_frames(papers, citations, dates="optional")
    workspace = open_workspace(given.session, folder, "rank_papers")
    walk = Walk(float(alpha), float(tolerance), int(steps))
    if method == "blocks":
        from flgraph.spark.blocks import rank_in_blocks as rank
    else:
        from flgraph.spark.joins import rank_by_joins as rank
    with open_progress(progress) as show, explain_faults():
        starts = None if personalization is None else _read_starts(given, personalization)
        found: Found = rank(given, starts, walk, workspace, show or _show_nothing)
        scores = workspace.read("scores", like=papers.select("id").selectExpr("id", "0d as score"))
    return SparkRanking(scores, f"{workspace.path}/scores", found.papers, found.citations, found.steps, found.error)


def _read_starts(given: CitationFrames, personalization: DataFrame) -> DataFrame:
    """Return `id` and `weight` of the papers where readers start."""
    from pyspark.sql import functions as F  # noqa: N812

    open_session(personalization=personalization)
    check_ids({"papers": (given.papers, ["id"]), "personalization": (personalization, ["id"])})
    check_unique("personalization", personalization)
    has_weight = "weight" in personalization.columns
    starts = personalization.select("id", (F.col("weight") if has_weight else F.lit(1)).cast("double").alias("weight"))
    rows = check_present("personalization", starts, ["id", "weight"])
    known = starts.join(given.papers.select("id"), "id")
    number, least, total = known.agg(F.count("id"), F.min("weight"), F.sum("weight")).first() or (0, 0.0, 0.0)
    if number < rows:
        raise ValueError(f"personalization holds {format_count(rows - number, 'paper')} that papers does not list")
    if not rows or least < 0 or not 0 < total < float("inf"):
        raise ValueError("personalization.weight should be numbers from 0, at least one of them above 0")
    return starts


def _show_nothing(_: Step) -> None:
    pass
