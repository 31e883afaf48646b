"""YAML as people edit it: plain data with a line for every mistake, and trees that keep comments and order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from flgraph.errors import CatalogError
from flgraph.model import Finding

_WIDTH = 110
_DATE = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")


def parse_yaml(path: Path, *, missing: object) -> Any:
    """Return the plain data of a YAML file; `missing` where there is no file or nothing in it.

    Raises
    ------
    CatalogError
        The file cannot be read or is not whole; with one finding that says the line.
    """
    try:
        if not path.exists():
            return missing
    except OSError as error:
        raise _refuse(path, f"cannot be read ({error.strerror})") from error
    text = read_text(path)
    try:
        data = YAML(typ="safe").load(text)
    except RecursionError as error:
        raise _refuse(path, "is nested too deeply for a catalog; look for brackets that are not closed") from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(str(error.problem or error.context or "broken off").split())
        message = f"is not whole YAML: {what}; look at this line and the one before"
        raise _refuse(path, message, line=mark.line + 1 if mark else 1) from error
    except (YAMLError, ValueError) as error:  # an impossible date is a ValueError
        reason = " ".join(str(error).split())
        raise _refuse(path, f"is not YAML ({reason})", line=_find_impossible_date(text)) from error
    return missing if data is None else data


def read_text(path: Path) -> str:
    """Return the text of a file, or raise a `CatalogError` that says what is wrong with it."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _refuse(path, f"is not UTF-8 text ({error.reason}); save it as UTF-8") from error
    except OSError as error:
        raise _refuse(path, f"cannot be read ({error.strerror})") from error


def _refuse(path: Path, message: str, *, line: int = 1) -> CatalogError:
    finding = Finding(level="error", path=str(path), line=line, message=message)
    return CatalogError(str(finding), [finding])


def _find_impossible_date(text: str) -> int:
    """Return the line of the first date that no calendar has, 1 where there is none."""
    for number, line in enumerate(text.splitlines(), start=1):
        for year, month, day in _DATE.findall(line):
            try:
                date(int(year), int(month), int(day))
            except ValueError:
                return number
    return 1


def parse_text(text: str) -> Any:
    """Return the plain data of a YAML text that was dumped here."""
    return YAML(typ="safe").load(text)


def parse_tree(text: str) -> Any:
    """Return the tree of a YAML text that was read from a file that parses."""
    return _round_trip().load(text)


def load_tree(path: Path) -> Any:
    """Return the tree of a file with its comments and positions, None where there is no file or nothing in it."""
    return None if parse_yaml(path, missing=None) is None else parse_tree(read_text(path))


def dump_tree(tree: Any) -> str:
    """Return the text of a tree, wrapped at 110 columns."""
    stream = StringIO()
    _round_trip().dump(tree, stream)
    # ruamel leaves a blank at the end of each line that it folds; a diff would show every one.
    return "\n".join(line.rstrip(" ") for line in stream.getvalue().split("\n"))


def _round_trip() -> YAML:
    yaml = YAML(typ="rt")
    yaml.width = _WIDTH
    yaml.preserve_quotes = True
    return yaml


def find_line(tree: Any, location: Sequence[str | int]) -> int:
    """Return the 1-based line of the deepest part of a location that has a position."""
    line: int = getattr(getattr(tree, "lc", None), "line", 0) or 0
    for step in location:
        positions = getattr(tree, "lc", None)
        if positions is None or positions.data is None or step not in positions.data:
            break
        line = positions.data[step][0]
        tree = tree[step]
    return line + 1
