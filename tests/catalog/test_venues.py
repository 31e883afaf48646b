"""Venues with years, and papers that stand in several sections."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flgraph.analysis.ranking import rank_venues
from flgraph.catalog.reader import lint_catalog, read_catalog
from flgraph.catalog.writer import write_catalog
from flgraph.enrichment.judge import index_catalog, judge_title_match
from flgraph.errors import GraphError
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import list_facets
from flgraph.graph.query import find_papers
from flgraph.graph.tables import papers_table
from flgraph.identifiers import split_venue
from flgraph.map.network import to_pyvis
from flgraph.records import Catalog, CatalogEntry, Paper, TopicEntry, VenueEntry

VENUES = (
    VenueEntry(key="syn", name="Conference on Synthetic Things", tags=("SYN",), type="conference"),
    VenueEntry(key="isic-2019", name="Synthetic Challenge 2019", tags=("Challenge 2019",)),
)


def list_papers(*entries: dict[str, Any], venues: tuple[VenueEntry, ...] = VENUES) -> Catalog:
    records = tuple(
        CatalogEntry.model_validate({"key": f"p{number}", "title": f"Synthetic {number}", "section": "x", **entry})
        for number, entry in enumerate(entries)
    )
    return Catalog(title="Synthetic", entries=records, venues=venues)


def lint(catalog: Catalog, folder: Path) -> list[str]:
    write_catalog(catalog, folder)
    return [f"{finding.level}: {finding.message}" for finding in lint_catalog(folder)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CVPR 2017", ("CVPR", 2017)),
        ("CVPR2017", ("CVPR", 2017)),
        ("CVPR-2017", ("CVPR", 2017)),
        ("CVPR, 2017", ("CVPR", 2017)),
        ("CVPR (2017)", ("CVPR", 2017)),
        ("CVPR'17", ("CVPR", 2017)),
        ("CVPR \u201998", ("CVPR", 1998)),
        ("2017 CVPR", ("CVPR", 2017)),
        ("2017: CVPR", ("CVPR", 2017)),
        ("CVPR'50", ("CVPR", 1950)),
        ("NeurIPS 2019 Workshop", ("NeurIPS Workshop", 2019)),
        ("CVPR", ("CVPR", None)),
        ("2017", ("2017", None)),
        ("2017-2018 Symposium", ("2017-2018 Symposium", None)),
        ("arXiv:2001.01234", ("arXiv:2001.01234", None)),
        ("ISO 19115", ("ISO 19115", None)),
        ("Fusion 2025 of 2019", ("Fusion 2025 of 2019", None)),
    ],
)
def test_a_venue_is_split_from_its_year(text: str, expected: tuple[str, int | None]) -> None:
    assert expected == split_venue(text)


def test_years_of_one_venue_are_one_venue_and_date_its_papers() -> None:
    graph = build_graph(list_papers({"venue": "SYN 2017"}, {"venue": "syn'19"}, {"venue": "SYN", "year": 2020}))

    assert ["venue:syn"] == list(rank_venues(graph).index)
    assert [2017, 2019, 2020] == [graph.nodes[f"paper:p{number}"]["year"] for number in range(3)]
    assert {"Conference on Synthetic Things"} == {graph.nodes[f"paper:p{number}"]["venue"] for number in range(3)}
    assert "SYN 2017" == graph.nodes["paper:p0"]["venue_listed"]
    assert "year: from the venue 'SYN 2017'" == graph.nodes["paper:p0"]["evidence"]
    assert "evidence" not in graph.nodes["paper:p2"]


def test_years_of_one_venue_are_one_venue_without_a_vocabulary() -> None:
    graph = build_graph(list_papers({"venue": "CVPR 2017"}, {"venue": "CVPR 2019"}, venues=()))

    assert [("venue:cvpr", 2)] == list(rank_venues(graph)["papers"].items())
    assert "CVPR" == graph.nodes["venue:cvpr"]["name"]


def test_a_name_that_contains_a_year_is_kept_whole() -> None:
    node = build_graph(list_papers({"venue": "challenge 2019"})).nodes["paper:p0"]

    assert ("Synthetic Challenge 2019", None) == (node["venue"], node.get("year"))


def test_the_year_of_the_catalog_wins_and_a_conflict_is_a_warning(tmp_path: Path) -> None:
    catalog = list_papers({"venue": "SYN 2017", "year": 2018}, {"venue": "SYN 2017", "year": 2017})

    assert 2018 == build_graph(catalog).nodes["paper:p0"]["year"]
    assert ["warning: `year` is 2018, but the venue 'SYN 2017' is of 2017; correct one of them"] == lint(
        catalog, tmp_path
    )


def test_an_unknown_venue_is_a_warning_with_near_names(tmp_path: Path) -> None:
    catalog = list_papers({"venue": "SIN 2017"}, {"venue": "Elsewhere"})

    assert [
        "warning: unknown venue 'SIN'; did you mean 'SYN'?",
        "warning: unknown venue 'Elsewhere'; add it to venues.yaml",
    ] == lint(catalog, tmp_path)
    assert "venue:sin" in build_graph(catalog)


def test_a_record_of_another_time_is_no_match_for_the_year_of_the_venue() -> None:
    catalog = list_papers({"venue": "SYN 2017", "title": "A synthetic study of invented things"})
    [entry] = catalog.entries
    later = Paper(id="1", title="A synthetic study of invented things", year=2023, venue="SYN")
    near = later.model_copy(update={"year": 2018})
    index = index_catalog(catalog)

    assert "its year is 2023, not 2017" in judge_title_match(entry, [later], index=index).witnesses
    assert "accepted" == judge_title_match(entry, [near], index=index).status
    assert "venue equal" in judge_title_match(entry, [near], index=index).witnesses


def test_a_year_in_the_name_of_a_known_venue_is_no_year_of_the_paper() -> None:
    catalog = list_papers({"venue": "Challenge 2019", "title": "A synthetic study of invented things"})
    record = Paper(id="1", title="A synthetic study of invented things", year=2023, venue="Synthetic Challenge 2019")
    witnesses = judge_title_match(catalog.entries[0], [record], index=index_catalog(catalog)).witnesses

    assert "venue equal" in witnesses
    assert not [said for said in witnesses if "2019" in said]


# --- sections --------------------------------------------------------------------------------------------


def test_a_paper_of_two_sections_counts_once_and_is_found_in_both() -> None:
    graph = build_graph(list_papers({"section": "Vision", "sections": ["Vision", "Speech"]}, {"section": "Speech"}))

    assert "Vision; Speech" == graph.nodes["paper:p0"]["section"]
    assert ["Vision; Speech", "Speech"] == list(papers_table(graph)["section"])
    assert ["p0"] == list(find_papers(graph, section="vision").key)
    assert ["p0", "p1"] == list(find_papers(graph, section="Speech").key)
    assert ["p0"] == list(find_papers(graph, section=["Speech", "Vision"]).key)
    with pytest.raises(GraphError, match="'Spech' is not a section of this graph; did you mean 'Speech'"):
        find_papers(graph, section="Spech")


def test_papers_are_found_by_any_heading_above_them() -> None:
    graph = build_graph(
        list_papers(
            {"section": "Methods > Nowcasting > Rain"},
            {"section": "Methods > Calibration", "sections": ["Methods > Calibration", "Data; more (old)"]},
            {"section": "Rainfall"},
        )
    )

    def find(name: str) -> list[str]:
        return list(find_papers(graph, section=name).key)

    assert (["p0", "p1"], ["p0"], ["p1"]) == (find("methods"), find("Rain"), find("Data; more (old)"))
    assert (["p0"], ["p0"]) == (find("Methods > Nowcasting"), find("nowcasting > rain"))
    for name in ("Methods > Rain", "Calibration > Methods", "Meth", " "):
        with pytest.raises(GraphError, match="is not a section of this graph"):
            find(name)


def test_sections_are_written_and_read_back(tmp_path: Path) -> None:
    (tmp_path / "papers.yaml").write_text("- {key: p0, title: Synthetic, sections: [A, B]}\n", encoding="utf-8")
    catalog = read_catalog(tmp_path)
    [entry] = catalog.entries

    assert ("A", ("A", "B")) == (entry.section, entry.section_names)
    changed = catalog.model_copy(update={"entries": (entry.model_copy(update={"year": 2020}),)})
    write_catalog(changed, tmp_path)
    assert "section:" not in (tmp_path / "papers.yaml").read_text(encoding="utf-8")
    assert changed == read_catalog(tmp_path)


def test_a_paper_needs_a_section_and_each_once(tmp_path: Path) -> None:
    (tmp_path / "papers.yaml").write_text(
        "- {key: p0, title: Synthetic, sections: []}\n- {key: p1, title: Synthetic one, sections: [A, A]}\n",
        encoding="utf-8",
    )
    assert [
        ("error", "the required field `section` is missing"),
        ("warning", "the section 'A' is listed twice; remove one"),
    ] == [(finding.level, finding.message) for finding in lint_catalog(tmp_path)]


# --- facets ----------------------------------------------------------------------------------------------


def test_any_name_is_a_facet_but_a_misspelt_one_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "papers.yaml").write_text("- {key: p0, title: Synthetic, section: A}\n", encoding="utf-8")
    facets = ("material", "material", "materiel", "process", "a=b")
    (tmp_path / "topics.yaml").write_text(
        "".join(f"- {{key: t{n}, name: N{n}, facet: {facet}}}\n" for n, facet in enumerate(facets)), encoding="utf-8"
    )
    assert [
        ("warning", "only 't2' has the facet 'materiel'; did you mean 'material'?"),
        ("error", "`facet` must be a name without '=' and ';', found 'a=b'"),
    ] == [(finding.level, finding.message) for finding in lint_catalog(tmp_path)]


def test_the_catalog_puts_its_facets_in_order(tmp_path: Path) -> None:
    topics = tuple(TopicEntry(key=f"t{n}", name=f"T{n}", facet=facet) for n, facet in enumerate("bbac"))
    catalog = list_papers({"topics": [f"t{n}" for n in range(4)]}).model_copy(update={"topics": topics})
    ordered = catalog.model_copy(update={"facets": ("c", "b", "unused")})
    write_catalog(catalog, tmp_path)
    write_catalog(ordered, tmp_path)

    assert ordered == read_catalog(tmp_path)
    assert ["b", "a", "c"] == list_facets(build_graph(catalog))
    assert ["c", "b", "a"] == list_facets(build_graph(ordered))
    assert "main c" == to_pyvis(build_graph(ordered)).color_heading


# --- the year of the listed venue ------------------------------------------------------------------------


def test_a_published_venue_without_a_year_leaves_that_of_the_listed_one(tmp_path: Path) -> None:
    catalog = list_papers(
        {"venue": "SYN'20", "published": {"venue": "Journal"}},
        {"venue": "SYN'20", "published": {"venue": "Journal 2021"}},
        {"venue": "SYN'20", "published": {"venue": "Journal"}, "year": 2021},
        venues=(*VENUES, VenueEntry(key="journal", name="Journal")),
    )
    nodes = build_graph(catalog).nodes

    assert [2020, 2021, 2021] == [nodes[f"paper:p{number}"]["year"] for number in range(3)]
    assert 'year: from the listed venue "SYN\'20"' == nodes["paper:p0"]["evidence"]
    assert "year: from the venue 'Journal 2021'" == nodes["paper:p1"]["evidence"]
    assert "Journal" == nodes["paper:p0"]["venue"]
    assert [] == lint(catalog, tmp_path)
