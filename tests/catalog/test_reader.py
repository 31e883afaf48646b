from __future__ import annotations

import re
from pathlib import Path

import pytest

from flgraph.catalog.reader import lint_catalog, read_catalog, read_matches
from flgraph.errors import CatalogError


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def messages(folder: Path) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        read_catalog(folder)
    return [str(finding).removeprefix(f"{folder}/") for finding in caught.value.findings]


def test_short_forms_are_read_as_records(folder: Path) -> None:
    entry = read_catalog(folder).entries[0]

    assert ["Ada Example", "Bo Sample"] == [person.name for person in entry.authors]
    assert "Bo Sample 0002" == entry.authors[1].dblp
    assert ["segmentation"] == [topic.key for topic in entry.topics]


def test_a_whole_catalog_has_no_findings(folder: Path) -> None:
    assert [] == lint_catalog(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("papers.yaml", "key: beta", "key: alpha", "papers.yaml:15: error: duplicate key 'alpha': '"),
        ("papers.yaml", "key: syn-scans,", "key: syn-scan,", "unknown dataset 'syn-scan'; did you mean 'syn-scans'?"),
        (
            "papers.yaml",
            "[segmentation]",
            "[segmentatoin]",
            "unknown topic 'segmentatoin'; did you mean 'segmentation'?",
        ),
        ("papers.yaml", "to: beta", "to: bta", "papers.yaml:13: error: unknown paper 'bta'; did you mean 'beta'?"),
        (
            "papers.yaml",
            "year: 2021",
            "year: soon",
            "papers.yaml:7: error: `year` must be a whole number without quotes, found 'soon'",
        ),
        (
            "papers.yaml",
            '"2101.00001"',
            "2101.00001",
            "`arxiv` must be text, but YAML reads the number 2101.00001; put it in quotes",
        ),
        ("papers.yaml", '  section: "2020"\n', "", "papers.yaml:15: error: the required field `section` is missing"),
        (
            "papers.yaml",
            "  venue: SYN",
            "  venu: SYN",
            "papers.yaml:5: error: unknown field 'venu'; did you mean 'venue'?",
        ),
        ("papers.yaml", "role: introduces", "rol: introduces", "unknown field 'rol'; did you mean 'role'?"),
        ("papers.yaml", 'section: "2020"', "section: 2020-01-01", "`section` must be text, but YAML reads the date 20"),
        ("papers.yaml", 'section: "2020"', "section: true", "`section` must be text, but YAML reads the boolean True"),
        ("papers.yaml", 'section: "2020"', "section: [a]", "`section` must be text, found ['a']"),
        ("papers.yaml", "year: 2021", "year: 1021", "`year` must be at least 1800, found 1021"),
        ("papers.yaml", "  topics:", "  sources: {1: [x]}\n  topics:", "papers.yaml:11: error: the key 1 must be text"),
        (
            "papers.yaml",
            "- key: beta",
            "- 7\n- key: beta",
            "the record must be a mapping of fields, such as {key: …}, found",
        ),
        ("papers.yaml", "introduces", "borrows", "`role` must be 'uses' or 'introduces', found 'borrows'"),
        ("datasets.yaml", "parent: syn-base", "parent: sin-base", "datasets.yaml:1: error: unknown dataset 'sin-base'"),
        ("topics.yaml", "bsegment", "b(segment", "is not a valid regular expression"),
        (
            "papers.yaml",
            '"2101.00001"',
            '"2113.07620x"',
            "`arxiv` must be an arXiv id such as 2102.07623, found '2113.07620x'",
        ),
        (
            "papers.yaml",
            '"2101.00001"',
            '"2101.00001v2"',
            "`arxiv` is '2101.00001v2', which is not in normal form; write '2101.00001'",
        ),
        (
            "papers.yaml",
            "url: https://example.org/beta",
            "url: beta",
            "'beta' is not a web address; start it with https://",
        ),
        ("papers.yaml", "to: beta", "to: alpha", "'alpha' has a relation to itself"),
        ("papers.yaml", "authors: [Bo Sample]", "authors: Bo Sample", "`authors` must be a list, found 'Bo Sample'"),
        (
            "papers.yaml",
            "[segmentation]",
            "[[segmentation]]",
            "item 1 of `topics` must be a mapping of fields, such as {key: …}, found ['segmentation']",
        ),
        (
            "papers.yaml",
            "key: beta",
            "key: Beta!",
            "`key` must be lower-case letters, digits, '.' and '-', starting with a letter or digit, found 'Beta!'",
        ),
        ("papers.yaml", "venue: SYN", "venue: ''", "`venue` is blank; remove the field if its value is unknown"),
        ("codebases.yaml", "licence: MIT", "builds_on: [github.com/example/beta]", "unknown codebase"),
    ],
)
def test_a_mistake_is_said_with_file_line_and_remedy(
    folder: Path, name: str, old: str, new: str, expected: str
) -> None:
    change(folder, name, old, new)

    assert any(expected in message for message in messages(folder)), messages(folder)


def test_all_mistakes_are_said_at_once(folder: Path) -> None:
    change(folder, "papers.yaml", "year: 2021", "year: soon")
    change(folder, "papers.yaml", "  venue: SYN", "  venu: SYN")
    change(folder, "topics.yaml", "facet: task", "facet: 5")

    assert [("papers.yaml", 5), ("papers.yaml", 7), ("topics.yaml", 1)] == [
        (Path(finding.path).name, finding.line) for finding in lint_catalog(folder)
    ]


