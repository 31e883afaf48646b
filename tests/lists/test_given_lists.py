"""Lists that people keep, read where they are: how many rows and titles, and whether sampled fields are right."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from flgraph.identifiers import normalize_title
from flgraph.lists.entries import ListEntry, ListReading
from flgraph.lists.reading import read_list
from tests.lists.judging import FIELDS, FOLDER, LIST_OF, judge, read_truth
from tests.lists.spans import find_wrong_spans

_LARGE = ("ChanChiChoi", "youngfish42")
NAMES = [pytest.param(name, marks=pytest.mark.slow) if name in _LARGE else name for name in LIST_OF]

# Lines read as papers that are none: a track of a conference, and a tutorial.
SURPLUS = {"youngfish42": [1819, 4077]}
# The sampled fields that are read otherwise, and the first 39 letters of the title.
WRONG = {
    "ChanChiChoi": [
        ("authors", "Combining Federated and Active Learning"),
    ],
}


@cache
def read(folder: Path, name: str) -> ListReading:
    return read_list(folder / "lists" / LIST_OF[name])


def read_facts(name: str) -> dict[str, Any]:
    return read_truth(FOLDER / "truth" / f"{name}.json")


def list_counted(reading: ListReading, name: str) -> list[ListEntry]:
    """Return the papers that the truth counts."""
    facts = read_facts(name)
    left_out = {*facts["surplus"], *facts.get("doubtful", []), *SURPLUS.get(name, [])}
    return [entry for entry in reading.papers if entry.line not in left_out]


@pytest.mark.parametrize("name", NAMES)
def test_rows_and_distinct_titles_are_as_a_person_counts_them(test_data: Path, name: str) -> None:
    reading, facts = read(test_data, name), read_facts(name)
    counted = list_counted(reading, name)

    assert facts["rows"] == len(counted)
    assert facts["distinct"] == len({normalize_title(entry.title) for entry in counted})
    assert set(SURPLUS.get(name, [])) <= {entry.line for entry in reading.papers}
    assert facts["rows"] / len(reading.papers) >= 0.99


@pytest.mark.parametrize("name", NAMES)
def test_sampled_fields_are_right(test_data: Path, name: str) -> None:
    facts = read_facts(name)
    sampled = [*facts["papers"], *facts.get("odd", [])]
    verdict = judge(read(test_data, name), sampled)
    wrong = [(field, title[:39]) for title, field, _, _ in verdict.wrong]

    assert WRONG.get(name, []) == wrong, verdict.wrong
    assert len(sampled) * len(FIELDS) == sum(verdict.of.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_reading_keeps_the_bytes_and_places_of_the_file(test_data: Path, name: str) -> None:
    reading = read(test_data, name)

    assert (test_data / "lists" / LIST_OF[name]).read_bytes() == reading.data
    assert [] == list(find_wrong_spans(reading))


def test_the_source_list_has_five_sections_of_papers_and_a_dataset(test_data: Path) -> None:
    reading = read(test_data, "awesome-fl-for-healthcare")
    sections = Counter(entry.section[-1] for entry in reading.papers)

    assert {"Survey": 1, "2023": 11, "2022": 24, "2021": 14, "2020": 6} == sections
    assert 56 == len(reading.papers)
    assert 1 == sum(entry.kind == "data" for entry in reading.entries)
