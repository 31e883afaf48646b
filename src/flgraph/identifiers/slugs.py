"""Make keys from texts."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_NOT_ALPHANUMERIC: Final = re.compile(r"[^a-z0-9]+")

# Letters that Unicode normalization does not decompose into a base letter and an accent.
_ASCII_LETTERS: Final = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "\u0131": "i"}
)


def slug(text: str) -> str:
    """Make a key from a text: ASCII letters and digits joined by hyphens; never empty.

    Letters without an ASCII form become code points, so that different names give different keys.

    Examples
    --------
    >>> slug("Jürgen Müller")
    'jurgen-muller'
    >>> slug("李 Li")
    'u674e-li'
    """
    plain = _NOT_ALPHANUMERIC.sub("-", text.lower()).strip("-") if text.isascii() else ""
    if plain:  # as most texts, and ten times faster
        return plain
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_ASCII_LETTERS)
    bare = (sign for sign in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(sign))
    spelled = "".join(_spell(sign) if sign.isalnum() else "-" for sign in bare)
    return (
        "-".join(part for part in spelled.split("-") if part) or "-".join(f"u{ord(sign):04x}" for sign in text) or "u"
    )


def _spell(sign: str) -> str:
    return sign if sign.isascii() else f"u{ord(sign):04x}"
