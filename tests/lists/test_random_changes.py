"""Random edits and additions change their own bytes alone, and no other row reads differently; or they are refused."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from flgraph.errors import ListChangeError
from flgraph.lists.entries import ListEntry, ListReading
from flgraph.lists.reading import parse_list
from flgraph.lists.writing.editing import edit_list
from flgraph.lists.writing.new_rows import NewWork, add_to_list
from flgraph.lists.writing.row_patterns import FIELDS, is_written
from flgraph.lists.writing.sections import format_section
from tests.lists.invented_lists import STYLES

VALUES: Final[Mapping[str, Sequence[Any]]] = {
    "title": [
        "Sharing What Was Learned",
        "Why (and How) Do Models Agree, Again?",
        "R&D of a_b Learners: 2*3 <steps>",
        "On Quiet [Re]Weighting of P(x|y)",
    ],
    "url": ["https://arxiv.org/abs/2912.00201", "https://example.org/papers/a_(b).pdf", "https://openreview.net/forum?id=ab&x=1"],
    "venue": ["ICML", "KDD", "IEEE Transactions on Medical Imaging"],
    "year": [2031, 2019],
    "authors": ["Lee Bar, May Baz", "C. Probe and D. Mock"],
}  # fmt: skip
COMPARED: Final = ("kind", "title", "url", "venue", "year", "authors", "section")
SMALL: Final = ("awesome-fl-for-healthcare.md", "tushar-semwal/README.md", "weimingwill/conferences.md")


def values(entry: ListEntry) -> list[object]:
    return [getattr(entry, name) for name in COMPARED]


def edit_at_random(reading: ListReading, rng: random.Random) -> str:
    """Edit one field; return what came of it after checking that nothing else changed."""
    entry, field = rng.choice([(entry, name) for entry in reading.papers for name in FIELDS if is_written(entry, name)])
    value = rng.choice(VALUES[field])
    try:
        changed = edit_list(reading, entry, **{field: value})
    except ListChangeError:
        return "refused"
    start, end = entry.spans[field]
    assert reading.data[:start] == changed[:start]
    assert reading.data[end:] == changed[len(changed) - (len(reading.data) - end) :]
    after = parse_list(changed)
    assert len(reading.entries) == len(after.entries)
    differing = [old for old, new in zip(reading.entries, after.entries, strict=True) if values(old) != values(new)]
    assert [entry] == differing or value == getattr(entry, field)
    return "done"


def add_at_random(reading: ListReading, rng: random.Random) -> str:
    """Add a work like one of a section; return what came of it after checking that nothing else changed."""
    section = rng.choice(sorted({entry.section for entry in reading.papers}))
    like = rng.choice([entry for entry in reading.papers if entry.section == section])
    given = {
        name: rng.choice(VALUES[name])
        for name in FIELDS
        if name == "title" or (is_written(like, name) and (name == "url" or rng.random() < 0.9))
    }
    work = NewWork(**given, code="https://github.com/lee-bar/sharing" if rng.random() < 0.3 else None)
    try:
        changed = add_to_list(reading, work, section=format_section(section))
    except ListChangeError as refused:
        return "spanning" if "spans rows" in str(refused) else "refused"
    length = len(changed) - len(reading.data)
    start = next(
        (place for place in range(len(reading.data)) if reading.data[place] != changed[place]), len(reading.data)
    )
    assert reading.data[start:] == changed[start + length :]
    after = parse_list(changed)
    rest = Counter(str(values(entry)) for entry in after.entries)
    rest.subtract(str(values(entry)) for entry in reading.entries)
    new = [entry for entry in after.papers if rest[str(values(entry))] > 0]
    assert [(work.title, work.url, section)] == [(entry.title, entry.url, entry.section) for entry in new]
    assert 0 <= min(rest.values())
    return "done"


def change_at_random(readings: Sequence[ListReading], *, edits: int, additions: int) -> Counter[str]:
    rng = random.Random(14)
    done: Counter[str] = Counter()
    for number in range(edits):
        done["edit " + edit_at_random(readings[number % len(readings)], rng)] += 1
    for number in range(additions):
        done["addition " + add_at_random(readings[number % len(readings)], rng)] += 1
    return done


@pytest.fixture(scope="module")
def invented() -> list[ListReading]:
    return [parse_list(text.encode(), name=f"{style}.md") for style, text in STYLES.items()]


def test_random_changes_of_invented_lists_change_nothing_else(invented: list[ListReading]) -> None:
    done = change_at_random(invented, edits=42, additions=28)

    assert 70 == done.total()
    assert done["edit refused"] + done["addition refused"] <= 7


@pytest.mark.slow
def test_many_random_changes_of_invented_lists_change_nothing_else(invented: list[ListReading]) -> None:
    done = change_at_random(invented, edits=400, additions=200)

    assert done["edit refused"] <= 0.05 * 400
    assert done["addition refused"] <= 0.05 * 200


@pytest.mark.slow
def test_random_changes_of_lists_that_people_keep_change_nothing_else(test_data: Path) -> None:
    readings = [parse_list((test_data / "lists" / name).read_bytes(), name=name) for name in SMALL]

    done = change_at_random(readings, edits=24, additions=12)

    assert done["edit refused"] <= 2
    assert done["addition refused"] <= 2
