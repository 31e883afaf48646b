from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from flgraph.analysis.ranking import (
    has_citations,
    rank_authors,
    rank_codebases,
    rank_datasets,
    rank_papers,
    rank_topics,
    rank_venues,
)
from flgraph.cli.main import cli
from flgraph.errors import GraphError
from flgraph.graph.assemble import build_graph
from flgraph.graph.files import read_graph, write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.records import Catalog, CatalogEntry, Listing, Match, Paper, Reference, Snapshot
from flgraph.snapshot.files import digest_catalog

KEYS = ("a", "b", "c", "d", "e")


@pytest.fixture(scope="module")
def counted() -> KnowledgeGraph:
    """Five synthetic papers: two tied, one uncited, one whose request failed, one without a date."""
    entries = tuple(CatalogEntry(key=key, title=f"Synthetic paper {key}", section="x") for key in KEYS)
    catalog = Catalog(title="Synthetic", entries=entries)
    papers = {
        "a": Paper(id="a" * 40, citation_count=10, publication_date=date(2020, 1, 1), references=cites("b", "c")),
        "b": Paper(id="b" * 40, citation_count=10, publication_date=date(2020, 1, 1), references=cites("c")),
        "c": Paper(id="c" * 40, citation_count=0, year=2025, references=Listing(status="elided")),
        "d": Paper(id="d" * 40, citation_count=7),
    }
    return build_graph(
        catalog,
        Snapshot(
            source="semantic_scholar",
            taken="2026-01-01T00:00:00+00:00",  # type: ignore[arg-type]
            depth=0,
            catalog_digest=digest_catalog(catalog),
            papers=papers,
            matches={key: Match(status="accepted", method="id", id=paper.id) for key, paper in papers.items()},
            failed=("e",),
        ),
    )


def make_snapshot(papers: dict[str, Paper]) -> Snapshot:
    return Snapshot.model_validate(
        {
            "source": "semantic_scholar",
            "taken": "2026-01-01T00:00:00Z",
            "depth": 0,
            "catalog_digest": "x",
            "papers": papers,
        }
    )


def cites(*keys: str) -> Listing:
    return Listing(status="known", items=tuple(Reference(id=key * 40) for key in keys))


def test_without_citation_data_the_reason_and_the_remedy_are_said(graph: KnowledgeGraph) -> None:
    assert not has_citations(graph)
    with pytest.raises(GraphError, match=r"^no citation data: .*run `flgraph build`"):
        rank_papers(graph)


def test_ties_share_the_better_rank_and_say_so(counted: KnowledgeGraph) -> None:
    table = rank_papers(counted, by="citation_count")

    assert [1, 1, 3, 4] == table["rank"].tolist()[:4]
    assert ["paper:a", "paper:b", "paper:d", "paper:c", "paper:e"] == table.index.tolist()
    assert "tied with 1 more" == table.loc["paper:a", "flags"]


def test_an_unknown_count_has_no_score_and_its_reason(counted: KnowledgeGraph) -> None:
    row = rank_papers(counted, by="citation_count").loc["paper:e"]

    assert pd.isna(row["rank"])
    assert pd.isna(row["score"])
    assert "no citation count (failed)" == row["flags"]
    assert 0.0 == row["coverage"]


def test_zero_is_a_score(counted: KnowledgeGraph) -> None:
    assert 0.0 == rank_papers(counted).loc["paper:c", "score"]


def test_citations_per_year_are_reckoned_to_the_snapshot(counted: KnowledgeGraph) -> None:
    table = rank_papers(counted, by="citations_per_year")
    years = (date(2026, 1, 1) - date(2020, 1, 1)).days / 365.25

    assert pytest.approx(10 / (years + 0.5)) == table.loc["paper:a", "score"]
    assert "2026-01-01" == table.attrs["as_of"]
    flags = "day of publication not known, taken as 1 July; counted 0 citations, but 2 are listed"
    assert flags == table.loc["paper:c", "flags"]


def test_counts_of_no_known_day_need_a_day(counted: KnowledgeGraph) -> None:
    undated = counted.copy()
    del undated.graph["snapshot_taken"]

    with pytest.raises(GraphError, match="does not say when its citations were counted; pass the day as as_of"):
        rank_papers(undated)
    assert 10.0 == rank_papers(undated, by="citation_count", as_of=date(2026, 1, 1)).loc["paper:a", "score"]


def test_a_paper_of_unknown_year_has_no_yearly_score(counted: KnowledgeGraph) -> None:
    row = rank_papers(counted).loc["paper:d"]

    assert pd.isna(row["score"])
    assert "year of publication not known" == row["flags"]


def test_of_a_later_day_nothing_is_known(counted: KnowledgeGraph) -> None:
    with pytest.raises(GraphError, match="as_of is 2030-01-01, but citations were counted on 2026-01-01"):
        rank_papers(counted, as_of=date(2030, 1, 1))


