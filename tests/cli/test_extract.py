"""`flgraph extract`: what it prints and writes, and what it refuses in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from flgraph.catalog.reader import read_matches
from flgraph.catalog.writer import update_matches
from flgraph.records import Match
from flgraph.snapshot.files import read_snapshot
from tests.bulk.test_extract_snapshot import LINKS, list_works
from tests.bulk.tiny_index import write_index
from tests.running import run

pytest.importorskip("duckdb", reason="needs the extra bulk: pip install 'flgraph[bulk]'")

PAPERS = """\
- {key: alpha, title: Alpha aggregation of invented clients, section: "2020", year: 2020, ids: {doi: 10.9999/alpha}}
- {key: beta, title: A made-up benchmark for hospitals, section: "2020", year: 2020, ids: {doi: 10.9999/beta}}
"""
WRONG = '- {key: wrong, title: Gamma compression, section: "2020", ids: {doi: 10.9999/wrong}}\n'


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    works = [{**row, "topic": 7, "topic_name": "Synthetic hospitals"} for row in list_works()]
    return write_index(tmp_path_factory.mktemp("extract") / "index", works, LINKS)


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    folder = tmp_path / "catalog"
    folder.mkdir()
    (folder / "catalog.yaml").write_text("title: Synthetic list\n")
    (folder / "papers.yaml").write_text(PAPERS)
    return folder


def extract(index: Path, *arguments: str) -> tuple[int, str, str]:
    done = run("extract", str(index), *arguments, cwd=index.parent)
    return done.returncode, done.stdout, done.stderr


def test_a_field_is_written_and_ranked(index: Path, tmp_path: Path) -> None:
    output = tmp_path / "field"

    assert (0, f"{output}\n", "8 papers, 10 citations between them\n") == extract(
        index, "-o", str(output), "--topic", "T7"
    )
    files = ["--papers", str(output / "papers.parquet"), "--citations", str(output / "citations.parquet")]
    done = run("rank", *files, "--format", "csv", cwd=tmp_path)
    assert (0, "W11") == (done.returncode, done.stdout.splitlines()[1].split(",")[1])
    assert (0, f"{output}\n", "") == extract(index, "-q", "-o", str(output), "--topic", "synthetic hospitals")


def test_a_plan_is_printed(index: Path, catalog: Path) -> None:
    code, out, err = extract(index, "--plan", "--around", str(catalog), "--hops", "2")

    assert (0, "") == (code, err)
    assert out.startswith("7 papers, 10 citations between them; about ")
    assert out.endswith(" kB as a folder\n")


def test_a_snapshot_is_written_with_its_matches_and_built(index: Path, catalog: Path, tmp_path: Path) -> None:
    output, matches = tmp_path / "snapshot.jsonl.gz", catalog / "matches.yaml"

    code, out, err = extract(index, "-o", str(output), "--around", str(catalog))

    assert (0, "") == (code, err)
    assert f"2 papers matched, 0 for review, 0 missing, 0 failed; wrote {matches}, {output}\n" == out
    assert ["alpha", "beta"] == sorted(read_snapshot(output).papers)
    assert "W10" in matches.read_text()
    built = tmp_path / "out"
    done = run("build", str(catalog), "--snapshot", str(output), "-o", str(built), cwd=tmp_path)
    assert 0 == done.returncode, done.stderr
    assert {"graph.json", "map.html", "papers.csv", "snapshot.jsonl"} == {path.name for path in built.iterdir()}
    assert "openalex" == json.loads((built / "graph.json").read_text())["graph"]["snapshot_source"]
    # The next build uses it again, without --snapshot and without a request.
    (built / "map.html").unlink()
    done = run("build", str(catalog), "-o", str(built), cwd=tmp_path)
    assert (0, True) == (done.returncode, (built / "map.html").exists()), done.stderr
    assert "snapshot of 2026-11-01 from openalex" in done.stderr


def test_a_match_that_waits_for_a_person_gives_code_3(index: Path, catalog: Path, tmp_path: Path) -> None:
    (catalog / "papers.yaml").write_text(PAPERS + WRONG)

    code, _, err = extract(index, "-o", str(tmp_path / "snapshot.jsonl"), "--around", str(catalog))

    assert 3 == code
    assert (
        "review wrong: DOI equal; its title differs: 'Quantum gravity on a lattice of glass'; decide in matches.yaml\n"
        == err
    )


@pytest.mark.parametrize("is_list", [False, True])
def test_a_decision_of_a_person_counts_for_the_folder_the_plan_and_the_snapshot(
    index: Path, catalog: Path, tmp_path: Path, is_list: bool
) -> None:
    around, matches = catalog, catalog / "matches.yaml"
    (catalog / "papers.yaml").write_text(PAPERS + WRONG)
    if is_list:
        around, matches = tmp_path / "list.md", tmp_path / "matches.yaml"
        titles = {"alpha": "Alpha aggregation of invented clients", "wrong": "Gamma compression"}
        rows = [f"- [{title}](https://doi.org/10.9999/{name})\n" for name, title in titles.items()]
        around.write_text("# Synthetic list\n\n" + "".join(rows))
    field, asked = tmp_path / "field", ("--around", str(around))
    snapshot = ("-o", str(tmp_path / "snapshot.jsonl"), *asked)
    assert 3 == extract(index, *snapshot)[0]
    key, review = next(
        (key, match) for key, match in read_matches(matches, source="openalex").items() if match.status == "review"
    )
    said = f"the ids of 1 of {2 if is_list else 3} papers lead to other titles: {key}\n"
    assert said in extract(index, "-o", str(field), *asked)[2]
    decided = Match(status="accepted", method="person", id=review.refuted[0].record, decided_by="person")
    update_matches(matches, lambda kept: {**kept, key: decided}, source="openalex")

    done = extract(index, "-o", str(field), *asked), extract(index, "--plan", "-o", str(field), *asked)

    assert [(0, False), (0, False)] == [(code, "lead to other titles" in err) for code, _, err in done]
    assert [] == json.loads((field / "field.json").read_text())["missing"]
    code, out, _ = extract(index, *snapshot)
    assert (0, f"{2 if is_list else 3} papers matched, 0 for review") == (code, out[: out.index(", 0 missing")])


@pytest.mark.parametrize("command", ["rank", "map", "explain", "show", "build", "enrich"])
def test_a_folder_of_extract_or_index_is_named_with_the_command_that_reads_it(
    index: Path, tmp_path: Path, command: str
) -> None:
    assert 0 == extract(index, "-q", "-o", str(tmp_path / "my field"), "--topic", "T7")[0]
    (tmp_path / "index").symlink_to(index)
    more = ("W11",) if command in ("explain", "show") else ()
    files = "--papers 'my field/papers.parquet' --citations 'my field/citations.parquet'"
    again = "flgraph extract index -o field --topic TOPIC"

    for folder, said in (
        ("my field", f"is a field of flgraph extract; rank it with: flgraph rank {files}"),
        ("index", f"is an index of flgraph index; take a field out of it with: {again}"),
    ):
        done = run(command, folder, *more, cwd=tmp_path)
        assert (1, "", f"error: {folder}: {said}\n") == (done.returncode, done.stdout, done.stderr)


def test_a_folder_that_holds_only_a_readme_names_it(index: Path, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# A list\n")

    code, out, err = extract(index, "-o", str(tmp_path / "field"), "--around", str(tmp_path))

    said = f"error: {tmp_path}: contains no papers.yaml; name {tmp_path / 'README.md'} to use its list\n"
    assert (1, "", said) == (code, out, err)


@pytest.mark.parametrize("content", ["", "# only a comment\n\n"])
def test_a_file_without_an_id_is_one_line(index: Path, tmp_path: Path, content: str) -> None:
    ids = tmp_path / "e.txt"
    ids.write_text(content)

    code, out, err = extract(index, "-o", str(tmp_path / "field"), "--ids", str(ids))

    said = "holds no id; write a DOI, an arXiv id, a PubMed id or an id of OpenAlex on each line"
    assert (1, "", f"error: {ids}: {said}\n") == (code, out, err)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "f"], "name one of --topic, --ids and --around"),
        (["-o", "f", "--topic", "T7", "--ids", "x"], "name one of --topic, --ids and --around"),
        (["-o", "f", "--topic", "T7", "--hops", "2"], "--hops works with --around"),
        (["--topic", "T7"], "name a folder or a .jsonl file with -o, or use --plan"),
        (["-o", "f.csv", "--topic", "T7"], "-o f.csv: should be a folder, or a file in .jsonl or .jsonl.gz"),
        (["-o", "f.jsonl", "--topic", "T7"], "a snapshot is that of a catalog; name it with --around"),
        (["-o", "f.jsonl", "--around", ".", "--since", "2020"], "a snapshot lists all citations of its papers"),
        (["-o", "f", "--topic", "T7", "--memory", "much"], "memory is 'much'; should be a size such as 8GB"),
    ],
)
def test_wrong_usage_is_code_2(index: Path, arguments: list[str], said: str) -> None:
    code, out, err = extract(index, *arguments)

    assert (2, "") == (code, out)
    assert said in err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere", "does not exist; `flgraph index INPUT -o {path}` makes an index"),
        ("empty", "is not an index: it has no index.json; `flgraph index` makes one"),
        ("unfinished", "is unfinished; run `flgraph index` again with the same inputs"),
        ("later", "is an index of version 2, this flgraph reads version 1"),
    ],
)
def test_what_is_no_index_is_code_1(tmp_path: Path, name: str, said: str) -> None:
    path = tmp_path / name
    if name != "nowhere":
        path.mkdir()
    if name == "unfinished":
        (path / "works").mkdir()
    if name == "later":
        (path / "index.json").write_text('{"format": "flgraph-index", "schema_version": 2}')

    code, out, err = extract(path, "-o", str(tmp_path / "field"), "--topic", "T7")

    assert (1, "", 1) == (code, out, err.count("\n"))
    assert err.startswith(f"error: {path}: {said.format(path=path)}")
    assert not (tmp_path / "field").exists()


def test_a_file_that_is_no_snapshot_is_kept(index: Path, catalog: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.jsonl"
    mine.write_text("kept")

    code, _, err = extract(index, "-o", str(mine), "--around", str(catalog))

    assert (1, f"error: {mine}: is no snapshot; choose another file with -o\n", "kept") == (code, err, mine.read_text())


def test_a_damaged_part_of_the_index_is_one_line(tmp_path: Path) -> None:
    index = write_index(tmp_path / "index", list_works(), LINKS)
    (index / "citations" / "1.parquet").write_bytes(b"PAR1")

    code, out, err = extract(index, "-o", str(tmp_path / "field"), "--ids", str(_write_ids(tmp_path)))

    assert (1, "", 1) == (code, out, err.count("\n"))
    assert "cannot be read" in err
    assert not (tmp_path / "field").exists()


def _write_ids(folder: Path) -> Path:
    (folder / "ids.txt").write_text("W10\n")
    return folder / "ids.txt"


def test_without_the_extra_one_line_says_how_to_install_it(index: Path, tmp_path: Path) -> None:
    """In a process in which neither DuckDB nor Arrow can be imported."""
    blocked = "import sys; sys.modules |= {'duckdb': None, 'pyarrow': None}; from flgraph.cli.main import main; main()"
    command = [sys.executable, "-c", blocked, "extract", str(index), "-o", str(tmp_path / "field"), "--topic", "T7"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (1, "") == (done.returncode, done.stdout)
    assert "error: an index needs the extra bulk; install it with: pip install 'flgraph[bulk]'\n" == done.stderr
