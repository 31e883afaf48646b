"""`read_index`: what it says of an index, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flgraph.bulk.index_files import Index, read_index
from flgraph.errors import TableError

CONTENT: dict[str, Any] = {
    "format": "flgraph-index",
    "schema_version": 1,
    "source": "openalex",
    "release": "2026-11-01",
    "taken": None,
    "works": 3,
    "citations": 2,
    "files": [{"name": "works.gz", "bytes": 7, "works": 3, "citations": 2}],
    "digest": "sha256:00",
}


def write_index(folder: Path, **changed: Any) -> Path:
    for name in ("works", "citations"):
        (folder / name).mkdir(parents=True)
        (folder / name / "part.parquet").touch()
    (folder / "index.json").write_text(json.dumps({**CONTENT, **changed}))
    return folder


def test_an_index_says_what_it_holds(tmp_path: Path) -> None:
    path = write_index(tmp_path / "[in]dex")
    assert Index(path, "openalex", "2026-11-01", None, 3, 2, "sha256:00") == read_index(path)
    assert read_index(path).works_glob.endswith("[[]in]dex/works/*.parquet")
    assert read_index(path).citations_glob.endswith("[[]in]dex/citations/*.parquet")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"format": "other"}, "index.json: format is 'other'; should be 'flgraph-index'"),
        ({"schema_version": 2}, "is an index of version 2, this flgraph reads version 1; make it again"),
        ({"source": "crossref"}, "source is 'crossref'; should be openalex or semantic_scholar"),
        ({"works": -1}, "works is -1; should be a number from 0; run `flgraph index` again"),
        ({"works": True}, "works is True; should be a number from 0"),
        ({"citations": None}, "citations is None; should be a number from 0"),
        ({"digest": 5}, "digest is 5; should be text"),
        ({"release": 5}, "release is 5; should be text"),
        ({"files": CONTENT["files"] * 2}, "works: holds 1 of 2 Parquet files"),
    ],
)
def test_an_index_that_cannot_be_right_is_refused(changed: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = write_index(tmp_path / "index", **changed)
    with pytest.raises(TableError) as caught:
        read_index(path)
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)


def remove_json(path: Path) -> None:
    (path / "index.json").unlink()


def remove_parts(path: Path) -> None:
    (path / "citations" / "part.parquet").unlink()


def break_json(path: Path) -> None:
    (path / "index.json").write_text("{")


def list_json(path: Path) -> None:
    (path / "index.json").write_text("[]")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (remove_json, "is unfinished; run `flgraph index` again with the same inputs, which goes on"),
        (remove_parts, "citations: holds 0 of 1 Parquet files"),
        (break_json, "index.json: is not JSON"),
        (list_json, "index.json: should hold a JSON object"),
    ],
)
def test_an_index_that_is_not_whole_is_refused(change: Callable[[Path], None], message: str, tmp_path: Path) -> None:
    path = write_index(tmp_path / "index")
    change(path)
    with pytest.raises(TableError, match=message):
        read_index(path)


def test_what_is_no_index_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for name, message in (
        ("missing", "missing: does not exist; `flgraph index INPUT -o "),
        ("file", "file: is a file; an index is a folder"),
        ("folder", "folder: is not an index: it has no index.json"),
    ):
        with pytest.raises(TableError, match=message):
            read_index(tmp_path / name)
