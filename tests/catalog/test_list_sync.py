"""A catalog follows its list; what people wrote in the catalog stays, and a conflict writes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from flgraph.catalog.list_import import import_list
from flgraph.catalog.list_sync import ListSync, plan_sync, write_sync
from flgraph.catalog.reader import read_catalog, read_matches
from flgraph.catalog.writer import write_catalog, write_matches
from flgraph.errors import CatalogError
from flgraph.lists.reading import parse_list
from flgraph.records import CatalogEntry, Match

TEXT = """\
# Invented list

## Surveys

- [A Survey of Patient Aggregation](https://arxiv.org/abs/2912.00103), KDD 2027
- [Another Survey of Quiet Learners](https://arxiv.org/abs/2912.00102), NeurIPS 2029

## Methods

- [Weaving Models from Scattered Records](https://arxiv.org/abs/2912.00101), ICML 2028 [[code](https://github.com/ada-example/weaving)]
- [Pruning Without Regret in Small Networks](https://arxiv.org/abs/2912.00104), ICLR 2030
"""
SURVEY, QUIET, WEAVING, PRUNING = (line + "\n" for line in TEXT.splitlines() if line.startswith("- "))


class Kept(NamedTuple):
    """A catalog folder that was imported from the list."""

    folder: Path

    def plan(self, text: str) -> ListSync:
        return plan_sync(self.folder, parse_list(text.encode(), name="README.md"))

    def sync(self, text: str) -> list[str]:
        return [path.name for path in write_sync(self.plan(text))]

    def find(self, word: str) -> CatalogEntry:
        return next(entry for entry in read_catalog(self.folder).entries if word in entry.title)

    def edit(self, word: str, **values: object) -> None:
        catalog = read_catalog(self.folder)
        entries = [entry.model_copy(update=values) if word in entry.title else entry for entry in catalog.entries]
        write_catalog(catalog.model_copy(update={"entries": tuple(entries)}), self.folder)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    path = tmp_path / "README.md"
    path.write_text(TEXT, encoding="utf-8")
    import_list(path, tmp_path / "catalog")
    return Kept(tmp_path / "catalog")


def test_a_list_that_is_the_same_changes_no_file(kept: Kept) -> None:
    plan = kept.plan(TEXT)

    assert plan.is_in_step
    assert "no changes; 0 conflicts" == str(plan)
    written = {path.name for path in kept.folder.iterdir()}
    before = {name: (kept.folder / name).read_bytes() for name in written - {"list.jsonl"}}
    write_sync(plan)
    assert before == {name: (kept.folder / name).read_bytes() for name in before}
    assert [] == kept.sync(TEXT)


def test_added_retitled_moved_and_changed_rows_are_taken_over(kept: Kept) -> None:
    now = TEXT.replace("Another Survey", "One More Survey").replace(SURVEY, "").replace("ICLR 2030", "AAAI 2031")
    now += SURVEY + "- [Brand New Findings on Labels](https://arxiv.org/abs/2912.00110), KDD 2031\n"
    keys = {word: kept.find(word).key for word in ("Quiet", "Patient", "Pruning")}

    plan = kept.plan(now)

    assert "1 added, 1 retitled (line 5), 1 moved (line 11), 1 changed (line 10); 0 conflicts" == str(plan)
    write_sync(plan)
    assert {word: kept.find(word).key for word in keys} == keys
    assert "One More Survey of Quiet Learners" == kept.find("Quiet").title
    assert "Methods" == kept.find("Patient").section
    assert ("AAAI", 2031) == (kept.find("Pruning").venue, kept.find("Pruning").year)
    assert "Methods" == kept.find("Brand New").section
    assert now.encode() == (kept.folder / "list.md").read_bytes()
    assert kept.plan(now).is_in_step


def test_keys_decisions_notes_and_other_fields_stay(kept: Kept) -> None:
    key = kept.find("Quiet").key
    kept.edit("Quiet", note="Read this first.", acronym="QSL")
    write_matches({key: Match(status="rejected", method="title", decided_by="person")}, kept.folder / "matches.yaml")

    kept.sync(TEXT.replace("Another Survey", "One More Survey").replace("NeurIPS 2029", "NeurIPS 2028"))

    entry = kept.find("Quiet")
    assert (key, "Read this first.", "QSL", 2028) == (entry.key, entry.note, entry.acronym, entry.year)
    assert {key} == set(read_matches(kept.folder / "matches.yaml"))


def test_different_fields_changed_on_both_sides_are_merged(kept: Kept) -> None:
    kept.edit("Quiet", venue="Neural Information Processing Systems")

    kept.sync(TEXT.replace("NeurIPS 2029", "NeurIPS 2028"))

    assert ("Neural Information Processing Systems", 2028) == (kept.find("Quiet").venue, kept.find("Quiet").year)


def test_a_field_changed_on_both_sides_is_a_conflict_and_nothing_is_written(kept: Kept) -> None:
    kept.edit("Quiet", year=2027)
    before = {path.name: path.read_bytes() for path in kept.folder.iterdir()}

    plan = kept.plan(TEXT.replace("NeurIPS 2029", "NeurIPS 2028"))

    assert "1 changed (line 6); 1 conflict" == str(plan)
    assert [("year", 2029, 2028, 2027, 6)] == [
        (one.field, one.base, one.theirs, one.ours, one.line) for one in plan.conflicts
    ]
    with pytest.raises(CatalogError, match="the list and the catalog changed the same fields; nothing was written"):
        write_sync(plan)
    assert before == {path.name: path.read_bytes() for path in kept.folder.iterdir()}


def test_the_same_change_on_both_sides_is_no_conflict(kept: Kept) -> None:
    kept.edit("Quiet", year=2028)

    assert () == kept.plan(TEXT.replace("NeurIPS 2029", "NeurIPS 2028")).conflicts


def test_a_row_that_is_gone_takes_its_entry_with_it(kept: Kept) -> None:
    key = kept.find("Patient").key
    write_matches({key: Match(status="accepted", method="id", id="1")}, kept.folder / "matches.yaml")

    plan = kept.plan(TEXT.replace(SURVEY, ""))
    write_sync(plan)

    assert "1 gone; 0 conflicts" == str(plan)
    assert (key,) == plan.removed
    assert key not in {entry.key for entry in read_catalog(kept.folder).entries}
    assert {} == read_matches(kept.folder / "matches.yaml")


def test_a_row_that_is_gone_is_a_conflict_if_its_entry_was_edited(kept: Kept) -> None:
    kept.edit("Patient", note="Read this first.")

    assert [("row", "edited in the catalog")] == [
        (one.field, one.ours) for one in kept.plan(TEXT.replace(SURVEY, "")).conflicts
    ]


def test_a_row_that_is_gone_is_a_conflict_if_a_person_decided_on_its_match(kept: Kept) -> None:
    key = kept.find("Patient").key
    write_matches({key: Match(status="rejected", method="title", decided_by="person")}, kept.folder / "matches.yaml")

    assert [key] == [one.key for one in kept.plan(TEXT.replace(SURVEY, "")).conflicts]


def test_an_entry_that_was_removed_from_the_catalog_stays_removed(kept: Kept) -> None:
    catalog = read_catalog(kept.folder)
    entries = tuple(entry for entry in catalog.entries if "Patient" not in entry.title)
    write_catalog(catalog.model_copy(update={"entries": entries}), kept.folder)

    kept.sync(TEXT.replace("KDD 2027", "KDD 2026"))

    assert 3 == len(read_catalog(kept.folder).entries)


def test_an_entry_that_only_the_catalog_has_stays(kept: Kept) -> None:
    catalog = read_catalog(kept.folder)
    own = CatalogEntry(key="own", title="A Paper of the Catalog Alone", section="Methods")
    write_catalog(catalog.model_copy(update={"entries": (*catalog.entries, own)}), kept.folder)

    kept.sync(TEXT.replace("KDD 2027", "KDD 2026"))

    assert own == kept.find("Catalog Alone")


def test_a_new_row_of_a_work_that_the_catalog_has_keeps_its_key(kept: Kept) -> None:
    catalog = read_catalog(kept.folder)
    own = CatalogEntry(
        key="own", title="Brand New Findings on Labels", section="Methods", note="Ours.", ids={"arxiv": "2912.00110"}
    )
    write_catalog(catalog.model_copy(update={"entries": (*catalog.entries, own)}), kept.folder)

    kept.sync(TEXT + "- [Brand New Findings on Labels](https://arxiv.org/abs/2912.00110), KDD 2031\n")

    assert ("own", "Ours.") == (kept.find("Brand New").key, kept.find("Brand New").note)
    assert 5 == len(read_catalog(kept.folder).entries)


def test_a_work_in_a_second_section_has_both(kept: Kept) -> None:
    kept.sync(TEXT + SURVEY)

    assert ("Surveys", "Methods") == kept.find("Patient").section_names


def test_new_code_is_taken_over(kept: Kept) -> None:
    kept.sync(TEXT.replace("ICLR 2030", "ICLR 2030 [[code](https://github.com/hal-dummy/pruning)]"))

    assert ["github.com/hal-dummy/pruning"] == [use.key for use in kept.find("Pruning").codebases]
    assert "github.com/hal-dummy/pruning" in {codebase.key for codebase in read_catalog(kept.folder).codebases}


def test_words_between_the_rows_are_kept_beside_the_catalog(kept: Kept) -> None:
    now = TEXT.replace("# Invented list\n", "# Invented list\n\nSome words.\n")

    assert kept.plan(now).is_in_step
    assert {"list.md"} <= set(kept.sync(now))


def test_unchanged_entries_keep_their_bytes_and_comments(kept: Kept) -> None:
    path = kept.folder / "papers.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("\n- key", "\n# A comment.\n- key", 1), encoding="utf-8")
    before = path.read_text(encoding="utf-8")

    kept.sync(TEXT.replace("ICLR 2030", "ICLR 2031"))

    assert before.replace("year: 2030", "year: 2031") == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("list.jsonl", "was not imported from a list"), ("list.md", "contains 0 lists beside list.jsonl")],
)
def test_a_folder_that_lacks_what_an_import_keeps_is_refused(kept: Kept, name: str, reason: str) -> None:
    (kept.folder / name).unlink()

    with pytest.raises(CatalogError, match=reason):
        kept.plan(TEXT)
