"""The commands add and sync: what they print, what they write, and how they end."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flgraph.catalog.list_import import import_list
from flgraph.catalog.reader import read_catalog
from flgraph.catalog.writer import write_catalog
from flgraph.cli.main import cli
from flgraph.errors import FlgraphError
from flgraph.records import Author, Catalog, CatalogEntry, Paper, Snapshot
from flgraph.snapshot.files import write_snapshot

TEXT = """\
# Invented list

## Surveys

- [A Survey of Patient Aggregation](https://arxiv.org/abs/2912.00103), KDD 2027
- [Another Survey of Quiet Learners](https://arxiv.org/abs/2912.00102), NeurIPS 2029
"""
ROW = "- [Sharing What Was Learned](https://arxiv.org/abs/2912.00201), ECML 2031"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "README.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def add(*arguments: str) -> Result:
    return run("add", "2912.00201", "--section", "surveys", *arguments)


def test_add_prints_the_change_as_a_diff_and_writes_it(path: Path) -> None:
    result = add("--title", "Sharing What Was Learned", "--venue", "ECML", "--year", "2031")

    assert 0 == result.exit_code
    assert [
        "--- README.md",
        "+++ README.md",
        "@@ -4,3 +4,4 @@",
        " ",
        *(f" {line}" for line in TEXT.splitlines()[4:]),
        f"+{ROW}",
    ] == result.stdout.splitlines()
    assert f"{TEXT}{ROW}\n" == path.read_text(encoding="utf-8")


def test_add_names_what_the_rows_of_the_section_do_not_write(path: Path) -> None:
    result = add(
        "--title", "Sharing What Was Learned", "--year", "2031", "--venue", "ECML", "--code", "https://example.org/c"
    )

    assert 0 == result.exit_code
    said = "left out, since the row that the new one is modelled on has no place for it: --code https://example.org/c\n"
    assert said == result.stderr
    assert f"{TEXT}{ROW}\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        (
            [
                f"- **[KDD 2021]** {title} in Rain. [[paper]](https://arxiv.org/abs/2912.0030{number})"
                for number, title in enumerate(("Gauges of the River", "Quiet Ladders of Kelp", "Walks of Tides"))
            ],
            "Gauge Against the Machine",
        ),
        (TEXT.splitlines()[4:], "Sharing What Was Learned"),
    ],
)
def test_add_names_what_most_rows_have_and_the_new_one_lacks(rows: list[str], title: str, path: Path) -> None:
    path.write_text("\n".join(["# Invented list", "", "## Surveys", "", *rows, ""]), encoding="utf-8")

    result = add("--title", title)

    assert 0 == result.exit_code
    assert (
        "most rows of 'surveys' have venue and year, but the new row does not; add --venue, --year\n" == result.stderr
    )


@pytest.mark.parametrize(
    ("tails", "url", "left"),
    [
        ((", KDD '27", ", NeurIPS '29"), "https://arxiv.org/abs/2912.00201", ""),
        ((", KDD", ", NeurIPS"), "https://example.org/2131/paper-31", "--year 2031"),
        ((", KDD", ", NeurIPS"), "https://example.org/2031/paper", "--year 2031"),
        ((" (KDD 27)", " (NeurIPS 29)"), "https://arxiv.org/abs/2912.00201", ""),
    ],
)
def test_a_year_is_left_out_unless_the_new_row_says_it(tails: tuple[str, str], url: str, left: str, path: Path) -> None:
    path.write_text(TEXT.replace(", KDD 2027", tails[0]).replace(", NeurIPS 2029", tails[1]), encoding="utf-8")

    result = run("add", url, "--section", "surveys", "--title", "Sharing What 31 Learners Learned", "--venue", "ECML",
                 "--year", "2031")  # fmt: skip

    assert 0 == result.exit_code
    assert left == result.stderr.strip().partition("place for it: ")[2]


def test_a_year_that_the_heading_says_is_not_left_out(path: Path) -> None:
    path.write_text(
        TEXT.replace("## Surveys", "## Surveys 2031").replace(", KDD 2027", "").replace(", NeurIPS 2029", "")
    )

    result = run(
        "add", "2912.00201", "--section", "surveys 2031", "--title", "Sharing What Was Learned", "--year", "2031"
    )

    assert (0, "") == (result.exit_code, result.stderr)


def test_add_with_dry_run_writes_nothing(path: Path) -> None:
    result = add("--title", "Sharing What Was Learned", "--venue", "ECML", "--year", "2031", "--dry-run")

    assert f"+{ROW}" == result.stdout.splitlines()[-1]
    assert TEXT == path.read_text(encoding="utf-8")


def test_add_keeps_line_ends_byte_order_mark_and_a_missing_last_line_end(path: Path) -> None:
    before = b"\xef\xbb\xbf" + TEXT.rstrip().replace("\n", "\r\n").encode()
    path.write_bytes(before)

    add("--title", "Sharing What Was Learned", "--venue", "ECML", "--year", "2031")

    assert before + f"\r\n{ROW}".encode() == path.read_bytes()


def test_add_refuses_a_title_that_is_held_with_other_hyphens(path: Path) -> None:
    result = add("--title", "A Survey of Patient-Aggregation", "--venue", "ECML", "--year", "2031")

    assert "README.md:5: already lists this paper: 'A Survey of Patient Aggregation'" == str(result.exception)
    assert TEXT == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "work", ["arXiv:2912.00102", "https://arxiv.org/pdf/2912.00102v2", "10.48550/arXiv.2912.00102"]
)
def test_add_refuses_a_work_that_the_list_holds_and_names_its_line(path: Path, work: str) -> None:
    result = run("add", work, "--section", "Surveys", "--title", "Another")

    assert isinstance(result.exception, FlgraphError)
    assert "README.md:6: already lists this paper: 'Another Survey of Quiet Learners'" == str(result.exception)


def test_add_refuses_a_title_that_the_list_holds(path: Path) -> None:
    assert "README.md:5: already lists this paper" in str(add("--title", "A survey of patient aggregation!").exception)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["2912.00201", "--section", "Surveys"], "no title is known for https://arxiv.org/abs/2912.00201; give"),
        (["2912.00201", "--section", "Survey", "--title", "Sharing"], "'Survey'; did you mean 'Surveys'?"),
        (["learning", "--section", "Surveys", "--title", "Sharing"], "'learning' is not a URL, DOI or arXiv id"),
        (["2113.06843", "--section", "Surveys", "--title", "Sharing"], "can be 2113.06843: month 13 does not exist"),
        (["https://arxiv.org/abs/2102.00000", "--section", "Surveys", "--title", "Sharing"], "numbered from 1"),
        (["2912.00201", "--title", "Sharing"], "Missing option '--section'"),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_in_one_line(path: Path, arguments: list[str], said: str) -> None:
    result = run("add", *arguments)

    assert 2 == result.exit_code
    assert said in result.stderr


def test_add_takes_what_is_not_given_from_the_catalog_beside_the_list(path: Path) -> None:
    entry = CatalogEntry(key="sharing", title="Sharing What Was Learned", section="Surveys", venue="ECML", year=2030,
                         ids={"arxiv": "2912.00201"})  # fmt: skip
    write_catalog(Catalog(title="Mine", entries=(entry,)), path.parent)

    result = add("--year", "2031")

    assert f"+{ROW}" == result.stdout.splitlines()[-1]
    assert "does not know https://arxiv.org/abs/2912.00999" in run("add", "2912.00999", "--section", "surveys").stderr


def test_add_takes_what_the_catalog_lacks_from_a_snapshot(path: Path) -> None:
    paper = Paper(id="1", title="Sharing What Was Learned", ids={"arxiv": "2912.00201"}, venue="ECML", year=2031,
                  authors=(Author(name="Lee Bar"),))  # fmt: skip
    snapshot = Snapshot(source="semantic_scholar", taken=datetime(2031, 1, 1, tzinfo=UTC), depth=0,
                        catalog_digest="sha256:0", context={"1": paper})  # fmt: skip
    write_snapshot(snapshot, path.parent / "snapshot.jsonl")

    assert f"+{ROW}" == add("--snapshot", "snapshot.jsonl").stdout.splitlines()[-1]


def test_sync_prints_counts_and_brings_the_catalog_in_step(path: Path) -> None:
    import_list(path, "my-list")
    path.write_text(TEXT.replace("Another", "One More") + ROW + "\n", encoding="utf-8")

    assert (1, "1 added, 1 retitled (line 6); 0 conflicts\n") == _end(run("sync", "-o", "my-list", "--check"))
    assert (0, "1 added, 1 retitled (line 6); 0 conflicts\n") == _end(run("sync", "README.md", "--catalog", "my-list"))
    assert {"A Survey of Patient Aggregation", "One More Survey of Quiet Learners", "Sharing What Was Learned"} == {
        entry.title for entry in read_catalog("my-list").entries
    }
    assert (0, "no changes; 0 conflicts\n") == _end(run("sync", "-o", "my-list", "--check"))


def _end(result: Result) -> tuple[int, str]:
    return result.exit_code, result.stdout


def test_sync_names_what_only_the_catalog_says_and_how_to_write_it(path: Path) -> None:
    import_list(path, "out")
    papers = Path("out/papers.yaml")
    papers.write_text(papers.read_text().replace("venue: KDD", "venue: ECML"))

    result = run("sync", "README.md", "-o", "out", "--check")

    assert 0 == result.exit_code
    key = read_catalog("out").entries[0].key
    command = "`flgraph export out -f readme -o README.md`"
    assert f"the catalog differs from the list: {key} (venue); {command} writes it into the list\n" == result.stderr
    assert 0 == run("export", "out", "-f", "readme", "-o", "README.md").exit_code
    assert TEXT.replace("KDD", "ECML") == path.read_text(encoding="utf-8")
    assert "1 changed (line 5); 0 conflicts\n" == run("sync", "README.md", "-o", "out").output


def test_export_does_not_replace_a_list_that_changed_since_the_last_sync(path: Path) -> None:
    import_list(path, "out")
    path.write_text(f"{TEXT}{ROW}\n", encoding="utf-8")

    refused = run("export", "out", "-f", "readme", "-o", "README.md")

    assert isinstance(refused.exception, FlgraphError)
    assert (
        "README.md: has changed since out last read it; run `flgraph sync README.md -o out` first, or name a new file"
        == str(refused.exception)
    )
    assert f"{TEXT}{ROW}\n" == path.read_text(encoding="utf-8")
    assert 0 == run("sync", "README.md", "-o", "out").exit_code
    assert 0 == run("export", "out", "-f", "readme", "-o", "README.md").exit_code
    assert f"{TEXT}{ROW}\n" == path.read_text(encoding="utf-8")


def test_export_after_a_conflict_keeps_what_the_list_says(path: Path) -> None:
    import_list(path, "out")
    papers = Path("out/papers.yaml")
    papers.write_text(papers.read_text(encoding="utf-8").replace("year: 2029", "year: 2028"), encoding="utf-8")
    changed = TEXT.replace("2029", "2030") + ROW + "\n"
    path.write_text(changed, encoding="utf-8")

    assert 3 == run("sync", "README.md", "-o", "out").exit_code
    assert 1 == run("export", "out", "-f", "readme", "-o", "README.md").exit_code
    assert changed == path.read_text(encoding="utf-8")


def test_export_replaces_a_changed_list_if_forced(path: Path) -> None:
    import_list(path, "out")
    path.write_text(f"{TEXT}{ROW}\n", encoding="utf-8")

    assert 0 == run("export", "out", "-f", "readme", "-o", "README.md", "--force").exit_code
    assert TEXT == path.read_text(encoding="utf-8")
    wrong = run("export", "out", "-f", "csv", "-o", "papers.csv", "--force")
    assert (2, True) == (wrong.exit_code, "--force works with readme, not with csv" in wrong.stderr)


def test_export_without_a_catalog_does_not_replace_a_list_by_the_bundled_one(path: Path) -> None:
    refused = run("export", "-f", "readme", "-o", "README.md")

    assert (1, True) == (refused.exit_code, str(refused.exception).startswith("README.md: exists and may hold what"))
    assert TEXT == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("source", ["README.md", "out"])
def test_no_format_replaces_the_list_that_it_is_made_from(source: str, path: Path) -> None:
    import_list(path, "out")

    refused = run("export", source, "-f", "bibtex", "-o", "README.md")

    assert (2, True) == (refused.exit_code, "name another file" in refused.stderr)
    assert TEXT == path.read_text(encoding="utf-8")


def test_sync_tells_a_new_heading_as_a_path(path: Path) -> None:
    import_list(path, "my-list")
    path.write_text(TEXT.replace("## Surveys", "## Overviews"), encoding="utf-8")

    line = run("sync", "-o", "my-list", "--dry-run").stdout.splitlines()[0]

    assert line.startswith("README.md:5: section '")
    assert line.endswith("Surveys' -> '" + line.partition("section '")[2].partition("Surveys'")[0] + "Overviews'")


def test_sync_with_dry_run_tells_each_change_and_writes_nothing(path: Path) -> None:
    import_list(path, "my-list")
    path.write_text(
        TEXT.replace("Another", "One More").replace(TEXT.splitlines()[4] + "\n", "") + ROW + "\n", encoding="utf-8"
    )
    before = {file.name: file.read_bytes() for file in Path("my-list").iterdir()}

    lines = run("sync", "-o", "my-list", "--dry-run").stdout.splitlines()

    assert [
        "README.md:6: added 'Sharing What Was Learned'",
        "README.md:5: title 'Another Survey of Quiet Learners' -> 'One More Survey of Quiet Learners'",
        f"gone {read_catalog('my-list').entries[0].key}: 'A Survey of Patient Aggregation'",
        "1 added, 1 retitled (line 5), 1 gone; 0 conflicts",
    ] == lines
    assert before == {file.name: file.read_bytes() for file in Path("my-list").iterdir()}


def test_sync_tells_a_conflict_with_both_values_writes_nothing_and_exits_with_3(path: Path) -> None:
    import_list(path, "my-list")
    papers = Path("my-list/papers.yaml")
    papers.write_text(papers.read_text(encoding="utf-8").replace("year: 2029", "year: 2028"), encoding="utf-8")
    path.write_text(TEXT.replace("2029", "2030"), encoding="utf-8")
    before = papers.read_bytes()

    result = run("sync", "-o", "my-list")

    assert (3, "1 changed (line 6); 1 conflict\n") == _end(result)
    key = read_catalog("my-list").entries[1].key
    assert [
        f"README.md:6: conflict {key}: year is 2030 in the list, 2028 in the catalog, was 2029",
        "nothing was written; make README.md and my-list/papers.yaml say the same and run `flgraph sync` again",
    ] == result.stderr.splitlines()
    assert before == papers.read_bytes()
    path.write_text(TEXT.replace("2029", "2028"), encoding="utf-8")
    assert (0, "1 changed (line 6); 0 conflicts\n") == _end(run("sync", "-o", "my-list"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("section: Surveys", "section: Methods", "section is 'Reviews' in the list, 'Methods' in the catalog"),
        ("venue: KDD", "venue: ECML", "venue is 'ICML' in the list, 'ECML' in the catalog, was 'KDD'"),
    ],
)
def test_a_conflict_is_told_in_the_words_of_the_list(old: str, new: str, said: str, path: Path) -> None:
    import_list(path, "out")
    papers = Path("out/papers.yaml")
    papers.write_text(papers.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    path.write_text(TEXT.replace("## Surveys", "## Reviews").replace("KDD", "ICML"), encoding="utf-8")

    assert said in run("sync", "-o", "out").stderr


def test_a_row_that_is_gone_though_its_entry_was_edited_is_a_conflict(path: Path) -> None:
    import_list(path, "out")
    papers = Path("out/papers.yaml")
    papers.write_text(papers.read_text(encoding="utf-8").replace("venue: KDD", "venue: ECML"), encoding="utf-8")
    path.write_text(TEXT.replace(TEXT.splitlines()[4] + "\n", ""), encoding="utf-8")

    said = "the row of 'A Survey of Patient Aggregation' is gone, but its entry was edited in the catalog\n"
    assert said in run("sync", "-o", "out").stderr


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("section: Surveys", "section: Methods", "section"),
        ("venue: KDD", "materials: [{label: code, url: 'https://example.org/c', kind: code}]", "venue"),
    ],
)
def test_sync_advises_no_export_that_would_be_refused(old: str, new: str, name: str, path: Path) -> None:
    import_list(path, "out")
    papers = Path("out/papers.yaml")
    papers.write_text(papers.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    result = run("sync", "README.md", "-o", "out")

    assert f" ({name}); no export can write it, since " in result.stderr
    assert result.stderr.endswith("; change README.md by hand and run `flgraph sync` again\n")
    assert "flgraph export" not in result.stderr
    assert isinstance(run("export", "out", "-f", "readme", "-o", "README.md").exception, FlgraphError)


def test_sync_names_links_that_only_the_catalog_has(path: Path) -> None:
    path.write_text(TEXT.replace("KDD 2027", "KDD 2027 [[code](https://example.org/a)]"), encoding="utf-8")
    import_list(path, "out")
    papers = Path("out/papers.yaml")
    papers.write_text(papers.read_text(encoding="utf-8").replace("example.org/a", "example.org/b"), encoding="utf-8")

    assert "(links); no export can write it, since " in run("sync", "README.md", "-o", "out").stderr


def test_sync_finds_the_folder_that_an_import_chooses(path: Path) -> None:
    import_list(path, "invented-list")

    result = run("sync")

    assert (0, "no changes; 0 conflicts\n") == _end(result)
    assert "catalog: invented-list\n" == result.stderr


def test_sync_without_an_import_is_wrong_usage(path: Path) -> None:
    result = run("sync")

    assert 2 == result.exit_code
    assert "neither . nor invented-list was imported from a list; name its catalog with -o" in result.stderr