def test_of_an_earlier_day_nothing_is_known_without_who_cites(counted: KnowledgeGraph) -> None:
    with pytest.raises(GraphError, match=r"ranked by citation_count: citing papers unknown .* omit as_of"):
        rank_papers(counted, as_of=date(2021, 1, 1))


@pytest.mark.parametrize("day", [datetime(2026, 1, 1, 12), "2026-01-01", date(2026, 1, 1)])
def test_a_day_may_be_given_as_text_or_time(counted: KnowledgeGraph, day: date | str) -> None:
    assert rank_papers(counted).equals(rank_papers(counted, as_of=day))


@pytest.mark.parametrize("option", ["draws", "youngest_months", "seed"])
@pytest.mark.parametrize("number", [-1, 0.5, "many"])
def test_a_number_of_draws_or_months_that_is_none_is_refused(
    counted: KnowledgeGraph, option: str, number: object
) -> None:
    with pytest.raises(ValueError, match=f"{option} must be a whole number of at least 0, found {number!r}"):
        rank_papers(counted, **{option: number})  # type: ignore[arg-type]


@pytest.mark.parametrize("day", ["2026", "soon", 2026])
def test_what_is_no_day_is_refused(counted: KnowledgeGraph, day: object) -> None:
    with pytest.raises(ValueError, match=f"as_of is {day!r}; should be a day, such as 2024-01-31"):
        rank_papers(counted, as_of=day)  # type: ignore[arg-type]


def test_catalog_citations_count_known_reference_lists_only(counted: KnowledgeGraph) -> None:
    table = rank_papers(counted, by="catalog_citations")

    assert {"paper:c": 2.0, "paper:b": 1.0, "paper:a": 0.0} == table["score"].drop(["paper:d", "paper:e"]).to_dict()
    assert 0.25 == table.loc["paper:a", "coverage"]
    assert 0.5 == table.loc["paper:c", "coverage"]


def test_a_reference_list_shorter_than_its_count_is_known_in_part() -> None:
    entries = tuple(CatalogEntry(key=key, title=f"Synthetic paper {key}", section="x") for key in "abc")
    papers = {
        "a": Paper(id="a" * 40, reference_count=4, references=cites("b")),
        "b": Paper(id="b" * 40, reference_count=1, references=cites("c", "x")),
        "c": Paper(id="c" * 40, references=cites("b")),
    }
    catalog = Catalog(title="Synthetic", entries=entries)
    table = rank_papers(build_graph(catalog, make_snapshot(papers)), by="catalog_citations")

    assert {"paper:a": 1.0, "paper:b": 0.625, "paper:c": 0.625} == table["coverage"].to_dict()
    assert 2.0 == table.loc["paper:b", "score"]


def test_what_a_curator_saw_is_never_counted() -> None:
    entries: tuple[Any, ...] = (
        CatalogEntry.model_validate(
            {
                "key": "a",
                "title": "Synthetic a",
                "section": "x",
                "relations": [{"relation": "cites", "to": "b"}],
            }
        ),
        CatalogEntry(key="b", title="Synthetic b", section="x"),
    )
    graph = build_graph(Catalog(title="Synthetic", entries=entries))

    with pytest.raises(GraphError, match="no citation data"):
        rank_papers(graph, by="catalog_citations")


def test_only_whole_reference_lists_of_a_source_count() -> None:
    """A citation known from the cited paper's side, or from a curator, would count some papers and not others."""
    relations = [{"relation": "cites", "to": "b"}]
    entries = (
        CatalogEntry.model_validate({"key": "a", "title": "Synthetic a", "section": "x", "relations": relations}),
        CatalogEntry(key="b", title="Synthetic b", section="x"),
        CatalogEntry(key="c", title="Synthetic c", section="x"),
    )
    catalog = Catalog(title="Synthetic", entries=entries)
    papers = {
        "a": Paper(id="a" * 40, references=Listing(status="known")),
        "b": Paper(id="b" * 40, citations=cites("c")),
        "c": Paper(id="c" * 40, references=Listing(status="elided")),
    }
    graph = build_graph(catalog, make_snapshot(papers))

    assert {"catalog", "semantic_scholar"} == {data["sources"] for _, _, data in graph.in_edges("paper:b", data=True)}
    assert 0.0 == rank_papers(graph, by="catalog_citations").loc["paper:b", "score"]


def test_a_bare_year_counts_as_its_first_of_july() -> None:
    catalog = Catalog(title="Synthetic", entries=(CatalogEntry(key="p", title="Synthetic p", section="x"),))
    graph = build_graph(catalog, make_snapshot({"p": Paper(id="1" * 40, citation_count=10, year=2020)}))
    days = (date(2021, 7, 1) - date(2020, 7, 1)).days

    del graph.graph["snapshot_taken"]

    score = rank_papers(graph, as_of=date(2021, 7, 1)).loc["paper:p", "score"]
    assert pytest.approx(10 / (days / 365.25 + 0.5)) == score


