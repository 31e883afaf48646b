"""Turn a curated list of papers into a knowledge graph people can trust.

>>> import flgraph as fg
>>> fl = fg.build(offline=True)
>>> fl.graph.number_of_nodes() > 500
True

Names are imported on first use, so `import flgraph` loads no heavy package and opens no connection. `__init__.pyi`
lists the public names, for this file and for type checkers.
"""

import ast
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_STUB = ast.parse(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
_MODULES = {
    alias.name: str(statement.module)
    for statement in _STUB.body
    if isinstance(statement, ast.ImportFrom)
    for alias in statement.names
}

try:
    __version__ = version("flgraph")
except PackageNotFoundError:  # a source tree that is not installed
    __version__ = "0+unknown"

__all__ = sorted(["__version__", *_MODULES])  # noqa: PLE0605 - a list of strings, computed once


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        close = "".join(f"; did you mean {known!r}?" for known in get_close_matches(name, __all__, n=1))
        raise AttributeError(f"module 'flgraph' has no attribute {name!r}{close}")
    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
