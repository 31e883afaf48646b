"""Change the bytes of a file in one place: a bit, a number, a stretch, a line."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TypeVar

Read = TypeVar("Read")

Mutation = Callable[[bytes, Random], bytes]


def _pick(content: bytes, random: Random, longest: int = 40) -> tuple[int, int]:
    start = random.randrange(len(content))
    return start, min(len(content), start + random.randint(1, longest))


def flip(content: bytes, random: Random) -> bytes:
    place = random.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << random.randrange(8)]) + content[place + 1 :]


def delete(content: bytes, random: Random) -> bytes:
    start, end = _pick(content, random)
    return content[:start] + content[end:]


def insert(content: bytes, random: Random) -> bytes:
    place = random.randrange(len(content))
    return (
        content[:place] + random.choice([b"0", b"7", b" ", b"\n", b"x", b"{}", b'"', b",", b"\xff"]) + content[place:]
    )


def duplicate(content: bytes, random: Random) -> bytes:
    start, end = _pick(content, random)
    return content[:end] + content[start:end] + content[end:]


def truncate(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content))]


def swap(content: bytes, random: Random) -> bytes:
    one, other = sorted(random.sample(range(len(content)), 2))
    changed = bytearray(content)
    changed[one], changed[other] = changed[other], changed[one]
    return bytes(changed)


def change_number(content: bytes, random: Random) -> bytes:
    """Change a count, a year or another number by one."""
    found = random.choice(list(re.finditer(rb"(?<![\w.-])\d+(?![\w.-])", content)))
    return content[: found.start()] + str(int(found[0]) + random.choice([1, -1])).encode() + content[found.end() :]


def change_line(content: bytes, random: Random) -> bytes:
    """Drop or double a line, or swap it with another."""
    lines = content.splitlines(keepends=True)
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    how = random.choice(["drop", "double", "swap"])
    if how == "swap":
        lines[one], lines[other] = lines[other], lines[one]
    else:
        lines[one : one + 1] = [lines[one]] * (2 if how == "double" else 0)
    return b"".join(lines)


MUTATIONS: tuple[Mutation, ...] = (flip, delete, insert, duplicate, truncate, swap, change_number, change_line)


def mutate(content: bytes, seed: int) -> bytes:
    """Return a file with one mutation; a compressed one is changed as it is, or inside."""
    random = Random(seed)
    mutation = MUTATIONS[seed % len(MUTATIONS)]
    is_packed = content.startswith(b"\x1f\x8b")
    is_inside = is_packed and (mutation in (change_number, change_line) or random.random() < 0.5)
    if not is_inside:
        return mutation(content, random)
    return gzip.compress(mutation(gzip.decompress(content), random), mtime=0)


def count_refused(
    path: Path, read: Callable[[Path], Read], refusal: type[Exception], is_same: Callable[[Read], bool]
) -> int:
    """Mutate a file 300 times and count the refusals, each one line that names it; all other readings are the same."""
    content, said = path.read_bytes(), list[str]()
    for seed in range(300):
        path.write_bytes(mutate(content, seed))
        try:
            found = read(path)
        except refusal as error:
            said.append(str(error))
        else:
            assert is_same(found), seed
    assert [] == [text for text in said if not text.startswith(str(path)) or len(text.splitlines()) != 1]
    return len(said)
