"""Write synthetic works as OpenAlex releases them: folders by day of update, JSON lines in gzip, with all fields.

Words, people and institutions are invented. A record takes about 6 kB and packs about five times, as real ones do.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.synthetic_citations import MEAN_REFERENCES, Citations, make_citations

PARTS: Final = 8
FIRST_ID: Final = 2_000_000_000
_TOPICS: Final = 4_500
_SOURCES: Final = 20_000
_INSTITUTIONS: Final = 30_000
_WORDS: Final = 60_000
_AUTHORS: Final = 3
_FIRST_YEAR: Final = 1980
_YEARS: Final = 45
_SYLLABLES: Final = (
    *("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "xi"),
    *("yo", "zu", "bra", "cle", "dri", "flo", "gru", "ista", "onar", "ert"),
)


def write_works(folder: Path, papers: int, *, mean: float = MEAN_REFERENCES, seed: int = 0) -> Path:
    """Write works and their references; what is there already for the same numbers is kept.

    Parameters
    ----------
    folder : Path
        Where the folder `works` is created.
    papers : int
        How many works.
    mean : float
        The mean number of references, before duplicates are dropped.
    seed : int
        The same seed gives the same works.
    """
    works, made = folder / "works", folder / "made.json"
    wanted = json.dumps({"papers": papers, "mean": mean, "seed": seed, "version": 1})
    if made.exists() and made.read_text() == wanted:
        return works
    made.unlink(missing_ok=True)
    bounds = np.linspace(0, papers, PARTS + 1).astype(int).tolist()
    with ProcessPoolExecutor() as pool:
        list(pool.map(partial(_write_part, works, papers, mean, seed), range(PARTS), pairwise(bounds)))
    made.write_text(wanted)
    return works


def _write_part(works: Path, papers: int, mean: float, seed: int, part: int, bounds: tuple[int, int]) -> None:
    citations = make_citations(papers, mean=mean, seed=seed)
    folder = works / f"updated_date=2026-0{1 + part // 2}-01"
    folder.mkdir(parents=True, exist_ok=True)
    with gzip.open(folder / f"part_{part % 2:04}.gz", "wt", encoding="utf-8", compresslevel=4) as stream:
        for work in make_works(citations, *bounds, seed=seed):
            stream.write(json.dumps(work, separators=(",", ":")) + "\n")


def make_works(citations: Citations, first: int, last: int, *, seed: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the works from `first` to `last`, in order of date."""
    names = np.random.default_rng(seed).permutation(citations.papers) + FIRST_ID
    order = np.argsort(citations.citing, kind="stable")
    cited = names[citations.cited[order]]
    ends = np.searchsorted(citations.citing[order], np.arange(citations.papers + 1))
    chance = np.random.default_rng([seed, first])
    words = make_words()
    for number in range(first, last):
        references = [f"https://openalex.org/W{one}" for one in cited[ends[number] : ends[number + 1]].tolist()]
        yield _make_work(number, citations.papers, int(names[number]), references, words, chance)


def make_words() -> list[str]:
    """Make invented words."""
    chance = np.random.default_rng(7)
    parts = chance.integers(0, len(_SYLLABLES), (_WORDS, 4)).tolist()
    lengths = chance.integers(1, 5, _WORDS).tolist()
    return ["".join(_SYLLABLES[p] for p in four[:many]) for four, many in zip(parts, lengths, strict=True)]


