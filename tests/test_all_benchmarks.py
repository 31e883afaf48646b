"""`python -m benchmarks`: every benchmark apart, its figures on one page, and what is missing said."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import __main__ as program
from benchmarks import running
from benchmarks.page import MARK, write_page
from benchmarks.registry import BENCHMARKS, Benchmark
from benchmarks.report import Figure, show_number
from benchmarks.running import Outcome, run_benchmark

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
HELPERS = {"differences", "edge_lists", "field_extraction", "machine", "map_pages", "map_places", "page",
           "pagerank_solver", "planted", "registry", "report", "running", "server", "stock"}  # fmt: skip

SCRIPT = """
import os, sys, time
from benchmarks.report import Figure, make_parser, print_report
parser = make_parser("A benchmark of a test.")
parser.add_argument("--do", default="")
options = parser.parse_args()
if options.do == "crash":
    raise ValueError("it crashed")
if options.do == "sleep":
    time.sleep(60)
figures = [
    Figure("threads", float(os.environ["OMP_NUM_THREADS"]), "", at_most=1),
    Figure("time | wall", 3.0, "s", at_most=2 if options.do == "miss" else 4, peer="peer", peer_value=6.0),
]
raise SystemExit(print_report("a title", figures, options, skipped=["other peer, not installed"]))
"""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a benchmark of a test, which `benchmarks.made_by_a_test` finds."""
    package = tmp_path / "benchmarks"
    package.mkdir()
    (package / "made_by_a_test.py").write_text(f'"""Measure nothing.\n\nMore."""\n{SCRIPT}')
    (package / "__init__.py").write_text(f"__path__.append({str(ROOT / 'benchmarks')!r})\n")
    monkeypatch.chdir(tmp_path)  # where `python -m` looks first
    monkeypatch.setattr("benchmarks.registry._FOLDER", package)
    return tmp_path


def make(name: str = "made", **more: object) -> Benchmark:
    return replace(Benchmark(name, module="made_by_a_test"), **more)  # type: ignore[arg-type]


def run(*arguments: str, benchmarks: list[Benchmark]) -> int:
    return program.main(arguments, benchmarks)


# --- the registry ----------------------------------------------------------------------------------------


def test_every_module_that_measures_is_registered() -> None:
    modules = {path.stem for path in (ROOT / "benchmarks").glob("*.py")} - {"__init__", "__main__"}
    registered = {benchmark.module or benchmark.name for benchmark in BENCHMARKS}

    assert registered == {name for name in modules - HELPERS if not name.startswith("synthetic")}
    assert len(BENCHMARKS) == len({benchmark.name for benchmark in BENCHMARKS})
    for benchmark in BENCHMARKS:
        assert benchmark.read_summary().endswith((".", "?"))


@pytest.mark.slow
@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda benchmark: benchmark.name)
def test_its_options_are_those_of_the_module(benchmark: Benchmark, capsys: pytest.CaptureFixture[str]) -> None:
    if benchmark.find_reason(ROOT) and benchmark.packages:
        pytest.importorskip(benchmark.packages[0])
    main = import_module(f"benchmarks.{benchmark.module or benchmark.name}").main
    _, *options = benchmark.list_arguments(ROOT, quick=True)
    with pytest.raises(SystemExit) as ended:
        main([*options, "--help"])

    assert 0 == ended.value.code
    assert "--json FILE" in capsys.readouterr().out


def test_every_benchmark_has_its_table_and_its_explanation() -> None:
    sections = {
        section.partition("\n")[0]: section for section in PAGE.read_text("utf-8").partition(MARK)[2].split("\n## ")[1:]
    }
    explained = (ROOT / "benchmarks" / "README.md").read_text("utf-8")

    assert [benchmark.name for benchmark in BENCHMARKS] == list(sections)
    for benchmark in BENCHMARKS:
        assert "| figure | value | beside | target |" in sections[benchmark.name]
        assert "date 20" in sections[benchmark.name]
        assert f"\n### {benchmark.module or benchmark.name}\n" in explained


# --- a run -----------------------------------------------------------------------------------------------


def test_figures_are_printed_beside_peer_and_target(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, report = made / "page.md", made / "report.json"

    assert 0 == run("--json", str(report), "--markdown", str(page), benchmarks=[make()])
    printed = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"made: \d+ s, 2 figures, targets: 2 met, 0 missed", printed[0])
    assert "time | wall 3 s beside peer 6 s target <= 4, met" == " ".join(printed[3].split())
    assert "  skipped: other peer, not installed" == printed[4]
    assert "  no target was missed" == printed[-1]
    (found,) = json.loads(report.read_text("utf-8"))
    assert (3.0, "peer", 6.0, False) == tuple(
        found["figures"][1][name] for name in ("value", "peer", "peer_value", "is_missed")
    )
    assert {"date", "processor", "cores", "memory", "Python", "numpy"} <= found["machine"].keys()
    assert "| time \\| wall | 3 s | peer 6 s | <= 4, met |" in page.read_text("utf-8").replace("\\<", "<")
    assert "Skipped: other peer, not installed." in page.read_text("utf-8")
    assert "Measure nothing. `python -m benchmarks.made_by_a_test`" in page.read_text("utf-8")


