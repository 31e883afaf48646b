"""What the page on Spark shows is what it prints, and the benchmark runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from benchmarks import spark
from tests.examples import refresh
from tests.test_benchmarks import read_report

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.spark


def test_the_examples_of_the_page_print_what_it_shows(
    session: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Callable[[str, str], None]
) -> None:
    """Run with --update-golden to rewrite the page; its session is the one of the tests, with a folder of its own."""
    copytree(ROOT / "notebooks", tmp_path / "notebooks")
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "spark.md").read_text(encoding="utf-8")
    # Java does not follow a change of the folder.
    for name in ("notebooks/", "work"):
        page = page.replace(f'"{name}', f'"{tmp_path}/{name}')

    printed = refresh(page).replace(f"{tmp_path}/", "")

    golden("../../docs/spark.md", printed)


def test_blocks_are_measured_beside_joins_and_graphx(
    session: SparkSession, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    code = spark.main(["--papers", "40", "--peer-papers", "30", "--graphx-steps", "3", "--json", str(report)])

    title, figures, _ = read_report(capsys.readouterr().out, report, code)
    assert title.startswith("spark: blocks 40 synthetic papers, ")
    assert 15 == len(figures)
    assert all(value < 1 for name, value in figures.items() if "L1 to one machine" in name)
    assert all(value > 0 for name, value in figures.items() if "step" in name and "GraphX" not in name)
