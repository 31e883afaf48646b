"""Papers that a catalog lacks: near ones first, each with its reason, decided on by people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from flgraph.candidates import write_candidates
from flgraph.cli import cli
from flgraph.errors import CatalogError, GraphError
from flgraph.graph import KnowledgeGraph, write_graph
from flgraph.suggest import evaluate_suggestions, suggest_papers
from tests.fields import ORIGIN, make_graph, shuffle_graph

CITATIONS = [
    ("a", "x"), ("b", "x"), ("a", "y"), ("c", "z"), ("y", "b"), ("a", "b"), ("b", "c"),
    ("new", "a"), ("new", "b"), ("late", "a"),
]  # fmt: skip


def make_small(**outside: dict[str, object]) -> KnowledgeGraph:
    """Three members, two of known references, and papers around them; all synthetic."""
    graph = KnowledgeGraph(**ORIGIN)
    for key in "abc":
        facts = {"references": "known"} if key != "c" else {"references": "elided"}
        title = f"Synthetic member {key}"
        graph.add_node(
            f"paper:{key}", kind="paper", label=key, title=title, in_catalog=True, key=key, year=2020, **facts
        )
    years = {"x": 2016, "y": 2018, "z": None, "new": 2024, "late": 2024}
    for name, year in years.items():
        facts = {**({"year": year} if year else {}), "title": f"Synthetic paper {name}", **outside.get(name, {})}
        graph.add_node(f"paper:{name}", kind="paper", label=name, in_catalog=False, s2=name, **facts)
    for start, end in CITATIONS:
        graph.add_edge(f"paper:{start}", f"paper:{end}", key="cites", source="semantic_scholar", evidence="synthetic")
    return graph


def test_the_nearest_come_first_with_reasons_over_what_is_known() -> None:
    table = suggest_papers(make_small(x={"citation_count": 7}))

    assert ["paper:x", "paper:y", "paper:z"] == [table.index[0], *sorted(table.index[1:])]
    # Of c, whose references nobody knows, x cannot be said to be uncited: the 2 are a and b.
    x, y, z = (table.loc[f"paper:{name}"] for name in "xyz")
    assert "co-cited with 2 of your 3; cited by 2 of the 2 whose references are known" == x["reason"]
    assert (2, 2, 0, 2, 7) == tuple(
        x[["cited_by_catalog", "of_known", "cites_catalog", "co_cited_with", "citation_count"]]
    )
    assert "co-cited with 1 of your 3; cited by 1 of the 2 whose references are known; cites 1" == y["reason"]
    assert (0, 2) == (z["cited_by_catalog"], z["of_known"])
    assert pd.isna(y["citation_count"])
    assert 1.0 == x["score"] > max(y["score"], z["score"]) > 0


def test_recent_papers_have_a_list_of_their_own() -> None:
    table = suggest_papers(make_small(), recent=True)

    assert ["paper:new", "paper:late"] == table.index.tolist()
    assert "cites 2" == table.loc["paper:new", "reason"]
    assert {"recent": 2, "versions of papers of the catalog": 0, "without a year": 0} == suggest_papers(
        make_small()
    ).attrs["left_out"]


def test_a_first_year_leaves_out_older_and_undated_papers() -> None:
    table = suggest_papers(make_small(), since=2018)

    assert ["paper:y"] == table.index.tolist()
    assert 1 == table.attrs["left_out"]["without a year"]


def test_versions_of_what_the_catalog_holds_are_not_suggested() -> None:
    table = suggest_papers(make_small(x={"title": "SYNTHETIC member: A!"}))

    assert "paper:x" not in table.index
    assert 1 == table.attrs["left_out"]["versions of papers of the catalog"]


def test_order_of_the_graph_changes_nothing() -> None:
    graph = make_graph()

    assert suggest_papers(graph).equals(suggest_papers(shuffle_graph(graph, 3)))
    assert suggest_papers(graph, top=3).equals(suggest_papers(graph).head(3))


def test_ties_share_a_rank_and_stand_by_id() -> None:
    graph = make_small()
    graph.add_node("paper:w", kind="paper", label="w", title="Synthetic paper w", in_catalog=False, year=2016)
    for member in "ab":
        graph.add_edge(f"paper:{member}", "paper:w", key="cites", source="semantic_scholar", evidence="synthetic")
    table = suggest_papers(graph)

    assert ["paper:w", "paper:x"] == table.index.tolist()[:2]
    assert [1, 1, 3] == table["rank"].tolist()[:3]


def test_without_anything_around_the_catalog_the_remedy_is_said(graph: KnowledgeGraph) -> None:
    with pytest.raises(GraphError, match=r"no paper outside the catalog is known .* run `flgraph build`"):
        suggest_papers(graph)


def test_hidden_papers_are_found_by_what_would_be_known_of_them() -> None:
    graph = make_small()
    table = evaluate_suggestions(graph)

    assert ["suggestions", "citation_count", "random"] == table.index.tolist()
    assert [(3, 0)] * 3 == list(zip(table["hidden"], table["unlinked"], strict=True))
    assert table["recall_at_10"].eq(1.0).all()
    assert table.equals(evaluate_suggestions(shuffle_graph(graph, 5)))
    # What only a's own listings tell does not count: without b it is linked to nothing.
    graph.remove_edge("paper:a", "paper:b", key="cites")
    assert {1} == set(evaluate_suggestions(graph)["unlinked"])
    graph.remove_edge("paper:b", "paper:c", key="cites")
    with pytest.raises(GraphError, match="nothing can be hidden"):
        evaluate_suggestions(graph)


# --- candidates ------------------------------------------------------------------------------------------


def test_candidates_are_for_people_and_their_decisions_stay(tmp_path: Path) -> None:
    graph, path = make_small(), tmp_path / "candidates.yaml"
    write_candidates(graph, suggest_papers(graph), path)
    first = path.read_text(encoding="utf-8")
    text = first.replace("  decision:", "  decision: take it", 1)
    path.write_text(text, encoding="utf-8")
    write_candidates(graph, suggest_papers(graph), path)
    again = path.read_text(encoding="utf-8")
    write_candidates(graph, suggest_papers(graph).iloc[1:], path)
    records = YAML(typ="safe").load(path)

    assert "Synthetic field; snapshot of 2024-06-30" in first
    assert text == again
    expected = [*suggest_papers(graph).index[1:], "paper:x"]
    assert expected == [record["paper"] for record in records]
    assert {"s2": "x"} == records[-1]["ids"]
    assert ["take it", None] == [records[-1]["decision"], records[0]["decision"]]


def test_another_file_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "papers.yaml"
    path.write_text("- key: mine\n", encoding="utf-8")

    with pytest.raises(CatalogError, match=r"papers\.yaml: is no file of candidates; name another"):
        write_candidates(make_small(), suggest_papers(make_small()), path)
    assert "- key: mine\n" == path.read_text(encoding="utf-8")


def test_suggestions_on_the_command_line(tmp_path: Path) -> None:
    path, output = str(write_graph(make_small(), tmp_path / "graph.json")), tmp_path / "candidates.yaml"
    told = CliRunner().invoke(cli, ["suggest", path, "--top", "1", "-o", str(output)])
    asked = CliRunner().invoke(cli, ["suggest", path, "-o", "-"])

    assert (0, 0) == (told.exit_code, asked.exit_code)
    assert "co-cited with 2 of your 3" in told.stdout
    assert "3 papers outside the catalog, the nearest first" in told.stderr.splitlines()[0]
    assert output.exists()
    assert 3 == len(YAML(typ="safe").load(asked.stdout))


def test_scores_stay_finite_where_nobody_is_cited() -> None:
    graph = make_small()
    graph.remove_edges_from([edge for edge in list(graph.edges(keys=True)) if edge[1] != "paper:a"])

    assert np.isfinite(suggest_papers(graph, recent=True)["score"]).all()
