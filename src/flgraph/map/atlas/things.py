"""List what papers share (people, datasets, code, topics, venues) and the papers outside, with their places."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import networkx as nx
import numpy as np

from flgraph.graph.knowledge_graph import iterate_edges, list_facets, list_sections
from flgraph.map.atlas.atlas import Atlas
from flgraph.map.atlas.forces import Floats

_KINDS: Final = {"author": "author", "dataset": "dataset", "codebase": "code", "topic": "topic", "venue": "venue"}
_EDGES: Final = frozenset({"about", "uses_dataset", "introduces_dataset", "has_code", "published_in"})
_LINKS: Final = frozenset({"cites", "relates_to"})
_FEW: Final = 400
_SINGLES: Final = 3000
"""Above so many papers, what only one paper has is left out: the page would double in size."""

_FEWEST_LINKS: Final = 3
_MOST_OUTSIDE: Final = 300
_LONGEST: Final = 60
_ROUNDS: Final = 60
_REACH_PAPER: Final = 24.0
_REACH_THING: Final = 19.0
PLACEHOLDER: Final = "placeholder"
SECTION: Final = "section"
"""The facet of the sections of a list, where its topics have none."""


class Thing(NamedTuple):
    """Something that papers share.

    Attributes
    ----------
    kind : str
        "author", "dataset", "code", "topic" or "venue".
    name, short : str
        The full name, and one for a label.
    facet, licence, url : str or None
        Of a topic, or `PLACEHOLDER` for a repository without code; of a dataset or code; an address that begins with
        http. None: unknown.
    papers : tuple of int
        The numbers of its papers.
    """

    kind: str
    name: str
    short: str | None
    facet: str | None
    licence: str | None
    url: str | None
    papers: tuple[int, ...]


class Outsider(NamedTuple):
    """A paper outside the catalog that at least three of its papers cite, or are cited by."""

    label: str
    title: str
    year: int | None
    papers: tuple[int, ...]


def list_things(atlas: Atlas) -> tuple[list[Thing], list[list[int]]]:
    """List the things of the papers, and the authors of each paper as places in that list.

    Things are in the order of their node ids, authors in that of the paper. Above 3,000 papers, only things of two
    papers or more are listed. Without facets of topics, the sections of the list follow as topics of the facet
    "section".
    """
    numbers = {node: number for number, node in enumerate(atlas.papers)}
    held: defaultdict[str, set[int]] = defaultdict(set)
    authors: list[list[tuple[int, str]]] = [[] for _ in atlas.papers]
    for start, kind, end, data in iterate_edges(atlas.graph):
        if kind == "authored" and end in numbers:
            held[start].add(numbers[end])
            authors[numbers[end]].append((data["position"], start))
        elif kind in _EDGES and start in numbers:
            held[end].add(numbers[start])
    least = 1 if len(atlas.papers) <= _SINGLES else 2
    kept = {node: held[node] for node in sorted(held) if len(held[node]) >= least}
    places = {node: place for place, node in enumerate(kept)}
    ordered = [[places[author] for _, author in sorted(own) if author in places] for own in authors]
    things = [_describe(atlas.graph.nodes[node], papers) for node, papers in kept.items()]
    sections = group_sections(atlas).items()
    return [
        *things,
        *(Thing("topic", name, shorten_name(name), SECTION, None, None, own) for name, own in sections),
    ], ordered


def group_sections(atlas: Atlas) -> dict[str, tuple[int, ...]]:
    """Return the papers of each section of the list; none if topics have facets or there is only one section."""
    held: defaultdict[str, list[int]] = defaultdict(list)
    for number, node in enumerate(atlas.papers):
        for section in list_sections(atlas.graph.nodes[node]):
            held[section].append(number)
    is_shown = len(held) > 1 and not list_facets(atlas.graph)
    return {section: tuple(held[section]) for section in sorted(held)} if is_shown else {}


def list_outsiders(graph: nx.MultiDiGraph[Any], papers: tuple[str, ...]) -> list[Outsider]:
    """List the papers outside the catalog with the most links to it, at most 300."""
    numbers = {node: number for number, node in enumerate(papers)}
    held: defaultdict[str, set[int]] = defaultdict(set)
    for start, kind, end, _ in iterate_edges(graph):
        if kind in _LINKS and (start in numbers) != (end in numbers):
            inside, outside = (start, end) if start in numbers else (end, start)
            held[outside].add(numbers[inside])
    linked = sorted(
        (node for node in held if len(held[node]) >= _FEWEST_LINKS), key=lambda node: (-len(held[node]), node)
    )
    found = []
    for node in linked[:_MOST_OUTSIDE]:
        data = graph.nodes[node]
        found.append(Outsider(str(data["label"]), str(data["title"]), data.get("year"), tuple(sorted(held[node]))))
    return found


def place_things(held: list[tuple[int, ...]], places: Floats, *, seed: int = 0) -> Floats:
    """Place each thing amid its papers and beside their dots.

    Parameters
    ----------
    held : list of tuples of int
        The papers of each thing, one or more.
    places : array of shape (n, 2)
        The places of the papers, which do not move.
    seed : int
        Draws the side on which a thing stands.
    """
    if not held:
        return np.zeros((0, 2))
    turn = np.random.default_rng(seed).random(len(held)) * 2 * math.pi
    middle = np.array([places[list(papers)].mean(axis=0) for papers in held])
    spots: Floats = middle + 12 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    kept = np.flatnonzero([len(papers) > 1 for papers in held])
    if len(places) <= _FEW and 0 < len(kept) <= 2 * _FEW:
        spots[kept] = _make_way(spots[kept], places)
    return spots


def shorten_name(name: str) -> str:
    """Return a name without what follows a slash or a bracket, and at most 60 letters of it."""
    short = re.split(r" / | \(", name)[0].strip() or name
    return short if len(short) <= _LONGEST else f"{short[: _LONGEST - 1].rstrip()}…"


def find_address(data: Mapping[str, Any], *names: str) -> str | None:
    """Return the first of some attributes that is an address on the web."""
    addresses = (str(data.get(name, "")) for name in names)
    return next((url for url in addresses if re.match(r"https?://\S+$", url, re.IGNORECASE)), None)


def _describe(data: Mapping[str, Any], papers: set[int]) -> Thing:
    name = str(data.get("name") or data["label"])
    label = name if data["kind"] in ("topic", "author") else str(data["label"])
    licence = str(data["licence"]) if "licence" in data else None
    facet = str(data["facet"]) if "facet" in data else PLACEHOLDER if data.get("placeholder") is True else None
    url = find_address(data, "url", "homepage")
    return Thing(_KINDS[data["kind"]], name, shorten_name(label), facet, licence, url, tuple(sorted(papers)))


def _make_way(spots: Floats, places: Floats) -> Floats:
    """Push things away from papers and from each other, in small steps."""
    for _ in range(_ROUNDS):
        for others, reach in ((places, _REACH_PAPER), (spots, _REACH_THING)):
            apart = spots[:, None] - others[None]
            distance = np.hypot(apart[..., 0], apart[..., 1]) + 1e-6
            overlap = np.clip(reach - distance, 0, None) * (distance > 1e-5)
            spots = spots + (apart / distance[..., None] * overlap[..., None] * 0.3).sum(axis=1)
    return spots
