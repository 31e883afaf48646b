"""A catalog as a list: the list's own bytes if nothing changed, else a form that reads back field by field."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flgraph.catalog.list_catalog import catalog_from_list
from flgraph.catalog.list_import import import_list
from flgraph.catalog.reader import read_catalog
from flgraph.catalog.writer import write_catalog
from flgraph.errors import ListChangeError
from flgraph.export.readme import WrittenReadme, format_readme, write_readme
from flgraph.lists.reading import parse_list
from flgraph.records import Catalog, CatalogEntry, DatasetEntry, Material, PersonName

LIST = """\
Words of the keeper that no catalog holds.

# Invented list

## Papers

- [An invented study of learning together](https://arxiv.org/abs/2912.00001) - *ICML* 2099. [[code](https://github.com/example/study)]
- [Clocks without hands in the north](https://arxiv.org/abs/2912.00003) - *ICML* 2098.

## Surveys

- [A survey of invented studies](https://arxiv.org/abs/2912.00002) - *ICML* 2099.
"""
SUBJECTS = ["An Invented Study of", "Towards a Theory of", "Learning the Shape of", "A Survey on"]
OBJECTS = ["Clocks without Hands", "Distant Rivers", "Federated Gardens", "Slow Machines and Their Keepers"]
# Each ends in a word, since a reader takes signs at the end of a title for the list's own.
HOSTILE = [
    "",
    " [v2] of old",
    " | tables",
    " *stars* at night",
    " _under_ scores",
    " <b>tags</b> inside",
    " a_b_c",
    " `code` in it",
    " &amp; & more",
    " ~~no~~ yes",
    " $x^2$ and so on",
    " \\ back",
    " #1 of all",
    " ](x) again",
    " <!-- no --> yes",
    " ** twice",
    " naïve 学习",
    " 50% off",
]


def make_entry(number: int, title: str, **fields: object) -> CatalogEntry:
    given = {"section": "Papers", "url": f"https://arxiv.org/abs/2912.{number:05}", **fields}
    return CatalogEntry.model_validate({"key": f"paper-{number}", "title": title, **given})


def read_back(catalog: Catalog) -> Catalog:
    return catalog_from_list(parse_list(format_readme(catalog).encode(), name="README.md"))


titles = st.builds("{} {}{}".format, st.sampled_from(SUBJECTS), st.sampled_from(OBJECTS), st.sampled_from(HOSTILE))
entries = st.lists(
    st.tuples(
        titles,
        st.sampled_from(["ICML", "NeurIPS", "CVPR", None]),
        st.sampled_from([2019, 2021, 2024]),
        st.sampled_from([("Papers",), ("Surveys",), ("Papers", "Surveys"), ("Talks & more [old]",)]),
        st.sampled_from([(), ("A. Example",), ("Ada Example", "Bo B. Sample")]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda row: "".join(filter(str.isalnum, row[0])),
)


@pytest.mark.slow
@given(entries)
def test_every_field_reads_back(rows: list[tuple[str, str | None, int, tuple[str, ...], tuple[str, ...]]]) -> None:
    catalog = Catalog(
        title="Invented list",
        entries=tuple(
            make_entry(number, title, venue=venue, year=year, sections=sections, section=sections[0], authors=authors)
            for number, (title, venue, year, sections, authors) in enumerate(rows)
        ),
    )

    def list_fields(entries: tuple[CatalogEntry, ...]) -> list[tuple[object, ...]]:
        found = [(one.title, one.url, one.venue, one.year, sorted(one.section_names)) for one in entries]
        return sorted(found, key=str)

    again = read_back(catalog)

    assert list_fields(catalog.entries) == list_fields(again.entries)
    assert catalog.title == again.title


def test_the_form_is_plain_and_complete() -> None:
    code = Material(label="code", url="https://github.com/example/study", kind="code")
    catalog = Catalog(
        title="Invented list",
        entries=(
            make_entry(
                1,
                "A study",
                section="Papers > 2099",
                venue="ICML",
                year=2099,
                authors=["Ada Example"],
                materials=[code],
            ),
            make_entry(2, "Without much", url=None),
            make_entry(3, "Without a venue", year=2098, authors=["Ada Example", "Bo Sample"]),
        ),
        datasets=(DatasetEntry(key="scans", name="Invented scans", homepage="https://example.org/a b"),),
    )

    assert (
        format_readme(catalog)
        == """\
# Invented list

## Contents

- [Papers > 2099](#papers--2099)
- [Papers](#papers)
- [Datasets](#datasets)

## Papers > 2099

- [A study](https://arxiv.org/abs/2912.00001) - Ada Example. *ICML* 2099. [[code](https://github.com/example/study)]

## Papers

- **Without much**
- [Without a venue](https://arxiv.org/abs/2912.00003) - Ada Example, Bo Sample (2098).

## Datasets

- [Invented scans](https://example.org/a%20b)
"""
    )


def test_equal_anchors_are_numbered_as_on_github() -> None:
    catalog = Catalog(title="Papers", entries=(make_entry(1, "A study"), make_entry(2, "Another", section="Contents")))

    assert "- [Papers](#papers-1)\n- [Contents](#contents-1)\n" in format_readme(catalog)


@pytest.mark.parametrize("url", ["https://example.org/a(b)c", "https://example.org/a)b(", "https://example.org/a b<c>"])
def test_hostile_addresses_lead_to_the_same_place(url: str) -> None:
    catalog = Catalog(
        title="Invented list", entries=(make_entry(1, "An Invented Study of Rivers", url=url, venue="ICML"),)
    )

    (read,) = [entry.url for entry in parse_list(format_readme(catalog).encode()).entries if "Rivers" in entry.title]

    assert url == unquote(read or "")


@pytest.mark.slow
def test_the_bundled_catalog_reads_back(catalog: Catalog) -> None:
    again = {entry.title: entry for entry in read_back(catalog).entries}

    assert [entry.title for entry in catalog.entries] == list(again)
    for entry in catalog.entries:
        found = again[entry.title]
        assert (entry.url, entry.venue, entry.section) == (found.url, found.venue, found.section)
        assert [person.name for person in entry.authors] == [person.name for person in found.authors]


# --- the list's own bytes ----------------------------------------------------------------------------------


def import_text(folder: Path, text: str = LIST) -> Path:
    (folder / "README.md").write_bytes(text.encode())
    import_list(folder / "README.md", folder / "out")
    return folder / "out"


def test_an_unchanged_catalog_gives_back_the_bytes_of_its_list(tmp_path: Path) -> None:
    text = "\ufeff" + LIST.replace("\n", "\r\n")

    assert WrittenReadme() == write_readme(import_text(tmp_path, text), tmp_path / "back.md")
    assert text.encode() == (tmp_path / "back.md").read_bytes()


def test_facts_that_a_list_does_not_state_change_no_byte(tmp_path: Path) -> None:
    folder = import_text(tmp_path)
    catalog = read_catalog(folder)
    named = catalog.entries[0].model_copy(
        update={"authors": (PersonName(name="Ada Example"),), "ids": {"doi": "10.9999/inv.1"}, "note": "read it"}
    )
    write_catalog(catalog.model_copy(update={"entries": (named, *catalog.entries[1:])}), folder)

    assert WrittenReadme() == write_readme(folder, tmp_path / "back.md")
    assert LIST == (tmp_path / "back.md").read_text()


def write_edited(folder: Path, **update: object) -> Catalog:
    """Change fields of the first paper of a catalog."""
    catalog = read_catalog(folder)
    edited = catalog.entries[0].model_copy(update=update)
    changed = catalog.model_copy(update={"entries": (edited, *catalog.entries[1:])})
    write_catalog(changed, folder)
    return changed


def test_what_changed_in_the_catalog_is_written_into_the_rows_of_its_list(tmp_path: Path) -> None:
    folder = import_text(tmp_path)
    before = read_catalog(folder).entries[0]
    write_edited(folder, venue="NeurIPS", title="Another invented title")

    assert WrittenReadme((before.key,)) == write_readme(folder, tmp_path / "back.md")
    row = next(line for line in LIST.splitlines() if before.title in line)
    assert before.venue is not None
    new = row.replace(before.title, "Another invented title").replace(before.venue, "NeurIPS", 1)
    assert LIST.replace(row, new) == (tmp_path / "back.md").read_text()


@pytest.mark.parametrize(
    ("update", "reason"),
    [({"venue": None}, "no longer has venue"), ({"section": "Elsewhere"}, "differs in its section")],
)
def test_what_no_row_can_say_is_written_to_a_new_file_only(
    update: dict[str, object], reason: str, tmp_path: Path
) -> None:
    folder = import_text(tmp_path)
    changed = write_edited(folder, **update)

    assert f"{changed.entries[0].key} {reason}" == write_readme(folder, tmp_path / "new.md").reason
    assert format_readme(changed) == (tmp_path / "new.md").read_text()
    (tmp_path / "back.md").write_text(LIST)
    with pytest.raises(ListChangeError, match=f"would lose what only the list holds, since {changed.entries[0].key} "):
        write_readme(folder, tmp_path / "back.md")
    assert LIST == (tmp_path / "back.md").read_text()


def test_a_paper_that_only_the_catalog_has_is_named(tmp_path: Path) -> None:
    folder = import_text(tmp_path)
    catalog = read_catalog(folder)
    more = catalog.entries[0].model_copy(update={"key": "more", "title": "One paper more", "url": None, "ids": {}})
    write_catalog(catalog.model_copy(update={"entries": (*catalog.entries, more)}), folder)

    assert "more is only in the catalog" == write_readme(folder, tmp_path / "new.md").reason


def test_a_catalog_that_came_from_no_list_is_written_in_the_default_form(folder: Path, tmp_path: Path) -> None:
    assert WrittenReadme() == write_readme(folder, tmp_path / "back.md")
    assert (tmp_path / "back.md").read_text().startswith("# Synthetic list\n\n## Contents\n")
