"""Compute the digests by which a file shows that it was changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable


def dump_canonical(value: object) -> str:
    """Return JSON without white space and with sorted keys, so that equal data give equal text.

    Raises
    ------
    ValueError
        A number is infinite or not a number.
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_parts(parts: Iterable[bytes]) -> str:
    """Compute the SHA-256 of some bytes, given in parts, as "sha256:…"."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return f"sha256:{digest.hexdigest()}"
