"""The command as people run it: stdout, stderr, exit code, files."""

from __future__ import annotations

import json
import os
import re
from io import StringIO
from pathlib import Path
from shutil import copytree, ignore_patterns
from subprocess import CompletedProcess

import pandas as pd
import pytest

from flgraph.catalog.reader import find_bundled_catalog
from flgraph.cli.output import format_annotation
from flgraph.records import Finding
from tests.conftest import write_small_catalog
from tests.running import run, run_apart


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CompletedProcess[str]]:
    """The bundled catalog, without the snapshot that may come with it, built without a network."""
    folder = tmp_path_factory.mktemp("built")
    copytree(find_bundled_catalog(), folder / "catalog", ignore=ignore_patterns("snapshot.jsonl*"))
    return folder, run_apart("build", "catalog", cwd=folder, PYTHONHASHSEED="0")


def test_build_without_a_network_says_so_in_one_line_and_goes_on(
    built: tuple[Path, CompletedProcess[str]],
) -> None:
    folder, done = built

    assert 0 == done.returncode, done.stderr
    assert 1 == len(re.findall("cannot be reached", done.stderr))
    assert "56 papers, 354 authors" in done.stdout
    assert {"graph.json", "map.html", "papers.csv"} == {path.name for path in (folder / "flgraph-out").iterdir()}


def test_the_papers_file_has_no_rank_and_says_why(built: tuple[Path, CompletedProcess[str]]) -> None:
    table = pd.read_csv(built[0] / "flgraph-out" / "papers.csv")

    assert 56 == len(table)
    assert table["rank"].isna().all()
    assert table["score"].isna().all()
    assert {"no citation data"} == set(table["flags"])


def test_commands_take_up_the_graph_that_was_built(built: tuple[Path, CompletedProcess[str]]) -> None:
    done = run("rank", "--of", "authors", "--top", "3", cwd=built[0])

    assert done.stderr.startswith("flgraph-out/graph.json: Federated learning for healthcare; no snapshot; authors by")
    assert 2 + 3 == len(done.stdout.splitlines())  # the heading takes two lines


@pytest.fixture(scope="module")
def linted(tmp_path_factory: pytest.TempPathFactory) -> CompletedProcess[str]:
    """The bundled catalog, checked from within the folder of another."""
    return run("lint", cwd=write_small_catalog(tmp_path_factory.mktemp("linted")))


def test_lint_counts_and_reports_the_shared_links(linted: CompletedProcess[str]) -> None:
    assert 0 == linted.returncode
    assert re.search(
        r"healthcare: 56 papers, \d+ datasets, \d+ codebases, \d+ topics, \d+ venues; 56 unique keys",
        linted.stdout,
    )
    assert re.search(
        r"papers.yaml:\d+: note: the link leads to SplitAVG; no output uses it, the paper is 'arxiv:2212.06378'",
        linted.stdout,
    )
    assert "note: the link leads to Variation-Aware Federated Learning; no output uses it" in linted.stdout


@pytest.mark.parametrize(
    ("form", "expected"),
    [("json", '"level": "error"'), ("github", "::error file="), ("text", ":7: error: `year` must be a whole")],
)
def test_lint_finds_a_mistake_in_every_form(folder: Path, form: str, expected: str) -> None:
    path = folder / "papers.yaml"
    path.write_text(path.read_text().replace("year: 2021", "year: soon"))
    done = run("lint", str(folder), "--format", form, cwd=folder)

    assert 1 == done.returncode
    assert expected in done.stdout
    assert "" == done.stderr


@pytest.mark.parametrize(("level", "levels"), [("note", {"warning", "error"}), ("warning", {"warning", "error"}),
                                                ("error", {"error"})])  # fmt: skip
def test_lint_can_hide_what_is_less_than_a_level(folder: Path, level: str, levels: set[str]) -> None:
    text = (folder / "papers.yaml").read_text(encoding="utf-8").replace("venue: SYN", "venue: SIN", 1)
    (folder / "papers.yaml").write_text(text.replace("year: 2021", "year: soon"), encoding="utf-8")
    done = run("lint", str(folder), "--level", level, "--format", "json", cwd=folder)

    assert 1 == done.returncode
    assert levels == {finding["level"] for finding in json.loads(done.stdout)}


def test_the_notes_of_the_bundled_catalog_can_be_hidden(tmp_path: Path) -> None:
    done = run("lint", "--level", "warning", cwd=tmp_path)

    assert 0 == done.returncode
    assert 1 == len(done.stdout.splitlines())
    assert "19 venues; 56 unique keys; no errors; without a paper, so left out of graphs: 1 venue" in done.stdout


