from __future__ import annotations

from typing import Any

import pytest

from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.schema import check_graph
from flgraph.records import Author, Catalog, CatalogEntry, Paper, Snapshot


def build(listed: dict[str, list[Any]], found: dict[str, list[Author]]) -> KnowledgeGraph:
    """Build the graph of synthetic papers with curated authors and those that a source names."""
    entries = [
        {"key": key, "title": f"Synthetic {key}", "section": "x", "authors": listed.get(key, [])} for key in found
    ]
    catalog = Catalog(title="Synthetic", entries=tuple(CatalogEntry.model_validate(entry) for entry in entries))
    papers = {key: Paper(id=f"{key}-record", authors=tuple(authors)) for key, authors in found.items()}
    graph = build_graph(
        catalog,
        Snapshot.model_validate(
            {
                "source": "semantic_scholar",
                "taken": "2026-01-02T03:04:05+00:00",
                "depth": 0,
                "catalog_digest": "synthetic",
                "papers": papers,
            }
        ),
    )
    check_graph(graph)
    return graph


def authors(graph: KnowledgeGraph) -> set[str]:
    return {node.removeprefix("author:") for node, data in graph.nodes(data=True) if data["kind"] == "author"}


def test_an_id_seen_for_a_curated_author_is_that_author_on_other_papers() -> None:
    ada = Author(id="7", name="Ada Example", h_index=3)
    graph = build({"p": ["Ada Example"]}, {"p": [ada], "q": [Author(id="7", name="A. Example")]})

    assert {"name-ada-example"} == authors(graph)
    assert graph.has_edge("author:name-ada-example", "paper:q", "authored")
    assert ("Ada Example", 3, "s2-7") == tuple(
        graph.nodes["author:name-ada-example"][name] for name in ("name", "h_index", "alias")
    )


def test_the_papers_order_does_not_matter_for_who_is_who() -> None:
    ada = Author(id="7", name="Ada Example")

    assert {"name-ada-example"} == authors(build({"z": ["Ada Example"]}, {"a": [ada], "z": [ada]}))


def test_a_record_without_an_id_takes_nothing_from_the_curated_author() -> None:
    listed = {"p": [{"name": "Bo Sample", "dblp": "Bo Sample 0002"}]}
    found = {"p": [Author(id="8", name="Bo Sample", h_index=4)], "q": [Author(name="Bo Sample")]}
    graph = build(listed, found)

    assert {"name-bo-sample-0002"} == authors(graph)
    assert ("Bo Sample 0002", 4, "s2-8") == tuple(
        graph.nodes["author:name-bo-sample-0002"][name] for name in ("dblp", "h_index", "alias")
    )


def test_an_id_that_nobody_curated_has_is_a_person_of_its_own() -> None:
    found = {"p": [Author(id="7", name="Wei Common")], "q": [Author(id="9", name="Wei Common")]}

    assert {"name-wei-common", "s2-9"} == authors(build({"p": ["Wei Common"]}, found))


def test_an_id_seen_for_two_spellings_is_the_one_spelled_so() -> None:
    listed = {"p": ["Ada Example"], "q": ["A. Example"]}
    ada = Author(id="7", name="Ada Example")
    graph = build(listed, {"p": [ada], "q": [ada], "r": [ada]})

    assert {"name-ada-example", "name-a-example"} == authors(graph)
    assert ["author:name-ada-example"] == [start for start, _ in graph.in_edges("paper:r")]


