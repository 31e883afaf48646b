"""Tables for people and for LaTeX: keys to go on with, widths, and what a document can include."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from contextlib import redirect_stdout
from pathlib import Path

import pandas as pd
import pytest
from pylatexenc.latexwalker import LatexEnvironmentNode, LatexMacroNode, LatexWalker

from flgraph.cli.output import print_frame
from flgraph.graph.files import write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from tests.running import run

TITLE = "A long title of one paper that says many words about the things that it measures, compares and explains"
COMMANDS = [
    ["rank"],
    ["rank", "--by", "influence"],
    *(["rank", "--of", kind] for kind in ("authors", "venues", "datasets", "codebases", "topics")),
    ["suggest"],
    ["find", "--since", "2000"],
]


@pytest.fixture(scope="module")
def cited_folder(cited_graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where commands find the graph of the synthetic list; not to be written into."""
    folder = tmp_path_factory.mktemp("cited")
    write_graph(cited_graph, folder / "flgraph-out" / "graph.json")
    return folder


class Terminal(io.StringIO):
    """What a terminal shows."""

    def isatty(self) -> bool:
        return True


def print_rows(rows: pd.DataFrame, to: io.StringIO, form: str = "table") -> str:
    with redirect_stdout(to):
        print_frame(rows, form, shown=rows, caption="Synthetic")
    return re.sub(r"\x1b\[[0-9;]*m", "", to.getvalue())


def make_rows(**columns: object) -> pd.DataFrame:
    rows = pd.DataFrame(
        {"rank": [1], "title": [TITLE], "reason": ["cited by many of them and some of those"], **columns}
    )
    return rows.set_index(pd.Index(["paper:long-key-of-a-paper"], name="node"))


# --- keys ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_key_of_a_table_is_one_that_show_accepts(
    cited_folder: Path, graph_folder: Path, command: list[str]
) -> None:
    folder = graph_folder if "--of" in command else cited_folder
    table = run(*command, cwd=folder).stdout.splitlines()
    nodes = [row["node"] for row in json.loads(run(*command, "--format", "json", cwd=folder).stdout)]
    column = next(found.span() for line in table if (found := re.search(r"\bkey +", line)))
    keys = [line[slice(*column)].strip() for line in table if line[slice(*column)].strip() not in ("", "key")]

    assert [node.partition(":")[2] for node in nodes] == keys
    assert run("show", keys[0], cwd=folder).stdout.startswith(f"{nodes[0]}")


def test_explain_accepts_the_key_of_rank(cited_folder: Path) -> None:
    row = run("rank", "--top", "1", cwd=cited_folder).stdout.splitlines()[2]

    assert 0 == run("explain", row.split()[4], cwd=cited_folder).returncode


