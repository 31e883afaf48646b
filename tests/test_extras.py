"""What is said where an extra is not installed: in processes in which its modules cannot be imported."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest

from flgraph.cli.doctor_checks import check_extras
from flgraph.extras import EXTRAS, MODULES, has_extra, require_extra, show_install

ROOT = Path(__file__).parents[1]
PLOT = "fg.plot_timeline(fg.build_timeline(fg.read_graph('flgraph-out')))"
PICTURE = "fg.write_png(fg.read_graph('flgraph-out'), 'map.png')"
FILES = "fg.build_from_files({papers!r}, 'citations.csv', engine={engine!r}, progress='off')"
RANKING = "fg.write_ranking(fg.rank_matrix(matrix), 'ranking.parquet')"
NAMES = {"resvg_py": "resvg-py"}
"""Packages with another name than their module."""


def install(extra: str) -> str:
    return f"needs the extra {extra}; install it with: pip install 'flgraph[{extra}]'"


def run_without(extra: str, code: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a process in which no module of an extra can be imported."""
    blocked = f"import sys; sys.modules |= dict.fromkeys({MODULES[extra]!r})\n"  # type: ignore[index]
    command = [sys.executable, "-c", blocked + code, *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def run_command_without(extra: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return run_without(extra, "from flgraph.cli.main import main; main()", *arguments, cwd=cwd)


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    (tmp_path / "papers.csv").write_text("id,year\nW1,2018\nW2,2019\nW3,2020\n")
    (tmp_path / "citations.csv").write_text("citing,cited\nW3,W1\nW3,W2\nW2,W1\n")
    (tmp_path / "papers.parquet").write_bytes(b"PAR1")
    return tmp_path


def test_the_extras_are_those_of_the_package() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    listed = {extra: tuple(line.partition(">")[0] for line in lines) for extra, lines in groups.items()}

    assert set(listed) - {"dev"} == set(EXTRAS) == set(MODULES)
    assert {extra: tuple(NAMES.get(name, name) for name in modules) for extra, modules in MODULES.items()} == {
        extra: listed[extra] for extra in EXTRAS
    }


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_is_there_if_all_of_its_modules_can_be_imported(extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    modules = MODULES[extra]  # type: ignore[index]
    expected = all(find_spec(name) is not None for name in modules)

    assert expected == has_extra(extra)  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, modules[-1], None)
    assert not has_extra(extra)  # type: ignore[arg-type]
    assert has_extra(extra, ["json"])  # type: ignore[arg-type]
    with pytest.raises(Exception, match=r"^a cat needs the extra (\w+); install it with: pip install 'flgraph\[\1\]'$"):
        require_extra(extra, "a cat")  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("extra", "code", "expected"),
    [
        ("bulk", FILES.format(papers="papers.parquet", engine=None), "papers.parquet: Parquet {}, or use CSV"),
        ("bulk", FILES.format(papers="papers.csv", engine="duckdb"), "engine duckdb {}, or choose engine pandas"),
        ("bulk", RANKING, "ranking.parquet: Parquet {}, or use CSV"),
    ],
)
def test_python_names_a_missing_bulk(extra: str, code: str, expected: str, tables: Path) -> None:
    build = f"matrix = {FILES.format(papers='papers.csv', engine=None)}"
    done = run_without(extra, f"import flgraph as fg\n{build}\n{catch(code)}", cwd=tables)

    assert f"{expected.format(install(extra))}\n" == done.stdout, done.stderr
    assert not (tables / "ranking.parquet").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("extra", "code", "expected"), [("plots", PLOT, "a plot {}"), ("png", PICTURE, "PNG {}, or write SVG")]
)
def test_python_names_a_missing_extra_of_pictures(extra: str, code: str, expected: str, graph_folder: Path) -> None:
    done = run_without(extra, f"import flgraph as fg\n{catch(code)}", cwd=graph_folder)

    assert f"{expected.format(install(extra))}\n" == done.stdout, done.stderr


def catch(code: str) -> str:
    return f"try: {code}\nexcept fg.FlgraphError as error: print(error)"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (["-o", "ranking.parquet"], "ranking.parquet: Parquet {}, or use CSV"),
        (["--papers", "papers.parquet"], "papers.parquet: Parquet {}, or use CSV"),
    ],
)
def test_rank_names_a_missing_bulk(more: Sequence[str], expected: str, tables: Path) -> None:
    files = ["--papers", "papers.csv", "--citations", "citations.csv", *more]
    done = run_command_without("bulk", "rank", *files, cwd=tables)

    assert (1, "", f"error: {expected.format(install('bulk'))}\n") == (done.returncode, done.stdout, done.stderr)
    assert not (tables / "ranking.parquet").exists()


@pytest.mark.slow
def test_csv_needs_no_bulk(tables: Path) -> None:
    files = ["--papers", "papers.csv", "--citations", "citations.csv", "--measure", "citation_count"]
    done = run_command_without("bulk", "rank", *files, "-o", "-", cwd=tables)

    table = "rank,id,score,citations,date\n1,W1,2.0,2,2018-07-01\n2,W2,1.0,1,2019-07-01\n3,W3,0.0,0,2020-07-01\n"
    assert (0, table) == (done.returncode, done.stdout)


@pytest.mark.slow
def test_map_names_a_missing_png(graph_folder: Path) -> None:
    done = run_command_without("png", "map", "flgraph-out", "-o", "map.png", cwd=graph_folder)

    assert (1, "") == (done.returncode, done.stdout)
    assert f"error: PNG {install('png')}, or write SVG" == done.stderr.splitlines()[-1]


@pytest.mark.parametrize("installed", [True, False])
def test_doctor_lists_every_extra(*, installed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not installed:
        monkeypatch.setattr(sys, "path", [])
    found = {check.name: (check.found, check.remedy) for check in check_extras()}

    assert [f"extra: {extra}" for extra in EXTRAS] == list(found)
    for extra in EXTRAS:
        packages = [NAMES.get(name, name) for name in MODULES[extra]]
        if not installed:
            expected = f"optional, not installed: {', '.join(packages)}", f"pip install 'flgraph[{extra}]'"
            assert expected == found[f"extra: {extra}"]
        elif has_extra(extra):
            assert (", ".join(f"{name} {version(name)}" for name in packages), "") == found[f"extra: {extra}"]


def test_the_install_line_is_quoted_for_a_shell() -> None:
    assert ["pip install 'flgraph[bulk]'", "pip install 'flgraph[png]'"] == [*map(show_install, ("bulk", "png"))]
