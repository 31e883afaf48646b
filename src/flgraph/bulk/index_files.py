"""Open an index: a folder that holds a whole bulk release of a source as Parquet.

::

    INDEX/
    ├── index.json           what the release is, and how much it holds; written last
    ├── works/*.parquet      a row a work: WORK_COLUMNS
    └── citations/*.parquet  a row a citation: CITATION_COLUMNS

A folder without `index.json` is unfinished.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

from flgraph.checks import show_value
from flgraph.errors import TableError

IndexSource = Literal["openalex", "semantic_scholar"]

FORMAT: Final = "flgraph-index"
SCHEMA_VERSION: Final = 1
INDEX_FILE: Final = "index.json"
WORKS: Final = "works"
CITATIONS: Final = "citations"

WORK_COLUMNS: Final[Mapping[str, str]] = {
    "id": "BIGINT",
    "title": "VARCHAR",
    "year": "SMALLINT",
    "date": "DATE",
    "doi": "VARCHAR",
    "arxiv": "VARCHAR",
    "pmid": "VARCHAR",
    "venue": "VARCHAR",
    "type": "VARCHAR",
    "topic": "INTEGER",
    "topic_name": "VARCHAR",
    "fields": "VARCHAR[]",
    "citation_count": "INTEGER",
    "reference_count": "INTEGER",
    "retracted": "BOOLEAN",
    "authors": 'STRUCT(id BIGINT, "name" VARCHAR)[]',
    "sha": "VARCHAR",
    "updated": "DATE",
}
"""The columns of works and their types in DuckDB; missing is null, never 0.

`id` is the number of W123 or the corpusid; `doi` is in the form of the catalog; `topic` is the number of the primary
topic T123; `name` of an author is the printed one; `sha` is the paperId of Semantic Scholar; `updated` is the day on
which OpenAlex last changed the record.
"""

CITATION_COLUMNS: Final[Mapping[str, str]] = {"citing": "BIGINT", "cited": "BIGINT"}
"""The columns of citations, as the source gives them: a paper may be missing in works, a row may be there twice.

An index of Semantic Scholar also has `influential` BOOLEAN.
"""

_AGAIN: Final = "run `flgraph index` again with the same inputs"


@dataclass(frozen=True)
class Index:
    """A bulk release as Parquet.

    Attributes
    ----------
    path : Path
        The folder.
    source : "openalex" or "semantic_scholar"
        Whose release it is.
    release : str or None
        The day of the release; None if unknown.
    taken : str or None
        The ISO time at which the release was made; None if unknown.
    works, citations : int
        The numbers of rows.
    digest : str
        "sha256:…" of the input files and the day of the release: equal for equal releases.
    duplicates : int or None
        How many records of works were left out, because another of the same work is later; None if unknown.
    left_out : int or None
        How many citations were left out, because a paper of theirs has no id; None if unknown.
    """

    path: Path
    source: IndexSource
    release: str | None
    taken: str | None
    works: int
    citations: int
    digest: str
    duplicates: int | None = None
    left_out: int | None = None

    @property
    def works_glob(self) -> str:
        """A pattern of the files of works, for `read_parquet` of DuckDB; signs of patterns in the path are escaped."""
        return _escape(self.path / WORKS) + "/*.parquet"

    @property
    def citations_glob(self) -> str:
        """A pattern of the files of citations, for `read_parquet` of DuckDB."""
        return _escape(self.path / CITATIONS) + "/*.parquet"


def _escape(path: Path) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))


def read_index(path: str | Path) -> Index:
    """Open an index and check what its `index.json` says.

    Raises
    ------
    TableError
        The folder is no index, unfinished, of another version of flgraph, or lacks files.
    """
    path = Path(path)
    content = _read_content(path)
    if content.get("format") != FORMAT:
        raise TableError(f"{path / INDEX_FILE}: format is {show_value(content.get('format'))}; should be {FORMAT!r}")
    version = content.get("schema_version")
    if version != SCHEMA_VERSION:
        raise TableError(
            f"{path}: is an index of version {show_value(version)}, this flgraph reads version {SCHEMA_VERSION}; "
            "make it again with `flgraph index`"
        )
    index = Index(
        path=path,
        source=_take(path, content, "source", str),
        release=_take(path, content, "release", str, optional=True),
        taken=_take(path, content, "taken", str, optional=True),
        works=_take(path, content, "works", int),
        citations=_take(path, content, "citations", int),
        digest=_take(path, content, "digest", str),
        duplicates=_take(path, content, "duplicates", int, optional=True),
        left_out=_take(path, content, "left_out", int, optional=True),
    )
    if index.source not in get_args(IndexSource):
        expected = " or ".join(get_args(IndexSource))
        raise TableError(f"{path / INDEX_FILE}: source is {show_value(index.source)}; should be {expected}")
    _refuse_gaps(path, _take(path, content, "files", list))
    return index


def _read_content(path: Path) -> Mapping[str, Any]:
    file = path / INDEX_FILE
    try:
        content = json.loads(file.read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise TableError(_say_no_index(path)) from error
    except OSError as error:
        raise TableError(f"{file}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise TableError(f"{file}: is not JSON; {_AGAIN}") from error
    if not isinstance(content, dict):
        raise TableError(f"{file}: should hold a JSON object; {_AGAIN}")
    return content


def _say_no_index(path: Path) -> str:
    if not path.exists():
        return f"{path}: does not exist; `flgraph index INPUT -o {path}` makes an index"
    if not path.is_dir():
        return f"{path}: is a file; an index is a folder, which `flgraph index` makes"
    if (path / WORKS).is_dir():
        return f"{path}: is unfinished; {_AGAIN}, which goes on where the last run ended"
    return f"{path}: is not an index: it has no {INDEX_FILE}; `flgraph index` makes one"


def _take(path: Path, content: Mapping[str, Any], name: str, kind: type, *, optional: bool = False) -> Any:
    """Return a value of `index.json`, checked for its type."""
    value = content.get(name)
    if optional and value is None:
        return None
    if not isinstance(value, kind) or isinstance(value, bool) or (isinstance(value, int) and value < 0):
        raise TableError(f"{path / INDEX_FILE}: {name} is {show_value(value)}; should be {_KINDS[kind]}; {_AGAIN}")
    return value


_KINDS: Final[Mapping[type, str]] = {str: "text", int: "a number from 0", list: "a list"}


def _refuse_gaps(path: Path, files: list[Any]) -> None:
    """Raise an error if there are fewer parts than input files; a file may have works, citations or both."""
    for name in (WORKS, CITATIONS):
        expected = sum(isinstance(file, dict) and file.get(name) is not None for file in files)
        found = len(list((path / name).glob("*.parquet")))
        if found < expected or not found:
            raise TableError(f"{path / name}: holds {found} of {max(1, expected)} Parquet files; {_AGAIN}")
