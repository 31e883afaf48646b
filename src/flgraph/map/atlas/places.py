"""Place papers on the plane, alike papers near each other, with room for labels and for the names of regions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from flgraph.checks import refuse_number
from flgraph.map.atlas.boxes import spread_boxes
from flgraph.map.atlas.fitting import HEIGHT, WIDTH, choose_reach, even_out, fit_places, pack_regions
from flgraph.map.atlas.forces import Floats, Ints, apply_forces
from flgraph.map.atlas.start import start_by_walks

MOST_LABELLED: Final = 400
"""Up to so many papers, boxes leave room for labels and for the names of regions."""

_PACKED: Final = 120
"""Above so many papers, regions move as wholes until they touch."""

_ACROSS: Final = 0.3  # the weight of a link across regions
_HOLD: Final = 0.25  # the share of a push that a paper with an earlier place follows
_NAME_HOLD: Final = 0.6
_KEPT_GAP: Final = 1.15
"""How much wider papers of different regions stand apart where there are earlier places: regions may have changed, and
papers should not move for that."""

_SHARES: Final = (0.5, 0.75, 1.0)
"""Boxes grow in steps, so that no paper leaps over another."""

_LINE: Final = 17
_NEAREST: Final = 4


@dataclass(frozen=True, eq=False)
class Places:
    """Where papers stand in a box of 1,000 by 720.

    Attributes
    ----------
    papers : array of shape (n, 2)
        x and y of each paper. Papers of no region stand in rows below the box if there are regions.
    spots : array of shape (k, 2) or None
        The centre of the free room for the name of each region; None above 400 papers or without regions.
    """

    papers: Floats
    spots: Floats | None


def place_papers(
    links: sp.csr_array,
    region: Ints,
    names: Sequence[str],
    *,
    also: Sequence[Sequence[int]] | None = None,
    earlier: Floats | None = None,
    cohesion: float = 0.0,
    seed: int = 0,
) -> Places:
    """Place papers so that linked ones are near, and each region has a part of the plane of its own.

    Parameters
    ----------
    links : csr_array of shape (n, n)
        The links to the most similar papers: symmetric weights of at least 0.
    region : array of shape (n,)
        The region of each paper, 0 being the largest; -1: none.
    names : sequence of str
        The name of each region, for which room is left up to 400 papers.
    also : sequence of sequences of int, or None
        Further regions of each paper: its links to them count in full.
    earlier : array of shape (n, 2) or None
        Places of an earlier atlas, which hardly move; NaN where there is none.
    cohesion : float
        How strongly the middle of a region attracts its papers, and those that also belong to it, in units of the
        strongest link. Regions of similarity need none; groups by a topic would fall apart without.
    seed : int
        Same input, same places.

    Raises
    ------
    ValueError
        `seed` is not a whole number of at least 0.
    """
    refuse_number("seed", seed, least=0)
    chance = np.random.default_rng(seed)
    if not len(region):
        return Places(np.zeros((0, 2)), None)
    if earlier is not None and not np.isnan(earlier).all():
        return _keep_places(links, region, names, earlier, chance)
    if not links.nnz and not names:
        return Places(_place_in_rows(len(region)), None)
    pull = _gather(_weigh_links(links, region, also), region, also, cohesion)
    return _place_anew(links, pull, region, names, chance)


def wrap_name(name: str, width: int = _LINE) -> list[str]:
    """Wrap the name of a region into lines of at most `width` letters where a space allows it."""
    lines: list[str] = []
    for word in name.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


# --- anew ------------------------------------------------------------------------------------------------


def _place_anew(
    links: sp.csr_array, pull: sp.csr_array, region: Ints, names: Sequence[str], chance: np.random.Generator
) -> Places:
    """Place papers from the start; `pull` may have a row more for the middle of each region."""
    count = len(region)
    places = start_by_walks(links, region) * math.sqrt(count) * 0.42 + chance.normal(0, 0.02, (count, 2))
    middles = [places[region == number].mean(axis=0, keepdims=True) for number in range(pull.shape[0] - count)]
    places = apply_forces(pull, np.vstack([places, *middles]), chance=chance)[:count]
    if count > MOST_LABELLED:
        places = even_out(places, region)
    if count > _PACKED and len(names) > 2:
        places = pack_regions(places, region)
    places, spots = _make_room(fit_places(places), region, names)
    places = fit_places(np.vstack([places, *spots]), turn=not len(spots))
    spots = [places[count:]] if len(spots) else []
    places = _move_apart(places[:count], region) if names else places[:count]
    return Places(places, spots[0] if spots else None)


def _weigh_links(links: sp.csr_array, region: Ints, also: Sequence[Sequence[int]] | None) -> sp.csr_array:
    """Lower the weight of links across regions, but for papers that belong to both."""
    pairs = links.tocoo()
    row, column = pairs.coords
    inside = (region[row] == region[column]) & (region[row] >= 0)
    for paper, regions in enumerate(also or ()):
        for other in regions:
            inside |= ((row == paper) & (region[column] == other)) | ((column == paper) & (region[row] == other))
    return sp.csr_array((pairs.data * np.where(inside, 1.0, _ACROSS), (row, column)), shape=links.shape)


def _gather(links: sp.csr_array, region: Ints, also: Sequence[Sequence[int]] | None, cohesion: float) -> sp.csr_array:
    """Append the middle of each region, linked to its papers."""
    count, regions = len(region), int(region.max(initial=-1)) + 1
    if cohesion <= 0 or not regions:
        return links
    pairs = [(paper, number) for paper, number in enumerate(region.tolist()) if number >= 0]
    pairs += [(paper, int(number)) for paper, others in enumerate(also or ()) for number in others]
    row, column = np.array(pairs).T
    weight = cohesion * float(links.max() if links.nnz else 1.0)
    held = sp.csr_array((np.full(len(row), weight), (row, column)), shape=(count, regions))
    return sp.block_array([[links, held], [held.T, None]], format="csr")


def _make_room(places: Floats, region: Ints, names: Sequence[str]) -> tuple[Floats, list[Floats]]:
    """Separate overlapping papers and region names, and fit the picture after each step."""
    count = len(places)
    boxes, gap = _size_boxes(count)
    named = count <= MOST_LABELLED and bool(names)
    if named:
        places, region, boxes = _add_names(places, region, boxes, names)
    for share in _SHARES:
        places = spread_boxes(places, region, boxes * share, gap=gap, rounds=150 if count <= 3000 else 25)
        if named:
            places = fit_places(places, turn=False)
            places = spread_boxes(places, region, boxes * share, gap=gap, rounds=40)
    return places[:count], [places[count:]] if named else []


def _size_boxes(count: int) -> tuple[Floats, float]:
    """Return the box of each paper, and how much wider boxes of different regions stand apart."""
    few = count <= MOST_LABELLED
    cell = math.sqrt(WIDTH * HEIGHT * (0.34 if few else 0.44) / max(count, 1))
    width, height = (min(cell * 1.25, 150.0), min(cell * 0.8, 96.0)) if few else (cell, cell)
    return np.tile((width, height), (count, 1)), 1.6 if few else 1.25


def _add_names(places: Floats, region: Ints, boxes: Floats, names: Sequence[str]) -> tuple[Floats, Ints, Floats]:
    """Append a box for the name of each region, placed in its upper part."""
    spots, sizes = [], []
    for number, name in enumerate(names):
        inside, lines = places[region == number], wrap_name(name)
        spots.append((inside[:, 0].mean(), inside[:, 1].min() + 0.25 * np.ptp(inside[:, 1])))
        sizes.append((max(map(len, lines)) * 9.4 + 14, len(lines) * 23 + 22))
    return np.vstack([places, spots]), np.concatenate([region, np.arange(len(names))]), np.vstack([boxes, sizes])


def _move_apart(places: Floats, region: Ints) -> Floats:
    """Move papers of no region into rows below the regions."""
    apart = np.flatnonzero(region < 0)
    if len(apart):
        places = places.copy()
        step = max(18.0, min(WIDTH / len(apart), 150.0))
        across = max(int(WIDTH // step), 1)
        order = np.arange(len(apart))
        places[apart, 0] = step * (order % across + 0.5) + max(0.0, WIDTH - step * min(len(apart), across)) / 2
        lowest = places[region >= 0, 1].max(initial=HEIGHT / 2) + 1.5 * choose_reach(len(places))
        places[apart, 1] = max(HEIGHT, lowest) + 22 + step * (order // across)
    return places


def _place_in_rows(count: int) -> Floats:
    """Place papers of which nothing tells which are alike in rows, in their order."""
    across = max(math.ceil(math.sqrt(count * WIDTH / HEIGHT / 1.6)), 1)
    down = math.ceil(count / across)
    order = np.arange(count)
    x, y = (order % across + 0.5) * WIDTH / across, (order // across + 0.5) * HEIGHT / down
    return np.stack([x, y], axis=1)


# --- with earlier places ---------------------------------------------------------------------------------


def _keep_places(
    links: sp.csr_array, region: Ints, names: Sequence[str], earlier: Floats, chance: np.random.Generator
) -> Places:
    """Start new papers amid those they are most like, and make room with the least movement."""
    count = len(region)
    fresh = np.isnan(earlier[:, 0])
    places = _start_fresh(links, earlier, fresh) + chance.normal(0, 0.5, (count, 2)) * fresh[:, None]
    mobility = np.where(fresh, 1.0, _HOLD)
    boxes, _ = _size_boxes(count)
    named = count <= MOST_LABELLED and bool(names)
    if named:
        places, region, boxes = _add_names(places, region, boxes, names)
        mobility = np.concatenate([mobility, np.full(len(names), _NAME_HOLD)])
    for share in _SHARES:
        places = spread_boxes(
            places, region, boxes * share, gap=_KEPT_GAP, rounds=150 if count <= 3000 else 25, mobility=mobility
        )
    return Places(places[:count], places[count:] if named else None)


def _start_fresh(links: sp.csr_array, earlier: Floats, fresh: npt.NDArray[np.bool_]) -> Floats:
    """Place each new paper amid the four most similar papers with a place; without one, below the picture."""
    places = earlier.copy()
    for paper in np.flatnonzero(fresh):
        row = slice(links.indptr[paper], links.indptr[paper + 1])
        near, weight = links.indices[row], links.data[row]
        known = ~fresh[near]
        near, weight = near[known], weight[known]
        top = np.lexsort((near, -weight))[:_NEAREST]
        total = weight[top].sum()
        places[paper] = weight[top] @ earlier[near[top]] / total if total > 0 else (WIDTH / 2, HEIGHT - 8)
    return places
