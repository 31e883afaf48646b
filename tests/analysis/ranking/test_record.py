"""A Ranking says by what, of which day and with which parameters it is, whatever becomes of its table."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from flgraph.analysis.ranking import (
    METHODS,
    MethodName,
    Ranking,
    compare_rankings,
    describe,
    explain_rank,
    make_ranking,
    rank_papers,
)
from flgraph.analysis.ranking.explain import list_parts
from flgraph.analysis.ranking.record import to_ranking
from flgraph.errors import GraphError
from flgraph.plots import plot_ranking
from tests.analysis.ranking.test_methods import with_references
from tests.observations import MEMBERS, make_graph

GRAPH = with_references(make_graph(own={1}, dates={2: "2024-05-01"}))
OPTIONS: dict[str, Any] = {"by": "impulse", "as_of": "2023-12-31", "draws": 30, "seed": 3, "youngest_months": 0}
NAMES = [field.name for field in dataclasses.fields(Ranking) if field.name not in ("table", "parts")]


def lose_attrs(ranking: Ranking) -> pd.DataFrame:
    """Return the table as pandas gives it back from a merge: without what it said of itself."""
    notes = pd.DataFrame({"note": ["read"]}, index=pd.Index([MEMBERS[0]], name="node"))
    merged = ranking.table.merge(notes, how="left", on="node")
    merged.attrs = {}  # some versions of pandas keep them
    return merged


def test_the_table_is_the_one_of_rank_papers() -> None:
    ranking = make_ranking(GRAPH, details=True, **OPTIONS)
    table = rank_papers(GRAPH, details=True, **OPTIONS)

    assert table.equals(ranking.table)
    assert table.attrs == ranking.table.attrs == ranking.to_attrs()
    assert repr(table) == repr(ranking)
    assert table._repr_html_() == ranking._repr_html_()  # type: ignore[operator]


@pytest.mark.parametrize("by", [None, *METHODS])
def test_a_table_and_its_record_say_the_same(by: MethodName | None) -> None:
    ranking = make_ranking(GRAPH, by=by, draws=10)
    read = to_ranking(ranking.table)

    assert {name: getattr(ranking, name) for name in NAMES} == {name: getattr(read, name) for name in NAMES}
    assert ranking is to_ranking(ranking)


def test_what_a_fallback_stands_in_for_survives_in_table_and_record() -> None:
    ranking = make_ranking(make_graph(outside=40), draws=0)

    assert ("citations_per_year", "age_normalized") == (ranking.by, ranking.fallback_from)
    assert ranking.caption.endswith(f"in place of age_normalized ({ranking.fallback_reason})")
    assert ranking.fallback_reason == to_ranking(ranking.table).fallback_reason


def test_a_record_outlives_what_becomes_of_its_table() -> None:
    ranking = make_ranking(GRAPH, **OPTIONS)
    lost = dataclasses.replace(ranking, table=lose_attrs(ranking))

    assert describe(rank_papers(GRAPH, **OPTIONS)) == describe(lost)
    assert str(explain_rank(GRAPH, MEMBERS[1], ranking=ranking)) == str(explain_rank(GRAPH, MEMBERS[1], ranking=lost))
    assert ranking.to_attrs() == compare_rankings(lost, ranking).attrs["one"]
    assert plot_ranking(lost).get_suptitle() == plot_ranking(ranking).get_suptitle()


@pytest.mark.parametrize(
    "use",
    [
        describe,
        plot_ranking,
        lambda table: compare_rankings(table, table),
        lambda table: explain_rank(GRAPH, MEMBERS[1], ranking=table),
        lambda table: list_parts(GRAPH, table),
    ],
    ids=["describe", "plot_ranking", "compare_rankings", "explain_rank", "list_parts"],
)
def test_a_table_that_lost_its_attrs_is_refused_in_one_line(use: Callable[[Any], object]) -> None:
    with pytest.raises(ValueError, match=r"^ranking .* lost its attrs, .*; pass the Ranking of make_ranking$"):
        use(lose_attrs(make_ranking(GRAPH, draws=0)))
    with pytest.raises(ValueError, match="ranking is a list; should be a Ranking, or a table of rank_papers"):
        use([])


@pytest.mark.parametrize("by", METHODS)
def test_the_parts_of_a_record_are_those_of_its_table_and_add_up(by: MethodName) -> None:
    ranking = make_ranking(GRAPH, by=by, draws=0)
    parts = list_parts(GRAPH, ranking)

    assert parts is ranking.parts
    assert parts == list_parts(GRAPH, ranking.table)
    assert {node: pytest.approx(score) for node, score in ranking.table["score"].dropna().items()} == {
        node: sum(found.values()) for node, found in parts.items() if found
    }


def test_the_parts_of_another_graph_are_refused() -> None:
    other = GRAPH.copy()
    other.graph["catalog_digest"] = "sha256:other"

    with pytest.raises(GraphError, match="the ranking is of another graph: its catalog is sha256:catalog"):
        list_parts(other, make_ranking(GRAPH, draws=0))


def test_a_record_is_frozen_and_can_be_stored() -> None:
    ranking = make_ranking(GRAPH, draws=10)
    for stored in (pickle.loads(pickle.dumps(ranking)), copy.deepcopy(ranking)):
        assert stored.table.equals(ranking.table)
        assert ranking.to_attrs() == stored.to_attrs()
        assert ranking.parts == stored.parts
    with pytest.raises(dataclasses.FrozenInstanceError):
        ranking.by = "impulse"  # type: ignore[misc]
