"""Parse the JSON of answers, also where single values in it are invalid.

Strict parsing rejects a whole answer for one bad value. Tolerant parsing then replaces each bad value by NaN, which the
validation of records rejects in every field. So only the record that contains it fails.
"""

from __future__ import annotations

import json
import math
from contextlib import suppress
from typing import Final

from pydantic import JsonValue
from pydantic_core import from_json

from flgraph.checks import is_unicode

_MOST_VALUES: Final = 2_000_000
"""Maximum number of values; an answer of 10 MB has about a million, and each takes up to 64 bytes of memory."""

_LONGEST_NUMBER: Final = 400
_START_LENGTH: Final = 200


class JsonError(Exception):
    """A body is not JSON; the message says in a sentence what is wrong with it."""


def is_web_page(text: bytes | bytearray) -> bool:
    """Return whether a body is a page of HTML, as proxies, login pages and networks of servers send it."""
    return bytes(text[:_START_LENGTH]).lstrip().lower().startswith((b"<!doctype html", b"<html"))


def parse_json(text: bytes | bytearray) -> JsonValue:
    """Parse a JSON text in UTF-8.

    Raises
    ------
    JsonError
        The text is not JSON even with tolerance, or has too many values.

    Examples
    --------
    >>> parse_json(b'[{"citationCount": 3}, {"citationCount": NaN}]')
    [{'citationCount': 3}, {'citationCount': nan}]
    """
    if not text or text.isspace():
        raise JsonError("the body is empty")
    if is_web_page(text):
        raise JsonError("the body is a web page, not JSON")
    if sum(text.count(sign) for sign in (b",", b"[", b"{")) > _MOST_VALUES:
        raise JsonError(f"the body has more than {_MOST_VALUES:,} values")
    try:
        value: JsonValue = from_json(text, allow_inf_nan=False, cache_strings="keys")
    except ValueError:
        value = _parse_tolerantly(text)
    return value


def _parse_tolerantly(text: bytes | bytearray) -> JsonValue:
    with suppress(ValueError, RecursionError):
        # Bytes that are not UTF-8 become unpaired surrogates.
        value = json.loads(text.decode("utf-8-sig", "surrogateescape"), parse_int=_parse_int, strict=False)
        return _replace_surrogates(value)
    raise JsonError("the body is not valid JSON")  # outside of the block, since the error of json holds the whole text


def _replace_surrogates(value: JsonValue) -> JsonValue:
    """Replace texts with unpaired surrogates by NaN, in place and without recursion."""
    whole: list[JsonValue] = [value]
    left: list[list[JsonValue] | dict[str, JsonValue]] = [whole]
    while left:
        holder = left.pop()
        if isinstance(holder, dict):
            for key in [key for key in holder if not is_unicode(key)]:
                del holder[key]
                holder[ascii(key)] = math.nan
        places = list(holder.items()) if isinstance(holder, dict) else list(enumerate(holder))
        for place, item in places:
            if isinstance(item, list | dict):
                left.append(item)
            elif isinstance(item, str) and not is_unicode(item):
                holder[place] = math.nan  # type: ignore[index]
    return whole[0]


def _parse_int(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else math.nan