@pytest.mark.parametrize("kind", ["authors", "venues", "datasets", "codebases", "topics"])
def test_tables_fit_100_columns_and_say_the_same_in_every_form(graph_folder: Path, kind: str) -> None:
    table, as_json, as_csv = (
        run("rank", "--of", kind, "--top", "100", "--format", form, cwd=graph_folder)
        for form in ("table", "json", "csv")
    )

    assert max(map(len, table.stdout.splitlines())) <= 100
    rows = json.loads(as_json.stdout)
    frame = pd.read_csv(StringIO(as_csv.stdout))
    assert [row["papers"] for row in rows] == frame["papers"].tolist()
    assert [row["node"] for row in rows] == frame["node"].tolist()


def test_rank_papers_without_citation_data_says_the_remedy(tmp_path: Path) -> None:
    done = run("rank", cwd=tmp_path)

    assert (1, "") == (done.returncode, done.stdout)
    assert "error: bundled catalog: no citation data" in done.stderr.splitlines()[-1]
    assert "flgraph build" in done.stderr


def test_enrich_without_a_network_ends_with_its_own_code(tmp_path: Path) -> None:
    done = run("enrich", cwd=tmp_path)

    assert 4 == done.returncode
    assert "cannot be reached" in done.stderr
    assert [] == list(tmp_path.iterdir())


def test_show_a_node_and_what_is_between_two(graph_folder: Path) -> None:
    one = run("show", "fedbn", cwd=graph_folder)
    two = run("show", "fedbn", "github.com/med-air/FedBN", cwd=graph_folder)

    assert "paper:fedbn  FedBN: Federated Learning on Non-IID" in one.stdout
    assert "author:name-qi-dou-0001  Qi Dou" in one.stdout
    assert "paper:fedbn has_code codebase:github.com/med-air/FedBN\n  evidence: " in two.stdout


def test_show_says_when_nothing_is_between_and_what_was_meant(graph_folder: Path) -> None:
    assert "no edges between" in run("show", "fedbn", "topic:survey", cwd=graph_folder).stdout

    done = run("show", "fedbnn", cwd=graph_folder)
    assert 1 == done.returncode
    assert "did you mean 'fedbn'?" in done.stderr


