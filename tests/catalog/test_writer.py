"""Catalogs written back: what did not change keeps its bytes, a comment its record, and all of it or nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flgraph.catalog.reader import FILES, find_bundled_catalog, read_catalog, read_matches
from flgraph.catalog.writer import write_catalog, write_matches
from flgraph.catalog.yaml_files import read_yaml
from flgraph.errors import CatalogError
from flgraph.identifiers import slug
from flgraph.records import Catalog, CatalogEntry, Match, PersonName


def read_bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_writing_what_was_read_changes_no_byte(folder: Path) -> None:
    before = read_bytes(folder)

    assert [] == write_catalog(read_catalog(folder), folder)
    assert before == read_bytes(folder)


@pytest.mark.slow
def test_writing_the_bundled_catalog_elsewhere_reads_back_equal(catalog: Catalog, tmp_path: Path) -> None:
    write_catalog(catalog, tmp_path)

    assert catalog == read_catalog(tmp_path)


def test_writing_into_a_copy_of_the_bundled_catalog_changes_no_byte(catalog: Catalog, tmp_path: Path) -> None:
    for path in find_bundled_catalog().iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())

    assert [] == write_catalog(catalog, tmp_path)


def test_a_change_keeps_comments_order_and_the_other_records(folder: Path) -> None:
    read = read_catalog(folder)
    beta = read.entries[1].model_copy(update={"year": 2020})
    write_catalog(read.model_copy(update={"entries": (read.entries[0], beta)}), folder)

    text = (folder / "papers.yaml").read_text()
    assert text.startswith("# What the keeper of this list wrote above it.\n- key: alpha\n")
    assert "# order as printed" in text
    assert text.index("url: https://example.org/beta") < text.index("year: 2020") < text.index("authors: [Bo Sample]")
    assert 2020 == read_catalog(folder).entries[1].year


def test_a_new_entry_is_appended_and_a_dropped_one_goes(folder: Path) -> None:
    read = read_catalog(folder)
    gamma = CatalogEntry(key="gamma", title="Synthetic paper gamma", section="2022")
    changed = read.model_copy(update={"entries": (read.entries[0].model_copy(update={"relations": ()}), gamma)})
    written = write_catalog(changed, folder)

    assert [folder / "papers.yaml"] == written
    assert changed == read_catalog(folder)


def test_a_value_that_no_file_may_hold_is_refused_before_anything_is_written(folder: Path) -> None:
    read = read_catalog(folder)
    wrong = read.entries[1].model_copy(update={"year": "abc"})
    before = read_bytes(folder)

    with pytest.raises(CatalogError, match=r"papers.yaml: beta: year: .*nothing was written"):
        write_catalog(read.model_copy(update={"entries": (read.entries[0], wrong)}), folder)
    assert before == read_bytes(folder)


def test_a_title_file_is_written_only_where_there_is_something_to_say(folder: Path) -> None:
    (folder / "catalog.yaml").unlink()
    read = read_catalog(folder)

    assert [] == write_catalog(read, folder)
    assert [folder / "catalog.yaml"] == write_catalog(read.model_copy(update={"title": "Another"}), folder)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    str.strip
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=TEXTS,
    note=st.none() | TEXTS,
    year=st.none() | st.integers(1800, 2200),
    authors=st.lists(TEXTS, max_size=3, unique_by=slug),
)
def test_any_entry_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory,
    title: str,
    note: str | None,
    year: int | None,
    authors: list[str],
) -> None:
    entry = CatalogEntry.model_validate(
        {"key": "any", "title": title, "section": "x", "note": note, "year": year, "authors": authors}
    )
    catalog = Catalog(title="Synthetic list", entries=(entry,))
    folder = tmp_path_factory.mktemp("any")
    write_catalog(catalog, folder)

    assert catalog == read_catalog(folder)


# --- matches ---------------------------------------------------------------------------------------------

ACCEPTED = Match(status="accepted", method="exact", id="f" * 40, score=100.0, title_seen="Synthetic", witnesses=("a",))


def test_matches_come_back_as_written_and_say_how_to_decide(tmp_path: Path) -> None:
    path = write_matches({"beta": ACCEPTED, "alpha": Match(status="review", method="title")}, tmp_path / "matches.yaml")

    assert ["alpha", "beta"] == list(read_matches(path))
    assert ACCEPTED == read_matches(path)["beta"]
    assert path.read_text().startswith("# The record of each paper.")


def test_what_a_person_wrote_into_matches_survives(tmp_path: Path) -> None:
    path = tmp_path / "matches.yaml"
    path.write_text("# Mine.\nbeta:  # read it twice\n  status: rejected\n  method: by hand\n  decided_by: person\n")
    decided = read_matches(path)
    before = path.read_bytes()
    assert path == write_matches(decided, path)
    assert before == path.read_bytes()

    write_matches({**decided, "alpha": ACCEPTED}, path)
    head, block = before.split(b"\n", 1)
    assert path.read_bytes().startswith(head + b"\nalpha:\n")
    assert block in path.read_bytes()
    assert {"alpha": ACCEPTED, **decided} == read_matches(path)


# --- comments --------------------------------------------------------------------------------------------

COMMENTED = """\
# The list of a synthetic keeper.

