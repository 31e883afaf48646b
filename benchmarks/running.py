"""Run benchmarks, each in a process of its own, and keep what they found."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final, Literal

from benchmarks.machine import describe_machine
from benchmarks.registry import Benchmark
from benchmarks.report import Figure

State = Literal["done", "skipped", "failed"]

_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_PATIENCE: Final = 1_800.0
"""Seconds after which a benchmark counts as failed."""


@dataclass(frozen=True)
class Outcome:
    """What became of a benchmark.

    Attributes
    ----------
    name, summary : str
        The benchmark, and what it is about with its command.
    state : "done", "skipped" or "failed"
        Whether it has figures.
    reason : str
        Why it was skipped or failed.
    title : str
        What was measured, with its sizes.
    figures : tuple of Figure
        The figures; without targets after a quick run.
    skipped : tuple of str
        Each peer that was skipped, with the reason.
    quick : bool
        Whether sizes were small and targets do not count.
    seconds : float
        How long it ran.
    machine : dict of str to str
        From `describe_machine`, when it began.
    """

    name: str
    summary: str
    state: State
    reason: str = ""
    title: str = ""
    figures: tuple[Figure, ...] = ()
    skipped: tuple[str, ...] = ()
    quick: bool = False
    seconds: float = 0.0
    machine: dict[str, str] = field(default_factory=dict)

    @property
    def missed(self) -> list[Figure]:
        """The figures whose target is missed."""
        return [figure for figure in self.figures if figure.is_missed]

    @property
    def verdict(self) -> str:
        """The end of the benchmark in a line."""
        if self.state != "done":
            return f"{self.state}: {self.reason}"
        if self.quick:
            return f"{self.seconds:.0f} s, {len(self.figures)} figures, quick run: targets are not judged"
        met = sum(bool(figure.target) for figure in self.figures) - len(self.missed)
        return f"{self.seconds:.0f} s, {len(self.figures)} figures, targets: {met} met, {len(self.missed)} missed"

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        listed = [figure._asdict() | {"is_missed": figure.is_missed} for figure in self.figures]
        return asdict(self) | {"figures": listed}


def run_benchmark(
    benchmark: Benchmark, data: Path | None, *, quick: bool = False, patience: float = _PATIENCE
) -> Outcome:
    """Run a benchmark in a process of its own with one thread, unless something that it needs is missing."""
    summary = f"{benchmark.read_summary()} `{benchmark.show_command(quick=quick)}`"
    reason = benchmark.find_reason(data)
    if reason:
        return Outcome(benchmark.name, summary, "skipped", reason, quick=quick)
    machine, began = describe_machine(), time.monotonic()
    found, reason = _run_apart(benchmark.list_arguments(data, quick=quick), patience)
    seconds = time.monotonic() - began
    if reason:
        return Outcome(benchmark.name, summary, "failed", reason, quick=quick, seconds=seconds, machine=machine)
    figures = tuple(Figure(**figure) for figure in found["figures"])
    if quick:
        figures = tuple(figure._replace(at_most=None, at_least=None) for figure in figures)
    return Outcome(
        benchmark.name, summary, "done", title=found["title"], figures=figures, skipped=tuple(found["skipped"]),
        quick=quick, seconds=seconds, machine=machine,
    )  # fmt: skip


def _run_apart(arguments: list[str], patience: float) -> tuple[dict[str, Any], str]:
    """Return what a process wrote, and why it failed."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **dict.fromkeys(_THREADS, "1")}
    with TemporaryDirectory(prefix="flgraph-benchmark-") as folder:
        report, errors = Path(folder, "report.json"), Path(folder, "stderr")
        command = [sys.executable, "-m", *arguments, "--json", str(report)]
        with errors.open("w", encoding="utf-8") as stderr:
            try:
                code = _wait_for(command, environment, stderr, patience)
            except subprocess.TimeoutExpired:
                return {}, f"took more than {patience:g} s"
        if code not in (0, 1) or not report.is_file():
            lines = errors.read_text(encoding="utf-8", errors="replace").split("\n")
            return {}, f"exit code {code}: {next((line for line in reversed(lines) if line.strip()), 'no message')}"
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return found, ""


def _wait_for(command: list[str], environment: Mapping[str, str], stderr: IO[str], patience: float) -> int:
    """Return the exit code of a command; end it with all processes that it started if it takes too long."""
    child = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True
    )  # fmt: skip
    try:
        return child.wait(patience)
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
