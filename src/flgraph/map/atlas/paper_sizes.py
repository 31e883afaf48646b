"""Choose the radius of each paper's dot: by citations, by score, or the same for all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias, get_args

import numpy as np
import pandas as pd

from flgraph.analysis.ranking import MethodName, make_ranking
from flgraph.map.atlas.atlas import Atlas
from flgraph.map.atlas.forces import Floats

SizeBy: TypeAlias = str | Mapping[str, float] | pd.Series
"""What the size of dots says: "citations", "score", "none", a method of `rank_papers`, or numbers by node id."""

_RADII: Final = ((80, 7.5), (400, 5.5), (3000, 3.4), (30_000, 2.0))
_SMALLEST: Final = 1.3
_FEW: Final = 400
_UNKNOWN: Final = 0.7


class PaperSizes(NamedTuple):
    """The radius of each dot.

    Attributes
    ----------
    heading : str
        What the size says, such as "citations"; empty if all have one size.
    radii : array of shape (n,)
        In pixels of a picture 1,000 wide.
    known : array of bool, shape (n,)
        Whether the value is known; dots of unknown value are rings.
    key : tuple of (str, float)
        Values, as text, with their radius, for a legend.
    """

    heading: str
    radii: Floats
    known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    key: tuple[tuple[str, float], ...]


def choose_sizes(atlas: Atlas, size: SizeBy | None = None) -> PaperSizes:
    """Choose the radius of each dot.

    Parameters
    ----------
    atlas : Atlas
        The atlas.
    size : str, mapping, Series or None
        "citations"; "score", of the ranking of the atlas; a method of `rank_papers`; "none": one size for all; numbers
        of at least 0 by node id. None: citations if any are known, else one size.

    Raises
    ------
    ValueError
        `size` is another word, or a number is negative or not finite, or for an unknown node.
    GraphError
        A ranking by this method needs data that the graph does not have.
    """
    words = ("citations", "score", "none", *get_args(MethodName))
    if isinstance(size, str) and size not in words:
        raise ValueError(f"size must be one of {', '.join(words)}, or numbers by node id, found {size!r}")
    values, heading = read_sizes(atlas, size)
    base = next((radius for most, radius in _RADII if len(atlas.papers) <= most), _SMALLEST)
    if not values:
        count = len(atlas.papers)
        return PaperSizes("", np.full(count, base), np.ones(count, dtype=bool), ())
    return _scale(atlas.papers, values, heading, base)


def read_sizes(atlas: Atlas, size: SizeBy | None) -> tuple[dict[str, float], str]:
    """Return the values that sizes stand for by node id, and what they are; arguments and errors as `choose_sizes`."""
    if size is None or (isinstance(size, str) and size == "citations"):
        counts = {node: atlas.graph.nodes[node].get("citation_count") for node in atlas.papers}
        known = {node: float(count) for node, count in counts.items() if count is not None and math.isfinite(count)}
        return known, "citations"
    if not isinstance(size, str):
        return _refuse_numbers(atlas, {str(node): float(value) for node, value in size.items()}), "value"
    if size == "none":
        return {}, ""
    is_own = size == "score" or (atlas.ranking is not None and atlas.ranking.by == size)
    ranking = atlas.ranking if is_own else make_ranking(atlas.graph, by=_read_method(size), draws=0)
    if ranking is None:
        return {}, ""
    scores = ranking.table["score"].dropna()
    return {str(node): max(float(score), 0.0) for node, score in scores.items() if math.isfinite(score)}, ranking.by


def _read_method(size: str) -> MethodName:
    return next(method for method in get_args(MethodName) if method == size)


def _refuse_numbers(atlas: Atlas, values: dict[str, float]) -> dict[str, float]:
    for node, value in sorted(values.items()):
        if node not in atlas.graph:
            raise ValueError(f"size contains {node}, which is not a node of this graph")
        if not math.isfinite(value) or value < 0:
            raise ValueError(f"the size of {node} must be a finite number of at least 0, found {value}")
    return values


def _scale(papers: Sequence[str], values: Mapping[str, float], heading: str, base: float) -> PaperSizes:
    """Scale areas by values up to the 99th percentile, so that one outlier does not shrink all others."""
    known = np.array([node in values for node in papers])
    numbers = np.array([values.get(node, 0.0) for node in papers])
    top = float(np.quantile(numbers[known], 0.99, method="higher")) if known.any() else 1.0
    growth = 1.25 if len(papers) <= _FEW else 2.1

    def scale(number: Floats) -> Floats:
        return base * (0.55 + growth * np.sqrt(np.minimum(1.3, number / max(top, 1e-9))))

    radii = np.where(known, scale(numbers), base * _UNKNOWN)
    shown = sorted({0.0, _round_down(top / 4), top})
    key = tuple((f"{number:,g}", float(scale(np.array(number)))) for number in shown)
    return PaperSizes(heading, radii, known, key)


def _round_down(number: float) -> float:
    """Round down to 1, 2 or 5 times a power of ten."""
    if number <= 0:
        return 0.0
    unit = 10.0 ** math.floor(math.log10(number))
    return max(factor * unit for factor in (1, 2, 5) if factor * unit <= number * (1 + 1e-9))
