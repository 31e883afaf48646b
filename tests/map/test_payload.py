"""The payload holds what the graph says, and null where it says nothing."""

from __future__ import annotations

import json
from typing import Any

import networkx as nx
import numpy as np
import pytest

from flgraph.analysis.ranking import make_ranking
from flgraph.export.bibtex import format_bibtex
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.map.atlas.atlas import Atlas, make_atlas
from flgraph.map.atlas.page import pack_payload
from flgraph.map.atlas.paper_colors import choose_colors
from flgraph.map.atlas.payload import make_payload
from flgraph.map.atlas.things import find_address, place_things, shorten_name
from flgraph.map.html_file import format_payload
from flgraph.map.origin import describe_origin
from flgraph.map.positions import read_positions
from tests.browser.synthetic_map import PAYLOADS, make_graph, make_hostile_graph
from tests.map.planted import add_topics, make_papers

COLUMNS = ("id", "label", "name", "year", "date", "url", "doi", "arxiv", "cites", "score", "rank", "region", "also",
           "x", "y", "bibtex", "near")  # fmt: skip


@pytest.fixture(scope="module")
def payload() -> dict[str, Any]:
    return make_payload(make_atlas(make_graph()))


def test_all_columns_are_as_long_as_there_are_papers(payload: dict[str, Any]) -> None:
    assert {6} == {len(payload[name]) for name in COLUMNS}
    assert "flgraph-atlas/1" == payload["schema"]
    assert (1000, 720) == (payload["width"], payload["height"])


def test_facts_are_those_of_the_graph_and_unknown_is_null(payload: dict[str, Any]) -> None:
    assert [None, 12, None, None, None, None] == payload["cites"]
    assert [2018, 2019, 2020, 2021, 2022, 2023] == payload["year"]
    assert [None] * 6 == payload["date"]
    assert ["10.1000/syn.1", *[None] * 5] == payload["doi"]
    assert ["1801.00001", *[None] * 5] == payload["arxiv"]
    assert payload["synthetic"] is True
    assert "Synthetic list" == payload["title"]
    assert describe_origin(make_graph().graph, says_missing=False) == payload["origin"]


def test_links_and_relations_are_pairs_of_papers(payload: dict[str, Any]) -> None:
    assert [1, 0] == payload["links"]
    assert [] == payload["relations"]
    assert 0 == len(payload["backbone"]) % 2
    for paper, near in enumerate(payload["near"]):
        others, percents = near[::2], near[1::2]
        assert paper not in others
        assert sorted(percents, reverse=True) == percents
        assert all(1 <= percent <= 100 for percent in percents)


def test_a_relation_that_is_no_citation_is_in_both_lists() -> None:
    graph = make_graph()
    graph.add_edge("paper:syn4", "paper:syn3", key="relates_to", relation="builds_on", sources="catalog")
    payload = make_payload(make_atlas(graph))

    assert [1, 0, 3, 2] == payload["links"]
    assert [3, 2] == payload["relations"]


def test_things_name_their_papers(payload: dict[str, Any]) -> None:
    things = {(thing[0], thing[1]): thing for thing in payload["things"]}

    assert [0, 1, 2] == things["author", "Zoë Müller"][6]
    assert ["modality", None] == things["topic", "MRI"][3:5]
    assert "https://example.org/scans" == things["dataset", "Synthetic scans"][5]
    assert ["NONE", "https://github.com/syn/one", [0]] == things["code", "one"][4:7]
    assert [2, 3] == things["venue", "Synthetic Conference"][6]


def test_a_repository_without_code_is_a_placeholder() -> None:
    graph = make_graph()
    graph.nodes["codebase:github.com/syn/one"]["placeholder"] = True
    things = make_payload(make_atlas(graph))["things"]

    assert ["placeholder", "NONE"] == next(thing[3:5] for thing in things if thing[0] == "code")


