"""`neighbourhood_percentile`, the number to cite: checked against cohorts small enough to count by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flgraph.analysis.ranking import explain_rank, rank_papers
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.records import Catalog, CatalogEntry, Listing, Paper, Reference, Snapshot

PUBLISHED = date(2020, 6, 15)


def make_graph(counts: dict[str, int | None], cohort: list[int | None], *, day: date = PUBLISHED) -> KnowledgeGraph:
    """Return a graph of synthetic papers with some citation counts, all cited by a cohort of one day of publication."""
    lines = tuple(Reference(id=f"outside-{number:03}", title=f"Synthetic {number}") for number in range(len(cohort)))
    outside = {
        line.id or "": Paper(id=line.id or "", publication_date=day, year=day.year, citation_count=count)
        for line, count in zip(lines, cohort, strict=True)
    }
    papers = {
        key: Paper(
            id=f"record-{key}",
            publication_date=PUBLISHED,
            year=PUBLISHED.year,
            citation_count=count,
            citations=Listing(status="known", items=lines),
        )
        for key, count in counts.items()
    }
    entries = tuple(CatalogEntry(key=key, title=f"Synthetic member {key}", section="2020") for key in counts)
    snapshot = Snapshot(
        source="synthetic",
        taken=datetime(2024, 6, 30, tzinfo=UTC),
        depth=1,
        catalog_digest="sha256:synthetic",
        papers=papers,
        context=outside,
    )
    return build_graph(Catalog(title="Synthetic", entries=entries), snapshot)


def read_percentiles(graph: KnowledgeGraph) -> dict[str, float]:
    """Return the percentile of each member that has one, by key."""
    table = rank_papers(graph, by="citations_per_year", details=True, draws=0)
    return dict(table.set_index("key")["neighbourhood_percentile"].dropna())


@pytest.mark.parametrize(
    ("expected", "count"),
    [
        (1.25, 0),  # half of the one that has none either
        (26.25, 10),  # 10 below, half of 1 equal, of 40
        (51.25, 20),
        (98.75, 39),
        (100.0, 40),
    ],
)
def test_percentile_counts_the_cohort_below_and_half_of_its_equals(expected: float, count: int) -> None:
    assert {"a": expected} == read_percentiles(make_graph({"a": count}, list(range(40))))


def test_ties_stand_in_the_middle_of_the_cohort() -> None:
    assert {"a": 50.0, "b": 0.0} == read_percentiles(make_graph({"a": 7, "b": 6}, [7] * 30))


def test_percentile_does_not_depend_on_the_rest_of_the_catalog() -> None:
    cohort: list[int | None] = list(range(40))
    alone = read_percentiles(make_graph({"a": 10}, cohort))["a"]
    together = read_percentiles(make_graph({"a": 10, "b": 0, "c": 1000, "d": 10}, cohort))

    assert {"a": alone, "b": 1.25, "c": 100.0, "d": alone} == together


@pytest.mark.parametrize(
    ("size", "expected"),
    [(29, {}), (30, {"a": 100 * 10.5 / 30})],
)
def test_a_cohort_under_thirty_gives_no_percentile(size: int, expected: dict[str, float]) -> None:
    assert expected == pytest.approx(read_percentiles(make_graph({"a": 10}, list(range(size)))))


def test_unknown_counts_are_left_out_on_both_sides() -> None:
    cohort = [*range(40), None, None, None]

    assert {"a": 26.25} == read_percentiles(make_graph({"a": 10, "b": None}, cohort))


@pytest.mark.parametrize(
    ("months", "day"),
    [
        (9, date(2021, 3, 1)),
        (18, date(2021, 9, 1)),
        (18, date(2019, 2, 1)),
        (None, date(2022, 1, 15)),
        (None, date(2018, 11, 15)),
    ],
)
def test_the_cohort_lies_within_nine_or_else_eighteen_months(months: int | None, day: date) -> None:
    table = rank_papers(
        make_graph({"a": 10}, list(range(40)), day=day), by="citations_per_year", details=True, draws=0
    ).dropna(subset=["neighbourhood_percentile"])
    found = list(
        zip(table["neighbourhood_percentile"], table["cohort_size"], table["cohort_window_months"], strict=True)
    )

    assert ([(26.25, 40, months)] if months else []) == found


def test_the_explanation_says_the_same_percentile() -> None:
    graph = make_graph({"a": 10, "b": 31}, list(range(40)))

    assert 26.25 in explain_rank(graph, "a").inputs.values()


@settings(max_examples=15, deadline=None)
@given(
    counts=st.lists(st.integers(0, 60), min_size=2, max_size=5),
    cohort=st.lists(st.integers(0, 50), min_size=30, max_size=40),
)
def test_more_citations_never_lower_the_percentile(counts: list[int], cohort: list[int]) -> None:
    found = read_percentiles(make_graph({f"p{number}": count for number, count in enumerate(counts)}, [*cohort]))
    by_count = [found[f"p{number}"] for number in sorted(range(len(counts)), key=counts.__getitem__)]

    assert sorted(by_count) == by_count
    assert all(0 <= percentile <= 100 for percentile in by_count)