@pytest.mark.slow
def test_a_crash_or_a_missing_package_does_not_stop_the_others(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    benchmarks = [
        make("crash", options=("--do", "crash")),
        make("package", packages=("json", "no_such_package")),
        make("program", programs=("no-such-program",)),
        make("data", data="no/such/folder"),
        make("last"),
    ]

    assert 1 == run("--data", str(made), "--markdown", str(made / "page.md"), benchmarks=benchmarks)
    printed = capsys.readouterr().out
    assert "crash: failed: exit code 1: ValueError: it crashed\n" in printed
    assert "package: skipped: not installed: no_such_package\n" in printed
    assert "program: skipped: not installed: no-such-program\n" in printed
    assert f"data: skipped: {made} has no no/such/folder\n" in printed
    assert re.search(r"^last: \d+ s, 2 figures, targets: 2 met, 0 missed$", printed, re.MULTILINE)
    assert "no target was missed" not in printed
    page = (made / "page.md").read_text("utf-8")
    assert "Failed: exit code 1: ValueError: it crashed." in page
    assert "Skipped: not installed: no\\_such\\_package." in page
    assert 0 == run(benchmarks=benchmarks[1:2])


@pytest.mark.slow
def test_a_missed_target_is_an_exit_code_and_a_quick_run_judges_none(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = make("miss", options=("--do", "miss"), quick=("--do", "miss"))

    assert 1 == run("--markdown", str(made / "page.md"), benchmarks=[missing])
    assert "  miss, time | wall: 3 s, target <= 2, missed\n" in capsys.readouterr().out
    assert "**missed**" in (made / "page.md").read_text("utf-8")
    assert 0 == run("--quick", "--markdown", str(made / "page.md"), benchmarks=[missing])
    printed = capsys.readouterr().out
    assert "quick run: targets are not judged" in printed
    assert "target <=" not in printed
    page = (made / "page.md").read_text("utf-8")
    assert "A quick run with smaller sizes. Targets are not judged." in page
    assert "missed" not in page


@pytest.mark.slow
def test_a_benchmark_that_takes_too_long_is_ended(made: Path) -> None:
    began = time.monotonic()
    outcome = run_benchmark(make(options=("--do", "sleep")), None, patience=0.5)

    assert ("failed", "took more than 0.5 s") == (outcome.state, outcome.reason)
    assert time.monotonic() - began < 30


@pytest.mark.slow
def test_an_interrupted_run_ends_at_once() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks", "field_intervals"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # ignored below some shells
    )
    assert process.stderr is not None
    assert "[1/1] field_intervals ...\n" == process.stderr.readline()
    process.send_signal(signal.SIGINT)

    assert ("", "") == process.communicate(timeout=60)
    assert 130 == process.returncode


def test_benchmarks_are_listed_and_unknown_names_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == program.main(["--list"])
    listed = capsys.readouterr().out.splitlines()
    assert [benchmark.name for benchmark in BENCHMARKS] == [line.split()[0] for line in listed[::2]]
    assert "python -m benchmarks.pagerank --large --rounds 2" in "\n".join(listed)
    with pytest.raises(SystemExit) as ended:
        program.main(["pagernak"])
    assert 2 == ended.value.code
    assert "no benchmark is called pagernak; there are startup, lint" in capsys.readouterr().err


# --- the page --------------------------------------------------------------------------------------------


def test_the_preface_and_the_sections_of_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    one, two = (
        Outcome(name, f"About {name}.", "done", title=name, figures=(Figure("time", 1.0, "s"),)) for name in ("a", "b")
    )
    write_page(page, [two], ["a", "b"])
    page.write_text(page.read_text("utf-8").replace("# Figures", "A preface.\n\n# Figures", 1))
    before = page.read_text("utf-8")
    write_page(page, [one, replace(two, state="skipped", reason="no peer")], ["a", "b"])
    after = page.read_text("utf-8")

    assert after.startswith("A preface.\n\n# Figures")
    assert before.partition(MARK)[2].strip() in after
    assert after.index("## a\n") < after.index("## b\n")
    write_page(page, [one], ["a"])
    assert "## b\n" not in page.read_text("utf-8")
    assert ["page.md"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0312, "0.031"), (9.871, "9.87"), (24.6, "24.6"), (200.04, "200.0"), (12345.6, "12,346"), (-0.5, "-0.500")],
)
def test_a_number_has_as_many_decimals_as_its_size_needs(value: float, shown: str) -> None:
    assert shown == show_number(value)


def test_a_figure_that_is_no_number_misses_its_target() -> None:
    assert Figure("of nothing", float("nan"), at_most=1).is_missed
    assert Figure("of nothing", float("nan"), at_least=1).is_missed
    assert not Figure("of nothing", float("nan")).is_missed
    assert running.Outcome("a", "", "done", figures=(Figure("a", 2.0, at_most=1),)).missed
