"""Of several records, the title chooses; versions of one work are united, and wrong ones never are."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flgraph.enrichment.choose import Choice, choose_record
from flgraph.enrichment.judge import index_catalog
from flgraph.enrichment.versions import is_version, rename_versions, unite_versions
from flgraph.records import Author, Catalog, CatalogEntry, Listing, OpenAccess, Paper, Reference, Version
from flgraph.sources.openalex.records import to_paper
from flgraph.sources.openalex.works import read_work
from flgraph.sources.provider import Found, PaperId

TITLE = "FedSyn: Synthetic learning across invented hospitals"
DOI, ARXIV = PaperId("doi", "10.9999/syn"), PaperId("arxiv", "2999.00001")
ADA, BO = Author(name="Ada Example"), Author(name="Bo Sample")
KNOWN = Listing(status="known", items=(Reference(id="9"),))


def record(name: str, title: str = TITLE, **fields: Any) -> Paper:
    return Paper(id=name, title=title, **{"authors": (ADA, BO), "year": 2021, **fields})


def choose(*found: tuple[PaperId, Paper], **fields: Any) -> Choice:
    ids = {"doi": DOI.value, "arxiv": ARXIV.value}
    entry = CatalogEntry.model_validate({"key": "syn", "title": TITLE, "section": "2021", "ids": ids, **fields})
    index = index_catalog(Catalog(title="Synthetic list", entries=(entry,)))
    return choose_record(entry, [Found(*one) for one in found], index=index)


PREPRINT = record("W2", ids={"arxiv": ARXIV.value, "doi": "10.48550/arxiv.2999.00001"}, citation_count=106)
ARTICLE = record("W1", ids={"doi": DOI.value}, citation_count=236, references=KNOWN, reference_count=1)


# --- choices -------------------------------------------------------------------------------------------------


def test_one_record_is_judged_as_ever() -> None:
    match, paper = choose((DOI, ARTICLE))
    assert ("accepted", "id", "W1", ARTICLE) == (match.status, match.method, match.id, paper)
    match, paper = choose((DOI, record("W3", "Quantum gravity on a lattice", authors=())))
    assert ("review", None) == (match.status, match.id)
    assert [("doi:10.9999/syn", "W3")] == [(one.id, one.record) for one in match.refuted]


def test_a_preprint_and_its_publication_are_one_work_with_the_publication_first() -> None:
    match, paper = choose((ARXIV, PREPRINT), (DOI, ARTICLE))
    assert ("W1", "W1", 236) == (match.id, paper.id, paper.citation_count)
    assert [("W1", 236), ("W2", 106)] == [(one.id, one.citation_count) for one in paper.versions]
    assert {"doi": DOI.value, "arxiv": ARXIV.value} == paper.ids
    assert "another version is W2" in match.witnesses
    assert () == match.refuted


def test_a_preprint_under_another_title_is_a_version_by_its_authors() -> None:
    other = record("W2", "FedSyn: how hospitals that were invented learn", ids={"arxiv": ARXIV.value})
    assert ["W1", "W2"] == [one.id for one in choose((ARXIV, other), (DOI, ARTICLE)).paper.versions]
    stranger = other.model_copy(update={"authors": (Author(name="Cy Stranger"),)})
    match, paper = choose((ARXIV, stranger), (DOI, ARTICLE))
    assert ("W1", ()) == (paper.id, paper.versions)
    assert any(
        "also leads to W2" in witness or "W2" in witness for witness in (*match.witnesses, *map(str, match.refuted))
    )


def test_of_two_works_with_one_doi_the_title_chooses() -> None:
    wrong = record("W0", "Quantum gravity on a lattice", ids={"doi": DOI.value}, authors=(), citation_count=9_999)
    match, paper = choose((DOI, wrong), (DOI, ARTICLE))
    assert ("accepted", "W1", 236, ()) == (match.status, paper.id, paper.citation_count, paper.versions)
    assert "DOI 10.9999/syn also leads to W0: 'Quantum gravity on a lattice'" in match.witnesses
    assert () == match.refuted


def test_a_wrong_id_beside_a_right_one_is_refuted_with_the_id_to_use() -> None:
    wrong = record("W0", "Quantum gravity on a lattice", ids={"arxiv": ARXIV.value}, authors=(), citation_count=9_999)
    match, paper = choose((ARXIV, wrong), (DOI, ARTICLE))
    assert ("W1", 236, ()) == (paper.id, paper.citation_count, paper.versions)
    assert [("arxiv:2999.00001", "W0", "doi:10.9999/syn")] == [(one.id, one.record, one.right) for one in match.refuted]


def test_all_wrong_is_for_review_with_each_id_refuted() -> None:
    wrong = record("W0", "Quantum gravity on a lattice", authors=())
    match, _ = choose((ARXIV, wrong), (DOI, wrong.model_copy(update={"id": "W9"})))
    assert ("review", ["arxiv:2999.00001", "doi:10.9999/syn"]) == (match.status, [one.id for one in match.refuted])


# --- versions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "other"),
    [
        (True, record("W2", TITLE.upper())),
        (True, record("W2", TITLE, authors=())),
        (False, record("W2", TITLE, authors=(Author(name="Cy Stranger"),))),
        (True, record("W2", "Learning synthetically in hospitals", year=2022)),
        (False, record("W2", "Learning synthetically in hospitals", year=2025)),
        (False, record("W2", f"{TITLE}, part 2")),
        (False, record("W2", "Learning synthetically in hospitals", authors=())),
    ],
)
def test_versions_agree_in_title_or_in_authors(expected: bool, other: Paper) -> None:
    assert expected == is_version(ARTICLE, other)


def test_what_the_first_version_lacks_is_taken_from_the_others() -> None:
    free = OpenAccess(url="https://example.org/free.pdf")
    bare = record("W1", references=Listing(status="unlisted"), open_access=OpenAccess(status="closed"))
    full = record("W2", references=KNOWN, reference_count=1, open_access=free, citation_count=4)
    united = unite_versions(bare, [bare, full])
    assert (KNOWN, 1, free, 4) == (united.references, united.reference_count, united.open_access, united.citation_count)
    assert bare == unite_versions(bare, [bare])


def test_listings_name_a_work_once_by_its_own_record() -> None:
    work = record("W1", versions=(Version(id="W1"), Version(id="W2"), Version(id="W3")))
    lines = Listing(status="known", items=tuple(Reference(id=name) for name in ("W2", "W1", "W8", "W3")), cut_by="cap")
    third = record("W3")
    renamed = rename_versions({"a": work, "b": record("W5", references=lines), "c": third})["b"].references
    assert (["W1", "W8", "W3"], "cap") == ([line.id for line in renamed.items], renamed.cut_by)


# --- recorded quirks -----------------------------------------------------------------------------------------


def read_recorded(folder: Path, name: str) -> list[Paper]:
    path = folder / "openalex" / "recorded" / f"{name}.json"
    body = json.loads(path.read_text(encoding="utf-8"))["response"]["json"]
    return [to_paper(read_work(work, asked=name), today=date(2026, 11, 27)) for work in body["results"]]


def test_a_recorded_article_and_its_preprint_are_united_and_their_counts_not_added(test_data: Path) -> None:
    both = read_recorded(test_data, "search-title-published-and-preprint")
    article, preprint = sorted(both, key=lambda paper: -(paper.citation_count or 0))[:2]
    assert (236, 106) == (article.citation_count, preprint.citation_count)
    ids = {"doi": article.ids["doi"]}
    found = [(PaperId("doi", article.ids["doi"]), article), (PaperId("doi", preprint.ids["doi"]), preprint)]
    match, paper = choose(*found, title=article.title, ids=ids)
    assert (article.id, 236) == (paper.id, paper.citation_count)
    assert "accepted" == match.status


@pytest.mark.parametrize("title", [TITLE, "A survey of federated learning in health care", "Deep residual learning"])
def test_a_recorded_wrong_merge_is_accepted_for_no_stranger(title: str, test_data: Path) -> None:
    merged = read_recorded(test_data, "list-two-works-2026-03")[0]
    match, _ = choose((DOI, merged), title=title)
    assert ("review", None) == (match.status, match.id)
