"""Change a file by patches: bytes that replace a span, while all other bytes stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Patch:
    """The bytes that replace those from `start` to before `end`; equal places insert."""

    start: int
    end: int
    text: bytes


def apply_patches(data: bytes, patches: Iterable[Patch]) -> bytes:
    """Return a file with some spans replaced.

    Parameters
    ----------
    data : bytes
        The file.
    patches : Iterable of Patch
        The changes, in any order.

    Raises
    ------
    ValueError
        A patch lies outside the file, or two patches overlap or insert at the same place.

    Examples
    --------
    >>> apply_patches(b"one two", [Patch(4, 7, b"three"), Patch(0, 0, b"- ")])
    b'- one three'
    """
    parts: list[bytes] = []
    place, last = 0, -1
    for patch in sorted(patches):
        if not 0 <= patch.start <= patch.end <= len(data):
            raise ValueError(f"a patch from byte {patch.start} to {patch.end} lies outside the {len(data)} bytes")
        if patch.start < place or patch.start == last:
            raise ValueError(f"two patches overlap at byte {patch.start}")
        parts += [data[place : patch.start], patch.text]
        place, last = patch.end, patch.start
    return b"".join([*parts, data[place:]])
