"""Parse the JSON of answers, also where single values in it are invalid.

Strict parsing rejects a whole answer for one bad value. Tolerant parsing then keeps such a value in a form that the
validation of records rejects: an unpaired surrogate, NaN, or infinity. So only the record that contains it fails.
"""

from __future__ import annotations

import json
import math
from contextlib import suppress
from typing import Final

from pydantic import JsonValue
from pydantic_core import from_json

_MOST_VALUES: Final = 2_000_000
"""Maximum number of values; an answer of 10 MB has about a million, and each takes up to 64 bytes of memory."""

_LONGEST_NUMBER: Final = 400


class JsonError(Exception):
    """A text is not JSON; the message says what it is instead."""


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
        raise JsonError("an empty body")
    if sum(text.count(sign) for sign in (b",", b"[", b"{")) > _MOST_VALUES:
        raise JsonError(f"more than {_MOST_VALUES:,} values")
    try:
        value: JsonValue = from_json(text, allow_inf_nan=False, cache_strings="keys")
    except ValueError:
        value = _parse_tolerantly(text)
    return value


def _parse_tolerantly(text: bytes | bytearray) -> JsonValue:
    with suppress(ValueError, RecursionError):
        # Bytes that are not UTF-8 become unpaired surrogates.
        value: JsonValue = json.loads(text.decode("utf-8-sig", "surrogateescape"), parse_int=_parse_int, strict=False)
        return value
    raise JsonError("invalid JSON")  # outside of the block, since the error of json holds the whole text


def _parse_int(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else math.nan
