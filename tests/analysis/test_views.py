"""Main path, gaps, years and people: numbers by hand, and refusals."""

from __future__ import annotations

import math
from itertools import pairwise

import pandas as pd
import pytest

from flgraph.analysis.collaboration import find_author_groups, list_collaborations
from flgraph.analysis.gaps import find_gaps
from flgraph.analysis.growth import build_timeline, measure_growth
from flgraph.analysis.main_path import find_main_path
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.projections import coauthor_graph
from tests.observations import ORIGIN, shuffle_graph


def make_papers(years: dict[str, int | None], citations: list[tuple[str, str]]) -> KnowledgeGraph:
    graph = KnowledgeGraph(**ORIGIN)
    for name, year in years.items():
        facts = {"year": year} if year else {}
        title = f"Synthetic {name}"
        graph.add_node(f"paper:{name}", kind="paper", label=name, title=title, in_catalog=True, key=name, **facts)
    for start, end in citations:
        graph.add_edge(f"paper:{start}", f"paper:{end}", key="cites", source="semantic_scholar", evidence="synthetic")
    return graph


def add_topics(graph: KnowledgeGraph, facet: str, topics: dict[str, str]) -> None:
    for topic, papers in topics.items():
        node = f"topic:{topic}"
        graph.add_node(node, kind="topic", label=topic, name=topic.upper(), facet=facet)
        for paper in papers:
            graph.add_edge(f"paper:{paper}", node, key="about", source="catalog", evidence="synthetic", facet=facet)


# --- the main path ---------------------------------------------------------------------------------------

YEARS = {"a": 2015, "b": 2016, "c": 2017, "d": 2018, "e": 2019, "f": 2019, "g": None}
# From e and f over d and c to a and b: d cites c on four of all paths, c has two ends and d two beginnings.
CITATIONS = [("e", "d"), ("f", "d"), ("d", "c"), ("c", "a"), ("c", "b"), ("f", "a")]


def test_the_main_path_leads_along_most_paths() -> None:
    table = find_main_path(make_papers(YEARS, [*CITATIONS, ("a", "f"), ("g", "a")]))

    assert ["paper:a", "paper:c", "paper:d", "paper:e"] == table.index.tolist()
    assert [1, 2, 3, 4] == table["step"].tolist()
    assert [math.log(2), math.log(4), math.log(2)] == pytest.approx(table["log_paths"].tolist()[1:])
    assert 2 == table.attrs["left_out"]


def test_papers_of_one_day_follow_each_other_whatever_they_are_called() -> None:
    for names in ("abc", "cba"):
        chain = [(names[0], "z"), (names[1], names[0]), (names[2], names[1])]
        table = find_main_path(make_papers({"z": 2019, **dict.fromkeys(names, 2020)}, chain))
        assert ["paper:z", *(f"paper:{name}" for name in names)] == table.index.tolist()
    with pytest.raises(GraphError, match="no citation between dated papers"):
        find_main_path(make_papers({"a": 2020, "b": 2020}, [("a", "b"), ("b", "a")]))


def test_each_step_of_the_main_path_is_a_citation(cited_graph: KnowledgeGraph) -> None:
    table = find_main_path(cited_graph)

    assert all(cited_graph.has_edge(later, earlier, key="cites") for earlier, later in pairwise(table.index))
    assert table.equals(find_main_path(shuffle_graph(cited_graph, 1)))


def test_without_dated_citations_there_is_no_main_path(graph: KnowledgeGraph) -> None:
    for undated in (graph, make_papers(dict.fromkeys("ab"), [("a", "b")])):
        with pytest.raises(GraphError, match="no citation between dated papers is known"):
            find_main_path(undated)


# --- gaps ------------------------------------------------------------------------------------------------


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


def test_gaps_need_papers_with_both_facets(graph: KnowledgeGraph) -> None:
    with pytest.raises(GraphError, match="no paper carries topics of both facets, task and modality"):
        find_gaps(make_papers({"a": 2020}, []))
    for rows, columns in (("task", "task"), ("task", "size")):
        with pytest.raises(ValueError, match="should be two of modality, task, method, setting"):
            find_gaps(graph, rows=rows, columns=columns)  # type: ignore[arg-type]


# --- over the years --------------------------------------------------------------------------------------


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
                f"paper:{paper}", f"topic:{topic}", key="about", source="catalog", evidence="synthetic", facet="task"
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
    with pytest.raises(ValueError, match=r"facet is 'task'; .* goes with topics"):
        build_timeline(graph, of="venue", facet="task")
    with pytest.raises(ValueError, match="recent_years is 0"):
        measure_growth(graph, recent_years=0)
    with pytest.raises(GraphError, match="no paper of the catalog has both a year and a topic"):
        build_timeline(make_papers({"a": 2020}, []))


# --- people ----------------------------------------------------------------------------------------------


def test_collaborations_are_the_pairs_of_the_coauthor_graph(graph: KnowledgeGraph) -> None:
    table = list_collaborations(graph)

    assert coauthor_graph(graph).number_of_edges() == len(table)
    assert table["papers"].is_monotonic_decreasing
    assert (table["fractional"] <= table["papers"]).all()


def test_groups_of_authors_are_the_connected_ones() -> None:
    graph = make_papers({"a": 2020, "b": 2020, "c": 2020}, [])
    for author, papers in {"x": "ab", "y": "a", "z": "b", "lone": "c"}.items():
        graph.add_node(f"author:{author}", kind="author", label=author, name=f"Synthetic {author}")
        for paper in papers:
            graph.add_edge(
                f"author:{author}", f"paper:{paper}", key="authored", source="catalog", evidence="synthetic", position=1
            )
    table = find_author_groups(graph)

    assert ["author:x", "author:y", "author:z", "author:lone"] == table.index.tolist()
    assert [1, 1, 1, 2] == table["group"].tolist()
    assert [2, 1, 1, 0] == table["coauthors"].tolist()
    assert [2, 2, 2, 1] == table["group_papers"].tolist()
    assert isinstance(table, pd.DataFrame)


def test_without_authors_there_are_neither_pairs_nor_groups() -> None:
    graph = make_papers({"a": 2020}, [])

    with pytest.raises(GraphError, match="no paper of the catalog has two authors"):
        list_collaborations(graph)
    with pytest.raises(GraphError, match="the catalog names no author"):
        find_author_groups(graph)
