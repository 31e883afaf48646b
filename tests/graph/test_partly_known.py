"""Papers whose datasets are known in part, and what `find_papers` says of unknown values."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from flgraph.catalog.reader import lint_catalog, read_catalog
from flgraph.catalog.writer import write_catalog
from flgraph.cli.main import cli
from flgraph.graph.assemble import build_graph
from flgraph.graph.files import read_graph, write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.query import find_papers
from flgraph.graph.tables import papers_table
from flgraph.records import Catalog, CatalogEntry, CodebaseEntry, DatasetEntry


@pytest.fixture
def partly_known() -> Catalog:
    """Four synthetic papers: datasets all known, known in part, unknown; the last two have no year."""
    facts = {"section": "s"}
    entries = (
        CatalogEntry(key="a", title="Synthetic a", year=2020, datasets=("x",), codebases=("github.com/o/a",), **facts),
        CatalogEntry(
            key="b",
            title="Synthetic b",
            year=2022,
            datasets=("x",),
            datasets_known="some",
            datasets_reason="the code shows one of two",
            **facts,
        ),
        CatalogEntry(key="c", title="Synthetic c", datasets=("y",), **facts),
        CatalogEntry(key="d", title="Synthetic d", **facts),
    )
    datasets = tuple(DatasetEntry(key=key, name=key, domain="generic") for key in "xy")
    codebases = (CodebaseEntry(key="github.com/o/a", url="https://github.com/o/a"),)
    return Catalog(title="Synthetic", entries=entries, datasets=datasets, codebases=codebases)


def test_a_catalog_with_partly_known_datasets_is_written_and_read_back(partly_known: Catalog, tmp_path: Path) -> None:
    write_catalog(partly_known, tmp_path)

    assert partly_known == read_catalog(tmp_path)
    assert [] == lint_catalog(tmp_path)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("datasets: [x]\n  datasets_known: some", "give the reason in `datasets_reason`"),
        ("datasets_known: some\n  datasets_reason: r", "lists no dataset"),
        ("datasets: [x]\n  datasets_reason: r", "`datasets_reason` works only with `datasets_known: some`"),
        ("datasets: [x]\n  datasets_known: few", "`datasets_known` must be 'all' or 'some', found 'few'"),
    ],
)
def test_lint_asks_for_the_reason_and_refuses_what_makes_no_sense(lines: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "papers.yaml").write_text(f"- key: a\n  title: Synthetic\n  section: s\n  {lines}\n", encoding="utf-8")
    (tmp_path / "datasets.yaml").write_text("- {key: x, name: X, domain: generic}\n", encoding="utf-8")
    errors = [finding.message for finding in lint_catalog(tmp_path) if finding.level == "error"]

    assert 1 == len(errors)
    assert said in errors[0]


def test_the_graph_and_the_table_say_whose_datasets_are_known(partly_known: Catalog, tmp_path: Path) -> None:
    graph = read_graph(write_graph(build_graph(partly_known), tmp_path / "graph.json"))
    table = papers_table(graph).set_index("key")["datasets_known"]

    assert {"a": "all", "b": "some", "c": "all"} == table.dropna().to_dict()
    assert "the code shows one of two" == graph.nodes["paper:b"]["datasets_reason"]
    assert "datasets_known" not in graph.nodes["paper:d"]


def test_find_by_dataset_says_how_many_papers_are_not_covered(partly_known: Catalog) -> None:
    graph = build_graph(partly_known)

    assert (
        "2 of 3 papers whose datasets are known (1 in part); 1 paper names no dataset here"
        == (find_papers(graph, dataset="x").attrs["caption"])
    )


def test_find_counts_the_papers_without_a_year_that_meet_the_rest(partly_known: Catalog) -> None:
    graph = build_graph(partly_known)

    assert "1 of 4 papers; 2 papers have no year and are left out" == find_papers(graph, since=2021).attrs["caption"]
    assert (
        "1 of 3 papers whose datasets are known (1 in part); 1 paper names no dataset here"
        == (find_papers(graph, dataset="x", since=2021).attrs["caption"])
    )
    assert (
        "0 of 3 papers whose datasets are known (1 in part); 1 paper names no dataset here; 1 paper has no year and is "
        "left out"
    ) == find_papers(graph, dataset="y", since=2021).attrs["caption"]


def test_find_counts_the_papers_without_a_known_codebase(partly_known: Catalog) -> None:
    graph = build_graph(partly_known)

    assert (
        "1 of 4 papers; 3 papers name no codebase and are left out"
        == find_papers(graph, has_code=True).attrs["caption"]
    )
    assert (
        "3 of 4 papers; 3 of them name no codebase, so they may have one"
        == (find_papers(graph, has_code=False).attrs["caption"])
    )
    assert (
        "0 of 4 papers; 1 paper names no codebase and is left out; 2 papers have no year and are left out"
        == (find_papers(graph, has_code=True, since=2021).attrs["caption"])
    )


def test_the_bundled_list_says_whose_datasets_are_known_in_part(graph: KnowledgeGraph) -> None:
    partly = {data["key"] for _, data in graph.nodes(data=True) if data.get("datasets_known") == "some"}

    assert {"auto-fedrl", "fedce", "fedirm"} == partly
    assert (
        "3 of 42 papers whose datasets are known (3 in part); 14 papers name no dataset here"
        == (find_papers(graph, dataset="cifar-10").attrs["caption"])
    )


def test_the_command_prints_what_is_not_covered(partly_known: Catalog, tmp_path: Path) -> None:
    path = str(write_graph(build_graph(partly_known), tmp_path / "graph.json"))
    told = CliRunner().invoke(cli, ["find", path, "--dataset", "y", "--since", "2021"])

    assert "papers found: 0 of 3 papers whose datasets are known" in told.stderr
    assert "1 paper has no year and is left out" in told.stderr
