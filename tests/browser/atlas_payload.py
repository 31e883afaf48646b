"""Synthetic payloads of the atlas, and the page that its template and scripts make of them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

from flgraph.checks import format_count
from flgraph.map.atlas.page import render_payload as render_payload_page

Payload = dict[str, Any]

TASKS = ("Segmentation", "Classification", "Reconstruction", "Detection")
MODALITIES = ("Radar", "Sonar", "Lidar", "Thermal")
DATASETS = ("SynScan 2020", "SynScan 2021", "SynSea", "SynSky", "SynCity")
VENUES = ("Synthetic Conference", "Journal of Synthetic Studies")
LICENCES = ("MIT", "Apache-2.0", "NONE", None)
CENTERS = ((170, 180), (480, 150), (800, 200), (200, 520), (520, 540), (830, 530))


def make_payload(count: int = 56, *, cited: bool = False, regions: int = 4, seed: int = 0) -> Payload:
    """Papers of planted groups that share topics, datasets, people and code; no value is that of a real paper."""
    draw = random.Random(seed)
    region = [paper % regions if regions else -1 for paper in range(count)]
    places = _place(region, draw)
    years = [2018 + paper % 6 for paper in range(count)]
    cites = [draw.choice([None, 0, 3, 20, 150, 900]) for _ in range(count)] if cited else [None] * count
    order = sorted(
        (paper for paper in range(count) if cites[paper] is not None), key=lambda paper: -(cites[paper] or 0)
    )
    rank = {paper: place + 1 for place, paper in enumerate(order)}
    return {
        "schema": "flgraph-atlas/1",
        "title": "Synthetic atlas",
        "note": _note(years, cited),
        "synthetic": True,
        "aspects": ["topics", "datasets", "authors", "code", *(["references"] if cited else [])],
        "basis": "similarity" if regions else None,
        "agreement": 0.81 if regions else 0.4,
        "chance": 0.5,
        "caption": "Regions are groups of synthetic papers that share topics." if regions else "No stable groups.",
        "origin": "Synthetic data, made up for tests." + ("" if cited else " No citation data."),
        "width": 1000,
        "height": 720,
        "id": [f"paper:syn{paper}" for paper in range(count)],
        "label": [f"Syn{paper}" for paper in range(count)],
        "name": [f"Synthetic paper {paper}: {TASKS[paper % 4].lower()} across sites" for paper in range(count)],
        "year": years,
        "date": [f"{year}-{1 + paper % 12:02d}-15" if cited else None for paper, year in enumerate(years)],
        "url": [f"https://example.org/paper/{paper}" for paper in range(count)],
        "doi": [f"10.1000/syn.{paper}" for paper in range(count)],
        "arxiv": [None] * count,
        "cites": cites,
        "score": [None if value is None else value / 10 for value in cites],
        "rank": [rank.get(paper) for paper in range(count)],
        "region": region,
        "also": [[1] if paper % 9 == 0 and region[paper] not in (-1, 1) else [] for paper in range(count)],
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "bibtex": [f"@misc{{syn{paper},\n  title = {{Synthetic paper {paper}}},\n}}" for paper in range(count)],
        "fields": _fields(count),
        "regions": [_region(group, region) for group in range(regions)],
        "backbone": [number for paper in range(count - regions) if regions for number in (paper, paper + regions)],
        "near": [_nearest(paper, count, max(regions, 1)) for paper in range(count)],
        "links": _links(count) if cited else [],
        "relations": [],
        "things": _things(count, places),
        "outside": [["Out", "Synthetic paper outside the list", 2015, [0, 1], 500.0, 360.0]] if count > 1 else [],
        "sources": {"title": "synthetic list", "citations": "synthetic source"},
        "reading": [[paper, "synthetic survey"] for paper in range(min(count, 6))],
        "reading_order": "curated order: surveys first",
    }


def _note(years: list[int], cited: bool) -> str:
    span = [f"{min(years)}\u2013{max(years)}"] if years else []
    return " \u00b7 ".join(
        [format_count(len(years), "paper"), *span, "synthetic citations" if cited else "no citation data"]
    )


def _place(region: list[int], draw: random.Random) -> list[tuple[float, float]]:
    rows: dict[int, int] = {}
    places = []
    for group in region:
        step = rows[group] = rows.get(group, -1) + 1
        x, y = CENTERS[group % len(CENTERS)]
        angle, far = 2.4 * step, 34 * math.sqrt(step + 1.2) * (1 if len(region) <= 400 else 0.2)
        places.append((x + 1.35 * far * math.cos(angle) + draw.uniform(-4, 4), y + far * math.sin(angle)))
    return places


def _region(group: int, region: list[int]) -> Payload:
    x, y = CENTERS[group % len(CENTERS)]
    turns = [2 * math.pi * step / 40 for step in range(40)]
    ring = [value for turn in turns for value in (x + 200 * math.cos(turn), y + 160 * math.sin(turn))]
    members = region.count(group)
    return {
        "name": f"{MODALITIES[group % 4]} {TASKS[group % 4].lower()}",
        "color": group,
        "rings": [ring],
        "spot": [x, y - 150],
        "topics": [[MODALITIES[group % 4], members, members + 1]],
    }


def _links(count: int) -> list[int]:
    pairs = ((later, early) for later in range(count) for early in range(-later * 7 % 23, later, 23))
    return [number for pair in pairs for number in pair]


def _nearest(paper: int, count: int, step: int) -> list[int]:
    around = range(max(paper % step, paper - 10 * step), min(count, paper + 10 * step + 1), step)
    others = [other for other in around if other != paper]
    others.sort(key=lambda other: (abs(other - paper), other))
    return [number for place, other in enumerate(others[:10]) for number in (other, 95 - 8 * place)]


def _fields(count: int) -> Payload:
    """A field of each kind, as a provider brings them; each third paper has one of each."""

    def column(write: Callable[[int], Any]) -> Payload:
        values = [None if paper % 3 else write(paper) for paper in range(count)]
        return {"values": values, "source": "synthetic source"}

    return {
        "tldr": column(lambda paper: f"Synthetic summary of paper {paper}."),
        "abstract": column(lambda paper: f"Synthetic abstract of paper {paper}. " * 20),
        "open_access": column(lambda paper: True),
    }


def _things(count: int, places: list[tuple[float, float]]) -> list[list[Any]]:
    found: list[list[Any]] = []

    def add(kind: str, name: str, papers: list[int], facet: str | None = None, licence: str | None = None) -> None:
        if papers:
            x, y = places[papers[0]]
            link = f"https://example.org/{len(found)}"
            found.append([kind, name, name, facet, licence, link, papers, x + 14, y + 11])

    for place, name in enumerate(TASKS):
        add("topic", name, list(range(place, count, 4)), "task")
    for place, name in enumerate(MODALITIES):
        add("topic", name, list(range(place, count, 5)), "modality")
    for place, name in enumerate(DATASETS):
        add("dataset", name, list(range(place, count, 7)))
    for place, name in enumerate(VENUES):
        add("venue", name, list(range(place, count, 2)))
    for place in range(0, count, 2):
        add("code", f"https://example.org/code/{place}", [place], None, LICENCES[place % 8 // 2])
    for place in range(min(count, 30)):
        add("author", f"Ann Invented {place}", sorted({place, (place * 3) % count, (place + 4) % count}))
    return found


def render_payload(payload: Payload, origin: str | None = None) -> str:
    """Render the page of the atlas from a payload."""
    return render_payload_page({**payload, "origin": origin or payload["origin"]})
