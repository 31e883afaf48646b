from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from flgraph.catalog.reader import read_catalog
from flgraph.cli.main import cli
from flgraph.graph.assemble import build_graph
from flgraph.graph.describe import describe_edges, describe_node
from flgraph.graph.files import write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.records import Catalog, CatalogEntry


@pytest.fixture
def small(folder: Path) -> KnowledgeGraph:
    return build_graph(read_catalog(folder))


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ("paper:alpha", {"cites (1):", "authors (2):", "published in (1):", "topics (1):", "introduces datasets (1):",
                         "code (1):"}),
        ("paper:beta", {"cited by (1):", "authors (1):"}),
        ("author:name-bo-sample-0002", {"wrote (2):"}),
        ("venue:syn", {"papers (1):"}),
        ("topic:segmentation", {"papers (1):"}),
        ("dataset:syn-scans", {"introduced by (1):", "derived from (1):"}),
        ("dataset:syn-base", {"derived datasets (1):"}),
        ("codebase:github.com/example/alpha", {"code of (1):"}),
    ],
)  # fmt: skip
def test_each_edge_is_worded_from_the_end_that_is_shown(small: KnowledgeGraph, node: str, expected: set[str]) -> None:
    lines = describe_node(small, node).splitlines()

    assert expected == {line for line in lines if line.endswith("):")}


@pytest.mark.parametrize(
    ("start", "kind", "end", "forth", "back"),
    [
        ("paper:beta", "same_work_as", "paper:alpha", "same work as (1):", "same work as (1):"),
        ("paper:beta", "relates_to", "paper:alpha", "relates to (not citations) (1):",
         "related from (not citations) (1):"),
        ("paper:beta", "uses_dataset", "dataset:syn-base", "uses datasets (1):", "used by (1):"),
        ("codebase:b", "builds_on", "codebase:github.com/example/alpha", "builds on (1):", "built on by (1):"),
    ],
)  # fmt: skip
def test_edges_that_the_small_list_lacks_are_worded_from_either_end(
    small: KnowledgeGraph, start: str, kind: str, end: str, forth: str, back: str
) -> None:
    graph = small.copy()
    graph.add_edge(start, end, key=kind, sources="catalog", evidence="synthetic")

    assert forth in describe_node(graph, start).splitlines()
    assert back in describe_node(graph, end).splitlines()


def test_authors_stand_as_printed_not_by_name() -> None:
    entry = CatalogEntry.model_validate(
        {"key": "p", "title": "Synthetic", "section": "x", "authors": ["Zoe Example", "Ada Example"]}
    )
    text = describe_node(build_graph(Catalog(title="Synthetic", entries=(entry,))), "paper:p")

    assert text.endswith("authors (2):\n  author:name-zoe-example  Zoe Example\n  author:name-ada-example  Ada Example")


def test_authors_stand_in_their_order_and_name_the_other_end(small: KnowledgeGraph) -> None:
    text = describe_node(small, "paper:alpha")

    assert "authors (2):\n  author:name-ada-example  Ada Example\n  author:name-bo-sample-0002  Bo Sample\n" in text
    assert "cites (1):\n  paper:beta  Synthetic paper beta" in text


def test_evidence_is_shown_where_it_is_asked_for(small: KnowledgeGraph) -> None:
    assert "as listed" not in describe_node(small, "paper:beta")
    assert "cited by (1):\n  paper:alpha  Synthetic paper alpha: federated segmentation\n    catalog: as listed" in (
        describe_node(small, "paper:beta", evidence=True)
    )


def test_edges_between_two_nodes_are_said_from_either_side(small: KnowledgeGraph) -> None:
    expected = "paper:alpha cites paper:beta\n  evidence: as listed\n  sources: catalog"

    assert [expected] * 2 == [
        describe_edges(small, "paper:alpha", "paper:beta"),
        describe_edges(small, "paper:beta", "paper:alpha"),
    ]
    assert "no edges between paper:beta and venue:syn" == describe_edges(small, "paper:beta", "venue:syn")


def test_what_holds_is_said_as_yes_or_no(small: KnowledgeGraph) -> None:
    graph = small.copy()
    graph.edges["paper:alpha", "paper:beta", "cites"]["influential"] = False

    assert "  in_catalog: yes" in describe_node(graph, "paper:alpha").splitlines()
    assert "  influential: no" in describe_edges(graph, "paper:alpha", "paper:beta").splitlines()


def test_the_heading_says_the_day_of_the_snapshot(small: KnowledgeGraph, tmp_path: Path) -> None:
    graph = small.copy()
    graph.graph.update(
        snapshot_source="synthetic", snapshot_taken="2026-01-02T03:04:05+00:00", snapshot_depth=1, snapshot_digest="x"
    )
    path = str(write_graph(graph, tmp_path / "graph.json"))
    done = CliRunner().invoke(cli, ["show", path, "alpha"])

    assert f"{path}: Synthetic list; snapshot of 2026-01-02, depth 1; show alpha\n" == done.stderr


def test_the_heading_says_what_is_shown_not_where_facts_come_from(small: KnowledgeGraph, tmp_path: Path) -> None:
    path = str(write_graph(small, tmp_path / "graph.json"))
    done = CliRunner().invoke(cli, ["show", path, "alpha", "beta"])

    assert f"{path}: Synthetic list; no snapshot; show alpha and beta\n" == done.stderr
