"""What a provider of metadata is: the functions that enrichment calls, and what their answers mean.

Matching, planning and enrichment know this file alone. To add a provider, write a room beside the others,
with an object that has these functions, and enter it in `registry.py`.
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
"""The answer to an id: its record, the error where the request failed, or None where there is no such record."""


class PaperId(NamedTuple):
    """An id of a paper: "arxiv", "doi" or a provider's own kind, and the value. The provider spells it."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{ID_NAMES.get(self.kind, self.kind)} {self.value}"


@dataclass(frozen=True)
class Neighbors:
    """The papers on one side of a paper.

    Attributes
    ----------
    listing : Listing
        The lines, in the provider's order, each paper once; with what it knows of each citation.
    papers : tuple of Paper
        The papers of those lines that have an id, in the same order; a line without an id is a title only.
    error : SourceError or None
        Why the listing failed, or ends too early.
    """

    listing: Listing
    papers: tuple[Paper, ...] = ()
    error: SourceError | None = None


class Around(NamedTuple):
    """A catalog paper's neighbors: the papers that cite it and the papers it cites."""

    key: str
    citing: Neighbors
    cited: Neighbors


@dataclass(frozen=True)
class Desk:
    """What a question needs: the requester, the cache of answers, and the seconds that an answer may be old."""

    requester: Requester
    cache: RecordCache = NO_CACHE
    max_age: float = MAX_AGE


class NeighborCost(NamedTuple):
    """What the neighbors of some papers still cost: requests to send, and listings that the cache holds whole."""

    requests: int
    cached: int


class Provider(Protocol):
    """A source of papers, citations and authors.

    Each function keeps these promises: a failure is an error that names itself and is never cached; a record is
    missing only where the service itself says so; a listing is whole only if it holds as many lines as it counts;
    the key is in no message, file or address; equal answers give equal records.
    """

    @property
    def about(self) -> About:
        """Who the provider is."""
        ...

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that it asks for, for the header of a snapshot."""
        ...

    @property
    def title_requests(self) -> tuple[int, int]:
        """The fewest and the most requests that `search_titles` sends for one paper."""
        ...

    def choose_url(self, api_url: str | None = None) -> str:
        """Return the address of the service: the one given, else the environment's, else its own."""
        ...

    def open(self, settings: Settings, progress: Progress | None = None) -> Requester:
        """Return the requester of the service; close it after use."""
        ...

    def fetch_papers(self, ids: Sequence[PaperId], desk: Desk) -> list[Answer]:
        """Fetch papers by id; answer i belongs to id i. Raises `SourceError` where not one id was answered."""
        ...

    def search_titles(self, titles: Sequence[str], desk: Desk) -> Iterator[list[Paper]]:
        """Yield candidates for a paper, given its titles, in rounds; each round that is taken may cost a request.

        An empty list is a clean answer without a candidate. Raises `SourceError` where a round has no answer.
        """
        ...

    def fetch_neighbors(self, papers: Mapping[str, Paper], desk: Desk) -> Iterator[Around]:
        """Yield the neighbors of each paper, by key in order; an error is in the answer, and the rest goes on."""
        ...

    def count_id_requests(self, number: int) -> int:
        """Return how many requests `fetch_papers` sends for so many ids."""
        ...

    def count_neighbor_requests(self, papers: Sequence[Paper], desk: Desk) -> NeighborCost:
        """Return what `fetch_neighbors` still costs; sends nothing, since the desk's requester is offline."""
        ...