# --- widths ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("columns", "most"), [("80", 100), ("120", 120), ("300", 300)])
def test_a_table_takes_the_width_of_the_terminal(columns: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = print_rows(make_rows(), Terminal()).rstrip().splitlines()

    assert max(len(line.rstrip()) for line in lines) <= most
    assert (TITLE in "\n".join(lines)) is (most == 300)
    assert most != 300 or len(lines) == 2


def test_without_a_terminal_a_table_has_100_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    text = print_rows(make_rows(), io.StringIO())

    assert max(map(len, text.splitlines())) <= 100
    assert TITLE not in text


def test_an_address_stays_whole_if_it_fits() -> None:
    address = "github.com/an-organization/A-Repository"
    text = print_rows(make_rows(codebases=[address]), io.StringIO())

    assert address in text
    assert "long-key-of-a-paper" in text


def test_an_address_that_does_not_fit_breaks_after_a_slash() -> None:
    address = "https://example.org/" + "a" * 30 + "/" + "b" * 30 + "/" + "c" * 30
    text = print_rows(make_rows(link=[address]), io.StringIO())
    pieces = [piece for line in text.splitlines() for piece in line.split() if "/" in piece or set(piece) == {"c"}]

    assert address == "".join(pieces)
    assert all(piece.endswith("/") for piece in pieces[:-1])


@pytest.mark.parametrize("form", ["table", "latex"])
def test_a_column_without_any_value_is_left_out(form: str) -> None:
    rows = make_rows(flags=[""], year=pd.array([pd.NA], dtype="Int64"))
    heading = print_rows(rows, io.StringIO(), form)

    assert "reason" in heading
    assert "flags" not in heading
    assert "year" not in heading


# --- LaTeX -----------------------------------------------------------------------------------------------


def read_tabular(text: str) -> list[list[str]]:
    """Parse a table as LaTeX; return the cells of its heading and rows."""
    nodes, _, _ = LatexWalker(text, tolerant_parsing=False).get_latex_nodes()
    tabular = next(node for node in nodes if isinstance(node, LatexEnvironmentNode))
    macros = [node.macroname for node in tabular.nodelist if isinstance(node, LatexMacroNode)]
    assert "tabular" == tabular.environmentname
    assert ["toprule", "midrule", "bottomrule"] == [name for name in macros if name.endswith("rule")]
    rows = [line.removesuffix(r" \\") for line in text.splitlines() if line.endswith(r" \\")]
    assert len(rows) == macros.count("\\")
    return [[cell.strip() for cell in re.split(r"(?<!\\)&", row)] for row in rows]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_table_is_also_a_tabular_with_the_columns_of_the_terminal(
    cited_folder: Path, graph_folder: Path, command: list[str]
) -> None:
    folder = graph_folder if "--of" in command else cited_folder
    done = run(*command, "--format", "latex", cwd=folder)
    heading, *rows = read_tabular(done.stdout)
    shown = run(*command, cwd=folder).stdout

    assert len(json.loads(run(*command, "--format", "json", cwd=folder).stdout)) == len(rows)
    assert {len(heading)} == {len(row) for row in rows}
    spare = {"domain", "access"} if "datasets" in command else set()
    assert all(word in shown for name in heading if name not in spare for word in name.split())
    assert done.stdout.startswith("% flgraph ")
    assert done.stderr.splitlines()[0] in done.stdout.splitlines()[0]


def test_hostile_texts_are_escaped_in_a_tabular() -> None:
    rows = make_rows(flags=["100% of $x_1$ & {more} \\ #2 ~ ^ Çukur\nline\x07"])
    heading, row = read_tabular(print_rows(rows, io.StringIO(), "latex"))

    assert ["rank", "key", "title", "reason", "flags"] == heading
    assert (
        r"100\% of \$x\_1\$ \& {\textbraceleft}more{\textbraceright} {\textbackslash} \#2 {\textasciitilde} "
        r"{\textasciicircum} {\c{C}}ukur line{\textbackslash}x07" == row[-1]
    )


@pytest.mark.parametrize("title", ["[MASK] is all you need", "*star"])
def test_no_cell_is_read_as_an_option_of_the_row_above(title: str) -> None:
    rows = pd.DataFrame({"title": ["First", title], "score": [1.0, None]}, index=pd.Index(["paper:a", "paper:b"]))
    text = print_rows(rows[["title", "score"]].rename(columns={"title": "name"}), io.StringIO(), "latex")

    assert "key & name & score" in text
    assert r"b & " in text
    assert re.search(r"\\\\\n *[\[*]", text) is None


def test_an_empty_table_is_a_tabular_without_rows(graph_folder: Path) -> None:
    done = run("find", "--since", "2199", "--format", "latex", cwd=graph_folder)

    assert 1 == len(read_tabular(done.stdout))


def test_details_are_refused_in_a_tabular(cited_folder: Path) -> None:
    done = run("rank", "--details", "--format", "latex", cwd=cited_folder)

    assert 2 == done.returncode
    assert "--details has too many columns for a table" in done.stderr


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex")
def test_a_document_with_a_tabular_compiles(graph_folder: Path, tmp_path: Path) -> None:
    table = run("rank", "--of", "venues", "--format", "latex", cwd=graph_folder).stdout
    lines = [r"\documentclass{article}", r"\usepackage{booktabs}", r"\begin{document}", table, r"\end{document}"]
    (tmp_path / "table.tex").write_text("\n".join(lines), encoding="utf-8")

    done = subprocess.run(["pdflatex", "-halt-on-error", "table.tex"], cwd=tmp_path, capture_output=True, check=False)
    assert 0 == done.returncode, done.stdout.decode(errors="replace")[-500:]