@pytest.mark.slow
def test_map_writes_one_file_and_prints_its_path(tmp_path: Path) -> None:
    done = run("map", "-o", "out/fl.html", cwd=tmp_path)

    assert "out/fl.html\n" == done.stdout
    assert (tmp_path / "out" / "fl.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_export_to_stdout_is_data_only(tmp_path: Path) -> None:
    done = run("export", "-f", "bibtex", "-o", "-", cwd=tmp_path)

    assert 56 == len(re.findall(r"^@", done.stdout, flags=re.MULTILINE))
    assert done.stdout.startswith("@")
    assert [
        "bundled catalog: Federated learning for healthcare; no snapshot; export as bibtex"
    ] == done.stderr.splitlines()


def test_wrong_usage_is_exit_code_two(tmp_path: Path) -> None:
    assert 2 == run("rank", "--of", "colours", cwd=tmp_path).returncode
    assert 2 == run("nonsense", cwd=tmp_path).returncode
    assert 2 == run("show", "a", "b", "c", cwd=tmp_path).returncode


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["build", "nowhere"], "error: nowhere: no such folder; name a folder that contains papers.yaml"),
        (["build", "nolist.md"], "error: nolist.md: no such file; name a list"),
        (["rank", "nowhere.json"], "error: nowhere.json: cannot be read (No such file or directory)"),
        (["build", "--snapshot", "nowhere.jsonl"], "error: nowhere.jsonl"),
    ],
)
def test_a_missing_file_is_one_line_and_exit_code_one(tmp_path: Path, arguments: list[str], expected: str) -> None:
    done = run(*arguments, cwd=tmp_path)

    assert 1 == done.returncode
    assert expected in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_broken_catalog_leaves_the_previous_output_intact(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert 0 == run("build", str(folder), "-o", str(out), cwd=tmp_path).returncode
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    (folder / "papers.yaml").write_text("- key: alpha\n  title: [half")
    done = run("build", str(folder), "-o", str(out), cwd=tmp_path)

    assert 1 == done.returncode
    assert 1 == len(done.stderr.splitlines())
    assert before == {path.name: path.read_bytes() for path in out.iterdir()}


def test_an_output_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    done = run("build", "--offline", "-q", "-o", "file", cwd=tmp_path)

    assert 1 == done.returncode
    assert 1 == len(done.stderr.splitlines())
    assert "file: cannot be written" in done.stderr
    assert "kept" == (tmp_path / "file").read_text()


@pytest.mark.slow
def test_two_builds_give_the_same_bytes_whatever_the_hash_seed(
    built: tuple[Path, CompletedProcess[str]], tmp_path: Path
) -> None:
    catalog = str(built[0] / "catalog")
    run_apart("build", catalog, "--offline", "-q", "-o", "1", cwd=tmp_path, PYTHONHASHSEED="1")

    for name in ("graph.json", "papers.csv", "map.html"):
        assert (built[0] / "flgraph-out" / name).read_bytes() == (tmp_path / "1" / name).read_bytes(), name


def test_find_answers_in_every_form(graph_folder: Path) -> None:
    question = ("find", "--task", "segmentation", "--licence", "any", "--since", "2022")
    table = run(*question, cwd=graph_folder)
    as_csv = run(*question, "--format", "csv", cwd=graph_folder)

    assert "papers found: 5" in table.stderr
    assert max(map(len, table.stdout.splitlines())) <= 100
    assert {"fedce", "auto-fedrl", "fedsm", "flamby", "prr-imbalance"} == set(
        pd.read_csv(StringIO(as_csv.stdout))["key"]
    )


def test_an_option_without_effect_is_refused(tmp_path: Path) -> None:
    done = run("rank", "--of", "authors", "--domain", "medical", cwd=tmp_path)

    assert 2 == done.returncode
    assert "--domain works with --of datasets, not with --of authors" in done.stderr
    assert 2 == run("export", "-f", "tables", "-o", "-", cwd=tmp_path).returncode


def test_a_folder_with_papers_of_its_own_is_pointed_at(linted: CompletedProcess[str], folder: Path) -> None:
    assert "to use papers.yaml in this folder, add a dot" in linted.stderr
    assert "Synthetic list: 2 papers" in run("lint", ".", cwd=folder).stdout


def test_show_says_where_facts_come_from(graph_folder: Path) -> None:
    done = run("show", "--evidence", "fedbn", cwd=graph_folder)

    assert "    catalog: DBLP conf/iclr/LiJZKD21 (CC0)" in done.stdout
    assert done.stdout.index("Xiaoxiao Li") < done.stdout.index("Meirui Jiang")


@pytest.mark.parametrize(
    ("form", "expected"), [("json", '"line": 2'), ("github", "line=2::the file is not valid YAML")]
)
def test_lint_says_a_broken_file_in_every_form(folder: Path, form: str, expected: str) -> None:
    (folder / "topics.yaml").write_text("- key: segmentation\n  name: [half")
    done = run("lint", str(folder), "--format", form, cwd=folder)

    assert 1 == done.returncode
    assert expected in done.stdout


@pytest.mark.parametrize("arguments", [("--rate", "nan"), ("--max-wait", "inf")])
def test_a_number_that_is_not_finite_is_wrong_usage(tmp_path: Path, arguments: tuple[str, str]) -> None:
    done = run("build", *arguments, cwd=tmp_path)

    assert 2 == done.returncode
    assert "is not a finite number" in done.stderr


def test_brackets_in_a_name_are_printed_as_they_stand(folder: Path) -> None:
    path = folder / "datasets.yaml"
    path.write_text(path.read_text().replace("Synthetic scans", "'Scans [/oops] [bold]x'"))
    run("build", str(folder), "--offline", "-q", "-o", "out", cwd=folder)
    done = run("rank", "--of", "datasets", "out/graph.json", cwd=folder)

    assert 0 == done.returncode, done.stderr
    assert "[/oops]" in done.stdout


@pytest.mark.slow
def test_proxy_settings_that_do_not_work_are_an_outage(tmp_path: Path) -> None:
    settings = {"SEMANTIC_SCHOLAR_API_URL": "https://scholar.invalid", "HTTPS_PROXY": "foo://x"}
    done = run("build", cwd=tmp_path, **settings)

    assert 0 == done.returncode
    assert "the proxy or certificate settings do not work" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("map", "-o", "fl.gif"), "the file name of a map ends in .html, .svg or .png; write -o fl.html"),
        (("map", "-o", "fl"), "the file name of a map ends in .html, .svg or .png; write -o fl.html"),
        (("build", "--offline", "-o", "-"), "a build writes a folder of files; name a folder with -o"),
    ],
)
def test_a_file_that_cannot_be_written_so_is_a_usage_error(
    arguments: tuple[str, ...], expected: str, tmp_path: Path
) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert (2, []) == (done.returncode, list(tmp_path.iterdir()))
    assert expected in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["find", "--author", "-"], 2, "author must be part of a name, found '-'"),
        (["suggest", "--since", "-5"], 2, "-5 is not in the range x>=0"),
        (["map", "-o", "x.svg", "--color", "banana"], 2, "no topic of this graph has the facet 'banana'"),
        (["map", "-o", "x.html", "--color", "banana"], 2, "no topic of this graph has the facet 'banana'"),
        (["map", "-o", "."], 2, "the file name of a map ends in .html, .svg or .png; write -o map.html"),
        (["suggest", "--accepted", "."], 1, ".: candidates are YAML; name the file like candidates.yaml"),
    ],
)
def test_a_slip_of_the_hand_is_said_in_a_line(
    arguments: list[str], code: int, message: str, graph_folder: Path
) -> None:
    done = run(*arguments, cwd=graph_folder)

    assert [code, ""] == [done.returncode, done.stdout]
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build", "--api-url", "nonsense"], "'--api-url' (env var: 'SEMANTIC_SCHOLAR_API_URL'): must be an address"),
        (["enrich", "--api-url", "https://[oops"], "must be an address such as https://api.semanticscholar.org"),
        (["enrich", "--api-url", "https://xn--"], "must be an address such as https://api.semanticscholar.org"),
        (["find", "--text", " "], "text must contain more than spaces, found ' '"),
        (["build", "caf\udce9"], "the argument 'caf\\udce9' is not valid UTF-8"),
        (["caf\udce9"], "the argument 'caf\\udce9' is not valid UTF-8"),
    ],
)
def test_a_malformed_argument_is_a_usage_error(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)

    assert [2, ""] == [done.returncode, done.stdout]
    assert message in done.stderr
    assert [] == list(tmp_path.iterdir())


