"""Check the DataFrames that a user passes, and select the citations between papers as on one machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from flgraph.checks import format_count, show_name, show_value
from flgraph.errors import FlgraphError
from flgraph.extras import require_extra
from flgraph.graph.citation_tables import warn_left_out
from flgraph.spark.faults import explain_faults

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_IDS: Final = ("string", "tinyint", "smallint", "int", "bigint")
_DATES: Final = ("date", "timestamp", "timestamp_ntz")
_YEARS: Final = _IDS[1:]


@dataclass(frozen=True, eq=False)
class CitationFrames:
    """Papers and citations that were checked.

    Attributes
    ----------
    session : SparkSession
        The user's session.
    papers : DataFrame
        One row a paper, as the user passed it.
    citations : DataFrame
        `citing` and `cited`, as the user passed them: with duplicates and citations of papers that are not listed.
    rows : int
        The number of rows of `citations`.
    """

    session: SparkSession
    papers: DataFrame
    citations: DataFrame
    rows: int


def open_frames(papers: DataFrame, citations: DataFrame, *, dates: Literal["needed", "optional"]) -> CitationFrames:
    """Check papers and citations, by reading their ids once.

    Raises
    ------
    ValueError, FlgraphError
        As the functions of `flgraph.spark` say.
    """
    session = open_session(papers=papers, citations=citations)
    check_ids({"papers": (papers, ["id"]), "citations": (citations, ["citing", "cited"])})
    _check_dates(papers, is_needed=dates == "needed")
    with explain_faults():
        check_unique("papers", papers)
        rows = check_present("citations", citations, ["citing", "cited"])
    if not rows:
        raise ValueError("citations has no rows; should have one row a citation")
    return CitationFrames(session, papers, citations.select("citing", "cited"), rows)


def open_session(**frames: DataFrame) -> SparkSession:
    """Return the session of some DataFrames.

    Raises
    ------
    ValueError
        One of them is not a DataFrame of Spark.
    FlgraphError
        The extra `spark` is not installed, or the session cannot be used.
    """
    require_extra("spark", "flgraph.spark")
    import pyspark
    from pyspark.sql import DataFrame, SparkSession

    for name, frame in frames.items():
        if not isinstance(frame, DataFrame):
            kind = f"{type(frame).__module__.partition('.')[0]}.{type(frame).__name__}"
            raise ValueError(f"{name} is a {kind}; should be a DataFrame of Spark, as spark.read.parquet returns")
    (first, session), *_ = ((name, frame.sparkSession) for name, frame in frames.items())
    if not isinstance(session, SparkSession):
        raise FlgraphError(
            f"{first} belongs to a session of Spark Connect, which broadcasts no arrays; use spark-submit, or a "
            "session with .master(...) instead of .remote(...)"
        )
    check_versions(pyspark.__version__, session.version)
    return session


def check_versions(here: str, cluster: str) -> None:
    """Raise `FlgraphError` unless pyspark and the cluster are of the same minor version."""
    if here.split(".")[:2] != cluster.split(".")[:2]:
        fitting = ".".join(cluster.split(".")[:2])
        raise FlgraphError(f"pyspark is {here} and the cluster is Spark {cluster}; install it with: "
                           f"pip install 'pyspark=={fitting}.*'")  # fmt: skip


# --- columns ---------------------------------------------------------------------------------------------


def check_ids(columns: Mapping[str, tuple[DataFrame, Sequence[str]]]) -> None:
    """Raise `ValueError` unless columns of ids are there and all hold text, or all hold whole numbers."""
    kinds = {}
    for name, (frame, ids) in columns.items():
        for column in ids:
            kind = _find_type(name, frame, column)
            if kind not in _IDS:
                raise ValueError(f"{name}.{column} holds {kind}; should hold whole numbers or text")
            kinds[f"{name}.{column}"] = kind
    (first, kind), *others = kinds.items()
    for other, found in others:
        if (found == "string") != (kind == "string"):
            raise ValueError(
                f"{first} holds {kind} and {other} holds {found}; cast one of them to the type of the other"
            )


def _check_dates(papers: DataFrame, *, is_needed: bool) -> None:
    allowed = {"date": _DATES, "year": _YEARS}
    there = [name for name in allowed if name in papers.columns]
    if is_needed and not there:
        raise ValueError(f"papers has neither date nor year; its columns are {_list_columns(papers)}")
    for name in there:
        kind = _find_type("papers", papers, name)
        if kind not in allowed[name]:
            cast = "papers.withColumn('date', F.to_date('date'))" if name == "date" else "a whole number"
            raise ValueError(f"papers.{name} holds {kind}; should hold {' or '.join(allowed[name][:2])}: {cast}")


def _find_type(name: str, frame: DataFrame, column: str) -> str:
    number = frame.columns.count(column)
    if number != 1:
        found = f"{number} columns" if number else "no column"
        raise ValueError(
            f"{name} has {found} {column!r}; its columns are {_list_columns(frame)}. If {column} has another name "
            f"there: {name}.withColumnRenamed('...', {column!r})"
        )
    kind: str = frame.schema[column].dataType.simpleString()
    return "string" if kind.startswith(("varchar", "char", "string")) else kind


def _list_columns(frame: DataFrame) -> str:
    return ", ".join(map(show_name, frame.columns)) or "none"


# --- rows ------------------------------------------------------------------------------------------------


def check_present(name: str, frame: DataFrame, columns: Sequence[str]) -> int:
    """Return the number of rows; raise `ValueError` if one lacks an id."""
    from pyspark.sql import functions as F  # noqa: N812

    rows, *present = frame.agg(F.count(F.lit(1)), *(F.count(column) for column in columns)).first() or (0,)
    for column, number in zip(columns, present, strict=True):
        if number < rows:
            raise ValueError(f"{name}.{column} is null in {format_count(rows - number, 'row')}; drop the rows: "
                             f"{name}.dropna(subset=[{column!r}])")  # fmt: skip
    return int(rows)


def check_unique(name: str, papers: DataFrame) -> None:
    """Raise `ValueError` if an id is null, or listed twice."""
    check_present(name, papers, ["id"])
    twice = papers.groupBy("id").count().where("count > 1").agg({"id": "min"}).first()
    if twice is not None and twice[0] is not None:
        raise ValueError(f"{name}: paper {show_value(twice[0])} is listed twice; list each paper once: "
                         f"{name}.dropDuplicates(['id'])")  # fmt: skip


def select_citations(given: CitationFrames) -> DataFrame:
    """Return `citing`, `cited` and `times`: each citation between two papers once, also those of a paper by itself."""
    from pyspark.sql import functions as F  # noqa: N812

    ids = given.papers.select("id")
    known = given.citations
    for end in ("citing", "cited"):
        known = known.join(ids.withColumnRenamed("id", end), end, "left_semi")
    return known.groupBy("citing", "cited").agg(F.count(F.lit(1)).alias("times"))


def warn_of_rows(given: CitationFrames, known: int, own: int, citations: int) -> None:
    """Warn of rows that are not among the citations; raise `ValueError` if no row is.

    `known` rows are between two papers, and `own` of them cite the paper itself.
    """
    if not known:
        raise ValueError(f"citations: none of its {given.rows:,} rows is between papers; are the ids of one kind?")
    warn_left_out(
        {
            "with a paper that is not in papers": given.rows - known,
            "of a paper by itself": own,
            "given before": known - own - citations,
        }
    )


def day_of(papers: DataFrame) -> Column:
    """Return the day of publication: 1 July where only the year is known, null where neither is."""
    from pyspark.sql import functions as F  # noqa: N812

    days = [F.col("date").cast("date")] if "date" in papers.columns else []
    if "year" in papers.columns:
        days.append(F.make_date(F.col("year").cast("int"), F.lit(7), F.lit(1)))
    return F.coalesce(*days) if days else F.lit(None).cast("date")
