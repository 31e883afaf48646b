"""What the graph says of a catalog in which every field is filled: each fact once, under the name of the schema."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.schema import GRAPH_VERSION, check_graph
from flgraph.records import (
    Catalog,
    CatalogEntry,
    ClientRecords,
    CodebaseEntry,
    CodebaseUse,
    DatasetEntry,
    DatasetUse,
    PersonName,
    Published,
    Relation,
    TopicEntry,
    TopicMention,
    VenueEntry,
)
from flgraph.snapshot.files import digest_catalog

TITLE = "Segmenting synthetic scans together, by a method with a name that is long"

FULL = CatalogEntry(
    key="full",
    title=TITLE,
    section="2021",
    venue="SYN",
    url="https://example.org/full",
    published=Published(title="Segmenting synthetic scans in public", venue="synthetic conference"),
    year=2021,
    acronym="FULL",
    ids={
        "arxiv": "2101.00001",
        "doi": "10.5555/full",
        "dblp": "conf/syn/Full21",
        "openreview": "o-1",
        "pmid": "1",
        "pmcid": "PMC1",
        "ieee": "12",
    },
    authors=(PersonName(name="Ada Example"), PersonName(name="Bo Sample", dblp="Bo Sample 0002")),
    datasets=(
        DatasetUse(key="scans", role="introduces", evidence="section 3", note="all of them"),
        DatasetUse(key="slides"),
    ),
    topics=(TopicMention(key="segmentation", evidence="title"), TopicMention(key="privacy")),
    codebases=(
        CodebaseUse(key="github.com/example/full", subpath="a", evidence="footnote 1"),
        CodebaseUse(key="github.com/example/full", subpath="b", evidence="footnote 2"),
        CodebaseUse(key="github.com/example/bare"),
    ),
    relations=(
        Relation(relation="cites", to="other", evidence="reference 1"),
        Relation(relation="cites", to="arxiv:2002.00001", title="Synthetic outside", evidence="reference 2"),
        Relation(relation="cites", to="doi:10.5555/OUT"),
        Relation(relation="baseline", to="other", evidence="table 1"),
        Relation(relation="builds_on", to="other", evidence="section 2"),
        Relation(relation="builds_on", to="other", evidence="table 1"),
        Relation(relation="related_work", to="bare"),
    ),
    doubts=("Pages differ.", "The year is a guess"),
    note="not shown",
    sources={
        "year": ("DBLP", "the page"),
        "authors": ("the paper",),
        "published": ("the publisher",),
        "datasets": ("the appendix",),
        "codebases": ("the readme",),
        "topics": ("keywords",),
    },
)
OTHER = CatalogEntry(
    key="other",
    title="On privacy and on segmenting",
    section="2020",
    venue="Workshop of Nowhere (2020)",
    year=2020,
    authors=(PersonName(name="Cy van Third"), PersonName(name="Bo Sample")),
    sources={"published": ("unused",), "topics": ("unused",)},
)
BARE = CatalogEntry(key="bare", title="Synthetic bare paper", section="2019", venue="syn", year=2019)
CATALOG = Catalog(
    title="Synthetic list",
    entries=(FULL, OTHER, BARE),
    datasets=(
        DatasetEntry(
            key="scans",
            name="Synthetic scans",
            domain="medical",
            modality="MRI",
            task="segmentation",
            homepage="https://example.org/scans",
            access="open",
            licence="CC0-1.0",
            federated=True,
            size="1 GB",
            samples=30,
            classes=2,
            clients=2,
            records=(
                ClientRecords(client="A", train=10, test=5),
                ClientRecords(client="B", total=15),
                ClientRecords(client="C"),
            ),
            parent="base",
            note="synthetic",
            sources=("the appendix", "the page"),
        ),
        DatasetEntry(key="base", name="Synthetic base", domain="generic", parent="root"),
        DatasetEntry(key="root", name="Synthetic root", domain="generic"),
        DatasetEntry(key="slides", name="Synthetic slides", domain="medical"),
        DatasetEntry(key="unused", name="Synthetic unused", domain="medical", parent="root"),
    ),
    codebases=(
        CodebaseEntry(
            key="github.com/example/full",
            url="https://github.com/example/full",
            licence="MIT",
            languages=("Python", "C"),
            frameworks=("PyTorch",),
            first_commit=date(2020, 1, 2),
            last_commit=date(2021, 3, 4),
            run_instructions=True,
            placeholder=False,
            builds_on=(CodebaseUse(key="github.com/example/engine", evidence="its setup.py"),),
            note="synthetic",
            sources=("the repository",),
        ),
        CodebaseEntry(key="github.com/example/bare", url="https://github.com/example/bare"),
        CodebaseEntry(key="github.com/example/engine", url="https://github.com/example/engine"),
        CodebaseEntry(key="github.com/example/unused", url="https://github.com/example/unused"),
    ),
    topics=(
        TopicEntry(key="segmentation", name="Segmentation", facet="task", patterns=(r"segment\w*",)),
        TopicEntry(key="privacy", name="Privacy", facet="setting", patterns=("privacy",)),
        TopicEntry(key="unused", name="Unused", facet="method", patterns=("nowhere",)),
    ),
    venues=(
        VenueEntry(key="syn", name="Synthetic Conference", tags=("SYNCONF", "SYN"), type="conference"),
        VenueEntry(key="unused", name="Unused Conference"),
    ),
)


@pytest.fixture
def graph() -> KnowledgeGraph:
    return build_graph(CATALOG)


def read_node(graph: KnowledgeGraph, node: str) -> dict[str, Any]:
    """Return what a node says but for who said it."""
    return {name: value for name, value in graph.nodes[node].items() if name != "sources"}


def read_edge(graph: KnowledgeGraph, start: str, kind: str, end: str) -> dict[str, Any]:
    """Return what an edge says but for who said it."""
    return {name: value for name, value in graph.edges[start, end, kind].items() if name != "sources"}


def test_the_graph_keeps_the_schema_and_says_its_catalog(graph: KnowledgeGraph) -> None:
    check_graph(graph)
    assert {
        "schema_version": GRAPH_VERSION,
        "title": "Synthetic list",
        "catalog_digest": digest_catalog(CATALOG),
        "sources": "catalog",
    } == graph.graph


# --- nodes -----------------------------------------------------------------------------------------------


def test_a_paper_says_all_that_is_curated_of_it(graph: KnowledgeGraph) -> None:
    assert {
        "kind": "paper",
        "label": "FULL",
        "title": TITLE,
        "key": "full",
        "section": "2021",
        "acronym": "FULL",
        "year": 2021,
        "url": "https://example.org/full",
        "arxiv": "2101.00001",
        "doi": "10.5555/full",
        "dblp": "conf/syn/Full21",
        "openreview": "o-1",
        "pmid": "1",
        "pmcid": "PMC1",
        "in_catalog": True,
        "evidence": (
            "authors: the paper; codebases: the readme; datasets: the appendix; published: the publisher; "
            "topics: keywords; year: DBLP; year: the page"
        ),
        "datasets_known": "all",
        "doubts": "Pages differ; The year is a guess",
        "published_title": "Segmenting synthetic scans in public",
        "venue": "Synthetic Conference",
        "venue_listed": "SYN",
    } == read_node(graph, "paper:full")


def test_a_dataset_says_all_that_is_curated_of_it(graph: KnowledgeGraph) -> None:
    assert {
        "kind": "dataset",
        "label": "Synthetic scans",
        "name": "Synthetic scans",
        "domain": "medical",
        "modality": "MRI",
        "task": "segmentation",
        "homepage": "https://example.org/scans",
        "access": "open",
        "licence": "CC0-1.0",
        "federated": True,
        "size": "1 GB",
        "samples": 30,
        "classes": 2,
        "clients": 2,
        "note": "synthetic",
        "records": "A: 10 train + 5 test; B: 15 in all; C",
        "evidence": "the appendix; the page",
    } == read_node(graph, "dataset:scans")


def test_a_codebase_says_all_that_is_curated_of_it(graph: KnowledgeGraph) -> None:
    assert {
        "kind": "codebase",
        "label": "full",
        "url": "https://github.com/example/full",
        "licence": "MIT",
        "languages": "Python; C",
        "frameworks": "PyTorch",
        "first_commit": "2020-01-02",
        "last_commit": "2021-03-04",
        "run_instructions": True,
        "placeholder": False,
        "note": "synthetic",
        "evidence": "the repository",
    } == read_node(graph, "codebase:github.com/example/full")


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ("author:name-ada-example", {"kind": "author", "label": "Ada Example", "name": "Ada Example"}),
        (
            "author:name-bo-sample-0002",
            {"kind": "author", "label": "Bo Sample", "name": "Bo Sample", "dblp": "Bo Sample 0002"},
        ),
        (
            "venue:syn",
            {"kind": "venue", "label": "SYN", "name": "Synthetic Conference", "venue_type": "conference"},
        ),
        (
            "venue:workshop-of-nowhere",
            {"kind": "venue", "label": "Workshop of Nowhere", "name": "Workshop of Nowhere"},
        ),
        ("topic:privacy", {"kind": "topic", "label": "Privacy", "name": "Privacy", "facet": "setting"}),
        ("dataset:root", {"kind": "dataset", "label": "Synthetic root", "name": "Synthetic root", "domain": "generic"}),
        (
            "paper:arxiv-2002.00001",
            {
                "kind": "paper",
                "label": "Synthetic outside",
                "title": "Synthetic outside",
                "in_catalog": False,
                "arxiv": "2002.00001",
            },
        ),
        (
            "paper:doi-10.5555/out",
            {
                "kind": "paper",
                "label": "doi:10.5555/OUT",
                "title": "doi:10.5555/OUT",
                "in_catalog": False,
                "doi": "10.5555/OUT",
            },
        ),
    ],
)
def test_other_nodes_say_what_is_known_of_them(graph: KnowledgeGraph, node: str, expected: dict[str, Any]) -> None:
    assert expected == read_node(graph, node)


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        ("FULL", {}),
        ("Example 2021", {"acronym": None}),
        ("Segmenting synthetic scans together, by…", {"acronym": None, "year": None}),
        ("Segmenting synthetic scans together, by…", {"acronym": None, "authors": ()}),
        ("A" * 40, {"acronym": None, "authors": (), "title": "A" * 40}),
        ("A" * 39 + "…", {"acronym": None, "authors": (), "title": "A" * 41}),
        ("A" * 38 + "…", {"acronym": None, "authors": (), "title": "A" * 38 + " BBB"}),
    ],
)
def test_a_paper_is_labelled_by_short_name_else_author_and_year_else_title(
    expected: str, changes: dict[str, Any]
) -> None:
    entry = FULL.model_copy(update={"relations": (), **changes})
    graph = build_graph(CATALOG.model_copy(update={"entries": (entry,)}))

    assert expected == graph.nodes["paper:full"]["label"]


def test_a_vocabulary_gives_what_papers_use_and_what_that_comes_from(graph: KnowledgeGraph) -> None:
    assert {
        "codebase:github.com/example/bare",
        "codebase:github.com/example/engine",
        "codebase:github.com/example/full",
        "dataset:base",
        "dataset:root",
        "dataset:scans",
        "dataset:slides",
        "topic:privacy",
        "topic:segmentation",
        "venue:syn",
        "venue:workshop-of-nowhere",
    } == {node for node in graph if not node.startswith(("paper:", "author:"))}


# --- edges -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "kind", "end", "expected"),
    [
        ("paper:full", "published_in", "venue:syn", {"evidence": "the publisher"}),
        ("paper:other", "published_in", "venue:workshop-of-nowhere", {"evidence": "as listed"}),
        ("paper:bare", "published_in", "venue:syn", {"evidence": "as listed"}),
        (
            "paper:full",
            "introduces_dataset",
            "dataset:scans",
            {"evidence": "section 3", "note": "all of them"},
        ),
        ("paper:full", "uses_dataset", "dataset:slides", {"evidence": "the appendix"}),
        (
            "paper:full",
            "has_code",
            "codebase:github.com/example/full",
            {"evidence": "footnote 1; footnote 2", "subpath": "a; b"},
        ),
        ("paper:full", "has_code", "codebase:github.com/example/bare", {"evidence": "the readme"}),
        (
            "paper:full",
            "about",
            "topic:segmentation",
            {"evidence": "title", "facet": "task", "matched": "Segmenting"},
        ),
        ("paper:full", "about", "topic:privacy", {"evidence": "keywords", "facet": "setting"}),
        ("paper:other", "about", "topic:privacy", {"evidence": "title", "facet": "setting", "matched": "privacy"}),
        ("paper:other", "about", "topic:segmentation", {"evidence": "title", "facet": "task", "matched": "segmenting"}),
        ("author:name-ada-example", "authored", "paper:full", {"evidence": "the paper", "position": 1}),
        ("author:name-bo-sample-0002", "authored", "paper:full", {"evidence": "the paper", "position": 2}),
        ("author:name-bo-sample-0002", "authored", "paper:other", {"evidence": "as listed", "position": 2}),
        ("dataset:scans", "derived_from", "dataset:base", {"evidence": "the appendix; the page"}),
        ("dataset:base", "derived_from", "dataset:root", {"evidence": "as listed"}),
        (
            "codebase:github.com/example/full",
            "builds_on",
            "codebase:github.com/example/engine",
            {"evidence": "its setup.py"},
        ),
        ("paper:full", "cites", "paper:other", {"evidence": "reference 1"}),
        ("paper:full", "cites", "paper:arxiv-2002.00001", {"evidence": "reference 2"}),
        ("paper:full", "cites", "paper:doi-10.5555/out", {"evidence": "as listed"}),
        (
            "paper:full",
            "relates_to",
            "paper:other",
            {"evidence": "table 1; section 2", "relation": "baseline; builds_on"},
        ),
        ("paper:full", "relates_to", "paper:bare", {"evidence": "as listed", "relation": "related_work"}),
    ],
)
def test_edges_say_their_evidence(
    graph: KnowledgeGraph, start: str, kind: str, end: str, expected: dict[str, Any]
) -> None:
    assert expected == read_edge(graph, start, kind, end)


def test_there_is_no_other_edge(graph: KnowledgeGraph) -> None:
    assert 23 == graph.number_of_edges()
    assert "author:name-cy-van-third" in graph.pred["paper:other"]


# --- names of people and venues --------------------------------------------------------------------------


@pytest.mark.parametrize("venue", ["syn", "SYN", "SynConf", "synthetic conference"])
def test_a_venue_is_one_node_under_any_of_its_names(venue: str) -> None:
    graph = build_graph(CATALOG.model_copy(update={"entries": (BARE.model_copy(update={"venue": venue}),)}))

    assert ["venue:syn"] == list(graph.successors("paper:bare"))
    assert ("Synthetic Conference", venue) == tuple(
        graph.nodes["paper:bare"][name] for name in ("venue", "venue_listed")
    )


def test_the_published_venue_goes_before_the_listed_one() -> None:
    entry = OTHER.model_copy(update={"published": Published(venue="Unused Conference")})
    graph = build_graph(CATALOG.model_copy(update={"entries": (entry,)}))

    assert "venue:unused" in graph
    assert "venue:workshop-of-nowhere" not in graph
    assert {"evidence": "unused"} == read_edge(graph, "paper:other", "published_in", "venue:unused")
    assert "Workshop of Nowhere (2020)" == graph.nodes["paper:other"]["venue_listed"]


def test_a_person_named_twice_on_a_paper_stands_in_the_first_place() -> None:
    people = (PersonName(name="Ada Example"), PersonName(name="Bo Sample"), PersonName(name="ADA Example"))
    graph = build_graph(CATALOG.model_copy(update={"entries": (BARE.model_copy(update={"authors": people}),)}))

    assert 2 == graph.in_degree("paper:bare")
    assert 1 == graph.edges["author:name-ada-example", "paper:bare", "authored"]["position"]
    assert "Ada Example" == graph.nodes["author:name-ada-example"]["name"]


def test_a_person_keeps_the_first_name_and_any_dblp_name() -> None:
    entries = (
        BARE.model_copy(update={"key": "a", "authors": (PersonName(name="Bo Sample", dblp="Bo Sample 0002"),)}),
        BARE.model_copy(update={"key": "b", "authors": (PersonName(name="BO Sample"),)}),
    )
    graph = build_graph(CATALOG.model_copy(update={"entries": entries}))

    assert {"kind": "author", "label": "Bo Sample", "name": "Bo Sample", "dblp": "Bo Sample 0002"} == read_node(
        graph, "author:name-bo-sample-0002"
    )


def test_a_topic_is_found_in_the_published_title_too() -> None:
    entry = BARE.model_copy(update={"published": Published(title="Privacy of synthetic papers")})
    graph = build_graph(CATALOG.model_copy(update={"entries": (entry,)}))

    assert {"evidence": "title", "facet": "setting", "matched": "Privacy"} == read_edge(
        graph, "paper:bare", "about", "topic:privacy"
    )


def test_relations_to_one_work_outside_lead_to_one_node_whatever_its_case() -> None:
    relations = (
        Relation(relation="cites", to="doi:10.5555/OUT", title="Synthetic outside"),
        Relation(relation="baseline", to="doi:10.5555/out", title="Another name of it"),
    )
    entries = (
        BARE.model_copy(update={"relations": relations}),
        OTHER.model_copy(update={"relations": (Relation(relation="cites", to="doi:10.5555/Full"),)}),
        FULL.model_copy(update={"relations": ()}),
    )
    graph = build_graph(CATALOG.model_copy(update={"entries": entries}))

    assert {"paper:bare", "paper:doi-10.5555/out", "paper:full", "paper:other"} == {
        node for node in graph if node.startswith("paper:")
    }
    assert "Synthetic outside" == graph.nodes["paper:doi-10.5555/out"]["title"]
    assert graph.has_edge("paper:other", "paper:full", "cites")
    assert {"cites", "relates_to"} == set(graph["paper:bare"]["paper:doi-10.5555/out"])
