"""Define the interface of a metadata provider: the functions that enrichment calls, and their answers.

Matching, planning and enrichment depend on this file alone. To add a provider, write a folder beside the others with
an object that has these functions, and register it in `registry.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final, NamedTuple, Protocol, runtime_checkable

from flgraph.errors import SourceError
from flgraph.identifiers import ID_NAMES
from flgraph.progress import Progress
from flgraph.records import Listing, Paper, ReferenceSet
from flgraph.sources.cache import RecordCache
from flgraph.sources.http import Requester
from flgraph.sources.registry import About
from flgraph.sources.settings import MAX_AGE, Settings

NO_CACHE: Final = RecordCache(None)

Answer = Paper | SourceError | None
"""The answer to one id: its record, the error if the request failed, or None if there is no such record."""


class PaperId(NamedTuple):
    """An id of a paper: its kind ("arxiv", "doi" or a provider's own) and its value."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{ID_NAMES.get(self.kind, self.kind)} {self.value}"


class Found(NamedTuple):
    """A record, and the id that led to it."""

    asked: PaperId
    paper: Paper


Answers = tuple[Found, ...] | SourceError
"""The answer to the ids of a paper: the records that they lead to, or the error if a request failed.

No record means that the service has none. Several records are candidates, from which the title chooses: ids of one
paper may lead to several records, and so may one id.
"""


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


class Lexicon(NamedTuple):
    """A search for the topics of a catalog: the digest of its rules, and a function from a text to keys of topics."""

    digest: str
    find: Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Desk:
    """The tools of a request: the requester, the cache, and the maximum age of cached answers in seconds.

    Answers cached before the time `since`, in seconds since 1970, are not used either. `today` is the date of the run;
    later dates in records are wrong. A provider that has abstracts searches them by the
    `lexicon` as they arrive, and keeps none; without a lexicon, it does not request any.
    """

    requester: Requester
    cache: RecordCache = NO_CACHE
    max_age: float = MAX_AGE
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    lexicon: Lexicon | None = None
    since: float = 0.0


class Cost(NamedTuple):
    """The cost of a stage in the best and in the worst case, which is None if it is not yet known.

    Credits are what a service charges for requests; they stay 0 where requests are free.
    """

    requests: int = 0
    at_most: int | None = 0
    credits: int = 0
    credits_at_most: int | None = 0

    def times(self, number: int) -> Cost:
        """Return the cost of so many of these."""
        most, credits_most = self.at_most, self.credits_at_most
        return Cost(
            self.requests * number,
            None if most is None else most * number,
            self.credits * number,
            None if credits_most is None else credits_most * number,
        )


class CostLeft(NamedTuple):
    """The cost of what is left to fetch, and the number of lookups that the cache answers completely."""

    cost: Cost
    cached: int


class Budget(NamedTuple):
    """The credits that a service grants a day, the price of one in dollars, and for whom, as "with a key"."""

    credits: int
    dollars: float
    whose: str


class Draw(NamedTuple):
    """How to draw works at random: how many from each topic and year, and the seed."""

    size: int
    seed: int


@dataclass(frozen=True)
class Drawn:
    """The works drawn for papers of the catalog: each paper is in a set, has no topic or year, or failed.

    Attributes
    ----------
    sets : dict
        The sets by topic and year.
    without_topic : tuple of str
        The keys of papers of which the service does not state both topic and year.
    failed : dict
        The error of each paper whose topic or set could not be fetched, by key.
    """

    sets: dict[str, ReferenceSet]
    without_topic: tuple[str, ...] = ()
    failed: dict[str, SourceError] = field(default_factory=dict)


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
    def title_cost(self) -> Cost:
        """Return the cost of `search_titles` for one paper."""
        ...

    @property
    def unites_versions(self) -> bool:
        """Return whether the service keeps several records of one work, whose neighbors belong together."""
        ...

    def choose_url(self, api_url: str | None = None) -> str:
        """Return the address of the service: the given one, else that of the environment, else the default."""
        ...

    def open(self, settings: Settings, progress: Progress | None = None) -> Requester:
        """Open a requester for the service; close it after use."""
        ...

    def fetch_papers(self, ids: Sequence[Sequence[PaperId]], desk: Desk) -> list[Answers]:
        """Fetch papers, each by its ids in order of preference; answer i belongs to paper i.

        Later ids of a paper may be left out once an earlier one leads to a record. Raise `SourceError` if all requests
        failed.
        """
        ...

    def search_titles(self, titles: Sequence[str], desk: Desk) -> Iterator[list[Paper]]:
        """Yield candidates for a paper, given its titles, in rounds; each round may cost a request.

        An empty list is an answer without candidates. Raise `SourceError` if a round fails.
        """
        ...

    def fetch_neighbors(self, papers: Mapping[str, Paper], desk: Desk) -> Iterator[Around]:
        """Yield the neighbors of each paper in order; a failed listing carries its error and stops nothing."""
        ...

    def find_budget(self, settings: Settings) -> Budget | None:
        """Return the credits that the service grants a day, or None if it charges none."""
        ...

    def count_id_cost(self, ids: Sequence[Sequence[PaperId]]) -> Cost:
        """Count the cost of `fetch_papers`, if nothing is cached."""
        ...

    def count_neighbor_cost(self, papers: Sequence[Paper], unknown: int, desk: Desk) -> CostLeft:
        """Count the cost of `fetch_neighbors` for papers, and for a number of papers whose records are unknown.

        Sends no request: the requester of the desk is offline.
        """
        ...


@runtime_checkable
class Sampler(Protocol):
    """A provider that can also draw works at random."""

    def draw_sets(self, papers: Mapping[str, Paper], draw: Draw, desk: Desk) -> Drawn:
        """Draw a set for each topic and year of papers.

        A set has as many works as were asked for, or all works of the topic and year. A smaller answer is a failure.
        """
        ...

    def count_set_cost(self, papers: Sequence[Paper], unknown: int, draw: Draw, desk: Desk) -> CostLeft:
        """Count the cost of `draw_sets` for papers, and for a number of papers whose records are unknown.

        Sends no request: the requester of the desk is offline.
        """
        ...


def ask_in_turn(
    ids: Sequence[Sequence[PaperId]], ask: Callable[[Sequence[PaperId]], Sequence[Answer]]
) -> list[Answers]:
    """Ask for the first id of each paper, and for the next one only if the previous one is unknown.

    Parameters
    ----------
    ids : Sequence of Sequence of PaperId
        The ids of each paper, in order of preference.
    ask : callable
        Answers ids, answer i to id i. An error that it raises is the answer to each of them.

    Examples
    --------
    >>> known = {PaperId("doi", "10.5555/x"): Paper(id="1")}
    >>> both = [PaperId("arxiv", "2999.00001"), PaperId("doi", "10.5555/x")]
    >>> [[found.paper.id for found in answer] for answer in ask_in_turn([both], lambda ids: [*map(known.get, ids)])]
    [['1']]
    """
    answers: dict[int, Answers] = dict.fromkeys(range(len(ids)), ())
    for turn in range(max(map(len, ids), default=0)):
        asked = {place: names[turn] for place, names in enumerate(ids) if turn < len(names) and answers[place] == ()}
        try:
            found = ask(list(asked.values())) if asked else []
        except SourceError as error:
            found = [error] * len(asked)
        for (place, name), answer in zip(asked.items(), found, strict=True):
            if answer is not None:
                answers[place] = answer if isinstance(answer, SourceError) else (Found(name, answer),)
    return [answers[place] for place in range(len(ids))]
