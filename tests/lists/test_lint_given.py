"""What lint finds in lists that people keep; the lists stay where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from flgraph.lists.lint.findings import ListFinding
from flgraph.lists.lint.linting import lint_list
from flgraph.lists.reading import read_list


@pytest.fixture(scope="module")
def source(test_data: Path) -> list[ListFinding]:
    return lint_list(read_list(test_data / "lists" / "awesome-fl-for-healthcare.md"), style=True)


def test_the_source_list_has_two_shared_links_as_its_only_errors(source: list[ListFinding]) -> None:
    errors = [finding for finding in source if finding.level == "error"]

    assert ["L101", "L101"] == [finding.code for finding in errors]
    assert ["ieee:9268161", "ieee:9806163"] == sorted(finding.work for finding in errors)


def test_the_source_list_has_what_was_noted_by_hand(source: list[ListFinding]) -> None:
    found = {code: [one for one in source if one.code == code] for code in ("L103", "L109", "L110", "L121", "L131")}

    assert {"L103": 1, "L109": 1, "L110": 2, "L121": 5, "L131": 1} == {code: len(ones) for code, ones in found.items()}
    assert 22 == 1 + len(found["L103"][0].others)
    assert {"note"} == {one.level for code in found for one in found[code] if code != "L110"}
    assert {"Project"} == {one.message.split('"')[1] for one in found["L110"]}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "errors"),
    [
        ("tushar-semwal/README.md", []),
        ("weimingwill/conferences.md", [("L101", 60)]),
        ("ChanChiChoi/README.md", [("L102", 494), ("L101", 753)]),
        ("youngfish42/README.md", [("L101", 709), ("L101", 1628), ("L101", 1759), ("L101", 1956), ("L101", 2078)]),
    ],
)
def test_the_errors_are_those_that_were_confirmed_by_hand(name: str, errors: list[object], test_data: Path) -> None:
    findings = lint_list(read_list(test_data / "lists" / name))

    assert errors == [(finding.code, finding.line) for finding in findings if finding.level == "error"]
