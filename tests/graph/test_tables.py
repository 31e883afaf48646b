from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from flgraph.errors import GraphError
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.query import find_papers
from flgraph.graph.schema import NODE_ATTRIBUTES
from flgraph.graph.tables import papers_table, to_frames
from flgraph.records import Catalog


def test_frames_hold_every_node_and_edge_once(graph: KnowledgeGraph) -> None:
    frames = to_frames(graph)

    assert {*(f"{kind}s" for kind in NODE_ATTRIBUTES), "edges"} == set(frames)
    assert len(graph) == sum(len(frame) for name, frame in frames.items() if name != "edges")
    assert graph.number_of_edges() == len(frames["edges"])
    assert not frames["edges"].duplicated(["from", "kind", "to"]).any()


def test_unknown_counts_are_missing_not_zero(graph: KnowledgeGraph) -> None:
    papers = to_frames(graph)["papers"]

    assert papers["citation_count"].isna().all()
    assert pd.Int64Dtype() == papers["citation_count"].dtype


def test_the_table_has_a_row_for_each_catalog_paper_newest_first(graph: KnowledgeGraph) -> None:
    table = papers_table(graph)

    assert 56 == len(table)
    assert table["year"].is_monotonic_decreasing
    assert "Federated learning for healthcare" == table.attrs["title"]


def test_a_row_says_what_is_linked_to_the_paper(graph: KnowledgeGraph) -> None:
    row = papers_table(graph).loc["paper:fedbn"]

    assert ("Xiaoxiao Li; Meirui Jiang; Xiaofei Zhang; Michael Kamp; Qi Dou", 2021) == (
        row["authors"],
        row["year"],
    )
    assert "github.com/NVIDIA/NVFlare; github.com/med-air/FedBN" == row["codebases"]
    assert "https://arxiv.org/abs/2102.07623" == row["link"]
    assert "Apache-2.0; NONE" == row["licence"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"text": "batch normalization non-iid"}, {"fedbn"}),
        ({"author": "qi dou", "since": 2022}, {"fedce", "harmofl", "imfedsemi"}),
        ({"dataset": "BraTS", "has_code": True, "until": 2020}, {"asyndgan"}),
        ({"topic": "Magnetic resonance imaging", "task": "reconstruction"}, {"fedgimp", "fedmri", "fedpr"}),
        ({"task": "segmentation", "has_code": True, "licence": "any", "since": 2022, "modality": "mri"},
         {"fedce", "fedsm", "flamby", "prr-imbalance"}),
        ({"licence": "bsd-2-clause"}, {"asyndgan"}),
        ({"licence": "NONE", "venue": "iclr"}, {"fedbn"}),
        ({"text": "FéDbn"}, {"fedbn"}),
        ({"venue": "iclr"}, {"fedbn"}),
        ({"task": ["segmentation", "classification"], "dataset": ["camelyon17"]}, {"harmofl"}),
        ({"since": 2100}, set()),
    ],
)  # fmt: skip
def test_papers_meet_every_condition(graph: KnowledgeGraph, question: dict[str, Any], expected: set[str]) -> None:
    assert expected == set(find_papers(graph, **question)["key"])


def test_no_known_code_is_told_apart_from_a_placeholder(graph: KnowledgeGraph) -> None:
    table = find_papers(graph, has_code=False).set_index("key")["has_code"]

    assert not table["ros-fl"]
    assert table.drop("ros-fl").isna().all()


def test_a_placeholder_is_no_code(graph: KnowledgeGraph) -> None:
    with_code = set(find_papers(graph, has_code=True)["key"])
    without = set(find_papers(graph, has_code=False)["key"])

    assert "ros-fl" in without
    assert 56 == len(with_code | without)
    assert not with_code & without


def test_a_derived_dataset_counts_as_its_parent(graph: KnowledgeGraph) -> None:
    assert "flamby" in set(find_papers(graph, dataset="camelyon16")["key"])


def test_a_whole_word_of_a_name_goes_before_a_part_of_one() -> None:
    authors = {"p": "Bo Li", "q": "Oliver Sample"}
    entries = [{"key": key, "title": "Synthetic", "section": "x", "authors": [name]} for key, name in authors.items()]
    graph = build_graph(Catalog.model_validate({"title": "Synthetic", "entries": entries}))

    assert ["p"] == find_papers(graph, author="li")["key"].tolist()
    assert ["q"] == find_papers(graph, author="oli")["key"].tolist()


def test_an_answer_keeps_the_columns_and_attrs_of_the_table(graph: KnowledgeGraph) -> None:
    table = papers_table(graph)
    found = find_papers(graph, task="segmentation")

    assert list(table.columns) == list(found.columns)
    assert {**table.attrs, "caption": "20 of 56 papers"} == found.attrs


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"task": "segmentatoin"}, r"'segmentatoin' is not a task in this graph; did you mean 'segmentation'\?"),
        ({"modality": "segmentation"}, "is not a modality in this graph"),
        ({"dataset": "bratz"}, r"did you mean 'brats'\?"),
        ({"author": "Nobody Atall"}, "no author in this graph has 'Nobody Atall' in its name"),
        ({"venue": "zzzz"}, "no venue in this graph has 'zzzz' in its name"),
        ({"licence": "MITT"}, r"is not the licence of a codebase in this graph; did you mean 'MIT'\?"),
    ],
)
def test_an_unknown_name_is_said_not_answered_with_nothing(
    graph: KnowledgeGraph, question: dict[str, Any], expected: str
) -> None:
    with pytest.raises(GraphError, match=expected):
        find_papers(graph, **question)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"has_code": "no"}, "has_code must be True, False or None, found 'no'"),
        ({"since": "2022"}, "since must be a year such as 2022, found '2022'"),
        ({"author": " "}, "author must be part of a name, found ' '"),
    ],
)
def test_a_wrong_argument_is_a_value_error(graph: KnowledgeGraph, question: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        find_papers(graph, **question)
