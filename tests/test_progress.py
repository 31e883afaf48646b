"""Progress as people see it: a bar on a terminal, text in a notebook, a line a stage in a log, nothing if unwanted."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import nbformat
import pytest
from nbclient import NotebookClient

from flgraph.catalog.reader import read_catalog
from flgraph.enrichment.enrich import enrich_catalog
from flgraph.progress import Step, open_progress
from tests.replica import Fault, Replica
from tests.replica.clock import StillClock
from tests.replica.corpus import make_paper
from tests.running import run

pty = pytest.importorskip("pty", reason="terminals to test on are a thing of POSIX")

ALPHA = make_paper("synthetic alpha", title="Synthetic paper alpha: federated segmentation", year=2021, citationCount=0)
BETA = make_paper(
    "synthetic beta", title="Synthetic paper beta", year=2020, citationCount=0, authors=[{"name": "Bo Sample"}]
)
WAIT = Step("papers by id", 0, 56, requests=1, note="waiting 4 s: Semantic Scholar (api.semanticscholar.org) wants 429")


@pytest.fixture
def server() -> Iterator[Replica]:
    with Replica([{**ALPHA, "externalIds": {"ArXiv": "2101.00001"}}, BETA]) as running:
        yield running


def read_terminal(master: int) -> str:
    """Return all that was written on a terminal, once nobody has it open for writing."""
    seen = b""
    while True:
        try:
            more = os.read(master, 65_536)
        except OSError:  # so Linux says that the other end is closed
            break
        if not more:
            break
        seen += more
    os.close(master)
    return seen.decode()


def strip_escapes(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


ODD = Step("papers by id", 0, 56, requests=1, note="waiting 4 s: \x07 \x9b2J \u202e")


def show_on_terminal(monkeypatch: pytest.MonkeyPatch, choice: str, *steps: Step, term: str = "xterm") -> str:
    """Return what a terminal of 80 columns gets of some steps."""
    master, slave = pty.openpty()
    with os.fdopen(slave, "w", encoding="utf-8") as terminal, monkeypatch.context() as patch:
        patch.setenv("TERM", term)
        patch.setenv("COLUMNS", "80")
        patch.setattr(sys, "stderr", terminal)
        with open_progress(choice) as progress:
            for step in steps:
                progress(step)
    return strip_escapes(read_terminal(master))


# --- who is shown what -------------------------------------------------------------------------------------


def test_a_terminal_shows_stage_done_total_and_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = show_on_terminal(monkeypatch, "bar", Step("papers by title", 10, 56, requests=7))

    assert re.search(r"papers by title [━╸╺ ]+ 10/56 [\d.]+ requests/s", shown), shown


def test_a_new_stage_takes_the_place_of_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = show_on_terminal(monkeypatch, "bar", Step("papers by id", 56, 56), Step("citing and cited papers", 1, None))

    last = re.split(r"[\r\n]+", shown.strip())[-1]
    assert "papers by id" not in last
    assert "citing and cited papers" in last
    assert "1/?" in last


def test_a_terminal_of_80_columns_shows_the_reason_of_a_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = show_on_terminal(monkeypatch, "bar", WAIT)

    assert "0/56" in shown
    assert WAIT.note in shown


def test_a_script_is_not_drawn_over_but_a_prompt_is(monkeypatch: pytest.MonkeyPatch) -> None:
    step = Step("papers by id", 10, 56)
    assert "" == show_on_terminal(monkeypatch, "auto", step)
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    assert "10/56" in show_on_terminal(monkeypatch, "auto", step)


def test_a_terminal_that_cannot_move_its_cursor_gets_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "" == show_on_terminal(monkeypatch, "bar", Step("papers by id", 10, 56), term="dumb")


@pytest.mark.parametrize("choice", ["auto", "bar"])
def test_elsewhere_the_log_has_a_line_a_stage(
    choice: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str], clock: StillClock
) -> None:
    with (
        caplog.at_level(logging.INFO, "flgraph.progress"),
        open_progress(choice, clock=clock.as_clock().monotonic) as progress,
    ):
        progress(Step("papers by id", 0, 1_234))
        progress(WAIT)
        clock.as_clock().sleep(4)
        progress(Step("papers by id", 1_234, 1_234, requests=3))
        progress(Step("papers by title", 1, None, requests=4))

    expected = ["papers by id: 1,234 of 1,234, 3 requests in 4 s", "papers by title: 1, 1 request in 0 s"]
    assert expected == caplog.messages
    assert ("", "") == capsys.readouterr()


def test_work_without_requests_says_nothing_of_requests(caplog: pytest.LogCaptureFixture, clock: StillClock) -> None:
    with caplog.at_level(logging.INFO, "flgraph.progress"), open_progress(clock=clock.as_clock().monotonic) as progress:
        progress(Step("regions of shuffled papers", 20, 20))

    assert ["regions of shuffled papers: 20 of 20"] == caplog.messages


def test_work_that_takes_no_step_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "flgraph.progress"), open_progress():
        pass

    assert [] == caplog.messages


def test_a_function_is_told_of_every_step_and_its_wait(folder: Path, server: Replica, clock: StillClock) -> None:
    server.faults = [Fault("status", status=429, retry_after="4")]
    steps: list[Step] = []
    enrich_catalog(read_catalog(folder), api_url=server.url, rate=0, clock=clock.as_clock(), progress=steps.append)

    stages = dict.fromkeys(step.stage for step in steps if step.total)
    assert ["papers by id", "papers by title", "citing and cited papers"] == list(stages)
    assert all(any((step.stage, step.done) == (stage, step.total) for step in steps) for stage in stages)
    (note,) = {step.note for step in steps if step.note}
    assert note.startswith("waiting 4 s: Semantic Scholar (127.0.0.1) limits the request rate (429)")
    assert not steps[-1].note
    assert len(server.requests) == steps[-1].requests


# --- in a notebook -----------------------------------------------------------------------------------------


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a Jupyter kernel looks like from inside."""
    module = ModuleType("IPython")
    module.get_ipython = lambda: SimpleNamespace(kernel=object())  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", module)


