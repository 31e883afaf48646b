"""What the graph says of a snapshot: counts, ids and people of each paper, and which record they are from."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.schema import GRAPH_VERSION, check_graph
from flgraph.records import (
    Author,
    Catalog,
    CatalogEntry,
    Listing,
    Match,
    Paper,
    Published,
    Reference,
    Snapshot,
)
from flgraph.snapshot.files import digest_catalog, digest_snapshot
from tests.graph.test_assemble import make_snapshot

A, B, C, D = ("abcd"[number] * 40 for number in range(4))


def make_catalog(**facts: dict[str, Any]) -> Catalog:
    """Return a synthetic catalog whose entries have the fields that are named by key."""
    entries = tuple(
        CatalogEntry(**{"key": key, "title": f"Synthetic {key}", "section": "2021", **said})
        for key, said in facts.items()
    )
    return Catalog(title="Synthetic", entries=entries)


def known(*lines: Reference) -> Listing:
    return Listing(status="known", items=lines)


def read_node(graph: KnowledgeGraph, node: str) -> dict[str, Any]:
    """Return what a node says but for who said it."""
    return {name: value for name, value in graph.nodes[node].items() if name != "sources"}


def read_edge(graph: KnowledgeGraph, start: str, kind: str, end: str) -> dict[str, Any]:
    """Return what an edge says but for who said it."""
    return {name: value for name, value in graph.edges[start, end, kind].items() if name != "sources"}


# --- papers ----------------------------------------------------------------------------------------------


def test_a_paper_says_all_that_its_record_says() -> None:
    catalog = make_catalog(p={})
    record = Paper(
        id=A,
        corpus_id=12,
        ids={"doi": "10.5555/P", "pmid": "3", "mag": "4"},
        title="Another title",
        year=2021,
        publication_date=date(2021, 2, 3),
        venue="Synthetic Conference",
        citation_count=5,
        reference_count=0,
        influential_citation_count=1,
        references=Listing(status="elided"),
        citations=known(Reference(title="Synthetic title only")),
    )
    graph = build_graph(catalog, make_snapshot(catalog, p=record))

    check_graph(graph)
    assert {
        "kind": "paper",
        "label": "Synthetic p",
        "title": "Synthetic p",
        "key": "p",
        "section": "2021",
        "in_catalog": True,
        "match": "accepted",
        "match_method": "id",
        "matched_by": "id",
        "s2": A,
        "corpus_id": 12,
        "doi": "10.5555/P",
        "pmid": "3",
        "year": 2021,
        "publication_date": "2021-02-03",
        "venue": "Synthetic Conference",
        "citation_count": 5,
        "reference_count": 0,
        "influential_citation_count": 1,
        "references": "elided",
        "citations": "known",
        "citations_listed": 1,
    } == read_node(graph, "paper:p")


def test_the_host_that_answered_is_kept_where_it_is_known() -> None:
    catalog = make_catalog(p={})
    unknown = make_snapshot(catalog, p=Paper(id=A))
    known_host = unknown.model_copy(update={"parameters": {"host": "papers.example.org"}})

    assert "papers.example.org" == build_graph(catalog, known_host).graph["snapshot_host"]
    assert "snapshot_host" not in build_graph(catalog, unknown).graph


def test_only_an_accepted_record_that_is_there_says_how_it_was_matched() -> None:
    catalog = make_catalog(p={}, q={}, r={})
    snapshot = make_snapshot(catalog, p=Paper(id=A), q=Paper(id=B))
    matches = {
        "p": Match(status="accepted", method="id", id=A),
        "q": Match(status="review", method="title", id=B),
        "r": Match(status="accepted", method="id", id=C),
    }
    graph = build_graph(catalog, snapshot.model_copy(update={"matches": matches}))

    assert ["id", None, None] == [graph.nodes[f"paper:{key}"].get("matched_by") for key in "pqr"]


def test_a_published_venue_without_a_source_is_as_listed() -> None:
    graph = build_graph(make_catalog(p={"published": Published(venue="Synthetic Conference")}))

    assert "as listed" == graph.edges["paper:p", "venue:synthetic-conference", "published_in"]["evidence"]


def test_an_empty_record_adds_its_id_and_that_nothing_was_asked() -> None:
    catalog = make_catalog(p={})
    before = read_node(build_graph(catalog), "paper:p")
    after = read_node(build_graph(catalog, make_snapshot(catalog, p=Paper(id=A))), "paper:p")
    matched = {"match": "accepted", "match_method": "id", "matched_by": "id"}
    added = {"s2": A, "references": "not_asked", "citations": "not_asked", **matched}

    assert {**before, **added} == after


def test_an_empty_listing_that_is_known_lists_nothing() -> None:
    catalog = make_catalog(p={})
    node = build_graph(catalog, make_snapshot(catalog, p=Paper(id=A, references=known()))).nodes["paper:p"]

    assert ("known", 0) == (node["references"], node["references_listed"])


def test_an_entry_without_a_record_says_how_its_match_stands() -> None:
    catalog = make_catalog(a={}, b={}, c={})
    snapshot = make_snapshot(catalog).model_copy(
        update={"matches": {"a": Match(status="review", method="title")}, "failed": ("b",)}
    )
    nodes = build_graph(catalog, snapshot).nodes

    assert [("review", "title"), ("failed", None), (None, None)] == [
        (nodes[f"paper:{key}"].get("match"), nodes[f"paper:{key}"].get("match_method")) for key in "abc"
    ]


def test_the_graph_says_the_snapshot_and_its_source() -> None:
    catalog = make_catalog(p={})
    snapshot = make_snapshot(catalog, p=Paper(id=A)).model_copy(update={"depth": 1})
    origin = build_graph(catalog, snapshot).graph

    assert {
        "schema_version": GRAPH_VERSION,
        "title": "Synthetic",
        "catalog_digest": digest_catalog(catalog),
        "sources": "catalog; semantic_scholar",
        "id_kinds": "s2",
        "snapshot_source": "semantic_scholar",
        "snapshot_taken": "2026-01-02T03:04:05+00:00",
        "snapshot_depth": 1,
        "snapshot_digest": digest_snapshot(snapshot),
    } == origin


def test_a_synthetic_snapshot_makes_a_synthetic_graph() -> None:
    catalog = make_catalog(p={})
    snapshot = make_snapshot(catalog, p=Paper(id=A))
    marks = [
        build_graph(catalog, given).graph.get("synthetic")
        for given in (None, snapshot, snapshot.model_copy(update={"source": "synthetic"}))
    ]

    assert [None, None, True] == marks


def test_records_of_papers_that_are_not_listed_any_more_are_left_out() -> None:
    catalog = make_catalog(p={})
    gone = Paper(id=B, ids={"doi": "10.5555/gone"}, references=known(Reference(id=C)), authors=(Author(name="Cy"),))
    graph = build_graph(catalog, make_snapshot(catalog, p=Paper(id=A), gone=gone))

    assert {"paper:p"} == set(graph)


# --- papers outside --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("node", "line"),
    [
        ("paper:arxiv-2101.00001", Reference(id=B, ids={"doi": "10.5555/X", "arxiv": "2101.00001"})),
        ("paper:doi-10.5555/x", Reference(id=B, ids={"doi": "10.5555/X", "pmid": "1"})),
        (f"paper:s2-{B}", Reference(id=B, ids={"pmid": "1"})),
        (f"paper:s2-{B}", Reference(id=B.upper())),
        ("paper:doi-10.5555/x", Reference(ids={"doi": "10.5555/X"})),
        ("paper:doi-10.1002/(sici)1097:1<1::aid>3.0", Reference(ids={"doi": "10.1002/(SICI)1097:1<1::AID>3.0"})),
    ],
)
@pytest.mark.parametrize("listing", ["references", "citations"])
def test_a_paper_outside_is_named_by_its_most_lasting_id(node: str, line: Reference, listing: str) -> None:
    catalog = make_catalog(p={})
    graph = build_graph(catalog, make_snapshot(catalog, p=Paper(id=A, **{listing: known(line)})))

    check_graph(graph)
    assert {"paper:p", node} == set(graph)
    assert {"evidence": f"{listing} of {A}"} == read_edge(
        graph, *(("paper:p", "cites", node) if listing == "references" else (node, "cites", "paper:p"))
    )


@pytest.mark.parametrize(
    ("expected", "line"),
    [
        (
            {"label": "Synthetic x", "title": "Synthetic x", "s2": B, "year": 2020, "arxiv": "2101.00001"},
            Reference(id=B, title=" Synthetic x ", year=2020, ids={"arxiv": "2101.00001", "mag": "1"}),
        ),
        (
            {"label": "doi:10.5555/X", "title": "doi:10.5555/X", "doi": "10.5555/X"},
            Reference(ids={"doi": "10.5555/X"}, title="  "),
        ),
        ({"label": f"s2:{B}"[:39] + "…", "title": f"s2:{B}", "s2": B}, Reference(id=B)),
    ],
)
def test_a_paper_outside_says_what_its_line_says(expected: dict[str, Any], line: Reference) -> None:
    catalog = make_catalog(p={})
    graph = build_graph(catalog, make_snapshot(catalog, p=Paper(id=A, references=known(line))))
    node = next(end for end in graph.successors("paper:p"))

    assert {"kind": "paper", "in_catalog": False, **expected} == read_node(graph, node)


def test_lines_of_one_work_are_one_node_that_says_what_any_of_them_says() -> None:
    catalog = make_catalog(p={}, q={})
    p = Paper(id=A, references=known(Reference(id=C, title="Synthetic x", year=2020)))
    q = Paper(
        id=B,
        references=known(
            Reference(id=C, title="Another name of it", year=2019, ids={"doi": "10.5555/X"}),
            Reference(ids={"doi": "10.5555/x", "pmid": "7"}, title="A third one"),
        ),
    )
    graph = build_graph(catalog, make_snapshot(catalog, p=p, q=q))
    node = f"paper:s2-{C}"

    assert {"paper:p", "paper:q", node} == set(graph)
    assert {
        "kind": "paper",
        "label": "Synthetic x",
        "title": "Synthetic x",
        "in_catalog": False,
        "s2": C,
        "year": 2020,
        "doi": "10.5555/X",
        "pmid": "7",
    } == read_node(graph, node)


def test_the_id_of_the_source_goes_before_other_ids() -> None:
    catalog = make_catalog(p={}, q={"ids": {"doi": "10.5555/q"}}, r={"ids": {"doi": "10.5555/r"}})
    line = Reference(id=C, ids={"doi": "10.5555/q"})
    papers = {"p": Paper(id=A, references=known(line)), "q": Paper(id=B), "r": Paper(id=C)}
    graph = build_graph(catalog, make_snapshot(catalog, **papers))

    assert ["paper:r"] == list(graph.successors("paper:p"))


@pytest.mark.parametrize(
    "line",
    [
        Reference(id=B),
        Reference(ids={"arxiv": "2101.00001"}),
        Reference(ids={"doi": "10.5555/LISTED"}),
        Reference(ids={"doi": "10.5555/SEEN"}),
        Reference(id=D, ids={"doi": "10.5555/seen"}),
    ],
)
def test_a_line_with_any_id_of_a_listed_paper_is_that_paper(line: Reference) -> None:
    catalog = make_catalog(p={}, q={"ids": {"arxiv": "2101.00001", "doi": "10.5555/listed"}})
    q = Paper(id=B, ids={"doi": "10.5555/Seen"})
    before = build_graph(catalog, make_snapshot(catalog, p=Paper(id=A), q=q))
    graph = build_graph(catalog, make_snapshot(catalog, p=Paper(id=A, references=known(line)), q=q))

    assert {"paper:p", "paper:q"} == set(graph)
    assert {"evidence": f"references of {A}"} == read_edge(graph, "paper:p", "cites", "paper:q")
    assert read_node(before, "paper:q") == read_node(graph, "paper:q")


def test_what_people_say_of_an_id_goes_before_what_a_source_says() -> None:
    catalog = make_catalog(p={}, q={"ids": {"doi": "10.5555/x"}}, r={})
    papers = {
        "p": Paper(id=A, references=known(Reference(ids={"doi": "10.5555/X"}))),
        "r": Paper(id=C, ids={"doi": "10.5555/x"}),
    }
    graph = build_graph(catalog, make_snapshot(catalog, **papers))

    assert ["paper:q"] == list(graph.successors("paper:p"))


# --- citations -------------------------------------------------------------------------------------------


def test_a_citation_says_what_its_line_says() -> None:
    catalog = make_catalog(p={}, q={})
    line = Reference(id=B, influential=True, intents=("background", "methodology"))
    graph = build_graph(catalog, make_snapshot(catalog, p=Paper(id=A, references=known(line)), q=Paper(id=B)))

    assert {
        "evidence": f"references of {A}",
        "influential": True,
        "intents": "background; methodology",
    } == read_edge(graph, "paper:p", "cites", "paper:q")


def test_of_a_citation_that_both_ends_list_the_first_that_knows_counts() -> None:
    catalog = make_catalog(p={}, q={})
    p = Paper(id=A, references=known(Reference(id=B, influential=False, intents=("background",))))
    q = Paper(id=B, citations=known(Reference(id=A, influential=True, intents=("methodology",))))
    graph = build_graph(catalog, make_snapshot(catalog, p=p, q=q))
    bare = p.model_copy(update={"references": known(Reference(id=B))})
    filled = build_graph(catalog, make_snapshot(catalog, p=bare, q=q))
    evidence = f"references of {A}; citations of {B}"

    assert {"evidence": evidence, "influential": False, "intents": "background"} == read_edge(
        graph, "paper:p", "cites", "paper:q"
    )
    assert {"evidence": evidence, "influential": True, "intents": "methodology"} == read_edge(
        filled, "paper:p", "cites", "paper:q"
    )


def test_a_line_that_is_listed_twice_is_one_witness() -> None:
    catalog = make_catalog(p={}, q={})
    p = Paper(id=A, references=known(Reference(id=B), Reference(id=B), Reference(id=A)))
    graph = build_graph(catalog, make_snapshot(catalog, p=p, q=Paper(id=B)))

    assert {"evidence": f"references of {A}"} == read_edge(graph, "paper:p", "cites", "paper:q")
    assert 1 == graph.number_of_edges()


def test_a_line_that_is_listed_twice_beside_other_witnesses_is_one_too() -> None:
    catalog = make_catalog(p={"relations": ({"relation": "cites", "to": "q", "evidence": "page 3"},)}, q={})
    p = Paper(id=A, references=known(Reference(id=B), Reference(id=B)))
    q = Paper(id=B, citations=known(Reference(id=A)))
    graph = build_graph(catalog, make_snapshot(catalog, p=p, q=q))

    assert f"page 3; references of {A}; citations of {B}" == read_edge(graph, "paper:p", "cites", "paper:q")["evidence"]


# --- context ---------------------------------------------------------------------------------------------


def add_context(snapshot: Snapshot, *papers: Paper) -> Snapshot:
    return snapshot.model_copy(update={"context": {paper.id: paper for paper in papers}})


def test_context_adds_counts_to_papers_outside_and_no_other_paper() -> None:
    catalog = make_catalog(p={}, q={})
    p = Paper(id=A, references=known(Reference(id="C1", title="Synthetic c", year=2020), Reference(id=D)))
    context = (
        Paper(id="C1", ids={"pmid": "7"}, year=2019, citation_count=3, publication_date=date(2019, 5, 6)),
        Paper(id="unlinked", citation_count=4),
        Paper(id=A, citation_count=9),
    )
    snapshot = make_snapshot(catalog, p=p)
    graph = build_graph(catalog, add_context(snapshot, *context))
    bare = build_graph(catalog, snapshot)

    check_graph(graph)
    assert set(bare) == set(graph)
    assert [bare.nodes[node] for node in ("paper:p", "paper:q", f"paper:s2-{D}")] == [
        graph.nodes[node] for node in ("paper:p", "paper:q", f"paper:s2-{D}")
    ]
    assert {
        "kind": "paper",
        "label": "Synthetic c",
        "title": "Synthetic c",
        "in_catalog": False,
        "s2": "C1",
        "pmid": "7",
        "year": 2020,
        "citation_count": 3,
        "publication_date": "2019-05-06",
        "references": "not_asked",
        "citations": "not_asked",
    } == read_node(graph, "paper:s2-c1")


ADA, BO = Author(id="1", name="Ada Example"), Author(id="2", name="Bo Sample")


@pytest.mark.parametrize(
    ("expected", "ours", "theirs"),
    [
        (True, (ADA,), (BO, ADA)),
        (False, (ADA,), (BO,)),
        (True, (ADA, Author(name="Cy")), (ADA,)),
        (None, (ADA, Author(name="Cy")), (BO,)),
        (None, (Author(name="Cy"),), (Author(name="Cy"),)),
        (None, (ADA,), ()),
    ],
)
def test_an_own_citation_is_told_by_author_ids_in_the_list_and_outside(
    expected: bool | None, ours: tuple[Author, ...], theirs: tuple[Author, ...]
) -> None:
    catalog = make_catalog(p={}, q={})
    p = Paper(id=A, authors=ours, references=known(Reference(id=B), Reference(id=C)))
    snapshot = make_snapshot(catalog, p=p, q=Paper(id=B, authors=theirs))
    graph = build_graph(catalog, add_context(snapshot, Paper(id=C, authors=theirs)))

    assert [expected] * 2 == [
        read_edge(graph, "paper:p", "cites", end).get("self_citation") for end in ("paper:q", f"paper:s2-{C}")
    ]


def test_only_citations_are_own() -> None:
    relations = ({"relation": "baseline", "to": "q"},)
    catalog = make_catalog(p={"relations": relations}, q={})
    snapshot = make_snapshot(catalog, p=Paper(id=A, authors=(ADA,)), q=Paper(id=B, authors=(ADA,)))

    assert "self_citation" not in read_edge(build_graph(catalog, snapshot), "paper:p", "relates_to", "paper:q")


# --- versions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "ids", "others"),
    [
        ("same arxiv 2101.00001", {"arxiv": "2101.00001", "doi": "10.5555/x"}, {"arxiv": "2101.00001"}),
        ("same doi 10.5555/x", {"doi": "10.5555/x"}, {"arxiv": "2101.00001", "doi": "10.5555/x"}),
        (
            "same arxiv 2101.00001 and doi 10.5555/x",
            {"arxiv": "2101.00001", "doi": "10.5555/x"},
            {"arxiv": "2101.00001", "doi": "10.5555/x"},
        ),
    ],
)
def test_versions_say_which_ids_they_share(expected: str, ids: dict[str, str], others: dict[str, str]) -> None:
    catalog = make_catalog(p={}, q={})
    graph = build_graph(catalog, make_snapshot(catalog, p=Paper(id=A, ids=ids), q=Paper(id=B, ids=others)))

    assert {"evidence": f"{expected}; p: {A}; q: {B}"} == read_edge(graph, "paper:p", "same_work_as", "paper:q")


def test_a_published_title_stays_beside_the_listed_one() -> None:
    catalog = make_catalog(p={"published": Published(title="Synthetic published p")})
    node = build_graph(catalog, make_snapshot(catalog, p=Paper(id=A, title="A title of the source"))).nodes["paper:p"]

    assert ("Synthetic p", "Synthetic published p") == (node["title"], node["published_title"])