def test_an_argument_that_is_not_utf8_ends_without_a_traceback(tmp_path: Path) -> None:
    done = run_apart("build", "caf\udce9", cwd=tmp_path)

    assert 2 == done.returncode
    assert "Error: the argument 'caf\\udce9' is not valid UTF-8." == done.stderr.splitlines()[-1]


def test_a_quiet_build_prints_nothing(folder: Path, tmp_path: Path) -> None:
    done = run("build", str(folder), "--offline", "-q", "-o", "out", cwd=tmp_path)

    assert [0, "", ""] == [done.returncode, done.stdout, done.stderr]
    assert (tmp_path / "out" / "map.html").exists()


@pytest.mark.parametrize("command", ["build", "enrich"])
def test_quiet_prints_no_hint(command: str, folder: Path) -> None:
    more = ("--offline",) if command == "build" else ("--offline", "--resolve-only")
    assert "add a dot" not in run(command, "-q", *more, cwd=folder).stderr


def test_text_without_letters_is_found_as_it_stands(folder: Path, tmp_path: Path) -> None:
    path = folder / "papers.yaml"
    path.write_text(path.read_text().replace("Synthetic paper beta", "Synthetic (paper) beta: a+b"))
    run("build", "catalog", "--offline", "-q", cwd=tmp_path)

    for text, expected in (("(", ["beta"]), ("+", ["beta"]), ("( synthetic", ["beta"]), (":", ["alpha", "beta"])):
        found = run("find", "--text", text, "--format", "csv", cwd=tmp_path)
        assert expected == sorted(pd.read_csv(StringIO(found.stdout))["key"]), found.stderr
    assert "papers found: 0" in run("find", "--text", "[", cwd=tmp_path).stderr
    assert "papers found: 0" in run("find", "--text", "( alpha", cwd=tmp_path).stderr


def test_counts_of_one_are_in_the_singular(tmp_path: Path) -> None:
    (tmp_path / "papers.yaml").write_text('- {key: alone, title: Synthetic paper, section: "2021"}\n')
    checked = run("lint", ".", cwd=tmp_path)
    built = run("build", ".", "--offline", cwd=tmp_path)

    assert ": 1 paper; 1 unique key; no errors" in checked.stdout
    assert ": 1 paper\n" in built.stdout
    assert ": 1 paper\n" in built.stderr
    assert not re.search(r"\b1 papers", checked.stdout + built.stdout + built.stderr)


def test_annotations_for_github_escape_paths_and_messages() -> None:
    finding = Finding(level="note", path="a,b:c\n50%.yaml", line=2, message="100 %: x\r\ny, z")

    assert "::notice file=a%2Cb%3Ac%0A50%25.yaml,line=2::100 %25: x%0D%0Ay, z" == format_annotation(finding)


