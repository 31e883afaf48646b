"""Choose the colour of each paper: by region, topic, year, or values of the user."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeAlias

import networkx as nx
import numpy as np
import pandas as pd

from flgraph.graph.knowledge_graph import judge_facet, list_facets, list_sections, neighbors_by_kind
from flgraph.map.atlas.atlas import Atlas
from flgraph.map.atlas.region_colors import REGION_COLORS, STEP_COLORS, choose_steps
from flgraph.map.colors import OTHER_COLOR, OUTLINE_COLOR

ColorBy: TypeAlias = str | Mapping[str, Any] | pd.Series
"""What papers are coloured by: "region", "section", "year", a facet such as "modality", or values by node id."""

OTHER: Final = "other"
_FIELDS: Final = ("region", "section", "year")
_NAMED: Final = 8
_COLORS: Final = tuple(light for light, _ in REGION_COLORS)


class PaperColors(NamedTuple):
    """The colour of each paper.

    Attributes
    ----------
    heading : str
        What the colours say, such as "modality".
    fills : tuple of str
        The colour of each paper, for a light page.
    legend : tuple of (str, str)
        Name and colour of each category; empty for regions, whose names stand in the picture.
    """

    heading: str
    fills: tuple[str, ...]
    legend: tuple[tuple[str, str], ...]


def choose_colors(atlas: Atlas, color: ColorBy | None = None) -> PaperColors:
    """Choose the colour of each paper.

    Parameters
    ----------
    atlas : Atlas
        The atlas.
    color : str, mapping, Series or None
        "region"; "section", the first one of a paper; "year", in five steps; a facet such as "modality", or "topic" for
        the first one, where a paper of several topics counts for the most common; values by node id: words are
        categories, numbers form five steps.
        None: by region if there are regions, else by the first facet, else by year.

    Raises
    ------
    ValueError
        `color` is no facet of this graph, or it holds an unknown node or a number that is not finite.
    """
    facets = list_facets(atlas.graph)
    if color is None:
        color = "region" if atlas.regions.names else facets[0] if facets else "year"
    if not isinstance(color, str):
        return _color_values(atlas, color)
    if color == "region":
        return _color_regions(atlas)
    if color == "year":
        years = {node: year for node in atlas.papers if (year := atlas.graph.nodes[node].get("year")) is not None}
        return _color_steps(atlas.papers, years, "year", is_year=True)
    if color == "section" and color not in facets:
        sections = {node: list_sections(atlas.graph.nodes[node])[:1] for node in atlas.papers}
        return _color_words(atlas.papers, {node: found[0] for node, found in sections.items() if found}, color)
    check_color(atlas.graph, color)
    return _color_topics(atlas, facets[0] if color == "topic" else color)


def check_color(graph: nx.MultiDiGraph[Any], color: str) -> None:
    """Raise `ValueError` if papers of a graph cannot be coloured by a word."""
    facets = list_facets(graph)
    facet = facets[0] if color == "topic" and facets else color
    if facet not in _FIELDS and (reason := judge_facet(graph, facet)):
        raise ValueError(
            f"color must be 'region', 'section', 'year', a facet or values by node id, found {color!r}: {reason}"
        )


def _color_regions(atlas: Atlas) -> PaperColors:
    colors = [_COLORS[number] for number in atlas.colors]
    regions = atlas.regions.region.tolist()
    return PaperColors("region", tuple(colors[region] if region >= 0 else OUTLINE_COLOR for region in regions), ())


def _color_topics(atlas: Atlas, facet: str) -> PaperColors:
    """Colour each paper by its most common topic of a facet."""
    found = {node: _find_topics(atlas.graph, node, facet) for node in atlas.papers}
    counts = Counter(topic for topics in found.values() for topic in topics)
    common = sorted(counts, key=lambda topic: (-counts[topic], topic))
    main = {node: min(topics, key=common.index) for node, topics in found.items() if topics}
    names = {node: str(atlas.graph.nodes[topic]["name"]) for node, topic in main.items()}
    return _color_words(atlas.papers, names, facet)


def _find_topics(graph: nx.MultiDiGraph[Any], paper: str, facet: str) -> list[str]:
    topics = neighbors_by_kind(graph, paper, "about")
    return [topic for topic in topics if graph.nodes[topic].get("facet") == facet]


def _color_words(papers: Sequence[str], words: Mapping[str, str], heading: str) -> PaperColors:
    """Colour the eight most common words; the others share a colour."""
    counts = Counter(words[node] for node in papers if node in words)
    common = sorted(counts, key=lambda word: (-counts[word], word))
    colors = dict(zip(common[:_NAMED], _COLORS, strict=False))
    fills = [colors.get(words[node], OTHER_COLOR) if node in words else OUTLINE_COLOR for node in papers]
    legend = list(colors.items())
    legend += [(OTHER, OTHER_COLOR)] if len(common) > _NAMED else []
    legend += [(f"no {heading}", OUTLINE_COLOR)] if len(counts) and any(node not in words for node in papers) else []
    return PaperColors(heading, tuple(fills), tuple(legend))


def _color_values(atlas: Atlas, color: Mapping[str, Any] | pd.Series) -> PaperColors:
    values = {str(node): value for node, value in color.items() if value is not None and not bool(pd.isna(value))}
    for node in sorted(values):
        if node not in atlas.graph:
            raise ValueError(f"color contains {node}, which is not a node of this graph")
    heading = str(getattr(color, "name", None) or "value")
    if all(isinstance(value, int | float | np.number) and not isinstance(value, bool) for value in values.values()):
        return _color_steps(atlas.papers, {node: float(value) for node, value in values.items()}, heading)
    return _color_words(atlas.papers, {node: str(value) for node, value in values.items()}, heading)


def _color_steps(
    papers: Sequence[str], numbers: Mapping[str, float], heading: str, *, is_year: bool = False
) -> PaperColors:
    """Colour papers by quintile; equal numbers share a step."""
    for node, number in sorted(numbers.items()):
        if not math.isfinite(number):
            raise ValueError(f"the color of {node} must be a finite number, found {number}")
    held = [numbers[node] for node in papers if node in numbers]
    steps = cut_years(held) if is_year else _cut_quintiles(held)
    colors = choose_steps(len(steps))
    fills = [colors[find_step(numbers[node], steps)] if node in numbers else OUTLINE_COLOR for node in papers]
    dash = "\u2013" if is_year else " to "
    legend = [
        (f"{low:.4g}{dash}{high:.4g}" if low != high else f"{low:.4g}", color)
        for color, (low, high) in zip(colors, steps, strict=True)
    ]
    legend += [(f"no {heading}", OUTLINE_COLOR)] if len(held) < len(papers) and held else []
    return PaperColors(heading, tuple(fills), tuple(legend))


def _cut_quintiles(numbers: Sequence[float]) -> list[tuple[float, float]]:
    edges = sorted({float(edge) for edge in np.quantile(numbers, np.linspace(0, 1, 6))}) if numbers else []
    return list(pairwise(edges)) or [(edge, edge) for edge in edges]


def cut_years(years: Sequence[float]) -> list[tuple[float, float]]:
    """Cut years into at most five spans about equally long."""
    if not years:
        return []
    first, span = int(min(years)), int(max(years) - min(years)) + 1
    steps = min(len(STEP_COLORS), span)
    edges = [first + math.ceil(step * span / steps) for step in range(steps + 1)]
    return [(float(low), float(high - 1)) for low, high in pairwise(edges)]


def find_step(number: float, steps: Sequence[tuple[float, float]]) -> int:
    """Return the place of the first step that reaches a number."""
    return next(place for place, (_, high) in enumerate(steps) if number <= high)
