"""Papers that a catalog lacks: near ones first, each with its reason, decided on by people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from flgraph.analysis.suggest import evaluate_suggestions, suggest_papers
from flgraph.analysis.suggestions_file import format_accepted, read_decisions, write_candidates
from flgraph.catalog.reader import read_catalog
from flgraph.cli.main import cli
from flgraph.errors import CatalogError, GraphError
from flgraph.graph.files import write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from tests.observations import ORIGIN, make_graph, shuffle_graph

CITATIONS = [
    ("a", "x"), ("b", "x"), ("a", "y"), ("c", "z"), ("y", "b"), ("a", "b"), ("b", "c"),
    ("new", "a"), ("new", "b"), ("late", "a"),
]  # fmt: skip


NO_OTHERS = dict.fromkeys(("retracted", "versions of other suggestions", "with fewer links"), 0)


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
        graph.add_edge(f"paper:{start}", f"paper:{end}", key="cites", sources="semantic_scholar", evidence="synthetic")
    return graph


def test_the_nearest_come_first_with_reasons_over_what_is_known() -> None:
    table = suggest_papers(make_small(x={"citation_count": 7}))

    assert ["paper:x", "paper:y", "paper:z"] == [table.index[0], *sorted(table.index[1:])]
    # Of c, whose references nobody knows, x cannot be said to be uncited: the 2 are a and b.
    x, y, z = (table.loc[f"paper:{name}"] for name in "xyz")
    said = "co-cited with 2 of your 3; cited by 2 of the 2 whose references are known"
    assert f"{said}; place 1 by co-citation, 2 by random walk" == x["reason"]
    assert (2, 2, 0, 2, 7) == tuple(
        x[["cited_by_catalog", "of_known", "cites_catalog", "co_cited_with", "citation_count"]]
    )
    said = "co-cited with 1 of your 3; cited by 1 of the 2 whose references are known; cites 1 of yours"
    assert f"{said}; place 2 by co-citation, 2 by random walk" == y["reason"]
    said = "cited by 1 whose other references are unknown"
    assert f"{said}; place 3 by co-citation, 1 by random walk" == z["reason"]
    assert (0, 2) == (z["cited_by_catalog"], z["of_known"])
    assert pd.isna(y["citation_count"])
    assert 1.0 == x["score"] > max(y["score"], z["score"]) > 0


def test_recent_papers_have_a_list_of_their_own() -> None:
    table = suggest_papers(make_small(), recent=True)

    assert ["paper:new", "paper:late"] == table.index.tolist()
    assert "cites 2 of yours; place 1 by links, 1 by shared references" == table.loc["paper:new", "reason"]
    assert {
        "recent": 2,
        "versions of papers of the catalog": 0,
        "decided on": 0,
        "without a year": 0,
        **NO_OTHERS,
    } == suggest_papers(make_small()).attrs["left_out"]


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
        graph.add_edge(f"paper:{member}", "paper:w", key="cites", sources="semantic_scholar", evidence="synthetic")
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
    with pytest.raises(GraphError, match="so none can be hidden"):
        evaluate_suggestions(graph)


# --- candidates ------------------------------------------------------------------------------------------


def decide(path: Path, *decisions: str) -> str:
    """Write what a person would after each `decision:` of a file, in its order; return the text."""
    head, *rest = path.read_text(encoding="utf-8").split("  decision:")
    written = [*decisions, *[""] * (len(rest) - len(decisions))]
    text = head + "".join(f"  decision:{what}{after}" for what, after in zip(written, rest, strict=True))
    path.write_text(text, encoding="utf-8")
    return text


def test_what_people_write_in_the_file_stays_to_the_byte(tmp_path: Path) -> None:
    graph, path = make_small(), tmp_path / "candidates.yaml"
    write_candidates(graph, suggest_papers(graph, top=2), path)
    text = decide(path, " add  # seen at the workshop\n  note: 'ask: Anna'", "\n  by: me")
    write_candidates(graph, suggest_papers(graph), path)
    again = path.read_text(encoding="utf-8")
    write_candidates(graph, suggest_papers(graph), path)

    assert again.startswith(text)
    assert again == path.read_text(encoding="utf-8")
    assert set(suggest_papers(graph).index) == {record["paper"] for record in YAML(typ="safe").load(path)}
    assert 2 == again.count("# Synthetic field; snapshot of 2024-06-30")


def test_what_is_decided_is_not_suggested_again(tmp_path: Path) -> None:
    graph, path = make_small(), tmp_path / "candidates.yaml"
    write_candidates(graph, suggest_papers(graph), path)
    decide(path, " add", " reject")
    decided = read_decisions(path)
    left = suggest_papers(graph, without=decided)

    assert {"add", "reject"} == set(decided.values())
    assert set(suggest_papers(graph).index) - set(decided) == set(left.index)
    assert 2 == left.attrs["left_out"]["decided on"]
    assert {} == read_decisions(tmp_path / "none.yaml")


def test_what_is_accepted_can_be_pasted_into_a_catalog(tmp_path: Path) -> None:
    graph = make_small(x={"doi": "10.1000/synthetic.x", "title": "A: colon, “quotes” and #signs"})
    path = tmp_path / "candidates.yaml"
    write_candidates(graph, suggest_papers(graph), path)
    decide(path, " add", " reject", " add\n  section: Methods")
    (tmp_path / "papers.yaml").write_text(format_accepted(path), encoding="utf-8")
    entries = {entry.title: entry for entry in read_catalog(tmp_path).entries}
    asked = CliRunner().invoke(cli, ["suggest", "--accepted", str(path)])

    assert "" == format_accepted(tmp_path / "none.yaml")
    assert 2 == len(entries)
    assert {"Suggested", "Methods"} == {entry.section for entry in entries.values()}
    assert {"doi": "10.1000/synthetic.x"} == entries["A: colon, “quotes” and #signs"].ids
    assert format_accepted(path) == asked.stdout


@pytest.mark.parametrize(
    "known",
    [
        {"doi": "10.1000/synthetic.x"},
        {"title": "synthetic: PAPER x"},
        {"title": "Corrected", "url": "https://www.semanticscholar.org/paper/x"},
        {"title": "Corrected", "url": "https://www.semanticscholar.org/paper/x/"},
        {"title": "Corrected", "url": "https://www.semanticscholar.org/paper/Synthetic-paper-x/x"},
    ],
)
def test_what_was_added_is_not_printed_again(known: dict[str, str], tmp_path: Path) -> None:
    graph = make_small(x={"doi": "10.1000/synthetic.x", "title": "Synthetic paper x"})
    graph.graph["id_kinds"] = "s2"
    path = tmp_path / "candidates.yaml"
    write_candidates(graph, suggest_papers(graph), path)
    decide(path, " add", " add", " add")
    graph.nodes["paper:a"].update(known)
    source = str(write_graph(graph, tmp_path / "graph.json"))
    left = CliRunner().invoke(cli, ["suggest", source, "--accepted", str(path)])
    for node in suggest_papers(graph).index:
        graph.nodes[node].update({"in_catalog": True, "key": node.partition(":")[2]})
    write_graph(graph, source)
    nothing = CliRunner().invoke(cli, ["suggest", source, "--accepted", str(path)])

    assert 3 == format_accepted(path).count("- key:")
    assert 2 == left.stdout.count("- key:")
    assert "accepted papers" in left.stderr
    assert (0, "") == (nothing.exit_code, nothing.stdout)
    assert "no accepted paper is missing from it" in nothing.stderr


def test_keys_of_the_list_are_not_used_again(tmp_path: Path) -> None:
    graph = make_small(x={"title": "Alpha"})
    path = tmp_path / "candidates.yaml"
    write_candidates(graph, suggest_papers(graph), path)
    decide(path, " add", " add", " add")
    graph.nodes["paper:a"]["key"] = "alpha"

    assert "key: alpha\n" in format_accepted(path)
    assert "key: alpha-2\n" in format_accepted(path, graph)


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (" take it", r"candidates\.yaml:\d+: decision is 'take it'; should be add or reject, with remarks under note"),
        (" add: now", r"mapping values are not allowed here; indent this line like its neighbours, or put text"),
    ],
)
def test_a_decision_that_is_none_is_said_with_its_line(decision: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "candidates.yaml"
    write_candidates(make_small(), suggest_papers(make_small()), path)
    text = decide(path, decision)

    for use in (read_decisions, format_accepted):
        with pytest.raises(CatalogError, match=message):
            use(path)
    with pytest.raises(CatalogError, match=message):
        write_candidates(make_small(), suggest_papers(make_small()), path)
    assert text == path.read_text(encoding="utf-8")


def test_a_file_that_is_no_yaml_is_not_asked_for_decisions(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("# A list\n", encoding="utf-8")

    with pytest.raises(CatalogError, match=r"README\.md: candidates are YAML; name the file like .*README\.yaml"):
        read_decisions(path)


def test_another_file_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "papers.yaml"
    path.write_text("- key: mine\n", encoding="utf-8")

    with pytest.raises(CatalogError, match=r"papers\.yaml: is not a candidates file; name another"):
        write_candidates(make_small(), suggest_papers(make_small()), path)
    assert "- key: mine\n" == path.read_text(encoding="utf-8")


def test_suggestions_on_the_command_line(tmp_path: Path) -> None:
    path, output = str(write_graph(make_small(), tmp_path / "graph.json")), tmp_path / "candidates.yaml"
    told = CliRunner().invoke(cli, ["suggest", path, "--top", "1", "-o", str(output)])
    asked = CliRunner().invoke(cli, ["suggest", path, "-o", "-"])

    assert (0, 0) == (told.exit_code, asked.exit_code)
    assert "co-cited with 2 of your 3" in told.stdout
    assert "3 papers outside the catalog, nearest first" in told.stderr.splitlines()[0]
    assert output.exists()
    assert 3 == len(YAML(typ="safe").load(asked.stdout))


def test_scores_stay_finite_where_nobody_is_cited() -> None:
    graph = make_small()
    graph.remove_edges_from([edge for edge in list(graph.edges(keys=True)) if edge[1] != "paper:a"])

    assert np.isfinite(suggest_papers(graph, recent=True)["score"]).all()


@pytest.mark.parametrize(
    ("match", "depth", "said"),
    [
        ("missing", 1, "since none of its 3 papers was found in Semantic Scholar; check their titles and ids"),
        ("accepted", 0, "since the snapshot has depth 0; make one of depth 1 with `flgraph enrich`"),
        ("accepted", 1, "the source lists no such citation"),
    ],
)
def test_why_nothing_is_around_the_list_is_said(match: str, depth: int, said: str) -> None:
    graph = make_small()
    graph.remove_nodes_from([node for node, data in graph.nodes(data=True) if not data["in_catalog"]])
    graph.graph |= {"snapshot_source": "semantic_scholar", "snapshot_depth": depth}
    for node in graph:
        graph.nodes[node]["match"] = match
    with pytest.raises(GraphError, match=said):
        suggest_papers(graph)


@pytest.mark.parametrize(("name", "remedy"), [("README.md", "add README.md; its rows"), ("papers.yaml", "add a dot")])
def test_accepted_papers_beside_a_list_are_not_silently_of_the_bundled_catalog(
    name: str, remedy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_text("# Synthetic list\n", encoding="utf-8")
    (tmp_path / "suggested.yaml").write_text("- {paper: 10.9999/synthetic.1, decision: add}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(cli, ["suggest", "--accepted", "suggested.yaml"])
    assert f"using the bundled catalog; to use {name} in this folder, {remedy}" in told.stderr
