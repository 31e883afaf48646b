"""Matrices straight from files: equal to those of frames, with DuckDB and without it."""

from __future__ import annotations

import gzip
import logging
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flgraph.analysis.citation_matrix import CitationMatrix, build_from_frames
from flgraph.analysis.matrix_files import build_from_files
from flgraph.bulk.table_files import Engine
from flgraph.errors import TableError
from tests.analysis.test_citation_inputs import list_pairs

HAS_DUCKDB = all(find_spec(name) is not None for name in ("duckdb", "pyarrow"))
needs_duckdb = pytest.mark.skipif(not HAS_DUCKDB, reason="needs the extra bulk: pip install 'flgraph[bulk]'")
ENGINES = [pytest.param("duckdb", marks=needs_duckdb), "pandas"]
FORMS = ["csv", "csv.gz", "tsv", pytest.param("parquet", marks=needs_duckdb)]


def write(folder: Path, name: str, table: pd.DataFrame, form: str) -> Path:
    path = folder / f"{name}.{form}"
    if form == "parquet":
        table.to_parquet(path, index=False)
    else:
        table.to_csv(path, index=False, sep="\t" if form == "tsv" else ",")
    return path


def write_text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="")
    return path


def build(papers: Path, citations: Path, engine: Engine | None = None, **options: Any) -> CitationMatrix:
    return build_from_files(papers, citations, engine=engine, progress="off", **options)


def assert_equal(one: CitationMatrix, other: CitationMatrix) -> None:
    assert tuple(one.papers) == tuple(other.papers)
    for name in ("indptr", "indices", "dates", "reference_counts", "citation_counts", "components"):
        first, second = getattr(one, name), getattr(other, name)
        assert first.dtype == second.dtype
        np.testing.assert_array_equal(first, second)


# --- equal results ---------------------------------------------------------------------------------------

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n\t \x00", exclude_categories=("C", "Z")),
    min_size=1,
    max_size=4,
)
IDS = st.one_of(
    st.lists(TEXTS, min_size=2, max_size=7, unique=True),
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=2, max_size=7, unique=True),
    st.lists(st.integers(0, 2**64 - 1), min_size=2, max_size=7, unique=True),
    st.lists(st.integers(0, 20).map(lambda number: f"{number:03}"), min_size=2, max_size=7, unique=True),
)


