"""What the regions of shuffled catalogs have, computed beforehand for the catalogs whose maps tests draw.

Twenty shuffled catalogs take seconds. `tests/analysis/test_regions.py` computes them; other tests find the numbers in
their cache, as a second build does. Numbers that are not stored, or are those of an earlier version, are computed:
`--update-golden` stores them.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from pydantic import JsonValue

from flgraph.analysis.region_null import SHELF
from flgraph.sources.cache import RecordCache

PATH = Path(__file__).parent / "golden" / "nulls.json"


def write_nulls(cache: Path) -> Path:
    """Write a cache that holds what is stored; return its path."""
    with RecordCache(cache) as records:
        records.write_records(SHELF, _read_stored())
    return cache


def _read_stored() -> dict[str, JsonValue]:
    stored: dict[str, dict[str, JsonValue]] = json.loads(PATH.read_text(encoding="utf-8"))
    return stored.get(SHELF.fields, {})


def store_nulls(cache: Path) -> None:
    """Store what a cache holds more."""
    with closing(sqlite3.connect(cache)) as connection:
        names = [name for (name,) in connection.execute("SELECT id FROM record WHERE kind = ?", [SHELF.kind])]
    with RecordCache(cache) as records:
        found = {**_read_stored(), **records.read_records(SHELF, names)}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(numbers)}" for name, numbers in sorted(found.items()))
    PATH.write_text(f"{{{json.dumps(SHELF.fields)}: {{\n{lines}\n}}}}\n", encoding="utf-8")
