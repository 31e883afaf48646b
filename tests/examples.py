"""Run the examples that a page shows, and return the page with what they print today.

- A `console` block runs each `$ flgraph ...`, and the last part of `$ ... && flgraph ...`; other commands do not run.
- A `python` block with `>>> ` prompts runs as in the interpreter; one without prompts runs as a whole.
- A block whose first line is `# folder/file` or `<!-- file -->` is written to that file, for the examples below it.

A line `…` stands for output that the page leaves out: the numbers of lines before and after it are kept.
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from unittest import mock

from flgraph.cli.main import main

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = "…"
_FILE = re.compile(r"(?:# (\S+/\S+)|<!-- (\S+\.\w+) -->)\n")
_EXAMPLE = re.compile(
    r"""^(\$\ (?:.*\\\n)*.*|>>>\ .*(?:\n\.\.\.\ .*)*)\n  # a command, continued after a backslash, or a statement
        ((?:(?!\$\ |>>>\ ).*\n)*)                      # what it prints, up to the next prompt
    """,
    re.MULTILINE | re.VERBOSE,
)

Run = Callable[[list[str]], str | None]


def refresh(page: str) -> str:
    """Return the page with the present output of its examples, run in the current folder from top to bottom."""
    names: dict[str, object] = {}
    return BLOCK.sub(lambda found: f"```{found[1]}\n{_refresh_block(found[1], found[2], names)}```", page)


def split_examples(block: str) -> list[tuple[list[str], list[str]]]:
    """Return what is typed and what is printed, for each prompt of a block."""
    return [(typed.splitlines(), printed.splitlines()) for typed, printed in _EXAMPLE.findall(block)]


def _refresh_block(language: str, block: str, names: dict[str, object]) -> str:
    if named := _FILE.match(block):
        path = Path(named[1] or named[2])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block, encoding="utf-8")
    elif language == "console" and block.startswith("$ "):
        return _refresh_examples(block, _run_command)
    elif language == "python" and block.startswith(">>> "):
        return _refresh_examples(block, partial(_run_statement, names=names))
    elif language == "python":
        exec(compile(block, "example", "exec"), names)
    return block


def _refresh_examples(block: str, run: Run) -> str:
    lines: list[str] = []
    for typed, shown in split_examples(block):
        printed = run(typed)
        lines += [*typed, *(shown if printed is None else _shorten(printed, shown))]
    return "".join(f"{line}\n" for line in lines)


def _shorten(printed: str, shown: list[str]) -> list[str]:
    """Return the lines printed, with those left out that the page leaves out; no spaces at the end of a line."""
    lines = [line.rstrip() for line in printed.rstrip().splitlines()]
    if LEFT_OUT not in shown:
        return lines
    before, after = shown.index(LEFT_OUT), len(shown) - shown.index(LEFT_OUT) - 1
    return [*lines[:before], LEFT_OUT, *lines[len(lines) - after :]] if len(lines) > before + after else lines


def _run_command(typed: list[str]) -> str | None:
    """Run flgraph in this process; its log is set up as the command says, and left as it was."""
    command = " ".join(line.removesuffix("\\") for line in typed).removeprefix("$ ")
    program, *arguments = shlex.split(command.rpartition("&& ")[2])
    if Path(program).name != "flgraph":
        return None
    logger = logging.getLogger("flgraph")
    known = logger.handlers, logger.level, logger.propagate
    with _capture() as output, mock.patch.object(sys, "argv", ["flgraph", *arguments]), contextlib.suppress(SystemExit):
        main()
    logger.handlers, logger.propagate = known[0], known[2]
    logger.setLevel(known[1])
    return output.getvalue().decode()


def _run_statement(typed: list[str], *, names: dict[str, object]) -> str:
    source = "".join(f"{line[4:]}\n" for line in typed)
    with _capture() as output:
        exec(compile(source, "example", "single"), names)
    return output.getvalue().decode()


@contextlib.contextmanager
def _capture() -> Iterator[io.BytesIO]:
    """Collect what a terminal shows: standard output and standard error in the order of writing."""
    output = io.BytesIO()
    stream = io.TextIOWrapper(output, encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        yield output
    stream.detach()
