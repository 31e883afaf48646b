"""Say how much a field of an index is, without writing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flgraph.bulk.database import quote_text
from flgraph.bulk.field_files import FIELD_COLUMNS
from flgraph.bulk.field_request import Chosen
from flgraph.bulk.index_plan import format_bytes
from flgraph.bulk.index_query import Query
from flgraph.checks import format_count
from flgraph.progress import Step

_LEAST_BYTES: Final = 2_500
"""What the names of the columns and `field.json` take."""


@dataclass(frozen=True)
class FieldPlan:
    """How much a field is.

    Attributes
    ----------
    papers, citations : int
        The numbers of rows.
    bytes : int
        What both files take on disk, estimated from the index: a small field compresses less well.
    missing : tuple of str
        The ids, or keys of the catalog, that the index does not have.
    """

    papers: int
    citations: int
    bytes: int
    missing: tuple[str, ...] = ()

    def __str__(self) -> str:
        papers, citations = format_count(self.papers, "paper"), format_count(self.citations, "citation")
        size = format_bytes(float(f"{self.bytes:.1g}"))  # an estimate
        return f"{papers}, {citations} between them; about {size} as a folder"


def make_plan(query: Query, chosen: Chosen) -> FieldPlan:
    """Count the papers of the table `field` and the citations between them."""
    papers = query.count("field")
    query.report(Step("citations"))
    citations = query.count(f"{query.citations} where citing in (from field) and cited in (from field)")
    query.report(Step("citations", citations, citations))
    names = ", ".join(map(quote_text, FIELD_COLUMNS))
    size = papers * _measure(query, query.index.works_glob, f"path_in_schema in ({names})", query.index.works)
    size += citations * _measure(query, query.index.citations_glob, "true", query.index.citations)
    return FieldPlan(papers, citations, round(size) + _LEAST_BYTES, chosen.missing)


def _measure(query: Query, glob: str, where: str, rows: int) -> float:
    """Return the compressed bytes a row of some columns of the index."""
    columns = f"parquet_metadata({quote_text(glob)}) where {where}"
    ((size,),) = query.fetch(f"select coalesce(sum(total_compressed_size), 0) from {columns}")
    return float(size) / max(1, rows)
