"""Write plain data as block YAML in the style of ruamel.yaml, in a fraction of its time.

A text stands without quotes only if it starts with a letter or a digit, perhaps after a bracket or backslash, and no
parser of YAML 1.1 or 1.2 may read it as anything else. Texts that need escapes are left to ruamel.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from math import isfinite
from typing import Any, Final

# Printable and no line break, so that neither plain nor quoted text needs an escape.
_PRINTABLE: Final = re.compile(
    "[ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010fffd]+", re.ASCII
)
_PLAIN: Final = re.compile(r"[A-Za-z][ !\"$-9;-~]*(?<! )|https?://[!-~]+(?<!:)")
_PLAIN_START: Final = re.compile(r"[^\W_]|[(\\](?=[\w?])")
_NOT_PLAIN: Final = re.compile(r": |:$| #")
# Numbers, dates and times of YAML 1.1 and 1.2: 1_000, 0x1F, 1e3, 12:30, 2021-06-01 10:00.
_NUMBER: Final = re.compile(
    r"[\d_.,:eE+-]+|0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|\d{4}-\d\d?-\d\d?(?:[Tt\s].*)?", re.ASCII
)
_WORDS: Final = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})
_ONE_SPACE: Final = re.compile(r"(?<! ) (?! )")
_SIMPLE_FLOAT: Final = re.compile(r"-?\d+\.\d+")
_FIELDS: Final = frozenset({"key", "title", "section", "year", "name", "ids", "label", "url", "kind", "evidence"})
"""Frequent keys that need no quotes."""
_LONGEST_KEY: Final = 100
_STEP: Final = 2


class _NeedsEscapesError(ValueError):
    """A value that this module does not write."""


def dump_block(data: Mapping[str, Any] | Sequence[Any], *, width: int) -> str | None:
    """Return a mapping or a list as YAML text; None if a value needs escapes or is not plain data.

    Lines are folded after `width` columns, as ruamel.yaml folds them.
    """
    lines: list[str] = []
    try:
        _add_collection(lines, data, "", "", width)
    except _NeedsEscapesError:
        return None
    return "".join([f"{line}\n" for line in lines])


def _add_collection(lines: list[str], data: Any, head: str, margin: str, width: int) -> None:
    """Add the lines of a collection; `head` stands before its first line, and `margin` before the others."""
    before = head
    if isinstance(data, dict):
        for key, value in data.items():
            _add_pair(lines, key, value, before, margin, width)
            before = margin
        return
    for item in data:
        if item and _is_collection(item):
            _add_collection(lines, item, f"{before}- ", f"{margin}  ", width)
        else:
            _add_scalar(lines, item, f"{before}-", margin, width)
        before = margin


def _add_pair(lines: list[str], key: Any, value: Any, before: str, margin: str, width: int) -> None:
    if not isinstance(key, str) or len(key) > _LONGEST_KEY:
        raise _NeedsEscapesError
    name = f"{before}{key if key in _FIELDS or _is_plain(key) else _quote(key)}:"
    if value and _is_collection(value):
        lines.append(name)
        inner = f"{margin}  " if isinstance(value, dict) else margin
        _add_collection(lines, value, inner, inner, width)
    else:
        _add_scalar(lines, value, name, margin, width)


def _is_collection(value: Any) -> bool:
    return isinstance(value, (dict, list, tuple))


def _add_scalar(lines: list[str], value: Any, before: str, margin: str, width: int) -> None:
    if not isinstance(value, str):
        lines.append(f"{before} {_format_other(value)}" if value is not None else before)
        return
    is_plain = _is_plain(value)
    if len(before) + len(value) < width - _STEP - value.count("'"):  # fits into the line in any style
        lines.append(f"{before} {value if is_plain else _quote(value)}")
    else:
        fold = _fold_plain if is_plain else _fold_quoted
        lines += fold(value, before, margin + " " * _STEP, width)


def _format_other(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) or (isinstance(value, date) and not isinstance(value, datetime)):
        return str(value)
    if isinstance(value, float) and isfinite(value) and _SIMPLE_FLOAT.fullmatch(repr(value)):
        return repr(value)
    if _is_collection(value) and not value:
        return "{}" if isinstance(value, dict) else "[]"
    raise _NeedsEscapesError


def _is_plain(text: str) -> bool:
    """Return whether a text may stand without quotes; raise `_NeedsEscapesError` if quotes would not do either."""
    if _PLAIN.fullmatch(text):  # most texts, at the cost of one match
        return text.lower() not in _WORDS
    if not _PRINTABLE.fullmatch(text):
        raise _NeedsEscapesError
    return bool(
        _PLAIN_START.match(text)
        and text == text.strip()
        and not _NOT_PLAIN.search(text)
        and not _NUMBER.fullmatch(text)
        and text.lower() not in _WORDS
    )


def _quote(text: str) -> str:
    if "'" in text and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _fold_plain(text: str, before: str, indent: str, width: int) -> Iterator[str]:
    """Yield lines that end before a word that would exceed the width."""
    line = before
    for place, word in enumerate(_ONE_SPACE.split(text)):
        if len(line) + 1 + len(word) > width and (place or not before.endswith("-")):
            yield line
            line = indent + word
        else:
            line = f"{line} {word}"
    yield line


def _fold_quoted(text: str, before: str, indent: str, width: int) -> Iterator[str]:
    """Yield lines that end after a word that exceeds the width, in single quotes."""
    first, *others = _ONE_SPACE.split(text.replace("'", "''"))
    line = f"{before} '{first}"
    for word in others:
        if len(line) > width:
            yield line
            line = indent + word
        else:
            line = f"{line} {word}"
    yield f"{line}'"
