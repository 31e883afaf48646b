"""Parse plain YAML with py-yaml12, which is faster than ruamel.yaml and returns the same data for it.

The two parsers read some YAML differently: dates, anchors, tags, merges, escapes, `1_000`, equal keys. An entry that
may contain any of these is left to ruamel.yaml, which also words all errors. A new difference belongs in `_ODD`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

import yaml12

_START: Final = re.compile(r"^- ", re.MULTILINE)
# Control characters, document marks, and lists in lists so deep that py-yaml12 0.2 overflows the stack.
_ODD_FILE: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\t]|^(?:---|\.\.\.|%|[ -]{200})", re.MULTILINE
)
_ODD: Final = re.compile(
    "|".join(
        (
            r'"[^"]*\\',  # an escape
            r"<<",  # a merge
            r"(?:^ *|[\[{,]\s*|:\s+|-\s+)(?:[&*!?]|=\s*(?:[,\]}#]|$))",  # an anchor, alias, tag, complex key or `=`
            r"(?:^ *|:\s+|-\s+)[>|](?!-?\n)",  # a block with an unusual head
            r"(?<![\w.])[-+]?(?:0[box]|\.\d)",  # 0b1, 0o7, 0xf, .5
            r"[-+]{2}\d",  # +-1, which py-yaml12 reads as a number
            r"\d{4}-\d\d?-\d\d?",  # a date
            r"(?<![A-Za-z\d])\d{16}",  # more digits than a float holds
        )
    ),
    re.MULTILINE,
)
_COLON: Final = re.compile(r""":(?=[\s,\]}]|$)|(?<=["'\]}]):""")
_COLON_IN_TEXT: Final = re.compile(r""":(?=[\s,\]}])|(?<=["'\]}]):""")
# Text for py-yaml12 that may be a number for ruamel.yaml: 1_000, 1._5. Text like 21.5 was in quotes.
_ODD_NUMBER: Final = re.compile(r"(?![-+]?\d+(?:\.\d*)?$)[-+.\d_][-+.\d_eE]*")
_MAX_DEPTH: Final = 30
_MAX_BITS: Final = 53


def parse_entries(text: str, parse_entry: Callable[[str], Any]) -> list[tuple[str, Any]] | None:
    """Parse the text of a YAML list whose entries start with `- ` at the margin; None if it may be anything else.

    Each entry is returned as its text, up to the next entry, and its value.

    Parameters
    ----------
    text : str
        The text of a file.
    parse_entry : callable
        Parses the text of an odd entry to a list of one item. Where it raises `ValueError` or returns anything else,
        the result is None.
    """
    starts = [found.start() for found in _START.finditer(text)]
    if not starts or _ODD_FILE.search(text) or not _is_comment(text[: starts[0]]):
        return None
    parts = [text[start:stop] for start, stop in zip(starts, [*starts[1:], len(text)], strict=True)]
    plain = [part for part in parts if not _ODD.search(part)]
    if 2 * len(plain) < len(parts):  # too little to gain
        return None
    try:
        values = yaml12.parse_yaml("".join(plain))
        if not isinstance(values, list) or len(values) != len(plain):
            return None
        known = {
            part: value
            for part, value in zip(plain, values, strict=True)
            if _count_colons(value) == len(_COLON.findall(part))
        }
        entries = [[known[part]] if part in known else parse_entry(part) for part in parts]
    except ValueError:
        return None
    if not all(map(_is_one_item, entries)):
        return None
    return [(part, entry[0]) for part, entry in zip(parts, entries, strict=True)]


def _is_comment(text: str) -> bool:
    return all(not line or line.startswith("#") for line in text.split("\n"))


def _is_one_item(entry: Any) -> bool:
    return isinstance(entry, list) and len(entry) == 1


def _count_colons(value: Any) -> int:
    """Count the colons that the text of a value has at least; -1 if the parsers may have read it differently.

    A pair with a key that occurs twice adds a colon to the text, but none to this count.
    """
    total = 0
    stack = [(value, 0)]
    while stack:
        value, depth = stack.pop()
        if isinstance(value, str):
            if _ODD_NUMBER.fullmatch(value):
                return -1
            total += len(_COLON_IN_TEXT.findall(value))
        elif depth > _MAX_DEPTH:
            return -1
        elif isinstance(value, dict):
            if not all(isinstance(key, str) and part is not None for key, part in value.items()):
                return -1  # {a, b} has pairs without a colon
            total += len(value) + sum(len(_COLON_IN_TEXT.findall(key)) for key in value)
            stack += [(part, depth + 1) for part in value.values()]
            if any(map(_ODD_NUMBER.fullmatch, value)):
                return -1
        elif isinstance(value, list):
            stack += [(part, depth + 1) for part in value]
        elif not _is_plain_scalar(value):
            return -1
    return total


def _is_plain_scalar(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, bool) or (isinstance(value, int) and value.bit_length() <= _MAX_BITS)
