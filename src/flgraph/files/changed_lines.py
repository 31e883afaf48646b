"""List the lines of a file that changed since a commit, by asking git."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flgraph.errors import FlgraphError

_HUNK: Final = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


@dataclass(frozen=True)
class ChangedLines:
    """The changed parts of a file: the first line and the number of lines of each; 0 lines is a place of deletion.

    None as `parts` is a file that git does not know: all of it is new.
    """

    parts: Sequence[tuple[int, int]] | None

    def touch(self, first: int, last: int) -> bool:
        """Return whether a line between two, both included, was changed, or a line between them deleted."""
        if self.parts is None:
            return True
        return any(
            start <= last and start + count > first if count else first <= start < last for start, count in self.parts
        )


def find_changed_lines(path: Path, ref: str) -> ChangedLines:
    """Return what changed in a file since a commit, in the working tree.

    Raises
    ------
    FlgraphError
        git is not installed, the file is in no repository, or the commit is unknown.
    """
    program = shutil.which("git")
    if program is None:
        raise FlgraphError("--since needs git, which is not installed; install it, or leave --since out")
    folder = str(path.resolve().parent)
    if _run(program, folder, "rev-parse", "--is-inside-work-tree").stdout.strip() != "true":
        raise FlgraphError(f"{path}: is in no git repository; leave --since out")
    commit = _run(program, folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if commit.returncode:
        raise FlgraphError(f"git knows no commit {ref!r}; fetch it, or name another with --since")
    name = path.resolve().name
    if _run(program, folder, "ls-files", "--error-unmatch", "--", name).returncode:
        return ChangedLines(None)
    arguments = ("--no-color", "--no-ext-diff", "--no-textconv", "--unified=0", commit.stdout.strip(), "--", name)
    done = _run(program, folder, "diff", *arguments)
    if done.returncode:
        reason = " ".join(done.stderr.split())
        raise FlgraphError(f"{path}: git cannot compare it with {ref!r} ({reason})")
    return ChangedLines(
        [(int(start), 1 if count is None else int(count)) for start, count in _read_hunks(done.stdout)],
    )


def _read_hunks(diff: str) -> list[tuple[str, str | None]]:
    return [(found[1], found[2]) for found in _HUNK.finditer(diff)]


def _run(program: str, folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the program is git, and no shell reads the arguments
        [program, "-C", folder, "--literal-pathspecs", *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
    )
