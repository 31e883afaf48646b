"""From a list to a catalog: one work is one entry, and nothing is joined or split without evidence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flgraph.catalog.kept_lists import find_kept_files
from flgraph.catalog.list_catalog import catalog_from_list, import_reading
from flgraph.catalog.list_export import read_listed_catalog
from flgraph.catalog.list_import import import_list, read_lists
from flgraph.catalog.list_names import name_sections, split_authors
from flgraph.catalog.list_works import group_works
from flgraph.catalog.reader import lint_catalog, read_catalog
from flgraph.catalog.writer import write_catalog
from flgraph.errors import CatalogError
from flgraph.lists.entries import EntryKind, ListEntry, ListField, ListLink, ListReading, Origin
from flgraph.lists.reading import parse_list, read_list
from flgraph.records import Catalog, CatalogEntry

GIVEN = [
    "awesome-fl-for-healthcare.md",
    "tushar-semwal/README.md",
    "weimingwill/conferences.md",
    pytest.param("youngfish42/README.md", marks=pytest.mark.slow),
]
TITLE = "An invented study of learning together"
OTHER = "Quite another matter: clocks without hands"
LIST = """\
# Invented list

## Papers

- [An invented study of learning together](https://arxiv.org/abs/2912.00001) - *ICML* 2099. [[code](https://github.com/example/study)]
- [Clocks without hands in the north](https://arxiv.org/abs/2912.00003) - *ICML* 2098.

## Surveys

- [A survey of invented studies](https://arxiv.org/abs/2912.00002) - *ICML* 2099.
"""


def make_row(
    title: str = TITLE,
    url: str | None = None,
    *,
    line: int = 1,
    section: tuple[str, ...] = ("List", "Papers"),
    venue: str | None = None,
    year: int | None = None,
    authors: str | None = None,
    links: tuple[ListLink, ...] = (),
    kind: EntryKind = "paper",
    path: str = "README.md",
    origins: dict[ListField, Origin] | None = None,
) -> ListEntry:
    return ListEntry(
        kind, title, url, section, line, (0, 0), 0, venue, year, authors, links=links, path=path, origins=origins or {}
    )


def make_link(url: str, kind: str = "code", label: str = "Code") -> ListLink:
    return ListLink(label, url, kind, (0, 0))  # type: ignore[arg-type]


def make_catalog(*rows: ListEntry) -> Catalog:
    return catalog_from_list(ListReading("README.md", "markdown", b"", rows))


def only_entry(*rows: ListEntry) -> CatalogEntry:
    (entry,) = make_catalog(*rows).entries
    return entry


def write_list(folder: Path, text: str = LIST) -> Path:
    path = folder / "README.md"
    path.write_text(text, encoding="utf-8")
    return path


# --- one work, one entry ---------------------------------------------------------------------------------


def test_a_row_becomes_an_entry_with_what_it_says() -> None:
    row = make_row(
        url="https://arxiv.org/abs/2912.00001v2",
        venue="INV",
        year=2099,
        authors="Ada Example and Bo Sample",
        links=(make_link("https://github.com/example/study/tree/main/part"),),
    )

    catalog = make_catalog(row)

    entry = catalog.entries[0]
    assert (TITLE, "Papers", "INV", 2099) == (entry.title, entry.section, entry.venue, entry.year)
    assert ("https://arxiv.org/abs/2912.00001v2", {"arxiv": "2912.00001"}) == (entry.url, dict(entry.ids))
    assert ["Ada Example", "Bo Sample"] == [person.name for person in entry.authors]
    assert [("Code", "code")] == [(link.label, link.kind) for link in entry.materials]
    assert [("github.com/example/study", "part")] == [(use.key, use.subpath) for use in entry.codebases]
    assert ["github.com/example/study"] == [codebase.key for codebase in catalog.codebases]
    assert "List" == catalog.title


def test_one_id_and_nearly_one_title_are_one_work_in_two_sections() -> None:
    entry = only_entry(
        make_row(url="https://arxiv.org/abs/2912.00001"),
        make_row(
            "An invented study on learning together", "https://arxiv.org/pdf/2912.00001.pdf", section=("List", "More")
        ),
    )

    assert ("Papers", "More") == entry.sections
    assert ["https://arxiv.org/pdf/2912.00001.pdf"] == [link.url for link in entry.materials]
    assert () == entry.doubts


def test_one_title_is_one_work_unless_ids_disagree() -> None:
    rows = [make_row(url="https://example.org/a"), make_row(f"{TITLE}.", "https://arxiv.org/abs/2912.00001")]
    joined = make_catalog(*rows)
    split = make_catalog(*rows, make_row(url="https://arxiv.org/abs/2912.00002", line=9))

    assert [{"arxiv": "2912.00001"}] == [dict(entry.ids) for entry in joined.entries]
    assert 2 == len(split.entries)
    assert ("The title is also on line 9, with another id.",) == split.entries[0].doubts


def test_a_row_joins_the_two_works_that_it_shows_to_be_one() -> None:
    assert 1 == len(
        group_works(
            [
                make_row("FedInv: a first title of the study", "https://arxiv.org/abs/2912.00001"),
                make_row("FedInv: learning together, revised", "https://doi.org/10.9999/inv.1"),
                make_row(
                    "FedInv: a first title of the study",
                    "https://arxiv.org/abs/2912.00001",
                    links=(make_link("https://doi.org/10.9999/inv.1", "paper"),),
                ),
            ]
        )
    )


@pytest.mark.parametrize("url", ["https://example.org/same", "https://arxiv.org/abs/2912.00001"])
def test_one_address_on_two_titles_stays_two_works_that_name_each_other(url: str) -> None:
    first, second = make_catalog(make_row(url=url, line=3), make_row(OTHER, url, line=8)).entries

    assert (url, url, {}, {}) == (first.url, second.url, dict(first.ids), dict(second.ids))
    assert (f"The link is also on line 8, with the title '{OTHER}'.",) == first.doubts
    assert (f"The link is also on line 3, with the title '{TITLE}'.",) == second.doubts


def test_one_id_in_two_spellings_on_two_titles_belongs_to_neither() -> None:
    urls = ("https://arxiv.org/abs/2912.00001", "https://arxiv.org/pdf/2912.00001v3")

    first, second = make_catalog(make_row(url=urls[0], line=3), make_row(OTHER, urls[1], line=8)).entries

    assert ({}, {}) == (dict(first.ids), dict(second.ids))
    assert (f"The arXiv id 2912.00001 is also on line 8, with the title '{OTHER}'.",) == first.doubts


def test_ids_that_disagree_within_a_row_are_left_out_and_doubted() -> None:
    link = make_link("https://arxiv.org/abs/2912.00002", "paper", "PDF")

    entry = only_entry(make_row(url="https://arxiv.org/abs/2912.00001", links=(link,)))

    assert {} == dict(entry.ids)
    assert ("The links lead to 2 arXiv ids, 2912.00001 and 2912.00002.",) == entry.doubts


def test_a_doi_of_arxiv_does_not_disagree_with_that_of_the_publisher() -> None:
    link = make_link("https://doi.org/10.9999/inv.1", "paper", "DOI")

    entry = only_entry(make_row(url="https://doi.org/10.48550/arXiv.2912.00001", links=(link,)))

    assert {"arxiv": "2912.00001", "doi": "10.9999/inv.1"} == dict(entry.ids)


# --- fields ----------------------------------------------------------------------------------------------


def test_an_address_that_is_none_is_left_out_and_doubted() -> None:
    entry = only_entry(make_row(url="areas.md"))

    assert entry.url is None
    assert ("The link 'areas.md' is not a web address.",) == entry.doubts


def test_a_venue_of_publication_wins_over_a_preprint_server() -> None:
    assert "INV" == only_entry(make_row(venue="arXiv"), make_row(venue="INV")).venue
    assert "arXiv" == only_entry(make_row(venue="arXiv")).venue


def test_a_year_from_a_heading_has_its_source() -> None:
    entry = only_entry(make_row(year=2099, venue="INV", origins={"year": "heading", "venue": "row"}))

    assert {"year": ("heading of the list",)} == dict(entry.sources)


def test_an_impossible_year_is_unknown() -> None:
    assert only_entry(make_row(year=12)).year is None


def test_links_keep_their_kinds_and_unknown_ones_are_other() -> None:
    kinds = ["code", "project", "data", "slides", "video", "blog", "supplement", "citation", "other"]
    links = tuple(make_link(f"https://example.org/{kind}", kind) for kind in kinds)

    assert [*kinds[:7], "other", "other"] == [link.kind for link in only_entry(make_row(links=links)).materials]


def test_an_empty_link_is_no_material() -> None:
    assert () == only_entry(make_row(links=(make_link("", "other"),))).materials


def test_two_spellings_of_a_repository_are_one_codebase() -> None:
    catalog = make_catalog(
        make_row(links=(make_link("https://github.com/Example/Study"),)),
        make_row(OTHER, links=(make_link("https://github.com/example/study"),)),
    )

    assert ["github.com/Example/Study"] == [codebase.key for codebase in catalog.codebases]
    assert 2 == sum(len(entry.codebases) for entry in catalog.entries)


def test_rows_of_data_become_datasets_each_once() -> None:
    data = [make_row("Invented scans", "https://example.org/scans", kind="data") for _ in range(2)]

    catalog = make_catalog(make_row(), *data)

    assert [("invented-scans", "https://example.org/scans")] == [(one.key, one.homepage) for one in catalog.datasets]
    assert 1 == len(catalog.entries)


def test_a_list_without_a_paper_says_so() -> None:
    with pytest.raises(
        CatalogError, match=r"README\.md: no paper was found in this list; name a file that lists papers"
    ):
        make_catalog()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A. Example, B. Sample and C. Test", ["A. Example", "B. Sample", "C. Test"]),
        ("Ada Example, Bo Sample, and Cy de la Test", ["Ada Example", "Bo Sample", "Cy de la Test"]),
        ("Example A, Sample B C", ["Example A", "Sample B C"]),
        ("Example, Ada and Sample, Bo", ["Ada Example", "Bo Sample"]),
        ("Example, A.; Sample, B.", ["A. Example", "B. Sample"]),
        ("Ada Example & Bo Sample", ["Ada Example", "Bo Sample"]),
        ("李明, 王芳", ["李明", "王芳"]),
        ("A. Example, B. Sample et al.", []),
        ("Example A, Sample B, et al", []),
        ("Example A and others", []),
        ("Example, A., Sample, B.", []),
        ("Example", []),
        ("Ada Example, Ada Example", []),
        ("Example, A. (2099)", []),
        ("", []),
    ],
)
def test_authors_are_split_only_if_each_part_is_a_name(text: str, names: list[str]) -> None:
    assert names == list(split_authors(text))


def test_a_single_author_written_surname_first_is_turned_in_forms_that_write_so() -> None:
    assert ("Ada Example",) == split_authors("Example, Ada", surname_first=True)


@pytest.mark.parametrize("sign", ["(", ",", " and ", "a.", "et ", ";", "-"])
def test_splitting_authors_takes_linear_time(sign: str) -> None:
    assert () == split_authors(sign * (200_000 // len(sign)))


def test_equal_last_headings_are_told_apart_by_those_above() -> None:
    paths = [("a.md", "L", "Papers"), ("a.md", "L", "Papers", "2023"), ("b.md", "L", "Papers"), ("b.md", "L")]

    assert ["a.md > L > Papers", "Papers > 2023", "b.md > L > Papers", "L"] == list(name_sections(paths).values())


def test_sections_are_named_by_their_headings_below_the_title() -> None:
    paths = [("a.md", "L", "Papers", "2023"), ("a.md", "L", "Surveys")]

    assert ["Papers > 2023", "Surveys"] == list(name_sections(paths).values())
    assert ["L > Papers > 2023", "L > Surveys", "More"] == list(name_sections([*paths, ("a.md", "More")]).values())


def test_equal_headings_of_two_files_are_told_apart_by_their_titles() -> None:
    rows = [make_row(section=("One", "2023"), path="a.md"), make_row(OTHER, section=("Two", "2023"), path="b.md")]

    assert ["One > 2023", "Two > 2023"] == [entry.section for entry in make_catalog(*rows).entries]


# --- keys ------------------------------------------------------------------------------------------------


def test_keys_are_readable_and_unique() -> None:
    rows = [
        make_row("FedInv: Learning together", year=2099),
        make_row("FedInv: Clocks and hands", year=2099),
        make_row(TITLE, authors="Example A, et al", year=2099),
        make_row("A gentle walk over ice", year=2098),
        make_row("这是一个虚构的标题"),
    ]

    keys = [entry.key for entry in make_catalog(*rows).entries]

    assert ["fedinv-2099", "fedinv-2099-clocks", "example-2099-invented", "gentle-walk-ice-2098"] == keys[:4]
    assert len(set(keys)) == len(rows)


def test_titles_of_equal_words_get_numbers() -> None:
    rows = [make_row(f"Invented study of clocks part {number}") for number in range(3)]

    assert 3 == len({entry.key for entry in make_catalog(*rows).entries})


def test_a_row_more_changes_no_other_key() -> None:
    rows = [make_row(f"Invented study {word} of clocks", year=2099) for word in ("alpha", "beta", "gamma")]
    before = {entry.title: entry.key for entry in make_catalog(*rows).entries}

    after = {entry.title: entry.key for entry in make_catalog(make_row(OTHER), *rows).entries}

    assert before == {title: key for title, key in after.items() if title in before}


# --- the folder ------------------------------------------------------------------------------------------


def test_an_import_writes_catalog_list_and_reading(tmp_path: Path) -> None:
    path = write_list(tmp_path)

    report = import_list(path, tmp_path / "out")

    assert ["catalog.yaml", "papers.yaml", "codebases.yaml", "list.jsonl", "list.md"] == [
        one.name for one in report.written
    ]
    assert (3, 3, 0) == (report.papers, report.works, report.others)
    assert path.read_bytes() == (tmp_path / "out" / "list.md").read_bytes()
    assert read_catalog(tmp_path / "out") == catalog_from_list(read_list(path))
    assert [] == [finding for finding in lint_catalog(tmp_path / "out") if finding.level == "error"]


def test_each_row_stands_in_the_reading_with_sorted_keys(tmp_path: Path) -> None:
    import_list(write_list(tmp_path), tmp_path / "out")

    lines = (tmp_path / "out" / "list.jsonl").read_text(encoding="utf-8").splitlines()

    rows = [json.loads(line) for line in lines]
    assert 3 == len(rows)
    assert {"key", "title", "url", "venue", "section", "ids", "digest", "path"} <= set(rows[0])
    assert lines == [json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for row in rows]


def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    path = write_list(tmp_path)
    import_list(path, tmp_path / "out")

    assert () == import_list(path, tmp_path / "out").written


def test_a_changed_list_keeps_keys_even_of_retitled_papers(tmp_path: Path) -> None:
    import_list(write_list(tmp_path), tmp_path / "out")
    keys = {entry.title: entry.key for entry in read_catalog(tmp_path / "out").entries}
    changed = LIST.replace(
        "## Papers\n", "## Papers\n\n- [Wholly new tides of learning](https://arxiv.org/abs/2912.00009) - *ICML* 2099."
    )

    import_list(write_list(tmp_path, changed.replace(TITLE, "Learning together, with a twist")), tmp_path / "out")

    entries = read_catalog(tmp_path / "out").entries
    assert 4 == len(entries)
    assert keys[TITLE] == next(entry.key for entry in entries if entry.title == "Learning together, with a twist")
    assert set(keys.values()) < {entry.key for entry in entries}


def test_a_second_import_keeps_topics_and_matches(tmp_path: Path) -> None:
    path = write_list(tmp_path)
    import_list(path, tmp_path / "out")
    (tmp_path / "out" / "topics.yaml").write_text("- {key: clocks, name: Clocks, facet: thing, patterns: [clock]}\n")

    import_list(path, tmp_path / "out")

    assert ["clocks"] == [topic.key for topic in read_catalog(tmp_path / "out").topics]


def test_an_edited_catalog_is_not_overwritten(tmp_path: Path) -> None:
    path = write_list(tmp_path)
    import_list(path, tmp_path / "out")
    catalog = read_catalog(tmp_path / "out")
    noted = (catalog.entries[0].model_copy(update={"note": "read it"}), *catalog.entries[1:])
    write_catalog(catalog.model_copy(update={"entries": noted}), tmp_path / "out")

    with pytest.raises(CatalogError, match=r"out: was edited since .* run `flgraph sync .*README.md -o .*out`"):
        import_list(path, tmp_path / "out")


def test_a_catalog_from_elsewhere_is_not_overwritten(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(CatalogError, match="contains a catalog that was not imported from a list"):
        import_list(write_list(tmp_path), folder)


def test_the_catalog_of_another_list_is_not_overwritten(tmp_path: Path) -> None:
    import_list(write_list(tmp_path), tmp_path / "out")

    with pytest.raises(CatalogError, match="contains the catalog of another list; choose another folder"):
        import_list(
            write_list(tmp_path, f"# Others\n\n- [{OTHER}](https://arxiv.org/abs/2912.00007) - *ICML* 2099.\n"),
            tmp_path / "out",
        )


def test_a_damaged_reading_is_named_with_its_line(tmp_path: Path) -> None:
    path = write_list(tmp_path)
    import_list(path, tmp_path / "out")
    (tmp_path / "out" / "list.jsonl").write_text('{"key": "a", "title": "A", "section": []}\n{oops\n')

    with pytest.raises(CatalogError, match=r"list\.jsonl:2: is not JSON"):
        import_list(path, tmp_path / "out")


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    report = import_list(write_list(tmp_path), tmp_path / "out", dry_run=True)

    assert (3, ()) == (report.works, report.written)
    assert not (tmp_path / "out").exists()


def test_the_title_may_be_given(tmp_path: Path) -> None:
    report = import_list(write_list(tmp_path), tmp_path / "out", title="My own")

    assert ("My own", "Papers") == (report.catalog.title, report.catalog.entries[0].section)
    assert () == import_list(tmp_path / "README.md", tmp_path / "out", title="My own").written


def test_several_files_become_one_catalog_and_are_all_kept(tmp_path: Path) -> None:
    paths = [tmp_path / "a.md", tmp_path / "b.md"]
    paths[0].write_text("# One\n\n## 2099\n\n- [An invented study](https://arxiv.org/abs/2912.00001) - *ICML* 2099.\n")
    paths[1].write_text(
        "# Two\n\n## 2099\n\n- [Clocks and their hands](https://arxiv.org/abs/2912.00007) - *ICML* 2099.\n"
    )

    catalog = import_list(paths, tmp_path / "out").catalog

    assert ["One > 2099", "Two > 2099"] == [entry.section for entry in catalog.entries]
    assert ["list-1-a.md", "list-2-b.md"] == [path.name for path, _ in find_kept_files(tmp_path / "out")]
    assert () == import_list(paths, tmp_path / "out").written


def test_no_list_at_all_is_refused() -> None:
    with pytest.raises(CatalogError, match="no list to read; name at least one file"):
        read_lists([])


def test_changes_are_counted_only_in_what_the_list_says(tmp_path: Path) -> None:
    import_list(write_list(tmp_path), tmp_path / "out")
    catalog = read_catalog(tmp_path / "out")
    first, second, third = catalog.entries
    more = (first.model_copy(update={"ids": {"doi": "10.9999/inv.1"}, "note": "read it"}), second, third)
    other = (first.model_copy(update={"venue": "Another"}), second)

    def change(entries: tuple[CatalogEntry, ...]) -> dict[str, tuple[str, ...]]:
        listed = read_listed_catalog(tmp_path / "out", catalog.model_copy(update={"entries": entries}))
        assert listed is not None
        return listed.find_changes()

    assert {} == change(more)
    assert {first.key: ("venue",), third.key: ()} == change(other)


def test_the_rows_of_the_last_import_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import_list(write_list(tmp_path), tmp_path / "out")
    catalog = read_catalog(tmp_path / "out")
    read = Path.read_text
    names: list[str] = []

    def count(path: Path, encoding: str) -> str:
        names.append(path.name)
        return read(path, encoding=encoding)

    monkeypatch.setattr(Path, "read_text", count)
    read_listed_catalog(tmp_path / "out", catalog)

    assert ["list.jsonl"] == names


def test_a_list_is_a_catalog_for_the_reader(tmp_path: Path) -> None:
    path = write_list(tmp_path)

    assert catalog_from_list(read_list(path)) == read_catalog(path)


# --- the given lists -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GIVEN)
def test_the_given_lists_import_without_an_error(name: str, test_data: Path, tmp_path: Path) -> None:
    path = test_data / "lists" / name

    report = import_list(path, tmp_path)

    assert [] == [finding for finding in lint_catalog(tmp_path) if finding.level == "error"]
    assert path.read_bytes() == (tmp_path / "list.md").read_bytes()
    assert report.works <= report.papers


def test_the_source_list_has_its_papers_in_its_sections(test_data: Path) -> None:
    catalog, _ = import_reading(read_list(test_data / "lists" / "awesome-fl-for-healthcare.md"))

    sections = [entry.section for entry in catalog.entries]
    assert 56 == len(catalog.entries)
    expected = [("Survey", 1), ("2023", 11), ("2022", 24), ("2021", 14), ("2020", 6)]
    assert [(f"Papers > {name}", number) for name, number in expected] == [
        (name, sections.count(name)) for name in dict.fromkeys(sections)
    ]
    assert 4 == sum(bool(entry.doubts) for entry in catalog.entries)


def test_a_list_in_bytes_imports_like_its_file(tmp_path: Path) -> None:
    path = write_list(tmp_path)

    assert catalog_from_list(parse_list(path.read_bytes())) == catalog_from_list(read_list(path))


def test_an_impossible_arxiv_id_is_a_doubt_and_the_catalog_can_be_read(tmp_path: Path) -> None:
    path = write_list(tmp_path, f"# A\n\n- [{TITLE}](https://arxiv.org/abs/2113.00001) - *ICML* 2099.\n")

    import_list(path, tmp_path / "out")

    entry = read_catalog(tmp_path / "out").entries[0]
    assert ({}, ("The link leads to arXiv 2113.00001, which cannot exist: month 13 does not exist.",)) == (
        entry.ids,
        entry.doubts,
    )