def test_papers_outside_need_three_links() -> None:
    graph = make_graph()
    assert [] == make_payload(make_atlas(graph))["outside"]
    graph.add_edge("paper:syn5", "paper:arxiv-1", key="cites", sources="catalog")
    (outside,) = make_payload(make_atlas(graph))["outside"]

    assert ["Synthetic outside", "Synthetic paper outside the catalog", None, [0, 1, 4]] == outside[:4]


def test_bibtex_is_that_of_the_export(payload: dict[str, Any]) -> None:
    assert format_bibtex(make_graph(), ["paper:syn1"]) == payload["bibtex"][0]


def test_fields_of_a_provider_come_with_their_source() -> None:
    facts = {"tldr": ["In short: synthetic", None], "open_access": True, "influential_citation_count": 3}
    graph = make_papers(2, **facts)
    del graph.nodes["paper:s001"]["tldr"]
    graph.graph |= {"snapshot_taken": "2026-01-02T00:00:00+00:00", "snapshot_source": "semantic_scholar"}
    fields = make_payload(make_atlas(graph))["fields"]

    assert {"values": ["In short: synthetic", None], "source": "Semantic Scholar, 2026-01-02"} == fields["tldr"]
    assert [True, True] == fields["open_access"]["values"]
    assert [3, 3] == fields["influential_citation_count"]["values"]
    assert "title" not in fields


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_are_not_finite_are_null(value: float) -> None:
    graph = make_papers(2, citation_count=[value, 4], quality=[value, 0.5])
    payload = make_payload(make_atlas(graph))

    assert [None, 4] == payload["cites"]
    assert [None, 0.5] == payload["fields"]["quality"]["values"]


@pytest.mark.slow
def test_scores_that_are_not_finite_are_null(cited_graph: KnowledgeGraph) -> None:
    ranking = make_ranking(cited_graph, draws=0)
    ranking.table["score"] = ranking.table["score"].astype(float)
    first, second = ranking.table.index[:2]
    ranking.table.loc[first, "score"], ranking.table.loc[second, "score"] = np.inf, np.nan
    atlas = make_atlas(cited_graph, ranking=ranking)
    payload = make_payload(atlas)
    places = [atlas.papers.index(first), atlas.papers.index(second)]

    assert [None, None] == [payload["score"][place] for place in places]
    assert [None, None] == [payload["rank"][place] for place in places]
    assert json.dumps(payload, allow_nan=False)


# --- what to read first ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_with_ranks_the_first_are_read_first(cited_graph: KnowledgeGraph) -> None:
    payload = make_payload(make_atlas(cited_graph))
    first = payload["rank"].index(1)

    assert [first, payload["reading"][0][1]] == payload["reading"][0]
    assert payload["reading"][0][1].startswith("rank 1 of ")
    assert payload["reading_order"].startswith("by rank")
    assert len(payload["reading"]) == len({paper for paper, _ in payload["reading"]}) <= 12


@pytest.mark.slow
def test_offline_surveys_and_benchmarks_and_shared_code_are_read_first(atlas: Atlas) -> None:
    payload = make_payload(atlas)
    reasons = [reason for _, reason in payload["reading"]]

    assert payload["reading_order"].startswith("curated order: surveys")
    assert ["survey", "benchmark"] == reasons[:2]
    assert any(reason.startswith("shares the code NVFlare with 3 other papers") for reason in reasons)
    assert "56 papers · 2020\u20132025 · no citation data" == payload["note"]
    assert [None] * 56 == payload["score"]


@pytest.mark.slow
def test_the_payload_of_the_bundled_catalog_is_small(atlas: Atlas) -> None:
    kind, text = pack_payload(make_payload(atlas))

    assert "text/deflate" == kind
    assert len(text) < 45_000


# --- strangers' text ---------------------------------------------------------------------------------------


def test_hostile_text_arrives_as_it_is_and_closes_no_element() -> None:
    payload = make_payload(make_atlas(make_hostile_graph()))
    text = format_payload(payload)

    assert set(PAYLOADS) <= set(payload["label"])
    assert not {"<", ">", "&", "\u2028"} & set(text)
    assert payload["label"] == json.loads(text)["label"]