@st.composite
def draw_tables(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw papers in any order, with citations of which some are doubled, of a paper by itself or not of papers."""
    ids = draw(IDS)
    size = len(ids) - draw(st.integers(0, 1))  # the last one may be cited without being there
    days = st.sampled_from([None, "2019-01-01", "2020-02-29", "2020-03-01T23:59:00", "1687-07-05"])
    years = st.sampled_from([None, 2018, 2020, 1000])
    counts = st.sampled_from([None, 0.0, 3.0, 1.5])
    column = lambda values: draw(st.lists(values, min_size=size, max_size=size))  # noqa: E731
    papers = pd.DataFrame({"id": pd.Series(ids[:size])})
    for name, values in (("date", days), ("year", years), ("citation_count", counts)):
        if draw(st.booleans()):
            papers[name] = pd.Series(column(values), dtype=object if name == "date" else "float64")
    places = st.lists(st.integers(0, len(ids) - 1), min_size=1, max_size=15)
    citing = draw(places)
    cited = draw(st.lists(st.integers(0, len(ids) - 1), min_size=len(citing), max_size=len(citing)))
    pairs = [(0, 1), *zip(citing, cited, strict=True)] if size > 1 else [(0, 0)]
    named = pd.Series(ids)
    return papers, pd.DataFrame({"citing": named[[a for a, _ in pairs]].to_numpy(),
                                 "cited": named[[b for _, b in pairs]].to_numpy()})  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables=draw_tables())
def test_files_give_the_matrix_of_frames_with_each_engine(
    form: str, tmp_path: Path, tables: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    papers, citations = tables
    known = citations["citing"].isin(papers["id"]) & citations["cited"].isin(papers["id"])
    expected = build_from_frames(papers, citations[known])
    files = write(tmp_path, "papers", papers, form), write(tmp_path, "citations", citations, form)

    assert_equal(expected, build(*files, engine="pandas"))
    if HAS_DUCKDB:
        assert_equal(expected, build(*files, engine="duckdb"))


@needs_duckdb
@pytest.mark.parametrize("engine", ["duckdb", "pandas"])
def test_types_of_parquet_columns(engine: Engine, tmp_path: Path) -> None:
    """Days and moments, zones, whole numbers of 64 bits, and categories."""
    ids = pd.array([2**64 - 1, 7, 2**63], dtype="UInt64")
    moments = pd.to_datetime(["2020-01-01T01:00+02:00", None, "2018-05-05T12:00+00:00"], utc=True)
    papers = pd.DataFrame({"id": ids.to_numpy("uint64"), "date": moments, "year": [None, 2019.0, None]})
    citations = pd.DataFrame({"citing": ids.to_numpy("uint64")[[0, 1]], "cited": ids.to_numpy("uint64")[[1, 2]]})
    matrix = build(write(tmp_path, "p", papers, "parquet"), write(tmp_path, "c", citations, "parquet"), engine)

    assert (str(2**63), "7", str(2**64 - 1)) == matrix.papers
    assert ["2018-05-05", "2019-07-01", "2019-12-31"] == [str(day) for day in matrix.dates]
    assert {(str(2**64 - 1), "7"), ("7", str(2**63))} == list_pairs(matrix)

    naive = papers.assign(date=moments.tz_localize(None), id=pd.Series(["b", "a", "c"], dtype="category"))
    edges = pd.DataFrame({"citing": ["b"], "cited": ["c"]})
    matrix = build(write(tmp_path, "n", naive, "parquet"), write(tmp_path, "e", edges, "parquet"), engine)
    assert ("c", "a", "b") == matrix.papers
    assert {("b", "c")} == list_pairs(matrix)


@needs_duckdb
@pytest.mark.parametrize("engine", ["duckdb", "pandas"])
def test_whole_numbers_of_other_widths_are_compared_exactly(engine: Engine, tmp_path: Path) -> None:
    """As floats, 2**53 and 2**53 + 1 would be one paper; as bits, -1 and 2**64 - 1 would be."""
    ids = pd.DataFrame({"id": np.array([2**53, 2**53 + 1, 2**64 - 1], dtype=np.uint64)})
    edges = {"citing": np.array([2**53 + 1, -1]), "cited": np.array([2**53, 2**53])}
    papers, citations = (
        write(tmp_path, name, table, "parquet") for name, table in (("p", ids), ("c", pd.DataFrame(edges)))
    )

    assert {(str(2**53 + 1), str(2**53))} == list_pairs(build(papers, citations, engine))


@needs_duckdb
@pytest.mark.parametrize("engine", ["duckdb", "pandas"])
def test_numbers_and_text_are_compared_as_text(engine: Engine, tmp_path: Path) -> None:
    papers = write(tmp_path, "p", pd.DataFrame({"id": [7, 12]}), "parquet")

    matrix = build(papers, write_text(tmp_path / "c.csv", "citing,cited\n12,7\n007,12\n"), engine)
    assert {("12", "7")} == list_pairs(matrix)
    assert ("12", "7") == matrix.papers


@pytest.mark.parametrize("engine", ENGINES)
def test_ids_of_csv_are_text(engine: Engine, tmp_path: Path) -> None:
    """Also those that pandas would take for missing or for numbers, and beyond 64 bits."""
    ids = ["NA", "null", "007", "7", "1e3", str(2**70), 'a "quoted, one"', " x"]
    quoted = ['"' + name.replace('"', '""') + '"' for name in ids]
    papers = write_text(tmp_path / "p.csv", "\ufeffid,title\r\n" + "".join(f'{name},"a\nb"\r\n' for name in quoted))
    edges = "".join(f"{one},{two}\n" for one, two in zip(quoted[1:], quoted, strict=False))
    matrix = build(papers, write_text(tmp_path / "c.csv", f"citing,cited\n{edges}"), engine)

    assert tuple(sorted(ids)) == matrix.papers
    assert set(zip(ids[1:], ids, strict=False)) == list_pairs(matrix)


@pytest.mark.parametrize("engine", ENGINES)
def test_columns_with_other_names(engine: Engine, tmp_path: Path) -> None:
    papers = write_text(tmp_path / "papers [1]*.csv", "published,work,id\n2020-01-01,a,x\n2019-01-01,b,y\n")
    citations = write_text(tmp_path / "it's.csv", "source,target\na,b\n")
    names = {"id": "work", "date": "published", "citing": "source", "cited": "target"}
    matrix = build(papers, citations, engine, columns=names)

    assert ("b", "a") == matrix.papers
    assert ["2019-01-01", "2020-01-01"] == [str(day) for day in matrix.dates]
    with pytest.raises(TableError, match=r"it's.csv: has no column 'citing'; its columns are 'source', 'target'. .*"):
        build(papers, citations, engine)
    with pytest.raises(TableError, match=r"has no column 'day'; its columns are 'published', 'work', 'id'. If date"):
        build(papers, citations, engine, columns={**names, "date": "day"})
    with pytest.raises(ValueError, match="columns: 'ids' is no column that flgraph reads; it reads id, date"):
        build(papers, citations, engine, columns={"ids": "work"})


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_left_out_are_counted(engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    papers = write_text(tmp_path / "p.csv", "id,year\na,2020\nb,2019\nc,2018\n")
    rows = "a,b\na,b\na,b\nb,b\na,x\nx,y\n"
    with caplog.at_level(logging.WARNING, "flgraph"):
        matrix = build(papers, write_text(tmp_path / "c.csv", f"citing,cited\n{rows}"), engine)

    assert {("a", "b")} == list_pairs(matrix)
    left_out = "2 with a paper that is not in the file of papers, 1 of a paper by itself and 2 given before"
    assert [f"citations: left out 5 rows: {left_out}"] == caplog.messages
    caplog.clear()
    build(papers, write_text(tmp_path / "back.csv", "citing,cited\nb,a\nc,a\n"), engine)
    assert ["citations: 2 of 2 cite a newer paper; are the columns citing and cited swapped?"] == caplog.messages


@pytest.mark.parametrize("engine", ENGINES)
def test_empty_tables(engine: Engine, tmp_path: Path) -> None:
    none = write_text(tmp_path / "c.csv", "citing,cited\n")

    assert 0 == len(build(write_text(tmp_path / "p.csv", "id\n"), none, engine).papers)
    matrix = build(write_text(tmp_path / "q.csv", "id\n\na\n"), none, engine)
    assert (("a",), 0) == (tuple(matrix.papers), matrix.citations)


# --- bad input -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("papers", "citations", "expected"),
    [
        ("id,date\na,3/4/2019\n", "", r"p.csv: date holds '3/4/2019'; should be a day such as 2024-01-31"),
        ("id,date\na,2019-02-30\n", "", r"p.csv: date holds '2019-02-30'; should be a day"),
        ("id,date\na,2019\n", "", r"p.csv: date holds '2019'; .* years go into the column year"),
        ("id,year\na,2019.5\n", "", r"p.csv: year holds '2019.5'; should be a year from 1000 to 9999"),
        ("id,year\na,19\n", "", r"p.csv: year holds '19'"),
        ("id,citation_count\na,-1\n", "", r"p.csv: citation_count holds '-1'; should be a number from 0"),
        ("id,reference_count\na,many\n", "", r"p.csv: reference_count holds 'many'"),
        ("id,year\na,2019\n,2018\n", "", r"p.csv: id is missing in 1 row$"),
        ("id\nb\na\nb\n", "", r"p.csv: paper 'b' is listed twice"),
        ("id\na\nb\n", "a,b\na,\n", r"c.csv: cited is missing in 1 row$"),
        ("id\na\nb\n", "1,2\n3,4\n", r"c.csv: none of its 2 rows is between papers of .*p.csv; are the ids of"),
        ("id,id\na,b\n", "", r"p.csv: has 2 columns 'id'"),
        ("", "", r"p.csv: is empty; the first line should name the columns"),
        ("id,title\na,b\nc,d,e\n", "", r"p.csv: cannot be read \(.*olumns: 2 Found: 3|.* 2 cells, and has 3: 'c'"),
        ("id\na,b\n", "", r"p.csv: cannot be read \(.*olumns: 1 Found: 2.*|.* 1 cells, and has 2: 'a'.*"),
        ("id,title\na,b\nc\n", "", r"p.csv: cannot be read \(.*olumns: 2 Found: 1.*|.* 2 cells, and has 1: 'c'.*"),
        ('id,title\na,"cut', "", r"p.csv: cannot be read \(.*\); is it whole"),
    ],
)  # fmt: skip
def test_bad_values_are_one_line(engine: Engine, tmp_path: Path, papers: str, citations: str, expected: str) -> None:
    files = write_text(tmp_path / "p.csv", papers), write_text(tmp_path / "c.csv", f"citing,cited\n{citations}")

    with pytest.raises(TableError, match=expected) as caught:
        build(*files, engine=engine)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("form", ["csv.gz", pytest.param("parquet", marks=needs_duckdb)])
def test_a_truncated_file_is_one_line(engine: Engine, form: str, tmp_path: Path) -> None:
    names = [f"W{number}" for number in range(20_000)]
    papers = write(tmp_path, "p", pd.DataFrame({"id": names}), form)
    whole = papers.read_bytes()
    citations = write(tmp_path, "c", pd.DataFrame({"citing": names[1:], "cited": names[:-1]}), form)
    papers.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(TableError, match=rf"p.{form}: cannot be read \(.+\); is it whole, .*") as caught:
        build(papers, citations, engine)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("damage", ["the last byte", "the checksum", "the end of a row"])
def test_a_damaged_gzip_loses_no_row_in_silence(engine: Engine, damage: str, tmp_path: Path) -> None:
    """The rows that are left are valid, so only the end of the stream tells."""
    papers = write_text(tmp_path / "p.csv", "id\n" + "".join(f"W{number}\n" for number in range(99)))
    rows = "".join(f"W{number},W{number - 1}\n" for number in range(1, 99))
    whole = gzip.compress(f"citing,cited\n{rows}".encode(), compresslevel=0)
    damaged = {
        "the last byte": whole[:-1],
        "the checksum": whole[:-8] + bytes(8),
        "the end of a row": whole[: whole.rindex(b"\nW98,") + 1],
    }
    (tmp_path / "c.csv.gz").write_bytes(damaged[damage])

    with pytest.raises(TableError, match=r"c.csv.gz: cannot be read \(.+\); is it whole") as caught:
        build(papers, tmp_path / "c.csv.gz", engine)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("engine", ENGINES)
def test_files_that_cannot_be_read(engine: Engine, tmp_path: Path) -> None:
    citations = write_text(tmp_path / "c.csv", "citing,cited\n")
    (tmp_path / "latin.csv").write_bytes(b"id,title\na,\xfc\n")

    with pytest.raises(TableError, match=r"none.csv: cannot be read \(No such file or directory\)"):
        build(tmp_path / "none.csv", citations, engine)
    (tmp_path / "folder.parquet").mkdir()
    with pytest.raises(TableError, match=r"folder.parquet: is a folder; should be one file"):
        build(tmp_path / "folder.parquet", citations, engine)
    with pytest.raises(TableError, match=r"p.xlsx: should be a file in .parquet, .csv"):
        build(tmp_path / "p.xlsx", citations, engine)
    with pytest.raises(TableError, match=r"latin.csv: cannot be read"):
        build(tmp_path / "latin.csv", citations, engine)
    write_text(tmp_path / "plain.csv.gz", "id\na\n")
    with pytest.raises(TableError, match=r"plain.csv.gz: cannot be read"):
        build(tmp_path / "plain.csv.gz", citations, engine)


@needs_duckdb
@pytest.mark.parametrize("engine", ["duckdb", "pandas"])
def test_ids_of_other_types_are_refused(engine: Engine, tmp_path: Path) -> None:
    citations = write_text(tmp_path / "c.csv", "citing,cited\n")

    with pytest.raises(TableError, match=r"f.parquet: id holds double; should hold whole numbers or text"):
        build(write(tmp_path, "f", pd.DataFrame({"id": [1.0, 2.0]}), "parquet"), citations, engine)
    with pytest.raises(TableError, match=r"y.parquet: date holds '2019'; should be a day"):
        build(write(tmp_path, "y", pd.DataFrame({"id": [1], "date": [2019]}), "parquet"), citations, engine)
    with pytest.raises(TableError, match=r"m.parquet: id is missing in 1 row"):
        build(write(tmp_path, "m", pd.DataFrame({"id": ["a", None]}), "parquet"), citations, engine)


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="engine is 'spark'; should be one of duckdb, pandas, or None"):
        build(tmp_path / "p.csv", tmp_path / "c.csv", "spark")  # type: ignore[arg-type]
