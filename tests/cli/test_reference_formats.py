"""What leaves the command line for reference managers."""

from __future__ import annotations

from pathlib import Path

import bibtexparser
import pytest
import rispy

from tests.running import run

QUESTION = ("find", "--task", "segmentation", "--dataset", "brats")


def test_find_prints_a_selection_as_ris_and_bibtex(graph_folder: Path) -> None:
    ris = run(*QUESTION, "--format", "ris", cwd=graph_folder)
    bibtex = run(*QUESTION, "--format", "bibtex", cwd=graph_folder)
    keys = [record["id"] for record in rispy.loads(ris.stdout)]

    assert (0, 0) == (ris.returncode, bibtex.returncode)
    assert "asyndgan" in keys
    assert 56 > len(keys)
    assert keys == [entry.key for entry in bibtexparser.parse_string(bibtex.stdout).entries]
    assert "papers that meet every condition" in ris.stderr


@pytest.mark.parametrize("form", ["table", "csv", "json", "latex", "bibtex", "ris"])
def test_find_writes_to_a_file_what_it_prints(form: str, graph_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "found"
    done = run(*QUESTION, "--format", form, "-o", str(path), cwd=graph_folder)

    assert (0, f"{path}\n") == (done.returncode, done.stdout)
    assert path.read_text("utf-8") == run(*QUESTION, "--format", form, "-o", "-", cwd=graph_folder).stdout
    assert [path] == list(path.parent.iterdir())


def test_find_says_which_file_it_cannot_write(graph_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run(*QUESTION, "-o", str(tmp_path / "file" / "found.txt"), cwd=graph_folder)
    own = run(*QUESTION, "-o", "flgraph-out/graph.json", cwd=graph_folder)

    assert (1, True) == (done.returncode, "found.txt: cannot be written" in done.stderr)
    assert (2, True) == (own.returncode, "would replace a file that the command reads" in own.stderr)


def test_export_writes_all_papers_as_ris(graph_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "papers.ris"
    done = run("export", "-f", "ris", "-o", str(path), cwd=graph_folder)

    assert (0, f"{path}\n") == (done.returncode, done.stdout)
    assert 56 == len(rispy.loads(path.read_text("utf-8")))


def test_raw_has_no_effect_on_references_and_is_refused(graph_folder: Path) -> None:
    done = run(*QUESTION, "--format", "ris", "--raw", cwd=graph_folder)

    assert (2, True) == (done.returncode, "--raw works with --format csv, not with --format ris" in done.stderr)


@pytest.mark.parametrize("form", ["ris", "bibtex", "csv"])
def test_a_selection_without_papers_is_told(form: str, graph_folder: Path, tmp_path: Path) -> None:
    done = run("find", "--since", "2999", "--format", form, "-o", str(tmp_path / "none"), cwd=graph_folder)

    assert (0, "papers found: 0 of 56 papers") == (done.returncode, done.stderr.splitlines()[-1])
