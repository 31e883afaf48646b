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
    with pytest.raises(ValueError, match=r"^facet is 'task'; use it with of='topic' only$"):
        build_timeline(graph, of="venue", facet="task")
    with pytest.raises(ValueError, match=r"^no topic of this graph has the facet 'tsak'; did you mean 'task'\?$"):
        build_timeline(graph, facet="tsak")
    for number in (0, -1, 1.5, "3"):
        with pytest.raises(ValueError, match=f"recent_years must be a whole number .*, found {number!r}"):
            measure_growth(graph, recent_years=number)  # type: ignore[arg-type]
    with pytest.raises(GraphError, match="no paper of the catalog has both a year and a topic"):
        build_timeline(make_papers({"a": 2020}, []))


def test_the_window_of_growth_is_chosen_by_papers(graph: KnowledgeGraph) -> None:
    table = measure_growth(graph, facet="task")
    known = table["ratio"].dropna()

    # One paper of the list is of 2025 and none of 2024: the last two years cannot show growth.
    assert 2023 == table.attrs["first_recent"]
    assert len(known) >= 3
    assert (known > 0).any()
    assert "19 papers since 2023" in table.attrs["caption"]


def test_a_window_with_too_few_papers_is_refused_with_the_reason(graph: KnowledgeGraph) -> None:
    with pytest.raises(GraphError, match=r"the last 2 years of the catalog \(2024 to 2025\) hold 1 paper; at least 5"):
        measure_growth(graph, recent_years=2)
    one_year = make_papers(dict.fromkeys("abcdefghijkl", 2020), [])
    add_topics(one_year, "task", {"sort": "abcdef"})
    with pytest.raises(GraphError, match=r"the years before 2020 hold 0 papers; at least 5"):
        measure_growth(one_year)


def test_growth_says_how_many_papers_have_no_year() -> None:
    graph = make_papers({**{f"n{n}": 2023 for n in range(6)}, **{f"o{n}": 2018 for n in range(6)}, "u": None}, [])
    add_topics(graph, "task", {})
    graph.add_node("topic:t", kind="topic", label="t", name="T", facet="task")
    graph.add_edge("paper:n0", "topic:t", key="about", sources="catalog", evidence="synthetic", facet="task")

    assert measure_growth(graph).attrs["caption"].endswith("; 1 paper without a year left out")
