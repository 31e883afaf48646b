"""A cache whose bytes change on disk never changes an answer: it is right, asked again, or a named error."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flgraph.errors import OutputError
from flgraph.sources.cache import RecordCache
from tests.replica import Replica, open_requester
from tests.sources.test_faults import CORPUS, Seen, ask_everything

FILES = 300


def ask(path: Path, replica: Replica, *, offline: bool) -> Seen:
    with (
        RecordCache(path) as cache,
        open_requester(api_url=replica.url, rate=0, offline=offline) as requester,
    ):
        return ask_everything(requester, cache)


def change_bytes(content: bytes, chance: random.Random) -> bytes:
    """Return the content with some bytes replaced, in places all over it or near to each other."""
    changed = bytearray(content)
    start, spread = (0, len(content)) if chance.random() < 0.5 else (chance.randrange(len(content) - 50), 50)
    for _ in range(chance.choice([1, 2, 5, 40])):
        changed[start + chance.randrange(spread)] = chance.choice(
            [0, 255, *b"0129abcdef{}[],\n", chance.randrange(256)]
        )
    return bytes(changed)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_changed_bytes_never_change_an_answer(part: int, tmp_path: Path) -> None:
    with Replica(papers=CORPUS, page_lines=40) as replica:
        whole = tmp_path / "whole.sqlite"
        quiet = ask(whole, replica, offline=False)
        assert quiet == ask(whole, replica, offline=True)
        with closing(sqlite3.connect(whole)) as connection:
            assert ("ok",) == connection.execute("PRAGMA quick_check").fetchone()
        content = whole.read_bytes()
        refused = 0
        for seed in range(part, FILES, 4):
            folder = tmp_path / str(seed)
            folder.mkdir()
            (folder / "cache.sqlite").write_bytes(change_bytes(content, random.Random(seed)))
            try:
                assert quiet == ask(folder / "cache.sqlite", replica, offline=False), seed
            except OutputError:
                refused += 1
            shutil.rmtree(folder)
        assert refused < FILES / 20
