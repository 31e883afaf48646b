from __future__ import annotations

import json
from pathlib import Path
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flgraph.catalog.reader import read_catalog
from flgraph.errors import GraphError
from flgraph.graph.assemble import build_graph
from flgraph.graph.files import read_graph, write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph, count_kinds, describe_coverage
from flgraph.graph.projections import citation_graph, coauthor_graph
from flgraph.graph.schema import EDGE_KINDS, GRAPH_ATTRIBUTES, NODE_ATTRIBUTES, check_graph
from flgraph.records import (
    Author,
    Catalog,
    CatalogEntry,
    Listing,
    Match,
    Paper,
    PersonName,
    Reference,
    Snapshot,
    TopicEntry,
)
from flgraph.snapshot.files import digest_catalog


def make_snapshot(catalog: Catalog, **papers: Paper) -> Snapshot:
    matches = {key: Match(status="accepted", method="id", id=paper.id) for key, paper in papers.items()}
    return Snapshot(
        source="semantic_scholar",
        taken="2026-01-02T03:04:05+00:00",  # type: ignore[arg-type]
        depth=0,
        catalog_digest=digest_catalog(catalog),
        papers=papers,
        matches=matches,
    )


@pytest.fixture
def small(folder: Path) -> Catalog:
    return read_catalog(folder)


def test_the_bundled_graph_keeps_the_schema(graph: KnowledgeGraph) -> None:
    check_graph(graph)

    assert 56 == count_kinds(graph)["paper"]


def test_the_schema_page_names_every_attribute_and_edge() -> None:
    page = (Path(__file__).parents[2] / "docs" / "schema.md").read_text(encoding="utf-8")
    names = [name for known in (*NODE_ATTRIBUTES.values(), GRAPH_ATTRIBUTES) for name in known]
    names += [name for _, _, known in EDGE_KINDS.values() for name in known]

    assert [] == [name for name in [*names, *NODE_ATTRIBUTES, *EDGE_KINDS] if f"`{name}`" not in page]


def test_every_edge_says_its_source_and_evidence(graph: KnowledgeGraph) -> None:
    assert all(data["sources"] and data["evidence"] for _, _, data in graph.edges(data=True))


def test_coverage_says_how_many_of_the_references_are_listed(small: Catalog) -> None:
    lines = Listing(status="known", items=(Reference(title="Synthetic reference"),))
    whole = Paper(id="a", citation_count=1, reference_count=1, references=lines)
    short = Paper(id="b", citation_count=1, reference_count=1200, references=lines)

    assert "counts for 1 of 2 papers, references for 1 of 2" == describe_coverage(
        build_graph(small, make_snapshot(small, alpha=whole))
    )
    assert (
        "counts for 2 of 2 papers, references for 2 of 2 (2 of 1,201 counted references are listed)"
        == describe_coverage(build_graph(small, make_snapshot(small, alpha=whole, beta=short)))
    )


def test_a_list_longer_than_its_count_makes_up_for_no_other(small: Catalog) -> None:
    lines = Listing(status="known", items=tuple(Reference(title=f"Synthetic reference {name}") for name in "abc"))
    long = Paper(id="a", citation_count=1, reference_count=1, references=lines)
    short = Paper(id="b", citation_count=1, reference_count=5, references=lines)
    graph = build_graph(small, make_snapshot(small, alpha=long, beta=short))

    assert describe_coverage(graph).endswith("(4 of 6 counted references are listed)")


def test_unknown_values_are_absent(small: Catalog) -> None:
    beta = build_graph(small).nodes["paper:beta"]

    assert {"kind", "label", "title", "in_catalog", "key", "section", "url", "sources"} == set(beta)


def test_edges_read_as_sentences(small: Catalog) -> None:
    graph = build_graph(small)
    edges = {(start, kind, end) for start, end, kind in graph.edges(keys=True)}

    assert {
        ("author:name-ada-example", "authored", "paper:alpha"),
        ("author:name-bo-sample-0002", "authored", "paper:alpha"),
        ("author:name-bo-sample-0002", "authored", "paper:beta"),
        ("dataset:syn-scans", "derived_from", "dataset:syn-base"),
        ("paper:alpha", "about", "topic:segmentation"),
        ("paper:alpha", "cites", "paper:beta"),
        ("paper:alpha", "has_code", "codebase:github.com/example/alpha"),
        ("paper:alpha", "introduces_dataset", "dataset:syn-scans"),
        ("paper:alpha", "published_in", "venue:syn"),
    } == edges
    assert "segmentation" == graph.edges["paper:alpha", "topic:segmentation", "about"]["matched"]


