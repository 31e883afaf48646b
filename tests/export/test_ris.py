"""The RIS export, selections of papers, and what the readers of lists make of each export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import rispy
from hypothesis import given

from flgraph.errors import GraphError
from flgraph.export.bibtex import format_bibtex
from flgraph.export.formats import SELECTABLE, export_graph
from flgraph.export.ris import format_ris
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph, catalog_papers
from flgraph.graph.paper_facts import authors_of
from flgraph.graph.query import find_papers
from flgraph.graph.tables import papers_table
from flgraph.lists.entries import ListForm
from flgraph.lists.forms import find_reader
from flgraph.records import Catalog, CatalogEntry, VenueEntry
from tests.export.test_formats import TEXTS, make_graph


def test_rispy_reads_every_paper_with_its_fields(graph: KnowledgeGraph) -> None:
    records = {record["id"]: record for record in rispy.loads(format_ris(graph))}

    assert 56 == len(records)
    fedbn = records["fedbn"]
    assert ("CPAPER", "2021") == (fedbn["type_of_reference"], fedbn["year"])
    assert ["Li, Xiaoxiao", "Jiang, Meirui", "Zhang, Xiaofei", "Kamp, Michael", "Dou, Qi"] == fedbn["authors"]
    assert "https://arxiv.org/abs/2102.07623" in fedbn["urls"]
    assert "Functional MRI" in fedbn["keywords"]
    assert {"JOUR", "CPAPER", "UNPB"} == {record["type_of_reference"] for record in records.values()}


@pytest.mark.parametrize("form", ["bibtex", "ris", "csv"])
def test_each_export_of_the_catalog_reads_back(graph: KnowledgeGraph, tmp_path: Path, form: ListForm) -> None:
    path = export_graph(graph, tmp_path / "papers", format=form)  # type: ignore[arg-type]
    reading = find_reader(form)(path.read_bytes(), name=str(path))
    nodes = list(papers_table(graph).index) if form == "csv" else [node for node, _ in catalog_papers(graph)]
    title = "title" if form == "csv" else "published_title"

    assert () == reading.unread
    assert [
        (
            data.get(title, data["title"]),
            data.get("year"),
            data.get("doi"),
            data.get("arxiv"),
            ", ".join(graph.nodes[author]["name"] for author in authors_of(graph, node)),
        )
        for node in nodes
        for data in [graph.nodes[node]]
    ] == [
        (entry.title, entry.year, entry.ids.get("doi"), entry.ids.get("arxiv"), entry.authors)
        for entry in reading.entries
    ]


@pytest.mark.parametrize(
    ("venue_type", "expected"),
    [("journal", ("JOUR", "journal_name")), ("conference", ("CPAPER", "secondary_title")),
     ("workshop", ("CPAPER", "secondary_title")), (None, ("GEN", "secondary_title"))],
)  # fmt: skip
def test_the_type_of_the_venue_is_the_type_of_the_record(venue_type: str | None, expected: tuple[str, str]) -> None:
    venue = VenueEntry.model_validate({"key": "v", "name": "Venue", "tags": ["V"], "type": venue_type})
    paper = CatalogEntry(key="p", title="Synthetic", section="x", venue="V")
    record = rispy.loads(format_ris(build_graph(Catalog(title="Synthetic", entries=(paper,), venues=(venue,)))))[0]

    assert (expected[0], "Venue") == (record["type_of_reference"], record[expected[1]])


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Ada Example", "Example, Ada"), ("Ada van der Example", "van der Example, Ada"),
     ("Ada Example Jr.", "Example, Ada, Jr."), ("Example", "Example"), ("李 明", "明, 李")],
)  # fmt: skip
def test_names_are_written_family_first_and_read_back(name: str, expected: str) -> None:
    text = format_ris(make_graph(authors=[name]))

    assert [expected] == rispy.loads(text)[0]["authors"]
    assert name == find_reader("ris")(text.encode(), name="a.ris").entries[0].authors


def test_a_link_stands_beside_the_ids_unless_it_is_one_of_them() -> None:
    ids = {"doi": "10.5555/p", "arxiv": "2101.00001"}
    same = rispy.loads(format_ris(make_graph(ids=ids, url="https://doi.org/10.5555/P")))[0]
    other = rispy.loads(format_ris(make_graph(ids=ids, url="https://example.org/a;b")))[0]

    assert ("10.5555/p", ["https://arxiv.org/abs/2101.00001"]) == (same["doi"], same["urls"])
    assert "UR  - https://example.org/a;b\nUR  - https://arxiv.org/abs/2101.00001\n" in format_ris(
        make_graph(ids=ids, url="https://example.org/a;b")
    )
    assert "10.5555/p" == other["doi"]


@given(title=TEXTS, name=TEXTS, venue=TEXTS)
def test_any_text_stays_in_its_field(title: str, name: str, venue: str) -> None:
    text = format_ris(make_graph(title=f"x{title}\nER  - ", venue=f"v{venue}", authors=[f"n{name}"]))

    assert ["TY", "ID", "TI", "AU", "T2", "ER"] == [line[:2] for line in text.splitlines()]


@pytest.mark.parametrize("write_papers", [format_bibtex, format_ris])
def test_a_selection_is_a_table_or_names(graph: KnowledgeGraph, write_papers: Callable[..., str]) -> None:
    found = find_papers(graph, dataset="BraTS")
    whole = write_papers(graph, found)

    assert 0 < len(found) < 56
    assert all(key in whole for key in found.key)
    assert "fedbn" not in whole
    assert whole == write_papers(graph, found.index) == write_papers(graph, list(found.key)[::-1])
    assert "" == write_papers(graph, []).strip()
    with pytest.raises(GraphError, match="did you mean 'fedbn'"):
        write_papers(graph, ["fedbnn"])
    with pytest.raises(GraphError, match="is not a paper of the catalog"):
        write_papers(graph, ["topic:survey"])
    with pytest.raises(ValueError, match=r"write \['fedbn'\]"):
        write_papers(graph, "fedbn")


def test_the_formats_of_papers_take_a_selection_and_the_others_refuse(graph: KnowledgeGraph, tmp_path: Path) -> None:
    for form in SELECTABLE:
        text = export_graph(graph, tmp_path / form, format=form, papers=["fedbn"]).read_text("utf-8")
        assert ("fedbn" in text, "fedap" in text) == (True, False)
    with pytest.raises(ValueError, match="papers can be selected for bibtex, csv, ris, not for graphml"):
        export_graph(graph, tmp_path / "x", format="graphml", papers=["fedbn"])
