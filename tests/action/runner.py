"""Run the steps of action.yml as GitHub's runner does, in a scratch repository with a bare origin.

The command `flgraph` of the steps is the real one. It runs in the process of the tests, which asks for each call by a
socket, since starting Python takes longer than what it does; `is_apart` starts a process for each call.
"""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.running import run

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = YAML(typ="safe", pure=True).load(ROOT / "action.yml")

_EXPRESSION = re.compile(r"\$\{\{ ([\w.-]+) \}\}")
_CONDITION = re.compile(r"([\w.-]+) == '(\w+)'")

_GH = """\
#!/bin/sh
# Stands for GitHub: `pr list` counts the file of an open pull request, `pr create` keeps its arguments and its text.
if [ "$1 $2" = "pr list" ]; then
  ls "$GITHUB_STAND_IN" | grep -c '^open$'
  exit 0
fi
[ "$1 $2" = "pr create" ] || exit 64
if [ -e "$GITHUB_STAND_IN/refuses" ]; then
  echo "GitHub Actions is not permitted to create or approve pull requests" >&2
  exit 1
fi
printf '%s\\n' "$@" > "$GITHUB_STAND_IN/arguments"
while [ "$1" != --body-file ]; do shift; done
cp "$2" "$GITHUB_STAND_IN/body.md"
touch "$GITHUB_STAND_IN/open"
echo https://github.example/pull/1
"""


_ASK = """\
#!{python} -SE
import json, os, socket, sys
with socket.create_connection(("127.0.0.1", {port})) as asked:
    asked.sendall(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode())
    asked.shutdown(socket.SHUT_WR)
    code, output, errors = json.load(asked.makefile("rb"))
sys.stdout.write(output)
sys.stderr.write(errors)
sys.exit(code)
"""


@dataclass
class Ran:
    """What a run of the action left: the exit code and log of its last step, and the outputs of all."""

    code: int
    log: str
    outputs: dict[str, dict[str, str]]
    steps: list[str]


@dataclass
class Repository:
    """A working copy with an origin, a folder where pull requests end up, and how often the action ran."""

    home: Path
    service: str
    is_apart: bool = False
    number: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.origin, self.work, self.github = (self.home / name for name in ("origin.git", "work", "github"))
        self.github.mkdir()
        commands = self.home / "bin"
        commands.mkdir()
        write_program(commands / "gh", _GH)
        self.listener = socket.create_server(("127.0.0.1", 0))
        ask = _ASK.format(python=sys.executable, port=self.listener.getsockname()[1])
        write_program(
            commands / "flgraph", f'#!/bin/sh\nexec "{sys.executable}" -m flgraph "$@"\n' if self.is_apart else ask
        )
        self.environment = {
            **{
                key: value
                for key, value in os.environ.items()
                if not key.startswith(("GIT_", "SEMANTIC_", "OPENALEX_"))
            },
            "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "src", ROOT))),
            "GITHUB_STAND_IN": str(self.github),
            "OPENALEX_API_URL": self.service,
            "SEMANTIC_SCHOLAR_API_URL": "http://127.0.0.1:9",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "NO_COLOR": "1",
        }
        self.call("git", "init", "-q", "--bare", "-b", "main", str(self.origin), at=self.home)
        self.call("git", "clone", "-q", str(self.origin), str(self.work), at=self.home)
        for name, value in (("user.name", "Ada Example"), ("user.email", "ada@example.org")):
            self.call("git", "config", name, value)
        self.call("git", "switch", "-q", "-c", "main")

    def call(self, *command: str, at: Path | None = None) -> str:
        """Run a command in the working copy and return what it prints."""
        done = subprocess.run(
            command, cwd=at or self.work, env=self.environment, capture_output=True, text=True, check=False
        )
        assert 0 == done.returncode, f"{' '.join(command)}: {done.stderr}"
        return done.stdout

    def flgraph(self, *arguments: str) -> None:
        """Run flgraph in the working copy."""
        done = run(*arguments, cwd=self.work, **self.environment)
        assert 0 == done.returncode, done.stderr

    def wait(self, process: subprocess.Popen[bytes]) -> int:
        """Wait for a script, and run the flgraph that it calls for."""
        while process.poll() is None:
            if select.select([self.listener], [], [], 0.02)[0]:
                self._answer(self.listener.accept()[0])
        return process.returncode

    def _answer(self, asked: socket.socket) -> None:
        with asked, asked.makefile("rb") as stream:
            arguments, place, environment = json.load(stream)
            done = run(*arguments, cwd=Path(place), **environment)
            asked.sendall(json.dumps([done.returncode, done.stdout, done.stderr]).encode())

    def commit(self, message: str) -> None:
        """Commit all files and push them."""
        self.call("git", "add", "--all")
        self.call("git", "commit", "-q", "-m", message)
        self.call("git", "push", "-q", "origin", "main")

    def run(self, **inputs: str) -> Ran:
        """Run the action as a new job does: on a clean copy of the main branch, with files of its own."""
        self.number += 1
        temporary = self.home / f"job-{self.number}"
        temporary.mkdir()
        self.call("git", "fetch", "-q", "origin")
        self.call("git", "reset", "-q", "--hard", "origin/main")
        self.call("git", "clean", "-q", "-fd")
        return run_steps(self, temporary, {name.replace("_", "-"): value for name, value in inputs.items()})

    def read_pull_request(self) -> str:
        return (self.github / "body.md").read_text(encoding="utf-8")

    def close_pull_request(self) -> None:
        """Close without merging; the branch is deleted, as GitHub offers."""
        (self.github / "open").unlink()
        self.call("git", "push", "-q", "origin", "--delete", "flgraph-update")

    def merge_pull_request(self, edit: Mapping[str, str] | None = None) -> None:
        """Merge the branch; `edit` maps files to their texts as a person leaves them."""
        self.call("git", "fetch", "-q", "origin")
        self.call("git", "merge", "-q", "--no-edit", "origin/flgraph-update")
        for name, text in (edit or {}).items():
            (self.work / name).write_text(text, encoding="utf-8")
        if edit:
            self.commit("Leave out what does not belong here")
        else:
            self.call("git", "push", "-q", "origin", "main")
        (self.github / "open").unlink()


