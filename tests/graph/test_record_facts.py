"""What a source says beyond counts stands in the graph and in tables: access, retraction, type, versions, ORCID."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd

from flgraph.export.bibtex import format_bibtex
from flgraph.export.ris import format_ris
from flgraph.graph.assemble import build_graph
from flgraph.graph.schema import check_graph
from flgraph.graph.tables import papers_table, to_frames
from flgraph.map.atlas.atlas import make_atlas
from flgraph.map.atlas.payload import make_payload
from flgraph.records import (
    Author,
    Catalog,
    CatalogEntry,
    Institution,
    Match,
    OpenAccess,
    Paper,
    PersonName,
    Snapshot,
    Version,
)
from flgraph.snapshot.files import digest_catalog

CATALOG = Catalog(
    title="Synthetic",
    entries=(
        CatalogEntry(key="alpha", title="Synthetic alpha", section="s", authors=(PersonName(name="Ada Example"),)),
        CatalogEntry(key="beta", title="Synthetic beta", section="s"),
    ),
)
INSTITUTIONS = (
    Institution(id="I1", name="Invented University", ror="00inv0001", country="DE"),
    Institution(name="Imaginary Clinic"),
)
ALPHA = Paper(
    id="W1",
    title="Synthetic alpha",
    citation_count=3,
    document_type="article",
    retracted=True,
    open_access=OpenAccess(status="green", url="https://example.org/alpha.pdf", licence="cc-by", version="submitted"),
    citations_by_year={2025: 2, 2024: 1},
    versions=(Version(id="W1", document_type="article", year=2021, citation_count=3), Version(id="W2")),
    authors=(Author(id="A1", name="Ada Example", orcid="0000-0000-0000-0001", institutions=INSTITUTIONS),),
)
GRAPH = build_graph(
    CATALOG,
    Snapshot(
        source="openalex",
        id_kind="openalex",
        taken=datetime(2026, 11, 23, tzinfo=UTC),
        depth=0,
        catalog_digest=digest_catalog(CATALOG),
        matches={
            key: Match(status="accepted", method="id", id=name) for key, name in (("alpha", "W1"), ("beta", "W3"))
        },
        papers={"alpha": ALPHA, "beta": Paper(id="W3", title="Synthetic beta", retracted=False)},
    ),
)
BROUGHT = {
    "document_type": "article",
    "retracted": True,
    "open_access": "green",
    "open_access_url": "https://example.org/alpha.pdf",
    "open_access_licence": "cc-by",
    "open_access_version": "submitted",
    "citations_by_year": "2024: 1; 2025: 2",
    "versions": "W1 (article, 2021, 3 citations); W2",
}


def test_what_a_record_says_stands_on_the_paper() -> None:
    check_graph(GRAPH)
    node = GRAPH.nodes["paper:alpha"]
    assert BROUGHT == {name: node[name] for name in BROUGHT}
    assert all(name in node["sources"].partition("openalex: ")[2].split(", ") for name in BROUGHT)


def test_what_a_record_does_not_say_is_absent_and_empty_in_tables() -> None:
    assert {"retracted"} == set(BROUGHT) & set(GRAPH.nodes["paper:beta"])
    row = to_frames(GRAPH)["papers"].loc["paper:beta"]
    assert all(pd.isna(row[name]) for name in [*BROUGHT, "citation_count"] if name != "retracted")
    assert row["retracted"] is False or not row["retracted"]


def test_an_author_has_orcid_and_institutions() -> None:
    author = GRAPH.nodes["author:name-ada-example"]
    assert ("0000-0000-0000-0001", "00inv0001") == (author["orcid"], author["institution_rors"])
    assert "Invented University (DE); Imaginary Clinic" == author["institutions"]
    assert "0000-0000-0000-0001" == to_frames(GRAPH)["authors"].loc["author:name-ada-example", "orcid"]


def test_the_title_of_a_retracted_paper_says_so_in_tables() -> None:
    table = papers_table(GRAPH)
    assert {"paper:alpha": "[Retracted] Synthetic alpha", "paper:beta": "Synthetic beta"} == dict(table["title"])
    assert {"paper:alpha": True, "paper:beta": False} == dict(table["retracted"])
    assert "https://example.org/alpha.pdf" == table.loc["paper:alpha", "open_access_url"]
    assert "Synthetic alpha" == to_frames(GRAPH)["papers"].loc["paper:alpha", "title"]


def test_bibtex_says_of_a_retracted_paper_that_it_is_and_links_the_free_copy() -> None:
    alpha, beta = format_bibtex(GRAPH, ["alpha"]), format_bibtex(GRAPH, ["beta"])
    assert "note = {Retracted}" in alpha
    assert "url = {https://example.org/alpha.pdf}" in alpha
    assert "note" not in beta
    assert "N1  - Retracted" in format_ris(GRAPH, ["alpha"])


def test_bibtex_names_the_free_copy_beside_the_link_of_the_list() -> None:
    graph = GRAPH.copy()
    graph.nodes["paper:alpha"]["url"] = "https://example.org/listed"
    entry = format_bibtex(graph, ["alpha"])
    assert "url = {https://example.org/listed}" in entry
    assert "note = {Retracted. Open access: https://example.org/alpha.pdf}" in entry
    graph.nodes["paper:alpha"].update(arxiv="2999.00001", open_access_url="https://arxiv.org/abs/2999.00001")
    assert "Open access" not in format_bibtex(graph, ["alpha"])


def test_the_panel_shows_each_with_its_source() -> None:
    payload = make_payload(make_atlas(GRAPH))
    assert ["[Retracted] Synthetic alpha", "Synthetic beta"] == payload["name"]
    for name, value in BROUGHT.items():
        other = False if name == "retracted" else None
        assert {"values": [value, other], "source": "OpenAlex, 2026-11-23"} == payload["fields"][name]
