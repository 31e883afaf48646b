from __future__ import annotations

import ast
import doctest
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import flgraph
from flgraph.records import Catalog

SOURCE = Path(flgraph.__file__).parent
EXAMPLES = [
    ".".join(("flgraph", *path.relative_to(SOURCE).with_suffix("").parts))
    for path in sorted(SOURCE.rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]
HEAVY = ("pandas", "scipy", "matplotlib", "pyvis", "semanticscholar", "httpx", "networkx")


def run_python(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout


def test_importing_loads_nothing_heavy_and_opens_no_connection() -> None:
    script = (
        "import json, socket, sys\n"
        "def refuse(*args): raise SystemExit('a connection was opened')\n"
        "socket.socket.connect = refuse\n"
        "import flgraph\n"
        "dir(flgraph)\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))\n"
    )

    assert [] == json.loads(run_python(script))


@pytest.mark.parametrize("name", flgraph.__all__)
def test_every_public_name_is_there_and_says_what_it_is(name: str) -> None:
    value = getattr(flgraph, name)

    assert name == "__version__" or (value.__doc__ or "").strip()


def test_names_can_be_completed_before_they_are_loaded() -> None:
    listed = json.loads(run_python("import json, flgraph; print(json.dumps(dir(flgraph)))"))

    assert set(flgraph.__all__) <= set(listed)


def test_all_is_sorted() -> None:
    assert sorted(flgraph.__all__) == flgraph.__all__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'flgraph' has no attribute 'rank_paper'"):
        flgraph.rank_paper  # noqa: B018


def test_the_stub_exports_each_name_once_to_type_checkers() -> None:
    """A type checker takes `import a as a` for an export, and a plain import in a stub for a private name."""
    tree = ast.parse(Path(flgraph.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    aliases = [alias for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names]

    assert [alias.name for alias in aliases] == [alias.asname for alias in aliases]
    assert flgraph.__all__ == sorted(["__version__", *(alias.name for alias in aliases)])


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_docstrings_run(name: str, catalog: Catalog, tmp_path: Path) -> None:
    """The examples use the public names without an import, and `folder` for a place to write to.

    The bundled catalog is read once for all of them, but for those of its reader.
    """
    names = {name: getattr(flgraph, name) for name in flgraph.__all__} | {"folder": tmp_path}
    if name != "flgraph.catalog.reader":
        names["read_catalog"] = lambda *folder: flgraph.read_catalog(*folder) if folder else catalog

    result = doctest.testmod(import_module(name), extraglobs=names, optionflags=doctest.ELLIPSIS)

    assert 0 == result.failed


def test_the_examples_of_docstrings_are_found() -> None:
    assert len(EXAMPLES) > 30
