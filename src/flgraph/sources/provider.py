"""Define the interface of a metadata provider: the functions that enrichment calls, and their answers.

Matching, planning and enrichment depend on this file alone. To add a provider, write a folder beside the others with
an object that has these functions, and register it in `registry.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from flgraph.errors import SourceError
from flgraph.identifiers import ID_NAMES
from flgraph.progress import Progress
from flgraph.records import Listing, Paper
from flgraph.sources.cache import RecordCache
from flgraph.sources.http import Requester
from flgraph.sources.registry import About
from flgraph.sources.settings import MAX_AGE, Settings

NO_CACHE: Final = RecordCache(None)

Answer = Paper | SourceError | None
"""The answer to an id: its record, the error if the request failed, or None if there is no such record."""


class PaperId(NamedTuple):
    """An id of a paper: its kind ("arxiv", "doi" or a provider's own) and its value."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{ID_NAMES.get(self.kind, self.kind)} {self.value}"


@dataclass(frozen=True)
class Neighbors:
    """The citing or the cited papers of a paper.

    Attributes
    ----------
    listing : Listing
        The lines in the order of the provider, each paper once, with the data on each citation.
    papers : tuple of Paper
        The papers of the lines with an id, in the same order. A line without an id has only a title.
    error : SourceError or None
        The reason why the listing failed or is truncated.
    """

    listing: Listing
    papers: tuple[Paper, ...] = ()
    error: SourceError | None = None


class Around(NamedTuple):
    """The neighbors of a catalog paper: the papers that cite it and the papers it cites."""

    key: str
    citing: Neighbors
    cited: Neighbors


@dataclass(frozen=True)
class Desk:
    """The tools of a request: the requester, the cache, and the maximum age of cached answers in seconds."""

    requester: Requester
    cache: RecordCache = NO_CACHE
    max_age: float = MAX_AGE


class NeighborCost(NamedTuple):
    """The cost of fetching neighbors: requests left to send, and listings that the cache holds completely."""

    requests: int
    cached: int


class Provider(Protocol):
    """A source of papers, citations and authors.

    Each function guarantees:

    - A failure is a named error and is never cached.
    - A record is missing only if the service itself says so.
    - A listing is complete only if it has as many lines as the service counts.
    - The key appears in no message, file or URL.
    - Equal answers give equal records.
    """

    @property
    def about(self) -> About:
        """Return the name, title and licence of the provider."""
        ...

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the requested fields, for the header of a snapshot."""
        ...

    @property
    def title_requests(self) -> tuple[int, int]:
        """Return the minimum and maximum number of requests of `search_titles` for one paper."""
        ...

    def choose_url(self, api_url: str | None = None) -> str:
        """Return the address of the service: the given one, else that of the environment, else the default."""
        ...

    def open(self, settings: Settings, progress: Progress | None = None) -> Requester:
        """Open a requester for the service; close it after use."""
        ...

    def fetch_papers(self, ids: Sequence[PaperId], desk: Desk) -> list[Answer]:
        """Fetch papers by id; answer i belongs to id i. Raise `SourceError` if all requests failed."""
        ...

    def search_titles(self, titles: Sequence[str], desk: Desk) -> Iterator[list[Paper]]:
        """Yield candidates for a paper, given its titles, in rounds; each round may cost a request.

        An empty list is an answer without candidates. Raise `SourceError` if a round fails.
        """
        ...

    def fetch_neighbors(self, papers: Mapping[str, Paper], desk: Desk) -> Iterator[Around]:
        """Yield the neighbors of each paper in order; a failed listing carries its error and stops nothing."""
        ...

    def count_id_requests(self, number: int) -> int:
        """Count the requests of `fetch_papers` for a number of ids."""
        ...

    def count_neighbor_requests(self, papers: Sequence[Paper], desk: Desk) -> NeighborCost:
        """Count the requests of `fetch_neighbors`; sends none, since the requester of the desk is offline."""
        ...
