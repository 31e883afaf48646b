"""The command compare: counts by list, one table at a time, and the forms of each."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from tests.running import run

MINE = """\
# Papers

- [Synthetic paper beta](https://example.org/beta)
- [Synthetic learning of nothing at all](https://arxiv.org/abs/2912.00001)
- [Synthetic learning of tides and moons](https://arxiv.org/abs/2912.00002)
- [Invented clouds over imaginary hills](https://arxiv.org/abs/2912.00003)
"""
OTHER = """\
# Papers

- [On the synthetic learning of nothing](https://arxiv.org/abs/2912.00001)
- [Synthetic learning of tides and moons](https://arxiv.org/abs/2912.00009)
- [Quite another invented thing altogether](https://arxiv.org/abs/2912.00003)
- [Synthetic paper alpha: federated segmentation](https://example.org/alpha)
"""


@pytest.fixture
def lists(folder: Path, tmp_path: Path) -> Path:
    """A folder with two lists and a small catalog."""
    (tmp_path / "mine.md").write_text(MINE, encoding="utf-8")
    (tmp_path / "other.md").write_text(OTHER, encoding="utf-8")
    return folder.parent


def test_two_lists_are_counted_in_one_line(lists: Path) -> None:
    done = run("compare", "mine.md", "other.md", cwd=lists)

    assert 0 == done.returncode
    assert done.stdout.startswith("both 2, only A 2, only B 2; 1 with other titles\n2 disagreements of links: --links")
    assert "A: mine.md, 4 works\nB: other.md, 4 works\n" == done.stderr


def test_a_catalog_is_a_list(lists: Path) -> None:
    done = run("compare", "catalog", "mine.md", "other.md", cwd=lists)

    assert (
        "A and B: both 1, only A 1, only B 3; 0 with other titles\n"
        "A and C: both 1, only A 1, only C 3; 0 with other titles\n"
    ) == done.stdout


@pytest.mark.parametrize(
    ("option", "titles"),
    [
        ("--both", ["Synthetic learning of nothing at all", "Synthetic learning of tides and moons"]),
        ("--only-mine", ["Synthetic paper beta", "Invented clouds over imaginary hills"]),
        (
            "--only-theirs",
            ["Quite another invented thing altogether", "Synthetic paper alpha: federated segmentation"],
        ),
        ("--titles", ["Synthetic learning of nothing at all"]),
        ("--links", ["Synthetic learning of tides and moons", "Invented clouds over imaginary hills"]),
    ],
)
def test_a_table_lists_the_works(option: str, titles: list[str], lists: Path) -> None:
    as_json = run("compare", "mine.md", "other.md", option, "--format", "json", cwd=lists)
    as_csv = run("compare", "mine.md", "other.md", option, "--format", "csv", cwd=lists)
    shown = run("compare", "mine.md", "other.md", option, cwd=lists)

    assert titles == [row["title"] for row in json.loads(as_json.stdout)]
    assert titles == [row["title"] for row in csv.DictReader(StringIO(as_csv.stdout))]
    assert all(title.split()[0] in shown.stdout for title in titles)


def test_what_most_lists_have_comes_first(lists: Path) -> None:
    arguments = ["compare", "mine.md", "other.md", "catalog", "--missing", "--format", "json"]
    rows = json.loads(run(*arguments, cwd=lists).stdout)

    assert [2, 1] == [row["lists"] for row in rows]
    assert ["Synthetic paper alpha: federated segmentation", "Quite another invented thing altogether"] == [
        row["title"] for row in rows
    ]
    assert "B 6, C" == rows[0]["places"]
    assert rows[:1] == json.loads(run(*arguments, "--top", "1", cwd=lists).stdout)
    assert rows[:1] == json.loads(run(*arguments, "--least", "2", cwd=lists).stdout)


def test_links_that_disagree_name_their_ids_and_places(lists: Path) -> None:
    rows = json.loads(run("compare", "mine.md", "other.md", "--links", "--format", "json", cwd=lists).stdout)

    assert {"arxiv:2912.00002; arxiv:2912.00009", "arxiv:2912.00003"} == {row["ids"] for row in rows}
    assert {"other ids", "one id, unlike titles"} == {row["finding"] for row in rows}
    assert "Quite another invented thing altogether" == rows[1]["other_title"]
    assert "A 6; B 5" == rows[1]["places"]


def test_counts_have_a_form_for_programs(lists: Path) -> None:
    expected = {"list": "B", "name": "other.md", "both": 2, "only_mine": 2, "only_theirs": 2, "other_titles": 1,
                "other_links": 1}  # fmt: skip

    assert [expected] == json.loads(run("compare", "mine.md", "other.md", "--format", "json", cwd=lists).stdout)


def test_control_characters_of_a_list_stay_in_their_text(lists: Path) -> None:
    (lists / "mine.md").write_bytes(b"- [Synthetic \xc2\x9b31m thing of nothing](https://arxiv.org/abs/2912.00005)\n")
    done = run("compare", "mine.md", "other.md", "--only-mine", "--format", "json", cwd=lists)

    assert "\x9b" not in done.stdout
    assert len(json.loads(done.stdout)) == 1


def test_wrong_usage_is_one_line(lists: Path) -> None:
    assert 2 == run("compare", "mine.md", cwd=lists).returncode
    assert "'none.md' does not exist" in run("compare", "mine.md", "none.md", cwd=lists).stderr
    many = run("compare", "mine.md", *["other.md"] * 26, cwd=lists)
    assert (2, True) == (many.returncode, "compares at most 25 other lists, found 26" in many.stderr)
