"""The atlas of a graph: deterministic, true to earlier ones, and sensible for bad data."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

from flgraph.analysis.ranking import make_ranking
from flgraph.analysis.regions import find_regions
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.map.atlas.atlas import Atlas, make_atlas
from flgraph.map.atlas.fitting import HEIGHT, WIDTH
from flgraph.map.atlas.payload import make_payload
from flgraph.map.positions import read_positions
from tests.browser.synthetic_map import make_graph, make_hostile_graph
from tests.map.planted import NASTY, add_topics, make_papers
from tests.observations import shuffle_graph


@pytest.mark.slow
def test_the_bundled_catalog_has_a_place_for_each_paper(atlas: Atlas, graph: KnowledgeGraph) -> None:
    assert [node for node in sorted(graph) if graph.nodes[node].get("in_catalog")] == list(atlas.papers)
    assert (56, 2) == atlas.places.shape
    assert len(atlas.regions.names) == len(atlas.rings) == len(atlas.colors)
    assert atlas.spots is not None
    assert f"Atlas of 56 papers in {len(atlas.regions.names)} regions" == repr(atlas)
    assert len(set(atlas.colors)) == len(atlas.colors)
    assert find_regions(graph).region.tolist() == atlas.regions.region.tolist()
    with pytest.raises(FrozenInstanceError):
        atlas.notes = ()  # type: ignore[misc]


def test_equal_graphs_give_equal_atlases_whatever_their_order() -> None:
    one, other = (make_payload(make_atlas(shuffle_graph(KnowledgeGraph(make_graph()), seed))) for seed in (1, 2))

    assert json.dumps(one) == json.dumps(other)


def test_a_graph_is_not_changed() -> None:
    graph = make_graph()
    before = nx.node_link_data(graph, edges="edges")
    make_payload(make_atlas(graph))

    assert before == nx.node_link_data(graph, edges="edges")


# --- earlier places ----------------------------------------------------------------------------------------


def make_topical(count: int) -> nx.MultiDiGraph[str]:
    """Synthetic papers of four modalities."""
    return add_topics(
        make_papers(count), [[f"synthetic {number % 4}", f"rare {number % 7}"] for number in range(count)]
    )


@pytest.mark.slow
def test_papers_stay_where_they_were() -> None:
    before = make_atlas(make_topical(36))
    after = make_atlas(make_topical(40), earlier=before)
    moved = [np.hypot(*np.subtract(after.positions[node], place)) for node, place in before.positions.items()]
    now = dict(zip(after.papers, after.regions.region.tolist(), strict=True))
    pairs = Counter((number, now[node]) for node, number in zip(before.papers, before.regions.region, strict=True))
    (largest, its_like), _ = pairs.most_common(1)[0]

    assert np.median(moved) <= 0.03 * WIDTH
    assert before.colors[largest] == after.colors[its_like]
    assert len(set(after.colors)) == len(after.colors)


def test_positions_do_as_well_as_an_atlas_and_may_be_read_from_json(tmp_path: Path) -> None:
    before = make_atlas(make_topical(36))
    path = tmp_path / "places.json"
    path.write_text(json.dumps(before.positions), encoding="utf-8")

    assert before.positions == read_positions(path)
    kept = make_atlas(make_topical(36), earlier=read_positions(path)).places
    assert np.median(np.hypot(*(kept - before.places).T)) <= 0.03 * WIDTH


def test_positions_of_other_nodes_are_ignored_and_counted() -> None:
    before = make_atlas(make_topical(9)).positions
    after = make_atlas(make_topical(9), earlier={**before, "paper:gone": (1.0, 2.0), "author:x": (3.0, 4.0)})

    assert ("2 earlier positions of other nodes ignored",) == after.notes
    assert [*after.notes] == make_payload(after)["notes"]


def test_positions_of_another_catalog_are_refused() -> None:
    with pytest.raises(GraphError, match=r"the earlier positions are of another catalog: none of their 1 node is"):
        make_atlas(make_papers(3), earlier={"paper:other": (0.0, 0.0)})
    with pytest.raises(GraphError, match=r"another catalog"):
        make_atlas(make_papers(3), earlier=make_atlas(make_graph()))


def test_positions_of_a_network_are_scaled_into_the_box() -> None:
    far = {f"paper:s{number:03}": (number * 900.0 - 4000, number % 3 * 5000.0) for number in range(9)}
    places = make_atlas(make_papers(9), earlier=far).places

    assert -1 <= places[:, 0].min() <= places[:, 0].max() <= WIDTH + 1
    assert -1 <= places[:, 1].min() <= places[:, 1].max() <= HEIGHT + 1


@pytest.mark.parametrize("position", [(float("nan"), 0.0), (0.0, float("inf")), (1.0,), (1.0, 2.0, 3.0)])
def test_a_position_that_is_none_is_refused(position: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"the position of paper:s001 must be two finite numbers, found"):
        make_atlas(make_papers(3), earlier={"paper:s001": position})


# --- bad data ----------------------------------------------------------------------------------------------


def all_alike(count: int) -> nx.MultiDiGraph[str]:
    return add_topics(make_papers(count), [["same"]] * count)


@pytest.mark.parametrize(
    "graph",
    [
        pytest.param(make_papers(0), id="none"),
        pytest.param(make_papers(1), id="one"),
        pytest.param(make_papers(2), id="two"),
        pytest.param(nx.MultiDiGraph(), id="empty"),
        pytest.param(make_papers(30, title=[f"{number}" for number in range(30)]), id="unlike"),
        pytest.param(all_alike(9), id="alike"),
        pytest.param(all_alike(125), id="many-alike", marks=pytest.mark.slow),
        pytest.param(make_papers(5, title="Synthetic " + "very " * 80, label="L" * 400), id="long"),
        pytest.param(make_papers(5, title="S", label="S"), id="short"),
        pytest.param(make_papers(5, title=NASTY, label=NASTY, url=NASTY, doi=NASTY), id="nasty"),
        pytest.param(make_papers(4, citation_count=[float("nan"), float("inf"), 3, 0]), id="not-finite"),
        pytest.param(make_hostile_graph(), id="hostile"),
    ],
)
def test_bad_data_give_a_sensible_atlas(graph: nx.MultiDiGraph[str]) -> None:
    atlas = make_atlas(graph)
    places = atlas.places

    assert np.isfinite(places).all()
    assert len(places) == len({tuple(place) for place in places.round(1).tolist()})
    assert json.loads(json.dumps(make_payload(atlas), allow_nan=False))["id"] == list(atlas.papers)


def test_what_is_no_graph_is_refused() -> None:
    with pytest.raises(ValueError, match="graph must be a knowledge graph, found a list"):
        make_atlas([])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="seed"):
        make_atlas(make_papers(1), seed=-1)


def test_a_ranking_of_another_graph_is_refused(cited_graph: KnowledgeGraph) -> None:
    ranking = make_ranking(cited_graph, draws=0)

    with pytest.raises(GraphError, match="the ranking is of another graph"):
        make_atlas(make_papers(3), ranking=ranking)


@pytest.mark.slow
def test_a_ranking_is_kept_and_made_where_there_is_none(cited_graph: KnowledgeGraph) -> None:
    ranking = make_ranking(cited_graph, by="citations_per_year", draws=0)
    given: Any = make_atlas(cited_graph, ranking=ranking).ranking
    default: Any = make_atlas(cited_graph).ranking

    assert ranking is given
    assert "age_normalized" == default.by
    assert make_atlas(make_papers(3)).ranking is None


def test_papers_stand_nearer_to_regions_that_they_also_belong_to(graph: KnowledgeGraph) -> None:
    atlas = make_atlas(graph)
    apart: dict[bool, list[float]] = {True: [], False: []}
    for region in range(len(atlas.regions.names)):
        inside = atlas.places[atlas.regions.region == region]
        for paper in np.flatnonzero(atlas.regions.region != region).tolist():
            gap = float(np.hypot(*(inside - atlas.places[paper]).T).min())
            apart[region in atlas.regions.also[paper]].append(gap)

    assert 20 < len(apart[True])
    assert np.median(apart[True]) < 0.7 * np.median(apart[False])