def test_authors_of_one_name_are_apart_where_dblp_numbers_differ() -> None:
    entries = tuple(
        CatalogEntry(key=f"p{number}", title=f"Synthetic {number}", section="x", authors=(person,))
        for number, person in enumerate(
            [
                PersonName(name="Bo Sample", dblp="Bo Sample 0001"),
                PersonName(name="Bo Sample", dblp="Bo Sample 0002"),
                PersonName(name="Bo Sample"),
            ]
        )
    )
    graph = build_graph(Catalog(title="Synthetic", entries=entries))

    assert {"author:name-bo-sample", "author:name-bo-sample-0001", "author:name-bo-sample-0002"} == {
        node for node, data in graph.nodes(data=True) if data["kind"] == "author"
    }


def test_relations_are_never_citations(graph: KnowledgeGraph) -> None:
    related = {(start, end) for start, end, kind in graph.edges(keys=True) if kind == "relates_to"}
    cited = set(citation_graph(graph).edges)

    assert related
    assert {(start, end) for start, end, kind in graph.edges(keys=True) if kind == "cites"} == cited


def test_a_placeholder_is_marked(graph: KnowledgeGraph) -> None:
    assert graph.nodes["codebase:github.com/Zi-YuanYang/RoS-FL"]["placeholder"] is True


def test_a_monorepo_is_one_codebase_with_its_folders_on_the_edges(graph: KnowledgeGraph) -> None:
    node = "codebase:github.com/NVIDIA/NVFlare"
    folders = {start: data["subpath"] for start, _, data in graph.in_edges(node, data=True)}

    assert ("research/fed-ce", "research/fed-sm") == (folders["paper:fedce"], folders["paper:fedsm"])


def test_a_vocabulary_gives_only_the_nodes_that_papers_need(small: Catalog, graph: KnowledgeGraph) -> None:
    unused = TopicEntry(key="unused", name="Unused", facet="method")
    built = build_graph(small.model_copy(update={"topics": (*small.topics, unused)}))

    assert "topic:unused" not in built
    assert "dataset:syn-base" in built  # what a used dataset is derived from
    assert "venue:ipmi" not in graph


def test_a_paper_says_where_its_facts_come_from(graph: KnowledgeGraph) -> None:
    assert "year: DBLP conf/iclr/LiJZKD21" in graph.nodes["paper:fedbn"]["evidence"]


# --- snapshots -------------------------------------------------------------------------------------------


def test_a_snapshot_adds_counts_references_and_aliases(small: Catalog) -> None:
    alpha = Paper(
        id="a" * 40,
        citation_count=0,
        reference_count=3,
        authors=(
            Author(id="7", name="Ada Example", h_index=3),
            Author(id="8", name="B. Sample", paper_count=2),
        ),
        references=Listing(
            status="known",
            items=(
                Reference(id="b" * 40, title="Synthetic paper beta"),
                Reference(id="c" * 40, title="Synthetic outside", ids={"arxiv": "2002.00001"}),
                Reference(title="Synthetic title only"),
            ),
        ),
    )
    beta = Paper(id="b" * 40, citation_count=5, references=Listing(status="elided"))
    graph = build_graph(small, make_snapshot(small, alpha=alpha, beta=beta))

    check_graph(graph)
    assert (0, "known", 3) == tuple(
        graph.nodes["paper:alpha"][name] for name in ("citation_count", "references", "references_listed")
    )
    assert "elided" == graph.nodes["paper:beta"]["references"]
    assert "references_listed" not in graph.nodes["paper:beta"]
    assert "catalog; semantic_scholar" == graph.edges["paper:alpha", "paper:beta", "cites"]["sources"]
    assert graph.nodes["paper:arxiv-2002.00001"]["in_catalog"] is False
    assert ("s2-7", 3) == (
        graph.nodes["author:name-ada-example"]["alias"],
        graph.nodes["author:name-ada-example"]["h_index"],
    )
    assert "s2-8" == graph.nodes["author:name-bo-sample-0002"]["alias"]


