"""A provider of three synthetic papers, to hold the seam: nothing but `sources.provider` and what it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import ClassVar

from flgraph.progress import Progress
from flgraph.records import Author, Listing, Paper, Reference
from flgraph.sources.http import Requester
from flgraph.sources.provider import Answers, Around, Budget, Cost, CostLeft, Desk, Neighbors, PaperId, ask_in_turn
from flgraph.sources.registry import About
from flgraph.sources.service import Service
from flgraph.sources.settings import Settings

ADA, BO = Author(id="A1", name="Ada Example", paper_count=7), Author(id="A2", name="Bo Sample", paper_count=2)
OUTSIDE = Paper(
    id="T3", title="Synthetic paper from outside", year=2022, publication_date=date(2022, 3, 1), reference_count=2
)
PAPERS = (
    Paper(
        id="T1",
        title="Synthetic paper alpha: federated segmentation",
        ids={"arxiv": "2101.00001"},
        publication_date=date(2021, 1, 5),
        citation_count=1,
        reference_count=1,
        authors=(ADA, BO),
    ),
    Paper(
        id="T2",
        title="Synthetic paper beta",
        publication_date=date(2020, 1, 5),
        citation_count=2,
        reference_count=0,
        authors=(BO,),
    ),
    OUTSIDE,
)
CITATIONS = {"T1": ("T3",), "T2": ("T1", "T3"), "T3": ()}


class ToyProvider:
    """Answers from memory; its requester is never asked."""

    about: ClassVar[About] = About("toy", "Toy Index", "toy", "Data: Toy Index (synthetic)", "CC0-1.0", may_ship=True)
    fields: ClassVar[tuple[str, ...]] = ("everything",)
    title_cost: ClassVar[Cost] = Cost(1, 1)
    unites_versions: ClassVar[bool] = False

    def choose_url(self, api_url: str | None = None) -> str:
        return api_url or "http://toy.invalid"

    def open(self, settings: Settings, progress: Progress | None = None) -> Requester:
        return Requester(Service(self.about.title, self.choose_url(settings.api_url)), settings, progress=progress)

    def fetch_papers(self, ids: Sequence[Sequence[PaperId]], desk: Desk) -> list[Answers]:
        held = {
            PaperId(kind, value): paper for paper in PAPERS for kind, value in (*paper.ids.items(), ("toy", paper.id))
        }
        return ask_in_turn(ids, lambda asked: [held.get(one) for one in asked])

    def search_titles(self, titles: Sequence[str], desk: Desk) -> Iterator[list[Paper]]:
        yield [paper for paper in PAPERS if paper.title in titles]

    def fetch_neighbors(self, papers: Mapping[str, Paper], desk: Desk) -> Iterator[Around]:
        for key, paper in papers.items():
            citing = [one for one in PAPERS if one.id in CITATIONS[paper.id]]
            cited = [one for one in PAPERS if paper.id in CITATIONS[one.id]]
            yield Around(key, self._list(citing), self._list(cited))

    def _list(self, papers: Sequence[Paper]) -> Neighbors:
        lines = tuple(Reference(id=one.id, title=one.title, year=one.year, ids=one.ids) for one in papers)
        return Neighbors(Listing(status="known", items=lines), tuple(papers))

    def find_budget(self, settings: Settings) -> Budget | None:
        return None

    def count_id_cost(self, ids: Sequence[Sequence[PaperId]]) -> Cost:
        return Cost()

    def count_neighbor_cost(self, papers: Sequence[Paper], unknown: int, desk: Desk) -> CostLeft:
        return CostLeft(Cost(len(papers), len(papers)), 0)
