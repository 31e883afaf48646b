"""The command lint on lists: what it checks, what it leaves out, in which form it prints; and the command fix."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from flgraph.records import Paper, Snapshot
from flgraph.snapshot.files import write_snapshot
from tests.files.test_changed_lines import git
from tests.lists.clean_list import BULLETS, CLEAN, name_arxiv, name_paper
from tests.running import run

WRONG = CLEAN.replace(name_arxiv(6), name_arxiv(2)).replace("(https://github.com/example/project-05)", "()")


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A folder with a list that has an error on line 13 and a warning on line 12."""
    (tmp_path / "README.md").write_text(WRONG, encoding="utf-8")
    return tmp_path


def test_text_names_line_column_and_code_and_ends_with_a_summary(listed: Path) -> None:
    done = run("lint", "README.md", cwd=listed)
    *_, error, summary = done.stdout.splitlines()

    assert 1 == done.returncode
    assert error.startswith(f"README.md:13:3: error L101: arXiv {name_arxiv(2)} is on line 9 with another title: ")
    assert re.fullmatch(r"30 rows, 30 works, \d others?; 1 error, 1 warning, 0 notes", summary)
    assert "" == done.stderr


def test_a_list_in_this_folder_is_checked_without_argument(listed: Path) -> None:
    done = run("lint", cwd=listed)

    assert "README.md:13:3: error L101" in done.stdout
    assert "checking README.md\n" == done.stderr
    assert "" == run("lint", "-q", cwd=listed).stderr


