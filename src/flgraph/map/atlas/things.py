"""List what papers share (people, datasets, code, topics, venues) and the papers outside, with their places."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import networkx as nx
import numpy as np

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


class Thing(NamedTuple):
    """Something that papers share.

    Attributes
    ----------
    kind : str
        "author", "dataset", "code", "topic" or "venue".
    name, short : str
        The full name, and one for a label.
    facet, licence, url : str or None
        Of a topic; of a dataset or code; an address that begins with http. None: unknown.
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


def list_things(atlas: Atlas) -> list[Thing]:
    """List the things of the papers, by node id; above 3,000 papers, only those of two papers or more."""
    return [_describe(atlas.graph.nodes[node], held) for node, held in _hold(atlas).items()]


def order_authors(atlas: Atlas) -> list[list[int]]:
    """List for each paper the places of its authors in `list_things`, in the order of the paper."""
    places = {node: place for place, node in enumerate(_hold(atlas))}
    ordered = []
    for paper in atlas.papers:
        edges = ((author, kind, data) for author, _, kind, data in atlas.graph.in_edges(paper, keys=True, data=True))
        authors = sorted((data["position"], author) for author, kind, data in edges if kind == "authored")
        ordered.append([places[author] for _, author in authors if author in places])
    return ordered


def _hold(atlas: Atlas) -> dict[str, set[int]]:
    """Return the things with the places of their papers, by node id."""
    numbers = {node: number for number, node in enumerate(atlas.papers)}
    held: defaultdict[str, set[int]] = defaultdict(set)
    for start, end, kind in atlas.graph.edges(keys=True):
        if kind == "authored" and end in numbers:
            held[start].add(numbers[end])
        elif kind in _EDGES and start in numbers:
            held[end].add(numbers[start])
    least = 1 if len(atlas.papers) <= _SINGLES else 2
    return {node: held[node] for node in sorted(held) if len(held[node]) >= least}


def list_outsiders(graph: nx.MultiDiGraph[Any], papers: tuple[str, ...]) -> list[Outsider]:
    """List the papers outside the catalog with the most links to it, at most 300."""
    numbers = {node: number for number, node in enumerate(papers)}
    held: defaultdict[str, set[int]] = defaultdict(set)
    for start, end, kind in graph.edges(keys=True):
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
    facet = str(data["facet"]) if "facet" in data else None
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
