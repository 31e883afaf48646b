from __future__ import annotations

import csv
import re
from pathlib import Path

import bibtexparser
import igraph
import networkx as nx
import pandas as pd
import pytest

from flgraph.assembly import build_graph
from flgraph.export import export_graph, format_bibtex
from flgraph.graph import KnowledgeGraph, read_graph
from flgraph.model import Catalog, CatalogEntry


def test_the_bibliography_parses_with_every_paper(graph: KnowledgeGraph, tmp_path: Path) -> None:
    path = export_graph(graph, tmp_path / "papers.bib", format="bibtex")
    library = bibtexparser.parse_string(path.read_text(encoding="utf-8"))

    assert [] == library.failed_blocks
    assert 56 == len(library.entries)
    fedbn = library.entries_dict["fedbn"]
    assert "inproceedings" == fedbn.entry_type
    assert ("2021", "2102.07623") == (fedbn["year"], fedbn["eprint"])
    assert "Xiaoxiao Li and Meirui Jiang and Xiaofei Zhang and Michael Kamp and Qi Dou" == fedbn["author"]


def test_latex_specials_are_escaped_and_unknown_fields_left_out() -> None:
    entry = CatalogEntry(key="p", title="Synthetic 100% & more_or_less #1", section="x", url="https://example.org/a_b")
    text = format_bibtex(build_graph(Catalog(title="Synthetic", entries=(entry,))))

    assert r"{{Synthetic 100\% \& more\_or\_less \#1}}" in text
    assert "url = {https://example.org/a_b}" in text
    assert "@misc{p," in text
    assert "author" not in text


def test_graphml_is_read_with_equal_counts(graph: KnowledgeGraph, tmp_path: Path) -> None:
    path = export_graph(graph, tmp_path / "graph.graphml", format="graphml")
    by_networkx = nx.read_graphml(path)
    by_igraph = igraph.Graph.Read_GraphML(str(path))
    counts = (graph.number_of_nodes(), graph.number_of_edges())

    assert counts == (by_networkx.number_of_nodes(), by_networkx.number_of_edges())
    assert counts == (by_igraph.vcount(), by_igraph.ecount())
    assert len(set(re.findall(r'<edge [^>]*id="([^"]+)"', path.read_text()))) == graph.number_of_edges()
    assert set(nx.get_edge_attributes(graph, "source").values()) == set(by_igraph.es["source"])
    assert 2021 == by_networkx.nodes["paper:fedbn"]["year"]


def test_csv_holds_one_row_a_paper(graph: KnowledgeGraph, tmp_path: Path) -> None:
    path = export_graph(graph, tmp_path / "papers.csv", format="csv")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))

    assert 56 == len(rows)
    assert {""} == {row["citation_count"] for row in rows}


def test_tables_hold_every_node_and_edge(graph: KnowledgeGraph, tmp_path: Path) -> None:
    folder = export_graph(graph, tmp_path / "tables", format="tables")
    sizes = {path.stem: len(pd.read_csv(path)) for path in folder.iterdir()}

    assert graph.number_of_edges() == sizes.pop("edges")
    assert graph.number_of_nodes() == sum(sizes.values())


def test_node_link_reads_back_equal(graph: KnowledgeGraph, tmp_path: Path) -> None:
    assert nx.utils.graphs_equal(graph, read_graph(export_graph(graph, tmp_path / "g.json", format="node-link")))


def test_an_unknown_format_is_a_value_error(graph: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="format is 'gexf'; should be one of bibtex, csv, graphml"):
        export_graph(graph, tmp_path / "x", format="gexf")  # type: ignore[arg-type]
