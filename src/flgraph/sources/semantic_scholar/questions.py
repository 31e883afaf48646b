"""Say what is asked of Semantic Scholar: paths, fields, sizes, and where the cache keeps the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flgraph.records import FIRST_SOURCE
from flgraph.sources.cache import Shelf
from flgraph.sources.provider import Desk
from flgraph.sources.registry import KNOWN

ABOUT: Final = KNOWN[FIRST_SOURCE]

PAPER_FIELDS: Final = (
    "corpusId",
    "externalIds",
    "title",
    "year",
    "publicationDate",
    "venue",
    "citationCount",
    "referenceCount",
    "influentialCitationCount",
    "authors.name",
    "authors.hIndex",
    "authors.citationCount",
    "authors.paperCount",
    "authors.affiliations",
    "references.externalIds",
    "references.title",
    "references.year",
)

KNOWN_PAPER: Final = "649def34f8be52c8b66281af98ae884c09aef38b"
"""The example paper of the service's specification, which the service will keep."""

BATCH_SIZE: Final = 499
"""Number of ids per request: the service accepts 500, and one of them is `KNOWN_PAPER`."""

PAPER_PATH: Final = "/graph/v1/paper/"


def open_shelf(desk: Desk, kind: str, *, fields: Sequence[str] = PAPER_FIELDS) -> Shelf:
    """Return the place of a kind of record in the cache, separate for each address of the service."""
    return Shelf(f"{ABOUT.name} {desk.requester.origin}", kind, ",".join(fields), desk.max_age, desk.since)
