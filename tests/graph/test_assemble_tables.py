"""Two tables from anywhere become a graph that every analysis takes; a bad row is one clear line."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import flgraph as fg
from benchmarks.synthetic_tables import CITATIONS_FILE, PAPERS_FILE, main, make_tables
from tests.examples import BLOCK, refresh, split_examples

ROOT = Path(__file__).parents[2]
PAPERS = {"id": ["10.1000/A", "10.1000/a b", "c"], "title": ["A", None, "C"], "date": ["2018-03-01", None, None],
          "year": [None, 2020, None]}  # fmt: skip
CITATIONS = {"citing": ["10.1000/a b", "c"], "cited": ["10.1000/A", "10.1000/A"]}


def build(papers: dict[str, Any] | None = None, citations: dict[str, Any] | None = None, **options: Any) -> Any:
    frames = pd.DataFrame({**PAPERS, **(papers or {})}), pd.DataFrame({**CITATIONS, **(citations or {})})
    return fg.build_graph_from_frames(*frames, **options)


def test_a_graph_of_two_tables_says_what_they_say_and_no_more() -> None:
    graph = build({"venue": ["Synthetic letters", None, None]}, source="synthetic", title="Synthetic")

    assert {"paper:10-1000-a", "paper:10-1000-a-b", "paper:c"} == set(graph)
    first, second, third = (dict(graph.nodes[node]) for node in ("paper:10-1000-a", "paper:10-1000-a-b", "paper:c"))
    assert ("A", "2018-03-01", 2018, 2, "Synthetic letters") == tuple(
        first[name] for name in ("title", "publication_date", "year", "citation_count", "venue")
    )
    assert ("10.1000/a b", 2020, 0) == (second["title"], second["year"], second["citation_count"])
    assert "publication_date" not in second
    assert not {"year", "publication_date", "venue", "doi"} & set(third)
    assert ("2020-07-01T00:00:00+00:00", True) == (graph.graph["snapshot_taken"], graph.graph["synthetic"])
    assert {("paper:10-1000-a-b", "paper:10-1000-a"), ("paper:c", "paper:10-1000-a")} == {
        (a, b) for a, b, _ in graph.edges
    }


def test_papers_are_found_by_their_ids_in_the_table() -> None:
    graph = build()

    assert "paper:10-1000-a" == fg.find_node(graph, "10.1000/A") == fg.find_node(graph, "https://doi.org/10.1000/a")
    assert "paper:10-1000-a-b" == fg.find_node(graph, "10.1000/a b")


def test_ids_that_differ_in_signs_only_stay_apart() -> None:
    ids = ["A/1", "a-1", "A 1", "a-1-2"]
    graph = fg.build_graph_from_frames(
        pd.DataFrame({"id": ids, "year": 2020}), pd.DataFrame({"citing": ids[1:], "cited": ids[:3]})
    )

    assert (4, 3) == (len(graph), graph.number_of_edges())
    assert set(ids) == {data["tableid"] for _, data in graph.nodes(data=True)}


def test_the_order_of_rows_changes_nothing() -> None:
    papers, citations = make_tables(60)
    other = papers.sample(frac=1, random_state=0), citations.sample(frac=1, random_state=0)
    one, two = fg.build_graph_from_frames(papers, citations), fg.build_graph_from_frames(*other)

    assert one.graph == two.graph
    assert list(one.nodes(data=True)) == list(two.nodes(data=True))
    assert list(one.edges(keys=True, data=True)) == list(two.edges(keys=True, data=True))


def test_counts_of_a_source_are_taken_and_missing_ones_stay_unknown() -> None:
    graph = build({"citation_count": [9, None, 0], "reference_count": [None, 4, None]})

    assert [9, None, 0] == [graph.nodes[node].get("citation_count") for node in sorted(graph)]
    assert [None, 4, None] == [graph.nodes[node].get("reference_count") for node in sorted(graph)]


def test_papers_around_the_list_give_the_default_its_cohorts() -> None:
    papers, citations = make_tables(400)
    closed = fg.make_ranking(fg.build_graph_from_frames(papers, citations), draws=0)
    marked = papers.assign(in_catalog=[number % 4 == 0 for number in range(len(papers))])
    ranking = fg.make_ranking(fg.build_graph_from_frames(marked, citations), draws=0)

    assert ("citations_per_year", "age_normalized") == (closed.by, closed.fallback_from)
    assert ("age_normalized", None) == (ranking.by, ranking.fallback_from)
    assert (100, 300) == (ranking.coverage.papers, ranking.coverage.outside_papers)


def test_a_matrix_and_a_graph_of_the_same_tables_agree() -> None:
    tables = make_tables()
    graph = fg.build_graph_from_frames(*tables)
    one, two = (fg.evaluate_ranking(given, ["citation_count"], draws=20) for given in (tables, graph))

    assert np.allclose(one.loc["citation_count"], two.loc["citation_count"], equal_nan=True)


def test_rows_left_out_are_counted_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    rows = {"citing": ["c", "c", "c", "c", "10.1000/A"], "cited": ["c", "c", "10.1000/A", "10.1000/A", "10.1000/A"]}
    graph = build(citations=rows, counted_on="2020-12-31")

    assert 1 == graph.number_of_edges()
    assert ["citations: left out 4 rows: 3 of a paper by itself and 1 given before"] == caplog.messages


def test_the_day_of_counting_is_the_newest_date_or_given() -> None:
    undated = {"date": [None] * 3, "year": [None] * 3}

    for day in (date(2024, 1, 31), pd.Timestamp(2024, 1, 31), "2024-01-31"):
        assert "2024-01-31" == build(undated, counted_on=day).graph["snapshot_taken"][:10]
    with pytest.raises(ValueError, match=r"^counted_on is 'today'; should be a day, such as 2024-01-31$"):
        build(undated, counted_on="today")
    with pytest.raises(ValueError, match=r"^papers has no date or year, .*; pass counted_on$"):
        build(undated)


def test_days_with_a_time_are_days_in_utc() -> None:
    graph = build({"date": ["2020-01-01T23:30:00-05:00", "2019-01-02", "2020-01-01T10:00:00"]}, counted_on="2021-01-01")

    assert ["2020-01-02", "2019-01-02", "2020-01-01"] == [
        graph.nodes[node]["publication_date"] for node in ("paper:10-1000-a", "paper:10-1000-a-b", "paper:c")
    ]


def test_a_day_that_a_bare_year_gives_and_citations_of_newer_papers_are_doubted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    build({"year": [None, 2020, 2017]}, {"citing": ["10.1000/A", "c"], "cited": ["10.1000/a b", "10.1000/a b"]})

    assert [
        "citations: 2 of 2 cite a newer paper; are the columns citing and cited swapped?",
        "papers: the newest has only the year 2020, so citations count as of 2020-07-01; pass counted_on",
    ] == caplog.messages


def test_without_citations_there_are_no_intervals_and_the_remedy_names_the_column() -> None:
    graph = fg.build_graph_from_frames(
        pd.DataFrame({"id": ["a", "b"], "date": ["2018-03-01", "2019-03-01"]}),
        pd.DataFrame({"citing": [], "cited": []}),
    )

    assert fg.rank_papers(graph, by="citation_count")[["rank_low", "rank_high"]].isna().all(axis=None)
    with pytest.raises(fg.GraphError, match="mark papers around those to rank in the column in_catalog"):
        fg.rank_papers(graph, by="age_normalized")


@pytest.mark.parametrize(
    ("message", "papers", "citations"),
    [
        (r"^paper 'c' is listed twice; list each paper once$", {"id": ["c", "b", "c"]}, {}),
        (r"^papers.loc\[2, 'id'\] is missing; should be an id$", {"id": ["c", "b", None]}, {}),
        (r"^citations\['cited'\] holds 'x', which is not in papers; add the paper or drop the rows \(2 rows of",
         {}, {"cited": ["x", "y"]}),
        (r"holds 1, which is not in papers; .* read both files with pd.read_csv\(..., dtype=str\), since one holds", {},
         {"citing": [1, 2]}),
        (r"^papers.loc\[1, 'date'\] is '2019'; should be a day such as 2024-01-31, or missing; years go into `year`$",
         {"date": ["2018-03-01", "2019", None]}, {}),
        (r"^papers.loc\[0, 'date'\] is '3/4/2019'; should be a day", {"date": ["3/4/2019", None, None]}, {}),
        (r"^papers.loc\[0, 'date'\] is '2019-02-30'; should be a day", {"date": ["2019-02-30", None, None]}, {}),
        (r"^papers.loc\[1, 'year'\] is 20; should be a year from 1000", {"year": [2020, 20, 2021]}, {}),
        (r"^papers.loc\[1, 'citation_count'\] is 3.5; should be a whole number from 0, or missing$",
         {"citation_count": [1, 3.5, None]}, {}),
        (r"^papers.loc\[1, 'in_catalog'\] is 'maybe'; should be true or false$", {"in_catalog": [1, "maybe", 0]}, {}),
    ],
)  # fmt: skip
def test_a_bad_row_is_one_clear_line(message: str, papers: dict[str, Any], citations: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=message):
        build(papers, citations)


@pytest.mark.parametrize("fault", ["twice", "date", "unknown"])
def test_the_docs_show_what_a_bad_row_is_told(fault: str) -> None:
    papers, citations = make_tables()
    bad = {
        "twice": pd.concat([papers, papers.tail(1)]),
        "date": papers.assign(date="3/4/2019"),
        "unknown": papers.drop(index=7),
    }
    with pytest.raises(ValueError, match="paper") as found:
        fg.build_graph_from_frames(bad[fault], citations)

    assert str(found.value) in " ".join((ROOT / "docs" / "citations-from-tables.md").read_text("utf-8").split())


def test_a_text_that_no_file_can_hold_is_refused_by_the_schema() -> None:
    with pytest.raises(fg.GraphError, match=r"paper:c: title contains an unpaired surrogate"):
        build({"title": pd.Series(["A", "B", "C \ud800"], dtype=object)})  # no column of Arrow can hold it


def test_papers_without_citations_are_a_graph_too() -> None:
    graph = fg.build_graph_from_frames(pd.DataFrame(PAPERS), pd.DataFrame({"citing": [], "cited": []}))

    assert (3, 0) == (len(graph), graph.number_of_edges())
    assert {0} == {data["citation_count"] for _, data in graph.nodes(data=True)}


def test_a_source_is_one_name() -> None:
    with pytest.raises(ValueError, match="one source, such as openalex"):
        build(source="a; b")


def test_the_synthetic_tables_are_what_their_program_makes(tmp_path: Path) -> None:
    assert 0 == main([str(tmp_path)])
    for name in (PAPERS_FILE, CITATIONS_FILE):
        assert (ROOT / "notebooks" / name).read_text(encoding="utf-8") == (tmp_path / name).read_text(encoding="utf-8")
        assert name.startswith("synthetic")


def test_the_five_lines_of_the_docs_rank_and_explain_two_csv_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lines as they stand on the page; compressed files, which pandas reads by their names, give the same."""
    page = (ROOT / "docs" / "citations-from-tables.md").read_text(encoding="utf-8")
    block = next(block for language, block in BLOCK.findall(page) if language == "python")
    typed = [line for lines, _ in split_examples(block) for line in lines if "import " not in line]
    (tmp_path / "notebooks").mkdir()
    for name in (PAPERS_FILE, CITATIONS_FILE):
        text = (ROOT / "notebooks" / name).read_bytes()
        (tmp_path / "notebooks" / name).write_bytes(text)
        (tmp_path / "notebooks" / f"{name}.gz").write_bytes(gzip.compress(text))
    monkeypatch.chdir(tmp_path)

    assert 5 == len(typed)
    shown = f"```python\n{block}```\n"
    assert shown == refresh(shown)
    assert shown.replace(".csv", ".csv.gz") == refresh(shown.replace(".csv", ".csv.gz"))
    assert "Synthetic paper" in shown
    assert "rank 1 of " in shown
    assert "clearly ahead" in shown
