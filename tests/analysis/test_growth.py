"""Timelines and growth: numbers by hand, and refusals."""

from __future__ import annotations

import pytest

from flgraph.analysis.growth import build_timeline, measure_growth
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import KnowledgeGraph
from tests.analysis.small_graphs import add_topics, make_papers


def test_a_timeline_leaves_no_year_out_and_counts_the_undated() -> None:
    graph = make_papers({"a": 2018, "b": 2018, "c": 2021, "d": None}, [])
    add_topics(graph, "task", {"sort": "abcd", "count": "c"})
    add_topics(graph, "modality", {"sound": "a"})
    table = build_timeline(graph, facet="task")

    assert [2018, 2019, 2020, 2021] == table.index.tolist()
    assert [2, 0, 0, 1] == table["topic:sort"].tolist()
    assert ["topic:sort", "topic:count"] == table.columns.tolist()
    assert (1, "SORT") == (table.attrs["undated"], table.attrs["labels"]["topic:sort"])


def test_timelines_of_the_bundled_list(graph: KnowledgeGraph) -> None:
    for of in ("topic", "dataset", "venue"):
        table = build_timeline(graph, of=of)  # type: ignore[arg-type]
        assert (table.sum() > 0).all()
        assert table.sum().is_monotonic_decreasing


def test_growth_is_against_the_rest_with_an_interval() -> None:
    years = {**{f"n{n}": 2023 for n in range(6)}, **{f"o{n}": 2018 for n in range(6)}}
    graph = make_papers(years, [])
    add_topics(graph, "task", {})
    for topic, papers in {
        "new": ["n0", "n1", "n2", "n3", "o0"],
        "few": ["n4", "o1"],
        "late": [f"n{n}" for n in range(6)],
    }.items():
        graph.add_node(f"topic:{topic}", kind="topic", label=topic, name=topic, facet="task")
        for paper in papers:
            graph.add_edge(
                f"paper:{paper}", f"topic:{topic}", key="about", sources="catalog", evidence="synthetic", facet="task"
            )
    table = measure_growth(graph)
    new = table.loc["topic:new"]

    assert (4, 1) == (new["recent"], new["earlier"])
    assert (4 / 1) / (2 / 5) == pytest.approx(new["ratio"])
    # Clopper and Pearson's interval of 4 in 5, as odds.
    shares = (0.28358206388191054, 0.9949492366205319)
    assert [share / (1 - share) / 0.4 for share in shares] == pytest.approx([new["low"], new["high"]])
    assert table.loc[["topic:few", "topic:late"], "ratio"].isna().all()


def test_questions_that_make_no_sense_are_refused(graph: KnowledgeGraph) -> None:
    with pytest.raises(ValueError, match="of is 'author'; should be one of topic, dataset, venue"):
        build_timeline(graph, of="author")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"facet is 'task'; .* only with of='topic'"):
        build_timeline(graph, of="venue", facet="task")
    with pytest.raises(ValueError, match="recent_years must be a whole number of at least 1, found 0"):
        measure_growth(graph, recent_years=0)
    with pytest.raises(GraphError, match="no paper of the catalog has both a year and a topic"):
        build_timeline(make_papers({"a": 2020}, []))
