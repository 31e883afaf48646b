"""VOSviewer JSON, by the description of its keys at https://app.vosviewer.com/docs/file-types/json-file-type/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from click.testing import CliRunner

from flgraph.cli.main import cli
from flgraph.export.formats import export_graph
from flgraph.export.layout import Layout
from flgraph.export.vosviewer import format_vosviewer
from flgraph.graph.knowledge_graph import KnowledgeGraph, catalog_papers
from tests.browser.synthetic_map import make_graph, make_hostile_graph
from tests.export.layouts import make_hostile_layout, make_synthetic_layout

KEYS = {
    "items": {"id", "label", "description", "url", "x", "y", "cluster", "weights", "scores"},
    "links": {"source_id", "target_id", "strength"},
    "clusters": {"cluster", "label"},
}


def read(graph: nx.MultiDiGraph[str], layout: Layout) -> Any:
    return json.loads(format_vosviewer(graph, layout))


def refuse_wrong_keys(content: Any) -> None:
    """Check keys and types against the published description."""
    assert {"network", "config", "info"} == content.keys()
    assert set(KEYS) == content["network"].keys()
    for part, keys in KEYS.items():
        assert all(one.keys() <= keys for one in content["network"][part])
    ids = {item["id"] for item in content["network"]["items"]}
    assert len(ids) == len(content["network"]["items"])
    for item in content["network"]["items"]:
        assert isinstance(item["x"], float)
        assert isinstance(item["y"], float)
        assert 1 <= item.get("cluster", 1) <= 1000
        assert all(value >= 0 for value in item["weights"].values())
    for link in content["network"]["links"]:
        assert {link["source_id"], link["target_id"]} <= ids
        assert link["strength"] >= 0
    assert {"title", "description"} == content["info"].keys()


def test_papers_are_items_regions_clusters_and_similarities_links() -> None:
    content = read(make_graph(), make_synthetic_layout())
    items = {item["label"]: item for item in content["network"]["items"]}

    refuse_wrong_keys(content)
    assert ["Syn1", "Syn2", "Syn3", "Syn4", "Syn5", "Syn6"] == list(items)
    assert [1, 1, 1, 2, 2, None] == [item.get("cluster") for item in items.values()]
    assert [{"cluster": 1, "label": "Synthetic region"}, {"cluster": 2, "label": "Other region"}] == content["network"][
        "clusters"
    ]
    assert [
        {"source_id": 1, "target_id": 2, "strength": 0.5},
        {"source_id": 4, "target_id": 5, "strength": 0.25},
    ] == content["network"]["links"]
    assert (10.0, -101.0) == (items["Syn2"]["x"], items["Syn2"]["y"])  # y grows upward in VOSviewer
    assert {"Publication year": 2019} == items["Syn2"]["scores"]
    assert "https://doi.org/10.1000/syn.1" == items["Syn1"]["url"]
    assert "url" not in items["Syn2"]
    assert "Zoë Müller, Only Author 1" in items["Syn1"]["description"]
    assert [{"cluster": 1, "color": "#2468b4"}, {"cluster": 2, "color": "#c2570c"}] == content["config"][
        "color_schemes"
    ]["cluster_colors"]
    assert "Synthetic data." in content["info"]["description"]


def test_weights_are_known_of_every_item() -> None:
    graph = make_graph()  # the citations of one paper are known
    unknown = read(graph, make_synthetic_layout())["network"]["items"]
    assert {("Links", "Total link strength")} == {tuple(sorted(item["weights"])) for item in unknown}
    assert [1, 1, 0, 1, 1, 0] == [item["weights"]["Links"] for item in unknown]

    for number, (_, data) in enumerate(catalog_papers(graph)):
        data["citation_count"] = number
    known = read(graph, make_synthetic_layout())["network"]["items"]
    assert [0, 1, 2, 3, 4, 5] == [item["weights"]["Citations"] for item in known]


def test_the_first_item_has_all_that_any_has() -> None:
    """VOSviewer reads the names of scores and clusters from the first item."""
    graph = make_graph()
    del graph.nodes["paper:syn1"]["year"]
    first, *rest = read(graph, make_synthetic_layout())["network"]["items"]

    assert all(item.keys() <= first.keys() | {"url"} for item in rest)
    assert ["Syn1", "Syn6"] == [item["label"] for item in rest[-2:]]
    assert "scores" not in rest[-2]


def test_text_of_strangers_is_escaped_where_vosviewer_reads_html() -> None:
    graph = make_hostile_graph()
    content = read(graph, make_hostile_layout([node for node, _ in catalog_papers(graph)]))

    refuse_wrong_keys(content)
    for item in content["network"]["items"]:
        shown = item["description"].replace("<b>", "").replace("</b>", "").replace("<br>", "")
        assert "<" not in shown
        assert item.get("url", "https:").startswith("https:")
    assert "<" not in content["info"]["description"]


@pytest.mark.parametrize("papers", [0, 1])
def test_the_smallest_graphs_are_written(papers: int) -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number in range(papers):
        graph.add_node(f"paper:{number}", kind="paper", label="P", title="synthetic", in_catalog=True)
    content = read(graph, Layout(places=dict.fromkeys(graph, (0.0, 0.0))))

    refuse_wrong_keys(content)
    assert papers == len(content["network"]["items"])


def test_without_places_it_is_said_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"give layout=make_layout\(graph\)"):
        export_graph(make_graph(), tmp_path / "out.json", format="vosviewer")


@pytest.mark.slow
def test_the_command_line_writes_the_papers(graph: KnowledgeGraph, graph_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "vosviewer.json"
    source = str(graph_folder / "flgraph-out")
    done = CliRunner().invoke(cli, ["export", source, "-f", "vosviewer", "-o", str(path)])
    content = json.loads(path.read_text(encoding="utf-8"))

    assert 0 == done.exit_code, done.output
    refuse_wrong_keys(content)
    assert 56 == len(content["network"]["items"])
    assert len(content["network"]["links"]) > 56
