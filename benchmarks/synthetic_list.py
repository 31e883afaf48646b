"""A synthetic list with who cites it: a catalog and a snapshot of depth 1, from a seed, all of it invented.

Papers of a growing field cite earlier ones the more, the more they are cited already and the newer they are; some of
the field's papers are the list. `python -m benchmarks.synthetic_list notebooks` writes what the notebook reads.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from flgraph.analysis.citation_matrix import Integers
from flgraph.catalog.writer import write_catalog
from flgraph.records import (
    Author,
    Catalog,
    CatalogEntry,
    CodebaseEntry,
    CodebaseUse,
    DatasetEntry,
    DatasetUse,
    Listing,
    Match,
    Paper,
    PersonName,
    Reference,
    Snapshot,
    TopicEntry,
    TopicMention,
)
from flgraph.snapshot.files import digest_catalog, write_snapshot

TAKEN: Final = datetime(2026, 6, 30, tzinfo=UTC)
_FIRST: Final = date(2017, 1, 1)
_HALF_LIFE: Final = 2.5
_GROWTH: Final = 0.3
_GROUPS: Final = 60
_SUBJECTS: Final = 4
_LOYALTY: Final = 20.0  # how much rather a paper cites its own subject
_REFERENCES: Final = 9  # of a paper to others of the field; it has more outside it
_TOPICS: Final = {
    "task": ("sorting", "counting", "naming"),
    "modality": ("sounds", "pictures", "letters", "numbers"),
}
_PATHS: Final = {"paper": "synthetic-list", "snapshot": "synthetic-snapshot.jsonl.gz"}


class Field(NamedTuple):
    """Papers from the oldest to the newest: days, groups of authors, who cites whom."""

    days: Sequence[date]
    groups: Integers
    citing: Integers
    cited: Integers


def make_field(size: int, *, seed: int = 0) -> Field:
    """Return a field of so many papers."""
    chance = np.random.default_rng(seed)
    span = (TAKEN.date() - _FIRST).days
    # Ever more papers a year.
    growth = np.exp(_GROWTH * span / 365.25)
    at = np.sort(np.log1p(chance.random(size) * (growth - 1)) / np.log(growth) * span).astype(np.int64)
    fitness, groups = chance.lognormal(0.0, 0.5, size), chance.integers(0, _GROUPS, size)
    counts = np.zeros(size)
    ends = []
    for paper in range(20, size):
        pull = fitness[:paper] * (counts[:paper] + 1) * np.exp(-(at[paper] - at[:paper]) / 365.25 / _HALF_LIFE)
        pull *= np.where(groups[:paper] % _SUBJECTS == groups[paper] % _SUBJECTS, _LOYALTY, 1.0)
        wanted = min(int(chance.poisson(_REFERENCES)) + 1, paper)
        chosen = chance.choice(paper, wanted, replace=False, p=pull / pull.sum())
        counts[chosen] += 1
        ends += [(paper, int(other)) for other in np.sort(chosen)]
    citing, cited = np.array(ends, dtype=np.int64).T
    days = [_FIRST + timedelta(days=int(day)) for day in at]
    return Field(days, groups, citing, cited)


def make_list(size: int = 48, *, field_size: int = 1500, seed: int = 0) -> tuple[Catalog, Snapshot]:
    """Return a synthetic catalog of so many papers, and the snapshot of depth 1 that goes with it."""
    field = make_field(field_size, seed=seed)
    chance = np.random.default_rng(seed + 1)
    counts = np.bincount(field.cited, minlength=field_size)
    is_old = np.array([day < date(2026, 3, 1) for day in field.days])
    weights = np.where(is_old, np.sqrt(counts + 0.5), 0.0)
    members = np.sort(chance.choice(field_size, size, replace=False, p=weights / weights.sum()))
    catalog = _make_catalog(field, members, chance)
    return catalog, _make_snapshot(field, members, catalog)


def _name(paper: int) -> str:
    return f"synthetic-{paper:04}"


def _make_catalog(field: Field, members: Integers, chance: np.random.Generator) -> Catalog:
    topics = [
        TopicEntry(key=f"synthetic-{key}", name=f"Synthetic {key}", facet=facet, patterns=())
        for facet, keys in _TOPICS.items()
        for key in keys
    ]
    datasets = [DatasetEntry(key=f"synthetic-set-{n}", name=f"Synthetic set {n}", domain="generic") for n in range(6)]
    codebases = [
        CodebaseEntry(key=f"example.org/synthetic/{n}", url=f"https://example.org/synthetic/{n}", licence="MIT")
        for n in range(12)
    ]
    entries = []
    for place, paper in enumerate(members.tolist()):
        mentions = [
            TopicMention(key=f"synthetic-{keys[number % len(keys)]}", evidence="synthetic")
            for keys, number in zip(_TOPICS.values(), (paper, int(field.groups[paper]) % _SUBJECTS), strict=True)
        ]
        codes = (
            [CodebaseUse(key=codebases[place // 4 % len(codebases)].key, evidence="synthetic")]
            if place % 4 == 0
            else []
        )
        entries.append(
            CatalogEntry(
                key=_name(paper),
                title=f"Synthetic paper {paper}",
                section=str(field.days[paper].year),
                year=field.days[paper].year,
                authors=tuple(PersonName(name=name) for name in _name_authors(field, paper)),
                topics=tuple(mentions),
                datasets=(DatasetUse(key=f"synthetic-set-{int(chance.integers(6))}", evidence="synthetic"),),
                codebases=tuple(codes),
                ids={"doi": f"10.5555/{_name(paper)}"},
                sources={"authors": ("synthetic",), "ids": ("synthetic",)},
            )
        )
    return Catalog(
        title="Synthetic list",
        entries=tuple(entries),
        topics=tuple(topics),
        datasets=tuple(datasets),
        codebases=tuple(codebases),
    )


def _name_authors(field: Field, paper: int) -> list[str]:
    return [f"Synthetic Author {int(field.groups[paper])}-{number}" for number in (paper % 3, 3 + paper % 4)]


def _make_snapshot(field: Field, members: Integers, catalog: Catalog) -> Snapshot:
    counts = np.bincount(field.cited, minlength=len(field.days))
    references = np.bincount(field.citing, minlength=len(field.days)) + 20
    records = {paper: _make_paper(field, paper, counts, references) for paper in range(len(field.days))}
    papers, around = {}, set()
    for paper in members.tolist():
        citing, cited = field.citing[field.cited == paper].tolist(), field.cited[field.citing == paper].tolist()
        around |= {*citing, *cited}
        listings = {"citations": _list(records, citing, paper), "references": _list(records, cited, paper)}
        papers[_name(paper)] = records[paper].model_copy(update=listings)
    return Snapshot(
        source="synthetic",
        taken=TAKEN,
        depth=1,
        catalog_digest=digest_catalog(catalog),
        parameters={"note": "synthetic: every paper, author and citation is invented"},
        matches={key: Match(status="accepted", method="id", id=paper.id) for key, paper in papers.items()},
        papers=papers,
        context={records[paper].id: records[paper] for paper in sorted(around - set(members.tolist()))},
    )


def _make_paper(field: Field, paper: int, counts: Integers, references: Integers) -> Paper:
    return Paper(
        id=_name(paper),
        ids={"doi": f"10.5555/{_name(paper)}"},
        title=f"Synthetic paper {paper}",
        year=field.days[paper].year,
        publication_date=field.days[paper],
        citation_count=int(counts[paper]),
        reference_count=int(references[paper]),
        influential_citation_count=int(counts[paper] // 9),
        authors=tuple(Author(id=name.rpartition(" ")[2], name=name) for name in _name_authors(field, paper)),
    )


def _list(records: dict[int, Paper], papers: list[int], other: int) -> Listing:
    lines = [
        Reference(
            id=records[paper].id,
            title=records[paper].title,
            year=records[paper].year,
            ids=records[paper].ids,
            influential=(paper + other) % 9 == 0,
            intents=("background",) if (paper + other) % 3 else ("methodology",),
        )
        for paper in papers
    ]
    return Listing(status="known", items=tuple(lines))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the list and its snapshot into a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where to write synthetic-list and its snapshot")
    folder = parser.parse_args(arguments).folder
    catalog, snapshot = make_list()
    write_catalog(catalog, folder / _PATHS["paper"])
    write_snapshot(snapshot, folder / _PATHS["snapshot"])
    print(f"{len(snapshot.papers)} synthetic papers, {len(snapshot.context)} around them: {folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
