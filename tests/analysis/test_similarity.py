"""Similarity: numbers by hand, reasons, and graphs that lack what it needs."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.similarity import measure_catalog
from flgraph.analysis.aspects import ASPECTS, PaperAspects, read_aspects, weigh_rows
from flgraph.analysis.similarity import link_nearest, measure_similarity, similar_papers, similarity_graph
from flgraph.analysis.title_words import read_words
from flgraph.analysis.why import shorten_name
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import KnowledgeGraph
from tests.analysis.planted import plant_groups
from tests.analysis.small_graphs import add_topics, make_papers
from tests.observations import shuffle_graph


def make_aspects(size: int, **rows: list[list[float]]) -> PaperAspects:
    empty = sp.csr_array((size, 0))
    made = {name: sp.csr_array(np.array(rows[name])) if name in rows else empty for name in ASPECTS}
    names = {name: tuple(f"{name}:{number}" for number in range(made[name].shape[1])) for name in ASPECTS}
    return PaperAspects(tuple(f"paper:{number}" for number in range(size)), made, names, None)


# --- aspects -----------------------------------------------------------------------------------------------


def test_a_derived_dataset_counts_for_those_it_was_made_from() -> None:
    graph = make_papers(dict.fromkeys("ab", 2020), [])
    for name in ("raw", "clean", "split"):
        graph.add_node(f"dataset:{name}", kind="dataset", label=name, name=name)
    for start, end in (("clean", "raw"), ("split", "clean"), ("raw", "split")):  # a circle does no harm
        graph.add_edge(
            f"dataset:{start}", f"dataset:{end}", key="derived_from", sources="catalog", evidence="synthetic"
        )
    graph.remove_edge("dataset:raw", "dataset:split", "derived_from")
    for paper, name in (("a", "split"), ("b", "raw")):
        graph.add_edge(f"paper:{paper}", f"dataset:{name}", key="uses_dataset", sources="catalog", evidence="synthetic")
    aspects = read_aspects(graph)

    assert ("dataset:clean", "dataset:raw", "dataset:split") == aspects.names["datasets"]
    assert [[1, 1, 1], [0, 1, 0]] == aspects.rows["datasets"].toarray().tolist()


def test_only_listed_references_are_an_aspect_and_every_citation_is_a_link() -> None:
    graph = make_papers(dict.fromkeys("abc", 2020), [("a", "c"), ("b", "c")])
    graph.add_edge("paper:b", "paper:a", key="relates_to", sources="catalog", evidence="synthetic", relation="baseline")
    assert 0 == read_aspects(graph).rows["references"].nnz

    graph.nodes["paper:a"]["references"] = "known"
    aspects = read_aspects(graph)

    assert [[0, 0, 1], [2, 0, 1], [0, 0, 0]] == aspects.links.toarray().tolist()  # type: ignore[union-attr]
    assert [[1], [0], [0]] == aspects.rows["references"].toarray().tolist()
    assert ("paper:c",) == aspects.names["references"]
    assert [[0], [0], [1]] == aspects.rows["citing"].toarray().tolist()


def test_words_of_titles_stand_in_for_topics() -> None:
    graph = make_papers(dict.fromkeys("ab", 2020), [])
    graph.nodes["paper:a"]["title"] = "The learning of motor skills"
    assert ("word:learning", "word:motor", "word:skill", "word:synthetic") == read_aspects(graph).names["topics"]

    add_topics(graph, "task", {"sort": "a"})
    assert ("topic:sort",) == read_aspects(graph).names["topics"]


def test_words_are_in_the_singular_and_tell_something() -> None:
    assert ["parkinson", "disease", "study-based", "c++"] == read_words(
        "A study of Parkinson's diseases: study-based C++"
    )
    assert [] == read_words("x 2020 of the")


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Domain adaptation / harmonization", "Domain adaptation"),
        ("Outcome / survival prediction", "Outcome / survival prediction"),
        ("Microscopy (embryo, cells)", "Microscopy"),
        ("(odd)", "(odd)"),
        (" (odd)", " (odd)"),
    ],
)
def test_names_are_shortened_only_where_a_whole_name_is_left(name: str, short: str) -> None:
    assert short == shorten_name(name)


# --- measure -----------------------------------------------------------------------------------------------


def test_similarity_by_hand() -> None:
    """Two papers share one of two authors; idf of the shared one is log(4/2), and one damping thing is added."""
    aspects = make_aspects(3, authors=[[1, 0], [1, 0], [0, 1]])
    shared = np.log(4 / 2) ** 2 / (2 * np.log(4 / 2) ** 2)  # each row holds the author and the damping

    assert np.allclose([[0, shared, 0], [shared, 0, 0], [0, 0, 0]], measure_similarity(aspects).toarray())


def test_unknown_is_not_unlike_and_little_evidence_does_not_look_like_much() -> None:
    topics: list[list[float]] = [[1, 0], [1, 0], [1, 0], [0, 1], [0, 1]]
    alone = make_aspects(5, topics=topics)
    unlike = make_aspects(5, topics=topics, datasets=[[1.0, 0], [0, 1], [0, 0], [1, 0], [0, 1]])
    known, found = (measure_similarity(aspects).toarray() for aspects in (alone, unlike))

    assert found[0, 1] < found[0, 2] < known[0, 2]


def test_what_one_paper_has_tells_nothing() -> None:
    assert 0 == weigh_rows(sp.csr_array(np.eye(3))).nnz


def test_similarity_is_symmetric_between_0_and_1() -> None:
    similarity = measure_similarity(read_aspects(plant_groups()))

    assert 0 == abs(similarity - similarity.T).max()
    assert 0 == similarity.diagonal().max()
    assert 0 < similarity.data.min() < similarity.data.max() <= 1


def test_an_aspect_can_be_left_out(graph: KnowledgeGraph) -> None:
    aspects = read_aspects(graph)

    assert measure_similarity(aspects).nnz > measure_similarity(aspects, leave_out=["topics", "links"]).nnz
    with pytest.raises(ValueError, match=r"leave_out is \['topic'\]; should be among topics, datasets"):
        measure_similarity(aspects, leave_out=["topic"])


@given(st.integers(0, 9))
def test_the_order_of_a_graph_does_not_matter(seed: int) -> None:
    graph = plant_groups(16)
    one, other = (measure_similarity(read_aspects(found)) for found in (graph, shuffle_graph(graph, seed)))

    assert one.toarray().tolist() == other.toarray().tolist()


def test_links_to_the_nearest_go_both_ways_and_the_first_of_equals_are_kept() -> None:
    found = sp.csr_array(np.array([[0, 0.5, 0.5, 0.2], [0.5, 0, 0, 0], [0.5, 0, 0, 0], [0.2, 0, 0, 0]]))

    assert [[0, 1], [0, 2], [0, 3], [1, 0], [2, 0], [3, 0]] == np.transpose(link_nearest(found, 1).nonzero()).tolist()
    assert 0 == link_nearest(sp.csr_array((0, 0)), 5).nnz


@pytest.mark.parametrize("count", [1, 3, 10])
def test_links_to_the_nearest_are_those_of_a_plain_sort(count: int) -> None:
    values = np.round(np.random.default_rng(count).random((25, 25)) * (np.arange(25) % 3 > 0), 1)  # many are equal
    similarity = sp.csr_array(np.triu(values, 1) + np.triu(values, 1).T)
    kept = np.zeros((25, 25))
    for row, found in enumerate(similarity.toarray()):
        nearest = np.argsort(-found, kind="stable")[:count]
        kept[row, nearest] = found[nearest]
    np.testing.assert_array_equal(np.maximum(kept, kept.T), link_nearest(similarity, count).toarray())


@pytest.mark.slow
def test_similarity_foretells_what_it_was_not_made_from() -> None:
    figures = measure_catalog()

    assert 3 == sum(figure.at_least is not None for figure in figures)
    assert [] == [figure for figure in figures if figure.is_missed]


# --- similar papers ----------------------------------------------------------------------------------------


def test_similar_papers_say_why(graph: KnowledgeGraph) -> None:
    table = similar_papers(graph, "10.48550/arXiv.2102.07623", top=3)

    assert ["title", "year", "similarity", "why"] == list(table.columns)
    assert "paper:fed-abide" == table.index[0]
    assert "modality Functional MRI · dataset ABIDE I · author Xiaoxiao Li" == table["why"].iloc[0]
    assert table["similarity"].is_monotonic_decreasing
    assert 3 == len(table)
    assert "related" in similar_papers(graph, "fedbn", top=56)["why"].loc["paper:fedap"]


def test_citations_are_a_reason(cited_graph: KnowledgeGraph) -> None:
    found = similarity_graph(cited_graph)
    reasons = " · ".join(str(data["why"]) for *_, data in found.edges(data=True))

    assert "shared reference" in reasons
    assert "shared citing paper" in reasons
    assert "cites" in reasons or "cited by" in reasons


def test_a_paper_outside_the_catalog_has_no_similar_papers(graph: KnowledgeGraph) -> None:
    outside = next(node for node, data in graph.nodes(data=True) if data.get("in_catalog") is False)
    for name in (outside, "dataset:brats"):
        with pytest.raises(GraphError, match="is not a paper of the catalog; name a paper by its key"):
            similar_papers(graph, name)
    with pytest.raises(GraphError, match="'fedbnn' is not a node of this graph; did you mean 'fedbn'"):
        similar_papers(graph, "fedbnn")
    with pytest.raises(ValueError, match="top must be a whole number of at least 1, found 0"):
        similar_papers(graph, "fedbn", top=0)


def test_a_paper_that_shares_nothing_has_an_empty_table() -> None:
    table = similar_papers(make_papers({"a": 2020, "b": None}, []), "a")
    alone = similar_papers(make_papers({"a": None}, []), "a")

    assert [[], []] == [list(found.index[found["similarity"] > 0.7]) for found in (table, alone)]
    assert (
        f"no paper of the catalog shares anything with {alone.attrs['caption'].partition(' with ')[2]}"
        == (alone.attrs["caption"])
    )
    assert {"title": "string", "year": "Int64"}.items() <= alone.dtypes.astype(str).to_dict().items()


def test_the_similarity_graph_links_the_nearest(graph: KnowledgeGraph) -> None:
    found = similarity_graph(graph)

    assert 56 == found.number_of_nodes()
    assert 5 <= min(degree for _, degree in found.degree() if degree)
    assert all(0 < data["weight"] <= 1 and data["why"] for *_, data in found.edges(data=True))
    assert list(found.nodes) == sorted(found.nodes)


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "\x1b[31m", "x" * 400, "x", "\u202eevil", "' OR 1=1 --"]
)
def test_hostile_names_pass_through_as_text(hostile: str) -> None:
    graph = plant_groups(12)
    for node in graph:
        graph.nodes[node].update({"title": hostile, "name": hostile, "label": hostile})
    found: nx.Graph[str] = similarity_graph(graph)

    assert found.number_of_edges() > 0
    assert all(isinstance(data["why"], str) for *_, data in found.edges(data=True))
