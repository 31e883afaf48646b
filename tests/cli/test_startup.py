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
import json, runpy, sys
sys.argv[0] = "flgraph"
try:
    runpy.run_module("flgraph", run_name="__main__")
except SystemExit as ended:
    print("\\n" + json.dumps([ended.code or 0, sorted(sys.modules)]))
else:
    print("\\n" + json.dumps([0, sorted(sys.modules)]))
"""
_LIST = """\
# Synthetic list

## Methods

- [Synthetic sorting of letters](https://example.org/a.pdf), 2021
- [Synthetic counting of letters](https://example.org/b.pdf), 2022
"""


_CASES = [
    pytest.param(command, marks=[] if "numpy" in forbidden else [pytest.mark.slow])
    for command, forbidden in FORBIDDEN.items()
]


@pytest.mark.parametrize("command", _CASES)
def test_a_command_imports_only_what_it_uses(command: str, tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text(_LIST, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, *command.split()],
        cwd=tmp_path,
        env=make_environment({}),
        capture_output=True,
        text=True,
    )
    code, modules = json.loads(done.stdout.splitlines()[-1])

    assert 0 == code, done.stderr
    assert not (FORBIDDEN[command] | {"duckdb"}) & set(modules)
