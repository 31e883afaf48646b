"""Parse plain YAML with py-yaml12, which is faster than ruamel.yaml and returns the same data for it.

The two parsers read some YAML differently: dates, anchors, tags, merges, escapes, `1_000`, equal keys. An entry that
may contain any of these is left to ruamel.yaml, which also words all errors. A new difference belongs in `_ODD`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence, Set
from datetime import date
from typing import Any, Final

import yaml12

_START: Final = re.compile(r"^- ", re.MULTILINE)
_KEY: Final = re.compile(r"^[A-Za-z0-9][\w.-]*:(?=\s)", re.MULTILINE | re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\t]")
# Document marks, and lists or mappings in others so deep that py-yaml12 0.2 overflows the stack.
_ODD_LINE: Final = re.compile(r"\n(?:---|\.\.\.|%|[ :?-]{200})")
# Each pattern starts with a sign or a set of signs, for which Python's search is many times faster.
_ODD: Final = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"<<",  # a merge
        r"0(?<![\w.]0)[box]|\.(?<![\w.]\.)\d",  # 0b1, 0o7, 0xf, .5
        r"[-+]{2}\d",  # +-1, which py-yaml12 reads as a number
        r"\d(?<![A-Za-z\d]\d)\d{15}",  # more digits than a float holds
    )
)
_ODD_SIGN: Final = re.compile(r"[&*!?=>|](?<=[\s\[{,].)")  # all that the next pattern finds, and more
_ODD_START: Final = re.compile(
    r"(?:^ *|[\[{,]\s*|:\s+|-\s+)(?:[&*!?]|=\s*(?:[,\]}#]|$))"  # an anchor, alias, tag, complex key or `=`
    r"|(?:^ *|:\s+|-\s+)[>|](?!-?\n)",  # a block with an unusual head
    re.MULTILINE,
)
_ESCAPE: Final = re.compile(r'"[^"]*\\')
# A date is text for py-yaml12 and a date for ruamel.yaml, unless it is in quotes or part of a text.
_DATE: Final = re.compile(r"-(?<=\d{4}-)\d\d?-\d")
_PLAIN_DATE: Final = re.compile(r"(?<=\w: )\d{4}-\d\d-\d\d(?=\n)", re.ASCII)
_COLON: Final = re.compile(r""":(?:(?=[\s,\]}]|$)|(?<=["'\]}]:))""")
_COLON_IN_TEXT: Final = re.compile(r""":(?:(?=[\s,\]}])|(?<=["'\]}]:))""")
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
    parts = _cut(text, _START)
    found = parts and _parse_parts(parts, parse_entry, _split_list)
    if not found or not all(isinstance(value, list) and len(value) == 1 for value in found):
        return None
    return [(part, value[0]) for part, value in zip(parts, found, strict=True)]


def parse_pairs(text: str, parse_pair: Callable[[str], Any]) -> list[tuple[str, str, Any]] | None:
    """Parse the text of a YAML mapping whose keys start at the margin, without quotes; as `parse_entries`.

    Each pair is returned as its text, up to the next pair, its key and its value. `parse_pair` returns a mapping of one
    pair.
    """
    parts = _cut(text, _KEY)
    found = parts and _parse_parts(parts, parse_pair, _split_mapping)
    if not found or not all(isinstance(value, dict) and len(value) == 1 for value in found):
        return None
    pairs = [(part, *next(iter(value.items()))) for part, value in zip(parts, found, strict=True)]
    are_own = all(isinstance(key, str) and part.startswith(f"{key}:") for part, key, _ in pairs)
    return pairs if are_own and len({key for _, key, _ in pairs}) == len(pairs) else None


def _cut(text: str, start: re.Pattern[str]) -> list[str]:
    """Cut a text where its entries start; return nothing if it has none, or anything but comments before them."""
    starts = [found.start() for found in start.finditer(text)]
    if not starts or _CONTROL.search(text) or _ODD_LINE.search(f"\n{text}") or not _is_comment(text[: starts[0]]):
        return []
    return [text[start:stop] for start, stop in zip(starts, [*starts[1:], len(text)], strict=True)]


def _parse_parts(
    parts: Sequence[str], parse_part: Callable[[str], Any], split: Callable[[Any], list[Any] | None]
) -> list[Any] | None:
    """Return the value of each part as a collection of one item; None if a part may not stand alone."""
    is_plain = not _is_odd("".join(parts))  # one search of all is faster than one of each
    plain = parts if is_plain else [part for part in parts if not _is_odd(part)]
    if 2 * len(plain) < len(parts):  # too little to gain
        return None
    try:
        values = split(yaml12.parse_yaml("".join(plain)))
        if values is None or len(values) != len(plain):
            return None
        known = {}
        for part, value in zip(plain, values, strict=True):
            read = _read_dates(value, set(_PLAIN_DATE.findall(part))) if _DATE.search(part) else value
            colons = _count_colons(read)
            if colons >= 0 and colons == len(_COLON.findall(part)):
                known[part] = read
        return [known[part] if part in known else parse_part(part) for part in parts]
    except ValueError:
        return None


def _split_list(value: Any) -> list[Any] | None:
    return [[item] for item in value] if isinstance(value, list) else None


def _split_mapping(value: Any) -> list[Any] | None:
    return [{key: item} for key, item in value.items()] if isinstance(value, dict) else None


def _is_odd(part: str) -> bool:
    return (
        ("\\" in part and _ESCAPE.search(part) is not None)
        or any(pattern.search(part) for pattern in _ODD)
        or (_ODD_SIGN.search(part) is not None and _ODD_START.search(part) is not None)
        or ((days := len(_DATE.findall(part))) > 0 and days != len(_PLAIN_DATE.findall(part)))
    )


def _read_dates(value: Any, days: Set[str], depth: int = 0) -> Any:
    """Return a value with dates for its texts that are days: py-yaml12 reads a plain date as text."""
    if depth > _MAX_DEPTH:  # a value as deep as that is not used
        return value
    if isinstance(value, str):
        return date.fromisoformat(value) if value in days else value
    if isinstance(value, list):
        return [_read_dates(item, days, depth + 1) for item in value]
    if isinstance(value, dict):
        return {key: _read_dates(item, days, depth + 1) for key, item in value.items()}
    return value


def _is_comment(text: str) -> bool:
    return all(not line or line.startswith("#") for line in text.split("\n"))


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
            total += len(_COLON_IN_TEXT.findall(value)) if ":" in value else 0
        elif depth > _MAX_DEPTH:
            return -1
        elif isinstance(value, dict):
            for key, part in value.items():
                if part is None or not isinstance(key, str) or _ODD_NUMBER.fullmatch(key):
                    return -1  # {a, b} has pairs without a colon
                total += 1 if ":" not in key else 1 + len(_COLON_IN_TEXT.findall(key))
                stack.append((part, depth + 1))
        elif isinstance(value, list):
            stack += [(part, depth + 1) for part in value]
        elif not _is_plain_scalar(value):
            return -1
    return total


def _is_plain_scalar(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return (
        value is None or isinstance(value, bool | date) or (isinstance(value, int) and value.bit_length() <= _MAX_BITS)
    )
