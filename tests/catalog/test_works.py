"""Catalogs as works: their titles, and the ids that no one refuted."""

from __future__ import annotations

from pathlib import Path

import pytest

from flgraph.catalog.works import catalog_of_works, catalog_works, read_works
from flgraph.errors import CatalogError
from flgraph.lists.comparing import Overlap, compare_lists
from flgraph.records import Catalog, CatalogEntry


def make_catalog(**facts: object) -> Catalog:
    entry = CatalogEntry.model_validate(
        {"key": "a", "title": "Synthetic learning of nothing", "section": "One", "year": 2021} | facts
    )
    return Catalog(title="Synthetic list", entries=(entry,))


def test_ids_are_those_of_the_fields_the_link_and_links_to_papers() -> None:
    materials = [
        {"label": "PDF", "url": "https://arxiv.org/pdf/2912.00001v2", "kind": "paper"},
        {"label": "Data", "url": "https://doi.org/10.5555/data", "kind": "data"},
    ]
    (work,) = catalog_works(
        make_catalog(ids={"pmid": "1"}, url="https://doi.org/10.5555/Paper", materials=materials)
    ).works

    assert {"pmid:1", "doi:10.5555/paper", "arxiv:2912.00001"} == work.ids
    assert ("Synthetic learning of nothing", 2021, ("One",)) == (work.title, work.year, work.section)


def test_a_refuted_id_identifies_nothing() -> None:
    url = "https://arxiv.org/abs/2912.00001"
    materials = [{"label": "PDF", "url": url, "kind": "paper"}]
    refuted = [{"id": "arxiv:2912.00001", "reason": "leads to another paper"}]
    (work,) = catalog_works(make_catalog(url=url, materials=materials, refuted=refuted)).works

    assert frozenset() == work.ids
    assert work.url is None


def test_the_published_title_is_one_of_the_work() -> None:
    catalog = make_catalog(published={"title": "Invented tides", "venue": "SYN"})
    (work,) = catalog_works(catalog, name="mine").works

    assert ("Synthetic learning of nothing", "Invented tides") == work.titles
    assert ("SYN", "mine") == (work.venue, work.path)
    other = catalog_works(make_catalog(title="Invented tides"))
    assert Overlap(1, 0, 0, 0, 0) == compare_lists(catalog_works(catalog), other).count_overlap()


def test_a_folder_with_papers_is_a_catalog_and_a_file_is_a_list(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.md"
    path.write_text("- [Synthetic paper beta](https://arxiv.org/abs/2912.00001)\n", encoding="utf-8")

    assert (str(folder), 2) == (read_works(folder).name, len(read_works(folder).works))
    assert Overlap(1, 1, 0, 0, 0) == compare_lists(read_works(folder), read_works(path)).count_overlap()


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"none\.md: cannot be read \(No such file or directory\)"):
        read_works(tmp_path / "none.md")


def test_the_works_of_a_catalog_make_a_catalog_again() -> None:
    authors = [{"name": "Ada Example"}, {"name": "Bo Sample"}]
    catalog = make_catalog(url="https://arxiv.org/abs/2912.00001", venue="SYN", authors=authors)
    (entry,) = catalog_of_works(catalog_works(catalog).works, title="Again").entries

    assert ("Synthetic learning of nothing", 2021, "SYN") == (entry.title, entry.year, entry.venue)
    assert ({"arxiv": "2912.00001"}, ["Ada Example", "Bo Sample"]) == (entry.ids, [one.name for one in entry.authors])
    assert () == catalog_of_works([], title="None").entries
