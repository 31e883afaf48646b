from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from flgraph.errors import OutputError
from flgraph.sources.cache import RecordCache, Shelf, choose_cache
from flgraph.sources.provider import Desk
from flgraph.sources.semantic_scholar.papers import fetch_papers
from tests.full_disk import write_limit
from tests.replica import Replica, StillClock, make_paper, open_requester
from tests.running import run as run_flgraph

SHELF = Shelf("somewhere", "paper", "title,year", max_age=100)
DAY = 86_400.0
KEY = "synthetic-key-0123456789"


def read(path: Path, shelf: Shelf = SHELF, *ids: str, clock: StillClock | None = None) -> dict[str, JsonValue]:
    with RecordCache(path, clock=(clock or StillClock()).as_clock()) as cache:
        return cache.read_records(shelf, ids or ["one"])


def write(path: Path, record: JsonValue = "a record", *, clock: StillClock | None = None) -> None:
    with RecordCache(path, clock=(clock or StillClock()).as_clock()) as cache:
        cache.write_records(SHELF, {"one": record})


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [entry.getMessage() for entry in caplog.records if entry.levelno >= logging.WARNING]


# --- records ---------------------------------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.slow
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), json_values, max_size=5))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, records: dict[str, JsonValue]) -> None:
    with RecordCache(tmp_path_factory.mktemp("cache") / "cache.sqlite") as cache:
        cache.write_records(SHELF, records)
        assert records == cache.read_records(SHELF, [*records, "never written"])


def test_miss_is_known_and_what_was_never_asked_is_not(path: Path) -> None:
    write(path, None)
    assert {"one": None} == read(path, SHELF, "one", "two")


@pytest.mark.parametrize("change", [{"source": "elsewhere"}, {"kind": "page"}, {"fields": "title"}])
def test_records_of_another_shelf_are_others(change: dict[str, str], path: Path) -> None:
    write(path)
    assert {} == read(path, SHELF._replace(**change))


def test_newer_record_replaces_the_older(path: Path) -> None:
    write(path, 1)
    write(path, 2)
    assert {"one": 2} == read(path)


@pytest.mark.parametrize(("found", "age"), [(True, 0), (True, 99), (False, 100), (False, 1_000)])
def test_record_is_forgotten_at_its_age(found: bool, age: int, path: Path) -> None:
    write(path, clock=StillClock(now=10_000))
    assert found == bool(read(path, clock=StillClock(now=10_000 + age)))


@pytest.mark.parametrize(("found", "ahead"), [(True, 1), (True, 99), (False, 100), (False, 10 * 365 * DAY)])
def test_clock_set_back_makes_no_record_immortal(found: bool, ahead: float, path: Path) -> None:
    write(path, clock=StillClock(now=10_000 + ahead))
    assert found == bool(read(path, clock=StillClock(now=10_000)))


def test_no_age_at_all_knows_nothing(path: Path) -> None:
    write(path)
    assert {} == read(path, SHELF._replace(max_age=0))
    assert {"one": "a record"} == read(path, SHELF._replace(max_age=float("inf")))


def test_ask_once_asks_once(path: Path) -> None:
    asked: list[str] = []

    def ask() -> JsonValue:
        asked.append("one")
        return None

    with RecordCache(path) as cache:
        assert [None, None] == [cache.ask_once(SHELF, "one", ask) for _ in range(2)]
    assert ["one"] == asked


def test_cache_without_file_keeps_nothing() -> None:
    with RecordCache(None) as cache:
        cache.write_records(SHELF, {"one": 1})
        assert {} == cache.read_records(SHELF, ["one"])
        assert 2 == cache.ask_once(SHELF, "one", lambda: 2)


def test_closed_cache_knows_nothing(path: Path) -> None:
    cache = RecordCache(path)
    cache.close()
    cache.write_records(SHELF, {"one": 1})
    assert {} == cache.read_records(SHELF, ["one"])


def test_default_place_is_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("FLGRAPH_CACHE")
    assert tmp_path / "flgraph" / "answers.sqlite" == choose_cache()

    (tmp_path / "flgraph").mkdir()
    (tmp_path / "flgraph" / "semantic-scholar.sqlite").touch()
    assert tmp_path / "flgraph" / "semantic-scholar.sqlite" == choose_cache()


