"""Contours hold their papers and keep out of each other; colours tell neighbours apart."""

from __future__ import annotations

import numpy as np
import pytest

from flgraph.map.atlas.contours import are_inside, draw_contours
from flgraph.map.atlas.places import place_papers
from flgraph.map.atlas.region_colors import REGION_COLORS, color_regions
from flgraph.map.colors import DARK_BACKGROUND, LIGHT_BACKGROUND
from tests.map.planted import plant_links

NAMES = ["Synthetic glaciers", "Synthetic reefs", "Synthetic soils", "Synthetic rivers"]


def find_regions_at(points: np.ndarray, rings: tuple[tuple[np.ndarray, ...], ...]) -> np.ndarray:
    """Which regions' contours hold each point, by the even-odd rule over all rings of a region."""
    return np.array([np.bitwise_xor.reduce([are_inside(points, ring) for ring in found]) for found in rings]).T


@pytest.mark.parametrize("count", [60, pytest.param(500, marks=pytest.mark.slow)])
def test_contours_hold_their_papers_and_hardly_overlap(count: int) -> None:
    links, region = plant_links(count, 4)
    placed = place_papers(links, region, NAMES)
    rings = draw_contours(placed.papers, region, names=NAMES, spots=placed.spots)
    held = find_regions_at(placed.papers, rings)
    grid = np.stack(np.meshgrid(np.arange(0, 1000, 10.0), np.arange(0, 720, 10.0)), axis=-1).reshape(-1, 2)

    assert 4 == len(rings)
    assert held[np.arange(count), region].mean() > 0.95
    assert (find_regions_at(grid, rings).sum(axis=1) > 1).mean() < 0.005
    assert all(np.isfinite(ring).all() and len(ring) > 7 for found in rings for ring in found)


def test_the_room_of_a_name_is_within_the_contour() -> None:
    links, region = plant_links(60, 4)
    placed = place_papers(links, region, NAMES)
    assert placed.spots is not None
    held = find_regions_at(placed.spots, draw_contours(placed.papers, region, names=NAMES, spots=placed.spots))

    assert np.eye(4, dtype=bool).tolist() == held.tolist()


def test_papers_of_no_region_have_no_contour() -> None:
    places = np.random.default_rng(0).random((30, 2)) * 700

    assert () == draw_contours(places, np.full(30, -1))
    assert () == draw_contours(np.zeros((0, 2)), np.zeros(0, dtype=np.intp))


def test_a_region_scattered_among_others_still_has_a_ring() -> None:
    places = np.random.default_rng(0).random((300, 2)) * 700
    region = np.zeros(300, dtype=np.intp)
    region[:3] = 1

    assert [True, True] == [bool(found) for found in draw_contours(places, region)]


def test_papers_on_one_point_have_a_contour() -> None:
    (ring,) = draw_contours(np.full((5, 2), 300.0), np.zeros(5, dtype=np.intp))[0]

    assert are_inside(np.array([[300.0, 300.0]]), ring).all()


def test_points_are_inside_by_the_even_odd_rule() -> None:
    ring = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])

    assert [True, False, False] == are_inside(np.array([[2.0, 2.0], [5.0, 2.0], [2.0, -1.0]]), ring).tolist()


# --- colours -----------------------------------------------------------------------------------------------


def measure_luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def measure_contrast(one: str, other: str) -> float:
    low, high = sorted((measure_luminance(one), measure_luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("pair", REGION_COLORS)
def test_each_colour_stands_out_from_the_page(pair: tuple[str, str]) -> None:
    light, dark = pair

    assert measure_contrast(light, LIGHT_BACKGROUND) >= 3
    assert measure_contrast(dark, DARK_BACKGROUND) >= 3


def test_regions_have_different_colours_as_long_as_there_are_some() -> None:
    places = np.random.default_rng(0).random((26, 2)) * 700
    colors = color_regions(places, np.arange(26))

    assert 10 == len(set(colors[:10])) == len(set(colors[10:20])) == len(REGION_COLORS)


def test_neighbours_differ_more_than_far_regions() -> None:
    places = np.array([[0.0, 0.0], [10.0, 0.0], [900.0, 0.0]])
    first, near, _ = color_regions(places, np.arange(3))
    hues = (212, 24, 148, 270, 350, 184, 45, 320, 80, 235)
    turn = abs(hues[first] - hues[near])

    assert min(turn, 360 - turn) >= 90


def test_kept_colours_stay_and_no_regions_need_none() -> None:
    places = np.array([[0.0, 0.0], [10.0, 0.0]])

    assert 7 == color_regions(places, np.arange(2), kept={1: 7})[1]
    assert () == color_regions(places, np.full(2, -1))
