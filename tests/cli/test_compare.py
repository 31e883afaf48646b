"""The command compare: counts by list, one choice at a time, and the forms of each."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import bibtexparser
import pytest
import rispy

from flgraph.cli.compare_output import format_blocks
from flgraph.lists.reading import read_list
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
    assert done.stdout.startswith(
        "both 2 (1 under another title), only A 2, only B 2\n2 conflicts of links; --links lists them"
    )
    assert "A: mine.md, 4 works\nB: other.md, 4 works\n" == done.stderr


def test_a_catalog_is_a_list(lists: Path) -> None:
    done = run("compare", "catalog", "mine.md", "other.md", cwd=lists)

    assert ("A and B: both 1, only A 1, only B 3\nA and C: both 1, only A 1, only C 3\n") == done.stdout


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
def test_each_choice_lists_its_works(option: str, titles: list[str], lists: Path) -> None:
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
    assert "B line 6, C" == rows[0]["places"]
    assert rows[:1] == json.loads(run(*arguments, "--top", "1", cwd=lists).stdout)
    assert rows[:1] == json.loads(run(*arguments, "--least", "2", cwd=lists).stdout)


def test_links_that_disagree_name_their_ids_and_places(lists: Path) -> None:
    rows = json.loads(run("compare", "mine.md", "other.md", "--links", "--format", "json", cwd=lists).stdout)

    assert {"arxiv:2912.00002; arxiv:2912.00009", "arxiv:2912.00003"} == {row["ids"] for row in rows}
    assert {"other ids", "one id, unlike titles"} == {row["finding"] for row in rows}
    assert "Quite another invented thing altogether" == rows[1]["other_title"]
    assert "A line 6; B line 5" == rows[1]["places"]


def test_counts_have_a_form_for_programs(lists: Path) -> None:
    expected = {"list": "B", "name": "other.md", "both": 2, "only_mine": 2, "only_theirs": 2, "other_titles": 1,
                "other_links": 1}  # fmt: skip

    assert [expected] == json.loads(run("compare", "mine.md", "other.md", "--format", "json", cwd=lists).stdout)


def test_works_are_blocks_whose_titles_and_addresses_are_whole() -> None:
    title = "An invented title of many words that wraps in a narrow terminal and is never cut, " + "x" * 60
    url = "https://example.org/" + "a-b/" * 30
    rows = [{"lists": 2, "title": title, "year": 2031, "venue": "SYN", "places": "B 3, C 5", "url": url},
            {"lists": 1, "title": "Short", "year": None, "venue": None, "places": "B 4", "url": None}]  # fmt: skip
    text = format_blocks(rows, width=40)
    first, second = text.split("\n\n")

    assert title == " ".join(" ".join(line.split()) for line in first.partition("\n  SYN")[0].splitlines())
    assert f"\n  SYN 2031\n  {url}\n  in 2 lists: B 3, C 5" in first
    assert "Short\n  in 1 list: B 4\n" == second
    assert all(len(line) <= 40 or " " not in line.strip() for line in text.splitlines())


def test_what_a_list_lacks_goes_to_reference_managers_and_lists(lists: Path) -> None:
    arguments = ["compare", "mine.md", "other.md", "catalog", "--missing", "--format"]
    titles = ["Synthetic paper alpha: federated segmentation", "Quite another invented thing altogether"]
    for form, name in (("ris", "missing.ris"), ("bibtex", "missing.bib"), ("markdown", "missing.md")):
        done = run(*arguments, form, "-o", name, cwd=lists)
        assert (0, f"{name}\n") == (done.returncode, done.stdout)
        assert sorted(titles) == sorted(entry.title for entry in read_list(lists / name).papers)
        assert (lists / name).read_text("utf-8") == run(*arguments, form, cwd=lists).stdout

    records = {record["title"]: record for record in rispy.loads((lists / "missing.ris").read_text("utf-8"))}
    assert ["https://arxiv.org/abs/2912.00003"] == records[titles[1]]["urls"]
    assert "UNPB" == records[titles[1]]["type_of_reference"]
    entries = bibtexparser.parse_string((lists / "missing.bib").read_text("utf-8")).entries
    assert ["2101.00001", "2912.00003"] == [entry["eprint"] for entry in entries if "eprint" in entry.fields_dict]
    assert 2 == len((lists / "missing.md").read_text("utf-8").splitlines())


def test_the_rows_of_what_a_list_lacks_complete_it(lists: Path) -> None:
    rows = run("compare", "mine.md", "other.md", "--missing", "--format", "markdown", cwd=lists).stdout
    with (lists / "mine.md").open("a", encoding="utf-8") as stream:
        stream.write(rows)

    assert "" == run("compare", "mine.md", "other.md", "--missing", cwd=lists).stdout
    assert "" == run("compare", "mine.md", "other.md", "--missing", "--format", "ris", cwd=lists).stdout


def test_no_file_that_is_compared_is_replaced(lists: Path) -> None:
    done = run("compare", "mine.md", "other.md", "--missing", "-o", "other.md", cwd=lists)

    assert (2, OTHER) == (done.returncode, (lists / "other.md").read_text("utf-8"))
    assert "-o other.md would replace a file that the command reads" in done.stderr


@pytest.mark.parametrize("chosen", [[], ["--titles"], ["--links"]])
def test_references_are_of_works(chosen: list[str], lists: Path) -> None:
    done = run("compare", "mine.md", "other.md", *chosen, "--format", "ris", cwd=lists)

    assert (2, True) == (done.returncode, "--format ris writes works; add --both" in done.stderr)
    refused = run("compare", "mine.md", "other.md", "--both", "--format", "ris", "--raw", cwd=lists)
    assert (2, True) == (refused.returncode, "--raw works with --format csv" in refused.stderr)


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


def test_a_fault_of_one_list_is_no_conflict_of_two(tmp_path: Path) -> None:
    fault = "- [Invented clouds over imaginary hills](https://arxiv.org/abs/2912.00001)\n"
    (tmp_path / "mine.md").write_text(MINE + fault.replace("clouds over", "rivers below"), encoding="utf-8")
    (tmp_path / "other.md").write_text(f"# Papers\n\n{fault.replace('00001', '00003')}")

    assert "both 1, only A 4, only B 0\n" == run("compare", "mine.md", "other.md", cwd=tmp_path).stdout
