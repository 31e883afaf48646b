"""`build_index` and `plan_index`: what they refuse, each in one clear line, and what a plan says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flgraph.errors import OutputError, TableError

duckdb = pytest.importorskip("duckdb", reason="needs the extra bulk: pip install 'flgraph[bulk]'")

from flgraph.bulk.index import plan_index  # noqa: E402
from flgraph.bulk.index_files import read_index  # noqa: E402
from tests.bulk.releases import (  # noqa: E402
    CITATIONS,
    WORKS,
    build,
    query,
    write_lines,
    write_openalex,
    write_semantic_scholar,
)

LINE = json.dumps(WORKS[0])


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([LINE, '{"id": "W1", "title": '], r":2: is not a JSON object; download .* else mend or remove the line"),
        ([LINE, "[1, 2]"], r":2: is not a JSON object"),
        ([LINE] * 3 + ['{"id": null, "title": "a"}'], r":4: id is None; should be such as https://openalex\.org/W27"),
        ([LINE, '{"id": "https://openalex.org/A5"}'], r":2: id is 'https://openalex\.org/A5'; should be"),
        ([LINE, '{"id": "W9223372036854775808"}'], r":2: id is 'W9223372036854775808'; should be .*, below 2\*\*63"),
        ([LINE, '{"id": "W7", "referenced_works": "W1"}'], r":2: referenced_works is 'W1'; should be a list"),
        ([LINE, '{"id": "W7", "authorships": [7]}'], r":2: authorships is \[7\]; should be a list of the right kind"),
        ([LINE, '{"id": "W7", "id": "W8"}'], r"has records of another form than works .*duplicate key"),
        (['{"id": "https://openalex.org/A5", "works_count": 7}'], r": has the fields id, works_count; should hold"),
        (["{"], r":1: is not JSON; the file should have a JSON object a line"),
        (["[1]"], r":1: is \[1\]; should be a JSON object"),
        ([], r": has no records"),
    ],
)  # fmt: skip
def test_a_broken_file_is_one_clear_line(lines: list[str], message: str, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "works.jsonl.gz", lines)
    with pytest.raises(TableError, match=message) as caught:
        build(path, tmp_path / "index")
    assert str(caught.value).startswith(str(path))
    assert 1 == len(str(caught.value).splitlines())


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"citingcorpusid": "x1", "citedcorpusid": 2}, "5: citingcorpusid is 'x1'; should be a number such as 2154"),
        ({"citingcorpusid": 1, "citedcorpusid": 2**63}, f"5: citedcorpusid is {2**63}; should be a number"),
        ({"citingcorpusid": 1, "citedcorpusid": 1.5}, "5: citedcorpusid is 1.5; should be a number"),
    ],
)  # fmt: skip
def test_a_wrong_id_of_a_citation_is_named(record: dict[str, Any], message: str, tmp_path: Path) -> None:
    release = write_semantic_scholar(tmp_path / "release")
    path = write_lines(release / "citations" / "b.gz", [*CITATIONS, record])
    with pytest.raises(TableError) as caught:
        build(release, tmp_path / "index")
    assert str(caught.value).startswith(f"{path}:{message}")


def test_ids_as_text_are_read(tmp_path: Path) -> None:
    release = write_semantic_scholar(tmp_path / "release")
    write_lines(release / "citations" / "b.gz", [{"citingcorpusid": "11", "citedcorpusid": "12"}])
    assert (11, 12, None) in query(build(release, tmp_path / "index").citations_glob)


def test_parquet_with_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "papers.parquet"
    with duckdb.connect() as base:
        base.execute(f"copy (select 1 as id, 'a' as name) to '{path}' (format parquet)")
    with pytest.raises(TableError, match="has the fields id, name; should hold one of: works of OpenAlex"):
        build(path, tmp_path / "index")


def test_wrong_ids_in_parquet_are_named_by_row(tmp_path: Path) -> None:
    path = tmp_path / "works.parquet"
    with duckdb.connect() as base:
        base.execute(
            "copy (from (values ('W1', 2020, []::varchar[]), (null, 2020, [])) "
            f"t(id, publication_year, referenced_works)) to '{path}' (format parquet)"
        )
    with pytest.raises(TableError, match=r"works\.parquet:2: id is None; should be such as"):
        build(path, tmp_path / "index")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; download it again"),
        (b"\x28\xb5\x2f\xfd1234", "is packed by Zstandard; unpack it, or pack it by gzip"),
        (b"\x1f\x8bxyz12345", "is cut short or damaged"),
        (b"PAR1 and no more", "cannot be read"),
    ],
)
def test_a_file_that_is_none_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "part_000.gz"
    path.write_bytes(content)
    with pytest.raises(TableError, match=message):
        build(path, tmp_path / "index")


def test_two_sources_are_refused(tmp_path: Path) -> None:
    inputs = [write_openalex(tmp_path), write_semantic_scholar(tmp_path / "release")]
    with pytest.raises(TableError, match=r"holds works of OpenAlex, and .* holds citations of Semantic Scholar"):
        build(inputs, tmp_path / "index")
    with pytest.raises(TableError, match="holds works of OpenAlex, and --source asks for another"):
        build(inputs[0], tmp_path / "index", source="semantic_scholar")


@pytest.mark.parametrize(("has", "lacks"), [("citations", "papers"), ("papers", "citations")])
def test_half_a_release_of_semantic_scholar_is_refused(has: str, lacks: str, tmp_path: Path) -> None:
    release = write_semantic_scholar(tmp_path / "release")
    with pytest.raises(TableError, match=f"no file holds {lacks}; name the folder of {lacks} too"):
        build(release / has, tmp_path / "index")


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "manifest").write_text("{}")
    with pytest.raises(TableError, match="no file of a release is there"):
        build(tmp_path / "in", tmp_path / "index")
    with pytest.raises(TableError, match="missing: cannot be read"):
        build(tmp_path / "missing", tmp_path / "index")


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    release = write_openalex(tmp_path)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "today.txt").write_text("keep me")
    with pytest.raises(OutputError, match=r"notes: holds something else, such as today\.txt"):
        build(release, tmp_path / "notes")
    assert ["today.txt"] == [path.name for path in (tmp_path / "notes").iterdir()]
    with pytest.raises(OutputError, match="is a file; an index is a folder"):
        build(release, tmp_path / "notes" / "today.txt")
    with pytest.raises(TableError, match=r"is in the input .*; choose another folder for the index"):
        build(release, release / "index")


def test_an_index_of_other_files_is_refused(tmp_path: Path) -> None:
    index = build(write_openalex(tmp_path), tmp_path / "index")
    with pytest.raises(
        OutputError, match="index: is an index of other files, such as updated_date=2026-01-01/part_0000"
    ):
        build(write_lines(tmp_path / "other.jsonl", WORKS), tmp_path / "index")
    assert index == read_index(tmp_path / "index")


def test_an_index_of_another_version_is_refused(tmp_path: Path) -> None:
    release = write_openalex(tmp_path)
    file = build(release, tmp_path / "index").path / "index.json"
    file.write_text(file.read_text().replace('"schema_version": 1', '"schema_version": 2'))
    with pytest.raises(OutputError, match="is an index of version 2, this flgraph makes version 1"):
        build(release, tmp_path / "index")


# --- plan ----------------------------------------------------------------------------------------------------


def test_a_plan_writes_nothing(tmp_path: Path) -> None:
    release = write_openalex(tmp_path)
    plan = plan_index([release], tmp_path / "index", threads=2, memory="1GB")
    assert not (tmp_path / "index").exists()
    assert (3, 3, 2, 10**9) == (plan.files, plan.todo_files, plan.threads, plan.memory)
    assert sum(path.stat().st_size for path in release.glob("*/*.gz")) == plan.todo_bytes
    assert plan.disk > 0
    assert plan.seconds > 0

    build(release, tmp_path / "index")
    done = plan_index([release], tmp_path / "index", threads=2)
    assert (3, 0, 0) == (done.files, done.todo_files, done.disk)
    assert "to read: 0 files, 0 B (3 files done)" in str(done)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"memory": "much"}, "memory is 'much'; should be a size such as 8GB"),
        ({"memory": "100MB"}, "memory is 100MB; should be at least 200 MB for 1 thread"),
        ({"threads": 0}, "threads must be a whole number of at least 1, found 0"),
        ({"release": "autumn"}, "release is 'autumn'; should be a day, such as 2024-01-31"),
        ({"source": "crossref"}, "source is 'crossref'; should be one of openalex, semantic_scholar, or None"),
    ],
)
def test_arguments_are_checked(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        build(write_openalex(tmp_path), tmp_path / "index", **options)
