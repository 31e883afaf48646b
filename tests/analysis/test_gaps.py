"""Gaps between facets: numbers by hand, and refusals."""

from __future__ import annotations

import pytest

from flgraph.analysis.gaps import find_gaps, list_gaps
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import KnowledgeGraph
from tests.analysis.small_graphs import add_topics, make_papers


def test_gaps_are_held_against_chance() -> None:
    graph = make_papers(dict.fromkeys("abcdef", 2020), [])
    add_topics(graph, "task", {"sort": "abcd", "count": "e"})
    add_topics(graph, "modality", {"sound": "abce", "text": "df"})  # f has no task, and does not count
    gaps = find_gaps(graph)

    assert 5 == gaps.papers
    assert [[3, 1], [1, 0]] == gaps.observed.to_numpy().tolist()
    assert [[4 * 4 / 5, 4 / 5], [4 / 5, 1 / 5]] == gaps.expected.to_numpy().tolist()
    assert [[True, False], [False, False]] == gaps.telling.to_numpy().tolist()
    assert ["topic:sort", "topic:count"] == gaps.observed.index.tolist()
    assert {"SORT", "COUNT", "SOUND", "TEXT"} == set(gaps.names.values())


def test_the_caption_says_what_was_compared_and_what_is_unlikely(graph: KnowledgeGraph) -> None:
    of = "45 papers with topics of both facets; 6 of 18 pairs of topics have fewer papers than expected; "
    assert (
        f"{of}in 2 of them, so few are unlikely by chance (probability below 0.05)"
        == list_gaps(find_gaps(graph)).attrs["caption"]
    )

    same = make_papers(dict.fromkeys("ab", 2020), [])
    add_topics(same, "task", {"sort": "ab"})
    add_topics(same, "modality", {"sound": "ab"})
    said = "2 papers with topics of both facets; none of 1 pair of topics has fewer papers than expected"
    assert said == list_gaps(find_gaps(same)).attrs["caption"]


def test_gaps_need_papers_with_both_facets(graph: KnowledgeGraph) -> None:
    with pytest.raises(GraphError, match="this graph has no topics; gaps need topics of two facets"):
        find_gaps(make_papers({"a": 2020}, []))
    apart = make_papers(dict.fromkeys("ab", 2020), [])
    add_topics(apart, "task", {"sort": "a"})
    with pytest.raises(GraphError, match="all topics of this graph are of the facet 'task'; gaps need"):
        find_gaps(apart)
    add_topics(apart, "modality", {"sound": "b"})
    with pytest.raises(GraphError, match="no paper has topics of both facets, task and modality"):
        find_gaps(apart)
    for rows, columns in (("task", "task"), ("task", "size")):
        with pytest.raises(ValueError, match="should be two of modality, task, method, setting"):
            find_gaps(graph, rows=rows, columns=columns)