def test_citing_papers_and_context_are_added_with_their_counts(small: Catalog) -> None:
    citing = Reference(id="c" * 40, title="Synthetic citing paper", influential=True, intents=("methodology",))
    alpha = Paper(id="a" * 40, citations=Listing(status="known", items=(citing, Reference(title="Synthetic nameless"))))
    snapshot = make_snapshot(small, alpha=alpha).model_copy(
        update={"context": {"c" * 40: Paper(id="c" * 40, year=2024, citation_count=3, reference_count=40)}}
    )
    graph = build_graph(small, snapshot)
    node = f"paper:s2-{'c' * 40}"

    check_graph(graph)
    assert (True, "methodology") == tuple(
        graph.edges[node, "paper:alpha", "cites"][name] for name in ("influential", "intents")
    )
    assert (2024, 3, 40) == tuple(graph.nodes[node][name] for name in ("year", "citation_count", "reference_count"))
    assert ("known", 2) == tuple(graph.nodes["paper:alpha"][name] for name in ("citations", "citations_listed"))


def test_a_citation_that_both_ends_list_is_one_edge_with_both_witnesses(small: Catalog) -> None:
    alpha = Paper(id="a" * 40, references=Listing(status="known", items=(Reference(id="b" * 40),)))
    beta = Paper(id="b" * 40, citations=Listing(status="known", items=(Reference(id="a" * 40, influential=False),)))
    edge = build_graph(small, make_snapshot(small, alpha=alpha, beta=beta)).edges["paper:alpha", "paper:beta", "cites"]

    assert edge["influential"] is False
    assert f"as listed; references of {'a' * 40}; citations of {'b' * 40}" == edge["evidence"]


def test_what_a_source_knows_of_ids_leads_to_one_node_a_work() -> None:
    relations = ({"relation": "cites", "to": "doi:10.5555/q"}, {"relation": "cites", "to": "arxiv:2002.00009"})
    entries = (
        CatalogEntry.model_validate({"key": "p", "title": "Synthetic p", "section": "x", "relations": relations}),
        CatalogEntry(key="q", title="Synthetic q", section="x"),
    )
    catalog = Catalog(title="Synthetic", entries=entries)
    outside = Reference(id="9" * 40, title="Synthetic outside", year=2020, ids={"arxiv": "2002.00009"})
    p = Paper(id="1" * 40, references=Listing(status="known", items=(Reference(id="2" * 40), outside)))
    q = Paper(id="2" * 40, ids={"doi": "10.5555/q"})
    graph = build_graph(catalog, make_snapshot(catalog, p=p, q=q))

    assert {"paper:p", "paper:q", "paper:arxiv-2002.00009"} == set(graph)
    assert "catalog; semantic_scholar" == graph.edges["paper:p", "paper:q", "cites"]["sources"]
    assert (2020, "9" * 40) == tuple(graph.nodes["paper:arxiv-2002.00009"][name] for name in ("year", "s2"))


def test_a_paper_never_cites_itself(small: Catalog) -> None:
    own = Paper(id="a" * 40, references=Listing(status="known", items=(Reference(id="a" * 40),)))
    graph = build_graph(small, make_snapshot(small, alpha=own))

    assert not graph.has_edge("paper:alpha", "paper:alpha")


def test_papers_without_curated_authors_get_those_of_the_source() -> None:
    catalog = Catalog(title="Synthetic", entries=(CatalogEntry(key="p", title="Synthetic p", section="x"),))
    paper = Paper(id="a" * 40, authors=(Author(id="9", name="Cy Specimen"), Author(name="Di Model")))
    graph = build_graph(catalog, make_snapshot(catalog, p=paper))

    assert {"author:s2-9", "author:name-di-model", "paper:p"} == set(graph)


def test_what_is_curated_goes_before_what_a_source_says(small: Catalog) -> None:
    said = Paper(id="a" * 40, ids={"arxiv": "1901.99999"}, year=2019, venue="Synthetic Other Venue")
    nodes = build_graph(small, make_snapshot(small, alpha=said, beta=said)).nodes
    names = ("year", "venue", "arxiv")

    assert (2021, "Synthetic Conference", "2101.00001") == tuple(nodes["paper:alpha"][name] for name in names)
    assert (2019, "Synthetic Other Venue", "1901.99999") == tuple(nodes["paper:beta"][name] for name in names)


