"""Implement `flgraph.sources.provider.Provider` for Semantic Scholar with the functions of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import ClassVar, Final

from flgraph.errors import SourceError
from flgraph.progress import Progress
from flgraph.records import Paper
from flgraph.sources.http import Requester
from flgraph.sources.provider import (
    Answers,
    Around,
    Budget,
    Cost,
    CostLeft,
    Desk,
    PaperId,
    Provider,
    ask_in_turn,
)
from flgraph.sources.registry import About
from flgraph.sources.semantic_scholar.listings import count_pages_left, fetch_citations, fetch_references
from flgraph.sources.semantic_scholar.papers import fetch_papers
from flgraph.sources.semantic_scholar.questions import ABOUT, BATCH_SIZE, PAPER_FIELDS
from flgraph.sources.semantic_scholar.titles import search_papers, search_title
from flgraph.sources.service import Service
from flgraph.sources.settings import Settings

API_URL: Final = "https://api.semanticscholar.org"
KEY_NAME: Final = "SEMANTIC_SCHOLAR_API_KEY"
_ID_FORMS: Final = {"arxiv": "ARXIV:{}", "doi": "DOI:{}", ABOUT.id_kind: "{}"}


@dataclass(frozen=True)
class SemanticScholar:
    """Semantic Scholar as a provider; it has no state."""

    about: ClassVar[About] = ABOUT
    fields: ClassVar[tuple[str, ...]] = PAPER_FIELDS
    title_cost: ClassVar[Cost] = Cost(1, 2)
    unites_versions: ClassVar[bool] = False

    def choose_url(self, api_url: str | None = None) -> str:
        """Return the given address, else `SEMANTIC_SCHOLAR_API_URL`, else the default."""
        return api_url or os.environ.get(ABOUT.url_name) or API_URL

    def open(self, settings: Settings, progress: Progress | None = None) -> Requester:
        """Open a requester with the given key, or else with `SEMANTIC_SCHOLAR_API_KEY`."""
        service = Service(ABOUT.title, self.choose_url(settings.api_url), key_name=KEY_NAME)
        key = settings.api_key or os.environ.get(KEY_NAME)
        return Requester(service, replace(settings, api_key=key), progress=progress)

    def fetch_papers(self, ids: Sequence[Sequence[PaperId]], desk: Desk) -> list[Answers]:
        """Fetch papers by the first of their ids that the service knows, up to 499 per request."""
        return ask_in_turn(
            ids, lambda asked: fetch_papers([_ID_FORMS[kind].format(value) for kind, value in asked], desk)
        )

    def search_titles(self, titles: Sequence[str], desk: Desk) -> Iterator[list[Paper]]:
        """Yield the closest match to the first title, then the hits of a search for the words of the last."""
        closest = search_title(titles[0], desk)
        if isinstance(closest, SourceError):
            raise closest
        yield [closest] if closest else []
        hits = search_papers(titles[-1], desk)
        yield [hit for hit in hits if isinstance(hit, Paper)]
        for hit in hits:
            if isinstance(hit, SourceError):  # it may be the paper, unless another hit was accepted
                raise hit

    def fetch_neighbors(self, papers: Mapping[str, Paper], desk: Desk) -> Iterator[Around]:
        """Yield the neighbors of each paper; each listing takes one request per thousand lines."""
        for key, paper in papers.items():
            yield Around(key, fetch_citations(paper, desk), fetch_references(paper, desk))

    def find_budget(self, settings: Settings) -> Budget | None:  # noqa: ARG002 - part of the interface
        """Return None, since Semantic Scholar charges nothing for requests."""
        return None

    def count_id_cost(self, ids: Sequence[Sequence[PaperId]]) -> Cost:
        """Count the batches of each turn."""
        turns = range(max(map(len, ids), default=0))
        batches = [ceil(sum(len(names) > turn for names in ids) / BATCH_SIZE) for turn in turns]
        return Cost(batches[0] if batches else 0, sum(batches))

    def count_neighbor_cost(self, papers: Sequence[Paper], unknown: int, desk: Desk) -> CostLeft:
        """Count the pages to request and the cached listings; a paper without a record counts a page per direction."""
        left = [pages for paper in papers for pages in count_pages_left(paper, desk)]
        requests = sum(left) + 2 * unknown
        return CostLeft(Cost(requests, None if unknown else requests), left.count(0))


PROVIDER: Final[Provider] = SemanticScholar()
