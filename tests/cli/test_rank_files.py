"""`flgraph rank --papers --citations`: what it prints and writes, and what it refuses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest

from tests.full_disk import write_limit
from tests.running import run

HAS_BULK = all(find_spec(name) is not None for name in ("duckdb", "pyarrow"))
TABLE = "rank,id,score,citations,date\n1,W1,2.0,2,2018-05-01\n2,W2,1.0,1,2019-07-01\n3,'=W3,0.0,0,2020-01-02\n"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    papers, citations = tmp_path / "papers.csv", tmp_path / "citations.csv"
    papers.write_text("id,date,year\n=W3,2020-01-02,\nW1,2018-05-01,\nW2,,2019\n")
    citations.write_text("citing,cited\n=W3,W1\n=W3,W2\nW2,W1\n")
    return ["--papers", str(papers), "--citations", str(citations)]


def rank(*arguments: str) -> tuple[int, str, str]:
    done = run("rank", *arguments, cwd=Path.cwd())
    return done.returncode, done.stdout, done.stderr


def test_the_first_papers_are_printed(files: list[str]) -> None:
    code, out, err = rank(*files, "--measure", "citation_count", "--top", "2")

    assert 0 == code
    assert ["rank id score citations date", "1 W1 2 2 2018-05-01", "2 W2 1 1 2019-07-01"] == [
        " ".join(line.split()) for line in out.splitlines()
    ]
    assert f"{files[1]}: 3 papers by citation_count, 3 citations\n1 more; use -o FILE to write all\n" == err


def test_all_papers_are_written_as_csv(files: list[str], tmp_path: Path) -> None:
    output = tmp_path / "ranking.csv"
    measure = "--measure", "citation_count"

    assert (0, f"{output}\n") == rank(*files, *measure, "-o", str(output))[:2]
    assert TABLE == output.read_text()
    assert (0, TABLE) == rank(*files, *measure, "-o", "-", "--top", "1")[:2]
    assert (0, TABLE) == rank(*files, *measure, "--format", "csv")[:2]
    assert (0, TABLE.replace("'", "")) == rank(*files, *measure, "--format", "csv", "--raw", "-o", "-")[:2]


@pytest.mark.skipif(not HAS_BULK, reason="needs the extra bulk: pip install 'flgraph[bulk]'")
def test_all_papers_are_written_as_parquet(files: list[str], tmp_path: Path) -> None:
    output = tmp_path / "ranking.parquet"

    assert (0, f"{output}\n") == rank(*files, "--measure", "citation_count", "-o", str(output))[:2]
    table = pd.read_parquet(output)
    assert {"rank": "int64", "score": "float64", "citations": "int64"} == {
        name: str(table[name].dtype) for name in ("rank", "score", "citations")
    }
    assert TABLE.replace("'", "") == table.to_csv(index=False)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (["flgraph-out"], "name either GRAPH, or --papers and --citations"),
        (["--by", "impulse"], "--by works with a graph, not with --papers and --citations"),
        (["--draws", "5"], "--draws works with a graph"),
        (["--column", "citing"], "--column is citing; should be such as citing=source"),
        (
            ["--column", "title=name"],
            "--column title=name: 'title' is no column that flgraph reads; it reads id, date, year, reference_count, c",
        ),
        (["-o", "ranking.txt"], "ranking.txt: should end in .parquet or .csv"),
        (["--measure", "fame"], "'fame' is not one of 'citation_count'"),
    ],
)
def test_wrong_usage_is_said(files: list[str], more: Sequence[str], expected: str) -> None:
    code, out, err = rank(*files, *more)

    assert (2, "") == (code, out)
    assert expected in err.splitlines()[-1]


def test_half_of_the_files_and_options_without_files_are_refused(files: list[str]) -> None:
    assert "--papers and --citations go together; name both files" in rank(*files[:2])[2]
    assert "--papers and --citations go together; name both files" in rank(*files[2:])[2]
    for option in (["--measure", "ram"], ["--column", "id=x"], ["-o", "x.csv"]):
        code, _, err = rank(*option)
        assert (2, True) == (code, f"{option[0]} works with --papers and --citations" in err)
    assert "would replace a file that the command reads" in rank(*files, "-o", files[1])[2]
    assert Path(files[1]).read_text().startswith("id,date")


def test_bad_files_are_one_line_and_leave_the_output(files: list[str], tmp_path: Path) -> None:
    output = tmp_path / "ranking.csv"
    output.write_text("kept")
    Path(files[3]).write_text("from,to\na,b\n")
    code, out, err = rank(*files, "-o", str(output))

    assert (1, "", "kept") == (code, out, output.read_text())
    said = (
        f"error: {files[3]}: has no column 'citing'; its columns are 'from', 'to'. If citing has another name there, "
    )
    assert f"{said}name it with --column citing=COLUMN, in Python with columns={{'citing': ...}}\n" == err


@pytest.mark.slow
@pytest.mark.parametrize(
    "form",
    ["csv", pytest.param("parquet", marks=pytest.mark.skipif(not HAS_BULK, reason="needs the extra bulk"))],
)
def test_a_full_disk_keeps_the_earlier_ranking(form: str, tmp_path: Path) -> None:
    """Written in a process that may write no file of more than 10 kB, which the system refuses as a full disk does."""
    (tmp_path / "papers.csv").write_text("id,year\n" + "".join(f"W{number},2020\n" for number in range(20_000)))
    (tmp_path / "citations.csv").write_text(
        "citing,cited\n" + "".join(f"W{n},W{n * n % 9_973}\n" for n in range(20_000))
    )
    output = tmp_path / f"ranking.{form}"
    output.write_text("the earlier ranking")
    files = {path.name for path in tmp_path.iterdir()}
    code = f"from flgraph.cli.main import main\n{write_limit(10_000)}\nmain()"
    arguments = ["rank", "--papers", "papers.csv", "--citations", "citations.csv", "-o", output.name]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    expected = f"error: {output.name}: cannot be written (File too large); choose a writable folder with -o"
    assert (1, "", expected) == (done.returncode, done.stdout, done.stderr.splitlines()[-1])
    assert "the earlier ranking" == output.read_text()
    assert files == {path.name for path in tmp_path.iterdir()}
