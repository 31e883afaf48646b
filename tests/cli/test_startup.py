"""Commands do not wait for libraries that they do not use."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import make_environment

_SEND = {"aiohttp", "httpx", "requests", "semanticscholar"}
_COUNT = {"numpy", "pandas", "scipy"}
_DRAW = {"IPython", "contourpy", "jinja2", "matplotlib", "pyvis"}
_TEST = {"scipy.stats"}
_EVERY = {*_SEND, *_COUNT, *_DRAW, *_TEST, "networkx", "pydantic", "ruamel.yaml", "sqlite3", "scipy.spatial"}
_ATLAS = {"IPython", "matplotlib", "pyvis", "semanticscholar", "scipy.stats"}  # no network of pyvis, no request

FORBIDDEN = {
    "--version": _EVERY,
    "--help": _EVERY,
    "build --help": _EVERY,
    "index --help": _EVERY,
    "extract --help": {*_EVERY, "duckdb", "pyarrow"},
    "lint": {*_SEND, *_COUNT, *_DRAW, "networkx", "sqlite3"},
    "lint list.md": _EVERY,
    "import list.md -o imported": {*_SEND, *_COUNT, *_DRAW, "networkx", "sqlite3"},
    "compare list.md list.md": {*_SEND, *_COUNT, *_DRAW, "sqlite3"},
    "find --task segmentation": {*_SEND, *_COUNT, *_DRAW, "sqlite3"},
    "find --text heart --format markdown": {*_SEND, *_COUNT, *_DRAW, "sqlite3"},
    "find --text heart --format csv": {*_SEND, *_DRAW, "scipy", "sqlite3"},
    "show fedbn": {*_SEND, *_COUNT, *_DRAW, "sqlite3"},
    "rank --of datasets": {*_SEND, *_DRAW, *_TEST, "scipy.spatial", "sqlite3"},
    "similar fedbn": {*_SEND, *_DRAW, *_TEST, "scipy.spatial", "sqlite3"},
    "export -f bibtex -o papers.bib": {*_SEND, *_DRAW, "scipy", "sqlite3"},
    "gaps": {*_SEND, *_DRAW},
    "map list.md -o map.html": {*_ATLAS, "httpx"},
    "map list.md -o map.svg": {*_ATLAS, "httpx"},
    "build list.md --offline -q -o built": _ATLAS,
}
"""The modules that each command must not import; without a list or a catalog, it reads the bundled one."""

_SCRIPT = """\
import importlib, json, os, runpy, sys
loaded, commands = json.loads(sys.argv[1])
for name in ("flgraph.cli.main", *loaded):
    importlib.import_module(name)
for command in commands:
    sys.stdout.flush()
    if os.fork():
        assert os.wait()[1] == 0
        continue
    sys.argv = ["flgraph", *command.split()]
    try:
        runpy.run_module("flgraph", run_name="__main__")
        code = 0
    except SystemExit as ended:
        code = ended.code or 0
    print("\\n" + json.dumps([code, sorted(sys.modules)]), flush=True)
    os._exit(0)
"""
_LIST = """\
# Synthetic list

## Methods

- [Synthetic sorting of letters](https://example.org/a.pdf), 2021
- [Synthetic counting of letters](https://example.org/b.pdf), 2022
"""


def run_commands(commands: list[str], folder: Path, *, loaded: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Run commands, each in a fork of a process that has loaded the command line and more; return their modules."""
    (folder / "list.md").write_text(_LIST, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, json.dumps([loaded, commands])],
        cwd=folder,
        env=make_environment({}),
        capture_output=True,
        text=True,
    )
    assert 0 == done.returncode, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[0, ")]
    assert len(commands) == len(told), done.stdout + done.stderr
    return {command: modules for command, (_, modules) in zip(commands, told, strict=True)}


def find_superfluous(modules: dict[str, list[str]]) -> dict[str, set[str]]:
    return {
        command: found
        for command, names in modules.items()
        if (found := (FORBIDDEN[command] | {"duckdb"}) & set(names))
    }


def test_commands_that_answer_at_once_import_only_what_they_use(tmp_path: Path) -> None:
    commands = [command for command, forbidden in FORBIDDEN.items() if forbidden >= _COUNT]

    assert 12 == len(commands)
    assert {} == find_superfluous(run_commands(commands, tmp_path))


@pytest.mark.slow
def test_commands_that_compute_import_only_what_they_use(tmp_path: Path) -> None:
    commands = [command for command, forbidden in FORBIDDEN.items() if not forbidden >= _COUNT]
    loaded = ("numpy", "pandas", "networkx")

    assert 8 == len(commands)
    assert all(forbidden.isdisjoint(loaded) for forbidden in map(FORBIDDEN.__getitem__, commands))
    assert {} == find_superfluous(run_commands(commands, tmp_path, loaded=loaded))
