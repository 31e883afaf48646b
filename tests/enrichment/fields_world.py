"""A small synthetic world of two fields behind the replica of OpenAlex, to draw reference sets from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flgraph.enrichment.enrich import enrich_catalog
from flgraph.records import Catalog, CatalogEntry, Snapshot
from tests.enrichment.one_world import TAKEN
from tests.replica import StillClock
from tests.replica.openalex import OpenAlexReplica, make_preprint, make_topic, make_work

LARGE, SMALL = "T1 2021", "T2 2020"
IN_LARGE, IN_SMALL = 260, 20
"""Works of the topic and year: the first are papers of the catalog."""

_TITLES = {
    "alpha": "Synthetic federated segmentation of invented organs",
    "beta": "A made-up benchmark for hospitals",
    "gamma": "Gamma aggregation of fictitious clients",
    "quiet": "A synthetic work without any topic",
    "gone": "Nobody wrote this synthetic text",
}
_ENTRIES = {
    "alpha": {"doi": "10.9999/synthetic.10", "arxiv": "2999.00001"},
    "beta": {"doi": "10.9999/synthetic.12"},
    "gamma": {"doi": "10.9999/synthetic.13"},
    "quiet": {"doi": "10.9999/synthetic.14"},
    "gone": {"doi": "10.9999/gone"},
}
CATALOG = Catalog(
    title="Synthetic list",
    entries=tuple(
        CatalogEntry(key=key, title=_TITLES[key], section="2021", ids=ids, year=2021) for key, ids in _ENTRIES.items()
    ),
)


def list_works() -> list[dict[str, Any]]:
    """Return the works of both fields; alpha is a preprint of 2021 with 40 citations and an article of 2022 with 7."""
    large: dict[str, Any] = {"topics": [make_topic(1), make_topic(2)], "publication_year": 2021}
    small: dict[str, Any] = {"topics": [make_topic(2)], "publication_year": 2020}
    mine = [
        make_work(
            10, title=_TITLES["alpha"], topics=[make_topic(1)], publication_year=2022, _cited_by_count=7, arxiv=None
        ),
        make_preprint(11, "2999.00001", title=_TITLES["alpha"], **large, _cited_by_count=40),
        make_work(12, title=_TITLES["beta"], **large, _cited_by_count=3),
        make_work(13, title=_TITLES["gamma"], **small, _cited_by_count=5),
        make_work(14, title=_TITLES["quiet"], publication_year=2021, _cited_by_count=2),
    ]
    others = [make_work(1_000 + number, **large, _cited_by_count=number % 50) for number in range(IN_LARGE - 2)]
    return [
        *mine,
        *others,
        *(make_work(2_000 + number, **small, _cited_by_count=number) for number in range(IN_SMALL - 1)),
    ]


def draw(
    replica: OpenAlexReplica, cache: Path | None = None, *, size: int = 200, catalog: Catalog = CATALOG, **settings: Any
) -> Snapshot:
    """Enrich the catalog with reference sets."""
    asked = {"api_url": replica.url, "rate": 0, "taken": TAKEN, "clock": StillClock().as_clock(), "depth": 0}
    return enrich_catalog(
        catalog, source="openalex", cache=cache, progress="off", reference_set=size, **{**asked, **settings}
    )
