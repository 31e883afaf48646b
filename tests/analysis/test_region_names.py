"""Names of regions: noun phrases or topics that fit the papers, written alike, and no name twice."""

from __future__ import annotations

import numpy as np
import pytest

from flgraph.analysis.aspects import read_aspects
from flgraph.analysis.region_names import make_unique, name_groups
from flgraph.analysis.region_terms import Terms, are_alike, list_topics, rank_terms, read_terms
from flgraph.analysis.regions import find_regions
from flgraph.analysis.title_phrases import read_title_phrases
from flgraph.graph.knowledge_graph import KnowledgeGraph
from tests.analysis.small_graphs import make_papers


def read_titles(titles: list[str]) -> Terms:
    graph = make_papers(dict.fromkeys((f"p{number:02}" for number in range(len(titles))), 2020), [])
    for number, title in enumerate(titles):
        graph.nodes[f"paper:p{number:02}"]["title"] = title
    return read_terms(graph, read_aspects(graph))


def name_halves(titles: list[str]) -> list[str]:
    """Name the first and the second half of some titles."""
    terms, half = read_titles(titles), len(titles) // 2
    groups = [list(range(half)), list(range(half, len(titles)))]
    return [name.name for name in name_groups(terms, groups, rank_terms(terms, groups))]


# --- topics ------------------------------------------------------------------------------------------------


def test_names_join_topics_that_cover_different_papers_and_differ() -> None:
    papers = [{"mri", "seg"}, {"mri", "seg"}, {"mri", "seg"}, {"ct"}, {"ct"}, {"pet"}, {"pet"}, set(), set()]
    names = {"mri": "MRI", "seg": "Segmentation", "ct": "CT", "pet": "PET"}
    facets = {"mri": "modality", "seg": "task", "ct": "modality", "pet": "modality"}
    terms = Terms(tuple(map(frozenset, papers)), names, facets, 0.2)
    groups = [[0, 1, 2], [3, 4, 5, 6], [7, 8]]
    named = name_groups(terms, groups, rank_terms(terms, groups))

    assert ["MRI segmentation", "CT and PET", "Other papers"] == [name.name for name in named]
    assert [True, False, False] == [
        name.fits(frozenset({"mri", "seg", "ct"})) for name in [*named[:1], *named[2:], named[2]]
    ]
    assert not named[0].fits(frozenset({"mri"}))
    assert named[1].fits(frozenset({"pet"}))


def test_no_name_stands_twice() -> None:
    assert ["A", "A, b", "a (2)"] == make_unique(["A", "A", "a"], [[], ["b"], []])
    assert 3 == len({name.casefold() for name in make_unique(["A", "a", "A"], [[], [], []])})


def test_names_of_the_bundled_catalog_fit_their_papers(graph: KnowledgeGraph) -> None:
    found = find_regions(graph)
    names = dict(enumerate(found.names))
    terms = read_terms(graph, read_aspects(graph))
    groups = [np.flatnonzero(found.region == number).tolist() for number in names]
    named = name_groups(terms, groups, rank_terms(terms, groups))
    fitting = [
        sum(name.fits(terms.of_papers[paper]) for paper in members) for name, members in zip(named, groups, strict=True)
    ]

    assert list(found.names) == [name.name for name in named]
    assert all(fits >= min(5, len(members) / 2) for fits, members in zip(fitting, groups, strict=True))


def test_a_paper_of_several_modalities_is_also_of_their_regions(graph: KnowledgeGraph) -> None:
    found = find_regions(graph)

    def list_further(key: str) -> set[str]:
        return {found.names[region] for region in found.also[found.papers.index(f"paper:{key}")]}

    assert {"CT", "Dermoscopy", "MRI segmentation", "Histopathology / whole slide images"} == list_further("flamby")
    assert {"Dermoscopy"} == list_further("rscfed")
    assert "MRI segmentation" in list_further("harmofl")
    assert set() == list_further("fedbn")


# --- titles ------------------------------------------------------------------------------------------------


def test_phrases_of_titles_end_in_nouns_and_are_written_alike() -> None:
    titles = [
        "Cerebellar fMRI of Parkinson's disease",
        "Learning with cerebellar fMRI in Parkinson's disease",
        "CEREBELLAR FMRI: A CASE",
        "Quality of Life and Brain Networks",
        "The Quality of Life: Cerebellar Maps of Brain Networks",
    ]
    phrases = read_title_phrases(titles)

    assert {"cerebellar fMRI", "fMRI", "Parkinson's disease", "quality of life", "brain networks"} <= set(phrases.words)
    assert "cerebellar" not in phrases.words
    assert ("brain", "network") == phrases.words["brain networks"]
    assert "quality of life" in phrases.of_titles[4]


def test_what_most_titles_begin_with_names_nothing() -> None:
    titles = [f"Federated learning of {what} {n}" for what in ("frogs", "boats") for n in ("1", "2", "3", "4")]

    assert {"frogs", "boats"} == set(read_title_phrases(titles).words)
    assert ["Frogs", "Boats"] == name_halves(titles)


def test_an_abbreviation_says_the_same_as_its_phrase() -> None:
    said = "Direct current stimulation"
    own = [f"{said} (DCS) of frogs", f"{said} (DCS) in ants", f"DCS and {said.lower()}", said]

    assert [said, "Boats"] == name_halves([*own, "Boats", "Boats", "Oars", "Boats"])


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("cerebellum", "cerebellar cortex", True),
        ("mouse", "mouse model", True),
        ("sleep", "memory", False),
        ("mri", "fmri", False),
        ("communication", "compression", False),
    ],
)
def test_words_of_one_root_say_the_same(one: str, other: str, alike: bool) -> None:
    words = {name: tuple(name.split()) for name in (one, other)}

    assert alike is are_alike(Terms((), {}, {}, 0.0, words), one, other)


def test_a_name_that_fits_few_titles_is_not_given() -> None:
    titles = ["Frogs", "Frogs", "Ants", "Newts", "Bees", "Wasps", "Boats", "Boats", "Boats", "Boats", "Oars", "Sails"]

    assert ["Other papers", "Boats"] == name_halves(titles)


def test_vague_words_name_a_group_only_where_nothing_else_does() -> None:
    titles = ["Framework one", "A framework", "Frogs", "Frogs", "Boats: a system", "Boats: system", "Boats", "Oars"]

    assert ["Frogs and framework", "Boats"] == name_halves(titles)


def test_what_sets_a_group_apart_is_listed_as_titles_write_it() -> None:
    terms = read_titles(["tDCS in frogs", "A tDCS", "Boats", "Boats"])
    groups = [[0, 1], [2, 3]]

    assert [(("word:tDCS", 2, 2),), (("word:boats", 2, 2),)] == list(
        list_topics(terms, groups, rank_terms(terms, groups))
    )
    assert ["tDCS", "Boats"] == [terms.names["word:tDCS"], terms.names["word:boats"]]
