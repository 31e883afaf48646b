"""Comparison with the field: against fields small enough to count by hand, and against simulated ones."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.field_intervals import measure_coverage
from flgraph.analysis.ranking import describe, make_ranking, rank_papers
from flgraph.analysis.ranking.field import (
    Standing,
    bound_percentile,
    bound_ratio,
    measure_top_share,
    place_in_top,
)
from flgraph.analysis.ranking.record import to_ranking
from flgraph.export.graphml import format_graphml
from flgraph.graph.assemble import build_graph
from flgraph.graph.files import read_graph, write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.schema import check_graph
from flgraph.records import Catalog, CatalogEntry, Listing, Match, Paper, Reference, ReferenceSet, Snapshot, Version

DAY = date(2026, 11, 27)
COLUMNS = [
    "field", "field_papers", "top_10", "field_percentile", "field_percentile_low", "field_percentile_high",
    "field_ratio", "field_ratio_low", "field_ratio_high", "field_note",
]  # fmt: skip

counts = st.lists(st.integers(0, 300), min_size=30, max_size=120).map(lambda numbers: np.array(numbers, dtype=float))
own_counts = st.integers(0, 400)
more = st.integers(0, 5_000)


def make_set(papers: dict[str, str], drawn: list[int], *, population: int = 5_000, **fields: Any) -> ReferenceSet:
    numbers = {f"W{1_000 + place}": count for place, count in enumerate(drawn)}
    said = {"topic": "T1", "name": "Synthetic topic", "year": 2021, "size": 200, "seed": 7, "counts": numbers}
    return ReferenceSet(**{**said, "population": population, "drawn": DAY, "papers": papers, **fields})


def make_snapshot(source: str = "openalex", **fields: Any) -> Snapshot:
    papers: dict[str, Paper] = fields.pop("papers")
    return Snapshot(
        source=source,
        id_kind={"openalex": "openalex"}.get(source, "s2"),
        taken=datetime(2026, 11, 27, tzinfo=UTC),
        depth=0,
        catalog_digest="sha256:synthetic",
        papers=papers,
        matches={key: Match(status="accepted", method="id", id=paper.id) for key, paper in papers.items()},
        **fields,
    )


def list_catalog(*keys: str) -> Catalog:
    entries = tuple(CatalogEntry(key=key, title=f"Synthetic member {key}", section="2021", year=2021) for key in keys)
    return Catalog(title="Synthetic", entries=entries)


def make_graph() -> KnowledgeGraph:
    """Return a graph of seven synthetic papers, of which three have a set of 40 works or more."""
    papers = {key: Paper(id=f"W{place}", citation_count=count, year=2021)
              for place, (key, count) in enumerate([("top", 39), ("mid", 20), ("low", 0), ("few", 9), ("failed", 3),
                                                    ("untold", 2), ("uncounted", None)], start=10)}  # fmt: skip
    own = {"W10": 39, "W11": 20}
    sets = {
        "T1 2021": make_set({"top": "W10", "mid": "W11", "low": "W12", "uncounted": "W16"}, list(range(40))),
        "T2 2021": make_set({"few": "W13"}, [1, 2], topic="T2", name=None, population=3),
    }
    one = sets["T1 2021"]
    sets["T1 2021"] = one.model_copy(update={"counts": {**one.counts, **own}, "uncounted": ("W99",)})
    parameters = {"reference_set": {"size": 200, "seed": 7, "failed": ["failed"], "without_topic": ["untold"]}}
    snapshot = make_snapshot(papers=papers, parameters=parameters, reference_sets=sets)
    return build_graph(list_catalog(*papers, "stranger"), snapshot)


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return make_graph()


@pytest.fixture(scope="module")
def table(graph: KnowledgeGraph) -> pd.DataFrame:
    return rank_papers(graph, by="citation_count", details=True).set_index("key")


# --- the graph ---------------------------------------------------------------------------------------------


def test_the_graph_holds_the_set_of_each_paper_without_itself(graph: KnowledgeGraph, tmp_path: Any) -> None:
    check_graph(graph)
    top, few = graph.nodes["paper:top"], graph.nodes["paper:few"]
    assert ("Synthetic topic, 2021", "known", 5_000, 39) == tuple(
        top[name] for name in ("field", "field_set", "field_population", "field_citation_count")
    )
    assert top["field_counts"].startswith("0: 1; 1: 1; ")
    assert top["field_counts"].endswith("20: 2; 21: 1; " + "; ".join(f"{n}: 1" for n in range(22, 40)) + "; unknown: 1")
    assert ("T2, 2021", "1: 1; 2: 1") == (few["field"], few["field_counts"])
    assert "openalex, 200 works, seed 7" == graph.graph["snapshot_reference_set"]
    states = {key: graph.nodes[f"paper:{key}"].get("field_set") for key in ("failed", "untold", "stranger")}
    assert {"failed": "failed", "untold": "no_topic", "stranger": None} == states
    assert "field_counts" in top["sources"]
    assert read_graph(write_graph(graph, tmp_path / "graph.json")).nodes["paper:top"] == top
    assert b"Synthetic topic, 2021" in format_graphml(graph)


def test_all_versions_of_a_paper_are_left_out_of_its_set() -> None:
    both = (Version(id="W10", citation_count=1), Version(id="W11", citation_count=9))
    paper = Paper(id="W10", citation_count=9, year=2021, versions=both)
    one = make_set({"a": "W11"}, [], counts={"W10": 1, "W11": 9, "W12": 4}, uncounted=())
    node = build_graph(list_catalog("a"), make_snapshot(papers={"a": paper}, reference_sets={"T1 2021": one})).nodes
    assert ("4: 1", 9) == (node["paper:a"]["field_counts"], node["paper:a"]["field_citation_count"])


def test_counts_of_another_source_are_not_compared_with_the_set() -> None:
    mine = make_snapshot("semantic_scholar", papers={"a": Paper(id="a" * 40, citation_count=1_000, year=2021)})
    one = make_set({"a": "W10"}, list(range(40)))
    other = make_snapshot(papers={"a": Paper(id="W10", citation_count=20, year=2021)}, reference_sets={"T1 2021": one},
                          parameters={"reference_set": {"size": 200, "seed": 7}})  # fmt: skip
    for snapshots in ([mine, other], [other, mine]):
        graph = build_graph(list_catalog("a"), snapshots)
        check_graph(graph)
        row = rank_papers(graph, by="citation_count", details=True).iloc[0]
        assert 51.25 == row["field_percentile"]
        assert 20 / 19.5 == pytest.approx(row["field_ratio"])


# --- the table ---------------------------------------------------------------------------------------------


def test_a_paper_stands_among_its_set(table: pd.DataFrame) -> None:
    assert COLUMNS == list(table.columns)[-len(COLUMNS) :]
    assert (41, 41, 42) == tuple(table.loc[["top", "mid", "low"], "field_papers"])
    # Of 41 others: 39 counts from 0 to 38 and another 20 are below the 39 citations, one is equal.
    assert 100 * (40 + 0.5) / 41 == pytest.approx(table.loc["top", "field_percentile"])
    assert 100 * 0.5 / 42 == pytest.approx(table.loc["low", "field_percentile"])
    assert 39 / ((sum(range(40)) + 20) / 41) == pytest.approx(table.loc["top", "field_ratio"])
    assert [0.0, 0.0, 0.0] == list(table.loc["low", ["field_ratio", "field_ratio_low", "field_ratio_high"]])
    assert table.loc["top", "top_10"] > 0.95
    assert table.loc["mid", "top_10"] < 0.001
    for name in ("field_percentile", "field_ratio"):
        known = table[table[name].notna()]
        assert ((known[f"{name}_low"] <= known[name]) & (known[name] <= known[f"{name}_high"])).all()
    assert ["Int64", "float64", "string"] == [str(table[name].dtype) for name in ("field_papers", "top_10", "field")]


def test_a_field_that_was_drawn_whole_leaves_no_doubt() -> None:
    """The paper is one of the works of its field, and is not compared with itself."""
    one = make_set({"a": "W10"}, list(range(40)), population=41)
    whole = one.model_copy(update={"counts": {**one.counts, "W10": 20}})
    snapshot = make_snapshot(papers={"a": Paper(id="W10", citation_count=20, year=2021)}, reference_sets={"T1": whole})
    row = rank_papers(build_graph(list_catalog("a"), snapshot), by="citation_count", details=True).iloc[0]
    for name in ("field_percentile", "field_ratio"):
        ends = tuple(row[f"{name}{end}"] for end in ("_low", "", "_high"))
        assert ends == pytest.approx([row[name]] * 3, rel=1e-3)


def test_papers_without_a_number_have_the_reason(table: pd.DataFrame) -> None:
    reasons = {
        "few": "its reference set has only 2 works, and 30 are needed",
        "failed": "its reference set failed; run `flgraph enrich` again",
        "untold": "the source does not state both its topic and its year",
        "uncounted": "no citation count",
        "stranger": "no record that a reference set was drawn for",
    }
    assert reasons == dict(table["field_note"].dropna())
    for name in COLUMNS[2:-1]:
        assert table.loc[list(reasons), name].isna().all()
    assert {"few": 2, "uncounted": 42} == dict(table.loc[list(reasons), "field_papers"].dropna())


def test_the_description_says_that_no_paper_has_a_set() -> None:
    untold = {"reference_set": {"size": 200, "seed": 0, "without_topic": ["untold"]}}
    snapshot = make_snapshot(papers={"untold": Paper(id="W1", citation_count=3, year=2021)}, parameters=untold)
    ranked = rank_papers(build_graph(list_catalog("untold"), snapshot), by="citation_count")
    assert "No paper was compared with its topic and year, since no reference set of any is usable." in describe(ranked)


def test_without_sets_no_column_is_there() -> None:
    graph = build_graph(list_catalog("a"), make_snapshot(papers={"a": Paper(id="W1", citation_count=3, year=2021)}))
    table = rank_papers(graph, by="citation_count", details=True)
    assert not [name for name in table.columns if name.startswith(("field", "top_10"))]
    assert "top_10_share" not in table.attrs
    assert "snapshot_reference_set" not in graph.graph
    assert "10% of their" not in describe(table)


def test_a_field_is_known_for_its_own_day_only() -> None:
    lines = (Reference(id="W500", title="Synthetic outsider", year=2021),)
    paper = Paper(id="W10", citation_count=1, publication_date=date(2021, 1, 5), year=2021,
                  citations=Listing(status="known", items=lines))  # fmt: skip
    outside = Paper(id="W500", title="Synthetic outsider", publication_date=date(2021, 6, 1), year=2021)
    snapshot = make_snapshot(papers={"a": paper}, reference_sets={"T1 2021": make_set({"a": "W10"}, list(range(40)))})
    graph = build_graph(list_catalog("a"), snapshot.model_copy(update={"depth": 1, "context": {"W500": outside}}))
    table = rank_papers(graph, by="citation_count", as_of="2022-01-01", details=True)
    assert ["citations of its field are known for 2026-11-27 only"] == list(table["field_note"])
    assert table["field_percentile"].isna().all()
    assert "top_10_share" not in table.attrs
    assert rank_papers(graph, by="citation_count", details=True)["field_percentile"].notna().all()


def test_the_share_of_the_list_is_in_attrs_and_in_words(graph: KnowledgeGraph) -> None:
    ranking = make_ranking(graph, by="citation_count", draws=500)
    share = ranking.table.attrs["top_10_share"]
    assert 3 == share["papers"]
    assert share["low"] <= share["share"] <= share["high"]
    assert 1 / 3 == pytest.approx(share["share"], abs=0.02)
    said = describe(ranking)
    assert "Of 3 papers, 33." in said
    assert "(openalex, 200 works, seed 7)" in said
    assert share == to_ranking(ranking.table).top_10_share
    assert dict(share) == json.loads(json.dumps(share))

    undrawn = make_ranking(graph, by="citation_count", draws=0)
    assert (None, None) == tuple(undrawn.table.attrs["top_10_share"][end] for end in ("low", "high"))
    assert "interval of the draw" not in describe(undrawn)


# --- the numbers -------------------------------------------------------------------------------------------


@given(counts, own_counts, more)
def test_intervals_hold_their_number_and_ends_are_in_range(drawn: Any, own: int, extra: int) -> None:
    percentile = bound_percentile(drawn, own, len(drawn) + extra)
    assert 0 <= percentile.low <= percentile.value <= percentile.high <= 100
    ratio = bound_ratio(drawn, own, len(drawn) + extra)
    if drawn.any():
        assert 0 <= ratio.low <= ratio.value + 1e-9
        assert np.isnan(ratio.high) or ratio.value <= ratio.high + 1e-9
    else:
        assert np.isnan(ratio).all()
    placed = place_in_top(drawn, own, len(drawn) + extra)
    assert ((placed >= 0) & (placed <= 1)).all()


@given(counts, own_counts, own_counts, more)
def test_more_citations_never_stand_lower(drawn: Any, one: int, other: int, extra: int) -> None:
    less, greater = sorted((one, other))
    population = len(drawn) + extra
    for numbers in zip(
        bound_percentile(drawn, less, population), bound_percentile(drawn, greater, population), strict=True
    ):
        assert numbers[0] <= numbers[1] + 1e-9
    tops = [float(place_in_top(drawn, own, population).mean()) for own in (less, greater)]
    assert tops[0] <= tops[1] + 1e-9


@given(counts, own_counts, st.randoms())
def test_the_order_of_the_set_changes_nothing(drawn: Any, own: int, chance: Any) -> None:
    turned = drawn.copy()
    chance.shuffle(turned)
    assert bound_percentile(drawn, own, 5_000) == bound_percentile(turned, own, 5_000)
    np.testing.assert_allclose(bound_ratio(drawn, own, 5_000), bound_ratio(turned, own, 5_000), rtol=1e-9)


@given(counts, own_counts)
def test_the_whole_field_leaves_no_doubt_and_a_larger_field_leaves_more(drawn: Any, own: int) -> None:
    whole = bound_percentile(drawn, own, len(drawn))
    assert whole.low == pytest.approx(whole.value, abs=0.02)
    assert whole.high == pytest.approx(whole.value, abs=0.02)
    widths = [(ends := bound_percentile(drawn, own, len(drawn) + extra)).high - ends.low for extra in (1, 50, 10_000)]
    assert widths == sorted(widths)


def test_known_values() -> None:
    """Clopper and Pearson: 0 of 30 is at most 11.6 %, 15 of 30 is 31.3 to 68.7 %, as R's `binom.test` prints."""
    none, half = np.full(30, 7.0), np.array([*[1.0] * 15, *[9.0] * 15])
    assert [0, 0, 11.57] == pytest.approx(bound_percentile(none, 3, 10**9), abs=0.01)
    assert [50, 31.30, 68.70] == pytest.approx(bound_percentile(half, 5, 10**9), abs=0.01)
    even = bound_ratio(half, 10, 10**9)
    assert 10 / (5 + 1.96 * half.std(ddof=1) / 30**0.5) == pytest.approx(even.low, rel=1e-3), "without skewness"


