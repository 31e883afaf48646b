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
from flgraph.sources.http import Requester, Service
from flgraph.sources.provider import Answer, Around, Desk, NeighborCost, PaperId, Provider
from flgraph.sources.registry import About
from flgraph.sources.semantic_scholar.listings import count_pages_left, fetch_citations, fetch_references
from flgraph.sources.semantic_scholar.papers import ABOUT, BATCH_SIZE, PAPER_FIELDS, fetch_papers
from flgraph.sources.semantic_scholar.titles import search_papers, search_title
from flgraph.sources.settings import Settings

API_URL: Final = "https://api.semanticscholar.org"
_URL_NAME: Final = "SEMANTIC_SCHOLAR_API_URL"
_KEY_NAME: Final = "SEMANTIC_SCHOLAR_API_KEY"
_ID_FORMS: Final = {"arxiv": "ARXIV:{}", "doi": "DOI:{}", ABOUT.id_kind: "{}"}


@dataclass(frozen=True)
class SemanticScholar:
    """Semantic Scholar as a provider; it has no state."""

    about: ClassVar[About] = ABOUT
    fields: ClassVar[tuple[str, ...]] = PAPER_FIELDS
    title_requests: ClassVar[tuple[int, int]] = (1, 2)

    def choose_url(self, api_url: str | None = None) -> str:
        """Return the given address, else `SEMANTIC_SCHOLAR_API_URL`, else the default."""
        return api_url or os.environ.get(_URL_NAME) or API_URL

    def open(self, settings: Settings, progress: Progress | None = None) -> Requester:
        """Open a requester with the given key, or else with `SEMANTIC_SCHOLAR_API_KEY`."""
        service = Service(ABOUT.title, self.choose_url(settings.api_url), key_name=_KEY_NAME)
        key = settings.api_key or os.environ.get(_KEY_NAME)
        return Requester(service, replace(settings, api_key=key), progress=progress)

    def fetch_papers(self, ids: Sequence[PaperId], desk: Desk) -> list[Answer]:
        """Fetch papers by id, up to 499 per request."""
        return fetch_papers([_ID_FORMS[kind].format(value) for kind, value in ids], desk)

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

    def count_id_requests(self, number: int) -> int:
        """Count the batches."""
        return ceil(number / BATCH_SIZE)

    def count_neighbor_requests(self, papers: Sequence[Paper], desk: Desk) -> NeighborCost:
        """Count the pages that are not cached and the listings that are cached completely."""
        left = [pages for paper in papers for pages in count_pages_left(paper, desk)]
        return NeighborCost(sum(left), left.count(0))


PROVIDER: Final[Provider] = SemanticScholar()
