"""Choose a colour for each region, so that neighbours are far apart on the colour wheel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from flgraph.map.atlas.forces import Floats, Ints

REGION_COLORS: Final = (
    ("#2468b4", "#6cabf2"),
    ("#c2570c", "#f29a5a"),
    ("#1c7f4d", "#5cc48d"),
    ("#7b4bb8", "#b794ee"),
    ("#c43049", "#f27f8f"),
    ("#0b7f8c", "#4fc4d0"),
    ("#8f6a08", "#d9b24c"),
    ("#b8388c", "#ea88c5"),
    ("#5c7712", "#a9c455"),
    ("#4a55b8", "#98a2f5"),
)
"""Ten colours, each for a light and for a dark page, with a contrast of at least 3:1 there.

The category colours of `map/colors.py` do not serve: names are written in these, and the tint of a region must not
outweigh its neighbour's, so they are alike in lightness and differ in hue.
"""

STEP_COLORS: Final = ("#79a8d8", "#4f8bc7", "#306eb0", "#1e4f8d", "#102f5e")
"""Five steps from early to late, or from few to many, on a light page: those of the interactive page."""

_HUES: Final = (212, 24, 148, 270, 350, 184, 45, 320, 80, 235)
"""The hue of each colour, in degrees."""

_NEAR_HUE: Final = 90
_NEAR: Final = 40.0  # keeps the cost finite where two regions share their middle
_FEW_STEPS: Final = 3


def choose_steps(count: int) -> tuple[str, ...]:
    """Return the colours of so many steps, at most five; one or two steps take darker ones.

    Examples
    --------
    >>> choose_steps(2)
    ('#306eb0', '#1e4f8d')
    """
    offset = 2 if count < _FEW_STEPS else 0
    return STEP_COLORS[offset : offset + count]


def color_regions(places: Floats, region: Ints, *, kept: Mapping[int, int] = MappingProxyType({})) -> tuple[int, ...]:
    """Return the number of the colour of each region in `REGION_COLORS`, chosen from the largest region on.

    A colour is used again only if all others have been used as often. `kept` holds the colours of regions that have
    one already.
    """
    count = int(region.max(initial=-1)) + 1
    centers = np.array([places[region == number].mean(axis=0) for number in range(count)])
    chosen = dict(kept)
    for number in range(count):
        if number not in chosen:
            chosen[number] = _choose(chosen, centers, centers[number])
    return tuple(chosen[number] for number in range(count))


def _choose(chosen: Mapping[int, int], centers: Floats, center: Floats) -> int:
    used = Counter(chosen.values())
    near = [(color, float(np.hypot(*(centers[other] - center)))) for other, color in sorted(chosen.items())]

    def cost(color: int) -> tuple[int, float, int]:
        return used[color], sum(_liken(color, other) / (_NEAR + distance) for other, distance in near), color

    return min(range(len(REGION_COLORS)), key=cost)


def _liken(one: int, other: int) -> float:
    turn = abs(_HUES[one] - _HUES[other])
    return max(0.0, _NEAR_HUE - min(turn, 360 - turn))
