"""Leave one record of each work in an index: the one changed last, of equal ones that of the last file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import duckdb

from flgraph.bulk.database import quote_path, quote_text
from flgraph.bulk.index_files import CITATIONS, WORKS
from flgraph.bulk.index_parts import Part, copy_query, explaining_output, write_part

_A_PASS: Final = 20_000_000
"""So many ids are counted at a time: about a gigabyte."""


def drop_duplicates(base: duckdb.DuckDBPyConnection, folder: Path, parts: Sequence[Part]) -> list[Part]:
    """Drop all records of a work but one, with the citations of those dropped; return the parts as they are then.

    A run that is interrupted drops the rest when it is repeated: citations go first, and the record of a part says
    beforehand that it lacks works, so that it is made anew when the files change.
    """
    holding = {folder / WORKS / f"{part.stem}.parquet": part for part in parts if part.works is not None}
    with explaining_output(folder):
        _find_twice(base, holding)
        rows = base.execute("select distinct path from twice where not is_kept").fetchall()
        changed = {path: _drop(base, folder, path, holding[path]) for path in sorted(Path(row[0]) for row in rows)}
    by_name = {part.name: part for part in changed.values()}
    return [by_name.get(part.name, part) for part in parts]


def _find_twice(base: duckdb.DuckDBPyConnection, holding: dict[Path, Part]) -> None:
    """Make the table `twice` of the records of works that have several: id, path, place in the file, is_kept."""
    base.execute("create or replace temp table found (id bigint)")
    total = sum(part.works or 0 for part in holding.values())
    passes = max(1, -(-total // _A_PASS))
    files = f"[{', '.join(quote_path(path) for path in sorted(holding))}]"
    for number in range(passes if holding else 0):
        base.execute(
            f"insert into found select id from read_parquet({files}) where id % {passes} = {number} "
            "group by id having count(*) > 1"
        )
    ((found,),) = base.execute("select count(*) from found").fetchall()
    base.execute(
        "create or replace temp table twice as select id, filename as path, file_row_number as place, "
        "row_number() over (partition by id order by updated desc nulls last, filename desc, file_row_number desc) = 1 "
        f"as is_kept from read_parquet({files}, filename=true, file_row_number=true) semi join found using (id)"
        if found
        else "create or replace temp table twice (id bigint, path varchar, place bigint, is_kept boolean)"
    )


def _drop(base: duckdb.DuckDBPyConnection, folder: Path, path: Path, part: Part) -> Part:
    """Write a part again without the works that another record replaces."""
    base.execute(
        "create or replace temp table here as select id, place, is_kept, bool_or(is_kept) over (partition by id) "
        f"as is_winner from twice where path = {quote_text(str(path))}"
    )
    write_part(folder, replace(part, dropped=part.dropped + 1))
    works, citations = part.works, part.citations
    if citations is not None:
        citations = copy_query(base, _keep_citations(folder / CITATIONS / path.name), folder / CITATIONS / part.stem)
    works = copy_query(
        base,
        f"select * exclude (file_row_number) from read_parquet({quote_path(path)}, file_row_number=true) "
        "where file_row_number not in (select place from here where not is_kept)",
        folder / WORKS / part.stem,
    )
    part = replace(part, works=works, citations=citations, dropped=(part.read or works) - works)
    write_part(folder, part)
    return part


def _keep_citations(path: Path) -> str:
    """Return a query of the citations without those of works replaced from elsewhere.

    Of a work that is twice in this file, the citations cannot be told apart: each is kept once.
    """
    source = f"read_parquet({quote_path(path)})"
    return (
        f"select * from {source} where citing not in (select id from here) union all "
        f"select distinct * from {source} where citing in (select id from here where is_winner)"
    )
