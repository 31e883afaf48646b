"""Datasets count the papers of the datasets derived from them, each paper once, as `find_papers` does."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from flgraph.analysis.ranking import rank_datasets
from flgraph.cli.main import cli
from flgraph.graph.files import write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.query import find_papers
from tests.analysis.small_graphs import make_papers


@pytest.fixture
def family() -> KnowledgeGraph:
    """Four synthetic papers: a on the base, b on base and part, c on the part, d on a part of the part."""
    graph = make_papers({"a": 2018, "b": 2019, "c": 2020, "d": 2023}, [])
    for dataset in ("base", "part", "crumb"):
        graph.add_node(f"dataset:{dataset}", kind="dataset", label=dataset, name=dataset.upper(), domain="medical")
    for part, whole in (("part", "base"), ("crumb", "part")):
        graph.add_edge(
            f"dataset:{part}", f"dataset:{whole}", key="derived_from", sources="catalog", evidence="synthetic"
        )
    for dataset, papers in {"base": "ab", "part": "bc", "crumb": "d"}.items():
        for paper in papers:
            graph.add_edge(
                f"paper:{paper}", f"dataset:{dataset}", key="uses_dataset", sources="catalog", evidence="synthetic"
            )
    return graph


def test_a_paper_counts_once_for_the_head_of_a_family_and_the_parts_are_shown(family: KnowledgeGraph) -> None:
    table = rank_datasets(family)

    assert {"dataset:base": 4, "dataset:part": 3, "dataset:crumb": 1} == table["papers"].to_dict()
    assert {"dataset:base": 2, "dataset:part": 2, "dataset:crumb": 1} == table["own_papers"].to_dict()
    assert [1, 2, 3] == table["rank"].tolist()
    assert "part 2; crumb 1" == table.loc["dataset:base", "parts"]
    assert "part: b, c; crumb: d" == table.loc["dataset:base", "part_papers"]
    assert table.loc["dataset:crumb", ["parts", "part_papers"]].isna().all()
    assert (2018, 2023) == (table.loc["dataset:base", "first_year"], table.loc["dataset:base", "last_year"])


def test_a_circle_of_derivations_ends(family: KnowledgeGraph) -> None:
    family.add_edge("dataset:base", "dataset:crumb", key="derived_from", sources="catalog", evidence="synthetic")

    assert [4, 4, 4] == rank_datasets(family)["papers"].tolist()


def test_rank_agrees_with_find_for_every_dataset_of_the_bundled_list(graph: KnowledgeGraph) -> None:
    table = rank_datasets(graph)
    datasets = [node for node, data in graph.nodes(data=True) if data["kind"] == "dataset"]

    assert set(datasets) == set(table.index)
    assert {node: len(find_papers(graph, dataset=node)) for node in datasets} == table["papers"].to_dict()


def test_families_of_the_bundled_list_have_the_sizes_counted_by_hand(graph: KnowledgeGraph) -> None:
    table = rank_datasets(graph, domain="medical")
    counts = table["papers"]

    # HAM10000: fedmix, fedperl, imfedsemi; ISIC 2018 Task 3: fedlsm, rscfed; the FL split: prr-fl, prr-imbalance.
    assert (1, 7, 3) == tuple(table.loc["dataset:ham10000", ["rank", "papers", "own_papers"]])
    assert "dermoscopic-fl-prr 2; isic-2018 2" == table.loc["dataset:ham10000", "parts"]
    # PROMISE12: feddm; SAML: feddg, harmofl, lc-fed; NVFlare: fedce, fedsm. Two unnamed collections are not sure.
    assert 6 == counts["dataset:promise12"]
    # BraTS: asyndgan, fedgimp, fedmri; FeTS 2021: fat; FeTS 2022: fedpr.
    assert "fets-2021: fat; fets-2022: fedpr" == table.loc["dataset:brats", "part_papers"]
    assert 5 == counts["dataset:brats"]
    assert 4 == counts["dataset:medmnist"]
    assert 1 == counts["dataset:camelyon16"]


def test_without_datasets_the_table_is_empty_and_has_its_columns() -> None:
    table = rank_datasets(make_papers({"a": 2020}, []))

    assert 0 == len(table)
    assert {"own_papers", "parts", "part_papers"} <= set(table.columns)


def test_the_command_shows_the_parts(family: KnowledgeGraph, tmp_path: Path) -> None:
    path = str(write_graph(family, tmp_path / "graph.json"))
    told = CliRunner().invoke(cli, ["rank", path, "--of", "datasets"]).stdout

    assert "part 2; crumb 1" in " ".join(told.split())
