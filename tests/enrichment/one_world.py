"""One small synthetic world behind the replicas of both providers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flgraph.enrichment.enrich import enrich_catalog
from flgraph.enrichment.plan import Plan, plan_enrichment
from flgraph.records import Catalog, CatalogEntry, Snapshot
from tests.replica import Fault, Replica, StillClock, make_paper
from tests.replica.openalex import Fault as OpenAlexFault
from tests.replica.openalex import OpenAlexReplica, works_from_s2

TAKEN = datetime(2026, 11, 23, tzinfo=UTC)
PROVIDERS = ("semantic_scholar", "openalex")

_PEOPLE = {"alpha": ("Ada Example", "Bo Sample"), "beta": ("Bo Sample",), "gamma": ("Cy Model",), "quiet": ("Di Test",)}
_IDS = {
    "alpha": {"ArXiv": "2999.00001"},
    "beta": {"DOI": "10.9999/BETA", "ArXiv": "2999.00002"},
    "wrong": {"ArXiv": "2999.00009"},
    "quiet": {"DOI": "10.9999/quiet"},
}
_CITES = {"alpha": ["beta", "gamma"], "beta": ["gamma"], "gamma": ["quiet"]}
_TITLES = {
    "alpha": "Synthetic federated segmentation of invented organs",
    "beta": "A made-up benchmark for hospitals that share nothing",
    "gamma": "Gamma aggregation of fictitious clients",
    "quiet": "Listing no references at all, a synthetic case",
    "wrong": "Quantum gravity on a lattice of glass",
    "delta": "Delta compression for imaginary scanners",
}
OUTSIDE = 12
"""Number of papers outside the catalog that cite alpha, and every other of them gamma."""

_CURATED: dict[str, dict[str, Any]] = {
    "alpha": {"ids": {"arxiv": "2999.00001"}, "authors": list(_PEOPLE["alpha"])},
    "beta": {"ids": {"arxiv": "2999.00002", "doi": "10.9999/beta"}},
    "gamma": {},
    "quiet": {"ids": {"doi": "10.9999/quiet"}},
    "delta": {"ids": {"arxiv": "2999.00009"}},
}
ENTRIES = tuple(
    CatalogEntry.model_validate({"key": key, "title": _TITLES[key], "section": "2021", "year": 2021, **fields})
    for key, fields in _CURATED.items()
)
CATALOG = Catalog(title="Synthetic list", entries=ENTRIES)
GONE = CatalogEntry(key="gone", title="Nobody wrote this synthetic text", section="2021", ids={"doi": "10.9999/gone"})


def make_world() -> list[dict[str, Any]]:
    """Return the papers as Semantic Scholar knows them; each listing agrees with its count, but those of `quiet`."""
    cites = {**_CITES, **{f"outside {n}": ["alpha", *(["gamma"] if n % 2 else [])] for n in range(OUTSIDE)}}
    names = [*_TITLES, *(f"outside {number}" for number in range(OUTSIDE))]
    bare = {name: _make_bare(name) for name in names}
    return [
        {
            **bare[name],
            "references": [bare[cited] for cited in cites.get(name, [])],
            "referenceCount": 3 if name == "quiet" else len(cites.get(name, [])),
            "_citations": [bare[citing] for citing, cited in cites.items() if name in cited],
            "citationCount": sum(name in cited for cited in cites.values()),
        }
        for name in names
    ]


def _make_bare(name: str) -> dict[str, Any]:
    people = [{"authorId": person, "name": person} for person in _PEOPLE.get(name, ("Ed Other",))]
    return make_paper(
        name,
        title=_TITLES.get(name, f"Synthetic paper {name}"),
        externalIds=_IDS.get(name, {"DOI": f"10.9999/{name.replace(' ', '.')}"} if name.startswith("outside") else {}),
        year=2021,
        publicationDate=f"2021-0{1 + len(name) % 9}-02",
        authors=people,
        isInfluential=False,
        intents=[],
    )


@dataclass
class Side:
    """A provider and its replica, whatever its kind."""

    source: str
    replica: Replica | OpenAlexReplica

    def list_requests(self) -> Sequence[str]:
        """Return the path and query of each request; a batch also by its ids."""
        return [f"{one.path} {one.query} {getattr(one, 'ids', '')}" for one in self.replica.requests]

    def break_down(self, status: int = 500, *, skip: int = 0) -> None:
        """Answer all requests after some with this status."""
        if isinstance(self.replica, Replica):
            self.replica.faults = [Fault("status", status=status, times=9_999, skip=skip)]
        else:
            self.replica.faults = [OpenAlexFault("status", status=status, times=9_999, skip=skip)]

    def break_citations(self) -> None:
        """Answer no request for citing papers."""
        if isinstance(self.replica, Replica):
            self.replica.faults = [Fault("status", status=500, times=9_999, path="/citations")]
        else:
            self.replica.faults = [OpenAlexFault("status", status=500, times=9_999, path="cites:")]

    def change(self, name: str, **fields: Any) -> None:
        """Change the record of a paper, given the fields of the replica of this side."""
        if isinstance(self.replica, Replica):
            self.replica.papers = [
                {**paper, **fields} if paper["title"] == _TITLES[name] else paper for paper in self.replica.papers
            ]
        else:
            self.replica.works = [
                {**work, **fields} if work["title"] == _TITLES[name] else work for work in self.replica.works
            ]

    def repair(self) -> None:
        """Answer all requests again, and forget those before."""
        self.replica.faults.clear()
        self.replica.requests.clear()

    def enrich(self, catalog: Catalog = CATALOG, **settings: Any) -> Snapshot:
        """Take a snapshot."""
        clock = StillClock().as_clock()
        asked = {"api_url": self.replica.url, "rate": 0, "taken": TAKEN, "clock": clock, "progress": "off", **settings}
        return enrich_catalog(catalog, source=self.source, **asked)

    def plan(self, cache: Path) -> Plan:
        """Plan a snapshot."""
        clock = StillClock().as_clock()
        return plan_enrichment(CATALOG, source=self.source, api_url=self.replica.url, cache=cache, clock=clock)


@contextmanager
def open_side(source: str, change: Callable[[list[dict[str, Any]]], object] = list) -> Iterator[Side]:
    """Open the world at a provider, changed if it is to be."""
    world = make_world()
    change(world)
    if source == PROVIDERS[0]:
        with Replica(world) as replica:
            yield Side(source, replica)
    else:
        with OpenAlexReplica(works_from_s2(world, is_plain=True), keys={"synthetic-key-0123456789"}) as other:
            yield Side(source, other)


def with_entries(*entries: CatalogEntry) -> Catalog:
    """Return the catalog with more entries."""
    return CATALOG.model_copy(update={"entries": (*ENTRIES, *entries)})