def test_a_paper_whose_request_failed_is_no_match(small: Catalog) -> None:
    snapshot = make_snapshot(small, alpha=Paper(id="a" * 40)).model_copy(update={"failed": ("alpha", "beta")})
    nodes = build_graph(small, snapshot).nodes

    assert ["failed", "failed"] == [nodes[f"paper:{key}"]["match"] for key in ("alpha", "beta")]
    assert "match_method" not in nodes["paper:alpha"]


def test_titles_are_searched_for_topics_only_where_none_is_curated(small: Catalog) -> None:
    other = TopicEntry(key="federated", name="Federated", facet="setting", patterns=("federated",))
    entries = tuple(entry.model_copy(update={"title": "Synthetic federated paper"}) for entry in small.entries)
    graph = build_graph(small.model_copy(update={"topics": (*small.topics, other), "entries": entries}))
    about = {
        (start, end, data["sources"]) for start, end, kind, data in graph.edges(keys=True, data=True) if kind == "about"
    }

    assert {("paper:alpha", "topic:segmentation", "catalog"), ("paper:beta", "topic:federated", "lexicon")} == about


def test_the_graph_says_which_snapshot_it_holds(small: Catalog) -> None:
    graph = build_graph(small, make_snapshot(small, alpha=Paper(id="a" * 40, citation_count=4)))

    assert "snapshot: 2026-01-02T03:04:05+00:00, depth 0" in repr(graph)
    assert "citation data: counts for 1 of 2 papers, references for 0 of 2" in repr(graph)


# --- the same bytes --------------------------------------------------------------------------------------


def shuffle(catalog: Catalog, seed: int) -> Catalog:
    random = Random(seed)
    fields = ("entries", "datasets", "codebases", "topics", "venues")
    return catalog.model_copy(
        update={name: tuple(random.sample(values := getattr(catalog, name), len(values))) for name in fields}
    )


@settings(deadline=None, max_examples=5)
@given(seed=st.integers(0, 2**32))
def test_a_shuffled_catalog_gives_the_same_bytes(
    catalog: Catalog, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("shuffled")
    one = write_graph(build_graph(catalog), folder / "one.json")
    two = write_graph(build_graph(shuffle(catalog, seed)), folder / "two.json")

    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("name", ["graph.json", "graph.json.gz"])
def test_a_graph_reads_back_equal(graph: KnowledgeGraph, tmp_path: Path, name: str) -> None:
    again = read_graph(write_graph(graph, tmp_path / name))

    assert nx.utils.graphs_equal(graph, again)
    assert isinstance(again, KnowledgeGraph)
    assert write_graph(again, tmp_path / f"again-{name}").read_bytes() == (tmp_path / name).read_bytes()


EMPTY = {"schema_version": 2, "directed": True, "multigraph": True, "graph": {}, "nodes": [], "edges": []}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "is not a complete graph file"),
        ("[]", "is not a graph of flgraph"),
        (json.dumps({**EMPTY, "graph": []}), "graph: input should be a valid dictionary"),
        (json.dumps({**EMPTY, "nodes": [1]}), "nodes.0: input should be a valid dictionary"),
        (json.dumps({**EMPTY, "edges": [{}]}), "edges.0.source: field required"),
        (json.dumps({**EMPTY, "nodes": [{}]}), "node None must have text as its id"),
        ('{"schema_version": "x"}', "has schema version 'x'"),
        (json.dumps({**EMPTY, "schema_version": 99}), "has schema version 99"),
        (json.dumps({**EMPTY, "nodes": [{"id": "x"}]}), "x: kind must be one of paper, author"),
    ],
)
def test_a_file_that_is_no_graph_is_said(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "graph.json"
    path.write_text(text)

    with pytest.raises(GraphError, match=expected):
        read_graph(path)


def test_a_missing_graph_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="cannot be read"):
        read_graph(tmp_path / "none.json")


# --- the class and its projections -----------------------------------------------------------------------


def test_copies_views_and_reversals_stay_knowledge_graphs(graph: KnowledgeGraph) -> None:
    papers = [node for node in graph if node.startswith("paper:")]

    assert [KnowledgeGraph] * 3 == [type(graph.copy()), type(graph.subgraph(papers)), type(graph.reverse())]