# About one.
- key: one
  title: Synthetic one  # as printed
  section: "2021"
  authors:
  - Ada Example  # first
  - Bo Sample    # last
  # her thesis
  note: kept
# About two, line one.
# About two, line two.
- key: two
  title: "Synthetic two"
  section: "2021"

- {key: three, title: Synthetic three, section: "2021"}   # in one line

# About four.

- key: four
  title: Synthetic four
  section: "2021"
  year: 2021
# The end.
"""
KEYS = ("one", "two", "three", "four")
BLOCKS = {
    "one": COMMENTED[COMMENTED.index("# About one.") : COMMENTED.index("# About two, line one.")],
    "two": COMMENTED[COMMENTED.index("# About two, line one.") : COMMENTED.index("\n- {key: three")],
    "three": COMMENTED[COMMENTED.index("- {key: three") : COMMENTED.index("\n# About four.")],
    "four": COMMENTED[COMMENTED.index("- key: four") : COMMENTED.index("# The end.")],
}


@pytest.fixture
def commented(tmp_path: Path) -> Path:
    folder = tmp_path / "commented"
    folder.mkdir()
    (folder / "papers.yaml").write_text(COMMENTED)
    return folder


def read_parts(folder: Path, field: str) -> object:
    """Return one part of a catalog that need not fit the others any more."""
    file = FILES[field]
    return tuple(file.record.model_validate(item) for item in read_yaml(folder / file.name, missing=[]).data)


def write_entries(folder: Path, *entries: CatalogEntry) -> str:
    """Write a catalog of these entries, check that it reads back, and return its papers.yaml."""
    changed = read_catalog(folder).model_copy(update={"entries": entries})
    write_catalog(changed, folder)
    assert changed == read_catalog(folder)
    return (folder / "papers.yaml").read_text()


@pytest.mark.parametrize("seed", range(40))
def test_comments_go_where_their_records_go(seed: int, commented: Path) -> None:
    chance = random.Random(seed)
    entries = {entry.key: entry for entry in read_catalog(commented).entries}
    kept = chance.sample(KEYS, chance.randint(1, 4))
    edited = {key for key in kept if chance.random() < 0.3}
    text = write_entries(
        commented,
        *(entries[key].model_copy(update={"year": 1999} if key in edited else {}) for key in kept),
    )

    assert text.startswith("# The list of a synthetic keeper.\n")
    assert text.endswith("# The end.\n")
    assert [BLOCKS[key] for key in kept if key not in edited] == [
        BLOCKS[key] for key in kept if key not in edited and BLOCKS[key] in text
    ]
    assert sorted(kept, key=lambda key: text.index(f"key: {key}")) == kept
    for key in edited:
        comments = [line.strip() for line in BLOCKS[key].splitlines() if "#" in line]
        assert all(f"#{comment.split('#', 1)[1]}" in text for comment in comments)
    assert "# About four.\n" in text  # a comment between blank lines is a heading, and goes with no record
    for key in {"two", "three"} - set(kept):
        assert f"# About {key}" not in text


def test_a_changed_list_keeps_the_comments_of_what_stays(commented: Path) -> None:
    one, *others = read_catalog(commented).entries
    authors = (one.authors[1], PersonName(name="Cy New"), one.authors[0])
    text = write_entries(commented, one.model_copy(update={"authors": authors}), *others)

    assert "  - Bo Sample    # last\n  - Cy New\n  - Ada Example  # first\n" in text
    assert "# her thesis" in text


def test_an_item_that_says_more_than_it_must_keeps_its_line(commented: Path) -> None:
    path = commented / "papers.yaml"
    relations = "  relations:\n  - {relation: cites, to: one}  # seen\n  - {relation: cites, to: four}\n"
    uses = "  datasets:\n  - {key: scans, role: uses}  # by hand\n  - {key: base}\n"
    sources = "  sources:\n    # Looked up twice.\n    year: [here]  # and there\n    ids: [here]\n"
    path.write_text(COMMENTED.replace("- {key: three", f"{relations}{uses}{sources}\n- {{key: three"))
    (commented / "datasets.yaml").write_text(
        "- {key: scans, name: S, domain: medical}\n- {key: base, name: B, domain: medical}\n"
    )
    one, two, three, four = read_catalog(commented).entries
    more = two.relations[0].model_copy(update={"to": "three"})
    changes = {
        "relations": (more, *two.relations[::-1]),
        "datasets": two.datasets[::-1],
        "sources": {**two.sources, "ids": ("there",)},
    }
    text = write_entries(commented, one, two.model_copy(update=changes), three, four)

    assert (
        "  relations:\n  - {relation: cites, to: three}\n  - {relation: cites, to: four}\n"
        "  - {relation: cites, to: one}  # seen\n"
    ) in text
    assert "  - {key: base}\n  - {key: scans, role: uses}  # by hand\n" in text
    assert "    # Looked up twice.\n    year: [here]  # and there\n    ids:\n    - there\n" in text


def test_a_heading_of_a_record_that_goes_stands_above_the_next(commented: Path) -> None:
    path = commented / "papers.yaml"
    path.write_text(COMMENTED.replace("- {key: three", "# --- Of threes ---\n\n- {key: three"))
    one, two, _, four = read_catalog(commented).entries

    text = write_entries(commented, one, two, four)
    assert "\n# --- Of threes ---\n\n# About four.\n\n- key: four\n" in text
    text = write_entries(commented, one, two)
    assert text.endswith('  section: "2021"\n\n# --- Of threes ---\n\n# About four.\n# The end.\n')


def test_the_comment_of_a_record_that_comes_first_is_not_taken_for_the_file_s(commented: Path) -> None:
    path = commented / "papers.yaml"
    path.write_text(COMMENTED.replace("keeper.\n\n# About one.\n", "keeper.\n"))
    one, two, three, four = read_catalog(commented).entries

    text = write_entries(commented, two, one, three, four)
    assert text.startswith(
        "# The list of a synthetic keeper.\n\n# About two, line one.\n# About two, line two.\n- key: t"
    )
    text = write_entries(commented, one, three, four)
    assert "About two" not in text
    assert text.startswith("# The list of a synthetic keeper.\n")


def test_a_new_record_stands_apart_where_the_others_do(folder: Path) -> None:
    new = CatalogEntry(key="gamma", title="Synthetic paper gamma", section="2022")
    text = write_entries(folder, *read_catalog(folder).entries, new)

    assert text.endswith("\n\n- key: gamma\n  title: Synthetic paper gamma\n  section: '2022'\n")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_an_edit_of_the_bundled_catalog_changes_its_own_lines_only(seed: int, catalog: Catalog, tmp_path: Path) -> None:
    for path in find_bundled_catalog().iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    place = random.Random(seed).randrange(56)
    edited = catalog.entries[place].model_copy(update={"note": "A synthetic remark."})
    entries = (*catalog.entries[:place], edited, *catalog.entries[place + 1 :])
    before = (tmp_path / "papers.yaml").read_text().splitlines()
    assert [tmp_path / "papers.yaml"] == write_catalog(catalog.model_copy(update={"entries": entries}), tmp_path)
    after = (tmp_path / "papers.yaml").read_text().splitlines()

    start = before.index(f"- key: {edited.key}")
    assert before[:start] == after[:start]
    if place < 55:
        following = f"- key: {catalog.entries[place + 1].key}"
        assert before[before.index(following) :] == after[after.index(following) :]
    assert entries == read_catalog(tmp_path).entries


@pytest.mark.parametrize("seed", range(6))
def test_any_edit_of_a_vocabulary_keeps_what_it_does_not_change(seed: int, catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "topics.yaml").write_bytes((find_bundled_catalog() / "topics.yaml").read_bytes())
    chance = random.Random(seed)
    topics = chance.sample(catalog.topics, 50) if seed else catalog.topics[::-1]
    edited = {topic.key for topic in chance.sample(topics, 5)}
    changed = tuple(
        topic.model_copy(update={"synonyms": (*topic.synonyms[1:], "synthetic")}) if topic.key in edited else topic
        for topic in topics
    )
    before = (tmp_path / "topics.yaml").read_text()
    write_catalog(Catalog(title=catalog.title, entries=catalog.entries[:1], topics=changed), tmp_path)
    after = (tmp_path / "topics.yaml").read_text()

    assert changed == read_parts(tmp_path, "topics")
    assert before[: before.index("\n\n")] == after[: after.index("\n\n")]
    blocks = {block.split("\n", 1)[0]: block.rstrip("\n") for block in before.split("\n\n")[1:]}
    for topic in changed:
        assert topic.key in edited or blocks[f"- key: {topic.key}"] in after


# --- faulty files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- key: alpha\n  title: [broken", r"papers.yaml:\d+: error: the file is not valid YAML"),
        ("key: alpha\n", r"papers.yaml:1: must be a list of records"),
        ("- alpha\n- beta\n", r"papers.yaml:1: must be a list of records"),
        ("- {title: Synthetic}\n", r"papers.yaml:1: must be a list of records"),
        ("- {key: alpha, title: [1]}\n", r"papers.yaml: contains an invalid record; run `flgraph lint`"),
        (
            "[{key: alpha, title: S, section: '1'}, {key: beta, title: S, section: '1'}]\n",
            r"at the margin of its own line",
        ),
        ("- {key: a, title: S, section: '1'}\n- {key: a, title: S, section: '1'}\n", r"each record once"),
    ],
)
def test_a_file_that_a_change_would_spoil_is_refused_and_kept(text: str, expected: str, folder: Path) -> None:
    read = read_catalog(folder)
    (folder / "papers.yaml").write_text(text)
    with pytest.raises(CatalogError, match=expected):
        write_catalog(read, folder)
    assert text == (folder / "papers.yaml").read_text()


@pytest.mark.parametrize("text", ["- alpha\n", "alpha: [1]\n", "alpha: {status: mising, method: x}\n"])
def test_matches_that_a_change_would_spoil_are_refused_and_kept(text: str, tmp_path: Path) -> None:
    path = tmp_path / "matches.yaml"
    path.write_text(text)
    with pytest.raises(CatalogError, match=r"matches.yaml"):
        write_matches({"alpha": ACCEPTED}, path)
    assert text == path.read_text()


def test_a_key_used_twice_is_refused(folder: Path) -> None:
    read = read_catalog(folder)
    with pytest.raises(
        CatalogError, match=r"papers.yaml: duplicate key 'alpha'; keys must be unique; nothing was written"
    ):
        write_catalog(read.model_copy(update={"entries": (*read.entries, read.entries[0])}), folder)


def test_files_change_together_or_not_at_all(folder: Path) -> None:
    read = read_catalog(folder)
    (folder / "matches.yaml").mkdir()
    before = {path.name: path.read_bytes() for path in folder.glob("*.yaml") if path.is_file()}
    entries = tuple(entry.model_copy(update={"year": 1999}) for entry in read.entries)
    with pytest.raises(CatalogError, match=r"matches.yaml:1: error: cannot be read"):
        write_catalog(read.model_copy(update={"entries": entries}), folder)
    assert before == {path.name: path.read_bytes() for path in folder.glob("*.yaml") if path.is_file()}


SHARED = """\
- key: one
  title: Synthetic one
  section: "2021"
  authors: &team [Ada Example]
