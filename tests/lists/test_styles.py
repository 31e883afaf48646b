"""Lists in invented styles, read and judged by what a person says they hold."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from flgraph.lists.entries import ListReading
from tests.lists.judging import Verdict, judge, list_styles, read_known_faults, read_style, read_truth
from tests.lists.spans import find_wrong_spans

STYLES = list_styles()
KNOWN_FAULTS = read_known_faults()
# How many of the linked entries that are no papers are not read as such; of 49, one is among the surplus papers.
OTHERS_MISSING = {"43": 1, "49": 1, "198": 1}


@cache
def read(path: Path) -> ListReading:
    return read_style(path)


@cache
def judge_style(path: Path) -> Verdict:
    return judge(read(path), read_truth(path)["papers"])


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
def test_a_style_is_read_but_for_the_known_faults(path: Path) -> None:
    assert KNOWN_FAULTS.get(path.stem, []) == judge_style(path).list_faults()


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
def test_links_that_lead_to_no_paper_are_entries_of_other_kinds(path: Path) -> None:
    others = [entry for entry in read(path).entries if entry.kind not in ("paper", "contents")]

    assert len(others) >= read_truth(path)["others"] - OTHERS_MISSING.get(path.stem.partition("-")[0], 0)


@pytest.mark.parametrize(
    ("field", "least"),
    [("title", 0.98), ("url", 0.98), ("venue", 0.97), ("year", 0.98), ("authors", 0.97), ("section", 0.98)],
)
def test_nearly_all_fields_are_as_a_person_reads_them(field: str, least: float) -> None:
    verdicts = [judge_style(path) for path in STYLES]
    right = sum(verdict.right[field] for verdict in verdicts)
    of = sum(verdict.of[field] for verdict in verdicts)
    wrong = [one for verdict in verdicts for one in verdict.wrong if one[1] in (field, "missing")]

    assert len(verdicts) >= 100
    assert right / of >= least, wrong


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
def test_a_reading_holds_the_file_and_the_lines_of_its_entries(path: Path) -> None:
    reading, markdown = read(path), path.with_suffix(".md")

    assert markdown.read_bytes() == reading.data
    assert [*reading.entries] == sorted(reading.entries, key=lambda entry: entry.span)
    for entry in reading.entries:
        assert "title" not in entry.spans or reading.find_line(entry.spans["title"][0]) == entry.line
        assert entry.unit < len(reading.units)


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
def test_spans_cover_the_text_of_their_field_alone(path: Path) -> None:
    assert [] == list(find_wrong_spans(read(path)))
