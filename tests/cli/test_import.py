"""Lists on the command line: import, and every command that takes a catalog or a graph takes a list."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flgraph.catalog.list_import import import_list
from flgraph.cli.main import cli
from tests.catalog.test_list_import import GIVEN

LIST = """\
# Invented list

## Papers

- [An invented study of learning together](https://arxiv.org/abs/2912.00001) - *ICML* 2021. [[code](https://github.com/example/study)]
- [Clocks without hands in the north](https://arxiv.org/abs/2912.00003) - *ICML* 2020.

## Surveys

- [An invented study of learning together](https://arxiv.org/abs/2912.00001) - *ICML* 2021.
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("README.md").write_text(LIST, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def test_import_says_what_was_read_and_written() -> None:
    done = run("import", "README.md", "-o", "out")

    files = ["catalog.yaml", "papers.yaml", "codebases.yaml", "list.jsonl", "list.md"]
    assert ["read 3 rows, 2 works", *(str(Path("out", name)) for name in files)] == done.stdout.splitlines()
    assert 0 == done.exit_code


def test_import_counts_what_is_no_paper() -> None:
    Path("README.md").write_text(LIST.replace("## Papers", "Everything here is invented.\n\n## Papers"))

    assert "read 3 rows, 2 works, 1 other" == run("import", "README.md", "-o", "out").stdout.splitlines()[0]
    assert "ImportReport: 3 rows, 2 works; 0 files of again written" == repr(
        import_list("README.md", "again", dry_run=True)
    )


def test_the_folder_is_named_after_the_title() -> None:
    run("import", "README.md")
    run("import", "README.md", "--title", "My own")

    assert Path("invented-list/papers.yaml").exists()
    assert "title: My own\n" == Path("my-own/catalog.yaml").read_text()


def test_unread_lines_are_printed_with_reasons() -> None:
    Path("README.md").write_text(f"{LIST}- [](https://example.org/untitled)\n")
    counted, shown = run("import", "README.md", "--dry-run"), run("import", "README.md", "--dry-run", "--unread")

    assert counted.stdout.endswith("; 1 place not understood: --unread\n")
    assert shown.stdout.startswith("README.md:11: ")
    assert shown.stdout.endswith("; 1 place not understood\n")
    assert not Path("invented-list").exists()


def test_a_second_import_names_no_file() -> None:
    run("import", "README.md", "-o", "out")

    assert "read 3 rows, 2 works\n" == run("import", "README.md", "-o", "out").stdout


def test_several_lists_become_one_catalog() -> None:
    Path("more.md").write_text(
        "# More\n\n- [A walk over ice and back](https://arxiv.org/abs/2912.00008) - *ICML* 2021.\n"
    )

    assert "read 4 rows, 3 works\n" == run("import", "README.md", "more.md", "--dry-run").stdout


def test_import_and_export_give_back_the_same_bytes() -> None:
    run("import", "README.md", "-o", "out")
    done = run("export", "out", "-f", "readme", "-o", "back.md")

    assert ("back.md\n", "") == (done.stdout, done.stderr)
    assert Path("README.md").read_bytes() == Path("back.md").read_bytes()


def test_export_carries_a_changed_venue_to_the_list() -> None:
    run("import", "README.md", "-o", "out")
    papers = Path("out/papers.yaml")
    papers.write_text(papers.read_text().replace("venue: ICML", "venue: NeurIPS", 1))

    done = run("export", "out", "-f", "readme", "-o", "back.md")

    assert "out: 1 paper changed in the list (invented-study-learning-2021)\n" == done.stderr
    assert LIST.replace("*ICML* 2021", "*NeurIPS* 2021") == Path("back.md").read_text()


def test_export_says_why_a_list_is_in_the_default_form() -> None:
    run("import", "README.md", "-o", "out")
    papers = Path("out/papers.yaml")
    papers.write_text(papers.read_text().replace("venue: ICML", "note: no venue", 1))

    done = run("export", "out", "-f", "readme", "-o", "back.md")

    said = "out: written in the default form, without the text, badges and other entries of the list, since "
    assert f"{said}invented-study-learning-2021 no longer has venue\n" == done.stderr
    assert Path("back.md").read_text().startswith("# Invented list\n\n## Contents\n")


def test_a_graph_cannot_be_exported_as_a_list() -> None:
    run("build", "README.md", "--offline", "-o", "built", "-q")
    done = run("export", "built", "-f", "readme", "-o", "back.md")

    assert 2 == done.exit_code
    assert "readme writes a catalog, not a graph; name the folder that contains papers.yaml" in done.stderr


def test_build_makes_graph_table_and_map_of_a_list() -> None:
    done = run("build", "README.md", "--offline", "-o", "built")

    assert "Invented list: 2 papers, 1 venue, 1 codebase" in done.stdout
    assert "in a browser, or run `flgraph rank built --of venues`\n" in done.stdout
    assert {"graph.json", "papers.csv", "map.html"} == {path.name for path in Path("built").iterdir()}


@pytest.mark.parametrize("source", ["README.md", "out", "built", "built/graph.json"])
def test_commands_on_a_graph_take_a_list_and_a_catalog_too(source: str) -> None:
    run("import", "README.md", "-o", "out")
    run("build", "README.md", "--offline", "-o", "built", "-q")

    assert "ICML" in run("rank", source, "--of", "venues").stdout
    assert "venue:icml  ICML" in run("show", source, "venue:icml").stdout
    assert "Clocks without hands" in run("find", source, "--text", "clocks").stdout
    assert "clocks" in run("export", source, "-f", "bibtex", "-o", "-").stdout.casefold()
    assert 0 == run("map", source, "-o", "drawn.svg").exit_code


def test_a_map_may_be_written_into_a_catalog_folder() -> None:
    run("import", "README.md", "-o", "out")

    assert 0 == run("map", "out", "-o", "out/map.html").exit_code


def test_a_file_without_papers_is_named() -> None:
    Path("notes.md").write_text("Just some words.\n")
    done = run("build", "notes.md", "--offline", "-o", "built")

    assert "notes.md: no paper was found in this list" in str(done.exception)


@pytest.mark.usefixtures("known_nulls")
@pytest.mark.parametrize("name", GIVEN)
def test_build_works_for_the_given_lists(name: str, test_data: Path) -> None:
    done = run("build", str(test_data / "lists" / name), "--offline", "-o", "built")

    assert 0 == done.exit_code
    assert {"graph.json", "papers.csv", "map.html"} == {path.name for path in Path("built").iterdir()}