def write_program(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def run_steps(repository: Repository, temporary: Path, given: Mapping[str, str]) -> Ran:
    """Run the steps with a shell, each with `env`, `if` and outputs as the runner treats them."""
    assert not given.keys() - ACTION["inputs"].keys()
    known = {"github.action_path": str(ROOT), "github.token": "synthetic-token", "github.ref_name": "main"}
    for name, about in ACTION["inputs"].items():
        known[f"inputs.{name}"] = given.get(name, fill_in(str(about["default"]), known))
    outputs: dict[str, dict[str, str]] = {}
    log, ran = "", []
    for step in ACTION["runs"]["steps"]:
        if "uses" in step or not is_due(step.get("if"), known):
            continue
        code, said = run_step(step, repository, temporary, known)
        log += said
        ran.append(step["name"])
        if "id" in step:
            outputs[step["id"]] = read_outputs(temporary / "output")
            known |= {f"steps.{step['id']}.outputs.{name}": value for name, value in outputs[step["id"]].items()}
        if code:
            return Ran(code, log, outputs, ran)
    return Ran(0, log, outputs, ran)


def run_step(
    step: Mapping[str, Any], repository: Repository, temporary: Path, known: Mapping[str, str]
) -> tuple[int, str]:
    assert "bash" == step["shell"]
    assert "${{" not in step["run"], "an input inside a script can run as code; pass it by env"
    script = temporary / "script.sh"
    script.write_text(step["run"], encoding="utf-8")
    (temporary / "output").write_text("", encoding="utf-8")
    (temporary / "path").touch()
    environment = {
        **repository.environment,
        "RUNNER_TEMP": str(temporary),
        "GITHUB_OUTPUT": str(temporary / "output"),
        "GITHUB_PATH": str(temporary / "path"),
        **{name: fill_in(str(value), known) for name, value in step.get("env", {}).items()},
    }
    log = temporary / "log"
    command = [shutil.which("bash") or "bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    with (
        log.open("wb") as written,
        subprocess.Popen(command, cwd=repository.work, env=environment, stdout=written, stderr=written) as process,
    ):
        code = repository.wait(process)
    return code, log.read_text(encoding="utf-8")


def fill_in(text: str, known: Mapping[str, str]) -> str:
    """Replace `${{ … }}`; an output that no step has set is empty, any other unknown name is an error."""
    return _EXPRESSION.sub(lambda found: known.get(found[1], "") if _is_output(found[1]) else known[found[1]], text)


def _is_output(name: str) -> bool:
    return re.fullmatch(r"steps\.[\w-]+\.outputs\.[\w-]+", name) is not None


def is_due(condition: str | None, known: Mapping[str, str]) -> bool:
    if condition is None:
        return True
    found = _CONDITION.fullmatch(condition)
    assert found, f"the tests do not know the form of {condition!r}"
    assert _is_output(found[1])
    return known.get(found[1], "") == found[2]


def read_outputs(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)