def test_key_is_not_in_the_files(path: Path) -> None:
    with (
        Replica(papers=[make_paper("alpha")]) as replica,
        RecordCache(path) as cache,
        open_requester(api_url=replica.url, api_key=KEY, rate=0) as requester,
    ):
        fetch_papers([make_paper("alpha")["paperId"]], Desk(requester, cache))
        assert [KEY] == [seen.key for seen in replica.requests]
        kept = [file.read_bytes() for file in path.parent.iterdir()]
    assert any(b"Synthetic paper alpha" in content for content in kept)
    assert not [content for content in kept if KEY.encode() in content]


# --- files that cannot be used ---------------------------------------------------------------------------


def make_foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE precious (thing)")


def cut(path: Path) -> None:
    write(path, "x" * 100_000)
    path.write_bytes(path.read_bytes()[:5_000])


def make_other_program(path: Path) -> None:
    """Leave a database of another program as it is while that program runs: in WAL mode, not checkpointed."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("PRAGMA application_id = 77")
        other.execute("CREATE TABLE precious (thing)")
        kept = [(name, (path.parent / name).read_bytes()) for name in (path.name, f"{path.name}-wal")]
    for name, content in kept:
        (path.parent / name).write_bytes(content)


def spoil(path: Path, text: str = "broken") -> None:
    """Leave a cache of flgraph with its header alone."""
    write(path, "x" * 9_000)
    path.write_bytes(path.read_bytes()[:100] + (text * 9_999).encode())


FOREIGN = [
    lambda path: path.write_bytes(b"no database at all, but some text" * 99),
    lambda path: path.write_text("- key: alpha\n"),
    lambda path: path.write_bytes(b"\x00" * 999),
    lambda path: path.write_bytes(b"SQLite format 3\x00"),
    make_foreign,
    make_other_program,
]


def read_folder(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("make", FOREIGN, ids=["text", "yaml", "zeros", "short", "database", "wal"])
def test_file_of_another_program_is_refused_and_not_touched(make: Callable[[Path], object], path: Path) -> None:
    path.parent.mkdir()
    make(path)
    content = read_folder(path.parent)
    with pytest.raises(OutputError, match=r"cache.sqlite: is not a cache of flgraph, and was not changed; name ano"):
        RecordCache(path)
    assert content == read_folder(path.parent)


def test_command_refuses_a_file_of_another_program_in_one_line(folder: Path, tmp_path: Path) -> None:
    papers = (folder / "papers.yaml").read_bytes()
    for command in ("build", "enrich"):
        done = run_flgraph(command, "catalog", "--cache", "catalog/papers.yaml", "-o", "out", cwd=tmp_path)
        assert (1, 1) == (done.returncode, done.stderr.count("error: "))
        assert "error: catalog/papers.yaml: is not a cache of flgraph" in done.stderr
        assert papers == (folder / "papers.yaml").read_bytes()
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("version", [0, 2, 99])
def test_cache_of_another_version_is_left_and_another_is_used_beside_it(
    version: int, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute(f"PRAGMA user_version = {version}")
    content = path.read_bytes()
    assert {} == read(path)
    write(path, 1)
    assert {"one": 1} == read(path)
    assert content == path.read_bytes()
    assert {"cache.sqlite", "cache-v1.sqlite"} == {
        found.name for found in path.parent.iterdir() if not found.name.endswith("-turns")
    }
    assert [] == warnings(caplog)


@pytest.mark.parametrize("damage", [spoil, cut], ids=["spoiled", "cut"])
def test_damaged_cache_is_kept_aside_and_begun_anew(
    damage: Callable[[Path], object], path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    damage(path)
    content = path.read_bytes()
    with RecordCache(path) as cache:
        assert {} == cache.read_records(SHELF, ["one"])
        cache.write_records(SHELF, {"one": 1})
    assert {"one": 1} == read(path, SHELF._replace(max_age=float("inf")))
    assert content == path.with_name("cache.sqlite.broken-1").read_bytes()
    assert len(warnings(caplog)) == 1
    assert "moved it to cache.sqlite.broken-1" in warnings(caplog)[0]


def test_damaged_files_are_all_kept(path: Path) -> None:
    for number in (1, 2):
        spoil(path, f"broken {number}")
        write(path)
        assert (
            path.with_name(f"cache.sqlite.broken-{number}").read_bytes()[100:].startswith(f"broken {number}".encode())
        )


def test_file_that_breaks_while_it_is_open_is_begun_anew(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(path, "x" * 200_000)
    with RecordCache(path) as cache:
        path.write_bytes(path.read_bytes()[:4_096] + b"\xff" * 300_000)
        cache.write_records(SHELF, {"one": 1, "two": 2})
        assert {"one": 1, "two": 2} == cache.read_records(SHELF, ["one", "two"])
    assert len(warnings(caplog)) == 1


def test_record_that_is_no_json_is_asked_for_again(path: Path) -> None:
    write(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("UPDATE record SET body = ?", (b"\xff{",))
    assert {} == read(path)


def test_record_of_an_earlier_version_is_read(path: Path) -> None:
    write(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("UPDATE record SET body = ?", (b'"earlier"',))
    assert {"one": "earlier"} == read(path)


@pytest.mark.parametrize(
    "change",
    [
        "body = CAST(replace(body, 'a record', 'another!') AS BLOB)",
        "id = 'one', body = (SELECT body FROM record WHERE id = 'two')",
        "fetched_at = fetched_at + 1",
        "body = CAST(body AS TEXT)",
        "body = 5",
        "body = 'null'",
        "fetched_at = 'now'",
    ],
)
def test_record_that_was_changed_on_disk_is_not_used(change: str, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(path)
    with RecordCache(path, clock=StillClock().as_clock()) as cache:
        cache.write_records(SHELF, {"two": 2})
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(f"UPDATE record SET {change} WHERE id = 'one'")
    with RecordCache(path, clock=StillClock().as_clock()) as cache:
        assert {"two": 2} == cache.read_records(SHELF, ["one", "two"])
        assert "right" == cache.ask_once(SHELF, "one", lambda: "right")
        assert {"one": "right", "two": 2} == cache.read_records(SHELF, ["one", "two"])
    if "now" not in change:
        assert "cache.sqlite: 1 cached record changed on disk; requesting again" in warnings(caplog)[0]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the write lock of the file, as a process would that hangs."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.rollback()


def test_locked_file_is_waited_for_and_then_done_without(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(path)
    with locked(path), RecordCache(path, wait=0.05) as cache:
        for number in range(3):
            cache.write_records(SHELF, {"two": number})
        assert {} == cache.read_records(SHELF, ["two"])
    assert len(warnings(caplog)) == 1
    assert "database is locked); continuing without a cache" in warnings(caplog)[0]


def test_new_file_that_is_locked_is_done_without(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.mkdir()
    with locked(path), RecordCache(path, wait=0.05) as cache:
        cache.write_records(SHELF, {"two": 2})
    assert len(warnings(caplog)) == 1


@pytest.mark.parametrize("place", ["file/cache.sqlite", ""])
def test_impossible_place_is_done_without(place: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("a file, no folder")
    with RecordCache(tmp_path / place) as cache:
        assert 1 == cache.ask_once(SHELF, "one", lambda: 1)
    assert len(warnings(caplog)) == 1


FULL_DISK = f"""
    import logging, sys
    from flgraph.sources.cache import RecordCache, Shelf
    logging.basicConfig()
    shelf = Shelf("somewhere", "paper", "title")
    with RecordCache(sys.argv[1]) as cache:
        cache.write_records(shelf, {{"small": 1}})
        {write_limit(100_000)}
        for number in range(3):
            cache.write_records(shelf, {{f"large {{number}}": "x" * 1_000_000}})
    with RecordCache(sys.argv[1]) as cache:
        print(cache.read_records(shelf, ["small", "large 0"]))
"""


def run(script: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", dedent(script), *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_full_disk_is_one_warning_and_no_loss(path: Path) -> None:
    output, errors = run(FULL_DISK, str(path)).communicate(timeout=60)
    assert "{'small': 1}\n" == output
    assert 1 == errors.count("continuing without a cache")
