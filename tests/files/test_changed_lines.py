"""Which lines of a file changed since a commit; git itself answers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from flgraph.errors import FlgraphError
from flgraph.files.changed_lines import ChangedLines, find_changed_lines

NOBODY = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *NOBODY, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "a [1].md").write_text("".join(f"line {number}\n" for number in range(1, 10)))
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def test_changed_added_and_deleted_lines_are_found(repository: Path) -> None:
    path = repository / "a [1].md"
    assert ChangedLines([]) == find_changed_lines(path, "HEAD")
    path.write_text(path.read_text().replace("line 2\n", "LINE 2\nmore\n").replace("line 7\n", ""))
    changed = find_changed_lines(path, "HEAD")

    assert [2, 3] == [line for line in range(1, 10) if changed.touch(line, line)]
    assert changed.touch(7, 8)
    assert not changed.touch(4, 7)


def test_a_file_that_git_does_not_know_is_new_as_a_whole(repository: Path) -> None:
    (repository / "new.md").write_text("a\n")

    assert find_changed_lines(repository / "new.md", "HEAD").touch(1, 1)


@pytest.mark.parametrize("ref", ["nowhere", "--all", "HEAD~5", ""])
def test_an_unknown_commit_is_one_line(repository: Path, ref: str) -> None:
    with pytest.raises(FlgraphError, match=f"git knows no commit '{ref}'; fetch it, or name another with --since"):
        find_changed_lines(repository / "a [1].md", ref)


def test_a_folder_without_repository_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    with pytest.raises(FlgraphError, match="is in no git repository; leave --since out"):
        find_changed_lines(tmp_path / "a.md", "HEAD")


def test_a_computer_without_git_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(FlgraphError, match="--since needs git, which is not installed"):
        find_changed_lines(tmp_path / "a.md", "HEAD")
