"""Regions: planted groups are found, shuffled ones are not, names fit, and graphs that lack what it needs."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from flgraph.analysis.aspects import read_aspects
from flgraph.analysis.louvain import drop_links, find_groups, merge_small
from flgraph.analysis.partitions import measure_agreement
from flgraph.analysis.region_null import (
    BUNDLED,
    Chance,
    compute_chance,
    digest_aspects,
    exceeds_chance,
    find_chance,
    shuffle_aspects,
)
from flgraph.analysis.region_search import link_papers
from flgraph.analysis.regions import Regions, find_regions, keep_names
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.progress import Step
from flgraph.sources.cache import choose_cache
from tests.analysis.planted import GROUPS, plant_groups, shuffle_things
from tests.analysis.small_graphs import add_topics, make_papers
from tests.observations import shuffle_graph

PLANTED = plant_groups(40, noise=0.1)


@pytest.fixture(scope="module")
def planted_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("planted") / "cache.sqlite"


@pytest.fixture(scope="module")
def planted(planted_cache: Path) -> Regions:
    return find_regions(PLANTED, cache=planted_cache)


def is_whole(regions: Regions) -> bool:
    """Check that the parts of a result fit each other."""
    count = len(regions.names)
    return (
        len(regions.papers) == len(regions.region) == len(regions.also)
        and count == len(regions.topics) == len(regions.table) == len(set(regions.names))
        and all(name.strip() for name in regions.names)
        and set(regions.region.tolist()) - {-1} == set(range(count))
        and (regions.basis is None) == (count == 0)
        and "\n" not in regions.caption
        and regions.caption != ""
    )


# --- planted and shuffled ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_planted_groups_are_found_and_named(planted: Regions) -> None:
    groups = [int(paper[-4:]) % 4 for paper in planted.papers]

    assert is_whole(planted)
    assert "similarity" == planted.basis
    assert measure_agreement(groups, planted.region.tolist()) > 0.8
    assert set(GROUPS) == {name.split()[0].lower() for name in planted.names}
    assert "4 regions of papers that are alike; stability" in planted.caption
    assert list(np.bincount(planted.region)) == sorted(np.bincount(planted.region), reverse=True)


@pytest.mark.slow
def test_a_shuffled_catalog_has_no_regions_of_similarity_and_says_why(tmp_path: Path) -> None:
    found = find_regions(shuffle_things(PLANTED), cache=tmp_path / "cache.sqlite")

    assert is_whole(found)
    assert found.basis in ("modality", "task")
    assert f"by {found.basis}; similarity shows no regions beyond chance: stability" in found.caption
    assert {f"{name.capitalize()} {'thing' if found.basis == 'modality' else 'task'}" for name in GROUPS} == set(
        found.names
    )


@pytest.mark.slow
def test_the_bundled_catalog_shuffled_has_no_regions_of_similarity(graph: KnowledgeGraph, tmp_path: Path) -> None:
    found = find_regions(shuffle_things_of_papers(graph), cache=tmp_path / "cache.sqlite")

    assert is_whole(found)
    assert "similarity" != found.basis
    assert "similarity shows no regions beyond chance" in found.caption


def shuffle_things_of_papers(graph: KnowledgeGraph) -> KnowledgeGraph:
    """Return a graph with the topics, datasets, authors and code of papers each dealt out anew."""
    rng = np.random.default_rng(7)
    papers = sorted(node for node, data in graph.nodes(data=True) if data["kind"] == "paper" and data["in_catalog"])
    sort_of = {"uses_dataset": "dataset", "introduces_dataset": "dataset"}
    kinds = ("authored", "about", "dataset", "has_code")
    places = {kind: dict(zip(papers, rng.permutation(papers).tolist(), strict=True)) for kind in kinds}
    shuffled = graph.copy()
    shuffled.remove_edges_from(list(graph.edges(keys=True)))
    for start, end, key, data in sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[:3]):
        if key not in ("cites", "relates_to"):
            place = places.get(sort_of.get(str(key), str(key)), {})
            shuffled.add_edge(place.get(start, start), place.get(end, end), key=key, **data)
    return shuffled


def test_the_bundled_catalog_takes_the_number_that_is_shipped(graph: KnowledgeGraph) -> None:
    aspects = read_aspects(graph)
    found = find_regions(graph)

    assert digest_aspects(aspects, 0) in BUNDLED, "the catalog has changed: ship the result of compute_chance"
    assert BUNDLED[digest_aspects(aspects, 0)].agreement == found.chance
    assert is_whole(found)
    assert not choose_cache().exists()


@pytest.mark.slow
def test_the_number_that_is_shipped_is_what_is_computed(graph: KnowledgeGraph) -> None:
    assert [pytest.approx(chance) for chance in BUNDLED.values()] == [compute_chance(read_aspects(graph))]


def test_near_one_the_likeness_of_papers_decides() -> None:
    low, high = Chance(0.6, 0.5, 20), Chance(1.0, 0.5, 20)

    assert exceeds_chance(0.7, 0.0, low)
    assert not exceeds_chance(0.6, 1.0, low)
    assert exceeds_chance(1.0, 0.6, high)
    assert not exceeds_chance(1.0, 0.5, high)
    assert not exceeds_chance(0.8, 1.0, high)


# --- the null ----------------------------------------------------------------------------------------------


def test_shuffling_keeps_the_things_of_each_aspect() -> None:
    aspects = read_aspects(PLANTED)
    shuffled = shuffle_aspects(aspects, np.random.default_rng(0))

    for name, rows in aspects.rows.items():
        assert sorted(map(tuple, rows.toarray().tolist())) == sorted(map(tuple, shuffled.rows[name].toarray().tolist()))
    assert shuffled.links is None
    assert (aspects.rows["topics"] != shuffled.rows["topics"]).nnz > 0


def test_things_of_the_only_aspect_are_dealt_out_anew() -> None:
    aspects = read_aspects(PLANTED)
    empty = {name: rows[:, :0] for name, rows in aspects.rows.items()}
    only = replace(aspects, rows={**empty, "topics": aspects.rows["topics"]})
    dealt = shuffle_aspects(only, np.random.default_rng(0)).rows["topics"]

    assert aspects.rows["topics"].sum() == pytest.approx(dealt.sum())
    assert sorted(map(tuple, aspects.rows["topics"].toarray().tolist())) != sorted(map(tuple, dealt.toarray().tolist()))


@pytest.mark.slow
def test_the_null_is_cached(tmp_path: Path) -> None:
    aspects = read_aspects(plant_groups(10))
    first = find_chance(aspects, cache=tmp_path / "cache.sqlite")

    assert first == find_chance(aspects, cache=tmp_path / "cache.sqlite")
    assert (tmp_path / "cache.sqlite").exists()


@pytest.mark.slow
def test_shuffling_shows_its_progress_unless_the_result_is_known(tmp_path: Path) -> None:
    aspects = read_aspects(plant_groups(10))
    steps: list[Step] = []
    for _ in range(2):
        find_chance(aspects, cache=tmp_path / "cache.sqlite", progress=steps.append)

    assert [Step("regions of shuffled papers", done, 20) for done in range(21)] == steps


@pytest.mark.slow
def test_of_fewer_than_twenty_shuffled_catalogs_all_must_be_exceeded(tmp_path: Path) -> None:
    found = find_regions(plant_groups(124), cache=tmp_path / "cache.sqlite")

    assert 10 == found.shuffles
    assert f"the {found.chance:.2f} of the most stable of 10 shuffled catalogs" in found.caption


@pytest.mark.slow
def test_a_cache_of_another_program_is_no_error(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    with caplog.at_level(logging.WARNING):
        found = find_chance(read_aspects(plant_groups(10)), cache=other)

    assert found is not None
    assert "mine" == other.read_text()
    assert "is not a cache of flgraph" in caplog.text


@pytest.mark.parametrize("name", ["notes.txt/below/cache.sqlite", "."])
def test_a_cache_that_cannot_be_opened_is_no_error(tmp_path: Path, name: str) -> None:
    """Papers too few to have regions, since a null takes seconds."""
    (tmp_path / "notes.txt").write_text("mine")

    assert None is find_chance(read_aspects(plant_groups(8)), cache=tmp_path / name)
    assert "mine" == (tmp_path / "notes.txt").read_text()


# --- earlier regions ---------------------------------------------------------------------------------------


def make_regions(region: list[int], names: list[str]) -> Regions:
    papers = tuple(f"paper:{number}" for number in range(len(region)))
    nothing: tuple[tuple[int, ...], ...] = tuple(() for _ in region)
    return Regions(papers, np.array(region), tuple(names), basis="similarity", also=nothing, topics=((),) * len(names))


def test_regions_keep_the_names_and_numbers_of_earlier_ones() -> None:
    earlier = make_regions([0, 0, 0, 1, 1, 1], ["One", "Two"])
    later = replace(make_regions([0, 0, 0, 1, 1, -1], ["Second", "First"]), papers=tuple(
        f"paper:{number}" for number in (3, 4, 5, 0, 1, 9)))  # fmt: skip
    kept = keep_names(later, earlier)

    assert ("One", "Two") == kept.names
    assert [1, 1, 1, 0, 0, -1] == kept.region.tolist()


def test_a_new_region_fills_a_gap_and_takes_no_name_that_is_kept() -> None:
    earlier = make_regions([0, 0, 1, 1, 2, 2], ["Same", "Gone", "Other"])
    later = replace(make_regions([0, 0, 1, 1, 2, 2], ["Same", "New", "Old"]), papers=(
        "paper:8", "paper:9", "paper:4", "paper:5", "paper:0", "paper:1"))  # fmt: skip
    kept = keep_names(later, earlier)

    assert ("Same", "Same (2)", "Other") == kept.names
    assert [1, 1, 2, 2, 0, 0] == kept.region.tolist()


@pytest.mark.slow
def test_earlier_regions_are_an_input(planted: Regions, planted_cache: Path) -> None:
    names = tuple(f"Name {number}" for number in range(len(planted.names)))
    fewer = replace(planted, names=names, papers=planted.papers[2:], region=planted.region[2:], also=planted.also[2:])
    found = find_regions(PLANTED, earlier=fewer, cache=planted_cache)

    assert is_whole(found)
    assert planted.papers == found.papers
    assert {"Name 0", "Name 1", "Name 2", "Name 3"} == set(found.names)


# --- graphs that lack something ----------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 2, 9])
def test_few_papers_have_no_regions(size: int) -> None:
    found = find_regions(make_papers({f"p{number}": None for number in range(size)}, []))

    assert is_whole(found)
    assert "no regions: fewer than 10 papers share anything, and no facet of topics groups the papers" == found.caption
    assert (None, None, None) == (found.agreement, found.chance, found.basis)
    assert [-1] * size == found.region.tolist()


def test_few_papers_are_grouped_by_their_topics() -> None:
    graph = make_papers(dict.fromkeys("abcdefg", 2020), [])
    add_topics(graph, "material", {"steel": "abc", "glass": "cde", "wood": "f"})
    found = find_regions(graph)

    assert is_whole(found)
    assert "material" == found.basis
    assert {"STEEL", "GLASS", "Other materials"} == set(found.names)
    assert -1 == found.region[found.papers.index("paper:g")]
    assert 1 == len(found.also[found.papers.index("paper:c")])
    assert "3 regions by material; 1 paper apart; fewer than 10 papers share anything" == found.caption


@pytest.mark.slow
@pytest.mark.parametrize("alike", [True, False])
def test_papers_that_are_all_alike_or_all_unlike_give_a_sensible_answer(alike: bool, tmp_path: Path) -> None:
    graph = make_papers(dict.fromkeys((f"p{number:02}" for number in range(12)), 2020), [])
    for number in range(12):
        graph.nodes[f"paper:p{number:02}"]["title"] = "Same words" if alike else f"word{number}"
    found = find_regions(graph, cache=tmp_path / "cache.sqlite")

    assert is_whole(found)
    assert found.basis is None


@pytest.mark.slow
def test_long_and_short_titles_give_names(tmp_path: Path) -> None:
    graph = make_papers({f"p{number:02}": None for number in range(24)}, [])
    for number in range(24):
        graph.nodes[f"paper:p{number:02}"]["title"] = ("x" if number % 2 else "long words " * 36) + "<b>\x1b[31m"
    assert is_whole(find_regions(graph, cache=tmp_path / "cache.sqlite"))


def test_the_order_of_a_graph_does_not_matter_to_its_regions(graph: KnowledgeGraph) -> None:
    one, other = (find_regions(found) for found in (graph, shuffle_graph(graph, 1)))

    assert one.names == other.names
    assert one.region.tolist() == other.region.tolist()
    assert one.caption == other.caption


def test_the_seed_is_a_number(graph: KnowledgeGraph) -> None:
    with pytest.raises(ValueError, match="seed must be a whole number of at least 0, found -1"):
        find_regions(graph, seed=-1)


# --- groups of a network -----------------------------------------------------------------------------------


def test_louvain_finds_cliques_and_small_groups_join_the_nearest() -> None:
    links = np.kron(np.eye(3), np.ones((5, 5))) - np.eye(15)
    links[4, 5] = links[5, 4] = 0.1
    found = find_groups(link_papers(read_aspects(PLANTED))[:0, :0], 1.0, 0)
    groups = find_groups(sp.csr_array(links), 1.0, 0)

    assert 0 == len(found)
    assert [0] * 5 + [1] * 5 + [2] * 5 == groups.tolist()
    assert [0] * 5 + [0] * 5 + [-1] * 5 == merge_small(sp.csr_array(links), np.repeat([0, 1, 2], 5), 6).tolist()


def test_a_fifth_of_the_links_is_dropped_in_both_directions() -> None:
    links = link_papers(read_aspects(PLANTED))
    dropped = drop_links(links, 3, 0)

    assert all(0.7 < found.nnz / links.nnz < 0.9 for found in dropped)
    assert all(0 == abs(found - found.T).max() for found in dropped)
