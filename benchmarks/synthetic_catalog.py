"""A synthetic catalog in two shapes, from a seed, all of it invented.

Short entries are as the import of a list writes them, long ones as people curate them, with evidence.
"""

from __future__ import annotations

from hashlib import sha1
from random import Random
from typing import Any, Final, Literal

from benchmarks.synthetic import SEED, Sketch, sketch_paper
from flgraph.identifiers import slug
from flgraph.records import Catalog, CatalogEntry, CodebaseEntry, DatasetEntry, Match, TopicEntry, VenueEntry

Shape = Literal["short", "long"]

_SECTIONS: Final = ("Surveys", "Methods", "Systems & Frameworks", "Privacy: Attacks and Defences", "2023", "2024")
_VENUES: Final = ("SYNC", "INVC", "Synthetic Letters")
_TOPICS: Final = ("sorting", "counting", "naming", "sounds", "pictures", "letters")
_DATASETS: Final = 40
_CODEBASES: Final = 200


def make_catalog(count: int, shape: Shape, *, seed: int = SEED) -> Catalog:
    """Return a catalog of so many papers with its vocabularies; no two papers share a title, an id or an address."""
    make = {"short": _make_short, "long": _make_long}[shape]
    entries = [
        CatalogEntry.model_validate(make(number, sketch_paper(number, seed=seed), Random(f"{seed} {number} {shape}")))
        for number in range(count)
    ]
    if shape == "short":
        return Catalog(title="Synthetic list", entries=tuple(entries))
    return Catalog(
        title="Synthetic catalog",
        entries=tuple(entries),
        datasets=tuple(
            DatasetEntry(key=f"synthetic-set-{number}", name=f"Synthetic set {number}", domain="generic")
            for number in range(_DATASETS)
        ),
        codebases=tuple(
            CodebaseEntry(key=_name_codebase(number), url=f"https://{_name_codebase(number)}", licence="MIT")
            for number in range(_CODEBASES)
        ),
        topics=tuple(TopicEntry(key=key, name=f"Synthetic {key}", facet="task", patterns=(key,)) for key in _TOPICS),
        venues=tuple(VenueEntry(key=slug(name), name=f"Synthetic venue {name}", tags=(name,)) for name in _VENUES),
    )


def make_matches(catalog: Catalog) -> dict[str, Match]:
    """Return an accepted match for each entry, as an enrichment writes it."""
    return {
        entry.key: Match(
            status="accepted",
            method="exact",
            id=sha1(entry.key.encode(), usedforsecurity=False).hexdigest(),
            score=97.25,
            title_seen=entry.title,
            witnesses=("the titles are equal", f"the year is {entry.year}"),
        )
        for entry in catalog.entries
    }


def _make_short(number: int, sketch: Sketch, chance: Random) -> dict[str, Any]:
    title = f"{sketch.title} {number}" if number % 3 else f"SYN-{number}: {sketch.title}"
    entry: dict[str, Any] = {"key": f"synthetic-{number}", "title": title, "section": chance.choice(_SECTIONS)}
    if number % 10 == 0:
        entry["sections"] = [entry["section"], "Also listed here"]
    entry |= {"venue": chance.choice(_VENUES), "url": f"https://example.org/papers/{number}.pdf?view=full"}
    if number % 2:
        entry["materials"] = [{"label": "Code", "url": f"https://{_name_codebase(number)}", "kind": "code"}]
    return entry | {
        "year": sketch.year,
        "ids": {"doi": f"10.5555/synthetic.{number}"}
        if number % 2
        else {"arxiv": f"{2101 + number % 12}.{number + 1:05}"},
        "authors": sketch.authors,
    }


def _make_long(number: int, sketch: Sketch, chance: Random) -> dict[str, Any]:
    page = f"page (excerpt seen): https://example.org/papers/{number}"
    code = f"example.org:synthetic/{number}@0cae4b25b7:README.md (figure captions: {', '.join(sketch.authors)})"
    return _make_short(number, sketch, chance) | {
        "authors": [*sketch.authors[1:], {"name": sketch.authors[0], "dblp": f"{sketch.authors[0]} 0001"}],
        "datasets": [
            {"key": f"synthetic-set-{place}", "role": "uses", "evidence": code}
            for place in sorted(chance.sample(range(_DATASETS), 2))
        ],
        "topics": [{"key": key, "evidence": page} for key in sorted(chance.sample(_TOPICS, 3))],
        "codebases": [{"key": _name_codebase(number), "evidence": "from listed URL"}],
        "relations": [{"relation": "cites", "to": f"synthetic-{max(number - 7, 0)}", "evidence": page}]
        if number
        else [],
        "note": f"The volume is of {sketch.year}, the DOI of the year before; the list says neither of paper {number}.",
        "sources": {
            "year": [f"from listed URL: the id of paper {number} begins with the year and month"],
            "ids": ["doi: from listed URL", code],
            "authors": [page],
        },
    }


def _name_codebase(number: int) -> str:
    return f"example.org/synthetic/code-{number % _CODEBASES}"
