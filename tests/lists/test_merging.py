"""Rows of two readings are matched by their bytes, their ids and their titles; nothing is lost."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flgraph.errors import CatalogError
from flgraph.lists.entries import ListReading
from flgraph.lists.reading import parse_list
from flgraph.lists.writing.base_entries import BaseEntry, format_base, make_base, parse_base
from flgraph.lists.writing.conflicts import ThreeWay, find_conflicts
from flgraph.lists.writing.merging import ListChanges, merge_readings
from tests.lists.invented_lists import STYLES, WORKS
from tests.time_limit import within_seconds

TEXT = STYLES["bullets"].replace(
    "More words.\n", "- [Waiting for Rare Labels](https://arxiv.org/abs/2912.00109), KDD 2026\n"
)


def keep(reading: ListReading) -> list[BaseEntry]:
    return [make_base(reading, entry, f"key-{number}") for number, entry in enumerate(reading.papers)]


def merge(before: str, now: str) -> ListChanges:
    return merge_readings(keep(parse_list(before.encode())), parse_list(now.encode()))


def find_row(title: str) -> str:
    return next(line for line in TEXT.splitlines(keepends=True) if title in line)


def test_a_list_merged_with_itself_is_the_same() -> None:
    changes = merge(TEXT, TEXT)

    assert changes.is_empty
    assert [f"key-{number}" for number in range(6)] == [pair.base.key for pair in changes.same]


def test_added_gone_retitled_changed_and_moved_rows_are_told() -> None:
    survey, forget = find_row("A Survey of Patient"), find_row("Learning to Forget")
    now = (
        TEXT.replace(survey, "").replace("Quiet Learners", "Loud Learners").replace("ICML 2028", "ICML 2030")
        .replace(forget, "") + forget + "- [Brand New Findings on Labels](https://arxiv.org/abs/2912.00110), KDD 2031\n"
    )  # fmt: skip

    changes = merge(TEXT, now)

    assert ["Brand New Findings on Labels"] == [entry.title for entry in changes.added]
    assert [WORKS[2].title] == [base.title for base in changes.gone]
    assert [("How Often Do Quiet Learners Agree?", "How Often Do Loud Learners Agree?")] == [
        (pair.base.title, pair.entry.title) for pair in changes.retitled
    ]
    assert [("key-0", ("year",))] == [(pair.base.key, pair.fields) for pair in changes.changed]
    assert [("key-4", ("section",))] == [(pair.base.key, pair.fields) for pair in changes.moved]
    assert not changes.is_empty


def test_rows_in_another_order_are_the_same() -> None:
    rows = [find_row(work.title) for work in WORKS]

    assert merge(TEXT, TEXT.replace("".join(rows), "".join(rows[::-1]))).is_empty


def test_a_retitled_row_without_a_link_is_known_by_its_place() -> None:
    work = WORKS[3]
    text = STYLES["bold"].replace(f" [[Paper]({work.url})] [[Code]({work.code})]", "")

    changes = merge(text, text.replace("Pruning", "Prunning"))

    assert [("key-3", "Prunning Without Regret in Small Networks")] == [
        (pair.base.key, pair.entry.title) for pair in changes.retitled
    ]


def test_a_work_in_two_sections_keeps_the_row_of_each() -> None:
    text = TEXT + find_row(WORKS[0].title)

    changes = merge(text, text.replace(find_row(WORKS[0].title), "", 1))

    assert ["key-0"] == [base.key for base in changes.gone]
    assert [] == [pair for pair in changes.pairs if pair.fields]


def test_rows_are_matched_without_their_digests() -> None:
    base = [BaseEntry(row.key, row.title, row.section, row.url) for row in keep(parse_list(TEXT.encode()))]

    assert 6 == len(merge_readings(base, parse_list(TEXT.encode())).pairs)


@given(st.randoms(use_true_random=False))
def test_random_edits_lose_no_row(rng: random.Random) -> None:
    """Every row before is in a pair or gone, every row now in a pair or added, each once."""
    lines = TEXT.splitlines(keepends=True)
    rows = [line for line in lines if line.startswith("- ")]
    kept = [row for row in rows if rng.random() < 0.7]
    rng.shuffle(kept)
    kept = [row.replace("a", "e", 1) if rng.random() < 0.2 else row for row in kept]
    reading = parse_list(("# Invented list\n\n## Papers\n\n" + "".join(kept)).encode())
    base = keep(parse_list(TEXT.encode()))

    changes = merge_readings(base, reading)

    keys = [pair.base.key for pair in changes.pairs] + [row.key for row in changes.gone]
    assert sorted(row.key for row in base) == sorted(keys)
    entries = [pair.entry.line for pair in changes.pairs] + [entry.line for entry in changes.added]
    assert sorted(entry.line for entry in reading.papers) == sorted(entries)


@pytest.mark.slow
def test_the_time_of_a_merge_is_linear_even_if_all_rows_are_alike() -> None:
    rows = "".join(f"- [A way to learn](https://arxiv.org/abs/2912.00001), KDD {2000 + n % 30}\n" for n in range(2000))
    reading = parse_list(("# List\n\n## Papers\n\n" + rows).encode())
    base = keep(reading)

    with within_seconds(10):
        changes = merge_readings(base, reading)

    assert 2000 == len(changes.same)


TEXTS = st.text('aB é"\\\n\r\x00\x85\u2028', max_size=5)
BASES = st.builds(
    BaseEntry,
    key=st.from_regex(r"[a-z0-9][a-z0-9.-]{0,8}", fullmatch=True),
    title=TEXTS,
    section=st.lists(TEXTS, max_size=3).map(tuple),
    url=st.none() | TEXTS,
    venue=st.none() | st.just("KDD"),
    year=st.none() | st.integers(1900, 2100),
    authors=st.none() | st.just("Ada Example\u2028Bo"),
    ids=st.dictionaries(st.sampled_from(["arxiv", "doi"]), st.just("2912.00001"), max_size=2),
    digest=st.just("0123"),
)


@given(st.lists(BASES, max_size=5))
def test_base_entries_are_one_line_each_and_read_back(entries: list[BaseEntry]) -> None:
    text = format_base(entries)

    assert entries == parse_base(text)
    assert len(entries) == text.count("\n")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "is not JSON"),
        ("[]", "is not an entry with key, title and section"),
        ('{"key": "a", "title": "b"}', "is not an entry"),
        ('{"key": "a", "title": "b", "section": [1]}', "is not an entry"),
        ('{"key": "a", "title": "b", "section": [], "year": "2031"}', "is not an entry"),
        ('{"key": "a", "title": "b", "section": [], "more": 1}', "is not an entry"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_damaged_line_is_named(line: str, reason: str) -> None:
    good = '{"key": "a", "title": "b", "section": []}\n'

    with pytest.raises(CatalogError, match=f"list.jsonl:2: {reason}"):
        parse_base(good + line)


@pytest.mark.parametrize(
    ("base", "theirs", "ours", "merged", "conflict"),
    [
        ("a", "a", "a", "a", False),
        ("a", "b", "a", "b", False),
        ("a", "a", "b", "b", False),
        ("a", "b", "b", "b", False),
        ("a", "b", "c", "c", True),
        ("a", None, "c", "c", True),
        (None, "b", None, "b", False),
    ],
)
def test_a_field_that_both_sides_change_is_a_conflict(
    base: str | None, theirs: str | None, ours: str | None, merged: str | None, conflict: bool
) -> None:
    field = ThreeWay("venue", base, theirs, ours)

    assert merged == field.merged
    assert conflict == bool(find_conflicts("learn", [field], line=3))
