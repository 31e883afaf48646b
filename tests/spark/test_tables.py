"""Counts, co-citations and fields on a true local Spark, and the errors of wrong tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from flgraph.analysis.citation_matrix import CitationMatrix
from flgraph.analysis.matrix_files import build_from_files
from flgraph.spark import count_citations_by_year, extract_field, find_cocited, rank_papers
from tests.cli.test_doctor import read_checks
from tests.running import run
from tests.spark.tables import make_tables

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

pytestmark = pytest.mark.spark

PAPERS = 120


@pytest.fixture(scope="module")
def frames(session: SparkSession) -> tuple[DataFrame, DataFrame]:
    papers, citations = make_tables(PAPERS).on(session)
    return papers.cache(), citations.cache()


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> CitationMatrix:
    """The same citations on one machine."""
    folder = tmp_path_factory.mktemp("tables")
    for name, table in make_tables(PAPERS)._asdict().items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return build_from_files(folder / "papers.csv", folder / "citations.csv", progress="off")


def read_rows(frame: DataFrame) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in frame.collect()]


def test_citations_are_counted_by_the_year_of_the_citing_paper(
    frames: tuple[DataFrame, DataFrame], matrix: CitationMatrix
) -> None:
    years = [None if np.isnat(day) else int(str(day)[:4]) for day in matrix.dates]
    cited = np.repeat(np.arange(PAPERS), matrix.count_citations())
    expected = Counter((matrix.papers[end], years[start]) for start, end in zip(matrix.indices, cited, strict=True))

    counted = count_citations_by_year(*frames)

    assert [("id", "string"), ("year", "int"), ("citations", "bigint")] == counted.dtypes
    assert expected == {(name, year): number for name, year, number in read_rows(counted)}
    assert any(year is None for _, year in expected)


def test_papers_cited_together_are_those_of_the_matrix(
    frames: tuple[DataFrame, DataFrame], session: SparkSession
) -> None:
    """Papers that no table lists count here, so the expected counts are from the rows themselves."""
    rows = {(start, end) for start, end in make_tables(PAPERS).citations.itertuples(index=False) if start != end}
    seeds = [name for name, _ in Counter(end for _, end in rows).most_common(3)]
    expected = set()
    for seed in seeds:
        around = {start for start, end in rows if end == seed}
        together = Counter(end for start, end in rows if start in around and end != seed)
        best = sorted(together.items(), key=lambda item: (-item[1], item[0]))[:4]
        expected |= {(seed, other, number, place) for place, (other, number) in enumerate(best, start=1)}

    found = find_cocited(frames[1], session.createDataFrame([(seed,) for seed in seeds], "id string"), top=4)

    assert ["id", "other", "together", "place"] == found.columns
    assert expected == set(read_rows(found))


@pytest.mark.parametrize("hops", [0, 2])
def test_a_field_holds_the_papers_up_to_some_citations_away(
    hops: int, frames: tuple[DataFrame, DataFrame], matrix: CitationMatrix, session: SparkSession
) -> None:
    links = nx.empty_graph(PAPERS)
    links.add_edges_from(zip(*(ends.tolist() for ends in matrix.to_sparse().nonzero()), strict=True))
    place = {name: number for number, name in enumerate(matrix.papers)}
    seeds = [matrix.papers[100], *(row.id for row in frames[0].where("year = 1991").collect())]
    distances: dict[str, int] = {}
    for seed in seeds:
        for other, far in nx.single_source_shortest_path_length(links, place[seed], cutoff=hops).items():
            name = matrix.papers[other]
            distances[name] = min(far, distances.get(name, far))

    field = extract_field(*frames, where="year = 1991", ids=[seeds[0], "W-nobody"], hops=hops)

    assert ["id", "date", "year", "hops"] == field.papers.columns
    assert distances == {row.id: row.hops for row in field.papers.collect()}
    pairs = make_tables(PAPERS).citations.itertuples(index=False)
    inside = Counter(tuple(pair) for pair in pairs if set(pair) <= set(distances))
    assert inside == Counter(read_rows(field.citations))
    assert 1 < len(distances) < PAPERS


def test_ids_may_be_a_table(frames: tuple[DataFrame, DataFrame]) -> None:
    chosen = frames[0].where("year = 1991").select("id")

    found = extract_field(*frames, ids=chosen, hops=0)

    assert sorted(read_rows(chosen)) == sorted(read_rows(found.papers.select("id")))


# --- wrong tables ----------------------------------------------------------------------------------------

Wrong = Callable[["SparkSession"], Any]


def table(session: SparkSession, rows: list[tuple[Any, ...]], schema: str) -> DataFrame:
    return session.createDataFrame(rows, schema)


def papers(session: SparkSession, schema: str = "id string", rows: list[tuple[Any, ...]] | None = None) -> DataFrame:
    return table(session, rows or [("a",), ("b",)], schema)


def citations(session: SparkSession, rows: list[tuple[Any, ...]] | None = None, ids: str = "string") -> DataFrame:
    return table(session, [("b", "a")] if rows is None else rows, f"citing {ids}, cited {ids}")


RENAME = "If id has another name there: papers.withColumnRenamed('...', 'id')"

WRONG: dict[str, tuple[Wrong, str]] = {
    "pandas": (
        lambda s: count_citations_by_year(pd.DataFrame({"id": ["a"]}), citations(s)),  # type: ignore[arg-type]
        "papers is a pandas.DataFrame; should be a DataFrame of Spark, as spark.read.parquet returns",
    ),
    "no column": (
        lambda s: rank_papers(papers(s, "work string"), citations(s)),
        f"papers has no column 'id'; its columns are work. {RENAME}",
    ),
    "floats": (
        lambda s: rank_papers(papers(s, "id double", [(1.0,)]), citations(s)),
        "papers.id holds double; should hold whole numbers or text",
    ),
    "two types": (
        lambda s: rank_papers(papers(s), citations(s, [(2, 1)], "long")),
        "papers.id holds string and citations.citing holds bigint; cast one of them to the type of the other",
    ),
    "dates as text": (
        lambda s: rank_papers(papers(s, "id string, date string", [("a", "2020")]), citations(s)),
        "papers.date holds string; should hold date or timestamp: papers.withColumn('date', F.to_date('date'))",
    ),
    "no dates": (
        lambda s: count_citations_by_year(papers(s), citations(s)),
        "papers has neither date nor year; its columns are id",
    ),
    "null id": (
        lambda s: rank_papers(papers(s, rows=[("a",), (None,)]), citations(s)),
        "papers.id is null in 1 row; drop the rows: papers.dropna(subset=['id'])",
    ),
    "null end": (
        lambda s: find_cocited(citations(s, [("a", None), ("b", None)]), papers(s)),
        "citations.cited is null in 2 rows; drop the rows: citations.dropna(subset=['cited'])",
    ),
    "twice": (
        lambda s: rank_papers(papers(s, rows=[("a",), ("a",)]), citations(s)),
        "papers: paper 'a' is listed twice; list each paper once: papers.dropDuplicates(['id'])",
    ),
    "no rows": (
        lambda s: rank_papers(papers(s), citations(s, [])),
        "citations has no rows; should have one row a citation",
    ),
    "method": (
        lambda s: rank_papers(papers(s), citations(s), method="graph"),  # type: ignore[arg-type]
        "method is 'graph'; should be one of blocks, joins",
    ),
    "nothing to extract": (
        lambda s: extract_field(papers(s), citations(s)),
        "extract_field needs where=..., a condition on papers, or ids=...",
    ),
    "ids of another type": (
        lambda s: extract_field(papers(s), citations(s), ids=[7]),
        "ids[0] is 7; papers.id holds string",
    ),
    "hops": (
        lambda s: extract_field(papers(s, "id string, hops int", [("a", 1)]), citations(s), ids=["a"]),
        "papers has a column 'hops', which the result needs; rename it: papers.withColumnRenamed('hops', ...)",
    ),
    "unknown start": (
        lambda s: rank_papers(papers(s), citations(s), folder="work", personalization=papers(s, rows=[("z",)])),
        "personalization holds 1 paper that papers does not list",
    ),
    "weights": (
        lambda s: rank_papers(
            papers(s), citations(s), folder="work", personalization=papers(s, "id string, weight int", [("a", 0)])
        ),
        "personalization.weight should be numbers from 0, at least one of them above 0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_tables_are_refused_in_one_line(name: str, session: SparkSession) -> None:
    call, message = WRONG[name]
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - compared as a whole below
        call(session)
    assert message == str(caught.value)


@pytest.mark.parametrize("method", ["blocks", "joins"])
def test_citations_of_other_papers_only_are_refused(method: Any, session: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"^citations: none of its 1 rows is between papers; are the ids of one kind\?$"
    ):
        rank_papers(papers(session), citations(session, [("x", "y")]), folder=tmp_path, method=method, progress="off")


def test_doctor_misses_java_only(tmp_path: Path) -> None:
    checks = read_checks(run("doctor", "--format", "json", cwd=tmp_path, PATH="", JAVA_HOME=""))

    state, found = checks["extra: spark"]
    assert "warning" == state
    assert found.endswith(", but no Java")
