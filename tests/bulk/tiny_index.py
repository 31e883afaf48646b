"""Write tiny synthetic indexes, as `flgraph index` makes them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flgraph.bulk.index_files import CITATION_COLUMNS, FORMAT, SCHEMA_VERSION, WORK_COLUMNS

Row = dict[str, Any]


def make_row(number: int, **columns: Any) -> Row:
    """Return a synthetic work; what is left out is unknown."""
    known: Row = {
        "title": f"Synthetic study {number} of hospitals",
        "year": 2020,
        "date": date(2020, 6, 1),
        "doi": f"10.9999/synthetic.{number}",
    }
    return {**dict.fromkeys(WORK_COLUMNS), "id": number, **known, **columns}


def write_index(
    folder: Path,
    works: Sequence[Mapping[str, Any]],
    citations: Sequence[tuple[Any, ...]],
    *,
    source: str = "openalex",
    release: str | None = "2026-11-01",
    parts: int = 2,
) -> Path:
    """Write an index in several parts; citations of Semantic Scholar have a third value, whether it is influential."""
    import duckdb
    import pyarrow as pa

    names = dict(CITATION_COLUMNS) | ({"influential": "BOOLEAN"} if source == "semantic_scholar" else {})
    rows = [dict(zip(names, citation, strict=True)) for citation in citations]
    with duckdb.connect() as base:
        for name, columns, table in (("works", WORK_COLUMNS, works), ("citations", names, rows)):
            (folder / name).mkdir(parents=True)
            casts = ", ".join(f"{column}::{kind} as {column}" for column, kind in columns.items())
            for part in range(parts):
                given = [dict(row) for row in table[part::parts]] or [dict.fromkeys(columns)]
                base.register("given", pa.Table.from_pylist(given))
                where = "" if table[part::parts] else " limit 0"
                base.execute(f"copy (select {casts} from given{where}) to '{folder}/{name}/{part}.parquet'")
                base.unregister("given")
    about = {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "source": source,
        "release": release,
        "taken": None,
        "works": len(works),
        "citations": len(citations),
        "files": [],
        "digest": "sha256:synthetic",
    }
    (folder / "index.json").write_text(json.dumps(about), encoding="utf-8")
    return folder