def test_only_addresses_on_the_web_are_links() -> None:
    given = [
        "https://example.org/a",
        "javascript:alert(1)",
        " https://example.org",
        "HTTP://EXAMPLE.ORG",
        "https://a b",
    ]
    kept = [find_address({"url": url}, "url") for url in given]

    assert ["https://example.org/a", None, None, "HTTP://EXAMPLE.ORG", None] == kept
    assert [None] * 20 == make_payload(make_atlas(make_hostile_graph()))["url"]


# --- packing, names, glyphs --------------------------------------------------------------------------------


def test_large_payloads_are_packed_and_positions_read_from_both(tmp_path: Any) -> None:
    small, large = (make_payload(make_atlas(make_papers(count, note="x" * 9000))) for count in (6, 9))
    for payload, kind in ((small, "application/json"), (large, "text/deflate")):
        found, text = pack_payload(payload)
        page = tmp_path / "page.html"
        page.write_text(f'<script type="{found}" id="payload">{text}</script>', encoding="utf-8")

        assert kind == found
        assert len(text) < 61_000
        assert list(zip(payload["x"], payload["y"], strict=True)) == list(read_positions(page).values())
        assert payload["id"] == list(read_positions(page))


def test_a_payload_with_nan_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        pack_payload({"score": [float("nan")]})


def test_names_are_shortened_for_labels() -> None:
    assert "Image synthesis" == shorten_name("Image synthesis / simulation")
    assert "Privacy" == shorten_name("Privacy (general)")
    assert "(odd)" == shorten_name("(odd)")
    assert 60 == len(shorten_name("x" * 400))


def test_glyphs_stand_amid_their_papers_and_beside_dots() -> None:
    places = np.array([[100.0, 100.0], [200.0, 100.0], [150.0, 100.0]])
    spots = place_things([(0, 1), (0, 1), (2,)], places)

    assert np.hypot(*(spots[:2, None] - places[None]).reshape(-1, 2).T).min() > 15
    assert np.hypot(*(spots[0] - spots[1])) > 12
    assert (0, 2) == place_things([], places).shape


def test_a_graph_without_papers_has_an_empty_payload() -> None:
    payload = make_payload(make_atlas(nx.MultiDiGraph()))

    assert [] == payload["id"] == payload["regions"] == payload["reading"] == payload["links"]
    assert "0 papers · no citation data" == payload["note"]


def make_sections(*sections: str) -> nx.MultiDiGraph[str]:
    graph = make_papers(len(sections))
    for (_, data), section in zip(graph.nodes(data=True), sections, strict=True):
        data["section"] = section
    return graph


def test_sections_are_a_facet_where_topics_have_none() -> None:
    payload = make_payload(make_atlas(make_sections("Methods > Rain", "Data", "Data; Methods > Rain")))

    rows = [row for row in payload["things"] if row[0] == "topic"]
    assert [("Data", "section", [1, 2]), ("Methods > Rain", "section", [0, 2])] == [(r[1], r[3], r[6]) for r in rows]
    assert [] == [row for row in make_payload(make_atlas(make_sections("Data", "Data")))["things"] if row[0] == "topic"]


def test_sections_are_no_facet_beside_those_of_topics() -> None:
    graph = add_topics(make_sections("Rain", "Data"), [["mri"], ["ct"]])

    assert {"modality"} == {row[3] for row in make_payload(make_atlas(graph))["things"] if row[0] == "topic"}


@pytest.mark.parametrize(("topics", "color"), [([], "section"), ([["mri"], ["ct"]], "own")])
def test_papers_are_coloured_by_section(topics: list[list[str]], color: str) -> None:
    graph = make_sections("Rain", "Data; Rain")
    atlas = make_atlas(add_topics(graph, topics) if topics else graph)

    assert ["Data", "Rain"] == [name for name, _ in choose_colors(atlas, "section").legend]
    assert color == make_payload(atlas, color="section")["looks"]["color"]
