"""`flgraph annotate`: what a graph knows, beside the rows of a list and in a side file."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from flgraph.catalog.list_import import import_list
from flgraph.catalog.reader import read_catalog
from flgraph.catalog.writer import write_catalog
from flgraph.cli.main import cli
from flgraph.errors import CatalogError, GraphError, OutputError
from flgraph.export.annotations import WorkFacts, collect_facts, format_note, match_rows
from flgraph.graph.assemble import build_graph
from flgraph.graph.files import write_graph
from flgraph.lists.reading import parse_list
from flgraph.records import Match, Paper, Snapshot
from flgraph.snapshot.files import digest_catalog, write_snapshot

LIST = """\
# Invented list

## Papers

- [An invented study of learning together](https://arxiv.org/abs/2912.00001), preprint [[code](https://github.com/example/study)]
- [Clocks without hands in the north](https://arxiv.org/abs/2912.00003), ICML 2020
- [A walk over ice and back again](https://arxiv.org/abs/2912.00004)
- [Rivers of the distant south](https://arxiv.org/abs/2912.00005), preprint
"""
STUDY, CLOCKS, WALK, RIVERS = LIST.splitlines()[4:]
BEGIN, END = "<!-- flgraph:begin -->", "<!-- flgraph:end -->"
ANNOTATED = (
    f"{STUDY} {BEGIN}(published in Journal of Things, 2021; code licence: MIT){END}\n"
    f"{CLOCKS}\n"
    f"{WALK} {BEGIN}(published in Conference of Walks 2022){END}\n"
    f"{RIVERS}\n"
)
COUNTED = (
    "Source: Semantic Scholar, 2026-06-30. A count is the number of works that cite the paper in the data of the "
    "source on that day, self-citations included. 1 paper with an unknown count is omitted. "
    "Data: Semantic Scholar."
)
CODE = "[github.com/example/study](https://github.com/example/study)"
SIDE = f"""\
<!-- Written by `flgraph annotate`, which replaces this file. -->

# Citations: Invented list

{COUNTED}

| Rank | Title | Venue of publication | Year | Citations | Code | Licence of the code |
|--:|---|---|--:|--:|---|---|
| 1 | {STUDY[2:].partition(",")[0]} | Journal of Things | 2021 | 1,234 | {CODE} | MIT |
| 2 | {CLOCKS[2:].partition(",")[0]} | ICML | 2020 | 0 |  |  |
| 2 | {RIVERS[2:].partition(",")[0]} |  | 2020 | 0 |  |  |
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a list, its catalog, and a snapshot in the catalog."""
    monkeypatch.chdir(tmp_path)
    Path("README.md").write_text(LIST, encoding="utf-8", newline="")
    import_list("README.md", "my-list")
    codebases = Path("my-list/codebases.yaml")
    codebases.write_text(f"{codebases.read_text()}  licence: MIT\n")
    write_snapshot(make_snapshot(), "my-list/snapshot.jsonl")
    return tmp_path


def make_snapshot() -> Snapshot:
    catalog = read_catalog("my-list")
    facts = [
        ("Journal of Things", 2021, 1234),
        ("Other", 2020, 0),
        ("Conference of Walks 2022", 2022, None),
        ("arXiv.org", 2020, 0),
    ]
    papers = {
        entry.key: Paper(id=f"{number:040}", title=entry.title, venue=venue, year=year, citation_count=count)
        for number, (entry, (venue, year, count)) in enumerate(zip(catalog.entries, facts, strict=True))
    }
    matches = {key: Match(status="accepted", method="arxiv", id=paper.id) for key, paper in papers.items()}
    return Snapshot(
        source="semantic_scholar",
        taken=datetime(2026, 6, 30, tzinfo=UTC),
        depth=0,
        catalog_digest=digest_catalog(catalog),
        matches=matches,
        papers=papers,
    )


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["annotate", *arguments])


def rows() -> str:
    return Path("README.md").read_text(encoding="utf-8").partition("## Papers\n\n")[2]


@pytest.mark.usefixtures("here")
def test_stable_facts_stand_beside_rows_and_counts_in_a_side_file() -> None:
    done = run("README.md", "--catalog", "my-list")

    assert ["2 of 4 rows annotated", "citations.md", "README.md"] == done.stdout.splitlines()
    assert "Data: Semantic Scholar. Credit it where you publish these values.\n" == done.stderr
    assert 0 == done.exit_code
    assert ANNOTATED == rows()
    assert SIDE == Path("citations.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("here")
def test_a_snapshot_is_enough_for_a_list_without_a_catalog() -> None:
    done = run("README.md", "--snapshot", "my-list/snapshot.jsonl")

    assert 0 == done.exit_code, done.stderr
    assert ANNOTATED.replace("; code licence: MIT", "") == rows()
    assert Path("citations.md").exists()
    licensed = run("README.md", "--snapshot", "my-list/snapshot.jsonl", "--catalog", "my-list")
    assert (0, ANNOTATED) == (licensed.exit_code, rows())
    both = run("README.md", "--snapshot", "my-list/snapshot.jsonl", "--graph", "graph.json")
    assert 2 == both.exit_code
    assert "a graph holds the data of its snapshot; omit --graph or --snapshot" in both.stderr


@pytest.mark.usefixtures("here")
def test_counts_stand_beside_rows_if_asked_and_unknown_ones_never() -> None:
    run("README.md", "--catalog", "my-list", "--counts")

    study, clocks, walk, rivers = rows().splitlines()
    assert study.endswith(f"; code licence: MIT; 1,234 citations on 2026-06-30){END}")
    assert f"{CLOCKS} {BEGIN}(0 citations on 2026-06-30){END}" == clocks
    assert "citation" not in walk
    assert rivers.endswith("(0 citations on 2026-06-30)" + END)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("arguments", [("--catalog", "my-list"), ("--graph", "my-list"), ("--graph", "README.md")])
def test_counts_that_are_not_known_are_an_error_that_says_what_to_do(arguments: tuple[str, ...]) -> None:
    Path("my-list", "snapshot.jsonl").unlink()
    done = run("README.md", *arguments, "--counts")

    remedy = "enrich my-list -o my-list/snapshot.jsonl" if "--catalog" in arguments else "build"
    assert f"{arguments[1]}: no citation counts are known; fetch them with `flgraph {remedy}`" == str(done.exception)
    assert isinstance(done.exception, GraphError)
    assert ("", LIST) == (done.stdout, Path("README.md").read_text(encoding="utf-8"))


@pytest.mark.usefixtures("here")
def test_a_second_run_changes_nothing_and_strip_gives_the_list_back() -> None:
    run("README.md", "--catalog", "my-list", "--counts")
    run("README.md", "--catalog", "my-list")
    again = run("README.md", "--catalog", "my-list")

    assert "2 of 4 rows annotated\n" == again.stdout
    assert ANNOTATED == rows()
    assert "README.md\n" == run("README.md", "--strip").stdout
    assert LIST.encode() == Path("README.md").read_bytes()
    assert ("", 0) == ((stripped := run("README.md", "--strip")).stdout, stripped.exit_code)


@pytest.mark.usefixtures("here")
def test_dry_run_prints_a_diff_and_writes_nothing() -> None:
    done = run("README.md", "--catalog", "my-list", "--dry-run")

    first, _, third, _ = ANNOTATED.splitlines()
    hunk = [" ## Papers", " ", f"-{STUDY}", f"+{first}", f" {CLOCKS}", f"-{WALK}", f"+{third}", f" {RIVERS}"]
    assert ["--- README.md", "+++ README.md", "@@ -2,7 +2,7 @@", " ", *hunk] == done.stdout.splitlines()
    assert "would write citations.md: citation counts of 3 papers" in done.stderr
    assert LIST.encode() == Path("README.md").read_bytes()
    assert not Path("citations.md").exists()


@pytest.mark.usefixtures("here")
def test_a_diff_has_a_hunk_for_each_group_of_near_rows() -> None:
    far = "\n".join(["", "", *["Text."] * 8, "", ""])
    Path("README.md").write_text(LIST.replace(f"{WALK}\n", f"{WALK}{far}"))
    shown = run("README.md", "--catalog", "my-list", "--dry-run").stdout
    Path("README.md").write_text(f"{STUDY}{far}{WALK}")
    apart = run("README.md", "--catalog", "my-list", "--dry-run").stdout

    assert 1 == shown.count("\n@@ ")
    assert ["@@ -1,4 +1,4 @@", "@@ -9,4 +9,4 @@"] == [line for line in apart.splitlines() if line.startswith("@@")]


@pytest.mark.usefixtures("here")
def test_the_side_file_may_be_json_with_the_same_numbers() -> None:
    for _ in range(2):  # a file of ours is replaced
        assert 0 == run("README.md", "--catalog", "my-list", "--side", "counts.json").exit_code

    said = json.loads(Path("counts.json").read_text(encoding="utf-8"))
    assert [(1, 1234), (2, 0), (2, 0)] == [(paper["rank"], paper["citations"]) for paper in said["papers"]]
    assert ("Semantic Scholar", "2026-06-30", 1) == (said["source"], said["taken"], len(said["unknown"]))
    assert not Path("citations.md").exists()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", ["citations.md", "counts.json"])
def test_a_side_file_of_a_person_is_not_replaced(name: str) -> None:
    Path(name).write_text("My own notes.\n")
    done = run("README.md", "--catalog", "my-list", "--side", name)

    assert isinstance(done.exception, OutputError)
    assert f"{name}: was not written by `flgraph annotate`; name another file with --side" == str(done.exception)
    assert "My own notes.\n" == Path(name).read_text()
    assert LIST.encode() == Path("README.md").read_bytes()


@pytest.mark.usefixtures("here")
def test_a_built_graph_gives_the_same_values_with_the_snapshot_beside_it() -> None:
    snapshot = make_snapshot()
    graph = build_graph(read_catalog("my-list"), snapshot)
    write_graph(graph, "flgraph-out/graph.json")
    write_snapshot(snapshot, "flgraph-out/snapshot.jsonl")

    for arguments in ((), ("--graph", "flgraph-out"), ("--graph", "flgraph-out/graph.json", "--catalog", "my-list")):
        Path("README.md").write_text(LIST, encoding="utf-8", newline="")
        run("README.md", *arguments)
        assert ANNOTATED == rows()


@pytest.mark.usefixtures("here")
def test_a_snapshot_of_another_graph_is_not_used() -> None:
    write_graph(build_graph(read_catalog("my-list")), "flgraph-out/graph.json")
    write_snapshot(make_snapshot(), "flgraph-out/snapshot.jsonl")
    done = run("README.md")

    assert "1 of 4 rows annotated\nREADME.md\n" == done.stdout
    assert f"{STUDY} {BEGIN}(code licence: MIT){END}" == rows().splitlines()[0]
    assert not Path("citations.md").exists()


@pytest.mark.usefixtures("here")
def test_a_work_that_was_corrected_in_the_catalog_is_found_by_the_row_of_its_import() -> None:
    catalog = read_catalog("my-list")
    first = catalog.entries[0].model_copy(update={"title": "Quite another title", "ids": {}})
    write_catalog(catalog.model_copy(update={"entries": (first, *catalog.entries[1:])}), "my-list")

    run("README.md", "--catalog", "my-list")

    assert ANNOTATED == rows()


@pytest.mark.usefixtures("here")
def test_a_row_that_the_graph_does_not_hold_gets_no_value() -> None:
    # Its title would give it the key of another work, which the graph holds.
    facts = collect_facts(build_graph(read_catalog("my-list")))
    changed = LIST.replace(STUDY, "- [An invented study of learning apart](https://arxiv.org/abs/2912.00009), preprint")

    assert {1, 2, 3} == set(match_rows(parse_list(changed.encode()), facts))


@pytest.mark.usefixtures("here")
def test_a_list_that_github_would_cut_is_warned_of() -> None:
    Path("README.md").write_text(f"{LIST}\n<!-- {'x' * 473_000} -->\n", encoding="utf-8")
    near = run("README.md", "--catalog", "my-list", "--dry-run").stderr
    Path("README.md").write_text(f"{LIST}\n<!-- {'x' * 513_000} -->\n", encoding="utf-8")
    over = run("README.md", "--catalog", "my-list", "--dry-run").stderr

    assert "warning: README.md has 473 kB with values, 473 kB without; GitHub cuts a README at 512 kB. Split" in near
    assert "GitHub cuts a README there" in over


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no graph to take values from; name one with --graph, or a catalog with --catalog"),
        (("--strip", "--counts"), "--strip only removes values"),
        (("--catalog", "my-list", "--side", "counts.csv"), "--side writes .md or .json, not counts.csv"),
    ],
)
def test_wrong_usage_is_named(arguments: tuple[str, ...], said: str) -> None:
    done = run("README.md", *arguments)

    assert 2 == done.exit_code
    assert said in click.unstyle(done.stderr)


@pytest.mark.usefixtures("here")
def test_what_cannot_be_annotated_is_named() -> None:
    Path("my-list/snapshot.jsonl").unlink()
    Path("list.bib").write_text("@article{a, title={An invented study of learning together}, year={2021}}\n")
    Path("open.md").write_text(f"- A\n- B {BEGIN}x\n")
    no_counts = run("README.md", "--catalog", "my-list", "--side", "counts.md").exception
    unclosed = run("open.md", "--strip").exception

    assert isinstance(no_counts, GraphError)
    assert "no citation counts are known; fetch them with `flgraph " in str(no_counts)
    assert isinstance(unclosed, CatalogError)
    assert str(unclosed).startswith(f"open.md:2: add {END}")
    assert isinstance(run("missing.md", "--strip").exception, FileNotFoundError)


# --- what is said ------------------------------------------------------------------------------------------


def note(row: str, **known: object) -> str:
    entry = parse_list(f"- [An invented study of learning]{row}\n".encode()).entries[0]
    return format_note(entry, WorkFacts("study", entry.title, **known))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "known", "said"),
    [
        ("(https://example.org/a)", {}, ""),
        ("(https://example.org/a)", {"venue": "Journal of Things"}, "(published in Journal of Things)"),
        ("(https://arxiv.org/abs/2912.00001), ICML 2021", {"venue": "Journal of Things"}, ""),
        ("(https://example.org/a)", {"codebases": ("https://github.com/a/b",)}, "(code: github.com/a/b)"),
        (
            "(https://example.org/a)",
            {"codebases": ("https://github.com/a/b", "https://example.org/code"), "licences": ("MIT", "NONE")},
            "(code: github.com/a/b, example.org/code, MIT, no licence)",
        ),
        ("(https://example.org/a)", {"is_placeholder": True}, "(code: placeholder repository)"),
        (
            "(https://example.org/a) [[code](https://github.com/a/b)]",
            {"codebases": ("https://github.com/a/b",), "licences": ("NOASSERTION", "NONE")},
            "(code licence: own terms, none)",
        ),
        ("(https://example.org/a) [[code](https://github.com/a/b)]", {"codebases": ("https://github.com/a/b",)}, ""),
    ],
)
def test_a_note_says_what_the_row_does_not(row: str, known: dict[str, object], said: str) -> None:
    assert said == note(row, **known)
