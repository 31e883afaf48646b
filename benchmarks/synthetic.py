"""Synthetic papers of a seed, as the service holds them and as a catalog lists them; nothing is stored.

A paper is made from its number and the seed alone, so that the service's process and the one that is measured make
the same papers without sharing them, and the measured one makes no references that it would have to hold.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate
from random import Random
from typing import Any, Final, NamedTuple

from flgraph.records import Catalog, CatalogEntry, PersonName
from tests.replica import make_paper

SEED: Final = 20_240_601

_WORDS: Final = 1_500
_SYLLABLES: Final = [f"{first}{vowel}" for first in "bdfgklmnprstvz" for vowel in "aeiou"]
_REFERENCES: Final = (14, 24)  # on average 19: a batch of 500 stays below the 9,999 that one reply lists
_INSIDE: Final = 0.5  # the share of references that are papers of the corpus
_OUTSIDERS: Final = 21  # so many numbers for each paper: its own, and those of 20 that lie outside
_SHORTENED: Final = 20  # one title in so many lacks its last word in the catalog, as in lists


class Sketch(NamedTuple):
    """What a synthetic paper says of itself."""

    title: str
    year: int
    kind: str
    id: str
    authors: tuple[str, ...]


def sketch_paper(number: int, *, seed: int = SEED) -> Sketch:
    """Return a paper's title, whose words are as unequally frequent as in a language, its year, id and authors."""
    random = Random(f"{seed} {number}")
    words, weights = _make_vocabulary()
    title = " ".join(["Synthetic", *random.choices(words, cum_weights=weights, k=random.randint(7, 12))])
    authors = [f"{random.choice(words).title()} {random.choice(words).title()}" for _ in range(random.randint(2, 6))]
    kind = random.choice(["ArXiv", "DOI"])
    made = f"2001.{number:05}" if kind == "ArXiv" else f"10.5555/synthetic.{number}"
    return Sketch(title, random.randint(2015, 2024), kind, made, tuple(dict.fromkeys(authors)))


@cache
def _make_vocabulary() -> tuple[list[str], list[float]]:
    random = Random(0)
    words = ["".join(random.choices(_SYLLABLES, k=random.randint(2, 4))) for _ in range(_WORDS)]
    return words, list(accumulate(1 / (rank + 10) for rank in range(_WORDS)))


def list_ids(count: int, *, seed: int = SEED) -> list[str]:
    """Return the papers' ids in the service's forms."""
    sketches = (sketch_paper(number, seed=seed) for number in range(count))
    return [f"{sketch.kind.upper()}:{sketch.id}" for sketch in sketches]


def make_catalog(count: int, *, seed: int = SEED) -> Catalog:
    """Return a catalog of so many papers, each with an id; one title in twenty is shorter than the service's."""
    entries = (_make_entry(number, sketch_paper(number, seed=seed)) for number in range(count))
    return Catalog(title="Synthetic list", entries=tuple(entries))


def _make_entry(number: int, sketch: Sketch) -> CatalogEntry:
    title = sketch.title if number % _SHORTENED else sketch.title.rpartition(" ")[0]
    return CatalogEntry(
        key=f"synthetic-{number}",
        title=title,
        section=str(sketch.year),
        year=sketch.year,
        ids={sketch.kind.lower(): sketch.id},
        authors=tuple(PersonName(name=name) for name in sketch.authors),
    )


def make_corpus(count: int, *, seed: int = SEED) -> list[dict[str, Any]]:
    """Return the papers as the service holds them, each with about twenty references.

    Half of the references are papers of the corpus, which many cite, and half lie outside, where few meet.
    """
    papers = [_make_record(number, sketch_paper(number, seed=seed)) for number in range(count)]
    cite = cache(lambda number: _make_stub(number, sketch_paper(number, seed=seed)))
    random = Random(f"{seed} references")
    for paper in papers:
        cited = [_draw(count, random) for _ in range(random.randint(*_REFERENCES))]
        paper |= {"references": [cite(number) for number in cited], "referenceCount": len(cited)}
    return papers


def _draw(count: int, random: Random) -> int:
    return random.randrange(count) if random.random() < _INSIDE else random.randrange(count, _OUTSIDERS * count)


def _make_stub(number: int, sketch: Sketch) -> dict[str, Any]:
    paper = _make_record(number, sketch)
    return {name: paper[name] for name in ("paperId", "externalIds", "title", "year")}


def _make_record(number: int, sketch: Sketch) -> dict[str, Any]:
    authors = [
        {
            "authorId": f"{number}{place}",
            "name": name,
            "affiliations": [],
            "hIndex": 9,
            "paperCount": 40,
            "citationCount": 300,
        }
        for place, name in enumerate(sketch.authors)
    ]
    return make_paper(
        f"benchmark {number}",
        externalIds={sketch.kind: sketch.id, "CorpusId": 10**8 + number},
        corpusId=10**8 + number,
        title=sketch.title,
        year=sketch.year,
        publicationDate=f"{sketch.year}-06-01",
        venue="Synthetic Venue",
        authors=authors,
    )
