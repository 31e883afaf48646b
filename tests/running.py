"""Run the command: in this process, which is quick, or in one of its own where a test is about the process."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from multiprocessing.process import BaseProcess
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from flgraph.cli.main import main

REFUSED = "http://127.0.0.1:9"


def run(*arguments: str, cwd: Path, **environment: str) -> CompletedProcess[str]:
    """Run flgraph in this process where Semantic Scholar is an address that refuses connections.

    Standard output and standard error are files, as behind a shell's `>`, and the exit code is the real one.
    An exception that `main` does not turn into an exit code is raised.
    """
    with TemporaryDirectory() as folder:
        output, errors = Path(folder, "stdout"), Path(folder, "stderr")
        with (
            output.open("w", encoding="utf-8") as stdout,
            errors.open("w", encoding="utf-8") as stderr,
            patch.dict(os.environ, make_environment(environment), clear=True),
            patch.object(sys, "argv", ["flgraph", *arguments]),
            chdir(cwd),
            fresh_log(),
            redirect_stdout(stdout),
            redirect_stderr(stderr),
        ):
            code = run_main()
        return CompletedProcess(arguments, code, output.read_text("utf-8"), errors.read_text("utf-8"))


def run_main() -> int:
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def start(*arguments: str, cwd: Path, **environment: str) -> Popen[str]:
    """Start flgraph in a process of its own; `PIPE` is at both its ends."""
    return Popen(
        [sys.executable, "-m", "flgraph", *arguments],
        cwd=cwd,
        env=make_environment(environment),
        stdout=PIPE,
        stderr=PIPE,
        text=True,
    )


def run_apart(*arguments: str, cwd: Path, **environment: str) -> CompletedProcess[str]:
    """Run flgraph as `run` does, in a process of its own."""
    process = start(*arguments, cwd=cwd, **environment)
    output, errors = process.communicate(timeout=120)
    return CompletedProcess(arguments, process.returncode, output, errors)


def fork(*arguments: str, **environment: str) -> BaseProcess:
    """Start flgraph in a process that `call_forked` starts."""
    return call_forked(_become, arguments, environment)


def call_forked(function: Callable[..., None], *arguments: object, **named: object) -> BaseProcess:
    """Call a function in a process forked from one that has all of `enrich` imported, so that fifty start soon."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(
        [
            __name__,
            "tests.enrichment.measured_run",
            "flgraph.enrichment.plan",
            "flgraph.sources.semantic_scholar.provider",
        ]
    )
    process = processes.Process(target=function, args=arguments, kwargs=named)
    process.start()
    return process


def _become(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
    sys.argv = ["flgraph", *arguments]
    main()


def make_environment(more: Mapping[str, str]) -> dict[str, str]:
    known = {key: value for key, value in os.environ.items() if not key.startswith("SEMANTIC_SCHOLAR")}
    return {**known, "SEMANTIC_SCHOLAR_API_URL": REFUSED, "NO_COLOR": "1", **more}


@contextmanager
def fresh_log() -> Iterator[None]:
    """The package's log as a new process has it: without a handler, so that Python prints the warnings."""
    logger: Any = logging.getLogger("flgraph")
    before = {name: getattr(logger, name) for name in ("handlers", "level", "propagate")}
    logger.handlers, logger.propagate = [], False
    logger.setLevel(logging.WARNING)
    yield
    logger.handlers, logger.propagate = before["handlers"], before["propagate"]
    logger.setLevel(before["level"])
