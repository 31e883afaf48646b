"""What a title, a file name or a server says cannot drive the terminal: control characters are shown, not sent."""

from __future__ import annotations

import json
import os
import re
import sys
from io import StringIO
from pathlib import Path
from subprocess import PIPE, Popen

import pandas as pd
import pytest

from flgraph.checks import escape_controls
from tests.replica import Fault, Replica
from tests.running import make_environment, run

UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
TITLE = "Synthetic \x1b[31mred\x07 \x9b2J\r\x08 \u202edesrever\u2066 \u200e paper"
SHOWN = r"Synthetic \x1b[31mred\x07 \x9b2J\x0d\x08 \u202edesrever\u2066 \u200e paper"
NORMAL = "Ünïcode 联邦学习 التعلم 🙂👩‍⚕️"


@pytest.fixture
def nasty(folder: Path) -> Path:
    """A catalog with such a title, beside one with normal Unicode."""
    papers = (
        (folder / "papers.yaml")
        .read_text("utf-8")
        .replace('"Synthetic paper beta"', json.dumps(TITLE))
        .replace("alpha: federated", f"alpha {NORMAL}: federated")
    )
    (folder / "papers.yaml").write_text(papers, encoding="utf-8")
    return folder


@pytest.mark.parametrize("text", [NORMAL, "a\tb\nc", "naïve é ß", "\u200d\ufe0f"])
def test_normal_text_is_shown_as_it_is(text: str) -> None:
    assert text == escape_controls(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("\x1b[2J", r"\x1b[2J"), ("a\rb", r"a\x0db"), ("\x9d", r"\x9d"), ("\u061c\u2069", r"\u061c\u2069")],
)
def test_control_characters_are_shown_as_escapes(text: str, shown: str) -> None:
    assert shown == escape_controls(text)


def test_every_command_shows_the_escapes_of_a_title_and_the_files_keep_it(nasty: Path, tmp_path: Path) -> None:
    built = run("build", "catalog", "--offline", cwd=tmp_path)
    assert 0 == built.returncode, built.stderr
    graph = json.loads((tmp_path / "flgraph-out" / "graph.json").read_text("utf-8"))
    assert {TITLE} == {node["title"] for node in graph["nodes"] if node["id"] == "paper:beta"}
    shown = run("show", "beta", cwd=tmp_path)
    assert SHOWN in shown.stdout
    found = run("find", "--until", "2021", cwd=tmp_path)
    assert NORMAL.split()[0] in found.stdout
    for arguments in (
        ("find", "--text", "synthetic"),
        ("show", "be\x1b[0mta"),
        ("rank", "\x1b[31mnowhere"),
        ("rank", "--of", "\x1b[31mthings"),
        ("lint", "\x1b[31mnowhere"),
        ("lint", "catalog"),
        ("lint", "catalog", "--format", "github"),
        ("find", "--text", "synthetic", "--format", "json"),
        ("export", "-f", "csv", "-o", "a\x1bb.csv"),
    ):
        done = run(*arguments, cwd=tmp_path)
        assert not UNSAFE.search(done.stdout + done.stderr), (arguments, done)
        assert re.search(r"\\x1b|\\u001b", done.stdout + done.stderr), (arguments, done)


def test_programs_get_the_text_as_it_is(nasty: Path, tmp_path: Path) -> None:
    papers = (nasty / "papers.yaml").read_text("utf-8")
    (nasty / "papers.yaml").write_text(papers.replace("\\r", ""), encoding="utf-8")  # `run` reads it as a line feed
    title = TITLE.replace("\r", "")
    run("build", "catalog", "--offline", "-q", cwd=tmp_path)
    as_json = run("find", "--format", "json", cwd=tmp_path)
    as_csv = run("find", "--format", "csv", cwd=tmp_path)

    assert title in {row["title"] for row in json.loads(as_json.stdout)}
    assert title in set(pd.read_csv(StringIO(as_csv.stdout))["title"])


@pytest.mark.parametrize(
    "arguments", [("find", "--format", "csv"), ("export", "-f", "csv", "-o", "-"), ("find", "--until", "2030")]
)
def test_a_terminal_gets_no_control_character_in_any_form(
    arguments: tuple[str, ...], nasty: Path, tmp_path: Path
) -> None:
    pty = pytest.importorskip("pty", reason="terminals to test on are a thing of POSIX")
    run("build", "catalog", "--offline", "-q", cwd=tmp_path)
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "flgraph", *arguments]
    environment = make_environment({"TERM": "dumb"})
    with Popen(command, cwd=tmp_path, env=environment, stdout=slave, stderr=PIPE) as process:
        os.close(slave)
        seen = b"".join(iter(lambda: read_some(master), b"")).decode()
    os.close(master)

    assert 0 == process.returncode
    assert not UNSAFE.search(seen.replace("\r\n", "\n")), seen
    assert ("\\x1b[31mred" in seen) == ("--until" not in arguments)


def read_some(master: int) -> bytes:
    try:
        return os.read(master, 65_536)
    except OSError:  # so Linux says that the other end is closed
        return b""


@pytest.mark.parametrize("command", ["enrich", "build"])
def test_what_a_server_says_is_shown_as_escapes(command: str, folder: Path, tmp_path: Path) -> None:
    with Replica() as server:
        server.faults.append(Fault("status", status=403, times=99, body={"message": "Go \x1b[31maway\x9b\u202e"}))
        settings = ("--api-url", server.url, "--rate", "0", "--depth", "0", "-v")
        done = run(command, "catalog", *settings, cwd=tmp_path)

    assert "403: Go " in done.stderr
    assert not UNSAFE.search(done.stdout + done.stderr)


def test_a_warning_of_the_library_is_shown_as_escapes_by_every_command(nasty: Path, tmp_path: Path) -> None:
    run("build", "catalog", "--offline", "-q", cwd=tmp_path)
    odd = tmp_path / "\x1b[31mout"
    (tmp_path / "flgraph-out").rename(odd)
    (odd / "snapshot.jsonl").write_text("nonsense", encoding="utf-8")
    done = run("build", "catalog", "--offline", "-q", "-o", odd.name, cwd=tmp_path)

    assert "\\x1b[31mout/snapshot.jsonl" in done.stderr
    assert not UNSAFE.search(done.stdout + done.stderr)