def _make_work(
    number: int, papers: int, name: int, references: list[str], words: list[str], chance: np.random.Generator
) -> dict[str, Any]:
    drawn = [words[int(w)] for w in (_WORDS * chance.random(110) ** 3).tolist()]
    picked = chance.integers(0, 2**31, 24).tolist()
    year = _FIRST_YEAR + number * _YEARS // papers
    day = f"{year}-{picked[0] % 12 + 1:02}-{picked[1] % 28 + 1:02}"
    title = f"Synthetic work {number} on {' '.join(drawn[:9])}"
    address, doi = f"https://openalex.org/W{name}", f"https://doi.org/10.5555/SYN.{picked[2]:x}"
    location = _make_location(doi, picked[3] % _SOURCES)
    topics = [_make_topic(picked[4] % 97 * picked[5] % _TOPICS + shift, shift) for shift in range(2)]
    counts = [{"year": 2026 - age, "cited_by_count": picked[6] >> age & 7} for age in range(4)]
    index: dict[str, list[int]] = {}
    for place, word in enumerate(drawn):
        index.setdefault(word, []).append(place)
    return {
        "id": address,
        "doi": doi,
        "title": title,
        "display_name": title,
        "publication_year": year,
        "publication_date": day,
        "ids": {"openalex": address, "doi": doi, "pmid": f"https://pubmed.ncbi.nlm.nih.gov/{picked[7] % 10**8}"},
        "language": "en",
        "primary_location": location,
        "type": "article",
        "indexed_in": ["crossref"],
        "open_access": {"is_oa": True, "oa_status": "gold", "oa_url": doi, "any_repository_has_fulltext": False},
        "authorships": [_make_authorship(place, picked[8 + 2 * place : 10 + 2 * place], words)
                        for place in range(_AUTHORS)],
        "corresponding_author_ids": [],
        "fwci": picked[20] % 1000 / 100,
        "has_fulltext": False,
        "cited_by_count": picked[21] % 50,
        "biblio": {"volume": str(picked[22] % 90), "issue": "2", "first_page": str(picked[23] % 900)},
        "is_retracted": False,
        "is_paratext": False,
        "is_xpac": False,
        "primary_topic": topics[0],
        "topics": topics,
        "keywords": [{"id": f"https://openalex.org/keywords/{one}", "display_name": one, "score": 0.5}
                     for one in drawn[9:12]],
        "concepts": [{"id": f"https://openalex.org/C{picked[c] % 10**9}", "display_name": drawn[14 + c], "level": c,
                      "score": picked[c] % 1000 / 1000} for c in range(3)],
        "locations_count": 1,
        "locations": [location],
        "best_oa_location": None,
        "sustainable_development_goals": [],
        "counts_by_year": counts,
        "referenced_works_count": len(references),
        "referenced_works": references,
        "related_works": [f"https://openalex.org/W{FIRST_ID + one % papers}" for one in picked[:4]],
        "abstract_inverted_index": index,
        "updated_date": "2026-01-01T00:00:00.000000",
        "created_date": "2025-10-10T00:00:00",
    }  # fmt: skip


def _make_location(doi: str, source: int) -> dict[str, Any]:
    return {
        "id": doi.replace("https://doi.org/", "doi:"),
        "is_oa": True,
        "landing_page_url": doi,
        "pdf_url": None,
        "source": {
            "id": f"https://openalex.org/S{source + 10**9}",
            "display_name": f"Synthetic journal {source}",
            "issn_l": f"{source:04}-0000",
            "issn": [f"{source:04}-0000"],
            "is_oa": True,
            "host_organization_name": f"Synthetic publisher {source % 97}",
            "type": "journal",
        },
        "license": "cc-by",
        "version": "publishedVersion",
        "is_accepted": True,
        "is_published": True,
    }


def _make_topic(topic: int, place: int) -> dict[str, Any]:
    return {
        "id": f"https://openalex.org/T{10_000 + topic}",
        "display_name": f"Synthetic topic {topic}",
        "score": 0.99 - place / 10,
        "subfield": {"id": f"https://openalex.org/subfields/{topic % 250}", "display_name": "Synthetic subfield"},
        "field": {"id": f"https://openalex.org/fields/{topic % 26}", "display_name": "Synthetic field"},
        "domain": {"id": "https://openalex.org/domains/3", "display_name": "Synthetic domain"},
    }


def _make_authorship(place: int, picked: list[int], words: list[str]) -> dict[str, Any]:
    person, institution = picked[0] % 10**7, picked[1] % _INSTITUTIONS
    given, surname = words[person % 5000].title(), words[person // 5000 + 100].title()
    name = f"{given} Q. {surname}"
    # As printed, three in ten names differ from those of the profiles.
    printed = {0: f"{given[0]}. Q. {surname}", 1: f"{given[0]}. {surname}", 2: f"{surname}, {given}"}.get(
        person % 10, name
    )
    address = f"https://openalex.org/I{institution + 10**8}"
    return {
        "author_position": ("first", "middle", "last")[place],
        "author": {"id": f"https://openalex.org/A{5 * 10**9 + person}", "display_name": name, "orcid": None},
        "institutions": [{"id": address, "display_name": f"Synthetic university {institution}", "ror": None,
                          "country_code": "ZZ", "type": "education", "lineage": [address]}],
        "countries": ["ZZ"],
        "is_corresponding": place == 0,
        "raw_author_name": printed,
        "raw_affiliation_strings": [f"Department {person % 40}, Synthetic university {institution}"],
        "affiliations": [{"raw_affiliation_string": f"Department {person % 40}, Synthetic university {institution}",
                          "institution_ids": [address]}],
    }  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the works."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--papers", type=int, default=1_000_000)
    options = parser.parse_args(arguments)
    print(write_works(options.folder, options.papers))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
