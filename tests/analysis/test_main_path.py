"""The main path: numbers by hand, and refusals."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from flgraph.analysis.main_path import find_main_path
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import KnowledgeGraph
from tests.analysis.small_graphs import make_papers
from tests.observations import shuffle_graph

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
