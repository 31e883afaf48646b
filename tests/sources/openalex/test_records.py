"""A work becomes a paper: what is unknown stays unknown, and what is doubtful is left out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flgraph.records import Author, Institution, Listing, OpenAccess, Paper
from flgraph.sources.faults import BadAnswerError
from flgraph.sources.openalex.records import read_ids, to_paper
from flgraph.sources.openalex.works import Work, read_work
from tests.replica.openalex.works import locate_at_arxiv, make_author, make_preprint, make_work

TODAY = date(2026, 11, 27)


def convert(work: dict[str, Any]) -> Paper:
    return to_paper(read_work(work, asked="a work"), today=TODAY)


def read_recorded(folder: Path, name: str) -> list[Work]:
    """Read the works of a recorded reply."""
    path = folder / "openalex" / "recorded" / f"{name}.json"
    body = json.loads(path.read_text(encoding="utf-8"))["response"]["json"]
    return [read_work(work, asked=name) for work in body.get("results", [body])]


# --- references, dates, venue --------------------------------------------------------------------------------


def test_an_empty_list_of_references_is_unknown_and_never_zero() -> None:
    none, some, unasked = (
        convert(make_work(10)),
        convert(make_work(10, cites=[11, 12, 11])),
        convert({"id": "W10", "title": "Synthetic"}),
    )
    assert ("unlisted", None) == (none.references.status, none.reference_count)
    assert (["W11", "W12"], 2) == ([line.id for line in some.references.items], some.reference_count)
    assert Listing() == unasked.references


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        (date(2020, 6, 1), "2020-06-01"),
        (None, "2020-01-01"),
        (None, "2026-11-28"),
        (None, "2020-13-01"),
        (date(2026, 11, 27), "2026-11-27"),
    ],
)
def test_a_day_is_kept_if_it_is_known_and_past(expected: date | None, given: str) -> None:
    assert expected == convert(make_work(10, publication_date=given)).publication_date


@pytest.mark.parametrize(("expected", "given"), [(2020, 2020), (2026, 2026), (None, 2027), (None, 1234)])
def test_a_year_of_the_future_is_left_out(expected: int | None, given: int) -> None:
    assert expected == convert(make_work(10, publication_year=given)).year


def test_a_repository_is_no_venue() -> None:
    assert "Synthetic Journal" == convert(published(10)).venue
    assert convert({**published(10), "primary_location": locate_at_arxiv("2101.00001")}).venue is None


def published(number: int, **fields: Any) -> dict[str, Any]:
    work = make_work(number, **fields)
    return {**work, "primary_location": work["locations"][0]}


# --- ids -----------------------------------------------------------------------------------------------------


OTHER_IDS = {
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/34012082",
    "pmcid": "https://www.ncbi.nlm.nih.gov/pmc/articles/5815332",
    "mag": 7,
}


@pytest.mark.parametrize(
    ("expected", "work"),
    [
        ({"doi": "10.9999/synthetic.10"}, make_work(10)),
        ({"doi": "10.48550/arxiv.2101.00001", "arxiv": "2101.00001"}, make_preprint(10, "2101.00001")),
        ({"doi": "10.9999/synthetic.10", "arxiv": "2101.00001"}, make_work(10, arxiv="2101.00001")),
        ({"arxiv": "2101.00001"}, make_work(10, doi=None, locations=[{"landing_page_url": "https://arxiv.org/abs/2101.00001v2"}])),
        ({"pmid": "34012082", "pmcid": "PMC5815332", "mag": "7"}, make_work(10, doi=None, ids=OTHER_IDS)),
    ],
)  # fmt: skip
def test_ids_come_from_the_doi_the_locations_and_the_ids(expected: dict[str, str], work: dict[str, Any]) -> None:
    assert expected == read_ids(read_work(work, asked="a work"))


def test_a_work_with_the_pages_of_strangers_has_no_arxiv_id() -> None:
    pages = [locate_at_arxiv("2101.00001"), locate_at_arxiv("2101.00002", scheme="https")]
    assert {"doi": "10.9999/synthetic.10"} == read_ids(read_work(make_work(10, locations=pages), asked="a work"))


# --- authors -------------------------------------------------------------------------------------------------

SOME_ORCID = "https://orcid.org/0000-0000-0000-0001"


@pytest.mark.parametrize(
    ("expected", "authorship"),
    [
        (Author(id="A51", name="Ada Example", orcid="0000-0000-0000-0001"),
         make_author("Ada Example", 51, author={"orcid": SOME_ORCID})),
        (Author(id="A51", name="Example, Ada"), make_author("Ada Example", 51, raw_author_name="Example, Ada")),
        (Author(id="A51", name="A. Example"), make_author("Ada Example", 51, raw_author_name="A. Example")),
        (Author(name="Bo Sample"),
         make_author("Ada Example", 51, raw_author_name="Bo Sample", author={"orcid": SOME_ORCID})),
        (Author(name="Ada Example"), make_author("Ada Example", 9999999999)),
        (Author(name="Ada Example"), make_author("Ada Example", 5317838346)),
        (Author(name="Ada Example"), make_author("Ada Example")),
        (Author(name="Ada Example"), make_author("Ada Example", 51, raw_author_name=None)),
        (Author(name="Ada Example"), make_author("Ada Example", raw_author_name="Ada Example ada@example.org")),
    ],
)  # fmt: skip
def test_an_author_has_an_id_only_where_the_profile_has_the_printed_name(
    expected: Author, authorship: dict[str, Any]
) -> None:
    assert (expected,) == convert(make_work(10, authorships=[authorship])).authors


def test_an_author_without_a_name_is_left_out() -> None:
    nobody = {"author": {"id": None, "display_name": None}, "raw_author_name": " "}
    assert () == convert(make_work(10, authorships=[nobody, {"author": None}, None])).authors


def test_institutions_are_kept_and_affiliations_as_printed_are_not() -> None:
    place = {
        "id": "https://openalex.org/I7",
        "display_name": "Synthetic Institute",
        "ror": "https://ror.org/00x",
        "country_code": "NL",
    }
    printed = {"raw_affiliation_strings": ["Synthetic Institute, ada@example.org"], "affiliations": [{"x": 1}]}
    work = read_work(
        make_work(10, authorships=[make_author("Ada Example", 51, institutions=[place, None], **printed)]), asked="x"
    )

    assert (Institution(id="I7", name="Synthetic Institute", ror="00x", country="NL"),) == to_paper(
        work, today=TODAY
    ).authors[0].institutions
    assert "example.org" not in json.dumps(work.to_json())
    assert "affiliation" not in json.dumps(work.to_json())


# --- the rest ------------------------------------------------------------------------------------------------


def test_what_is_left_is_read() -> None:
    free = {**locate_at_arxiv("2101.00001"), "license": "cc-by"}
    paper = convert(
        make_work(
            10,
            type="article",
            is_retracted=True,
            cited_by_count=9,
            open_access={"oa_status": "green", "oa_url": "https://example.org/other"},
            best_oa_location=free,
            counts_by_year=[
                {"year": year, "cited_by_count": count} for year, count in ((2022, 3), (2021, 0), (2020, 6))
            ],
        )
    )
    assert (9, "article", True) == (paper.citation_count, paper.document_type, paper.retracted)
    assert {2020: 6, 2022: 3} == paper.citations_by_year
    assert paper.open_access == OpenAccess(
        status="green", url="https://arxiv.org/pdf/2101.00001", licence="cc-by", version="submittedVersion"
    )


def test_an_abstract_is_never_kept() -> None:
    work = read_work(make_work(10, abstract_inverted_index={"Synthetic": [0]}), asked="a work")
    assert "abstract" not in json.dumps(work.to_json())
    assert to_paper(work, today=TODAY) == to_paper(read_work(work.to_json(), asked="again"), today=TODAY)


@pytest.mark.parametrize(
    "wrong", [{"id": "A51"}, {"id": None}, {"title": 3}, {"cited_by_count": -1}, {"referenced_works": "W11"}]
)
def test_a_wrong_type_is_an_error_that_says_where(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadAnswerError, match=f"OpenAlex: doi:x: {next(iter(wrong))}"):
        read_work({**make_work(10), **wrong}, asked="doi:x")
    with pytest.raises(BadAnswerError, match="the record"):
        read_work(None, asked="doi:x")


# --- recorded replies ----------------------------------------------------------------------------------------

RECORDED = [
    "work-by-doi-2025", "work-by-doi-parenthesis", "work-by-doi-no-authors", "work-by-doi-pnas", "search-title-one-hit",
    "search-title-arxiv", "search-title-published-and-preprint", "work-2025-06", "work-2026-02", "work-2026-03",
    "list-two-works-2026-03", "list-search-2026-07",
]  # fmt: skip


@pytest.mark.parametrize("name", RECORDED)
def test_each_recorded_work_is_read_and_kept_without_loss(name: str, test_data: Path) -> None:
    for work in read_recorded(test_data, name):
        paper = to_paper(work, today=TODAY)
        kept = json.dumps(work.to_json())
        assert paper == to_paper(read_work(json.loads(kept), asked=name), today=TODAY)
        assert paper.title
        assert paper.ids
        assert "abstract" not in kept
        assert "@" not in kept


def test_a_recorded_wrong_merge_keeps_names_without_the_ids_of_strangers(test_data: Path) -> None:
    merged = to_paper(read_recorded(test_data, "list-two-works-2026-03")[0], today=TODAY)
    names = {author.name: author.id for author in merged.authors}

    assert "W4392145873" == merged.id
    assert names["Ndiaye, Matar"] is None
    assert ("unlisted", 23_799) == (merged.references.status, merged.citation_count)
    assert "arxiv" not in merged.ids


def test_a_recorded_preprint_has_its_arxiv_id_and_no_day(test_data: Path) -> None:
    (paper,) = (to_paper(work, today=TODAY) for work in read_recorded(test_data, "search-title-arxiv"))
    assert paper.ids["doi"] == f"10.48550/arxiv.{paper.ids['arxiv']}"
    assert (None, "unlisted", None) == (paper.publication_date, paper.references.status, paper.venue)


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("An invented study. Contact: ada.example@hospital.example", "An invented study. Contact:"),
        ("Ranking by recall@10 and P@5", "Ranking by recall@10 and P@5"),
        ("ada@hospital.example", None),
    ],
)
def test_titles_keep_no_address_of_a_person(printed: str, kept: str | None) -> None:
    assert kept == read_work({"id": "W4300000001", "title": printed}, asked="a title").title