def test_a_record_that_mixes_people_whom_dblp_tells_apart_is_nobodys() -> None:
    listed = {
        "p": [{"name": "Bo Sample", "dblp": "Bo Sample 0001"}],
        "q": [{"name": "Bo Sample", "dblp": "Bo Sample 0002"}],
    }
    mixed = Author(id="8", name="Bo Sample", h_index=40)
    graph = build(listed, {"p": [mixed], "q": [mixed], "r": [mixed]})

    assert {"name-bo-sample-0001", "name-bo-sample-0002", "s2-8"} == authors(graph)
    assert "h_index" not in graph.nodes["author:name-bo-sample-0001"]
    assert "alias" not in graph.nodes["author:name-bo-sample-0002"]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (["B. Li", "Xiao Chen"], {"name-bo-li": "s2-0", "name-xiao-chen": "s2-1"}),
        (["Xiao Chen", "Bo Li"], {"name-bo-li": "s2-1", "name-xiao-chen": "s2-0"}),
        (["Xiao Chen", "B. Chen"], {"name-xiao-chen": "s2-0"}),
        (["Qing Li", "Xiao Chen"], {"name-xiao-chen": "s2-1"}),
        (["A. Bo Li", "Xiao Chen"], {"name-bo-li": "s2-0", "name-xiao-chen": "s2-1"}),
        (["Li", "Xiao Chen"], {"name-bo-li": "s2-0", "name-xiao-chen": "s2-1"}),
        (["Bo Li", "Bo Li"], {"name-bo-li": "s2-0"}),
        (["B. Li"], {}),
        (["Bo Li"], {"name-bo-li": "s2-0"}),
        ([" ", "Xiao Chen"], {"name-xiao-chen": "s2-1"}),
    ],
)
def test_authors_of_one_paper_are_matched_by_name_else_by_place(found: list[str], expected: dict[str, str]) -> None:
    records = [Author(id=str(number), name=name) for number, name in enumerate(found)]
    graph = build({"p": ["Bo Li", "Xiao Chen"]}, {"p": records})

    assert {"name-bo-li", "name-xiao-chen"} == authors(graph)
    aliases = {node.removeprefix("author:"): data["alias"] for node, data in graph.nodes(data=True) if "alias" in data}
    assert expected == aliases


def test_nobody_is_matched_twice() -> None:
    found = {"p": [Author(id="8", name="Bing Li"), Author(id="9", name="B. Li")]}
    graph = build({"p": ["Bo Li", "Bing Li"]}, found)

    assert "s2-8" == graph.nodes["author:name-bing-li"]["alias"]
    assert "alias" not in graph.nodes["author:name-bo-li"]


def test_of_two_records_of_one_person_the_one_with_most_papers_speaks() -> None:
    found = {
        "p": [Author(id="8", name="Ada Example", paper_count=90, h_index=30)],
        "q": [Author(id="9", name="Ada Example", paper_count=2, h_index=1, affiliations=("Synthetic University",))],
    }
    ada = build({"p": ["Ada Example"], "q": ["Ada Example"]}, found).nodes["author:name-ada-example"]

    assert ("s2-8; s2-9", 30, 90) == (ada["alias"], ada["h_index"], ada["paper_count"])
    assert "affiliations" not in ada


def test_what_one_record_of_an_id_knows_stays_known() -> None:
    found = {
        "p": [Author(id="8", name="Ada Example", h_index=30)],
        "q": [Author(id="8", name="Ada Example", paper_count=5)],
    }
    ada = build({"p": ["Ada Example"]}, found).nodes["author:name-ada-example"]

    assert (30, 5) == (ada["h_index"], ada["paper_count"])


@pytest.mark.parametrize("counts", [(3, 5), (5, 3)])
def test_of_two_counts_of_one_id_the_larger_is_the_later(counts: tuple[int, int]) -> None:
    found = {key: [Author(id="8", name="Ada Example", h_index=count)] for key, count in zip("pq", counts, strict=True)}

    assert 5 == build({"p": ["Ada Example"]}, found).nodes["author:name-ada-example"]["h_index"]


def test_somebody_named_twice_on_a_paper_stands_at_the_first_place() -> None:
    twice = Author(id="8", name="Ada Example")
    graph = build({}, {"p": [twice, Author(id="9", name="Bo Sample"), twice]})

    assert 1 == graph.edges["author:s2-8", "paper:p", "authored"]["position"]


def test_an_author_without_a_name_is_unknown() -> None:
    catalog = Catalog(
        title="Synthetic",
        entries=(
            CatalogEntry.model_validate(
                {"key": "p", "title": "Synthetic p", "section": "x", "year": 2020, "authors": ["\x1c", "Ada Example"]}
            ),
        ),
    )
    graph = build_graph(catalog)
    check_graph(graph)

    assert "Example 2020" == graph.nodes["paper:p"]["label"]
    assert 2 == graph.edges["author:name-ada-example", "paper:p", "authored"]["position"]
    assert {"s2-9"} == authors(build({}, {"p": [Author(id="8", name=" "), Author(id="9", name="Bo Sample")]}))
