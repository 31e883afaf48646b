"""What stands behind authors, venues, datasets, codebases and topics, by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from flgraph.analysis.ranking import rank_authors, rank_codebases, rank_datasets, rank_papers, rank_topics, rank_venues
from flgraph.analysis.ranking.author_indices import measure_g_index, measure_h_index, measure_i10_index
from flgraph.cli.main import cli
from flgraph.graph.files import write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph, catalog_papers
from tests.observations import ORIGIN


@pytest.fixture
def small() -> KnowledgeGraph:
    """Four synthetic papers: of Ada (20, 3 and unknown) and Bo (3, 10); Cy's alone is uncounted."""
    graph = KnowledgeGraph(**ORIGIN)
    for key, count in {"a": 20, "b": 3, "c": None, "d": 10}.items():
        facts = {"citation_count": count} if count is not None else {}
        title = f"Synthetic {key}"
        graph.add_node(
            f"paper:{key}", kind="paper", label=key, title=title, in_catalog=True, key=key, year=2020, **facts
        )
        graph.add_edge(f"paper:{key}", "venue:v", key="published_in", sources="catalog", evidence="synthetic")
    graph.add_node("venue:v", kind="venue", label="v", name="Synthetic venue")
    for author, papers in {"ada": "abc", "bo": "bd", "cy": "c"}.items():
        graph.add_node(f"author:{author}", kind="author", label=author, name=author, h_index=40)
        for paper in papers:
            graph.add_edge(
                f"author:{author}",
                f"paper:{paper}",
                key="authored",
                sources="catalog",
                evidence="synthetic",
                position=1,
            )
    return graph


def test_authors_are_counted_within_the_catalog_and_without(small: KnowledgeGraph) -> None:
    table = rank_authors(small, details=True)
    ada, cy = table.loc["author:ada"], table.loc["author:cy"]

    assert (3, 2, 23, 2, 2, 1) == tuple(
        ada[
            ["papers", "counted_papers", "catalog_citations", "catalog_h_index", "catalog_g_index", "catalog_i10_index"]
        ]
    )
    assert (1 + 1 / 2 + 1 / 2, 20 + 3 / 2) == (ada["fractional_papers"], ada["fractional_citations"])
    assert 40 == ada["h_index"]
    assert 0 == cy["counted_papers"]
    assert cy[["catalog_citations", "catalog_h_index", "fractional_citations"]].isna().all()
    assert "catalog_h_index" not in rank_authors(small).columns


def test_five_papers_of_one_group_are_one(small: KnowledgeGraph) -> None:
    # Ada joins a, b and c, and Bo d to b: one group of authors.
    assert [1] == rank_venues(small)["author_groups"].tolist()
    small.remove_edge("author:bo", "paper:b", key="authored")
    assert [2] == rank_venues(small)["author_groups"].tolist()
    small.remove_node("author:bo")  # nobody knows who wrote d: a group of its own
    assert [2] == rank_venues(small)["author_groups"].tolist()


def test_author_groups_are_unknown_if_no_author_is(small: KnowledgeGraph) -> None:
    small.remove_nodes_from([node for node, data in small.nodes(data=True) if data["kind"] == "author"])

    assert rank_venues(small)["author_groups"].isna().all()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("authors", "no paper names an author"),
        ("datasets", "no paper names a dataset"),
        ("topics", "no paper names a topic"),
    ],
)
def test_an_empty_ranking_says_why(kind: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("# Papers\n\n- [A way to learn without authors](https://arxiv.org/abs/2912.00001), 2031\n")

    told = CliRunner().invoke(cli, ["rank", str(path), "--of", kind])

    assert (0, "") == (told.exit_code, told.stdout.strip())
    assert told.stderr.endswith(f"; {said}\n")


def test_the_score_of_papers_is_their_median_and_says_of_which_method(small: KnowledgeGraph) -> None:
    table = rank_venues(small)
    scores = rank_papers(small)["score"].dropna()

    assert (3, scores.median()) == (table["scored_papers"].iloc[0], table["median_score"].iloc[0])
    assert "citations_per_year" == table.attrs["score_by"]


@pytest.mark.parametrize("rank", [rank_venues, rank_datasets, rank_codebases, rank_topics])
def test_without_citations_there_are_no_scores(rank: Any, graph: KnowledgeGraph) -> None:
    table: pd.DataFrame = rank(graph)

    assert table["median_score"].isna().all()
    assert table["scored_papers"].isna().all()
    assert "score_by" not in table.attrs
    assert ((1 <= table["author_groups"]) & (table["author_groups"] <= table["papers"])).all()
    assert {"first_year", "last_year"} <= set(table.columns)


@pytest.mark.parametrize("kind", ["authors", "venues", "datasets", "codebases", "topics"])
def test_a_terminal_cuts_no_column(kind: str, graph: KnowledgeGraph, tmp_path: Path) -> None:
    counted = graph.copy()
    counted.graph.update({name: value for name, value in ORIGIN.items() if name.startswith("snapshot")})
    for number, (_, data) in enumerate(catalog_papers(counted)):
        data["citation_count"] = 100 + number
    path = str(write_graph(counted, tmp_path / "graph.json"))
    told = CliRunner().invoke(cli, ["rank", path, "--of", kind]).stdout
    words = " ".join(told.splitlines()[:2]).split()

    assert max(map(len, told.splitlines())) <= 100
    wanted = ["fractional", "papers"] if kind == "authors" else ["groups", "median", "score"]
    assert set(wanted) <= set(words)
    assert not [line for line in told.splitlines() if line.rstrip().endswith("…")]


@pytest.mark.parametrize(
    ("counts", "h", "g", "i10"),
    [
        ([], 0, 0, 0),
        ([0, 0], 0, 0, 0),
        ([100], 1, 1, 1),
        ([9, 9, 9], 3, 3, 0),
        ([30, 1, 1, 0], 1, 4, 1),
        ([4, 3, 3, 1], 3, 3, 0),
    ],
)
def test_indexes_by_hand(counts: list[int], h: int, g: int, i10: int) -> None:
    assert (h, g, i10) == (measure_h_index(counts), measure_g_index(counts), measure_i10_index(counts))
