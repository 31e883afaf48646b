"""`flgraph index`: what it prints, and how it fails."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.bulk.releases import make_works, write_lines, write_openalex, write_semantic_scholar
from tests.running import run

HAS_BULK = all(find_spec(name) is not None for name in ("duckdb", "pyarrow"))
needs_bulk = pytest.mark.skipif(not HAS_BULK, reason="needs the extra bulk: pip install 'flgraph[bulk]'")


def index(*arguments: str, cwd: Path) -> tuple[int, str, str]:
    done = run("index", *arguments, cwd=cwd)
    return done.returncode, done.stdout, done.stderr


@needs_bulk
def test_the_index_is_named_and_counted(tmp_path: Path) -> None:
    write_openalex(tmp_path)
    write_lines(tmp_path / "works" / "updated_date=2026-03-01" / "part_0000.gz", make_works(200, 201, day="2026-03-01"))
    code, out, err = index("works", "-o", "index", "--release", "2026-11-01", cwd=tmp_path)
    assert (0, "index/index.json\n") == (code, out)
    assert (
        "OpenAlex, release 2026-11-01: 32 works, 32 citations\n1 record left out: another of the same work is later\n"
    ) == err


@needs_bulk
def test_semantic_scholar_is_read_from_two_folders(tmp_path: Path) -> None:
    write_semantic_scholar(tmp_path)
    arguments = ["papers", "citations", "-o", "index", "--source", "semantic-scholar", "--memory", "1GB"]
    code, _, err = index(*arguments, "--threads", "2", cwd=tmp_path)
    assert 0 == code
    assert (
        "Semantic Scholar, release of unknown day (name it with --release: snapshots need it): "
        "2 works, 3 citations\n1 citation left out: a paper has no id\n"
    ) == err


@needs_bulk
def test_quiet_prints_nothing(tmp_path: Path) -> None:
    write_openalex(tmp_path)
    assert (0, "", "") == index("works", "-o", "index", "-q", cwd=tmp_path)


@needs_bulk
def test_a_plan_is_printed_and_nothing_written(tmp_path: Path) -> None:
    write_openalex(tmp_path)
    code, out, err = index("works", "-o", "index", "--plan", "--threads", "2", "--memory", "8GB", cwd=tmp_path)
    assert (0, "") == (code, err)
    lines = out.splitlines()
    assert lines[0].startswith("to read: 3 files, ")
    assert lines[1].startswith("disk: about ")
    assert "memory: at most 8 GB for 2 threads" == lines[2]
    assert lines[3].startswith("time: about ")
    assert not (tmp_path / "index").exists()


@needs_bulk
def test_a_bad_file_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    write_lines(tmp_path / "works.jsonl", [*make_works(1, 3), "{"])
    code, out, err = index("works.jsonl", "-o", "index", cwd=tmp_path)
    assert (1, "") == (code, out)
    path = tmp_path / "works.jsonl"
    assert f"error: {path}:3: is not a JSON object; mend or remove the line, then run the command again\n" == err


@needs_bulk
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--memory", "much"], "memory is 'much'; should be a size such as 8GB"),
        (["--release", "autumn"], "release is 'autumn'; should be a day"),
        (["--threads", "0"], "0 is not in the range x>=1"),
    ],
)
def test_wrong_options_are_wrong_usage(arguments: list[str], message: str, tmp_path: Path) -> None:
    write_openalex(tmp_path)
    code, _, err = index("works", "-o", "index", *arguments, cwd=tmp_path)
    assert 2 == code
    assert message in err


def test_without_the_extra_it_is_named(tmp_path: Path) -> None:
    write_openalex(tmp_path)
    blocked = "import sys; sys.modules |= {'duckdb': None, 'pyarrow': None}; from flgraph.cli.main import main; main()"
    command = [sys.executable, "-c", blocked, "index", str(tmp_path / "works"), "-o", str(tmp_path / "index")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (1, "error: an index needs the extra bulk; install it with: pip install 'flgraph[bulk]'\n") == (
        done.returncode,
        done.stderr,
    )
