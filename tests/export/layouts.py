"""A synthetic layout for the synthetic graph of the map, to test the files that hold places."""

from __future__ import annotations

from flgraph.export.layout import Layout
from tests.browser.synthetic_map import PAYLOADS

PAPERS = tuple(f"paper:syn{number}" for number in range(1, 7))


def make_synthetic_layout(*, region: str = "Synthetic region") -> Layout:
    """Place six papers in two regions and one apart; the first two are similar, and so are the fourth and fifth."""
    regions = (region, region, region, "Other region", "Other region", None)
    return Layout(
        places={node: (10.0 * number, 100.0 + number) for number, node in enumerate(PAPERS)},
        regions=dict(zip(PAPERS, regions, strict=True)),
        colors={node: "#2468b4" if number < 3 else "#c2570c" for number, node in enumerate(PAPERS[:5])},
        links={(PAPERS[0], PAPERS[1]): 0.5, (PAPERS[3], PAPERS[4]): 0.25, (PAPERS[0], PAPERS[5]): 0.0},
    )


def make_hostile_layout(papers: list[str]) -> Layout:
    """Place papers in regions that are named by text that tries to become script."""
    names = dict(zip(papers, PAYLOADS, strict=True))
    return Layout(places={node: (float(place), 0.0) for place, node in enumerate(papers)}, regions=names)
