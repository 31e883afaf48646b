"""What the graph says of the people of a snapshot beside those of the catalog."""

from __future__ import annotations

from flgraph.graph.assemble import build_graph
from flgraph.records import (
    Author,
    Paper,
    PersonName,
)
from tests.graph.test_assemble import make_snapshot
from tests.graph.test_snapshot_facts import ADA, BO, A, B, C, make_catalog, read_edge, read_node


def test_authors_of_the_source_stand_where_nobody_is_curated() -> None:
    catalog = make_catalog(p={}, q={})
    people = (
        Author(id="9", name="Cy Specimen", h_index=3, affiliations=("Here",)),
        Author(name=" "),
        Author(name="Di"),
    )
    papers = {"p": Paper(id=A, authors=people), "q": Paper(id=B, authors=(Author(id="9", name="C. Specimen"),))}
    graph = build_graph(catalog, make_snapshot(catalog, **papers))

    assert {"author:s2-9", "author:name-di", "paper:p", "paper:q"} == set(graph)
    assert {
        "kind": "author",
        "label": "Cy Specimen",
        "name": "Cy Specimen",
        "h_index": 3,
        "affiliations": "Here",
        "alias": "s2-9",
    } == read_node(graph, "author:s2-9")
    assert {"kind": "author", "label": "Di", "name": "Di"} == read_node(graph, "author:name-di")
    assert [
        {"evidence": f"authors of {A}", "position": 1},
        {"evidence": f"authors of {A}", "position": 3},
        {"evidence": f"authors of {B}", "position": 1},
    ] == [
        read_edge(graph, author, "authored", paper)
        for author, paper in (
            ("author:s2-9", "paper:p"),
            ("author:name-di", "paper:p"),
            ("author:s2-9", "paper:q"),
        )
    ]


def test_a_source_names_curated_people_and_adds_none_beside_them() -> None:
    catalog = make_catalog(p={"authors": ("Ada Example", "Bo Sample")}, q={})
    papers = {
        "p": Paper(id=A, authors=(ADA.model_copy(update={"h_index": 4}), BO, Author(id="3", name="Cy Third"))),
        "q": Paper(id=B, authors=(Author(id="1", name="A. Example"), Author(name="Bo Sample"))),
    }
    graph = build_graph(catalog, make_snapshot(catalog, **papers))

    assert {"author:name-ada-example", "author:name-bo-sample", "paper:p", "paper:q"} == set(graph)
    assert {
        "kind": "author",
        "label": "Ada Example",
        "name": "Ada Example",
        "alias": "s2-1",
        "h_index": 4,
    } == read_node(graph, "author:name-ada-example")
    assert {"evidence": f"authors of {B}", "position": 1} == read_edge(
        graph, "author:name-ada-example", "authored", "paper:q"
    )
    assert {"evidence": "as listed", "position": 1} == read_edge(
        graph, "author:name-ada-example", "authored", "paper:p"
    )


def test_what_a_record_counts_that_mixes_two_people_is_said_of_neither() -> None:
    people = {key: (PersonName(name="Bo Sample", dblp=f"Bo Sample 000{number}"),) for number, key in enumerate("pq", 1)}
    catalog = make_catalog(
        **{key: {"authors": named} for key, named in people.items()}, r={"authors": ("Ada Example",)}
    )
    mixed = Author(id="2", name="Bo Sample", h_index=90)
    papers = {
        "p": Paper(id=A, authors=(mixed,)),
        "q": Paper(id=B, authors=(mixed,)),
        "r": Paper(id=C, authors=(ADA.model_copy(update={"h_index": 4}),)),
    }
    nodes = build_graph(catalog, make_snapshot(catalog, **papers)).nodes

    assert [None, None, 4] == [
        nodes[f"author:name-{name}"].get("h_index") for name in ("bo-sample-0001", "bo-sample-0002", "ada-example")
    ]
