"""What the listings of a snapshot become: citations between papers with ids, and nothing of a title alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flgraph.catalog.reader import read_catalog
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.schema import check_graph
from flgraph.records import Catalog, CatalogEntry, Listing, Paper, Reference
from tests.graph.test_assemble import make_snapshot

ALONE = Catalog(title="Synthetic", entries=(CatalogEntry(key="alpha", title="Synthetic alpha", section="2021"),))
TITLE_ONLY = st.builds(
    Reference,
    title=st.sampled_from([None, "Synthetic first", "Synthetic second", "?"]),
    year=st.none() | st.integers(1800, 2200),
    ids=st.dictionaries(st.sampled_from(["mag", "pmid", "pmcid", "acl", "dblp"]), st.just("1"), max_size=2),
)


@pytest.fixture
def small(folder: Path) -> Catalog:
    return read_catalog(folder)


def known(*lines: Reference) -> Listing:
    return Listing(status="known", items=lines)


def list_nodes(graph: KnowledgeGraph, kind: str) -> set[str]:
    return {node for node, data in graph.nodes(data=True) if data["kind"] == kind}


def list_cites(graph: KnowledgeGraph) -> set[tuple[str, str]]:
    return {(start, end) for start, end, kind in graph.edges(keys=True) if kind == "cites"}


# --- a title alone ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("listing", ["references", "citations"])
def test_titles_without_an_id_become_no_paper(listing: str) -> None:
    lines = known(Reference(title="Synthetic first"), Reference(title="Synthetic second"), Reference(year=2020))
    alpha = Paper(id="a" * 40, **{listing: lines})
    graph = build_graph(ALONE, make_snapshot(ALONE, alpha=alpha))

    check_graph(graph)
    assert {"paper:alpha"} == set(graph)
    assert 0 == graph.number_of_edges()
    assert 3 == graph.nodes["paper:alpha"][f"{listing}_listed"]


def test_papers_that_share_titles_without_an_id_are_not_joined_by_them(small: Catalog) -> None:
    line = Reference(title="Synthetic title only")
    papers = {key: Paper(id=key, references=known(line), citations=known(line)) for key in ("alpha", "beta")}
    graph = build_graph(small, make_snapshot(small, **papers))

    assert {"paper:alpha", "paper:beta"} == list_nodes(graph, "paper")
    assert list_cites(build_graph(small)) == list_cites(graph)


@settings(max_examples=30)
@given(lines=st.lists(TITLE_ONLY, max_size=4), kind=st.sampled_from(["references", "citations"]))
def test_lines_without_a_lasting_id_never_change_the_papers_or_citations(lines: list[Reference], kind: str) -> None:
    whole = Reference(id="b" * 40, title="Synthetic outside")
    facts: dict[str, Any] = {kind: known(*lines, whole)}
    graph = build_graph(ALONE, make_snapshot(ALONE, alpha=Paper(id="a" * 40, **facts)))

    outside = f"paper:s2-{'b' * 40}"
    assert {"paper:alpha", outside} == set(graph)
    assert {("paper:alpha", outside) if kind == "references" else (outside, "paper:alpha")} == list_cites(graph)