def test_the_repr_counts_by_kind_and_says_what_is_missing(graph: KnowledgeGraph) -> None:
    assert "nodes: 56 papers, " in repr(graph)
    assert "citation data: none; run `flgraph build` online to fetch it" in repr(graph)
    assert "<th style='text-align:left'>citation data</th>" in graph._repr_html_()


def test_an_empty_graph_has_a_repr() -> None:
    assert "with 0 nodes and 0 edges" in repr(KnowledgeGraph())


def test_the_citation_graph_holds_papers_only(small: Catalog) -> None:
    papers = citation_graph(build_graph(small))

    assert [("paper:alpha", "paper:beta")] == list(papers.edges)
    assert not isinstance(papers, nx.MultiDiGraph)
    assert [] == list(citation_graph(build_graph(small), source="semantic_scholar").edges)


@pytest.mark.parametrize(
    ("source", "expected"), [("catalog", 1), ("semantic_scholar", 1), ("lexicon", 0), ("semantic", 0), (None, 1)]
)
def test_a_citation_counts_for_each_source_that_it_names(small: Catalog, source: str | None, expected: int) -> None:
    graph = build_graph(small)
    graph.edges["paper:alpha", "paper:beta", "cites"]["sources"] = "catalog; semantic_scholar"

    assert expected == citation_graph(graph, source=source).number_of_edges()
    check_graph(graph)


def test_the_coauthor_graph_counts_papers_in_common(small: Catalog) -> None:
    people = coauthor_graph(build_graph(small))

    assert [("author:name-ada-example", "author:name-bo-sample-0002", {"papers": 1, "fractional": 1.0})] == list(
        people.edges(data=True)
    )


# --- the check -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda g: g.nodes["paper:alpha"].update(year=None),
            "paper:alpha: year must be int, or absent if unknown, found None",
        ),
        (lambda g: g.nodes["paper:alpha"].update(year="2021"), "year must be int, or absent if unknown, found '2021'"),
        (lambda g: g.nodes["paper:alpha"].update(colour="red"), "colour is not in the schema"),
        (lambda g: g.nodes["paper:alpha"].update(doi=""), "doi is empty"),
        (lambda g: g.nodes["paper:alpha"].pop("title"), "paper:alpha: title is missing"),
        (lambda g: g.nodes["paper:alpha"].update(references="none"), "must be one of known, elided"),
        (lambda g: g.add_edge("paper:alpha", "paper:beta", "likes"), "the kind of an edge must be one of"),
        (
            lambda g: g.add_edge("paper:alpha", "paper:alpha", "cites", sources="catalog", evidence="x"),
            "must not join a node to itself",
        ),
        (
            lambda g: g.add_edge("paper:beta", "topic:segmentation", "cites", sources="catalog", evidence="x"),
            "must join a paper to a paper",
        ),
        (lambda g: g.add_edge("paper:beta", "paper:alpha", "cites", evidence="x"), "sources is missing"),
        (
            lambda g: g.add_edge(
                "paper:beta", "paper:alpha", "relates_to", sources="catalog", evidence="x", relation="cites"
            ),
            "write a citation as an edge of kind cites",
        ),
        (
            lambda g: g.add_node("alpha", kind="paper", label="x", title="x", in_catalog=True),
            "must begin with 'paper:'",
        ),
    ],
)
def test_a_breach_of_the_schema_is_said(small: Catalog, change: object, expected: str) -> None:
    graph = build_graph(small)
    change(graph)  # type: ignore[operator]

    with pytest.raises(GraphError, match=expected):
        check_graph(graph)


def test_one_node_and_one_edge_are_said_in_the_singular() -> None:
    graph = KnowledgeGraph(title="Synthetic")
    graph.add_node("paper:a", kind="paper", label="A", title="A", in_catalog=True)
    assert repr(graph).startswith("KnowledgeGraph 'Synthetic' with 1 node and 0 edges")
    graph.add_node("venue:v", kind="venue", label="V", name="V")
    graph.add_edge("paper:a", "venue:v", key="published_in")
    assert repr(graph).startswith("KnowledgeGraph 'Synthetic' with 2 nodes and 1 edge\n")