@pytest.mark.usefixtures("kernel")
def test_a_notebook_shows_each_stage_on_one_line_of_text(capsys: pytest.CaptureFixture[str], clock: StillClock) -> None:
    with open_progress(clock=clock.as_clock().monotonic) as progress:
        progress(Step("papers by id", 0, 4))
        clock.as_clock().sleep(0.01)
        progress(Step("papers by id", 1, 4))
        clock.as_clock().sleep(1.99)
        progress(Step("papers by id", 2, 4, requests=3))
        progress(Step("papers by title", 0, None, requests=3))

    shown = capsys.readouterr()
    assert "" == shown.out
    lines = [line.rstrip() for line in shown.err.replace("\r", "\n").splitlines() if line]
    assert [
        "papers by id [--------------------] 0/4",
        "papers by id [##########----------] 2/4 1.5 requests/s",
        "papers by id [##########----------] 2/4 1.5 requests/s",
        "papers by title [--------------------] 0/? 1.5 requests/s",
        "papers by title [--------------------] 0/? 1.5 requests/s",
    ] == lines
    assert 2 == shown.err.count("\n")


@pytest.mark.usefixtures("kernel")
def test_a_notebook_shows_the_reason_of_a_wait_and_wipes_it(
    capsys: pytest.CaptureFixture[str], clock: StillClock
) -> None:
    with open_progress(clock=clock.as_clock().monotonic) as progress:
        progress(WAIT._replace(note=WAIT.note + " and" * 20))

    _, waiting, after = capsys.readouterr().err.split("\r")
    assert waiting.startswith(f"papers by id 0/56 {WAIT.note}")
    assert (120, "…") == (len(waiting), waiting[-1])
    assert "papers by id [--------------------] 0/56" == after.rstrip()
    assert len(waiting) == len(after.rstrip("\n"))


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_cell_shows_its_progress_unasked_and_without_a_widget(folder: Path, server: Replica) -> None:
    code = f"import flgraph as fg\nfg.build({str(folder)!r}, api_url={server.url!r}, rate=0);"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()

    shown = "".join(output.get("text", "") for output in notebook.cells[0].outputs)
    assert {"stream"} == {output.output_type for output in notebook.cells[0].outputs}
    assert "\rpapers by id [####################] 1/1" in shown
    assert "\rciting and cited papers [####################] 2/2" in shown


# --- on the command line -----------------------------------------------------------------------------------


def build_on_terminal(server: Replica, cwd: Path, *more: str) -> tuple[str, str]:
    """Return what `flgraph build` writes to standard output, and to a terminal of 80 columns on standard error."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "flgraph", "build", "catalog", "--api-url", server.url, "--rate", "0", *more],
        cwd=cwd,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=slave,
        text=True,
    )
    os.close(slave)
    drawn = read_terminal(master)
    data, _ = process.communicate(timeout=120)
    assert 0 == process.returncode, drawn
    return data, drawn


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_the_command_line_shows_a_bar_below_a_whole_log(server: Replica, tmp_path: Path) -> None:
    server.latency = 0.3
    server.faults = [Fault("status", status=429, retry_after="2")]
    data, drawn = build_on_terminal(server, tmp_path)

    for stage in ("papers by id", "papers by title", "citing and cited papers"):
        assert re.search(rf"{stage} [━╸╺ ]+ \d/\d", strip_escapes(drawn)), drawn
    assert "waiting 2 s: Semantic Scholar (127.0.0.1) limits the request rate (429)" in drawn
    logged = " ".join(strip_escapes(line).split("\r")[-1].strip() for line in drawn.replace("\r\n", "\n").splitlines())
    assert "limits the request rate (429) and asks to wait 2 s; retrying in 2.0 s" in logged
    assert not re.search(r"\x1b\[[0-9;]*m", drawn.replace("\x1b[0m", "")), "NO_COLOR is honoured"
    assert "\x1b" not in data
    assert "papers by id" not in data


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_a_quiet_command_draws_nothing_on_a_terminal(server: Replica, tmp_path: Path) -> None:
    assert "" == build_on_terminal(server, tmp_path, "-q")[1]


@pytest.mark.usefixtures("folder")
def test_a_pipe_gets_one_line_a_stage_and_quiet_none(server: Replica, tmp_path: Path) -> None:
    command = ("build", "catalog", "--api-url", server.url, "--rate", "0")
    loud = run(*command, cwd=tmp_path).stderr

    assert 1 == loud.count("papers by id: 1 of 1, 1 request in ")
    assert 1 == loud.count("citing and cited papers: 2 of 2, ")
    assert not {"\r", "\x1b"} & set(loud)
    fresh = run(*command, "-q", "-o", "other", cwd=tmp_path, FLGRAPH_CACHE=str(tmp_path / "c.sqlite"))
    assert "" == fresh.stderr


def test_the_bar_shows_control_characters_as_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = show_on_terminal(monkeypatch, "bar", ODD)
    assert r"waiting 4 s: \x07 \x9b2J \u202e" in seen
    assert not re.search("[\x07\x9b\u202e]", seen)