def test_a_broken_file_hides_no_other_mistake_and_invents_none(folder: Path) -> None:
    (folder / "topics.yaml").write_text("- key: segmentation\n  name: [half")
    change(folder, "datasets.yaml", "domain: medical, parent", "domain: 5, parent")
    change(folder, "papers.yaml", "github.com/example/alpha]", "github.com/example/alfa]")

    assert ["topics.yaml", "papers.yaml", "datasets.yaml"] == [Path(f.path).name for f in lint_catalog(folder)]
    assert any("unknown codebase 'github.com/example/alfa'" in finding.message for finding in lint_catalog(folder))


def test_a_place_is_right_behind_a_record_that_cannot_be_read(folder: Path) -> None:
    change(folder, "papers.yaml", "year: 2021", "year: soon")
    change(folder, "papers.yaml", "  authors: [Bo Sample]\n", "  topics: [nonsense]\n")

    assert [(7, "`year`"), (19, "unknown")] == [(f.line, f.message.split()[0]) for f in lint_catalog(folder)]


def test_a_file_that_nothing_is_read_from_is_a_warning(folder: Path) -> None:
    (folder / "paper.yaml").write_text("- {key: gamma}\n")

    assert ["is ignored; did you mean 'papers.yaml'?"] == [finding.message for finding in lint_catalog(folder)]


def test_names_that_may_be_one_person_are_a_note_until_dblp_says_so(folder: Path) -> None:
    change(folder, "papers.yaml", "authors: [Bo Sample]", "authors: [Ada M. Example]")
    assert ["'Ada M. Example' and 'Ada Example' may be one person; if so, give both the same `dblp` name"] == [
        finding.message for finding in lint_catalog(folder)
    ]

    change(folder, "papers.yaml", "[Ada M. Example]", "[{name: Ada M. Example, dblp: Ada Example}]")
    change(folder, "papers.yaml", "[Ada Example,", "[{name: Ada Example, dblp: Ada Example},")
    assert [] == lint_catalog(folder)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", r"papers.yaml:1: error: is empty; list at least one paper"),
        ("- key: alpha\n  title: [broken", r"papers.yaml:\d+: error: the file is not valid YAML"),
        ("- key: alpha\n  key: beta\n", r"papers.yaml:2: error: the file is not valid YAML: found duplicate key"),
        ("key: alpha\n", r"papers.yaml:1: error: must be a list of records"),
        ("just words\n", r"papers.yaml:1: error: must be a list of records"),
    ],
)
def test_a_file_that_is_no_list_is_said_in_one_line(folder: Path, text: str, expected: str) -> None:
    (folder / "papers.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(CatalogError) as caught:
        read_catalog(folder)

    assert re.search(expected, str(caught.value))
    assert 1 == len(str(caught.value).splitlines())


def test_a_file_that_is_no_text_is_said(folder: Path) -> None:
    (folder / "papers.yaml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(CatalogError, match="is not UTF-8 text"):
        read_catalog(folder)


def test_a_missing_folder_and_a_folder_without_papers_are_said(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no such folder; name a folder that contains papers"):
        read_catalog(tmp_path / "nowhere")
    with pytest.raises(CatalogError, match="contains no papers"):
        read_catalog(tmp_path)


def test_an_unknown_key_in_the_title_file_is_said(folder: Path) -> None:
    (folder / "catalog.yaml").write_text("titel: x\n")

    with pytest.raises(CatalogError, match=r"catalog.yaml:1: error: must contain .title: the name of your catalog."):
        read_catalog(folder)


def test_a_link_on_two_papers_is_a_warning_until_a_doubt_explains_it(folder: Path) -> None:
    change(folder, "papers.yaml", "https://example.org/beta", "https://example.org/alpha")
    assert ["warning"] == [finding.level for finding in lint_catalog(folder)]

    change(folder, "papers.yaml", "  authors: [Bo Sample]\n", "  authors: [Bo Sample]\n  doubts: [wrong link]\n")
    findings = lint_catalog(folder)

    assert [("note", 18)] == [(finding.level, finding.line) for finding in findings]
    assert "is shared by 2 papers, alpha and beta; they stay separate" in findings[0].message
    assert 2 == len(read_catalog(folder).entries)


def test_one_id_on_two_papers_is_an_error(folder: Path) -> None:
    change(folder, "papers.yaml", "  authors: [Bo Sample]\n", '  ids: {arxiv: "2101.00001"}\n')

    assert any(
        "the arxiv id 2101.00001 is shared by alpha ('Synthetic paper alpha: federated segmentation') and beta"
        in message
        for message in messages(folder)
    )


def test_a_match_for_no_paper_is_an_error(folder: Path) -> None:
    (folder / "matches.yaml").write_text("gamma: {status: accepted, method: id, id: x}\n")

    assert any("unknown paper 'gamma'" in message for message in messages(folder))


def test_mistakes_in_matches_carry_their_line(tmp_path: Path) -> None:
    path = tmp_path / "matches.yaml"
    path.write_text("alpha:\n  status: acepted\n  method: by hand\n")
    with pytest.raises(CatalogError, match=r"matches.yaml:2: error: `status` must be .*, found 'acepted'"):
        read_matches(path)
