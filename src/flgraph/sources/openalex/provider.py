"""Implement `flgraph.sources.provider.Provider` for OpenAlex with the functions of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from flgraph.progress import Progress
from flgraph.records import Paper
from flgraph.sources.http import Requester
from flgraph.sources.openalex.credits import TITLE_COST, count_id_cost, find_budget
from flgraph.sources.openalex.listings import count_cost, fetch_neighbors
from flgraph.sources.openalex.papers import fetch_papers
from flgraph.sources.openalex.questions import ABOUT
from flgraph.sources.openalex.reference_sets import count_cost as count_set_cost
from flgraph.sources.openalex.reference_sets import draw_sets
from flgraph.sources.openalex.titles import search_titles
from flgraph.sources.openalex.works import PAPER_FIELDS
from flgraph.sources.provider import Answers, Around, Budget, Cost, CostLeft, Desk, Draw, Drawn, PaperId, Provider
from flgraph.sources.registry import About
from flgraph.sources.service import Service
from flgraph.sources.settings import Settings

API_URL: Final = "https://api.openalex.org"
KEY_NAME: Final = "OPENALEX_API_KEY"
_FORBIDDEN: Final = 403
_RATE: Final = 5.0
"""Half of the requests per second that the service allows without a key."""


@dataclass(frozen=True)
class OpenAlex:
    """OpenAlex as a provider; it has no state."""

    about: ClassVar[About] = ABOUT
    fields: ClassVar[tuple[str, ...]] = PAPER_FIELDS
    title_cost: ClassVar[Cost] = TITLE_COST
    unites_versions: ClassVar[bool] = True

    def choose_url(self, api_url: str | None = None) -> str:
        """Return the given address, else `OPENALEX_API_URL`, else the default."""
        return api_url or os.environ.get(ABOUT.url_name) or API_URL

    def open(self, settings: Settings, progress: Progress | None = None) -> Requester:
        """Open a requester with the given key, or else with `OPENALEX_API_KEY`; a blank key is none."""
        service = Service(
            ABOUT.title,
            self.choose_url(settings.api_url),
            key_name=KEY_NAME,
            key_header="Authorization",
            key_form="Bearer {}",
            misses_are_pages=True,
            passing=frozenset({_FORBIDDEN}),
            stays_on_host=True,
            rate=_RATE,
        )
        return Requester(service, replace(settings, api_key=_find_key(settings)), progress=progress)

    def fetch_papers(self, ids: Sequence[Sequence[PaperId]], desk: Desk) -> list[Answers]:
        """Fetch papers with all records of their ids, up to 100 ids per request."""
        return fetch_papers(ids, desk)

    def search_titles(self, titles: Sequence[str], desk: Desk) -> Iterator[list[Paper]]:
        """Yield the papers whose titles contain the words of each title."""
        return search_titles(titles, desk)

    def fetch_neighbors(self, papers: Mapping[str, Paper], desk: Desk) -> Iterator[Around]:
        """Yield the neighbors of each paper, requested for groups of papers, 100 neighbors per request."""
        return fetch_neighbors(papers, desk)

    def find_budget(self, settings: Settings) -> Budget:
        """Return the credits of a day, which are more with a key."""
        return find_budget(has_key=bool(_find_key(settings)))

    def count_id_cost(self, ids: Sequence[Sequence[PaperId]]) -> Cost:
        """Count the filters of up to 100 ids, and the ways to find what they do not."""
        return count_id_cost(ids)

    def count_neighbor_cost(self, papers: Sequence[Paper], unknown: int, desk: Desk) -> CostLeft:
        """Count the pages of citing and cited papers that are not cached."""
        return count_cost({paper.id: paper for paper in papers}, unknown, desk)

    def draw_sets(self, papers: Mapping[str, Paper], draw: Draw, desk: Desk) -> Drawn:
        """Draw works at random from the topic and year of each paper, 100 works per request."""
        return draw_sets(papers, draw, desk)

    def count_set_cost(self, papers: Sequence[Paper], unknown: int, draw: Draw, desk: Desk) -> CostLeft:
        """Count the requests for topics, for the sizes of fields and for pages of samples that are not cached."""
        return count_set_cost(papers, unknown, draw, desk)


def _find_key(settings: Settings) -> str | None:
    return (settings.api_key or os.environ.get(KEY_NAME) or "").strip() or None


PROVIDER: Final[Provider] = OpenAlex()