@pytest.mark.parametrize(
    ("readme", "papers", "said"),
    [("# A program\n\nRun `make`.\n", None, "checking the bundled catalog\n"), (WRONG, "", "add a dot")],
)
def test_else_the_bundled_catalog_is_checked(readme: str, papers: str | None, said: str, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(readme, encoding="utf-8")
    if papers is not None:
        (tmp_path / "papers.yaml").write_text(papers)
    done = run("lint", "--level", "error", cwd=tmp_path)

    assert "healthcare: 56 papers" in done.stdout
    assert said in done.stderr


def test_json_is_a_list_of_findings(listed: Path) -> None:
    found = json.loads(run("lint", "README.md", "--format", "json", cwd=listed).stdout)

    assert [("L103", "warning", 12), ("L101", "error", 13)] == [
        (one["code"], one["level"], one["line"]) for one in found
    ]
    assert ("README.md", 3) == (found[1]["path"], found[1]["column"])
    assert [{"path": "README.md", "line": 9}] == found[1]["others"]
    assert [name_paper(6), name_paper(2)] == found[1]["titles"]


def test_findings_of_a_catalog_have_codes_in_json(folder: Path) -> None:
    text = (folder / "papers.yaml").read_text(encoding="utf-8").replace("venue: SYN", "venue: SIN", 1)
    (folder / "papers.yaml").write_text(text, encoding="utf-8")
    (folder / "datasets.yaml").write_text("- {", encoding="utf-8")
    found = json.loads(run("lint", ".", "--format", "json", cwd=folder).stdout)

    assert {"C100", "C206"} == {one["code"] for one in found}
    assert {"code", "level", "path", "line", "column", "message"} == set(found[0])


def test_annotations_name_column_and_code(listed: Path) -> None:
    done = run("lint", "README.md", "--format", "github", "--level", "error", cwd=listed)

    assert done.stdout.startswith("::error file=README.md,line=13,col=3,title=L101::arXiv ")


def test_sarif_names_rules_and_places(listed: Path) -> None:
    log = json.loads(run("lint", "README.md", "--format", "sarif", cwd=listed).stdout)
    [checked] = log["runs"]
    wrong = checked["results"][1]

    assert ("2.1.0", "flgraph") == (log["version"], checked["tool"]["driver"]["name"])
    assert ["L101", "L103"] == [rule["id"] for rule in checked["tool"]["driver"]["rules"]]
    assert {"startLine": 13, "startColumn": 3} == wrong["locations"][0]["physicalLocation"]["region"]
    assert "README.md" == wrong["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert 9 == wrong["relatedLocations"][0]["physicalLocation"]["region"]["startLine"]


def test_several_paths_are_checked_and_summed_up_each(listed: Path, folder: Path) -> None:
    (listed / "b.md").write_text(CLEAN, encoding="utf-8")
    lines = run("lint", "README.md", "b.md", folder.name, cwd=listed).stdout.splitlines()

    assert re.fullmatch(r"README\.md: 30 rows, 30 works, \d others?; 1 error, 1 warning, 0 notes", lines[-3])
    assert re.fullmatch(r"b\.md: 30 rows, 30 works, \d others?; 0 errors, 0 warnings, 0 notes", lines[-2])
    assert lines[-1].startswith("catalog: Synthetic list: 2 papers")


def test_a_warning_fails_the_check_only_if_it_is_strict(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(WRONG.replace(BULLETS[6].replace(name_arxiv(6), name_arxiv(2)), BULLETS[6]))

    assert 0 == run("lint", "a.md", cwd=tmp_path).returncode
    done = run("lint", "a.md", "--strict", "--level", "error", "-q", cwd=tmp_path)
    assert (1, "", "1 warning; with --strict, warnings fail the check\n") == (
        done.returncode, done.stdout, done.stderr,
    )  # fmt: skip


def test_places_that_were_not_understood_are_counted_and_shown(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"{CLEAN}\n[https://example.org/x](https://example.org/x) , ,\n", encoding="utf-8")
    counted = run("lint", "a.md", cwd=tmp_path).stdout
    shown = run("lint", "a.md", "--unread", cwd=tmp_path).stdout

    assert ("1 place not understood: --unread" in counted) == ("note L100: not read (" in shown)


@pytest.mark.parametrize("path", ["nowhere.md", "nowhere", "empty"])
def test_a_path_that_is_no_list_is_one_line(path: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("lint", path, cwd=tmp_path)

    assert (1, 1, "") == (done.returncode, done.stderr.count("\n"), done.stdout)


def test_the_works_are_compared_to_the_records_of_a_snapshot(listed: Path) -> None:
    paper = Paper(id="r1", ids={"arxiv": name_arxiv(9)}, title=f"Retracted: {name_paper(9)}")
    taken = datetime(2026, 1, 1, tzinfo=UTC)
    snapshot = Snapshot(source="invented", taken=taken, depth=0, catalog_digest="0", papers={"nine": paper})
    write_snapshot(snapshot, listed / "snapshot.jsonl")
    done = run("lint", "README.md", "--snapshot", "snapshot.jsonl", cwd=listed)

    assert "README.md:16:3: warning L202: the record says that it was retracted" in done.stdout
    assert "L202" not in run("lint", "README.md", cwd=listed).stdout


# --- since, baseline -------------------------------------------------------------------------------------


def test_only_changed_rows_and_those_that_they_clash_with_are_reported(listed: Path) -> None:
    git(listed, "init", "-q")
    git(listed, "add", ".")
    git(listed, "commit", "-qm", "first")
    assert "0 errors, 0 warnings" in run("lint", "README.md", "--since", "HEAD", cwd=listed).stdout

    text = WRONG.replace(f"{name_paper(2)}. *ICML 2021*", f"{name_paper(2)}. *ICML 2022*")
    (listed / "README.md").write_text(text, encoding="utf-8")
    done = run("lint", "README.md", "--since", "HEAD", cwd=listed)
    assert 1 == done.returncode
    assert ["README.md:9:3"] == [line.partition(": ")[0] for line in done.stdout.splitlines()[:-1]]


@pytest.mark.parametrize(
    ("code", "first", "second"),
    [
        ("L101", name_paper(1), "Another Title for Otters and Kelp"),
        ("L105", name_paper(6), name_paper(6)),
        ("L107", name_paper(6), name_paper(6)),
    ],
)
@pytest.mark.parametrize("place", [0, 9])
def test_a_finding_about_two_rows_stands_on_the_new_one(
    code: str, first: str, second: str, place: int, tmp_path: Path
) -> None:
    number = next(number for number, row in enumerate(BULLETS) if first in row)
    arxiv = "2107.91111" if code == "L107" else name_arxiv(number)
    new = BULLETS[number].replace(first, second).replace(name_arxiv(number), arxiv).replace("[[paper]]", "[[pdf]]")
    path = tmp_path / "README.md"
    path.write_text(CLEAN, encoding="utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    path.write_text(CLEAN.replace(BULLETS[place], f"{new}\n{BULLETS[place]}"), encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()

    [found] = [
        one
        for one in json.loads(run("lint", "README.md", "--since", "HEAD", "--format", "json", cwd=tmp_path).stdout)
        if one["code"] == code
    ]

    older = lines.index(BULLETS[number]) + 1
    assert lines.index(new) + 1 == found["line"]
    assert [{"path": "README.md", "line": older}] == found["others"]
    assert f"on line {older}" in found["message"]
    assert [second, first] == found["titles"]


def test_a_baseline_knows_a_finding_on_whichever_row_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(CLEAN.replace(BULLETS[9], f"{BULLETS[9]}\n{BULLETS[5].replace(name_arxiv(5), '2107.91111')}"))
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    run("lint", "README.md", "--write-baseline", "known.json", cwd=tmp_path)
    path.write_text(path.read_text().replace(BULLETS[5], BULLETS[5].replace("[[paper]]", "[[pdf]]"), 1))
    arguments = ("lint", "README.md", "--since", "HEAD")

    assert "warning L107" in run(*arguments, cwd=tmp_path).stdout
    assert "L107" not in run(*arguments, "--baseline", "known.json", cwd=tmp_path).stdout


def test_a_finding_about_many_rows_stands_on_one_that_changed(tmp_path: Path) -> None:
    rows = [row.replace("[[code]]", "[](<>) [[code]]") if n in (3, 7) else row for n, row in enumerate(BULLETS)]
    path = tmp_path / "README.md"
    path.write_text("# List\n\n## Papers\n\n" + "\n".join(rows) + "\n", encoding="utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    before = run("lint", "README.md", cwd=tmp_path).stdout
    path.write_text(path.read_text().replace(rows[7], rows[7].replace("ICML", "KDD")), encoding="utf-8")

    after = run("lint", "README.md", "--since", "HEAD", cwd=tmp_path).stdout

    assert re.search(r"README\.md:8:\d+: note L103: 2 links have no text and no address \(lines 8, 12\)", before)
    assert re.search(r"README\.md:12:\d+: note L103: 2 links have no text and no address \(lines 8, 12\)", after)


def test_a_changed_record_of_a_catalog_is_reported_wherever_the_fault_is_in_it(folder: Path) -> None:
    path = folder / "papers.yaml"
    path.write_text(
        path.read_text().replace("venue: SYN", "venue: SIN").replace("  url: https://example.org/beta", "  venue: SAN")
    )
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    path.write_text(path.read_text().replace("year: 2021", "year: 2022"))
    found = run("lint", ".", "--since", "HEAD", "--level", "warning", cwd=folder).stdout

    assert "'SIN'" in found
    assert "'SAN'" not in found


def test_an_unknown_commit_ends_with_code_1_and_one_line(listed: Path) -> None:
    git(listed, "init", "-q")
    done = run("lint", "README.md", "--since", "nowhere", cwd=listed)

    assert (1, "") == (done.returncode, done.stdout)
    assert "error: git knows no commit 'nowhere'; fetch it, or name another with --since\n" == done.stderr


def test_a_misspelt_commit_is_told_although_nothing_is_found(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(CLEAN, encoding="utf-8")
    outside = run("lint", "README.md", "--since", "HEAD", cwd=tmp_path)
    git(tmp_path, "init", "-q")
    inside = run("lint", "--since", "nosuch", cwd=tmp_path)

    assert (1, 1) == (outside.returncode, inside.returncode)
    assert "error: README.md: is in no git repository; leave --since out\n" == outside.stderr
    assert inside.stderr.endswith("error: git knows no commit 'nosuch'; fetch it, or name another with --since\n")


def test_a_baseline_of_changed_rows_alone_is_refused(listed: Path) -> None:
    done = run("lint", "README.md", "--since", "HEAD", "--write-baseline", "known.json", cwd=listed)

    assert 2 == done.returncode
    assert "a baseline holds the problems of all rows; leave --since or --write-baseline out" in done.stderr
    assert not (listed / "known.json").exists()


def test_a_baseline_hides_what_is_known_even_if_rows_move(listed: Path) -> None:
    written = run("lint", "README.md", "--write-baseline", "known.json", cwd=listed)
    assert (0, "", "known.json: 2 known problems\n") == (written.returncode, written.stdout, written.stderr)

    (listed / "README.md").write_text(WRONG.replace("## Theory", "Text.\n\n## Theory"), encoding="utf-8")
    done = run("lint", "README.md", "--baseline", "known.json", cwd=listed)
    assert 0 == done.returncode
    assert re.fullmatch(r"30 rows, 30 works, \d others?; 0 errors, 0 warnings, 0 notes\n", done.stdout)

    (listed / "README.md").write_text(WRONG.replace(name_arxiv(8), name_arxiv(3)), encoding="utf-8")
    [found, _] = run("lint", "README.md", "--baseline", "known.json", cwd=listed).stdout.splitlines()
    assert f"error L101: arXiv {name_arxiv(3)}" in found


def test_a_baseline_holds_findings_of_catalogs(folder: Path) -> None:
    path = folder / "papers.yaml"
    path.write_text(path.read_text().replace("key: beta", "key: alpha"))
    run("lint", ".", "--write-baseline", "known.json", cwd=folder)
    path.write_text("# A comment.\n" + path.read_text())

    assert 0 == run("lint", ".", "--baseline", "known.json", cwd=folder).returncode


@pytest.mark.parametrize(
    "content", [None, "", "[]", '{"version": 2, "findings": []}', '{"version": 1, "findings": [1]}']
)
def test_a_file_that_is_no_baseline_is_one_line(content: str | None, listed: Path) -> None:
    if content is not None:
        (listed / "known.json").write_text(content)
    done = run("lint", "README.md", "--baseline", "known.json", cwd=listed)

    assert 1 == done.returncode
    assert "known.json: " in done.stderr
    assert "with --write-baseline" in done.stderr


# --- fix -------------------------------------------------------------------------------------------------


def test_fix_shows_a_diff_and_writes_only_without_dry_run(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    text = CLEAN.replace("Quiet Tensor", "Quiet\u200b Tensor", 1)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o640)
    dry = run("fix", "README.md", "--dry-run", cwd=tmp_path)
    assert ("README.md: 1 problem to fix\n", text) == (dry.stderr, path.read_text(encoding="utf-8"))

    done = run("fix", "README.md", cwd=tmp_path)
    assert (dry.stdout, "README.md: 1 problem fixed\n") == (done.stdout, done.stderr)
    assert (CLEAN, 0o640) == (path.read_text(encoding="utf-8"), path.stat().st_mode & 0o777)
    assert "+- Quiet Tensor" in dry.stdout
    assert "-- Quiet<U+200B> Tensor" in dry.stdout
    assert "README.md: 0 problems to fix\n" == run("fix", "--dry-run", cwd=tmp_path).stderr


def test_fix_refuses_a_code_that_it_cannot_fix(listed: Path) -> None:
    done = run("fix", "README.md", "--code", "L101", cwd=listed)

    assert 2 == done.returncode
    assert "'L101' cannot be fixed by a program. Choose from L103, L108, L109, L116." in done.stderr


def test_the_hook_for_pre_commit_runs_a_command_on_lists() -> None:
    [hook] = YAML(typ="safe", pure=True).load(Path(__file__).parents[2].joinpath(".pre-commit-hooks.yaml"))

    assert ["flgraph", "lint"] == hook["entry"].split()
    assert [True, True, False] == [
        bool(re.search(hook["files"], path)) for path in ("README.md", "lists/README.md", "MYREADME.md")
    ]


def test_rows_and_works_are_counted_as_an_import_counts_them(tmp_path: Path) -> None:
    rows = [f"- [{title}](https://arxiv.org/abs/2912.1000{number})\n" for number, title in enumerate(
        ("Invented clouds over imaginary hills", "Synthetic learning of tides and moons", "Walks along invented rivers")
    )]  # fmt: skip
    (tmp_path / "a.md").write_text(f"# Papers\n\n{''.join(rows)}\n# More\n\n{rows[0]}", encoding="utf-8")

    assert run("lint", "a.md", cwd=tmp_path).stdout.endswith(
        "\n4 rows, 3 works, 0 others; 0 errors, 0 warnings, 1 note\n"
    )
    assert "read 4 rows, 3 works\n" == run("import", "a.md", "--dry-run", cwd=tmp_path).stdout