@pytest.mark.parametrize(("works", "size"), [(250, 30), (5_000, 200)])
def test_intervals_hold_the_field_as_often_as_they_promise(works: int, size: int) -> None:
    found = measure_coverage(3.0, 1.2, works, size, rounds=150)
    assert 94 <= found.percentiles <= 100
    assert 86 <= found.ratios <= 98


def test_places_at_the_border_are_shared_by_equal_counts() -> None:
    """Of 100 works, 5 are cited more and 10 as often: half of these are among the 10 %."""
    field = np.array([*[9.0] * 5, *[4.0] * 10, *[1.0] * 85])
    assert 0.5 == pytest.approx(place_in_top(field, 4, 100).mean(), abs=0.01)
    assert (1.0, 0.0) == (place_in_top(field, 9, 100).mean(), place_in_top(field, 1, 100).mean())


def test_papers_of_one_set_are_placed_together() -> None:
    """The share of ten papers in doubt is less certain if one set decides on all of them."""
    top = place_in_top(np.arange(100.0), 90, 5_000)
    alone = measure_top_share([Standing(f"field {n}", 100, top=top) for n in range(10)], draws=2_000, seed=0)
    together = measure_top_share([Standing("field", 100, top=top)] * 10, draws=2_000, seed=0)
    assert alone is not None
    assert together is not None
    assert alone.share == pytest.approx(together.share)
    assert (alone.high or 0) - (alone.low or 0) < 0.8 < (together.high or 0) - (together.low or 0)
    assert None is measure_top_share([Standing(note="no set")], draws=10, seed=0)
