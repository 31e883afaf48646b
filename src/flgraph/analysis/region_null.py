"""The agreement of regions that shuffled data have as well: the null against which regions are held.

Louvain finds groups in noise, and they are rather stable. So every aspect is shuffled among the papers by itself, and
regions must exceed the agreement that 19 of 20 such catalogs stay below, or all of them if there are fewer.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import scipy.sparse as sp

from flgraph.analysis.aspects import WEIGHTS, PaperAspects, weigh_rows
from flgraph.analysis.region_search import link_papers, search_partition
from flgraph.errors import OutputError
from flgraph.files.digests import digest_parts, dump_canonical
from flgraph.progress import Progress, ProgressChoice, Step, open_progress
from flgraph.sources.cache import RecordCache, Shelf, choose_cache

logger = logging.getLogger(__name__)

LEVEL: Final = 0.95
FEWEST_FOR_LEVEL: Final = 20
_STAGE: Final = "regions of shuffled papers"
_DRAWS: Final = ((120, 20), (400, 10), (1_500, 3), (6_000, 2))
_FEWEST_DRAWS: Final = 1
_KNOWN_SHARE: Final = 0.2
_VERSION: Final = 2
_CEILING: Final = 0.9
SHELF: Final = Shelf("flgraph", "regions", f"chance {_VERSION}", inf)
"""Where a cache keeps the result of `find_chance` by `digest_aspects`."""


class Chance(NamedTuple):
    """What chance alone reaches, in shuffled catalogs: the agreement of regions and the likeness of papers.

    Of 20 catalogs it is what 19 stay below, of fewer the largest; `draws` is how many of them have regions.
    """

    agreement: float
    likeness: float
    draws: int


BUNDLED: Final[Mapping[str, Chance]] = {
    "sha256:d0cb1374af4145d0de27ceb24fcd5b9165c6a8586599983c5d43a1d8d214f105": Chance(
        0.67983300554339, 0.1695731518880812, 20
    ),
}
"""The result for the bundled catalog by the digest of its aspects, so that a first build need not compute it."""


def find_chance(
    aspects: PaperAspects, *, seed: int = 0, cache: str | Path | None = None, progress: ProgressChoice = "off"
) -> Chance | None:
    """Return what chance alone reaches in shuffled catalogs; None if their papers are not linked.

    The result is cached. A cache that cannot be used is no error.

    Parameters
    ----------
    aspects : PaperAspects
        What is known of the papers.
    seed : int
        Seed of the shuffles.
    cache : str, Path or None
        As for `build`.
    progress : {"auto", "bar", "off"} or callable
        How to show progress if the result is not cached, as in `enrich_catalog`.
    """
    name = digest_aspects(aspects, seed)
    if name in BUNDLED:
        return BUNDLED[name]
    try:
        with RecordCache(choose_cache(cache)) as records:
            known = records.read_records(SHELF, [name]).get(name)
            if isinstance(known, list):
                agreement, likeness, draws = (float(str(value)) for value in known)
                return Chance(agreement, likeness, int(draws))
            found = _compute_shown(aspects, seed, progress)
            records.write_records(SHELF, {} if found is None else {name: list(found)})
            return found
    except OutputError as error:  # another program's file
        logger.warning("%s", error)
        return _compute_shown(aspects, seed, progress)


def _compute_shown(aspects: PaperAspects, seed: int, choice: ProgressChoice) -> Chance | None:
    with open_progress(choice) as progress:
        return compute_chance(aspects, seed=seed, progress=progress)


def compute_chance(aspects: PaperAspects, *, seed: int = 0, progress: Progress | None = None) -> Chance | None:
    """Compute what `find_chance` returns; `progress` receives a step before each shuffled catalog and at the end."""
    size = len(aspects.papers)
    draws = next((number for most, number in _DRAWS if size <= most), _FEWEST_DRAWS)
    found = []
    for draw in range(draws):
        if progress is not None:
            progress(Step(_STAGE, draw, draws))
        links = link_papers(shuffle_aspects(aspects, np.random.default_rng([seed, draw])))
        partition = search_partition(links, seed)
        if partition is not None:
            found.append((partition.agreement, measure_likeness(links)))
    if progress is not None:
        progress(Step(_STAGE, draws, draws))
    if not found:
        return None
    agreement, likeness = np.quantile(found, LEVEL if len(found) >= FEWEST_FOR_LEVEL else 1.0, axis=0).tolist()
    return Chance(agreement, likeness, len(found))


def exceeds_chance(agreement: float, likeness: float, chance: Chance) -> bool:
    """Tell whether regions are more than those of shuffled data.

    Where each aspect groups the papers by itself, as a few topics do, shuffled data have stable groups as well, and
    agreement cannot tell them apart. Then papers must be more alike: their aspects agree.
    """
    if chance.agreement > _CEILING:
        return agreement > _CEILING and likeness > chance.likeness
    return agreement > chance.agreement


def measure_likeness(links: sp.csr_array) -> float:
    """Return the mean similarity of linked papers."""
    return float(links.data.mean()) if links.nnz else 0.0


def shuffle_aspects(aspects: PaperAspects, rng: np.random.Generator) -> PaperAspects:
    """Shuffle each aspect among the papers by itself, without links between papers.

    If only one aspect links papers, that would be the same catalog in another order. Then the things of that aspect are
    dealt out anew: each paper keeps its number of things, and each thing about its number of papers.
    """
    size = len(aspects.papers)
    linking = [name for name, rows in aspects.rows.items() if _links_papers(rows)]
    rows = {name: rows[rng.permutation(size)] for name, rows in aspects.rows.items()}
    if len(linking) == 1:
        rows[linking[0]] = _deal(rows[linking[0]], rng)
    return replace(aspects, rows=rows, links=None)


def _links_papers(rows: sp.csr_array) -> bool:
    told = np.diff(weigh_rows(rows).indptr) > 0
    return bool(told.sum() >= _KNOWN_SHARE * max(len(told), 1))


def _deal(rows: sp.csr_array, rng: np.random.Generator) -> sp.csr_array:
    order = rng.permutation(rows.nnz)
    dealt = sp.csr_array((rows.data[order], rows.indices[order], rows.indptr), shape=rows.shape)
    dealt.sum_duplicates()
    return dealt


def digest_aspects(aspects: PaperAspects, seed: int) -> str:
    """Return a digest of all that the null depends on."""
    return digest_parts(_dump_aspects(aspects, seed))


def _dump_aspects(aspects: PaperAspects, seed: int) -> Iterator[bytes]:
    yield dump_canonical({"seed": seed, "weights": dict(WEIGHTS), "names": sorted(aspects.rows)}).encode()
    for _, rows in sorted(aspects.rows.items()):
        for part in (rows.indptr.astype("<i8"), rows.indices.astype("<i8"), rows.data.astype("<f8")):
            yield part.tobytes()
            yield b"\n"
