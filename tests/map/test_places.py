"""Where papers stand: alike ones near, none on another, and where they stood before."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.spatial import cKDTree

from flgraph.map.atlas.boxes import spread_boxes
from flgraph.map.atlas.fitting import HEIGHT, WIDTH
from flgraph.map.atlas.forces import Floats, Ints
from flgraph.map.atlas.places import place_papers, wrap_name
from tests.map.planted import plant_links

NAMES = ["Synthetic glaciers", "Synthetic coral reefs and seas", "Synthetic soils", "Synthetic rivers"]


def none(count: int) -> sp.csr_array:
    return sp.csr_array((count, count))


def share_region(places: Floats, region: Ints) -> float:
    """The share of the five nearest papers that are of the same region."""
    near = cKDTree(places).query(places, k=6)[1][:, 1:]
    return float(np.mean(region[near] == region[:, None]))


@pytest.mark.parametrize("count", [60, pytest.param(500, marks=pytest.mark.slow)])
def test_papers_stand_near_those_of_their_region(count: int) -> None:
    links, region = plant_links(count, 4)
    places = place_papers(links, region, NAMES).papers

    assert share_region(places, region) > 0.85
    assert places[:, 0].min() >= 0
    assert places[:, 0].max() <= WIDTH
    assert places[:, 1].min() >= 0
    assert places[:, 1].max() <= HEIGHT


def test_the_same_seed_gives_the_same_places_and_another_gives_others() -> None:
    links, region = plant_links(60, 4)
    one, same, other = (place_papers(links, region, NAMES, seed=seed).papers for seed in (0, 0, 1))

    assert one.tolist() == same.tolist()
    assert one.tolist() != other.tolist()


def test_no_dot_stands_on_another_nor_in_the_room_of_a_name() -> None:
    links, region = plant_links(60, 4)
    placed = place_papers(links, region, NAMES)
    assert placed.spots is not None
    half = np.array([[max(map(len, wrap_name(name))) * 4.7, len(wrap_name(name)) * 11.5] for name in NAMES])
    inside = (np.abs(placed.papers[:, None] - placed.spots[None]) < half * 0.6).all(axis=2)

    assert cKDTree(placed.papers).query(placed.papers, k=2)[0][:, 1].min() > 15
    assert not inside.any()


def test_earlier_places_hardly_move_when_papers_come() -> None:
    links, region = plant_links(60, 4)
    old = np.sort(np.random.default_rng(3).choice(60, 55, replace=False))
    before = place_papers(links[old][:, old].tocsr(), region[old], NAMES).papers
    earlier = np.full((60, 2), np.nan)
    earlier[old] = before
    after = place_papers(links, region, NAMES, earlier=earlier).papers
    new = np.setdiff1d(np.arange(60), old)

    assert np.median(np.hypot(*(after[old] - before).T)) <= 0.03 * WIDTH
    for paper in new:
        middle = np.median(after[region == region[paper]], axis=0)
        assert np.hypot(*(after[paper] - middle)) < 0.4 * WIDTH


def test_earlier_places_hardly_move_when_links_go() -> None:
    links, region = plant_links(60, 4)
    before = place_papers(links, region, NAMES).papers
    upper = sp.triu(links).tocoo()
    kept = np.random.default_rng(0).random(upper.nnz) > 0.2
    row, column = upper.coords
    fewer = sp.csr_array((upper.data[kept], (row[kept], column[kept])), shape=links.shape)
    after = place_papers((fewer + fewer.T).tocsr(), region, NAMES, earlier=before).papers

    assert np.median(np.hypot(*(after - before).T)) <= 0.03 * WIDTH


def test_a_paper_of_two_regions_stands_between_them() -> None:
    links = np.zeros((21, 21))
    links[:10, :10] = links[10:20, 10:20] = 0.5
    links[20, :20] = links[:20, 20] = 0.4
    np.fill_diagonal(links, 0)
    region = np.repeat([0, 1], [11, 10])[np.r_[0:10, 11:21, 10]]
    also: list[tuple[int, ...]] = [()] * 20 + [(1,)]

    def far_from_other(given: list[tuple[int, ...]] | None) -> float:
        places = place_papers(sp.csr_array(links), region, ["One", "Two"], also=given).papers
        own, other = (places[:20][region[:20] == number].mean(axis=0) for number in (0, 1))
        return float(np.hypot(*(places[20] - other)) / np.hypot(*(own - other)))

    assert far_from_other(also) < far_from_other(None)


def test_cohesion_keeps_a_group_together_that_is_not_alike() -> None:
    links, region = plant_links(60, 4)
    mixed = np.random.default_rng(0).permutation(region)
    apart, together = (place_papers(links, mixed, NAMES, cohesion=cohesion).papers for cohesion in (0.0, 0.8))

    assert share_region(together, mixed) > share_region(apart, mixed)


def test_papers_apart_stand_in_rows_below_the_regions() -> None:
    links, region = plant_links(60, 4)
    links = sp.block_diag([links, none(40)]).tocsr()
    region = np.append(region, np.full(40, -1))
    places = place_papers(sp.csr_array(links), region, NAMES).papers

    assert places[60:, 1].min() > places[:60, 1].max() + 20
    assert 40 == len({tuple(place) for place in places[60:].tolist()})
    assert places[60:, 0].max() <= WIDTH


@pytest.mark.parametrize("count", [0, 1, 2, 3, 50])
def test_papers_that_nothing_links_stand_in_rows(count: int) -> None:
    places = place_papers(none(count), np.full(count, -1), []).papers

    assert (count, 2) == places.shape
    assert count == len({tuple(place) for place in places.tolist()})
    assert np.isfinite(places).all()


@pytest.mark.parametrize("count", [2, 5, 60, pytest.param(450, marks=pytest.mark.slow)])
def test_papers_that_are_all_alike_do_not_stand_on_each_other(count: int) -> None:
    links = sp.csr_array(np.ones((count, count)) - np.eye(count))
    places = place_papers(links, np.zeros(count, dtype=np.intp), ["All"]).papers

    assert np.isfinite(places).all()
    assert cKDTree(places).query(places, k=2)[0][:, 1].min() > 4


@pytest.mark.parametrize("seed", [-1, 0.5, "0"])
def test_a_seed_that_is_none_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="seed"):
        place_papers(none(1), np.zeros(1, dtype=np.intp), ["One"], seed=seed)


def test_boxes_no_longer_overlap() -> None:
    places = np.random.default_rng(0).random((40, 2)) * 100
    boxes = np.full((40, 2), (30.0, 10.0))
    region = np.repeat([0, 1], 20)
    spread = spread_boxes(places, region, boxes, gap=1.5, rounds=2000)
    apart = (spread[:, None] - spread[None]) / boxes[0]
    distance = np.hypot(apart[..., 0], apart[..., 1]) + 9 * np.eye(40)

    assert distance.min() > 0.95
    assert distance[:20, 20:].min() > 1.45


def test_boxes_that_are_held_do_not_move() -> None:
    places = np.array([[0.0, 0.0], [1.0, 0.0]])
    spread = spread_boxes(places, np.zeros(2, dtype=np.intp), np.full((2, 2), 10.0), gap=1.0, rounds=500,
                          mobility=np.array([0.0, 1.0]))  # fmt: skip

    assert [0.0, 0.0] == spread[0].tolist()
    assert spread[1, 0] > 9


def test_names_are_wrapped_between_words() -> None:
    assert ["Histopathology", "and retinal", "fundus"] == wrap_name("Histopathology and retinal fundus", 15)
    assert ["Unbreakablelongsyntheticname"] == wrap_name("Unbreakablelongsyntheticname")
    assert [""] == wrap_name("")


@pytest.mark.slow
def test_twenty_thousand_papers_are_placed_evenly() -> None:
    links, region = plant_links(20_000, 8)
    places = place_papers(links, region, [f"Synthetic {number}" for number in range(8)]).papers
    near = cKDTree(places).query(places, k=2)[0][:, 1]

    assert share_region(places, region) > 0.9
    assert np.mean(near < 0.5 * np.sqrt(WIDTH * HEIGHT * 0.44 / len(places))) < 0.02
