"""The commands similar, regions, gaps and timeline: tables, the same numbers for programs, and what they refuse."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from flgraph.graph.files import write_graph
from tests.analysis.planted import plant_groups
from tests.analysis.small_graphs import make_papers
from tests.running import run

COMMANDS = (["similar", "fedbn"], ["regions"], ["gaps"], ["timeline", "--facet", "task"])


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with the graph of two synthetic papers without any facts."""
    write_graph(make_papers({"a": None, "b": None}, []), tmp_path / "small.json")
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_form_has_the_same_rows(graph_folder: Path, command: list[str]) -> None:
    done = {form: run(*command, "--top", "3", "--format", form, cwd=graph_folder) for form in ("csv", "json")}
    rows = json.loads(done["json"].stdout)
    read = list(csv.DictReader(StringIO(done["csv"].stdout)))

    assert 3 == len(rows) == len(read)
    assert list(rows[0]) == list(read[0])
    for one, other in zip(rows, read, strict=True):
        assert {name: "" if value is None else str(value) for name, value in one.items()} == other


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(("form", "begins"), [("latex", "% "), ("markdown", "|")])
def test_each_command_has_forms_for_documents(
    graph_folder: Path, tmp_path: Path, command: list[str], form: str, begins: str
) -> None:
    path = tmp_path / "table"
    done = run(*command, "--format", form, "-o", str(path), cwd=graph_folder)

    assert 0 == done.returncode, done.stderr
    assert f"{path}\n" == done.stdout
    assert path.read_text(encoding="utf-8").startswith(begins)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_table_says_what_is_left_and_where_it_is_from(graph_folder: Path, command: list[str]) -> None:
    done = run(*command, "--top", "2", cwd=graph_folder)

    assert 0 == done.returncode
    assert done.stderr.startswith("flgraph-out/graph.json: Federated learning for healthcare; no snapshot; ")
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert (command[0] != "similar") == ("more; use --top" in done.stderr)


def test_similar_takes_the_graph_before_or_after_the_paper(graph_folder: Path) -> None:
    one, other = (
        run("similar", *names, cwd=graph_folder) for names in (["flgraph-out", "fedbn"], ["fedbn", "flgraph-out"])
    )

    assert one.stdout == other.stdout != ""
    assert "modality Functional MRI · dataset" in one.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["similar"], 2, "Missing argument"),
        (["similar", "fedbn", "fed-sim"], 2, "similar takes one paper; quote a title"),
        (["similar", "fedbnn"], 1, "'fedbnn' is not a node of this graph; did you mean 'fedbn'"),
        (["similar", "dataset:brats"], 1, "is not a paper of the catalog"),
        (["similar", "fedbn", "--top", "0"], 2, "0 is not in the range x>=1"),
        (["gaps", "--rows", "task", "--columns", "task"], 2, "should be two of modality, task"),
        (["gaps", "--rows", "tasks"], 2, "rows is 'tasks'"),
        (["timeline", "--facet", "tasks"], 2, "did you mean 'task'"),
        (["timeline", "--of", "venue", "--facet", "task"], 2, "use it with of='topic' only"),
        (["regions", "nowhere.json"], 1, "nowhere.json"),
        (["regions", "--raw"], 2, "--raw works with --format csv"),
        (["regions", "-o", "flgraph-out/graph.json"], 2, "would replace a file that the command reads"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_one_line(
    graph_folder: Path, arguments: list[str], code: int, said: str
) -> None:
    done = run(*arguments, cwd=graph_folder)

    assert code == done.returncode
    assert said in done.stderr.splitlines()[-1]
    assert "" == done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["regions", "small.json"], 0, "no regions: fewer than 10 papers share anything"),
        (["similar", "small.json", "a"], 0, "papers most similar to Synthetic a"),
        (["gaps", "small.json"], 1, "this graph has no topics; gaps need topics of two facets"),
        (["timeline", "small.json"], 1, "no paper of the catalog has both a year and a topic"),
    ],
)
def test_graphs_that_lack_something(small: Path, arguments: list[str], code: int, said: str) -> None:
    done = run(*arguments, "--format", "json", cwd=small)

    assert code == done.returncode
    assert said in done.stderr
    assert code == 1 or isinstance(json.loads(done.stdout), list)


@pytest.mark.slow
def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    write_graph(plant_groups(16), tmp_path / "graph.json")
    (tmp_path / "notes.txt").write_text("mine")
    done = run("regions", "graph.json", "--cache", "notes.txt", "--format", "json", cwd=tmp_path)

    assert 0 == done.returncode, done.stderr
    assert "mine" == (tmp_path / "notes.txt").read_text()


def test_hostile_names_reach_no_terminal_and_no_formula(tmp_path: Path) -> None:
    graph = plant_groups(8)
    for node, data in graph.nodes(data=True):
        graph.nodes[node].update({name: "=cmd()\x1b[31m" for name in ("title", "name", "label") if name in data})
    write_graph(graph, tmp_path / "graph.json")
    for command in (["similar", "graph.json", "p0000"], ["regions", "graph.json"], ["gaps", "graph.json"],
                    ["timeline", "graph.json"]):  # fmt: skip
        table, sheet = (run(*command, "--format", form, cwd=tmp_path) for form in ("table", "csv"))

        assert 0 == table.returncode, table.stderr
        assert "\x1b" not in table.stdout + table.stderr
        assert ",=cmd" not in sheet.stdout


def test_a_timeline_holds_its_growth_and_years(graph_folder: Path) -> None:
    rows = json.loads(run("timeline", "--facet", "task", "--format", "json", cwd=graph_folder).stdout)

    assert {"node", "name", "papers", "2020", "2023", "ratio", "low", "high"} <= set(rows[0])
    assert "topic:classification" == rows[0]["node"]
    assert all(row["papers"] == sum(value for name, value in row.items() if name.isdecimal()) for row in rows)


def test_gaps_that_lack_most_papers_come_first(graph_folder: Path) -> None:
    rows = json.loads(run("gaps", "--format", "json", cwd=graph_folder).stdout)

    assert sorted((row["missing"] for row in rows), reverse=True) == [row["missing"] for row in rows]
    assert all(0 <= row["chance"] <= 1 and row["papers"] < row["expected"] for row in rows)
    assert {"row": "topic:segmentation", "column": "topic:x-ray"}.items() <= rows[1].items()