- key: two
  title: Synthetic two
  section: "2021"
  authors: *team
"""


def test_a_record_that_others_borrow_from_is_not_taken_away(folder: Path) -> None:
    (folder / "papers.yaml").write_text(SHARED)
    read = read_catalog(folder)
    assert [] == write_catalog(read, folder)

    for entries in (read.entries[1:], (read.entries[0], read.entries[1].model_copy(update={"year": 2021}))):
        with pytest.raises(
            CatalogError, match=r"papers.yaml: cannot be edited record by record; write out aliases \(\*\)"
        ):
            write_catalog(read.model_copy(update={"entries": entries}), folder)
    assert SHARED == (folder / "papers.yaml").read_text()


def test_blank_lines_that_belong_to_a_text_are_never_lost(folder: Path) -> None:
    text = (
        "- key: one\n  title: One\n  section: '1'\n  note: |+\n    kept\n\n\n- {key: two, title: Two, section: '1'}\n"
    )
    (folder / "papers.yaml").write_text(text)
    read = read_catalog(folder)
    assert "kept\n\n\n" == read.entries[0].note

    with pytest.raises(CatalogError, match="end texts without blank lines"):
        write_catalog(read.model_copy(update={"entries": read.entries[::-1]}), folder)
    assert text == (folder / "papers.yaml").read_text()


def test_matches_that_all_go_leave_the_comments_and_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "matches.yaml"
    path.write_text("# Mine.\nbeta: {status: rejected, method: by hand}\n# To do.\n")
    write_matches({}, path)
    assert "# Mine.\n{}\n# To do.\n" == path.read_text()
    assert {} == read_matches(path)

    write_matches({"alpha": ACCEPTED}, path)
    assert path.read_text().startswith("# Mine.\n# To do.\nalpha:\n")


def test_a_file_of_comments_alone_keeps_them(tmp_path: Path) -> None:
    path = tmp_path / "matches.yaml"
    path.write_text("# Mine.\n")
    assert "# Mine.\n" == write_matches({}, path).read_text()
    assert write_matches({"alpha": ACCEPTED}, path).read_text().startswith("# Mine.\nalpha:\n")


def test_a_match_that_no_file_may_hold_is_refused(tmp_path: Path) -> None:
    wrong = ACCEPTED.model_copy(update={"score": "high"})
    with pytest.raises(CatalogError, match=r"matches.yaml: alpha: score: .*nothing was written"):
        write_matches({"alpha": wrong}, tmp_path / "matches.yaml")
    assert not (tmp_path / "matches.yaml").exists()


@pytest.mark.parametrize("title", ["", " ", None])
def test_a_blank_title_is_refused(title: object, folder: Path) -> None:
    with pytest.raises(CatalogError, match=r"must be the name of the catalog, found .*; nothing was written"):
        write_catalog(read_catalog(folder).model_copy(update={"title": title}), folder)


def test_a_title_file_with_more_in_it_is_refused(folder: Path) -> None:
    read = read_catalog(folder)
    (folder / "catalog.yaml").write_text("titel: x\n")
    with pytest.raises(CatalogError, match=r"catalog.yaml:1: must contain .title: the name of your catalog."):
        write_catalog(read, folder)


def test_a_name_that_is_too_long_is_one_line(folder: Path) -> None:
    with pytest.raises(CatalogError, match=r"cannot be read \(File name too long\)"):
        write_catalog(read_catalog(folder), folder / ("n" * 300))


def test_a_file_that_cannot_be_changed_may_stay_as_it_is(folder: Path) -> None:
    (folder / "papers.yaml").write_text("[{key: alpha, title: S, section: '1'}, {key: beta, title: S, section: '1'}]\n")
    (folder / "catalog.yaml").write_text("{}\n")
    assert [] == write_catalog(read_catalog(folder), folder)


def test_signs_that_only_python_takes_for_line_ends_part_no_record(folder: Path) -> None:
    path = folder / "papers.yaml"
    path.write_text(path.read_text().replace("paper alpha", "paper\u2028alpha"))
    read = read_catalog(folder)
    beta = read.entries[1].model_copy(update={"year": 2020})
    write_catalog(read.model_copy(update={"entries": (read.entries[0], beta)}), folder)
    assert (read.entries[0], beta) == read_catalog(folder).entries


def test_a_file_that_begins_with_a_mark_is_changed_like_others(folder: Path) -> None:
    path = folder / "papers.yaml"
    path.write_text(path.read_text(), encoding="utf-8-sig")
    read = read_catalog(folder)
    beta = read.entries[1].model_copy(update={"year": 2020})
    assert [path] == write_catalog(read.model_copy(update={"entries": (read.entries[0], beta)}), folder)
    assert 2020 == read_catalog(folder).entries[1].year
