"""Write a field of an index as two Parquet files that `build_from_files` and `flgraph rank` read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flgraph.bulk.database import quote_path
from flgraph.bulk.field_request import Chosen
from flgraph.bulk.index_files import INDEX_FILE
from flgraph.bulk.index_query import Query
from flgraph.errors import OutputError
from flgraph.files.atomic import write_together
from flgraph.progress import Step

FIELD_FILE: Final = "field.json"
PAPERS_FILE: Final = "papers.parquet"
CITATIONS_FILE: Final = "citations.parquet"

FIELD_COLUMNS: Final = (
    "id", "title", "date", "year", "venue", "doi", "arxiv", "type", "citation_count", "reference_count",
)  # fmt: skip
"""The columns of works that a field has; beside them, `key` and `in_catalog` say which papers are of a catalog."""

_FORMAT: Final = "flgraph-field"
_VERSION: Final = 1
_ROW_GROUP: Final = 122_880


@dataclass(frozen=True)
class Field:
    """A field of an index, as written to a folder.

    Attributes
    ----------
    path : Path
        The folder.
    source : str
        The source of the index, such as "openalex".
    release : str or None
        The day of its release; None if unknown.
    digest : str
        The digest of the index.
    asked : Mapping
        What was asked for: topics, ids or a catalog, hops, and the first year.
    papers, citations : int
        The numbers of rows.
    missing : tuple of str
        The ids, or the keys of the catalog, that the index does not have.
    """

    path: Path
    source: str
    release: str | None
    digest: str
    asked: Mapping[str, Any]
    papers: int
    citations: int
    missing: tuple[str, ...] = ()

    @property
    def papers_file(self) -> Path:
        """The file of papers."""
        return self.path / PAPERS_FILE

    @property
    def citations_file(self) -> Path:
        """The file of citations between these papers."""
        return self.path / CITATIONS_FILE


def refuse_folder(path: Path, index: Path) -> None:
    """Raise `OutputError` if a path holds anything else than a field, or is in the index."""
    if index.resolve() in path.resolve().parents:
        raise OutputError(f"{path}: is in the index; choose another folder with -o")
    if path.is_dir() and (path / INDEX_FILE).exists():
        raise OutputError(f"{path}: is an index; choose another folder with -o")
    if path.is_dir() and not (path / FIELD_FILE).exists() and any(path.iterdir()):
        raise OutputError(f"{path}: holds other files than a field; choose another folder with -o")
    if path.exists() and not path.is_dir():
        raise OutputError(f"{path}: is a file; name a folder, or a file in .jsonl for a snapshot")


def write_field(query: Query, path: Path, chosen: Chosen) -> Field:
    """Write the works of the table `field` and the citations between them.

    Without keys of a catalog, all papers count as the catalog.

    Raises
    ------
    OutputError
        The folder cannot be written; the files in it are unchanged.
    """
    keys = chosen.keys
    query.put("keys", {"id": "bigint", "key": "varchar"}, keys.items())
    is_new = not path.exists()
    try:
        with write_together(path, last=FIELD_FILE) as stage:
            query.report(Step("papers"))
            papers = _copy(query, _select_papers(query, has_keys=bool(keys)), stage / PAPERS_FILE, path)
            query.report(Step("papers", papers, papers))
            query.report(Step("citations"))
            citations = _copy(query, _select_citations(query), stage / CITATIONS_FILE, path)
            query.report(Step("citations", citations, citations))
            index = query.index
            made = Field(
                path, index.source, index.release, index.digest, chosen.asked, papers, citations, chosen.missing
            )
            (stage / FIELD_FILE).write_text(_format_about(made), encoding="utf-8")
    except BaseException:
        if is_new:
            with suppress(OSError):
                path.rmdir()
        raise
    return made


def _format_about(made: Field) -> str:
    about = {
        "format": _FORMAT,
        "schema_version": _VERSION,
        "source": made.source,
        "release": made.release,
        "digest": made.digest,
        "asked": made.asked,
        "papers": made.papers,
        "citations": made.citations,
        "missing": made.missing,
    }
    return json.dumps(about, ensure_ascii=False, indent=1) + "\n"


def _copy(query: Query, select: str, path: Path, folder: Path) -> int:
    """Write the rows of a question to a file that goes to a folder; return how many."""
    form = f"format parquet, compression zstd, row_group_size {_ROW_GROUP}"
    ((rows,),) = query.fetch(f"copy ({select}) to {quote_path(path)} ({form})", where=str(folder))
    return int(rows)


def spell_id(query: Query, column: str) -> str:
    """Return an id as SQL, in the form of the source: W123 as text, a corpus id as a number."""
    return f"'W' || {column}" if query.index.source == "openalex" else column


def _select_papers(query: Query, *, has_keys: bool) -> str:
    works = ", ".join(map(query.spell, FIELD_COLUMNS))
    in_catalog = "key is not null" if has_keys else "true"
    return (
        f"select w.* replace ({spell_id(query, 'w.id')} as id), key, {in_catalog} as in_catalog "
        f"from (select {works} from {query.works} semi join field using (id)) w "
        "left join keys using (id) order by w.id"
    )


def _select_citations(query: Query) -> str:
    return (
        f"select {spell_id(query, 'citing')} as citing, {spell_id(query, 'cited')} as cited from {query.citations} c "
        "where c.citing in (from field) and c.cited in (from field) order by c.citing, c.cited"
    )