def test_papers_outside_the_catalog_do_not_count_for_their_authors(graph: KnowledgeGraph) -> None:
    more = graph.copy()
    outside = next(node for node, data in graph.nodes(data=True) if data.get("in_catalog") is False)
    author = rank_authors(graph).index[-1]
    more.add_edge(author, outside, key="authored", sources="semantic_scholar", evidence="synthetic", position=1)

    assert rank_authors(graph).equals(rank_authors(more))


def test_an_unknown_method_is_a_value_error(graph: KnowledgeGraph) -> None:
    with pytest.raises(ValueError, match="by is 'best'; should be one of age_normalized, current_attention"):
        rank_papers(graph, by="best")  # type: ignore[arg-type]


@pytest.mark.parametrize("rank", [rank_authors, rank_venues, rank_datasets, rank_codebases, rank_topics])
def test_rankings_by_papers_start_at_one_and_say_ties(rank: Any, graph: KnowledgeGraph) -> None:
    table = rank(graph)

    assert 1 == table["rank"].iloc[0]
    assert table["papers"].is_monotonic_decreasing
    assert (table.groupby("rank").size() == table.groupby("rank")["tied"].first()).all()
    assert (table["papers"] > 0).all()


def test_medical_and_generic_datasets_are_told_apart(graph: KnowledgeGraph) -> None:
    medical = rank_datasets(graph, domain="medical")
    generic = rank_datasets(graph, domain="generic")

    assert "dataset:mnist" in generic.index
    assert "dataset:brats" in medical.index
    assert len(rank_datasets(graph)) == len(medical) + len(generic)


def test_topics_of_one_facet(graph: KnowledgeGraph) -> None:
    assert {"task"} == set(rank_topics(graph, facet="task")["facet"])


def test_the_first_author_by_papers_is_the_one_with_most(graph: KnowledgeGraph) -> None:
    table = rank_authors(graph)
    written = graph.out_degree(table.index[0])

    assert written == table["papers"].iloc[0]


def test_json_and_csv_hold_the_same_numbers(counted: KnowledgeGraph, tmp_path: Path) -> None:
    path = str(write_graph(counted, tmp_path / "graph.json"))
    form = CliRunner()
    rows = json.loads(form.invoke(cli, ["rank", path, "--format", "json"]).stdout)
    table = list(csv.DictReader(io.StringIO(form.invoke(cli, ["rank", path, "--format", "csv"]).stdout)))

    assert 5 == len(rows)
    assert [row["score"] for row in table] == ["" if row["score"] is None else repr(row["score"]) for row in rows]
    assert [1, 1, 3, None, None] == [row["rank"] for row in rows]


def test_a_wrong_domain_or_facet_is_a_value_error(graph: KnowledgeGraph) -> None:
    with pytest.raises(ValueError, match=r"domain is 'med'; did you mean 'medical'\?"):
        rank_datasets(graph, domain="med")
    with pytest.raises(ValueError, match="the facet 'x'; its facets are 'modality', "):
        rank_topics(graph, facet="x")


def test_a_paper_about_which_nothing_is_known_is_not_scored_zero() -> None:
    entries = tuple(CatalogEntry(key=key, title=f"Synthetic paper {key}", section="x") for key in "pq")
    catalog = Catalog(title="Synthetic", entries=entries)
    papers = {"p": Paper(id="1" * 40, references=Listing(status="known")), "q": Paper(id="2" * 40)}
    table = rank_papers(build_graph(catalog, make_snapshot(papers)), by="catalog_citations")

    assert 0.0 == table.loc["paper:q", "score"]
    assert pd.isna(table.loc["paper:p", "score"])
    assert "no other paper's references are known" == table.loc["paper:p", "flags"]


def test_a_graph_may_be_named_by_its_folder_and_errors_name_it(graph: KnowledgeGraph, tmp_path: Path) -> None:
    write_graph(graph, tmp_path / "graph.json")
    ranked, refused, incomplete = (
        CliRunner().invoke(cli, [*command])
        for command in (
            ["rank", str(tmp_path), "--of", "datasets"],
            ["explain", str(tmp_path), "fedbn"],
            ["explain", str(tmp_path)],
        )
    )

    assert read_graph(tmp_path).nodes == graph.nodes
    assert (0, 1, 2) == (ranked.exit_code, refused.exit_code, incomplete.exit_code)
    assert str(refused.exception).startswith(f"{tmp_path}: no citation data: ")
    assert "is a graph; name one of its nodes after it" in incomplete.stderr
