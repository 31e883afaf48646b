from __future__ import annotations

import csv
import re
from itertools import accumulate
from pathlib import Path
from typing import Literal

import bibtexparser
import igraph
import networkx as nx
import pandas as pd
import pytest
from bibtexparser.middlewares.names import split_multiple_persons_names
from hypothesis import given
from hypothesis import strategies as st

from flgraph.errors import GraphError
from flgraph.export.bibtex import format_bibtex
from flgraph.export.formats import export_graph
from flgraph.graph.assemble import build_graph
from flgraph.graph.files import read_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.records import Catalog, CatalogEntry


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

    assert r"{Synthetic 100\% \& more\_or\_less \#1}" in text
    assert "url = {https://example.org/a_b}" in text
    assert "@misc{p," in text
    assert "author" not in text


def make_graph(**facts: object) -> KnowledgeGraph:
    """Build the graph of one synthetic paper."""
    entry = CatalogEntry.model_validate({"key": "p", "title": "Synthetic", "section": "x", **facts})
    return build_graph(Catalog(title="Synthetic", entries=(entry,)))


TEXTS = st.text(st.one_of(st.sampled_from("{}\\~^%@#$&_,\"'=\n "), st.characters(codec="utf-8")), min_size=1).filter(
    str.strip
)


@given(title=TEXTS, name=TEXTS, venue=TEXTS)
def test_any_text_stays_inside_its_field(title: str, name: str, venue: str) -> None:
    graph = make_graph(title=f"x{title}", venue=venue, authors=[name, "Bo Sample"])
    text = format_bibtex(graph)
    library = bibtexparser.parse_string(text)

    assert [] == library.failed_blocks
    assert ["p"] == [entry.key for entry in library.entries]
    [venue_field] = set(library.entries[0].fields_dict) - {"author", "title"}
    assert venue_field in {"booktitle", "howpublished", "journal"}  # some texts are names of known venues
    for value in (field.value for field in library.entries[0].fields):
        assert value.count("{") == value.count("}")
        assert min(accumulate((sign == "{") - (sign == "}") for sign in value)) >= 0
    assert 2 == len(split_multiple_persons_names(library.entries[0]["author"]))


def test_braces_and_backslashes_are_spelled_out() -> None:
    text = format_bibtex(make_graph(title=r"Synthetic } \emph{ x~y^2", authors=["Example, Ada and Co", "Bo Sample"]))

    assert r"{Synthetic {\textbraceright} {\textbackslash}emph{\textbraceleft}" in text
    assert r"x{\textasciitilde}y{\textasciicircum}2}" in text
    assert "author = {{Example, Ada and Co} and Bo Sample}" in text


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"ids": {"doi": "10.5555/p_1"}, "url": "https://example.org/p"}, {"doi": "10.5555/p_1", "url": "https://example.org/p"}),
        ({"ids": {"doi": "10.5555/p"}, "url": "https://doi.org/10.5555/P"}, {"doi": "10.5555/p"}),
        ({"ids": {"arxiv": "2101.00001"}, "url": "https://arxiv.org/pdf/2101.00001v2.pdf"},
         {"eprint": "2101.00001", "archiveprefix": "arXiv"}),
        ({"ids": {"arxiv": "2101.00001"}, "url": "https://example.org/{p} q"},
         {"eprint": "2101.00001", "archiveprefix": "arXiv", "url": "https://example.org/%7Bp%7D%20q"}),
        ({}, {}),
    ],
)  # fmt: skip
def test_a_link_stands_beside_the_ids_unless_it_is_one_of_them(
    facts: dict[str, object], expected: dict[str, str]
) -> None:
    entry = bibtexparser.parse_string(format_bibtex(make_graph(**facts))).entries[0]

    assert {"title": "Synthetic", **expected} == {field.key: field.value for field in entry.fields}


def test_control_characters_do_not_break_graphml(tmp_path: Path) -> None:
    graph = make_graph(title="Synthetic \x00 \x0b \x1f \ufffe end", venue="\x02V")
    path = export_graph(graph, tmp_path / "graph.graphml", format="graphml")

    assert "Synthetic \ufffd \ufffd \ufffd \ufffd end" == nx.read_graphml(path).nodes["paper:p"]["title"]
    assert 2 == igraph.Graph.Read_GraphML(str(path)).vcount()


@pytest.mark.parametrize("form", ["tables", "csv"])
def test_a_number_beyond_all_columns_is_said(tmp_path: Path, form: Literal["tables", "csv"]) -> None:
    graph = make_graph()
    graph.nodes["paper:p"]["citation_count"] = 10**23

    with pytest.raises(GraphError, match=r"^citation_count of a paper: a value does not fit a column of Int64"):
        export_graph(graph, tmp_path / "out", format=form)


def test_graphml_is_read_with_equal_counts(graph: KnowledgeGraph, tmp_path: Path) -> None:
    path = export_graph(graph, tmp_path / "graph.graphml", format="graphml")
    by_networkx = nx.read_graphml(path)
    by_igraph = igraph.Graph.Read_GraphML(str(path))
    counts = (graph.number_of_nodes(), graph.number_of_edges())

    assert counts == (by_networkx.number_of_nodes(), by_networkx.number_of_edges())
    assert counts == (by_igraph.vcount(), by_igraph.ecount())
    assert len(set(re.findall(r'<edge [^>]*id="([^"]+)"', path.read_text()))) == graph.number_of_edges()
    assert set(nx.get_edge_attributes(graph, "sources").values()) == set(by_igraph.es["sources"])
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
    with pytest.raises(
        ValueError,
        match="format must be one of bibtex, csv, gexf, graphml, node-link, ris, tables, vosviewer, found 'dot'",
    ):
        export_graph(graph, tmp_path / "x", format="dot")  # type: ignore[arg-type]
