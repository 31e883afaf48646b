"""Define the colours of the map: colour-blind safe, each with a twin for a dark background.

The eight category colours were found by search. Each has a contrast of at least 3:1 against the page. Their smallest
pairwise distance in OKLab is maximal, both for normal sight and for the three kinds of colour blindness simulated
after Machado et al. (2009). A test checks the contrast.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LIGHT_BACKGROUND: Final = "#fafaf9"
DARK_BACKGROUND: Final = "#14161a"

_PAIRS: Final = (
    ("#0f1ea5", "#5f85dc"),
    ("#a58700", "#f0e12d"),
    ("#960069", "#b8587f"),
    ("#2d96c3", "#5ac3f0"),
    ("#c30f2d", "#e8452c"),
    ("#1e692d", "#2fe0ae"),
    ("#8700e1", "#a24dff"),
    ("#692d00", "#f0961e"),
)
CATEGORY_COLORS: Final = tuple(light for light, _ in _PAIRS)
"""The eight category colours on a light page, for the most common category first."""

_STEPS: Final = (
    ("#6a8ec6", "#4a74b0"),
    ("#4a76b8", "#6b95cf"),
    ("#305ca2", "#8fb6e8"),
    ("#1b4485", "#b4d3f7"),
    ("#08285c", "#dcebff"),
)
STEP_COLORS: Final = tuple(light for light, _ in _STEPS)
"""Five steps from few to many: darker on a light page, lighter on a dark one."""

OTHER_COLOR: Final = "#5c6370"
"""The colour of papers outside the catalog and of categories beyond the eighth."""

OUTLINE_COLOR: Final = "#666d7a"
HOLLOW_COLOR: Final = "#ffffff"
NEUTRAL_FILL: Final = "#e4e6ea"

DARK_TWINS: Final[Mapping[str, str]] = {
    **dict(_PAIRS),
    **dict(_STEPS),
    OTHER_COLOR: "#aab2bf",
    OUTLINE_COLOR: "#98a0ae",
    HOLLOW_COLOR: DARK_BACKGROUND,
    NEUTRAL_FILL: "#2c3038",
}
"""The dark-page twin of each light-page colour; other colours stay unchanged."""