def test_strict_lint_fails_on_warnings_but_not_on_notes(folder: Path) -> None:
    text = (folder / "papers.yaml").read_text(encoding="utf-8").replace("venue: SYN", "venue: SIN", 1)
    (folder / "papers.yaml").write_text(text, encoding="utf-8")
    done = run("lint", ".", "--strict", cwd=folder)
    hidden = run("lint", ".", "--strict", "--level", "error", cwd=folder)

    assert [0, 1, 1] == [run("lint", ".", cwd=folder).returncode, done.returncode, hidden.returncode]
    assert "warning: unknown venue 'SIN'" in done.stdout
    assert "no errors" not in hidden.stdout
    assert "1 warning; with --strict, warnings fail the check\n" == hidden.stderr


def test_strict_lint_accepts_the_notes_of_the_bundled_catalog(tmp_path: Path) -> None:
    assert 0 == run("lint", "--strict", cwd=tmp_path).returncode


def test_lint_of_a_file_says_to_name_its_folder(folder: Path) -> None:
    done = run("lint", "papers.yaml", cwd=folder)

    assert 1 == done.returncode
    assert "error: papers.yaml: is a file; name its folder, .\n" == done.stderr


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("rank", "--of", "topics", "--facet", "tsk"), "this graph has the facet 'tsk'; did you mean 'task'?"),
        (("rank", "--of", "topics", "--facet", "xxxx"), "has the facet 'xxxx'; its facets are 'modality', 'task',"),
        (("find", "--facet", "xxxx=y"), "has the facet 'xxxx'; its facets are 'modality', 'task',"),
        (("rank", "--of", "datasets", "--domain", "medicl"), "domain is 'medicl'; did you mean 'medical'?"),
    ],
)  # fmt: skip
def test_an_unknown_facet_or_domain_is_told_the_near_one(
    command: tuple[str, ...], message: str, graph_folder: Path
) -> None:
    done = run(*command, cwd=graph_folder)

    assert (1 if command[0] == "find" else 2) == done.returncode
    assert message in done.stderr


def test_a_build_overwrites_the_graph_of_another_catalog_only_if_told_to(folder: Path, tmp_path: Path) -> None:
    assert folder == tmp_path / "catalog"
    assert 0 == run("build", "catalog", "--offline", "-q", cwd=tmp_path).returncode
    built = (tmp_path / "flgraph-out/graph.json").read_bytes()

    for command in (("build", "--offline"), ("enrich", "--offline")):
        refused = run(*command, cwd=tmp_path)
        assert 1 == refused.returncode
        assert "flgraph-out: holds the graph of 'Synthetic list', not of 'Federated learning for hea" in refused.stderr
    assert built == (tmp_path / "flgraph-out/graph.json").read_bytes()
    assert 0 == run("build", "catalog", "--offline", "-q", cwd=tmp_path).returncode
    assert 0 == run("build", "--offline", "-q", "-o", "flgraph-out", cwd=tmp_path).returncode
    assert built != (tmp_path / "flgraph-out/graph.json").read_bytes()


def test_a_renamed_catalog_is_no_other_one(folder: Path, tmp_path: Path) -> None:
    path = folder / "catalog.yaml"
    assert 0 == run("build", str(folder), "--offline", "-q", cwd=tmp_path).returncode
    path.write_text(path.read_text().replace("Synthetic list", "Renamed list"))

    assert 0 == run("build", str(folder), "--offline", "-q", cwd=tmp_path).returncode


def test_a_graph_of_an_earlier_list_is_told(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    names = ("rain", "water", "sea")
    rows = [f"- [A synthetic way to learn {name}](https://arxiv.org/abs/2912.0000{len(name)})\n" for name in names]
    path.write_text("# Synthetic list\n\n" + "".join(rows[:2]))
    built = run("build", "README.md", "--offline", "-q", cwd=tmp_path)
    assert 0 == built.returncode, built.stderr
    later = (tmp_path / "flgraph-out/graph.json").stat().st_mtime + 5

    def find(text: str) -> str:
        path.write_text(text)
        os.utime(path, (later, later))
        return run("find", "--since", "2022", cwd=tmp_path).stderr

    hint = "1 paper of README.md is not in flgraph-out/graph.json; run `flgraph build` again\n"
    assert hint in find("# Synthetic list\n\n" + "".join(rows))
    assert "not in" not in find("# Synthetic list, renamed\n\n" + "".join(reversed(rows[:2])))
    assert "not in" not in find(
        "# Another list\n\n" + "".join(row.replace("learn", "forget").replace("2912", "2911") for row in rows)
    )
    assert "not in" not in find("no list")
    assert "not in" not in run("find", "flgraph-out/graph.json", "--since", "2022", cwd=tmp_path).stderr
