"""A matrix on disk: what is written is read back, mapped or not, and damage is one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from flgraph.analysis.citation_matrix import CitationMatrix, build_citation_matrix
from flgraph.analysis.matrix_files import read_matrix, write_matrix
from flgraph.analysis.ranking.pagerank import pagerank
from flgraph.errors import OutputError, TableError
from tests.analysis.test_citation_inputs import draw_field
from tests.bulk.test_table_files import assert_equal
from tests.full_disk import limit_files


def make_matrix() -> CitationMatrix:
    return build_citation_matrix(["a", "bü", "c"], [0, 0, 1], [1, 2, 2], dates=["2020-01-01", "2019-01-01", "NaT"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=draw_field())
def test_what_is_written_is_read_back(tmp_path: Path, field: dict[str, Any]) -> None:
    matrix = build_citation_matrix(**field)
    folder = write_matrix(matrix, tmp_path / "matrix")

    for mapped in (True, False):
        read = read_matrix(folder, mapped=mapped)
        assert_equal(matrix, read)
        np.testing.assert_array_equal(pagerank(matrix), pagerank(read))


def test_a_mapped_matrix_is_not_in_memory_and_not_written_to(tmp_path: Path) -> None:
    read = read_matrix(write_matrix(make_matrix(), tmp_path / "matrix"))

    assert isinstance(read.indices.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        read.indices[0] = 1
    assert_equal(read, read_matrix(write_matrix(read, tmp_path / "again")))


def test_an_empty_matrix_and_a_part_of_one_are_kept(tmp_path: Path) -> None:
    empty = build_citation_matrix([], [], [])
    assert_equal(empty, read_matrix(write_matrix(empty, tmp_path / "empty")))
    read = read_matrix(write_matrix(make_matrix(), tmp_path / "matrix"))
    part = build_citation_matrix(read.papers[1:], [], [])
    assert ("a", "c") == part.papers
    assert_equal(part, read_matrix(write_matrix(part, tmp_path / "part")))


@pytest.mark.parametrize(
    ("name", "damage", "expected"),
    [
        ("indices", lambda _: None, "indices.npy: cannot be read"),
        ("indices", lambda array: array[:-1], "indices.npy: has the wrong length"),
        ("indices", lambda array: array + 3, "indices.npy: does not fit the other files"),
        ("indices", lambda array: array.astype(np.int64), "indices.npy: should hold one row of int32"),
        ("indptr", lambda array: array[::-1], "indptr.npy: does not fit the other files"),
        ("indptr", lambda array: array * 2, "indptr.npy: does not fit the other files"),
        ("dates", lambda array: array.astype("datetime64[s]"), "dates.npy: should hold one row of datetime64"),
        ("paper_ids", lambda array: array[:-1], "paper_ends.npy: does not fit the other files"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, damage: Any, expected: str) -> None:
    folder = write_matrix(make_matrix(), tmp_path / "matrix")
    path = folder / f"{name}.npy"
    changed = damage(np.load(path))
    if changed is None:
        path.write_bytes(path.read_bytes()[:-1])
    else:
        np.save(path, changed)

    for mapped in (True, False):
        with pytest.raises(TableError, match=rf"{expected}.*; write the matrix again$"):
            read_matrix(folder, mapped=mapped)


def test_a_folder_without_a_matrix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="holds no citation matrix; write_matrix makes such a folder"):
        read_matrix(tmp_path)
    folder = write_matrix(make_matrix(), tmp_path / "matrix")
    about = json.loads((folder / "matrix.json").read_text())
    assert {"format": "flgraph citation matrix", "version": 1, "papers": 3, "citations": 3} == about
    (folder / "matrix.json").write_text(json.dumps({**about, "version": 2}))
    with pytest.raises(TableError, match=r"matrix.json: is of another version"):
        read_matrix(folder)
    (folder / "matrix.json").write_text(json.dumps({**about, "papers": None}))
    with pytest.raises(TableError, match=r"matrix.json: lacks the number of papers or citations"):
        read_matrix(folder)


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")

    with pytest.raises(OutputError, match="file: cannot be written"):
        write_matrix(make_matrix(), tmp_path / "file")
    assert "kept" == (tmp_path / "file").read_text()


def test_a_full_disk_leaves_the_earlier_matrix(tmp_path: Path) -> None:
    """A limit on the size of files fails a write as a full disk does; Python ignores the signal of it."""
    folder = write_matrix(make_matrix(), tmp_path / "matrix")
    many = build_citation_matrix([str(number) for number in range(50_000)], [], [])
    with limit_files(100_000), pytest.raises(OutputError, match="matrix: cannot be written"):
        write_matrix(many, folder)
    assert_equal(make_matrix(), read_matrix(folder))
